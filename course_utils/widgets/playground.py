"""Taller de muestreo: cinco mandos, el reparto antes y después, y el texto que sale, token a token."""

from __future__ import annotations

from course_utils.models import LanguageModel
from course_utils.widgets import assets, still
from course_utils.widgets.base import Base
from course_utils.widgets.reading import tail
from course_utils.widgets.sampling import PANELS, Session
from course_utils.widgets.settings import describe

SAMPLE = 40  # tokens que se generan para la primera vista y la imagen fija


class SamplingPlayground(Base):
    """La cáscara del taller; lo que hace está en `sampling.Session`."""

    _esm = assets.module("sampling_playground")
    _css = assets.stylesheet("sampling_playground")
    TITLE = "Taller de muestreo"
    ACTIONS = ("hello", "move", "prompt", "start", "next", "look", "compare", "restart")

    def __init__(self, session: Session) -> None:
        self.session = session
        self._sample()
        super().__init__()

    def _sample(self) -> None:
        """Un primer texto con los ajustes del principio, para que nada más abrir haya algo que mirar."""
        reply = self.answer({"kind": "start", "panel": "A"})
        while reply["kind"] != "status" and not reply.get("finish") and len(self.session.runs["A"].steps) < SAMPLE:
            reply = self.answer({"kind": "next", "panel": "A"})
        if reply["kind"] == "status":
            self.session.notice = reply["status"]

    @property
    def settings(self) -> dict[str, float]:
        """Los ajustes del panel A."""
        return self.session.settings["A"].generation()

    def set(self, panel: str = "A", **values: object) -> None:
        """Mueve mandos desde Python: `taller.set(temperature=0.3, top_k=20)`. Lo que no vale se dice en la línea de estado."""
        _known(panel)
        self.send(self.answer({"kind": "move", "panel": panel, **values}))
        self.send({"kind": "controls", **self.current()})

    def current(self) -> dict[str, object]:
        return self.session.snapshot()

    def _panels(self, *names: str, **more: object) -> dict[str, object]:
        return {"kind": "panels", "panels": {name: self.session.panel(name) for name in names}, **more}

    def _on_move(self, panel: str, **values: object) -> dict[str, object]:
        return self._panels(panel, status=self.session.move(_known(panel), **values))

    def _on_look(self, panel: str, position: int) -> dict[str, object]:
        self.session.look(_known(panel), position)
        return self._panels(panel)

    def _on_prompt(self, text: str) -> dict[str, object]:
        notice = self.session.write(text)
        return {"kind": "prompt", **self.current(), "status": notice}

    def _on_start(self, panel: str) -> dict[str, object]:
        self.session.start(_known(panel))
        return {**self._panels(panel), "kind": "started", "panel": panel, "tail": tail(self.session.prompt, 160)}

    def _on_next(self, panel: str, count: int = 1) -> dict[str, object]:
        return {"kind": "tokens", **self.session.advance(_known(panel), count)}

    def _on_compare(self, on: bool) -> dict[str, object]:
        self.session.compare(bool(on))
        return self.current()

    def _on_restart(self) -> dict[str, object]:
        return self.session.restart()

    def draw(self) -> bytes:
        session = self.session
        chips = session.runs["A"].chips if "A" in session.runs else []
        return still.playground(session.panel("A"), chips, tail(session.prompt, 160))

    def describe(self) -> str:
        session, panel = self.session, self.session.panel("A")
        rows = [f"  {row['label']}: {row['before_text']} antes, {row['after_text']} después" for row in panel["rows"][:3]]
        run = session.runs.get("A")
        text = run.steps[-1].text if run and run.steps else ""
        settings = f"Taller de muestreo con {describe(session.settings['A'])}."
        return "\n".join(
            [settings, f"{panel['where']}:", *rows, panel["summary"], f"Un texto que sale: «{tail(session.prompt, 160)}{text}»"]
        )


def _known(panel: str) -> str:
    if panel not in PANELS:
        raise ValueError(f"No hay panel «{panel}»: los que hay son {' y '.join(PANELS)}.")
    return panel


def sampling_playground(language_model: LanguageModel, prompt: str = "", *, temperature: float = 0.8, top_k: int = 0, top_p: float = 1.0,
                        max_new_tokens: int = 40, seed: int = 0) -> SamplingPlayground:  # fmt: skip
    """Un taller de muestreo: prompt, cinco mandos, el reparto antes y después de los ajustes y el texto generado.

    language_model: lo que devuelve `models.load`. prompt: texto inicial (puede estar vacío).
    temperature: 0 a 2 (0 es voraz). top_k: cuántos tokens se quedan (0 lo apaga). top_p: 0 a 1 (1 lo apaga).
    max_new_tokens: 1 a 200. seed: misma semilla y mismos ajustes, mismo texto.
    Un ajuste que no vale se lleva al más cercano y se dice en la línea de estado. ValueError si `prompt` no es un texto.
    """
    settings = {"temperature": temperature, "top_k": top_k, "top_p": top_p, "max_new_tokens": max_new_tokens, "seed": seed}
    return SamplingPlayground(Session(language_model, prompt, settings))
