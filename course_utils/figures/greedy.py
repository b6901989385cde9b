"""La tabla de la figura 35: una ejecución voraz, paso a paso, con lo que escribe y lo que descarta."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course_utils import generation, theme
from course_utils.diagrams import Diagram, brace, chip, column, row, space, text
from course_utils.figures import contexts
from course_utils.figures.canvas import BODY
from course_utils.microworld import stories

if TYPE_CHECKING:
    from course_utils.models import LanguageModel

LABELS, GUTTER = 60.0, 6.0  # puntos: la columna de rótulos y el hueco entre pasos
ROW, HEAD = 40.0, 21.0
NAMES = ("se escribe", "segundo", "tercero")


def ending(decoder: LanguageModel, limit: int) -> tuple[str, list[generation.Step]]:
    """Un cuento a punto de acabar y la ejecución voraz que lo acaba en 6 a 12 pasos; de las que caben, la que más duda.

    ValueError si el modelo no acaba así ningún cuento.
    """
    runs = ((prompt, run(decoder, prompt, limit)) for prompt in _almost_done())
    usable = [(prompt, steps) for prompt, steps in runs if _fits(steps)]
    if not usable:
        raise ValueError(f"El modelo «{decoder.name}» no acaba ningún cuento en pocos pasos: ¿está bien entrenado?")
    return max(usable, key=lambda found: sum(step.model_probability < 0.9 for step in found[1]))


def run(decoder: LanguageModel, prompt: str, limit: int) -> list[generation.Step]:
    """Los pasos de la decodificación voraz desde `prompt`."""
    return list(generation.steps(decoder, prompt, temperature=0, max_new_tokens=limit))


def table(steps: list[generation.Step]) -> Diagram:
    """Una columna por paso con sus tres candidatos; a la izquierda, qué es cada fila."""
    names = (text(name, 10.5, role="quiet").pad(0, 4, 0, 0).framed(LABELS, ROW) for name in NAMES)
    columns = (_column(number, step).named(f"{number}") for number, step in enumerate(steps, start=1))
    return row(column(space(LABELS, HEAD), *names), *columns, gap=GUTTER, align="top")


def stop(drawn: Diagram, last: int, reason: str, written: str) -> Diagram:
    """Una llave bajo los pasos que da la ejecución, y qué queda escrito."""
    x, _, width, _ = drawn.where(f"{last}")
    start = drawn.where("1")[0]
    words = row(text(reason, 12, bold=True), text(f"Queda «{written.strip()}».", 12), gap=10)
    return column(brace(x + width - start), words, gap=2).pad(start, 0, 0, 0)


def _almost_done() -> list[str]:
    """Cuentos a los que les faltan de cinco a ocho palabras."""
    told = [story.split(" ") for story in stories.sample(8, seed=contexts.SEED)]
    return [" ".join(words[:-missing]) for words in told for missing in (8, 7, 6, 5)]


def _fits(steps: list[generation.Step]) -> bool:
    return 6 <= len(steps) <= 12 and steps[-1].finish == "fin" and table(steps).width <= BODY


def _column(number: int, step: generation.Step) -> Diagram:
    chips = (_candidate(c, first=not rank).framed(height=ROW) for rank, c in enumerate(step.top(len(NAMES), raw=True)))
    return column(text(f"paso {number}", 10.5, role="quiet").framed(height=HEAD), *chips, align="center")


def _candidate(candidate: generation.Candidate, *, first: bool) -> Diagram:
    fill, edge = ("accent", "accent") if first else ("paper", "quiet")
    return chip(candidate.label, note=theme.percent(candidate.probability), fill=fill, edge=edge, bold=first)
