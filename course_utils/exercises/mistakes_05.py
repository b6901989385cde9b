"""Errores típicos del capítulo 5: qué hace cada uno y qué se le dice a quien lo comete."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from .core import Slip

START, USER, HELPER = "<|endoftext|>", "<|usuario|>", "<|asistente|>"
MARKS = {"user": USER, "assistant": HELPER}
Messages = Sequence[tuple[str, str]]


def template(
    messages: Messages, *, start: str = START, marks: dict[str, str] = MARKS, ends: Sequence[str] = ("assistant",), last: str = HELPER,
    between: str = "", stop: str = START,
) -> str:  # fmt: skip
    """La plantilla del modelo de bolsillo: la referencia. Cada argumento con nombre cambia una pieza, para los errores."""
    written = [f"{marks[who]}{text}{stop if who in ends else ''}" for who, text in messages]
    return start + between.join([*written, last])


def templating(**changed: object) -> Callable:
    return lambda messages: template(messages, **changed)


TEMPLATING = (
    Slip("Le falta la última marca. Sin `<|asistente|>` al final, al modelo no le ha llegado el turno: seguiría escribiendo tu mensaje.",
         templating(last="")),
    Slip("Falta el `<|endoftext|>` del principio, el que abre la conversación.", templating(start="")),
    Slip("Falta cerrar las respuestas: detrás de cada una va `<|endoftext|>`, que es como el modelo dice que ha acabado.",
         templating(ends=())),
    Slip("Cierras todos los mensajes, y solo se cierran los del asistente: el final de una pregunta lo dice la marca siguiente.",
         templating(ends=("user", "assistant"))),
    Slip("Cierras las preguntas y dejas abiertas las respuestas: es al revés.", templating(ends=("user",))),
    Slip("Las marcas del modelo están en español: `<|usuario|>` y `<|asistente|>`. `user` y `assistant` solo nombran los papeles.",
         templating(marks={"user": "<|user|>", "assistant": "<|assistant|>"}, last="<|assistant|>"),
         templating(marks={"user": "<|user|>", "assistant": "<|assistant|>"})),
    Slip("Metes saltos de línea entre los mensajes. La plantilla de este modelo no los lleva, y un salto de línea también es un token.",
         templating(between="\n")),
    Slip("Las marcas no dicen quién habla: has puesto la misma delante de todos.", templating(marks={"user": USER, "assistant": USER})),
)  # fmt: skip


def fitting(turns: Sequence[int], window: int, room: int) -> int:
    """Cuántos turnos, de los últimos, caben con sitio para la respuesta: la referencia."""
    return next(len(turns) - first for first in range(len(turns) + 1) if sum(turns[first:]) + room <= window or first == len(turns))


def _from_the_start(turns: Sequence[int], window: int, room: int) -> int:
    return next(last for last in range(len(turns), -1, -1) if sum(turns[:last]) + room <= window or not last)


def _skipping(turns: Sequence[int], window: int, room: int) -> int:
    kept = used = 0
    for turn in reversed(turns):
        if used + turn + room <= window:
            kept, used = kept + 1, used + turn
    return kept


def _at_least_one_more(turns: Sequence[int], window: int, room: int) -> int:
    return min(len(turns), fitting(turns, window, room) + 1)


FITTING = (
    Slip("No guardas sitio para la respuesta: con la ventana llena de prompt, el modelo no podría escribir ni un token.",
         lambda turns, window, room: fitting(turns, window, 0)),
    Slip("Te quedas con los primeros, y se quita por el otro lado: los que sobran son los más antiguos.", _from_the_start),
    Slip("Te saltas los turnos largos y sigues con otros más antiguos. Lo que se manda es un tramo seguido: si uno no cabe, los anteriores "
         "tampoco van.", _skipping),
    Slip("Si caben justos, caben: el prompt más la respuesta pueden llenar la ventana entera (≤, no <).",
         lambda turns, window, room: fitting(turns, window - 1, room)),
    Slip("Cuentas un turno que solo cabe en parte. Se quitan turnos enteros.", _at_least_one_more),
    Slip("Esos son los que se quitan. Se piden los que quedan.",
         lambda turns, window, room: len(turns) - fitting(turns, window, room)),
)  # fmt: skip


def bill(
    turns: Sequence[tuple[int, int]], price_in: float, price_out: float, *, history: Callable | None = None, unit: float = 1e6
) -> float:  # fmt: skip
    """Lo que cuesta una conversación en la que cada turno relee lo anterior: la referencia. `history` cambia lo que se relee."""
    before = history or (lambda place: sum(map(sum, turns[:place])))
    read = sum(before(place) + question for place, (question, _) in enumerate(turns))
    return (read * price_in + sum(answer for _, answer in turns) * price_out) / unit


BILLING = (
    Slip("Cuentas cada pregunta una sola vez. El modelo no recuerda: en cada turno se le manda, y se paga, todo lo anterior otra vez.",
         lambda turns, a, b: bill(turns, a, b, history=lambda place: 0)),
    Slip("Relees solo las preguntas. Las respuestas anteriores también van en el prompt: sin ellas el modelo no sabría qué ha dicho.",
         lambda turns, a, b: bill(turns, a, b, history=lambda place: sum(q for q, _ in turns[:place]))),
    Slip("Relees solo el turno anterior, y se relee la conversación entera.",
         lambda turns, a, b: bill(turns, a, b, history=lambda place: sum(turns[place - 1]) if place else 0)),
    Slip("Los precios son por millón de tokens, y tu factura sale un millón de veces mayor.",
         lambda turns, a, b: bill(turns, a, b, unit=1)),
    Slip("Has cambiado los precios: el primero es el de lo que se lee y el segundo, el de lo que se escribe.",
         lambda turns, a, b: bill(turns, b, a)),
    Slip("Cuentas también la respuesta de cada turno como leída en ese mismo turno. Ahí se escribe; se lee a partir del siguiente.",
         lambda turns, a, b: bill(turns, a, b) + sum(r for _, r in turns) * a / 1e6),
)  # fmt: skip


def saving(prompt: int, completion: int, *, without: float | None = None, using: float | None = None) -> float:
    """Cuántas veces menos posiciones se calculan con la caché: la referencia."""
    whole = sum(prompt + step for step in range(completion)) if without is None else without
    return whole / (prompt + completion - 1 if using is None else using)


SAVING = (
    Slip("Lo has dividido al revés: se pide cuántas veces menos, así que sale un número mayor que uno.", lambda n, m: 1 / saving(n, m)),
    Slip("El último token se escribe pero ya no se lee: con caché se calculan el prompt y los escritos, menos uno.",
         lambda n, m: saving(n, m, using=n + m)),
    Slip("Sin caché, cada paso lee también lo que se ha escrito en los anteriores: el prompt crece un token cada vez.",
         lambda n, m: saving(n, m, without=n * m)),
    Slip("Con caché no se relee el prompt, pero hay que leerlo la primera vez.", lambda n, m: saving(n, m, using=m)),
    Slip("En el primer paso, sin caché, se lee el prompt y nada más: aún no hay nada escrito.",
         lambda n, m: saving(n, m, without=sum(n + step for step in range(1, m + 1)))),
    Slip("Eso son las posiciones sin caché. Falta compararlas con las que se calculan con ella.", lambda n, m: saving(n, m, using=1)),
)  # fmt: skip
