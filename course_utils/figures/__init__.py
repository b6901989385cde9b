"""Las figuras del curso, LLM_01 … LLM_38: `figures.show(34)` enseña la guardada; `figures.draw(34)` la dibuja con tu modelo."""

from __future__ import annotations

from course_utils.figures.display import alternative, show
from course_utils.figures.store import build, draw, problems

__all__ = ["alternative", "build", "draw", "problems", "show"]
