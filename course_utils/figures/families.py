"""Lo que comparten las figuras de las tres familias: la máscara medida, los hilos de la atención entre fichas y los renglones de fichas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from course_utils.architectures.influence import influence
from course_utils.architectures.visibility import sight
from course_utils.diagrams import Diagram, chip, column, mask, paragraph, row, text
from course_utils.diagrams.shapes import Stroke

if TYPE_CHECKING:
    from course_utils.inspection import Inputs
    from course_utils.models import LanguageModel

SIDE = 184.0  # puntos: el lado de una máscara
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
        text("Quién ve a quién", 13, bold=True),
        paragraph("Medido. Fila: un vector que sale; columna: el token que se cambia.", SIDE, 10.5, role="quiet"),
        drawn.pad(0, 6, 0, 2),
        paragraph(told, SIDE, 11.5),
        gap=2,
    )


@dataclass(frozen=True)
class Chips:
    """Unas fichas repartidas por un ancho: el dibujo y el centro de cada una."""

    drawn: Diagram
    centers: tuple[float, ...]


def spread(labels: Sequence[str], width: float, *, strong: int | None = None, fill: str = "soft") -> Chips:
    """Las fichas, con el mismo hueco entre ellas hasta llenar ese ancho; la de `strong`, llena."""
    looks = [{"fill": "accent", "bold": True} if place == strong else {"fill": fill} for place in range(len(labels))]
    chips = [chip(label, size=11.5, **look) for label, look in zip(labels, looks)]
    gap = (width - sum(one.width for one in chips)) / max(len(chips) - 1, 1)
    starts = [sum(one.width + gap for one in chips[:i]) for i in range(len(chips))]
    return Chips(row(*chips, gap=gap), tuple(start + one.width / 2 for start, one in zip(starts, chips)))


def threads(weights: np.ndarray, above: Chips, below: Chips, height: float) -> Diagram:
    """Hilos entre las fichas de arriba (K) y las de abajo (Q), más gruesos cuanto mayor el peso de (Q, K)."""
    pairs = sorted((float(weight), place) for place, weight in np.ndenumerate(weights) if weight >= FAINTEST)
    strokes = tuple(
        Stroke(((above.centers[k], 2.0), (below.centers[q], height - 2)), f"truth@{0.25 + 0.75 * weight:.2f}", 0.7 + 3.3 * weight)
        for weight, (q, k) in pairs
    )
    return Diagram(above.drawn.width, height, strokes)


def arcs(weights: Sequence[float], place: int, chips: Chips, height: float) -> Diagram:
    """Arcos desde la ficha `place` hasta las que mira, más gruesos cuanto más las mira; los más largos, más altos."""
    at, seen = chips.centers, [(float(weight), k) for k, weight in enumerate(weights) if weight >= FAINTEST and k != place]
    most = max((abs(at[k] - at[place]) for _, k in seen), default=1.0)
    strokes = [stroke for weight, k in sorted(seen) for stroke in _arc(at[place], at[k], height, most, weight)]
    return Diagram(chips.drawn.width, height, tuple(strokes))


def _arc(start: float, end: float, height: float, most: float, weight: float) -> tuple[Stroke, Stroke]:
    """El arco y su punta."""
    rise, role, line = (height - 6) * (0.45 + 0.55 * abs(end - start) / most), f"accent@{0.3 + 0.7 * weight:.2f}", 0.8 + 2.6 * weight
    points = tuple((start + (end - start) * t, height - 3 - 4 * rise * t * (1 - t)) for t in np.linspace(0, 1, 41).tolist())
    return Stroke(points[:-4], role, line), Stroke((points[-6], points[-1]), role, line, head=True)


def line(name: str, labels: Sequence[str], marked: Sequence[bool], *, room: float = 68.0) -> Diagram:
    """Un renglón: su nombre y sus fichas; las marcadas, llenas."""
    looks = ({"fill": "accent", "bold": True} if strong else {"fill": "soft"} for strong in marked)
    chips = (chip(label, size=10.5, **look) for label, look in zip(labels, looks))
    return row(text(name, 11, role="quiet").framed(room), *chips, gap=3)


def heading(name: str, told: str) -> Diagram:
    """El nombre de una parte y, a su derecha, qué hace."""
    return row(text(name, 13, bold=True, role="accent"), text(told, 11, role="quiet"), gap=8)
