"""Carriles: lo que sigue vivo en cada paso de una búsqueda, una columna por paso, unido a aquello de lo que sale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from course_utils.diagrams.layout import over, space
from course_utils.diagrams.pieces import MIN_SIZE, box, text, text_width
from course_utils.diagrams.shapes import Diagram, Stroke

CELL, GAP, LANE = 84.0, 26.0, 44.0


@dataclass(frozen=True)
class Stop:
    """Una parada de un carril: su rótulo, la nota de debajo, de qué parada de la columna anterior sale y cómo se pinta.

    ended: si ahí acaba una frase (borde doble y «✓»). strong: si está en el camino que hay que mirar.
    """

    label: str
    note: str = ""
    parent: int | None = None
    ended: bool = False
    strong: bool = False


def lanes(columns: Sequence[Sequence[Stop]]) -> Diagram:
    """Las columnas de izquierda a derecha, con sus paradas de mejor a peor y una línea de cada parada a la suya de antes."""
    if not columns:
        return Diagram(0, 0)
    size = Diagram(len(columns) * (CELL + GAP) - GAP, max(map(len, columns)) * LANE)
    links = [_link(x, y, stop) for x, column in enumerate(columns) for y, stop in enumerate(column) if x and stop.parent is not None]
    stops = [_stop(stop).moved(x * (CELL + GAP), y * LANE) for x, column in enumerate(columns) for y, stop in enumerate(column)]
    return replace(over(size, *links, *stops), width=size.width, height=size.height)


def _stop(stop: Stop) -> Diagram:
    fill, edge = ("soft", "accent") if stop.strong else ("paper", "quiet")
    label = ("✓ " if stop.ended else "") + _short(stop.label)
    chip = box(label, width=CELL, height=24.0, padding=(4.0, 2.0), size=11.0, bold=stop.strong, fill=fill, edge=edge,
               line=2.0 if stop.ended else 1.0)  # fmt: skip
    note = text(stop.note, MIN_SIZE, role="quiet") if stop.note else space()
    return over(chip, note.moved((CELL - note.width) / 2, 25.0))


def _short(label: str, size: float = 11.0) -> str:
    while label and text_width(label, size, True, False) > CELL - 22:
        label = label[:-2] + "…" if len(label) > 2 else ""
    return label


def _link(x: int, y: int, stop: Stop) -> Diagram:
    start = (x * (CELL + GAP) - GAP, stop.parent * LANE + 12.0)
    end = (x * (CELL + GAP), y * LANE + 12.0)
    return Diagram(0, 0, (Stroke((start, end), "accent" if stop.strong else "quiet", 2.2 if stop.strong else 1.0),))
