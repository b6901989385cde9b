"""La figura 16 por dentro: el camino entero de una traducción, con cintas de atención entre las dos frases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from course_utils import theme, tokens
from course_utils.diagrams import Diagram, box, chip, column, over, paragraph, row, text
from course_utils.diagrams.shapes import Rectangle, Stroke
from course_utils.figures.encoder_side import SENTENCE
from course_utils.generation import translating

if TYPE_CHECKING:
    from course_utils.models import LanguageModel

SIDE, WIDE = 150.0, 560.0  # puntos: los rótulos de la izquierda y el dibujo
DRAWN, STRONG = 0.15, 0.5  # desde este peso se dibuja una cinta, y desde este va teñida del todo
RIBBON = 146.0


@dataclass(frozen=True, eq=False)
class Whole:
    """Una traducción de principio a fin. weights: (T, S), a qué token de la frase se mira para escribir cada uno."""

    sources: tuple[str, ...]
    written: tuple[str, ...]
    weights: np.ndarray
    translation: str

    def crossings(self) -> list[tuple[str, str]]:
        """Las parejas seguidas de la traducción que se escriben en orden contrario al de la frase: [("red", "house"), …]."""
        looked = self.weights.argmax(-1)
        pairs = zip(zip(self.written, self.written[1:]), zip(looked, looked[1:]))
        return [words for words, (first, second) in pairs if first == second + 1]


def whole(translator: LanguageModel) -> Whole:
    """La traducción voraz, con la atención cruzada de la última capa (la media de sus cabezas).

    ValueError si en ella no se ve el cambio de sitio del adjetivo y el sustantivo.
    """
    reading = translating.read(translator, SENTENCE)
    steps = list(translating.steps(translator, reading))
    names = tuple(tokens.label(translator.tokenizer, i) for i in reading.ids)
    written = tuple(tokens.label(translator.tokenizer, step.token_id) for step in steps)
    found = Whole(names, written, np.stack([step.looked().numpy() for step in steps]), steps[-1].text)
    if found.crossings() != [("cunning", "witch"), ("red", "house")]:
        raise ValueError(f"En la última capa del modelo «{translator.name}» no se cruzan adjetivos y sustantivos: {found.crossings()}.")
    return found


def drawn(found: Whole, encoder: int, decoder: int) -> Diagram:
    """De arriba abajo: la frase, sus tokens, el codificador, las cintas, el decodificador, los tokens escritos y la traducción."""
    upper, lower = _places(found.sources), _places(found.written)
    turns, count = len(found.written), len(found.sources)
    lines = (
        ("1. Tokenizar", f"{count} tokens", _quoted(SENTENCE)),
        ("", "", _chips(found.sources, upper, fill="soft")),
        ("2. Leer", "una sola vez, entera", _stack(f"codificador: {encoder} bloques, 1 pasada", "soft", "accent")),
        ("3. Consultar", "atención cruzada: claves y valores de la frase", _ribbons(found, upper, lower)),
        ("4. Escribir", "una vez por token", _stack(f"decodificador: {decoder} bloques, {turns} pasadas", "accent@0.30", "accent")),
        ("", "", _chips(found.written, lower, fill="accent", bold=True)),
        ("5. Destokenizar", "de tokens a texto", _quoted(found.translation)),
    )
    return column(*(_line(*line) for line in lines), gap=11)


def _line(title: str, note: str, drawing: Diagram) -> Diagram:
    words = column(text(title, 12.5, bold=True), paragraph(note, SIDE - 12, 10.5, role="quiet")) if title else text(" ")
    return row(words.framed(SIDE), drawing)


def _places(words: Sequence[str]) -> list[float]:
    """El centro de cada ficha: a la misma distancia, de lado a lado."""
    step = WIDE / len(words)
    return [step * (i + 0.5) for i in range(len(words))]


def _quoted(sentence: str) -> Diagram:
    words = text(f"«{sentence}»", 13)
    return words.moved((WIDE - words.width) / 2, 0).framed(WIDE)


def _chips(words: Sequence[str], places: Sequence[float], *, fill: str, bold: bool = False) -> Diagram:
    made = [chip(word, size=10.5, fill=fill, bold=bold) for word in words]
    moved = [one.moved(x - one.width / 2, 0) for one, x in zip(made, places)]
    return over(Diagram(WIDE, made[0].height), *moved)


def _stack(words: str, fill: str, edge: str) -> Diagram:
    """La pila: una caja ancha con dos sombras, que son los bloques de detrás."""
    shadows = tuple(Rectangle(d, -d, WIDE - 6, 34, "paper", "quiet", radius=8, dash=True) for d in (6.0, 3.0))
    return over(Diagram(WIDE, 34, shadows), box(words, width=WIDE - 6, height=34, size=12.5, fill=fill, edge=edge, radius=8))


def _ribbons(found: Whole, upper: Sequence[float], lower: Sequence[float]) -> Diagram:
    """Una cinta por cada peso que se ve, más gruesa cuanto mayor; con su porcentaje junto a la palabra que se escribe."""
    strokes, notes = [], []
    for (j, i), weight in sorted(np.ndenumerate(found.weights), key=lambda pair: pair[1]):
        if weight >= DRAWN:
            role = "truth" if weight >= STRONG else "train"
            strokes.append(Stroke(((upper[i], 4.0), (lower[j], RIBBON - 20)), role, 0.8 + 6.0 * float(weight)))
    for j, weights in enumerate(found.weights):
        note = text(theme.percent(float(weights.max())), 10, role="truth", bold=bool(weights.max() >= STRONG))
        notes.append(note.moved(lower[j] - note.width / 2, RIBBON - 17))
    return over(Diagram(WIDE, RIBBON, tuple(strokes)), *notes)
