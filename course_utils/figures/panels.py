"""Paneles que comparten varias figuras: barras con su hueco para las etiquetas, marcas de conservado y cortado."""

from __future__ import annotations

import re
from collections.abc import Sequence

from course_utils import plots, theme
from course_utils.diagrams import CUT_HATCH, Diagram, box, column, inset, text, text_width


def bars(
    labels: Sequence[str],
    probabilities: Sequence[float],
    *,
    width: float,
    limit: float,
    row: float = 27.0,
    room: float = 52.0,
    named: bool = True,
    **options: object,
) -> Diagram:
    """Un panel de `plots.next_token_bars` de `width` puntos: etiquetas a la izquierda, si `named`,
    y `room` puntos para el valor a la derecha."""
    margin = label_margin(labels) if named else 0.0
    inner = width - margin

    def paint(axis: object) -> None:
        plots.next_token_bars(labels, probabilities, limit=limit, axis=axis, **options)
        axis.set_xlim(0, limit * inner / (inner - room))
        if not named:
            axis.set_yticklabels([])

    return inset(inner, row * (len(labels) + 0.2), paint).pad(margin, 0, 0, 0)


def label_margin(labels: Sequence[str]) -> float:
    """Los puntos que ocupan las etiquetas a la izquierda de sus barras."""
    return max(text_width(theme.drawable(label), 12.0) for label in labels) + 10


def marks(kept: Sequence[bool], *, row: float = 27.0, width: float = 80.0) -> Diagram:
    """Una casilla por fila, a la altura de las barras de `bars` con el mismo `row`."""
    return column(*(mark(keep, width) for keep in kept), gap=row - 21).pad(0, 0.6 * row - 10.5, 0, 0)


def mark(kept: bool, width: float = 80.0) -> Diagram:
    """Una casilla que dice si un token se queda o se corta: con palabra, relleno y rayado."""
    if kept:
        return box("✓ queda", width=width, height=21, size=10.5, fill="soft", edge="accent", radius=3, padding=(4, 1))
    return box("✗ cortado", width=width, height=21, size=10.5, fill="cut", edge="quiet", hatch=CUT_HATCH, radius=3, padding=(4, 1))


def heading(title: str, note: str, *, size: float = 14.0) -> Diagram:
    """Encabezado de un panel: nombre en negrita y, debajo, qué hace."""
    return column(text(title, size, bold=True), text(note, 10.5, role="quiet"), gap=1)


def listed(labels: Sequence[str], values: Sequence[str]) -> str:
    """«pueblo 51 %, río 21 % y bosque 15 %»: parejas en una frase."""
    pairs = [f"{label} {value}" for label, value in zip(labels, values)]
    conjunction = "e" if pairs and re.match("h?[ií](?![aeo])", pairs[-1], re.IGNORECASE) else "y"
    return f"{', '.join(pairs[:-1])} {conjunction} {pairs[-1]}" if len(pairs) > 1 else "".join(pairs)
