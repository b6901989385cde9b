"""La imagen fija del explorador de rangos."""

from __future__ import annotations

from collections.abc import Mapping

from course_utils import diagrams
from course_utils.widgets import still

WIDTH, BAR, HIGH = 700.0, 112.0, 14.0    # puntos
LOOKS = (("accent", "accent", ""), ("truth@0.3", "truth", "...."), ("cut", "quiet", "////"))


def ranking(view: Mapping[str, object]) -> bytes:
    """Una fila por rango, con sus tres barras; la elegida, señalada."""
    heads = ["", "números", *(bar["name"] for bar in view["rows"][0]["bars"])]
    widths = [64.0, 120.0, *[(WIDTH - 184.0) / 3] * 3]
    head = diagrams.row(*(diagrams.text(name, 11, role="quiet").framed(width) for name, width in zip(heads, widths)))
    drawn = diagrams.column(
        diagrams.text(f"LoRA en {view['place']}", 15.0, bold=True),
        diagrams.paragraph(view["where"], WIDTH, 11.5, role="quiet"),
        diagrams.space(height=4),
        head,
        *(_line(row, widths) for row in view["rows"]),
        diagrams.paragraph(view["summary"], WIDTH, 12.0, bold=True).pad(0, 8, 0, 0),
        diagrams.paragraph(view["full"], WIDTH, 11.5, role="quiet"),
        gap=6,
    )
    return still.diagram(drawn.framed(width=WIDTH).pad(18))


def _line(row: Mapping[str, object], widths: list[float]) -> diagrams.Diagram:
    name = diagrams.text(f"{'▸ ' if row['chosen'] else '   '}r = {row['rank']}", 12, bold=row["chosen"])
    cells = [name, diagrams.text(f"{row['count']} ({row['share']})", 11)]
    return diagrams.row(*(cell.framed(width) for cell, width in zip([*cells, *map(_bar, row["bars"], LOOKS)], widths)))


def _bar(bar: Mapping[str, object], look: tuple[str, str, str]) -> diagrams.Diagram:
    fill, edge, hatch = look
    drawn = diagrams.rectangle(max(BAR * bar["share"], 1.0), HIGH, fill=fill, edge=edge, hatch=hatch)
    return diagrams.row(drawn, diagrams.text(bar["percent"], 11), gap=6)
