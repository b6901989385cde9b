"""Muchos prompts a la vez: lo que escribe un decodificador tras cada uno con decodificación voraz, por lotes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import torch

from course_utils import tokens
from course_utils.generation.sampling import check_max_new_tokens
from course_utils.models import WindowError

if TYPE_CHECKING:
    from course_utils.models import LanguageModel

BATCH = 50  # prompts que se leen juntos
Prompt = str | Sequence[dict[str, str]]


def replies(language_model: LanguageModel, prompts: Sequence[str], *, max_new_tokens: int = 60, batch: int = BATCH) -> list[str]:
    """La respuesta a cada instrucción, en su orden: con la plantilla de conversación del modelo y siempre el token más probable.

    Lanza ValueError si el modelo no tiene plantilla o si una instrucción no cabe.
    """
    asked = [[{"role": "user", "content": prompt}] for prompt in prompts]
    return continuations(language_model, asked, max_new_tokens=max_new_tokens, batch=batch)


def continuations(
    language_model: LanguageModel, prompts: Sequence[Prompt], *, max_new_tokens: int = 60, stop: str = "", batch: int = BATCH
) -> list[str]:
    """Lo que el modelo escribe tras cada prompt, un texto o una conversación, hasta el token de fin, `stop` o el límite.

    Sin blancos alrededor. Lanza ValueError si un prompt no cabe, o si es una conversación y el modelo no tiene plantilla.
    """
    limit = check_max_new_tokens(max_new_tokens)
    rows = [tokens.prompt_ids(language_model.tokenizer, prompt) for prompt in prompts]
    if rows and (widest := max(map(len, rows))) >= language_model.window:
        raise WindowError("Un prompt", widest, language_model.window)
    found = [""] * len(rows)
    for chosen in tokens.by_length(rows, batch):
        for i, text in zip(chosen, _write(language_model, [rows[i] for i in chosen], limit, stop)):
            found[i] = text
    return found


def _write(language_model: LanguageModel, rows: list[list[int]], limit: int, stop: str) -> list[str]:
    tokenizer, width = language_model.tokenizer, max(map(len, rows))
    ends = sorted(language_model.ends)
    end = ends[0] if ends else tokens.opening(tokenizer)
    ids = torch.tensor([[*[end] * (width - len(row)), *row] for row in rows], device=language_model.device)  # relleno, a la izquierda
    seen = torch.tensor([[*[0] * (width - len(row)), *[1] * len(row)] for row in rows], device=language_model.device)
    room = min(limit, language_model.window - width)
    settings = {"do_sample": False, "max_new_tokens": room, "pad_token_id": end, "eos_token_id": ends or None}
    with torch.inference_mode():
        made = language_model.model.generate(ids, attention_mask=seen, stopping_criteria=_until(stop, tokenizer, width), **settings)
    texts = (tokens.text(tokenizer, _until_end(row, {*ends, end})) for row in made[:, width:].tolist())
    return [(text.split(stop)[0] if stop else text).strip() for text in texts]


def _until(stop: str, tokenizer, width: int) -> list[Callable] | None:
    """Para cada fila cuando ya ha escrito `stop`."""
    if not stop:
        return None

    def done(ids: torch.Tensor, _scores: object, **_: object) -> torch.Tensor:
        return torch.tensor([stop in tokens.text(tokenizer, row) for row in ids[:, width:].tolist()], device=ids.device)

    return [done]


def _until_end(row: list[int], ends: set[int]) -> list[int]:
    return row[: next((place for place, token_id in enumerate(row) if token_id in ends), len(row))]
