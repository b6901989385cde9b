"""Charla: se conversa con un modelo que tiene plantilla, y un medidor cuenta qué hay en la ventana y qué se ha quedado fuera."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from course_utils.models import LanguageModel
from course_utils.widgets import assets, talking_still
from course_utils.widgets.base import Base
from course_utils.widgets.talking import ROOM, Session, topics_of


class Chat(Base):
    """La cáscara de la charla; lo que hace está en `talking.Session`."""

    _esm = assets.module("chat")
    _css = assets.stylesheet("chat")
    TITLE = "Charla"
    ACTIONS = ("hello", "ask", "next", "stop", "forget", "attach", "resize")

    def __init__(self, session: Session, asked: Sequence[str] = ()) -> None:
        self.session = session
        for question in asked:
            self._answer(question)
        super().__init__()

    def _answer(self, question: str) -> str:
        self.session.ask(question)
        while self.session.running:
            self.session.advance(16)
        return self.session.turns[-1].answer

    def ask(self, question: str) -> str:
        """Pregunta desde Python y devuelve la respuesta entera; la pantalla la enseña."""
        answer = self._answer(question)
        self.send(self._snapshot())
        return answer

    def forget(self) -> None:
        """Vacía la charla."""
        self.send(self._on_forget())

    def attach(self, title: str) -> None:
        """Adjunta un texto a la próxima pregunta."""
        self.send(self._on_attach(title))

    def resize(self, window: int) -> None:
        """Cambia la ventana, en tokens."""
        self.send(self._on_resize(window))

    @property
    def turns(self) -> list[tuple[str, str]]:
        """Las preguntas y sus respuestas."""
        return [(turn.question, turn.answer) for turn in self.session.turns]

    def current(self) -> dict[str, object]:
        return self.session.snapshot()

    def _snapshot(self) -> dict[str, object]:
        return {"kind": "snapshot", **self.current()}

    def _on_ask(self, text: str) -> dict[str, object]:
        self.session.ask(text)
        return {**self._snapshot(), "kind": "asked"}

    def _on_next(self, count: int = 1) -> dict[str, object]:
        self.session.advance(count)
        return {"kind": "tokens", **self.session.progress()}

    def _on_stop(self) -> dict[str, object]:
        self.session.stop()
        return self._snapshot()

    def _on_forget(self) -> dict[str, object]:
        self.session.forget()
        return {**self._snapshot(), "status": "Olvidado: el modelo empieza de cero."}

    def _on_attach(self, title: str) -> dict[str, object]:
        self.session.attach(title)
        return self._snapshot()

    def _on_resize(self, window: int) -> dict[str, object]:
        self.session.resize(window)
        return self._snapshot()

    def draw(self) -> bytes:
        return talking_still.chat(self.current())

    def describe(self) -> str:
        view = self.current()
        last = [f"  — {turn['question']} — {turn['answer']}" for turn in view["turns"][-3:]]
        shares = ", ".join(f"{one['name']} {one['tokens']}" for one in view["meter"]["legend"])
        lines = [f"Charla con el modelo «{self.session.language_model.name}».", *(last or ["  (sin preguntas todavía)"]),
                 f"{view['meter']['summary']}", f"Reparto en tokens: {shares}.", *filter(None, [view["meter"]["lost"]]),
                 "Ejecuta esta celda para conversar."]  # fmt: skip
        return "\n".join(lines)


def chat(language_model: LanguageModel, *, texts: Mapping[str, str] | Sequence[str] | None = None, attached: str | None = None,
         asked: Sequence[str] = (), window: int | None = None, max_new_tokens: int = ROOM) -> Chat:  # fmt: skip
    """Una charla con un modelo que tiene plantilla de conversación, con un medidor de la ventana de contexto.

    texts: los textos de los que se puede hablar, {título: texto}; sin ellos, cuatro del micromundo. attached: el que va con la primera
    pregunta (si no se dice, el primero). asked: preguntas hechas ya al abrir. window: cuántos tokens de la ventana se usan (256 como
    mucho si no se dice). max_new_tokens: los que se guardan para cada respuesta. Responde siempre con decodificación voraz.
    Lanza ValueError si el modelo no tiene plantilla o algo no vale.
    """
    topics = topics_of(texts)
    first = attached if attached is not None else next(iter(topics), "")
    if first and first not in topics:
        raise ValueError(f"No hay ningún texto llamado «{first}»: los que hay son {', '.join(topics)}.")
    return Chat(Session(language_model, topics, first, window, max_new_tokens), asked)
