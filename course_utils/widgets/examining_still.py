"""La imagen fija de la autoevaluación: la pregunta elegida y sus cuatro respuestas."""

from __future__ import annotations

from collections.abc import Mapping

from course_utils import diagrams
from course_utils.widgets import still

WIDTH = 720.0  # puntos
MARKS = {"right": "✓ correcta", "wrong": "✗ no es", "": ""}
FILLS = {"right": "soft", "wrong": "cut", "": "paper"}


def exam(view: Mapping[str, object]) -> bytes:
    """La pregunta, sus respuestas (con su porqué, si ya toca) y cómo va la autoevaluación."""
    title = diagrams.text("Autoevaluación", 16.0, bold=True)
    where = diagrams.text(view["where"], role="quiet")
    asked = diagrams.paragraph(bare(view["ask"]), WIDTH, 14.0, bold=True).pad(0, 8, 0, 4)
    parts = [title, where, asked, *map(_option, view["options"])]
    parts += [diagrams.paragraph(f"Pista: {bare(view['hint'])}", WIDTH)] if view["hint"] else []
    parts.append(diagrams.paragraph(view["verdict"], WIDTH, role="quiet").pad(0, 6, 0, 0))
    return still.diagram(diagrams.column(*parts, gap=7).pad(18))


def _option(option: Mapping[str, str]) -> diagrams.Diagram:
    mark = MARKS[option["state"]]
    lines = [diagrams.paragraph(f"{option['letter']}) {bare(option['text'])} {mark}", WIDTH - 30, 12.5, bold=bool(mark))]
    lines += [diagrams.paragraph(bare(option["why"]), WIDTH - 30, role="quiet")] if option["why"] else []
    return diagrams.box(diagrams.column(*lines, gap=3), width=WIDTH, padding=(12.0, 7.0), fill=FILLS[option["state"]], align="left")


def bare(text: str) -> str:
    """El texto sin las marcas de código."""
    return text.replace("`", "")
