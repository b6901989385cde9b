"""Cómo se llaman, en cada clase de red, las capas que se ajustan si no se dice otra cosa: cada una tiene sus nombres para lo mismo."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

EVERY = ("c_attn", "c_proj", "c_fc")    # todas las lineales de los bloques de GPT-2
# La primera pareja es la de GPT-2; luego, Llama y los suyos, BART y Marian, DistilBERT, T5, BERT y RoBERTa, y ModernBERT.
AFTER = (("c_proj",), ("o_proj", "down_proj"), ("out_proj", "fc2"), ("out_lin", "lin2"), ("o", "wo"), ("output.dense",), ("Wo",))
KEYS = (("c_attn",), ("k_proj", "v_proj"), ("k_lin", "v_lin"), ("k", "v"), ("key", "value"), ("Wqkv",))
MIDDLE = (("mlp.c_proj",), ("down_proj",), ("fc2",), ("lin2",), ("wo",), ("output.dense",), ("mlp.Wo",))


def here(targets: Sequence[str], layers: Iterable[str]) -> tuple[str, ...]:
    """Los nombres que tienen en esta red las capas que `targets` nombra en GPT-2; si no son esas, o aquí están, tal cual."""
    names, asked = list(layers), tuple(targets)
    if all(any(f".{name}".endswith(f".{one}") for name in names) for one in asked):
        return asked
    if asked == EVERY:
        return tuple(sorted({name.rpartition(".")[2] for name in names}))
    for family in (AFTER, KEYS, MIDDLE):
        if asked == family[0]:
            return next((others for others in family if all(any(f".{n}".endswith(f".{o}") for n in names) for o in others)), asked)
    return asked
