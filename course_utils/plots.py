"""Números y etiquetas → ejes de matplotlib. No sabe qué es un modelo: quien llama trae ya las probabilidades.

Todas las funciones dibujan en `axis` o, si no se da, en una figura nueva, y devuelven los ejes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING, Protocol

import numpy as np

from course_utils import theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class Candidate(Protocol):
    """Lo que `candidates` necesita saber de un token que podía salir."""

    token_id: int
    label: str
    probability: float


WIDTH = 10.4  # pulgadas: unos 1040 píxeles en pantalla
SMALLEST, SUPERSCRIPTS = 1e-4, str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")  # por debajo, las marcas se escriben como potencias
TICKS = 8  # abscisas en escala logarítmica: hasta aquí, cada una lleva su número
CUT_HATCH, TRUTH_HATCH = "////", "..."
STYLES = ("-", "--", "-.", ":")
MARKERS = ("o", "s", "^", "D")


def next_token_bars(
    labels: Sequence[str],
    probabilities: Sequence[float],
    *,
    truth: Sequence[float] | None = None,
    kept: Sequence[bool] | None = None,
    chosen: int | str | None = None,
    title: str = "",
    subtitle: str = "",
    limit: float = 1.0,
    names: tuple[str, str] = ("modelo", "verdad"),
    axis: Axes | None = None,
) -> Axes:
    """Barras horizontales con la probabilidad de cada candidato al siguiente token.

    labels, probabilities   N etiquetas y N números entre 0 y 1, en el orden en que se quieren leer
    truth                   N probabilidades verdaderas: una segunda barra, punteada, debajo de cada una
    kept                    N booleanos: lo que no se conserva sale gris, rayado y con la palabra «cortado»
    chosen                  índice (o etiqueta) del token elegido: barra llena y la palabra «elegido»
    names                   cómo se llaman las dos barras de cada fila, si hay `truth`
    limit                   probabilidad que ocupa todo el ancho (crece si alguna no cabe); deja 1 para comparar una figura con otra
    ValueError si las longitudes no coinciden o algo no es una probabilidad.
    """
    rows = _rows(labels, probabilities, "probabilidades")
    real = None if truth is None else _rows(labels, truth, "probabilidades verdaderas")
    keep = _mask(labels, kept)
    picked = _index(labels, chosen)
    axis = axis if axis is not None else _new_axis(height=1.1 + (0.42 if real is None else 0.66) * max(len(labels), 1))
    strong = picked if picked is not None else int(np.argmax(np.where(keep, rows, -1))) if len(rows) else None
    for i, p in enumerate(rows):
        _candidate(
            axis,
            -i,
            p,
            strong=i == strong,
            keep=keep[i],
            paired=real is not None,
            note=_note(p, keep[i], i == picked, names[0] if real is not None and i == 0 else ""),
        )
        if real is not None:
            _true_bar(axis, -i, real[i], note=theme.percent(real[i]) + (f" {names[1]}" if i == 0 else ""))
    _bar_axes(axis, labels, limit=max([limit, *rows, *(real if real is not None else ())]))
    return _titles(axis, title, subtitle)


def candidates(options: Sequence[Candidate], *, truth: Sequence[float] | None = None, **settings: object) -> Axes:
    """Las barras de unos candidatos, como los que da `Step.top`: cada uno con `label`, `probability` y `token_id`.

    truth      la distribución verdadera de todo el vocabulario, (V,): se dibuja la de cada candidato a su lado
    settings   los demás ajustes de `next_token_bars`
    """
    beside = None if truth is None else [float(truth[option.token_id]) for option in options]
    return next_token_bars([option.label for option in options], [option.probability for option in options], truth=beside, **settings)


def before_after_bars(
    labels: Sequence[str],
    before: Sequence[float],
    after: Sequence[float],
    kept: Sequence[bool],
    *,
    title: str = "",
    names: tuple[str, str] = ("antes", "después"),
    limit: float = 1.0,
    axis: Axes | None = None,
) -> Axes:
    """Dos columnas de barras con la misma escala: el reparto antes y después de tocarlo; lo cortado, gris, rayado y con la palabra.

    labels, before, after, kept   N etiquetas, N + N probabilidades y N booleanos
    names                         cómo se llama cada columna
    limit                         probabilidad que ocupa todo el ancho de una columna; crece si alguna no cabe
    ValueError si las longitudes no coinciden o algo no es una probabilidad.
    """
    first, second, keep = (
        _rows(labels, before, "probabilidades de antes"),
        _rows(labels, after, "probabilidades de después"),
        _mask(labels, kept),
    )
    axis = axis if axis is not None else _new_axis(height=1.5 + 0.42 * max(len(labels), 1))
    strong = int(np.argmax(np.where(keep, second, -1))) if len(second) else None
    limit = max([limit, *first, *second])
    shift = 1.45 * limit
    for i, (p, q) in enumerate(zip(first, second)):
        _candidate(axis, -i, p, strong=i == strong, keep=True, note=theme.percent(p))
        _candidate(axis, -i, q, strong=i == strong, keep=keep[i], note=theme.percent(q) if keep[i] else "cortado", left=shift)
    for x, name in zip((0, shift), names):
        axis.text(x, 0.72, name, fontsize=12, fontweight="bold", va="center")
    _bar_axes(axis, labels, limit=limit, right=shift + 1.3 * limit, top=1.05)
    return _titles(axis, title, "")


def token_strip(pieces: Sequence[str], probabilities: Sequence[float], *, prompt: str = "", axis: Axes | None = None) -> Axes:
    """Un texto cortado en tokens: cada uno en su casilla, más oscura cuanto más probable era, con el porcentaje escrito debajo.

    pieces, probabilities   N trozos de texto y N números entre 0 y 1
    prompt                  el texto de partida, sin casillas
    ValueError si las longitudes no coinciden o algo no es una probabilidad.
    """
    from course_utils import diagrams

    values = _rows(pieces, probabilities, "probabilidades")
    strip = diagrams.tokens(pieces, values, prompt=prompt, width=WIDTH * 72 - 24)
    return diagrams.render(strip.pad(12), axis=axis)


def lines(
    x: Sequence[float],
    ys: Mapping[str, Sequence[float] | Mapping[float, float]],
    *,
    xlabel: str,
    ylabel: str,
    title: str,
    log_x: bool = False,
    log_y: bool = False,
    reference: Mapping[str, float] | None = None,
    axis: Axes | None = None,
) -> Axes:
    """Una línea por serie, con su nombre escrito al final (sin leyenda) y con trazo y marca propios.

    x          M abscisas
    ys         nombre → M ordenadas, o un diccionario abscisa → ordenada si la serie tiene las suyas
    log_x, log_y   escala logarítmica en ese eje
    reference  nombre → altura de una línea horizontal de referencia
    ValueError si alguna serie no mide lo mismo que `x`.
    """
    points = np.asarray(x, dtype=float)
    axis = axis if axis is not None else _new_axis(height=4.6)
    colors = theme.current()
    ends = {}
    for i, (name, values) in enumerate(ys.items()):
        places, values = _series(name, values, points)
        color = (colors.accent, colors.truth, colors.ok, colors.wrong)[i % 4]
        axis.plot(
            places, values, STYLES[i % 4], marker=MARKERS[i % 4] if len(places) <= 30 else None, color=color, linewidth=2, markersize=6
        )
        ends[name] = (values[-1], color)
    for name, height in (reference or {}).items():
        axis.axhline(height, color=colors.quiet, linewidth=1.2, linestyle=(0, (6, 3)))
        ends[name] = (height, colors.quiet)
    if log_x:
        _log_abscissas(axis, points)
    elif all(float(value).is_integer() for value in points):
        axis.xaxis.get_major_locator().set_params(integer=True)
    if log_y:
        axis.set_yscale("log")
    _line_axes(axis, xlabel, ylabel)
    _end_labels(axis, ends, points[-1] if len(points) else 1.0)
    return _titles(axis, title, "", pad=30)


# --- piezas -----------------------------------------------------------------------------------------------------------


def _log_abscissas(axis: Axes, points: np.ndarray) -> None:
    """Escala logarítmica con una marca en cada abscisa, si son pocas, y sin números entre medias."""
    from matplotlib.ticker import NullFormatter

    axis.set_xscale("log")
    if len(points) <= TICKS:
        axis.set_xticks(points)
    axis.xaxis.set_minor_formatter(NullFormatter())


def _new_axis(height: float) -> Axes:
    plt = _pyplot()
    with plt.rc_context(theme.settings(theme.current())):
        return plt.subplots(figsize=(WIDTH, height), layout="constrained")[1]


@cache
def _pyplot() -> ModuleType:
    """pyplot con su backend ya elegido: si lo eligiera dentro de un `rc_context`, al salir se apagaría el modo interactivo
    y un cuaderno solo enseñaría la primera figura."""
    import matplotlib.pyplot as plt

    plt.switch_backend(plt.get_backend())
    return plt


def _rows(labels: Sequence[str], values: Sequence[float], what: str) -> np.ndarray:
    rows = np.asarray(values, dtype=float).reshape(-1)
    if len(rows) != len(labels):
        raise ValueError(f"Hay {len(labels)} etiquetas y {len(rows)} {what}: tienen que ser las mismas.")
    bad = rows[~((rows >= 0) & (rows <= 1 + 1e-6))]
    if len(bad):
        raise ValueError(f"Una probabilidad va de 0 a 1 y he recibido {theme.number(bad[0])}: ¿son logits? Pásalos antes por softmax.")
    return rows


def _series(name: str, values: Sequence[float] | Mapping[float, float], points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Las abscisas y las ordenadas de una serie: las suyas, si las trae, o las de todas."""
    if isinstance(values, Mapping):
        points, values = np.asarray(list(values), dtype=float), list(values.values())
    series, size = np.asarray(values, dtype=float).reshape(-1), len(points)
    if len(series) != size or not size:
        raise ValueError(f"La serie «{name}» tiene {len(series)} valores y el eje x, {size}: tienen que ser los mismos y al menos uno.")
    return points, series


def _mask(labels: Sequence[str], kept: Sequence[bool] | None) -> np.ndarray:
    mask = np.ones(len(labels), dtype=bool) if kept is None else np.asarray(kept, dtype=bool).reshape(-1)
    if len(mask) != len(labels):
        raise ValueError(f"Hay {len(labels)} etiquetas y {len(mask)} marcas de conservado: tienen que ser las mismas.")
    return mask


def _index(labels: Sequence[str], chosen: int | str | None) -> int | None:
    if chosen is None:
        return None
    names = list(labels)
    if isinstance(chosen, str) and chosen in names:
        return names.index(chosen)
    if not isinstance(chosen, str) and 0 <= int(chosen) < len(names):
        return int(chosen)
    raise ValueError(f"El elegido «{chosen}» no está entre las {len(names)} etiquetas dibujadas.")


def _note(p: float, keep: bool, picked: bool, name: str) -> str:
    words = theme.percent(p) + (f" {name}" if name else "")
    return words + (" · cortado" if not keep else "") + (" ◄ elegido" if picked else "")


def _candidate(axis: Axes, y: float, p: float, *, strong: bool, keep: bool, note: str, paired: bool = False, left: float = 0.0) -> None:
    """Una barra y su valor; llena si es la que hay que mirar, gris y rayada si está cortada."""
    colors = theme.current()
    fill = colors.cut if not keep else colors.accent if strong else colors.soft
    edge = colors.accent if keep else colors.quiet
    center, height = (y + 0.2, 0.36) if paired else (y, 0.62)
    axis.barh(center, p, left=left, height=height, color=fill, edgecolor=edge, linewidth=0.9, hatch=None if keep else CUT_HATCH)
    axis.annotate(
        note, (left + p, center), (5, 0), textcoords="offset points", va="center", fontsize=11, color=colors.ink if keep else colors.quiet
    )


def _true_bar(axis: Axes, y: float, p: float, *, note: str) -> None:
    colors = theme.current()
    axis.barh(y - 0.2, p, height=0.36, facecolor=colors.paper, edgecolor=colors.truth, linewidth=1.3, hatch=TRUTH_HATCH)
    axis.annotate(note, (p, y - 0.2), (5, 0), textcoords="offset points", va="center", fontsize=11, color=colors.truth)


def _bar_axes(axis: Axes, labels: Sequence[str], *, limit: float, right: float | None = None, top: float = 0.6) -> None:
    axis.set(xlim=(0, right or 1.3 * limit), ylim=(0.5 - max(len(labels), 1) - 0.1, top), xticks=[], yticks=-np.arange(len(labels)))
    axis.set_yticklabels([theme.drawable(label) for label in labels], fontsize=12)
    axis.tick_params(length=0)
    for spine in axis.spines.values():
        spine.set_visible(False)


def _tick(value: float) -> str:
    """El número de una marca: 0,01 tal cual; los que redondeados serían cero, como potencia: 10⁻⁶."""
    if not 0 < abs(value) < SMALLEST:
        return theme.number(value)
    power = round(math.log10(abs(value)))
    return f"10{str(power).translate(SUPERSCRIPTS)}"


def _line_axes(axis: Axes, xlabel: str, ylabel: str) -> None:
    from matplotlib.ticker import FuncFormatter

    plain = FuncFormatter(lambda value, _: _tick(value))
    axis.xaxis.set_major_formatter(plain)
    axis.yaxis.set_major_formatter(plain)
    axis.set_xlabel(theme.drawable(xlabel))
    axis.set_ylabel(theme.drawable(ylabel), rotation=0, ha="left", va="bottom")
    axis.yaxis.set_label_coords(0, 1.02)
    axis.grid(axis="y", color=theme.current().frozen, linewidth=0.8)
    axis.set_axisbelow(True)


def _end_labels(axis: Axes, ends: Mapping[str, tuple[float, str]], x: float) -> None:
    """Los nombres al final de cada línea, separados lo justo para que ninguno pise a otro."""
    axis.get_ylim()  # con los límites ya decididos, la altura de cada final se mide en fracciones del eje
    to_axes, floor = axis.transData + axis.transAxes.inverted(), -np.inf
    for name, (y, color) in sorted(ends.items(), key=lambda item: item[1][0]):
        floor = max(to_axes.transform((x, y))[1], floor + 0.065)
        axis.annotate(
            theme.drawable(name),
            (1, floor),
            (8, 0),
            xycoords="axes fraction",
            textcoords="offset points",
            va="center",
            fontsize=11.5,
            color=color,
            annotation_clip=False,
        )


def _titles(axis: Axes, title: str, subtitle: str, *, pad: float = 10) -> Axes:
    if title:
        axis.set_title(theme.drawable(title), loc="left", fontsize=14, fontweight="bold", pad=24 if subtitle else pad)
    if subtitle:
        quiet = {"fontsize": 10.5, "color": theme.current().quiet}
        axis.annotate(theme.drawable(subtitle), (0, 1), (0, 6), xycoords="axes fraction", textcoords="offset points", **quiet)
    return axis
