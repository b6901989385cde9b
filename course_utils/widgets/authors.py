"""¿Quién lo ha escrito?: un juego para distinguir de oído un modelo de otro."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from course_utils import diagrams
from course_utils.widgets import assets, still
from course_utils.widgets.base import Base
from course_utils.widgets.guessing import Session, authors

WIDTH = 720.0  # puntos


class WhoWroteIt(Base):
    """La cáscara del juego; lo que hace está en `guessing.Session`."""

    _esm = assets.module("who_wrote_it")
    _css = assets.stylesheet("who_wrote_it")
    TITLE = "¿Quién lo ha escrito?"
    ACTIONS = ("hello", "choose", "following", "restart")

    def __init__(self, session: Session) -> None:
        self.session = session
        super().__init__()

    def current(self) -> dict[str, object]:
        return self.session.snapshot()

    def _on_choose(self, name: str) -> dict[str, object]:
        return self.session.choose(name)

    def _on_following(self) -> dict[str, object]:
        return self.session.following()

    def _on_restart(self) -> dict[str, object]:
        return self.session.restart()

    def draw(self) -> bytes:
        view = self.current()
        names = [(diagrams.chip(name, size=13.0), 8.0) for name in view["names"]]
        parts = [diagrams.text(f"{self.TITLE} {view['where']}.", 14.0, bold=True), diagrams.paragraph(view["text"], WIDTH, 13.0),
                 diagrams.flow(names, WIDTH, line_gap=8.0)]  # fmt: skip
        return still.diagram(diagrams.column(*parts, gap=10).framed(width=WIDTH).pad(18))

    def describe(self) -> str:
        view = self.current()
        told = view["verdict"] or f"Puede ser: {', '.join(view['names'])}."
        lines = [f"{self.TITLE} {view['where']}.", view["text"], told, view["score"], "Ejecuta esta celda para jugar."]
        return "\n".join(lines)


def who_wrote_it(writers: Mapping[str, tuple[str, Sequence[str]]], *, rounds: int = 8, seed: int = 0) -> WhoWroteIt:
    """Un juego: lee el texto, di quién lo ha escrito y compruébalo.

    writers: nombre → (lo que se cuenta de él al descubrirlo, sus textos). rounds: cuántos textos por partida. seed: el sorteo.
    Lanza ValueError si hay menos de dos autores, si alguno no tiene textos o si `rounds` no es un entero de 1 o más.
    """
    return WhoWroteIt(Session(authors(writers), rounds=rounds, seed=seed))
