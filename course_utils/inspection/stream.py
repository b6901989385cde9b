"""El flujo residual: el vector de cada token según entra en cada bloque, y lo que cada parte del bloque le suma."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor, nn

from course_utils.inspection.inputs import Text, read
from course_utils.inspection.untouched import call, untouched

if TYPE_CHECKING:
    from course_utils.models import LanguageModel

PARTS = {2: ("atención", "red feed-forward"), 3: ("autoatención", "atención cruzada", "red feed-forward")}
BLOCK = ("bloque",)


@dataclass(frozen=True, eq=False, repr=False)
class ResidualStream:
    """El viaje de los T vectores por los L bloques (en un codificador-decodificador, los de su decodificador).

    states: (L + 1, T, D), float32: lo que entra en el primer bloque y lo que sale de cada uno, antes de la última normalización.
    parts: los P sitios de un bloque que cambian el vector, en orden: «atención», «red feed-forward»… o solo «bloque» si la red
    los calcula a la vez. contributions: (L, P, T, D), lo que cambia el vector en cada sitio: `states[0] + contributions` sumadas
    sobre L y P es `states[-1]`. Si la red normaliza después de sumar (BERT, Marian), el cambio incluye esa normalización.
    """

    ids: tuple[int, ...]
    labels: tuple[str, ...]
    states: np.ndarray
    parts: tuple[str, ...]
    contributions: np.ndarray

    def __repr__(self) -> str:
        levels, positions, width = self.states.shape
        return f"ResidualStream(bloques={levels - 1}, tokens={positions}, anchura={width}, partes={self.parts})"


def residual_stream(language_model: LanguageModel, text: Text, *, target: Text | None = None) -> ResidualStream:
    """Los estados ocultos de cada token entre bloque y bloque, y lo que aporta cada parte.

    text: un texto, o los ids exactos. target: lo que escribe un codificador-decodificador; sin él, lo que él mismo escribe.
    Lanza ValueError si el texto no se puede leer o si no se encuentran los bloques de la red.
    """
    inputs, network = read(language_model, text, target=target), language_model.model
    found = blocks(language_model)
    with untouched(network), _watching(found) as visits:
        call(network, inputs.arguments(network.device))
    stops = _stops(visits)
    states = np.stack([_numpy(stops[0][0]), *(_numpy(block[-1]) for block in stops)])
    steps = np.stack([[_numpy(after) - _numpy(before) for before, after in zip(block, block[1:])] for block in stops])
    ids, labels = inputs.decoded
    return ResidualStream(ids, labels, states, PARTS.get(steps.shape[1], BLOCK), steps)


def embedding_table(language_model: LanguageModel) -> np.ndarray:
    """(V, D): el embedding de cada token del vocabulario, una fila por id. Es una copia."""
    return language_model.model.get_input_embeddings().weight.detach().float().cpu().numpy().copy()


def embeddings(language_model: LanguageModel, text: Text) -> np.ndarray:
    """(T, D): el embedding de cada token de un texto, antes de sumarle su posición (y de escalarlo, si la red lo hace)."""
    inputs = read(language_model, text, target=[] if language_model.role == "codificador-decodificador" else None)
    return embedding_table(language_model)[list(inputs.ids)]


def blocks(language_model: LanguageModel) -> Sequence[nn.Module]:
    """Los bloques de la red, en orden: los de su decodificador, si tiene dos partes. ValueError si no se encuentran."""
    network = language_model.model
    stack = network.get_decoder() if language_model.role == "codificador-decodificador" else network.base_model
    lists = [(name.count("."), module) for name, module in stack.named_modules() if isinstance(module, nn.ModuleList) and len(module)]
    if not lists:
        name = f"«{language_model.name}» ({type(network).__name__})"
        raise ValueError(f'No encuentro los bloques de {name}: usa un transformer, como models.load("decoder").')
    return min(lists, key=lambda found: found[0])[1]


@dataclass
class Visit:
    """Lo que se ve al pasar por un bloque: lo que entra, lo que sale y, de cada normalización de dentro, lo uno y lo otro. (1, T, D)."""

    start: Tensor
    norms: list[tuple[Tensor, Tensor]]
    end: Tensor | None = None


@contextmanager
def _watching(found: Sequence[nn.Module]) -> Iterator[list[Visit]]:
    """Mientras dura, apunta cada visita a un bloque. Los ganchos los quita `untouched`."""
    visits: list[Visit] = []

    def enter(_block: nn.Module, args: tuple, kwargs: dict) -> None:
        visits.append(Visit(entering(args, kwargs), []))

    def norm(_norm: nn.Module, args: tuple, output: Tensor) -> None:
        if visits and visits[-1].end is None and args[0].shape == visits[-1].start.shape:
            visits[-1].norms.append((args[0], output))

    def leave(_block: nn.Module, _args: tuple, output: object) -> None:
        visits[-1].end = leaving(output)

    for block in found:
        block.register_forward_pre_hook(enter, with_kwargs=True)
        block.register_forward_hook(leave)
        for module in block.modules():
            if "norm" in type(module).__name__.lower():
                module.register_forward_hook(norm)
    yield visits


def entering(args: tuple, kwargs: dict) -> Tensor:
    """El vector que entra en un bloque, venga como venga."""
    return args[0] if args else kwargs["hidden_states"]


def leaving(output: object) -> Tensor:
    """El vector que sale de un bloque, venga como venga."""
    return output[0] if isinstance(output, tuple) else output


def _stops(visits: list[Visit]) -> list[list[Tensor]]:
    """Las paradas del vector dentro de cada bloque, del principio al final; las intermedias, solo si en todos son las mismas."""
    stops = [_inside(visit) for visit in visits]
    sizes = {len(block) - 1 for block in stops}
    if len(sizes) == 1 and sizes <= PARTS.keys():
        return stops
    return [[visit.start, visit.end] for visit in visits]


def _inside(visit: Visit) -> list[Tensor]:
    """Si la red normaliza antes de cada parte, lo que entra en cada norma es el flujo; si después, lo que sale de ella."""
    if visit.norms and torch.equal(visit.norms[-1][1], visit.end):
        stops = [visit.start, *(output for _, output in visit.norms)]
    else:
        stops = _before(visit)
    moves = all(not torch.equal(before, after) for before, after in zip(stops, stops[1:]))
    return stops if torch.equal(stops[0], visit.start) and moves else [visit.start, visit.end]


def _before(visit: Visit) -> list[Tensor]:
    """Lo que entra en cada norma y, al final, lo que sale del bloque. Gemma normaliza además lo que cada parte suma: esas no cuentan."""
    stops: list[Tensor] = []
    for place, (given, output) in enumerate(visit.norms):
        later = visit.norms[place + 1][0] if place + 1 < len(visit.norms) else visit.end
        if not (stops and torch.equal(stops[-1] + output, later)):
            stops.append(given)
    return [*stops, visit.end]


def _numpy(vectors: Tensor) -> np.ndarray:
    return vectors[0].float().cpu().numpy()
