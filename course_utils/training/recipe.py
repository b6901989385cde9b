"""La receta de un entrenamiento: cuántos pasos, con qué tasa de aprendizaje cada uno y con qué optimizadores."""

from __future__ import annotations

from dataclasses import dataclass

import torch


@dataclass(frozen=True)
class Recipe:
    """Lo que define un entrenamiento. `decay` es la fracción final de pasos en la que la tasa baja en línea recta hasta cero.

    `optimizer`: «adamw» (Loshchilov y Hutter, 2019) o «muon» (Jordan y otros, 2024), que ortogonaliza el cambio de cada matriz y
    deja los embeddings y los vectores a AdamW. Con Muon, `learning_rate` es la de las matrices y `side_rate`, la del resto.
    `half`: multiplica matrices en bfloat16; los pesos siguen en float32. En una CPU que lo tenga de fábrica, cuesta casi la mitad.
    `accumulate`: en cuántas partes se calcula cada lote, una detrás de otra, para que quepa en memoria: el paso es el mismo.
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
    accumulate: int = 1


def rate(recipe: Recipe, step: int) -> float:
    """Tasa de aprendizaje del paso `step` (desde 0): sube en línea recta, se mantiene y baja en línea recta."""
    return recipe.learning_rate * share(recipe, step)


def share(recipe: Recipe, step: int) -> float:
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
