"""Juntar varios textos en cada fila de un lote, para no gastar cálculo en relleno."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch

from course_utils.evaluation import UNSCORED

Batch = dict[str, torch.Tensor]


def pack(rows: Sequence[Sequence[int]], width: int, *, labels: Sequence[Sequence[int]] | None = None) -> Batch:
    """Junta varios textos en cada fila de `width` tokens, sin que se vean entre ellos, para no gastar cálculo en relleno.

    rows: los ids de cada texto, con su token de inicio y su token de fin. labels: las etiquetas de cada uno, tan largas como sus ids y
    con −100 donde no se puntúa (si no se dicen, los mismos ids, menos el primero). Cada texto cuenta sus posiciones desde 0, y por eso
    transformers le oculta los vecinos. Devuelve {"input_ids", "labels", "position_ids"}, (B, width), con −100 donde no se puntúa. Lanza
    ValueError si un texto no cabe.
    """
    if longest := max((len(row) for row in rows if len(row) > width), default=0):
        raise ValueError(f"Hay un texto de {longest} tokens y en la fila caben {width}: acórtalo o usa filas más largas.")
    texts = [_Text(row, scored) for row, scored in zip(rows, labels or [[UNSCORED, *row[1:]] for row in rows], strict=True)]
    bins: list[list[_Text]] = []
    for text in sorted(texts, key=lambda text: len(text.ids), reverse=True):
        place = next((placed for placed in bins if sum(len(other.ids) for other in placed) + len(text.ids) <= width), None)
        bins.append([text]) if place is None else place.append(text)
    columns = zip(*(_row(placed, width) for placed in bins))
    return {name: torch.tensor(column) for name, column in zip(("input_ids", "labels", "position_ids"), columns)}


class _Text(NamedTuple):
    """Un texto por empaquetar: sus ids y sus etiquetas."""

    ids: Sequence[int]
    labels: Sequence[int]


def _row(texts: list[_Text], width: int) -> tuple[list[int], list[int], list[int]]:
    padding = width - sum(len(text.ids) for text in texts)
    filler = _Text([texts[0].ids[0]] * padding, [UNSCORED] * padding)
    whole = [*texts, filler]
    return (
        [token for text in whole for token in text.ids],
        [label for text in whole for label in text.labels],
        [place for text in whole for place in range(len(text.ids))],
    )
