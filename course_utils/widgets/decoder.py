"""Decodificador paso a paso: cómo se escribe una traducción, token a token, y a qué palabras de origen se mira para cada uno."""

from __future__ import annotations

from course_utils.models import LanguageModel
from course_utils.widgets import assets, decoding_still
from course_utils.widgets.base import Base
from course_utils.widgets.decoding import Session


class StepByStepDecoder(Base):
    """La cáscara del decodificador; lo que hace está en `decoding.Session`."""

    _esm = assets.module("step_by_step_decoder")
    _css = assets.stylesheet("step_by_step_decoder")
    TITLE = "Decodificador paso a paso"
    ACTIONS = ("hello", "type", "go", "pick", "search", "look")

    def __init__(self, session: Session) -> None:
        self.session = session
        super().__init__()

    @property
    def translation(self) -> str:
        """La traducción entera, con la estrategia elegida."""
        return self.session.translation

    @property
    def source(self) -> str:
        """La frase de origen. Se puede cambiar desde Python: `decodificador.source = "El perro duerme."`."""
        return self.session.source

    @source.setter
    def source(self, text: str) -> None:
        self.send(self.answer({"kind": "type", "text": text}) | {"force": True})

    def go(self, step: int) -> None:
        """Salta a un paso, contado desde 1."""
        self.send(self.answer({"kind": "go", "position": step - 1}))

    def current(self) -> dict[str, object]:
        return self.session.snapshot()

    def _on_type(self, text: str) -> dict[str, object]:
        return self.session.write(text)

    def _on_go(self, position: int) -> dict[str, object]:
        return self.session.go(position)

    def _on_pick(self, step: int, lane: int) -> dict[str, object]:
        return self.session.pick(step, lane)

    def _on_search(self, strategy: str | None = None, beams: int | None = None) -> dict[str, object]:
        return self.session.search(strategy, beams)

    def _on_look(self, layer: int, head: int | None = None) -> dict[str, object]:
        return self.session.look(layer, head)

    def draw(self) -> bytes:
        return decoding_still.decoder(self.current())

    def describe(self) -> str:
        view = self.current()
        chosen = [f"  {row['label']}: {row['percent']}" + (", el escrito" if row["chosen"] else "") for row in view["rows"][:2]]
        looked = sorted(view["pieces"], key=lambda piece: -piece["p"])[:3]
        seen = "Mira a: " + ", ".join(f"«{piece['text']}» {piece['percent']}" for piece in looked) + "." if looked else view["status"]
        title = f"Decodificador paso a paso, con decodificación voraz: «{self.source}» → «{self.translation.strip()}»."
        return "\n".join([title.replace("decodificación voraz", "búsqueda en haz") if view["strategy"] == "haz" else title,
                          f"{view['where']}", *chosen, seen, "Ejecuta esta celda para recorrer los pasos."])  # fmt: skip


def step_by_step_decoder(
    language_model: LanguageModel, source: str, *, strategy: str = "voraz", beams: int = 3, max_new_tokens: int = 48
) -> StepByStepDecoder:
    """Un decodificador paso a paso: la frase de origen con bandas de atención, la traducción en fichas y las barras de cada paso.

    language_model: un codificador-decodificador, como models.load("translator"). source: la frase de origen (puede estar vacía).
    strategy: «voraz», o «haz» para ver en carriles las hipótesis que siguen vivas; se cambia también en la pantalla.
    beams: cuántas hipótesis siguen vivas, de 2 a 6. max_new_tokens: cuántos tokens se escriben como mucho.
    Lanza ValueError si el modelo no es un codificador-decodificador o si algún ajuste no vale.
    """
    return StepByStepDecoder(Session(language_model, source, strategy=strategy, beams=beams, max_new_tokens=max_new_tokens))
