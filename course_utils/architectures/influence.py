"""Qué ve de verdad cada token de una red: se cambia uno y se mira qué vectores de salida se mueven."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from course_utils.architectures.visibility import Mask

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel

STILL = 1e-6  # lo más que cambia, por redondeo, un vector que no ve el token cambiado


def influence(network: PreTrainedModel, read: Sequence[int], written: Sequence[int] = ()) -> Mask:
    """(S + T, S + T): la fila i es un vector de salida y la columna j, el token que se cambia; sí, si el vector se mueve.

    read: los S ids que lee la red (o su codificador). written: los T que lee el decodificador, si es otro. Lanza ValueError si hacen
    falta unos u otros y no están, o si sobran los segundos.
    """
    if not read or bool(written) != bool(network.config.is_encoder_decoder):
        needed = "ids leídos y escritos" if network.config.is_encoder_decoder else "solo ids leídos"
        raise ValueError(f"Esta red necesita {needed}, y has dado {len(read)} leídos y {len(written)} escritos.")
    ids, columns = [*read, *written], []
    before = outputs(network, ids, len(read))
    for place, token in enumerate(ids):
        changed = outputs(network, [*ids[:place], token + 1 if token == 0 else token - 1, *ids[place + 1 :]], len(read))
        columns.append(np.abs(changed - before).max(-1) > STILL)
    return np.stack(columns, axis=1)


def outputs(network: PreTrainedModel, ids: Sequence[int], read: int) -> np.ndarray:
    """(S + T, D): el último vector de cada token; primero los del codificador y luego los del decodificador, si son dos."""
    import torch

    with torch.inference_mode():
        if not network.config.is_encoder_decoder:
            return _numpy(network.base_model(torch.tensor([list(ids)], device=network.device)).last_hidden_state)
        sides = (torch.tensor([list(side)], device=network.device) for side in (ids[:read], ids[read:]))
        found = network.base_model(**dict(zip(("input_ids", "decoder_input_ids"), sides)))
        return np.concatenate([_numpy(found.encoder_last_hidden_state), _numpy(found.last_hidden_state)])


def _numpy(states: torch.Tensor) -> np.ndarray:
    return states[0].float().cpu().numpy()
