"""La figura 14 por dentro: la frase sube por el codificador, y lo que cambia en el vector de una palabra al cambiar otra."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from course_utils import inspection, theme, tokens
from course_utils.diagrams import Diagram, box, chip, column, over, paragraph, rectangle, row, text
from course_utils.diagrams.shapes import Rectangle, Stroke
from course_utils.figures.canvas import BODY
from course_utils.generation import translating

if TYPE_CHECKING:
    from course_utils.models import LanguageModel

SENTENCE, OTHER, WORD, OWNER = "La bruja astuta limpia su casa roja.", "El mago astuto limpia su casa roja.", "su", "bruja"
SIDE, CELL = 132.0, 62.0  # puntos: los rótulos de la izquierda y cada token
NUMBERS = 7  # de cada vector, los que se dibujan
DRAWN = 0.1  # una línea de atención, desde este peso


@dataclass(frozen=True, eq=False)
class Read:
    """Lo que el codificador hace con las dos frases.

    ids, labels: los S tokens de la primera. entering, leaving: (S, D). looks: (S,), a quién mira `WORD` en la cabeza que más mira a
    `OWNER`, que es la `head` de la capa `layer`. alike: (S,), coseno entre la salida de cada token en una frase y en la otra.
    said: cómo se traduce cada una.
    """

    ids: tuple[int, ...]
    labels: tuple[str, ...]
    others: tuple[str, ...]
    entering: np.ndarray
    leaving: np.ndarray
    looks: np.ndarray
    layer: int
    head: int
    alike: np.ndarray
    said: tuple[str, str]

    @property
    def share(self) -> float:
        """Lo que `WORD` mira a `OWNER`."""
        return float(self.looks[self.labels.index(OWNER)])

    @property
    def place(self) -> int:
        """El lugar de `WORD`."""
        return self.labels.index(WORD)


def read(translator: LanguageModel) -> Read:
    """Las dos frases, leídas. ValueError si no se leen lugar a lugar o si no se traducen como la figura dice."""
    first, second = translating.read(translator, SENTENCE), translating.read(translator, OTHER)
    labels, others = (tuple(tokens.label(translator.tokenizer, i) for i in one.ids) for one in (first, second))
    if len(labels) != len(others) or labels.count(WORD) != 1 or others[labels.index(WORD)] != WORD:
        raise ValueError(f"El modelo «{translator.name}» no corta igual las dos frases: la figura no se entendería.")
    place, states = labels.index(WORD), _states(translator, first.ids)
    looks = inspection.attention(translator, SENTENCE, target="")["encoder"].weights[:, :, place]
    layer, head = np.unravel_index(looks[:, :, labels.index(OWNER)].argmax(), looks.shape[:2])
    said = tuple(list(translating.steps(translator, one))[-1].text for one in (first, second))
    if " her " not in said[0] or " his " not in said[1]:
        raise ValueError(f"El modelo «{translator.name}» no escribe «her» y «his» según el sujeto: {', '.join(said)}.")
    alike = _cosines(states[-1], _states(translator, second.ids)[-1])
    return Read(first.ids, labels, others, states[0], states[-1], looks[layer, head], int(layer), int(head), alike, said)


def _states(translator: LanguageModel, ids: Sequence[int]) -> np.ndarray:
    """(niveles, S, D): lo que entra en el codificador y lo que sale de cada bloque."""
    import torch

    batch = torch.tensor([list(ids)], device=translator.device)
    with torch.inference_mode(), translating.attending(translator.model):
        found = translator.model.get_encoder()(input_ids=batch, attention_mask=torch.ones_like(batch), output_hidden_states=True)
    return torch.stack(found.hidden_states)[:, 0].float().cpu().numpy()


def _cosines(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    return (first * second).sum(-1) / (np.linalg.norm(first, axis=-1) * np.linalg.norm(second, axis=-1))


# --- el dibujo --------------------------------------------------------------------------------------------------------


def drawn(found: Read, width: int, blocks: int) -> Diagram:
    """De arriba abajo: tokens, vectores, bloques con su atención, vectores que salen y lo que se hace con ellos."""
    chips = _across(column(chip(label, size=11.5), text(str(i), 10, role="quiet"), gap=1, align="center")
                    for label, i in zip(found.labels, found.ids))  # fmt: skip
    rows = [
        _named("1. Tokens", "y su número", chips),
        _named("2. Embedding + posición", f"{width} números cada uno", _strips(found.entering)),
        _named("3. Bloques del codificador", f"{blocks} seguidos; todos ven a todos", _block(found, blocks)),
        _named("4. Lo que sale", f"otra vez {width} números", _strips(found.leaving, strong=found.place)),
        _named("", "", _shared()),
    ]
    return column(*rows, gap=9)


def _named(title: str, note: str, drawing: Diagram) -> Diagram:
    words = column(paragraph(title, SIDE - 8, 12, bold=True), paragraph(note, SIDE - 8, 10.5, role="quiet")) if title else text(" ")
    return row(words.framed(SIDE), drawing)


def _across(parts: object) -> Diagram:
    """Una pieza por token, centrada en su columna."""
    return row(*(part.framed(CELL, align="center") for part in parts), align="top")


def _strips(vectors: np.ndarray, *, strong: int | None = None) -> Diagram:
    """Los primeros números de cada vector, como casillas: azul, positivo; naranja, negativo."""
    largest = float(np.abs(vectors[:, :NUMBERS]).max())
    return _across(_strip(vector[:NUMBERS], largest, strong=i == strong) for i, vector in enumerate(vectors))


def _strip(values: np.ndarray, largest: float, *, strong: bool) -> Diagram:
    fills = (f"{'accent' if value >= 0 else 'train'}@{0.08 + 0.8 * abs(value) / largest:.2f}" for value in values)
    cells = column(*(rectangle(30, 8, fill=fill, edge="quiet", line=0.6) for fill in fills))
    if not strong:
        return cells.pad(4)
    frame = Rectangle(1.5, 1.5, cells.width + 5, cells.height + 5, "paper", "truth", radius=3, line=2.0)
    return over(Diagram(0, 0, (frame,)), cells.pad(4))


def _block(found: Read, blocks: int) -> Diagram:
    """El bloque, con las líneas de lo que mira `WORD` en una de sus cabezas y, escritos, sus pesos."""
    height, wide, place = 96.0, CELL * len(found.labels), found.place
    frames = tuple(Rectangle(d, -d, wide, height, "paper", "quiet", radius=10, dash=d > 0) for d in (6.0, 3.0, 0.0)[-blocks:])
    ends = ((place + 0.5) * CELL, height - 28)
    links = [_link(i, float(weight), ends) for i, weight in enumerate(found.looks) if weight >= DRAWN]
    name = text(f"autoatención: a quién mira «{WORD}»", 10.5, role="quiet")
    say = text(f"capa {found.layer}, cabeza {found.head}", 10.5, role="quiet")
    head = box(WORD, size=11.5, bold=True, fill="accent", edge="accent", padding=(6, 3))
    return over(
        Diagram(wide, height, frames), *links, head.moved(ends[0] - head.width / 2, ends[1]),
        name.moved(wide - name.width - 10, 8), say.moved(wide - say.width - 10, 22),
    )  # fmt: skip


def _link(i: int, weight: float, end: tuple[float, float]) -> Diagram:
    start = ((i + 0.5) * CELL, 6.0)
    note = text(theme.percent(weight), 10.5, role="truth", bold=True)
    stroke = Diagram(0, 0, (Stroke((start, (end[0], end[1] + 12)), "truth", 1.0 + 5.0 * weight),))
    return over(stroke, note.moved(start[0] - note.width - 6, start[1] + 8))


def _shared() -> Diagram:
    """Lo que se lleva el decodificador."""
    wide = CELL * 9
    label = text("claves y valores de la atención cruzada, en cada bloque del decodificador", 11, role="truth")
    line = Stroke(((wide / 2, 0), (wide / 2, 18)), "truth", 2.0, True)
    return over(Diagram(wide, 34, (Stroke(((8, 0), (wide - 8, 0)), "truth", 2.0), line)), label.moved((wide - label.width) / 2, 20))


def comparison(found: Read) -> Diagram:
    """Las dos frases, una encima de otra, con el coseno de lo que sale en cada lugar; y lo que significa."""
    same = [a == b for a, b in zip(found.labels, found.others)]
    first, second = (
        _across(text(label, 11.5, bold=not equal) for label, equal in zip(labels, same)) for labels in (found.labels, found.others)
    )
    cosines = _across(
        text(theme.number(float(cosine), 2) if equal else "—", 11.5, bold=i == found.place, role="truth" if i == found.place else "ink")
        for i, (cosine, equal) in enumerate(zip(found.alike, same))
    )
    names = ("la frase", "otra, con otro sujeto", "coseno a la salida")
    lines = [row(text(name, 10.5, role="quiet").framed(SIDE), drawing) for name, drawing in zip(names, (first, second, cosines))]
    told = paragraph(
        f"De los tokens que las dos frases comparten, todos salen casi iguales menos «{WORD}»: la casa de la primera es de ella, y se "
        "traduce «her red house»; la de la segunda, de él: «his red house».",
        BODY,
        12,
    )
    return column(*lines, told.pad(0, 6, 0, 0), gap=3)
