"""Máscaras dibujadas: una matriz de lo que cada fila puede ver, con lo que no ve rayado."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from course_utils.diagrams.layout import over
from course_utils.diagrams.pieces import rectangle
from course_utils.diagrams.shapes import Diagram, Stroke

HIDDEN_HATCH = "////"


def runs(row: Sequence[bool]) -> list[tuple[int, int]]:
    """Los tramos seguidos de síes de una fila, como (desde, hasta) sin contar el último: [1, 1, 0, 1] → [(0, 2), (3, 4)]."""
    found, place = [], 0
    for value, group in groupby(row):
        size = len(list(group))
        found += [(place, place + size)] if value else []
        place += size
    return found


def mask(seen: Sequence[Sequence[bool]], *, size: float = 150.0, row: int | None = None, split: int | None = None) -> Diagram:
    """La matriz de lo que se ve, de `size` puntos de lado: fila, quien mira; columna, lo mirado; lo que no se ve, rayado.

    row: la fila que hay que mirar, llena. split: cuántos de los primeros son otra parte (los que lee el codificador): los separa una línea.
    """
    count = len(seen)
    frame = rectangle(size, size, fill="cut", edge="quiet", hatch=HIDDEN_HATCH)
    if not count:
        return frame
    cell = size / count
    lit = [_run(start, end, at, cell, strong=at == row) for at, line in enumerate(seen) for start, end in runs(line)]
    edge = [Diagram(size, size, _cross(split * cell, size))] if split and split < count else []
    return over(frame, *lit, *edge)


def _run(start: int, end: int, at: int, cell: float, *, strong: bool) -> Diagram:
    fill = "accent" if strong else "soft"
    return rectangle((end - start) * cell, cell, fill=fill, edge="paper", line=0.6).moved(start * cell, at * cell)


def _cross(place: float, size: float) -> tuple[Stroke, Stroke]:
    return Stroke(((place, 0.0), (place, size)), "ink", 1.4), Stroke(((0.0, place), (size, place)), "ink", 1.4)
