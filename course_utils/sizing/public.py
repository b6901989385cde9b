"""Cuánto ocupan los modelos de verdad, contado con su configuración: la red se monta en el dispositivo «meta», sin descargar nada."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from transformers import PretrainedConfig, PreTrainedModel

# La clase de transformers y lo que su configuración publicada cambia de la de fábrica.
PUBLIC = MappingProxyType(
    {
        "BERT base": ("BertModel", {}),
        "GPT-2": ("GPT2LMHeadModel", {}),
        "GPT-2 XL": ("GPT2LMHeadModel", {"n_embd": 1600, "n_layer": 48, "n_head": 25}),
        "BART large": ("BartModel", {}),
        "T5 base": ("T5ForConditionalGeneration", {"d_model": 768, "d_ff": 3072, "num_layers": 12, "num_heads": 12}),
        "Llama 2 7B": ("LlamaForCausalLM", {"vocab_size": 32000}),
        "Llama 2 70B": (
            "LlamaForCausalLM",
            {"vocab_size": 32000, "hidden_size": 8192, "intermediate_size": 28672, "num_hidden_layers": 80,
             "num_attention_heads": 64, "num_key_value_heads": 8},
        ),
        "Llama 3.1 8B": ("LlamaForCausalLM", {"vocab_size": 128256, "intermediate_size": 14336, "num_key_value_heads": 8}),
        "Llama 3.1 405B": (
            "LlamaForCausalLM",
            {"vocab_size": 128256, "hidden_size": 16384, "intermediate_size": 53248, "num_hidden_layers": 126,
             "num_attention_heads": 128, "num_key_value_heads": 8},
        ),
        "Mixtral 8x7B": ("MixtralForCausalLM", {}),
        "Qwen3 0.6B": (
            "Qwen3ForCausalLM",
            {"vocab_size": 151936, "hidden_size": 1024, "intermediate_size": 3072, "num_hidden_layers": 28, "num_attention_heads": 16,
             "num_key_value_heads": 8, "head_dim": 128, "tie_word_embeddings": True},
        ),
        "Qwen3 8B": (
            "Qwen3ForCausalLM",
            {"vocab_size": 151936, "hidden_size": 4096, "intermediate_size": 12288, "num_hidden_layers": 36, "num_attention_heads": 32,
             "num_key_value_heads": 8, "head_dim": 128, "tie_word_embeddings": False},
        ),
        "Qwen3 30B-A3B": (
            "Qwen3MoeForCausalLM",
            {"vocab_size": 151936, "hidden_size": 2048, "moe_intermediate_size": 768, "num_hidden_layers": 48, "num_attention_heads": 32,
             "num_key_value_heads": 4, "head_dim": 128, "num_experts": 128, "num_experts_per_tok": 8, "tie_word_embeddings": False},
        ),
    }
)  # fmt: skip


@dataclass(frozen=True)
class Size:
    """El tamaño de un modelo: sus parámetros, aquellos por los que pasa cada token (menos, si elige entre expertos) y los números que
    su caché guarda por token (0 si no genera)."""

    name: str
    parameters: int
    parameters_per_token: int
    cache_per_token: int

    def cache_bytes(self, tokens: int, *, bytes_per_number: int = 2) -> int:
        """Lo que ocupa la caché de claves y valores de un texto, en bytes; con 2 por número, en media precisión."""
        return self.cache_per_token * tokens * bytes_per_number


def public(name: str) -> Size:
    """El tamaño de un modelo público, por su nombre en `PUBLIC`. Lanza ValueError si no está."""
    return _public(_known(name))


def network(name: str) -> tuple[type[PreTrainedModel], PretrainedConfig]:
    """La clase de transformers y la configuración de un modelo público. Lanza ValueError si no está en `PUBLIC`."""
    import transformers

    architecture, changes = PUBLIC[_known(name)]
    found = getattr(transformers, architecture)
    return found, found.config_class(**changes)


def meta(network: type[PreTrainedModel], config: PretrainedConfig) -> PreTrainedModel:
    """La red entera, con todos sus tensores y sin ningún número dentro: en el dispositivo «meta» un tensor solo tiene forma."""
    import torch

    with torch.device("meta"):
        return network(config)


def _known(name: str) -> str:
    if name not in PUBLIC:
        raise ValueError(f"No tengo la configuración de «{name}»; hay: {', '.join(PUBLIC)}.")
    return name


@lru_cache(maxsize=32)
def _public(name: str) -> Size:
    return size(*network(name), name=name)


def size(network: type[PreTrainedModel], config: PretrainedConfig, *, name: str = "") -> Size:
    """El tamaño de cualquier red de transformers con una configuración, sin reservar memoria para sus pesos."""
    model = meta(network, config)
    counts = {name: parameter.numel() for name, parameter in model.named_parameters()}
    total, in_experts = sum(counts.values()), sum(count for name, count in counts.items() if ".experts." in name)
    return Size(name, total, total - round(in_experts * (1 - _active_share(config))), cache_per_token(config) if _caches(model) else 0)


def cache_per_token(config: PretrainedConfig) -> int:
    """Cuántos números guarda la caché por token: claves y valores de cada capa y de cada cabeza que no las comparte."""
    heads = config.num_attention_heads
    width = getattr(config, "head_dim", None) or getattr(config, "d_kv", None) or config.hidden_size // heads
    layers = next(found for name in ("decoder_layers", "num_decoder_layers", "num_hidden_layers") if (found := getattr(config, name, None)))
    return 2 * layers * (getattr(config, "num_key_value_heads", None) or heads) * width


def _caches(model: PreTrainedModel) -> bool:
    return model.config.is_encoder_decoder or model.can_generate()


def _active_share(config: PretrainedConfig) -> float:
    """Qué parte de los expertos usa cada token."""
    experts = getattr(config, "num_local_experts", None) or getattr(config, "num_experts", None)
    return config.num_experts_per_tok / experts if experts else 1.0
