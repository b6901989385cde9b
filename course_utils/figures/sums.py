"""Las tiras de números de la figura 10: vectores reales, casilla a casilla, que se suman."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from course_utils import embeddings, inspection, positions, theme
from course_utils.diagrams import Diagram, box, chip, column, row, space, text

if TYPE_CHECKING:
    from course_utils.models import LanguageModel

TEXT, TWICE, BETWEEN = "Un día, el zorro y el pato", "el", "zorro"
SHOWN, CELL = 5, (37.0, 24.0)  # dimensiones que se escriben y tamaño de su casilla
HEAD, SIGN, DOTS = 60.0, 18.0, 18.0  # la ficha del token, un signo y los puntos suspensivos


@dataclass(frozen=True, eq=False)
class Sum:
    """Un token en su lugar y los tres vectores (D,): el suyo, el de su posición y el que entra en el primer bloque."""

    label: str
    place: int
    token: np.ndarray
    position: np.ndarray
    entering: np.ndarray


def sums(decoder: LanguageModel) -> tuple[tuple[str, ...], list[Sum]]:
    """Los tokens del texto y tres de ellos: uno que sale dos veces y otro en medio.

    ValueError si el texto no se corta así o si lo que entra en el primer bloque no es la suma.
    """
    stream = inspection.residual_stream(decoder, TEXT)
    places = [i for i, label in enumerate(stream.labels) if label == TWICE]
    if len(places) != 2 or BETWEEN not in stream.labels:
        raise ValueError(
            f"El modelo «{decoder.name}» no lee «{TEXT}» con dos «{TWICE}» y un «{BETWEEN}» enteros: la figura no se entendería."
        )
    table, rows = embeddings.table(decoder), positions.of(decoder).vectors
    chosen = [places[0], stream.labels.index(BETWEEN), places[1]]
    found = [Sum(stream.labels[i], i, table[stream.ids[i]], rows[i], stream.states[0, i]) for i in chosen]
    if any(np.abs(s.token + s.position - s.entering).max() > 1e-4 for s in found):
        raise ValueError(
            f"En el modelo «{decoder.name}» lo que entra en el primer bloque no es token más posición: la figura diría otra cosa."
        )
    return stream.labels, found


def places(labels: Sequence[str], chosen: Sequence[int]) -> Diagram:
    """El texto en fichas con su posición debajo; las elegidas, más teñidas."""
    parts = (
        chip(
            label, note=str(i), fill="accent@0.40" if i in chosen else "paper", edge="accent" if i in chosen else "quiet", bold=i in chosen
        )
        for i, label in enumerate(labels)
    )
    return row(text("posición", 10.5, role="quiet").pad(0, 18, 0, 0), *parts, gap=7, align="top")


def legible(found: Sequence[Sum]) -> list[int]:
    """Las primeras dimensiones en las que, ya redondeadas, las tres sumas siguen cuadrando: las que se escriben."""
    exact = [np.abs(s.token.round(2) + s.position.round(2) - s.entering.round(2)) < 1e-3 for s in found]
    return np.flatnonzero(np.all(exact, axis=0))[:SHOWN].tolist()


def lines(found: Sequence[Sum]) -> Diagram:
    """Un renglón por token: su tira, la de su posición y la suma."""
    dimensions = legible(found)
    largest = max(float(np.abs(part[dimensions]).max()) for s in found for part in (s.token, s.position, s.entering))
    strip = SHOWN * CELL[0] + DOTS
    heads = [
        ("el token", "fila de la tabla de embeddings"),
        ("su posición", "fila de la tabla de posiciones"),
        ("lo que entra en el bloque", "la suma, número a número"),
    ]
    titles = (column(text(name, 12.5, bold=True), text(note, 10, role="quiet"), gap=1).framed(strip) for name, note in heads)
    return column(row(space(HEAD), row(*titles, gap=SIGN)), *(_line(s, dimensions, largest) for s in found), gap=12)


def _line(s: Sum, dimensions: list[int], largest: float) -> Diagram:
    name = column(chip(s.label, bold=True), text(f"posición {s.place}", 10, role="quiet"), gap=2)
    parts = (_strip(part[dimensions], largest) for part in (s.token, s.position, s.entering))
    token, position, total = parts
    sign = lambda mark: text(mark, 14, bold=True).framed(SIGN, align="center")  # noqa: E731
    return row(name.framed(HEAD), token, sign("+"), position, sign("="), total)


def _strip(vector: np.ndarray, largest: float) -> Diagram:
    """Unos números de un vector: más teñido, más lejos de cero; azul si es positivo, naranja si es negativo."""
    cells = (_cell(float(value), largest) for value in vector)
    return row(*cells, text("…", 12).framed(DOTS, align="center"))


def _cell(value: float, largest: float) -> Diagram:
    role = "accent" if value >= 0 else "train"
    fill = f"{role}@{0.08 + 0.42 * abs(value) / largest:.2f}"
    return box(text(theme.number(value, 2), 10), width=CELL[0], height=CELL[1], padding=(0, 1), fill=fill, edge="quiet", radius=0, line=0.7)


def alike(first: Sum, second: Sum) -> float:
    """El coseno de lo que entra en el primer bloque en dos lugares."""
    return float(embeddings.cosines(first.entering[None], second.entering)[0])


def written(s: Sum, dimension: int) -> str:
    """La suma de una dimensión: «zorro, −0,14 + (−0,15) = −0,29»."""
    token, position, total = (theme.number(part[dimension], 2) for part in (s.token, s.position, s.entering))
    return f"{s.label}, {token} + {f'({position})' if position.startswith('−') else position} = {total}"
