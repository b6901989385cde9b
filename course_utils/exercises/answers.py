"""Las clases de respuesta: cómo se lee cada una, cuándo dos son la misma y cómo se cuenta la diferencia.

Ninguna importa torch: un tensor se reconoce por su ``tolist``. Los números son iguales con tolerancia (una parte en
diez mil), para que valgan igual float32 y float64.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal
from numbers import Real
from os.path import commonprefix
from typing import Any, Protocol

from .attempt import Unreadable, described, nothing, plain

MOST = 100_000  # números de una respuesta: con más, no es la que se pide y tardaría en leerse


class Answer(Protocol):
    """Lo que un ejercicio necesita saber de la clase de su respuesta."""

    def read(self, value: Any) -> Any:
        """El valor como datos de Python; lanza ``Unreadable`` si no es de esta clase."""

    def same(self, one: Any, other: Any) -> bool:
        """Si dos valores leídos son la misma respuesta."""

    def difference(self, expected: Any, got: Any) -> str:
        """Lo que falla, como final de la frase «Con `f(x)` …»."""


def written(x: float) -> str:
    """Un número con coma y cuatro cifras: 0.36788 → «0,3679»."""
    return f"{x:.4g}".replace(".", ",").replace("-", "−") if math.isfinite(x) else {math.inf: "inf", -math.inf: "−inf"}.get(x, "nan")


def close(one: float, other: float) -> bool:
    """Iguales con tolerancia; nan solo se parece a nan."""
    return math.isclose(one, other, rel_tol=1e-4, abs_tol=1e-6) or (math.isnan(one) and math.isnan(other))


def number(value: Any) -> float:
    """Un número suelto, también si viene como tensor o array sin dimensiones."""
    nothing(value)
    bare = plain(value)
    if isinstance(bare, bool) or not isinstance(bare, (Real, Decimal)):
        raise Unreadable(f"tu función devuelve {described(value)} y hace falta un número")
    try:
        return float(bare)
    except OverflowError:
        return math.inf if bare > 0 else -math.inf


class Number:
    """Un número."""

    def read(self, value: Any) -> float:
        return number(value)

    def same(self, one: float, other: float) -> bool:
        return close(one, other)

    def difference(self, expected: float, got: float) -> str:
        return f"devuelve {written(got)}{_why_nan(got)} y debería ser {written(expected)}"


class Array:
    """Un tensor, un array o listas anidadas de números: importan la forma y los valores."""

    def read(self, value: Any) -> Any:
        nothing(value)
        if (count := math.prod(getattr(value, "shape", None) or (len(value) if isinstance(value, (list, tuple)) else 0,))) > MOST:
            raise Unreadable(f"tu función devuelve {count} números y la respuesta tiene muchos menos")
        bare = plain(value)
        if not isinstance(bare, (list, tuple)):
            raise Unreadable(f"tu función devuelve {described(value)} y hace falta un tensor")
        rows = [self.read(x) if isinstance(plain(x), (list, tuple)) else _entry(x) for x in bare]
        if len({shape(row) for row in rows}) > 1:
            raise Unreadable("tu función devuelve filas de distinta longitud y hace falta un tensor")
        return rows

    def same(self, one: Any, other: Any) -> bool:
        return shape(one) == shape(other) and all(close(a, b) for a, b in zip(flat(one), flat(other), strict=True))

    def difference(self, expected: Any, got: Any) -> str:
        if shape(expected) != shape(got):
            return f"devuelve un tensor de forma {shape(got)} y debería tener forma {shape(expected)}"
        return f"devuelve {listed(got)}{_why_nan(*flat(got))} y debería ser {listed(expected)}"


def _entry(value: Any) -> float:
    bare = plain(value)
    return float(bare) if isinstance(bare, bool) else number(value)


def shape(value: Any) -> tuple[int, ...]:
    """La forma de unas listas anidadas: [[1, 2, 3]] → (1, 3)."""
    return (len(value), *(shape(value[0]) if value else ())) if isinstance(value, list) else ()


def flat(value: Any) -> list[float]:
    """Los números de unas listas anidadas, en fila."""
    return [x for row in value for x in flat(row)] if isinstance(value, list) else [value]


def listed(value: Any) -> str:
    """Una lista a la española: [0.7, 0.3] → «[0,7; 0,3]»; con más de ocho números, solo los primeros."""
    if not isinstance(value, list):
        return written(value)
    return f"[{'; '.join(listed(x) for x in value[:8])}{'; …' if len(value) > 8 else ''}]"


def _why_nan(*values: float) -> str:
    return " (nan no es un número: suele salir de 0/0 o de inf/inf)" if any(math.isnan(x) for x in values) else ""


class ConditionalTable:
    """Un diccionario de diccionarios: tabla[anterior][palabra] = probabilidad. Los ceros cuentan como ausentes."""

    def read(self, value: Any) -> dict[Any, dict[Any, float]]:
        nothing(value)
        if not isinstance(value, Mapping):
            raise Unreadable(f"tu función devuelve {described(value)} y hace falta un diccionario de diccionarios")
        return {before: row for before, inner in value.items() if (row := self._row(before, inner))}

    def _row(self, before: Any, inner: Any) -> dict[Any, float]:
        if not isinstance(inner, Mapping):
            raise Unreadable(f"en tu diccionario, la clave {described(before)} lleva {described(inner)} y hace falta otro diccionario")
        return {word: p for word, value in inner.items() if (p := number(value)) != 0}

    def same(self, one: dict, other: dict) -> bool:
        return all(close(*pair) for *_, pair in self._pairs(one, other))

    def difference(self, expected: dict, got: dict) -> str:
        before, word, (right, mine) = next((b, w, pair) for b, w, pair in self._pairs(expected, got) if not close(*pair))
        return f"tu P({word} | {before}) es {written(mine)} y debería ser {written(right)}"

    def _pairs(self, one: dict, other: dict) -> list[tuple[Any, Any, tuple[float, float]]]:
        """Todos los pares de palabras que están en alguna de las dos, con su probabilidad en cada una."""
        keys = dict.fromkeys((before, word) for table in (one, other) for before, row in table.items() for word in row)
        return [(b, w, (one.get(b, {}).get(w, 0.0), other.get(b, {}).get(w, 0.0))) for b, w in keys]


class TwoSets:
    """Dos conjuntos de índices; valen listas, tensores de índices y máscaras de verdadero y falso."""

    def read(self, value: Any) -> tuple[frozenset[int], frozenset[int]]:
        nothing(value)
        pair = plain(value)
        if not isinstance(pair, (tuple, list)) or len(pair) != 2:
            raise Unreadable(f"tu función devuelve {described(value)} y hacen falta dos conjuntos: `return primero, segundo`")
        return self._indices(pair[0]), self._indices(pair[1])

    def _indices(self, value: Any) -> frozenset[int]:
        bare = plain(value)
        items = [plain(x) for x in bare] if isinstance(bare, (set, frozenset, list, tuple)) else [None]
        if items and all(isinstance(x, bool) for x in items) and not isinstance(bare, (set, frozenset)):
            return frozenset(i for i, kept in enumerate(items) if kept)
        if not all(isinstance(x, Real) and not isinstance(x, bool) and x == int(x) for x in items):
            raise Unreadable(f"uno de tus dos conjuntos es {described(value)} y hace falta un conjunto de índices (enteros)")
        return frozenset(int(x) for x in items)

    def same(self, one: tuple, other: tuple) -> bool:
        return one == other

    def difference(self, expected: tuple, got: tuple) -> str:
        place = 0 if expected[0] != got[0] else 1
        return f"tu {('primer', 'segundo')[place]} conjunto es {_set(got[place])} y debería ser {_set(expected[place])}"


def _set(indices: frozenset[int]) -> str:
    return f"{{{', '.join(map(str, sorted(indices)[:12]))}{', …' if len(indices) > 12 else ''}}}"


class Text:
    """Un texto: iguales letra a letra."""

    def read(self, value: Any) -> str:
        nothing(value)
        if not isinstance(value, str):
            raise Unreadable(f"tu función devuelve {described(value)} y hace falta un texto")
        return str.__str__(value)   # aunque sea de una clase suya, se compara como un texto corriente

    def same(self, one: str, other: str) -> bool:
        return one == other

    def difference(self, expected: str, got: str) -> str:
        if max(len(expected), len(got)) <= 80:
            return f"devuelve {quoted(got)} y debería ser {quoted(expected)}"
        alike = commonprefix([expected, got])
        place, verbs = (f"tras {quoted(alike[-20:])} ", ("sigue con", "seguir con")) if alike else ("", ("empieza por", "empezar por"))
        mine, right = got[len(alike) :], expected[len(alike) :]
        return f"{place}tu texto {_onward(mine, verbs[0], 'acaba')} y debería {_onward(right, verbs[1], 'acabar')}"


def quoted(text: str) -> str:
    """Un texto como lo escribe Python, con los saltos de línea a la vista."""
    return f"«{text!r}»" if "`" in text else f"`{text!r}`"


def _onward(rest: str, goes_on: str, ends: str) -> str:
    return f"{goes_on} {quoted(rest[:30])}{'…' if len(rest) > 30 else ''}" if rest else ends


class TrueOrFalse:
    """Verdadero o falso, y nada más: ni 1, ni un texto, ni None."""

    def read(self, value: Any) -> bool:
        nothing(value)
        bare = plain(value)
        if not isinstance(bare, bool):
            raise Unreadable(f"tu función devuelve {described(value)} y hace falta `True` o `False`")
        return bare

    def same(self, one: bool, other: bool) -> bool:
        return one == other

    def difference(self, expected: bool, got: bool) -> str:
        return f"devuelve `{got}` y debería ser `{expected}`"


class TwoArrays:
    """Dos tensores (o tres), cada uno con su nombre: `return mezcla, velocidad`."""

    def __init__(self, *names: str) -> None:
        self.names = names

    def read(self, value: Any) -> tuple[Any, ...]:
        nothing(value)
        if not isinstance(value, (tuple, list)) or len(value) != len(self.names):
            wanted = f"{'dos' if len(self.names) == 2 else 'tres'} tensores: `return {', '.join(self.names)}`"
            raise Unreadable(f"tu función devuelve {described(value)} y hacen falta {wanted}")
        return tuple(map(Array().read, value))

    def same(self, one: tuple, other: tuple) -> bool:
        return all(map(Array().same, one, other))

    def difference(self, expected: tuple, got: tuple) -> str:
        place = next(i for i, pair in enumerate(zip(expected, got)) if not Array().same(*pair))
        return f"en `{self.names[place]}` {Array().difference(expected[place], got[place])}"
