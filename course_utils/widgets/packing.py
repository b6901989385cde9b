"""Los mapas de atención en pocos bytes: cada peso, un byte en proporción al mayor de su fila; de lo causal, solo el triángulo.

Un paquete es zlib de los mapas seguidos; cada mapa son los mayores de cada fila (uint16 de 0 a 65535, little-endian) y después los
bytes, fila a fila: (capas, cabezas, Q, K) o, si es causal, solo las columnas 0 … q de la fila q. Su forma va aparte, como datos.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from course_utils.inspection import Attention

LARGEST = {"peak": 65535, "cell": 255}


def pack(maps: Iterable[Attention]) -> bytes:
    """Los mapas, uno tras otro, en un solo paquete."""
    return zlib.compress(b"".join(map(_bytes, maps)))


def layout(found: Attention) -> dict[str, object]:
    """Lo que el navegador necesita para leer un mapa y rotularlo."""
    layers, heads = found.weights.shape[:2]
    return {"map": found.kind, "causal": found.causal, "layers": layers, "heads": heads,
            "queries": list(found.queries), "keys": list(found.keys), "written": list(found.written or ())}  # fmt: skip


def unpack(packet: bytes, layouts: Sequence[Mapping[str, object]]) -> list[np.ndarray]:
    """Los pesos (capas, cabezas, Q, K) de un paquete: lo que ve el navegador."""
    data, at, found = zlib.decompress(packet), 0, []
    for one in layouts:
        shape = (one["layers"], one["heads"], len(one["queries"]))
        peaks = np.frombuffer(data, "<u2", int(np.prod(shape)), at)
        at += peaks.nbytes
        size = shape[0] * shape[1] * _cells(one["causal"], shape[2], len(one["keys"]))
        found.append(_weights(peaks.reshape(shape), np.frombuffer(data, np.uint8, size, at), one["causal"], len(one["keys"])))
        at += size
    return found


def _bytes(found: Attention) -> bytes:
    weights = np.clip(found.weights, 0, 1)
    peaks = weights.max(-1, keepdims=True)
    cells = np.rint(weights / np.maximum(peaks, 1e-12) * LARGEST["cell"]).astype(np.uint8)
    if found.causal:
        cells = cells[:, :, *np.tril_indices(cells.shape[2])]
    return np.rint(peaks * LARGEST["peak"]).astype("<u2").tobytes() + cells.tobytes()


def _weights(peaks: np.ndarray, cells: np.ndarray, causal: bool, keys: int) -> np.ndarray:
    layers, heads, queries = peaks.shape
    full = np.zeros((layers, heads, queries, keys))
    if causal:
        full[:, :, *np.tril_indices(queries)] = cells.reshape(layers, heads, -1)
    else:
        full[:] = cells.reshape(full.shape)
    return full / LARGEST["cell"] * (peaks / LARGEST["peak"])[..., None]


def _cells(causal: bool, queries: int, keys: int) -> int:
    return queries * (queries + 1) // 2 if causal else queries * keys
