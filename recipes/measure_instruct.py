"""Las medidas del modelo de instrucciones: cuántas respuestas son exactamente la buena, y si sabe decir que el texto no lo dice.

python recipes/measure_instruct.py           # mide models/instruct y escribe las cifras
"""

from collections import Counter
from dataclasses import dataclass

from measuring import main, rounded_interval

from course_utils.generation import replying
from course_utils.microworld import instructions
from course_utils.models import LanguageModel

TEST_SEED = 11
TASKS = {
    "preguntas": "responder sobre un texto",
    "extraccion": "extraer",
    "resumen": "resumir",
    "reescritura": "reescribir",
    "clasificacion": "clasificar",
    "traduccion": "traducir al inglés",
}


@dataclass(frozen=True)
class Measures:
    """Proporciones entre 0 y 1, con el intervalo del 95 %; `by_task` es tarea → (exactas, desde, hasta)."""

    asked: int
    exact: float
    exact_interval: tuple[float, float]
    by_task: dict[str, tuple[float, float, float]]
    refusals: float
    refusals_interval: tuple[float, float]
    unanswerable: int
    false_refusals: float
    new_wordings: float
    new_wordings_interval: tuple[float, float]


def measure(language_model: LanguageModel, *, n: int = 600, seed: int = TEST_SEED) -> Measures:
    """Mide con `n` instrucciones de textos nunca vistos y otras tantas pedidas con palabras que tampoco se han visto."""
    rows = instructions.sample(n, seed=seed, split="test")
    said = replying.replies(language_model, [row.prompt for row in rows])
    right = [instructions.check(row, answer) for row, answer in zip(rows, said, strict=True)]
    refused = [instructions.refuses(answer) for answer in said]
    silent = [no for row, no in zip(rows, refused, strict=True) if not row.answerable]
    spoken = [no for row, no in zip(rows, refused, strict=True) if row.answerable]
    new = instructions.sample(n // 2, seed=seed, split="compositional")
    new_right = sum(map(instructions.check, new, replying.replies(language_model, [row.prompt for row in new])))
    return Measures(
        n,
        round(sum(right) / n, 4),
        rounded_interval(sum(right), n),
        _by_task(rows, right),
        round(sum(silent) / max(1, len(silent)), 4),
        rounded_interval(sum(silent), max(1, len(silent))),
        len(silent),
        round(sum(spoken) / max(1, len(spoken)), 4),
        round(new_right / len(new), 4),
        rounded_interval(new_right, len(new)),
    )


def _by_task(rows: list[instructions.Row], right: list[bool]) -> dict[str, tuple[float, float, float]]:
    asked, hits = Counter(row.task for row in rows), Counter(row.task for row, good in zip(rows, right, strict=True) if good)
    return {task: (round(hits[task] / n, 4), *rounded_interval(hits[task], n)) for task in TASKS if (n := asked[task])}


if __name__ == "__main__":
    main("instruct", __doc__, measure)
