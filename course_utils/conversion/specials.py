"""Las llamadas que IPython pone donde la celda no es Python: encontrarlas y cambiar cada una por su equivalente."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import NamedTuple

from course_utils.conversion import edits
from course_utils.conversion.context import Context
from course_utils.conversion.magics import cell_magic, line_magic
from course_utils.conversion.syntax import has_statements, line_map, parses
from course_utils.conversion.text import comment, indented

METHODS = {"run_line_magic": 2, "run_cell_magic": 3, "system": 1, "getoutput": 1}  # y cuántos textos lleva cada una
Translate = Callable[..., str]  # (código, contexto, shown=…) → Python corriente: ``cells.translated``


class Special(NamedTuple):
    """Una llamada de IPython: qué método, con qué textos, dónde, y si es una instrucción entera."""

    method: str
    arguments: tuple[str, ...]
    node: ast.AST
    whole: bool
    in_function: bool


def replaced(code: str, source: str, context: Context, translate: Translate) -> str:
    """El código ``code``, lo que IPython hizo de la celda ``source``, con cada llamada suya cambiada por su equivalente."""
    found = sorted(_found(ast.parse(code)), key=lambda special: (special.node.lineno, special.node.col_offset))
    lines, origin, base = code.split("\n"), line_map(code, source), context.line
    written = []
    for special in found:
        context.line, context.in_function = base + origin[special.node.lineno - 1] - 1, special.in_function
        written.append(_equivalent(special, context, translate))
    context.line, context.in_function = base, False
    for special, new in zip(reversed(found), reversed(written), strict=True):
        _put(new, special, lines)
    return "\n".join(lines)


def _found(tree: ast.AST) -> list[Special]:
    found, waiting = [], [(tree, False)]
    while waiting:
        node, in_function = waiting.pop()
        read = _read(node.value if isinstance(node, ast.Expr) else node)
        if read is not None:
            found.append(Special(*read, node, isinstance(node, ast.Expr), in_function))
        else:
            inside = in_function or isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef))
            waiting += [(child, inside) for child in ast.iter_child_nodes(node)]
    return found


def _read(node: ast.AST) -> tuple[str, tuple[str, ...]] | None:
    """(método, textos) si el nodo es ``get_ipython().método("…")``."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in METHODS and not node.keywords):
        return None
    shell = node.func.value
    if not (isinstance(shell, ast.Call) and isinstance(shell.func, ast.Name) and shell.func.id == "get_ipython" and not shell.args):
        return None
    values = [argument.value for argument in node.args if isinstance(argument, ast.Constant) and isinstance(argument.value, str)]
    return (node.func.attr, tuple(values)) if len(values) == len(node.args) == METHODS[node.func.attr] else None


def _equivalent(special: Special, context: Context, translate: Translate) -> str:
    def again(code: str, shown: bool) -> str:
        outer, inner = context.line, special.method == "run_cell_magic" and code.rstrip("\n") == special.arguments[-1].rstrip("\n")
        context.line += inner  # el cuerpo empieza una línea más abajo que su %%orden
        code = translate(code.rstrip("\n"), context, shown=shown)
        context.line = outer
        return code

    if special.method == "run_cell_magic":
        return cell_magic(*special.arguments, context, again)
    if special.method == "run_line_magic":
        name, argument = special.arguments
        if name == "time" and not special.whole:
            return f"{context.use('_time_of')}(lambda: {again(argument, False)})"
        told = len(context.notices)
        new = line_magic(name, argument, context, again)
        return new if special.whole or _is_expression(new) else _lost(new, name, context, told=len(context.notices) > told)
    (command,) = special.arguments
    if special.method == "getoutput":
        return context.shell_lines(command)
    return context.shell(command) if command.strip() else comment(f"!{command}")


def _is_expression(code: str) -> bool:
    return has_statements(code) and parses(f"({code}\n)") is None


def _lost(new: str, name: str, context: Context, *, told: bool) -> str:
    """«x = %orden» sin equivalente: x vale None, y la orden queda como comentario. ``told``: ya se ha avisado."""
    if not told:
        context.warn(f"«… = %{name}» no se puede traducir: vale None.")
    return f"None  # {' '.join(new.lstrip('# ').split())}"


def _put(new: str, special: Special, lines: list[str]) -> None:
    """Cambia la llamada por ``new``, con la sangría de la línea en que está."""
    head, _, tail = edits.around(special.node, lines)
    if not special.whole or head.strip() or tail.strip():
        edits.replace(new.split("  # ")[0] if tail.strip() else new, special.node, lines)
        return
    if head and not has_statements(new):
        new = f"{new}\npass".lstrip("\n") if "\n" in new else f"pass  {new}".rstrip()
    edits.replace_lines(indented(new, head) + tail, special.node, lines)
