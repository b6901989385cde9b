"""Qué nombres liga un trozo de código: hace falta para saber si «{x}» o «display» son del cuaderno o no."""

from __future__ import annotations

import ast
import builtins
import symtable
from collections.abc import Iterator

BUILTINS = frozenset(dir(builtins))


def bound_anywhere(code: str) -> set[str]:
    """Los nombres que el código liga en cualquier ámbito: asignados, importados, definidos o recibidos como argumentos.

    Un ``from x import *`` los liga sin decir cuáles: entonces está también «*». El código tiene que compilar (se admite ``await``
    fuera de funciones).
    """
    found = set().union(*map(_bound, _tables(_table(code))))
    if ":=" in code:
        found |= {node.target.id for node in ast.walk(ast.parse(code)) if isinstance(node, ast.NamedExpr)}
    if "import" in code and "*" in code and any(map(_takes_all, ast.walk(ast.parse(code)))):
        found.add("*")
    return found


def bound_at_top(code: str) -> set[str]:
    """Los que quedan al terminar la celda: los que liga fuera de funciones y clases, y los que una función declara ``global``."""
    tree, (table, *inner) = ast.parse(code), _tables(_table(code))
    shared = {symbol.get_name() for function in inner for symbol in function.get_symbols() if symbol.is_declared_global()}
    return _bound(table) | shared | {node.target.id for node in outside_functions(tree) if isinstance(node, ast.NamedExpr)}


def loaded(code: str) -> set[str]:
    """Los nombres que el código usa sin punto delante."""
    return {node.id for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}


def needs(code: str, name: str) -> bool:
    """Si el código usa ``name`` de manera que, si faltase, el programa se pararía: no en un ``try`` que cuenta con ello."""
    return name in code and any(isinstance(node, ast.Name) and node.id == name for node in _unguarded(ast.parse(code), "NameError"))


def imports(code: str, root: str) -> bool:
    """Si el código importa ese paquete de manera que, si faltase, el programa se pararía. De google solo importa ``google.colab``."""
    if root not in code:
        return False
    wanted = "google.colab" if root == "google" else root
    for node in _unguarded(ast.parse(code), "ImportError", "ModuleNotFoundError", "Exception"):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and not node.level:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        if any(name == wanted or name.startswith(f"{wanted}.") for name in names):
            return True
    return False


def _unguarded(node: ast.AST, *caught: str) -> Iterator[ast.AST]:
    """Los nodos que no están en un ``try`` que atrape uno de esos errores."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        guarded = node.body if isinstance(node, ast.Try) and any(_catches(handler, caught) for handler in node.handlers) else ()
        children = [child for child in ast.iter_child_nodes(node) if child not in guarded]
        yield from children
        waiting += children


def _catches(handler: ast.ExceptHandler, errors: tuple[str, ...]) -> bool:
    return handler.type is None or any(isinstance(node, ast.Name) and node.id in errors for node in ast.walk(handler.type))


def is_known(expression: str, bound: set[str]) -> bool:
    """Si ``expression`` es una expresión de Python cuyos nombres liga el cuaderno o trae Python."""
    try:
        tree = ast.parse(expression.strip(), mode="eval")
        own = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    free = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return bool(expression.strip()) and free <= bound | own | BUILTINS


def outside_functions(node: ast.AST) -> Iterator[ast.AST]:
    """Los nodos del árbol que no están dentro de ninguna función ni clase."""
    waiting = [node]
    while waiting:
        for child in ast.iter_child_nodes(waiting.pop()):
            if not isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)):
                yield child
                waiting.append(child)


def _takes_all(node: ast.AST) -> bool:
    return isinstance(node, ast.ImportFrom) and node.names[0].name == "*"


def _table(code: str) -> symtable.SymbolTable:
    return symtable.symtable(code, "<celda>", "exec")


def _tables(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    yield table
    for child in table.get_children():
        yield from _tables(child)


def _bound(table: symtable.SymbolTable) -> set[str]:
    symbols = table.get_symbols()
    return {s.get_name() for s in symbols if s.is_assigned() or s.is_imported() or s.is_parameter() or s.is_namespace()}
