"""Dibujos que son valores: un diagrama mide lo que mide y se compone de otros más pequeños (fila, columna, capas, marco).

La unidad es el punto tipográfico (1/72 de pulgada) y la y crece hacia abajo, como al leer. Los colores son papeles de
`theme`, así que el mismo diagrama sale claro u oscuro según el tema activo al llamar a `render`. Un papel se puede
aguar: «accent@0.4» es el 40 % del camino entre el papel y «accent»; y «on accent@0.4», lo que mejor se lee encima.

    saludo = row(box("hola"), arrow(40), box("adiós", fill="soft"), gap=6)
    render(saludo.pad(12))
"""
from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, reduce
from typing import TYPE_CHECKING, Literal

from course_utils import theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Point = tuple[float, float]
CUT_HATCH = "////"
MIN_SIZE = 10.0       # por debajo, un texto no se lee a 1040 píxeles de ancho


# --- trazos: lo único que se pinta -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Rectangle:
    x: float
    y: float
    width: float
    height: float
    fill: str = "paper"
    edge: str = "ink"
    hatch: str = ""
    radius: float = 0.0
    dash: bool = False
    line: float = 1.0

    def moved(self, dx: float, dy: float) -> Rectangle:
        return replace(self, x=self.x + dx, y=self.y + dy)


@dataclass(frozen=True)
class Label:
    x: float
    y: float          # de la línea de base
    content: str
    size: float
    role: str = "ink"
    bold: bool = False
    italic: bool = False

    def moved(self, dx: float, dy: float) -> Label:
        return replace(self, x=self.x + dx, y=self.y + dy)


@dataclass(frozen=True)
class Stroke:
    points: tuple[Point, ...]
    role: str = "ink"
    line: float = 1.2
    head: bool = False
    dash: bool = False

    def moved(self, dx: float, dy: float) -> Stroke:
        return replace(self, points=tuple((x + dx, y + dy) for x, y in self.points))


@dataclass(frozen=True)
class Inset:
    """Un hueco donde una función de `plots` pinta en ejes propios."""

    x: float
    y: float
    width: float
    height: float
    paint: Callable[[Axes], object]

    def moved(self, dx: float, dy: float) -> Inset:
        return replace(self, x=self.x + dx, y=self.y + dy)


Shape = Rectangle | Label | Stroke | Inset


@dataclass(frozen=True)
class Diagram:
    """Un dibujo con su tamaño en puntos, sus trazos y los nombres de sus partes (para unirlas luego con `connect`)."""

    width: float
    height: float
    shapes: tuple[Shape, ...] = ()
    names: tuple[tuple[str, tuple[float, float, float, float]], ...] = ()   # nombre -> (x, y, ancho, alto)

    def moved(self, dx: float, dy: float) -> Diagram:
        """El mismo dibujo corrido `dx`, `dy` puntos, sin cambiar lo que ocupa."""
        names = tuple((name, (x + dx, y + dy, w, h)) for name, (x, y, w, h) in self.names)
        return replace(self, shapes=tuple(shape.moved(dx, dy) for shape in self.shapes), names=names)

    def pad(self, left: float, top: float | None = None, right: float | None = None, bottom: float | None = None) -> Diagram:
        """Con aire alrededor. Un número: por los cuatro lados; dos: horizontal y vertical; cuatro: izquierda, arriba, derecha, abajo."""
        top = left if top is None else top
        right, bottom = left if right is None else right, top if bottom is None else bottom
        moved = self.moved(left, top)
        return replace(moved, width=self.width + left + right, height=self.height + top + bottom)

    def framed(self, width: float | None = None, height: float | None = None, *, align: str = "left", valign: str = "top") -> Diagram:
        """Dentro de un hueco de al menos ese tamaño, pegado al lado que se diga («left», «center», «right»; «top», «center», «bottom»)."""
        w, h = max(width or 0.0, self.width), max(height or 0.0, self.height)
        moved = self.moved((w - self.width) * _SHARE[align], (h - self.height) * _SHARE[valign])
        return replace(moved, width=w, height=h)

    def named(self, name: str) -> Diagram:
        """El mismo dibujo con un nombre para todo su marco."""
        return replace(self, names=(*self.names, (name, (0.0, 0.0, self.width, self.height))))

    def where(self, name: str) -> tuple[float, float, float, float]:
        """Marco (x, y, ancho, alto) de la parte llamada `name`. ValueError si no la hay."""
        found = dict(self.names).get(name)
        if found is None:
            raise ValueError(f"En este diagrama no hay ninguna parte llamada «{name}»; hay: {', '.join(dict(self.names)) or 'ninguna'}.")
        return found


_SHARE = {"left": 0.0, "top": 0.0, "center": 0.5, "right": 1.0, "bottom": 1.0}


# --- componer ---------------------------------------------------------------------------------------------------------


def over(*parts: Diagram) -> Diagram:
    """Capas: la última queda encima. Ocupa lo que la mayor."""
    return Diagram(max((p.width for p in parts), default=0.0), max((p.height for p in parts), default=0.0),
                   tuple(s for p in parts for s in p.shapes), tuple(n for p in parts for n in p.names))


def row(*parts: Diagram, gap: float = 0.0, align: Literal["top", "center", "bottom"] = "center") -> Diagram:
    """Uno al lado de otro, de izquierda a derecha."""
    height = max((p.height for p in parts), default=0.0)
    return reduce(lambda left, part: _beside(left, part.framed(height=height, valign=align), gap), parts[1:], parts[0].framed(height=height, valign=align)) if parts else Diagram(0, 0)


def column(*parts: Diagram, gap: float = 0.0, align: Literal["left", "center", "right"] = "left") -> Diagram:
    """Uno debajo de otro, de arriba abajo."""
    width = max((p.width for p in parts), default=0.0)
    return reduce(lambda top, part: _below(top, part.framed(width=width, align=align), gap), parts[1:], parts[0].framed(width=width, align=align)) if parts else Diagram(0, 0)


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


# --- piezas -----------------------------------------------------------------------------------------------------------


def text(content: str, size: float = 12.0, *, role: str = "ink", bold: bool = False, italic: bool = False) -> Diagram:
    """Un renglón de texto. ValueError si es más pequeño de lo que se lee (10 puntos)."""
    if size < MIN_SIZE:
        raise ValueError(f"Un texto de {theme.number(size)} puntos no se lee: el mínimo es {theme.number(MIN_SIZE)}.")
    shown = theme.drawable(content)
    return Diagram(text_width(shown, size, bold, italic), 1.3 * size, (Label(0.0, size, shown, size, role, bold, italic),))


def paragraph(content: str, width: float, size: float = 12.0, *, role: str = "ink", bold: bool = False, italic: bool = False, align: str = "left") -> Diagram:
    """Texto en tantos renglones como haga falta para no pasar de `width` puntos."""
    lines = [""]
    for word in content.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and text_width(longer, size, bold, italic) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return column(*(text(line, size, role=role, bold=bold, italic=italic) for line in lines), align=align)


def rectangle(width: float, height: float, *, fill: str = "paper", edge: str = "ink", hatch: str = "", radius: float = 0.0, dash: bool = False, line: float = 1.0) -> Diagram:
    """Un rectángulo vacío."""
    return Diagram(width, height, (Rectangle(0, 0, width, height, fill, edge, hatch, radius, dash, line),))


def box(content: str | Diagram, *, width: float | None = None, height: float | None = None, padding: tuple[float, float] = (9.0, 5.0), size: float = 12.0, bold: bool = False,
        fill: str = "paper", edge: str = "ink", hatch: str = "", radius: float = 4.0, dash: bool = False, line: float = 1.0, align: str = "center") -> Diagram:
    """Una caja con algo dentro: un texto o cualquier diagrama. Si va rayada, el texto lleva su propio fondo para que se lea."""
    inner = text(content, size, role=f"on {fill}", bold=bold) if isinstance(content, str) else content
    if hatch:
        inner = over(rectangle(inner.width + 6, inner.height, fill="paper", edge="paper", radius=3), recolored(inner, "ink").moved(3, 0))
    inner = inner.pad(*padding).framed(width, height, align=align, valign="center")
    return over(rectangle(inner.width, inner.height, fill=fill, edge=edge, hatch=hatch, radius=radius, dash=dash, line=line), inner)


def recolored(diagram: Diagram, role: str) -> Diagram:
    """El mismo dibujo con sus textos en otro color."""
    return replace(diagram, shapes=tuple(replace(s, role=role) if isinstance(s, Label) else s for s in diagram.shapes))


def chip(content: str, *, note: str = "", fill: str = "soft", edge: str = "accent", hatch: str = "", size: float = 12.0, bold: bool = False, dash: bool = False) -> Diagram:
    """Una ficha redondeada con un token dentro y, si se da, una nota debajo."""
    label = box(content, fill=fill, edge=edge, hatch=hatch, size=size, bold=bold, dash=dash, padding=(6.0, 3.0))
    return column(label, text(note, MIN_SIZE, role="quiet"), gap=2, align="center") if note else label


def tokens(pieces: Sequence[str], probabilities: Sequence[float], *, width: float, prompt: str = "") -> Diagram:
    """Un texto en fichas, más oscuras cuanto más probables y con su porcentaje debajo; las que siguen una palabra van pegadas a ella."""
    words = [(text(word, 13.0, role="quiet").pad(0, 3), 5.0) for word in prompt.split()]
    chips = [(chip(visible(piece), note=theme.percent(p), fill=f"accent@{shade(p):.2f}", edge="accent", size=13.0), 6.0 if piece[:1].isspace() else 1.5)
             for piece, p in zip(pieces, probabilities)]
    return flow(words + chips, width, line_gap=8.0)


def visible(piece: str) -> str:
    """El trozo sin su espacio inicial; si solo había espacio, «␣»."""
    return piece.strip(" ") or "␣"


def shade(probability: float) -> float:
    """Cuánto se tiñe una ficha: del papel casi puro a un tono sobre el que la tinta aún se lee bien."""
    return 0.06 + 0.44 * min(max(float(probability), 0.0), 1.0)


def arrow(length: float, *, direction: Literal["right", "left", "down", "up"] = "right", label: str = "", role: str = "ink", dash: bool = False) -> Diagram:
    """Una flecha recta, con un rótulo encima (o al lado, si es vertical)."""
    if direction in ("right", "left"):
        ends = ((0.0, 6.0), (length, 6.0))
        shaft = Diagram(length, 12.0, (Stroke(ends if direction == "right" else ends[::-1], role, 1.4, True, dash),))
        return column(text(label, 10.5), shaft, gap=0, align="center") if label else shaft
    ends = ((6.0, 0.0), (6.0, length))
    shaft = Diagram(12.0, length, (Stroke(ends if direction == "down" else ends[::-1], role, 1.4, True, dash),))
    return row(shaft, text(label, 10.5), gap=4) if label else shaft


def connect(diagram: Diagram, start: str, end: str, *, leave: str = "right", arrive: str = "left", role: str = "ink", dash: bool = False) -> Diagram:
    """El mismo dibujo con una flecha entre dos partes con nombre; sale y llega por el lado que se diga («left», «right», «top», «bottom»)."""
    stroke = Stroke((_side(diagram.where(start), leave), _side(diagram.where(end), arrive)), role, 1.4, True, dash)
    return replace(diagram, shapes=(*diagram.shapes, stroke))


def _side(frame: tuple[float, float, float, float], side: str) -> Point:
    x, y, w, h = frame
    return {"left": (x, y + h / 2), "right": (x + w, y + h / 2), "top": (x + w / 2, y), "bottom": (x + w / 2, y + h)}[side]


def grid(rows: Sequence[Sequence[str]], *, cell: tuple[float, float] = (44.0, 26.0), fills: Sequence[Sequence[str]] | None = None, hatches: Sequence[Sequence[str]] | None = None,
         size: float = 11.0) -> Diagram:
    """Una rejilla de casillas con texto; `fills` y `hatches` dan el relleno y el rayado de cada una."""
    def cell_at(i: int, j: int, content: str) -> Diagram:
        fill, hatch = fills[i][j] if fills else "paper", hatches[i][j] if hatches else ""
        return box(content, width=cell[0], height=cell[1], padding=(2.0, 2.0), fill=fill, hatch=hatch, size=size, radius=0.0) if content else \
            rectangle(*cell, fill=fill, hatch=hatch)

    return column(*(row(*(cell_at(i, j, content) for j, content in enumerate(line))) for i, line in enumerate(rows)))


def brace(length: float, label: str = "", *, role: str = "quiet", size: float = 11.0) -> Diagram:
    """Una llave horizontal abierta hacia arriba, con su rótulo debajo."""
    half, depth = length / 2, 6.0
    lines = (((0.0, 0.0), (0.0, depth)), ((0.0, depth), (length, depth)), ((length, depth), (length, 0.0)), ((half, depth), (half, 2 * depth)))
    drawn = Diagram(length, 2 * depth, tuple(Stroke(points, role, 1.2) for points in lines))
    return column(drawn, text(label, size, role=role), gap=1, align="center") if label else drawn


def slider(value: float, low: float, high: float, *, width: float = 180.0, ends: tuple[str, str] | None = None) -> Diagram:
    """Un mando deslizante: carril, parte recorrida y botón; los extremos escritos debajo. ValueError si `value` se sale."""
    if not low <= value <= high or low == high:
        raise ValueError(f"El mando va de {theme.number(low)} a {theme.number(high)} y el valor es {theme.number(value)}: tiene que estar dentro.")
    names = ends or (theme.number(low), theme.number(high))
    x = 7.0 + (width - 14.0) * (value - low) / (high - low)
    rail = (Rectangle(7, 5, width - 14, 4, "frozen", "quiet", radius=2, line=0.8), Rectangle(7, 5, max(x - 7, 0.1), 4, "accent", "accent", radius=2, line=0.8),
            Rectangle(x - 7, 0, 14, 14, "accent", "ink", radius=7))
    left, right = text(names[0], 10, role="quiet"), text(names[1], 10, role="quiet")
    return column(Diagram(width, 14.0, rail), row(left, right, gap=width - left.width - right.width), gap=1)


def segments(labels: Sequence[str], probabilities: Sequence[float], *, width: float, height: float = 26.0, rest: str = "el resto") -> Diagram:
    """Una barra entera partida en proporción a cada probabilidad, con su nombre dentro si cabe; lo que falte hasta 1, rayado."""
    parts = [_segment(label, p, width, height, fill="accent" if i == 0 else "soft", edge="accent") for i, (label, p) in enumerate(zip(labels, probabilities)) if p > 0]
    left = 1.0 - sum(probabilities)
    if left * width > 1:
        parts.append(_segment(rest, left, width, height, fill="cut", edge="quiet", hatch=CUT_HATCH))
    return row(*parts)


def _segment(label: str, probability: float, width: float, height: float, *, fill: str, edge: str, hatch: str = "") -> Diagram:
    span, words = probability * width, (f"{label} {theme.percent(probability)}", label, "")
    shown = next(w for w in words if not w or text_width(theme.drawable(w), 10.5) + (16 if hatch else 8) <= span)
    if not shown:
        return rectangle(span, height, fill=fill, edge=edge, hatch=hatch)
    return box(shown, width=span, height=height, padding=(2.0, 2.0), size=10.5, fill=fill, edge=edge, hatch=hatch, radius=0.0)


def inset(width: float, height: float, paint: Callable[[Axes], object]) -> Diagram:
    """Un hueco de ese tamaño en el que `paint(ejes)` dibuja con `plots` (o con lo que quiera)."""
    return Diagram(width, height, (Inset(0.0, 0.0, width, height, paint),))


@lru_cache(maxsize=4096)
def text_width(content: str, size: float, bold: bool = False, italic: bool = False) -> float:
    """Lo que mide un renglón, en puntos."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    font = FontProperties(family=theme.FONT, size=size, weight="bold" if bold else "normal", style="italic" if italic else "normal")
    return text_to_path.get_text_width_height_descent(content, font, ismath=False)[0]


# --- pintar -----------------------------------------------------------------------------------------------------------


def resolve(role: str, colors: theme.Palette | None = None) -> str:
    """El color de un papel: «accent», «accent@0.4» (aguado), «on soft» (lo que se lee encima) o «#RRGGBB»."""
    colors = colors or theme.current()
    if role.startswith("#"):
        return role
    if role.startswith("on "):
        return theme.readable_on(resolve(role[3:], colors), colors)
    name, _, amount = role.partition("@")
    return theme.mix(colors.paper, colors[name], float(amount)) if amount else colors[name]


def figure(diagram: Diagram) -> Figure:
    """Una figura del tamaño exacto del diagrama, sin pasar por pyplot: la pinta con el tema activo."""
    from matplotlib.figure import Figure

    made = Figure(figsize=(diagram.width / 72, diagram.height / 72), facecolor=theme.current().paper)
    render(diagram, axis=made.add_axes((0, 0, 1, 1)))
    return made


def render(diagram: Diagram, *, axis: Axes | None = None) -> Axes:
    """Pinta el diagrama en `axis` (ajustándolo a lo que quepa) o en una figura nueva de su tamaño, y devuelve los ejes."""
    if axis is None:
        import matplotlib.pyplot as plt

        axis = plt.figure(figsize=(diagram.width / 72, diagram.height / 72), facecolor=theme.current().paper).add_axes((0, 0, 1, 1))
    frame = axis.get_window_extent()
    points = 72 / axis.figure.dpi
    scale = min(frame.width * points / diagram.width, frame.height * points / diagram.height)
    axis.set(xlim=(0, diagram.width), ylim=(diagram.height, 0), aspect="equal", anchor="NW")
    axis.axis("off")
    for order, shape in enumerate(diagram.shapes):
        _PAINT[type(shape)](axis, shape, scale, 1 + order * 1e-3)
    return axis


def _paint_rectangle(axis: Axes, shape: Rectangle, scale: float, order: float) -> None:
    from matplotlib.patches import Ellipse, FancyBboxPatch

    style = dict(facecolor=resolve(shape.fill), edgecolor=resolve(shape.edge), hatch=shape.hatch or None, linewidth=shape.line * scale,
                 linestyle=(0, (4, 3)) if shape.dash else "-", zorder=order)
    if 2 * shape.radius >= max(shape.width, shape.height):
        axis.add_patch(Ellipse((shape.x + shape.width / 2, shape.y + shape.height / 2), shape.width, shape.height, **style))
        return
    rounded = f"round,pad=0,rounding_size={min(shape.radius, shape.width / 2, shape.height / 2)}" if shape.radius else "square,pad=0"
    axis.add_patch(FancyBboxPatch((shape.x, shape.y), shape.width, shape.height, boxstyle=rounded, mutation_aspect=1, **style))


def _paint_label(axis: Axes, shape: Label, scale: float, order: float) -> None:
    axis.text(shape.x, shape.y, shape.content, fontsize=shape.size * scale, color=resolve(shape.role), fontweight="bold" if shape.bold else "normal",
              fontstyle="italic" if shape.italic else "normal", va="baseline", ha="left", family=theme.FONT, parse_math=False, zorder=order)


def _paint_stroke(axis: Axes, shape: Stroke, scale: float, order: float) -> None:
    from matplotlib.patches import FancyArrowPatch

    style = dict(color=resolve(shape.role), linewidth=shape.line * scale, linestyle=(0, (4, 3)) if shape.dash else "-", zorder=order)
    if shape.head:
        axis.add_patch(FancyArrowPatch(shape.points[0], shape.points[-1], arrowstyle="-|>", mutation_scale=12 * scale, shrinkA=0, shrinkB=0, **style))
    else:
        axis.plot(*zip(*shape.points), **style)


def _paint_inset(axis: Axes, shape: Inset, scale: float, order: float) -> None:
    width, height = axis.get_xlim()[1], axis.get_ylim()[0]
    corner = (shape.x / width, 1 - (shape.y + shape.height) / height, shape.width / width, shape.height / height)
    inner = axis.inset_axes(corner, zorder=order)
    shape.paint(inner)


_PAINT = {Rectangle: _paint_rectangle, Label: _paint_label, Stroke: _paint_stroke, Inset: _paint_inset}
