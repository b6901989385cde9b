"""La imagen fija de la calculadora de tamaño."""

from __future__ import annotations

from collections.abc import Mapping

from course_utils import diagrams, stacks, theme
from course_utils.widgets import still

WIDTH, LEFT = 700.0, 190.0  # puntos


def calculator(view: Mapping[str, object]) -> bytes:
    """Las medidas del modelo, sus piezas y la barra de memoria contra lo que hay."""
    values = {field["name"]: field for field in view["fields"]}
    parts = {part["name"]: part["share"] for part in view["parts"]}
    memory = {part["name"]: part["share"] for part in view["memory"]}
    measures = " · ".join(f"{values[name]['title'].lower()} {_shown(values[name]['value'])}" for name in
                          ("layers", "width", "heads", "kv_heads", "feed_forward", "vocabulary"))  # fmt: skip
    uses = " · ".join(_shown(values[name]["value"]) for name in ("task", "precision", "chip"))
    sign = "✓" if view["fits"] else "✗"
    drawn = diagrams.column(
        diagrams.text(f"{view['preset']}: {view['total']}", 15.0, bold=True),
        diagrams.paragraph(f"{values['style']['value']} · {measures}", WIDTH, 11.0, role="quiet"),
        diagrams.space(height=4),
        stacks.bar(parts, width=WIDTH),
        _list(view["parts"], "percent"),
        diagrams.space(height=6),
        diagrams.text(f"Memoria: {uses}", 13.0, bold=True),
        stacks.against(memory, view["capacity"], f"{values['chip']['value']}", width=WIDTH),
        _list(view["memory"], "text"),
        diagrams.paragraph(f"{sign} {view['verdict']}", WIDTH, 12.5, bold=True, role="ok" if view["fits"] else "wrong"),
        gap=7,
    )
    return still.diagram(drawn.framed(width=WIDTH).pad(18))


def _list(rows: list[Mapping[str, object]], value: str) -> diagrams.Diagram:
    """Cada parte con su muestra, su nombre y su cantidad."""
    lines = [diagrams.row(diagrams.row(sample, diagrams.text(row["name"], 11.5), gap=6).framed(LEFT),
                          diagrams.text(str(row[value]), 11.5, bold=True).framed(70),
                          diagrams.text(str(row.get("how", "")), 11.0, role="quiet"), gap=8)
             for sample, row in zip(stacks.samples(len(rows)), rows)]  # fmt: skip
    return diagrams.column(*lines, gap=2)


def _shown(value: object) -> str:
    return theme.number(value) if isinstance(value, int) else str(value)
