"""Las figuras del capítulo 12: sus cuentas salen, y cuentan lo que está guardado."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from course_utils import adapters, models, ranks
from course_utils.figures import chapter_12, low_rank, store


@pytest.mark.parametrize("number", [28, 29, 30])
def test_what_is_stored_is_what_is_measured_today(number):
    """El resultado guardado no entra en la huella de la figura: si se rehace, hay que dibujarla otra vez."""
    _, title, alternative = store.scene(number, decoder=models.load("decoder"))
    assert store.manifest()[f"LLM_{number}"] | {"title": title, "alternative": alternative} == store.manifest()[f"LLM_{number}"]


def test_the_corner_adds_up_to_the_last_decimal_shown():
    pair = ranks.results().pair
    W = adapters.weight(adapters.linear_layers(models.load("decoder").model)[pair.name]).numpy()
    rows, columns = chapter_12._corner(W, pair)
    corner, change = W[np.ix_(rows, columns)], pair.scale * np.outer(pair.B, pair.A)[np.ix_(rows, columns)]
    np.testing.assert_allclose(np.round(corner, 2) + np.round(change, 2), np.round(corner + change, 2), atol=1e-6)


def test_adapters_that_say_the_same_are_refused():
    swap = ranks.results().swap
    same = replace(swap, answers={name: swap.sentences for name in swap.answers})
    with pytest.raises(ValueError, match="contestan lo mismo"):
        chapter_12._clear(same)


def test_a_matrix_is_drawn_to_scale():
    drawn = low_rank.matrix((576, 192), 0.1, trained=False)
    assert (drawn.width, drawn.height) == pytest.approx((19.2, 57.6))
    assert low_rank.matrix((576, 8), 0.1, trained=True).width == low_rank.THIN
