"""Los muestreadores contra los de transformers y contra su definición."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from transformers import TemperatureLogitsWarper, TopKLogitsWarper, TopPLogitsWarper

from course_utils import generation
from course_utils.generation.sampling import draw, seeded

few_values = st.sampled_from([-3.0, -1.0, 0.0, 0.0, 1.5, 2.0, -math.inf])  # muchos empates, algún -inf
any_value = st.floats(-20, 20, width=32)
logits_lists = st.lists(st.one_of(few_values, any_value), min_size=1, max_size=40).filter(lambda z: max(z) > -math.inf)
all_logits = logits_lists.map(torch.tensor)
fractions = st.floats(0.01, 0.99)


def warped(warper, logits):
    return warper(None, logits[None])[0]


def cumulative(logits):
    return logits.double().softmax(-1).sort(descending=True).values.cumsum(-1)


def away_from_edges(logits, p):
    """Que ninguna suma caiga tan cerca de p que decida el redondeo."""
    return bool(((cumulative(logits) - p).abs() > 1e-5).all())


@given(all_logits, st.floats(1e-3, 100))
def test_temperature_is_that_of_transformers(logits, T):
    assert torch.equal(generation.temperature(logits, T), warped(TemperatureLogitsWarper(T), logits))


@given(all_logits, st.integers(1, 60))
def test_top_k_is_that_of_transformers_with_ties_infinities_and_k_beyond_the_vocabulary(logits, k):
    assert torch.equal(generation.top_k(logits, k), warped(TopKLogitsWarper(k), logits))


def test_top_k_keeps_all_those_tied_with_the_last():
    kept = generation.top_k(torch.tensor([2.0, 1.0, 1.0, 0.0]), 2) > -math.inf
    assert kept.tolist() == [True, True, True, False]


@given(all_logits, fractions)
def test_top_p_keeps_as_many_and_as_good_as_transformers(logits, p):
    assume(away_from_edges(logits, p))
    ours, theirs = generation.top_p(logits, p), warped(TopPLogitsWarper(p), logits)
    assert torch.equal(ours.sort().values, theirs.sort().values)


@given(st.lists(any_value, min_size=1, max_size=40, unique=True).map(torch.tensor), fractions)
def test_top_p_keeps_the_same_tokens_as_transformers_when_there_are_no_ties(logits, p):
    assume(away_from_edges(logits, p))
    assert torch.equal(generation.top_p(logits, p), warped(TopPLogitsWarper(p), logits))


@given(all_logits, fractions)
def test_top_p_is_the_smallest_set_whose_sum_reaches_p(logits, p):
    assume(away_from_edges(logits, p))
    probabilities = logits.double().softmax(-1)
    kept = generation.top_p(logits, p) > -math.inf
    least = probabilities[kept].min()
    assert probabilities[kept].sum() >= p
    assert probabilities[kept].sum() - least < p
    assert (probabilities[~kept] <= least).all()


def test_top_p_keeps_the_token_that_crosses_and_stops_where_the_sum_is_exactly_p():
    logits = torch.tensor([0.5, 0.25, 0.125, 0.125]).log()
    sizes = {p: int((generation.top_p(logits, p) > -math.inf).sum()) for p in (0.49, 0.5, 0.51, 0.75, 0.76)}
    assert sizes == {0.49: 1, 0.5: 1, 0.51: 2, 0.75: 2, 0.76: 3}


def test_top_p_between_ties_keeps_the_lowest_ids_and_transformers_the_highest():
    """Nos apartamos a sabiendas: así p = 0 elige lo mismo que la decodificación voraz."""
    tied = torch.zeros(4)
    assert (generation.top_p(tied, 0.4) > -math.inf).tolist() == [True, True, False, False]
    assert (warped(TopPLogitsWarper(0.4), tied) > -math.inf).tolist() == [False, False, True, True]


@given(all_logits)
def test_top_p_zero_keeps_exactly_the_greedy_token(logits):
    kept = generation.top_p(logits, 0) > -math.inf
    assert kept.nonzero().flatten().tolist() == [int(logits.argmax())]


@given(all_logits)
def test_top_p_one_cuts_nothing(logits):
    assert torch.equal(generation.top_p(logits, 1), logits)
    assert torch.equal(generation.top_p(logits, 1).softmax(-1), warped(TopPLogitsWarper(1.0), logits).softmax(-1))


def test_top_p_one_keeps_a_token_whose_probability_is_too_small_for_float32_and_transformers_cuts_it():
    logits = torch.tensor([0.0, -200.0])
    assert generation.top_p(logits, 1).tolist() == [0.0, -200.0]
    assert warped(TopPLogitsWarper(1.0), logits).tolist() == [0.0, -math.inf]


@given(st.lists(any_value, min_size=2, max_size=40, unique=True).map(torch.tensor), st.floats(0.05, 5), st.integers(1, 50), fractions)
def test_distribution_is_the_chain_of_transformers_in_its_order(logits, T, k, p):
    scores = warped(TopKLogitsWarper(k), warped(TemperatureLogitsWarper(T), logits))
    assume(away_from_edges(scores, p))
    chain = warped(TopPLogitsWarper(p), scores).softmax(-1)
    ours = generation.distribution(logits, temperature=T, top_k=k, top_p=p)
    torch.testing.assert_close(ours, chain, atol=1e-6, rtol=1e-4)


@given(all_logits)
def test_distribution_without_settings_is_softmax(logits):
    assert torch.equal(generation.distribution(logits), logits.softmax(-1))


@given(all_logits, st.sampled_from([1e-3, 1e-9, 1e-30, 1e-44, 5e-324]))
def test_a_tiny_temperature_never_overflows(logits, T):
    probabilities = generation.distribution(logits, temperature=T)
    nearly_best = logits >= logits.max() - 0.1
    assert torch.isfinite(probabilities).all()
    assert probabilities[nearly_best].sum().item() == pytest.approx(1, abs=1e-5)


def test_transformers_overflows_where_we_do_not():
    logits = torch.tensor([5.0, 4.0])
    assert warped(TemperatureLogitsWarper(1e-40), logits).softmax(-1).isnan().all()
    assert generation.distribution(logits, temperature=1e-40).tolist() == [1.0, 0.0]


@given(all_logits)
def test_temperature_zero_is_greedy_and_of_the_tied_the_first(logits):
    probabilities = generation.distribution(logits, temperature=0)
    assert probabilities.nonzero().flatten().tolist() == [logits.tolist().index(max(logits.tolist()))]
    assert probabilities.sum() == 1


def test_order_matters_and_temperature_goes_first():
    logits = torch.tensor([2.0, 1.0, 0.0])
    ours = generation.distribution(logits, temperature=3.0, top_p=0.6)
    last = generation.temperature(generation.top_p(logits, 0.6), 3.0).softmax(-1)
    assert ((ours > 0).sum(), (last > 0).sum()) == (2, 1)


@pytest.mark.parametrize("settings", [{"top_k": 3}, {"top_p": 0.7}, {"temperature": 0.5}, {"temperature": 0}])
def test_the_last_dimension_is_the_vocabulary(settings):
    logits = torch.randn(2, 3, 11, generator=seeded(0))
    whole = generation.distribution(logits, **settings)
    for i in range(2):
        for j in range(3):
            torch.testing.assert_close(whole[i, j], generation.distribution(logits[i, j], **settings))


@pytest.mark.parametrize(("change", "setting"), [(generation.temperature, 2), (generation.top_k, 1), (generation.top_p, 0.1)])
def test_the_logits_given_are_left_as_they_were(change, setting):
    logits = torch.tensor([1.0, 2.0, 3.0])
    assert not torch.equal(change(logits, setting), logits)
    assert logits.tolist() == [1.0, 2.0, 3.0]


@given(all_logits, st.integers(0, 1000))
def test_draw_never_gives_a_token_of_probability_zero(logits, seed):
    probabilities = logits.softmax(-1)
    assert probabilities[draw(probabilities, seeded(seed))] > 0


def test_draw_follows_the_probabilities():
    probabilities, generator = torch.tensor([0.0, 0.1, 0.0, 0.6, 0.3, 0.0]), seeded(7)
    drawn = torch.bincount(torch.tensor([draw(probabilities, generator) for _ in range(5000)]), minlength=6) / 5000
    torch.testing.assert_close(drawn, probabilities, atol=0.02, rtol=0)


def test_draw_says_that_a_network_gave_no_numbers():
    with pytest.raises(ValueError, match="NaN"):
        draw(torch.tensor([0.5, math.nan]), seeded(0))


BAD = [
    ("temperature", -0.5, "-0,5"),
    ("temperature", math.nan, "nan"),
    ("temperature", math.inf, "inf"),
    ("temperature", "1", "'1'"),
    ("temperature", None, "None"),
    ("top_k", -1, "-1"),
    ("top_k", 2.0, "2,0"),
    ("top_k", True, "True"),
    ("top_p", -0.1, "-0,1"),
    ("top_p", 1.01, "1,01"),
    ("top_p", math.nan, "nan"),
    ("top_p", "0.9", "'0.9'"),
]


@pytest.mark.parametrize(("name", "value", "shown"), BAD)
def test_a_bad_setting_gets_one_spanish_sentence_with_the_value(name, value, shown):
    with pytest.raises(ValueError, match="debe ser un número") as error:
        generation.distribution(torch.zeros(3), **{name: value})
    assert str(error.value).endswith(f"y has dado {shown}.")
    assert "\n" not in str(error.value)


def test_dividing_by_zero_temperature_points_to_greedy_decoding():
    with pytest.raises(ValueError, match="decodificación voraz"):
        generation.temperature(torch.zeros(3), 0)
