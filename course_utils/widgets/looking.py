"""La vista de atención sin pantalla: un modelo y un texto (o unos pesos ya calculados) entran, mapas rotulados salen."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from course_utils import inspection, theme
from course_utils.inspection import Attention
from course_utils.inspection.attending import check_index
from course_utils.models import LanguageModel
from course_utils.widgets.packing import layout, pack
from course_utils.widgets.reading import capture, sendable

LIMIT = 128  # tokens por lado
TITLES = {"encoder": "Codificador", "decoder": "Decodificador", "cross": "Atención cruzada"}
Source = LanguageModel | Attention | Mapping[str, Attention]


class Looking:
    """Lo que la vista recuerda: los textos, los mapas de atención y la cabeza elegida.

    Con un modelo, los textos se pueden cambiar; con unos pesos ya calculados, no. ValueError si algo no vale.
    """

    def __init__(
        self, source: Source, text: str = "", target: str | None = None, *, kind: str | None = None, layer: int = 0, head: int = 0
    ) -> None:
        self.language_model = source if isinstance(source, LanguageModel) else None
        self.text, self.target, self.version = sendable(text), sendable(target or ""), 0
        self.maps, self.notice = (_fitting(source), "") if self.language_model is None else self._read(self.text, self.target)
        self.kind = self.layer = self.head = None
        self.choose(kind or ("cross" if "cross" in self.maps else next(iter(self.maps))), layer, head)
        self.packet = pack(self.maps.values())

    def choose(self, kind: str, layer: int, head: int) -> None:
        """Elige la cabeza que se ve. Lanza ValueError si no existe."""
        if kind not in self.maps:
            raise ValueError(f"No hay atención «{kind}»: la que hay es {' o '.join(f'«{name}»' for name in self.maps)}.")
        self.maps[kind].head(layer, head)
        self.kind, self.layer, self.head = kind, int(layer), int(head)

    def write(self, text: str, target: str = "") -> None:
        """Lee otros textos; `target` vacío es lo que escriba el modelo. Si algo no vale, ValueError y nada cambia."""
        if self.language_model is None:
            raise ValueError("Esta vista enseña unos pesos ya calculados: para cambiar el texto, dale un modelo.")
        text, target = sendable(text), sendable(target)
        self.maps, self.notice = self._read(text, target)
        self.text, self.target, self.packet, self.version = text, target, pack(self.maps.values()), self.version + 1

    def _read(self, text: str, target: str) -> tuple[dict[str, Attention], str]:
        return capture(lambda: _fitting(inspection.attention(self.language_model, text, target=target.strip() or None)))

    @property
    def chosen(self) -> Attention:
        """El mapa que se ve."""
        return self.maps[self.kind]

    def snapshot(self) -> dict[str, object]:
        """Todo lo que hace falta para dibujar la vista, menos los pesos, que van en `packet`."""
        lonely = all(len(found.keys) == 1 for found in self.maps.values())
        hint = "Con un solo token no hay a quién más mirar: escribe algo más." if lonely else ""
        return {
            "fields": self._fields(),
            "maps": [layout(found) | {"title": self._title(found)} for found in self.maps.values()],
            "chosen": {"map": self.kind, "layer": self.layer, "head": self.head},
            "version": self.version,
            "status": " ".join(filter(None, [self.notice, hint])),
        }

    def _title(self, found: Attention) -> str:
        return TITLES[found.kind] if len(self.maps) > 1 else "Autoatención"

    def _fields(self) -> list[dict[str, str]]:
        if self.language_model is None:
            return []
        if self.language_model.role != "codificador-decodificador":
            return [{"name": "text", "label": "Texto", "value": self.text, "hint": ""}]
        return [
            {"name": "text", "label": "Texto que se lee", "value": self.text, "hint": ""},
            {"name": "target", "label": "Texto que se escribe", "value": self.target, "hint": "Vacío: lo que escriba el modelo"},
        ]


def sentence(found: Attention, layer: int, head: int, query: int, *, most: int = 3) -> str:
    """A quién mira sobre todo un token: ««duerme» mira a «gato» (62 %) y a «El» (20 %)»."""
    check_index("El token", query, len(found.queries))
    row = found.head(layer, head)[query]
    best = [key for key in np.argsort(-row, kind="stable")[:most] if row[key] >= 0.005]
    seen = [f"«{found.keys[key]}» ({theme.percent(row[key])})" for key in best]
    writing = f", para escribir «{found.written[query]}»," if found.written else ""
    return f"«{found.queries[query]}»{writing} mira a {' y a '.join(filter(None, [', a '.join(seen[:-1]), seen[-1]]))}"


def _fitting(source: object) -> dict[str, Attention]:
    """Los mapas de `source`, comprobado que lo son y que caben en la vista."""
    maps = {source.kind: source} if isinstance(source, Attention) else source
    if not isinstance(maps, Mapping) or not maps or not all(isinstance(found, Attention) for found in maps.values()):
        wanted = "un modelo (models.load) o lo que da inspection.attention"
        raise ValueError(f"Hace falta {wanted}, y has dado {type(source).__name__}.")
    longest = max(max(found.weights.shape[2:]) for found in maps.values())
    if longest > LIMIT:
        raise ValueError(f"El texto ocupa {longest} tokens y la vista de atención enseña hasta {LIMIT}: acórtalo.")
    if min(min(found.weights.shape) for found in maps.values()) == 0:
        raise ValueError("No hay ningún token que mirar: escribe algo de texto.")
    return dict(maps)
