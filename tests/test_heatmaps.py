"""Los mapas de calor: lo dibujado dice los números, se lee en claro y en oscuro y lo que no cuadra se explica."""

from __future__ import annotations

import matplotlib
import numpy as np
import pytest

matplotlib.use("Agg")
import matplotlib.pyplot as plt

from course_utils import heatmaps, theme
from course_utils.figures import legibility

TOKENS = ("(inicio)", "el", "gato")
WEIGHTS = np.array([[1, 0, 0], [0.25, 0.75, 0], [0.1, 0.3, 0.6]])


@pytest.fixture(params=["light", "dark"])
def axis(request):
    with theme.using(request.param):
        yield plt.subplots(figsize=(6, 4), layout="constrained")[1]
    plt.close("all")


def notes(axis):
    return [text.get_text() for text in axis.texts]


def test_an_attention_map_writes_its_weights_in_place(axis):
    heatmaps.attention_map(WEIGHTS, TOKENS, TOKENS, axis, title="Capa 0, cabeza 0")
    assert {(text.get_position(), text.get_text()) for text in axis.texts} >= {((0, 1), "25"), ((1, 1), "75"), ((2, 2), "60")}
    assert len(axis.texts) == 6, "los ceros no se escriben"
    assert [tick.get_text() for tick in axis.get_yticklabels()] == list(TOKENS)
    assert np.allclose(axis.images[0].get_array(), WEIGHTS)
    assert legibility.faults(axis.figure) == []


def test_a_big_map_writes_no_numbers_and_each_row_has_its_scale(axis):
    rows = np.tril(np.ones((60, 60))) / np.arange(1, 61)[:, None]
    heatmaps.attention_map(rows, ["t"] * 60, ["t"] * 60, axis)
    assert axis.texts == [] or not any(notes(axis))
    assert np.allclose(axis.images[0].get_array().max(-1), 1) and len(axis.get_xticklabels()) <= heatmaps.LABELLED


def test_the_mosaic_has_every_head_in_its_place(axis):
    weights = np.zeros((2, 3, 4, 4))
    weights[..., 0] = 1
    weights[1, 2] = np.eye(4)
    heatmaps.mosaic(weights, axis, chosen=(1, 2))
    image = axis.images[0].get_array().filled(np.nan)
    assert np.array_equal(image[5:9, 10:14], np.eye(4)) and np.isnan(image[4]).all()
    (frame,) = axis.patches
    assert (frame.get_x(), frame.get_y(), frame.get_width()) == (9.5, 4.5, 4)
    assert [tick.get_text() for tick in axis.get_xticklabels()] == ["0", "1", "2"]


def test_a_guess_table_says_word_and_probability(axis):
    words, levels = [["una", "vez"], ["</script>", "x" * 40]], ["entrada", "tras la capa 0"]
    heatmaps.guess_table(words, np.array([[0.5, 0.004], [1, 0]]), levels, TOKENS[:2], axis, title="Apuestas")
    assert notes(axis) == ["una", "50 %", "vez", "< 1 %", "</script>", "100 %", "x" * 10 + "…", "0 %"]
    assert legibility.faults(axis.figure) == []


@pytest.mark.parametrize(
    ("draw", "sentence"),
    [
        (lambda axis: heatmaps.attention_map(WEIGHTS, TOKENS, TOKENS[:2], axis), r"mide \(3, 3\) y debería medir \(3, 2\)"),
        (lambda axis: heatmaps.attention_map(-WEIGHTS, TOKENS, TOKENS, axis), "va de 0 a 1 y he recibido −"),
        (lambda axis: heatmaps.mosaic(WEIGHTS, axis), "La tabla mide"),
        (lambda axis: heatmaps.attention_map(np.zeros((0, 0)), (), (), axis), "sin ninguna medida vacía"),
    ],
)
def test_what_does_not_fit_is_explained(axis, draw, sentence):
    with pytest.raises(ValueError, match=sentence):
        draw(axis)
