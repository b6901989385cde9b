"""El panel de mandos de la figura 34: cada mando, qué hace y qué le pasa a un reparto real."""

from __future__ import annotations

from course_utils import generation, theme
from course_utils.diagrams import Diagram, box, chip, column, paragraph, row, segments, slider, space, text, visible
from course_utils.figures.contexts import LOOK, Context

KNOB, EFFECT = 196.0, 500.0  # anchos de las dos columnas, en puntos


def untouched(context: Context) -> Diagram:
    """La primera fila: el reparto del modelo antes de tocar nada."""
    return _control("el modelo, sin tocar", "", space(), _mix(context), f"Siguiente token tras «{context.prompt} …».")


def temperature(context: Context, T: float) -> Diagram:
    does = "Menor que 1, se arriesga menos; mayor que 1, se arriesga más."
    return _control("temperatura", theme.number(T), _slider(T, 0, 2), _mix(context, temperature=T), does)


def top_k(context: Context, k: int) -> Diagram:
    return _control("top-k", str(k), _slider(k, 1, 20), _mix(context, top_k=k), f"Sortea solo entre los {k} más probables.")


def top_p(context: Context, p: float) -> Diagram:
    does = f"Sortea solo entre los más probables que juntos llegan al {theme.percent(p)}."
    return _control("top-p", theme.number(p), _slider(p, 0, 1), _mix(context, top_p=p), does)


def limit(steps: list[generation.Step], maximum: int) -> Diagram:
    """El máximo de tokens nuevos, con un texto que se queda a medias."""
    chips = [chip(visible(step.piece), size=11.5) for step in steps]
    end = text("◄ aquí se corta" if steps[-1].finish == "límite" else "◄ fin", 10.5, role="quiet")
    does = "No toca el reparto: escribe ese número de tokens como mucho."
    return _control("máximo de tokens", str(maximum), _slider(maximum, 1, 40), row(*chips, end, gap=4), does)


def seed(draws: list[tuple[int, str]]) -> Diagram:
    """La semilla, con lo que sale con varias seguidas."""
    field = box(str(draws[0][0]), width=64, size=12, align="left")
    does = "No toca el reparto: decide qué sale. La misma semilla da siempre lo mismo."
    return _control("semilla", "", field, row(*(drawn(number, word) for number, word in draws), gap=12), does)


def drawn(number: int, word: str) -> Diagram:
    """«semilla 3 → bosque»."""
    return row(text(f"semilla {number} →", 10.5, role="quiet"), chip(word, size=11.5), gap=5)


def _control(name: str, value: str, knob: Diagram, effect: Diagram, does: str) -> Diagram:
    title = row(text(name, 12.5, bold=True), text(value, 12.5, role="accent", bold=True), gap=8)
    left = column(title, knob, gap=4).framed(KNOB)
    return row(left, column(paragraph(does, EFFECT, 11), effect, gap=3), align="top")


def _slider(value: float, low: float, high: float) -> Diagram:
    return slider(value, low, high, width=150)


def _mix(context: Context, **settings: float) -> Diagram:
    return segments(context.labels[:LOOK], context.after(LOOK, **settings), width=EFFECT, height=25)
