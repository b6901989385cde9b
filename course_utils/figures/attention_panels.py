"""Triángulos de atención: quién mira (filas) a quién (columnas), con lo que viene después rayado, porque no se puede mirar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from course_utils import theme
from course_utils.diagrams import CUT_HATCH, Diagram, column, inset, paragraph, row, space, text, text_width
from course_utils.figures import heads
from course_utils.figures.panels import bars, label_margin
from course_utils.figures.phrases import said
from course_utils.heatmaps import DARKEST, short

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CELL = (21.5, 19.5)  # puntos: una casilla del triángulo grande
TILE = (192.0, 146.0)  # un triángulo pequeño
SIGNS = {".": "punto", ",": "coma"}
WRITTEN = 0.1  # desde aquí, la casilla lleva su número
GAP = 20.0
Ticks = Mapping[int, str]


def triangle(weights: np.ndarray, labels: Sequence[str], links: Sequence[heads.Link]) -> Diagram:
    """Una cabeza en grande, token por token, con las casillas de `links` recuadradas."""
    size = len(labels)
    names = {i: short(label, 10) for i, label in enumerate(labels)}
    frames = [(link.row, link.place) for link in links]
    drawn = inset(size * CELL[0], size * CELL[1], lambda axis: paint(axis, weights, names, names, frames=frames, written=True))
    return drawn.pad(72, 6 + max(text_width(name, 10.5) for name in names.values()), 0, 0)


def reading(labels: Sequence[str], weights: np.ndarray, link: heads.Link, written: float, width: float) -> Diagram:
    """Lo que mira una fila, en barras, y lo que el modelo escribe después."""
    most = np.argsort(-weights[link.row], kind="stable")[:3]
    names, values = [labels[j] for j in most], [float(weights[link.row, j]) for j in most]
    left = max(72 - label_margin(names), 0)  # así las barras de los dos paneles empiezan a la misma altura
    before = said(labels[max(link.row - 2, 0) : link.row + 1]).lstrip(" .,:;»?!")
    return column(
        text(f"La fila de «{labels[link.row]}»", 13, bold=True),
        paragraph(f"Ha leído «… {before}» y mira a:", width, 10.5, role="quiet"),
        bars(names, values, width=width - left, limit=1.0, row=22).pad(left, 0, 0, 0),
        text(f"y escribe «{link.word}»: {theme.percent(written)}", 12),
        gap=4,
    )


def tiles(weights: np.ndarray, example: heads.Example, named: Mapping[int, heads.Named], *, columns: int = 3) -> Diagram:
    """Todas las cabezas de una capa, en pequeño; las que tienen oficio, con su nombre y su medida."""
    ticks = {head: _worth_naming(example, named[head].job) if head in named else ({}, {}) for head in range(len(weights))}
    left = 6 + max(text_width(name, 10.5) for _, rows in ticks.values() for name in ("", *rows.values()))
    every = list(ticks)
    rows = [every[i : i + columns] for i in range(0, len(every), columns)]
    return column(*(_row(part, weights, example, named, ticks, left) for part in rows), gap=20)


def _row(
    part: list[int],
    weights: np.ndarray,
    example: heads.Example,
    named: Mapping[int, heads.Named],
    ticks: Mapping[int, tuple[Ticks, Ticks]],
    left: float,
) -> Diagram:
    """Una fila de triángulos, con el mismo hueco encima para los nombres de sus columnas."""
    above = 6 + max(text_width(name, 10.5) for head in part for name in ("", *ticks[head][0].values()))
    panels = (_tile(weights[head], ticks[head], _frames(example, named.get(head)), left, above) for head in part)
    return row(*(column(_title(head, named.get(head)), panel, gap=3) for head, panel in zip(part, panels)), gap=GAP, align="top")


def _title(head: int, job: heads.Named | None) -> Diagram:
    if job is None:
        return column(text(f"cabeza {head}", 13, role="quiet"), text("sin un oficio claro", 11, role="quiet"), space(height=13.65), gap=1)
    measured = f"pone ahí el {theme.percent(job.share)}; al azar, {theme.percent(job.chance)}"
    return column(
        text(f"cabeza {head}", 13, bold=True, role="accent"), text(heads.SAID[job.job], 11), text(measured, 10.5, role="quiet"), gap=1
    )


def _tile(weights: np.ndarray, ticks: tuple[Ticks, Ticks], frames: list[tuple[int, int]], left: float, above: float) -> Diagram:
    return inset(*TILE, lambda axis: paint(axis, weights, *ticks, frames=frames)).pad(left, above, 0, 0)


def _worth_naming(example: heads.Example, job: str) -> tuple[Ticks, Ticks]:
    """Las columnas y las filas que conviene nombrar en un triángulo pequeño: las de su oficio."""
    labels = example.text.labels
    if job == heads.LINK:
        return {link.place: link.word for link in example.links}, {link.row: labels[link.row] for link in example.links}
    if job == heads.START:
        return {0: labels[0]}, {}
    signs = heads.targets(example.text, len(labels) - 1).get(heads.MARKS, []) if job == heads.MARKS else []
    return {j: SIGNS.get(labels[j], labels[j]) for j in signs}, {}


def _frames(example: heads.Example, job: heads.Named | None) -> list[tuple[int, int]]:
    return [(link.row, link.place) for link in example.links] if job and job.job == heads.LINK else []


def paint(
    axis: Axes, weights: np.ndarray, columns: Ticks, rows: Ticks, *, frames: Sequence[tuple[int, int]] = (), written: bool = False
) -> None:
    """El triángulo de una cabeza. Si va `written`, el tinte es el número; si no, cada fila se tiñe según su propio máximo."""
    colors, size = theme.current(), len(weights)
    shown = weights if written else weights / weights.max(axis=1, keepdims=True)
    axis.imshow(shown, cmap=_tint(DARKEST if written else 1.0), vmin=0, vmax=1, aspect="auto", interpolation="nearest")
    _future(axis, size)
    for (i, j), value in np.ndenumerate(weights):
        if written and j <= i and value >= WRITTEN:
            axis.text(j, i, theme.number(100 * value, 0), ha="center", va="center", fontsize=10, color=colors.ink)
    for i, j in frames:
        _frame(axis, i, j)
    axis.xaxis.tick_top()
    axis.set_xticks(list(columns), list(columns.values()), fontsize=10.5, rotation=90)
    axis.set_yticks(list(rows), list(rows.values()), fontsize=10.5)
    axis.tick_params(length=0, pad=3)
    for spine in axis.spines.values():
        spine.set_visible(False)


def _future(axis: Axes, size: int) -> None:
    """La escalera de lo que viene después, rayada."""
    from matplotlib.patches import Polygon

    stairs = [point for i in range(size) for point in ((i + 0.5, i - 0.5), (i + 0.5, i + 0.5))]
    corners = [*stairs[:-1], (size - 0.5, -0.5)]
    colors = theme.current()
    axis.add_patch(Polygon(corners, facecolor=colors.paper, edgecolor=colors.frozen, hatch=CUT_HATCH, linewidth=0.8))
    axis.plot(*zip((-0.5, -0.5), *stairs, (-0.5, size - 0.5), (-0.5, -0.5)), color=colors.quiet, linewidth=0.8)


def _frame(axis: Axes, i: int, j: int) -> None:
    from matplotlib.patches import Rectangle

    axis.add_patch(Rectangle((j - 0.5, i - 0.5), 1, 1, fill=False, edgecolor=theme.current().truth, linewidth=2, zorder=5))


def _tint(strongest: float) -> object:
    from matplotlib.colors import LinearSegmentedColormap

    colors = theme.current()
    return LinearSegmentedColormap.from_list("curso", [colors.paper, theme.mix(colors.paper, colors.accent, strongest)])
