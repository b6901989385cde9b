"""Cuánto acierta un modelo en unas tareas, con su intervalo y con el máximo que dejan saber los ejemplos."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from course_utils import evaluation, tokens
from course_utils.prompting.batches import first_token, next_probabilities
from course_utils.prompting.tasks import PLAIN, Task
from course_utils.prompting.templates import Template

if TYPE_CHECKING:
    from course_utils.models import LanguageModel


@dataclass(frozen=True)
class Score:
    """Aciertos de `trials` preguntas, y la media de lo que acertaría quien leyera los ejemplos sin un fallo."""

    right: int
    trials: int
    ceiling: float

    @property
    def share(self) -> float:
        return self.right / self.trials

    @property
    def interval(self) -> tuple[float, float]:
        """El del 95 %, de Wilson."""
        return evaluation.interval(self.right, self.trials)


def said(language_model: LanguageModel, given: Sequence[Task], template: Template = PLAIN) -> list[str]:
    """El token más probable tras cada prompt, como texto: lo que el modelo contesta si solo escribe uno."""
    best = next_probabilities(language_model, [task.prompt(template) for task in given]).argmax(-1)
    return [tokens.text(language_model.tokenizer, [one]).strip() for one in best.tolist()]


def measure(language_model: LanguageModel, given: Sequence[Task], template: Template = PLAIN) -> Score:
    """Aciertos del modelo: su token más probable tras cada prompt es el primero de la respuesta (en el de pocos ejemplos, el único)."""
    best = next_probabilities(language_model, [task.prompt(template) for task in given]).argmax(-1).tolist()
    wanted = [first_token(language_model, task.answer) for task in given]
    right = sum(one == other for one, other in zip(best, wanted, strict=True))
    return Score(right, len(given), sum(task.ceiling for task in given) / len(given))
