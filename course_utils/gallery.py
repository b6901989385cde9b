"""Dibujos en una pared: imágenes en cuadrícula o en tira, cada una con su cartel. No sabe quién las ha dibujado."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from course_utils import theme

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WIDTH, WIDEST = 10.4, 1.3  # pulgadas: lo que mide la pared y, como mucho, una imagen
LINE, LETTER, GAP = 0.18, 0.092, 0.06  # pulgadas: una línea de cartel, una letra y lo que separa dos imágenes


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
    count, down = _count(images), -(-len(images) // columns)
    _check("carteles", labels, count)
    _check("señales", marked, count)
    _check("nombres de fila", rows, down)
    _check("nombres de columna", heads, columns)
    plan = _plan(columns, down, labels, rows, heads, title)
    figure = figure if figure is not None else _new_figure()
    figure.set(facecolor=theme.current().paper, layout_engine="none")
    figure.set_size_inches(WIDTH, plan.height)
    for i, image in enumerate(np.clip(images, 0, 1)):
        _hang(figure, plan, i, image, bool(len(marked)) and bool(marked[i]))
    for i, label in enumerate(labels):
        _caption(figure, plan, i, label, bool(len(marked)) and bool(marked[i]))
    for i, head in enumerate(heads):
        _write(figure, plan, *plan.spot(i, across=0.5, up=plan.inner - 0.02 + GAP), head, "quiet", ha="center", va="bottom")
    for i, name in enumerate(rows):
        _write(figure, plan, *plan.spot(i * columns, right=-0.08, up=plan.inner / 2), name, ha="right", va="center")
    if title:
        _write(figure, plan, 0.1, plan.height - 0.08, title, va="top", fontsize=14, fontweight="bold")
    return figure


@dataclass(frozen=True)
class _Plan:
    """Las medidas de la pared, en pulgadas: márgenes, lo que ocupa cada imagen con su hueco y lo que va debajo."""

    columns: int
    left: float
    top: float
    side: float
    under: float
    height: float

    @property
    def inner(self) -> float:
        """Lo que mide la imagen, sin el hueco."""
        return self.side - GAP

    def spot(self, i: int, *, across: float = 0.0, right: float = 0.0, up: float = 0.0) -> tuple[float, float]:
        """La esquina de abajo a la izquierda de la imagen i, o un punto a esa parte de su ancho y a esas pulgadas."""
        row, column = divmod(i, self.columns)
        x = self.left + column * self.side + across * self.inner + right
        return x, self.height - self.top - row * (self.side + self.under) - self.side + up


def _plan(columns: int, down: int, labels: Sequence[str], rows: Sequence[str], heads: Sequence[str], title: str) -> _Plan:
    left = 0.1 + (LETTER * max(map(len, rows)) + 0.06 if rows else 0)
    top = 0.08 + (0.34 if title else 0) + (LINE if heads else 0)
    under = 0.02 + LINE * max((label.count("\n") + 1 for label in labels), default=0) + GAP
    side = min((WIDTH - left - 0.1) / columns, WIDEST)
    return _Plan(columns, left, top, side, under, top + down * (side + under) + 0.04)


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


def _hang(figure: Figure, plan: _Plan, i: int, image: np.ndarray, marked: bool) -> None:
    """Cuelga una imagen con sus puntos bien cuadrados y un marco."""
    colors, (x, y) = theme.current(), plan.spot(i)
    axis = figure.add_axes((x / WIDTH, y / plan.height, plan.inner / WIDTH, plan.inner / plan.height))
    axis.imshow(image, interpolation="nearest", aspect="auto")
    axis.set(xticks=[], yticks=[])
    for spine in axis.spines.values():
        spine.set(visible=True, color=colors.wrong if marked else colors.frozen, linewidth=2.4 if marked else 0.8)


def _caption(figure: Figure, plan: _Plan, i: int, label: str, marked: bool) -> None:
    for place, line in enumerate((f"✗ {label}" if marked else label).split("\n")):
        spot = plan.spot(i, across=0.5, up=-0.14 - LINE * place)
        _write(figure, plan, *spot, line, "wrong" if marked else "ink", ha="center", va="baseline")


def _write(figure: Figure, plan: _Plan, x: float, y: float, text: str, role: str = "ink", **style: object) -> None:
    style = {"fontsize": 10, "parse_math": False, **style}
    figure.text(x / WIDTH, y / plan.height, theme.drawable(text), color=theme.current()[role], **style)
