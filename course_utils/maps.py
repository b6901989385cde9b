"""Mapas: de calor (una cuadrícula de números) y de palabras (puntos con nombre en un plano). No saben de dónde salen los números."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from course_utils import theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import LinearSegmentedColormap

WIDTH = 10.4  # pulgadas
LEVELS = 21  # escalones de color: con más no se ve mejor y la imagen pesa el triple
Box = tuple[float, float, float, float]
LABEL_SIZE, LETTER, LINE = 10.5, 6.6, 15.0  # puntos: letra, ancho de una letra y alto de una línea


def diverging(colors: theme.Palette | None = None) -> LinearSegmentedColormap:
    """De lo negativo (naranja) a lo positivo (azul) pasando por el papel, en 21 escalones: se distinguen también sin ver rojo o verde."""
    from matplotlib.colors import LinearSegmentedColormap

    colors = colors or theme.current()
    return LinearSegmentedColormap.from_list("curso", [colors.truth, colors.paper, colors.accent], N=LEVELS)


def heat_map(values: np.ndarray, *, title: str, xlabel: str, ylabel: str, row: int | None = None, axis: Axes | None = None) -> Axes:
    """Una cuadrícula de números (N, M) en color, con su escala: naranja lo negativo, azul lo positivo y papel el cero.

    Los pocos números enormes se pintan con el color del extremo, para que los demás no se queden en blanco.
    row: una fila señalada con dos marcas a los lados. ValueError si la tabla está vacía o no es de dos dimensiones.
    """
    values = np.asarray(values, dtype=float)
    if values.ndim != 2 or not values.size:
        raise ValueError(f"Un mapa de calor necesita una tabla de dos dimensiones y esta es de forma {values.shape}.")
    axis = axis if axis is not None else _new_axis(height=5.2)
    limit = scale(values)
    image = axis.imshow(values, cmap=diverging(), vmin=-limit, vmax=limit, aspect="auto", interpolation="nearest")
    if row is not None:
        _mark_row(axis, row, values.shape[1])
    extend = "neither" if limit >= np.abs(values).max() else "both"
    bar = axis.figure.colorbar(image, ax=axis, pad=0.02, fraction=0.05, ticks=[-limit, 0, limit], extend=extend)
    bar.ax.set_yticklabels([theme.number(tick, 2) for tick in (-limit, 0, limit)])
    bar.outline.set_visible(False)
    axis.set(xlabel=theme.drawable(xlabel), ylabel=theme.drawable(ylabel))
    axis.set_title(theme.drawable(title), loc="left", fontsize=14, fontweight="bold", pad=10)
    return axis


def scale(values: np.ndarray) -> float:
    """El número al que toca el color más fuerte: casi todos (el 99 %) quedan por debajo."""
    return max(float(np.quantile(np.abs(values), 0.99)), 1e-9)


def word_map(
    points: np.ndarray,
    labels: Sequence[str],
    *,
    chosen: int | None = None,
    near: Sequence[int] = (),
    title: str,
    subtitle: str = "",
    axis: Axes | None = None,
) -> Axes:
    """Palabras en un plano: un punto por palabra y su nombre allí donde cabe sin pisar a otro.

    points, labels   (N, 2) y N nombres
    chosen, near     la palabra elegida (cuadrado y negrita) y sus vecinas (rombos): sus nombres se escriben siempre
    """
    points = np.asarray(points, dtype=float)
    if points.shape != (len(labels), 2) or not len(labels):
        raise ValueError(f"Hay {len(labels)} nombres y puntos de forma {points.shape}: hace falta al menos uno, con dos coordenadas.")
    axis = axis if axis is not None else _new_axis(height=6.2)
    colors, first = theme.current(), [i for i in (chosen, *near) if i is not None]
    plain = [i for i in range(len(labels)) if i not in first]
    axis.scatter(*points[plain].T, s=14, color=colors.quiet, alpha=0.6, linewidths=0)
    axis.scatter(*points[list(near)].T, s=42, marker="D", color=colors.accent, linewidths=0)
    if chosen is not None:
        axis.scatter(*points[[chosen]].T, s=80, marker="s", color=colors.truth, linewidths=0)
    axis.set(xticks=[], yticks=[])
    axis.spines[:].set_visible(False)
    axis.margins(0.06)
    _names(axis, points, labels, first, plain)
    axis.set_title(theme.drawable(title), loc="left", fontsize=14, fontweight="bold", pad=24 if subtitle else 10)
    axis.annotate(theme.drawable(subtitle), (0, 1), (0, 6), xycoords="axes fraction", textcoords="offset points", fontsize=10.5,
                  color=colors.quiet)
    return axis


def curve(values: Sequence[float], *, chosen: int, title: str, xlabel: str, ylabel: str, axis: Axes | None = None) -> Axes:
    """Una línea con un valor por posición y una raya vertical en la elegida, con su número."""
    values = np.asarray(values, dtype=float).reshape(-1)
    if not 0 <= chosen < len(values):
        raise ValueError(f"La posición {chosen} no está en la línea, que tiene {len(values)} valores.")
    axis = axis if axis is not None else _new_axis(height=3.6)
    colors = theme.current()
    axis.axhline(0, color=colors.frozen, linewidth=1)
    axis.plot(values, color=colors.accent, linewidth=2, marker="o" if len(values) < 3 else None)
    axis.axvline(chosen, color=colors.truth, linewidth=1.4, linestyle=(0, (5, 3)))
    axis.annotate(f"posición {chosen}", (chosen, 1), (5, -10), xycoords=("data", "axes fraction"), textcoords="offset points",
                  fontsize=11, color=colors.truth)  # fmt: skip
    axis.set(xlabel=theme.drawable(xlabel), xlim=(-0.5, max(len(values) - 0.5, 0.5)))
    axis.yaxis.set_major_formatter(lambda value, _: theme.number(value))
    axis.set_title(theme.drawable(title), loc="left", fontsize=14, fontweight="bold", pad=24)
    axis.annotate(theme.drawable(ylabel), (0, 1), (0, 6), xycoords="axes fraction", textcoords="offset points", fontsize=10.5,
                  color=colors.quiet)
    return axis


def _mark_row(axis: Axes, row: int, width: int) -> None:
    color = theme.current().ink
    for x, side in ((-0.5, ">"), (width - 0.5, "<")):
        axis.plot(x, row, linestyle="", marker=side, markersize=9, color=color, clip_on=False)
    axis.set_xlim(-0.5, width - 0.5)


def _names(axis: Axes, points: np.ndarray, labels: Sequence[str], first: Sequence[int], rest: Sequence[int]) -> None:
    """Escribe los nombres que caben; los de `first`, siempre y antes que nadie."""
    axis.autoscale_view()
    axis.figure.canvas.draw()  # el reparto del papel (constrained) no se sabe hasta que se dibuja
    spots = axis.transData.transform(points) * 72 / axis.figure.dpi
    colors, taken = theme.current(), []
    for i in [*first, *rest]:
        label = theme.drawable(labels[i])
        spot = _free_spot(spots[i], LETTER * len(label), taken, must=i in first)
        if spot is None:
            continue
        shift, box = spot
        taken.append(box)
        axis.annotate(label, points[i], shift, textcoords="offset points", fontsize=LABEL_SIZE, annotation_clip=False,
                      color=colors.ink if i in first else colors.quiet, fontweight="bold" if i in first[:1] else "normal")  # fmt: skip


def _free_spot(point: np.ndarray, width: float, taken: Sequence[Box], *, must: bool) -> tuple[tuple[float, float], Box] | None:
    """Dónde cabe un nombre sin pisar a otro: a la derecha de su punto, a la izquierda, encima o debajo. Si no cabe, nada o la derecha."""
    shifts = ((6.0, -4.0), (-6.0 - width, -4.0), (-width / 2, 6.0), (-width / 2, -15.0))
    boxes = [(point[0] + x, point[1] + y, point[0] + x + width, point[1] + y + LINE) for x, y in shifts]
    free = [(shift, box) for shift, box in zip(shifts, boxes) if not any(_overlap(box, other) for other in taken)]
    return free[0] if free else (shifts[0], boxes[0]) if must else None


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _new_axis(height: float) -> Axes:
    import matplotlib.pyplot as plt

    with plt.rc_context(theme.settings(theme.current())):
        return plt.subplots(figsize=(WIDTH, height), layout="constrained")[1]
