"""Tareas con ejemplos del micromundo, y maneras de tocarlas: otras etiquetas, ejemplos equivocados."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from course_utils.microworld import episodes
from course_utils.prompting.templates import TEMPLATES, Example, Template

PLAIN = TEMPLATES["la suya"]
KINDS = ("de siempre", "nunca vistas", "prestadas", "letras")  # de dónde salen las palabras que hacen de etiqueta


@dataclass(frozen=True)
class Task:
    """Unos ejemplos, una pregunta y su respuesta. `ceiling`: la probabilidad de acertar de quien leyera los ejemplos sin un fallo."""

    examples: tuple[Example, ...]
    query: str
    answer: str
    ceiling: float

    def prompt(self, template: Template = PLAIN) -> str:
        """El prompt, escrito con esa plantilla."""
        return template.write(self.examples, self.query)

    def first(self, shots: int) -> Task:
        """La misma pregunta, con solo los `shots` primeros ejemplos."""
        return _task(self.examples[:shots], self.query, self.answer)

    def shuffled(self, rng: random.Random) -> Task:
        """Los mismos ejemplos en otro orden."""
        return replace(self, examples=tuple(rng.sample(self.examples, len(self.examples))))

    @property
    def labels(self) -> tuple[str, ...]:
        """Las etiquetas que salen en los ejemplos, sin repetir y por orden de aparición."""
        return tuple(dict.fromkeys(label for _, label in self.examples))

    @property
    def knowable(self) -> bool:
        """Si los ejemplos dicen la respuesta."""
        return self.ceiling == 1


def tasks(n: int, *, shots: int, seed: int = 0, split: str = "test", labels: int | None = None) -> list[Task]:
    """`n` tareas con `shots` ejemplos (de 0 a 29) y de 2 a 8 etiquetas, o las que diga `labels`.

    Con split «test», cada categoría lleva un nombre que en el entrenamiento nunca llevó; con «compositional», uno que nunca fue etiqueta.
    """
    rows = episodes.sample(n, seed=seed, split=split, shots=shots, labels=labels)
    found = [(*episodes.read(row.prompt), row) for row in rows]
    return [Task(tuple(examples), query, row.answer, row.ceiling) for examples, query, row in found]


def _task(examples: Sequence[Example], query: str, answer: str) -> Task:
    ceiling = episodes.ceiling(episodes.Episode(episodes.write(examples, query), answer, len(examples), 0, 0.0))
    return Task(tuple(examples), query, answer, ceiling)


def relabeled(task: Task, kind: str, rng: random.Random) -> Task:
    """La misma tarea con otras palabras por etiquetas: una nueva en lugar de cada una. `kind` es una de KINDS."""
    if kind not in KINDS:
        raise ValueError(f"No hay etiquetas «{kind}»: elige entre {', '.join(KINDS)}.")
    old = tuple(dict.fromkeys([*task.labels, task.answer]))
    new = dict(zip(old, _names(task, kind, len(old), rng)))
    return replace(task, examples=tuple((word, new[label]) for word, label in task.examples), answer=new[task.answer])


def _names(task: Task, kind: str, n: int, rng: random.Random) -> list[str]:
    known = episodes.words()
    if kind == "prestadas":
        used = {task.query, *(word for word, _ in task.examples)}
        return rng.sample([word for word in known.category if word not in used], n)
    if kind == "letras":
        return list("ABCDEFGHIJKL"[:n])
    return rng.sample(known.reserved if kind == "nunca vistas" else known.labels, n)


def spoiled(task: Task, wrong: int, rng: random.Random) -> Task:
    """La misma tarea con `wrong` ejemplos que llevan la etiqueta de otro (o una cualquiera, si no hay otra)."""
    if not 0 <= wrong <= len(task.examples):
        raise ValueError(f"No se pueden estropear {wrong} ejemplos de {len(task.examples)}.")
    examples = list(task.examples)
    for place in rng.sample(range(len(examples)), wrong):
        word, label = examples[place]
        others = [name for name in task.labels if name != label] or [name for name in episodes.words().labels if name != label]
        examples[place] = (word, rng.choice(others))
    return replace(task, examples=tuple(examples))


def clashing(pattern: str, n: int, *, seed: int = 0) -> list[Task]:
    """`n` tareas de una sola clase cuyos ejemplos se contradicen: «AAB» es dos veces un nombre y luego otro. La buena es la A."""
    rng, known, found = random.Random(f"{pattern} {seed}"), episodes.words(), []
    for _ in range(n):
        *shown, query = rng.sample(known.categories[rng.choice(sorted(known.categories))], len(pattern) + 1)
        names = dict(zip("AB", rng.sample(known.labels, 2)))
        found.append(Task(tuple((word, names[letter]) for word, letter in zip(shown, pattern, strict=True)), query, names["A"], 1.0))
    return found
