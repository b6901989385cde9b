"""La autoevaluación: treinta preguntas sobre el curso entero, con cada respuesta explicada. Se contesta con el ratón o con a, b, c y d."""

from __future__ import annotations

from course_utils.widgets import assets, examining_still
from course_utils.widgets.base import Base
from course_utils.widgets.examining import Sitting


class SelfTest(Base):
    """La cáscara de la autoevaluación; lo que hace está en `examining.Sitting`."""

    _esm = assets.module("self_test")
    _css = assets.stylesheet("self_test")
    TITLE = "Autoevaluación"
    PRONOUN = "la"
    ACTIONS = ("hello", "go", "choose", "hint", "reset")

    def __init__(self, sitting: Sitting) -> None:
        self.sitting = sitting
        super().__init__()

    def go(self, number: int) -> None:
        """Va a una pregunta desde Python: `prueba.go(7)`."""
        self.send(self.answer({"kind": "go", "number": number}))

    def choose(self, letter: str) -> None:
        """Contesta desde Python la pregunta que se ve: `prueba.choose("b")`."""
        self.send(self.answer({"kind": "choose", "letter": letter}))

    def current(self) -> dict[str, object]:
        return self.sitting.view()

    def _on_go(self, number: int) -> dict[str, object]:
        return self.sitting.go(number)

    def _on_choose(self, letter: str) -> dict[str, object]:
        return self.sitting.choose(letter)

    def _on_hint(self) -> dict[str, object]:
        return self.sitting.hint()

    def _on_reset(self) -> dict[str, object]:
        return self.sitting.reset()

    def draw(self) -> bytes:
        return examining_still.exam(self.current())

    def describe(self) -> str:
        view = self.current()
        marks = {"right": " (correcta)", "wrong": " (no es)", "": ""}
        options = [f"  {one['letter']}) {examining_still.bare(one['text'])}{marks[one['state']]}" for one in view["options"]]
        how = f'Ejecuta esta celda para responder, o hazlo desde Python: autoevaluacion.check({view["number"]}, "a").'
        return "\n".join([f"Autoevaluación. {view['where']}.", examining_still.bare(view["ask"]), *options, view["verdict"], how])


def self_test(number: int | None = None) -> SelfTest:
    """La autoevaluación del curso: treinta preguntas con sus respuestas explicadas. Lo contestado se guarda en tu progreso.

    number: la pregunta por la que empezar; si no se dice, la primera que te falte. Sin ratón: `course_utils.exercises.self_test`.
    Lanza ValueError si esa pregunta no existe.
    """
    return SelfTest(Sitting(number))
