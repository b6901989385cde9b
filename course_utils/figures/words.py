"""La probabilidad que un modelo da a una palabra entera, aunque la escriba en varios tokens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from course_utils import tokens

if TYPE_CHECKING:
    from torch import Tensor

    from course_utils.models import LanguageModel


def probabilities(language_model: LanguageModel, prompt: str, words: Sequence[str]) -> list[float]:
    """Probabilidad de que la palabra que sigue a `prompt` sea cada una de `words`: el producto de las de sus tokens (regla de la cadena)
    por la de que ahí acabe la palabra."""
    return [_word(language_model, tokens.encode(language_model, prompt), f" {word}") for word in words]


def read(language_model: LanguageModel, ids: Sequence[int]) -> Tensor:
    """Los logits (n, V) que el modelo da tras cada uno de los n tokens, en una sola lectura."""
    import torch

    with torch.inference_mode():
        return language_model.model(torch.tensor([list(ids)], device=language_model.device)).logits[0].float()


def _word(language_model: LanguageModel, context: list[int], word: str) -> float:
    pieces = tokens.ids(language_model.tokenizer, word)
    rows = read(language_model, context + pieces)[len(context) - 1 :].softmax(dim=-1)  # una fila por token y otra para lo que sigue
    chained = rows[range(len(pieces)), pieces].prod()
    return float(chained * (1 - rows[-1, list(_continuing(language_model))].sum()))


def _continuing(language_model: LanguageModel) -> tuple[int, ...]:
    """Los tokens que alargarían la palabra: los que empiezan por una letra."""
    cached = language_model.tokenizer.__dict__.get("_course_continuing")
    if cached is None:
        tokenizer = language_model.tokenizer
        cached = tuple(i for i in range(len(tokenizer)) if i != tokenizer.eos_token_id and tokens.piece(tokenizer, i)[:1].isalpha())
        tokenizer.__dict__["_course_continuing"] = cached
    return cached
