"""BPE a mano: las mismas fusiones que la biblioteca `tokenizers` y, repetidas, los mismos tokens."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils import merges
from course_utils.microworld import stories

TALE = "Había una vez una zorra. La zorra vivía en el bosque y la rana, en el río. —¿Zorra? —dijo la rana—. ¡Zorra!"


def library_merges(text: str, limit: int, min_count: int = 2):
    """Lo que aprende `tokenizers` con el mismo corte en palabras y el mismo alfabeto ordenado."""
    import json

    from tokenizers import Regex, Tokenizer, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(merges.WORD), behavior="isolated")
    size = len({letter for word in merges.split(text) for letter in word}) + limit
    tokenizer.train_from_iterator([text], trainers.BpeTrainer(vocab_size=size, min_frequency=min_count, show_progress=False))
    return [tuple(pair) for pair in json.loads(tokenizer.to_str())["model"]["merges"]], tokenizer


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_merges_are_those_of_the_library(seed):
    text = "\n".join(stories.sample(6, seed=seed))
    expected, _ = library_merges(text, 150)
    assert [step.pair for step in merges.train(text, limit=150)] == expected
    assert len(expected) == 150


def test_on_a_short_text_too_down_to_the_last_pair():
    expected, _ = library_merges(TALE, 1000)
    assert [step.pair for step in merges.train(TALE)] == expected


def test_each_step_tells_its_pair_its_count_its_piece_and_the_words():
    first, second, *_ = merges.train("oso oso osa")
    assert (first.pair, first.count, first.piece) == (("o", "s"), 3, "os")
    assert first.words == {("os", "o"): 1, (" ", "os", "o"): 1, (" ", "os", "a"): 1}
    assert (second.pair, second.count) == ((" ", "os"), 2)


@given(text=st.text("abñé, \n", max_size=80))
def test_no_step_changes_the_text(text):
    before = Counter({"".join(word): times for word, times in merges.split(text).items()})
    for step in merges.train(text):
        assert Counter({"".join(word): times for word, times in step.words.items()}) == before
        assert step.piece in {piece for word in step.words for piece in word}
        assert step.pair not in merges.pair_counts(step.words)


def test_replaying_what_was_learnt_cuts_as_the_library_does():
    table, tokenizer = library_merges(TALE, 40)
    words = merges.split("la zorra rara vivía en el oso")
    last = list(merges.replay(words, table))[-1]
    assert ["".join(piece) for word in last.words for piece in word] == tokenizer.encode("la zorra rara vivía en el oso").tokens


def test_a_triple_letter_is_merged_once_from_the_left():
    assert merges.merge(("a", "a", "a"), ("a", "a")) == ("aa", "a")


@pytest.mark.parametrize("text", ["", "a", "abc", "  "])
def test_where_nothing_repeats_there_is_nothing_to_learn(text):
    assert list(merges.train(text)) == []
    assert list(merges.replay(merges.split(text), [])) == []


def test_the_limits_are_kept():
    assert len(list(merges.train(TALE, limit=3))) == 3
    assert all(step.count >= 4 for step in merges.train(TALE, min_count=4))


def test_what_is_not_a_text_is_said():
    with pytest.raises(ValueError, match="has dado int"):
        merges.split(3)
