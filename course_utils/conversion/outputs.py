"""Quitar las salidas antes de leer: pueden ser casi todo el fichero, y de ellas solo importa si la celda dibujó algo."""

from __future__ import annotations

import re
from collections.abc import Iterator

TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|[\[\]{}]', re.DOTALL)  # sin comillas al final: una cadena cortada
KEY = b'"outputs"'
LIST_FOLLOWS = re.compile(rb"\s*:\s*\[")
DREW = re.compile(rb'"image/(?:png|svg\+xml|jpeg)"|<Figure size |"png"')
DRAWING = b'[{"output_type": "display_data", "metadata": {}, "data": {"image/png": ""}}]'
CLOSING = {ord("["): ord("]"), ord("{"): ord("}")}


def without_outputs(data: bytes) -> bytes:
    """El mismo cuaderno (JSON en UTF-8) con cada lista ``outputs`` vacía o, si había un dibujo, con uno sin contenido.

    Trabaja sobre los bytes, sin decodificarlos: la memoria que hace falta es poco más que la del fichero. Lo que venga detrás
    de un corchete que no casa se queda como está, para que quien lo lea diga qué le pasa.
    """
    kept: list[bytes] = []
    copied = 0
    for start, end in _output_lists(data):
        kept += [data[copied:start], DRAWING if DREW.search(data, start, end) else b"[]"]
        copied = end
    return b"".join([*kept, data[copied:]]) if copied else data


def too_deep(data: bytes, limit: int = 500) -> int:
    """Dónde se abre el primer corchete con más de ``limit`` por cerrar: su posición, en bytes, o el final."""
    return next((start for start, _, depth in _brackets(data) if depth > limit), len(data))


def _output_lists(data: bytes) -> list[tuple[int, int]]:
    """Dónde empieza y acaba cada lista ``outputs``, corchetes incluidos."""
    found, start, inside = [], 0, 0  # inside: profundidad de la lista que se está saltando; 0, ninguna
    for place, end, depth in _brackets(data, KEY):
        if inside and depth < inside:
            found.append((start, end))
            inside = 0
        elif not inside and data.startswith(KEY, place) and (follows := LIST_FOLLOWS.match(data, end)):
            start, inside = follows.end() - 1, depth + 1
    return found


def _brackets(data: bytes, key: bytes = b"") -> Iterator[tuple[int, int, int]]:
    """Principio, final y profundidad de cada corchete o llave y de cada cadena ``key``, hasta donde algo no casa."""
    expected: list[int] = []
    for token in TOKEN.finditer(data):
        place, end = token.span()
        symbol = data[place]
        if symbol in CLOSING:
            expected.append(CLOSING[symbol])
        elif symbol != ord('"'):
            if not expected or expected.pop() != symbol:
                return
        elif end - place == 1 or data[end - 1] != ord('"'):
            return
        elif not key or end - place != len(key) or not data.startswith(key, place):
            continue
        yield place, end, len(expected)
