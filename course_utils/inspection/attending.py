"""Los pesos de atención de una red, capa a capa y cabeza a cabeza."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from course_utils.inspection.inputs import Inputs, Text, read
from course_utils.inspection.untouched import call, untouched

if TYPE_CHECKING:
    import torch

    from course_utils.models import LanguageModel

OUTPUTS = {"encoder": "encoder_attentions", "decoder": "decoder_attentions", "cross": "cross_attentions"}


@dataclass(frozen=True, eq=False, repr=False)
class Attention:
    """Quién mira a quién: la fila i de cada cabeza es lo que reparte el token i, y suma 1.

    kind: «encoder» (todos se ven), «decoder» (nadie ve lo que viene después) o «cross» (del que escribe al texto leído).
    weights: (capas, cabezas, Q, K), float32. queries: las Q etiquetas de los que miran. keys: las K de los mirados.
    written: en la traducción, lo que se escribe después de leer cada una de las Q; si no, None.
    """

    kind: str
    weights: np.ndarray
    queries: tuple[str, ...]
    keys: tuple[str, ...]
    written: tuple[str, ...] | None = None

    def __repr__(self) -> str:
        layers, heads, queries, keys = self.weights.shape
        return f"Attention(kind={self.kind!r}, capas={layers}, cabezas={heads}, mira={queries}, mirados={keys})"

    @property
    def causal(self) -> bool:
        """Si nadie ve lo que viene después: por encima de la diagonal todo es 0."""
        return self.kind == "decoder"

    def head(self, layer: int, head: int) -> np.ndarray:
        """(Q, K): los pesos de una cabeza. ValueError si esa capa o esa cabeza no existe."""
        layers, heads = self.weights.shape[:2]
        check_index("La capa", layer, layers)
        check_index("La cabeza", head, heads)
        return self.weights[layer, head]


def attention(language_model: LanguageModel, text: Text, *, target: Text | None = None) -> dict[str, Attention]:
    """Los pesos de atención de cada tipo que tenga la red: {"decoder": …}, {"encoder": …} o los dos y {"cross": …}.

    text: un texto, o los ids exactos. target: lo que escribe un codificador-decodificador; sin él, lo que él mismo escribe.
    Lanza ValueError si el texto no se puede leer o si la red no da pesos de atención.
    """
    inputs, network = read(language_model, text, target=target), language_model.model
    try:
        with untouched(network, eager=True):
            output = call(network, inputs.arguments(network.device), output_attentions=True)
    except (TypeError, ValueError) as error:  # transformers rechaza así el argumento o la atención «eager»
        raise ValueError(_without(language_model)) from error
    if inputs.target_ids is None:
        kind = "decoder" if language_model.role == "decodificador" else "encoder"
        return {kind: _found(language_model, kind, output.get("attentions"), inputs)}
    return {kind: _found(language_model, kind, output.get(name), inputs) for kind, name in OUTPUTS.items()}


def check_index(what: str, index: int, size: int) -> None:
    """Comprueba que `index` cuenta algo que existe, de 0 a size − 1. Lanza ValueError con una frase si no."""
    if isinstance(index, bool) or not isinstance(index, int | np.integer) or not 0 <= index < size:
        known = "solo hay una, la 0" if size == 1 else f"hay {size}, de la 0 a la {size - 1}"
        raise ValueError(f"{what} {index!r} no existe: {known}.")


def _found(language_model: LanguageModel, kind: str, layers: Sequence[torch.Tensor] | None, inputs: Inputs) -> Attention:
    layers = [layer for layer in layers or () if layer is not None]
    if not layers:
        raise ValueError(_without(language_model))
    weights = np.stack([layer[0].float().cpu().numpy() for layer in layers])
    if kind == "encoder" or inputs.target_ids is None:
        return Attention(kind, weights, inputs.labels, inputs.labels)
    keys = inputs.target_labels if kind == "decoder" else inputs.labels
    return Attention(kind, weights, inputs.target_labels, keys, inputs.next_labels)


def _without(language_model: LanguageModel) -> str:
    name = type(language_model.model).__name__
    return f'El modelo «{language_model.name}» ({name}) no da pesos de atención: usa otro, como models.load("decoder").'
