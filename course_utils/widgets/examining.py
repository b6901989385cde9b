"""La autoevaluación sin pantalla: por qué pregunta se va, qué se ha contestado y qué se enseña de cada una."""

from __future__ import annotations

from course_utils.exercises import questions
from course_utils.exercises.questions import FIRST, LATER, MISSED, UNTOUCHED, Option

CODES = {FIRST: "first", LATER: "later", MISSED: "missed", UNTOUCHED: "untouched"}
TOLD = {FIRST: "acertada a la primera", LATER: "acertada después", MISSED: "sin acertar todavía", UNTOUCHED: "sin responder"}


class Sitting:
    """Lo que la vista recuerda: la pregunta elegida, las letras que se han probado en cada una y cómo va cada pregunta."""

    def __init__(self, number: int | None = None) -> None:
        self.states = questions.remembered()
        self.tried: dict[int, list[str]] = {}
        self.hinted: set[int] = set()
        self.problem = self.said = ""
        pending = (one for one, state in self.states.items() if state == UNTOUCHED)
        self.question = questions.question(next(pending, 1) if number is None else number)

    def go(self, number: int) -> dict[str, object]:
        """Va a una pregunta. ValueError si no existe; entonces nada cambia."""
        self.question = questions.question(number)
        self.said = f"Pregunta {number}. {self.question.text}"
        return self.view()

    def choose(self, letter: str) -> dict[str, object]:
        """Contesta la pregunta elegida, lo corrige y lo anota. ValueError si la letra no es de la «a» a la «d»."""
        one, option = self.question, self.question.option(letter)
        self.problem = questions.record(one, option)
        self.tried.setdefault(one.number, []).append(letter.strip().lower())
        self.states[one.number] = _after(self.states[one.number], option)
        self.said = f"{'Correcto' if option.right else 'Todavía no'}. {option.why}"
        return self.view()

    def hint(self) -> dict[str, object]:
        """Enseña la pista de la pregunta elegida."""
        self.hinted.add(self.question.number)
        self.said = f"Pista. {self.question.hint}"
        return self.view()

    def reset(self) -> dict[str, object]:
        """Vuelve a dejar las preguntas por contestar, y empieza por la primera. Lo anotado en tu progreso no se borra."""
        self.states = dict.fromkeys(self.states, UNTOUCHED)
        self.tried, self.hinted, self.problem = {}, set(), ""
        return self.go(1)

    @property
    def solved(self) -> bool:
        """Si la pregunta elegida se ha acertado ahora: entonces se cuenta qué les pasa a todas las respuestas."""
        return self.question.right in self.tried.get(self.question.number, ())

    def view(self) -> dict[str, object]:
        """Todo lo que se ve, como datos corrientes. Lo que aún no toca enseñar no viaja al navegador."""
        one = self.question
        return {
            "number": one.number,
            "total": len(self.states),
            "where": f"Pregunta {one.number} de {len(self.states)} · capítulo {one.chapter}",
            "ask": one.text,
            "options": [self._option(letter, option) for letter, option in one.lettered()],
            "hint": one.hint if one.number in self.hinted else "",
            "places": [self._place(number, state) for number, state in self.states.items()],
            "verdict": questions.verdict(self.states),
            "announce": self.said,
            "status": self.problem.replace("`", ""),
        }

    def _option(self, letter: str, option: Option) -> dict[str, str]:
        tried = letter in self.tried.get(self.question.number, ())
        state = "" if not tried else "right" if option.right else "wrong"
        return {"letter": letter, "text": option.text, "state": state, "why": option.why if tried or self.solved else ""}

    def _place(self, number: int, state: str) -> dict[str, object]:
        chapter = questions.question(number).chapter
        return {"number": number, "state": CODES[state], "label": f"Pregunta {number}, capítulo {chapter}: {TOLD[state]}"}


def _after(state: str, option: Option) -> str:
    """Cómo queda una pregunta tras una respuesta: lo acertado se queda como estaba."""
    if state in (FIRST, LATER):
        return state
    if not option.right:
        return MISSED
    return FIRST if state == UNTOUCHED else LATER
