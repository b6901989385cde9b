"""Explorador del siguiente token: escribe un texto, mira las barras y añade una con un clic o con Intro."""

from __future__ import annotations

from course_utils.models import LanguageModel
from course_utils.widgets import assets, still
from course_utils.widgets.base import Base
from course_utils.widgets.exploration import Exploration


class NextTokenExplorer(Base):
    """La cáscara del explorador; lo que hace está en `exploration.Exploration`."""

    _esm = assets.module("next_token_explorer")
    _css = assets.stylesheet("next_token_explorer")
    TITLE = "Explorador del siguiente token"
    ACTIONS = ("hello", "type", "append", "undo", "reset")

    def __init__(self, exploration: Exploration) -> None:
        self.exploration = exploration
        super().__init__()

    @property
    def context(self) -> str:
        """El texto que hay en la caja. Se puede cambiar desde Python: `explorador.context = "Había una vez"`."""
        return self.exploration.view["context"]

    @context.setter
    def context(self, text: str) -> None:
        self.send(self.answer({"kind": "type", "text": text}) | {"force": True})

    def current(self) -> dict[str, object]:
        return self.exploration.snapshot()

    def _on_type(self, text: str) -> dict[str, object]:
        return self.exploration.write(text)

    def _on_append(self, id: int, text: str | None = None) -> dict[str, object]:
        return self.exploration.append(id, text)

    def _on_undo(self) -> dict[str, object]:
        return self.exploration.undo()

    def _on_reset(self) -> dict[str, object]:
        return self.exploration.reset()

    def draw(self) -> bytes:
        return still.explorer(self.current())

    def describe(self) -> str:
        view = self.current()
        rows = [_line(row) for row in view["rows"][:3]] + [f"  y {len(view['rows']) - 3} más, en la imagen."] * (len(view["rows"]) > 3)
        last = view["rest"]["label"].capitalize() + f" tokens: {view['rest']['model_text']}."
        return "\n".join(
            ["Explorador del siguiente token.", f"{view['where']}.", *rows, last, "Ejecuta esta celda para escribir tu propio texto."]
        )


def _line(row: dict[str, object]) -> str:
    truth = f" (de verdad, {row['truth_text']})" if row["truth_text"] else ""
    return f"  {row['label']}: {row['model_text']}{truth}"


def next_token_explorer(
    language_model: LanguageModel, context: str = "", *, truth: str | None = None, tokens: int = 8
) -> NextTokenExplorer:
    """Un explorador del siguiente token: caja de texto, barras del modelo y, con truth="stories", las de la verdad al lado.

    language_model: lo que devuelve `models.load`. context: texto inicial (puede estar vacío).
    truth: None, o «stories» para comparar con la distribución verdadera del micromundo de cuentos.
    tokens: cuántas barras se enseñan, de 1 a 30.
    Lanza ValueError si `context` no es un texto, si `truth` no existe o si `tokens` no vale.
    """
    return NextTokenExplorer(Exploration(language_model, context, truth=truth, rows=tokens))
