"""¿Se lee? Letras que se pisan, se salen, son pequeñas o no destacan del fondo: lo que una figura no puede tener."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from course_utils import diagrams, theme

if TYPE_CHECKING:
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure
    from matplotlib.text import Text
    from matplotlib.transforms import Bbox

AA = 4.5  # contraste mínimo de un texto (WCAG 2.2, nivel AA)
SLACK = 1.0  # píxeles de margen: rozarse no es pisarse
SHARE = 0.05  # un color cuenta como fondo si ocupa al menos esta parte del texto


def faults(figure: Figure) -> list[str]:
    """Una frase por defecto; lista vacía si todo se lee. Mira los textos tal como quedan al pintar la figura."""
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    canvas = FigureCanvasAgg(figure)
    with matplotlib.rc_context({"text.hinting": "no_hinting"}):
        canvas.draw()
        boxes = [(text, text.get_window_extent(canvas.get_renderer())) for text in _texts(figure)]
        pixels = _background(figure, canvas)
    return [*_small(boxes), *_outside(boxes, figure.bbox), *_overlapping(boxes), *_faint(boxes, pixels)]


def _texts(figure: Figure) -> list[Text]:
    from matplotlib.text import Text

    hidden = {label for axis in _axes(figure) for label in _beyond(axis)}
    return [text for text in figure.findobj(Text) if text.get_visible() and text.get_text().strip() and text not in hidden and _drawn(text)]


def _drawn(text: Text) -> bool:
    """Lo que está en unos ejes invisibles o apagados (marcas y rótulos de un diagrama) no se pinta."""
    axes = text.axes
    return axes is None or (axes.get_visible() and (axes.axison or text in axes.texts))


def _axes(figure: Figure) -> list[Axis]:
    from matplotlib.axis import Axis

    return figure.findobj(Axis)


def _beyond(axis: Axis) -> Iterator[Text]:
    """Los rótulos de las marcas que caen fuera de los límites: existen, pero no se pintan."""
    low, high = sorted(axis.get_view_interval())
    for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks()):
        if not low <= tick.get_loc() <= high:
            yield from (tick.label1, tick.label2)


def _small(boxes: list[tuple[Text, Bbox]]) -> Iterator[str]:
    for text, _ in boxes:
        if text.get_fontsize() < diagrams.MIN_SIZE - 0.01:
            yield f"«{text.get_text()}» mide {theme.number(text.get_fontsize(), 1)} puntos: el mínimo es {theme.number(diagrams.MIN_SIZE)}."


def _outside(boxes: list[tuple[Text, Bbox]], frame: Bbox) -> Iterator[str]:
    for text, box in boxes:
        if box.x0 < frame.x0 - SLACK or box.y0 < frame.y0 - SLACK or box.x1 > frame.x1 + SLACK or box.y1 > frame.y1 + SLACK:
            yield f"«{text.get_text()}» se sale de la figura."


def _overlapping(boxes: list[tuple[Text, Bbox]]) -> Iterator[str]:
    for (one, a), (other, b) in combinations(boxes, 2):
        wide, high = min(a.x1, b.x1) - max(a.x0, b.x0), min(a.y1, b.y1) - max(a.y0, b.y0)
        if wide > SLACK and high > SLACK:
            yield f"«{one.get_text()}» pisa a «{other.get_text()}»."


def _faint(boxes: list[tuple[Text, Bbox]], pixels: np.ndarray) -> Iterator[str]:
    from matplotlib.colors import to_hex

    for text, box in boxes:
        color = to_hex(text.get_color()).upper()
        worst = min((theme.contrast(color, back) for back in _behind(box, pixels)), default=21.0)
        if worst < AA:
            yield f"«{text.get_text()}» tiene un contraste de {theme.number(worst, 1)} con su fondo: el mínimo es {theme.number(AA)}."


def _background(figure: Figure, canvas: object) -> np.ndarray:
    """Los píxeles (alto, ancho, 3) de la figura sin ningún texto."""
    alphas = [(text, text.get_alpha()) for text in _texts(figure)]
    for text, _ in alphas:
        text.set_alpha(0)  # y no invisible: así sigue ocupando su sitio
    canvas.draw()
    pixels = np.asarray(canvas.buffer_rgba())[:, :, :3].copy()
    for text, alpha in alphas:
        text.set_alpha(alpha)
    return pixels


def _behind(box: Bbox, pixels: np.ndarray) -> list[str]:
    """Los colores que ocupan buena parte de lo que hay detrás de un texto."""
    height, width = pixels.shape[:2]
    x0, x1 = (int(np.clip(x, 0, width)) for x in (box.x0, box.x1))
    y0, y1 = (int(np.clip(height - y, 0, height)) for y in (box.y1, box.y0))
    patch = pixels[y0:y1, x0:x1].reshape(-1, 3)
    colors, counts = np.unique(patch, axis=0, return_counts=True)
    return ["#{:02X}{:02X}{:02X}".format(*color) for color, count in zip(colors, counts) if count >= SHARE * len(patch)]
