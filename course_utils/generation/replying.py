"""Muchas instrucciones a la vez: la respuesta voraz de un modelo de instrucciones a cada una, por lotes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch

from course_utils import tokens
from course_utils.generation.sampling import check_max_new_tokens

if TYPE_CHECKING:
    from course_utils.models import LanguageModel

BATCH = 50  # instrucciones que se contestan juntas


def replies(language_model: LanguageModel, prompts: Sequence[str], *, max_new_tokens: int = 60, batch: int = BATCH) -> list[str]:
    """La respuesta a cada instrucción, en su orden: con la plantilla de conversación del modelo y siempre el token más probable.

    Lanza ValueError si el modelo no tiene plantilla o si una instrucción no cabe.
    """
    limit = check_max_new_tokens(max_new_tokens)
    rows = [tokens.prompt_ids(language_model.tokenizer, [{"role": "user", "content": prompt}]) for prompt in prompts]
    if rows and (widest := max(map(len, rows))) >= language_model.window:
        raise ValueError(f"Una instrucción ocupa {widest} tokens y en la ventana caben {language_model.window}: acórtala.")
    order, found = sorted(range(len(rows)), key=lambda i: len(rows[i])), [""] * len(rows)
    for start in range(0, len(order), batch):
        chosen = order[start : start + batch]
        for i, text in zip(chosen, _reply(language_model, [rows[i] for i in chosen], limit)):
            found[i] = text
    return found


def _reply(language_model: LanguageModel, rows: list[list[int]], limit: int) -> list[str]:
    tokenizer, width = language_model.tokenizer, max(map(len, rows))
    end = tokenizer.eos_token_id
    ids = torch.tensor([[*[end] * (width - len(row)), *row] for row in rows], device=language_model.device)  # relleno, a la izquierda
    seen = torch.tensor([[*[0] * (width - len(row)), *[1] * len(row)] for row in rows], device=language_model.device)
    room = min(limit, language_model.window - width)
    with torch.inference_mode():
        made = language_model.model.generate(
            ids, attention_mask=seen, do_sample=False, max_new_tokens=room, pad_token_id=end, eos_token_id=end
        )
    return [tokens.text(tokenizer, _until_end(row, end)).strip() for row in made[:, width:].tolist()]


def _until_end(row: list[int], end: int) -> list[int]:
    return row[: row.index(end)] if end in row else row
