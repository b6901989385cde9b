"""Explorador de rangos: dónde se pone LoRA y con qué rango; cuánto ocupa, cuánto acierta y cuánto le falta al cambio recortado."""

from __future__ import annotations

from course_utils import ranks
from course_utils.ranks import Results
from course_utils.widgets import assets, ranking_still
from course_utils.widgets.base import Base
from course_utils.widgets.ranking import Ranking


class RankExplorer(Base):
    """La cáscara del explorador; lo que hace está en `ranking.Ranking`."""

    _esm = assets.module("rank_explorer")
    _css = assets.stylesheet("rank_explorer")
    TITLE = "Explorador de rangos"
    ACTIONS = ("hello", "choose")

    def __init__(self, ranking: Ranking) -> None:
        self.ranking = ranking
        super().__init__()

    def set(self, **values: object) -> None:
        """Elige desde Python: `vista.set(place="atención", rank=4)`. Lo que no vale se dice en la línea de estado."""
        self.send(self.answer({"kind": "choose", **values}))

    def current(self) -> dict[str, object]:
        return self.ranking.snapshot()

    def _on_choose(self, place: object = None, rank: object = None) -> dict[str, object]:
        return self.ranking.choose(place=place, rank=rank)

    def draw(self) -> bytes:
        return ranking_still.ranking(self.current())

    def describe(self) -> str:
        view = self.current()
        rows = [f"  {row['spoken']}." for row in view["rows"]]
        return "\n".join(["Explorador de rangos.", f"{view['place'].capitalize()}: {view['where']}", *rows, view["summary"], view["full"],
                          "Ejecuta esta celda para cambiar el rango y las matrices."])  # fmt: skip


def rank_explorer(results: Results | None = None, *, place: str = ranks.EVERY, rank: int = 8) -> RankExplorer:
    """Un explorador: elige en qué matrices se pone LoRA y con qué rango, y mira lo que ocupa y lo que acierta.

    results: los de `ranks.results()`, si no se dan otros. place: «atención», «feed-forward» o «todas». rank: uno de los medidos.
    Lanza ValueError, con una frase, si algo no vale.
    """
    return RankExplorer(Ranking(results or ranks.results(), place=place, rank=rank))
