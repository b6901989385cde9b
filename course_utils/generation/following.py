"""Cómo de probable es que a un texto le siga otro: la pregunta que un modelo de lenguaje contesta siempre, para muchos a la vez."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from course_utils import tokens
from course_utils.generation.reading import CACHE_NAMES
from course_utils.models import WindowError

if TYPE_CHECKING:
    from course_utils.models import LanguageModel


def log_probabilities(language_model: LanguageModel, befores: Sequence[str], afters: Sequence[str]) -> Tensor:
    """(N, M): log-probabilidad, en nats, de que a cada uno de los N textos le siga cada una de las M continuaciones.

    Cada texto se lee una sola vez y se guarda en la caché. Lanza ValueError si falta algo o si una pareja no cabe en la ventana.
    """
    if not befores or not afters or not all(afters):
        raise ValueError("Hacen falta al menos un texto y una continuación que no esté vacía.")
    tokenizer = language_model.tokenizer
    rows = [tokens.following_ids(tokenizer, text) for text in afters]
    longest = max(map(len, rows))
    heads = [tokens.after_start(tokenizer, tokens.ids(tokenizer, text)) for text in befores]
    if (widest := max(map(len, heads)) + longest) > language_model.window:
        raise WindowError("Un texto con su continuación", widest, language_model.window, "acórtalos")
    return torch.stack([_after(language_model, head, rows) for head in heads])


def _after(language_model: LanguageModel, head: list[int], rows: Sequence[Sequence[int]]) -> Tensor:
    network, device, width = language_model.model, language_model.device, max(map(len, rows))
    padded = torch.tensor([[*row, *[0] * (width - len(row))] for row in rows], device=device)
    with torch.inference_mode():
        read = network(torch.tensor([head], device=device), use_cache=True, logits_to_keep=1)
        name = next(name for name in CACHE_NAMES if name in read)
        read[name].batch_repeat_interleave(len(rows))
        rest = network(padded[:, :-1], use_cache=True, **{name: read[name]}).logits if width > 1 else None
    first = read.logits.expand(len(rows), 1, -1)
    logits = first if rest is None else torch.cat([first, rest], dim=1)
    found = logits.float().log_softmax(-1).gather(-1, padded[..., None])[..., 0]
    kept = torch.arange(width, device=device) < torch.tensor([[len(row)] for row in rows], device=device)
    return (found * kept).sum(-1).cpu()
