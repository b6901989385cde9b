"""La mezcla con la que se entrena el decodificador: de todo lo que el micromundo sabe escribir, cada clase en su proporción."""
import random
from collections.abc import Callable

from course_utils.microworld import code, facts, instructions, reviews, stories, translation


def _reviews(n: int, seed: int) -> list[str]:
    return [row.text for row in reviews.sample(n, seed=seed)]


def _pairs(n: int, seed: int) -> list[str]:
    """Una frase y su traducción, en los dos órdenes de líneas que luego se usan."""
    return [f"{row.es}\nEn inglés: {row.en}" for row in translation.sample(n, seed=seed)]


def _code(n: int, seed: int) -> list[str]:
    return [code.document(row) for row in code.sample(n, seed=seed)]


def _facts(n: int, seed: int) -> list[str]:
    return [facts.document(row) for row in facts.sample(n, seed=seed)]


# De cada cien documentos, cuántos son de cada clase. Los cuentos son los más largos: ocupan más de la mitad de los tokens.
SHARES: dict[str, tuple[int, Callable[[int, int], list[str]]]] = {
    "stories": (30, lambda n, seed: stories.sample(n, seed=seed)),
    "instructions": (18, lambda n, seed: instructions.documents(n, seed=seed)),
    "code": (20, _code),
    "translation": (14, _pairs),
    "facts": (8, _facts),
    "reviews": (10, _reviews),
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
