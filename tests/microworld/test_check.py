"""La revisión de textos: lo que escribe el micromundo no tiene faltas, y cada falta sistemática se llama por su nombre."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.microworld import lexicon, stories, vocabulary
from course_utils.microworld.checking import RULES, Violation
from course_utils.microworld.grammar import join_atoms, split_atoms
from course_utils.microworld.lexicon import Noun

WORDS = lexicon.load()
VOCABULARY = vocabulary.build(stories.machine().grammar)
TEXTS = stories.sample(60, seed=11)

Mutation = Callable[[list[str], random.Random], str | None]
SWAPPED = {"el": "la", "la": "el", "un": "una", "una": "un", "los": "las", "las": "los", "El": "La", "La": "El", "Un": "Una", "Una": "Un"}


def possible(text: str) -> bool:
    return stories.log_probability(text) > -math.inf


def replaced(atoms: list[str], index: int, word: str) -> str:
    return join_atoms([*atoms[:index], word, *atoms[index + 1:]])


def later_mentions(atoms: list[str], lemma: Callable[[str], str | None]) -> list[int]:
    """Dónde se nombra por segunda vez o más algo que el cuento ya ha presentado."""
    seen: Counter = Counter()
    return [index for index, atom in enumerate(atoms) if (name := lemma(atom)) and (seen.update([name]) or seen[name] > 1)]


# ---------------------------------------------------------------- maneras de estropear un cuento


def other_article(atoms: list[str], rng: random.Random) -> str:
    index = rng.choice([index for index, atom in enumerate(atoms) if atom in SWAPPED])
    return replaced(atoms, index, SWAPPED[atoms[index]])


def other_form(atoms: list[str], rng: random.Random) -> str | None:
    indices = [index for index, atom in enumerate(atoms) if len(set(getattr(VOCABULARY.adjective(atom), "forms", ()))) == 4]
    index = rng.choice(indices) if indices else None
    return index and replaced(atoms, index, rng.choice([form for form in VOCABULARY.adjective(atoms[index]).forms if form != atoms[index]]))


def other_noun(kind: str) -> Mutation:
    """Otro sustantivo de la misma clase, con el mismo artículo, donde se vuelve a nombrar uno ya presentado."""

    def mutate(atoms: list[str], rng: random.Random) -> str | None:
        nouns = {atom: noun for atom in atoms if isinstance(noun := VOCABULARY.noun(atom), Noun) and kind in noun.classes}
        later = later_mentions(atoms, lambda atom: nouns[atom].lemma if atom in nouns else None)
        if not later:
            return None
        index = rng.choice(later)
        return replaced(atoms, index, rng.choice(similar(nouns[atoms[index]], kind)))

    return mutate


def similar(noun: Noun, kind: str) -> list[str]:
    pool = [other for other in WORDS.nouns if kind in other.classes and other.lemma != noun.lemma and other.stressed_a == noun.stressed_a]
    return [other.text for other in pool if other.cell == noun.cell] or ["zorro"]


def other_name(atoms: list[str], rng: random.Random) -> str | None:
    names = {name.text: name for name in WORDS.names}
    later = later_mentions(atoms, lambda atom: atom if atom in names else None)
    return replaced(atoms, later[0], rng.choice([name for name in names if name != atoms[later[0]]])) if later else None


def other_quality(atoms: list[str], rng: random.Random) -> str | None:
    later = later_mentions(atoms, lambda atom: getattr(VOCABULARY.adjective(atom), "lemma", None))
    if not later:
        return None
    adjective = VOCABULARY.adjective(atoms[later[-1]])
    others = [other for other in WORDS.adjectives if other is not adjective and other.classes & adjective.classes]
    return replaced(atoms, later[-1], rng.choice(others).forms[adjective.forms.index(atoms[later[-1]])])


def invented(atoms: list[str], rng: random.Random) -> str:
    index = rng.choice([index for index, atom in enumerate(atoms) if atom.isalpha()])
    return replaced(atoms, index, rng.choice(["dragón", "blorp", "xilófono", "Zzz"]))


def cut(atoms: list[str], rng: random.Random) -> str:
    return join_atoms(atoms)[:rng.randrange(5, len(join_atoms(atoms)) - 1)].rstrip()


def spaced(atoms: list[str], rng: random.Random) -> str:
    text = join_atoms(atoms)
    index = rng.choice([index for index, letter in enumerate(text) if letter == " "])
    return text[:index] + rng.choice(["  ", "", "\t", " \n"]) + text[index + 1:]


def moved(atoms: list[str], rng: random.Random) -> str:
    """Dos frases seguidas, en el otro orden."""
    sentences = [sentence + "." for sentence in join_atoms(atoms).split(". ")]
    index = rng.randrange(1, len(sentences) - 2)
    sentences[index:index + 2] = sentences[index + 1], sentences[index]
    return " ".join(sentences)[:-1]


MUTATIONS: list[tuple[str, Mutation]] = [
    ("concordancia", other_article), ("concordancia", other_form), ("personaje", other_noun("personaje")), ("personaje", other_name),
    ("objeto", other_noun("objeto")), ("objeto", other_noun("comida")), ("lugar", other_noun("lugar")), ("cualidad", other_quality),
    ("palabra", invented), ("inacabado", cut), ("escritura", spaced), ("trama", moved),
]


@pytest.mark.parametrize("rule, mutate", MUTATIONS)
def test_a_systematic_fault_gets_its_name_and_is_not_taken_for_many(rule, mutate):
    rng = random.Random(5)
    broken = [text for text in (mutate(split_atoms(text), rng) for text in TEXTS) if text and not possible(text)]
    assert len(broken) >= 8, "la mutación no estropea bastantes cuentos"
    found = [stories.check(text) for text in broken]
    assert all(found), "hay textos imposibles sin ninguna falta"
    assert sum(rule in {violation.rule for violation in one} for one in found) >= 0.95 * len(broken)
    if rule not in ("inacabado", "trama"):
        assert sum(map(len, found)) <= 1.15 * len(broken)


def test_four_faults_far_apart_are_four_violations():
    text = ("Había una vez un zorro curioso que vivía en el bosque. Una mañana, el zorro perdió su llave dorada y se puso triste. "
            "La buscó por toda la casa, pero no apareció. Entonces corrió hasta el pueblo, donde vio a una rana amable. "
            "«¿Has visto mi llave dorada?», preguntó el zorro. «Sí: la he visto bajo un árbol», dijo la rana. "
            "Los dos fueron a mirar y allí estaba la llave. «¡Gracias, amiga!», exclamó el zorro, y le dio un abrazo. Fin.")
    assert stories.check(text) == []
    wrong = text.replace("el zorro perdió", "el lobo perdió").replace("La buscó", "Lo buscó")
    wrong = wrong.replace("mi llave dorada", "mi brújula dorada").replace("dijo la rana", "dijo la rata")
    assert [(violation.rule, violation.word) for violation in stories.check(wrong)] == [
        ("personaje", "lobo"), ("concordancia", "Lo"), ("objeto", "brújula"), ("palabra", "rata")]


START = "Había una vez un zorro curioso que vivía en el bosque. "
EXAMPLES: list[tuple[str, str, str, str]] = [      # texto, regla, palabra, mensaje
    ("Había una vez una zorro curioso", "concordancia", "una",
     "Aquí esperaba «un» en vez de «una», porque «zorro» es masculino."),
    ("Había una vez la águila curiosa", "trama", "la",
     "Aquí esperaba «un» en vez de «la»."),
    ("Había una vez una águila curiosa", "concordancia", "una",
     "Aquí esperaba «un» en vez de «una», porque «águila» empieza por «a» tónica."),
    ("Había una vez un zorro curiosa que", "concordancia", "curiosa",
     "Aquí esperaba «curioso» en vez de «curiosa»: tiene que ir en masculino singular."),
    ("Había una vez un dragón curioso", "palabra", "dragón",
     "La palabra «dragón» no existe en el micromundo."),
    ("Había una vez un zorro dorado que", "cualidad", "dorado",
     "«dorado» no es una cualidad que pueda tener aquí."),
    ("Había una vez un zorro listo llamado Lucía que", "concordancia", "Lucía",
     "«Lucía» es un nombre femenino y no concuerda con su personaje."),
    (START + "El zorro tenía celos de un zorro listo.", "personaje", "un zorro",
     "«zorro» ya aparece en el cuento; esperaba otro personaje."),
    (START + "El gato tenía celos", "personaje", "gato",
     "Aquí esperaba «zorro» en vez de «gato»: el personaje ha cambiado."),
    (START + "La gata tenía celos", "personaje", "La gata",
     "Aquí esperaba «El zorro» en vez de «La gata»: el personaje ha cambiado."),
    ("había una vez un zorro", "escritura", "había",
     "Aquí esperaba «Había» en vez de «había»: cuida las mayúsculas."),
    ("Había una vez un  zorro", "escritura", "  ",
     "Sobra un espacio antes de «zorro»."),
    ("Había una vez un zorro ,", "escritura", " ",
     "Sobra un espacio antes de «,»."),
    ("Había una_vez", "escritura", "_",
     "Hay un signo que el micromundo no usa ('_') antes de «vez»."),
    ("Había una vez unzorro listo que", "escritura", "unzorro",
     "Aquí esperaba «un zorro» en vez de «unzorro»: falta un espacio."),
]


@pytest.mark.parametrize("text, rule, word, message", EXAMPLES)
def test_the_first_violation_says_what_was_expected(text, rule, word, message):
    first = stories.check(text)[0]
    assert (first.rule, first.word, first.message) == (rule, word, message)


@pytest.mark.parametrize("extra", [" Y comieron perdices.", " Fin.", ".", " el zorro"])
def test_nothing_comes_after_the_end(extra):
    first, *_ = stories.check(TEXTS[0] + extra)
    assert first.rule == "trama" and "ya había terminado" in first.message and first.position >= len(TEXTS[0])


@pytest.mark.parametrize("text, word", [("", ""), ("Había una vez un zor", "zor"), ("Había una vez", "")])
def test_an_unfinished_story_has_only_that_fault(text, word):
    assert [(violation.rule, violation.word) for violation in stories.check(text)] == [("inacabado", word)]


def test_what_the_micro_world_writes_has_no_fault():
    assert not [text for text in stories.sample(300, seed=77) if stories.check(text)]


def test_no_text_without_probability_passes_and_no_story_fails():
    """Un cuento con una palabra cambiada por otra cualquiera: sin faltas exactamente cuando es posible."""
    rng, words, outcomes = random.Random(9), sorted(VOCABULARY.atoms), Counter()
    for _ in range(150):
        atoms = split_atoms(rng.choice(TEXTS))
        text = replaced(atoms, rng.randrange(len(atoms)), rng.choice([*words, *rng.sample(atoms, 3)]))
        outcomes[possible(text)] += 1
        assert bool(stories.check(text)) != possible(text), text
    assert outcomes[False] > 100


# ---------------------------------------------------------------- cualquier cadena

HOSTILE = [
    "🐉" * 300, "\x00\x01\x02", "</script><img src=x onerror=alert(1)>", "Había una vez\u202eun zorro", "e\u0301l", "a" * 50_000,
    "Había " * 9_000, " " * 50_000, "«" * 20_000, "\n\n", "________", "١٢٣", "Once upon a time there was a fox.", ". " * 5_000,
    "\ud800", "%s {0} \\N{DASH}",
]


def well_formed(text: str, violations: list[Violation]) -> bool:
    inside = all(text[one.position:].startswith(one.word) and one.rule in RULES and one.message.endswith(".") for one in violations)
    return inside and [one.position for one in violations] == sorted(one.position for one in violations) and len(violations) <= 50


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_no_string_breaks_it(text):
    violations = stories.check(text)
    assert violations and well_formed(text, violations)


def test_a_long_broken_story_is_read_within_bounds():
    """Miles de palabras con faltas por todas partes: se cuentan las primeras y se acaba."""
    text = " ".join(TEXTS * 10).replace(" el ", " la ").replace("zorro", "dragón")
    assert well_formed(text, stories.check(text)) and stories.check(text)


@given(st.text(max_size=120))
@settings(max_examples=60)
def test_any_text_gets_well_formed_violations(text):
    violations = stories.check(text)
    assert violations and well_formed(text, violations)


EDITS = st.lists(st.tuples(st.integers(0, 300), st.sampled_from(["quita", "repite", "cambia"]), st.sampled_from(sorted(VOCABULARY.atoms))),
                 min_size=1, max_size=4)


@given(st.sampled_from(TEXTS[:20]), EDITS)
@settings(max_examples=60)
def test_stories_with_random_edits_get_well_formed_violations(text, edits):
    atoms = split_atoms(text)
    for place, action, word in edits:
        index = place % len(atoms)
        atoms[index:index + 1] = {"quita": [], "repite": [atoms[index]] * 2, "cambia": [word]}[action]
    text = join_atoms(atoms)
    violations = stories.check(text)
    assert bool(violations) != possible(text) and well_formed(text, violations)
