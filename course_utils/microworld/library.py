"""Una biblioteca: textos del micromundo y, de cada uno, una pregunta que nombra lo que solo él nombra, con su respuesta."""
import random
import re
from dataclasses import dataclass
from functools import partial

from course_utils.microworld import notes, tales
from course_utils.microworld.passages import Passage, Question
from course_utils.microworld.splits import checked, held_out

WORD = re.compile(r"\w+")
LONGEST = 100         # palabras de un texto
TRIES = 100           # textos seguidos que se descartan antes de darse por vencido


@dataclass(frozen=True)
class Record:
    """Un texto, una pregunta que contesta y su respuesta."""

    text: str
    question: str
    answer: str


def sample(n: int, *, seed: int = 0, split: str = "test") -> list[Record]:
    """`n` textos, cuentos y notas, con su pregunta; siempre los mismos para la misma semilla y partición («train» o «test»).

    Ningún otro texto de la biblioteca tiene a la vez todas las palabras que la pregunta toma del suyo.
    """
    if n < 0:
        raise ValueError(f"Has pedido {n} textos: el número tiene que ser cero o más.")
    rng, accept = random.Random(f"library {split} {seed}"), partial(_belongs, checked(split, ("train", "test")) == "test")
    records: list[Record] = []
    misses = 0
    while len(records) < n:
        found = _another(rng, (tales if rng.random() < 0.5 else notes).sample(rng, accept), records)
        records, misses = ([*records, found], 0) if found else (records, misses + 1)
        if misses > TRIES:
            raise ValueError(f"Con {len(records)} textos ya no quedan preguntas que nombren algo único: pide menos.")
    return records


def _belongs(reserved: bool, text: str) -> bool:
    return held_out(text) == reserved


def _another(rng: random.Random, passage: Passage, records: list[Record]) -> Record | None:
    """El texto con una de sus preguntas, si no confunde a ninguno de los que ya hay."""
    if len(passage.text.split()) > LONGEST or any(_could_answer(one.question, one.text, passage.text) for one in records):
        return None
    asked: list[Question] = [one for one in passage.questions if one.answerable]
    clear = [one for one in asked if not any(_could_answer(one.text, passage.text, other.text) for other in records)]
    if not clear:
        return None
    chosen = rng.choice(clear)
    return Record(passage.text, chosen.text, chosen.answer)


def _could_answer(question: str, its_text: str, other: str) -> bool:
    """Si el otro texto tiene todo lo que la pregunta toma del suyo."""
    return _words(question) & _words(its_text) <= _words(other)


def _words(text: str) -> set[str]:
    return set(WORD.findall(text.casefold()))
