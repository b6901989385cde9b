"""Lo propio de cada trama: de qué trata, qué se puede preguntar y cómo se resume. Se lee de `data/questions.txt`."""
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from course_utils.microworld.lexicon import DATA, Noun
from course_utils.microworld.passages import Question, unanswerable
from course_utils.microworld.templates import template

HERO = (("{el hero}", "{nombre}"), ("{al hero}", "a {nombre}"), ("{del hero}", "de {nombre}"))
LITERAL = re.compile(r"(?:[\w «:,¡¿»](?![?|*+]))*")
_ANYTHING = re.compile("")
FOUND = "1"           # el hueco que se llena con el primer paréntesis de la prueba


@dataclass(frozen=True)
class Clue:
    """Algo que se sabe si la prueba está en el texto: una respuesta a una pregunta, o un resumen (sin pregunta)."""

    question: str
    answer: str
    proof: str

    def seek(self, text: str, values: Mapping[str, object]) -> re.Match | None:
        """La prueba en el texto, si está."""
        return _search(template(self.proof).raw(values), text)

    def fits(self, values: Mapping[str, object]) -> bool:
        """Si el cuento tiene todo lo que se nombra."""
        slots = template(self.question).slots | template(self.answer).slots | template(self.proof).slots
        return slots - {FOUND} <= values.keys()

    def solve(self, match: re.Match, values: Mapping[str, object]) -> str:
        """La respuesta, escrita."""
        return template(self.answer).fill(dict(values) | ({FOUND: as_noun(match[1])} if match.re.groups else {}))


def _search(pattern: str, text: str) -> re.Match | None:
    """`re.search`, que solo llega a compilar la expresión si su principio literal está en el texto."""
    literal = LITERAL.match(pattern)[0]
    if literal.lower() not in text.lower():
        return None
    return re.search(pattern, text, re.IGNORECASE) if len(literal) < len(pattern) else _literally(literal, text)


def _literally(literal: str, text: str) -> re.Match | None:
    return _ANYTHING.match(text, text.lower().index(literal.lower()))


def as_noun(text: str) -> Noun:
    """Un trozo de texto que se escribe tal cual."""
    return Noun(text, text, "m", False, frozenset(), 1.0)


@dataclass
class Plot:
    topic: str
    clues: list[Clue] = field(default_factory=list)
    summaries: list[Clue] = field(default_factory=list)


@cache
def plots() -> dict[str, Plot]:
    """Por nombre, lo que se sabe de cada trama."""
    found: dict[str, Plot] = {}
    for line in (DATA / "questions.txt").read_text(encoding="utf-8").splitlines():
        mark, _, rest = line.partition(" ")
        if mark.startswith("["):
            found[mark.strip("[]")] = plot = Plot(rest.strip())
        elif mark in ("?", "="):
            (plot.clues if mark == "?" else plot.summaries).append(_clue(mark, rest))
    return found


def _clue(mark: str, body: str) -> Clue:
    said, _, proof = body.partition(" ~ ")
    question, _, answer = said.rpartition(" = ") if mark == "?" else ("", "", said)
    return Clue(question.strip(), answer.strip(), proof.strip() or _first_noun(answer))


def _first_noun(answer: str) -> str:
    return "{" + re.search(r"\{\w+ (\w+)\}", answer)[1] + "}"


def named(text: str) -> str:
    """La misma pregunta, con el nombre propio del protagonista."""
    for common, proper in HERO:
        text = text.replace(common, proper)
    return text


def questions(shown: str, whole: str, plot: str, values: Mapping[str, object]) -> Iterator[Question]:
    """Lo que se puede preguntar de la trama: con respuesta si el texto que se ve la da, y sin ella si solo la da el resto del cuento."""
    for clue in plots()[plot].clues:
        if not clue.fits(values):
            continue
        for asked in dict.fromkeys((clue.question, named(clue.question) if "nombre" in values else clue.question)):
            question = template(asked).fill(values)
            if match := clue.seek(shown, values):
                yield Question(question, clue.solve(match, values))
            elif clue.seek(whole, values):
                yield unanswerable(question)


def summary(shown: str, plot: str, values: Mapping[str, object]) -> str:
    """Una frase que resume lo que se ve, o nada si se ve demasiado poco."""
    for clue in reversed(plots()[plot].summaries):
        if clue.fits(values) and (match := clue.seek(shown, values)):
            return clue.solve(match, values)
    return ""
