"""Dónde mirar al modelo: comienzos de cuento elegidos por la forma de su reparto, no a mano.

Los pesos del modelo de bolsillo pueden cambiar; lo que una figura afirma («aquí duda», «aquí está seguro») no. Por eso
cada figura pide una forma (las probabilidades de los primeros candidatos, de mayor a menor) y aquí se busca, entre
muchos comienzos de cuentos, el contexto que más se le parece.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from course_utils import generation, tokens
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
    return tuple(filter(_readable, (look(language_model, prompt) for prompt in prefixes())))


def prefixes() -> list[str]:
    """Comienzos de cuento cortos, distintos y que acaban en palabra entera."""
    split = [text.split(" ") for text in stories.sample(STORIES, seed=SEED)]
    found = (" ".join(words[:n]) for words in split for n in WORDS if n < len(words))
    return [prompt for prompt in dict.fromkeys(found) if len(prompt) <= LONGEST]


def look(language_model: LanguageModel, prompt: str) -> Context:
    """El contexto `prompt` tal como lo ve el modelo."""
    logits = generation.next_logits(language_model, prompt).cpu()
    ranked = logits.softmax(dim=-1).sort(descending=True, stable=True)
    ids = tuple(ranked.indices.tolist())
    labels = tuple(tokens.label(language_model.tokenizer, i) for i in ids[: 4 * LOOK])
    return Context(prompt, logits, ids, labels, ranked.values.double().numpy())


def _readable(context: Context) -> bool:
    weighty = [label for label, p in zip(context.labels[:LOOK], context.probabilities) if p >= 0.003]
    return all(label in _words() for label in weighty) and len(set(weighty)) == len(weighty)


@lru_cache(maxsize=1)
def _words() -> frozenset[str]:
    """Las palabras que salen en los cuentos."""
    return frozenset(word for text in stories.sample(1500, seed=SEED) for word in re.findall(r"[^\W\d_]+", text))
