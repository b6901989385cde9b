"""El buscador de historias sin pantalla: entra una consulta y salen dos listas ordenadas, por significado y por palabras."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from course_utils import retrieval, theme
from course_utils.models import LanguageModel
from course_utils.widgets.reading import sendable

MOST, LONGEST = 500, 600  # textos; letras de una consulta
WAYS = {
    "meaning": ("Por significado", "el coseno de los vectores del codificador", "por significado"),
    "words": ("Por palabras", "las que comparten, y pesan más las raras (TF-IDF)", "por palabras"),
}
EMPTY = "Escribe una consulta para ordenar las historias."
NOTHING = "Ninguna historia comparte una palabra con la consulta: por palabras no hay nada que ordenar."


class Searching:
    """Lo que el widget recuerda: los textos, sus vectores y la consulta. Cada método devuelve datos que se pueden enviar tal cual."""

    def __init__(self, language_model: LanguageModel, texts: Sequence[str], query: str = "", *, shown: int = 5) -> None:
        self.texts = [sendable(text) for text in texts]
        if not 1 <= len(self.texts) <= MOST or not all(text.strip() for text in self.texts):
            raise ValueError(f"Hacen falta de 1 a {MOST} textos que no estén vacíos, y has dado {len(self.texts)}.")
        if isinstance(shown, bool) or not isinstance(shown, int) or not 1 <= shown <= 20:
            raise ValueError(f"De cada lista se enseñan de 1 a 20 textos y has pedido {shown!r}.")
        self.language_model, self.shown = language_model, min(shown, len(self.texts))
        self.vectors = retrieval.vectors(language_model, self.texts)
        self.query, self.notice = "", ""
        try:
            self.search(query)
        except ValueError as error:
            self.notice = str(error)

    def search(self, query: str) -> dict[str, object]:
        """Otra consulta. Una vacía deja las listas vacías; una demasiado larga no cambia nada."""
        query = sendable(query)
        if len(query) > LONGEST:
            raise ValueError(f"La consulta tiene {theme.number(len(query))} letras y caben {LONGEST}: acórtala.")
        self.query, self.notice = query, ""
        return self.snapshot()

    def scores(self) -> dict[str, np.ndarray]:
        """Por manera de buscar, la puntuación de cada texto; vacío si no hay consulta."""
        if not self.query.strip():
            return {}
        meaning = self.vectors @ retrieval.vectors(self.language_model, [self.query])[0]
        return {"meaning": meaning, "words": retrieval.by_words([self.query], self.texts)[0]}

    def snapshot(self) -> dict[str, object]:
        """Todo lo que hace falta para dibujar el widget."""
        scores = self.scores()
        orders = {way: np.argsort(-row, kind="stable").tolist() for way, row in scores.items()}
        places = {way: {text: place for place, text in enumerate(order, start=1)} for way, order in orders.items()}
        best = {way: [i for i in order[: self.shown] if self._counts(way, scores, i)] for way, order in orders.items()}
        found = {way: [self._row(i, way, scores, places) for i in chosen] for way, chosen in best.items()}
        return {
            "query": self.query,
            "total": len(self.texts),
            "columns": [{"way": way, "title": title, "hint": hint, "rows": found.get(way, [])} for way, (title, hint, _) in WAYS.items()],
            "summary": _summary(found) if scores else "",
            "status": self.notice or self._status(scores),
        }

    def _counts(self, way: str, scores: dict[str, np.ndarray], i: int) -> bool:
        return way == "meaning" or scores[way][i] > 0

    def _status(self, scores: dict[str, np.ndarray]) -> str:
        if not scores:
            return EMPTY
        return "" if scores["words"].any() else NOTHING

    def _row(self, i: int, way: str, scores: dict[str, np.ndarray], places: dict[str, dict[int, int]]) -> dict[str, object]:
        told = [
            f"{WAYS[one][2]}, puesto {places[one][i]} de {len(self.texts)} ({theme.number(float(scores[one][i]), 2)})"
            if self._counts(one, scores, i)
            else "por palabras, ninguna en común"
            for one in WAYS
        ]
        score = float(scores[way][i])
        return {
            "index": i,
            "place": places[way][i],
            "text": self.texts[i],
            "score": round(min(max(score, 0.0), 1.0), 4),
            "score_text": theme.number(score, 2),
            "spoken": f"«{self.texts[i]}» {'; '.join(told)}.",
        }


def _summary(found: dict[str, list[dict[str, object]]]) -> str:
    first = {way: rows[0]["index"] for way, rows in found.items() if rows}
    if len(first) < 2:
        return ""
    both = len({row["index"] for row in found["meaning"]} & {row["index"] for row in found["words"]})
    agree = first["meaning"] == first["words"]
    same = "Las dos ponen primera la misma historia" if agree else "Cada una pone primera una historia distinta"
    return f"{same}; de las que se ven, {both} {'está' if both == 1 else 'están'} en las dos listas."
