"""Texto de Python: sangrar sin tocar las cadenas, escribir literales que se leen y comentarios que no se escapan."""

from __future__ import annotations

import io
import tokenize

INDENT = "    "


def indented(code: str, prefix: str = INDENT) -> str:
    """El código con ``prefix`` delante de cada línea, salvo dentro de las cadenas de varias líneas, que no cambian."""
    inside = _inside_strings(code)
    lines = code.split("\n")
    return "\n".join(line if not line.strip() or i in inside else prefix + line for i, line in enumerate(lines, 1))


def comment(text: str) -> str:
    """El texto como comentarios. Ningún separador de línea, de los muchos que hay, deja nada fuera de «#»."""
    return "\n".join(f"# {visible(line)}".rstrip() for line in text.splitlines()) or "#"


def visible(line: str) -> str:
    """La línea con los caracteres de control y los que no se pueden codificar escritos a la vista."""
    if line.isprintable():
        return line
    return "".join(c if c == "\t" or not _hidden(c) else c.encode("unicode_escape").decode("ascii") for c in line)


def literal(text: str) -> str:
    """Un literal de Python que vale ``text``: entre comillas triples, tal como se lee, si es de varias líneas y se puede."""
    for quotes in ('"""', "'''"):
        for prefix in ("", "r"):
            written = f"{prefix}{quotes}{text}{quotes}"
            if "\n" in text and "\r" not in text and "\0" not in text and _value(written) == text:
                return written
    return _double(text)


def quiet(code: str) -> bool:
    """Si la celda acaba en punto y coma: Jupyter no enseña entonces su último valor."""
    ignored = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.ENDMARKER, tokenize.DEDENT, tokenize.INDENT}
    last = ""
    for token in _tokens(code):
        if token.type not in ignored:
            last = token.string
    return last == ";"


def _hidden(c: str) -> bool:
    return ord(c) < 32 or 127 <= ord(c) < 160 or 0xD800 <= ord(c) < 0xE000 or c in "\u2028\u2029"


def _value(written: str) -> str | None:
    import ast
    import warnings

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # «\d» en una cadena corriente: mejor una r delante
            return ast.literal_eval(written)
    except (SyntaxError, ValueError):
        return None


def _double(text: str) -> str:
    """Como ``repr``, pero entre comillas dobles si no hay ninguna dentro."""
    written = repr(text)
    return written if '"' in text or not written.startswith("'") or "\\'" in written else f'"{written[1:-1]}"'


def _inside_strings(code: str) -> set[int]:
    """Los números de las líneas que empiezan dentro de una cadena."""
    inside: set[int] = set()
    for first, last in _strings(code):
        inside |= set(range(first + 1, last + 1))
    return inside


def _strings(code: str) -> list[tuple[int, int]]:
    """Primera y última línea de cada cadena; en Python 3.12 una f-string son varias piezas, de FSTRING_START a FSTRING_END."""
    start, end = getattr(tokenize, "FSTRING_START", -1), getattr(tokenize, "FSTRING_END", -1)
    found, opened = [], []
    for token in _tokens(code):
        if token.type == tokenize.STRING:
            found.append((token.start[0], token.end[0]))
        elif token.type == start:
            opened.append(token.start[0])
        elif token.type == end:
            found.append((opened.pop(), token.end[0]))
    return found


def _tokens(code: str) -> list[tokenize.TokenInfo]:
    return list(tokenize.generate_tokens(io.StringIO(code, newline="").readline))
