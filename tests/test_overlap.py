"""ROUGE-L contra una referencia lenta: todas las subsecuencias de un texto, una a una."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils import overlap

WORDS = st.lists(st.sampled_from("abc"), max_size=7)


def is_inside(part, whole):
    left = iter(whole)
    return all(word in left for word in part)


def longest(one, other):
    """Prueba todas, de las más largas a la vacía."""
    return next(size for size in range(len(one), -1, -1) if any(is_inside(part, other) for part in combinations(one, size)))


@given(WORDS, WORDS)
def test_the_common_subsequence_is_one_of_the_longest(one, other):
    found = overlap.common(one, other)
    assert len(found) == longest(one, other) and is_inside(found, one) and is_inside(found, other)


@given(WORDS, WORDS)
def test_rouge_is_the_harmonic_mean_of_both_shares(one, other):
    shared = longest(one, other)
    precision, coverage = shared / max(1, len(one)), shared / max(1, len(other))
    expected = 2 * precision * coverage / (precision + coverage) if shared else 0
    assert overlap.rouge_l(" ".join(one), " ".join(other)) == pytest.approx(expected)
    assert overlap.rouge_l(" ".join(one), " ".join(other)) == overlap.rouge_l(" ".join(other), " ".join(one))


def test_signs_and_capitals_do_not_count_and_spanish_letters_do():
    assert overlap.words("¿Dónde está el pingüino? —¡Aquí!") == ["dónde", "está", "el", "pingüino", "aquí"]
    assert overlap.rouge_l("El ñu duerme.", "el ñu, DUERME") == 1 and overlap.rouge_l("una caña", "una cana") == 0.5


@pytest.mark.parametrize(("one", "other"), [("", ""), ("", "la zorra"), ("…", "la zorra")])
def test_nothing_shares_nothing(one, other):
    assert overlap.rouge_l(one, other) == 0
