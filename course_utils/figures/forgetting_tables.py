"""Las figuras 25 y 26 por dentro: el proceso de ajustar, con sus curvas, y las tablas de lo que se sabe y se olvida."""

from __future__ import annotations

from collections.abc import Sequence

from course_utils import plots, theme
from course_utils.diagrams import Diagram, arrow, box, column, inset, paragraph, row, text
from course_utils.figures.canvas import BODY
from course_utils.forgetting import Row, Run, Sized

NAME, CELL, TALL = 168.0, 84.0, 28.0
DROP = 0.15  # desde cuánto se marca que una tarea ha empeorado


def split_bar(parts: Sequence[tuple[str, int, str]]) -> Diagram:
    """Los datos repartidos, a lo ancho: cada parte con su nombre, su número y para qué sirve."""
    widths = [0.46 * BODY, 0.26 * BODY, 0.26 * BODY]
    fills = [("train", ""), ("soft", ""), ("paper", "")]
    return row(*(
        column(box(f"{name}: {theme.number(count)}", width=width, height=28, fill=fill, hatch=hatch, size=12, bold=True),
               paragraph(told, width - 6, 11, role="quiet"), gap=3)
        for (name, count, told), width, (fill, hatch) in zip(parts, widths, fills)
    ), gap=0.01 * BODY, align="top")  # fmt: skip


def loop(steps: int) -> Diagram:
    """La vuelta que se repite: lote, pérdida, gradiente y pesos."""
    boxes = (("un lote", "16 parejas"), ("la pérdida", "cuánto falla en la respuesta"), ("el gradiente", "hacia dónde mover cada peso"),
             ("los pesos", "se mueven un poco"))  # fmt: skip
    drawn = [box(column(text(name, 12.5, bold=True), paragraph(told, 116, 11, align="center"), align="center"), width=132, height=62,
                 fill="soft", edge="accent") for name, told in boxes]  # fmt: skip
    line = row(drawn[0], *(part for one in drawn[1:] for part in (arrow(44), one)), gap=3)
    return column(line, arrow(line.width, direction="left", dash=True), text(f"y otra vez, {steps} veces", 11.5), gap=3, align="center")


def curves(run: Sized) -> Diagram:
    """La pérdida al entrenar (media de cada diez pasos) y la de validación."""
    trained = {i + 10: sum(run.loss[i : i + 10]) / 10 for i in range(0, len(run.loss), 10)}
    held = {step: value for step, value in run.validation.items() if step > 1}

    def paint(axis: object) -> None:
        plots.lines(list(trained), {"al entrenar": trained, "en validación": held}, xlabel="paso", ylabel="pérdida (nats por token)",
                    title="", axis=axis)  # fmt: skip

    return inset(BODY - 340, 200, paint).pad(40, 24, 104, 32)


def percent(share: float) -> str:
    """«0 %» y «100 %» tal cual; lo demás, redondeado."""
    return f"{theme.number(100 * share, 0)} %"


def matrix(run: Run) -> Diagram:
    """La matriz del olvido: una fila por momento, una columna por tarea y, al final, la perplejidad."""
    names = ["antes de ajustar", *(f"tras «{one.after}»" for one in run.rows[1:])]
    best = [0.0] * len(run.rows[0].shares)
    lines = []
    for name, one in zip(names, run.rows):
        lines.append(_line(name, one, best))
        best = [max(pair) for pair in zip(best, one.shares)]
    return column(_heads(run.rows[0]), *lines, gap=3)


def endings(runs: Sequence[tuple[str, Run]]) -> Diagram:
    """La última fila de cada manera, una debajo de otra; se marca lo que está peor que lo mejor que llegó a estar con esa manera."""
    lines = [_line(name, run.rows[-1], [max(column) for column in zip(*(one.shares for one in run.rows))]) for name, run in runs]
    return column(*lines, gap=3)


def _heads(one: Row) -> Diagram:
    names = [*one.right, "perplejidad"]
    return row(text("", 11).framed(NAME), *(text(name, 11.5, bold=True).framed(CELL, align="center") for name in names), gap=3)


def _line(name: str, one: Row, best: Sequence[float]) -> Diagram:
    cells = [_cell(share, before) for share, before in zip(one.shares, best)]
    odd = text(theme.number(one.perplexity, 1), 12, bold=one.perplexity > 3).framed(CELL, align="center")
    return row(text(name, 12).framed(NAME), *cells, odd, gap=3)


def _cell(share: float, before: float) -> Diagram:
    worse = before - share >= DROP
    label = f"{percent(share)} ▼" if worse else percent(share)
    return box(label, width=CELL, height=TALL, fill=f"accent@{0.55 * share:.2f}", edge="wrong" if worse else "quiet", size=12, bold=worse,
               radius=2, dash=worse, padding=(2, 2))  # fmt: skip
