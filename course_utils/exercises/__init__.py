"""Los ejercicios del curso: ``from course_utils.exercises import chapter_14 as ejercicios`` y ``ejercicios.temperatura.check(f)``.

``exercises.progress()`` resume lo que llevas hecho en cada capítulo, y ``exercises.self_test`` son las treinta preguntas finales.
``exercises.export("entrega.json", name="Ana")`` lo escribe en un fichero para entregarlo; ``python -m course_utils.exercises carpeta``
junta los de una clase en una tabla.
Importar este paquete no importa torch.
"""

from __future__ import annotations

from .core import Exercise
from .handing_in import export
from .reply import Outcome, Reply
from .summary import Summary, progress

__all__ = ["Exercise", "Outcome", "Reply", "Summary", "export", "progress"]
