"""A qué palabra señala cada cabeza, contra la atención cruzada mirada a mano."""

from __future__ import annotations

import pytest

from course_utils import inspection, models

ES, EN = "El gato negro duerme en la cabaña.", "The black cat sleeps in the hut."


@pytest.fixture(scope="module")
def translator():
    return models.load("translator")


def test_a_word_is_all_its_tokens(translator):
    tokenizer = translator.tokenizer
    pieces = [tokenizer.decode(i) for i in tokenizer(ES)["input_ids"]]
    for word in ("El", "gato", "negro", "duerme", "cabaña"):
        assert "".join(pieces[i] for i in inspection.word_places(tokenizer, ES, word)).strip() == word
    assert len(inspection.word_places(tokenizer, ES, "negro")) > 1


@pytest.mark.parametrize("word", ["gat", "perro", "uerme", ""])
def test_what_is_not_a_word_of_the_text_has_no_place(translator, word):
    assert inspection.word_places(translator.tokenizer, ES, word) == ()


def test_a_word_said_twice_has_no_place(translator):
    assert inspection.word_places(translator.tokenizer, "El gato y el gato.", "gato") == ()
    assert inspection.word_places(translator.tokenizer, "El gato y la gata.", "gato") == (1,)


def test_the_heads_that_point_are_those_whose_weight_is_largest(translator):
    found = inspection.points_at(translator, ES, EN, [("black", "negro"), ("cat", "gato")])
    cross = inspection.attention(translator, ES, target=EN)["cross"]
    negro, gato = inspection.word_places(translator.tokenizer, ES, "negro"), inspection.word_places(translator.tokenizer, ES, "gato")
    black, cat = cross.written.index("black"), cross.written.index("cat")
    for (layer, head), points in zip([(x, y) for x in range(3) for y in range(4)], found.flat):
        weights = cross.head(layer, head)
        assert points == (weights[black].argmax() in negro and weights[cat].argmax() in gato)
    assert found[2, 0] and not found.all()


def test_crossed_words_are_not_pointed_at(translator):
    assert not inspection.points_at(translator, ES, EN, [("black", "gato"), ("cat", "negro")]).any()


def test_a_word_that_is_not_there_gives_nothing(translator):
    assert inspection.points_at(translator, ES, EN, [("black", "azul")]) is None
