"""El viaje de un token: de la entrada a la respuesta, capa a capa, con lo que el modelo diría si parara en cada una."""

from __future__ import annotations

from course_utils import theme
from course_utils.models import LanguageModel
from course_utils.widgets import assets, still
from course_utils.widgets.base import Base
from course_utils.widgets.reading import tail
from course_utils.widgets.travel import Travel


class TokenJourney(Base):
    """La cáscara del viaje; lo que hace está en `travel.Travel`."""

    _esm = assets.module("token_journey")
    _css = assets.stylesheet("token_journey")
    TITLE = "El viaje de un token"
    ACTIONS = ("hello", "read")

    def __init__(self, travel: Travel) -> None:
        self.travel = travel
        super().__init__()

    def show(self, position: int) -> None:
        """Elige desde Python el token que viaja, desde 0. ValueError si no existe."""
        self.travel.choose(position)
        self.send({"kind": "chosen", "position": position})

    def current(self) -> dict[str, object]:
        return self.travel.snapshot()

    def _on_read(self, text: str, target: str = "") -> dict[str, object]:
        self.travel.write(text, target)
        return self.current()

    def draw(self) -> bytes:
        travel = self.travel
        return still.journey(travel.lens, travel.levels, travel.position)

    def describe(self) -> str:
        travel = self.travel
        best = [travel.lens.top(level, travel.position, 1)[0] for level in range(len(travel.levels))]
        steps = " → ".join(f"{level}: «{one.label}» ({theme.percent(one.probability)})" for level, one in zip(travel.levels, best))
        return "\n".join(
            [
                "El viaje de un token por las capas del modelo.",
                f"Texto: «{tail(travel.text, 160)}»",
                f"Token elegido: «{travel.stream.labels[travel.position]}». La mejor apuesta de cada nivel:",
                f"  {steps}.",
                travel.summary(travel.position),
                "Ejecuta esta celda para elegir otro token.",
            ]
        )


def token_journey(
    language_model: LanguageModel, text: str = "", *, target: str | None = None, position: int | None = None
) -> TokenJourney:
    """El viaje de un token por las capas: la mejor apuesta en cada una (lente de logits) y lo que mueve cada parte.

    language_model: lo que devuelve `models.load`. text: el texto, que luego se puede cambiar; en un codificador, con [MASK] de hueco.
    target: en un codificador-decodificador, lo que escribe; sin él, lo que él diga. position: el token que viaja, desde 0 (sin
    él, el hueco o el último).
    Lanza ValueError si el texto tiene más de 128 tokens o si el lugar no existe.
    """
    return TokenJourney(Travel(language_model, text, target, position=position))
