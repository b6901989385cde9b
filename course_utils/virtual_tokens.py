"""Prompts suaves ya aprendidos y lo que acierta cada uno, con más y menos tokens virtuales, en varios encargos.

Los entrenamientos están hechos (`recipes/train_virtual_tokens.py`); `results()` lee las medidas y `learned`, los vectores.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from course_utils import evaluation, paths
from course_utils.microworld import orders

if TYPE_CHECKING:
    import torch

    from course_utils.microworld.orders import Pair

RESULTS, VECTORS = paths.RECIPES / "virtual_tokens.json", paths.RECIPES / "virtual_tokens.safetensors"
PROMPTS, LORA, FULL = "ajuste de prompts", "LoRA", "completo"
CHANCE, TEXT = "al azar", "del texto"


@dataclass(frozen=True)
class Run:
    """Un ajuste: el encargo, el método («ajuste de prompts», «LoRA» o «completo») y, si hay tokens virtuales, cuántos y cómo empiezan.

    `trained`: cuántos números se entrenan. `loss`: la pérdida media de los últimos pasos. `right`, de `asked`: lo que acierta en la prueba.
    """

    order: str
    method: str
    tokens: int
    start: str
    steps: int
    seed: int
    trained: int
    loss: float
    right: int
    asked: int
    seconds: float

    @property
    def name(self) -> str:
        """Cómo se llama: «futuro, ajuste de prompts, 16, al azar, 200, 0»."""
        return ", ".join(map(str, (self.order, self.method, self.tokens, self.start, self.steps, self.seed)))

    @property
    def share(self) -> float:
        """La parte que acierta."""
        return self.right / self.asked


@dataclass(frozen=True)
class Results:
    """Los ajustes guardados."""

    runs: tuple[Run, ...]

    def of(self, order: str, method: str = PROMPTS, *, tokens: int | None = None, steps: int | None = None,
           start: str = CHANCE) -> list[Run]:  # fmt: skip
        """Los de un encargo y un método, uno por semilla. Lanza KeyError si no hay ninguno así."""
        start = start if method == PROMPTS else ""
        found = [run for run in self.runs if (run.order, run.method, run.start) == (order, method, start)
                 and tokens in (None, run.tokens) and steps in (None, run.steps)]  # fmt: skip
        if not found:
            raise KeyError(f"No hay ningún ajuste guardado de «{order}» con {method} así; los que hay son {self._known()}.")
        return found

    def share(self, order: str, method: str = PROMPTS, **which: object) -> float:
        """La parte que acierta, de media entre las semillas."""
        found = self.of(order, method, **which)
        return sum(run.right for run in found) / sum(run.asked for run in found)

    def interval(self, order: str, method: str = PROMPTS, **which: object) -> tuple[float, float]:
        """El intervalo del 95 % de esa parte, con las frases de todas las semillas juntas."""
        found = self.of(order, method, **which)
        return evaluation.interval(sum(run.right for run in found), sum(run.asked for run in found))

    def _known(self) -> str:
        return "; ".join(run.name for run in self.runs)


def results() -> Results:
    """Las medidas guardadas de `recipes/train_virtual_tokens.py`."""
    return Results(tuple(Run(**entry) for entry in json.loads(RESULTS.read_text(encoding="utf-8"))["runs"]))


def learned(order: str, *, tokens: int = 16, steps: int | None = None, seed: int = 0, start: str = CHANCE) -> torch.Tensor:
    """El prompt suave guardado de un encargo, (n, ancho): el de más pasos, si no se dicen. Lanza KeyError si no lo hay."""
    from safetensors.torch import load_file

    found = [run for run in results().of(order, tokens=tokens, steps=steps, start=start) if run.seed == seed]
    if not found:
        raise KeyError(f"De «{order}» no hay ningún prompt suave guardado con la semilla {seed}.")
    return load_file(VECTORS)[max(found, key=lambda run: run.steps).name].float()


def pairs(order: str, n: int, *, seed: int = 0, split: str = "train") -> list[Pair]:
    """`n` pares de un encargo sin petición ninguna: la frase, un salto de línea y la respuesta.

    Sin turnos de conversación, porque el decodificador de bolsillo no los ha leído nunca y sus tokens no están entrenados.
    """
    bare = orders.pairs(order, n, seed=seed, split=split, requested=False)
    return [replace(pair, prompt=f"{pair.prompt}\n", plain=True) for pair in bare]
