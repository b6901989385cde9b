"""Un modelo diminuto de cada clase de red, y lo que da cada una pedido a transformers directamente."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from transformers import (
    BertConfig,
    BertForMaskedLM,
    GPTNeoXConfig,
    GPTNeoXForCausalLM,
    LlamaConfig,
    LlamaForCausalLM,
    MambaConfig,
    MambaForCausalLM,
    MarianConfig,
    MarianMTModel,
)

from course_utils import models

TEXT = "Había una vez una zorra"
CLASSES = ("gpt2", "llama", "bert", "marian")
POCKET = {"decoder": TEXT, "encoder": "El gato [MASK] duerme.", "translator": "El gato negro duerme en la cabaña."}
SIZES = {"hidden_size": 32, "num_hidden_layers": 3, "num_attention_heads": 4, "intermediate_size": 48, "initializer_range": 0.3}


def random_network(build, config):
    """Una red con pesos al azar, siempre los mismos."""
    with torch.random.fork_rng():
        torch.manual_seed(1)
        return build(config).eval()


@pytest.fixture(scope="module")
def zoo(tiny):
    """Un modelo diminuto de cada clase, con el mismo tokenizador."""
    vocabulary, ends = tiny.vocab_size, {"bos_token_id": 0, "eos_token_id": 0}
    marian = {"d_model": 32, "encoder_layers": 2, "decoder_layers": 3, "encoder_attention_heads": 2, "decoder_attention_heads": 4}
    marian |= {"encoder_ffn_dim": 48, "decoder_ffn_dim": 48, "init_std": 0.3}
    marian |= {"pad_token_id": 1, "decoder_start_token_id": 1, "forced_eos_token_id": None}
    networks = {
        "llama": (LlamaForCausalLM, LlamaConfig(vocab_size=vocabulary, num_key_value_heads=2, max_position_embeddings=64, **SIZES, **ends)),
        "bert": (BertForMaskedLM, BertConfig(vocab_size=vocabulary, max_position_embeddings=64, **SIZES)),
        "marian": (MarianMTModel, MarianConfig(vocab_size=vocabulary, max_position_embeddings=64, **marian, **ends)),
        "parallel": (GPTNeoXForCausalLM, GPTNeoXConfig(vocab_size=vocabulary, max_position_embeddings=64, **SIZES, **ends)),
        "mamba": (MambaForCausalLM, MambaConfig(vocab_size=vocabulary, hidden_size=32, num_hidden_layers=2, state_size=4)),
    }  # fmt: skip
    built = {name: replace(tiny, name=name, model=random_network(*pair)) for name, pair in networks.items()}
    return built | {"gpt2": replace(tiny, name="gpt2")}


@pytest.fixture(params=CLASSES)
def any_model(request, zoo):
    return zoo[request.param]


@pytest.fixture(params=POCKET)
def pocket(request):
    return models.load(request.param), POCKET[request.param]


def output(language_model, inputs, **more):
    """Lo que da una copia de la red, pedido a transformers directamente."""
    network = type(language_model.model)(language_model.model.config)
    network.load_state_dict(language_model.model.state_dict())
    network.eval().set_attn_implementation("eager")
    with torch.inference_mode():
        return network(**inputs.arguments(network.device), **more)


@pytest.fixture(autouse=True)
def configs_as_they_were(zoo):
    """Una copia de la red comparte su configuración: se repone la manera de calcular la atención."""
    before = {name: one.model.config._attn_implementation for name, one in zoo.items()}
    yield
    for name, one in zoo.items():
        one.model.config._attn_implementation = before[name]
