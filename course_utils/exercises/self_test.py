"""La autoevaluación sin ratón: ``from course_utils.exercises import self_test as autoevaluacion`` y ``autoevaluacion.check(7, "b")``.

Treinta preguntas sobre el curso entero, con ``ask``, ``check``, ``hint`` y ``solution``, como los ejercicios; ``sheet`` las enseña todas
y ``score`` dice cómo vas. Funciona igual en un cuaderno, en una terminal y en un programa. Lo mismo, con ratón: ``widgets.self_test()``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from . import logbook, questions
from .questions import Question
from .reply import HINT, PROGRESS, SOLUTION, Outcome, Reply, Style, marked, printable, shown

__all__ = ["ask", "check", "hint", "solution", "score", "sheet"]

FOLDED = 10  # a partir de aquí, la hoja se enseña plegada
ASKED = Style("?", "Pregunta", "#3D82C4")


def __dir__() -> list[str]:
    """Lo que enseña el tabulador tras ``autoevaluacion.``"""
    return __all__


def ask(number: int) -> Reply:
    """Una pregunta y sus cuatro respuestas. Se contesta con ``check(número, "letra")``."""
    one = questions.question(number)
    lines = "\n\n".join([one.text, *(f"{letter}) {option.text}" for letter, option in one.lettered())])
    return shown(Reply(replace(ASKED, word=f"Pregunta {one.number}, capítulo {one.chapter}"), lines))


def check(number: int, letter: Any = ...) -> Reply:
    """Corrige tu respuesta, una letra de la «a» a la «d», y explica por qué. Queda anotada, solo en tu máquina, hasta que aciertas."""
    one = questions.question(number)
    if letter is ...:
        text = f"Responde con una letra: `autoevaluacion.check({number}, \"a\")`. ¿Una pista? `autoevaluacion.hint({number})`"
        return shown(Reply(Outcome.UNTOUCHED.value, text, outcome=Outcome.UNTOUCHED))
    option = one.option(letter)
    outcome = Outcome.RIGHT if option.right else Outcome.WRONG
    return shown(Reply(outcome.value, f"«{option.text}» {option.why}", note=questions.record(one, option), outcome=outcome))


def hint(number: int) -> Reply:
    """Una pista, que no cuenta como intento."""
    return shown(Reply(HINT, questions.question(number).hint))


def solution(number: int) -> Reply:
    """La buena, y qué les pasa a las demás."""
    one = questions.question(number)
    others = "\n\n".join(f"{letter}) {option.text} {option.why}" for letter, option in one.lettered() if not option.right)
    return shown(Reply(SOLUTION, f"La {one.right}) {one.option(one.right).text} {one.option(one.right).why}", note=others))


def score() -> Reply:
    """Cómo vas y qué capítulos conviene repasar."""
    noted, problem = logbook.entries()
    return shown(Reply(PROGRESS, questions.verdict(questions.remembered(noted)), note=problem))


class Sheet:
    """Las preguntas en papel: en un cuaderno, plegadas y con la respuesta de cada una también plegada; en un programa, sin respuestas."""

    def __init__(self, some: Iterable[Question]) -> None:
        self.questions = tuple(some)

    def __repr__(self) -> str:
        blocks = []
        for one in self.questions:
            options = "\n".join(f"    {letter}) {option.text}" for letter, option in one.lettered())
            blocks.append(f"{one.number}. {one.text} (capítulo {one.chapter})\n{options}")
        return printable("\n".join(blocks))

    def _repr_html_(self) -> str:
        listed = f'<div style="max-width:52em;text-align:left">{"".join(map(_block, self.questions))}</div>'
        if len(self.questions) <= FOLDED:
            return listed
        return f'<details><summary style="cursor:pointer"><strong>{len(self.questions)} preguntas</strong></summary>{listed}</details>'


def _block(one: Question) -> str:
    asked = "".join(f"<br>{letter}) {marked(option.text)}" for letter, option in one.lettered())
    right = one.option(one.right)
    answers = "".join(f"<li><strong>{letter})</strong> {marked(option.why)}</li>" for letter, option in one.lettered() if not option.right)
    why = f"<p><strong>La {one.right}).</strong> {marked(right.why)}</p><ul>{answers}</ul>"
    folded = f'<details><summary style="cursor:pointer">Respuesta</summary>{why}</details>'
    title = f"<strong>{one.number}.</strong> {marked(one.text)} <small>Capítulo {one.chapter}.</small>"
    return f'<div style="margin:1em 0">{title}{asked}{folded}</div>'


def sheet(chapter: int | None = None) -> Sheet:
    """Todas las preguntas, o las de un capítulo, para leerlas seguidas. ValueError si ese capítulo no tiene."""
    some = [one for one in questions.questions() if chapter in (None, one.chapter)]
    if not some:
        asked = ", ".join(map(str, sorted({one.chapter for one in questions.questions()})))
        raise ValueError(f"No hay preguntas del capítulo {chapter!r}. Las hay de: {asked}.")
    return Sheet(some)
