"""El constructor de prompts sin pantalla: entran unos ejemplos y cómo se escriben; salen el prompt, la respuesta y el acierto."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from course_utils import generation, prompting, theme
from course_utils.prompting import KINDS, TEMPLATES, Score, Task
from course_utils.widgets.fields import Field

if TYPE_CHECKING:
    from course_utils.models import LanguageModel

MOST, TRIALS, SHOWN = 16, 60, 5  # ejemplos, tareas con las que se mide y candidatos que se enseñan
TEMPLATE_NAMES = MappingProxyType({name: f"{name}: {template.example('zorro', 'duna').strip()}" for name, template in TEMPLATES.items()})
FIELDS = MappingProxyType({field.name: field for field in (
    Field("shots", "Ejemplos", "Cuántos ejemplos lleva el prompt; puede ser cero.", 0, MOST),
    Field("labels", "Etiquetas distintas", "Entre cuántas clases de palabras se reparten los ejemplos.", 2, 8),
    Field("template", "Plantilla", "Con qué signos se escribe cada ejemplo.", options=tuple(TEMPLATES)),
    Field("kind", "Palabras de las etiquetas", "De dónde salen los nombres que se dan a cada clase.", options=KINDS),
    Field("wrong", "Ejemplos equivocados", "Cuántos llevan la etiqueta que no es.", 0, MOST),
    Field("task", "Tarea", "El número del sorteo: otra tarea, otras palabras.", 1, 999),
)})  # fmt: skip


@dataclass(frozen=True)
class Choices:
    """Lo que hay en las casillas."""

    shots: int = 4
    labels: int = 3
    template: str = "la suya"
    kind: str = "de siempre"
    wrong: int = 0
    task: int = 1
    order: int = 0


class Building:
    """Lo que el constructor recuerda: el modelo, las casillas y lo ya medido. Un valor que no vale no cambia nada."""

    def __init__(self, language_model: LanguageModel, choices: Choices) -> None:
        self.model, self.choices, self.notice, self._measured = language_model, choices, "", {}
        for name in FIELDS:
            FIELDS[name].read(getattr(choices, name))
        self._fit_wrong()

    def change(self, name: str, value: object) -> dict[str, object]:
        """Cambia una casilla. Lanza ValueError, con una frase, si el valor no vale."""
        if name not in FIELDS:
            raise ValueError(f"No hay ninguna casilla llamada «{name}»: las que hay son {', '.join(FIELDS)}.")
        good, self.notice = FIELDS[name].read(value), ""
        if name == "wrong" and good > self.choices.shots:
            raise ValueError(f"Hay {self.choices.shots} ejemplos: no se pueden equivocar {good}.")
        self.choices = replace(self.choices, **{name: good})
        self._fit_wrong()
        return self.snapshot()

    def another(self) -> dict[str, object]:
        """Otra tarea: otras palabras, otras etiquetas, otra pregunta."""
        return self.change("task", self.choices.task % 999 + 1)

    def shuffle(self) -> dict[str, object]:
        """Los mismos ejemplos en otro orden."""
        self.choices, self.notice = replace(self.choices, order=self.choices.order + 1), ""
        return self.snapshot()

    def _fit_wrong(self) -> None:
        if self.choices.wrong > self.choices.shots:
            self.choices = replace(self.choices, wrong=self.choices.shots)
            self.notice = f"Solo hay {self.choices.shots} ejemplos: los equivocados bajan hasta ahí."

    def task(self) -> Task:
        """La tarea que se ve, ya con sus etiquetas, sus equivocaciones y su orden."""
        now = self.choices
        (drawn,) = prompting.tasks(1, shots=MOST, seed=now.task, labels=now.labels)
        found = self._touched(drawn.first(now.shots), random.Random(f"{now.task}"))
        return found.shuffled(random.Random(now.order)) if now.order else found

    def _touched(self, task: Task, rng: random.Random) -> Task:
        return prompting.spoiled(prompting.relabeled(task, self.choices.kind, rng), self.choices.wrong, rng)

    def score(self) -> Score:
        """El acierto con estas casillas en TRIALS tareas, siempre las mismas."""
        now = replace(self.choices, task=1, order=0)
        if now not in self._measured:
            rng = random.Random(0)
            given = [self._touched(task, rng) for task in prompting.tasks(TRIALS, shots=now.shots, seed=100, labels=now.labels)]
            self._measured[now] = prompting.measure(self.model, given, TEMPLATES[now.template])
        return self._measured[now]

    def snapshot(self) -> dict[str, object]:
        """Todo lo que hace falta para dibujar el constructor."""
        task = self.task()
        prompt = task.prompt(TEMPLATES[self.choices.template])
        count = prompting.token_count(self.model, prompt)
        rows = self._rows(prompt, task.answer)
        return {
            "fields": [self._field(name) for name in FIELDS],
            "prompt": prompt,
            "tokens": f"{count} tokens de los {self.model.window} de la ventana",
            "used": round(min(1.0, count / self.model.window), 4),
            "rows": rows,
            "right": rows[0]["right"],
            "verdict": self._verdict(task, rows[0]),
            **self._accuracy(),
            "status": self.notice,
        }

    def _field(self, name: str) -> dict[str, object]:
        field = FIELDS[name]
        options = [{"value": one, "text": TEMPLATE_NAMES.get(one, one)} for one in field.options]
        return field.filled(getattr(self.choices, name)) | {"options": options}

    def _rows(self, prompt: str, answer: str) -> list[dict[str, object]]:
        step = next(generation.steps(self.model, prompt))
        wanted = prompting.first_token(self.model, answer)
        return [
            {"label": one.label, "p": round(one.probability, 5), "text": theme.percent(one.probability), "right": one.token_id == wanted}
            for one in step.top(SHOWN)
        ]

    def _verdict(self, task: Task, best: dict[str, object]) -> str:
        said = f"Contesta «{best['label']}» ({best['text']})"
        if best["right"]:
            return f"{said}, y es lo que toca."
        if self.choices.wrong:
            return f"{said}; la etiqueta era «{task.answer}»."
        told = "los ejemplos lo dicen" if task.knowable else "los ejemplos no lo dicen: tocaba adivinar"
        return f"{said}; la etiqueta era «{task.answer}», y {told}."

    def _accuracy(self) -> dict[str, object]:
        score = self.score()
        low, high = score.interval
        numbers = {"share": score.share, "low": low, "high": high, "ceiling": score.ceiling}
        told = f"Acierta {score.right} de {score.trials} tareas así: {theme.percent(score.share)}"
        spread = f"intervalo del 95 %, de {theme.percent(low)} a {theme.percent(high)}"
        most = f"Máximo que dejan saber los ejemplos sin equivocaciones: {theme.percent(score.ceiling)}."
        return {name: round(value, 4) for name, value in numbers.items()} | {"accuracy": f"{told} ({spread}).", "most": most}
