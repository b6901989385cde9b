"""Las piezas de la figura 5: leer en fila, leer todo a la vez y cuánto gradiente vuelve atrás en cada caso."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from course_utils import plots, theme
from course_utils.diagrams import Diagram, arrow, box, chip, column, inset, over, row, space, text
from course_utils.diagrams.shapes import Stroke

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WORDS = ("La", "rana", "del", "lago", "canta")
STEP, CHAIN = 58.0, 20.0  # puntos: una palabra y la flecha entre dos estados
TICKS = {
    1.0: "lo mismo",
    1e-2: "100 veces menos",
    1e-4: "10.000 veces menos",
    1e-6: "un millón de veces menos",
    1e-8: "100 millones de veces menos",
}


def chain(words: Sequence[str], shades: Sequence[float]) -> Diagram:
    """Las palabras de izquierda a derecha, cada una con su estado, que pasa al siguiente; al final, un solo vector.

    shades: cuánto se tiñe cada estado, de 0 a 1.
    """
    states = [box("", width=STEP - CHAIN, height=30, fill=f"accent@{shade:.2f}", edge="accent", radius=8) for shade in shades]
    cells = [
        column(state, arrow(34, direction="up"), chip(word), gap=2, align="center").framed(STEP, align="center")
        for state, word in zip(states, words)
    ]
    links = [
        Diagram(0, 0, (Stroke(((STEP * (i + 1) - CHAIN / 2 + 1, 15), (STEP * (i + 1) + CHAIN / 2 - 1, 15)), "ink", 1.4, True),))
        for i in range(len(words))
    ]
    end = box("un vector", width=78, height=44, size=11, fill="soft", edge="accent", line=1.6)
    read = over(row(*cells, align="top"), *links)
    return row(
        read, column(end, text("cuello de botella", 10.5, role="quiet"), gap=2, align="center").moved(0, -7), gap=4, align="top"
    ).pad(0, 8, 0, 0)


def everyone(words: Sequence[str]) -> Diagram:
    """Las mismas palabras, con una línea entre cada una de abajo y cada una de arriba."""
    step = 60.0
    above = row(*(box("", width=38, height=30, fill="accent@0.50", edge="accent", radius=8).framed(step, align="center") for _ in words))
    below = row(*(chip(word).framed(step, align="center") for word in words))
    centers = [step * (i + 0.5) for i in range(len(words))]
    lines = tuple(Stroke(((x, 68.0), (y, 32.0)), "accent@0.55", 1.1) for x in centers for y in centers)
    return over(Diagram(above.width, 68, lines), above, below.moved(0, 68).framed(above.width, 68 + below.height)).pad(0, 8, 0, 0)


def chart(reached: Mapping[str, np.ndarray], width: float, height: float) -> Diagram:
    """Lo que llega a cada distancia, con una línea por red y escala logarítmica: cada raya, cien veces menos."""

    def paint(axis: Axes) -> None:
        distances = np.arange(1, len(next(iter(reached.values()))) + 1)
        plots.lines(distances, reached, xlabel="palabras de distancia", ylabel="", title="", log_y=True, axis=axis)
        for line in axis.lines:
            line.set(markevery=3, markersize=5)
        axis.set_yticks(list(TICKS), list(TICKS.values()), fontsize=10.5)
        axis.set(ylim=(min(values.min() for values in reached.values()) / 3, 6), xlim=(0.5, distances[-1]))
        axis.set_xticks([1, *range(5, int(distances[-1]), 5)])
        axis.xaxis.label.set_fontsize(11)
        axis.tick_params(axis="y", length=0, which="both")

    return inset(width, height, paint).pad(168, 6, 96, 40)


def heading(title: str, note: str) -> Diagram:
    return column(text(title, 13.5, bold=True), text(note, 10.5, role="quiet"), space(height=4), gap=1)


def shade(share: float) -> float:
    """Cuánto se tiñe un estado al que llega una parte del gradiente: del papel (nada) a medio acento (todo)."""
    return 0.04 + 0.46 * min(share, 1.0)


def less(share: float) -> str:
    """0,0004 → «2.600 veces menos»; cerca de 1, «casi lo mismo»."""
    if share > 0.5:
        return "casi lo mismo"
    times = 1 / share
    digits = 10 ** max(int(np.floor(np.log10(times))) - 1, 0)
    rounded = round(times / digits) * digits
    millions = rounded / 1_000_000
    return (
        f"{theme.number(millions, 0 if millions >= 10 else 1)} millones de veces menos"
        if millions >= 2
        else f"{theme.number(rounded, 0)} veces menos"
    )
