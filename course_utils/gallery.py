"""Dibujos en una pared: imágenes en cuadrícula o en tira, cada una con su cartel. No sabe quién las ha dibujado."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from course_utils import theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH, WIDEST = 10.4, 1.3  # pulgadas: lo que mide la pared y, como mucho, una imagen
LINE, LETTER, GAP = 0.21, 0.092, 0.06  # pulgadas: una línea de cartel, una letra y lo que separa dos imágenes


def wall(images: np.ndarray, *, columns: int = 10, labels: Sequence[str] = (), rows: Sequence[str] = (), heads: Sequence[str] = (),
         marked: Sequence[bool] = (), title: str = "", figure: Figure | None = None) -> Figure:  # fmt: skip
    """Una pared de imágenes, de izquierda a derecha y de arriba abajo, en una figura nueva o en la que se dé, que toma la medida justa.

    images     (N, alto, ancho, 3), de 0 a 1; lo que se sale se recorta
    columns    cuántas por fila
    labels     N carteles, uno debajo de cada imagen; pueden tener varias líneas
    rows       un nombre por fila, a su izquierda
    heads      un nombre por columna, encima de la primera fila
    marked     N verdaderos o falsos: las señaladas llevan un marco grueso y, si hay carteles, una ✗
    ValueError si no hay imágenes o si los nombres no son tantos como hacen falta.
    """
    count, colors = _count(images), theme.current()
    lines = -(-count // columns)
    _check("carteles", labels, count)
    _check("señales", marked, count)
    _check("nombres de fila", rows, lines)
    _check("nombres de columna", heads, columns)
    left = 0.1 + (LETTER * max(map(len, rows)) + 0.06 if rows else 0)
    top = 0.08 + (0.34 if title else 0) + (LINE if heads else 0)
    under = LINE * max((label.count("\n") + 1 for label in labels), default=0) + GAP
    side = min((WIDTH - left - 0.1) / columns, WIDEST)
    height = top + lines * (side + under) + 0.04
    figure = figure if figure is not None else _new_figure()
    figure.set(facecolor=colors.paper, layout_engine="none")
    figure.set_size_inches(WIDTH, height)
    for i, image in enumerate(np.clip(images, 0, 1)):
        row, column = divmod(i, columns)
        x, y = left + column * side, height - top - row * (side + under) - side
        bad = bool(len(marked)) and bool(marked[i])
        axis = figure.add_axes((x / WIDTH, y / height, (side - GAP) / WIDTH, (side - GAP) / height))
        _hang(axis, image, bad)
        middle = (x + (side - GAP) / 2) / WIDTH
        if labels:
            text, color = ("✗ " + labels[i], colors.wrong) if bad else (labels[i], colors.ink)
            _write(figure, middle, (y - 0.03) / height, text, "center", "top", color)
        if heads and not row:
            _write(figure, middle, (y + side - 0.02) / height, heads[column], "center", "bottom", colors.quiet)
        if rows and not column:
            _write(figure, (x - 0.08) / WIDTH, (y + (side - GAP) / 2) / height, rows[row], "right", "center", colors.ink)
    if title:
        figure.text(0.1 / WIDTH, 1 - 0.08 / height, title, ha="left", va="top", fontsize=14, fontweight="bold", color=colors.ink,
                    parse_math=False)  # fmt: skip
    return figure


def _new_figure() -> Figure:
    import matplotlib.pyplot as plt

    return plt.figure()


def _count(images: np.ndarray) -> int:
    if np.ndim(images) != 4 or np.shape(images)[-1] != 3 or not len(images):
        raise ValueError(f"Las imágenes son de forma {np.shape(images)} y hace falta (cuántas, alto, ancho, 3), con al menos una.")
    return len(images)


def _check(what: str, given: Sequence, wanted: int) -> None:
    if len(given) not in (0, wanted):
        raise ValueError(f"Hay {len(given)} {what} y hacen falta {wanted}.")


def _hang(axis: Axes, image: np.ndarray, marked: bool) -> None:
    """Cuelga una imagen con sus puntos bien cuadrados y un marco."""
    colors = theme.current()
    axis.imshow(image, interpolation="nearest", aspect="auto")
    axis.set(xticks=[], yticks=[])
    for spine in axis.spines.values():
        spine.set(visible=True, color=colors.wrong if marked else colors.frozen, linewidth=2.4 if marked else 0.8)


def _write(figure: Figure, x: float, y: float, text: str, across: str, down: str, color: str) -> None:
    lines = "\n".join(theme.drawable(line) for line in text.split("\n"))
    figure.text(x, y, lines, ha=across, va=down, fontsize=10, linespacing=1.25, color=color, parse_math=False)
