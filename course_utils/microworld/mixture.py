"""La mezcla con la que se entrena el decodificador: de todo lo que el micromundo sabe escribir, cada clase en su proporción.

Los cuentos van tal cual; lo demás empieza por una palabra que dice qué es (`Opinión:`, `Dato:`…, y el código, por `>>>` o `def`). Así
la primera palabra decide la clase, y la probabilidad de un cuento en la mezcla es exacta: la suya por la parte que le toca.
"""
import math
import random
from collections.abc import Callable

from course_utils.microworld import code, facts, instructions, reviews, stories, translation


def _reviews(n: int, seed: int) -> list[str]:
    return [f"Opinión: {row.text}" for row in reviews.sample(n, seed=seed)]


def _pairs(n: int, seed: int) -> list[str]:
    return [f"Español: {row.es}\nInglés: {row.en}" for row in translation.sample(n, seed=seed)]


def _code(n: int, seed: int) -> list[str]:
    return [code.document(row) for row in code.sample(n, seed=seed)]


def _facts(n: int, seed: int) -> list[str]:
    return [f"Dato: {facts.document(row)}" for row in facts.sample(n, seed=seed)]


def _instructions(n: int, seed: int) -> list[str]:
    return [f"Texto: {text}" for text in instructions.documents(n, seed=seed)]


# De cada cien documentos, cuántos son de cada clase. El código es la mitad, pero son textos cortos: los cuentos ocupan más tokens.
SHARES: dict[str, tuple[int, Callable[[int, int], list[str]]]] = {
    "stories": (20, lambda n, seed: stories.sample(n, seed=seed)),
    "instructions": (11, _instructions),
    "code": (50, _code),
    "translation": (8, _pairs),
    "facts": (4, _facts),
    "reviews": (7, _reviews),
}


def share(kind: str, n: int, *, seed: int) -> list[str]:
    """Los documentos de una clase que hay en `documents(n, seed=seed)`."""
    portion, draw = SHARES[kind]
    return draw(-(-n * portion // 100), seed)


def documents(n: int, *, seed: int) -> list[str]:
    """`n` documentos de la mezcla (n múltiplo de 50 da las proporciones exactas), desordenados y siempre los mismos para una semilla."""
    texts = [text for kind in SHARES for text in share(kind, n, seed=seed)]
    random.Random(seed).shuffle(texts)
    return texts[:n]


def story_log_probability(text: str) -> float:
    """Logaritmo de la probabilidad de que un documento de la mezcla sea este cuento, en nats: la del cuento por la parte de los cuentos."""
    return math.log(SHARES["stories"][0] / 100) + stories.log_probability(text)
