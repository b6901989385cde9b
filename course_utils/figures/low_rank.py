"""Las piezas de las figuras 28 a 30: una matriz congelada y su par estrecho a escala, y los dos caminos de una capa con LoRA."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from course_utils import theme
from course_utils.diagrams import CUT_HATCH, Diagram, arrow, box, column, grid, over, paragraph, rectangle, row, space, text
from course_utils.diagrams.shapes import Stroke

if TYPE_CHECKING:
    import numpy as np

THIN = 5.0  # lo más fino que se ve, en puntos
CELL = (47.0, 25.0)
FROZEN = dict(fill="frozen", edge="quiet", hatch=CUT_HATCH)


def matrix(shape: tuple[int, int], scale: float, *, trained: bool) -> Diagram:
    """Una matriz a escala, (salen, entran): alta como lo que sale y ancha como lo que entra. Rayada si está congelada."""
    outside, inside = (max(side * scale, THIN) for side in shape)
    return rectangle(inside, outside, **(dict(fill="train") if trained else FROZEN))


def labelled(drawn: Diagram, name: str, note: str, *, height: float) -> Diagram:
    """Un dibujo centrado en un hueco de esa altura, con su nombre encima y sus medidas debajo."""
    head, foot = text(name, 15, bold=True), text(note, 11, role="quiet")
    width = max(drawn.width, head.width, foot.width)
    return column(head, drawn.framed(width, height, align="center", valign="center"), foot, gap=4, align="center")


def sign(content: str, height: float) -> Diagram:
    """Un signo entre dos matrices, a media altura."""
    return text(content, 20 if len(content) == 1 else 13).framed(height=height + 26, valign="center")


def block(shapes: Sequence[tuple[str, tuple[int, int]]], scale: float, width: float) -> Diagram:
    """Las dos redes de un bloque, cada una con sus matrices congeladas a escala y, a su lado, un par estrecho."""

    def one(name: str, shape: tuple[int, int]) -> Diagram:
        outside, inside = shape
        pair = row(rectangle(3, outside * scale, fill="train"), rectangle(inside * scale, 3, fill="train"), gap=3)
        drawn = row(matrix(shape, scale, trained=False), text("+", 13), pair, gap=5)
        return column(drawn, text(name, 10.5), text(f"{outside} × {inside}", 10, role="quiet"), gap=2, align="center")

    nets = []
    for title, part in (("autoatención", shapes[:2]), ("feed-forward", shapes[2:])):
        inner = column(text(title, 12, bold=True), row(*(one(*pair) for pair in part), gap=16, align="top"), gap=6)
        nets.append(box(inner, width=width, padding=(10, 8), edge="quiet", radius=8, align="left"))
    return column(*nets, gap=8)


def paths(rank: int, outside: int, inside: int, *, merged: bool = False) -> Diagram:
    """Por dónde va un vector: por W y, a la vez, por A y B, y se suman; ya fusionada, por una sola matriz."""
    ends = text(f"x ({inside})", 12).framed(50), text(f"y ({outside})", 12)
    if merged:
        one = box("W′ = W + ΔW", width=128, height=34, fill="soft", edge="accent", bold=True)
        return row(ends[0], arrow(32), one, arrow(32), ends[1], gap=5)
    frozen = box("W", width=200, height=32, size=13, bold=True, **FROZEN)
    pair = row(box("A", width=46, height=30, size=13, bold=True, fill="train"), arrow(26), text(str(rank), 11), arrow(26),
               box("B", width=46, height=30, size=13, bold=True, fill="train"), gap=4)  # fmt: skip
    scaled = row(pair, arrow(22), text("× α/r", 11), gap=4)
    lanes = column(row(frozen, space(scaled.width - frozen.width)), scaled, gap=14)
    top, bottom, half = 16.0, lanes.height - 15.0, lanes.height / 2
    fork = Diagram(26, lanes.height, tuple(Stroke(((0.0, half), (26.0, y)), "ink", 1.4, True) for y in (top, bottom)))
    join = Diagram(30, lanes.height, (Stroke(((-(scaled.width - frozen.width), top), (30.0, half)), "ink", 1.4, True),
                                      Stroke(((0.0, bottom), (30.0, half)), "ink", 1.4, True)))  # fmt: skip
    plus = box("+", width=26, height=26, padding=(2, 2), size=14, radius=13)
    return row(ends[0], fork, lanes, join, plus, arrow(24), ends[1], gap=3)


def numbers(values: np.ndarray, *, fill: str, edge: str = "ink", hatch: str = "") -> Diagram:
    """Una rejilla con los números de una matriz, con dos decimales."""
    rows = [[theme.number(round(float(x), 2), 2) for x in line] for line in values]
    fills, hatches = ([[one] * len(line) for line in rows] for one in (fill, hatch))
    return grid(rows, cell=CELL, fills=fills, hatches=hatches, size=11, edge=edge)


def task(adapter: str, note: str, answer: str, width: float) -> Diagram:
    """El modelo congelado, con el adaptador que lleve puesto, y lo que contesta."""
    base = box("modelo", width=84, height=40, bold=True, **FROZEN)
    empty = text("sin adaptador", 11, role="quiet").framed(118, 40, align="center", valign="center")
    slot = column(text(adapter, 12.5, role="on train", bold=True), text(note, 10.5, role="on train"), align="center")
    plugged = box(slot, width=118, height=40, padding=(4, 2), fill="train", radius=6) if adapter else over(
        rectangle(118, 40, fill="paper", edge="quiet", dash=True, radius=6), empty)  # fmt: skip
    head = row(base, text("+", 15), plugged, gap=6)
    said = paragraph(answer, width - head.width - 50, 13, bold=bool(adapter), role="ink" if adapter else "quiet")
    return row(head, arrow(30), said, gap=8)
