"""Dónde está cada token: posiciones sinusoidales, por su fórmula, o las que un modelo tiene guardadas, y cuánto se parecen dos."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from transformers import PreTrainedModel

    from course_utils.models import LanguageModel

LAYERS = ("wpe", "position_embeddings", "embed_positions", "position_embedding", "positional_embedding")
LAYOUTS = ("interleaved", "halves")
MEASURES = {"cosine": "coseno", "dot": "producto escalar"}
LEARNED, SINUSOIDAL, GIVEN = "aprendidas", "sinusoidales", "dadas"


@dataclass(frozen=True)
class Positions:
    """Un vector por posición, (N, d); de qué clase son y de dónde han salido."""

    vectors: np.ndarray
    kind: str
    origin: str


def sinusoidal(length: int, size: int, *, layout: str = "interleaved") -> np.ndarray:
    """Las posiciones de Vaswani y otros (2017): ondas de `size` / 2 frecuencias, (length, size).

    La pareja i de dimensiones vale sen(p / 10000^(2i / size)) y cos(p / 10000^(2i / size)) en la posición p.
    layout: «interleaved», seno y coseno alternados, como en el artículo; «halves», primero todos los senos, como en Marian.
    """
    if length < 1 or size < 2 or size % 2:
        raise ValueError(f"Hacen falta al menos una posición y un número par de dimensiones, y has pedido {length} y {size}.")
    if layout not in LAYOUTS:
        raise ValueError(f"No conozco el reparto «{layout}»: usa «interleaved» o «halves».")
    angles = np.arange(length)[:, None] / 10_000 ** (np.arange(0, size, 2) / size)  # (length, size / 2)
    waves = np.stack([np.sin(angles), np.cos(angles)], axis=-1 if layout == "interleaved" else 1)
    return waves.reshape(length, size)


def of(source: LanguageModel | PreTrainedModel | np.ndarray | str, *, length: int | None = None, size: int = 128) -> Positions:
    """Las posiciones de un modelo (las que suma a los embeddings), las de la fórmula («sinusoidal») o una tabla (N, d) tuya.

    length: cuántas posiciones como mucho. size: dimensiones, solo para «sinusoidal».
    Lanza ValueError si el modelo no suma posiciones, como los de posiciones rotatorias o relativas.
    """
    if length is not None and length < 1:
        raise ValueError(f"Has pedido {length} posiciones: pide al menos una.")
    found = _found(source, length, size)
    if found.vectors.ndim != 2 or not found.vectors.size:
        raise ValueError(f"Hace falta una tabla con un vector por posición, y esta es de forma {found.vectors.shape}.")
    return Positions(found.vectors[:length], found.kind, found.origin)


def _found(source: object, length: int | None, size: int) -> Positions:
    if isinstance(source, str):
        if source != "sinusoidal":
            raise ValueError(f"No conozco las posiciones «{source}»: usa «sinusoidal» o lo que devuelve models.load.")
        return Positions(sinusoidal(length or 128, size), SINUSOIDAL, "la fórmula de 2017")
    if hasattr(source, "shape") and not hasattr(source, "parameters"):
        return Positions(np.asarray(source, dtype=np.float32), GIVEN, "tu tabla")
    return _of_model(source)


def _of_model(source: object) -> Positions:
    network, name = (source.model, source.name) if hasattr(source, "tokenizer") else (source, type(source).__name__)
    if not hasattr(network, "named_modules"):
        raise ValueError(f"De un objeto {type(source).__name__} no salen posiciones: dame lo que devuelve models.load.")
    for path, layer in network.named_modules():
        weights = getattr(layer, "weight", None)
        if path.rpartition(".")[2] in LAYERS and weights is not None and weights.ndim == 2:
            vectors = weights.detach().float().cpu().numpy()[_skipped(layer) :]
            return Positions(vectors, SINUSOIDAL if is_sinusoidal(vectors) else LEARNED, name)
    raise ValueError(f"El modelo «{name}» no suma un vector por posición: {_instead(network)}.")


def _skipped(layer: object) -> int:
    """Filas del principio que no son posiciones: BART y OPT guardan dos de más; RoBERTa, las del relleno."""
    padding = getattr(layer, "padding_idx", None)
    return getattr(layer, "offset", 0) or (padding + 1 if padding else 0)


def _instead(network: object) -> str:
    config = network.config.get_text_config()
    if getattr(config, "rope_parameters", None) or getattr(config, "rope_theta", None):
        return "gira las consultas y las claves (posiciones rotatorias, RoPE), así que no hay tabla que enseñar"
    if getattr(config, "relative_attention_num_buckets", None):
        return "corrige la atención según la distancia (posiciones relativas), así que no hay tabla que enseñar"
    return "no encuentro en él ninguna capa de posiciones"


def is_sinusoidal(vectors: np.ndarray) -> bool:
    """Si una tabla es la de la fórmula, en cualquiera de los dos repartos: se mira lo que vale, no cómo se llama."""
    length, size = vectors.shape
    return size % 2 == 0 and any(np.allclose(vectors, sinusoidal(length, size, layout=layout), atol=2e-3) for layout in LAYOUTS)


def similarity(vectors: np.ndarray, position: int, *, measure: str = "cosine") -> np.ndarray:
    """Lo que se parece una posición a cada una, (N,), por coseno («cosine») o por producto escalar («dot»)."""
    if not 0 <= position < len(vectors):
        raise ValueError(f"La posición {position} no está en la tabla: van de 0 a {len(vectors) - 1}.")
    if measure not in MEASURES:
        raise ValueError(f"No conozco la medida «{measure}»: usa «cosine» o «dot».")
    dots = vectors @ vectors[position]
    if measure == "dot":
        return dots
    lengths = np.linalg.norm(vectors, axis=1) * np.linalg.norm(vectors[position])
    return np.divide(dots, lengths, out=np.zeros_like(dots), where=lengths > 0)
