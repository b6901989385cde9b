"""Muestreo: de los logits a las probabilidades, y de las probabilidades a un token. Funciones puras sobre tensores (…, V)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from numbers import Integral, Real

import torch
from torch import Tensor

CUT = -math.inf


def temperature(logits: Tensor, T: float) -> Tensor:
    """Los logits (…, V) divididos por la temperatura T > 0: con T < 1 crecen las diferencias; con T > 1 menguan.

    Fuente: Hinton y otros, 2015, §2. Lanza ValueError si T no es un número mayor que 0.
    """
    if _number(T) and T == 0:
        raise ValueError("No se puede dividir por temperatura 0: la decodificación voraz es distribution(logits, temperature=0).")
    return logits / check_temperature(T)


def top_k(logits: Tensor, k: int) -> Tensor:
    """Los k logits mayores de (…, V); los demás pasan a -inf. k = 0, o mayor que el vocabulario, no corta nada.

    Los empatados con el que hace k se quedan todos, como en transformers. Fuente: Fan y otros, 2018, §5.2.
    Lanza ValueError si k no es un entero mayor o igual que 0.
    """
    if check_top_k(k) == 0:
        return logits
    last = logits.topk(min(k, logits.shape[-1]), dim=-1).values[..., -1:]
    return logits.masked_fill(logits < last, CUT)


def top_p(logits: Tensor, p: float) -> Tensor:
    """El conjunto más pequeño de tokens de (…, V) cuyas probabilidades suman al menos p; los demás pasan a -inf.

    Siempre queda uno por lo menos (con p = 0, exactamente uno); p = 1 no corta nada. Si la frontera cae entre
    empatados, se quedan los de menor id, que son también los que prefiere la decodificación voraz.
    Fuente: Holtzman y otros, 2020, §3.1. Lanza ValueError si p no está entre 0 y 1.
    """
    if check_top_p(p) == 1:
        return logits
    ordered, order = logits.sort(dim=-1, descending=True, stable=True)
    reached = ordered.softmax(dim=-1).cumsum(dim=-1) >= p
    beyond = reached.roll(1, dims=-1)  # sobra quien viene detrás de una suma que ya llega a p
    beyond[..., 0] = False
    return logits.masked_fill(torch.zeros_like(beyond).scatter(-1, order, beyond), CUT)


def distribution(logits: Tensor, *, temperature: float = 1.0, top_k: int = 0, top_p: float = 1.0) -> Tensor:
    """Las probabilidades (…, V) con las que se sortea el siguiente token: temperatura, top-k, top-p y softmax, por ese orden.

    temperature = 0 es, por convenio, la decodificación voraz: toda la probabilidad para el logit mayor (entre empatados,
    el de menor id). El orden es el de transformers; otros programas ponen la temperatura al final y conservan otro conjunto.
    Lanza ValueError si un ajuste no vale.
    """
    return Sampler(temperature, top_k, top_p)(logits)


@dataclass(frozen=True)
class Sampler:
    """Los tres ajustes, ya revisados; al llamarlo, lo mismo que `distribution`."""

    temperature: float = 1.0
    top_k: int = 0
    top_p: float = 1.0

    def __post_init__(self) -> None:
        check_temperature(self.temperature)
        check_top_k(self.top_k)
        check_top_p(self.top_p)

    def __call__(self, logits: Tensor) -> Tensor:
        if self.temperature == 0:
            return torch.zeros_like(logits).scatter(-1, logits.argmax(dim=-1, keepdim=True), 1.0)
        return top_p(top_k(self._tempered(logits), self.top_k), self.top_p).softmax(dim=-1)

    def _tempered(self, logits: Tensor) -> Tensor:
        """Como `temperature`, pero restando antes el máximo: softmax no lo nota y una T diminuta no desborda."""
        if self.temperature == 1:
            return logits
        return (logits - logits.amax(dim=-1, keepdim=True)) / max(self.temperature, torch.finfo(logits.dtype).tiny)


def draw(probabilities: Tensor, generator: torch.Generator) -> int:
    """Sortea un id según las probabilidades (V,): el primero cuya suma acumulada pasa de un número al azar.

    Un solo número por token: con la misma semilla, un pequeño cambio de ajustes cambia poco el texto.
    """
    total = probabilities.cumsum(dim=-1, dtype=torch.float64)
    if not math.isfinite(whole := total[-1].item()):
        raise ValueError("La red ha dado valores que no son números (NaN): sus pesos están dañados o se desbordaron al entrenar.")
    target = torch.rand(1, dtype=torch.float64, generator=generator) * whole
    found = int(torch.searchsorted(total, target, right=True))
    return found if found < len(total) else int(probabilities.nonzero()[-1])


def check_temperature(T: float) -> float:
    """La temperatura si vale; si no, ValueError."""
    if not _number(T) or not 0 <= T < math.inf:
        raise ValueError(f"La temperatura debe ser un número mayor o igual que 0 (1 deja los logits como están), y has dado {_shown(T)}.")
    return T


def check_top_k(k: int) -> int:
    """El k de top-k si vale; si no, ValueError."""
    if not _whole(k) or k < 0:
        raise ValueError(f"top_k debe ser un número entero mayor o igual que 0 (0 no corta nada), y has dado {_shown(k)}.")
    return k


def check_top_p(p: float) -> float:
    """El p de top-p si vale; si no, ValueError."""
    if not _number(p) or not 0 <= p <= 1:
        raise ValueError(f"top_p debe ser un número entre 0 y 1 (1 no corta nada), y has dado {_shown(p)}.")
    return p


def check_max_new_tokens(number: int) -> int:
    """El máximo de tokens nuevos si vale; si no, ValueError."""
    if not _whole(number) or number < 1:
        raise ValueError(f"max_new_tokens debe ser un número entero mayor o igual que 1, y has dado {_shown(number)}.")
    return number


def seeded(seed: int) -> torch.Generator:
    """Un generador propio con su semilla: no toca el azar de los demás. ValueError si no es un entero de 64 bits."""
    if not _whole(seed) or not -(2**63) <= seed < 2**64:
        raise ValueError(f"La semilla debe ser un número entero, como 0 o 42, y has dado {_shown(seed)}.")
    return torch.Generator().manual_seed(int(seed))


def _number(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)


def _whole(value: object) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool)


def _shown(value: object) -> str:
    return f"{value}".replace(".", ",") if _number(value) else repr(value)
