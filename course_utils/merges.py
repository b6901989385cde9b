"""BPE a mano (Sennrich y otros, 2016): aprender fusiones de un texto, o repetir las aprendidas, viendo cada paso.

Vive aparte de `tokens` porque aprende y aquel solo lee; y no usa ninguna biblioteca: el cuaderno escribe aquí su núcleo.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

WORD = r" ?\w+| ?[^\w\s]|\s+"  # como en el tokenizador del curso: cada palabra lleva consigo el espacio que la precede
Pair = tuple[str, str]
Word = tuple[str, ...]


@dataclass(frozen=True)
class Merge:
    """Una fusión: la pareja de piezas, cuántas veces sale, la pieza nueva y todas las palabras, ya reescritas, con sus veces."""

    pair: Pair
    count: int
    piece: str
    words: dict[Word, int]


def split(text: str) -> dict[Word, int]:
    """Las palabras de un texto, cortadas en letras, y cuántas veces sale cada una: {(" ", "s", "o", "l"): 2}."""
    if not isinstance(text, str):
        raise ValueError(f"Hace falta un texto, y has dado {type(text).__name__}: escríbelo entre comillas.")
    return {tuple(word): times for word, times in Counter(re.findall(WORD, text)).items()}


def pair_counts(words: Mapping[Word, int]) -> Counter[Pair]:
    """Cuántas veces sale cada pareja de piezas vecinas, contando las veces de cada palabra."""
    counts: Counter[Pair] = Counter()
    for word, times in words.items():
        for pair in zip(word, word[1:]):
            counts[pair] += times
    return counts


def merge(word: Word, pair: Pair) -> Word:
    """La palabra con la pareja fundida en una pieza allí donde sale, de izquierda a derecha: ("s", "o", "l") → ("so", "l")."""
    joined: list[str] = []
    i = 0
    while i < len(word):
        together = word[i : i + 2] == pair
        joined.append("".join(pair) if together else word[i])
        i += 2 if together else 1
    return tuple(joined)


def train(text: str | Mapping[Word, int], *, limit: int | None = None, min_count: int = 2) -> Iterator[Merge]:
    """Las fusiones que BPE aprende de un texto, una a una: siempre la pareja que más sale.

    A igualdad gana la pareja de piezas más antiguas: las letras, por orden alfabético, y luego lo fundido, por orden de llegada.
    text: un texto o sus palabras ya cortadas, como las da `split`. limit: cuántas fusiones como mucho. min_count: se para
    cuando ninguna pareja sale tantas veces.
    """
    words = split(text) if isinstance(text, str) else dict(text)
    age = {letter: i for i, letter in enumerate(sorted({piece for word in words for piece in word}))}
    done = 0
    while (limit is None or done < limit) and (counts := pair_counts(words)):
        pair = max(counts, key=lambda p: (counts[p], -age[p[0]], -age[p[1]]))
        if counts[pair] < min_count:
            return
        age.setdefault("".join(pair), len(age))
        step = _step(words, pair, counts[pair])
        yield step
        words, done = step.words, done + 1


def replay(words: Iterable[Word] | Mapping[Word, int], table: Sequence[Pair] | Mapping[Pair, int]) -> Iterator[Merge]:
    """Las fusiones ya aprendidas que actúan sobre unas palabras, en el orden en que se aprendieron: así corta BPE un texto nuevo.

    words: palabras cortadas en letras. table: las parejas por orden, o cada pareja con su puesto.
    """
    words = dict(words) if isinstance(words, Mapping) else dict(Counter(words))
    ranks = table if isinstance(table, Mapping) else {tuple(pair): i for i, pair in enumerate(table)}
    while known := {pair: times for pair, times in pair_counts(words).items() if pair in ranks}:
        pair = min(known, key=ranks.__getitem__)
        step = _step(words, pair, known[pair])
        yield step
        words = step.words


def _step(words: Mapping[Word, int], pair: Pair, count: int) -> Merge:
    return Merge(pair, count, "".join(pair), {merge(word, pair): times for word, times in words.items()})
