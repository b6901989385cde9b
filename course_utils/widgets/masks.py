"""Máscaras y objetivos: qué puede ver cada token en cada arquitectura, y qué se puntúa al aprender."""

from __future__ import annotations

from course_utils.models import LanguageModel
from course_utils.widgets import assets, masking_still
from course_utils.widgets.base import Base
from course_utils.widgets.masking import Session


class MasksAndObjectives(Base):
    """La cáscara de la vista; lo que hace está en `masking.Session`."""

    _esm = assets.module("masks_and_objectives")
    _css = assets.stylesheet("masks_and_objectives")
    TITLE = "Máscaras y objetivos"
    PRONOUN = "los"
    ACTIONS = ("hello", "type", "choose", "again")

    def __init__(self, session: Session) -> None:
        self.session = session
        super().__init__()

    @property
    def text(self) -> str:
        """El texto que hay en la caja. Se puede cambiar desde Python: `vista.text = "Había una vez"`."""
        return self.session.text

    @text.setter
    def text(self, text: str) -> None:
        self.send(self.answer({"kind": "type", "text": text}) | {"force": True})

    def current(self) -> dict[str, object]:
        return self.session.snapshot()

    def _on_type(self, text: str) -> dict[str, object]:
        return self.session.write(text)

    def _on_choose(self, objective: str) -> dict[str, object]:
        return self.session.choose(objective)

    def _on_again(self) -> dict[str, object]:
        return self.session.draw_again()

    def draw(self) -> bytes:
        return masking_still.masks(self.session)

    def describe(self) -> str:
        view = self.current()
        title, hint = next((one["title"], one["hint"]) for one in view["objectives"] if one["name"] == view["objective"])
        sides = [("Se lee", view["read"]), ("Se escribe", view["written"])]
        lines = [f"  {name}: {' '.join(chip['text'] for chip in chips)}" for name, chips in sides if chips]
        looked = [view["spoken"][view["first"]]] if view["spoken"] else []
        return "\n".join([f"Máscaras y objetivos. {title}.", f"{hint}.", *lines, *looked, view["summary"] or view["status"],
                          "Ejecuta esta celda para cambiar el texto y la arquitectura."])  # fmt: skip


def masks_and_objectives(language_model: LanguageModel, text: str, *, objective: str = "enmascarado", seed: int = 0) -> MasksAndObjectives:
    """Una vista de máscaras y objetivos: elige la arquitectura, recorre los tokens y mira qué ve cada uno y qué se puntúa.

    language_model: cualquier modelo de `models.load`; solo se usa su tokenizador. text: el texto (puede estar vacío).
    objective: «enmascarado» (codificador), «causal» (decodificador), «tramos» o «prefijo» (codificador-decodificador).
    seed: el sorteo de lo que se tapa. Lanza ValueError si el objetivo no existe o `text` no es un texto.
    """
    return MasksAndObjectives(Session(language_model, text, objective=objective, seed=seed))
