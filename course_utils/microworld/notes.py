"""Notas, anuncios y descripciones con varios datos parecidos, y lo que de ellas se puede preguntar. Se leen de `data/notes.txt`."""
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache

from course_utils.microworld.lexicon import DATA, Adjective, Noun, agree
from course_utils.microworld.passages import Passage, Question, unanswerable
from course_utils.microworld.templates import Template, template, variants

LISTED = {"persona": "personas", "lugar": "lugares", "campo": "lugares", "aula": "lugares", "tienda": "lugares",
          "huerta": "lugares", "objeto": "objetos", "aparato": "objetos", "dia": "días", "hora": "horas", "ciudad": "ciudades",
          "color": "colores", "pelo": "colores", "comida": "comidas", "animal": "animales"}
GREETINGS = ("{Querido} {otro}:", "Hola, {otro}:", "¡Hola, {otro}!", "Para {otro}:", "{otro}, escucha.")
LETTERS = ("agenda", "ayer", "gente")     # los temas de los que también se escriben notas
WORD = re.compile(r"\w+")
FAREWELLS = ("Un abrazo, {quien}.", "Un beso de {quien}.", "Firmado: {quien}.", "Hasta pronto, {quien}.", "Tu {amigo} {quien}.")


@dataclass(frozen=True)
class Asking:
    """Una manera de preguntar: `asked` son los datos de la respuesta; `given`, los que la pregunta da por sabidos."""

    question: Template
    answer: Template

    @property
    def asked(self) -> frozenset[str]:
        return self.answer.shown - self.question.shown

    @property
    def given(self) -> frozenset[str]:
        return self.question.shown


@dataclass
class Event:
    """Un suceso: los datos que puede tener y las maneras de contarlo y de preguntarlo."""

    name: str
    kinds: dict[str, str]
    tellings: list[Template] = field(default_factory=list)
    askings: list[Asking] = field(default_factory=list)


@dataclass
class Theme:
    name: str
    openings: list[str] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)


@dataclass(frozen=True)
class Told:
    """Un suceso contado: sus datos, y cuáles ha dicho la frase."""

    event: Event
    values: dict[str, object]
    said: frozenset[str]
    text: str


@cache
def words() -> dict[str, tuple[object, ...]]:
    """Las palabras de cada clase."""
    found = {}
    for line in _lines():
        if line.startswith("palabras "):
            kind, _, body = line.removeprefix("palabras ").partition(" = ")
            found[kind] = tuple(_word(entry.strip(), kind) for entry in body.split(","))
    return found


def _word(entry: str, kind: str) -> Noun | Adjective:
    text, _, mark = entry.rpartition(" ")
    if mark not in ("m", "f", "mp", "fp", "-"):
        masculine, _, feminine = entry.partition("/")
        forms = (masculine, feminine, masculine, feminine) if feminine else agree(masculine)
        return Adjective(forms, frozenset({kind}), 1.0)
    stressed = text in ("arpa", "águila")
    return Noun(text, text, "f" if mark[0] == "f" else "m", mark.endswith("p"), frozenset({kind}), 1.0, stressed)


def _lines() -> list[str]:
    return (DATA / "notes.txt").read_text(encoding="utf-8").splitlines()


@cache
def themes() -> tuple[Theme, ...]:
    """Los temas, con sus sucesos."""
    found: list[Theme] = []
    for line in _lines():
        mark, _, rest = line.partition(" ")
        if mark == "==":
            found.append(Theme(rest.strip()))
        elif mark == "abre":
            found[-1].openings = [option.strip() for option in rest.lstrip("= ").split("|")]
        elif mark.startswith("["):
            found[-1].events.append(Event(mark.strip("[]"), dict(pair.split(":") for pair in rest.split())))
        elif mark in ("-", "?"):
            _add(found[-1].events[-1], mark, rest)
    return tuple(found)


def _add(event: Event, mark: str, body: str) -> None:
    for text in variants(body):
        if mark == "-":
            event.tellings.append(template(text))
        else:
            question, _, answer = text.partition(" = ")
            event.askings.append(Asking(template(question), template(answer)))


def sample(rng: random.Random, accept: Callable[[str], bool] = bool) -> Passage:
    """Un texto al azar (de los que `accept` quiere), con sus preguntas."""
    while True:
        theme = rng.choice(themes())
        told, spare = _tell(rng, theme)
        opening, sentences = rng.choice(theme.openings), [one.text for one in told]
        head, tail, letter = _letter(rng, spare) if theme.name in LETTERS and rng.random() < 0.35 else ("", "", ())
        text = " ".join(part for part in (head, "" if head else opening, *sentences, tail) if part)
        if accept(text):
            questions = (*letter, *_questions(rng, told, spare))
            return Passage(text, "nota" if head else theme.name, questions, _lists(told, text), label=theme.name)


def _tell(rng: random.Random, theme: Theme) -> tuple[list[Told], dict[str, list]]:
    """De dos a cuatro sucesos, algunos del mismo tipo, sin repetir ningún dato; y las palabras que han sobrado."""
    some = rng.sample(theme.events, min(len(theme.events), 1 + (rng.random() < 0.7) + (rng.random() < 0.3)))
    kinds = sorted({kind for event in some for kind in event.kinds.values()} | {"persona"})
    spare = {kind: rng.sample(words()[kind], min(len(words()[kind]), 14)) for kind in kinds}
    told: list[Told] = []
    for _ in range(rng.choice((2, 3, 3, 4, 4))):
        told.append(_one(rng, rng.choice(some), spare, told))
    return told, spare


def _one(rng: random.Random, event: Event, spare: dict[str, list], told: list[Told]) -> Told:
    values = {slot: spare[kind].pop() for slot, kind in event.kinds.items()}
    known = [one.values["quien"] for one in told if one.event is not event and "quien" in one.said]
    busy = [value for one in told if one.event is event for value in one.values.values()]
    if known and "quien" in values and known[-1] not in busy and rng.random() < 0.35:
        values["quien"] = known[-1]
    telling = rng.choice(event.tellings)
    return Told(event, values, telling.shown, telling.fill(values))


def _letter(rng: random.Random, spare: dict[str, list]) -> tuple[str, str, tuple[Question, ...]]:
    """El saludo y la despedida de una nota, y lo que se puede preguntar de ella."""
    writer, reader = spare["persona"].pop(), spare["persona"].pop()
    signed, addressed = rng.random() < 0.75, rng.random() < 0.75
    values = {"quien": writer.text, "otro": reader.text, "Querido": "Querida" if reader.gender == "f" else "Querido",
              "amigo": "amiga" if writer.gender == "f" else "amigo"}
    head = rng.choice(GREETINGS).format(**values) if addressed else "Hola."
    tail = rng.choice(FAREWELLS).format(**values) if signed else "Hasta pronto."
    who, whom = "¿Quién escribe la nota?", "¿Para quién es la nota?"
    return head, tail, (Question(who, f"{writer.text}.") if signed else unanswerable(who),
                        Question(whom, f"Para {reader.text}.") if addressed else unanswerable(whom))


def _questions(rng: random.Random, told: list[Told], spare: dict[str, list]) -> Iterator[Question]:
    for one in told:
        for asking in one.event.askings:
            if not asking.given <= one.said:
                continue
            question = asking.question.fill(one.values)
            if asking.asked <= one.said:
                yield Question(question, _sentence(asking.answer.fill(one.values)))
            else:
                yield unanswerable(question)
        yield from _absent(rng, one, told, spare)


def _absent(rng: random.Random, one: Told, told: list[Told], spare: dict[str, list]) -> Iterator[Question]:
    """Preguntas por alguien o algo que no está en el texto, o que está en otro suceso de distinto tipo."""
    asking = rng.choice(one.event.askings)
    slots = sorted(slot for slot in asking.given if spare[one.event.kinds[slot]] and slot in one.said)
    if not asking.given <= one.said or not slots:
        return
    slot = rng.choice(slots)
    kind = one.event.kinds[slot]
    others = [other.values[name] for other in told if other.event is not one.event
              for name, its in other.event.kinds.items() if its == kind == "persona" and name in other.said]
    elsewhere = [value for value in others if not any(value in t.values.values() for t in told if t.event is one.event)]
    pool = elsewhere if elsewhere and rng.random() < 0.6 else [spare[kind][-1]]
    yield unanswerable(asking.question.fill(one.values | {slot: rng.choice(pool)}))


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else text + "."


def _lists(told: list[Told], text: str) -> dict[str, tuple[str, ...]]:
    """Lo que el texto nombra de cada clase, en orden de aparición y sin repetir."""
    found: dict[str, dict[str, tuple[int, int]]] = {}
    for order, one in enumerate(told):
        sentence = f" {one.text.lower()}"
        for slot in sorted(one.said):
            kind, value = one.event.kinds[slot], one.values[slot]
            forms = sorted(value.forms, key=len, reverse=True) if isinstance(value, Adjective) else [value.text]
            places = [place for form in forms if (place := sentence.find(" " + form.lower())) >= 0]
            if kind in LISTED and places:
                found.setdefault(LISTED[kind], {}).setdefault(value.lemma, (order, places[0]))
    lists = {name: tuple(sorted(places, key=places.__getitem__)) for name, places in found.items()}
    people = tuple(dict.fromkeys(word for word in WORD.findall(text) if word in _names()))
    return lists | ({"personas": people} if people else {})


@cache
def _names() -> frozenset[str]:
    return frozenset(person.text for person in words()["persona"])
