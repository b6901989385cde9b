"""Vista de posiciones: la tabla como mapa de calor y, al elegir una posición, cuánto se le parece cada una de las demás."""

from __future__ import annotations

from course_utils.positions import MEASURES
from course_utils.widgets import assets, still
from course_utils.widgets.base import Base
from course_utils.widgets.placing import Placing


class PositionalView(Base):
    """La cáscara de la vista; lo que hace está en `placing.Placing`."""

    _esm = assets.module("positional_view")
    _css = assets.stylesheet("positional_view")
    TITLE = "Vista de posiciones"
    PRONOUN = "la"
    ACTIONS = ("hello", "move")

    def __init__(self, placing: Placing) -> None:
        self.placing = placing
        super().__init__()

    def set(self, **values: object) -> None:
        """Mueve desde Python: `vista.set(position=12, other=20, measure="dot")`. Lo que no vale se dice en la línea de estado."""
        self.send(self.answer({"kind": "move", **values}))

    def current(self) -> dict[str, object]:
        return self.placing.snapshot()

    def _on_move(self, position: int | None = None, other: int | None = None, measure: str | None = None) -> dict[str, object]:
        return {"kind": "moved", **self.placing.move(position=position, other=other, measure=measure)}

    def draw(self) -> bytes:
        return still.positions(self.placing)

    def describe(self) -> str:
        view = self.current()
        lines = [
            f"{one['title']} ({one['size']}): los valores van de −{one['limit']} (naranja) a {one['limit']} (azul). {curve['sentence']}"
            for one, curve in zip(view["tables"], view["curves"])
        ]
        chosen = f"Posición elegida: {view['position']}. Medida: {MEASURES[view['measure']]}."
        return "\n".join(["Vista de posiciones.", chosen, *lines, "Ejecuta esta celda para elegir otra posición."])


def positional_view(
    first: object, second: object | None = None, *, position: int = 10, measure: str = "cosine", length: int | None = None
) -> PositionalView:
    """Una vista de las posiciones de uno o dos modelos: mapa de calor y parecido de una posición elegida con todas.

    first, second: lo que devuelve `models.load`, una red de transformers, «sinusoidal» (la fórmula de 2017) o una tabla (N, d).
    position: la posición elegida; si no llega, la última. measure: «cosine» o «dot». length: cuántas posiciones, de 1 a 512.
    Lanza ValueError si un modelo no suma posiciones (las gira o las compara) o si algo no vale.
    """
    sources = [one for one in (first, second) if one is not None]
    return PositionalView(Placing(sources, position, measure=measure, length=length))
