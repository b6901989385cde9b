"""Cuentos, enteros o solo el principio, y lo que de ellos se puede preguntar. Lo propio de cada trama está en `data/questions.txt`."""
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache, lru_cache

from course_utils.microworld import plots as plot_module
from course_utils.microworld import stories
from course_utils.microworld.grammar import Choose, join_atoms
from course_utils.microworld.inference import Machine
from course_utils.microworld.lexicon import DATA, Noun
from course_utils.microworld.passages import Passage, Question, unanswerable
from course_utils.microworld.templates import template

LONGEST = 125         # palabras de texto, como mucho
SELDOM, RARELY = 0.35, 0.15          # lo que se pregunta de lo que casi nunca se dice
LASTING = {"rasgo", "cualidad", "hechura", "frondosidad", "color"}
PEOPLE = ("hero", "friend", "other")
THINGS = ("object", "tool", "food", "second", "third", "plant")
LISTED = {"personaje": "personajes", "lugar": "lugares", "comida": "comidas"}
BETWEEN = {"que", "era", "eran", "muy", "tan"}
WORD = re.compile(r"\w+")
SENTENCE = re.compile(r"(?<=[.!?])»?\s+(?=[A-ZÁÉÍÓÚÑ«¿¡])")


@cache
def plots() -> tuple[tuple[str, Machine], ...]:
    """Las tramas: (nombre, la gramática de los cuentos que solo cuenta esa)."""
    text = (DATA / "stories.txt").read_text(encoding="utf-8")
    main = next(line for line in text.splitlines() if line.startswith("cuento = "))
    names = re.findall(r"&(\w+)", main)[1:-1]
    grammar = stories.machine().grammar
    at, choice = max(((i, c) for i, c in enumerate(grammar.code) if isinstance(c, Choose)), key=lambda pair: len(pair[1].branches))
    if len(choice.branches) != len(names):
        raise ValueError(f"La regla «cuento» de stories.txt nombra {len(names)} tramas y la gramática tiene {len(choice.branches)}.")
    return tuple((name, _only(grammar, at, target)) for name, (_, target) in zip(names, choice.branches, strict=True))


def _only(grammar: object, at: int, target: int) -> Machine:
    code = list(grammar.code)
    code[at] = Choose(((1.0, target),))
    return Machine(replace(grammar, code=code))


def sentences(text: str) -> list[str]:
    """Las oraciones de un texto, enteras."""
    cuts = [match.start() + (text[match.start()] == "»") for match in SENTENCE.finditer(text)]
    starts = [0, *cuts]
    return [text[a:b].strip() for a, b in zip(starts, [*cuts, len(text)], strict=True)]


def sample(rng: random.Random, accept: Callable[[str], bool] = bool) -> Passage:
    """Un cuento al azar (de los que `accept` quiere): entero, si no es largo, o solo sus primeras oraciones."""
    while True:
        plot, machine = rng.choice(plots())
        atoms, values = machine.sample_with_choices(rng)
        whole = join_atoms(atoms)
        shown = _shorten(rng, whole)
        if accept(shown):
            return _passage(rng, shown, whole, plot, values)


def _passage(rng: random.Random, shown: str, whole: str, plot: str, values: dict) -> Passage:
    if "hero.nombre" in values:
        values["nombre"] = values["hero.nombre"]
    questions = (*_general(rng, shown, plot, values), *plot_module.questions(shown, whole, plot, values))
    return Passage(shown, "cuento", tuple(dict.fromkeys(questions)), _lists(shown), plot_module.summary(shown, plot, values), plot)


def _shorten(rng: random.Random, text: str) -> str:
    """El texto entero o sus primeras oraciones (al menos tres, y no más de `LONGEST` palabras)."""
    if rng.random() < 0.5 and len(text.split()) <= LONGEST:
        return text
    kept, size, most = [], 0, rng.randint(35, LONGEST)
    for sentence in sentences(text):
        size += len(sentence.split())
        if len(kept) >= 3 and size > most or size > LONGEST:
            break
        kept.append(sentence)
    return " ".join(kept)


# ---------------------------------------------------------------- preguntas que valen para cualquier trama


def _general(rng: random.Random, text: str, plot: str, values: dict) -> Iterator[Question]:
    yield from _about_hero(rng, text, plot, values)
    for register in PEOPLE[1:]:
        if register in values and _mentions(text, values[register].text):
            yield from _about_other(rng, text, values, register)
    yield from _about_things(rng, text, values)
    absent = rng.choice([noun for noun in _people() if not _mentions(text, noun.text)])
    for question, often in (("¿Cómo era {el hero}?", 1), ("¿Dónde vivía {el hero}?", 2), ("¿Cómo se llamaba {el hero}?", 0.5)):
        if rng.random() < RARELY * often:
            yield unanswerable(_fill(question, {"hero": absent}))


@cache
def _people() -> tuple[Noun, ...]:
    return tuple(noun for noun in stories.machine().grammar.lexicon.nouns if "personaje" in noun.classes)


def _about_hero(rng: random.Random, text: str, plot: str, values: dict) -> Iterator[Question]:
    home = "Cerca {del home}." if "vivía cerca" in text else "En {el home}."
    near = "cerca {del home}" if "vivía cerca" in text else "en {el home}"
    yield _ask("¿Dónde vivía {el hero}?", home, values)
    yield _ask("¿Quién vivía " + near + "?", "{el hero}.", values)
    yield _ask("¿Cómo era {el hero}?", "{trait:hero}.", values)
    if "nombre" in values:
        yield _ask("¿Cómo se llamaba {el hero}?", "{nombre}.", values)
        yield _ask("¿Dónde vivía {nombre}?", home, values)
        yield _ask("¿Qué era {nombre}?", "{un hero}.", values)
        yield _ask("¿Cómo era {nombre}?", "{trait:hero}.", values)
    elif rng.random() < SELDOM:
        yield unanswerable(_fill("¿Cómo se llamaba {el hero}?", values))
    if plot != "mentira":
        yield from _habit(rng, text, r"Le gustaba ([^.]+)\.", "¿Qué le gustaba hacer {al hero}?", values)
    yield from _habit(rng, text, r"Todas las mañanas ([^.]+)\.", "¿Qué hacía {el hero} todas las mañanas?", values)


def _habit(rng: random.Random, text: str, pattern: str, question: str, values: dict) -> Iterator[Question]:
    """Lo que solo algunos cuentos dicen; si no lo dice, se pregunta pocas veces, para que la pregunta no delate la respuesta."""
    if match := re.search(pattern, text):
        yield _ask(question, match[1] + ".", values)
    elif rng.random() < RARELY / 2:
        yield unanswerable(_fill(question, values))


def _about_other(rng: random.Random, text: str, values: dict, register: str) -> Iterator[Question]:
    person = {"alguien": values[register]}
    yield from _quality(text, "¿Cómo era {el alguien}?", person)
    if rng.random() < RARELY / 2:
        yield unanswerable(_fill("¿Cómo se llamaba {el alguien}?", person))
    if rng.random() < RARELY and len(re.findall(r"\bviv(?:ía|e|en|ían)\b", text)) < 2:
        yield unanswerable(_fill("¿Dónde vivía {el alguien}?", person))


def _about_things(rng: random.Random, text: str, values: dict) -> Iterator[Question]:
    for register in THINGS:
        if register in values and _mentions(text, values[register].text):
            asked = _quality(text, "¿Cómo {cosa#era/eran} {el cosa}?", {"cosa": values[register]})
            yield from (question for question in asked if question.answerable or rng.random() < RARELY)


def _quality(text: str, question: str, values: dict) -> Iterator[Question]:
    """Cómo es algo: lo dice el adjetivo que va detrás del sustantivo. De cómo *está* no se pregunta."""
    noun = next(iter(values.values()))
    said = [word for word in _after(_words(text), noun.text) if word in _described(noun.cell)]
    if not said:
        yield unanswerable(_fill(question, values))
    elif _described(noun.cell)[said[0]]:
        yield Question(_fill(question, values), said[0].capitalize() + ".")


def _after(written: tuple[str, ...], noun: str) -> Iterator[str]:
    """La palabra que sigue a cada aparición de un sustantivo, sin contar «que era muy»."""
    for index, word in enumerate(written):
        if word == noun:
            yield next((later for later in written[index + 1:] if later not in BETWEEN), "")


@cache
def _described(cell: int) -> dict[str, bool]:
    """Los adjetivos en una de sus formas, y si dicen cómo es algo (y no cómo está)."""
    adjectives = stories.machine().grammar.lexicon.adjectives
    return {adjective.forms[cell]: bool(adjective.classes & LASTING) for adjective in adjectives}


def _ask(question: str, answer: str, values: dict) -> Question:
    return Question(_fill(question, values), _fill(answer, values))


def _fill(text: str, values: dict) -> str:
    return template(text).fill(values)


@lru_cache(maxsize=4)
def _words(text: str) -> tuple[str, ...]:
    """Las palabras de un texto, en minúscula."""
    return tuple(WORD.findall(text.lower()))


def _mentions(text: str, word: str) -> bool:
    return word in _words(text)


def _lists(text: str) -> dict[str, tuple[str, ...]]:
    """Lo que el texto nombra de cada clase, en orden de aparición y sin repetir."""
    found: dict[str, dict[str, None]] = {}
    for word in _words(text):
        for kind in _classes().get(word, ()):
            found.setdefault(LISTED[kind], {})[word] = None
    return {name: tuple(words) for name, words in found.items()}


@cache
def _classes() -> dict[str, tuple[str, ...]]:
    nouns = stories.machine().grammar.lexicon.nouns
    listed = {noun.text: tuple(kind for kind in LISTED if kind in noun.classes) for noun in nouns}
    return listed | {"urraca": ("personaje",), "pozo": ("lugar",), "arroyo": ("lugar",)}
