"""Lectura: los ids que la red aún no ha visto entran, los logits del siguiente token salen; lo ya leído queda en la caché."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import torch
from torch import Tensor
from torch.nn.functional import scaled_dot_product_attention

if TYPE_CHECKING:
    from course_utils.models import LanguageModel


CACHE_NAMES = ("cache", "past_key_values")  # como la llama transformers desde la 5.24, y como la llamaba antes


def reader(language_model: LanguageModel, capacity: int) -> Reader:
    """El lector más rápido que sirve para esta red. capacity: cuántos tokens leerá como mucho, prompt incluido."""
    plain = _is_plain_gpt2(language_model.model)
    return (GPT2Reader if plain else Reader)(language_model, capacity)


class Reader:
    """Lee con cualquier decodificador de transformers: guarda la caché de claves y valores que la propia red devuelve."""

    def __init__(self, language_model: LanguageModel, capacity: int) -> None:
        self.model, self.device, self.capacity = language_model.model, language_model.device, capacity
        self.seen: list[int] = []
        self.cache = None

    def __call__(self, ids: list[int]) -> Tensor:
        """Los logits (V,) que siguen a lo leído más `ids`: float32, en la CPU y con memoria propia."""
        self.seen += ids
        with torch.inference_mode():
            logits = self._read(ids)
        return logits.to("cpu", torch.float32, copy=True)

    def _read(self, ids: list[int]) -> Tensor:
        past = {} if self.cache is None else {self.cache_name: self.cache}
        batch = torch.tensor([ids if past else self.seen], device=self.device)  # sin caché, la red relee todo
        output = self.model(batch, use_cache=True, logits_to_keep=1, **past)
        self.cache_name = next((name for name in CACHE_NAMES if name in output), None)
        self.cache = output[self.cache_name] if self.cache_name else None
        return output.logits[0, -1]


class GPT2Reader(Reader):
    """Lee con GPT-2 a mano: las mismas capas en el mismo orden, sin los envoltorios de transformers (más de la mitad del tiempo).

    Solo el prompt pasa por la red entera; cada token nuevo, por aquí. Fuente: Radford y otros, 2019; caché: Shazeer, 2019.
    """

    def _read(self, ids: list[int]) -> Tensor:
        if len(ids) > 1 or self.cache is None:
            return self._read_prompt(ids)
        return self._read_one(ids[0], len(self.seen) - 1)

    def _read_prompt(self, ids: list[int]) -> Tensor:
        logits = super()._read(ids)
        self.cache = [(self._reserve(layer.keys), self._reserve(layer.values)) for layer in self.cache.layers]
        return logits

    def _reserve(self, filled: Tensor) -> Tensor:
        """Sitio para toda la generación de una vez: (1, cabezas, capacity, d), con lo ya leído al principio."""
        room = filled.new_empty(*filled.shape[:2], self.capacity, filled.shape[3])
        room[:, :, : filled.shape[2]] = filled
        return room

    def _read_one(self, token_id: int, position: int) -> Tensor:
        network = self.model.transformer
        where = torch.tensor([token_id, position], device=self.device)
        x = network.wte(where[:1]) + network.wpe(where[1:])
        for block, (keys, values) in zip(network.h, self.cache, strict=True):
            x = x + self._attend(block.attn, block.ln_1(x), keys, values, position)
            x = x + block.mlp.c_proj(block.mlp.act(block.mlp.c_fc(block.ln_2(x))))
        return self.model.lm_head(network.ln_f(x))[0]

    def _attend(self, attention: torch.nn.Module, x: Tensor, keys: Tensor, values: Tensor, position: int) -> Tensor:
        query, key, value = attention.c_attn(x).view(3, 1, keys.shape[1], 1, keys.shape[3])
        keys[:, :, position : position + 1] = key
        values[:, :, position : position + 1] = value
        seen = position + 1
        mixed = scaled_dot_product_attention(query, keys[:, :, :seen], values[:, :, :seen])
        return attention.c_proj(mixed.view(x.shape))


def _is_plain_gpt2(model: torch.nn.Module) -> bool:
    """Si es un GPT-2 tal cual: sin ganchos que quieran mirar, ni piezas cambiadas, ni dropout encendido."""
    config = model.config
    return (
        type(model).__name__ == "GPT2LMHeadModel"
        and not (model.training or config.add_cross_attention or config.scale_attn_by_inverse_layer_idx)
        and config.scale_attn_weights
        and all(map(_untouched, _wrappers(model)))
    )


def _wrappers(model: torch.nn.Module) -> Iterator[torch.nn.Module]:
    """Los módulos por los que `GPT2Reader` no pasa; a los demás los llama, y valen ganchos y adaptadores."""
    yield model
    yield model.transformer
    for block in model.transformer.h:
        yield from (block, block.attn, block.mlp)


def _untouched(module: torch.nn.Module) -> bool:
    original = type(module).__module__ == "transformers.models.gpt2.modeling_gpt2" and "forward" not in vars(module)
    return original and not (module._forward_hooks or module._forward_pre_hooks)
