"""A qué ritmo escribe un modelo en esta máquina: dispositivo, precisión, memoria y tokens por segundo."""

from __future__ import annotations

import copy
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import torch

from course_utils.models import hardware

if TYPE_CHECKING:
    from course_utils.models import LanguageModel

WARM_UP, TOKENS = 3, 24     # tokens que no cuentan, porque lo primero siempre tarda más, y tokens que sí


@dataclass(frozen=True)
class Pace:
    """El ritmo de un modelo. memory: bytes; en la CPU, los de sus pesos, y en una GPU, el máximo que ha llegado a usar.

    cpu: el mismo modelo en la CPU, si se ha medido en otro dispositivo y también cabía ahí. `print` lo dice en una frase.
    """

    name: str
    device: str
    dtype: str
    memory: int
    tokens_per_second: float
    cpu: Pace | None = None

    def __str__(self) -> str:
        size = hardware.size_text(self.memory)
        if self.device == "cpu":
            return f"«{self.name}», en la CPU y en {self.dtype}: {size} de pesos y {_rate(self.tokens_per_second)} tokens por segundo."
        said = f"«{self.name}», en la GPU y en {self.dtype}: {size} de su memoria y {_rate(self.tokens_per_second)} tokens por segundo"
        return f"{said}; en la CPU y en {self.cpu.dtype}, {_rate(self.cpu.tokens_per_second)}." if self.cpu else f"{said}."


def speed(language_model: LanguageModel) -> Pace:
    """Mide a qué ritmo escribe un decodificador, con unas decenas de tokens; si está en una GPU y cabe, también en la CPU, en float32."""
    found = _paced(language_model)
    twin = None if found.device == "cpu" else _on_the_cpu(language_model)
    return replace(found, cpu=_paced(twin)) if twin else found


def _paced(language_model: LanguageModel) -> Pace:
    network, device = language_model.model, language_model.device
    if device.type == "cuda":
        torch.cuda.reset_peak_memory_stats(device)
    written = _written(language_model)
    for _ in range(WARM_UP):
        next(written)
    start = time.perf_counter()    # cada paso trae sus logits a la CPU, así que la GPU ya ha acabado cuando llega
    for _ in range(TOKENS):
        next(written)
    seconds = time.perf_counter() - start
    memory = torch.cuda.max_memory_allocated(device) if device.type == "cuda" else _weights(network)
    return Pace(language_model.name, device.type, str(network.dtype).removeprefix("torch."), memory, TOKENS / seconds)


def _written(language_model: LanguageModel) -> Iterator[object]:
    """Pasos de generación sin fin: si un texto se acaba, empieza otro."""
    from course_utils.generation import steps  # que a su vez ofrece lo de aquí

    seed = 0
    while True:
        yield from steps(language_model, "", seed=seed, max_new_tokens=WARM_UP + TOKENS)
        seed += 1


def _on_the_cpu(language_model: LanguageModel) -> LanguageModel | None:
    """El mismo modelo en la CPU, o None si la copia no cabe."""
    copied, network = _weights(language_model.model), language_model.model
    as_float32 = network.num_parameters() * hardware.WIDTH["float32"] * hardware.OVERHEAD
    if copied > hardware.free(str(language_model.device)) or as_float32 > hardware.free("cpu"):
        return None
    twin = copy.deepcopy(network).to("cpu", torch.float32)
    return replace(language_model, model=twin, device=torch.device("cpu"))


def _weights(network: torch.nn.Module) -> int:
    return sum(value.numel() * value.element_size() for value in network.parameters())


def _rate(value: float) -> str:
    """Con dos cifras: «3,4», «28», «210»."""
    return f"{value:.1f}".replace(".", ",") if value < 10 else f"{float(f'{value:.2g}'):.0f}"
