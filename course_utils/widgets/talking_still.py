"""La imagen fija de la charla: los turnos en bocadillos y, debajo, la ventana repartida."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from course_utils import theme
from course_utils.diagrams import CUT_HATCH, Diagram, box, column, paragraph, rectangle, row, space, text
from course_utils.widgets import still

WIDTH = 720.0  # puntos
BUBBLE = 500.0
SHOWN = 6  # turnos que se dibujan
LOOKS = {
    "template": dict(fill="cut", edge="quiet", hatch=CUT_HATCH),
    "text": dict(fill="soft", edge="accent"),
    "question": dict(fill="soft", edge="accent", hatch="..."),
    "answer": dict(fill="accent", edge="accent"),
    "free": dict(fill="paper", edge="quiet", dash=True),
}


def chat(view: Mapping[str, object]) -> bytes:
    """La charla como PNG."""
    turns = view["turns"][-SHOWN:]
    hidden = len(view["turns"]) - len(turns)
    parts = [text(f"… {hidden} turnos antes", 11, role="quiet")] if hidden else []
    parts += [bubble for turn in turns for bubble in _turn(turn)] or [text("(sin preguntas todavía)", role="quiet")]
    return still.diagram(column(*parts, space(height=4), *meter(view["meter"]), gap=8).pad(18))


def _turn(turn: Mapping[str, object]) -> list[Diagram]:
    text_given = [paragraph(f"{turn['title']}: {turn['text']}", BUBBLE - 24, 11, role="quiet")] if turn["text"] else []
    asked = [*text_given, paragraph(theme.drawable(turn["question"]), BUBBLE - 24, 12.5)]
    said = [paragraph(theme.drawable(turn["answer"]) or "…", BUBBLE - 24, 12.5)]
    notes = [text(note, 10.5, role="quiet") for note in (turn["note"], turn["state"]) if note]
    look = dict(dash=not turn["inside"], edge="accent" if turn["inside"] else "quiet")
    right = box(column(*asked, gap=3), fill="paper", radius=9, **look)
    left = box(column(*said, *notes, gap=3), fill="paper", radius=9, line=1.6 if turn["inside"] else 1.0, **look)
    return [right.framed(WIDTH, align="right"), left]


def meter(found: Mapping[str, object], *, width: float = WIDTH) -> list[Diagram]:
    """La ventana como una barra repartida, su leyenda y lo que se ha quedado fuera."""
    lost = [paragraph(found["lost"], width, 11.5, bold=True)] if found["lost"] else []
    return [text(found["summary"], 12.5, bold=True), bar(found["parts"], width), legend(found["legend"]), *lost]


def bar(parts: Sequence[Mapping[str, object]], width: float, *, height: float = 26.0) -> Diagram:
    """Los trozos de la ventana, cada uno tan ancho como tokens tiene."""
    total = max(sum(part["tokens"] for part in parts), 1)
    return row(*(_piece(part, width * part["tokens"] / total, height) for part in parts if part["tokens"]))


def _piece(part: Mapping[str, object], width: float, height: float) -> Diagram:
    look = dict(line=0.8, **LOOKS[part["kind"]])
    if width < 26 or part["kind"] == "template":
        return rectangle(width, height, **look)
    return box(str(part["tokens"]), width=width, height=height, padding=(0.0, 2.0), size=11, radius=0.0, **look)


def legend(rows: Sequence[Mapping[str, object]]) -> Diagram:
    """Qué es cada trozo y cuántos tokens suma."""
    swatches = [row(rectangle(16, 12, line=0.8, **LOOKS[one["kind"]]), text(f"{one['name']} {one['tokens']}", 11), gap=5)
                for one in rows]  # fmt: skip
    return row(*swatches, gap=16)
