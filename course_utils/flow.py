"""Un pintor que sale de la nieve: una red aprende hacia dónde mover cada punto para que el ruido acabe siendo un dibujo.

Es emparejamiento de flujos (*flow matching*: Lipman y otros, 2023), primo de los modelos de difusión (Ho y otros, 2020).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from course_utils import training

Loss = Callable[["Painter", Tensor, Tensor], Tensor]
EARLY = -1.1  # a qué momentos se dedica el entrenamiento: cuanto más negativo, más cerca de la nieve
SHIFT = 4.0  # cuánto se aprietan los pasos hacia el principio, donde se decide qué sale
CLOSEST = 0.05  # lo más cerca que se mira del final: ahí dividir entre 1 − t se dispararía
RISING, FALLING, MEMORY, EVERY = 100, 0.9, 0.95, 5  # pasos en que sube la tasa, parte final en que baja, y la media de los pesos


class Step(NamedTuple):
    """Un paso de entrenamiento: su número, desde 1, y su pérdida."""

    number: int
    loss: float


class Path(NamedTuple):
    """El camino de unos dibujos: los momentos, (M,); lo que hay en cada uno y lo que la red imagina que saldrá, (M, N, alto, ancho, 3)."""

    times: np.ndarray
    states: np.ndarray
    guesses: np.ndarray


class Painter(nn.Module):
    """Dada una mezcla de nieve y dibujo, el momento y la clase, la velocidad hacia el dibujo.

    Por dentro imagina el dibujo acabado y da lo que falta hasta él entre el tiempo que queda (Li y He, 2025). Es un perceptrón de
    bloques residuales; el momento y la clase entran en cada bloque como una escala y un desplazamiento (Perez y otros, 2018).
    """

    def __init__(self, names: Sequence[str], shape: Sequence[int], mean: float, scale: float, *, width: int, depth: int,
                 context: int = 128) -> None:  # fmt: skip
        super().__init__()
        self.names, self.shape, size = tuple(names), tuple(shape), math.prod(shape)
        self.mean, self.scale = mean, scale
        self.kinds = nn.Embedding(len(names), context)
        self.clock = nn.Sequential(nn.Linear(32, context), nn.SiLU(), nn.Linear(context, context))
        self.enter, self.leave = nn.Linear(size, width), nn.Linear(width, size)
        self.blocks = nn.ModuleList(Block(width, context) for _ in range(depth))

    def forward(self, mixed: Tensor, t: Tensor, kinds: Tensor) -> Tensor:
        """mixed: (B, alto, ancho, 3); t: (B, 1, 1, 1); kinds: (B,) → la velocidad, de la forma de mixed."""
        context = nn.functional.silu(self.clock(_waves(t.flatten())) + self.kinds(kinds))  # (B, context)
        x = self.enter(mixed.flatten(1))  # (B, width)
        for block in self.blocks:
            x = block(x, context)
        imagined = self.leave(x).view_as(mixed)
        return (imagined - mixed) / (1 - t).clamp(min=CLOSEST)

    def from_images(self, images: np.ndarray) -> Tensor:
        """Dibujos de 0 a 1 → lo que ve la red: sin la media y con la misma amplitud que la nieve."""
        return (torch.as_tensor(images, dtype=torch.float32) - self.mean) / self.scale

    def to_images(self, x: Tensor) -> np.ndarray:
        """El camino contrario; lo que se sale de 0 a 1 se recorta."""
        return (x * self.scale + self.mean).clamp(0, 1).numpy()


class Block(nn.Module):
    """Un bloque residual: normaliza, ajusta según el contexto y suma lo que encuentran dos capas."""

    def __init__(self, width: int, context: int) -> None:
        super().__init__()
        self.norm, self.adjust = nn.LayerNorm(width), nn.Linear(context, 2 * width)
        self.first, self.second = nn.Linear(width, width), nn.Linear(width, width)
        nn.init.zeros_(self.second.weight)
        nn.init.zeros_(self.second.bias)

    def forward(self, x: Tensor, context: Tensor) -> Tensor:
        gain, shift = self.adjust(context).chunk(2, dim=-1)
        return x + self.second(nn.functional.gelu(self.first(self.norm(x) * (1 + gain) + shift)))


def _waves(t: Tensor) -> Tensor:
    """Un número entre 0 y 1 como treinta y dos ondas, de lentas a rápidas: (B,) → (B, 32)."""
    angles = t[:, None] * torch.exp(torch.linspace(0, math.log(200), 16))
    return torch.cat([angles.sin(), angles.cos()], dim=-1)


def painter(images: np.ndarray, names: Sequence[str], *, seed: int = 0, width: int = 512, depth: int = 3) -> Painter:
    """Un pintor sin entrenar para dibujos como esos, (N, alto, ancho, 3), de 0 a 1. names: cómo se llama cada clase."""
    if np.ndim(images) != 4 or not len(images) or not len(names):
        raise ValueError(f"Hacen falta dibujos de forma (N, alto, ancho, 3) y sus clases; han llegado {np.shape(images)} y {len(names)}.")
    table = torch.as_tensor(np.asarray(images), dtype=torch.float32)
    mean = table.mean()
    with torch.random.fork_rng(devices=[]), torch.no_grad():
        torch.manual_seed(seed)
        made = Painter(names, table.shape[1:], float(mean), max(float(table.std()), 1e-6), width=width, depth=depth)
        made.leave.weight.zero_()
        made.leave.bias.copy_(made.from_images(table.mean(0)).flatten())
    return made


def times(n: int) -> Tensor:
    """`n` momentos al azar entre 0 y 1, (n, 1, 1, 1): más a menudo al principio, cuando aún es casi nieve y se decide qué va a salir."""
    return torch.sigmoid(torch.randn(n, 1, 1, 1) + EARLY)


def train(made: Painter, images: np.ndarray, kinds: np.ndarray, loss: Loss, *, steps: int, batch: int = 128, learning_rate: float = 2e-3,
          seed: int = 0) -> Iterator[Step]:  # fmt: skip
    """Entrena y entrega cada paso. `loss(pintor, dibujos, clases)` da la pérdida de un lote; lo que sortee con torch sale de la semilla.

    La tasa sube en cien pasos y después baja poco a poco hasta cero. Al acabar (o al dejarlo a medias), los pesos son la media de los
    últimos, que pinta mejor que cualquiera de ellos. Lanza FloatingPointError si la pérdida deja de ser un número.
    """
    table, labels = made.from_images(images), torch.as_tensor(kinds)
    optimizer = torch.optim.AdamW(made.parameters(), lr=learning_rate, betas=(0.9, 0.99), weight_decay=0.01, fused=True)
    recipe = training.Recipe(steps, learning_rate, warmup=RISING, decay=FALLING)
    mean = [weight.detach().clone() for weight in made.parameters()]
    made.train()
    try:
        for step in range(steps):
            for group in optimizer.param_groups:
                group["lr"] = training.rate(recipe, step)
            with torch.random.fork_rng(devices=[]):
                torch.manual_seed(seed * 1_000_003 + step)
                rows = torch.randint(len(table), (batch,))
                value = _update(made, optimizer, loss(made, table[rows], labels[rows]))
            if not math.isfinite(value):
                raise FloatingPointError(f"La pérdida del paso {step + 1} es {value}: prueba con una tasa menor que {learning_rate:g}.")
            if step % EVERY == 0:
                torch._foreach_lerp_(mean, list(made.parameters()), 1 - min(MEMORY, step / (step + 10)))
            yield Step(step + 1, value)
    finally:
        with torch.no_grad():
            for weight, average in zip(made.parameters(), mean):
                weight.copy_(average)
        made.eval()


def _update(made: Painter, optimizer: torch.optim.Optimizer, loss: Tensor) -> float:
    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(made.parameters(), 1.0)
    optimizer.step()
    return loss.item()


def moments(steps: int) -> Tensor:
    """Los `steps` + 1 momentos por los que pasa un camino, de 0 a 1: cortos al principio y más largos después."""
    even = torch.linspace(0, 1, steps + 1)
    return even / (even + SHIFT * (1 - even))


def path(made: Painter, kinds: Sequence[int], *, steps: int = 32, seed: int = 0) -> Path:
    """Pinta un dibujo por cada clase de `kinds` (números) y devuelve el camino entero. Misma semilla, misma nieve y mismo dibujo."""
    if steps < 1 or not len(kinds):
        raise ValueError(f"Hace falta al menos un paso y un dibujo; has pedido {steps} pasos y {len(kinds)} dibujos.")
    labels, clock = torch.as_tensor(np.asarray(kinds)), moments(steps)
    x = torch.randn(len(labels), *made.shape, generator=torch.Generator().manual_seed(seed))
    states, guesses = [made.to_images(x)], []
    with torch.inference_mode():
        for now, then in zip(clock[:-1], clock[1:]):
            velocity = made(x, now.expand(len(x), 1, 1, 1), labels)
            guesses.append(made.to_images(x + (1 - now) * velocity))
            x = x + (then - now) * velocity
            states.append(made.to_images(x))
    return Path(clock.numpy(), np.stack(states), np.stack([*guesses, states[-1]]))


def paint(made: Painter, kinds: Sequence[int], *, steps: int = 32, seed: int = 0) -> np.ndarray:
    """Un dibujo por cada clase de `kinds`: (N, alto, ancho, 3), de 0 a 1."""
    return path(made, kinds, steps=steps, seed=seed).states[-1]
