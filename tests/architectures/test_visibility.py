"""Qué ve cada token: las matrices, y que las redes de transformers ven justo eso."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from course_utils.architectures import miniatures, objectives, visibility


def test_the_matrices_are_the_ones_of_the_papers():
    assert visibility.bidirectional(3).all() and visibility.bidirectional(3).shape == (3, 3)
    assert visibility.causal(3).tolist() == [[True, False, False], [True, True, False], [True, True, True]]
    assert visibility.prefix(3, 2).tolist() == [[True, True, False], [True, True, False], [True, True, True]]
    assert visibility.cross(2, 5).shape == (2, 5) and visibility.cross(2, 5).all()


def test_a_prefix_goes_from_causal_to_bidirectional():
    assert (visibility.prefix(4, 0) == visibility.causal(4)).all() and (visibility.prefix(4, 4) == visibility.bidirectional(4)).all()


def test_joined_puts_the_read_first_and_blind_to_the_written():
    joined = visibility.sight("codificador-decodificador", 2, 3).joined
    assert joined[:2].tolist() == [[True, True, False, False, False]] * 2
    assert joined[2:].tolist() == [[True, True, True, False, False], [True, True, True, True, False], [True] * 5]
    assert (visibility.sight("prefijo", 2, 3).joined == joined).all() and (joined == visibility.prefix(5, 2)).all()


@pytest.mark.parametrize("architecture", visibility.ARCHITECTURES)
@pytest.mark.parametrize("n", [0, 1, 500])
def test_any_length(architecture, n):
    assert visibility.sight(architecture, n).joined.shape == (n, n)


@pytest.mark.parametrize(
    ("action", "sentence"),
    [
        (lambda: visibility.sight("recurrente", 3), "No conozco la arquitectura «recurrente»"),
        (lambda: visibility.sight("codificador", 3, 1), "no escribe y le has dado 1"),
        (lambda: visibility.causal(-1), "has dado -1"),
        (lambda: visibility.causal(True), "has dado True"),
        (lambda: visibility.prefix(3, 4), "entre 0 y 3 tokens, y mide 4"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(action, sentence):
    with pytest.raises(ValueError, match=sentence):
        action()


@pytest.mark.parametrize("objective", objectives.OBJECTIVES)
def test_the_networks_see_exactly_that(objective, marks, rows):
    """Se cambia un token de entrada y se mira qué salidas cambian: las de las posiciones que lo ven y ninguna más."""
    example = objectives.example(objective, rows[0][:7], marks, seed=4)
    model = miniatures.miniature(objective, marks, shape=miniatures.Shape(width=16, layers=1, heads=2)).eval()
    joined, outputs = example.sight.joined, "written" if example.written else "read"
    before = _logits(model, example, example.read, example.written)
    for place in range(len(joined)):
        read, written = list(example.read), list(example.written)
        side, at = (read, place) if place < len(read) else (written, place - len(read))
        side[at] = (side[at] + 1) % marks.base
        changed = (_logits(model, example, read, written) - before).abs().amax(-1) > 1e-7
        expected = joined[len(example.read) :, place] if outputs == "written" else joined[:, place]
        assert np.array_equal(changed.numpy(), expected)


def _logits(model, example, read, written):
    inputs = {"input_ids": torch.tensor([list(read)])}
    if example.written:
        inputs["decoder_input_ids"] = torch.tensor([list(written)])
    with torch.inference_mode():
        return model(**inputs).logits[0]
