"""Las piezas de la figura 18: un hueco que se rellena mirando a los dos lados, y una frase que acaba en un solo vector."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from course_utils import embeddings, inspection, theme
from course_utils.diagrams import Diagram, arrow, chip, column, paragraph, rectangle, row, text
from course_utils.figures import families
from course_utils.figures.panels import bars, label_margin

if TYPE_CHECKING:
    from course_utils.models import LanguageModel

HOLES = ("En el bosque vivía [MASK] rana muy curiosa.", "En el bosque vivía [MASK] gato muy curioso.")
PHRASE = "La niña perdió la pelota en el bosque."
OTHERS = (
    "La chiquilla no encuentra el balón: lo dejó en algún rincón de la arboleda.",
    "La niña perdió la cartera en el bosque.",
    "La pintora vive con un loro en el molino.",
)
SHOWN, CELL = 8, 13.0  # números de cada vector que se pintan y lado de su casilla


@dataclass(frozen=True, eq=False)
class Hole:
    """Una frase con una palabra tapada, ya leída: dónde está el hueco, la atención de cada cabeza y lo que se apuesta en él."""

    inputs: inspection.Inputs
    place: int
    attention: np.ndarray  # (capas, cabezas, T, T)
    guesses: tuple[tuple[str, float], ...]


def read(encoder: LanguageModel, sentence: str) -> Hole:
    """Una frase con un «[MASK]», leída por el codificador."""
    inputs, lens = inspection.read(encoder, sentence), inspection.logit_lens(encoder, sentence)
    place = inputs.ids.index(encoder.tokenizer.mask_token_id)
    guesses = tuple((guess.label, guess.probability) for guess in lens.top(len(lens.logits) - 1, place, n=2))
    return Hole(inputs, place, inspection.attention(encoder, sentence)["encoder"].weights, guesses)


def looking(holes: Sequence[Hole]) -> tuple[int, int]:
    """La capa y la cabeza que, desde el hueco, más miran al token que lo sigue en todas las frases."""
    least = np.min([hole.attention[:, :, hole.place, hole.place + 1] for hole in holes], axis=0)
    return tuple(int(i) for i in np.unravel_index(least.argmax(), least.shape))


def hole_panel(hole: Hole, head: tuple[int, int], width: float) -> Diagram:
    """La frase en fichas, con los arcos de una cabeza desde el hueco, y sus apuestas debajo."""
    chips = families.spread(hole.inputs.labels, width, strong=hole.place)
    names, values = zip(*hole.guesses)
    left = max(48 - label_margin(names), 0.0)
    guesses = bars(names, values, width=230 - left, limit=1.0, row=21).pad(left, 0, 0, 0)
    asked = text("apuesta en el hueco", 11, role="quiet").pad(0, 3, 0, 0)
    return column(
        families.arcs(hole.attention[head][hole.place], hole.place, chips, 34),
        chips.drawn,
        row(asked, guesses, gap=6, align="top").pad(chips.centers[hole.place] - asked.width - 62, 5, 0, 0),
    )


def sentence_vector(encoder: LanguageModel, sentence: str) -> np.ndarray:
    """La media de los vectores de sus tokens."""
    return inspection.residual_stream(encoder, sentence).states[-1].mean(0)


def alike(encoder: LanguageModel) -> list[tuple[str, float]]:
    """Las frases con las que se compara y el coseno de cada una con PHRASE; ValueError si la que dice lo mismo no gana."""
    vectors = np.stack([sentence_vector(encoder, other) for other in OTHERS])
    found = embeddings.cosines(vectors, sentence_vector(encoder, PHRASE)).tolist()
    if found[0] < found[1] + 0.1 or found[1] < found[2]:
        raise ValueError(f"En el modelo «{encoder.name}» la frase que dice lo mismo no es la más parecida: la figura diría otra cosa.")
    return list(zip(OTHERS, found))


def sentence_panel(labels: Sequence[str], states: np.ndarray, cosines: Sequence[tuple[str, float]], width: float) -> Diagram:
    """Cada token con su vector debajo; la media de todos; y las frases con las que se compara."""
    largest = float(np.abs(states[:, :SHOWN]).max())
    strips = row(*(_strip(label, state, largest) for label, state in zip(labels, states)), gap=5, align="top")
    mean = _strip("media", states.mean(0), largest, strong=True)
    steps = [arrow(28).pad(0, 60, 0, 0), mean, arrow(28).pad(0, 60, 0, 0)]
    rest = width - strips.width - sum(step.width for step in steps) - 40
    told = column(text("coseno con el de…", 11, role="quiet"), *(_compared(other, value, rest) for other, value in cosines), gap=8)
    return row(strips, *steps, told, gap=8, align="top")


def _strip(label: str, vector: np.ndarray, largest: float, *, strong: bool = False) -> Diagram:
    """Una ficha y, debajo, unos números de su vector: más teñido, más lejos de cero; azul si es positivo, naranja si es negativo."""
    cells = (rectangle(22, CELL, fill=_tint(float(value), largest), edge="quiet", line=0.7) for value in vector[:SHOWN])
    head = chip(label, size=10.5, bold=strong, fill="paper" if strong else "soft")
    return column(head, column(*cells), text("⋮", 11), gap=3, align="center")


def _tint(value: float, largest: float) -> str:
    return f"{'accent' if value >= 0 else 'train'}@{0.06 + 0.84 * min(abs(value) / largest, 1):.2f}"


def _compared(other: str, value: float, width: float) -> Diagram:
    number = text(theme.number(value, 2), 13, bold=value > 0.5, role="accent" if value > 0.5 else "ink")
    return row(number.framed(40), paragraph(other, width - 48, 11), gap=8, align="top")
