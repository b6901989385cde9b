"""Mirar dentro de una red: a qué atiende, qué vectores lleva y qué apuesta en cada capa. Todo sale como numpy.

Sirve para cualquier decodificador, codificador o codificador-decodificador de transformers, y lo deja como estaba:

    inspection.attention(modelo, "El gato negro")["decoder"].weights     # (capas, cabezas, T, T)
    inspection.residual_stream(modelo, "El gato negro").states           # (capas + 1, T, D)
    inspection.logit_lens(modelo, "El gato negro").top(level=2)          # las mejores apuestas tras dos capas

Las capas, las cabezas y los lugares se cuentan desde 0. En un codificador-decodificador, `target` es el texto de salida; sin
él, el que la red escribe (decodificación voraz).
"""

from __future__ import annotations

from course_utils.inspection.attending import Attention, attention
from course_utils.inspection.inputs import Inputs, read
from course_utils.inspection.lens import Guess, Lens, logit_lens
from course_utils.inspection.pointing import points_at, word_places
from course_utils.inspection.stream import ResidualStream, embedding_table, embeddings, residual_stream

__all__ = [
    "Attention", "Guess", "Inputs", "Lens", "ResidualStream", "attention", "embedding_table", "embeddings", "logit_lens", "points_at",
    "read", "residual_stream", "word_places",
]  # fmt: skip
