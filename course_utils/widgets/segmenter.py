"""Explorador de tokenizadores: escribe y mira en qué piezas se corta, con qué ids y bytes, y con qué fusiones se ha llegado a ellas."""

from __future__ import annotations

from collections.abc import Mapping

from course_utils.widgets import assets, still
from course_utils.widgets.base import Base
from course_utils.widgets.segmenting import Segmenting

EXAMPLE = "El pingüino soñaba con el niño: ¿una piñata, 2 cigüeñas y un zorro 🦊?"


class TokenizerExplorer(Base):
    """La cáscara del explorador; lo que hace está en `segmenting.Segmenting`."""

    _esm = assets.module("tokenizer_explorer")
    _css = assets.stylesheet("tokenizer_explorer")
    TITLE = "Explorador de tokenizadores"
    ACTIONS = ("hello", "type", "mode", "step")

    def __init__(self, segmenting: Segmenting) -> None:
        self.segmenting = segmenting
        super().__init__()

    @property
    def text(self) -> str:
        """El texto que hay en la caja. Se puede cambiar desde Python: `explorador.text = "Había una vez"`."""
        return self.segmenting.text

    @text.setter
    def text(self, text: str) -> None:
        self.send(self.answer({"kind": "type", "text": text}) | {"force": True})

    def current(self) -> dict[str, object]:
        return self.segmenting.snapshot()

    def _on_type(self, text: str) -> dict[str, object]:
        return self.segmenting.write(text)

    def _on_mode(self, mode: str) -> dict[str, object]:
        return {"kind": "replay", **self.segmenting.choose(mode)}

    def _on_step(self, position: int) -> dict[str, object]:
        return {"kind": "replay", **self.segmenting.step(position)}

    def draw(self) -> bytes:
        return still.tokenizers(self.current())

    def describe(self) -> str:
        view = self.current()
        panels = [f"{one['name']} ({one['kind']}): {one['summary']}" for one in view["panels"]]
        pieces = [" | ".join(segment["text"] for segment in one["segments"][:24]) for one in view["panels"]]
        spent = [f"{one['language']}: " + ", ".join(f"{bar['text']} con {bar['name']}" for bar in one["bars"]) for one in view["languages"]]
        cut = [line for pair in zip(panels, pieces) for line in pair if line]
        last = [f"Tokens por palabra. {'; '.join(spent)}.", "Ejecuta esta celda para escribir tu texto."]
        return "\n".join(["Explorador de tokenizadores.", *cut, *last])


def tokenizer_explorer(
    first: object, second: object | None = None, text: str = EXAMPLE, *, languages: Mapping[str, str] | None = None
) -> TokenizerExplorer:
    """Un explorador de uno o dos tokenizadores: piezas con sus ids y bytes, tokens por palabra y fusiones de BPE paso a paso.

    first, second: lo que devuelve `models.load`, un tokenizador (de `transformers` o de `tokenizers`) o su carpeta; el segundo, para
    comparar. text: texto inicial (puede estar vacío).
    languages: un texto por lengua, {"español": "…", "inglés": "…"}, con el que se cuentan los tokens por palabra; sin él, cuatro
    artículos de la Declaración Universal de Derechos Humanos.
    Lanza ValueError si de ahí no sale un tokenizador o si `text` no es un texto.
    """
    return TokenizerExplorer(Segmenting([one for one in (first, second) if one is not None], text, languages))
