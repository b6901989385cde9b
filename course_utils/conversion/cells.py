"""Una celda de código → Python corriente que hace lo mismo.

La que Python entiende se queda como está. En las demás, IPython dice qué es especial (él sabe que un «%» dentro de una cadena es
texto) y aquí se cambia cada llamada suya por su equivalente.
"""

from __future__ import annotations

import ast
import re
import warnings
from functools import lru_cache
from typing import NamedTuple

from course_utils.conversion.context import Context
from course_utils.conversion.magics import AUTOMAGIC, cell_magic, line_magic
from course_utils.conversion.names import bound_anywhere, bound_at_top, needs, outside_functions
from course_utils.conversion.problems import ConversionError, quoted
from course_utils.conversion.text import comment, indented, literal, quiet

AWAIT = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
METHODS = ("run_line_magic", "run_cell_magic", "system", "getoutput")


def translate_all(sources: list[tuple[str, bool]], context: Context) -> list[str]:
    """El código de todas las celdas de un cuaderno, en orden; cada una, con si se esperaba que fallase.

    Da dos vueltas: la primera, solo para saber qué nombres liga el cuaderno, que quedan en ``context``.
    """
    first = _each(sources, Context(context.notebook))
    context.know(set().union(*map(bound_anywhere, first)))
    context.keeps = "_" not in context.bound and any(needs(code, "_") for code in first)
    return _each(sources, context)


def _each(sources: list[tuple[str, bool]], context: Context) -> list[str]:
    found = []
    for context.cell, (source, fails) in enumerate(sources, 1):
        context.line = 1
        found.append(translate(source, context, fails=fails))
    return found


def translate(source: str, context: Context, *, fails: bool = False) -> str:
    """El código de la celda, listo para el programa. ``fails``: se esperaba que fallase (la marca ``raises-exception``).

    Raises:
        ConversionError: ni Python ni IPython entienden la celda.
    """
    source = normalized(source)
    try:
        code = _translated(source, context, shown=True)
    except ConversionError:
        if not fails:
            raise
        context.warn("la celda falla a propósito y Python no la entiende: queda como comentario.", 1)
        return comment(source)
    code = _waiting(code, context)
    return f"with {context.use('_error_expected')}():\n{indented(code)}" if fails and _has_code(code) else code


def normalized(source: str) -> str:
    """Con un solo fin de línea, el único que Python distingue, y sin la marca de orden de bytes."""
    return source.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")


def parses(code: str) -> SyntaxError | None:
    """``None`` si el código tiene la forma de Python; si no, por qué no. Compilarlo pide algo más: un ``return`` suelto no vale."""
    return compiles(code, ast.PyCF_ONLY_AST)


@lru_cache(maxsize=2048)  # cada celda se mira dos veces
def compiles(code: str, flags: int = 0) -> SyntaxError | None:
    """``None`` si Python entiende el código; si no, por qué no."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # un «\\d» en una cadena avisa, y no es asunto nuestro
        try:
            compile(code, "<celda>", "exec", flags, dont_inherit=True)
        except SyntaxError as error:
            return error.with_traceback(None)
        except (ValueError, RecursionError, MemoryError) as error:  # un byte nulo, un sustituto suelto, demasiado anidado
            return SyntaxError(str(error) or type(error).__name__, ("<celda>", 1, 1, code.split("\n")[0]))
    return None


def _translated(source: str, context: Context, *, shown: bool) -> str:
    error = None if compiles(source) is None else parses(source)
    plain = error is None and not _is_bare_order(source, context)
    code = _hoisted(source if plain else _replaced(_ipython(source, error, context), source, context), context)
    if is_about_globals(compiles(code)):
        code = without_globals(code)
    if compiles(code) is not None and (error := compiles(code, AWAIT)) is not None:
        raise _failure(error, source, context)
    return _echoed(code, context) if shown and (context.echo or context.keeps) else code


def is_about_globals(error: SyntaxError | None) -> bool:
    """Si a Python solo le molesta un ``global x`` que llega después de usar x."""
    return error is not None and "global declaration" in (error.msg or "")


def without_globals(code: str) -> str:
    """El código sin los ``global x`` que están fuera de toda función: no hacen nada, y en un programa pueden no valer."""
    lines = code.split("\n")
    found = [node for node in outside_functions(ast.parse(code)) if isinstance(node, ast.Global)] if "global" in code else []
    for node in sorted(found, key=lambda node: (node.lineno, node.col_offset), reverse=True):
        line = lines[node.lineno - 1].encode()
        before, old, after = line[: node.col_offset], line[node.col_offset : node.end_col_offset], line[node.end_col_offset :]
        lines[node.lineno - 1] = (before + b"pass" + after + b"  # " + old).decode()
    return "\n".join(lines)


def _ipython(source: str, error: SyntaxError | None, context: Context) -> str:
    """La celda tal como la reescribe IPython: Python con llamadas a ``get_ipython()``."""
    from IPython.core.inputtransformer2 import TransformerManager

    try:
        code = TransformerManager().transform_cell(source)
    except SyntaxError as problem:
        raise _failure(problem, source, context) from None
    except (ValueError, RecursionError, MemoryError):
        raise _failure(error, source, context) from None
    code = code if source.endswith("\n") else code.removesuffix("\n")
    problem = parses(code)
    if error is not None and problem is None:
        return code
    words = source.split(None, 1)
    if "\n" not in source.strip() and words and words[0] in AUTOMAGIC:  # «cd ..», sin %, vale si es la única línea
        return f"get_ipython().run_line_magic({words[0]!r}, {''.join(words[1:]).strip()!r})"
    raise _failure(problem or error, source, context)


def _is_bare_order(source: str, context: Context) -> bool:
    """«ls» o «cd /datos», sin %: Python los lee como variables y divisiones, pero el cuaderno no tiene ninguna que se llame así."""
    found = re.fullmatch(r"\s*(cd|ls|ll|pwd)(?: +(?![-+*/%=<>|&]+ )[^\n;=(\[]+)?\s*", source)
    return found is not None and found[1] not in context.bound


def _failure(error: SyntaxError, source: str, context: Context) -> ConversionError:
    line = (error.text or "").strip()
    place = next((i for i, text in enumerate(source.split("\n"), 1) if line and text.strip() == line), error.lineno or 1)
    old = " ¿Es Python 2? Entonces hay que pasarlo antes a Python 3." if "print" in error.msg or "exec" in error.msg else ""
    text = source.split("\n")[min(place, source.count("\n") + 1) - 1]
    return ConversionError(
        f"«{context.notebook}», celda {context.cell}, línea {place + context.line - 1}: Python no entiende {quoted(text)} ({error.msg})."
        f"{old or ' Corrige esa celda y repite.'}"
    )


class _Special(NamedTuple):
    """Una llamada de IPython: qué método, con qué textos, dónde, y si es una instrucción entera."""

    method: str
    arguments: tuple[str, ...]
    node: ast.AST
    whole: bool
    in_function: bool


def _replaced(code: str, source: str, context: Context) -> str:
    """El código con cada llamada de IPython cambiada por su equivalente, de abajo arriba para que las posiciones sigan valiendo."""
    found = sorted(_specials(ast.parse(code)), key=lambda special: (special.node.lineno, special.node.col_offset))
    lines, before, base = code.split("\n"), 0, context.line
    written = []
    for special in found:
        before = _line_of(special, source.split("\n"), before)
        context.line, context.in_function = base + before, special.in_function
        written.append(_equivalent(special, context))
    context.line, context.in_function = base, False
    for special, new in zip(reversed(found), reversed(written), strict=True):
        _put(new, special, lines)
    return "\n".join(lines)


def _specials(tree: ast.AST, in_function: bool = False) -> list[_Special]:
    found: list[_Special] = []
    for node in ast.iter_child_nodes(tree):
        inside = in_function or isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef))
        call = node.value if isinstance(node, ast.Expr) else node
        if (read := _read(call)) is not None:
            found.append(_Special(*read, node, isinstance(node, ast.Expr), in_function))
        else:
            found += _specials(node, inside)
    return found


def _read(node: ast.AST) -> tuple[str, tuple[str, ...]] | None:
    """(método, textos) si el nodo es ``get_ipython().método("…")``."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in METHODS and not node.keywords):
        return None
    shell = node.func.value
    if not (isinstance(shell, ast.Call) and isinstance(shell.func, ast.Name) and shell.func.id == "get_ipython" and not shell.args):
        return None
    values = [argument.value for argument in node.args if isinstance(argument, ast.Constant) and isinstance(argument.value, str)]
    counts = {"run_line_magic": 2, "run_cell_magic": 3}
    return (node.func.attr, tuple(values)) if len(values) == len(node.args) == counts.get(node.func.attr, 1) else None


def _line_of(special: _Special, lines: list[str], start: int) -> int:
    """En qué línea de la celda (desde 0) estaba lo que IPython cambió."""
    text = special.arguments[0].split()[0] if special.arguments[0].split() else ""
    shell = (f"!{text}", f"! {text}", "!")
    marks = {"run_line_magic": (f"%{text}", "?", text), "run_cell_magic": (f"%%{text}",)}.get(special.method, shell)
    for mark in marks:
        for i in range(start, len(lines)):
            if mark and mark in lines[i]:
                return i
    return start


def _equivalent(special: _Special, context: Context) -> str:
    def again(code: str, shown: bool) -> str:
        outer = context.line
        context.line += 1 if special.method == "run_cell_magic" and code == special.arguments[-1] else 0
        code = _translated(code.rstrip("\n"), context, shown=shown)
        context.line = outer
        return code

    if special.method == "run_cell_magic":
        return cell_magic(*special.arguments, context, again)
    if special.method == "run_line_magic":
        name, argument = special.arguments
        if name == "time" and not special.whole:
            return f"{context.use('_time_of')}(lambda: {again(argument, False)})"
        new = line_magic(name, argument, context, again)
        return new if special.whole else _as_expression(new, name, context)
    (command,) = special.arguments
    if special.method == "getoutput":
        return context.shell_lines(command)
    return context.shell(command) if command.strip() else "# !"


def _as_expression(code: str, name: str, context: Context) -> str:
    try:
        ast.parse(code, mode="eval")
    except SyntaxError:
        context.warn(f"«… = %{name}» no se puede traducir: vale None.")
        return "None"
    return code


def _put(new: str, special: _Special, lines: list[str]) -> None:
    """Cambia en ``lines`` el código de la llamada por ``new``, con la sangría de la línea en que está."""
    node = special.node
    first, last = lines[node.lineno - 1].encode(), lines[node.end_lineno - 1].encode()
    head, tail = first[: node.col_offset].decode(), last[node.end_col_offset :].decode()
    if special.whole and not head.strip() and not tail.strip():
        if head and not _has_code(new):
            new = f"{new}\npass".lstrip("\n") if "\n" in new else f"pass  {new}".rstrip()
        new = indented(new, head) + tail
    else:
        new = head + (new or "None") + tail
    lines[node.lineno - 1 : node.end_lineno] = new.split("\n")


def _has_code(code: str) -> bool:
    return bool(ast.parse(code).body)


def _echoed(code: str, context: Context) -> str:
    """El código que, además, enseña el último valor, como hace Jupyter si la celda no acaba en punto y coma, o lo guarda en «_»."""
    body = ast.parse(code).body
    if not body or not isinstance(body[-1], ast.Expr) or context.echo and quiet(code):
        return code
    last = body[-1]
    if isinstance(last.value, ast.Call) and isinstance(last.value.func, ast.Name) and last.value.func.id in _tellers(context):
        return code
    opening, closing = ("((", "))") if isinstance(last.value, ast.Tuple) else ("(", ")")
    lines = code.split("\n")
    _insert(closing, lines, last.end_lineno, last.end_col_offset)
    _insert(context.use("_show" if context.echo else "_keep") + opening, lines, last.lineno, last.col_offset)
    return "\n".join(lines)


def _tellers(context: Context) -> set[str]:
    """Las funciones que ya escriben lo suyo y no devuelven nada."""
    return {new for name, new in context.names.items() if name != "_shell_lines"} | {"print"} - context.bound


def _insert(text: str, lines: list[str], row: int, column: int) -> None:
    line = lines[row - 1].encode()  # Python cuenta las columnas en bytes
    lines[row - 1] = (line[:column] + text.encode() + line[column:]).decode()


def _hoisted(code: str, context: Context) -> str:
    """Sin sus ``from __future__``, que en un programa van antes que todo: se apuntan y queda un comentario en su lugar."""
    if "__future__" not in code:
        return code
    lines = code.split("\n")
    for node in reversed(ast.parse(code).body):
        if isinstance(node, ast.ImportFrom) and node.module == "__future__":
            context.futures += [alias.name for alias in node.names if alias.name not in context.futures]
            _comment_out(node, lines)
    return "\n".join(lines)


def _comment_out(node: ast.stmt, lines: list[str]) -> None:
    first, last = lines[node.lineno - 1].encode(), lines[node.end_lineno - 1].encode()
    head, tail = first[: node.col_offset].decode(), last[node.end_col_offset :].decode()
    alone = not head.strip() and not re.sub(r"#.*", "", tail).strip()
    old = "\n".join(lines[node.lineno - 1 : node.end_lineno])
    lines[node.lineno - 1 : node.end_lineno] = [comment(old)] if alone else [f"{head}pass{tail}"]


def _waiting(code: str, context: Context) -> str:
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
