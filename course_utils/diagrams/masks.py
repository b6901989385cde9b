"""Máscaras dibujadas: una matriz de lo que cada fila puede ver, con lo que no ve rayado."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from course_utils.diagrams.layout import column, over, row, space
from course_utils.diagrams.pieces import MIN_SIZE, rectangle, text
from course_utils.diagrams.shapes import Diagram, Stroke
from course_utils.diagrams.tokens import CUT_HATCH

AIR = 4.0  # puntos entre un nombre y la matriz


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
    frame = rectangle(size, size, fill="cut", edge="quiet", hatch=CUT_HATCH)
    if not count:
        return frame
    cell = size / count
    lit = [_run(start, end, at, cell, strong=at == row) for at, line in enumerate(seen) for start, end in runs(line)]
    edge = [Diagram(size, size, _cross(split * cell, size))] if split and split < count else []
    return over(frame, *lit, Diagram(size, size, tuple(_bars(seen, cell))), *edge)


def labelled_mask(
    seen: Sequence[Sequence[bool]], labels: Sequence[str], *, width: float = 200.0, split: int | None = None, sides: Sequence[str] = ()
) -> Diagram:
    """La matriz de `mask`, en `width` puntos, con los nombres de la primera fila y la última, y de las mismas columnas.

    labels: uno por token. split, sides: si hay dos partes, cuántos tokens lleva la primera y cómo se llaman; van arriba, y en las filas se
    nombra también el primero de la segunda.
    """
    places = sorted({0, len(seen) - 1, *([split] if split else [])})
    names = {place: text(labels[place], MIN_SIZE, role="quiet") for place in places}
    gutter = max(name.width for name in names.values()) + AIR
    size = width - gutter
    cell = size / len(seen)
    left = [name.framed(gutter - AIR, align="right").moved(0, (place + 0.5) * cell - name.height / 2) for place, name in names.items()]
    cut = size * split / len(seen) if split else 0.0
    top = (
        row(*(text(side, MIN_SIZE, role="quiet").framed(w, align="center") for side, w in zip(sides, (cut, size - cut))))
        if split and sides
        else row(names[0], space(max(size - names[0].width - names[places[-1]].width, AIR)), names[places[-1]])
    )
    return row(over(space(gutter, size), *left), column(top, mask(seen, size=size, split=split), gap=2), align="bottom")


def _bars(seen: Sequence[Sequence[bool]], cell: float) -> list[Stroke]:
    """Las rayas de arriba abajo que separan las columnas, donde se ven las dos."""
    return [
        Stroke(((at * cell, start * cell), (at * cell, end * cell)), "paper", 0.6)
        for at in range(1, len(seen))
        for start, end in runs([line[at - 1] and line[at] for line in seen])
    ]


def _run(start: int, end: int, at: int, cell: float, *, strong: bool) -> Diagram:
    fill = "accent" if strong else "soft"
    return rectangle((end - start) * cell, cell, fill=fill, edge="paper", line=0.6).moved(start * cell, at * cell)


def _cross(place: float, size: float) -> tuple[Stroke, Stroke]:
    return Stroke(((place, 0.0), (place, size)), "ink", 1.4), Stroke(((0.0, place), (size, place)), "ink", 1.4)
