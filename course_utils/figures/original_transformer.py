"""El plano del transformer de 2017, simplificado: dos pilas, lo que entra y sale de cada una y por dónde se unen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from course_utils.diagrams import Diagram, box, chip, over, row, text
from course_utils.diagrams.shapes import Rectangle, Stroke

WIDTH, HEIGHT = 712.0, 502.0
BOX, THIN, WIDE = 34.0, 18.0, 196.0  # alto de una capa, alto de una norma y ancho de las dos
LEFT, RIGHT = 172.0, 488.0  # el centro de cada pilón
FLOOR = 390.0  # la base de los bloques
PIECE = BOX + 9 + THIN + 25  # lo que ocupa una capa con su suma y norma y el hueco de debajo


@dataclass(frozen=True)
class Layer:
    """Una capa de un bloque: qué dice, su relleno y su borde."""

    name: str
    fill: str
    edge: str = "accent"


SELF = Layer("autoatención", "accent@0.30")
MASKED = Layer("autoatención con máscara", "accent@0.30")
CROSS = Layer("atención cruzada", "train@0.30", "truth")
FEED = Layer("red feed-forward", "soft")


def plan(source: Sequence[str], written: Sequence[str], guesses: Sequence[tuple[str, str]], depths: str) -> Diagram:
    """El plano entero. source: lo que lee el codificador; written: lo ya escrito; guesses: lo que sigue, con su probabilidad."""
    encoder, decoder = (SELF, FEED), (MASKED, CROSS, FEED)
    head, name = _bridge_height() - 56, text("decodificador", 14, bold=True)
    parts = [
        *_stack(LEFT, encoder), *_stack(RIGHT, decoder), *_entrance(LEFT, source, "lo que se lee"),
        *_entrance(RIGHT, written, "lo que ya se ha escrito"), *_exit(guesses), *_bridge(),
        _at(text("codificador", 14, bold=True), LEFT, head), _at(text(depths, 10.5, role="quiet"), LEFT, head + 19),
        name.moved(RIGHT + 66, _top(3) - 34), _times(LEFT - WIDE / 2 - 62, 2), _times(RIGHT + WIDE / 2 + 42, 3),
    ]  # fmt: skip
    return over(Diagram(WIDTH, HEIGHT), *parts)


def _top(layers: int) -> float:
    """La altura del borde de un bloque de tantas capas."""
    return FLOOR - layers * PIECE - 6


def _stack(center: float, layers: Sequence[Layer]) -> list[Diagram]:
    """El marco del bloque, que se repite N veces, y sus capas de abajo arriba."""
    top, side = _top(len(layers)), WIDE / 2 + 26
    frames = [
        Diagram(0, 0, (Rectangle(center - side + d, top - d, 2 * side, FLOOR - top, "paper", "quiet", radius=12, line=1.1, dash=d > 0),))
        for d in (8.0, 4.0, 0.0)
    ]
    drawn = [part for i, layer in enumerate(layers) for part in _layer(center, FLOOR - i * PIECE, layer)]
    return [*frames, *drawn]


def _times(x: float, layers: int) -> Diagram:
    return text("× N", 15, bold=True, role="accent").moved(x, (_top(layers) + FLOOR) / 2 - 10)


def _layer(center: float, floor: float, layer: Layer) -> list[Diagram]:
    """Una capa y, encima, «suma y norma», con el atajo (residuo) que la rodea."""
    base, norm = floor - 25 - BOX, floor - 25 - BOX - 9 - THIN
    left, fork = center - WIDE / 2, floor - 12
    around = ((center, fork), (left - 13, fork), (left - 13, norm + THIN / 2))
    return [
        _line((center, floor), (center, floor - 25), head=True),
        Diagram(0, 0, (Stroke(around, "quiet", 1.2),)),
        _line(around[-1], (left, norm + THIN / 2), head=True, role="quiet"),
        _at(box(layer.name, width=WIDE, height=BOX, fill=layer.fill, edge=layer.edge, size=12.5, radius=7, line=1.3), center, base),
        _line((center, base), (center, norm + THIN)),
        _at(box("suma y norma", width=WIDE, height=THIN, padding=(4, 1), size=10.5, fill="frozen", edge="quiet", radius=6), center, norm),
    ]


def _entrance(center: float, words: Sequence[str], said: str) -> list[Diagram]:
    """De abajo arriba: las fichas, el embedding y la posición que se le suma."""
    plus = FLOOR + 24
    chips = row(*(chip(word, size=11) for word in words), gap=4)
    return [
        _line((center, plus - 8), (center, FLOOR)),
        _at(box("+", width=17, height=17, padding=(0, 0), size=12, radius=9), center, plus - 8),
        text("posición", 11, role="quiet").moved(center + 44, plus - 7),
        _line((center + 41, plus), (center + 9, plus), head=True, role="quiet"),
        _line((center, plus + 22), (center, plus + 9), head=True),
        _at(box("embedding", width=110, height=24, padding=(4, 2), size=12, fill="soft", edge="accent", radius=7), center, plus + 22),
        _line((center, plus + 60), (center, plus + 46), head=True),
        _at(chips, center, plus + 60),
        _at(text(said, 10.5, role="quiet"), center, plus + 60 + chips.height),
    ]


def _exit(guesses: Sequence[tuple[str, str]]) -> list[Diagram]:
    """Encima del decodificador: la capa lineal, softmax y lo que sale."""
    top = _top(3)
    first, *others = guesses
    chips = row(
        chip(first[0], fill="accent", bold=True, size=12),
        text(first[1], 11),
        *(text(f"· {word} {p}", 11, role="quiet") for word, p in others),
        gap=6,
    )
    return [
        _line((RIGHT, top + 6), (RIGHT, top - 14), head=True),
        _at(box("lineal", width=110, height=24, padding=(4, 2), size=12, fill="paper", edge="ink", radius=7), RIGHT, top - 38),
        _line((RIGHT, top - 38), (RIGHT, top - 52), head=True),
        _at(box("softmax", width=110, height=24, padding=(4, 2), size=12, fill="paper", edge="ink", radius=7), RIGHT, top - 76),
        _line((RIGHT, top - 76), (RIGHT, top - 92), head=True),
        chips.moved(RIGHT - chips.shapes[0].width / 2, top - 116),
    ]


def _bridge_height() -> float:
    return _top(2) - 20


def _bridge() -> list[Diagram]:
    """Lo que sale del codificador entra, por el lado, en la atención cruzada del decodificador: son sus claves y sus valores."""
    height, middle, bend = _bridge_height(), FLOOR - PIECE - 25 - BOX / 2, (LEFT + RIGHT) / 2 + 6
    path = ((LEFT, FLOOR - 2 * PIECE), (LEFT, height), (bend, height), (bend, middle))
    return [
        Diagram(0, 0, (Stroke(path, "truth", 2.0),)),
        Diagram(0, 0, (Stroke(((bend, middle), (RIGHT - WIDE / 2, middle)), "truth", 2.0, True),)),
        text("claves y valores", 10.5, role="truth").moved(LEFT + 62, height - 17),
        text("consultas", 10.5, role="truth").moved(RIGHT + 8, FLOOR - PIECE - 19),
    ]


def _at(part: Diagram, center: float, y: float) -> Diagram:
    return part.moved(center - part.width / 2, y)


def _line(start: tuple[float, float], end: tuple[float, float], *, head: bool = False, role: str = "ink") -> Diagram:
    return Diagram(0, 0, (Stroke((start, end), role, 1.3, head),))
