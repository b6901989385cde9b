"""La lente de logits: qué diría la red si, tras cada bloque, saltara directamente al final.

Es la propia cola de la red (su última normalización y su capa de salida) la que lee el flujo residual de cada nivel: un gancho en
el último bloque pone los L + 1 niveles donde iba uno solo. Por eso sirve para cualquiera y el último nivel son sus logits.
Fuente: nostalgebraist, «interpreting GPT: the logit lens» (2020).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor, nn

from course_utils import tokens
from course_utils.inspection.attending import check_index
from course_utils.inspection.inputs import Text, read
from course_utils.inspection.stream import blocks, entering, leaving
from course_utils.inspection.untouched import call, untouched

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

    from course_utils.models import LanguageModel


@dataclass(frozen=True)
class Guess:
    """Una apuesta: el id del token, su nombre corto y su probabilidad."""

    token_id: int
    label: str
    probability: float


@dataclass(frozen=True, eq=False, repr=False)
class Lens:
    """Los logits que salen de cada nivel del flujo residual.

    logits: (L + 1, T, V), float32: el nivel 0 es la entrada del primer bloque, y el L, la respuesta de la red.
    ids, labels: los T tokens leídos y sus nombres.
    """

    ids: tuple[int, ...]
    labels: tuple[str, ...]
    logits: np.ndarray
    tokenizer: PreTrainedTokenizerFast

    def __repr__(self) -> str:
        levels, positions, vocabulary = self.logits.shape
        return f"Lens(niveles={levels}, tokens={positions}, vocabulario={vocabulary})"

    def probabilities(self, level: int, position: int) -> np.ndarray:
        """(V,): la distribución en un nivel y un lugar."""
        check_index("El nivel", level, self.logits.shape[0])
        check_index("El lugar", position, self.logits.shape[1])
        scores = self.logits[level, position].astype(np.float64)
        powers = np.exp(scores - scores.max())
        return powers / powers.sum()

    def top(self, level: int, position: int | None = None, n: int = 5) -> list[Guess]:
        """Las n mejores apuestas en un nivel y un lugar (el último, si no se dice), de mayor a menor probabilidad."""
        found = self.probabilities(level, len(self.ids) - 1 if position is None else position)
        best = np.argsort(-found, kind="stable")[:n]
        return [Guess(int(i), tokens.label(self.tokenizer, int(i)), float(found[i])) for i in best]


def logit_lens(language_model: LanguageModel, text: Text, *, target: Text | None = None) -> Lens:
    """Los logits de cada nivel y de cada lugar de un texto (en un codificador-decodificador, de su decodificador).

    text: un texto, o los ids exactos. target: lo que escribe un codificador-decodificador; sin él, lo que él mismo escribe.
    Lanza ValueError si el texto no se puede leer o si la red no da logits.
    """
    inputs, network = read(language_model, text, target=target), language_model.model
    found = blocks(language_model)
    with untouched(network):
        _stack_levels(found)
        logits = call(network, inputs.arguments(network.device)).get("logits")
    if logits is None:
        kind = type(network).__name__
        raise ValueError(f"El modelo «{language_model.name}» ({kind}) no da logits: hace falta uno con capa de salida.")
    ids, labels = inputs.decoded
    return Lens(ids, labels, logits.float().cpu().numpy(), language_model.tokenizer)


def _stack_levels(found: Sequence[nn.Module]) -> None:
    """Pone los ganchos que cambian la salida del último bloque, (1, T, D), por la de todos los niveles, (L + 1, T, D)."""
    levels: list[Tensor] = []

    def enter(_block: nn.Module, args: tuple, kwargs: dict) -> None:
        levels.append(entering(args, kwargs))

    def leave(_block: nn.Module, _args: tuple, output: object) -> None:
        levels.append(leaving(output))

    def last(_block: nn.Module, _args: tuple, output: object) -> object:
        stacked = torch.cat([*levels, leaving(output)])
        return (stacked, *output[1:]) if isinstance(output, tuple) else stacked

    found[0].register_forward_pre_hook(enter, with_kwargs=True)
    for block in found[:-1]:
        block.register_forward_hook(leave)
    found[-1].register_forward_hook(last)
