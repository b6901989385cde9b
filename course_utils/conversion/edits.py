"""Cambiar un trozo de código por otro sin tocar lo que tiene alrededor. Python cuenta las columnas en bytes; aquí también."""

from __future__ import annotations

import ast


def around(node: ast.AST, lines: list[str]) -> tuple[str, str, str]:
    """Lo que hay antes del nodo en su primera línea, el propio nodo y lo que hay después en la última."""
    first, last = lines[node.lineno - 1].encode(), lines[node.end_lineno - 1].encode()
    whole = "\n".join(lines[node.lineno - 1 : node.end_lineno]).encode()
    head, tail = first[: node.col_offset], last[node.end_col_offset :]
    return head.decode(), whole[len(head) : len(whole) - len(tail)].decode(), tail.decode()


def replace_lines(new: str, node: ast.AST, lines: list[str]) -> None:
    """Cambia por ``new`` las líneas enteras del nodo."""
    lines[node.lineno - 1 : node.end_lineno] = new.split("\n")


def replace(new: str, node: ast.AST, lines: list[str]) -> None:
    """Cambia el nodo por ``new`` y deja lo que comparte líneas con él."""
    head, _, tail = around(node, lines)
    replace_lines(head + new + tail, node, lines)


def from_last(nodes: list[ast.AST]) -> list[ast.AST]:
    """De abajo arriba y de derecha a izquierda: así cada cambio deja en su sitio los que faltan."""
    return sorted(nodes, key=lambda node: (node.lineno, node.col_offset), reverse=True)
