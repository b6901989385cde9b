"""Huecos de una palabra en un texto: la misma pregunta para las tres familias, que la leen cada una a su manera."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from course_utils import tokens

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

HOLE = "[MASK]"


@dataclass(frozen=True)
class Gap:
    """Un texto sin una de sus palabras, que ocupa un solo token: lo que hay antes, lo que falta y lo que hay después."""

    before: tuple[int, ...]
    word: int
    after: tuple[int, ...]

    def text(self, tokenizer: PreTrainedTokenizerFast) -> str:
        """El texto, con «[MASK]» en el lugar de la palabra."""
        return f"{tokens.text(tokenizer, self.before)} {HOLE}{tokens.text(tokenizer, self.after)}"


def gaps(rows: Sequence[Sequence[int]], tokenizer: PreTrainedTokenizerFast, *, last: bool = False, seed: int = 0) -> list[Gap]:
    """Un hueco por texto, al azar: nunca en la primera palabra y, salvo con `last`, con al menos dos tokens detrás.

    last: el hueco es la última palabra. Los textos en que no hay ningún sitio así se dejan.
    """
    rng, found = random.Random(seed), []
    for row in rows:
        places = [place for place in range(1, len(row)) if _whole_word(row, place, tokenizer)]
        places = [place for place in places if (place == len(row) - 1 if last else place < len(row) - 2)]
        if places:
            place = rng.choice(places)
            found.append(Gap(tuple(row[:place]), row[place], tuple(row[place + 1 :])))
    return found


def _whole_word(row: Sequence[int], place: int, tokenizer: PreTrainedTokenizerFast) -> bool:
    """Si ese token es una palabra entera: trae su espacio y el que lo sigue no la continúa."""
    piece = tokens.piece(tokenizer, row[place])
    following = tokens.piece(tokenizer, row[place + 1]) if place + 1 < len(row) else " "
    return piece[0] == " " and piece[1:].isalpha() and not following[0].isalnum()
