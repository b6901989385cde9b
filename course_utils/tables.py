"""Tablas de proporciones: cada casilla, con su porcentaje escrito y más teñida cuanto mayor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from course_utils import theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH, DARKEST = 10.4, 0.55  # pulgadas, y cuánto se tiñe una casilla como mucho: la tinta aún se lee bien encima


def shares(values: Sequence[Sequence[float]], rows: Sequence[str], columns: Sequence[str], *, title: str = "") -> Axes:
    """Una tabla con `rows` filas y `columns` columnas, con su nombre, y en cada casilla una proporción. Devuelve los ejes.

    ValueError si las medidas no cuadran o algo no es una proporción.
    """
    from matplotlib.colors import LinearSegmentedColormap

    table, colors = _checked(values, (len(rows), len(columns))), theme.current()
    axis = _blank(height=1.1 + 0.46 * len(rows))
    tint = LinearSegmentedColormap.from_list("curso", [colors.paper, theme.mix(colors.paper, colors.accent, DARKEST)])
    axis.imshow(table, cmap=tint, vmin=0, vmax=1, aspect="auto")
    for (row, column), value in np.ndenumerate(table):
        axis.text(column, row, f"{theme.number(100 * value, 0)} %", ha="center", va="center", fontsize=12, color=colors.ink)
    axis.xaxis.tick_top()
    axis.set_xticks(range(len(columns)), [theme.drawable(name) for name in columns], fontsize=11.5)
    axis.set_yticks(range(len(rows)), [theme.drawable(name) for name in rows], fontsize=11.5)
    axis.tick_params(length=0)
    for spine in axis.spines.values():
        spine.set_visible(False)
    if title:
        axis.set_title(theme.drawable(title), loc="left", fontsize=14, fontweight="bold", pad=12)
    return axis


def _checked(values: Sequence[Sequence[float]], shape: tuple[int, int]) -> np.ndarray:
    table = np.asarray(values, dtype=float)
    if table.shape != shape or not table.size:
        raise ValueError(f"La tabla mide {table.shape} y debería medir {shape}, sin ninguna medida vacía.")
    if len(bad := table[~((table >= 0) & (table <= 1 + 1e-6))]):
        raise ValueError(f"Una proporción va de 0 a 1 y he recibido {theme.number(bad[0])}.")
    return table


def _blank(height: float) -> Axes:
    import matplotlib.pyplot as plt

    with plt.rc_context(theme.settings(theme.current())):
        return plt.subplots(figsize=(WIDTH, height), layout="constrained")[1]
