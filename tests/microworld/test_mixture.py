"""La mezcla: cada clase en su proporción, y la primera palabra dice cuál es."""

import math

import pytest

from course_utils.microworld import mixture, splits, stories

OPENINGS = {
    "reviews": ("Opinión: ",),
    "facts": ("Dato: ",),
    "translation": ("Español: ",),
    "instructions": ("Texto: ",),
    "code": (">>> ", "def "),
}


def test_the_shares_are_a_hundred_and_each_kind_keeps_its_own():
    assert sum(portion for portion, _ in mixture.SHARES.values()) == 100
    texts = mixture.documents(100, seed=4)
    for kind, openings in OPENINGS.items():
        assert sum(text.startswith(openings) for text in texts) == mixture.SHARES[kind][0]
    rest = [text for text in texts if not text.startswith(tuple(o for openings in OPENINGS.values() for o in openings))]
    assert len(rest) == mixture.SHARES["stories"][0] and all(stories.log_probability(text) > -math.inf for text in rest)


def test_the_same_seed_gives_the_same_mixture_and_another_one_another():
    assert mixture.documents(100, seed=1) == mixture.documents(100, seed=1) != mixture.documents(100, seed=2)
    assert set(mixture.share("stories", 100, seed=1)) <= set(mixture.documents(100, seed=1))


def test_no_story_can_be_taken_for_another_kind():
    starts = tuple(opening.strip() for openings in OPENINGS.values() for opening in openings)
    possible = stories.machine().next_atoms(stories.machine().follow([])[0])
    assert not [word for word in possible if word.startswith(starts) or f"{word}:" in starts or word == "def"]


def test_a_story_of_the_mixture_is_as_likely_as_the_story_times_its_share():
    text = stories.sample(1, seed=3)[0]
    share = mixture.SHARES["stories"][0] / 100
    assert mixture.story_log_probability(text) == pytest.approx(stories.log_probability(text) + math.log(share))


def test_what_is_held_out_depends_only_on_the_content_and_is_about_a_tenth():
    kept = [splits.held_out(f"frase número {number}") for number in range(2000)]
    assert kept == [splits.held_out(f"frase número {number}") for number in range(2000)]
    assert 0.07 < sum(kept) / 2000 < 0.13
    with pytest.raises(ValueError, match="No hay ninguna partición «validación»; elige entre train, test, compositional"):
        splits.checked("validación")
