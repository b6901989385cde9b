"""Lo que comparten las figuras de las tres familias: la máscara medida, los hilos de la atención entre fichas y los renglones de fichas."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from course_utils.architectures.influence import influence
from course_utils.architectures.visibility import sight
from course_utils.diagrams import Diagram, chip, column, mask, over, paragraph, row, text
from course_utils.diagrams.shapes import Stroke

if TYPE_CHECKING:
    from course_utils.inspection import Inputs
    from course_utils.models import LanguageModel

SIDE = 176.0  # puntos: el lado de una máscara
FAINTEST = 0.04  # por debajo de este peso, el hilo no se dibuja


def measured(language_model: LanguageModel, inputs: Inputs) -> np.ndarray:
    """La máscara medida en la red: qué vectores se mueven al cambiar cada token. ValueError si no es la de su arquitectura."""
    written = inputs.target_ids or ()
    found = influence(language_model.model, inputs.ids, written)
    if not np.array_equal(found, sight(language_model.role, len(inputs.ids), len(written)).joined):
        raise ValueError(f"En el modelo «{language_model.name}» no se mueve lo que dice la máscara de un {language_model.role}.")
    return found


def mask_panel(found: np.ndarray, told: str, *, split: int | None = None, sides: tuple[str, ...] = ()) -> Diagram:
    """La máscara medida, con su título, sus ejes y una frase; si hay dos partes, con el nombre de cada una."""
    drawn = mask(found.tolist(), size=SIDE, split=split)
    if split:
        cut = SIDE * split / len(found)
        named = row(*(text(side, 10.5, role="quiet").framed(w, align="center") for side, w in zip(sides, (cut, SIDE - cut))))
        drawn = column(named, drawn, gap=2)
    return column(
        text("Medido: quién ve a quién", 13, bold=True),
        paragraph("Fila: un vector que sale. Columna: el token que se cambia.", SIDE, 10.5, role="quiet"),
        drawn.pad(0, 6, 0, 2),
        paragraph(told, SIDE, 11.5),
        gap=2,
    )


def spread(labels: Sequence[str], width: float, **look: object) -> Diagram:
    """Las fichas repartidas por igual en ese ancho."""
    cell = width / len(labels)
    return row(*(chip(label, size=11.5, **look).framed(cell, align="center") for label in labels))


def centers(count: int, width: float) -> list[float]:
    """El centro de cada ficha de `spread`."""
    return [(i + 0.5) * width / count for i in range(count)]


def threads(weights: np.ndarray, width: float, height: float) -> Diagram:
    """Hilos entre las columnas de arriba (K) y las de abajo (Q), más gruesos cuanto mayor el peso de (Q, K)."""
    below, above = (centers(size, width) for size in weights.shape)
    pairs = sorted((float(weight), place) for place, weight in np.ndenumerate(weights) if weight >= FAINTEST)
    strokes = tuple(
        Stroke(((above[k], 2.0), (below[q], height - 2)), f"truth@{0.25 + 0.75 * weight:.2f}", 0.7 + 3.3 * weight)
        for weight, (q, k) in pairs
    )
    return Diagram(width, height, strokes)


def arcs(weights: Sequence[float], place: int, width: float, height: float) -> Diagram:
    """Arcos desde la ficha `place` hasta las que mira, más gruesos cuanto más las mira."""
    at = centers(len(weights), width)
    most = max((abs(at[k] - at[place]) for k, weight in enumerate(weights) if weight >= FAINTEST), default=1.0) or 1.0
    strokes = []
    for k, weight in sorted(enumerate(map(float, weights)), key=lambda pair: pair[1]):
        if weight >= FAINTEST and k != place:
            strokes.append(Stroke(_arc(at[place], at[k], height, most), f"accent@{0.3 + 0.7 * weight:.2f}", 0.8 + 3.2 * weight, head=True))
    return Diagram(width, height, tuple(strokes))


def _arc(start: float, end: float, height: float, most: float) -> tuple[tuple[float, float], ...]:
    rise = (height - 4) * (0.35 + 0.65 * abs(end - start) / most)
    return tuple((start + (end - start) * t, height - 2 - 4 * rise * t * (1 - t)) for t in np.linspace(0, 1, 25).tolist())


def line(name: str, labels: Sequence[str], marked: Sequence[bool], *, room: float = 78.0) -> Diagram:
    """Un renglón: su nombre y sus fichas; las marcadas, llenas."""
    looks = ({"fill": "accent", "bold": True} if strong else {"fill": "soft"} for strong in marked)
    chips = (chip(label, size=11, **look) for label, look in zip(labels, looks))
    return row(text(name, 11.5, role="quiet").framed(room), *chips, gap=4)


def heading(name: str, told: str) -> Diagram:
    """El nombre de una parte y, a su derecha, qué hace."""
    return row(text(name, 13, bold=True, role="accent"), text(told, 11, role="quiet"), gap=8)


def stacked(*layers: Diagram) -> Diagram:
    """Uno encima de otro, sin hueco: fichas, hilos y fichas."""
    return column(*layers, gap=0)


def marked_place(drawn: Diagram, count: int, place: int, label: str) -> Diagram:
    """Las mismas fichas, con la de `place` llena."""
    strong = chip(label, size=11.5, fill="accent", bold=True)
    center = centers(count, drawn.width)[place]
    return over(drawn, strong.moved(center - strong.width / 2, 0))
