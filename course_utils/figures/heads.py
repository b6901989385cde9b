"""A qué se dedica cada cabeza de atención: se mide sobre muchos cuentos, y se compara con mirar a todos por igual.

Un oficio es una regla que, para un token que mira, dice a cuáles debería mirar. La parte de su atención que una cabeza pone ahí, de
media, es su medida; la que pondría una cabeza que se repartiera por igual, la del azar.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from course_utils import inspection, tokens
from course_utils.microworld import lexicon, stories

if TYPE_CHECKING:
    from course_utils.models import LanguageModel

STORIES, SEED, LONGEST = 24, 2026, 96  # cuentos que se miden y cuántos tokens de cada uno
FIRST = 8  # antes de este lugar hay tan poco que mirar que cualquiera acierta
SHARE, LIFT = 0.3, 2.0  # para dar nombre a una cabeza: parte mínima de su atención y veces más que al azar
LINK, ITSELF, PREVIOUS, START, SENTENCE, SAME, MARKS = "enlace", "sí", "anterior", "inicio", "frase", "misma", "signos"
SAID = {
    LINK: "mira al sustantivo que va a repetir",
    ITSELF: "cada token se mira a sí mismo",
    PREVIOUS: "mira al token anterior",
    START: "mira al inicio",
    SENTENCE: "mira a su propia frase",
    SAME: "mira a la misma palabra, antes",
    MARKS: "mira a los signos de puntuación",
}


@dataclass(frozen=True)
class Text:
    """Un texto en tokens: sus ids y sus nombres."""

    ids: tuple[int, ...]
    labels: tuple[str, ...]

    def sentence(self, i: int) -> int:
        """El lugar donde empieza la frase del token i."""
        return next((j + 1 for j in range(i - 1, 0, -1) if self.labels[j].rstrip("»")[-1:] in {".", "!", "?"}), 1)


@dataclass(frozen=True, eq=False)
class Job:
    """Un oficio medido: la parte de atención de cada cabeza (capas, cabezas), la del azar y en cuántos casos."""

    name: str
    share: np.ndarray
    chance: float
    cases: int

    def best(self) -> tuple[int, int]:
        """La capa y la cabeza que mejor lo hacen."""
        layer, head = np.unravel_index(self.share.argmax(), self.share.shape)
        return int(layer), int(head)


@dataclass(frozen=True)
class Named:
    """Una cabeza con oficio: qué hace, con qué parte de su atención y cuánta sería al azar."""

    head: int
    job: str
    share: float
    chance: float

    @property
    def clarity(self) -> float:
        """Lo clara que está: mucha atención, y mucha más que al azar."""
        return self.share * float(np.log(self.share / self.chance))


def targets(text: Text, i: int) -> dict[str, list[int]]:
    """Los lugares a los que miraría el token i en cada oficio que le toca."""
    signs = [j for j in range(1, i + 1) if re.fullmatch(r"[^\w\s]+", text.labels[j])]
    found = {LINK: linked(text, i), START: [0], PREVIOUS: [i - 1], ITSELF: [i], SENTENCE: list(range(text.sentence(i), i + 1))}
    found |= {SAME: [j for j in range(1, i) if text.ids[j] == text.ids[i]], MARKS: signs}
    return {name: places for name, places in found.items() if places}


def linked(text: Text, i: int) -> list[int]:
    """Si lo que sigue al token i es un nombre que ya ha salido (y no ahora mismo), los lugares donde salió."""
    if i + 1 >= len(text.ids) or text.labels[i + 1] not in nouns():
        return []
    return [j for j in range(1, i - 3) if text.ids[j] == text.ids[i + 1]]


@lru_cache(maxsize=1)
def nouns() -> frozenset[str]:
    """Los personajes, cosas y lugares de los cuentos y los nombres propios."""
    words = lexicon.load()
    return frozenset(noun.text for noun in words.nouns) | {name.text for name in words.names}


@lru_cache(maxsize=2)
def jobs(decoder: LanguageModel) -> dict[str, Job]:
    """Cada oficio, medido en todas las cabezas sobre los mismos cuentos."""
    sums: dict[str, list] = {}
    for text in texts(decoder, STORIES):
        weights = inspection.attention(decoder, text.ids)["decoder"].weights  # (capas, cabezas, T, T)
        for i in range(FIRST, len(text.ids)):
            for name, places in targets(text, i).items():
                total = sums.setdefault(name, [0.0, 0.0, 0])
                total[0] = total[0] + weights[:, :, i, places].sum(-1)
                total[1:] = total[1] + len(places) / (i + 1), total[2] + 1
    return {name: Job(name, share / n, chance / n, n) for name, (share, chance, n) in sums.items()}


def texts(decoder: LanguageModel, n: int) -> Iterator[Text]:
    """n cuentos, cortados en tokens con el de inicio delante."""
    for story in stories.sample(n, seed=SEED):
        ids = tuple(tokens.prompt_ids(decoder.tokenizer, story)[:LONGEST])
        yield Text(ids, inspection.read(decoder, ids).labels)


def named(measured: dict[str, Job], layer: int) -> list[Named]:
    """Las cabezas de una capa con un oficio claro, de más a menos; cada oficio, a la cabeza que mejor lo hace."""
    options = [
        Named(head, job.name, float(share), job.chance)
        for job in measured.values()
        for head, share in enumerate(job.share[layer])
        if share >= SHARE and share >= LIFT * job.chance
    ]
    chosen: list[Named] = []
    for option in sorted(options, key=lambda option: -option.clarity):
        if option.head not in {other.head for other in chosen} and option.job not in {other.job for other in chosen}:
            chosen.append(option)
    return chosen


def layer_with_jobs(measured: dict[str, Job], *, most: int = 3) -> tuple[int, list[Named]]:
    """La capa cuyos oficios se ven mejor, y hasta tres de ellos. ValueError si en ninguna hay dos cabezas con oficio."""
    layers = len(next(iter(measured.values())).share)
    layer = max(range(layers), key=lambda layer: sum(option.clarity for option in named(measured, layer)[:most]))
    found = named(measured, layer)[:most]
    if len(found) < 2:
        raise ValueError("En ninguna capa del modelo hay dos cabezas con un oficio claro: la figura no tendría nada que nombrar.")
    return layer, found


@dataclass(frozen=True)
class Link:
    """Un token que va justo antes de un nombre repetido: su lugar, el nombre, dónde salió y cuánta atención le pone."""

    row: int
    word: str
    place: int
    share: float


@dataclass(frozen=True, eq=False)
class Example:
    """Un comienzo de cuento que acaba justo antes de repetir un nombre y que antes ha repetido otro."""

    text: Text
    weights: np.ndarray  # (capas, cabezas, T, T)
    links: tuple[Link, Link]


@lru_cache(maxsize=2)
def example(decoder: LanguageModel, head: tuple[int, int], least: float, *, longest: int = 22) -> Example:
    """El comienzo más corto, todo en palabras enteras, con dos nombres distintos repetidos en los que esa cabeza pone `least` o más.

    ValueError si no hay ninguno.
    """
    for text, places in sorted(_beginnings(decoder, longest), key=lambda option: len(option[0].ids)):
        weights = inspection.attention(decoder, text.ids)["decoder"].weights
        links = tuple(Link(i, word, j, float(weights[(*head, i, j)])) for i, word, j in places)
        if all(link.share >= least for link in links):
            return Example(text, weights, links)
    raise ValueError(
        f"El modelo «{decoder.name}» no mira a los nombres que va a repetir en ningún comienzo corto de cuento: ¿está bien entrenado?"
    )


def _beginnings(decoder: LanguageModel, longest: int) -> Iterator[tuple[Text, tuple[tuple[int, str, int], ...]]]:
    """Comienzos, sin repetir, que acaban antes del segundo nombre repetido, distinto del primero, y dónde se repiten."""
    seen: set[tuple[int, ...]] = set()
    for text in texts(decoder, 20 * STORIES):
        found = [(i, text.labels[i + 1], places[0]) for i in range(FIRST, min(longest, len(text.ids))) if (places := linked(text, i))]
        last = next((link for link in found if link[1] != found[0][1]), None)
        if last is None:
            continue
        begun = Text(text.ids[: last[0] + 1], text.labels[: last[0] + 1])
        if begun.ids not in seen and not any(label.startswith("-") for label in begun.labels):
            seen.add(begun.ids)
            yield begun, (found[0], last)
