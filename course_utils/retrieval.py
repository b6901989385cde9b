"""Buscar entre muchos textos, por las palabras que comparten con la consulta o por lo que se parecen sus vectores; y medir el acierto."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from course_utils import tokens

if TYPE_CHECKING:
    from course_utils.models import LanguageModel

BATCH = 32  # textos que se leen juntos


def vectors(language_model: LanguageModel, texts: Sequence[str], *, batch: int = BATCH) -> np.ndarray:
    """(N, D): un vector por texto, de longitud 1: la media de los de sus tokens en la última capa. Así el coseno es el producto.

    De un texto que no cabe en la ventana se lee el principio. Lanza ValueError si el modelo no es un codificador.
    """
    import torch

    if language_model.role != "codificador":
        raise ValueError(f"El modelo «{language_model.name}» es un {language_model.role} y aquí hace falta un codificador; usa «encoder».")
    found = {}
    for chosen in tokens.by_length(texts, batch):
        rows = language_model.tokenizer(
            [texts[i] for i in chosen], padding=True, truncation=True, max_length=language_model.window, return_tensors="pt"
        )
        ids, mask = (rows[name].to(language_model.device) for name in ("input_ids", "attention_mask"))
        with torch.inference_mode():
            states = language_model.model.base_model(ids, attention_mask=mask).last_hidden_state.float()
        kept = mask[..., None]
        found |= zip(chosen, ((states * kept).sum(1) / kept.sum(1)).cpu().numpy())
    stacked = np.array([found[i] for i in range(len(texts))]).reshape(len(texts), language_model.model.config.hidden_size)
    return stacked / np.maximum(np.linalg.norm(stacked, axis=-1, keepdims=True), 1e-12)


def by_meaning(language_model: LanguageModel, queries: Sequence[str], texts: Sequence[str]) -> np.ndarray:
    """(Q, N): lo que se parece cada consulta a cada texto, el coseno de sus vectores."""
    return vectors(language_model, queries) @ vectors(language_model, texts).T


def by_words(queries: Sequence[str], texts: Sequence[str]) -> np.ndarray:
    """(Q, N): las palabras que comparten cada consulta y cada texto, y cuánto pesan: el coseno de sus TF-IDF.

    Pesan más las palabras que salen en pocos textos; las que no están en ninguno no cuentan (Spärck Jones, 1972).
    """
    from sklearn.feature_extraction.text import TfidfVectorizer

    counter = TfidfVectorizer(token_pattern=r"\w+").fit(texts)
    return (counter.transform(queries) @ counter.transform(texts).T).toarray()


def places(scores: np.ndarray, right: Sequence[int]) -> np.ndarray:
    """El puesto, desde 1, que ocupa el texto bueno de cada consulta. En un empate va detrás de los que lo igualan.

    scores: (Q, N), mayor cuanto mejor. right: (Q,), el índice del bueno. Lanza ValueError si no cuadran.
    """
    scores, right = np.asarray(scores, float), np.asarray(right, int)
    if scores.ndim != 2 or right.shape != scores.shape[:1]:
        raise ValueError(f"Las puntuaciones tienen forma {scores.shape} y hay {right.size} textos buenos: hace falta uno por consulta.")
    good = np.take_along_axis(scores, right[:, None], axis=1)
    return (scores >= good).sum(axis=1)


def recall(found: Sequence[int], k: int) -> float:
    """recall@k: de cuántas consultas está el texto bueno entre los k primeros. `found`: los puestos que da `places`."""
    if k < 1 or not len(found):
        raise ValueError(f"recall@{k} de {len(found)} consultas no se puede medir: k tiene que ser 1 o más, y debe haber alguna consulta.")
    return float((np.asarray(found) <= k).mean())
