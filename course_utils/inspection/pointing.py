"""A qué palabra de la frase leída señala cada cabeza cuando se va a escribir una palabra de la traducción."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from course_utils import tokens
from course_utils.inspection.attending import attention

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

    from course_utils.models import LanguageModel


def word_places(tokenizer: PreTrainedTokenizerFast, text: str, word: str) -> tuple[int, ...]:
    """Los lugares de los tokens que forman una palabra (o varias seguidas) de un texto; vacío si no aparece exactamente una vez."""
    found = list(re.finditer(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE))
    if len(found) != 1:
        return ()
    start, end = found[0].span()
    offsets = tokens.encoding(tokenizer, text).offsets
    return tuple(i for i, (left, right) in enumerate(offsets) if left < end and right > start)


def points_at(language_model: LanguageModel, source: str, target: str, words: Sequence[tuple[str, str]]) -> np.ndarray | None:
    """(capas, cabezas) de síes y noes: si al ir a escribir cada palabra la cabeza mira sobre todo a la suya, en todas las parejas.

    words: parejas (palabra de la traducción, palabra de la frase). De una palabra de varios tokens cuenta el primero que se escribe, y
    vale mirar a cualquiera de los suyos. None si alguna no está, o está más de una vez. Lanza ValueError si la red no da atención cruzada.
    """
    tokenizer = language_model.tokenizer
    places = [(word_places(tokenizer, target, written), word_places(tokenizer, source, looked)) for written, looked in words]
    if not all(written and looked for written, looked in places):
        return None
    weights = attention(language_model, source, target=target)["cross"].weights
    return np.all([np.isin(weights[:, :, written[0]].argmax(-1), looked) for written, looked in places], axis=0)
