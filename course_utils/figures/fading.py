"""Cuánto gradiente llega desde la última salida hasta cada palabra anterior, en redes recién creadas (con pesos al azar)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from torch import Tensor, nn

WIDTH, LENGTH, SEEDS = 64, 32, range(10)
OPEN = 1.0  # el sesgo con que se suele abrir la compuerta del olvido al empezar (Gers y otros, 2000; Jozefowicz y otros, 2015)
RNN, LSTM, GRU, TRANSFORMER, OPEN_LSTM = "RNN", "LSTM", "GRU", "transformer", "LSTM abierta"


def reached(name: str) -> np.ndarray:
    """Lo que llega a la palabra que está 1, 2, 3… lugares atrás, comparado con lo que llega a la anterior (que vale 1).

    Es la media geométrica, sobre diez semillas, de la norma del gradiente de la última salida respecto a cada entrada.
    """
    norms = np.stack([_norms(name, seed) for seed in SEEDS])[:, -2::-1]  # de la penúltima palabra hacia atrás
    typical = np.exp(np.log(norms).mean(axis=0))
    return typical / typical[0]


def _norms(name: str, seed: int) -> np.ndarray:
    """(LENGTH,): la norma del gradiente en cada palabra de un texto al azar."""
    import torch

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = _NETWORKS[name]()
        words = torch.randn(1, LENGTH, WIDTH, requires_grad=True)
        (network(words)[0, -1] @ torch.randn(WIDTH)).backward()
    return words.grad[0].norm(dim=-1).double().numpy()


def _recurrent(kind: str, *, forget: float | None = None) -> Callable[[Tensor], Tensor]:
    import torch

    network = getattr(torch.nn, kind)(WIDTH, WIDTH, batch_first=True)
    if forget is not None:
        with torch.no_grad():  # las compuertas de una LSTM van en este orden: entrada, olvido, candidato, salida
            network.bias_ih_l0[WIDTH : 2 * WIDTH] = forget
            network.bias_hh_l0[WIDTH : 2 * WIDTH] = 0
    return lambda words: network(words)[0]


def _transformer() -> Callable[[Tensor], Tensor]:
    """Una capa que solo mira hacia atrás, sin nada que apague al azar."""
    from torch.nn import Transformer, TransformerEncoder

    network: nn.Module = TransformerEncoder(_layer(), 1, enable_nested_tensor=False)
    mask = Transformer.generate_square_subsequent_mask(LENGTH)
    return lambda words: network(words, mask=mask, is_causal=True)


def _layer() -> nn.Module:
    from torch.nn import TransformerEncoderLayer

    return TransformerEncoderLayer(WIDTH, 4, 4 * WIDTH, dropout=0.0, batch_first=True, norm_first=True)


_NETWORKS: dict[str, Callable[[], Callable[[Tensor], Tensor]]] = {
    RNN: lambda: _recurrent("RNN"),
    LSTM: lambda: _recurrent("LSTM"),
    GRU: lambda: _recurrent("GRU"),
    OPEN_LSTM: lambda: _recurrent("LSTM", forget=OPEN),
    TRANSFORMER: _transformer,
}
