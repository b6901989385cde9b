"""Las piezas suman el total, y la fórmula da lo mismo que contar tensor a tensor."""

from __future__ import annotations

import pytest
import transformers

from course_utils import models, sizing
from course_utils.sizing.shape import decoders


@pytest.mark.parametrize("name", sizing.PUBLIC)
def test_the_components_add_up_to_the_whole(name):
    found = sizing.public_components(name)
    assert sum(found.values()) == sizing.public(name).parameters
    assert ("otros" in found) == (name == "BERT base"), "solo a BERT le queda algo sin pieza: su pooler"


@pytest.mark.parametrize("name", decoders())
def test_the_formula_is_the_count(name):
    shape, size = sizing.public_shape(name), sizing.public(name)
    assert shape.components() == sizing.public_components(name)
    assert (shape.parameters, shape.parameters_per_token, shape.cache_per_token) == (
        size.parameters, size.parameters_per_token, size.cache_per_token,
    )  # fmt: skip


@pytest.mark.parametrize("name", ["decoder", "encoder", "translator", "in_context"])
def test_the_pocket_models_have_every_tensor_in_its_piece(name):
    network = models.load(name).model
    found = sizing.components(network)
    assert sum(found.values()) == network.num_parameters() and found.get("otros", 0) < 0.02 * network.num_parameters()


def test_the_pocket_decoder_by_formula():
    shape = sizing.of_config(models.load("decoder").model.config)
    assert shape.parameters == 2_271_360 and (shape.style, shape.tied, shape.positions) == ("GPT-2", True, 256)


@pytest.mark.parametrize(
    ("name", "piece"),
    [
        ("transformer.h.0.ln_1.weight", "normas"),
        ("model.layers.3.self_attn.q_norm.weight", "normas"),
        ("encoder.layer.0.attention.output.LayerNorm.bias", "normas"),
        ("encoder.layer.0.attention.output.dense.weight", "atención"),
        ("encoder.layer.0.output.dense.weight", "feed-forward"),
        ("model.layers.0.mlp.experts.gate_up_proj", "feed-forward"),
        ("model.decoder.layers.0.encoder_attn.k_proj.weight", "atención"),
        ("lm_head.weight", "embeddings"),
        ("pooler.dense.weight", "otros"),
    ],
)
def test_each_tensor_has_its_piece(name, piece):
    assert sizing.component(name) == piece


LLAMA = dict(layers=2, width=64, heads=4, kv_heads=2, feed_forward=128, vocabulary=100)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"width": 65}, "no se reparte entre 4 cabezas"),
        ({"kv_heads": 3}, "no se reparten en 3 grupos"),
        ({"style": "GPT-2"}, "GPT-2 no agrupa sus cabezas"),
        ({"style": "BERT"}, "No conozco el estilo «BERT»"),
        ({"experts": 4, "active_experts": 5}, "no puede usar 5 de 4 expertos"),
    ],
)
def test_a_shape_that_cannot_be_built_says_why(changed, words):
    with pytest.raises(ValueError, match=words):
        sizing.Shape(**LLAMA | changed)


def test_a_small_llama_is_the_one_transformers_builds():
    config = transformers.LlamaConfig(vocab_size=100, hidden_size=64, intermediate_size=128, num_hidden_layers=2, num_attention_heads=4,
                                      num_key_value_heads=2, tie_word_embeddings=True)  # fmt: skip
    shape = sizing.of_config(config)
    assert shape == sizing.Shape(**LLAMA, tied=True)
    assert shape.parameters == transformers.LlamaForCausalLM(config).num_parameters()


@pytest.mark.parametrize("config", [transformers.BertConfig(), transformers.LlamaConfig(attention_bias=True)])
def test_other_families_have_no_formula(config):
    with pytest.raises(ValueError, match="No tengo fórmula para"):
        sizing.of_config(config)
