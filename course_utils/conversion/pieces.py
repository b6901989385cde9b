"""Las piezas de ``support/`` que un programa usa, listas para copiarse en su cabecera."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from course_utils.conversion.names import BUILTINS, loaded

ORDER = ("shell", "timing", "showing", "jupyter")
# Lo que «from numpy import *», «from pylab import *» o «from os import *» tapan sin decirlo.
STARRED = frozenset(
    ("abs", "all", "any", "bool", "bytes", "compile", "float", "format", "int", "max", "min", "object", "open", "round", "str", "sum")
)


@dataclass(frozen=True)
class Piece:
    """Una función o una clase de ``support/``: su código y las otras piezas que nombra."""

    name: str
    code: str
    needs: frozenset[str]


@cache
def pieces() -> dict[str, Piece]:
    """Todas, en el orden en que tienen que escribirse."""
    found = [piece for module in ORDER for piece in _pieces(Path(__file__).parent / "support" / f"{module}.py")]
    names = {name for name, _ in found}
    return {name: Piece(name, code, frozenset(loaded(code) & names - {name})) for name, code in found}


def renamed(bound: set[str]) -> dict[str, str]:
    """Un nombre libre para cada pieza: el suyo, salvo que el cuaderno ya lo use para otra cosa."""
    return {name: _free(name, bound) for name in pieces()}


def written(used: set[str], bound: set[str]) -> str:
    """El código de las piezas usadas y de las que ellas necesitan; si el cuaderno tapa algún nombre de Python, sin caer en ello."""
    names, shadowed = renamed(bound), (STARRED if "*" in bound else frozenset()) | (BUILTINS & bound)
    needed = _closure(used)
    codes = [_adapted(piece.code, names, shadowed) for name, piece in pieces().items() if name in needed]
    builtins = ["import builtins as _builtins"] if any("_builtins." in code for code in codes) else []
    return "\n\n\n".join([*builtins, *codes])


def _pieces(path: Path) -> list[tuple[str, str]]:
    text = path.read_text("utf-8")
    lines = text.split("\n")
    definitions = [node for node in ast.parse(text).body if isinstance(node, (ast.FunctionDef, ast.ClassDef))]
    return [(node.name, "\n".join(lines[node.lineno - 1 : node.end_lineno])) for node in definitions]


def _free(name: str, bound: set[str]) -> str:
    while name in bound:
        name += "_"
    return name


def _closure(used: set[str]) -> set[str]:
    needed: set[str] = set()
    waiting = set(used)
    while waiting:
        name = waiting.pop()
        needed.add(name)
        waiting |= pieces()[name].needs - needed
    return needed


def _adapted(code: str, names: dict[str, str], shadowed: frozenset[str]) -> str:
    """La pieza con los nombres que le tocan en este programa."""
    changed = {name: new for name, new in names.items() if new != name} | {name: f"_builtins.{name}" for name in shadowed}
    lines = [line.encode("utf-8") for line in code.split("\n")]
    places = [place for place in _places(code, names) if place[2] in changed]
    for row, column, name in sorted(places, reverse=True):
        line = lines[row - 1]
        lines[row - 1] = line[:column] + changed[name].encode() + line[column + len(name) :]
    return b"\n".join(lines).decode("utf-8")


def _places(code: str, names: dict[str, str]) -> list[tuple[int, int, str]]:
    """Línea, columna (en bytes) y nombre de cada uso, y el de la propia definición."""
    tree = ast.parse(code)
    uses = [(node.lineno, node.col_offset, node.id) for node in ast.walk(tree)
            if isinstance(node, ast.Name) and (isinstance(node.ctx, ast.Load) or node.id in names)]  # fmt: skip
    top = tree.body[0]
    return [*uses, (top.lineno, len("class " if isinstance(top, ast.ClassDef) else "def "), top.name)]
