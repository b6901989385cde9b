"""Las figuras del capítulo 8: lo que dicen es lo que el modelo hace, y no se dibujan con un modelo que no lo hace."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from course_utils import inspection, models
from course_utils.figures import crossing, decoder_loop, encoder_side, store
from course_utils.generation import translating


@pytest.fixture(scope="module")
def translator():
    return models.load("translator")


@pytest.fixture(scope="module")
def ignorant(translator):
    """Un traductor como el de bolsillo, con los pesos al azar."""
    import transformers

    with torch.random.fork_rng():
        torch.manual_seed(0)
        network = transformers.MarianMTModel(translator.model.config).eval()
    return models.LanguageModel("al azar", network, translator.tokenizer, torch.device("cpu"))


@pytest.mark.parametrize("number", [14, 15, 16])
def test_a_translator_that_knows_nothing_is_refused(number, ignorant):
    with pytest.raises(ValueError, match="al azar"):
        store.scene(number, translator=ignorant)


@pytest.mark.parametrize("number", [14, 15, 16])
def test_another_kind_of_model_is_refused(number):
    with pytest.raises(ValueError, match="decoder"):
        store.scene(number, translator=models.load("decoder"))


# --- 14: el codificador ------------------------------------------------------------------------------------------------


def test_what_enters_and_leaves_the_encoder_is_the_networks_own(translator):
    found = encoder_side.read(translator)
    with torch.inference_mode():
        leaving = translator.model.get_encoder()(torch.tensor([found.ids])).last_hidden_state[0].numpy()
    assert np.allclose(found.leaving, leaving, atol=1e-4) and found.entering.shape == found.leaving.shape
    weights = inspection.attention(translator, encoder_side.SENTENCE, target="")["encoder"].weights
    assert np.allclose(found.looks, weights[found.layer, found.head, found.place])
    assert found.share == pytest.approx(weights[:, :, found.place, found.labels.index(encoder_side.OWNER)].max())


def test_of_the_unchanged_tokens_only_the_possessive_changes(translator):
    found = encoder_side.read(translator)
    unchanged = [i for i, (a, b) in enumerate(zip(found.labels, found.others)) if a == b]
    assert [found.labels[i] for i in unchanged] == ["limpia", "su", "casa", "roja", ".", "(fin)"]
    assert found.alike[found.place] < 0.9 < 0.97 < min(found.alike[i] for i in unchanged if i != found.place)
    assert "her red house" in found.said[0] and "his red house" in found.said[1]


# --- 15: el bucle ------------------------------------------------------------------------------------------------------


def test_the_lines_are_the_greedy_steps(translator):
    steps = list(translating.steps(translator, encoder_side.SENTENCE))
    lines = decoder_loop.lines(translator)
    assert [line.chance for line in lines] == pytest.approx([step.probability for step in steps])
    assert [line.written for line in lines] == ["The", "cunning", "witch", "clean", "-s", "her", "red", "house", ".", "(fin)"]
    assert {line.written: line.looked for line in lines}["red"] == "roja"


def test_each_turn_shows_one_token_more():
    lines = [decoder_loop.Line(word, 0.9, "x", 0.5) for word in ("a", "b", "(fin)")]
    shown = decoder_loop.staircase(lines, "(inicio)").shapes
    written = [shape.content for shape in shown if getattr(shape, "content", None) in {"(inicio)", "a", "b", "(fin)"}]
    assert written == ["(inicio)", "a", "(inicio)", "a", "b", "(inicio)", "a", "b", "(fin)"]


def test_a_translation_that_does_not_fit_is_refused():
    lines = [decoder_loop.Line("palabrota" * 4, 0.9, "x", 0.5)] * 5
    with pytest.raises(ValueError, match="no cabe"):
        decoder_loop.staircase(lines, "(inicio)")


# --- 16: el camino entero ----------------------------------------------------------------------------------------------


def test_the_crossings_are_read_from_the_weights():
    straight = np.eye(4)
    swapped = straight[[0, 2, 1, 3]]
    words = ("the", "red", "house", ".")
    assert crossing.Whole(words, words, straight, "").crossings() == []
    assert crossing.Whole(words, words, swapped, "").crossings() == [("red", "house")]


def test_a_translation_without_crossings_is_refused(translator, monkeypatch):
    monkeypatch.setattr(crossing, "SENTENCE", "La bruja limpia la casa.")
    with pytest.raises(ValueError, match="no se cruzan"):
        crossing.whole(translator)


def test_only_the_ribbons_that_count_are_drawn():
    found = crossing.Whole(("a", "b"), ("x", "y"), np.array([[0.9, 0.1], [0.4, 0.6]]), "")
    ribbons = crossing._ribbons(found, [0.0, 100.0], [0.0, 100.0]).shapes
    strokes = [shape for shape in ribbons if hasattr(shape, "points")]
    assert sorted((stroke.role, round(stroke.line, 1)) for stroke in strokes) == [("train", 3.2), ("truth", 4.4), ("truth", 6.2)]
