"""Modelos de n-gramas que miran hasta donde han visto algo: si la combinación larga falta, cuenta más la corta."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from course_utils.evaluation import Loss

Context = tuple[int, ...]


@dataclass(frozen=True)
class NGrams:
    """Las cuentas de un modelo de orden n: `tables[k][contexto]`, con contextos de k tokens, dice cuántas veces siguió cada token.

    Suaviza con la interpolación de Witten y Bell (1991): tras un contexto en el que han salido T tokens distintos en C veces, el resto
    de la probabilidad, T / (C + T), se reparte como diga el contexto con un token menos, y así hasta el reparto uniforme.
    """

    vocabulary: int
    tables: tuple[dict[Context, Counter], ...]

    @property
    def order(self) -> int:
        return len(self.tables)

    @property
    def parameters(self) -> int:
        """Cuántos números guarda: una cuenta por cada combinación vista."""
        return sum(len(row) for table in self.tables for row in table.values())

    def probability(self, token: int, before: Sequence[int]) -> float:
        """La de que `token` siga a `before`, de la que mira como mucho n − 1 tokens."""
        p = 1 / self.vocabulary
        for length, table in enumerate(self.tables):
            row = table.get(tuple(before[len(before) - length :])) if length <= len(before) else None
            if row is None:
                return p
            kinds, total = len(row), row.total()
            p = (row[token] + kinds * p) / (total + kinds)
        return p

    def favourite(self, before: Sequence[int]) -> int:
        """El token más probable."""
        return max(self._candidates(before), key=lambda token: self.probability(token, before))

    def _candidates(self, before: Sequence[int]) -> set[int]:
        """Los tokens que han seguido al contexto más largo conocido, y los más frecuentes de todos: entre ellos está el favorito."""
        rows = [table.get(tuple(before[len(before) - k :])) for k, table in enumerate(self.tables) if k <= len(before)]
        return {token for row in rows if row for token, _ in row.most_common(20)}

    def loss(self, rows: Sequence[Sequence[int]]) -> Loss:
        """Pérdida media por token de unas filas de ids, en nats; el primero de cada una no puntúa."""
        surprises = [-math.log(self.probability(row[i], row[:i])) for row in rows for i in range(1, len(row))]
        return Loss(sum(surprises) / len(surprises), len(surprises))

    def write(self, start: Sequence[int], end: int, *, most: int = 250, seed: int = 0) -> list[int]:
        """Lo que sigue a `start`, token a token, hasta `end` o hasta `most` tokens; da solo lo escrito, sin `end`."""
        rng, ids = random.Random(seed), list(start)
        while len(ids) < len(start) + most:
            token = self._draw(rng, ids)
            if token == end:
                break
            ids.append(token)
        return ids[len(start) :]

    def _draw(self, rng: random.Random, before: Sequence[int]) -> int:
        """Un token al azar: en cada orden, o sale de lo contado o se baja al contexto con uno menos."""
        for length in range(min(len(self.tables) - 1, len(before)), -1, -1):
            row = self.tables[length].get(tuple(before[len(before) - length :]))
            if row and rng.random() < row.total() / (row.total() + len(row)):
                return rng.choices(list(row), row.values())[0]
        return rng.randrange(self.vocabulary)


def count(rows: Sequence[Sequence[int]], order: int, vocabulary: int) -> NGrams:
    """Cuenta las combinaciones de hasta `order` tokens de unas filas de ids. Lanza ValueError si `order` no es 1 o más."""
    if isinstance(order, bool) or not isinstance(order, int) or order < 1:
        raise ValueError(f"El orden de un modelo de n-gramas es un entero de 1 o más y he recibido {order!r}.")
    tables: tuple[dict[Context, Counter], ...] = tuple({} for _ in range(order))
    for row in rows:
        for i in range(1, len(row)):
            for length in range(min(order - 1, i) + 1):
                tables[length].setdefault(tuple(row[i - length : i]), Counter())[row[i]] += 1
    return NGrams(vocabulary, tables)
