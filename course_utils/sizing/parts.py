"""De qué se compone el tamaño de una red: sus parámetros, repartidos por pieza según el nombre de cada tensor."""

from __future__ import annotations

import re
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from course_utils.sizing.public import meta, network

if TYPE_CHECKING:
    from torch.nn import Module

# La primera pieza cuyo patrón aparece en el nombre del tensor; el orden importa: una norma dentro de la atención es una norma.
COMPONENTS = MappingProxyType(
    {
        "normas": re.compile(r"norm|(^|\.)ln_", re.IGNORECASE),
        "embeddings": re.compile(r"embed|(^|\.)(wte|wpe|shared|lm_head)\.", re.IGNORECASE),
        "atención": re.compile(r"attn|attention", re.IGNORECASE),
        "feed-forward": re.compile(r"mlp|\.fc[12]\.|intermediate|output\.dense|relu|moe|expert", re.IGNORECASE),
    }
)
ORDER = ("embeddings", "atención", "feed-forward", "normas", "otros")


def component(name: str) -> str:
    """La pieza a la que pertenece un tensor, por su nombre en la red: «h.0.mlp.c_fc.weight» es de «feed-forward».

    Las dos tablas de un modelo, la de entrada y la de salida, cuentan como «embeddings»; lo que no se reconoce, como «otros».
    """
    return next((found for found, pattern in COMPONENTS.items() if pattern.search(name)), "otros")


def components(model: Module) -> dict[str, int]:
    """Cuántos parámetros tiene cada pieza de una red, en el orden en que se recorren. Un tensor compartido se cuenta una vez."""
    found = dict.fromkeys(ORDER, 0)
    for name, parameter in model.named_parameters():
        found[component(name)] += parameter.numel()
    return {name: count for name, count in found.items() if count}


def public_components(name: str) -> dict[str, int]:
    """Lo mismo de un modelo público, por su nombre en `PUBLIC`, sin descargar nada. Lanza ValueError si no está."""
    return dict(_public_components(name))


@lru_cache(maxsize=32)
def _public_components(name: str) -> tuple[tuple[str, int], ...]:
    return tuple(components(meta(*network(name))).items())
