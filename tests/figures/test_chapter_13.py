"""Las figuras del capítulo 13: lo que dicen es lo que el modelo hace, y no se dibujan con un modelo que no lo hace."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from course_utils import models
from course_utils.figures import soft_prompts, store


@pytest.fixture(scope="module")
def decoder():
    return models.load("decoder")


@pytest.fixture(scope="module")
def ignorant(decoder):
    """Un decodificador como el de bolsillo, con los pesos al azar."""
    import transformers

    with torch.random.fork_rng():
        torch.manual_seed(0)
        network = transformers.GPT2LMHeadModel(decoder.model.config).eval()
    return models.LanguageModel("al azar", network, decoder.tokenizer, torch.device("cpu"))


@pytest.mark.parametrize("number", [31, 33])
def test_a_decoder_that_knows_nothing_is_refused(number, ignorant):
    with pytest.raises(ValueError, match="al azar"):
        store.scene(number, decoder=ignorant)


def test_a_decoder_of_another_width_is_refused():
    with pytest.raises(ValueError, match="anchura 192"):
        store.scene(32, decoder=models.load("in_context"))


def test_the_sentence_comes_out_right_in_both_orders(decoder):
    given, said = soft_prompts.sentence(decoder)
    assert said["negación"].replace("no ", "", 1) == given != said["futuro"]
    assert soft_prompts.answered(decoder, None, given) != said["futuro"]


def test_lengths_and_cosines_are_those_of_the_vectors(decoder):
    found = soft_prompts.places(decoder, "futuro")
    (virtual,) = soft_prompts.prompts(decoder, ["futuro"])
    table = decoder.model.get_input_embeddings().weight.detach()
    assert np.allclose(found.lengths[len(found.words) :], virtual.norm(dim=1), atol=1e-3)
    cosines = torch.nn.functional.normalize(virtual, dim=1) @ torch.nn.functional.normalize(table, dim=1).T
    assert np.allclose(found.alike[len(found.words) :], cosines.amax(1), atol=1e-3)


def test_a_random_vector_is_like_its_nearest_word_a_little(decoder):
    table = decoder.model.get_input_embeddings().weight.detach().numpy()
    assert 0.15 < soft_prompts.chance(table) < 0.3
