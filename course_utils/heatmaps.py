"""Tablas de números vistas como color: la atención de una cabeza, todas las cabezas a la vez, las apuestas de cada capa.

Todas dibujan en los ejes que se les dan y los devuelven. Cuanto más teñida una casilla, mayor el número.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from course_utils import theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import Colormap

WRITTEN = 14  # columnas: hasta aquí, cada casilla lleva su número escrito
LABELLED = 40  # etiquetas: hasta aquí, se escriben todas
DARKEST = 0.55  # cuánto se tiñe, como mucho, una casilla con texto: la tinta aún se lee bien encima


def attention_map(weights: np.ndarray, queries: Sequence[str], keys: Sequence[str], axis: Axes, *, title: str = "") -> Axes:
    """Una cabeza: una fila por token que mira y una columna por token mirado; cada fila suma 1.

    weights   (Q, K), entre 0 y 1; si caben, se escriben en cada casilla en tanto por ciento y el tinte es el mismo número; si no,
              cada fila se tiñe según su propio máximo
    queries, keys   Q y K etiquetas
    ValueError si las medidas no cuadran o algo no es una proporción.
    """
    values = _table(weights, (len(queries), len(keys)))
    written = len(keys) <= WRITTEN
    shown, strongest = (values, DARKEST) if written else (_by_row(values), 1.0)
    axis.imshow(shown, cmap=_tint(strongest), vmin=0, vmax=1, aspect="auto" if written else "equal", interpolation="nearest")
    if written:
        for (row, column), value in np.ndenumerate(values):
            if value >= 0.005:
                axis.text(column, row, theme.number(100 * value, 0), ha="center", va="center", fontsize=10, color=theme.current().ink)
    _labels(axis, queries, keys)
    axis.set_xlabel("a quién mira", fontsize=11)
    axis.set_ylabel("quién mira", fontsize=11)
    return _titled(axis, title)


def mosaic(weights: np.ndarray, axis: Axes, *, chosen: tuple[int, int] | None = None, title: str = "") -> Axes:
    """Todas las cabezas en pequeño: una fila por capa y una columna por cabeza.

    weights   (capas, cabezas, Q, K), entre 0 y 1; aquí cada fila de cada cabeza se tiñe según su propio máximo
    chosen    (capa, cabeza) que se recuadra
    ValueError si las medidas no cuadran o algo no es una proporción.
    """
    values = _table(weights, np.shape(weights)[:4] if np.ndim(weights) == 4 else (0, 0, 0, 0))
    layers, heads, queries, keys = values.shape
    gap = max(1, round(0.12 * max(queries, keys)))
    tiles = np.pad(_by_row(values), ((0, 0), (0, 0), (0, gap), (0, gap)), constant_values=np.nan)
    axis.imshow(tiles.transpose(0, 2, 1, 3).reshape(layers * (queries + gap), -1), cmap=_tint(1.0), vmin=0, vmax=1, interpolation="nearest")
    axis.set_xticks(np.arange(heads) * (keys + gap) + keys / 2 - 0.5, [str(head) for head in range(heads)])
    axis.set_yticks(np.arange(layers) * (queries + gap) + queries / 2 - 0.5, [str(layer) for layer in range(layers)])
    axis.set_xlabel("cabeza", fontsize=11)
    axis.set_ylabel("capa", fontsize=11)
    if chosen is not None:
        _frame(axis, chosen[1] * (keys + gap) - 0.5, chosen[0] * (queries + gap) - 0.5, keys, queries)
    _bare(axis)
    return _titled(axis, title)


def guess_table(
    words: Sequence[Sequence[str]], probabilities: np.ndarray, levels: Sequence[str], columns: Sequence[str], axis: Axes, *, title: str = ""
) -> Axes:
    """Una tabla de apuestas: en cada casilla, una palabra y, por el tinte y por escrito, su probabilidad.

    words, probabilities   L filas de T palabras y sus L · T números entre 0 y 1
    levels, columns        el nombre de cada fila y el de cada columna
    ValueError si las medidas no cuadran o algo no es una probabilidad.
    """
    values = _table(probabilities, (len(levels), len(columns)))
    axis.imshow(values, cmap=_tint(DARKEST), vmin=0, vmax=1, aspect="auto")
    for (row, column), value in np.ndenumerate(values):
        axis.text(column, row - 0.14, short(words[row][column]), ha="center", va="center", fontsize=11, color=theme.current().ink)
        axis.text(column, row + 0.25, theme.percent(value), ha="center", va="center", fontsize=10, color=theme.current().ink)
    _labels(axis, levels, columns, turned=False)
    axis.set_xticks(np.arange(1, len(columns)) - 0.5, minor=True)
    axis.set_yticks(np.arange(1, len(levels)) - 0.5, minor=True)
    axis.grid(which="minor", color=theme.current().paper, linewidth=3)
    axis.tick_params(which="minor", length=0)
    return _titled(axis, title)


def short(label: str, size: int = 11) -> str:
    """Una etiqueta que se puede dibujar en una casilla: sin nada que la letra no tenga y cortada con «…» si es larga."""
    text = theme.drawable(label)
    return text if len(text) <= size else text[: size - 1] + "…"


# --- piezas -----------------------------------------------------------------------------------------------------------


def _table(values: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    table = np.asarray(values, dtype=float)
    if table.shape != shape or not table.size:
        raise ValueError(f"La tabla mide {table.shape} y debería medir {shape}, sin ninguna medida vacía.")
    bad = table[~((table >= 0) & (table <= 1 + 1e-5))]
    if len(bad):
        raise ValueError(f"Una proporción va de 0 a 1 y he recibido {theme.number(bad[0])}.")
    return table


def _by_row(values: np.ndarray) -> np.ndarray:
    return values / np.maximum(values.max(-1, keepdims=True), 1e-9)


def _tint(strongest: float) -> Colormap:
    """Del papel al acento, o hasta donde se pueda escribir encima; lo que falta, como el papel."""
    from matplotlib.colors import LinearSegmentedColormap

    colors = theme.current()
    tint = LinearSegmentedColormap.from_list("curso", [colors.paper, theme.mix(colors.paper, colors.accent, strongest)])
    return tint.with_extremes(bad=colors.paper)


def _labels(axis: Axes, rows: Sequence[str], columns: Sequence[str], *, turned: bool = True) -> None:
    axis.xaxis.tick_top()
    axis.xaxis.set_label_position("top")
    for ticks, labels, extra in ((axis.set_yticks, rows, {}), (axis.set_xticks, columns, {"rotation": 90 * turned})):
        step = -(-len(labels) // LABELLED)
        size = 10.5 if len(labels) <= 20 else 10
        ticks(range(0, len(labels), step), [short(label, 14) for label in labels[::step]], fontsize=size, **extra)
    _bare(axis)


def _frame(axis: Axes, x: float, y: float, width: float, height: float) -> None:
    from matplotlib.patches import Rectangle

    axis.add_patch(Rectangle((x, y), width, height, fill=False, edgecolor=theme.current().truth, linewidth=2))


def _bare(axis: Axes) -> None:
    axis.tick_params(length=0)
    for spine in axis.spines.values():
        spine.set_visible(False)


def _titled(axis: Axes, title: str) -> Axes:
    if title:
        axis.set_title(theme.drawable(title), loc="left", fontsize=13, fontweight="bold", pad=10)
    return axis
