"""Componer: capas, filas, columnas, renglones, y flechas entre partes con nombre."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import reduce
from typing import Literal

from course_utils.diagrams.shapes import Diagram, Point, Stroke


def over(*parts: Diagram) -> Diagram:
    """Capas: la última queda encima. Ocupa lo que la mayor."""
    return Diagram(
        max((p.width for p in parts), default=0.0),
        max((p.height for p in parts), default=0.0),
        tuple(s for p in parts for s in p.shapes),
        tuple(n for p in parts for n in p.names),
    )


def row(*parts: Diagram, gap: float = 0.0, align: Literal["top", "center", "bottom"] = "center") -> Diagram:
    """Uno al lado de otro, de izquierda a derecha."""
    height = max((p.height for p in parts), default=0.0)
    return (
        reduce(
            lambda left, part: _beside(left, part.framed(height=height, valign=align), gap),
            parts[1:],
            parts[0].framed(height=height, valign=align),
        )
        if parts
        else Diagram(0, 0)
    )


def column(*parts: Diagram, gap: float = 0.0, align: Literal["left", "center", "right"] = "left") -> Diagram:
    """Uno debajo de otro, de arriba abajo."""
    width = max((p.width for p in parts), default=0.0)
    return (
        reduce(
            lambda top, part: _below(top, part.framed(width=width, align=align), gap), parts[1:], parts[0].framed(width=width, align=align)
        )
        if parts
        else Diagram(0, 0)
    )


def _beside(left: Diagram, right: Diagram, gap: float) -> Diagram:
    return replace(over(left, right.moved(left.width + gap, 0)), width=left.width + gap + right.width)


def _below(top: Diagram, bottom: Diagram, gap: float) -> Diagram:
    return replace(over(top, bottom.moved(0, top.height + gap)), height=top.height + gap + bottom.height)


def flow(parts: Iterable[tuple[Diagram, float]], width: float, *, line_gap: float = 6.0) -> Diagram:
    """Partes en renglones que no pasan de `width`. Cada una trae el hueco que la separa de la anterior del mismo renglón."""
    lines: list[Diagram] = []
    for part, gap in parts:
        joined = row(lines[-1], part, gap=gap, align="top") if lines else part
        if lines and joined.width <= width:
            lines[-1] = joined
        else:
            lines.append(part)
    return column(*lines, gap=line_gap)


def space(width: float = 0.0, height: float = 0.0) -> Diagram:
    """Nada, pero ocupando sitio."""
    return Diagram(width, height)


def connect(
    diagram: Diagram, start: str, end: str, *, leave: str = "right", arrive: str = "left", role: str = "ink", dash: bool = False
) -> Diagram:
    """El mismo dibujo con una flecha entre dos partes con nombre; sale por el lado `leave` y llega por `arrive`
    («left», «right», «top», «bottom»)."""
    stroke = Stroke((_side(diagram.where(start), leave), _side(diagram.where(end), arrive)), role, 1.4, True, dash)
    return replace(diagram, shapes=(*diagram.shapes, stroke))


def _side(frame: tuple[float, float, float, float], side: str) -> Point:
    x, y, w, h = frame
    return {"left": (x, y + h / 2), "right": (x + w, y + h / 2), "top": (x + w / 2, y), "bottom": (x + w / 2, y + h)}[side]
