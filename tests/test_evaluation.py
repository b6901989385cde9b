"""Las medidas: pérdida, condicionales e intervalos, contra cuentas hechas aparte."""

import math

import pytest
import torch

from course_utils import evaluation, tokens

TEXTS = ["La rana canta.", "El gato duerme en el jardín.", "Hola."]


def by_hand(language_model, text):
    """Suma de −log p de cada token y del fin, con una pasada sin relleno."""
    network, tokenizer = language_model
    row = torch.tensor([[tokenizer.bos_token_id, *tokenizer(text, add_special_tokens=False)["input_ids"], tokenizer.eos_token_id]])
    with torch.inference_mode():
        logs = network(row).logits[0, :-1].log_softmax(-1)
    return -logs.gather(1, row[0, 1:, None]).sum().item(), row.shape[1] - 1


def test_the_loss_is_the_mean_surprise_whatever_the_batch(tiny):
    sums = [by_hand(tiny, text) for text in TEXTS]
    expected = sum(nats for nats, _ in sums) / sum(count for _, count in sums)
    for batch in (1, 2, 3):
        found = evaluation.loss(tiny, TEXTS, batch=batch)
        assert found.nats_per_token == pytest.approx(expected, rel=1e-5) and found.tokens == sum(count for _, count in sums)
    assert found.perplexity == pytest.approx(math.exp(expected), rel=1e-5)


def test_conditionals_multiply_into_the_texts_probability(tiny):
    reading = evaluation.conditionals(tiny, TEXTS[1])
    assert "".join(reading.pieces) == TEXTS[1]
    network, tokenizer = tiny
    ids = tokens.encode(tiny, TEXTS[1])
    with torch.inference_mode():
        logs = network(torch.tensor([ids])).logits[0].log_softmax(-1)
    assert reading.log_probability == pytest.approx(sum(logs[i, t].item() for i, t in enumerate(ids[1:])), rel=1e-4)


def test_an_impossible_token_makes_an_impossible_text():
    assert evaluation.Conditionals(("a", "b"), (0.5, 0.0)).log_probability == -math.inf


@pytest.mark.parametrize("call", [lambda m: evaluation.loss(m, []), lambda m: evaluation.conditionals(m, "")])
def test_nothing_to_measure_is_said_clearly(tiny, call):
    with pytest.raises(ValueError, match="al menos un"):
        call(tiny)


@pytest.mark.parametrize("call", [lambda m, t: evaluation.loss(m, [t]), evaluation.conditionals])
def test_a_text_longer_than_the_window_is_refused_with_both_numbers(tiny, call):
    with pytest.raises(ValueError, match=f"en la ventana caben {tiny.window}"):
        call(tiny, "rana " * 3 * tiny.window)


def test_the_interval_holds_the_share_and_known_values():
    low, high = evaluation.interval(450, 500)
    assert (round(low, 4), round(high, 4)) == (0.8706, 0.9233)
    assert evaluation.interval(0, 20)[0] == 0.0 and evaluation.interval(20, 20)[1] == pytest.approx(1.0)
    with pytest.raises(ValueError, match="0 aciertos de 0"):
        evaluation.interval(0, 0)


def test_forgetting_is_the_best_earlier_minus_the_last():
    matrix = [[0.9, 0.0, 0.1], [0.5, 0.8, 0.0], [0.6, 0.3, 0.7]]
    assert evaluation.forgetting(matrix) == pytest.approx([0.3, 0.5, -0.6])


@pytest.mark.parametrize("matrix", [[], [[0.1, 0.2]], [[0.1], [0.2, 0.3]]])
def test_forgetting_needs_two_moments_of_the_same_tasks(matrix):
    with pytest.raises(ValueError, match="dos momentos"):
        evaluation.forgetting(matrix)
