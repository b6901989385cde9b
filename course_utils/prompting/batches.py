"""Muchos prompts a la vez: qué token sigue y qué opción es más probable."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from course_utils import tokens
from course_utils.models import WindowError

if TYPE_CHECKING:
    from course_utils.models import LanguageModel

Prompt = str | Sequence[dict[str, str]]


def token_count(language_model: LanguageModel, prompt: Prompt) -> int:
    """Cuántos tokens ocupa un prompt, sin contar el de inicio."""
    return len(tokens.prompt_ids(language_model.tokenizer, prompt)) - (language_model.tokenizer.bos_token_id is not None)


def first_token(language_model: LanguageModel, answer: str) -> int:
    """El id del primer token con el que se escribiría una respuesta, detrás de un espacio."""
    return tokens.following_ids(language_model.tokenizer, f" {answer}")[0]


def next_probabilities(language_model: LanguageModel, prompts: Sequence[Prompt], *, batch: int = 100) -> Tensor:
    """(N, V): la probabilidad de cada token tras cada prompt, float32 y en la CPU. Lanza ValueError si alguno no cabe en la ventana."""
    rows = [_ids(language_model, prompt) for prompt in prompts]
    found = torch.empty(len(rows), language_model.vocab_size)
    for chosen in tokens.by_length(rows, batch):
        some = [rows[i] for i in chosen]
        logits = _logits(language_model, some, [(k, len(row) - 1) for k, row in enumerate(some)])
        found[chosen] = logits.softmax(-1)
    return found


def choose(language_model: LanguageModel, prompts: Sequence[Prompt], options: Sequence[Sequence[str]], *, batch: int = 60) -> list[str]:
    """De las opciones de cada prompt, la más probable detrás de él y de un espacio: suma la log-probabilidad de sus tokens."""
    flat = [(i, option) for i, some in enumerate(options) for option in some]
    heads = [_ids(language_model, prompt) for prompt in prompts]
    tails = [tokens.following_ids(language_model.tokenizer, f" {option}") for _, option in flat]
    rows = [[*heads[i], *tail] for (i, _), tail in zip(flat, tails, strict=True)]
    scores: list[dict[str, float]] = [{} for _ in prompts]
    for chosen in tokens.by_length(rows, batch):
        places = [(j, len(heads[flat[k][0]]) - 1 + step) for j, k in enumerate(chosen) for step in range(len(tails[k]))]
        found = iter(_log_probabilities(language_model, [rows[k] for k in chosen], places, [one for k in chosen for one in tails[k]]))
        for k in chosen:
            i, option = flat[k]
            scores[i][option] = sum(next(found) for _ in tails[k])
    return [max(score, key=score.__getitem__) for score in scores]


def _ids(language_model: LanguageModel, prompt: Prompt) -> list[int]:
    found = tokens.prompt_ids(language_model.tokenizer, prompt)
    if len(found) > language_model.window:
        raise WindowError("Un prompt", len(found), language_model.window, "quita ejemplos")
    return found


def _states(language_model: LanguageModel, rows: Sequence[Sequence[int]]) -> Tensor:
    """(B, T, d): lo que sale de la última capa, con relleno por la derecha, que a un decodificador no le importa."""
    width, end = max(map(len, rows)), tokens.opening(language_model.tokenizer)
    ids = torch.tensor([[*row, *[end] * (width - len(row))] for row in rows], device=language_model.device)
    return language_model.model.base_model(ids, use_cache=False)[0]


def _logits(language_model: LanguageModel, rows: Sequence[Sequence[int]], places: Sequence[tuple[int, int]]) -> Tensor:
    """(P, V): los logits en P lugares (fila, posición)."""
    with torch.inference_mode():
        states = _states(language_model, rows)[[row for row, _ in places], [position for _, position in places]]
        logits = language_model.model.get_output_embeddings()(states).to("cpu", torch.float32)
    cap = getattr(language_model.model.config.get_text_config(), "final_logit_softcapping", None)     # Gemma 2 los aplasta al final
    return logits if cap is None else cap * torch.tanh(logits / cap)


def _log_probabilities(
    language_model: LanguageModel, rows: Sequence[Sequence[int]], places: Sequence[tuple[int, int]], wanted: Sequence[int]
) -> list[float]:
    """La log-probabilidad de un token en cada lugar."""
    return _logits(language_model, rows, places).log_softmax(-1)[range(len(wanted)), list(wanted)].tolist()
