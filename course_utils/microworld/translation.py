"""Traducciones: una gramática síncrona de español e inglés. Cada frase española tiene una sola traducción, que se sabe.

El español lleva el adjetivo detrás, calla el sujeto, concuerda en género y número y pregunta sin auxiliar; el inglés, no.
Lo que se puede leer y cambiar: `data/translation.txt` (las palabras) y los moldes de `translation_statements.py`,
`translation_being.py`, `translation_questions.py` y `translation_compounds.py`.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from course_utils.microworld import splits
from course_utils.microworld.translation_being import BEING
from course_utils.microworld.translation_compounds import COMPOUNDS
from course_utils.microworld.translation_draw import AdjectivePair, Combination, Mismatch, Writer, english, readings, spanish, split_spanish
from course_utils.microworld.translation_questions import QUESTIONS
from course_utils.microworld.translation_statements import STATEMENTS

PATTERNS = {**STATEMENTS, **BEING, **QUESTIONS, **COMPOUNDS}
SHORTEST, LONGEST = 4, 18  # palabras españolas
HELD_COMBINATIONS, HELD_SENTENCES = 14, 10  # una de cada tantas, para la prueba


@dataclass(frozen=True)
class Row:
    """`pattern`: el molde; `novelty`: las combinaciones reservadas que lleva; `pairs`: sus adjetivos y sustantivos en las dos lenguas."""

    es: str
    en: str
    pattern: str
    novelty: tuple[str, ...] = ()
    pairs: tuple[AdjectivePair, ...] = ()


def sample(n: int, *, seed: int = 0, split: str = "train") -> list[Row]:
    """`n` frases con su traducción. split: «train», «test» (frases nunca vistas) o «compositional» (combinaciones nunca vistas)."""
    splits.checked(split)
    generator = random.Random(f"{seed}")
    rows: list[Row] = []
    while len(rows) < n:
        row = _row(generator)
        if row and belongs(row) == split:
            rows.append(row)
    return rows


def _row(generator: random.Random) -> Row | None:
    writer = Writer(generator)
    pattern = writer.pick(tuple(PATTERNS), tuple(PATTERNS.values()))
    try:
        en = english(pattern(writer))
    except Mismatch:
        return None
    words = sum(atom[0].isalnum() for atom in writer.atoms)
    if not SHORTEST <= words <= LONGEST:
        return None
    return Row(spanish(writer.atoms), en, pattern.__name__, _novelty(writer.combinations), tuple(writer.pairs))


def _novelty(combinations: list[Combination]) -> tuple[str, ...]:
    held = (combination for combination in combinations if splits.held_out(combination.key, HELD_COMBINATIONS))
    return tuple(sorted({combination.key for combination in held}))


def belongs(row: Row) -> str:
    """La partición de una fila, que depende solo de lo que dice."""
    if row.novelty:
        return "compositional"
    return "test" if splits.held_out(row.es, HELD_SENTENCES) else "train"


def translations(es: str) -> set[str]:
    """Todas las traducciones que la gramática da a una frase: una, o ninguna si no es suya."""
    return set(_readings(es))


def _readings(es: str) -> Iterator[str]:
    atoms = split_spanish(es)
    for pattern in PATTERNS:
        yield from map(english, readings(pattern, atoms))


def translate(es: str) -> str | None:
    """La traducción de una frase, o None si la gramática no puede decirla."""
    return next(_readings(es), None)


def check(es: str, en: str) -> bool:
    """Si `en` es la traducción de `es`."""
    return en in translations(es)
