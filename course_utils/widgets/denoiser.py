"""Tira del ruido al dibujo: se elige qué pintar y se mueve el tiempo para ver cómo la nieve acaba siendo un dibujo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course_utils import theme
from course_utils.widgets import assets, still
from course_utils.widgets.base import Base
from course_utils.widgets.denoising import SAMPLES, Denoising, Judge
from course_utils.widgets.view import check

if TYPE_CHECKING:
    from course_utils.flow import Painter


class DenoisingStrip(Base):
    """La cáscara de la tira; lo que hace está en `denoising.Denoising`."""

    _esm = assets.module("denoising_strip")
    _css = assets.stylesheet("denoising_strip")
    TITLE = "De la nieve al dibujo"
    ACTIONS = ("hello", "move")

    def __init__(self, denoising: Denoising) -> None:
        self.denoising = denoising
        super().__init__()

    def set(self, **values: object) -> None:
        """Mueve desde Python: `tira.set(kind="pez", seed=3, moment=8)`. Lo que no vale se dice en la línea de estado."""
        self.send(self.answer({"kind": "move", "what": values}))

    def current(self) -> dict[str, object]:
        return self.denoising.snapshot()

    def _on_move(self, what: dict[str, object]) -> dict[str, object]:
        check(self.denoising.move, what)
        again = self.denoising.move(**what)
        return {"kind": "moved", "state": self.denoising.view() if again else {"moment": self.denoising.moment}}

    def draw(self) -> bytes:
        return still.denoising(self.denoising)

    def describe(self) -> str:
        one, film = self.denoising, self.denoising.film
        still = f" En la imagen, los {one.shown} primeros." if one.shown < one.samples else ""
        lines = [f"De la nieve al dibujo: {one.samples} dibujos de «{one.kind}», semilla {theme.number(one.seed)}.{still}"]
        lines += [one.sentence(moment) for moment in one.columns(3)]
        if film.readings:
            lines.append("Al final el árbitro ve: " + "; ".join(film.readings[-1]) + ".")
        lines.append(f"Sabe pintar: {', '.join(one.painter.names)}.")
        return "\n".join([*lines, "Ejecuta esta celda para mover el tiempo y pedir otros."])


def denoising_strip(
    painter: Painter, kind: str = "", *, seed: int = 0, samples: int = SAMPLES, judge: Judge | None = None
) -> DenoisingStrip:
    """Una tira de dibujos que salen de la nieve: un mando mueve el tiempo t de 0 a 1 y unos botones eligen qué pintar.

    painter: lo que devuelve `flow.painter`, ya entrenado. kind: el nombre de una clase; si no se da, la primera.
    seed: la nieve de partida. samples: cuántos dibujos, de 1 a 12. judge: una función que da a cada imagen, aplanada en una fila, una
    probabilidad por clase (por ejemplo, `predict_proba` de scikit-learn): su opinión se lee debajo de cada dibujo.
    Lanza ValueError si la clase no existe o un número no vale.
    """
    return DenoisingStrip(Denoising(painter, kind or painter.names[0], seed=seed, samples=samples, judge=judge))
