"""Dónde mirar al modelo: comienzos de cuento elegidos por la forma de su reparto, no a mano.

Los pesos del modelo de bolsillo pueden cambiar; lo que una figura afirma («aquí duda», «aquí está seguro») no. Por eso
cada figura pide una forma (las probabilidades de los primeros candidatos, de mayor a menor) y aquí se busca, entre
muchos comienzos de cuentos, el contexto que más se le parece.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from course_utils import generation, tokens
from course_utils.figures import words
from course_utils.microworld import stories

if TYPE_CHECKING:
    from torch import Tensor

    from course_utils.models import LanguageModel

STORIES, SEED = 60, 2026  # comienzos de 60 cuentos
WORDS, LONGEST = range(4, 15), 72  # de 4 a 14 palabras y 72 caracteres como mucho: que se lean en un renglón
LOOK = 7  # candidatos que tienen que ser palabras enteras


@dataclass(frozen=True, eq=False)
class Context:
    """Un comienzo de cuento y lo que el modelo dice que sigue: logits (V,) y los candidatos de mayor a menor."""

    prompt: str
    logits: Tensor
    ids: tuple[int, ...]
    labels: tuple[str, ...]
    probabilities: np.ndarray  # (V,) de mayor a menor

    @property
    def entropy(self) -> float:
        """Entropía del reparto, en nats: 0 si está seguro; más cuanto más duda."""
        p = self.probabilities[self.probabilities > 0]
        return float(-(p * np.log(p)).sum())

    def after(self, n: int, **settings: float) -> list[float]:
        """Las probabilidades de los n primeros candidatos tras temperatura, top-k y top-p."""
        return generation.distribution(self.logits, **settings)[list(self.ids[:n])].tolist()

    def kept(self, **settings: float) -> int:
        """Cuántos tokens quedan tras temperatura, top-k y top-p."""
        return int((generation.distribution(self.logits, **settings) > 0).sum())


def find(language_model: LanguageModel, shape: Sequence[float], *, accept: Callable[[Context], bool] = lambda context: True) -> Context:
    """El contexto cuyos primeros candidatos más se parecen a `shape`, entre los que cumplen `accept`.

    ValueError si ninguno lo cumple: el modelo no muestra lo que la figura afirma.
    """
    options = [context for context in candidates(language_model) if accept(context)]
    if not options:
        raise ValueError(
            f"El modelo «{language_model.name}» no tiene ningún contexto como el que la figura necesita: ¿está bien entrenado?"
        )
    return min(options, key=lambda context: misfit(context.prompt, context.probabilities, shape))


def misfit(prompt: str, probabilities: Sequence[float], shape: Sequence[float]) -> float:
    """Cuánto se aparta un reparto de la forma pedida; a igualdad de forma, mejor el texto corto (100 letras pesan una décima)."""
    return float(np.abs(np.subtract(list(probabilities[: len(shape)]), shape)).sum()) + len(prompt) / 1000


def written(piece: str) -> str:
    """Cómo se nombra un token suelto: «bosque», o «far-» si no es una palabra entera."""
    word = piece.strip()
    return f"{word}-" if word.isalpha() and word not in _words() else word


@lru_cache(maxsize=2)
def candidates(language_model: LanguageModel) -> tuple[Context, ...]:
    """Todos los contextos cuyos primeros candidatos son palabras enteras."""
    seen = {context.prompt: context for group in _groups() for context in _look(language_model, group)}
    return tuple(filter(_readable, seen.values()))


def prefixes() -> list[str]:
    """Comienzos de cuento cortos, distintos y que acaban en palabra entera."""
    return list(dict.fromkeys(prompt for group in _groups() for prompt in group))


def _groups() -> list[list[str]]:
    """Los comienzos de cada cuento, del más corto al más largo."""
    told = [text.split(" ") for text in stories.sample(STORIES, seed=SEED)]
    begun = ([" ".join(story[:n]) for n in WORDS if n < len(story)] for story in told)
    return [[prompt for prompt in group if len(prompt) <= LONGEST] for group in begun]


def _look(language_model: LanguageModel, group: list[str]) -> Iterator[Context]:
    """Todos los comienzos de un cuento, con una sola lectura del más largo."""
    encoded = [tokens.encode(language_model, prompt) for prompt in group]
    rows = words.read(language_model, encoded[-1]).cpu()
    for prompt, ids in zip(group, encoded):
        if ids == encoded[-1][: len(ids)]:
            yield _context(language_model, prompt, rows[len(ids) - 1])


def _context(language_model: LanguageModel, prompt: str, logits: Tensor) -> Context:
    ranked = logits.softmax(dim=-1).sort(descending=True, stable=True)
    ids = tuple(ranked.indices.tolist())
    labels = tuple(tokens.label(language_model.tokenizer, i) for i in ids[: 4 * LOOK])
    return Context(prompt, logits, ids, labels, ranked.values.double().numpy())


def sensible(context: Context, n: int = 2) -> bool:
    """¿Son posibles de verdad, en el micromundo, los n primeros candidatos del modelo?"""
    return set(context.labels[:n]) <= set(stories.next_word(context.prompt))


def _readable(context: Context) -> bool:
    weighty = [label for label, p in zip(context.labels[:LOOK], context.probabilities) if p >= 0.003]
    return all(label in _words() for label in weighty) and len(set(weighty)) == len(weighty)


@lru_cache(maxsize=1)
def _words() -> frozenset[str]:
    """Las palabras que salen en los cuentos."""
    return frozenset(word for text in stories.sample(1500, seed=SEED) for word in re.findall(r"[^\W\d_]+", text))
