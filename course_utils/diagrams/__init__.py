"""Dibujos que son valores: un diagrama mide lo que mide y se compone de otros más pequeños (fila, columna, capas, marco).

La unidad es el punto tipográfico (1/72 de pulgada) y la y crece hacia abajo, como al leer. Los colores son papeles de
`theme`, así que el mismo diagrama sale claro u oscuro según el tema activo al llamar a `render`. Un papel se puede
aguar: «accent@0.4» es el 40 % del camino entre el papel y «accent»; y «on accent@0.4», lo que mejor se lee encima.

    saludo = row(box("hola"), arrow(40), box("adiós", fill="soft"), gap=6)
    render(saludo.pad(12))
"""

from __future__ import annotations

from course_utils.diagrams.lanes import Stop, lanes
from course_utils.diagrams.layout import column, connect, flow, over, row, space
from course_utils.diagrams.masks import labelled_mask, mask
from course_utils.diagrams.paint import figure, render, resolve
from course_utils.diagrams.pieces import MIN_SIZE, arrow, box, brace, grid, inset, paragraph, recolored, rectangle, slider, text, text_width
from course_utils.diagrams.shapes import Diagram, Inset, Label, Rectangle, Stroke
from course_utils.diagrams.tokens import CUT_HATCH, chip, segments, shade, tokens, visible

__all__ = [
    "CUT_HATCH", "MIN_SIZE", "Diagram", "Inset", "Label", "Rectangle", "Stop", "Stroke", "arrow", "box", "brace", "chip", "column",
    "connect", "figure", "flow", "grid", "inset", "labelled_mask", "lanes", "mask", "over", "paragraph", "recolored", "rectangle",
    "render", "resolve", "row", "segments", "shade", "slider", "space", "text", "text_width", "tokens", "visible",
]  # fmt: skip
