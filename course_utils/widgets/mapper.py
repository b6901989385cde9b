"""Mapa de embeddings: las palabras de un modelo en un plano; busca una y mira quién tiene cerca y qué analogías se cumplen."""

from __future__ import annotations

from collections.abc import Sequence

from course_utils.models import LanguageModel
from course_utils.widgets import assets, still
from course_utils.widgets.base import Base
from course_utils.widgets.mapping import WordMap


class EmbeddingMap(Base):
    """La cáscara del mapa; lo que hace está en `mapping.WordMap`."""

    _esm = assets.module("embedding_map")
    _css = assets.stylesheet("embedding_map")
    TITLE = "Mapa de embeddings"
    ACTIONS = ("hello", "project", "find", "pick", "analogy", "measure")

    def __init__(self, mapping: WordMap) -> None:
        self.mapping = mapping
        super().__init__()

    @property
    def word(self) -> str:
        """La palabra elegida. Se puede cambiar desde Python: `mapa.word = "rana"`."""
        return self.mapping.chosen.label

    @word.setter
    def word(self, word: str) -> None:
        self.send(self.answer({"kind": "find", "word": word}))

    def current(self) -> dict[str, object]:
        return self.mapping.snapshot()

    def _on_project(self, method: str) -> dict[str, object]:
        return self.mapping.project(method)

    def _on_find(self, word: str) -> dict[str, object]:
        return self.mapping.find(word)

    def _on_pick(self, index: int) -> dict[str, object]:
        return self.mapping.pick(index)

    def _on_analogy(self, a: str, b: str, c: str) -> dict[str, object]:
        return {"kind": "analogy", **self.mapping.analogy(a, b, c)}

    def _on_measure(self) -> dict[str, object]:
        return {"kind": "relations", **self.mapping.measure()}

    def draw(self) -> bytes:
        return still.word_map(self.current())

    def describe(self) -> str:
        view = self.current()
        near = ", ".join(f"{one['label']} ({one['cosine']})" for one in view["near"])
        lines = [
            f"{view['where']}.",
            f"Elegida: «{view['chosen']['label']}». {view['status']}".strip(),
            f"Las más parecidas, con su coseno: {near or 'ninguna'}.",
        ]
        seen = ", ".join(one["label"] for one in view["points"][:12])
        return "\n".join(["Mapa de embeddings.", *lines, f"Algunas del mapa: {seen}.", "Ejecuta esta celda para buscar otras palabras."])


def embedding_map(
    language_model: LanguageModel, words: Sequence[str] | None = None, *, word: str = "", method: str = "pca", limit: int = 300
) -> EmbeddingMap:
    """Un mapa de los embeddings de entrada: proyección en el plano, buscador, vecinas por coseno y analogías con su medida.

    language_model: lo que devuelve `models.load`. words: las palabras del mapa; sin ellas, las del micromundo que el modelo guarda
    enteras o, si son pocas, sus tokens más frecuentes. word: la que sale elegida. method: «pca» o «tsne» (con semilla fija).
    limit: cuántas palabras como mucho, de 1 a 600.
    Lanza ValueError si ninguna palabra es un token entero, si `method` no existe o si `limit` no vale.
    """
    return EmbeddingMap(WordMap(language_model, words, limit=limit, word=word, method=method))
