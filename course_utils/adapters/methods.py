"""Las maneras de ajustar un modelo: cada una dice qué aprende y qué añade, y `attach` la pone en práctica."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import torch
from torch import nn
from transformers.pytorch_utils import Conv1D

from course_utils.adapters import places
from course_utils.adapters.layers import BottleneckLayer, IA3Layer, LoRALayer, Wrapped
from course_utils.adapters.soft_prompt import SoftPrompt


@dataclass(frozen=True)
class Full:
    """Todos los pesos."""

    title = "completo"


@dataclass(frozen=True)
class LastLayers:
    """Solo los últimos bloques y la normalización que los sigue."""

    blocks: int = 1
    title = "últimas capas"


@dataclass(frozen=True)
class BitFit:
    """Solo los sesgos (Ben Zaken y otros, 2022)."""

    title = "BitFit"


@dataclass(frozen=True)
class LoRA:
    """Un cambio de rango bajo en cada capa lineal elegida; `alpha / rank` lo multiplica (Hu y otros, 2022).

    Los `targets` de siempre son los de GPT-2; en otra red, sin decir nada, son sus equivalentes (`places`).
    """

    rank: int = 8
    alpha: float = 16.0
    targets: tuple[str, ...] = places.EVERY
    title = "LoRA"


@dataclass(frozen=True)
class Bottleneck:
    """Dos capas estrechas tras la atención y tras la red (Houlsby y otros, 2019)."""

    width: int = 16
    targets: tuple[str, ...] = places.AFTER[0]
    title = "adaptador"


@dataclass(frozen=True)
class IA3:
    """Un factor por canal: de lo que sale de `targets` y de lo que entra en `inputs` (Liu y otros, 2022)."""

    targets: tuple[str, ...] = places.KEYS[0]
    inputs: tuple[str, ...] = places.MIDDLE[0]
    title = "IA³"


@dataclass(frozen=True)
class PromptTuning:
    """Unos tokens virtuales delante del texto (Lester y otros, 2021). `start`: ids del texto con cuyos vectores se empieza."""

    tokens: int = 16
    start: Sequence[int] = field(default=())
    title = "ajuste de prompts"


Method = Full | LastLayers | BitFit | LoRA | Bottleneck | IA3 | PromptTuning


class Attached:
    """Un modelo preparado para ajustarse. `model` es lo que se entrena y se usa; `base`, el de partida; `layers`, las capas envueltas."""

    def __init__(self, base: nn.Module, method: Method) -> None:
        self.base, self.method, self.layers = base, method, {}
        self.model: nn.Module = base
        self._learned_before = {name: p.requires_grad for name, p in base.named_parameters()}

    def trained(self) -> dict[str, nn.Parameter]:
        """Los parámetros que se entrenan, por su nombre."""
        return {name: p for name, p in self.model.named_parameters() if p.requires_grad}

    def count(self) -> int:
        """Cuántos números se entrenan."""
        return sum(p.numel() for p in self.trained().values())

    @torch.no_grad()
    def load(self, values: dict[str, torch.Tensor]) -> None:
        """Pone valores en lo que se entrena. Lanza ValueError si faltan, sobran o no miden lo mismo."""
        mine = self.trained()
        wrong = sorted(set(mine) ^ set(values)) or [name for name, p in mine.items() if p.shape != values[name].shape]
        if wrong:
            raise ValueError(f"Esos valores son de otro ajuste o de otro modelo: no encaja «{wrong[0]}».")
        for name, p in mine.items():
            p.copy_(values[name])

    def merge(self) -> None:
        """Funde lo añadido con los pesos. Lanza TypeError si el método no lo permite."""
        for layer in self.layers.values():
            layer.merge()

    def unmerge(self) -> None:
        """Deshace `merge`, bit a bit."""
        for layer in self.layers.values():
            layer.unmerge()

    def detach(self) -> nn.Module:
        """Quita lo añadido y devuelve el modelo de partida, entrenable como era. Los pesos suyos que se hayan ajustado se quedan así."""
        self.unmerge()
        for name, layer in self.layers.items():
            _put(self.base, name, layer.base)
        self.layers, self.model = {}, self.base
        for name, p in self.base.named_parameters():
            p.requires_grad_(self._learned_before[name])
        return self.base


def attach(model: nn.Module, method: Method, *, seed: int = 0) -> Attached:
    """Prepara `model` (se modifica) para ajustarlo con `method`: congela lo que no se entrena y añade lo que haga falta.

    Lanza ValueError si un nombre de `targets` no está, si una medida no cabe o si no hay nada que entrenar.
    """
    attached = Attached(model, method)
    torch.manual_seed(seed)
    wrapped = dict(_wrapped(model, method))    # antes de congelar nada: si algo está mal, el modelo sigue como estaba
    prompt = SoftPrompt(model, method.tokens, start=method.start) if isinstance(method, PromptTuning) else None
    learns = _selected(model, method)
    for name, p in model.named_parameters():
        p.requires_grad_(name in learns)
    for name, layer in wrapped.items():
        _put(model, name, layer)
    attached.layers, attached.model = wrapped, prompt or model
    return attached


def linear_layers(model: nn.Module) -> dict[str, nn.Module]:
    """Las capas lineales de los bloques de un modelo, por su nombre; la de salida no, porque comparte pesos con los embeddings."""
    head = model.get_output_embeddings() if hasattr(model, "get_output_embeddings") else None
    return {name: part for name, part in model.named_modules() if isinstance(part, nn.Linear | Conv1D) and part is not head}


def _wrapped(model: nn.Module, method: Method) -> Iterator[tuple[str, Wrapped]]:
    if isinstance(method, LoRA):
        yield from ((name, LoRALayer(layer, method.rank, method.alpha)) for name, layer in _targets(model, method.targets))
    elif isinstance(method, Bottleneck):
        yield from ((name, BottleneckLayer(layer, method.width)) for name, layer in _targets(model, method.targets))
    elif isinstance(method, IA3):
        yield from ((name, IA3Layer(layer, on_input=False)) for name, layer in _targets(model, method.targets))
        yield from ((name, IA3Layer(layer, on_input=True)) for name, layer in _targets(model, method.inputs))


def _targets(model: nn.Module, targets: Sequence[str]) -> list[tuple[str, nn.Module]]:
    """Las capas cuyo nombre acaba en uno de `targets`, como los busca `peft`; los de siempre, con los nombres de esta red."""
    layers = linear_layers(model)
    targets = places.here(targets, layers)
    for target in targets:
        if not any(f".{name}".endswith(f".{target}") for name in layers):
            known = ", ".join(sorted({name.rpartition(".")[2] for name in layers}))
            raise ValueError(f"En este modelo no hay ninguna capa que se llame «{target}»: las que hay son {known}.")
    return [(name, layer) for name, layer in layers.items() if any(f".{name}".endswith(f".{target}") for target in targets)]


def _selected(model: nn.Module, method: Method) -> set[str]:
    """Los pesos propios del modelo que se entrenan."""
    names = [name for name, _ in model.named_parameters()]
    if isinstance(method, Full):
        return set(names)
    if isinstance(method, BitFit):
        biases = {name for name in names if name.endswith("bias")}
        if not biases:
            raise ValueError("Esta red no tiene sesgos que ajustar (Llama, Gemma y otras prescinden de ellos): usa otro método, como LoRA.")
        return biases
    if isinstance(method, LastLayers):
        return _last(model, method.blocks)
    return set()


def _last(model: nn.Module, count: int) -> set[str]:
    lists = {name: part for name, part in model.named_modules() if isinstance(part, nn.ModuleList)}
    place = max(lists, key=lambda name: len(lists[name]))
    blocks = lists[place]
    if not 1 <= count <= len(blocks):
        raise ValueError(f"Has pedido los {count} últimos bloques y el modelo tiene {len(blocks)}: pide de 1 a {len(blocks)}.")
    kept = tuple(f"{place}.{i}." for i in range(len(blocks) - count, len(blocks)))
    above = place.rpartition(".")[0]
    norms = tuple(f"{above}.{name}." for name, part in model.get_submodule(above).named_children() if _is_norm(part))
    return {name for name, _ in model.named_parameters() if name.startswith((*kept, *norms))}


def _is_norm(part: nn.Module) -> bool:
    return "norm" in type(part).__name__.lower()


def _put(model: nn.Module, name: str, part: nn.Module) -> None:
    above, _, last = name.rpartition(".")
    setattr(model.get_submodule(above), last, part)
