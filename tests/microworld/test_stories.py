"""Los cuentos: todas las tramas, texto bien escrito, concordancia vista desde fuera, la misma semilla y los mismos cuentos."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.microworld import grammar, lexicon, stories
from course_utils.microworld.inference import Machine
from course_utils.microworld.lexicon import DATA

SOURCE = (DATA / "stories.txt").read_text("utf-8")
MAIN = next(line for line in SOURCE.splitlines() if line.startswith("cuento = "))
PLOTS = re.findall(r"&(\w+)", MAIN)[1:-1]

NOUNS = {noun.text: noun for noun in lexicon.load().nouns}
ADJECTIVES = {form: adjective for adjective in lexicon.load().adjectives for form in adjective.forms}
CELL_OF = {"el": 0, "la": 1, "los": 2, "las": 3, "un": 0, "una": 1, "unos": 2, "unas": 3, "al": 0, "del": 0}


@pytest.fixture(scope="module")
def texts() -> list[str]:
    return stories.sample(1500, seed=21)


def test_there_are_plots_enough():
    assert len(set(PLOTS)) == len(PLOTS) >= 25


@pytest.mark.parametrize("plot", PLOTS)
def test_every_plot_is_told_and_belongs_to_the_world(plot, tmp_path):
    path = tmp_path / "stories.txt"
    path.write_text(SOURCE.replace(MAIN, f"cuento = &apertura &{plot} &cierre"), encoding="utf-8")
    told = Machine(grammar.load(path))
    for seed in range(3):
        text = grammar.join_atoms(told.sample(stories.random.Random(seed)))
        assert stories.log_probability(text) > -math.inf, text


def test_every_plot_weighs_the_same():
    choices = [code for code in stories.machine().grammar.code if isinstance(code, grammar.Choose) and len(code.branches) == len(PLOTS)]
    assert len(choices) == 1
    assert all(chance == pytest.approx(1 / len(PLOTS)) for chance, _ in choices[0].branches)


def test_same_seed_same_stories():
    assert stories.sample(20, seed=5) == stories.sample(20, seed=5) == stories.sample(40, seed=5)[:20]
    assert not set(stories.sample(20, seed=5)) & set(stories.sample(20, seed=6))


def test_stories_are_many_and_of_reasonable_length(texts):
    assert len(set(texts)) == len(texts)
    words = sorted(len(text.split()) for text in texts)
    assert words[0] >= 50 and words[-1] <= 180 and 80 <= sum(words) / len(words) <= 120


@pytest.mark.parametrize("n", [-1, -10])
def test_a_negative_number_is_explained(n):
    with pytest.raises(ValueError, match=f"Has pedido {n} cuentos"):
        stories.sample(n)


def test_no_stories_is_a_fair_request():
    assert stories.sample(0) == []


def test_the_text_is_well_written(texts):
    for text in texts:
        assert text[0].isupper() and text[-1] in ".!?"
        assert not re.search(r"\s[,.;:!?»…]|[«¿¡]\s|  |[,;:][,;:.]|\.\.", text), text
        assert not re.search(r"[.!?]»? [a-záéíóúñ¿¡]?[a-záéíóúñ]", text), text
        assert all(text.count(one) == text.count(other) for one, other in ("«»", "¿?", "¡!"))


def test_articles_agree_with_the_noun_that_follows(texts):
    pairs = {pair for text in texts for pair in re.findall(r"\b(\w+) (\w+)", text.lower())}
    pairs |= {pair for text in texts for pair in re.findall(r"\b\w+ (\w+) (\w+)", text.lower())}
    seen = [(article, NOUNS[noun]) for article, noun in pairs if article in CELL_OF and noun in NOUNS]
    assert len(seen) > 400
    wrong = [(article, noun.text) for article, noun in seen if CELL_OF[article] != (0 if noun.stressed_a else noun.cell)]
    assert not wrong


def test_adjectives_agree_with_the_noun_that_precedes(texts):
    pairs = {pair for text in texts for pair in re.findall(r"\b(\w+) (?:muy )?(\w+)", text.lower())}
    seen = [(NOUNS[noun], ADJECTIVES[word], word) for noun, word in pairs if noun in NOUNS and word in ADJECTIVES]
    seen = [one for one in seen if not one[1].classes & {"dicha", "pena"}]      # «llegó al bosque muy contenta»
    assert len(seen) > 400
    assert not [(noun.text, word) for noun, adjective, word in seen if adjective.forms[noun.cell] != word]


RIDDLES = {
    "¿qué tiene dientes y no muerde?": "«El peine»", "¿qué sube y nunca baja?": "«La edad»",
    "¿qué se rompe al decir su nombre?": "«El silencio»", "¿qué corre y no tiene pies?": "«El río»",
}


def test_a_choice_with_a_name_is_remembered(texts):
    """La respuesta es la de la adivinanza, y otra respuesta no tiene probabilidad."""
    told = [(text, riddle) for text in texts for riddle in RIDDLES if riddle in text]
    assert {riddle for _, riddle in told} == RIDDLES.keys()
    assert all(RIDDLES[riddle] in text for text, riddle in told)
    text, riddle = told[0]
    wrong = next(answer for answer in RIDDLES.values() if answer != RIDDLES[riddle])
    assert stories.log_probability(text.replace(RIDDLES[riddle], wrong)) == -math.inf


WRITTEN_IN_THE_RULES = re.compile("Solo es una? \\w+|lo había escondido un cuervo|la había escondido un cuervo")


def test_two_characters_of_a_story_are_never_the_same(texts):
    """Nadie se presenta dos veces, con «un» o «una»."""
    for text in texts:
        people = re.findall(r"\b[Uu]na? (\w+)", WRITTEN_IN_THE_RULES.sub("", text))
        people = [NOUNS[noun].lemma for noun in people if noun in NOUNS and "personaje" in NOUNS[noun].classes]
        assert len(set(people)) == len(people), text


ATOMS = st.sampled_from(["Hola", "zorra", "año", "«", "»", "¿", "?", "¡", "!", ",", ".", ":", "…", "7", "él", "ñu", "❄", "("])


@given(st.lists(ATOMS, max_size=30))
def test_splitting_undoes_joining(atoms):
    assert grammar.split_atoms(grammar.join_atoms(atoms)) == atoms


@given(st.text(max_size=200))
def test_joining_what_is_split_is_stable(text):
    once = grammar.join_atoms(grammar.split_atoms(text))
    assert grammar.join_atoms(grammar.split_atoms(once)) == once


def test_stories_survive_splitting_and_joining(texts):
    assert all(grammar.join_atoms(grammar.split_atoms(text)) == text for text in texts)
