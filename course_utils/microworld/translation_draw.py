"""Una gramática, dos maneras de recorrerla: sortear sus elecciones (escribir) o buscar las que dan un texto (leer).

Las reglas son funciones que piden elecciones con `pick` y dicen el español en orden con `say`; lo que devuelven es el inglés.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple, TypeVar

Option = TypeVar("Option")
ATOM = re.compile(r"\w+|[^\w\s]")
OPENING, CLOSING = "¿¡", ",.;:?!"


class Pair(NamedTuple):
    """Una expresión hecha, en las dos lenguas."""

    es: str
    en: str

    @property
    def spelt(self) -> frozenset[str]:
        return frozenset(self.es.lower().split()[:1])


class Combination(NamedTuple):
    """Dos cosas que van juntas en una frase: un adjetivo y su sustantivo, un verbo y su objeto, un molde y su tiempo."""

    kind: str
    first: str
    second: str

    @property
    def key(self) -> str:
        return f"{self.kind}|{self.first}|{self.second}"


class AdjectivePair(NamedTuple):
    """Adjetivo y sustantivo tal como se escriben en cada lengua."""

    es_noun: str
    es_adjective: str
    en_noun: str
    en_adjective: str


class Draw:
    """Lo que comparten quien escribe y quien lee: qué combinaciones y qué parejas de palabras se han usado."""

    def __init__(self) -> None:
        self.combinations: list[Combination] = []
        self.pairs: list[AdjectivePair] = []

    def pick(
        self, options: Sequence[Option], weights: Sequence[float] | None = None, words: Callable[[Option], Iterable[str]] | None = None
    ) -> Option:
        """Una de las opciones. Para leer deprisa, `words(opción)`, u `opción.spelt`, son palabras de las que alguna tiene que aparecer."""
        raise NotImplementedError

    def say(self, text: str) -> None:
        raise NotImplementedError

    def maybe(self, chance: float) -> bool:
        return self.pick((True, False), (chance, 1 - chance))

    def expression(self, options: Sequence[Pair]) -> str:
        """Dice una expresión hecha y devuelve su inglés."""
        chosen = self.pick(options)
        self.say(chosen.es)
        return chosen.en

    def note(self, kind: str, first: str, second: str) -> None:
        self.combinations.append(Combination(kind, first, second))


class Mismatch(Exception):
    """Por aquí no se llega a ninguna frase."""


class Writer(Draw):
    """Escribe: cada elección, al azar."""

    def __init__(self, generator: random.Random):
        super().__init__()
        self.generator, self.atoms = generator, []

    def pick(self, options, weights=None, words=None):
        if not options:
            raise Mismatch
        if weights is None:
            return options[int(self.generator.random() * len(options))]
        at = self.generator.random() * sum(weights)
        for option, weight in zip(options, weights):
            at -= weight
            if at < 0:
                return option
        return options[-1]

    def say(self, text):
        self.atoms += text.split()


class Reader(Draw):
    """Lee: repite las elecciones de `path` y, en la primera nueva, toma la primera que cabe y deja las otras en `pending`."""

    def __init__(self, atoms: list[str], path: tuple[int, ...], pending: list[tuple[int, ...]]):
        super().__init__()
        self.wanted, self.path, self.pending = atoms, path, pending
        self.words, self.at, self.step = frozenset(atoms), 0, 0

    def pick(self, options, weights=None, words=None):
        if self.step >= len(self.path):
            fitting = [i for i, option in enumerate(options) if self._fits(option, words)]
            if not fitting:
                raise Mismatch
            self.pending += [(*self.path, i) for i in reversed(fitting[1:])]
            self.path = (*self.path, fitting[0])
        chosen = options[self.path[self.step]]
        self.step += 1
        return chosen

    def _fits(self, option: object, words: Callable | None) -> bool:
        spelt = words(option) if words else getattr(option, "spelt", None)
        return spelt is None or not self.words.isdisjoint(spelt)

    def say(self, text):
        for atom in text.lower().split():
            if self.at >= len(self.wanted) or self.wanted[self.at] != atom:
                raise Mismatch
            self.at += 1


def readings(rule: Callable[[Draw], str], atoms: list[str], *, limit: int = 200_000) -> Iterator[str]:
    """El inglés de cada manera en que la regla puede decir esas palabras."""
    pending: list[tuple[int, ...]] = [()]
    for _ in range(limit):
        if not pending:
            return
        reader = Reader(atoms, pending.pop(), pending)
        try:
            said = rule(reader)
        except Mismatch:
            continue
        if reader.at == len(atoms):
            yield said


def split_spanish(text: str) -> list[str]:
    """Palabras y signos en minúscula, sin contracciones («al» son dos palabras): como las dice la gramática."""
    unfolded = {"al": ["a", "el"], "del": ["de", "el"], "e": ["y"]}
    return [part for atom in ATOM.findall(text.lower()) for part in unfolded.get(atom, [atom])]


def spanish(atoms: Iterable[str]) -> str:
    """La frase escrita: contracciones, «e» por «y» ante i, espacios y mayúsculas."""
    words: list[str] = []
    for atom in atoms:
        if atom == "el" and words and words[-1] in ("a", "de"):
            words[-1] = {"a": "al", "de": "del"}[words[-1]]
            continue
        if words and words[-1] == "y" and re.match("h?i[^aeou]", atom.lower()):
            words[-1] = "e"
        words.append(atom)
    return _written(words)


def english(text: str) -> str:
    """La frase escrita: «an» ante vocal, espacios y mayúsculas."""
    words = re.findall(r"[\w'-]+|[^\w\s]", text.replace("can not ", "cannot "))
    for index in range(len(words) - 1):
        if words[index] == "a" and re.match(r"[aeio]|u(?!se|ni)|hon", words[index + 1]):
            words[index] = "an"
    return _written(words)


def _written(words: list[str]) -> str:
    text, start = "", True
    for word in words:
        if text and word not in CLOSING and text[-1] not in OPENING:
            text += " "
        text += word[0].upper() + word[1:] if start else word
        start = word in ".?!" or (start and word in OPENING)
    return text
