"""Usar una red y dejarla como estaba: modo, atención, ganchos y gradientes."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from torch.nn import Module
    from transformers import PreTrainedModel

HOOKS = (
    "_forward_hooks", "_forward_hooks_with_kwargs", "_forward_hooks_always_called", "_forward_pre_hooks", "_forward_pre_hooks_with_kwargs",
)  # fmt: skip


@contextmanager
def untouched(network: PreTrainedModel, *, eager: bool = False) -> Iterator[None]:
    """Dentro, la red está en modo de evaluación y no guarda gradientes; al salir, todo vuelve a ser como era, pase lo que pase.

    eager: además, calcula la atención de la única manera que enseña sus pesos.
    """
    modules, implementations = [_state(module) for module in network.modules()], _implementations(network)
    try:
        network.eval()
        if eager:
            network.set_attn_implementation("eager")
        with torch.inference_mode():
            yield
    finally:
        for config, implementation in implementations:
            if config._attn_implementation != implementation:
                config._attn_implementation = implementation
        for state in modules:
            _restore(*state)


def call(network: PreTrainedModel, arguments: dict[str, torch.Tensor], **more: object) -> object:
    """La salida de la red, sin caché si es que la usa."""
    if "use_cache" in inspect.signature(network.forward).parameters:
        more["use_cache"] = False
    return network(**arguments, **more, return_dict=True)


def _state(module: Module) -> tuple[Module, set[str], dict[str, bool], dict[str, dict]]:
    """Los nombres de sus atributos, los que son sí o no (`training` y los avisos de transformers) y sus ganchos."""
    flags = {name: value for name, value in vars(module).items() if isinstance(value, bool)}
    return module, set(vars(module)), flags, {name: dict(getattr(module, name)) for name in HOOKS}


def _restore(module: Module, names: set[str], flags: dict[str, bool], hooks: dict[str, dict]) -> None:
    for name in set(vars(module)) - names:
        delattr(module, name)
    vars(module).update(flags)
    for name, before in hooks.items():
        current = getattr(module, name)  # el mismo diccionario: los ganchos de otros guardan una referencia a él
        current.clear()
        current.update(before)


def _implementations(network: PreTrainedModel) -> list[tuple[object, str]]:
    """Cada configuración de la red con su manera de calcular la atención, de fuera adentro."""
    configs = [module.config for module in network.modules() if hasattr(module, "set_attn_implementation")]
    configs += [getattr(config, name) for config in configs for name in config.sub_configs]
    unique = {id(config): config for config in configs if config is not None}
    return [(config, config._attn_implementation) for config in unique.values()]
