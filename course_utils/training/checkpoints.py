"""Puntos de control: el estado entero de un entrenamiento, escrito del todo o nada, y de vuelta."""

from __future__ import annotations

import io
from pathlib import Path

import torch

from course_utils import paths


def save(path: Path, model: torch.nn.Module, optimizers: list[torch.optim.Optimizer], step: int, tokens: int) -> None:
    """Guarda un punto de control entero o no guarda nada: si falla (disco lleno), el anterior sigue ahí y se lanza el OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    states = [optimizer.state_dict() for optimizer in optimizers]
    content = io.BytesIO()
    torch.save({"model": model.state_dict(), "optimizers": states, "step": step, "tokens": tokens}, content)
    paths.write_whole(path, content.getvalue())


def restore(path: Path, model: torch.nn.Module, optimizers: list[torch.optim.Optimizer]) -> tuple[int, int]:
    """Recupera un punto de control: (pasos dados, tokens vistos).

    Lanza ValueError, sin tocar nada, si es de otro modelo o de otra receta.
    """
    state = torch.load(path, weights_only=True, map_location=next(model.parameters()).device)
    mine = model.state_dict()
    other = set(mine) ^ set(state["model"]) or {name for name, value in mine.items() if value.shape != state["model"][name].shape}
    if other:
        raise ValueError(f"El punto de control «{path.name}» es de otro modelo: no encaja «{min(other)}». Bórralo o usa otra carpeta.")
    if [_sizes(optimizer.state_dict()) for optimizer in optimizers] != [_sizes(saved) for saved in state["optimizers"]]:
        raise ValueError(f"El punto de control «{path.name}» es de otra receta: usa el mismo optimizador, bórralo o usa otra carpeta.")
    model.load_state_dict(state["model"])
    for optimizer, saved in zip(optimizers, state["optimizers"], strict=True):
        optimizer.load_state_dict(saved)
    return state["step"], state["tokens"]


def _sizes(state: dict) -> list[int]:
    """Cuántos parámetros lleva cada grupo de un optimizador."""
    return [len(group["params"]) for group in state["param_groups"]]
