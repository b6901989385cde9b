"""La figura 9 por dentro: la tabla de posiciones de 2017 y lo que pasa con el orden de las palabras si no se suma."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from course_utils import embeddings, inspection, positions, theme
from course_utils.diagrams import Diagram, chip, column, inset, over, paragraph, row, text
from course_utils.diagrams.shapes import Stroke
from course_utils.inspection.untouched import untouched

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from course_utils.models import LanguageModel

ROWS = 40  # posiciones que se enseñan
PAIRS = (
    ("El perro ve al gato.", "El gato ve al perro."),
    ("El niño ve al lobo.", "El lobo ve al niño."),
    ("El gato sigue al perro.", "El perro sigue al gato."),
    ("El lobo busca al zorro.", "El zorro busca al lobo."),
)
SAME, DIFFERENT = 1e-3, 0.97  # lo más que pueden diferir dos vectores iguales, y el coseno de dos distintos


@dataclass(frozen=True)
class Shuffle:
    """Dos frases con las mismas palabras y el coseno de los dos vectores de cada palabra, sin posiciones y con ellas."""

    first: tuple[str, ...]
    second: tuple[str, ...]
    without: tuple[float, ...]
    using: tuple[float, ...]


def table(translator: LanguageModel) -> np.ndarray:
    """Las primeras filas de la tabla de posiciones del traductor. ValueError si no es la de la fórmula."""
    found = positions.of(translator, length=ROWS)
    if found.kind != positions.SINUSOIDAL:
        raise ValueError(f"Las posiciones del modelo «{translator.name}» no son las de la fórmula de 2017, sino {found.kind}.")
    return found.vectors


def shuffle(translator: LanguageModel) -> Shuffle:
    """La primera pareja de frases en palabras enteras, con sus medidas. ValueError si no hay ninguna o no dicen lo esperado."""
    for pair in PAIRS:
        first, second = (inspection.read(translator, text, target=[]) for text in pair)
        whole = not any(label.startswith("-") for label in first.labels) and max(Counter(first.ids).values()) == 1
        if whole and Counter(first.ids) == Counter(second.ids):
            return _measured(translator, first, second)
    raise ValueError(
        f"El modelo «{translator.name}» no tiene enteras las palabras de ninguna pareja de frases: la figura no se entendería."
    )


def _measured(translator: LanguageModel, first: inspection.Inputs, second: inspection.Inputs) -> Shuffle:
    places = [second.ids.index(i) for i in first.ids]
    bare = [_encoded(translator, inputs, positions=False) for inputs in (first, second)]
    full = [_encoded(translator, inputs, positions=True) for inputs in (first, second)]
    without, using = ([float(embeddings.cosines(a[i : i + 1], b[j])[0]) for i, j in enumerate(places)] for a, b in (bare, full))
    moved = [i for i, j in enumerate(places) if i != j]
    if np.abs(bare[0] - bare[1][places]).max() > SAME or not all(using[i] < DIFFERENT for i in moved):
        raise ValueError(
            f"En el modelo «{translator.name}» el orden se nota sin posiciones, o no se nota con ellas: la figura diría lo contrario."
        )
    last = len(first.ids) - 1  # sin el token de fin
    return Shuffle(first.labels[:last], second.labels[:last], tuple(without[:last]), tuple(using[:last]))


def _encoded(translator: LanguageModel, inputs: inspection.Inputs, *, positions: bool) -> np.ndarray:
    """(T, D): lo que el codificador saca de cada token, con sus posiciones o con ceros en su lugar."""
    import torch

    encoder = translator.model.get_encoder()
    with untouched(translator.model):
        if not positions:
            encoder.embed_positions.register_forward_hook(lambda _layer, _args, output: torch.zeros_like(output))
        return encoder(torch.tensor([inputs.ids], device=translator.device)).last_hidden_state[0].float().cpu().numpy()


def heat(vectors: np.ndarray, width: float, height: float) -> Diagram:
    """La tabla como color: una fila por posición y una columna por dimensión."""

    def paint(axis: Axes) -> None:
        colors = theme.current()
        axis.imshow(vectors, cmap=_tint(), vmin=-1, vmax=1, aspect="auto", interpolation="nearest")
        axis.set_xlabel("dimensión", fontsize=11)
        axis.set_ylabel("posición", fontsize=11)
        axis.set_xticks([0, vectors.shape[1] // 2, vectors.shape[1] - 1])
        axis.tick_params(length=0, labelsize=10.5)
        axis.axvline(vectors.shape[1] / 2 - 0.5, color=colors.ink, linewidth=1)
        for spine in axis.spines.values():
            spine.set_visible(False)

    return inset(width, height, paint).pad(46, 0, 10, 40)


def _tint() -> object:
    from matplotlib.colors import LinearSegmentedColormap

    colors = theme.current()
    return LinearSegmentedColormap.from_list("posiciones", [colors.truth, colors.paper, colors.accent])


def scale(width: float) -> Diagram:
    """La leyenda del color: de −1 a 1."""

    def paint(axis: Axes) -> None:
        axis.imshow(np.linspace(-1, 1, 101)[None], cmap=_tint(), aspect="auto")
        axis.axis("off")

    return row(text("−1", 10.5), inset(width, 11, paint), text("1", 10.5), gap=5)


def comparison(found: Shuffle, width: float) -> Diagram:
    """Las dos frases, con una línea entre cada palabra y ella misma, y debajo los cosenos."""
    step = width / len(found.first)
    rows = [row(*(chip(word).framed(step, align="center") for word in words)) for words in (found.first, found.second)]
    centers = [step * (i + 0.5) for i in range(len(found.first))]
    ends = [found.second.index(word) for word in found.first]
    threads = tuple(
        Stroke(((centers[i], 23.0), (centers[j], 60.0)), "accent" if i != j else "quiet", 1.4, dash=i == j) for i, j in enumerate(ends)
    )
    frames = over(Diagram(width, 86, threads), rows[0], rows[1].moved(0, 60))
    lines = [_numbers("sin posiciones", found.without, step), _numbers("con posiciones", found.using, step)]
    asked = paragraph(
        "¿Da el codificador a cada palabra de arriba el mismo vector en las dos frases? Coseno de sus dos vectores:",
        width,
        11,
        role="quiet",
    )
    return column(frames, asked, *lines, gap=12)


def _numbers(name: str, cosines: tuple[float, ...], step: float) -> Diagram:
    cells = (text(theme.number(value, 3), 12, bold=value > 0.9995).framed(step, align="center") for value in cosines)
    return column(text(name, 12, bold=True), row(*cells), gap=2)
