"""La figura 2 por dentro: los modelos en el plano de fecha y parámetros, con su nombre donde no pisa a otro."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from course_utils import theme
from course_utils.diagrams import Diagram, column, inset, row, text
from course_utils.sizing import Released

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LOW, HIGH = 8e7, 2.6e12
TICKS = {1e8: "100 millones", 1e9: "mil millones", 1e10: "10.000 millones", 1e11: "100.000 millones", 1e12: "1 billón"}
ENGLISH = {1e9: "(1B en inglés)", 1e12: "(1T en inglés)"}
# Dónde va cada nombre respecto a su punto, si no es a la derecha: desplazamiento en puntos y lado por el que se pega.
PLACES = {
    "GPT-3": (0, 9, "center"),
    "Gopher": (-9, 2, "right"),
    "Chinchilla": (0, -17, "center"),
    "PaLM": (0, 9, "center"),
    "BLOOM": (-10, -5, "right"),
    "LLaMA": (0, -17, "center"),
    "Llama 2": (9, -2, "left"),
    "GPT-4": (0, 13, "center"),
    "PaLM 2": (44, -33, "center"),
    "Mistral 7B": (0, -17, "center"),
    "Mixtral 8x7B": (7, -31, "left"),
    "Llama 3.1": (-9, -4, "right"),
    "DeepSeek-V3": (-9, 3, "right"),
    "Qwen3 0.6B": (-10, -4, "right"),
    "Kimi K2": (0, 9, "center"),
    "gpt-oss-120b": (0, -127, "center"),
}
# Los que salieron casi a la vez se dibujan algo separados, sin salirse de su mes: parte de un año.
APART = {"Kimi K2": -0.035, "gpt-oss-120b": 0.035}


def drawn(rows: Sequence[Released], width: float, height: float) -> Diagram:
    """El plano y, debajo, qué quiere decir cada marca."""
    return column(inset(width - 132, height - 30, lambda axis: paint(axis, rows)).pad(108, 0, 24, 30), key(), gap=8)


def key() -> Diagram:
    """La leyenda, con las mismas marcas."""
    entries = (
        ("●", "accent", "lo publica quien lo hizo"),
        ("◆", "accent", "publicado y con expertos: la raya baja hasta los que usa cada token"),
        ("?", "quiet", "no publicado"),
    )
    return row(*(row(text(sign, 13, role=role, bold=True), text(words, 11.0), gap=6) for sign, role, words in entries), gap=16)


def paint(axis: Axes, rows: Sequence[Released]) -> None:
    """Los puntos, sus nombres y los ejes, con el tema activo."""
    colors = theme.current()
    axis.set_yscale("log")
    axis.set(xlim=(2017.9, 2026.5), ylim=(LOW, HIGH))
    for one in rows:
        _point(axis, one)
        _name(axis, one)
    axis.set_xticks(range(2018, 2027), [str(year) for year in range(2018, 2027)])
    axis.set_yticks(list(TICKS), [f"{words}\n{ENGLISH[value]}" if value in ENGLISH else words for value, words in TICKS.items()])
    axis.minorticks_off()
    axis.tick_params(length=0, labelsize=10.5)
    axis.grid(axis="y", color=colors.frozen, linewidth=0.8)
    axis.set_axisbelow(True)


def _date(one: Released) -> float:
    return one.date + APART.get(one.name, 0.0)


def _point(axis: Axes, one: Released) -> None:
    colors, date = theme.current(), _date(one)
    if not one.official:
        axis.plot(
            date, one.parameters, "o", markersize=15, markerfacecolor=colors.paper, markeredgecolor=colors.quiet, markeredgewidth=1.4
        )
        axis.text(date, one.parameters, "?", color=colors.quiet, fontsize=11, fontweight="bold", ha="center", va="center")
        return
    if one.sparse and one.active:
        axis.plot([date] * 2, [one.active, one.parameters], color=colors.accent, linewidth=1.4)
        axis.plot(date, one.active, "_", color=colors.accent, markersize=7, markeredgewidth=1.6)
    axis.plot(date, one.parameters, "D" if one.sparse else "o", markersize=7 if one.sparse else 8, color=colors.accent)


def _name(axis: Axes, one: Released) -> None:
    colors = theme.current()
    x, y, side = PLACES.get(one.name, (9, -4, "left"))
    words = one.name if one.official else f"{one.name}: ¿{spoken(one.parameters)}?".replace(": ", ":\n" if one.name == "PaLM 2" else ": ")
    axis.annotate(words, (_date(one), one.parameters), (x, y), textcoords="offset points", ha=side, fontsize=10.5,
                  color=colors.ink if one.official else colors.quiet)  # fmt: skip


def spoken(parameters: float) -> str:
    """«175.000 millones», «1 billón», «1,57 billones»."""
    if parameters >= 1e12:
        amount = theme.number(round(parameters / 1e12, 2))
        return f"{amount} {'billón' if amount == '1' else 'billones'}"
    return f"{theme.number(parameters / 1e6)} millones"
