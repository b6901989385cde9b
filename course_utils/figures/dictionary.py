"""La figura 7 por dentro: una frase, sus piezas y la página del vocabulario donde vive cada una."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from course_utils import segmentation, tokens
from course_utils.diagrams import Diagram, box, chip, column, over, rectangle, row, space, text, text_width
from course_utils.diagrams.shapes import Rectangle, Stroke
from course_utils.figures.canvas import BODY

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

SENTENCES = ("El zorro encontró un {}.", "Un zorro encontró un {}.", "El niño tenía un {}.", "Un conejo soñaba con un {}.")
RARE = (
    "caramelo",
    "molinillo",
    "barquito",
    "gatito",
    "camisón",
    "tomate",
    "pastelero",
    "catalejo",
    "soldado",
    "portero",
    "murciélago",
    "telescopio",
)
COLUMN, GAP = 83.0, 6.0  # puntos: una pieza con su página del vocabulario
FEWEST, MOST = 6, 8  # tokens de la frase


@dataclass(frozen=True)
class Cut:
    """Una frase en tokens: sus ids, cómo se ve cada pieza y la palabra partida (desde qué token y cuántos)."""

    sentence: str
    ids: tuple[int, ...]
    pieces: tuple[str, ...]
    start: int
    count: int

    @property
    def word(self) -> str:
        return "".join(self.pieces[self.start : self.start + self.count]).strip("␣")


def cut(tokenizer: PreTrainedTokenizerFast) -> Cut:
    """Una frase corta con una palabra que los cuentos no tienen, partida en tres trozos (o, si no la hay así, en otros cuantos).

    ValueError si con ninguna sale una frase que quepa y solo tenga partida esa palabra.
    """
    found = [c for sentence in SENTENCES for word in RARE if (c := _cut(tokenizer, sentence.format(word))) is not None]
    if not found:
        raise ValueError(
            "El tokenizador de este modelo no parte ninguna de las palabras raras en pocos trozos: la figura no tendría qué enseñar."
        )
    return max(found, key=lambda c: (-abs(c.count - 3), min(map(len, c.pieces[c.start : c.start + c.count]))))


def _cut(tokenizer: PreTrainedTokenizerFast, sentence: str) -> Cut | None:
    ids = tuple(tokens.ids(tokenizer, sentence))
    pieces = tuple(tokens.visible(tokens.piece(tokenizer, i)) for i in ids)
    inside = [i for i, piece in enumerate(pieces) if i and piece[0].isalpha()]  # los que siguen una palabra
    joined = all(b - a == 1 for a, b in zip(inside, inside[1:]))
    whole = all(len(segment.parts) == 1 for segment in segmentation.segments(tokenizer, sentence))  # ninguna letra a medias
    if not FEWEST <= len(ids) <= MOST or not inside or not joined or not whole or inside[0] < 2:
        return None
    return Cut(sentence, ids, pieces, inside[0] - 1, len(inside) + 1)


def drawn(found: Cut, tokenizer: PreTrainedTokenizerFast) -> Diagram:
    """De arriba abajo: la frase, sus piezas, la página de cada una y el vocabulario entero."""
    size = len(tokenizer)
    pages = [_page(tokenizer, token_id) for token_id in found.ids]
    chips = [
        chip(piece, size=12.5, fill="accent@0.30" if _inside(found, i) else "soft").framed(COLUMN, align="center")
        for i, piece in enumerate(found.pieces)
    ]
    width = COLUMN * len(pages) + GAP * (len(pages) - 1)
    left = (BODY - width) / 2
    span = found.count * COLUMN + (found.count - 1) * GAP
    word = column(
        text(f"«{found.word}»: una palabra, {found.count} tokens", 11, role="accent", bold=True), _bracket(span - 24), gap=2, align="center"
    )
    over_word = word.moved(left + found.start * (COLUMN + GAP) + (span - word.width) / 2, 0).framed(BODY, word.height)
    strip = _strip(found, size, [left + i * (COLUMN + GAP) + COLUMN / 2 for i in range(len(pages))])
    return column(
        text(f"«{found.sentence}»", 17).framed(BODY, align="center"), space(height=8), over_word, space(height=3),
        row(*chips, gap=GAP, align="top").pad(left, 0, 0, 0), space(height=8), row(*pages, gap=GAP, align="top").pad(left, 0, 0, 0), strip,
    )  # fmt: skip


def _inside(found: Cut, i: int) -> bool:
    return found.start <= i < found.start + found.count


def _bracket(length: float) -> Diagram:
    """Una llave abierta hacia abajo."""
    return Diagram(length, 7, (Stroke(((0, 7), (0, 0), (length, 0), (length, 7)), "accent", 1.2),))


def _page(tokenizer: PreTrainedTokenizerFast, token_id: int) -> Diagram:
    """El renglón de un token en el vocabulario, entre sus dos vecinos."""
    lines = [_line(tokenizer, i, chosen=i == token_id) for i in (token_id - 1, token_id, token_id + 1)]
    return over(column(*lines), _outline(lines[1].width, lines[1].height).moved(0, lines[0].height))  # encima de los bordes de los otros


def _outline(width: float, height: float) -> Diagram:
    corners = ((0.0, 0.0), (width, 0.0), (width, height), (0.0, height), (0.0, 0.0))
    return Diagram(width, height, (Stroke(corners, "accent", 1.7),))


def _line(tokenizer: PreTrainedTokenizerFast, token_id: int, *, chosen: bool) -> Diagram:
    if not 0 <= token_id < len(tokenizer):
        return space(COLUMN, 21)
    name = _fitting(tokens.visible(tokens.piece(tokenizer, token_id)), COLUMN - 44)
    role = "ink" if chosen else "quiet"
    number = text(str(token_id), 10.5 if not chosen else 11.5, role="accent" if chosen else "quiet", bold=chosen)
    inner = row(number.framed(30), text(name, 10, role=role), gap=4)
    return box(
        inner.framed(COLUMN - 8), width=COLUMN, height=23 if chosen else 20, padding=(4, 1), fill="paper", edge="frozen", radius=0, line=0.8
    )


def _fitting(name: str, width: float) -> str:
    while text_width(name, 10) > width and len(name) > 2:
        name = name[:-2] + "…" if name.endswith("…") else name[:-1] + "…"
    return name


def _strip(found: Cut, size: int, centers: Sequence[float]) -> Diagram:
    """El vocabulario entero como una barra, con una raya en el lugar de cada id."""
    drop, height = 54.0, 22.0
    places = [BODY * (token_id + 0.5) / size for token_id in found.ids]
    marks = tuple(Rectangle(x - 1.2, drop, 2.4, height, "accent", "accent", line=0) for x in places)
    threads = tuple(Stroke(((center, 3), (x, drop)), "accent@0.6", 1.1) for center, x in zip(centers, places))
    ends = (text("0", 10.5, role="quiet"), text(f"{size - 1}", 10.5, role="quiet"))
    middle = text("el vocabulario entero: un id por pieza", 10.5, role="quiet")
    below = over(ends[0], middle.moved((BODY - middle.width) / 2, 0), ends[1].moved(BODY - ends[1].width, 0))
    return over(
        Diagram(BODY, drop + height),
        rectangle(BODY, height, fill="frozen", edge="quiet").moved(0, drop),
        Diagram(0, 0, (*threads, *marks)),
        below.moved(0, drop + height + 2).framed(BODY, drop + height + 16),
    )
