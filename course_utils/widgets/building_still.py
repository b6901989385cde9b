"""La imagen fija del constructor de prompts."""

from __future__ import annotations

from collections.abc import Mapping

from course_utils import diagrams, plots
from course_utils.widgets import still

WIDTH, LEFT = 720.0, 300.0  # puntos


def builder(view: Mapping[str, object]) -> bytes:
    """El prompt a la izquierda; a la derecha, lo que contesta el modelo y el acierto con su intervalo."""
    lines = [diagrams.text(line or " ", 12.0) for line in view["prompt"].split("\n")]
    paper = diagrams.box(diagrams.column(*lines, gap=2), width=LEFT, edge="quiet", align="left", padding=(12, 10))
    left = diagrams.column(diagrams.text("El prompt", 14, bold=True), paper, diagrams.text(view["tokens"], 11, role="quiet"), gap=6)
    room = WIDTH - LEFT - 30

    def paint(axis: object) -> None:
        rows = view["rows"]
        plots.next_token_bars([row["label"] for row in rows], [row["p"] for row in rows], axis=axis)

    right = diagrams.column(
        diagrams.text("Lo que contesta", 14, bold=True),
        diagrams.inset(room - 80, 27.0 * len(view["rows"]), paint).pad(80, 0, 0, 0),
        diagrams.paragraph(("✓ " if view["right"] else "✗ ") + view["verdict"], room, 12, role="ok" if view["right"] else "wrong"),
        diagrams.space(height=4),
        diagrams.text("Acierto", 14, bold=True),
        gauge(view, room),
        diagrams.paragraph(view["accuracy"], room, 11.5),
        diagrams.paragraph(view["most"], room, 11.5, role="quiet"),
        gap=6,
    )
    return still.diagram(diagrams.row(left, right, gap=30, align="top").framed(width=WIDTH).pad(18))


def gauge(view: Mapping[str, object], width: float) -> diagrams.Diagram:
    """Una barra de 0 a 100 %: el acierto relleno, su intervalo como un trazo y el máximo como una raya."""
    at = lambda share: share * width  # noqa: E731
    bar = (
        diagrams.Rectangle(0, 4, width, 18, "paper", "quiet"),
        diagrams.Rectangle(0, 4, max(at(view["share"]), 0.1), 18, "soft", "accent"),
        diagrams.Stroke(((at(view["low"]), 13.0), (at(view["high"]), 13.0)), "ink", 2.2),
        diagrams.Stroke(((at(view["ceiling"]), 0.0), (at(view["ceiling"]), 26.0)), "truth", 2.2, dash=True),
    )
    return diagrams.Diagram(width, 26.0, bar)
