"""Conversaciones y ventana de contexto: cuántos tokens ocupa cada mensaje con su plantilla, qué turnos caben y cuáles se quedan fuera."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from course_utils import tokens

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

Message = dict[str, str]


@dataclass(frozen=True)
class Entry:
    """Un mensaje medido: los tokens de lo escrito y los que añade la plantilla a su alrededor."""

    role: str
    content: str
    written: int
    template: int

    @property
    def tokens(self) -> int:
        return self.written + self.template


@dataclass(frozen=True)
class Fitted:
    """Lo que se le manda al modelo: los mensajes que quedan, los que se han quitado, y cómo se reparte la ventana.

    opening: los tokens con que la plantilla abre la respuesta. room: los que se guardan para ella.
    """

    kept: tuple[Entry, ...]
    dropped: tuple[Entry, ...]
    opening: int
    window: int
    room: int

    @property
    def messages(self) -> list[Message]:
        """Los mensajes que quedan, como los quieren `generation.steps` y las plantillas."""
        return [{"role": entry.role, "content": entry.content} for entry in self.kept]

    @property
    def prompt(self) -> int:
        """Los tokens del prompt entero, con la plantilla."""
        return sum(entry.tokens for entry in self.kept) + self.opening

    @property
    def template(self) -> int:
        """De esos, los que pone la plantilla."""
        return sum(entry.template for entry in self.kept) + self.opening

    @property
    def free(self) -> int:
        """Los tokens de la ventana que deja el prompt."""
        return self.window - self.prompt


def ids(tokenizer: PreTrainedTokenizerFast, messages: Sequence[Message], *, answering: bool = True) -> list[int]:
    """Los ids de la conversación con su plantilla, sin límite de longitud; con `answering`, lista para que el modelo conteste.

    Lanza ValueError si el modelo no tiene plantilla.
    """
    if not tokenizer.chat_template:
        raise ValueError('Este modelo no tiene plantilla de conversación: usa models.load("instruct").')
    return tokens.templated(tokenizer, messages, answering=answering)


def entries(tokenizer: PreTrainedTokenizerFast, messages: Sequence[Message]) -> list[Entry]:
    """Cada mensaje con lo que ocupa. Sumados, más lo que abre la respuesta, dan el prompt entero."""
    found, before = [], 0
    for place, message in enumerate(messages):
        after = max(len(ids(tokenizer, messages[: place + 1], answering=False)), before)
        written = min(len(tokens.ids(tokenizer, message["content"])), after - before)
        found.append(Entry(message["role"], message["content"], written, after - before - written))
        before = after
    return found


def fit(tokenizer: PreTrainedTokenizerFast, messages: Sequence[Message], *, window: int, room: int = 1) -> Fitted:
    """La conversación recortada para que quepa con sitio para `room` tokens de respuesta: se quitan los turnos más antiguos, enteros.

    Un turno es un mensaje de quien pregunta con las respuestas que lo siguen; un mensaje «system» del principio no se quita.
    Lanza ValueError si no hay mensajes o si ni siquiera el último turno cabe.
    """
    if not messages:
        raise ValueError("No hay ningún mensaje: da al menos uno, como [{'role': 'user', 'content': 'Hola'}].")
    head, turns = _split(messages)
    for first in range(len(turns)):
        kept = [*head, *(message for turn in turns[first:] for message in turn)]
        whole = len(ids(tokenizer, kept))
        if whole + room <= window:
            measured = entries(tokenizer, kept)
            dropped = [message for turn in turns[:first] for message in turn]
            opening = whole - sum(entry.tokens for entry in measured)
            return Fitted(tuple(measured), tuple(entries(tokenizer, dropped)), opening, window, room)
    raise ValueError(
        f"El último mensaje ocupa {whole} tokens con su plantilla y, con {room} de respuesta, en la ventana caben {max(window - room, 0)}: "
        "acórtalo o usa una ventana mayor."
    )


def _split(messages: Sequence[Message]) -> tuple[list[Message], list[list[Message]]]:
    """El mensaje «system» del principio, si lo hay, y los turnos."""
    start = int(messages[0]["role"] == "system")
    turns: list[list[Message]] = []
    for message in messages[start:]:
        if message["role"] == "user" or not turns:
            turns.append([])
        turns[-1].append(message)
    return list(messages[:start]), turns or [[]]


def harmless(tokenizer: PreTrainedTokenizerFast, text: str) -> str:
    """El texto con las marcas de la plantilla partidas por un espacio, para que escritas a mano se lean como texto."""
    for mark in sorted(tokenizer.get_added_vocab(), key=len, reverse=True):
        text = text.replace(mark, f"{mark[:1]} {mark[1:]}")
    return text
