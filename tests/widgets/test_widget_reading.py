"""Lo que se lee: proporciones en una frase, finales de texto, escalas y avisos."""

from __future__ import annotations

import warnings

import pytest

from course_utils.widgets import reading


@pytest.mark.parametrize(
    ("x", "text"), [(0.93, "el 93 %"), (0.9999, "más del 99 %"), (0.0001, "menos del 1 %"), (1.0, "el 100 %"), (0.0, "el 0 %")]
)
def test_a_share_fits_in_a_sentence(x, text):
    assert reading.share(x) == text


def test_a_tail_is_one_line_that_starts_at_a_word():
    assert reading.tail("uno\n dos  tres") == "uno dos tres"
    found = reading.tail("palabra " * 1000)
    assert found.startswith("…palabra") and len(found) <= 49


def test_half_an_emoji_becomes_something_that_can_be_sent():
    assert reading.sendable("a\ud83d") == "a\ufffd" and reading.sendable("🦊") == "🦊"
    reading.sendable("\udfff\ud800").encode("utf-8")


def test_the_scale_is_the_smallest_round_one_that_holds():
    assert [reading.scale(x) for x in (0.0, 0.1, 0.11, 0.5, 0.51, 0.76)] == [0.1, 0.1, 0.2, 0.5, 0.75, 1.0]


def test_the_remainder_has_no_dust():
    assert reading.remainder(0.99999999) == 0 and reading.remainder(1.0000001) == 0 and reading.remainder(0.75) == 0.25


def test_warnings_come_back_once_and_as_text():
    def action():
        for _ in range(3):
            warnings.warn("He quitado algo.", stacklevel=1)
        warnings.warn("interno", DeprecationWarning, stacklevel=1)
        return 7

    assert reading.capture(action) == (7, "He quitado algo.")
