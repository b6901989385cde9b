"""El mapa de embeddings sin pantalla: palabras en un plano, la que se busca, sus vecinas y las analogías, con lo que valen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from course_utils import analogies, embeddings, theme, tokens
from course_utils.microworld import lexicon
from course_utils.widgets.reading import sendable

if TYPE_CHECKING:
    from course_utils.analogies import Score
    from course_utils.embeddings import Neighbour, Projection
    from course_utils.models import LanguageModel

LONGEST = 60  # letras que se enseñan de lo que se busca
FEWEST, MOST, NEAR = 40, 600, 8
METHODS = {"pca": "PCA", "tsne": "t-SNE"}


@dataclass(frozen=True)
class Found:
    """Una palabra buscada: cómo se enseña, su vector, sus ids y, si está en el mapa, su punto."""

    label: str
    vector: np.ndarray
    ids: tuple[int, ...]
    index: int | None


def map_words(tokenizer: object, words: Iterable[str] | None, limit: int) -> dict[str, int]:
    """Las palabras del mapa y sus ids: las dadas que son un token; sin ellas, las del micromundo, y si son pocas, tokens frecuentes."""
    if isinstance(limit, bool) or not isinstance(limit, int) or not 1 <= limit <= MOST:
        raise ValueError(f"El número de palabras (limit) va de 1 a {MOST} y he recibido {limit!r}.")
    if words is not None:
        found = embeddings.whole_words(tokenizer, [sendable(word) for word in words])
        if not found:
            raise ValueError("Ninguna de esas palabras es un token entero en este modelo: prueba con otras, más corrientes.")
        return _first(found, limit)
    found = embeddings.whole_words(tokenizer, common_words())
    if len(found) < FEWEST:
        found = embeddings.word_starts(tokenizer, limit=limit)
    if not found:
        raise ValueError("En el vocabulario de este modelo no hay palabras que dibujar: dáselas tú con words.")
    return _first(found, limit)


def _first(words: dict[str, int], limit: int) -> dict[str, int]:
    return dict(list(words.items())[:limit])


def common_words() -> list[str]:
    """Las palabras del micromundo, de todas las clases: seres, cosas, adjetivos, verbos y nombres propios."""
    words = lexicon.load()
    pairs = (word for relation in analogies.micro_world().values() for pair in relation for word in pair)
    return list(dict.fromkeys([*(noun.text for noun in words.nouns), *pairs, *(name.text for name in words.names)]))


class WordMap:
    """Lo que el mapa recuerda: la proyección, la palabra elegida y la última analogía."""

    def __init__(self, language_model: LanguageModel, words: Sequence[str] | None, *, limit: int, word: str, method: str) -> None:
        self.language_model, self.tokenizer = language_model, language_model.tokenizer
        self.vectors = embeddings.table(language_model)
        self.words = map_words(self.tokenizer, words, limit)
        self.labels, self.ids = list(self.words), list(self.words.values())
        self.place_of = {token_id: i for i, token_id in enumerate(self.ids)}
        self.chosen: Found | None = None
        self.scores: list[Score] | None = None
        self.status = ""
        self.projections: dict[str, Projection] = {}
        self.method = ""
        self.project(method)
        self.find(word or self.labels[0])

    def project(self, method: str) -> dict[str, object]:
        """Cambia de proyección: «pca» o «tsne». Si no se puede, todo sigue como estaba."""
        if method not in self.projections:
            self.projections[method] = embeddings.project(self.vectors[self.ids], method)
        self.method = method
        return self.snapshot()

    def find(self, word: str) -> dict[str, object]:
        """Elige una palabra, aunque no esté en el mapa. Si el tokenizador la parte, su vector es la media de los de sus tokens."""
        ids = embeddings.word_ids(self.tokenizer, sendable(word))
        label, place = " ".join(sendable(word).split())[:LONGEST], self.place_of.get(ids[0]) if len(ids) == 1 else None
        self.chosen = Found(label, self.vectors[ids].mean(axis=0), tuple(ids), place)
        self.status = "" if len(ids) == 1 else self._split(label, ids)
        if self.chosen.index is None and self._spot() is None:
            self.status = (
                f"{self.status} «{label}» no está en el mapa, y t-SNE no puede añadir puntos: mira sus vecinas en la lista.".strip()
            )
        return self.snapshot()

    def _split(self, label: str, ids: Sequence[int]) -> str:
        parts = " · ".join(tokens.label(self.tokenizer, i) for i in ids[:12])
        return f"Este modelo parte «{label}» en {len(ids)} tokens ({parts}): busco con la media de sus vectores."

    def pick(self, index: int) -> dict[str, object]:
        """Elige una palabra del mapa por su número."""
        if isinstance(index, bool) or not isinstance(index, int) or not 0 <= index < len(self.ids):
            raise ValueError(f"Las palabras del mapa van de la 0 a la {len(self.ids) - 1} y he recibido {index!r}.")
        self.chosen = Found(self.labels[index], self.vectors[self.ids[index]], (self.ids[index],), index)
        self.status = ""
        return self.snapshot()

    def neighbours(self) -> list[Neighbour]:
        """Los tokens de todo el vocabulario más parecidos a la palabra elegida."""
        return embeddings.neighbours(self.vectors, self.chosen.vector, k=NEAR, exclude=self.chosen.ids)

    def analogy(self, a: str, b: str, c: str) -> dict[str, object]:
        """«a es a b como c es a…»: los cinco tokens que mejor responden. ValueError si alguna palabra no es un token entero."""
        ids = [self._whole(word) for word in (a, b, c)]
        found = embeddings.analogy(self.vectors, *ids)
        best = tokens.label(self.tokenizer, found[0].index) if found else "nada"
        question = f"{a.strip()} es a {b.strip()} como {c.strip()} es a… {best}"
        return {"question": question, "answers": [self._near(one) for one in found], "worth": self._worth(ids[0], ids[1])}

    def _whole(self, word: str) -> int:
        ids = embeddings.word_ids(self.tokenizer, sendable(word))
        if len(ids) > 1:
            raise ValueError(f"Este modelo parte «{word.strip()}» en {len(ids)} tokens: en una analogía solo valen palabras de un token.")
        return ids[0]

    def measure(self) -> dict[str, object]:
        """Cuántas analogías del micromundo se cumplen en este modelo, relación por relación, y un ejemplo de las que se cumplen."""
        if self.scores is None:
            self.scores = [score for score in analogies.measure(self.language_model) if score.questions]
        return {"relations": [_relation(score) for score in self.scores], "verdict": self._verdict(), "example": self._example()}

    def _verdict(self) -> str:
        good = [score.relation for score in self.scores if score.honest]
        if not self.scores:
            return "En este modelo no hay bastantes palabras del micromundo con un token entero: no se puede medir."
        return f"Se cumple: {', '.join(good)}." if good else "Ninguna relación se cumple lo bastante como para fiarse de ella."

    def _example(self) -> list[str]:
        """Tres palabras para probar: una pregunta acertada de una relación que se cumple. Si no hay relación, nada."""
        for score in (one for one in self.scores if one.honest):
            pairs = analogies.id_pairs(self.tokenizer, analogies.micro_world()[score.relation])
            for (a, b), (c, d) in zip(pairs, pairs[1:]):
                if embeddings.analogy(self.vectors, a, b, c, k=1)[0].index == d:
                    return [tokens.label(self.tokenizer, i) for i in (a, b, c)]
        return []

    def _worth(self, a: int, b: int) -> str:
        """Lo que vale una analogía: lo medido en su relación, si la pareja es de alguna."""
        relations = {name: analogies.id_pairs(self.tokenizer, pairs) for name, pairs in analogies.micro_world().items()}
        name = next((name for name, pairs in relations.items() if (a, b) in pairs), None)
        if name is None:
            return "Esta pareja no es de ninguna relación medida: un acierto suelto no prueba nada."
        self.measure()
        score = next((one for one in self.scores if one.relation == name), None)
        return (
            f"Lo medido en este modelo: {_relation(score)['text']}" if score else "De esta relación no hay bastantes palabras para medirla."
        )

    def _near(self, one: Neighbour) -> dict[str, object]:
        label, bar = tokens.label(self.tokenizer, one.index), round(max(one.cosine, 0.0), 4)
        return {"label": label, "cosine": theme.number(one.cosine, 2), "p": bar, "index": self.place_of.get(one.index)}

    def _spot(self) -> list[float] | None:
        """Dónde está la palabra elegida, en el cuadro del mapa (0 a 1): su punto, o el que le toca en PCA, aunque caiga fuera."""
        projection = self.projections[self.method]
        where = projection.points[self.chosen.index] if self.chosen.index is not None else projection.place(self.chosen.vector)
        return None if where is None else [round(float(one), 4) for one in np.clip(self._framed(where[None])[0], -0.02, 1.02)]

    def _framed(self, points: np.ndarray) -> np.ndarray:
        """Los puntos en un cuadro de 0 a 1, con la y hacia abajo; si todos caen en el mismo sitio, en el centro."""
        reference = self.projections[self.method].points
        low, size = reference.min(axis=0), np.ptp(reference, axis=0)
        framed = np.divide(points - low, size, out=np.full_like(points, 0.5), where=size > 1e-9)
        return np.column_stack([framed[:, 0], 1 - framed[:, 1]])

    def where(self) -> str:
        """Qué se está viendo, en una línea."""
        explained = self.projections[self.method].explained
        share = theme.percent(sum(explained))
        kept = f"; los dos ejes conservan el {share} de la varianza" if explained else "; solo la cercanía quiere decir algo"
        count = "1 palabra" if len(self.ids) == 1 else f"{theme.number(len(self.ids))} palabras"
        return f"{self.language_model.name}: {count} de {self.vectors.shape[1]} dimensiones a 2, con {METHODS[self.method]}{kept}"

    def snapshot(self) -> dict[str, object]:
        """Todo lo que hace falta para dibujar el mapa."""
        framed = self._framed(self.projections[self.method].points)
        return {
            "points": [{"label": label, "x": round(float(x), 4), "y": round(float(y), 4)} for label, (x, y) in zip(self.labels, framed)],
            "method": self.method,
            "methods": [{"id": name, "title": title} for name, title in METHODS.items()],
            "chosen": None if self.chosen is None else {"label": self.chosen.label, "index": self.chosen.index, "spot": self._spot()},
            "near": [] if self.chosen is None else [self._near(one) for one in self.neighbours()],
            "where": self.where(),
            "status": self.status,
        }


def _relation(score: Score) -> dict[str, object]:
    good, near, other = (theme.percent(n / score.questions) for n in (score.held, score.neighbour, score.unrelated))
    controls = f"con solo el vecino, {near}; con dos palabras sin relación, {other}"
    text = f"{score.relation}: {good} de {theme.number(score.questions)} preguntas; {controls}.".replace(" %", "\u00a0%")
    return {"text": text, "honest": score.honest}
