"""La imagen fija del buscador de historias: las dos listas, una al lado de otra."""

from __future__ import annotations

from collections.abc import Mapping

from course_utils import diagrams, theme
from course_utils.widgets import still

WIDTH, GAP, BAR = 352.0, 26.0, 54.0  # puntos: una lista, el hueco entre las dos y la barra más larga
LONGEST = 110  # letras de una historia
NONE = "Ninguna comparte una palabra con la consulta."


def search(view: Mapping[str, object]) -> bytes:
    """La consulta y, debajo, las dos listas con su puntuación; las historias que están en las dos, con fondo."""
    seen = [{row["index"] for row in column["rows"]} for column in view["columns"]]
    both = seen[0] & seen[1]
    columns = [_column(column, both) for column in view["columns"]]
    query = f"Consulta: «{_short(view['query'])}»" if view["query"].strip() else view["status"]
    parts = [diagrams.paragraph(query, 2 * WIDTH + GAP, 13.0, bold=True), diagrams.row(*columns, gap=GAP, align="top")]
    if view["summary"]:
        parts.append(diagrams.paragraph(f"{view['summary']} Con fondo, las que están en las dos.", 2 * WIDTH + GAP, 11.5, role="quiet"))
    return still.diagram(diagrams.column(*parts, gap=12).framed(width=2 * WIDTH + GAP).pad(18))


def _column(column: Mapping[str, object], both: set[int]) -> diagrams.Diagram:
    rows = [_row(row, row["index"] in both) for row in column["rows"]] or [diagrams.text(NONE, 11.5, role="quiet")]
    head = diagrams.column(diagrams.text(column["title"], 13.0, bold=True), diagrams.text(column["hint"], 10.5, role="quiet"), gap=1)
    return diagrams.column(head, *rows, gap=6)


def _row(row: Mapping[str, object], shared: bool) -> diagrams.Diagram:
    bar = diagrams.rectangle(max(BAR * row["score"], 1.0), 6, fill="accent", edge="accent")
    value = diagrams.column(diagrams.text(row["score_text"], 11.5, bold=True), bar, gap=1).framed(BAR)
    words = diagrams.paragraph(f"{row['place']}. {_short(row['text'])}", WIDTH - BAR - 34, 11.5)
    return diagrams.box(diagrams.row(value, words, gap=10), width=WIDTH, padding=(10.0, 6.0), align="left", edge="quiet",
                        fill="soft" if shared else "paper", dash=not shared)  # fmt: skip


def _short(text: str) -> str:
    flat = theme.drawable(" ".join(text.split()))
    return flat if len(flat) <= LONGEST else flat[: LONGEST - 1].rstrip() + "…"
