"""Las clases de respuesta hechas de tokens: una lista, varias a la vez, e hipótesis con su puntuación.

Un token es un texto o un número entero; valen también las tuplas y los tensores de ids.
"""

from __future__ import annotations

from numbers import Real
from typing import Any

from .answers import close, number, written
from .attempt import Unreadable, described, nothing, plain


def _items(value: Any, needed: str) -> list:
    nothing(value)
    bare = plain(value)
    if not isinstance(bare, (list, tuple)):
        raise Unreadable(f"tu función devuelve {described(value)} y hace falta {needed}")
    return list(bare)


def _token(value: Any) -> str | int:
    bare = plain(value)
    if isinstance(bare, str):
        return bare
    if isinstance(bare, Real) and not isinstance(bare, bool) and bare == int(bare):
        return int(bare)
    raise Unreadable(f"en lo que devuelve tu función hay {described(value)} donde hace falta un token")


def _shown(tokens: tuple) -> str:
    return f"`{list(tokens)!r}`"


class Tokens:
    """Una lista de tokens."""

    def read(self, value: Any) -> tuple:
        return tuple(map(_token, _items(value, "una lista de tokens")))

    def same(self, one: tuple, other: tuple) -> bool:
        return one == other

    def difference(self, expected: tuple, got: tuple) -> str:
        return f"devuelve {_shown(got)} y debería ser {_shown(expected)}"


class TokenLists:
    """Varias listas de tokens, en su orden; ``names`` dice cómo se llama cada una, si tienen nombre."""

    def __init__(self, *names: str) -> None:
        self.names = names

    def read(self, value: Any) -> tuple[tuple, ...]:
        needed = f"devolver dos listas: `return {', '.join(self.names)}`" if self.names else "una lista de listas de tokens"
        lists = [plain(x) for x in _items(value, needed)]
        if not all(isinstance(x, (list, tuple)) for x in lists) or (self.names and len(lists) != len(self.names)):
            raise Unreadable(f"tu función devuelve {described(value)} y hace falta {needed}")
        return tuple(tuple(map(_token, tokens)) for tokens in lists)

    def same(self, one: tuple, other: tuple) -> bool:
        return one == other

    def difference(self, expected: tuple, got: tuple) -> str:
        if len(expected) != len(got):
            return f"el número de listas que devuelve es {len(got)} y debería ser {len(expected)}"
        place = next(i for i, pair in enumerate(zip(expected, got, strict=True)) if pair[0] != pair[1])
        name = f"en `{self.names[place]}`" if self.names else f"en la lista {place + 1}"
        return f"{name} devuelve {_shown(got[place])} y debería ser {_shown(expected[place])}"


class Hypotheses:
    """Una lista de parejas (tokens, puntuación), en su orden."""

    def read(self, value: Any) -> tuple[tuple[tuple, float], ...]:
        return tuple(map(self._pair, _items(value, "una lista de parejas (tokens, suma)")))

    def _pair(self, value: Any) -> tuple[tuple, float]:
        if not isinstance(value, (list, tuple)) or len(value) != 2 or not isinstance(plain(value[0]), (list, tuple)):
            raise Unreadable(f"en lo que devuelve tu función hay {described(value)} donde hace falta una pareja (tokens, suma)")
        return tuple(map(_token, plain(value[0]))), number(value[1])

    def same(self, one: tuple, other: tuple) -> bool:
        return len(one) == len(other) and all(map(self._same_pair, one, other))

    def _same_pair(self, one: tuple[tuple, float], other: tuple[tuple, float]) -> bool:
        return one[0] == other[0] and close(one[1], other[1])

    def difference(self, expected: tuple, got: tuple) -> str:
        if len(expected) != len(got):
            return f"devuelve {len(got)} hipótesis y deberían ser {len(expected)}"
        place = next(i for i, pair in enumerate(zip(expected, got, strict=True)) if not self._same_pair(*pair))
        (right, good), (mine, bad) = expected[place], got[place]
        return f"tu hipótesis {place + 1} es {_shown(mine)} con {written(bad)} y debería ser {_shown(right)} con {written(good)}"
