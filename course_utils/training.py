"""Entrenar: un bucle que entrega sus pasos uno a uno, con calentamiento y descenso de la tasa de aprendizaje y puntos de control."""
import math
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import torch

from course_utils.evaluation import UNSCORED

Batch = dict[str, torch.Tensor]


@dataclass(frozen=True)
class Recipe:
    """Lo que define un entrenamiento. `decay` es la fracción final de pasos en la que la tasa baja en línea recta hasta cero.

    `optimizer`: «adamw» (Loshchilov y Hutter, 2019) o «muon» (Jordan y otros, 2024), que ortogonaliza el cambio de cada matriz y
    deja los embeddings y los vectores a AdamW. Con Muon, `learning_rate` es la de las matrices y `side_rate`, la del resto.
    `half`: multiplica matrices en bfloat16; los pesos siguen en float32. En una CPU que lo tenga de fábrica, cuesta casi la mitad.
    """

    steps: int
    learning_rate: float = 2e-3
    warmup: int = 200
    decay: float = 0.4
    weight_decay: float = 0.05
    clip: float = 1.0
    optimizer: str = "adamw"
    side_rate: float = 3e-3
    half: bool = False


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
    return recipe.learning_rate * _share(recipe, step)


def _share(recipe: Recipe, step: int) -> float:
    """La parte de la tasa máxima que toca en el paso `step`."""
    rising = min(1.0, (step + 1) / max(1, recipe.warmup))
    falling = min(1.0, (recipe.steps - step) / max(1.0, recipe.decay * recipe.steps))
    return min(rising, falling)


def optimizers_for(model: torch.nn.Module, recipe: Recipe) -> list[torch.optim.Optimizer]:
    """Los optimizadores de una receta, cada uno con su tasa máxima en el campo `peak` de sus grupos.

    Solo las matrices decaen, no los sesgos ni las normalizaciones. Lanza ValueError si no se conoce el optimizador.
    """
    learned = [p for p in model.parameters() if p.requires_grad]
    vectors = [p for p in learned if p.dim() < 2]
    matrices = [p for p in learned if p.dim() >= 2]
    if recipe.optimizer == "adamw":
        found = [_adamw([(matrices, recipe.weight_decay), (vectors, 0.0)], recipe.learning_rate)]
    elif recipe.optimizer == "muon":
        found = _muon(model, matrices, vectors, recipe)
    else:
        raise ValueError(f"No conozco el optimizador «{recipe.optimizer}»: usa «adamw» o «muon».")
    for group in (group for optimizer in found for group in optimizer.param_groups):
        group["peak"] = group["lr"]
    return found


def _adamw(groups: list[tuple[list, float]], learning_rate: float) -> torch.optim.AdamW:
    rows = [{"params": params, "weight_decay": decay} for params, decay in groups if params]
    return torch.optim.AdamW(rows, lr=learning_rate, betas=(0.9, 0.98), fused=True)


def _muon(model: torch.nn.Module, matrices: list, vectors: list, recipe: Recipe) -> list[torch.optim.Optimizer]:
    tables = {id(module.weight) for module in model.modules() if isinstance(module, torch.nn.Embedding)}
    hidden = [p for p in matrices if id(p) not in tables]
    embeddings = [p for p in matrices if id(p) in tables]
    inner = torch.optim.Muon(
        hidden, lr=recipe.learning_rate, weight_decay=recipe.weight_decay, momentum=0.95, adjust_lr_fn="match_rms_adamw"
    )
    return [inner, _adamw([(embeddings, 0.0), (vectors, 0.0)], recipe.side_rate)]


def train(model: torch.nn.Module, batch_for: Callable[[int], Batch], recipe: Recipe, *, checkpoint: Path | None = None,
          every: int = 500) -> Iterator[TrainingStep]:
    """Entrena y entrega cada paso.

    `batch_for(i)` da el lote del paso i: {"input_ids": (B, T), "labels": (B, T), con −100 donde no se puntúa, "attention_mask": (B, T)}.
    Con `checkpoint`, guarda ahí el estado cada `every` pasos y, si el archivo ya existe, sigue desde él: el resultado es el mismo
    que sin interrupción, porque el lote depende solo del número del paso. Lanza `FloatingPointError` si la pérdida deja de ser un número.
    """
    optimizers = optimizers_for(model, recipe)
    device = next(model.parameters()).device
    first, tokens = restore(checkpoint, model, optimizers) if checkpoint and checkpoint.exists() else (0, 0)
    model.train()
    started = time.perf_counter()
    for step in range(first, recipe.steps):
        batch = {name: tensor.to(device) for name, tensor in batch_for(step).items()}
        for group in (group for optimizer in optimizers for group in optimizer.param_groups):
            group["lr"] = group["peak"] * _share(recipe, step)
        loss = _update(model, batch, optimizers, recipe)
        if not math.isfinite(loss):
            lower = f"prueba con una tasa de aprendizaje menor que {recipe.learning_rate:g}"
            raise FloatingPointError(f"La pérdida del paso {step + 1} es {loss}: {lower}.")
        tokens += int((batch["labels"] != UNSCORED).sum())
        if checkpoint and ((step + 1) % every == 0 or step + 1 == recipe.steps):
            save(checkpoint, model, optimizers, step + 1, tokens)
        yield TrainingStep(step + 1, loss, rate(recipe, step), tokens, time.perf_counter() - started)


def _update(model: torch.nn.Module, batch: Batch, optimizers: list[torch.optim.Optimizer], recipe: Recipe) -> float:
    with torch.autocast(batch["input_ids"].device.type, dtype=torch.bfloat16, enabled=recipe.half):
        loss = model(**batch).loss
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), recipe.clip)
    for optimizer in optimizers:
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
    return loss.item()


def save(path: Path, model: torch.nn.Module, optimizers: list[torch.optim.Optimizer], step: int, tokens: int) -> None:
    """Guarda un punto de control entero o no guarda nada."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".tmp")
    states = [optimizer.state_dict() for optimizer in optimizers]
    torch.save({"model": model.state_dict(), "optimizers": states, "step": step, "tokens": tokens}, temporary)
    os.replace(temporary, path)


def restore(path: Path, model: torch.nn.Module, optimizers: list[torch.optim.Optimizer]) -> tuple[int, int]:
    """Recupera un punto de control: (pasos dados, tokens vistos)."""
    state = torch.load(path, weights_only=True, map_location=next(model.parameters()).device)
    model.load_state_dict(state["model"])
    for optimizer, saved in zip(optimizers, state["optimizers"], strict=True):
        optimizer.load_state_dict(saved)
    return state["step"], state["tokens"]


def pack(rows: Sequence[Sequence[int]], width: int, *, labels: Sequence[Sequence[int]] | None = None) -> Batch:
    """Junta varios textos en cada fila de `width` tokens, sin que se vean entre ellos, para no gastar cálculo en relleno.

    rows: los ids de cada texto, con su token de inicio y su token de fin. labels: las etiquetas de cada uno, tan largas como sus ids y
    con −100 donde no se puntúa (si no se dicen, los mismos ids, menos el primero). Cada texto cuenta sus posiciones desde 0, y por eso
    transformers le oculta los vecinos. Devuelve {"input_ids", "labels", "position_ids"}, (B, width), con −100 donde no se puntúa. Lanza
    ValueError si un texto no cabe.
    """
    if longest := max((len(row) for row in rows if len(row) > width), default=0):
        raise ValueError(f"Hay un texto de {longest} tokens y en la fila caben {width}: acórtalo o usa filas más largas.")
    texts = [_Text(row, scored) for row, scored in zip(rows, labels or [[UNSCORED, *row[1:]] for row in rows], strict=True)]
    bins: list[list[_Text]] = []
    for text in sorted(texts, key=lambda text: len(text.ids), reverse=True):
        place = next((placed for placed in bins if sum(len(other.ids) for other in placed) + len(text.ids) <= width), None)
        bins.append([text]) if place is None else place.append(text)
    columns = zip(*(_row(placed, width) for placed in bins))
    return {name: torch.tensor(column) for name, column in zip(("input_ids", "labels", "position_ids"), columns)}


class _Text(NamedTuple):
    """Un texto por empaquetar: sus ids y sus etiquetas."""

    ids: Sequence[int]
    labels: Sequence[int]


def _row(texts: list[_Text], width: int) -> tuple[list[int], list[int], list[int]]:
    padding = width - sum(len(text.ids) for text in texts)
    filler = _Text([texts[0].ids[0]] * padding, [UNSCORED] * padding)
    whole = [*texts, filler]
    return (
        [token for text in whole for token in text.ids],
        [label for text in whole for label in text.labels],
        [place for text in whole for place in range(len(text.ids))],
    )
