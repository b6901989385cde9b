"""La figura 27 por dentro: cada manera de ajustar, con lo que se entrena pintado y contado en el decodificador de bolsillo."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from course_utils import adapters, theme, tuning
from course_utils.diagrams import CUT_HATCH, Diagram, column, over, rectangle, row, space, text
from course_utils.figures.canvas import BODY

if TYPE_CHECKING:
    from course_utils.models import LanguageModel

HIGH, WIDE, GAP, BLOCKS = 26.0, 34.0, 12.0, 4  # puntos de cada bloque, hueco entre dos, y cuántos bloques
NAME, COUNT = 190.0, 250.0


@dataclass(frozen=True)
class Way:
    """Una manera de ajustar: qué método, cómo se dibuja y en qué rama cae."""

    method: adapters.Method
    strip: Callable[[], Diagram]
    branch: str = ""


def _block(trained: bool) -> Diagram:
    return rectangle(WIDE, HIGH, fill="train" if trained else "frozen", edge="ink" if trained else "quiet",
                     hatch="" if trained else CUT_HATCH, radius=3)  # fmt: skip


def _new(width: float, height: float) -> Diagram:
    """Una pieza que se entrena."""
    return rectangle(width, height, fill="train", edge="ink", radius=2)


def _line(trained: tuple[int, ...] = (), *, between: Diagram | None = None, first: Diagram | None = None) -> Diagram:
    """Los bloques en fila: los que se entrenan llenos, los congelados rayados, y lo que se añade delante o entre ellos."""
    joint = (between or space()).framed(GAP, HIGH, align="center", valign="center")
    parts = [(first or space()).framed(44, HIGH, align="right", valign="center"), space(8)]
    for i in range(BLOCKS):
        parts += [_block(i in trained), joint]
    return row(*parts)


def _over_each(piece: Callable[[], Diagram]) -> Diagram:
    drawn = _line()
    marks = [piece().moved(52 + i * (WIDE + GAP), 0) for i in range(BLOCKS)]
    return over(drawn, *marks)


def _lora() -> Diagram:
    return row(_new(6, 16), _new(14, 6), gap=2).moved((WIDE - 22) / 2, (HIGH - 16) / 2)


def full() -> Way:
    """Todos los pesos."""
    return Way(adapters.Full(), lambda: _line(tuple(range(BLOCKS))))


FAMILIES: tuple[tuple[str, str, tuple[Way, ...]], ...] = (
    ("Selectivos", "unos pocos pesos de los que ya hay", (
        Way(adapters.LastLayers(), lambda: _line((BLOCKS - 1,))),
        Way(adapters.BitFit(), lambda: _over_each(lambda: _new(WIDE - 8, 5).moved(4, HIGH - 8))),
    )),
    ("De reparametrización", "el cambio de cada matriz, con menos números", (Way(adapters.LoRA(), lambda: _over_each(_lora)),)),
    ("Aditivos", "los pesos, intactos; se añade algo", (
        Way(adapters.Bottleneck(), lambda: _line(between=_new(7, HIGH - 4)), "rama: adaptadores"),
        Way(adapters.PromptTuning(), lambda: _line(first=row(*(_new(9, 18) for _ in range(4)), gap=2)), "rama: prompts suaves"),
        Way(adapters.IA3(), lambda: _line(between=_new(8, 8)), "ni una ni otra"),
    )),
)  # fmt: skip


def counted(method: adapters.Method, decoder: LanguageModel) -> int:
    """Cuántos números se entrenan, contados con el método puesto."""
    return adapters.attach(tuning.copied(decoder).model, method).count()


def part(count: int, total: int) -> str:
    """«4,3 %»: hasta las décimas, que aquí importan."""
    return f"{theme.number(100 * count / total, 1 if count < total else 0)} %"


def line(way: Way, decoder: LanguageModel, total: int) -> tuple[Diagram, str]:
    """Una fila (nombre, dibujo y cuenta) y la frase que la cuenta."""
    count = counted(way.method, decoder)
    name = column(text(way.method.title, 13, bold=True), *([text(way.branch, 10.5, role="quiet")] if way.branch else []))
    told = column(text(theme.number(count), 13, bold=True), text(part(count, total), 11, role="quiet"), align="right")
    drawn = row(name.framed(NAME), way.strip(), told.framed(COUNT, align="right"), gap=10)
    return drawn, f"{way.method.title}, {theme.number(count)} ({part(count, total)})"


def heading(name: str, told: str) -> Diagram:
    """El nombre de una familia, qué tiene de propio y una raya."""
    words = row(text(name, 13.5, bold=True, role="accent"), text(told, 11.5, role="quiet"), gap=8)
    return column(words, rectangle(BODY, 0.8, fill="quiet", edge="quiet"), gap=3)
