"""Los mapas: se mira lo dibujado; que se lea en claro y en oscuro, y que los nombres no se pisen."""

from __future__ import annotations

import matplotlib
import numpy as np
import pytest

matplotlib.use("Agg")
import matplotlib.pyplot as plt

from course_utils import maps, positions, theme
from course_utils.figures import legibility

POINTS = np.random.default_rng(0).normal(size=(120, 2))
WORDS = [f"palabra{i}" for i in range(120)]


@pytest.fixture(autouse=True, params=["light", "dark"])
def colors(request):
    with theme.using(request.param) as palette:
        yield palette
    plt.close("all")


def written(axis) -> list[str]:
    return [text.get_text() for text in axis.texts if text.get_text()]


def test_a_heat_map_shows_every_number_on_a_scale_around_zero():
    table = positions.sinusoidal(40, 16)
    axis = maps.heat_map(table, title="Posiciones", xlabel="dimensión", ylabel="posición", row=7)
    (image,) = axis.images
    assert np.array_equal(image.get_array(), table) and image.get_clim() == (-1, 1)
    assert legibility.faults(axis.figure) == []


def test_zero_is_paper_and_the_ends_are_orange_and_blue(colors):
    low, middle, high = (matplotlib.colors.to_hex(maps.diverging()(x)).upper() for x in (0.0, 0.5, 1.0))
    assert (low, high) == (colors.truth, colors.accent)
    assert theme.contrast(middle, colors.paper) < 1.03


def test_the_chosen_word_and_its_neighbours_are_always_named():
    axis = maps.word_map(POINTS, WORDS, chosen=3, near=[5, 9], title="Mapa", subtitle="PCA")
    assert {"palabra3", "palabra5", "palabra9"} <= set(written(axis))
    assert legibility.faults(axis.figure) == []


def test_names_do_not_overlap():
    axis = maps.word_map(POINTS, WORDS, title="Mapa")
    axis.figure.canvas.draw()
    boxes = [text.get_window_extent() for text in axis.texts if text.get_text() in WORDS]
    assert 20 < len(boxes) < 120
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i])


@pytest.mark.parametrize("n", [1, 500])
def test_one_word_and_five_hundred(n):
    maps.word_map(np.zeros((n, 2)), ["x"] * n, title="Mapa")


def test_hostile_words_are_drawn_as_they_are():
    assert "</script><img src=x onerror=a>" in written(maps.word_map([[0, 0]], ["</script><img src=x onerror=a>"], title="Mapa"))


def test_a_curve_marks_the_chosen_position():
    axis = maps.curve(positions.similarity(positions.sinusoidal(40, 16), 7), chosen=7, title="t", xlabel="posición", ylabel="coseno")
    assert "posición 7" in written(axis) and legibility.faults(axis.figure) == []


@pytest.mark.parametrize(
    ("ask", "sentence"),
    [
        (lambda: maps.heat_map(np.zeros((0, 3)), title="", xlabel="", ylabel=""), "forma"),
        (lambda: maps.word_map(np.zeros((0, 2)), [], title=""), "al menos uno"),
        (lambda: maps.word_map(np.zeros((2, 2)), ["a"], title=""), "Hay 1 nombres"),
        (lambda: maps.curve([1, 2], chosen=2, title="", xlabel="", ylabel=""), "La posición 2"),
    ],
)
def test_what_cannot_be_is_said(ask, sentence):
    with pytest.raises(ValueError, match=sentence):
        ask()
