"""Una celda de código → Python corriente que hace lo mismo.

La que Python entiende se queda como está. En las demás, IPython dice qué es especial (él sabe que un «%» dentro de una cadena es
texto) y cada llamada suya se cambia por su equivalente.
"""

from __future__ import annotations

import re
import warnings

from course_utils.conversion.context import Context
from course_utils.conversion.magics import ALWAYS_BARE, AUTOMAGIC
from course_utils.conversion.names import bound_anywhere, bound_at_top, needs
from course_utils.conversion.problems import ConversionError, quoted
from course_utils.conversion.rewriting import echoed, ends_in_a_value, hoisted, is_about_globals, waiting, without_globals
from course_utils.conversion.specials import replaced
from course_utils.conversion.syntax import AWAIT, compiles, has_statements, normalized, parses, place
from course_utils.conversion.text import comment, indented

HISTORY = re.compile(r"\b(?:In|Out|_{2,3}|_i{1,3}|_i?\d+|_[iod]h)\b")  # lo que IPython recuerda y un programa no


def translate_all(sources: list[tuple[str, bool]], context: Context) -> list[str]:
    """El código de todas las celdas de un cuaderno, en orden; cada una, con si se esperaba que fallase.

    Da dos vueltas: la primera, solo para saber qué nombres liga el cuaderno, que quedan en ``context``.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # los avisos de sintaxis de un cuaderno ajeno no son asunto nuestro
        first = _each(sources, Context(context.notebook))
        context.know(set().union(*map(bound_anywhere, first)))
        context.top = set().union(*map(bound_at_top, first))
        context.kept = set() if "_" in context.bound else _used_later(first)
        for context.cell, code in enumerate(first, 1):
            if history := [name for name in sorted(set(HISTORY.findall(code)) - context.bound) if needs(code, name)]:
                context.warn(f"«{'», «'.join(history)}»: un programa no recuerda las celdas anteriores, solo el último valor, «_».", 1)
        return _each(sources, context)


def _used_later(codes: list[str]) -> set[int]:
    """Los números de las celdas cuyo último valor usa una posterior, con el nombre «_»: la última que enseñaba algo antes de ella."""
    values = [number for number, code in enumerate(codes, 1) if ends_in_a_value(code)]
    users = [number for number, code in enumerate(codes, 1) if needs(code, "_")]
    return {max(before) for user in users if (before := [number for number in values if number < user])}


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
    if "ast_node_interactivity" in source:
        context.warn("el programa no enseña más valor que el último de cada celda, y solo con --echo.", 1)
    try:
        code = translated(source, context, shown=True)
    except ConversionError:
        if not fails:
            raise
        context.warn("la celda falla a propósito y Python no la entiende: queda como comentario.", 1)
        return comment(source)
    code = waiting(code, context)
    return f"with {context.use('_error_expected')}():\n{indented(code)}" if fails and has_statements(code) else code


def translated(source: str, context: Context, *, shown: bool) -> str:
    """El código de una celda o del cuerpo de una %%orden; ``shown`` dice si su último valor se enseña."""
    error = None if compiles(source) is None else parses(source)
    plain = error is None and not _is_bare_order(source, context)
    code = source if plain else replaced(_ipython(source, error, context), source, context, translated)
    shown = shown and (plain or not code.rstrip().rsplit("\n", 1)[-1].startswith("#"))  # «%orden» callada al final
    code = hoisted(code, context)
    if is_about_globals(compiles(code)):
        code = without_globals(code)
    if compiles(code) is not None and (error := compiles(code, AWAIT)) is not None:
        raise _failure(error, code, source, context)
    return echoed(code, context) if shown and (context.echo or context.cell in context.kept) else code


def _ipython(source: str, error: SyntaxError | None, context: Context) -> str:
    """La celda tal como la reescribe IPython: Python con llamadas a ``get_ipython()``."""
    from IPython.core.inputtransformer2 import TransformerManager

    try:
        code = TransformerManager().transform_cell(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise _failure(error or SyntaxError("invalid syntax"), source, source, context) from None
    code = code if source.endswith("\n") else code.removesuffix("\n")
    problem = parses(code)
    if error is not None and problem is None:
        return code
    words = source.split(None, 1)
    if "\n" not in source.strip() and words and words[0] in AUTOMAGIC:  # «cd ..», sin %, vale si es la única línea
        return f"get_ipython().run_line_magic({words[0]!r}, {''.join(words[1:]).strip()!r})"
    raise _failure(problem or error, code, source, context)


def _is_bare_order(source: str, context: Context) -> bool:
    """«ls» o «cd /datos», sin %: Python los lee como variables y divisiones, pero el cuaderno no tiene ninguna que se llame así."""
    found = re.fullmatch(r"\s*(\w+)(?: +(?![-+*/%=<>|&]+ )[^\n;=(\[]+)?\s*", source)
    orders = ALWAYS_BARE if "*" in context.bound else AUTOMAGIC
    return found is not None and found[1] in orders and found[1] not in context.bound


def _failure(error: SyntaxError, code: str, source: str, context: Context) -> ConversionError:
    line = place(error, code, source)
    text = source.split("\n")[min(line, source.count("\n") + 1) - 1]
    old = "Missing parentheses" in error.msg  # «print x»
    advice = "¿Es Python 2? Entonces hay que pasarlo antes a Python 3." if old else "Corrige esa celda y repite."
    where = f"«{context.notebook}», celda {context.cell}, línea {line + context.line - 1}"
    return ConversionError(f"{where}: Python no entiende {quoted(text)} ({error.msg}). {advice}")
