"""Las formas: cada una dice, para cada punto, a qué distancia queda su borde (negativa por dentro), y así se pinta con el borde suave.

Todo se mide en un cuadrado de lado 2 con el centro en (0, 0); la y crece hacia abajo.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

Point = tuple[float, float]
Color = tuple[float, float, float]
Distance = Callable[[np.ndarray, np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Shape:
    """Una forma con su color; `outlined`, si lleva contorno cuando el dibujo lo lleva."""

    distance: Distance
    color: Color
    outlined: bool = True


def ellipse(center: Point, width: float, height: float) -> Distance:
    """Una elipse de semiejes `width` y `height`; la distancia es aproximada, pero exacta si es un círculo."""

    def distance(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        u, v = x - center[0], y - center[1]
        inside = np.hypot(u / width, v / height)
        slope = np.hypot(u / width**2, v / height**2)
        return np.where(slope > 1e-9, inside * (inside - 1) / np.maximum(slope, 1e-9), -min(width, height))

    return distance


def circle(center: Point, radius: float) -> Distance:
    """Un círculo."""
    return ellipse(center, radius, radius)


def polygon(*corners: Point) -> Distance:
    """Un polígono cerrado con esas esquinas, en orden. Fuente: Quilez, «2D distance functions»."""

    def distance(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        nearest, sign = np.full(x.shape, np.inf), np.ones(x.shape)
        for (ax, ay), (bx, by) in zip(corners, (*corners[1:], corners[0])):
            nearest = np.minimum(nearest, _to_segment(x, y, (ax, ay), (bx, by)))
            below, above, left = y >= ay, y < by, (bx - ax) * (y - ay) > (by - ay) * (x - ax)
            flips = (below & above & left) | ~(below | above | left)
            sign = np.where(flips, -sign, sign)
        return sign * nearest

    return distance


def box(left: float, top: float, right: float, bottom: float) -> Distance:
    """Un rectángulo derecho."""
    return polygon((left, top), (right, top), (right, bottom), (left, bottom))


def stroke(points: Sequence[Point], width: float) -> Distance:
    """Un trazo de grosor `width` que pasa por esos puntos."""

    def distance(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        return np.min([_to_segment(x, y, a, b) for a, b in zip(points, points[1:])], axis=0) - width / 2

    return distance


def without(whole: Distance, hole: Distance) -> Distance:
    """Lo que queda de una forma al quitarle otra."""
    return lambda x, y: np.maximum(whole(x, y), -hole(x, y))


def union(*parts: Distance) -> Distance:
    """Varias formas como una sola."""
    return lambda x, y: np.min([part(x, y) for part in parts], axis=0)


def _to_segment(x: np.ndarray, y: np.ndarray, a: Point, b: Point) -> np.ndarray:
    """La distancia de cada punto a un segmento."""
    ux, uy = b[0] - a[0], b[1] - a[1]
    along = np.clip(((x - a[0]) * ux + (y - a[1]) * uy) / max(ux * ux + uy * uy, 1e-9), 0, 1)
    return np.hypot(x - a[0] - along * ux, y - a[1] - along * uy)
