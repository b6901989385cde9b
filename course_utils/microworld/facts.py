"""Lo que se sabe del micromundo: un mundo fijo de pueblos, vecinos y animales, contado y preguntado de muchas maneras.

El mundo y las frases están en `data/facts.txt`. Todo lo que se sabe sale en "train", pero cada cosa guarda para "test" una manera de
contarla y otra de preguntarla; y las preguntas de "compositional" no salen de ninguna otra manera.
"""
import random
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from zlib import crc32

from course_utils.microworld import sections
from course_utils.microworld.splits import checked

DATA = Path(__file__).parent / "data" / "facts.txt"
KINDS = {"-": "statement", "+": "new_statement", "?": "question", "!": "new_question"}
HEADER = re.compile(r"\[(tabla|saber) (.+?)\]\s*(.+)")
SLOT = re.compile(r"\{(.+?)\}")
PARAGRAPH = 0.4             # cuántas veces el texto cuenta más de una cosa
NAMING = "nombre"           # el saber que presenta a alguien: solo puede abrir un párrafo
GIVEN = ("oficio", "pueblo")    # lo que ya dice quien presenta a alguien


@dataclass(frozen=True)
class Fact:
    """Una cosa que se sabe. `topic` es de quién o de qué trata: lo que tienen en común las frases de un párrafo."""

    subject: str
    relation: str
    answer: str
    topic: str
    cells: tuple[tuple[str, str], ...] = field(repr=False)


@dataclass(frozen=True)
class FactRow:
    """Un texto que cuenta una cosa, y una pregunta cuya respuesta es esa cosa."""

    text: str
    question: str
    answer: str
    subject: str
    relation: str


@dataclass(frozen=True)
class Wording:
    """Una frase ya escrita. `dropped` es la misma sin su sujeto, si puede perderlo."""

    text: str
    dropped: str | None


@dataclass(frozen=True)
class Relation:
    """Una clase de cosas que se saben, y las maneras de decirlas y preguntarlas."""

    name: str
    table: str
    topic: str
    subject: str
    answer: str
    templates: tuple[tuple[str, str], ...]

    def of_kind(self, kind: str) -> list[str]:
        return [text for mark, text in self.templates if KINDS[mark] == kind]


def knowledge() -> list[Fact]:
    """Todo lo que se sabe, siempre en el mismo orden."""
    return list(_knowledge())


def sample(n: int, *, seed: int = 0, split: str = "train") -> list[FactRow]:
    """`n` cosas contadas y preguntadas, siempre las mismas para la misma semilla.

    En "train" el texto puede ser un párrafo; en "test", la frase y la pregunta que esa cosa tiene reservadas; en "compositional", una
    frase y una pregunta cuyos moldes no salen en las otras particiones.
    """
    checked(split)
    if n < 0:
        raise ValueError(f"Has pedido {n} hechos: el número tiene que ser cero o más.")
    rng, facts = random.Random(f"facts-{seed}"), _knowledge()
    return [_row(rng, rng.choice(facts), split) for _ in range(n)]


def statements(fact: Fact, split: str = "train") -> list[str]:
    """Las frases que cuentan una cosa en esa partición."""
    return [wording.text for wording in _wordings(fact, checked(split))]


def questions(fact: Fact, split: str = "train") -> list[str]:
    """Las preguntas que tienen esa cosa por respuesta, en esa partición."""
    return list(_questions(fact, checked(split)))


def prompt(question: str) -> str:
    """La pregunta como se le hace a un modelo a libro cerrado; lo que sigue es un espacio y la respuesta."""
    return f"Pregunta: {question}\nRespuesta:"


def document(row: FactRow) -> str:
    """El texto con el que se aprende: a veces el que cuenta la cosa, a veces la pregunta con su respuesta, a veces los dos.

    Lo decide el contenido de la fila, así que cada fila tiene un solo documento.
    """
    asked = f"{prompt(row.question)} {row.answer}."
    turn = crc32(f"{row.text}|{row.question}".encode()) % 10
    return row.text if turn < 5 else asked if turn < 9 else f"{row.text}\n{asked}"


# ---------------------------------------------------------------- sortear


def _row(rng: random.Random, fact: Fact, split: str) -> FactRow:
    text = rng.choice(_wordings(fact, split)).text
    if split == "train" and rng.random() < PARAGRAPH:
        text = _paragraph(rng, fact)
    return FactRow(text, rng.choice(_questions(fact, split)), fact.answer, fact.subject, fact.relation)


def _paragraph(rng: random.Random, fact: Fact) -> str:
    """De dos a cuatro cosas del mismo tema; el sujeto se calla si la frase anterior ya lo tenía."""
    others = [other for other in _by_topic()[fact.topic] if other is not fact and other.relation != NAMING]
    if fact.relation == NAMING:
        others = [other for other in others if other.relation not in GIVEN]
    told = [fact, *rng.sample(others, min(len(others), rng.choice((1, 1, 2, 2, 3))))]
    sentences, subject = [], ""
    for each in told:
        wording = rng.choice(_wordings(each, "train"))
        silent = wording.dropped and each.subject == subject
        sentences.append(wording.dropped if silent else wording.text)
        subject = (each.topic if each.relation == NAMING else each.subject) if wording.dropped else ""
    return " ".join(sentences)


@cache
def _wordings(fact: Fact, split: str) -> tuple[Wording, ...]:
    kind = "new_statement" if split == "compositional" else "statement"
    return tuple(_wording(fact, template) for template in _of_split(fact, kind, split))


@cache
def _questions(fact: Fact, split: str) -> tuple[str, ...]:
    kind = "new_question" if split == "compositional" else "question"
    return tuple(_written(fact, template) for template in _of_split(fact, kind, split))


def _of_split(fact: Fact, kind: str, split: str) -> list[str]:
    """Los moldes que le tocan: para la prueba, uno de cada cosa, siempre el mismo; el resto, para aprender."""
    templates = _relations()[fact.relation].of_kind(kind)
    if split == "compositional":
        return templates
    held = crc32(f"{fact.subject}|{fact.relation}|{kind}".encode()) % len(templates)
    return [templates[held]] if split == "test" else templates[:held] + templates[held + 1:]


@cache
def _by_topic() -> dict[str, list[Fact]]:
    topics: dict[str, list[Fact]] = {}
    for fact in _knowledge():
        topics.setdefault(fact.topic, []).append(fact)
    return topics


# ---------------------------------------------------------------- escribir


def _wording(fact: Fact, template: str) -> Wording:
    silent = template.startswith("{S} ")
    return Wording(_written(fact, template), _written(fact, template.removeprefix("{S} ")) if silent else None)


def _written(fact: Fact, template: str) -> str:
    return _polished(_filled(template, {**dict(fact.cells), "S": fact.subject, "R": fact.answer}))


def _filled(template: str, cells: dict[str, str]) -> str:
    def value(match: re.Match) -> str:
        slot = match[1]
        if "#" in slot:
            column, _, forms = slot.partition("#")
            return forms.split("/")[cells[column].startswith(("los ", "las "))]
        if "/" in slot:
            return slot.split("/")[cells["género"] == "f"]
        column, _, article = slot.partition(":")
        return re.sub("^un(a?) ", lambda found: "la " if found[1] else "el ", cells[column]) if article else cells[column]

    return SLOT.sub(value, template)


def _polished(text: str) -> str:
    """Contrae «de el» y «a el», y empieza por mayúscula."""
    text = re.sub(r"\b([Dd]e|[Aa]) el\b", lambda match: match[1] + "l", text)
    first = next(index for index, letter in enumerate(text) if letter.isalpha())
    return text[:first] + text[first].upper() + text[first + 1:]


# ---------------------------------------------------------------- leer el mundo


@cache
def _sections() -> list[sections.Section]:
    return sections.read(DATA, HEADER)


@cache
def _tables() -> dict[str, list[dict[str, str]]]:
    return {name: [dict(zip(_cells(columns), _cells(line), strict=True)) for line in lines]
            for (what, name, columns), lines in _sections() if what == "tabla"}


@cache
def _relations() -> dict[str, Relation]:
    return {name: _relation(name, *header.split(": "), lines) for (what, name, header), lines in _sections() if what == "saber"}


def _relation(name: str, table: str, about: str, lines: list[str]) -> Relation:
    if wrong := [line for line in lines if line[:1] not in KINDS or line[1:2] != " "]:
        raise ValueError(f"En data/facts.txt no entiendo «{wrong[0]}»: cada manera de decir algo empieza por -, +, ? o ! y un espacio.")
    return Relation(name, table, *_cells(about), tuple((line[0], line[2:]) for line in lines))


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.split("|")]


@cache
def _knowledge() -> tuple[Fact, ...]:
    return tuple(_fact(relation, row) for relation in _relations().values() for row in _tables()[relation.table])


def _fact(relation: Relation, row: dict[str, str]) -> Fact:
    topic, subject, answer = (_filled(part, row) for part in (relation.topic, relation.subject, relation.answer))
    return Fact(subject, relation.name, answer, topic, tuple(row.items()))
