"""Las preguntas de la autoevaluación, leídas de ``course_utils/data/self_test.toml``, y lo que se recuerda de cada una."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from . import logbook

FILE = Path(__file__).parents[1] / "data" / "self_test.toml"
LETTERS = "abcd"
FIRST, LATER, MISSED, UNTOUCHED = "a la primera", "después", "sin acertar", "sin responder"


@dataclass(frozen=True)
class Option:
    """Una respuesta posible y su porqué: el de la buena explica la idea; el de una mala, el malentendido que hay detrás."""

    text: str
    why: str
    right: bool = False


@dataclass(frozen=True)
class Question:
    """Una pregunta: sus cuatro respuestas, de la «a» a la «d», y el capítulo que la contesta."""

    number: int
    chapter: int
    text: str
    options: tuple[Option, ...]
    hint: str
    quotes: tuple[tuple[str, str], ...] = ()

    @property
    def key(self) -> str:
        """Su nombre en el fichero de progreso: «15.pregunta_07»."""
        return f"15.pregunta_{self.number:02}"

    @property
    def right(self) -> str:
        """La letra de la buena."""
        return next(letter for letter, option in self.lettered() if option.right)

    def lettered(self) -> list[tuple[str, Option]]:
        """Cada respuesta con su letra."""
        return list(zip(LETTERS, self.options, strict=True))

    def option(self, letter: Any) -> Option:
        """La respuesta de esa letra. ValueError, con una frase, si no es ninguna de las cuatro."""
        chosen = letter.strip().lower() if isinstance(letter, str) else letter
        if not isinstance(chosen, str) or len(chosen) != 1 or chosen not in LETTERS:
            raise ValueError(f"Responde con una letra, de la «a» a la «d», entre comillas: he recibido {letter!r}.")
        return self.options[LETTERS.index(chosen)]


@lru_cache(maxsize=1)
def questions() -> tuple[Question, ...]:
    """Todas las preguntas, en su orden."""
    rows = tomllib.loads(FILE.read_text("utf-8"))["question"]
    return tuple(_question(number, row) for number, row in enumerate(rows, 1))


def question(number: Any) -> Question:
    """La pregunta de ese número. ValueError, con una frase, si no existe."""
    total = len(questions())
    if isinstance(number, bool) or not isinstance(number, int) or not 1 <= number <= total:
        raise ValueError(f"Las preguntas van de la 1 a la {total}, y has pedido la {number!r}.")
    return questions()[number - 1]


def _question(number: int, row: Mapping[str, Any]) -> Question:
    options = tuple(Option(**option) for option in row["options"])
    return Question(number, row["chapter"], row["ask"], options, row["hint"], tuple(map(tuple, row.get("quotes", ()))))


def record(asked: Question, chosen: Option) -> str:
    """Anota una respuesta, salvo que la pregunta ya esté acertada. Devuelve una frase si no se pudo guardar."""
    if logbook.entries()[0].get(asked.key, {}).get("resultado") == logbook.DONE:
        return ""
    return logbook.record(asked.key, right=chosen.right)


def remembered(noted: Mapping[str, Mapping[str, Any]] | None = None) -> dict[int, str]:
    """Cómo fue cada pregunta según el fichero de progreso: «a la primera», «después», «sin acertar» o «sin responder»."""
    noted = logbook.entries()[0] if noted is None else noted
    return {one.number: _state(noted.get(one.key)) for one in questions()}


def _state(entry: Mapping[str, Any] | None) -> str:
    if entry is None:
        return UNTOUCHED
    if entry["resultado"] != logbook.DONE:
        return MISSED
    return FIRST if entry["intentos"] == 1 else LATER


def to_review(states: Mapping[int, str]) -> dict[int, int]:
    """Los capítulos con preguntas que costaron, y cuántas: los que conviene repasar, de más a menos."""
    counts: dict[int, int] = {}
    for one in questions():
        if states.get(one.number) in (LATER, MISSED):
            counts[one.chapter] = counts.get(one.chapter, 0) + 1
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def verdict(states: Mapping[int, str]) -> str:
    """El resultado en una o dos frases: cuántas a la primera, cuántas faltan y qué capítulos conviene repasar."""
    total, first = len(questions()), sum(state == FIRST for state in states.values())
    answered = sum(state != UNTOUCHED for state in states.values())
    if not answered:
        return f"{total} preguntas, sin prisa y sin nota. Lo que falles te lleva al capítulo que lo explica."
    left = "" if answered == total else f" ({total - answered} por responder)"
    score = f"{first or 'Ninguna'} a la primera, de {answered} {'respondida' if answered == 1 else 'respondidas'}{left}."
    chapters = to_review(states)
    if not chapters:
        return f"{score} {'¡Todas! No te queda nada que repasar.' if answered == total else 'Ni un fallo por ahora.'}"
    names = [f"{chapter}{f' ({count} preguntas)' if count > 1 else ''}" for chapter, count in chapters.items()]
    listed = " y ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
    return f"{score} Para repasar: {'capítulos' if len(names) > 1 else 'capítulo'} {listed}."
