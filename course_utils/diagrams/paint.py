"""Pintar: de diagrama a ejes de matplotlib, con los colores del tema activo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course_utils import theme
from course_utils.diagrams.shapes import Diagram, Inset, Label, Rectangle, Stroke

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


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

    style = dict(
        facecolor=resolve(shape.fill),
        edgecolor=resolve(shape.edge),
        hatch=shape.hatch or None,
        linewidth=shape.line * scale,
        linestyle=(0, (4, 3)) if shape.dash else "-",
        zorder=order,
    )
    if 2 * shape.radius >= max(shape.width, shape.height):
        axis.add_patch(Ellipse((shape.x + shape.width / 2, shape.y + shape.height / 2), shape.width, shape.height, **style))
        return
    rounded = f"round,pad=0,rounding_size={min(shape.radius, shape.width / 2, shape.height / 2)}" if shape.radius else "square,pad=0"
    axis.add_patch(FancyBboxPatch((shape.x, shape.y), shape.width, shape.height, boxstyle=rounded, mutation_aspect=1, **style))


def _paint_label(axis: Axes, shape: Label, scale: float, order: float) -> None:
    axis.text(
        shape.x,
        shape.y,
        shape.content,
        fontsize=shape.size * scale,
        color=resolve(shape.role),
        fontweight="bold" if shape.bold else "normal",
        fontstyle="italic" if shape.italic else "normal",
        va="baseline",
        ha="left",
        family=theme.FONT,
        parse_math=False,
        zorder=order,
    )


def _paint_stroke(axis: Axes, shape: Stroke, scale: float, order: float) -> None:
    from matplotlib.patches import FancyArrowPatch

    style = dict(color=resolve(shape.role), linewidth=shape.line * scale, linestyle=(0, (4, 3)) if shape.dash else "-", zorder=order)
    if shape.head:
        axis.add_patch(
            FancyArrowPatch(shape.points[0], shape.points[-1], arrowstyle="-|>", mutation_scale=12 * scale, shrinkA=0, shrinkB=0, **style)
        )
    else:
        axis.plot(*zip(*shape.points), **style)


def _paint_inset(axis: Axes, shape: Inset, scale: float, order: float) -> None:
    width, height = axis.get_xlim()[1], axis.get_ylim()[0]
    corner = (shape.x / width, 1 - (shape.y + shape.height) / height, shape.width / width, shape.height / height)
    inner = axis.inset_axes(corner, zorder=order)
    shape.paint(inner)


_PAINT = {Rectangle: _paint_rectangle, Label: _paint_label, Stroke: _paint_stroke, Inset: _paint_inset}
