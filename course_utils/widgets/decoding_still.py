"""La imagen fija del decodificador paso a paso."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from course_utils import diagrams, plots, theme
from course_utils.widgets import still

WIDTH = 720.0  # puntos
SHOWN = 7  # columnas de carriles que caben


def decoder(view: Mapping[str, object]) -> bytes:
    """La frase de origen con su atención, la traducción, las barras del paso y, con búsqueda en haz, los carriles."""
    parts = [_heading("Frase de origen: cuánto se mira cada trozo"), _source(view["pieces"])]
    parts += [_heading("Traducción"), _target(view["chips"], view["position"])]
    parts += [_heading(view["where"]), _bars(view["rows"], view["scale"])]
    if view["lanes"]:
        parts += [_heading("Hipótesis vivas en cada paso"), _lanes(view["lanes"], view["position"])]
    return still.diagram(diagrams.column(*parts, gap=8).pad(18))


def _heading(words: str) -> diagrams.Diagram:
    return diagrams.text(words, 13.0, bold=True).pad(0, 8, 0, 0)


def _source(pieces: Sequence[Mapping[str, object]]) -> diagrams.Diagram:
    if not pieces:
        return diagrams.text("(vacía)", role="quiet")
    return diagrams.tokens([_spaced(piece) for piece in pieces], [piece["p"] for piece in pieces], width=WIDTH)


def _spaced(piece: Mapping[str, object]) -> str:
    return piece["text"] if piece["glued"] else " " + piece["text"]


def _target(chips: Sequence[Mapping[str, object]], position: int) -> diagrams.Diagram:
    """Las fichas de la traducción: la del paso, llena; las que aún no se han escrito, con borde a trazos."""
    if not chips:
        return diagrams.text("(nada todavía)", role="quiet")
    looks = [dict(fill="accent", bold=True) if at == position else dict(fill="soft" if at < position else "paper", dash=at > position)
             for at in range(len(chips))]  # fmt: skip
    drawn = [diagrams.chip(chip["text"], edge="accent", size=13.0, **look) for chip, look in zip(chips, looks)]
    return diagrams.flow([(one, 1.5 if chip["glued"] else 6.0) for one, chip in zip(drawn, chips)], WIDTH)


def _bars(rows: Sequence[Mapping[str, object]], limit: float) -> diagrams.Diagram:
    if not rows:
        return diagrams.text("(sin barras)", role="quiet")
    chosen = next((place for place, row in enumerate(rows) if row["chosen"]), None)

    def paint(axis: object) -> None:
        labels, values = [row["label"] for row in rows], [row["p"] for row in rows]
        plots.next_token_bars(labels, values, chosen=chosen, limit=limit, axis=axis)

    label = max(diagrams.text_width(theme.drawable(row["label"]), 12.0) for row in rows)
    return diagrams.inset(WIDTH - label - 16, 26.0 * len(rows), paint).pad(label + 12, 0, 0, 0)


def _lanes(columns: Sequence[Sequence[Mapping[str, object]]], position: int) -> diagrams.Diagram:
    """Los carriles alrededor del paso; si no caben todos, una frase dice cuántos hay."""
    start = max(0, min(position - 1, len(columns) - SHOWN))
    shown = columns[start : start + SHOWN]
    drawn = diagrams.lanes([[_stop(one, first=not place) for one in column] for place, column in enumerate(shown)])
    if len(columns) <= SHOWN:
        return drawn
    note = f"Pasos {start + 1} a {start + len(shown)} de {len(columns)}."
    return diagrams.column(drawn, diagrams.text(note, 11.0, role="quiet"), gap=4)


def _stop(one: Mapping[str, object], *, first: bool) -> diagrams.Stop:
    return diagrams.Stop(one["label"], one["percent"], None if first else one["parent"], one["ended"], one["on"])
