"""La figura 8 por dentro: palabras de varias clases en el plano, y las vecinas de una de ellas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from course_utils import embeddings, theme
from course_utils.diagrams import Diagram, column, over, paragraph, rectangle, row, text, text_width
from course_utils.microworld import lexicon

if TYPE_CHECKING:
    from course_utils.models import LanguageModel

EACH, NEAR = 8, 6  # palabras de cada clase y vecinas que se listan
SPEAKING = ("dijo", "preguntó", "gritó", "murmuró", "susurró", "contestó", "respondió", "exclamó", "explicó", "comentó")
SIGNS = {"animales": "●", "lugares": "■", "nombres": "▲", "verbos de decir": "◆", "objetos": "★"}
ROLES = {"animales": "accent", "lugares": "ok", "nombres": "truth", "verbos de decir": "wrong", "objetos": "ink"}
SIZE, LINE, AIR = 11.0, 15.0, 7.0


@dataclass(frozen=True, eq=False)
class Words:
    """Las palabras elegidas, su clase y su vector (N, d)."""

    names: tuple[str, ...]
    groups: tuple[str, ...]
    vectors: np.ndarray

    def alike(self) -> int:
        """A cuántas palabras la que más se les parece, entre las elegidas, es de su misma clase."""
        near = (embeddings.neighbours(self.vectors, vector, k=1, exclude=(i,))[0].index for i, vector in enumerate(self.vectors))
        return sum(self.groups[i] == self.groups[j] for i, j in enumerate(near))


def words(model: LanguageModel) -> Words:
    """Las primeras de cada clase que el modelo tiene enteras. ValueError si de alguna clase no tiene bastantes."""
    whole, table = embeddings.word_starts(model.tokenizer), embeddings.table(model)
    found = {group: [name for name in dict.fromkeys(names) if name in whole][:EACH] for group, names in _classes().items()}
    for group, names in found.items():
        if len(names) < EACH:
            raise ValueError(
                f"El modelo «{model.name}» solo tiene enteras {len(names)} palabras de la clase «{group}»: hacen falta {EACH}."
            )
    names = tuple(name for group in found.values() for name in group)
    return Words(names, tuple(group for group, inside in found.items() for _ in inside), table[[whole[name] for name in names]])


def _classes() -> dict[str, Sequence[str]]:
    known = lexicon.load()
    kinds = {"animales": "animal", "lugares": "lugar", "objetos": "objeto"}
    nouns = {group: [n.text for n in known.nouns if kind in n.classes and not n.plural] for group, kind in kinds.items()}
    return nouns | {"nombres": [name.text for name in known.names], "verbos de decir": SPEAKING}


def listed(model: LanguageModel, shown: Words) -> tuple[str, list[tuple[str, float]]]:
    """Una palabra cuyas vecinas, entre todos los tokens que empiezan palabra, son de su clase y se ven en el mapa; y esas vecinas.

    ValueError si ninguna palabra tiene solo vecinas de su clase.
    """
    whole, table = embeddings.word_starts(model.tokenizer), embeddings.table(model)
    every, rows = list(whole), table[list(whole.values())]
    options = {}
    for name, group, vector in zip(shown.names, shown.groups, shown.vectors):
        near = embeddings.neighbours(rows, vector, k=NEAR, exclude=(every.index(name),))
        if all(every[n.index] in _classes()[group] for n in near):
            options[name] = [(every[n.index], n.cosine) for n in near]
    if not options:
        raise ValueError(
            f"En el modelo «{model.name}» ninguna palabra tiene por vecinas a {NEAR} de su clase: la figura no enseñaría un vecindario."
        )
    best = max(
        options, key=lambda name: (sum(word in shown.names for word, _ in options[name]), sum(cosine for _, cosine in options[name]))
    )
    return best, options[best]


def chart(shown: Words, width: float, height: float) -> Diagram:
    """El mapa: cada palabra con el signo y el color de su clase, apartada lo justo para que ninguna pise a otra."""
    points = embeddings.tsne(shown.vectors, perplexity=10).points
    labels = [f"{SIGNS[group]} {name}" for group, name in zip(shown.groups, shown.names)]
    sizes = np.array([(text_width(label, SIZE) + 5, LINE) for label in labels])
    frame = np.array([width, height]) - 2 * AIR
    low, high = points.min(axis=0), points.max(axis=0)
    places = _apart((points - low) / (high - low) * (frame - sizes.max(axis=0)) + sizes.max(axis=0) / 2, sizes, frame)
    drawn = [
        text(label, SIZE, role=ROLES[group]).moved(x - size[0] / 2 + 2, y - LINE / 2)
        for label, group, (x, y), size in zip(labels, shown.groups, places, sizes)
    ]
    return over(rectangle(width, height, fill="paper", edge="frozen", radius=8), over(*drawn).moved(AIR, AIR)).framed(width, height)


def _apart(places: np.ndarray, sizes: np.ndarray, frame: np.ndarray, *, rounds: int = 600) -> np.ndarray:
    """Los centros de las etiquetas, movidos poco a poco hasta que no se pisan ni se salen del marco."""
    places = places.copy()
    for _ in range(rounds):
        gaps = places[:, None] - places[None]  # (N, N, 2)
        room = (sizes[:, None] + sizes[None]) / 2 + 1 - np.abs(gaps)  # lo que les falta, en cada eje, para estar a un punto
        clash = (room > 0).all(axis=-1) & ~np.eye(len(places), dtype=bool)
        if not (room[clash] > 1).all(axis=-1).any():  # ninguna pisa a otra
            break
        across = room[..., 0] < room[..., 1]  # se apartan por donde menos hay que moverse
        push = np.where(np.stack([across, ~across], axis=-1), room, 0) * np.where(gaps >= 0, 1, -1) * clash[..., None]
        places = np.clip(places + 0.3 * push.sum(axis=1), sizes / 2, frame - sizes / 2)
    return places


def legend() -> Diagram:
    """Qué clase es cada signo."""
    return row(*(text(f"{sign} {group}", 11, role=ROLES[group], bold=True) for group, sign in SIGNS.items()), gap=16)


def near(name: str, found: Sequence[tuple[str, float]], width: float) -> Diagram:
    """Las vecinas de una palabra, con su coseno en barra y en número."""
    margin = max(text_width(word, 12) for word, _ in found) + 8
    scale = width - margin - 40
    lines = [
        row(
            text(word, 12).framed(margin),
            rectangle(scale * cosine, 15, fill="soft", edge="accent"),
            text(theme.number(cosine, 2), 11),
            gap=5,
        )
        for word, cosine in found
    ]
    title = column(
        text(f"Las vecinas de «{name}»", 13, bold=True),
        paragraph("coseno con ella, entre todos los tokens que empiezan palabra (1 es apuntar igual)", width, 10.5, role="quiet"),
        gap=2,
    )
    return column(title, *lines, gap=8)
