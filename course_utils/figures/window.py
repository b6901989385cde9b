"""Una ventana de contexto casilla a casilla, y lo que hay en ella como fichas: prompt, plantilla y completion de una ejecución."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from course_utils import dialogues, generation, theme, tokens
from course_utils.diagrams import CUT_HATCH, Diagram, chip, column, flow, over, rectangle, row, space, text, visible
from course_utils.figures.canvas import BODY
from course_utils.figures.phrases import unmarked

if TYPE_CHECKING:
    from course_utils.models import LanguageModel

STORY = (
    "Había una vez una rana muy alegre que vivía en el castillo. Cada noche se oía en el castillo un ruido muy raro. "
    "«Es un monstruo», decía un caracol soñador."
)
ORDER = "Haz un resumen en una frase."
ROWS, COLUMNS = 8, 32
LONGEST = 40  # tokens de respuesta
LOOKS = {
    "template": dict(fill="cut", edge="quiet", hatch=CUT_HATCH),
    "prompt": dict(fill="soft", edge="accent"),
    "completion": dict(fill="accent", edge="accent"),
    "free": dict(fill="paper", edge="quiet"),
}


@dataclass(frozen=True)
class Piece:
    """Un token de la ventana: lo que se lee y de qué clase es."""

    label: str
    kind: str


@dataclass(frozen=True)
class Run:
    """Una ejecución: los tokens del prompt, con su plantilla, y los de la completion."""

    prompt: tuple[Piece, ...]
    completion: tuple[Piece, ...]
    text: str
    window: int

    @property
    def template(self) -> int:
        return sum(piece.kind == "template" for piece in self.prompt)

    @property
    def free(self) -> int:
        return self.window - len(self.prompt) - len(self.completion)


def run(language_model: LanguageModel) -> Run:
    """Pide un resumen al modelo y apunta cada token. ValueError si no acaba la respuesta o no es una ventana de 256."""
    tokenizer = language_model.tokenizer
    messages = [{"role": "user", "content": f"{STORY}\n{ORDER}"}]
    marks, sent = set(tokenizer.get_added_vocab().values()), dialogues.ids(tokenizer, messages)
    *_, last = generation.steps(language_model, messages, temperature=0, max_new_tokens=LONGEST)
    if last.finish != "fin" or language_model.window != ROWS * COLUMNS:
        raise ValueError(f"El modelo «{language_model.name}» no ha acabado su respuesta, o su ventana no es de {ROWS * COLUMNS} tokens.")
    pieces = [Piece(_label(tokenizer, i, place), "template" if i in marks else "prompt") for place, i in enumerate(sent)]
    written = [Piece(_label(tokenizer, i, 1), "completion") for i in last.generated]
    return Run(tuple(pieces), tuple(written), last.text, language_model.window)


def _label(tokenizer: object, token_id: int, place: int) -> str:
    shown = tokens.START if place == 0 and token_id == tokenizer.bos_token_id else tokens.piece(tokenizer, token_id)
    return unmarked(shown).replace("\n", "↵")


def chips(pieces: Sequence[Piece], width: float) -> Diagram:
    """Los tokens como fichas; las que siguen una palabra, pegadas a ella."""
    drawn = [(_chip(piece), 5.0 if _apart(before, piece) else 1.5) for before, piece in zip((pieces[0], *pieces), pieces)]
    return flow(drawn, width, line_gap=6.0)


def _chip(piece: Piece) -> Diagram:
    return chip(visible(piece.label), size=11.0, bold=piece.kind == "completion", **LOOKS[piece.kind])


def _apart(before: Piece, piece: Piece) -> bool:
    return piece.label[:1] == " " or piece.label == tokens.END or "template" in (before.kind, piece.kind)


def cells(found: Run) -> Diagram:
    """La ventana entera: una casilla por token, de izquierda a derecha y de arriba abajo."""
    kinds = [piece.kind for piece in (*found.prompt, *found.completion)] + ["free"] * found.free
    side, high = BODY / COLUMNS, 15.0
    drawn = [rectangle(side - 2, high - 2, line=0.8, **LOOKS[kind]).moved(place % COLUMNS * side, place // COLUMNS * high)
             for place, kind in enumerate(kinds)]  # fmt: skip
    return over(space(BODY, ROWS * high), *drawn)


def key(found: Run) -> Diagram:
    """Qué es cada casilla, con su cuenta."""
    counts = {"prompt": ("prompt: lo que escribes", len(found.prompt) - found.template),
              "template": ("prompt: la plantilla", found.template), "completion": ("completion", len(found.completion)),
              "free": ("libres", found.free)}  # fmt: skip
    entries = [row(rectangle(18, 13, line=0.8, **LOOKS[kind]), text(name, 11.5), text(theme.number(count), 11.5, bold=True), gap=6)
               for kind, (name, count) in counts.items()]  # fmt: skip
    return row(*entries, gap=24)


def drawn(found: Run) -> Diagram:
    """El prompt, la completion y la ventana que los contiene."""
    parts = [
        text(f"El prompt: {theme.number(len(found.prompt))} tokens", 13, bold=True),
        chips(found.prompt, BODY),
        space(height=4),
        text(f"La completion: {theme.number(len(found.completion))} tokens, escritos uno a uno", 13, bold=True),
        chips(found.completion, BODY),
        space(height=4),
        text(f"La ventana de contexto: {theme.number(found.window)} casillas, y los dos van dentro", 13, bold=True),
        cells(found),
        key(found),
    ]
    return column(*parts, gap=8)
