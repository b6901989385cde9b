"""Un decodificador pequeño con interruptores: cada pieza que ha cambiado de 2017 a hoy es una clase o una función corta.

Con unas posiciones es GPT o GPT-2, con otras es Llama o Mixtral: las pruebas lo comparan, número a número, con las clases de transformers.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from course_utils.evaluation import UNSCORED

CHOICES = {
    "positions": ("sinusoidales", "aprendidas", "rotatorias"),
    "norm": ("LayerNorm", "RMSNorm"),
    "norm_place": ("después", "antes"),
    "feed_forward": ("ReLU", "GELU", "SwiGLU"),
}
BASE = 10_000.0  # la base de las frecuencias, en las sinusoides y en las rotaciones


@dataclass(frozen=True)
class Design:
    """Un decodificador: su forma y la posición de cada interruptor.

    positions: «sinusoidales», «aprendidas» o «rotatorias». norm: «LayerNorm» o «RMSNorm». norm_place: si se normaliza «después» de cada
    suma, como en 2017, o «antes» de cada capa. feed_forward: «ReLU», «GELU» o «SwiGLU».
    kv_heads: cabezas de claves y valores (las de consulta si no se dice). experts: redes feed-forward entre las que elegir; cada token
    pasa por `active` de ellas, que se reparten el ancho para que la cuenta por token sea la de una sola. bias: si las capas llevan sesgo.
    Lanza ValueError si algo no encaja.
    """

    vocabulary: int
    width: int = 96
    layers: int = 2
    heads: int = 4
    window: int = 128
    positions: str = "sinusoidales"
    norm: str = "LayerNorm"
    norm_place: str = "antes"
    feed_forward: str = "GELU"
    kv_heads: int | None = None
    experts: int = 1
    active: int = 1
    bias: bool = False

    def __post_init__(self) -> None:
        for switch, allowed in CHOICES.items():
            if getattr(self, switch) not in allowed:
                raise ValueError(f"El interruptor {switch} no tiene la posición «{getattr(self, switch)}»: elige {' o '.join(allowed)}.")
        if self.width % (2 * self.heads):
            raise ValueError(f"El ancho {self.width} no se reparte en {self.heads} cabezas de dimensión par: cambia uno de los dos.")
        if self.heads % self.shared:
            raise ValueError(f"{self.heads} cabezas no se agrupan de {self.shared} en {self.shared}: kv_heads tiene que dividir a heads.")
        if not 1 <= self.active <= self.experts:
            raise ValueError(f"Cada token pasa por entre 1 y {self.experts} expertos, y has pedido {self.active}.")

    @property
    def shared(self) -> int:
        """Cuántas cabezas de claves y valores hay."""
        return self.kv_heads or self.heads

    @property
    def head_width(self) -> int:
        """La dimensión de cada cabeza."""
        return self.width // self.heads

    @property
    def hidden(self) -> int:
        """El ancho de dentro de cada red feed-forward: con SwiGLU, dos tercios, porque lleva tres matrices y no dos (Shazeer, 2020)."""
        whole = 8 * round(self.width / 3) if self.feed_forward == "SwiGLU" else 4 * self.width
        return whole // self.active

    @property
    def cache_per_token(self) -> int:
        """Cuántos números guarda la caché de claves y valores por cada token."""
        return 2 * self.layers * self.shared * self.head_width


def sinusoids(length: int, width: int) -> Tensor:
    """(length, width): senos y cosenos de frecuencia cada vez menor; primero los senos (Vaswani y otros, 2017, §3.5)."""
    angles = torch.outer(torch.arange(length), frequencies(width))
    return torch.cat([angles.sin(), angles.cos()], dim=-1)


def frequencies(width: int) -> Tensor:
    """(width / 2,): de 1 radián por posición a casi ninguno."""
    return BASE ** (-torch.arange(0, width, 2) / width)


def rotate(x: Tensor) -> Tensor:
    """Gira cada pareja de números de (…, T, d) un ángulo proporcional a su posición: el producto de dos solo depende de la distancia.

    Como en Llama, la pareja de i es i + d/2. Fuente: Su y otros, 2021 (RoPE).
    """
    angles = torch.outer(torch.arange(x.shape[-2], device=x.device), frequencies(x.shape[-1]).to(x.device))
    left, right = x.chunk(2, dim=-1)
    return torch.cat([left * angles.cos() - right * angles.sin(), right * angles.cos() + left * angles.sin()], dim=-1)


class RMSNorm(nn.Module):
    """Divide cada vector por su media cuadrática: ni resta la media ni suma un sesgo (Zhang y Sennrich, 2019)."""

    def __init__(self, width: int, epsilon: float = 1e-6) -> None:
        super().__init__()
        self.weight, self.epsilon = nn.Parameter(torch.ones(width)), epsilon

    def forward(self, x: Tensor) -> Tensor:
        return self.weight * x * (x.pow(2).mean(-1, keepdim=True) + self.epsilon).rsqrt()


def normalization(design: Design) -> nn.Module:
    """La normalización de un diseño."""
    return RMSNorm(design.width) if design.norm == "RMSNorm" else nn.LayerNorm(design.width, bias=design.bias)


class Attention(nn.Module):
    """Autoatención causal; si hay menos cabezas de claves y valores que de consulta, varias comparten cada una (Ainslie y otros, 2023)."""

    def __init__(self, design: Design) -> None:
        super().__init__()
        self.design, both = design, design.shared * design.head_width
        self.query, self.key, self.value = (nn.Linear(design.width, size, bias=design.bias) for size in (design.width, both, both))
        self.output = nn.Linear(design.width, design.width, bias=design.bias)

    def forward(self, x: Tensor) -> Tensor:
        query, key, value = (self._split(layer(x)) for layer in (self.query, self.key, self.value))  # (B, H o K, T, d)
        if self.design.positions == "rotatorias":
            query, key = rotate(query), rotate(key)
        group = self.design.heads // self.design.shared
        key, value = (kept.repeat_interleave(group, dim=1) for kept in (key, value))  # (B, H, T, d)
        mixed = functional.scaled_dot_product_attention(query, key, value, is_causal=True)
        return self.output(mixed.transpose(1, 2).flatten(2))

    def _split(self, x: Tensor) -> Tensor:
        return x.unflatten(-1, (-1, self.design.head_width)).transpose(1, 2)


class ReLU(nn.Module):
    """La red feed-forward de 2017: sube al ancho de dentro, deja a cero lo negativo y baja."""

    curve = staticmethod(functional.relu)

    def __init__(self, design: Design) -> None:
        super().__init__()
        self.up = nn.Linear(design.width, design.hidden, bias=design.bias)
        self.down = nn.Linear(design.hidden, design.width, bias=design.bias)

    def forward(self, x: Tensor) -> Tensor:
        return self.down(self.curve(self.up(x)))


class GELU(ReLU):
    """La de GPT y BERT: la misma, con una curva sin esquina (Hendrycks y Gimpel, 2016)."""

    curve = staticmethod(functional.gelu)


class SwiGLU(nn.Module):
    """La de Llama: una rama abre o cierra la otra, multiplicándola (Shazeer, 2020)."""

    def __init__(self, design: Design) -> None:
        super().__init__()
        self.gate, self.up = (nn.Linear(design.width, design.hidden, bias=design.bias) for _ in range(2))
        self.down = nn.Linear(design.hidden, design.width, bias=design.bias)

    def forward(self, x: Tensor) -> Tensor:
        return self.down(functional.silu(self.gate(x)) * self.up(x))


FEED_FORWARD = {"ReLU": ReLU, "GELU": GELU, "SwiGLU": SwiGLU}


class Experts(nn.Module):
    """Varias redes feed-forward; cada token pasa por las `active` que elige el encaminador, con sus pesos (Jiang y otros, 2024)."""

    def __init__(self, design: Design) -> None:
        super().__init__()
        self.active = design.active
        self.router = nn.Linear(design.width, design.experts, bias=False)
        self.experts = nn.ModuleList(FEED_FORWARD[design.feed_forward](design) for _ in range(design.experts))

    def choose(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Los pesos (N, active), que suman 1, y los expertos (N, active) de cada uno de los N vectores."""
        weights, chosen = self.router(x).softmax(-1).topk(self.active, dim=-1)
        return weights / weights.sum(-1, keepdim=True), chosen

    def forward(self, x: Tensor) -> Tensor:
        flat = x.flatten(0, 1)
        weights, chosen = self.choose(flat)
        out = torch.zeros_like(flat)
        for number, expert in enumerate(self.experts):
            rows, slots = (chosen == number).nonzero(as_tuple=True)
            out = out.index_add(0, rows, weights[rows, slots, None] * expert(flat[rows]))
        return out.view_as(x)


class Block(nn.Module):
    """Un bloque: atiende y suma; piensa y suma. Normaliza antes de cada capa o, como en 2017, después de cada suma."""

    def __init__(self, design: Design) -> None:
        super().__init__()
        self.after = design.norm_place == "después"
        self.attention_norm, self.thought_norm = normalization(design), normalization(design)
        self.attention = Attention(design)
        self.thought = Experts(design) if design.experts > 1 else FEED_FORWARD[design.feed_forward](design)

    def forward(self, x: Tensor) -> Tensor:
        if self.after:
            x = self.attention_norm(x + self.attention(x))
            return self.thought_norm(x + self.thought(x))
        x = x + self.attention(self.attention_norm(x))
        return x + self.thought(self.thought_norm(x))


class Output(NamedTuple):
    """Lo que da la red: los logits (B, T, V) y, si se le dan etiquetas, la pérdida media por token, en nats."""

    logits: Tensor
    loss: Tensor | None


class Decoder(nn.Module):
    """El decodificador de un diseño, con pesos al azar. Se llama como los de transformers y lo entrena `training.train`."""

    def __init__(self, design: Design) -> None:
        super().__init__()
        self.design = design
        self.embedding = nn.Embedding(design.vocabulary, design.width)
        self.place = nn.Embedding(design.window, design.width) if design.positions == "aprendidas" else None
        self.blocks = nn.ModuleList(Block(design) for _ in range(design.layers))
        self.last = normalization(design) if design.norm_place == "antes" else nn.Identity()
        self.apply(_start)
        if design.positions == "sinusoidales":  # multiplicados por la raíz del ancho, miden lo mismo que las sinusoides
            nn.init.normal_(self.embedding.weight, std=design.width**-0.5)

    def forward(self, input_ids: Tensor, labels: Tensor | None = None, attention_mask: Tensor | None = None) -> Output:
        """attention_mask no hace falta: el relleno va al final y ningún token anterior lo ve."""
        x = self.embed(input_ids)
        for block in self.blocks:
            x = block(x)
        logits = self.last(x) @ self.embedding.weight.T  # la misma tabla sirve para entrar y para salir
        return Output(logits, None if labels is None else next_token_loss(logits, labels))

    def embed(self, input_ids: Tensor) -> Tensor:
        """(B, T, width): los embeddings, con su posición si no la lleva la atención."""
        x, length = self.embedding(input_ids), input_ids.shape[1]
        if length > self.design.window:
            raise ValueError(f"El texto ocupa {length} tokens y en la ventana caben {self.design.window}: acórtalo.")
        if self.place is not None:
            return x + self.place.weight[:length]
        if self.design.positions == "sinusoidales":
            return x * math.sqrt(self.design.width) + sinusoids(length, self.design.width).to(x)
        return x

    @property
    def parameters_per_token(self) -> int:
        """Los parámetros por los que pasa cada token: todos, menos los de los expertos que no le tocan."""
        idle = sum(p.numel() for name, p in self.named_parameters() if ".experts." in name) * (1 - self.design.active / self.design.experts)
        return sum(p.numel() for p in self.parameters()) - round(idle)


def next_token_loss(logits: Tensor, labels: Tensor) -> Tensor:
    """La etiqueta de una posición es el token siguiente: se corren un lugar, como en transformers."""
    return functional.cross_entropy(logits[:, :-1].flatten(0, 1), labels[:, 1:].flatten(), ignore_index=UNSCORED)


def _start(module: nn.Module) -> None:
    if isinstance(module, nn.Linear | nn.Embedding):
        nn.init.normal_(module.weight, std=0.02)
    if isinstance(module, nn.Linear) and module.bias is not None:
        nn.init.zeros_(module.bias)
