"""Analogías del micromundo («rey es a reina como zorro a…»): cuántas se cumplen en unos embeddings, y si eso quiere decir algo.

Acertar no basta: como las palabras de la pregunta no cuentan como respuesta, a menudo acierta también quien solo busca el vecino
de la tercera (Linzen, 2016; Rogers y otros, 2017). Por eso cada medida va con sus dos controles.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import TYPE_CHECKING

import numpy as np

from course_utils import embeddings
from course_utils.microworld import lexicon, verbs

if TYPE_CHECKING:
    from course_utils.models import LanguageModel

WordPairs = Sequence[tuple[str, str]]
FEWEST = 20  # preguntas: con menos, una proporción no dice nada
BATCH = 512


@dataclass(frozen=True)
class Score:
    """Cuántas analogías de una relación se cumplen, de cuántas preguntas, y cuántas aciertan los dos controles.

    neighbour: quien responde con el vecino más cercano de la tercera palabra, sin restar ni sumar nada.
    unrelated: quien resta y suma dos palabras de la misma clase, entre las que no hay relación («oso − rey + zorro»).
    """

    relation: str
    pairs: int
    questions: int
    held: int
    neighbour: int
    unrelated: int

    @property
    def rate(self) -> float:
        """Proporción de analogías que se cumplen; sin preguntas, nan."""
        return self.held / self.questions if self.questions else float("nan")

    @property
    def honest(self) -> bool:
        """Si se puede decir que la relación se cumple: al menos la mitad de las veces y el doble que el mejor control."""
        return self.questions >= FEWEST and self.rate >= 0.5 and self.held >= 2 * max(self.neighbour, self.unrelated)


def micro_world() -> dict[str, list[tuple[str, str]]]:
    """Las parejas de cada relación que el micromundo conoce: «zorro»–«zorra», «llave»–«llaves», «buscar»–«buscó»…"""
    words = lexicon.load()
    by_lemma: dict[str, dict[str, str]] = {}
    for noun in words.nouns:
        by_lemma.setdefault(noun.lemma, {})["plural" if noun.plural else noun.gender] = noun.text
    singular = [(forms.get("m") or forms.get("f"), forms["plural"]) for forms in by_lemma.values() if "plural" in forms]
    return {
        "masculino : femenino (seres)": [(forms["m"], forms["f"]) for forms in by_lemma.values() if {"m", "f"} <= forms.keys()],
        "singular : plural (cosas)": [(one, many) for one, many in singular if one and one != many],
        "masculino : femenino (adjetivos)": [(a.forms[0], a.forms[1]) for a in words.adjectives if a.forms[0] != a.forms[1]],
        "singular : plural (adjetivos)": [(a.forms[1], a.forms[3]) for a in words.adjectives],
        "infinitivo : pretérito": [(verb, verbs.conjugate(verb, "pret")) for verb in verbs.VERBS],
        "pretérito : su plural": [(verbs.conjugate(verb, "pret"), verbs.conjugate(verb, "pret3p")) for verb in verbs.VERBS],
        "pretérito : imperfecto": [(verbs.conjugate(verb, "pret"), verbs.conjugate(verb, "imp")) for verb in verbs.VERBS],
    }


def measure(language_model: LanguageModel, relations: Mapping[str, WordPairs] | None = None) -> list[Score]:
    """Cuántas analogías se cumplen en la tabla de embeddings de un modelo, relación por relación.

    Solo cuentan las parejas cuyas dos palabras son un token entero: el vector de una palabra partida no está en la tabla.
    relations: parejas por relación; sin ellas, las de `micro_world`.
    """
    vectors = embeddings.table(language_model)
    unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    known = (relations or micro_world()).items()
    return [_score(unit, vectors, name, id_pairs(language_model.tokenizer, pairs)) for name, pairs in known]


def id_pairs(tokenizer: object, pairs: WordPairs) -> list[tuple[int, int]]:
    """Las parejas, en ids, sin las que el tokenizador parte, las repetidas y las de una sola palabra."""
    found = ([embeddings.word_ids(tokenizer, word) for word in pair] for pair in pairs)
    whole = [(first[0], second[0]) for first, second in found if len(first) == len(second) == 1]
    return [(a, b) for a, b in dict.fromkeys(whole) if a != b]


def _score(unit: np.ndarray, vectors: np.ndarray, name: str, pairs: list[tuple[int, int]]) -> Score:
    asked = np.array(_questions(pairs), dtype=int).reshape(-1, 5)
    a, b, c, d, other = asked.T
    return Score(
        name,
        len(pairs),
        len(asked),
        _right(unit, vectors[b] - vectors[a] + vectors[c], asked[:, :3], d),
        _right(unit, vectors[c], asked[:, :3], d),
        _right(unit, vectors[other] - vectors[a] + vectors[c], asked[:, [0, 4, 2]], d),
    )


def _questions(pairs: list[tuple[int, int]]) -> list[tuple[int, ...]]:
    """Cada pareja con cada otra: (a, b, c, d) y la primera palabra de una tercera pareja, para el control."""
    found = []
    for i, j in permutations(range(len(pairs)), 2):
        third = next((k % len(pairs) for k in range(i + 1, i + len(pairs)) if k % len(pairs) != j), None)
        if third is not None and len({*pairs[i], *pairs[j]}) == 4:
            found.append((*pairs[i], *pairs[j], pairs[third][0]))
    return found


def _right(unit: np.ndarray, queries: np.ndarray, excluded: np.ndarray, answers: np.ndarray) -> int:
    """En cuántas preguntas (Q, d) la fila más parecida, sin contar las excluidas (Q, 3), es la respuesta (Q,)."""
    right = 0
    for start in range(0, len(queries), BATCH):
        some = slice(start, start + BATCH)
        cosines = queries[some] @ unit.T  # (B, V): el tamaño de la pregunta no cambia el orden
        np.put_along_axis(cosines, excluded[some], -np.inf, axis=1)
        right += int((cosines.argmax(axis=1) == answers[some]).sum())
    return right
