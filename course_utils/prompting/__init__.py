"""Prompts con ejemplos: tareas, plantillas con las que se escriben, y qué contesta un modelo a muchos a la vez."""

from __future__ import annotations

from course_utils.prompting.batches import choose, first_token, next_probabilities, token_count
from course_utils.prompting.score import Score, measure, said
from course_utils.prompting.tasks import KINDS, Task, clashing, relabeled, spoiled, tasks
from course_utils.prompting.templates import TEMPLATES, Template
from course_utils.prompting.traps import LURE, Reading, obeyed, readings

__all__ = [
    "KINDS", "LURE", "TEMPLATES", "Reading", "Score", "Task", "Template", "choose", "clashing", "first_token", "measure",
    "next_probabilities", "obeyed", "readings", "relabeled", "said", "spoiled", "tasks", "token_count",
]  # fmt: skip
