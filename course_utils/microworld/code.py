"""Programas del micromundo: expresiones y funciones cortas de Python con su verdadero valor, escritas como una sesión.

>>> 3 + 4
7

Los moldes están en `data/code.txt`; el valor lo calcula `interpreter`, que no ejecuta nada que no esté en sus tablas.
"""
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path

from course_utils.microworld.interpreter import CodeError, Session, run
from course_utils.microworld.splits import checked, held_out

__all__ = ["CodeError", "Snippet", "check", "document", "prompt", "run", "sample"]

DATA = Path(__file__).parent / "data" / "code.txt"
PROMPT = ">>> "
INDENT = "    "
WIDEST = 40             # letras que puede tener un resultado
SLOT = re.compile(r"\$([a-z]+)(\d?)")
HEADER = re.compile(r"\[(.+)\](?: (\d+)(?: (-?\d+)\.\.(-?\d+))?)?$")
COMPARISONS = ("<", ">", "<=", ">=", "==", "!=")
LETTERS = "aeosrn"
VARIABLES = {
    "ent": ("n", "x", "a", "b", "k", "numero"), "txt": ("s", "t", "palabra", "texto", "nombre"), "lis": ("xs", "lista", "datos", "notas"),
}


@dataclass(frozen=True)
class Snippet:
    """Un programa de una a tres líneas, que acaba en una expresión, y lo que Python muestra de ella."""

    code: str
    result: str


@dataclass(frozen=True)
class Template:
    """Un molde y entre qué números tiene que caer su resultado (si es un número)."""

    text: str
    least: float
    most: float


@dataclass(frozen=True)
class Catalogue:
    """Lo que dice `data/code.txt`."""

    words: tuple[str, ...]
    names: tuple[str, ...]
    templates: tuple[Template, ...]
    cumulative: tuple[float, ...]


def sample(n: int, *, seed: int = 0, split: str = "train") -> list[Snippet]:
    """`n` programas al azar, siempre los mismos para la misma semilla. Los de "test" no salen nunca en "train"."""
    checked(split, ("train", "test"))
    if n < 0:
        raise ValueError(f"Has pedido {n} programas: el número tiene que ser cero o más.")
    rng = random.Random(f"code-{seed}")
    return [_draw(rng, split == "test") for _ in range(n)]


def document(row: Snippet) -> str:
    """El programa como se lee en una sesión de Python: primero la función, si la hay; luego, cada línea tras «>>> » y el valor."""
    return f"{prompt(row)}{row.result}"


def prompt(row: Snippet) -> str:
    """El mismo texto hasta justo antes del valor: lo que se le da a un modelo para que lo calcule."""
    lines = row.code.split("\n")
    start = 2 if lines[0].startswith("def ") else 0
    function = "\n".join(lines[:start]) + "\n\n" if start else ""
    return function + "".join(f"{PROMPT}{line}\n" for line in lines[start:])


def check(text: str) -> bool:
    """Si un texto es una sesión bien escrita, que funciona y en la que cada valor es el verdadero.

    Puede tener varias funciones, y varias líneas con su valor. No vale una sesión que no muestre ningún valor.
    """
    session, lines, shown = Session(), iter(text.rstrip("\n").split("\n")), 0
    try:
        for line in lines:
            shown = _follow(session, line, lines, shown)
    except (CodeError, StopIteration):
        return False
    return shown > 0


def _follow(session: Session, line: str, lines: Iterator[str], shown: int) -> int:
    """Comprueba una línea y las que le pertenecen; devuelve cuántos valores van mostrados. `CodeError` si algo no casa."""
    if line.startswith("def "):
        body, blank = next(lines), next(lines)
        if not body.startswith(INDENT + "return ") or blank:
            raise CodeError("Tras «def» va una línea con «return» y otra en blanco.")
        session.execute(f"{line}\n{body}")
        return 0
    outputs = session.execute(line.removeprefix(PROMPT)) if line.startswith(PROMPT) and not line.startswith(PROMPT + " ") else []
    if len(outputs) != 1:
        raise CodeError(f"La línea «{line[:60]}» no empieza por «>>> » y una sola instrucción.")
    if outputs[0] is not None and next(lines) != outputs[0]:
        raise CodeError(f"El valor de «{line[:60]}» no es el que pone.")
    return shown + 1 if outputs[0] is not None else 0


# ---------------------------------------------------------------- sortear


def _draw(rng: random.Random, wanted: bool) -> Snippet:
    catalogue = _catalogue()
    (template,) = rng.choices(catalogue.templates, cum_weights=catalogue.cumulative)
    for attempt in range(400):
        if attempt and attempt % 40 == 0:
            (template,) = rng.choices(catalogue.templates, cum_weights=catalogue.cumulative)
        code = _fill(template.text, rng)
        if held_out(code) == wanted and (result := _valid(code, template)) is not None:
            return Snippet(code, result)
    return _draw(rng, wanted)


def _valid(code: str, template: Template) -> str | None:
    """Su valor, si lo tiene y es de los que se piden."""
    try:
        result = run(code)
    except CodeError:
        return None
    number = re.fullmatch(r"-?\d+(\.\d+)?", result)
    fits = template.least <= float(result) <= template.most if number else 2 <= len(result) <= WIDEST
    return result if fits and result not in ("''", "[]") else None


def _fill(text: str, rng: random.Random) -> str:
    made: dict[str, str] = {}

    def value(match: re.Match) -> str:
        kind, number = match.groups()
        if not number:
            return _value(kind, rng)
        if match[0] not in made:
            made[match[0]] = _fresh(kind, rng, made)
        return made[match[0]]

    return SLOT.sub(value, text)


def _fresh(kind: str, rng: random.Random, made: dict[str, str]) -> str:
    """Un valor que no tenga ya otro hueco numerado (si son palabras o variables)."""
    while True:
        value = _value(kind, rng)
        if value not in made.values() or kind not in ("pal", "nom", *VARIABLES):
            return value


def _value(kind: str, rng: random.Random) -> str:
    if kind in VARIABLES:
        return rng.choice(VARIABLES[kind])
    if kind not in (makers := _makers()):
        raise ValueError(f"En data/code.txt hay un hueco desconocido, «${kind}»; los que existen están en su cabecera.")
    return str(makers[kind](rng))


@cache
def _makers() -> dict[str, Callable[[random.Random], object]]:
    catalogue = _catalogue()
    words, short = catalogue.words, [word for word in catalogue.words if len(word) <= 4]
    plain = [word for word in words if word[-1] in "aeo"]
    return {
        "cifra": lambda rng: rng.randrange(10), "uno": lambda rng: rng.randrange(1, 10), "peque": lambda rng: rng.randrange(2, 6),
        "num": _number, "dos": lambda rng: rng.randrange(10, 100), "sitio": lambda rng: rng.randrange(3),
        "comp": lambda rng: rng.choice(COMPARISONS), "log": lambda rng: rng.random() < 0.5, "letra": lambda rng: repr(rng.choice(LETTERS)),
        "lista": lambda rng: [rng.randrange(10) for _ in range(rng.choice((2, 3, 3, 3, 4)))],
        "larga": lambda rng: [rng.randrange(10) for _ in range(rng.choice((4, 4, 5)))],
        "decenas": lambda rng: [rng.randrange(10, 100) for _ in range(rng.choice((2, 3)))],
        "pal": lambda rng: repr(rng.choice(words)), "corta": lambda rng: repr(rng.choice(short)),
        "vocal": lambda rng: repr(rng.choice(plain)), "nom": lambda rng: repr(rng.choice(catalogue.names)),
        "pals": lambda rng: rng.sample(words, rng.choice((2, 2, 3))),
    }


def _number(rng: random.Random) -> int:
    """De 0 a 99, con los de una cifra más frecuentes de lo que les toca."""
    return rng.randrange(10) if rng.random() < 0.4 else rng.randrange(100)


# ---------------------------------------------------------------- leer los moldes


@cache
def _catalogue() -> Catalogue:
    sections = _sections(DATA.read_text("utf-8"))
    lists = {header[1]: tuple(" ".join(lines).split()) for header, lines in sections if not header[2]}
    weighted = [(_template(line, header), share) for header, lines in sections if header[2] for line, share in _shares(header, lines)]
    return Catalogue(lists["palabras"], lists["nombres"], tuple(template for template, _ in weighted),
                     tuple(accumulate(share for _, share in weighted)))


def _sections(text: str) -> list[tuple[re.Match, list[str]]]:
    sections: list[tuple[re.Match, list[str]]] = []
    for line in filter(None, text.splitlines()):
        if line.startswith("#"):
            continue
        if header := HEADER.match(line):
            sections.append((header, []))
        else:
            sections[-1][1].append(line)
    return sections


def _shares(header: re.Match, lines: list[str]) -> list[tuple[str, float]]:
    """Cada molde con su parte del peso de la sección."""
    parts = [line.rpartition(" *") if re.search(r" \*\d+$", line) else (line, "", "1") for line in lines]
    total = sum(int(times) for _, _, times in parts)
    return [(text, int(header[2]) * int(times) / total) for text, _, times in parts]


def _template(line: str, header: re.Match) -> Template:
    text = line.rstrip().replace(": return ", f":\n{INDENT}return ").replace("; ", "\n")
    return Template(text, *(float(limit) for limit in (header[3] or "-inf", header[4] or "inf")))
