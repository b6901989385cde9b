"""Los ejercicios del curso: ``from course_utils.exercises import chapter_14 as ejercicios`` y ``ejercicios.temperatura.check(f)``.

``exercises.progress()`` resume lo que llevas hecho en cada capítulo, y ``exercises.self_test`` son las treinta preguntas finales.
Importar este paquete no importa torch.
"""

from __future__ import annotations

from .core import Exercise
from .reply import Outcome, Reply
from .summary import Summary, progress

__all__ = ["Exercise", "Outcome", "Reply", "Summary", "progress"]
