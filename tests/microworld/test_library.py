"""La biblioteca: cada pregunta nombra algo que solo está en su texto, y su texto la contesta."""

import re

import pytest

from course_utils.microworld import library
from course_utils.microworld.splits import held_out


def words(text):
    return set(re.findall(r"\w+", text.casefold()))


@pytest.fixture(scope="module")
def records():
    return library.sample(40, seed=1)


def test_the_same_seed_gives_the_same_library(records):
    assert library.sample(40, seed=1) == records != library.sample(40, seed=2)
    assert len({one.text for one in records}) == 40 and library.sample(0) == []


def test_no_other_text_has_all_that_the_question_takes_from_its_own(records):
    for one in records:
        taken = words(one.question) & words(one.text)
        assert [other for other in records if taken <= words(other.text)] == [one]


def test_answers_are_in_their_text(records):
    """Casi siempre palabra por palabra: «Del pueblo» puede decirse «el pueblo»."""
    assert sum(one.answer.rstrip(".").casefold() in one.text.casefold() for one in records) > 20
    assert all(one.answer for one in records)


@pytest.mark.parametrize("split", ["train", "test"])
def test_texts_are_of_their_split(split):
    assert {held_out(one.text) for one in library.sample(5, split=split)} == {split == "test"}


def test_bad_requests_are_told():
    with pytest.raises(ValueError, match="cero o más"):
        library.sample(-1)
    with pytest.raises(ValueError, match="partición"):
        library.sample(1, split="compositional")
