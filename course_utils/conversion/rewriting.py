"""Lo que cambia en un código que ya es Python para que, dentro de un programa, haga lo mismo que en su celda."""

from __future__ import annotations
import __future__

import ast
import re

from course_utils.conversion import edits
from course_utils.conversion.context import Context
from course_utils.conversion.names import bound_at_top, outside_functions
from course_utils.conversion.syntax import compiles
from course_utils.conversion.text import comment, indented, literal, quiet


def hoisted(code: str, context: Context) -> str:
    """Sin sus ``from __future__``, que en un programa van antes que todo: se apuntan y queda un comentario en su lugar.

    Los que Python no conoce se dejan, y fallarán al compilar.
    """
    if "__future__" not in code:
        return code
    lines = code.split("\n")
    found = [node for node in ast.parse(code).body if isinstance(node, ast.ImportFrom) and node.module == "__future__"]
    for node in edits.from_last(found):
        names = [alias.name for alias in node.names]
        if set(names) <= set(__future__.all_feature_names):
            context.futures += [name for name in names if name not in context.futures]
            _comment_out(node, lines)
    return "\n".join(lines)


def _comment_out(node: ast.stmt, lines: list[str]) -> None:
    head, _, tail = edits.around(node, lines)
    alone = not head.strip() and not re.sub(r"#.*", "", tail).strip()
    old = "\n".join(lines[node.lineno - 1 : node.end_lineno])
    edits.replace_lines(comment(old) if alone else f"{head}pass{tail}", node, lines)


def is_about_globals(error: SyntaxError | None) -> bool:
    """Si a Python solo le molesta un ``global x`` que llega después de usar x."""
    return error is not None and "global declaration" in (error.msg or "")


def without_globals(code: str) -> str:
    """El código sin los ``global x`` que están fuera de toda función: no hacen nada, y en un programa pueden no valer."""
    lines = code.split("\n")
    found = [node for node in outside_functions(ast.parse(code)) if isinstance(node, ast.Global)] if "global" in code else []
    for node in edits.from_last(found):
        head, old, tail = edits.around(node, lines)
        edits.replace_lines(f"{head}pass{tail}  # {' '.join(old.replace(chr(92), ' ').split())}", node, lines)
    return "\n".join(lines)


def echoed(code: str, context: Context) -> str:
    """El código que, además, enseña el último valor, como hace Jupyter si la celda no acaba en punto y coma, o lo guarda en «_»."""
    body = ast.parse(code).body
    if not body or not isinstance(body[-1], ast.Expr) or context.echo and quiet(code):
        return code
    value = body[-1].value
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id in _tellers(context):
        return code
    lines = code.split("\n")
    _, old, _ = edits.around(body[-1], lines)
    shown = f"({old})" if isinstance(value, ast.Tuple) else old
    edits.replace(f"{context.use('_show' if context.echo else '_keep')}({shown})", body[-1], lines)
    return "\n".join(lines)


def ends_in_a_value(code: str) -> bool:
    """Si lo último del código es una expresión que no sea un ``print``."""
    last = (ast.parse(code).body or [None])[-1]
    return isinstance(last, ast.Expr) and not (isinstance(last.value, ast.Call) and getattr(last.value.func, "id", "") == "print")


def _tellers(context: Context) -> set[str]:
    """Las funciones que ya escriben lo suyo y no devuelven nada."""
    return {new for name, new in context.names.items() if name != "_shell_lines"} | {"print"} - context.bound


def waiting(code: str, context: Context) -> str:
    """Un ``await`` de fuera de las funciones: la celda pasa a ser una, y se espera a que acabe."""
    if compiles(code) is None:
        return code
    name = f"_cell_{context.cell}"
    shared = sorted(bound_at_top(code))
    body = indented((f"global {', '.join(shared)}\n" if shared else "") + code)
    function = f"async def {name}():\n{body}\n\n\n{context.use('_await')}({name}())"
    if compiles(function) is None:
        return function
    return f"{context.use('_await_code')}({literal(code)})"
