"""Una barra que cuenta por dónde va algo que tarda; en un programa, unas pocas líneas de texto."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from html import escape
from typing import TypeVar

from course_utils import theme

Item = TypeVar("Item")
PERIOD = 0.25  # segundos entre dos repintados
LINES = 4  # en un programa, cuántas veces se dice por dónde va


def bar(items: Iterable[Item], total: int, note: Callable[[Item], str] = lambda item: "", *, what: str = "Entrenando",
        curve: Callable[[Item], float] | None = None) -> Iterator[Item]:  # fmt: skip
    """Entrega los elementos uno a uno y va contando cuántos de `total` han salido, con lo que diga `note` del último.

    En un cuaderno es una barra con el tiempo que falta; al acabar se queda llena y sin tiempos. En un programa, unas líneas.
    curve: el número de cada elemento que se va dibujando debajo de la barra, en el cuaderno, mientras avanza.
    """
    painter = _Bar(total) if _in_notebook() else _Lines(total)
    for done, item in enumerate(items, start=1):
        if curve is not None:
            painter.values.append(curve(item))
        painter.paint(done, lambda at=done, last=item: " · ".join(filter(None, [f"{what}: {_count(at, total)}", note(last)])))
        yield item


def _count(done: int, total: int) -> str:
    return f"{theme.number(done)} de {theme.number(total)}"


def _in_notebook() -> bool:
    module = sys.modules.get("IPython")
    return module is not None and hasattr(module.get_ipython(), "kernel")


class _Lines:
    """Unas líneas repartidas por igual, que no dependen del reloj: las de en medio, por la salida de avisos; la última queda escrita."""

    def __init__(self, total: int) -> None:
        self.total, self.said, self.values = total, 0, []

    def paint(self, done: int, text: Callable[[], str]) -> None:
        if done * LINES // self.total > self.said:
            self.said = done * LINES // self.total
            print(text(), file=sys.stdout if done == self.total else sys.stderr, flush=True)


class _Bar:
    """Una barra de HTML que se repinta cuatro veces por segundo y, al final, una vez más."""

    def __init__(self, total: int) -> None:
        from IPython.display import display

        self.total, self.started, self.painted, self.values = total, time.monotonic(), 0.0, []
        self.handle = display(self._bundle(0, "…"), raw=True, display_id=True)

    def paint(self, done: int, text: Callable[[], str]) -> None:
        now = time.monotonic()
        if done < self.total and now - self.painted < PERIOD:
            return
        self.painted = now
        left = (now - self.started) / done * (self.total - done)
        self.handle.update(self._bundle(done, text() + (f" · quedan {left:.0f} s" if done < self.total else "")), raw=True)

    def _bundle(self, done: int, text: str) -> dict[str, str]:
        meter = f"<progress max='{self.total}' value='{done}' style='width: min(24em, 60%); vertical-align: middle'></progress>"
        return {"text/html": f"<label>{meter} {escape(text)}</label>{_sketch(self.values, self.total)}", "text/plain": text}


def _sketch(values: list[float], total: int) -> str:
    """La curva de lo que va saliendo: a lo ancho, hasta `total`; a lo alto, del menor al mayor."""
    if len(values) < 2:
        return ""
    low, high = min(values), max(values)
    points = " ".join(
        f"{8 + 404 * i / max(1, total - 1):.1f},{62 - 54 * (value - low) / ((high - low) or 1):.1f}" for i, value in enumerate(values)
    )
    told = f"De {theme.number(values[0], 2)} a {theme.number(values[-1], 2)}."
    return (
        f"<svg viewBox='0 0 420 70' role='img' aria-label='{told}' style='display: block; width: min(26em, 90%)'>"
        "<path d='M8 62H412' stroke='currentColor' stroke-opacity='0.35' fill='none'/>"
        f"<polyline points='{points}' fill='none' stroke='currentColor' stroke-width='2'/></svg>"
    )
