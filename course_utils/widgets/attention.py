"""Vista de atención: elige una cabeza y recorre los tokens para ver a quién mira cada uno."""

from __future__ import annotations

from course_utils.widgets import assets, still
from course_utils.widgets.base import BinaryBase
from course_utils.widgets.looking import Looking, Source, sentence
from course_utils.widgets.reading import tail

SPOKEN = 3  # tokens que se cuentan en el texto alternativo


class AttentionView(BinaryBase):
    """La cáscara de la vista; lo que hace está en `looking.Looking`."""

    _esm = assets.module("attention_view")
    _css = assets.stylesheet("attention_view")
    TITLE = "Vista de atención"
    PRONOUN = "la"
    ACTIONS = ("hello", "read")

    def __init__(self, looking: Looking) -> None:
        self.looking = looking
        super().__init__()

    def show(self, kind: str | None = None, *, layer: int | None = None, head: int | None = None) -> None:
        """Elige una cabeza desde Python: `vista.show("cross", layer=1, head=0)`. ValueError si no existe."""
        before = self.looking
        chosen = (kind or before.kind, before.layer if layer is None else layer, before.head if head is None else head)
        before.choose(*chosen)
        self.send({"kind": "chosen", "chosen": self.current()["chosen"]})

    def current(self) -> dict[str, object]:
        return self.looking.snapshot()

    def packet(self) -> bytes:
        return self.looking.packet

    def _on_hello(self, version: int = -1) -> dict[str, object]:
        return {"kind": "ready"} if version == self.looking.version else self._everything()

    def _on_read(self, text: str, target: str = "") -> dict[str, object]:
        self.looking.write(text, target)
        return self._everything()

    def _everything(self) -> dict[str, object]:
        return {"kind": "snapshot", **self.current(), "buffers": [self.packet()]}

    def draw(self) -> bytes:
        looking = self.looking
        return still.attention(looking.chosen, looking.layer, looking.head)

    def describe(self) -> str:
        looking = self.looking
        found, queries = looking.chosen, range(len(looking.chosen.queries))
        layers, heads = found.weights.shape[:2]
        title = next(one["title"] for one in self.current()["maps"] if one["map"] == looking.kind)
        where = f"{title}, capa {looking.layer}, cabeza {looking.head} (hay {layers} capas de {heads} cabezas)."
        text = f"Texto: «{tail(looking.text, 160)}»" if looking.text else f"Tokens: {tail(' '.join(found.keys), 160)}"
        lines = [f"  {sentence(found, looking.layer, looking.head, query)}." for query in queries[-SPOKEN:]]
        first, last = "Vista de atención: a quién mira cada token.", "Ejecuta esta celda para recorrer los tokens."
        return "\n".join([first, text, where, *lines, last])


def attention_view(
    source: Source, text: str = "", *, target: str | None = None, kind: str | None = None, layer: int = 0, head: int = 0
) -> AttentionView:
    """Una vista de atención: todas las cabezas en pequeño, la elegida en grande y, token a token, a quién mira.

    source: lo que devuelve `models.load`, o los pesos que da `inspection.attention` (y entonces `text` sobra).
    text: el texto, que luego se puede cambiar. target: en un codificador-decodificador, lo que escribe; sin él, lo que él diga.
    kind: «encoder», «decoder» o «cross», si el modelo tiene varias. layer, head: la capa y la cabeza, desde 0.
    Lanza ValueError si el texto tiene más de 128 tokens, si la cabeza no existe o si el modelo no da pesos de atención.
    """
    return AttentionView(Looking(source, text, target, kind=kind, layer=layer, head=head))
