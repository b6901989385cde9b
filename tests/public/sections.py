"""La sección «Con un modelo real» de un capítulo, ejecutada sola: sus celdas, y de lo de antes, lo que le hace falta.

El capítulo entero tarda minutos; así, en un proceso, se repite la sección con muchos modelos.
"""

from __future__ import annotations

import ast
import io
import re
import symtable
import textwrap
import warnings
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import matplotlib.pyplot as plt
import nbformat


@dataclass(frozen=True)
class Said:
    """Lo que deja una ejecución: lo escrito, lo que va por stderr, los widgets enseñados, cuántas figuras y los avisos."""

    out: str
    err: str
    shown: list[object]
    figures: int
    warned: list[str]


@dataclass(frozen=True)
class Section:
    """Las celdas de código de la sección de un capítulo, lo que el cuaderno guarda que escriben y lo de antes que necesitan."""

    cells: tuple[str, ...]
    stored: str
    setup: str
    before: tuple[ast.stmt, ...]
    namespace: dict[str, object] = field(default_factory=lambda: {"__name__": "__main__"})

    @cached_property
    def variables(self) -> list[str]:
        """Las variables de entorno con las que se elige un modelo en ella."""
        return sorted(set(re.findall(r'"(CURSO_[A-Z0-9]+)"', "\n".join(self.cells))))

    def prepare(self) -> None:
        """Ejecuta la celda inicial y lo que la sección necesita de las demás."""
        with redirect_stdout(io.StringIO()):
            exec(compile(self.setup, "celda inicial", "exec"), self.namespace)
            for statement in self.before:
                exec(compile(ast.Module([statement], []), "celdas de antes", "exec"), self.namespace)

    def run(self) -> Said:
        """Ejecuta las celdas de la sección. `display` guarda lo que se le da."""
        out, err, shown = io.StringIO(), io.StringIO(), []
        self.namespace["display"] = shown.append
        with warnings.catch_warnings(record=True) as warned, redirect_stdout(out), redirect_stderr(err):
            warnings.simplefilter("always")
            for cell in self.cells:
                exec(compile(cell, "celda real", "exec"), self.namespace)
        figures = len(plt.get_fignums())
        plt.close("all")
        told = [str(one.message) for one in warned if not issubclass(one.category, DeprecationWarning | FutureWarning)]
        return Said(out.getvalue(), err.getvalue(), shown, figures, told)


def section(notebook: Path) -> Section | None:
    """La sección de un cuaderno, o None si no tiene."""
    code = [cell for cell in nbformat.read(notebook, as_version=4).cells if cell.cell_type == "code"]
    own = [cell for cell in code if cell.id.startswith("real")]
    if not own:
        return None
    real, stored = [cell.source for cell in own], "".join(output.text for cell in own for output in cell.outputs)
    place = next(i for i, cell in enumerate(code) if cell.id.startswith("real"))
    return Section(tuple(real), stored, code[0].source, tuple(needed([cell.source for cell in code[1:place]], real)))


def needed(before: list[str], cells: list[str]) -> list[ast.stmt]:
    """Las instrucciones de `before` que dan valor a lo que `cells` lee, y a lo que esas leen; en su orden."""
    wanted, kept = set().union(*map(read, cells)), []
    for statement in reversed([one for cell in before for one in ast.parse(cell).body]):
        if made := bound(statement) & wanted:
            kept.append(statement)
            wanted = wanted - made | read(ast.unparse(statement))
    return kept[::-1]


def read(source: str) -> set[str]:
    """Los nombres que un trozo de código lee sin haberles dado valor él."""

    def free(table: symtable.SymbolTable) -> set[str]:
        return {one.get_name() for one in table.get_symbols() if one.is_global()}.union(*map(free, table.get_children()))

    return free(symtable.symtable(f"def f():\n{textwrap.indent(source, ' ')}", "celda", "exec").get_children()[0])


def bound(node: ast.AST) -> set[str]:
    """Los nombres a los que una instrucción da valor, o cambia una parte (`medidas[n] = …`)."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return {node.name}
    if isinstance(node, ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
        return set()
    if isinstance(node, ast.alias):
        return {(node.asname or node.name).split(".")[0]}
    if isinstance(node, ast.Name):
        return set() if isinstance(node.ctx, ast.Load) else {node.id}
    if isinstance(node, ast.Subscript | ast.Attribute) and isinstance(node.ctx, ast.Store):
        base = node
        while isinstance(base, ast.Subscript | ast.Attribute):
            base = base.value
        return {base.id} if isinstance(base, ast.Name) else set()
    return set().union(*map(bound, ast.iter_child_nodes(node)))
