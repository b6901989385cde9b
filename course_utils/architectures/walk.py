"""De 2017 a hoy, un interruptor cada vez: qué cambia en los parámetros, en la caché y en lo que se aprende."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from course_utils import training
from course_utils.architectures import objectives
from course_utils.architectures.miniatures import SIZE, held_out
from course_utils.architectures.objectives import CAUSAL, Marks
from course_utils.architectures.variants import Decoder, Design

START = "el de 2017"
ORIGINAL = {"positions": "sinusoidales", "norm_place": "después", "feed_forward": "ReLU"}
SWITCHES = {
    "posiciones aprendidas": {"positions": "aprendidas"},
    "GELU": {"feed_forward": "GELU"},
    "norma antes": {"norm_place": "antes"},
    "posiciones rotatorias": {"positions": "rotatorias"},
    "RMSNorm": {"norm": "RMSNorm"},
    "SwiGLU": {"feed_forward": "SwiGLU"},
    "cabezas agrupadas": {"kv_heads": 2},
    "mezcla de expertos": {"experts": 4, "active": 2},
}
RESULTS = Path(__file__).with_name("walk.json")
RECIPE = training.Recipe(steps=200, learning_rate=4e-3, warmup=30, weight_decay=0.01, optimizer="muon", side_rate=4e-3)


@dataclass(frozen=True)
class Outcome:
    """Lo que sale de un diseño: sus parámetros (todos, y aquellos por los que pasa cada token), los números que su caché guarda por
    token, la pérdida de cada paso, la de lo que no ha visto y los segundos de entrenamiento."""

    name: str
    design: Design
    parameters: int
    parameters_per_token: int
    cache_per_token: int
    losses: tuple[float, ...]
    held_out: float
    seconds: float


def designs(vocabulary: int, **shape: int) -> dict[str, Design]:
    """El camino entero: cada diseño añade un cambio al anterior. shape: los demás ajustes de `Design`, como width=64."""
    current = Design(vocabulary, **(ORIGINAL | shape))
    found = {START: current}
    for name, change in SWITCHES.items():
        current = replace(current, **change)
        found[name] = current
    return found


def build(design: Design, *, seed: int = 0) -> Decoder:
    """El decodificador de un diseño, con los mismos pesos al azar para la misma semilla."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return Decoder(design)


def measure(
    name: str, design: Design, rows: Sequence[Sequence[int]], unseen: Sequence[Sequence[int]], marks: Marks, *,
    recipe: training.Recipe = RECIPE, size: int = SIZE, seed: int = 0,
) -> Outcome:  # fmt: skip
    """Entrena un diseño con los trozos de texto `rows` y lo mide con `unseen`; el orden de los lotes es el mismo para todos."""
    model = build(design, seed=seed)
    steps = list(training.train(model, objectives.batches(CAUSAL, rows, marks, size=size, seed=seed), recipe))
    loss, parameters = held_out(model, CAUSAL, unseen, marks), sum(p.numel() for p in model.parameters())
    losses = tuple(step.loss for step in steps)
    return Outcome(name, design, parameters, model.parameters_per_token, design.cache_per_token, losses, loss, steps[-1].seconds)


def walk(
    rows: Sequence[Sequence[int]], unseen: Sequence[Sequence[int]], marks: Marks, *, recipe: training.Recipe = RECIPE, **shape: int
) -> Iterator[Outcome]:
    """Mide cada diseño del camino y lo entrega en cuanto está."""
    for name, design in designs(marks.size, **shape).items():
        yield measure(name, design, rows, unseen, marks, recipe=recipe)


@dataclass(frozen=True)
class LongRun:
    """Lo medido de un diseño en la ejecución larga: la pérdida de lo no visto con cada semilla, y la de entrenamiento, media de todas,
    cada `every` pasos."""

    name: str
    parameters: int
    parameters_per_token: int
    cache_per_token: int
    held_out: tuple[float, ...]
    losses: tuple[float, ...]
    every: int

    @property
    def mean(self) -> float:
        """La media de las semillas."""
        return sum(self.held_out) / len(self.held_out)


def long_run(path: Path = RESULTS) -> list[LongRun]:
    """El camino medido con más pasos y varias semillas, tal como lo dejó `recipes/measure_walk.py`."""
    saved = json.loads(path.read_text("utf-8"))
    tuples = ("held_out", "losses")
    return [LongRun(**{name: tuple(value) if name in tuples else value for name, value in row.items()}) for row in saved["designs"]]
