"""Los tamaños publicados, contados sin descargar nada."""

from __future__ import annotations

import pytest
import torch
import transformers

from course_utils import sizing
from course_utils.generation.reading import CACHE_NAMES

KNOWN = {
    "BERT base": 109_482_240,
    "GPT-2": 124_439_808,
    "GPT-2 XL": 1_557_611_200,
    "BART large": 406_291_456,
    "T5 base": 222_903_552,
    "Llama 2 7B": 6_738_415_616,
    "Llama 2 70B": 68_976_648_192,
    "Llama 3.1 8B": 8_030_261_248,
    "Llama 3.1 405B": 405_853_388_800,
    "Mixtral 8x7B": 46_702_792_704,
    "Qwen3 0.6B": 596_049_920,
    "Qwen3 8B": 8_190_735_360,
    "Qwen3 30B-A3B": 30_532_122_624,
}


@pytest.mark.parametrize("name", sizing.PUBLIC)
def test_parameters_are_the_published_ones(name):
    assert sizing.public(name).parameters == KNOWN[name]


def test_experts_that_do_not_take_part_are_not_counted_per_token():
    mixtral, qwen, llama = (sizing.public(name) for name in ("Mixtral 8x7B", "Qwen3 30B-A3B", "Llama 3.1 8B"))
    assert mixtral.parameters_per_token == 12_879_925_248 and round(qwen.parameters_per_token / 1e9, 1) == 3.4
    assert llama.parameters_per_token == llama.parameters


def test_grouped_heads_make_the_cache_smaller():
    old, new = sizing.public("Llama 2 7B"), sizing.public("Llama 3.1 8B")
    assert old.cache_bytes(4096) == 2 * 2**30 and old.cache_per_token == 4 * new.cache_per_token
    assert sizing.public("BERT base").cache_per_token == 0


def test_the_cache_is_the_one_transformers_fills():
    config = transformers.Qwen3Config(
        vocab_size=40, hidden_size=16, intermediate_size=24, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2, head_dim=8
    )
    model = transformers.Qwen3ForCausalLM(config).eval()
    with torch.inference_mode():
        found = model(torch.zeros(1, 5, dtype=torch.long), use_cache=True)
    cache = next(found[name] for name in CACHE_NAMES if name in found)
    size = sizing.size(transformers.Qwen3ForCausalLM, config, name="diminuto")
    assert sum(layer.keys.numel() + layer.values.numel() for layer in cache.layers) == 5 * size.cache_per_token
    assert size.parameters == model.num_parameters()


def test_an_unknown_name_is_explained():
    with pytest.raises(ValueError, match="No tengo la configuración de «GPT-5»; hay: BERT base"):
        sizing.public("GPT-5")
