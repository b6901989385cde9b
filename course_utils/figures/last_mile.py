"""La figura 13 por dentro: del último vector a la palabra, con los números de una ejecución."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from course_utils import inspection, theme
from course_utils.diagrams import Diagram, box, chip, column, over, paragraph, rectangle, row, space, text
from course_utils.diagrams.shapes import Rectangle, Stroke
from course_utils.figures import contexts
from course_utils.figures.canvas import BODY

if TYPE_CHECKING:
    from course_utils.models import LanguageModel

SHAPE = (0.5, 0.2, 0.12, 0.08, 0.05)  # un favorito y varios que le siguen: que se vea lo que hace softmax
TOP = 5  # tokens que se enseñan al final
HIGHWAY = 68.0  # la altura de la línea por la que va el vector


@dataclass(frozen=True, eq=False)
class Journey:
    """El vector del último token por los L bloques y lo que sale.

    states: (L + 1, D). parts: (L, 2, D), lo que suman la atención y la feed-forward de cada bloque. logits: (V,). probabilities: (V,).
    """

    prompt: str
    label: str
    states: np.ndarray
    parts: np.ndarray
    inner: int  # la anchura de la feed-forward por dentro
    logits: np.ndarray
    probabilities: np.ndarray
    top: tuple[tuple[str, int], ...]


def journey(decoder: LanguageModel) -> Journey:
    """El viaje en un comienzo de cuento con un favorito y dudas.

    ValueError si no hay ninguno así o si la red no suma dos partes por bloque.
    """
    prompt = contexts.find(decoder, SHAPE, accept=_clear).prompt
    stream, lens = inspection.residual_stream(decoder, prompt), inspection.logit_lens(decoder, prompt)
    if len(stream.parts) != 2:
        raise ValueError(f"Los bloques del modelo «{decoder.name}» no suman una atención y una feed-forward: la figura diría otra cosa.")
    last, levels = len(stream.ids) - 1, lens.logits.shape[0]
    guesses = lens.top(levels - 1, n=TOP)
    return Journey(
        prompt, stream.labels[-1], stream.states[:, last], stream.contributions[:, :, last], _inner(decoder, stream.states.shape[-1]),
        lens.logits[-1, last], lens.probabilities(levels - 1, last), tuple((guess.label, guess.token_id) for guess in guesses),
    )  # fmt: skip


def _clear(context: contexts.Context) -> bool:
    """Todo lo que se enseña son palabras posibles y en minúscula."""
    return contexts.sensible(context, 3) and all(label.islower() for label in context.labels[:TOP])


def _inner(decoder: LanguageModel, width: int) -> int:
    """Lo ancha que es la feed-forward por dentro, según la configuración de la red."""
    config = decoder.model.config
    return next((found for name in ("n_inner", "intermediate_size") if (found := getattr(config, name, None))), 4 * width)


def pipeline(found: Journey) -> Diagram:
    """De izquierda a derecha: el vector, los bloques, la norma, la proyección, los logits y softmax."""
    blocks, width, vocabulary = len(found.parts), found.states.shape[1], theme.number(len(found.logits))
    start = column(chip(found.label, bold=True), _bar(found.states[0]), text(f"{width} números", 10.5, role="quiet"), gap=3, align="center")
    stages = (
        _stage("proyección", f"{width} × {vocabulary}", 416, 84),
        _stage("logits", f"{vocabulary} números", 524, 70, fill="soft"),
        _stage("softmax", "suman 1", 626, 76),
    )
    joins = ((64, 84, True), (372, 398, False), (406, 416, False), (500, 524, True), (594, 626, True))
    lines = (_line((x, HIGHWAY), (y, HIGHWAY), head=head) for x, y, head in joins)
    return over(
        Diagram(BODY, 150), start.moved(0, HIGHWAY - 67), *_block(found.inner, width, blocks), *lines, _norm(398, HIGHWAY),
        text("norma", 10.5, role="quiet").moved(384, HIGHWAY - 32), *stages,
    )  # fmt: skip


def _block(inner: int, width: int, times: int) -> list[Diagram]:
    """Un bloque, que se repite: de la línea del vector sale una copia, pasa por una norma y una capa, y el resultado se le suma."""
    frames = tuple(Rectangle(84 + d, 12 - d, 288, 132, "paper", "quiet", radius=10, dash=d > 0) for d in (8.0, 4.0, 0.0))
    name = row(text("bloque", 11, role="quiet"), text(f"× {times}", 13, bold=True, role="accent"), gap=5)
    return [
        Diagram(0, 0, frames), _line((84, HIGHWAY), (372, HIGHWAY)), name.moved(96, 18),
        *_lane(100, 88, "atención", "accent@0.30", ""), *_lane(226, 104, "feed-forward", "soft", f"{width} → {inner} → {width}"),
    ]  # fmt: skip


def _lane(x: float, wide: float, name: str, fill: str, note: str) -> list[Diagram]:
    """Lo que baja de la línea en `x`, pasa por la norma y la capa y vuelve a ella con una suma."""
    y, left = HIGHWAY + 44, x + 20
    back = left + wide + 10
    plus = box("+", width=17, height=17, padding=(0, 0), size=12, radius=9)
    return [
        Diagram(0, 0, (Stroke(((x, HIGHWAY), (x, y), (left, y)), "ink", 1.3), Stroke(((left + wide, y), (back, y)), "ink", 1.3))),
        _norm(x + 6, y),
        box(name, width=wide, height=28, padding=(2, 2), size=12, fill=fill, edge="accent", radius=6).moved(left, y - 14),
        text(note, 10.5, role="quiet").moved(left + 4, y + 15) if note else space(),
        _line((back, y), (back, HIGHWAY + 9), head=True),
        plus.moved(back - 8.5, HIGHWAY - 8.5),
    ]


def _norm(x: float, y: float) -> Diagram:
    """La marca de una norma: una barra gris que corta la línea."""
    return rectangle(8, 28, fill="frozen", edge="quiet").moved(x, y - 14)


def _stage(name: str, note: str, x: float, width: float, *, fill: str = "paper") -> Diagram:
    shape = box(name, width=width, height=34, padding=(3, 3), size=12.5, fill=fill, edge="ink", radius=7)
    words = text(note, 10.5, role="quiet")
    return over(shape.moved(x, HIGHWAY - 17), words.moved(x + (width - words.width) / 2, HIGHWAY + 22))


def _bar(vector: np.ndarray) -> Diagram:
    """Unos cuantos números de un vector, como una columna de casillas teñidas."""
    shown = vector[:8]
    largest = float(np.abs(shown).max())
    fills = (f"{'accent' if value >= 0 else 'train'}@{0.1 + 0.7 * abs(value) / largest:.2f}" for value in shown)
    return column(*(rectangle(26, 10, fill=fill, edge="quiet", line=0.7) for fill in fills))


def _line(start: tuple[float, float], end: tuple[float, float], *, head: bool = False) -> Diagram:
    return Diagram(0, 0, (Stroke((start, end), "ink", 1.3, head),))


def added(found: Journey, width: float) -> Diagram:
    """Lo largo que es lo que suma cada parte de cada bloque, en barras."""
    lengths = np.linalg.norm(found.parts, axis=-1)  # (L, 2)
    scale = (width - 192) / lengths.max()
    names = ("atención", "feed-forward")
    lines = [
        row(
            text(f"bloque {block}" if not part else "", 11.5).framed(58),
            text(name, 10.5, role="quiet").framed(78),
            rectangle(max(scale * length, 0.5), 11, fill="soft" if part else "accent@0.30", edge="accent"),
            text(theme.number(length, 1), 10.5),
            gap=5,
        )
        for block, pair in enumerate(lengths)
        for part, (name, length) in enumerate(zip(names, pair))
    ]
    before, after = (theme.number(float(np.linalg.norm(found.states[level])), 1) for level in (0, -1))
    note = paragraph(f"El vector entra con largo {before} y sale con {after}.", width, 11)
    title = _title("Lo que cada bloque suma al vector", "largo de lo que se suma (norma)")
    return column(title, *lines, note, gap=4)


def ending(found: Journey, width: float) -> Diagram:
    """Los logits de los mejores tokens, y lo que hace con ellos softmax."""
    names = [label for label, _ in found.top]
    logits, chances = ([float(values[i]) for _, i in found.top] for values in (found.logits, found.probabilities))
    margin, half = 76.0, (width - 76) / 2 - 44
    lines = [
        row(
            text(name, 12).framed(margin), _value(half * abs(logit) / max(map(abs, logits)), theme.number(logit, 1), half + 44, "paper"),
            _value(half * chance / max(chances), theme.percent(chance), half + 44, "accent" if not i else "soft"),
        )
        for i, (name, logit, chance) in enumerate(zip(names, logits, chances))
    ]  # fmt: skip
    heads = row(text("", 10.5).framed(margin), text("logit", 11.5, bold=True).framed(half + 44), text("probabilidad", 11.5, bold=True))
    others = f"los otros {theme.number(len(found.logits) - TOP)}: {theme.percent(max(1 - sum(chances), 0))} entre todos"
    title = _title("Softmax convierte los logits en probabilidades", f"siguiente token tras «… {' '.join(found.prompt.split()[-4:])}»")
    return column(title, heads, *lines, text(others, 10.5, role="quiet"), paragraph(compared(found), width, 11), gap=5)


def compared(found: Journey) -> str:
    """El primero y el segundo: cuánto más logit y cuántas veces más probabilidad."""
    (first, one), (second, two) = found.top[:2]
    gap, times = float(found.logits[one] - found.logits[two]), float(found.probabilities[one] / found.probabilities[two])
    if not math.isclose(math.exp(gap), times, rel_tol=1e-2):
        raise ValueError("Las probabilidades no son la softmax de los logits: la figura diría otra cosa.")
    more, ratio = theme.number(gap, 2), theme.number(math.exp(round(gap, 2)), 1)  # del número que se lee
    return f"«{first}» tiene {more} puntos más de logit que «{second}» y, por eso, {ratio} veces su probabilidad (e elevado a {more})."


def _value(length: float, written: str, room: float, fill: str) -> Diagram:
    return row(rectangle(max(length, 0.5), 15, fill=fill, edge="accent"), text(written, 10.5), gap=5).framed(room)


def _title(title: str, note: str) -> Diagram:
    return column(text(title, 13, bold=True), text(note, 10.5, role="quiet"), gap=1)
