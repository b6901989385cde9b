"""Prompts con ejemplos, dibujados: cada línea con su palabra y su etiqueta, y debajo lo que contesta el modelo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from course_utils import generation, inspection, prompting, theme
from course_utils.diagrams import MIN_SIZE, Diagram, arrow, box, chip, column, over, rectangle, row, shade, text
from course_utils.figures.panels import bars, listed

if TYPE_CHECKING:
    from course_utils.models import LanguageModel

LAYER = 1  # la capa del modelo de pocos ejemplos en la que se busca la etiqueta
Example = tuple[str, str]


@dataclass(frozen=True, eq=False)
class Shot:
    """Un prompt del modelo de pocos ejemplos: sus ejemplos, la pregunta, los candidatos, los tokens que gasta y a qué etiqueta mira."""

    examples: tuple[Example, ...]
    query: str
    candidates: list[generation.Candidate]
    tokens: int
    looks: tuple[float, ...]

    @property
    def told(self) -> str:
        """«eco > 99 % y oeste < 1 %»."""
        return listed([one.label for one in self.candidates], [theme.percent(one.probability) for one in self.candidates])


def ask(language_model: LanguageModel, examples: Sequence[Example], query: str, *, n: int = 3) -> Shot:
    """Le hace una pregunta al modelo; `looks`: lo que la última palabra atiende a cada etiqueta en la capa LAYER, media de sus cabezas."""
    prompt = prompting.TEMPLATES["la suya"].write(examples, query)
    step = next(generation.steps(language_model, prompt))
    found = inspection.attention(language_model, prompt)["decoder"]
    last = found.weights[LAYER, :, -1].mean(0)
    places = [3 + 3 * i for i in range(len(examples))]  # (inicio), -, palabra, etiqueta, ↵-, palabra, etiqueta…
    if [found.keys[place] for place in places] != [label for _, label in examples]:
        raise ValueError(f"El modelo «{language_model.name}» no lee cada palabra y cada etiqueta como un token: la figura diría otra cosa.")
    count = prompting.token_count(language_model, prompt)
    return Shot(tuple(examples), query, step.top(n), count, tuple(float(last[place]) for place in places))


def sheet(lines: Sequence[Diagram], width: float, name: str) -> Diagram:
    """Un prompt, como una hoja con su nombre encima."""
    inner = column(*lines, gap=5).pad(12, 10)
    paper = over(rectangle(width, inner.height, fill="paper", edge="quiet", radius=6), inner.framed(width))
    return column(text(name, MIN_SIZE + 0.5, role="quiet"), paper, gap=3)


def lines(shot: Shot, *, looked: bool = False) -> list[Diagram]:
    """Las líneas del prompt; con `looked`, cada etiqueta teñida según lo que se la atiende."""
    written = [_example(word, label, look if looked else None) for (word, label), look in zip(shot.examples, shot.looks)]
    gap = box("?", fill="paper", edge="accent", dash=True, padding=(9, 3))
    question = row(text("-", 13, role="quiet"), text(shot.query, 13, bold=True), gap, gap=7)
    return [*written, question]


def _example(word: str, label: str, look: float | None) -> Diagram:
    fill = "soft" if look is None else f"accent@{shade(look):.2f}"
    seen = [text(theme.percent(look), 10.5, role="quiet")] if look is not None else []
    return row(text("-", 13, role="quiet"), text(word, 13), chip(label, fill=fill, size=12.5), *seen, gap=7)


def answer(candidates: Sequence[generation.Candidate], width: float, note: str) -> Diagram:
    """Debajo del prompt, las barras de lo que el modelo escribiría, con la misma escala en todas."""
    drawn = bars([one.label for one in candidates], [one.probability for one in candidates], width=width, limit=1.0, row=23, room=54)
    return column(arrow(18, direction="down").pad(14, 0, 0, 0), text(note, 11.5, bold=True), drawn, gap=4)
