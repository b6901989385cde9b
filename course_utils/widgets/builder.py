"""Constructor de prompts: cuántos ejemplos, con qué plantilla y qué etiquetas; el prompt, la respuesta y el acierto cambian a la vez."""

from __future__ import annotations

from course_utils.models import LanguageModel
from course_utils.widgets import assets, building_still
from course_utils.widgets.base import Base
from course_utils.widgets.building import Building, Choices


class PromptBuilder(Base):
    """La cáscara del constructor; lo que hace está en `building.Building`."""

    _esm = assets.module("prompt_builder")
    _css = assets.stylesheet("prompt_builder")
    TITLE = "Constructor de prompts"
    ACTIONS = ("hello", "change", "another", "shuffle")

    def __init__(self, building: Building) -> None:
        self.building = building
        super().__init__()

    @property
    def prompt(self) -> str:
        """El prompt que se ve, tal cual."""
        return self.current()["prompt"]

    def set(self, **values: object) -> None:
        """Cambia casillas desde Python: `vista.set(shots=8, template="flecha")`. Lo que no vale se dice en la línea de estado."""
        for name, value in values.items():
            self.send(self.answer({"kind": "change", "name": name, "value": value}))

    def current(self) -> dict[str, object]:
        return self.building.snapshot()

    def _on_change(self, name: str, value: object) -> dict[str, object]:
        return self.building.change(name, value)

    def _on_another(self) -> dict[str, object]:
        return self.building.another()

    def _on_shuffle(self) -> dict[str, object]:
        return self.building.shuffle()

    def draw(self) -> bytes:
        return building_still.builder(self.current())

    def describe(self) -> str:
        view, now = self.current(), self.building.choices
        given = f"{now.shots} ejemplos ({now.wrong} equivocados), {now.labels} etiquetas {now.kind}, plantilla «{now.template}»"
        shown = " ↵ ".join(view["prompt"].split("\n"))
        head = [f"Constructor de prompts: {given}.", f"El prompt, {view['tokens']}:", f"  {shown}"]
        return "\n".join([*head, view["verdict"], view["accuracy"], view["most"], "Ejecuta esta celda para construir el tuyo."])


def prompt_builder(model: LanguageModel, *, shots: int = 4, labels: int = 3, template: str = "la suya", kind: str = "de siempre",
                   wrong: int = 0, task: int = 1) -> PromptBuilder:  # fmt: skip
    """Un constructor de prompts con ejemplos del micromundo, para `models.load("in_context")` o para cualquier decodificador.

    shots: ejemplos, de 0 a 16. labels: etiquetas distintas, de 2 a 8. template: una de `prompting.TEMPLATES`. kind: de dónde salen
    las palabras de las etiquetas, una de `prompting.KINDS`. wrong: ejemplos equivocados. task: qué tarea se ve primero, de 1 a 999.
    Lanza ValueError, con una frase, si algo no vale o el modelo no continúa textos.
    """
    if model.role != "decodificador":
        raise ValueError(f'El modelo «{model.name}» es un {model.role} y no continúa textos; usa models.load("in_context").')
    return PromptBuilder(Building(model, Choices(shots, labels, template, kind, wrong, task)))


__all__ = ["PromptBuilder", "prompt_builder"]
