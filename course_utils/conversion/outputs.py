"""Quitar las salidas antes de leer: pueden ser casi todo el fichero, y de ellas solo importa si la celda dibujó algo."""

from __future__ import annotations

import re

TOKEN = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{}]', re.DOTALL)
LIST_FOLLOWS = re.compile(rb"\s*:\s*\[")
DREW = re.compile(rb'"image/(?:png|svg\+xml|jpeg)"|<Figure size |"png"')
DRAWING = b'[{"output_type": "display_data", "metadata": {}, "data": {"image/png": ""}}]'


def without_outputs(data: bytes) -> bytes:
    """El mismo cuaderno (JSON en UTF-8) con cada lista ``outputs`` vacía o, si había un dibujo, con uno sin contenido.

    Trabaja sobre los bytes, sin decodificarlos: la memoria que hace falta es poco más que la del fichero. Si el JSON está
    roto devuelve ``data`` tal cual, para que quien lo lea diga dónde.
    """
    kept: list[bytes] = []
    copied = 0
    for start, end in _output_lists(data):
        kept += [data[copied:start], DRAWING if DREW.search(data, start, end) else b"[]"]
        copied = end
    return b"".join([*kept, data[copied:]]) if copied else data


def _output_lists(data: bytes) -> list[tuple[int, int]]:
    """Dónde empieza y acaba cada lista ``outputs``, corchetes incluidos; ninguna si los corchetes no casan."""
    found, depth, inside, start = [], 0, 0, 0  # inside: profundidad de la lista que se está saltando; 0, ninguna
    for token in TOKEN.finditer(data):
        symbol = data[token.start()]
        if symbol in b"[{":
            depth += 1
        elif symbol in b"]}":
            depth -= 1
            if inside and depth == inside - 1:
                found.append((start, token.end()))
                inside = 0
        elif not inside and token[0] == b'"outputs"' and (follows := LIST_FOLLOWS.match(data, token.end())):
            start, inside = follows.end() - 1, depth + 1
    return found if depth == 0 else []
