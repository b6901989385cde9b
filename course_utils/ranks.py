"""Qué rango hace falta: el cambio de verdad de cada matriz al ajustar todo el modelo, cortado a rango r, y LoRA con cada rango.

Los ajustes largos están hechos (`recipes/train_ranks.py`) y `results()` los lee; lo demás son las cuentas, que valen con cualquier modelo.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from course_utils import adapters, paths, tuning

if TYPE_CHECKING:
    import torch
    from torch import nn
    from transformers import PreTrainedTokenizerFast

    from course_utils.microworld.orders import Pair

RESULTS = paths.RECIPES / "ranks.json"
ORDER = "futuro"
RANKS = (1, 2, 4, 8, 16, 32)
ATTENTION, FEED_FORWARD, EVERY = "atención", "feed-forward", "todas"
PLACES: Mapping[str, tuple[str, ...]] = MappingProxyType({
    ATTENTION: ("attn.c_attn", "attn.c_proj"), FEED_FORWARD: ("mlp.c_fc", "mlp.c_proj"), EVERY: ("c_attn", "c_proj", "c_fc"),
})  # fmt: skip
BYTES = 4    # float32


@dataclass(frozen=True)
class Tuned:
    """Lo que da un modelo en la prueba: cuántos números se entrenaron, la pérdida por token y cuántas respuestas acierta."""

    parameters: int
    loss: float
    right: int
    asked: int

    @property
    def share(self) -> float:
        """La parte que contesta bien."""
        return self.right / self.asked


@dataclass(frozen=True)
class Matrix:
    """El cambio de una matriz al ajustar todo: su nombre, su forma (salen, entran), sus valores singulares y lo que medía ella antes."""

    name: str
    shape: tuple[int, int]
    values: tuple[float, ...]
    before: float

    @property
    def size(self) -> float:
        """Lo que mide el cambio: la raíz de la suma de los cuadrados de todos sus números."""
        return sum(value**2 for value in self.values) ** 0.5

    def kept(self, rank: int) -> float:
        """Qué parte del cuadrado de esa norma guarda el mejor cambio de rango `rank` (Eckart y Young, 1936)."""
        return sum(value**2 for value in self.values[:rank]) / sum(value**2 for value in self.values)

    def low_rank(self, rank: int) -> int:
        """Los números de las dos matrices de LoRA con ese rango."""
        return rank * sum(self.shape)


@dataclass(frozen=True)
class Pairing:
    """Un par de LoRA de rango 1 ya entrenado: la capa, alpha / r, los números de A (uno por entrada) y los de B (uno por salida)."""

    name: str
    scale: float
    A: tuple[float, ...]
    B: tuple[float, ...]


@dataclass(frozen=True)
class Swap:
    """Dos adaptadores sobre un modelo. `right[adaptador][encargo]`: qué parte acierta; `answers[adaptador]`: qué contesta a cada frase.

    `bytes`: lo que ocupa el fichero de cada adaptador. Sin adaptador, su nombre es «».
    """

    sentences: tuple[str, ...]
    answers: Mapping[str, tuple[str, ...]]
    right: Mapping[str, Mapping[str, float]]
    bytes: Mapping[str, int]


@dataclass(frozen=True)
class Results:
    """Un encargo y lo que se hizo con él: sin ajustar, todo ajustado, LoRA por (sitio, rango) y el cambio de verdad cortado a cada rango.

    `matrices`: el cambio de cada matriz. `rest`: el ajuste completo, quitándole el cambio de las matrices.
    """

    order: str
    steps: int
    before: Tuned
    full: Tuned
    rest: Tuned
    lora: Mapping[tuple[str, int], Tuned]
    cut: Mapping[tuple[str, int], Tuned]
    matrices: tuple[Matrix, ...]
    pair: Pairing
    swap: Swap

    def at(self, place: str) -> list[Matrix]:
        """Las matrices de un sitio de `PLACES`. Lanza ValueError si no lo hay."""
        inside = set(chosen([one.name for one in self.matrices], place))
        return [one for one in self.matrices if one.name in inside]

    def error(self, place: str, rank: int) -> float:
        """Cuánto se aleja del cambio de verdad el mejor cambio de ese rango en ese sitio, como parte de lo que mide. De 0 (igual) a 1."""
        left = sum(one.size**2 for one in self.matrices) - sum(one.kept(rank) * one.size**2 for one in self.at(place))
        return max(0.0, left / sum(one.size**2 for one in self.matrices)) ** 0.5

    def parameters(self, place: str, rank: int) -> int:
        """Los números que entrena LoRA con ese rango en ese sitio."""
        return sum(one.low_rank(rank) for one in self.at(place))


@lru_cache(maxsize=1)
def results() -> Results:
    """Los resultados guardados de `recipes/train_ranks.py`."""
    return read(json.loads(RESULTS.read_text(encoding="utf-8")))


def read(saved: Mapping[str, object]) -> Results:
    """Los resultados, de los datos corrientes en que se guardan."""
    matrices = tuple(Matrix(one["name"], tuple(one["shape"]), tuple(one["values"]), one["before"]) for one in saved["matrices"])
    one = {name: Tuned(*saved[name]) for name in ("before", "full", "rest")}
    many = {name: {(place, rank): Tuned(*found) for place, rank, *found in saved[name]} for name in ("lora", "cut")}
    pair, swap = saved["pair"], saved["swap"]
    pairing = Pairing(pair["name"], pair["scale"], tuple(pair["A"]), tuple(pair["B"]))
    answers = {adapter: tuple(found) for adapter, found in swap["answers"].items()}
    swapped = Swap(tuple(swap["sentences"]), answers, swap["right"], swap["bytes"])
    return Results(saved["order"], saved["steps"], matrices=matrices, pair=pairing, swap=swapped, **one, **many)


def update(before: nn.Module, after: nn.Module) -> dict[str, torch.Tensor]:
    """Lo que ha cambiado cada matriz de un modelo al ajustarlo: ΔW = después − antes, (salen, entran), por el nombre de su capa."""
    old = adapters.linear_layers(before)
    return {name: adapters.weight(layer) - adapters.weight(old[name]) for name, layer in adapters.linear_layers(after).items()}


def truncated(change: torch.Tensor, rank: int) -> torch.Tensor:
    """El mejor cambio de rango `rank`: los `rank` primeros términos de la descomposición en valores singulares (Eckart y Young, 1936)."""
    import torch

    U, S, V = torch.linalg.svd(change, full_matrices=False)
    return (U[:, :rank] * S[:rank]) @ V[:rank]


def put(model: nn.Module, before: nn.Module, changes: Mapping[str, torch.Tensor]) -> None:
    """Deja cada matriz de `model` como en `before` más su cambio; sin cambio, como en `before`. Lo demás de `model` no se toca."""
    import torch

    old = adapters.linear_layers(before)
    with torch.no_grad():
        for name, layer in adapters.linear_layers(model).items():
            adapters.weight(layer).copy_(adapters.weight(old[name]) + changes.get(name, 0))


def chosen(names: Iterable[str], place: str) -> list[str]:
    """Los nombres de capa que caen en un sitio de `PLACES`. Lanza ValueError si no lo hay."""
    if place not in PLACES:
        raise ValueError(f"No hay ningún sitio «{place}»: elige entre {', '.join(PLACES)}.")
    return [name for name in names if f".{name}".endswith(tuple(f".{target}" for target in PLACES[place]))]


def measured(model: nn.Module, tokenizer: PreTrainedTokenizerFast, pairs: Sequence[Pair], parameters: int) -> Tuned:
    """Lo que da una red en unos pares de prueba, con los números que se entrenaron."""
    score, loss = tuning.read(model, tokenizer, pairs)
    return Tuned(parameters, round(loss, 4), score.right, score.asked)
