"""Qué se gana con más parámetros, más datos y más tiempo: modelos de varias familias y tamaños, sobre los mismos cuentos.

Los entrenamientos largos están hechos (`recipes/train_scaling.py`) y `results()` los lee; `learn` repite uno, corto, en vivo.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from course_utils import paths, training
from course_utils.microworld import stories

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedTokenizerFast

RESULTS = paths.RECIPES / "scaling.json"
WINDOW, READ, GROUP = 256, 16, 8
SIZES = {"XS": (1, 32, 2), "S": (2, 64, 4), "M": (3, 128, 4), "L": (4, 192, 6)}
GRU = "GRU"


@dataclass(frozen=True)
class Point:
    """Un momento de un entrenamiento: pasos dados, tokens leídos, segundos de CPU y pérdida en cuentos no vistos (nats por token)."""

    step: int
    tokens: int
    seconds: float
    loss: float


@dataclass(frozen=True)
class Run:
    """Un modelo entrenado: su familia («n-gramas», «GRU» o «transformer»), su tamaño, cuántos cuentos distintos leyó y lo que salió.

    `copies`: qué parte de las palabras que solo podían repetir a un personaje acierta. `clean`: qué parte de sus cuentos no rompe
    ninguna regla del micromundo, y de cuántos. `texts`: sus primeros cuentos.
    """

    name: str
    family: str
    parameters: int
    stories: int
    curve: tuple[Point, ...]
    copies: float
    clean: float
    sampled: int
    texts: tuple[str, ...]

    @property
    def loss(self) -> float:
        """La pérdida al terminar."""
        return self.curve[-1].loss

    @property
    def best(self) -> float:
        """La menor pérdida del camino."""
        return min(point.loss for point in self.curve)


@dataclass(frozen=True)
class Results:
    """Los entrenamientos largos y el suelo: la pérdida de quien conoce la gramática, sobre los mismos cuentos."""

    floor: float
    runs: tuple[Run, ...]

    def __getitem__(self, name: str) -> Run:
        found = {run.name: run for run in self.runs}
        if name not in found:
            raise KeyError(f"No hay ningún entrenamiento «{name}»; los que hay son {', '.join(found)}.")
        return found[name]

    def of(self, family: str) -> list[Run]:
        """Los de una familia, del que menos parámetros tiene al que más."""
        return sorted((run for run in self.runs if run.family == family), key=lambda run: (run.parameters, run.stories))


def results() -> Results:
    """Los resultados guardados de `recipes/train_scaling.py`."""
    read = json.loads(RESULTS.read_text(encoding="utf-8"))
    return Results(read["floor"], tuple(_run(entry) for entry in read["runs"]))


def _run(entry: dict) -> Run:
    return Run(**entry | {"curve": tuple(Point(*point) for point in entry["curve"]), "texts": tuple(entry["texts"])})


def build(name: str, tokenizer: PreTrainedTokenizerFast, *, seed: int = 0) -> torch.nn.Module:
    """Una red con pesos al azar: «GRU», o un GPT-2 de tamaño «XS», «S», «M» o «L»."""
    import torch

    if name not in (*SIZES, GRU):
        raise ValueError(f"No hay ninguna red «{name}»: elige entre {', '.join((*SIZES, GRU))}.")
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return _gru(tokenizer) if name == GRU else _gpt2(tokenizer, *SIZES[name])


def _gru(tokenizer: PreTrainedTokenizerFast) -> torch.nn.Module:
    from course_utils.architectures.recurrent import GRULanguageModel

    return GRULanguageModel(len(tokenizer))


def _gpt2(tokenizer: PreTrainedTokenizerFast, layers: int, width: int, heads: int) -> torch.nn.Module:
    from transformers import GPT2Config, GPT2LMHeadModel

    end = tokenizer.eos_token_id
    network = GPT2LMHeadModel(
        GPT2Config(
            vocab_size=len(tokenizer), n_layer=layers, n_embd=width, n_head=heads, n_positions=WINDOW, activation_function="gelu",
            resid_pdrop=0.0, embd_pdrop=0.0, attn_pdrop=0.0, bos_token_id=end, eos_token_id=end, use_cache=False,
        )
    )  # fmt: skip
    network.loss_type = "ForCausalLM"  # la que usaría de todos modos, sin avisarlo
    return network


def encode(texts: Sequence[str], tokenizer: PreTrainedTokenizerFast) -> list[list[int]]:
    """Los ids de cada cuento, entre dos tokens de fin."""
    end = tokenizer.eos_token_id
    return [[end, *ids, end] for ids in tokenizer(list(texts), add_special_tokens=False)["input_ids"]]


def batches(
    tokenizer: PreTrainedTokenizerFast, *, stories_read: int | None = None, read: int = READ, seed: int = 0
) -> Callable[[int], training.Batch]:
    """El lote de cada paso, con unos `read` cuentos: siempre nuevos o, con `stories_read`, elegidos entre ese número de ellos."""
    known = None if stories_read is None else stories.sample(stories_read, seed=1_000_000 * seed)

    @lru_cache(maxsize=1)
    def group(number: int) -> list[training.Batch]:
        if known is None:
            texts = stories.sample(GROUP * read, seed=1_000_000 * seed + number + 1)
        else:
            texts = random.Random(number).sample(known, min(GROUP * read, len(known)))
        whole = training.pack(encode(texts, tokenizer), WINDOW)
        order = random.Random(number).sample(range(len(whole["input_ids"])), len(whole["input_ids"]))
        return [{name: values[order[i::GROUP]] for name, values in whole.items()} for i in range(GROUP)]

    return lambda step: group(step // GROUP)[step % GROUP]


def held_out(model: torch.nn.Module, rows: Sequence[Sequence[int]], *, batch: int = 50) -> float:
    """Pérdida media por token, en nats, de una red en cuentos no vistos."""
    import torch

    total = count = 0
    model.eval()
    with torch.inference_mode():
        for start in range(0, len(rows), batch):
            found = training.pack(rows[start : start + batch], WINDOW)
            scored = int((found["labels"][:, 1:] != training.UNSCORED).sum())
            total, count = total + scored * model(**found).loss.item(), count + scored
    model.train()
    return total / count


def learn(
    model: torch.nn.Module, batch_for: Callable[[int], training.Batch], unseen: Sequence[Sequence[int]], *, steps: int, at: Sequence[int],
    half: bool = False,
) -> Iterator[Point]:  # fmt: skip
    """Entrena una red y entrega un punto en cada uno de los pasos de `at`. unseen: ids de los cuentos con que se mide.

    half: multiplica en bfloat16 (`training.Recipe`).
    """
    recipe = training.Recipe(
        steps=steps, learning_rate=3e-3, side_rate=4e-3, warmup=min(100, steps // 5), decay=0.5, optimizer="muon", half=half
    )
    for step in training.train(model, batch_for, recipe):
        if step.number in at:
            yield Point(step.number, step.tokens, round(step.seconds, 1), round(held_out(model, unseen), 4))
