"""Preguntarle a Python: si entiende un código y, si no, en qué línea deja de entenderlo."""

from __future__ import annotations

import ast
import warnings
from functools import lru_cache

AWAIT = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT


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
            error.lineno = error.lineno or _line_of(error, code)
            return error.with_traceback(None)
        except (ValueError, RecursionError, MemoryError) as error:
            return SyntaxError(str(error) or type(error).__name__, ("<celda>", _line_of(error, code), 1, ""))
    return None


def _line_of(error: Exception, code: str) -> int:
    """La línea de un carácter que Python no admite en ningún sitio: un byte nulo o medio par sustituto."""
    place = error.start if isinstance(error, UnicodeEncodeError) else code.find("\0")
    return code.count("\n", 0, max(place, 0)) + 1


def has_statements(code: str) -> bool:
    """Si en el código hay algo más que comentarios."""
    return bool(ast.parse(code).body)


def line_map(code: str, source: str) -> list[int]:
    """Para cada línea de ``code``, lo que IPython hizo de ``source``, la de ``source`` de la que sale; las dos, desde 1.

    IPython cambia las líneas en su sitio, junta las que siguen tras una barra invertida, pone las %%celdas en una y quita las
    primeras si están vacías.
    """
    rows, found, i = source.split("\n"), [], 0
    for line in code.split("\n"):
        while i < len(rows) - 1 and not rows[i].strip() and line.strip():
            i += 1
        found.append(min(i, len(rows) - 1) + 1)
        same = i < len(rows) and rows[i].strip() == line.strip()
        while not same and i < len(rows) and rows[i].endswith("\\"):
            i += 1
        i += 1
    return found


def place(error: SyntaxError, code: str, source: str) -> int:
    """La línea de ``source`` que corresponde a la del error, que es de ``code``, lo que IPython hizo con él."""
    line = error.lineno or 1
    if code == source:
        return line
    lines = line_map(code, source)
    return lines[min(line, len(lines)) - 1]
