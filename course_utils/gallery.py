"""Dibujos en una pared: varias imágenes en cuadrícula o en tira, cada una con su cartel. No sabe quién las ha dibujado."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from course_utils import theme

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WIDTH = 10.4  # pulgadas
WIDEST = 1.3  # pulgadas que mide, como mucho, una imagen
LABEL = 0.24  # pulgadas por línea de cartel
LETTER = 0.078  # pulgadas que ocupa una letra de cartel


def wall(
    images: np.ndarray,
    *,
    columns: int = 10,
    labels: Sequence[str] = (),
    rows: Sequence[str] = (),
    marked: Sequence[bool] = (),
    title: str = "",
) -> Figure:
    """Una pared de imágenes, de izquierda a derecha y de arriba abajo.

    images     (N, alto, ancho, 3), de 0 a 1; lo que se sale se recorta
    columns    cuántas por fila
    labels     N carteles, uno debajo de cada imagen (pueden tener dos líneas)
    rows       un nombre por fila, a su izquierda
    marked     N verdaderos o falsos: las señaladas llevan un marco grueso y una ✗ en el cartel
    ValueError si los carteles, los nombres o las señales no son tantos como hacen falta, o si no hay imágenes.
    """
    from matplotlib.figure import Figure

    count, lines = _count(images), -(-len(images) // columns)
    for what, given, wanted in (("carteles", labels, count), ("nombres de fila", rows, lines), ("señales", marked, count)):
        if len(given) not in (0, wanted):
            raise ValueError(f"Hay {len(given)} {what} y hacen falta {wanted}.")
    colors, names = theme.current(), 0.15 + LETTER * max(map(len, rows), default=0)
    left, head = (names if rows else 0.1), (0.5 if title else 0.1)
    under = LABEL * max((label.count("\n") + 1 for label in labels), default=0) + 0.08
    side = min((WIDTH - left - 0.1) / columns, WIDEST)
    height = head + lines * (side + under) + 0.05
    figure = Figure(figsize=(WIDTH, height), facecolor=colors.paper)
    for i, image in enumerate(np.clip(images, 0, 1)):
        x, y = left + (i % columns) * side, height - head - (i // columns) * (side + under) - side
        bad = bool(len(marked)) and bool(marked[i])
        _hang(figure, image, ((x + 0.03) / WIDTH, (y + 0.03) / height, (side - 0.06) / WIDTH, (side - 0.06) / height), bad)
        if labels:
            text = theme.drawable(labels[i].replace("\n", "\x00")).replace(theme.drawable("\x00"), "\n")
            figure.text((x + side / 2) / WIDTH, (y - 0.01) / height, ("✗ " if bad else "") + text, ha="center", va="top", fontsize=10,
                        color=colors.wrong if bad else colors.ink)  # fmt: skip
        if rows and i % columns == 0:
            figure.text((left - 0.08) / WIDTH, (y + side / 2) / height, rows[i // columns], ha="right", va="center", fontsize=11.5,
                        color=colors.ink)  # fmt: skip
    if title:
        figure.text(0.1 / WIDTH, 1 - 0.14 / height, title, ha="left", va="top", fontsize=14, fontweight="bold", color=colors.ink)
    return figure


def _count(images: np.ndarray) -> int:
    if np.ndim(images) != 4 or np.shape(images)[-1] != 3 or not len(images):
        raise ValueError(f"Las imágenes son de forma {np.shape(images)} y hace falta (cuántas, alto, ancho, 3), con al menos una.")
    return len(images)


def _hang(figure: Figure, image: np.ndarray, place: tuple[float, float, float, float], marked: bool) -> None:
    """Cuelga una imagen con sus puntos bien cuadrados y un marco."""
    colors, axis = theme.current(), figure.add_axes(place)
    axis.imshow(image, interpolation="nearest", aspect="auto")
    axis.set(xticks=[], yticks=[])
    for spine in axis.spines.values():
        spine.set(visible=True, color=colors.wrong if marked else colors.frozen, linewidth=2.4 if marked else 0.8)
