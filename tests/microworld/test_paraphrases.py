"""Las paráfrasis: dicen lo mismo con otras palabras, y ninguna partición enseña las de otra."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from course_utils.microworld import facts, paraphrases
from course_utils.microworld.splits import held_out

ROWS = paraphrases.sample(1500, seed=3)
TEST = paraphrases.sample(600, seed=3, split="test")
NEW = paraphrases.sample(600, seed=3, split="compositional")
EMPTY = set(re.findall(r"\w+", "el la los las un una unos unas de del a al en con por para que se le lo su y es fue ya no"))


def content(text: str) -> set[str]:
    return {word for word in re.findall(r"\w+", text.lower()) if word not in EMPTY}


def frames(row) -> tuple[str, frozenset[str | None]]:
    """El suceso y la pareja de moldes de una fila."""
    frame, chosen = paraphrases._read_key(row.meaning)
    return frame.name, frozenset(paraphrases._matching(frame, chosen, text) for text in (row.text, row.paraphrase))


def near(one: list[str], other: list[str]) -> bool:
    """Si dos significados se distinguen en un solo dato."""
    return one[0] == other[0] and sum(a != b for a, b in zip(one, other)) == 1


def test_both_sentences_say_what_the_row_means():
    assert all(paraphrases.check(row) for row in ROWS[:300] + TEST[:100] + NEW[:100])


def test_a_sentence_with_another_meaning_is_not_a_paraphrase():
    swapped = [replace(row, paraphrase=other.paraphrase) for row, other in zip(ROWS[:100], ROWS[100:200])]
    assert not any(paraphrases.check(row) for row in swapped)
    assert not paraphrases.check(replace(ROWS[0], paraphrase=ROWS[0].text))


def test_few_words_are_repeated():
    shared = [len(content(row.text) & content(row.paraphrase)) / min(len(content(row.text)), len(content(row.paraphrase))) for row in ROWS]
    assert sum(shared) / len(shared) < 0.3


def test_the_splits_are_told_apart_by_their_meaning():
    assert not any(held_out(row.meaning) for row in ROWS)
    assert all(held_out(row.meaning) for row in TEST)


def test_each_template_is_seen_in_training_but_not_each_pair():
    seen, new = {frames(row) for row in ROWS + TEST}, {frames(row) for row in NEW}
    assert not seen & new
    assert len({name for name, _ in new}) > 25
    used = {(name, template) for name, pair in seen for template in pair}
    assert used == {(frame.name, template) for frame in paraphrases._frames() for template in frame.templates}


@pytest.mark.parametrize("split", ["train", "test", "compositional"])
def test_a_pool_holds_different_meanings_and_near_misses(split):
    pairs = paraphrases.pool(400, seed=2, split=split)
    assert len({text for text, _ in pairs}) == len({paraphrase for _, paraphrase in pairs}) == len(pairs) == 400
    meanings = [re.split(r": |, ", key) for key in paraphrases.meanings(400, seed=2, split=split)]
    assert sum(any(near(one, other) for other in meanings) for one in meanings) > 0.5 * len(meanings)


def test_the_sentences_are_well_written():
    for row in ROWS:
        for text in (row.text, row.paraphrase):
            assert text[0].isupper() and text.endswith(".") and len(text.split()) < 35
            assert not re.search(r"[{}]|  |\b(de|a) el\b|\.\.", text), text


def test_articles_and_participles_agree():
    joined = " ".join(row.text + " " + row.paraphrase for row in paraphrases.sample(2000, seed=9))
    assert "unas gafas" in joined and "los pendientes" in joined
    assert not re.search(r"\b(un|el|del|al) (bicicleta|manta|reina|sopa|playa)\b|\b(la|una) (coche|rey|bosque|loro)\b", joined)
    assert not re.search(r"[.] (La \w+ fue (arreglad|atacad)o|El \w+ fue (arreglad|atacad)a)\b", joined)


def test_facts_and_paraphrases_use_many_words():
    texts = [text for row in ROWS + NEW for text in (row.text, row.paraphrase)]
    texts += [text for fact in facts.knowledge() for text in facts.statements(fact) + facts.questions(fact)]
    assert len({word for text in texts for word in re.findall(r"[^\W\d_]+", text.lower())}) >= 1100


def test_the_same_seed_gives_the_same_rows():
    assert paraphrases.sample(30, seed=5) == paraphrases.sample(30, seed=5) != paraphrases.sample(30, seed=6)
    assert paraphrases.pool(30, seed=5) == paraphrases.pool(30, seed=5) != paraphrases.pool(30, seed=6)


def test_bad_requests_get_a_sentence():
    with pytest.raises(ValueError, match="Has pedido -1"):
        paraphrases.pool(-1)
    with pytest.raises(ValueError, match="ninguna partición"):
        paraphrases.sample(1, split="otra")
