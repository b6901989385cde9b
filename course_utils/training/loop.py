"""El bucle: entrega sus pasos uno a uno, en una máquina o repartido entre procesos con Accelerate, que cuentan como uno solo."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import torch

from course_utils.evaluation import UNSCORED
from course_utils.training.checkpoints import restore, save
from course_utils.training.interruptions import Deferred
from course_utils.training.packing import Batch
from course_utils.training.recipe import Recipe, optimizers_for, rate, share


@dataclass(frozen=True)
class TrainingStep:
    """Un paso dado: su número (desde 1), la pérdida media por token en nats, la tasa de aprendizaje, los tokens vistos y los segundos."""

    number: int
    loss: float
    learning_rate: float
    tokens: int
    seconds: float


def train(model: torch.nn.Module, batch_for: Callable[[int], Batch], recipe: Recipe, *, checkpoint: Path | None = None,
          every: int = 500) -> Iterator[TrainingStep]:
    """Entrena y entrega cada paso.

    `batch_for(i)` da el lote del paso i: {"input_ids": (B, T), "labels": (B, T), con −100 donde no se puntúa, "attention_mask": (B, T)}.
    Con `checkpoint`, guarda ahí el estado cada `every` pasos y, si el archivo ya existe, sigue desde él: el resultado es el mismo
    que sin interrupción, porque el lote depende solo del número del paso. Con `Ctrl-C` acaba el paso, guarda y lo deja; el modelo sirve.

    Con `accelerate launch` o `torchrun`, cada proceso calcula sus filas de cada lote y se juntan los gradientes: el paso es el de uno
    solo. Solo el primero escribe. Lanza `FloatingPointError` si la pérdida o el gradiente dejan de ser un número (los pesos se quedan
    como estaban antes de ese paso), ValueError si un lote no se puede repartir o el punto de control es de otro, y MemoryError si no cabe.
    """
    together = _together(model)
    optimizers = optimizers_for(model, recipe)
    first, tokens = restore(checkpoint, model, optimizers) if checkpoint and checkpoint.exists() else (0, 0)
    whole, was_training = together.prepare_model(model) if together.num_processes > 1 else model, model.training
    whole.train()
    started = time.perf_counter()
    try:
        for step in range(first, recipe.steps):
            with Deferred() as stop:
                loss, counted = _step(together, whole, batch_for(step), optimizers, recipe, step)
                tokens += counted
                if checkpoint and together.is_main_process and ((step + 1) % every == 0 or step + 1 == recipe.steps or stop.asked):
                    save(checkpoint, model, optimizers, step + 1, tokens)
            yield TrainingStep(step + 1, loss, rate(recipe, step), tokens, time.perf_counter() - started)
            if stop.asked:
                print(_stopped(step + 1, recipe.steps, checkpoint), flush=True)
                return
    finally:
        model.train(was_training)


def _together(model: torch.nn.Module):
    """Los procesos que entrenan este modelo, que casi siempre es uno. Que se calcula en la CPU solo hay que decirlo si son varios."""
    from accelerate import Accelerator

    several = int(os.environ.get("WORLD_SIZE", "1")) > 1
    return Accelerator(device_placement=False, cpu=several and next(model.parameters()).device.type == "cpu")


def _stopped(done: int, steps: int, checkpoint: Path | None) -> str:
    rest = "repite la orden para seguir donde estaba" if checkpoint else "sin punto de control, la próxima vez empezará de nuevo"
    return f"Entrenamiento interrumpido tras {done} de {steps} pasos. El modelo se puede usar tal como está; {rest}."


def _step(
    together, model: torch.nn.Module, batch: Batch, optimizers: list[torch.optim.Optimizer], recipe: Recipe, step: int
) -> tuple[float, int]:
    """Da un paso: (pérdida media por token de todo el lote, tokens puntuados)."""
    for group in (group for optimizer in optimizers for group in optimizer.param_groups):
        group["lr"] = group["peak"] * share(recipe, step)
    try:
        loss, counted = _gradients(together, model, _mine(together, batch), recipe)
    except torch.OutOfMemoryError as error:
        smaller = "usa lotes o textos más cortos, o sube `accumulate` en la receta"
        raise MemoryError(f"El paso {step + 1} no cabe en la memoria: {smaller}.") from error
    size = together.clip_grad_norm_(model.parameters(), recipe.clip)
    _check("La pérdida", loss, step, recipe)
    _check("El gradiente", float(size), step, recipe)
    for optimizer in optimizers:
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
    return loss, counted


def _check(what: str, value: float, step: int, recipe: Recipe) -> None:
    if not math.isfinite(value):
        lower = f"prueba con una tasa de aprendizaje menor que {recipe.learning_rate:g}"
        raise FloatingPointError(f"{what} del paso {step + 1} es {value}: {lower}. Los pesos son los del paso anterior.")


def _mine(together, batch: Batch) -> Batch:
    """Las filas que le tocan a este proceso."""
    rows, processes = len(batch["labels"]), together.num_processes
    if rows < processes:
        raise ValueError(f"El lote tiene {rows} filas y hay {processes} procesos: haz lotes de {processes} filas o más.")
    return {name: tensor[together.process_index :: processes] for name, tensor in batch.items()}


def _gradients(together, model: torch.nn.Module, batch: Batch, recipe: Recipe) -> tuple[float, int]:
    """Acumula los gradientes del lote, cada parte con el peso de sus tokens, y devuelve la pérdida media y cuántos se puntúan."""
    device = next(model.parameters()).device
    parts = _parts(batch, recipe.accumulate)
    counts = [int((part["labels"] != UNSCORED).sum()) for part in parts]
    total = int(together.reduce(torch.tensor(sum(counts), device=device), "sum")) if together.num_processes > 1 else sum(counts)
    loss = torch.zeros((), device=device)
    for i, (part, count) in enumerate(zip(parts, counts, strict=True)):
        with together.no_sync(model) if i + 1 < len(parts) else nullcontext():
            with torch.autocast(device.type, dtype=torch.bfloat16, enabled=recipe.half):
                mean = model(**{name: tensor.to(device) for name, tensor in part.items()}).loss
            weighted = mean * (count / max(1, total))
            together.backward(weighted * together.num_processes)
        loss += weighted.detach().float()
    return float(together.reduce(loss, "sum") if together.num_processes > 1 else loss), total


def _parts(batch: Batch, pieces: int) -> list[Batch]:
    """El lote en `pieces` partes de filas seguidas."""
    split = {name: tensor.tensor_split(min(pieces, len(tensor))) for name, tensor in batch.items()}
    return [dict(zip(split, part, strict=True)) for part in zip(*split.values(), strict=True)]
