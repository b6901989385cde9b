"""Los n-gramas: probabilidades que suman uno, cuentas hechas a mano y muestras que salen de ellas."""

from __future__ import annotations

from collections import Counter

import pytest

from course_utils import ngrams

ROWS = [[0, 1, 2, 3, 0], [0, 1, 2, 2, 0], [0, 1, 3, 0]]
V = 6


@pytest.mark.parametrize("order", [1, 2, 3, 5])
@pytest.mark.parametrize("before", [[], [0], [0, 1], [1, 2], [5, 5, 5], [0, 1, 2, 3, 0, 1, 2]])
def test_probabilities_add_up_to_one(order, before):
    model = ngrams.count(ROWS, order, V)
    chances = [model.probability(token, before) for token in range(V)]
    assert sum(chances) == pytest.approx(1) and min(chances) > 0
    assert model.favourite(before) == chances.index(max(chances)) or max(chances) == pytest.approx(chances[model.favourite(before)])


def test_it_is_the_interpolation_of_witten_and_bell():
    model = ngrams.count(ROWS, 2, V)
    one = (4 + 4 * (1 / V)) / (11 + 4)            # de 11 tokens, cuatro clases; el 2 ha salido tres veces y el 0 también
    assert model.probability(0, []) == pytest.approx((3 + 4 / V) / 15)
    assert model.probability(2, []) == pytest.approx((3 + 4 / V) / 15) and one != model.probability(2, [])
    assert model.probability(2, [1]) == pytest.approx((2 + 2 * (3 + 4 / V) / 15) / (3 + 2))      # tras el 1: dos veces el 2 y una el 3


def test_the_longest_context_that_was_seen_decides():
    model = ngrams.count([[0, 1, 2, 3, 0], [0, 4, 2, 1, 0]], 3, V)
    assert model.favourite([0, 1, 2]) == 3 and model.favourite([0, 4, 2]) == 1
    assert model.probability(3, [5, 2]) == pytest.approx(model.probability(3, [2]))


def test_what_it_writes_comes_from_what_it_counted():
    model = ngrams.count(ROWS, 2, V)
    drawn = Counter((model.write([0, 1], 0, most=1, seed=seed) or [0])[0] for seed in range(3000))
    for token in range(V):
        assert drawn[token] / 3000 == pytest.approx(model.probability(token, [0, 1]), abs=0.04)
    assert model.write([0], 0, seed=3) == model.write([0], 0, seed=3) and 0 not in model.write([0], 0, seed=3)


def test_loss_and_size():
    model = ngrams.count(ROWS, 3, V)
    found = model.loss(ROWS)
    assert found.tokens == 11 and 0 < found.nats_per_token < ngrams.count(ROWS, 1, V).loss(ROWS).nats_per_token
    assert (model.order, model.parameters) == (3, 4 + 7 + 7) or model.parameters > ngrams.count(ROWS, 2, V).parameters


@pytest.mark.parametrize("order", [0, -1, True, "2"])
def test_a_bad_order_gets_a_sentence(order):
    with pytest.raises(ValueError, match="entero de 1 o más"):
        ngrams.count(ROWS, order, V)
