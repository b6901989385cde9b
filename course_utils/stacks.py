"""Barras apiladas: de qué se compone cada total, y si cabe en lo que hay. Números y nombres entran; no saben de qué son."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from course_utils import theme
from course_utils.diagrams import Diagram, box, column, over, rectangle, render, row, space, text, text_width

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH = 712.0  # puntos
BAR = 26.0
LOOKS = (
    ("truth@0.3", "truth", "...."),
    ("accent", "accent", ""),
    ("soft", "accent", ""),
    ("cut", "quiet", "////"),
    ("frozen", "ink", "xx"),
)


def shares(
    rows: Mapping[str, Mapping[str, float]], *, totals: Mapping[str, str] | None = None, title: str = "", axis: Axes | None = None
) -> Axes:
    """Una barra por fila, entera, partida según lo que pesa cada parte; el porcentaje, dentro si cabe.

    rows    nombre de la fila → nombre de la parte → cantidad (cero o más; alguna, mayor que cero)
    totals  nombre de la fila → lo que se escribe detrás de su barra
    ValueError si una fila está vacía o tiene cantidades negativas.
    """
    names = list(dict.fromkeys(name for parts in rows.values() for name in parts))
    left = min(max(text_width(label, 12.0) for label in rows) + 12, WIDTH / 2)
    right = max((text_width(words, 12.0) for words in (totals or {}).values()), default=0.0) + 10
    lines = [
        row(
            text(label, 12.0).framed(left),
            bar(parts, names, width=WIDTH - left - right),
            space(10),
            text((totals or {}).get(label, ""), 12.0),
        )
        for label, parts in rows.items()
    ]
    heading = [text(title, 14.0, bold=True)] if title else []
    return render(column(*heading, key(names).pad(left, 0, 0, 0), *lines, gap=8).pad(12), axis=axis)


def bar(
    parts: Mapping[str, float], names: Sequence[str] | None = None, *, width: float, whole: float | None = None, labelled: bool = True
) -> Diagram:
    """Una barra apilada de `width` puntos; las partes llevan el aspecto de su sitio en `names` (o en `parts`).

    whole: la cantidad que ocupa todo el ancho; sin ella, la suma. ValueError si no hay nada que apilar o algo es negativo.
    """
    total = sum(parts.values())
    if total <= 0 or min(parts.values()) < 0:
        raise ValueError("Para apilar hacen falta cantidades de cero o más, y alguna mayor que cero.")
    names = list(names or parts)
    found = [
        _segment(amount, total, width * amount / (whole or total), names.index(name), labelled) for name, amount in parts.items() if amount
    ]
    return row(*found)


def key(names: Sequence[str]) -> Diagram:
    """La leyenda: una muestra de cada aspecto con su nombre."""
    return row(*(row(sample, text(name, 11.0), gap=5) for sample, name in zip(samples(len(names)), names)), gap=18)


def samples(count: int) -> list[Diagram]:
    """Las muestras de las `count` primeras partes, para una leyenda con más datos."""
    return [_sample(i, 20, 14) for i in range(count)]


def against(parts: Mapping[str, float], capacity: float, mark: str, *, width: float) -> Diagram:
    """Una barra apilada y, a su misma escala, una raya con el nombre de lo que hay: lo que la pasa no cabe."""
    whole = max(sum(parts.values()), capacity)
    place = width * capacity / whole
    frame = rectangle(place, BAR + 12, fill="paper", edge="quiet", dash=True)
    drawn = over(frame, bar(parts, width=width, whole=whole, labelled=False).moved(0, 6).framed(height=BAR + 12))
    label = text(mark, 11.0, role="quiet")
    return column(drawn, label.pad(min(max(place - label.width, 0), width - label.width), 0, 0, 0), gap=2)


def _look(place: int) -> tuple[str, str, str]:
    return LOOKS[place % len(LOOKS)]


def _sample(place: int, width: float, height: float) -> Diagram:
    fill, edge, hatch = _look(place)
    return rectangle(width, height, fill=fill, edge=edge, hatch=hatch)


def _segment(amount: float, total: float, width: float, place: int, labelled: bool) -> Diagram:
    fill, edge, hatch = _look(place)
    words = theme.percent(amount / total)
    if not labelled or text_width(words, 11.0) + 14 > width:
        return rectangle(width, BAR, fill=fill, edge=edge, hatch=hatch)
    return box(words, width=width, height=BAR, padding=(2, 2), size=11.0, fill=fill, edge=edge, hatch=hatch, radius=0)
