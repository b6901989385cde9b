"""Huecos de una palabra: enteras, donde se piden y siempre los mismos."""

from __future__ import annotations

from course_utils import models
from course_utils.architectures import gaps
from course_utils.microworld import masking, stories

TEXTS = [" ".join(text.split()[:14]) for text in stories.sample(40, seed=5)]


def test_a_gap_is_a_whole_word_and_nothing_is_lost():
    tokenizer = models.load("decoder").tokenizer
    rows = tokenizer(TEXTS)["input_ids"]
    for last in (False, True):
        found = gaps.gaps(rows, tokenizer, last=last, seed=1)
        assert found == gaps.gaps(rows, tokenizer, last=last, seed=1) and len(found) > 20
        for gap in found:
            assert [*gap.before, gap.word, *gap.after] in rows and tokenizer.decode(gap.word)[1:].isalpha()
            assert (not gap.after) == last and (last or len(gap.after) >= 2) and gap.before


def test_its_text_is_one_the_truth_of_the_microworld_can_read():
    tokenizer = models.load("decoder").tokenizer
    rows = tokenizer(TEXTS)["input_ids"]
    for gap in gaps.gaps(rows, tokenizer)[:8]:
        text = gap.text(tokenizer)
        assert text.count(gaps.HOLE) == 1 and gaps.HOLE == masking.HOLE
        assert masking.posterior(text, kind="stories")[0][tokenizer.decode(gap.word).strip()] > 0


def test_where_there_is_no_place_there_is_no_gap():
    tokenizer = models.load("decoder").tokenizer
    assert gaps.gaps([[], [5], tokenizer("¡Hola!")["input_ids"]], tokenizer) == []
