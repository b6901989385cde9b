"""Buscador de historias: escribe una consulta y compara qué historias encuentra quien mira el significado y quien mira las palabras."""

from __future__ import annotations

from collections.abc import Sequence

from course_utils.models import LanguageModel
from course_utils.widgets import assets, searching_still
from course_utils.widgets.base import Base
from course_utils.widgets.searching import Searching


class StorySearch(Base):
    """La cáscara del buscador; lo que hace está en `searching.Searching`."""

    _esm = assets.module("story_search")
    _css = assets.stylesheet("story_search")
    TITLE = "Buscador de historias"
    ACTIONS = ("hello", "type")

    def __init__(self, searching: Searching) -> None:
        self.searching = searching
        super().__init__()

    @property
    def query(self) -> str:
        """La consulta que hay en la caja. Se puede cambiar desde Python: `buscador.query = "Un loro vive con la pintora"`."""
        return self.searching.query

    @query.setter
    def query(self, query: str) -> None:
        self.send(self.answer({"kind": "type", "text": query}) | {"force": True})

    def current(self) -> dict[str, object]:
        return self.searching.snapshot()

    def _on_type(self, text: str) -> dict[str, object]:
        return self.searching.search(text)

    def draw(self) -> bytes:
        return searching_still.search(self.current())

    def describe(self) -> str:
        view = self.current()
        query = " ".join(view["query"].split())
        lines = [f"Consulta: «{query}», entre {view['total']} historias." if query else view["status"]]
        for column in view["columns"]:
            best = " · ".join(f"{row['score_text']} {' '.join(row['text'].split())}" for row in column["rows"][:2])
            lines.append(f"{column['title']}, las primeras: {best or 'ninguna'}")
        last = [view["summary"] or "Sin nada que comparar.", "Ejecuta esta celda para buscar otra cosa."]
        return "\n".join(["Buscador de historias.", *lines, *last])


def story_search(language_model: LanguageModel, texts: Sequence[str], query: str = "", *, shown: int = 5) -> StorySearch:
    """Un buscador: una caja para la consulta y dos listas, por significado y por palabras, cada historia con su parecido.

    language_model: un codificador de `models.load`. texts: las historias, hasta 500. query: la consulta del principio (puede estar vacía).
    shown: cuántas se enseñan de cada lista, de 1 a 20.
    Lanza ValueError si el modelo no es un codificador o si los textos no valen.
    """
    return StorySearch(Searching(language_model, texts, query, shown=shown))
