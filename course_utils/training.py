"""Entrenar: un bucle que entrega sus pasos uno a uno, con calentamiento y descenso de la tasa de aprendizaje y puntos de control."""
import math
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import torch

Batch = dict[str, torch.Tensor]


@dataclass(frozen=True)
class Recipe:
    """Lo que define un entrenamiento. `decay` es la fracción final de pasos en la que la tasa baja en línea recta hasta cero."""

    steps: int
    learning_rate: float = 2e-3
    warmup: int = 200
    decay: float = 0.4
    weight_decay: float = 0.05
    clip: float = 1.0


@dataclass(frozen=True)
class TrainingStep:
    """Un paso dado: su número (desde 1), la pérdida media por token en nats, la tasa de aprendizaje, los tokens vistos y los segundos."""

    number: int
    loss: float
    learning_rate: float
    tokens: int
    seconds: float


def rate(recipe: Recipe, step: int) -> float:
    """Tasa de aprendizaje del paso `step` (desde 0): sube en línea recta, se mantiene y baja en línea recta."""
    rising = min(1.0, (step + 1) / max(1, recipe.warmup))
    falling = min(1.0, (recipe.steps - step) / max(1.0, recipe.decay * recipe.steps))
    return recipe.learning_rate * min(rising, falling)


def optimizer_for(model: torch.nn.Module, recipe: Recipe) -> torch.optim.AdamW:
    """AdamW; solo las matrices decaen, no los sesgos ni las normalizaciones."""
    matrices = [p for p in model.parameters() if p.dim() >= 2]
    vectors = [p for p in model.parameters() if p.dim() < 2]
    groups = [{"params": matrices, "weight_decay": recipe.weight_decay}, {"params": vectors, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=recipe.learning_rate, betas=(0.9, 0.98), fused=True)


def train(model: torch.nn.Module, batch_for: Callable[[int], Batch], recipe: Recipe, *, checkpoint: Path | None = None,
          every: int = 500) -> Iterator[TrainingStep]:
    """Entrena y entrega cada paso.

    `batch_for(i)` da el lote del paso i: {"input_ids": (B, T), "labels": (B, T), con −100 donde no se puntúa, "attention_mask": (B, T)}.
    Con `checkpoint`, guarda ahí el estado cada `every` pasos y, si el archivo ya existe, sigue desde él: el resultado es el mismo
    que sin interrupción, porque el lote depende solo del número del paso. Lanza `FloatingPointError` si la pérdida deja de ser un número.
    """
    optimizer = optimizer_for(model, recipe)
    first, tokens = restore(checkpoint, model, optimizer) if checkpoint and checkpoint.exists() else (0, 0)
    model.train()
    started = time.perf_counter()
    for step in range(first, recipe.steps):
        batch = batch_for(step)
        for group in optimizer.param_groups:
            group["lr"] = rate(recipe, step)
        loss = _update(model, batch, optimizer, recipe)
        if not math.isfinite(loss):
            lower = f"prueba con una tasa de aprendizaje menor que {recipe.learning_rate:g}"
            raise FloatingPointError(f"La pérdida del paso {step + 1} es {loss}: {lower}.")
        tokens += int((batch["labels"] != -100).sum())
        if checkpoint and ((step + 1) % every == 0 or step + 1 == recipe.steps):
            save(checkpoint, model, optimizer, step + 1, tokens)
        yield TrainingStep(step + 1, loss, rate(recipe, step), tokens, time.perf_counter() - started)


def _update(model: torch.nn.Module, batch: Batch, optimizer: torch.optim.Optimizer, recipe: Recipe) -> float:
    loss = model(**batch).loss
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), recipe.clip)
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    return loss.item()


def save(path: Path, model: torch.nn.Module, optimizer: torch.optim.Optimizer, step: int, tokens: int) -> None:
    """Guarda un punto de control entero o no guarda nada."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".tmp")
    torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(), "step": step, "tokens": tokens}, temporary)
    os.replace(temporary, path)


def restore(path: Path, model: torch.nn.Module, optimizer: torch.optim.Optimizer) -> tuple[int, int]:
    """Recupera un punto de control: (pasos dados, tokens vistos)."""
    state = torch.load(path, weights_only=True)
    model.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    return state["step"], state["tokens"]
