"""La figura 15 por dentro: el bucle del decodificador, un renglón por token que se escribe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from course_utils import theme, tokens
from course_utils.diagrams import Diagram, box, column, over, row, space, text, text_width
from course_utils.diagrams.shapes import Stroke
from course_utils.figures.canvas import BODY
from course_utils.figures.encoder_side import SENTENCE
from course_utils.generation import translating

if TYPE_CHECKING:
    from course_utils.models import LanguageModel

LINE, SIZE, GAP = 25.0, 11.0, 4.0  # puntos: el alto de un renglón, la letra y el hueco entre fichas
START = 52.0  # donde empieza la primera ficha
LOOKS, CHANCE = 556.0, 652.0  # las columnas de la derecha


@dataclass(frozen=True)
class Line:
    """Un paso del bucle: lo que escribe, con qué probabilidad, y a qué token de la frase miró más."""

    written: str
    chance: float
    looked: str
    share: float


def lines(translator: LanguageModel) -> list[Line]:
    """Los pasos de la traducción voraz. ValueError si no acaba sola o si no cabe."""
    reading = translating.read(translator, SENTENCE)
    steps = list(translating.steps(translator, reading))
    if steps[-1].finish != "fin" or len(steps) > 12:
        raise ValueError(f"El modelo «{translator.name}» no acaba la frase de la figura en unos pocos tokens: ¿está bien entrenado?")
    sources = [tokens.label(translator.tokenizer, i) for i in reading.ids]
    return [_line(step, sources) for step in steps]


def _line(step: translating.Step, sources: Sequence[str]) -> Line:
    looked, best = step.looked(), step.top(1)[0]
    place = int(looked.argmax())
    return Line(best.label, best.probability, sources[place], float(looked[place]))


def loop(found: Sequence[Line], blocks: int, vocabulary: int) -> Diagram:
    """El camino de una vuelta: lo escrito, el decodificador, que consulta la frase, softmax y el token, que vuelve al principio."""
    written = box("lo escrito hasta aquí", width=150, height=32, size=12, fill="soft", edge="accent", radius=7)
    decoder = box(f"decodificador × {blocks}", width=150, height=32, size=12, fill="accent@0.30", edge="accent", radius=7)
    softmax = box(f"softmax: {theme.number(vocabulary)} tokens", width=172, height=32, size=12, edge="ink", radius=7)
    token = box("el más probable", width=120, height=32, size=12, bold=True, fill="accent", edge="accent", radius=7)
    places, y = (0.0, 190.0, 372.0, BODY - 120), 34.0
    ends = (150.0, 340.0, 544.0)
    joins = [Stroke(((a, y + 16), (b, y + 16)), "ink", 1.3, True) for a, b in zip(ends, places[1:])]
    around = ((BODY - 60, y + 32), (BODY - 60, y + 50), (75.0, y + 50))
    back = (Stroke(around, "ink", 1.3), Stroke((around[-1], (75.0, y + 32)), "ink", 1.3, True))
    source = text("atención cruzada: los vectores de la frase", 11, role="truth")
    parts = [part.moved(x, y) for part, x in zip((written, decoder, softmax, token), places)]
    down = Stroke(((265.0, 14.0), (265.0, y)), "truth", 2.0, True)
    again = text("y vuelve a empezar, con un token más, hasta que salga (fin)", 10.5, role="quiet")
    return over(Diagram(BODY, y + 66, (*joins, *back, down)), *parts, source.moved(265 - source.width / 2, -4), again.moved(200, y + 52))


def staircase(found: Sequence[Line], start: str) -> Diagram:
    """Un renglón por vuelta: lo que entra, apagado, y lo que sale, lleno; a la derecha, a qué miró y la probabilidad."""
    labels = [start, *(line.written for line in found)]
    widths = [text_width(label, SIZE, True) + 10 for label in labels]
    lefts = [START + sum(widths[:i]) + GAP * i for i in range(len(labels))]
    if lefts[-1] + widths[-1] > LOOKS - 8:
        raise ValueError("La traducción no cabe en la figura: acorta la frase.")
    heads = [text(word, 10.5, role="quiet").moved(x, 0) for word, x in (
        ("vuelta", 0), ("lo que entra → lo que sale", START), ("lo que más mira", LOOKS), ("prob.", CHANCE))]  # fmt: skip
    drawn = [_turn(i, line, labels, lefts, widths).moved(0, 22 + i * LINE) for i, line in enumerate(found)]
    return over(Diagram(BODY, 22 + len(found) * LINE), *heads, *drawn)


def _turn(i: int, line: Line, labels: Sequence[str], lefts: Sequence[float], widths: Sequence[float]) -> Diagram:
    given = [_chip(labels[j], widths[j], "paper", "quiet").moved(lefts[j], 0) for j in range(i + 1)]
    out = _chip(labels[i + 1], widths[i + 1], "accent", "accent", bold=True).moved(lefts[i + 1], 0)
    looked = row(text(line.looked, 11), text(theme.percent(line.share), 10.5, role="truth"), gap=6)
    return over(
        text(str(i + 1), 11, role="quiet").moved(6, 3), *given, out, looked.moved(LOOKS, 3),
        text(theme.percent(line.chance, 1), 11).moved(CHANCE, 3), space(BODY, LINE),
    )  # fmt: skip


def _chip(label: str, width: float, fill: str, edge: str, *, bold: bool = False) -> Diagram:
    return box(label, width=width, height=LINE - 6, padding=(2.0, 2.0), size=SIZE, bold=bold, fill=fill, edge=edge)


def drawn(found: Sequence[Line], start: str, blocks: int, vocabulary: int) -> Diagram:
    """La vuelta, arriba, y todas las vueltas, debajo."""
    return column(loop(found, blocks, vocabulary), staircase(found, start), gap=18)
