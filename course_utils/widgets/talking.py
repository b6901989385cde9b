"""La charla sin pantalla: preguntas y respuestas entran, y salen los turnos y el reparto de la ventana en tokens, como datos corrientes."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from course_utils import dialogues, generation, theme, tokens
from course_utils.microworld import splits, tasks
from course_utils.models import LanguageModel, WindowError
from course_utils.widgets.reading import capture, sendable

ROOM = 40  # tokens que se guardan para la respuesta
WINDOWS = (96, 128, 192, 256)
LEAST = 64  # la menor ventana que se admite
KINDS = {"cuento": "Un cuento", "cuarto": "Un cuarto", "nota": "Una nota", "agenda": "Una agenda"}
LISTING = "Haz una lista de los lugares que se nombran."
PARTS = {"template": "plantilla", "text": "textos", "question": "preguntas", "answer": "respuestas", "free": "sitio que queda"}
ENDINGS = {"límite": "ha llegado al máximo de tokens por respuesta", "ventana": "no cabe ni un token más en la ventana", "parada": "parada"}


@dataclass(frozen=True)
class Topic:
    """Un texto del que se puede hablar y unas preguntas para empezar."""

    text: str
    questions: tuple[str, ...] = ()


@cache
def pocket_topics() -> Mapping[str, Topic]:
    """Cuatro textos cortos del micromundo, de los que el modelo no ha visto, con preguntas que contestan y una que no."""
    found: dict[str, Topic] = {}
    for seed in range(400):
        passage = tasks.passage(random.Random(f"charla {seed}"), _short_and_new)
        title = KINDS.get(passage.kind, "")
        known, unknown = ([one.text for one in passage.questions if one.answerable is kind] for kind in (True, False))
        if title and title not in found and len(known) >= 6 and unknown:
            found[title] = Topic(passage.text, (known[0], known[len(known) // 2], known[-1], unknown[0]))
        if len(found) == len(KINDS):
            break
    return {title: found[title] for title in KINDS.values() if title in found}


def _short_and_new(text: str) -> bool:
    return 28 <= len(text.split()) <= 46 and splits.held_out(text)


@dataclass
class Turn:
    """Una pregunta, el texto que la acompañaba (si lo había) y su respuesta; `cut` dice por qué se quedó a medias."""

    question: str
    title: str = ""
    text: str = ""
    answer: str = ""
    count: int = 0
    ended: bool = False
    cut: str = ""

    @property
    def content(self) -> str:
        return f"{self.text}\n{self.question}" if self.text else self.question


class Session:
    """Lo que la charla recuerda entre dos gestos. Al modelo se le manda entera cada vez, y lo que no cabe se queda fuera."""

    def __init__(
        self, language_model: LanguageModel, topics: Mapping[str, Topic], attached: str, window: int | None, max_new_tokens: int
    ) -> None:
        if not language_model.tokenizer.chat_template:
            raise ValueError(f'El modelo «{language_model.name}» no tiene plantilla de conversación: usa models.load("instruct").')
        self.language_model, self.tokenizer, self.room = language_model, language_model.tokenizer, max_new_tokens
        self.topics, self.first, self.notice = topics, attached, ""
        self.window = self._checked(min(WINDOWS[-1], language_model.window) if window is None else window)
        self.windows = sorted({self.window, *(size for size in WINDOWS if size <= language_model.window)})
        self.forget()

    def forget(self) -> None:
        """Vacía la charla: el modelo no guarda nada de ella. El texto del principio queda listo para adjuntarse."""
        self.turns: list[Turn] = []
        self.source: Iterator[generation.Step] | None = None
        self.fitted: dialogues.Fitted | None = None
        self.outside, self.notice = 0, ""
        self.attached = self.topic = self.first

    def attach(self, title: str) -> None:
        """Adjunta un texto a la próxima pregunta; elegir el que ya lo está lo quita."""
        if title not in self.topics:
            raise ValueError(f"No hay ningún texto llamado «{title}»: los que hay son {', '.join(self.topics)}.")
        self.attached = "" if title == self.attached else title
        self.topic, self.notice = title, ""

    def resize(self, window: int) -> None:
        """Cambia la ventana, para que se llene antes o después: vale desde la próxima pregunta."""
        self.window = self._checked(window)
        self.notice = f"Ventana de {self.window} tokens desde la próxima pregunta."

    def _checked(self, window: object) -> int:
        largest = self.language_model.window
        if largest < LEAST:
            raise WindowError("La charla más corta", LEAST, largest, f"«{self.language_model.name}» no da para conversar")
        if not isinstance(window, int) or isinstance(window, bool) or not LEAST <= window <= largest:
            raise ValueError(f"La ventana es un número entero de {LEAST} a {theme.number(largest)} tokens y he recibido {window!r}.")
        return window

    def ask(self, question: str) -> None:
        """Añade un turno y prepara su respuesta; los tokens se piden con `advance`. Si falla, la charla queda como estaba."""
        cleaned, notice = capture(lambda: tokens.clean(sendable(question)).strip())
        if not cleaned:
            raise ValueError("No hay pregunta: escribe una, o elige una de las que se proponen.")
        self.stop()
        safe = dialogues.harmless(self.tokenizer, cleaned)
        if safe != cleaned:
            notice += " Las marcas de la plantilla que has escrito se han partido con un espacio: aquí son texto, no turnos."
        turn = Turn(safe, self.attached, self.topics[self.attached].text if self.attached else "")
        messages = [*self._messages(), {"role": "user", "content": turn.content}]
        fitted = dialogues.fit(self.tokenizer, messages, window=self.window, room=self.room)
        source = generation.steps(self.language_model, fitted.messages, temperature=0, max_new_tokens=self.room)
        self.turns.append(turn)
        self.fitted, self.source, self.attached = fitted, source, ""
        self.outside = sum(entry.role == "user" for entry in fitted.dropped)
        self.notice = notice.strip()

    def _messages(self) -> list[dialogues.Message]:
        pairs = ((turn.content, turn.answer) for turn in self.turns)
        return [{"role": role, "content": text} for pair in pairs for role, text in zip(("user", "assistant"), pair)]

    def advance(self, count: int = 1) -> None:
        """Escribe hasta `count` tokens más de la respuesta."""
        if self.source is None:
            return
        try:
            for _ in range(min(max(int(count), 1), 16)):
                step = next(self.source)
                turn = self.turns[-1]
                turn.answer, turn.ended = step.text, step.finish == "fin"
                turn.count = len(step.generated) - turn.ended
                if step.finish:
                    self._close("" if turn.ended else ENDINGS[step.finish])
                    return
        except BaseException:
            self._close("interrumpida")
            raise

    def stop(self) -> None:
        """Deja la respuesta como esté."""
        if self.source is not None:
            self._close("detenida por ti")

    def _close(self, cut: str) -> None:
        self.source, self.turns[-1].cut = None, cut

    # ------------------------------------------------------------ lo que se ve

    def snapshot(self) -> dict[str, object]:
        """Todo lo que hace falta para dibujar la charla desde cero."""
        shown = self.topics.get(self.topic, Topic(""))
        return {
            **self.progress(),
            "topics": [{"title": title, "on": title == self.attached} for title in self.topics],
            "attached": self.topics[self.attached].text if self.attached else "",
            "questions": [*shown.questions, *([LISTING] if self.topics else [])],
            "windows": [{"size": size, "on": size == self.window} for size in self.windows],
            "status": self.notice,
        }

    def progress(self) -> dict[str, object]:
        """Lo que cambia con cada token: los turnos y el medidor."""
        return {"turns": [self._turn(place, turn) for place, turn in enumerate(self.turns)], "meter": self.meter(), "running": self.running}

    @property
    def running(self) -> bool:
        return self.source is not None

    def _turn(self, place: int, turn: Turn) -> dict[str, object]:
        inside = place >= self.outside
        note = f"respuesta {turn.cut}" if turn.cut in ("detenida por ti", "interrumpida") else turn.cut
        state = "" if inside else "Fuera de la ventana: el modelo ya no lo lee."
        return {"question": turn.question, "title": turn.title, "text": turn.text, "answer": turn.answer, "inside": inside,
                "state": state, "note": note}  # fmt: skip

    def meter(self) -> dict[str, object]:
        """La ventana repartida: qué ocupa cada cosa, en su orden, cuánto queda y qué se ha quedado fuera."""
        parts = list(self._parts())
        used = sum(part["tokens"] for part in parts)
        window = self.fitted.window if self.fitted else self.window
        parts.append({"kind": "free", "tokens": max(window - used, 0), "name": PARTS["free"]})
        totals = {kind: sum(part["tokens"] for part in parts if part["kind"] == kind) for kind in PARTS}
        legend = [{"kind": kind, "name": PARTS[kind], "tokens": theme.number(total)} for kind, total in totals.items()]
        return {"window": window, "parts": parts, "legend": legend, "summary": _summary(window, used), "lost": self._lost()}

    def _parts(self) -> Iterator[dict[str, object]]:
        if not self.fitted:
            return
        last, kept = self.turns[-1], self.turns[self.outside :]
        yield _part("template", self.fitted.template + last.ended)
        for place, entry in enumerate(self.fitted.kept):
            turn = kept[place // 2]
            if entry.role == "user" and turn.text:
                text = min(len(tokens.ids(self.tokenizer, turn.text)), entry.written)
                yield _part("text", text)
                yield _part("question", entry.written - text)
            else:
                yield _part("question" if entry.role == "user" else "answer", entry.written)
        yield _part("answer", last.count)

    def _lost(self) -> str:
        if not self.outside or not self.fitted:
            return ""
        size = sum(entry.tokens for entry in self.fitted.dropped)
        lost = {turn.title for turn in self.turns[: self.outside]} - {turn.title for turn in self.turns[self.outside :]} - {""}
        turns = "1 turno" if self.outside == 1 else f"{self.outside} turnos"
        with_text = " Con ellos se ha ido el texto: si preguntas por él, el modelo no lo tiene delante." if lost else ""
        return f"Fuera de la ventana: {turns}, {theme.number(size)} tokens.{with_text}"


def _part(kind: str, size: int) -> dict[str, object]:
    return {"kind": kind, "tokens": size, "name": PARTS[kind]}


def _summary(window: int, used: int) -> str:
    if not used:
        return f"Ventana de {theme.number(window)} tokens, vacía: el modelo no recuerda nada de otras charlas."
    return f"Ocupados {theme.number(used)} de {theme.number(window)} tokens; quedan {theme.number(max(window - used, 0))}."


def topics_of(texts: Mapping[str, str] | Sequence[str] | None) -> Mapping[str, Topic]:
    """Los textos que da quien llama, con su título; sin ellos, los del micromundo. Lanza ValueError si alguno no es un texto."""
    if texts is None:
        return pocket_topics()
    named = texts if isinstance(texts, Mapping) else {f"Texto {place}": text for place, text in enumerate(texts, 1)}
    if not all(isinstance(text, str) for text in named.values()):
        raise ValueError('Los textos van con su título: texts={"Mi nota": "Hola, Nora…"}.')
    return {title: Topic(text) for title, text in named.items()}
