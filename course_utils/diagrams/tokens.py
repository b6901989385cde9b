"""Tokens dibujados: fichas, textos coloreados por probabilidad y repartos como barras enteras."""

from __future__ import annotations

from collections.abc import Sequence

from course_utils import theme
from course_utils.diagrams.layout import column, flow, row
from course_utils.diagrams.pieces import MIN_SIZE, box, rectangle, text, text_width
from course_utils.diagrams.shapes import Diagram

CUT_HATCH = "////"
AIR = 2.0  # puntos que deja la nota de una ficha a cada lado, para que no toque a la de su vecina


def chip(
    content: str,
    *,
    note: str = "",
    fill: str = "soft",
    edge: str = "accent",
    hatch: str = "",
    size: float = 12.0,
    bold: bool = False,
    dash: bool = False,
) -> Diagram:
    """Una ficha redondeada con un token dentro y, si se da, una nota debajo: la ficha se ensancha lo que pida su nota."""
    below = text(note, MIN_SIZE, role="quiet")
    room = below.width + 2 * AIR if note else None
    label = box(content, width=room, fill=fill, edge=edge, hatch=hatch, size=size, bold=bold, dash=dash, padding=(6.0, 3.0))
    return column(label, below, gap=2, align="center") if note else label


def tokens(pieces: Sequence[str], probabilities: Sequence[float], *, width: float, prompt: str = "") -> Diagram:
    """Un texto en fichas, más oscuras cuanto más probables y con su porcentaje debajo; las que siguen una palabra van pegadas a ella."""
    words = [(text(word, 13.0, role="quiet").pad(0, 3), 5.0) for word in prompt.split()]
    chips = [
        (
            chip(visible(piece), note=theme.percent(p), fill=f"accent@{shade(p):.2f}", edge="accent", size=13.0),
            6.0 if piece[:1].isspace() else 1.5,
        )
        for piece, p in zip(pieces, probabilities)
    ]
    return flow(words + chips, width, line_gap=8.0)


def visible(piece: str) -> str:
    """El trozo sin su espacio inicial; si solo había espacio, «␣»."""
    return piece.strip(" ") or "␣"


def shade(probability: float) -> float:
    """Cuánto se tiñe una ficha: del papel casi puro a un tono sobre el que la tinta aún se lee bien."""
    return 0.06 + 0.44 * min(max(float(probability), 0.0), 1.0)


def segments(labels: Sequence[str], probabilities: Sequence[float], *, width: float, height: float = 26.0, rest: str = "otros") -> Diagram:
    """Una barra entera partida en proporción a cada probabilidad, con su nombre dentro si cabe; lo que falte hasta 1, sin rellenar."""
    shares = [(label, p, "soft" if i else "accent") for i, (label, p) in enumerate(zip(labels, probabilities)) if p > 0]
    parts = [_segment(label, p, width, height, fill=fill, edge="accent") for label, p, fill in shares]
    left = 1.0 - sum(probabilities)
    if left * width > 1:
        parts.append(_segment(rest, left, width, height, fill="paper", edge="quiet"))
    return row(*parts)


def _segment(label: str, probability: float, width: float, height: float, *, fill: str, edge: str) -> Diagram:
    span, words = probability * width, (f"{label} {theme.percent(probability)}", label)
    shown = next((w for w in words if text_width(theme.drawable(w), 10.5) + 8 <= span), "")
    if not shown:
        return rectangle(span, height, fill=fill, edge=edge)
    return box(shown, width=span, height=height, padding=(2.0, 2.0), size=10.5, fill=fill, edge=edge, radius=0.0)
