"""Las piezas de las figuras del capítulo 13: vectores como columnas de colores, lo que contesta el modelo y dónde cae cada vector."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import torch

from course_utils import embeddings, maps, theme, tokens, virtual_tokens
from course_utils.diagrams import Diagram, inset

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from course_utils.models import LanguageModel

SHOWN = 12  # números de cada vector que se pintan
LONGEST, WORDS = 40, 6  # tokens de respuesta y palabras de la frase
FREQUENT, TWINS = 400, 0.97  # palabras, y coseno con otra a partir del cual se ve que no está aprendida


def prompts(decoder: LanguageModel, names: Sequence[str]) -> list[torch.Tensor]:
    """El prompt suave guardado de cada encargo. ValueError si son de otro modelo."""
    found = [virtual_tokens.learned(name) for name in names]
    width = decoder.model.get_input_embeddings().weight.shape[1]
    if any(one.shape[1] != width for one in found):
        raise ValueError(f"Los prompts guardados son de anchura {found[0].shape[1]} y el modelo «{decoder.name}» es de {width}.")
    return found


@torch.inference_mode()
def answered(decoder: LanguageModel, prompt: torch.Tensor | None, text: str) -> str:
    """Lo que escribe el modelo tras un texto, con un prompt suave delante o sin él, en decodificación voraz."""
    tokenizer, network = decoder.tokenizer, decoder.model
    ids = torch.tensor([read_ids(decoder, text)])
    vectors = network.get_input_embeddings()(ids)
    if prompt is not None:
        vectors = torch.cat([prompt[None], vectors], dim=1)
    made = network.generate(
        inputs_embeds=vectors, attention_mask=torch.ones(vectors.shape[:2], dtype=torch.long), do_sample=False, max_new_tokens=LONGEST,
        pad_token_id=tokenizer.eos_token_id,
    )  # fmt: skip
    return tokens.text(tokenizer, made[0].tolist()).strip()


@lru_cache(maxsize=4)
def sentence(decoder: LanguageModel) -> tuple[str, dict[str, str]]:
    """La primera frase corta de la prueba que salen bien en futuro y negada, y lo que sale con cada prompt. ValueError si no la hay."""
    orders = ("futuro", "negación")
    found = prompts(decoder, orders)
    for pair in virtual_tokens.pairs("futuro", 60, split="test"):
        given = pair.prompt.strip()
        if len(given.split()) > WORDS or " no " in given:
            continue
        said = {order: answered(decoder, prompt, given) for order, prompt in zip(orders, found)}
        if said["futuro"] == pair.completion and " no " in said["negación"] and said["negación"].replace("no ", "", 1) == given:
            return given, said
    raise ValueError(f"Con los prompts guardados, «{decoder.name}» no hace bien los dos encargos con ninguna frase: no hay qué enseñar.")


def read_ids(decoder: LanguageModel, text: str) -> list[int]:
    """Los ids de una frase como se lee al ajustar: el de inicio, la frase y un salto de línea."""
    return tokens.prompt_ids(decoder.tokenizer, f"{text}\n")


def columns(vectors: np.ndarray, cell: float, *, edge: str, height: float) -> Diagram:
    """Unos vectores, (N, d), como columnas de casillas: las `SHOWN` primeras cifras de cada uno, en color según su signo y su tamaño."""
    shown = vectors[:, :SHOWN].T

    def paint(axis: Axes) -> None:
        limit = float(np.abs(shown).max())
        axis.imshow(shown, cmap=maps.diverging(), vmin=-limit, vmax=limit, aspect="auto", interpolation="nearest")
        axis.set(xticks=[], yticks=[])
        for x in range(1, len(vectors)):
            axis.axvline(x - 0.5, color=theme.current().paper, linewidth=2)
        axis.spines[:].set(visible=True, color=theme.current()[edge], linewidth=2)

    return inset(cell * len(vectors), height, paint)


@dataclass(frozen=True, eq=False)
class Places:
    """Las palabras más frecuentes y los tokens virtuales: su lugar en el plano, su longitud y su coseno con la palabra más parecida.

    Los `words` primeros son las palabras; el resto, los tokens virtuales. `chance`: el coseno medio con la más parecida de vectores
    al azar. `near`: la pieza de texto más parecida a cada token virtual.
    """

    words: tuple[str, ...]
    points: np.ndarray
    lengths: np.ndarray
    alike: np.ndarray
    chance: float
    near: tuple[str, ...]
    explained: float


@lru_cache(maxsize=4)
def places(decoder: LanguageModel, order: str) -> Places:
    """Dónde cae el prompt suave de un encargo entre las palabras."""
    table, virtual = embeddings.table(decoder), prompts(decoder, [order])[0].numpy()
    whole = embeddings.word_starts(decoder.tokenizer, limit=FREQUENT)
    alike = {word: embeddings.neighbours(table, table[i], k=1, exclude=(i,))[0].cosine for word, i in whole.items()}
    own = {word: cosine for word, cosine in alike.items() if cosine < TWINS}  # las que apenas ha leído siguen todas donde empezaron
    together = np.concatenate([table[[whole[word] for word in own]], virtual])
    projection = embeddings.pca(together)
    found = [embeddings.neighbours(table, vector, k=1)[0] for vector in virtual]
    near = tuple(tokens.label(decoder.tokenizer, one.index) for one in found)
    return Places(
        tuple(own), projection.points, np.linalg.norm(together, axis=1), np.array([*own.values(), *(one.cosine for one in found)]),
        chance(table), near, sum(projection.explained),
    )  # fmt: skip


def chance(table: np.ndarray, *, drawn: int = 500) -> float:
    """El coseno de un vector al azar con la fila de la tabla que más se le parece, de media."""
    vectors = np.random.default_rng(0).standard_normal((drawn, table.shape[1])).astype(np.float32)
    lengths = np.linalg.norm(table, axis=1)
    return float((vectors @ table.T / lengths / np.linalg.norm(vectors, axis=1, keepdims=True)).max(axis=1).mean())


def cloud(found: Places, axis: Axes) -> None:
    """El plano: una bola por palabra y un cuadrado por token virtual."""
    colors, count = theme.current(), len(found.words)
    axis.scatter(*found.points[:count].T, s=14, color=colors.accent, alpha=0.45, linewidths=0)
    _squares(axis, found.points[count:])
    axis.set(xticks=[], yticks=[])
    axis.margins(0.07)
    axis.spines[:].set(visible=True, color=colors.frozen)


def measured(found: Places, axis: Axes) -> None:
    """Longitud y parecido de cada vector, sin proyectar nada."""
    colors, count = theme.current(), len(found.words)
    axis.scatter(found.lengths[:count], found.alike[:count], s=14, color=colors.accent, alpha=0.45, linewidths=0)
    axis.scatter(found.lengths[count:], found.alike[count:], s=44, marker="s", color=colors.train, edgecolor=colors.ink, linewidth=0.7)
    axis.axhline(found.chance, color=colors.quiet, linewidth=1.2, linestyle=(0, (6, 3)))
    axis.annotate("un vector al azar", (0, found.chance), (4, -14), xycoords=("axes fraction", "data"), textcoords="offset points",
                  fontsize=10.5, color=colors.quiet)  # fmt: skip
    axis.set(xlim=(0, None), ylim=(0, 1), xlabel="longitud del vector")
    axis.set_yticks([0, 0.25, 0.5, 0.75, 1], [theme.number(y) for y in (0, 0.25, 0.5, 0.75, 1)])
    axis.xaxis.set_major_formatter(lambda value, _: theme.number(value))
    axis.tick_params(labelsize=10.5)
    axis.grid(axis="y", color=colors.frozen, linewidth=0.8)
    axis.set_axisbelow(True)


def _squares(axis: Axes, points: np.ndarray) -> None:
    colors = theme.current()
    axis.scatter(*points.T, s=44, marker="s", color=colors.train, edgecolor=colors.ink, linewidth=0.7)
