"""Lo que se pinta (rectángulos, letras, trazos, huecos) y `Diagram`, el valor que los reúne con su tamaño."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Point = tuple[float, float]
SHARE = {"left": 0.0, "top": 0.0, "center": 0.5, "right": 1.0, "bottom": 1.0}


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
    y: float  # de la línea de base
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
    names: tuple[tuple[str, tuple[float, float, float, float]], ...] = ()  # nombre -> (x, y, ancho, alto)

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
        moved = self.moved((w - self.width) * SHARE[align], (h - self.height) * SHARE[valign])
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
