"""Piezas sueltas: textos, cajas, flechas, rejillas, llaves, mandos y huecos para `plots`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from course_utils import theme
from course_utils.diagrams.layout import column, over, row
from course_utils.diagrams.shapes import Diagram, Inset, Label, Rectangle, Stroke

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MIN_SIZE = 10.0  # por debajo, un texto no se lee a 1040 píxeles de ancho


def text(content: str, size: float = 12.0, *, role: str = "ink", bold: bool = False, italic: bool = False) -> Diagram:
    """Un renglón de texto. ValueError si es más pequeño de lo que se lee (10 puntos)."""
    if size < MIN_SIZE:
        raise ValueError(f"Un texto de {theme.number(size)} puntos no se lee: el mínimo es {theme.number(MIN_SIZE)}.")
    shown = theme.drawable(content)
    return Diagram(text_width(shown, size, bold, italic), 1.3 * size, (Label(0.0, size, shown, size, role, bold, italic),))


def paragraph(
    content: str, width: float, size: float = 12.0, *, role: str = "ink", bold: bool = False, italic: bool = False, align: str = "left"
) -> Diagram:
    """Texto en tantos renglones como haga falta para no pasar de `width` puntos."""
    lines = [""]
    for word in content.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and text_width(longer, size, bold, italic) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return column(*(text(line, size, role=role, bold=bold, italic=italic) for line in lines), align=align)


def rectangle(
    width: float,
    height: float,
    *,
    fill: str = "paper",
    edge: str = "ink",
    hatch: str = "",
    radius: float = 0.0,
    dash: bool = False,
    line: float = 1.0,
) -> Diagram:
    """Un rectángulo vacío."""
    return Diagram(width, height, (Rectangle(0, 0, width, height, fill, edge, hatch, radius, dash, line),))


def box(
    content: str | Diagram,
    *,
    width: float | None = None,
    height: float | None = None,
    padding: tuple[float, float] = (9.0, 5.0),
    size: float = 12.0,
    bold: bool = False,
    fill: str = "paper",
    edge: str = "ink",
    hatch: str = "",
    radius: float = 4.0,
    dash: bool = False,
    line: float = 1.0,
    align: str = "center",
) -> Diagram:
    """Una caja con algo dentro: un texto o cualquier diagrama. Si va rayada, el texto lleva su propio fondo para que se lea."""
    inner = text(content, size, role=f"on {fill}", bold=bold) if isinstance(content, str) else content
    if hatch:
        inner = over(rectangle(inner.width + 6, inner.height, fill="paper", edge="paper", radius=3), recolored(inner, "ink").moved(3, 0))
    inner = inner.pad(*padding).framed(width, height, align=align, valign="center")
    return over(rectangle(inner.width, inner.height, fill=fill, edge=edge, hatch=hatch, radius=radius, dash=dash, line=line), inner)


def recolored(diagram: Diagram, role: str) -> Diagram:
    """El mismo dibujo con sus textos en otro color."""
    return replace(diagram, shapes=tuple(replace(s, role=role) if isinstance(s, Label) else s for s in diagram.shapes))


def arrow(
    length: float, *, direction: Literal["right", "left", "down", "up"] = "right", label: str = "", role: str = "ink", dash: bool = False
) -> Diagram:
    """Una flecha recta, con un rótulo encima (o al lado, si es vertical)."""
    if direction in ("right", "left"):
        ends = ((0.0, 6.0), (length, 6.0))
        shaft = Diagram(length, 12.0, (Stroke(ends if direction == "right" else ends[::-1], role, 1.4, True, dash),))
        return column(text(label, 10.5), shaft, gap=0, align="center") if label else shaft
    ends = ((6.0, 0.0), (6.0, length))
    shaft = Diagram(12.0, length, (Stroke(ends if direction == "down" else ends[::-1], role, 1.4, True, dash),))
    return row(shaft, text(label, 10.5), gap=4) if label else shaft


def grid(
    rows: Sequence[Sequence[str]],
    *,
    cell: tuple[float, float] = (44.0, 26.0),
    fills: Sequence[Sequence[str]] | None = None,
    hatches: Sequence[Sequence[str]] | None = None,
    size: float = 11.0,
    edge: str = "ink",
) -> Diagram:
    """Una rejilla de casillas con texto; `fills` y `hatches` dan el relleno y el rayado de cada una; `edge`, el borde de todas."""

    def cell_at(i: int, j: int, content: str) -> Diagram:
        fill, hatch = fills[i][j] if fills else "paper", hatches[i][j] if hatches else ""
        return (
            box(content, width=cell[0], height=cell[1], padding=(2.0, 2.0), fill=fill, edge=edge, hatch=hatch, size=size, radius=0.0)
            if content
            else rectangle(*cell, fill=fill, edge=edge, hatch=hatch)
        )

    return column(*(row(*(cell_at(i, j, content) for j, content in enumerate(line))) for i, line in enumerate(rows)))


def brace(length: float, label: str = "", *, role: str = "quiet", size: float = 11.0) -> Diagram:
    """Una llave horizontal abierta hacia arriba, con su rótulo debajo."""
    half, depth = length / 2, 6.0
    lines = (
        ((0.0, 0.0), (0.0, depth)),
        ((0.0, depth), (length, depth)),
        ((length, depth), (length, 0.0)),
        ((half, depth), (half, 2 * depth)),
    )
    drawn = Diagram(length, 2 * depth, tuple(Stroke(points, role, 1.2) for points in lines))
    return column(drawn, text(label, size, role=role), gap=1, align="center") if label else drawn


def slider(value: float, low: float, high: float, *, width: float = 180.0, ends: tuple[str, str] | None = None) -> Diagram:
    """Un mando deslizante: carril, parte recorrida y botón; los extremos escritos debajo. ValueError si `value` se sale."""
    if not low <= value <= high or low == high:
        raise ValueError(
            f"El mando va de {theme.number(low)} a {theme.number(high)} y el valor es {theme.number(value)}: tiene que estar dentro."
        )
    names = ends or (theme.number(low), theme.number(high))
    x = 7.0 + (width - 14.0) * (value - low) / (high - low)
    rail = (
        Rectangle(7, 5, width - 14, 4, "frozen", "quiet", radius=2, line=0.8),
        Rectangle(7, 5, max(x - 7, 0.1), 4, "accent", "accent", radius=2, line=0.8),
        Rectangle(x - 7, 0, 14, 14, "accent", "ink", radius=7),
    )
    left, right = text(names[0], 10, role="quiet"), text(names[1], 10, role="quiet")
    return column(Diagram(width, 14.0, rail), row(left, right, gap=width - left.width - right.width), gap=1)


def inset(width: float, height: float, paint: Callable[[Axes], object]) -> Diagram:
    """Un hueco de ese tamaño en el que `paint(ejes)` dibuja con `plots` (o con lo que quiera)."""
    return Diagram(width, height, (Inset(0.0, 0.0, width, height, paint),))


@lru_cache(maxsize=4096)
def text_width(content: str, size: float, bold: bool = False, italic: bool = False) -> float:
    """Lo que mide un renglón, en puntos."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    font = FontProperties(family=theme.FONT, size=size, weight="bold" if bold else "normal", style="italic" if italic else "normal")
    return text_to_path.get_text_width_height_descent(theme.drawable(content), font, ismath=False)[0]
