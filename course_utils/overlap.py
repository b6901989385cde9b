"""Cuánto se solapan dos textos: la subsecuencia común más larga de sus palabras y la medida que sale de ella, ROUGE-L (Lin, 2004)."""

from __future__ import annotations

import re
from collections.abc import Sequence

WORD = re.compile(r"\w+")


def words(text: str) -> list[str]:
    """Las palabras de un texto, en minúscula y sin signos: «El zorro, ¿duerme?» → el, zorro, duerme."""
    return WORD.findall(text.casefold())


def common(one: Sequence[str], other: Sequence[str]) -> list[str]:
    """La subsecuencia común más larga: las palabras que están en las dos, en el mismo orden, aunque haya otras en medio."""
    best = [[0] * (len(other) + 1) for _ in range(len(one) + 1)]  # best[i][j]: la de one[i:] y other[j:]
    for i in reversed(range(len(one))):
        for j in reversed(range(len(other))):
            best[i][j] = best[i + 1][j + 1] + 1 if one[i] == other[j] else max(best[i + 1][j], best[i][j + 1])
    found, i, j = [], 0, 0
    while i < len(one) and j < len(other):
        if one[i] == other[j]:
            found.append(one[i])
            i, j = i + 1, j + 1
        elif best[i + 1][j] >= best[i][j + 1]:
            i += 1
        else:
            j += 1
    return found


def rouge_l(candidate: str, reference: str) -> float:
    """ROUGE-L entre 0 y 1: qué parte de cada texto es la subsecuencia común, y la media armónica de las dos partes.

    Si ninguno de los dos tiene palabras, vale 0.
    """
    mine, its = words(candidate), words(reference)
    shared = len(common(mine, its))
    return 2 * shared / (len(mine) + len(its)) if shared else 0.0
