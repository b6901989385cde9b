"""La tira del ruido al dibujo, sin pantalla: unos caminos que empiezan en nieve y acaban en dibujo, y qué ve el árbitro en cada momento."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from course_utils import flow, theme

if TYPE_CHECKING:
    from course_utils.flow import Painter

Judge = Callable[[np.ndarray], np.ndarray]
SAMPLES, MOST, MOMENTS, STEPS = 6, 12, 17, 32  # dibujos, los que caben, momentos que se guardan y pasos que se dan


@dataclass(frozen=True)
class Film:
    """Unos dibujos haciéndose: frames, (momentos, dibujos, alto, ancho, 3); times, el t de cada momento; y lo que ve el árbitro."""

    frames: np.ndarray
    times: tuple[float, ...]
    readings: tuple[tuple[str, ...], ...]
    recognised: tuple[int, ...]


def film(painter: Painter, kind: int, *, seed: int, samples: int = SAMPLES, judge: Judge | None = None) -> Film:
    """Pide `samples` dibujos de la clase `kind` y guarda 17 momentos del camino. `judge` da (N, clases) probabilidades a N imágenes."""
    path, every = flow.path(painter, [kind] * samples, steps=STEPS, seed=seed), STEPS // (MOMENTS - 1)
    frames, times = path.states[::every], tuple(map(float, path.times[::every]))
    if judge is None:
        return Film(frames, times, (), ())
    chances = judge(frames.reshape(MOMENTS * samples, -1)).reshape(MOMENTS, samples, -1)
    best = chances.argmax(-1)
    said = tuple(tuple(f"{painter.names[k]} {theme.percent(row[k])}" for k, row in zip(ks, rows)) for ks, rows in zip(best, chances))
    return Film(frames, times, said, tuple(int(n) for n in (best == kind).sum(1)))


class Denoising:
    """Lo que la tira recuerda: quién pinta, la clase, la semilla, el momento y la película que sale."""

    def __init__(self, painter: Painter, kind: str, *, seed: int = 0, samples: int = SAMPLES, judge: Judge | None = None) -> None:
        if isinstance(samples, bool) or not isinstance(samples, int) or not 1 <= samples <= MOST:
            raise ValueError(f"El número de dibujos (samples) va de 1 a {MOST} y he recibido {samples!r}.")
        self.painter, self.samples, self.judge = painter, samples, judge
        self.kind, self.seed, self.moment, self.film = "", 0, 0, None
        self.move(kind=kind, seed=seed, moment=MOMENTS - 1)

    def move(self, *, kind: str | None = None, seed: int | None = None, moment: int | None = None) -> bool:
        """Cambia la clase, la semilla o el momento; dice si ha habido que pintar otra vez. ValueError si algo no existe: nada cambia."""
        kind, seed = self.kind if kind is None else kind, self.seed if seed is None else seed
        moment = self.moment if moment is None else moment
        if kind not in self.painter.names:
            raise ValueError(f"No sé pintar «{kind}»: sé {', '.join(self.painter.names)}.")
        if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed < 2**31:
            raise ValueError(f"La semilla es un entero desde 0 y he recibido {seed!r}.")
        if isinstance(moment, bool) or not isinstance(moment, int) or not 0 <= moment < MOMENTS:
            raise ValueError(f"El momento va de 0 a {MOMENTS - 1} y he recibido {moment!r}.")
        again = self.film is None or (kind, seed) != (self.kind, self.seed)
        if again:
            self.film = film(self.painter, self.painter.names.index(kind), seed=seed, samples=self.samples, judge=self.judge)
        self.kind, self.seed, self.moment = kind, seed, moment
        return again

    def sentence(self, moment: int) -> str:
        """Lo que se ve en un momento, en una frase."""
        where = f"t = {theme.number(self.film.times[moment], 2)}"
        what = "pura nieve" if moment == 0 else "el dibujo acabado" if moment == MOMENTS - 1 else "a medio camino"
        if not self.film.recognised:
            return f"{where}: {what}."
        return f"{where}: {what}. El árbitro ve «{self.kind}» en {self.film.recognised[moment]} de {self.samples}."

    def view(self) -> dict[str, object]:
        """Lo que cambia al mover algo que obliga a pintar otra vez: la película entera, un byte por color."""
        levels = np.round(np.clip(self.film.frames, 0, 1) * 255).astype(np.uint8)
        return {
            "chosen": self.kind,
            "seed": self.seed,
            "moment": self.moment,
            "frames": base64.b64encode(levels.tobytes()).decode("ascii"),
            "readings": [list(row) for row in self.film.readings],
            "sentences": [self.sentence(moment) for moment in range(MOMENTS)],
        }

    def snapshot(self) -> dict[str, object]:
        """Todo lo que hace falta para dibujar la tira."""
        shape = {"moments": MOMENTS, "samples": self.samples, "side": int(self.film.frames.shape[2])}
        return {**shape, "names": list(self.painter.names), "times": [theme.number(t, 2) for t in self.film.times], **self.view()}

    def columns(self, count: int = 7) -> Sequence[int]:
        """Unos momentos repartidos por igual, para quien no pueda mover el mando."""
        return [round(i * (MOMENTS - 1) / (count - 1)) for i in range(count)]
