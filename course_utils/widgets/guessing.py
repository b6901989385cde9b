"""¿Quién lo ha escrito?, sin pantalla: un texto por ronda y varios autores posibles; se elige uno y se dice quién era."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from course_utils.widgets.reading import sendable


@dataclass(frozen=True)
class Author:
    """Quien escribe: su nombre, lo que se cuenta de él al descubrirlo y sus textos."""

    name: str
    about: str
    texts: tuple[str, ...]


class Session:
    """Lo que el juego recuerda: las rondas, la que toca, lo elegido en ella y los aciertos. Cada método da datos que se pueden enviar."""

    def __init__(self, authors: Sequence[Author], *, rounds: int = 8, seed: int = 0) -> None:
        if len(authors) < 2 or len({one.name for one in authors}) < len(authors) or not all(one.texts for one in authors):
            raise ValueError(f"Hacen falta dos autores o más, con nombres distintos y algún texto cada uno, y he recibido {len(authors)}.")
        if isinstance(rounds, bool) or not isinstance(rounds, int) or rounds < 1:
            raise ValueError(f"El número de rondas es un entero de 1 o más y he recibido {rounds!r}.")
        self.authors, self.total, self.seed = tuple(authors), rounds, seed
        self.restart()

    def restart(self) -> dict[str, object]:
        """Otra partida, con otros textos."""
        rng = random.Random(self.seed)
        self.rounds = [(author, text) for author, text in _deal(rng, self.authors, self.total)]
        self.seed, self.at, self.guess, self.right = self.seed + 1, 0, "", []
        return self.snapshot()

    def choose(self, name: str) -> dict[str, object]:
        """Apuesta por un autor. Solo vale la primera de cada ronda."""
        if name not in {one.name for one in self.authors}:
            raise ValueError(f"No hay ningún autor «{name}»: elige entre {', '.join(one.name for one in self.authors)}.")
        if not self.guess:
            self.guess = name
            self.right.append(name == self.author.name)
        return self.snapshot()

    def following(self) -> dict[str, object]:
        """La ronda siguiente; si la de ahora no se ha contestado o es la última, no cambia nada."""
        if self.guess and self.at + 1 < len(self.rounds):
            self.at, self.guess = self.at + 1, ""
        return self.snapshot()

    @property
    def author(self) -> Author:
        """Quien ha escrito el texto de esta ronda."""
        return self.rounds[self.at][0]

    def snapshot(self) -> dict[str, object]:
        """Todo lo que hace falta para dibujar el juego; el autor no viaja hasta que se ha elegido."""
        return {
            "text": sendable(self.rounds[self.at][1]),
            "names": [one.name for one in self.authors],
            "guess": self.guess,
            "author": self.author.name if self.guess else "",
            "where": f"Texto {self.at + 1} de {len(self.rounds)}",
            "verdict": self._verdict() if self.guess else "",
            "score": _score(self.right),
            "last": self.at + 1 == len(self.rounds),
        }

    def _verdict(self) -> str:
        found = "¡Sí!" if self.guess == self.author.name else f"No era {self.guess}."
        return f"{found} Lo ha escrito {self.author.name}: {self.author.about}"


def _deal(rng: random.Random, authors: Sequence[Author], rounds: int) -> list[tuple[Author, str]]:
    """Reparte los textos sin repetir ninguno mientras queden, y a cada autor casi las mismas veces."""
    order: list[tuple[Author, str]] = []
    while len(order) < rounds:
        piles = [(one, rng.sample(one.texts, len(one.texts))) for one in authors]
        for turn in range(max(len(pile) for _, pile in piles)):
            some = [(one, pile[turn]) for one, pile in piles if turn < len(pile)]
            order += rng.sample(some, len(some))
    return order[:rounds]


def _score(right: Sequence[bool]) -> str:
    if not right:
        return "Aún no has apostado."
    return f"{sum(right)} de {len(right)} aciertos."


def author(name: str, about: str, texts: Sequence[str]) -> Author:
    """Un autor del juego; los textos vacíos no cuentan."""
    return Author(name, about, tuple(text for text in texts if text.strip()))


def authors(found: Mapping[str, tuple[str, Sequence[str]]]) -> list[Author]:
    """Los autores de un diccionario nombre → (lo que se cuenta de él, sus textos)."""
    return [author(name, about, texts) for name, (about, texts) in found.items()]
