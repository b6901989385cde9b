"""La verdad de los huecos: suma uno, coincide con la que se calcula probando palabra por palabra, y se queja con claridad."""

import math
import random

import pytest

from course_utils.microworld import masking, reviews, stories


@pytest.fixture(scope="module")
def opinions():
    return [row.text for row in reviews.sample(4, seed=3)]


def by_brute_force(text, kind, log_probability):
    """Probar cada palabra en el único hueco y comparar los textos enteros."""
    table = masking.posterior(text, kind=kind)[0]
    weights = {word: math.exp(log_probability(text.replace(masking.HOLE, word))) for word in table}
    total = sum(weights.values())
    return {word: weight / total for word, weight in weights.items()}


def test_one_gap_in_a_review_is_what_whole_reviews_say(opinions):
    rng = random.Random(1)
    for text in opinions:
        covered, (word,) = masking.cover(text, [rng.choice(masking.words(text))])
        found = masking.posterior(covered)[0]
        assert word in found and sum(found.values()) == pytest.approx(1)
        assert found == pytest.approx(by_brute_force(covered, "reviews", reviews.log_probability))


def test_one_gap_in_the_beginning_of_a_story_is_what_its_prefixes_say():
    text = stories.sample(1, seed=4)[0].split(". ")[0] + "."
    for place in masking.words(text):
        covered, (word,) = masking.cover(text, [place])
        found = masking.posterior(covered, kind="stories")[0]
        expected = by_brute_force(covered, "stories", lambda text: stories.machine().follow(stories.split_atoms(text))[1])
        assert word in found and found == pytest.approx(expected)


def test_more_gaps_leave_more_doubt(opinions):
    text = next(text for text in opinions if len(masking.words(text)) > 20)
    places = masking.words(text)
    one = masking.posterior(masking.cover(text, places[:1])[0])[0]
    two, written = masking.cover(text, places[:2])
    found = masking.posterior(two)
    assert [word in table for word, table in zip(written, found, strict=True)] == [True] * 2
    assert set(one) <= set(found[0])


def test_what_is_known_of_the_gap_counts():
    text = "Había una vez un [MASK] muy"
    every = masking.posterior(text, kind="stories")[0]
    short = masking.posterior(text, kind="stories", allowed=lambda hole, word: len(word) <= 4)[0]
    kept = {word: value for word, value in every.items() if len(word) <= 4}
    assert 1 < len(short) < len(every) and set(short) == set(kept)
    assert short == pytest.approx({word: value / sum(kept.values()) for word, value in kept.items()})


def test_the_word_of_the_start_of_a_sentence_is_capitalised(opinions):
    covered, (word,) = masking.cover(opinions[0], [0])
    assert word[0].isupper() and all(other[0].isupper() for other in masking.posterior(covered)[0])


def test_bad_input_is_explained(opinions):
    with pytest.raises(masking.ImpossibleText, match="nunca escribiría"):
        masking.posterior("Hola, [MASK] mundo.")
    with pytest.raises(masking.ImpossibleText, match="acabaría"):
        masking.posterior(masking.cover(opinions[0].rsplit(" ", 2)[0], [1])[0])
    with pytest.raises(ValueError, match="«code»: elige"):
        masking.posterior("[MASK]", kind="code")
    with pytest.raises(ValueError, match="ninguna palabra 900"):
        masking.cover(opinions[0], [900])
