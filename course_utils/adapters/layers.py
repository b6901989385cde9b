"""Las tres piezas que se ponen alrededor de una capa lineal, que se queda como estaba: LoRA, IA³ y el adaptador con cuello de botella."""

import math

import torch
from torch import nn


def weight(layer: nn.Module) -> torch.Tensor:
    """La matriz de una capa lineal, (salen, entran), sin copiarla; la `Conv1D` de GPT-2 la guarda traspuesta."""
    return layer.weight.detach() if isinstance(layer, nn.Linear) else layer.weight.detach().T


def widths(layer: nn.Module) -> tuple[int, int]:
    """Cuántos números entran y cuántos salen de una capa lineal: `nn.Linear`, o la `Conv1D` de GPT-2, que guarda su matriz traspuesta."""
    rows, columns = layer.weight.shape
    return (columns, rows) if isinstance(layer, nn.Linear) else (rows, columns)


class Wrapped(nn.Module):
    """Una capa congelada y lo que se le añade. `extra` nombra los parámetros nuevos, los únicos que se entrenan."""

    extra: tuple[str, ...] = ()

    def __init__(self, base: nn.Module) -> None:
        super().__init__()
        self.base = base
        self._original: torch.Tensor | None = None

    @property
    def merged(self) -> bool:
        """Si lo añadido está ya sumado a la matriz de la capa."""
        return self._original is not None

    def merged_weight(self) -> torch.Tensor:
        """La matriz (salen, entran) que hace lo mismo que la capa con lo añadido. Lanza TypeError si ninguna lo hace."""
        raise TypeError(f"«{type(self).__name__}» no se puede fusionar con los pesos: hace algo que una sola matriz no hace.")

    @torch.no_grad()
    def merge(self) -> None:
        """Pone en la capa la matriz ya sumada, y guarda la de antes."""
        if not self.merged:
            new = self.merged_weight()
            self._original = self.base.weight.detach().clone()
            weight(self.base).copy_(new)

    @torch.no_grad()
    def unmerge(self) -> None:
        """Devuelve a la capa su matriz, bit a bit."""
        if self.merged:
            self.base.weight.copy_(self._original)
            self._original = None


class LoRALayer(Wrapped):
    """y = W x + (α / r) B A x. A empieza al azar y B a cero: al principio no cambia nada (Hu y otros, 2022, sección 4.1).

    A: (r, entran); B: (salen, r).
    """

    extra = ("A", "B")

    def __init__(self, base: nn.Module, rank: int, alpha: float) -> None:
        super().__init__(base)
        inside, outside = widths(base)
        if not 1 <= rank <= min(inside, outside):
            raise ValueError(f"El rango {rank} no sirve para una matriz de {outside} × {inside}: elige uno de 1 a {min(inside, outside)}.")
        self.scale = alpha / rank
        self.A = nn.Parameter(base.weight.new_empty(rank, inside))
        self.B = nn.Parameter(base.weight.new_zeros(outside, rank))
        nn.init.kaiming_uniform_(self.A, a=math.sqrt(5))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.base(x)
        return y if self.merged else y + self.scale * (x @ self.A.T @ self.B.T)

    def change(self) -> torch.Tensor:
        """Lo que LoRA suma a la matriz, (salen, entran)."""
        return self.scale * (self.B @ self.A)

    def merged_weight(self) -> torch.Tensor:
        return weight(self.base) + self.change()


class IA3Layer(Wrapped):
    """Un factor por canal, que empieza en 1 (Liu y otros, 2022, sección 3.3): de lo que sale o, con `on_input`, de lo que entra."""

    extra = ("factors",)

    def __init__(self, base: nn.Module, *, on_input: bool) -> None:
        super().__init__(base)
        self.on_input = on_input
        self.factors = nn.Parameter(base.weight.new_ones(widths(base)[0 if on_input else 1]))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if self.merged:
            y = self.base(x)
            return y if self.on_input or self.base.bias is None else y + (self.factors - 1) * self.base.bias
        return self.base(x * self.factors) if self.on_input else self.base(x) * self.factors

    def merged_weight(self) -> torch.Tensor:
        return weight(self.base) * (self.factors if self.on_input else self.factors[:, None])


class BottleneckLayer(Wrapped):
    """y + U·gelu(D y): dos capas estrechas tras la congelada. U empieza a cero (Houlsby y otros, 2019, sección 2.1)."""

    extra = ("down.weight", "down.bias", "up.weight", "up.bias")

    def __init__(self, base: nn.Module, width: int) -> None:
        super().__init__(base)
        outside = widths(base)[1]
        if not 1 <= width <= outside:
            raise ValueError(f"Un cuello de botella de {width} no sirve para una capa de {outside}: elige de 1 a {outside}.")
        self.down, self.up = nn.Linear(outside, width), nn.Linear(width, outside)
        self.to(base.weight.device)
        nn.init.normal_(self.down.weight, std=0.02)
        for zero in (self.down.bias, self.up.weight, self.up.bias):
            nn.init.zeros_(zero)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.base(x)
        return y + self.up(nn.functional.gelu(self.down(y)))
