"""Qué puede ver cada token según la arquitectura, como matrices de sí o no: la fila es quien mira y la columna, lo mirado."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ENCODER, DECODER, PREFIX, BOTH = "codificador", "decodificador", "prefijo", "codificador-decodificador"
ARCHITECTURES = (ENCODER, DECODER, BOTH, PREFIX)
Mask = NDArray[np.bool_]


def bidirectional(n: int) -> Mask:
    """(n, n): todos ven a todos, como en BERT."""
    return np.ones((_size(n), n), dtype=bool)


def causal(n: int) -> Mask:
    """(n, n): cada token se ve a sí mismo y a los anteriores, como en GPT."""
    return np.tri(_size(n), dtype=bool)


def prefix(n: int, k: int) -> Mask:
    """(n, n): los k primeros se ven todos entre sí; los demás, de forma causal (Raffel y otros, 2020, §3.2.1)."""
    if not 0 <= k <= _size(n):
        raise ValueError(f"El prefijo tiene que medir entre 0 y {n} tokens, y mide {k}.")
    return causal(n) | (np.arange(n) < k)


def cross(written: int, read: int) -> Mask:
    """(written, read): cada token que se escribe ve toda la frase leída, por la atención cruzada."""
    return np.ones((_size(written), _size(read)), dtype=bool)


@dataclass(frozen=True, eq=False)
class Sight:
    """Lo que ve cada token: entre los leídos (S, S), entre los escritos (T, T), y de los escritos a los leídos (T, S)."""

    among_read: Mask
    among_written: Mask
    across: Mask

    @property
    def joined(self) -> Mask:
        """(S + T, S + T): primero los leídos y luego los escritos, en una sola matriz."""
        blind = np.zeros(self.across.T.shape, dtype=bool)  # lo leído no ve lo que se escribe
        return np.block([[self.among_read, blind], [self.across, self.among_written]])


def sight(architecture: str, read: int, written: int = 0) -> Sight:
    """Lo que ve cada token en una arquitectura, con `read` tokens leídos y `written` escritos.

    En «codificador» solo se lee y en «decodificador» todo es una sola cadena causal. En «prefijo» y «codificador-decodificador» se lee
    de forma bidireccional y se escribe de forma causal: en el primero con la misma red, en el segundo por la atención cruzada.
    Lanza ValueError si no existe la arquitectura o no escribe.
    """
    if architecture not in ARCHITECTURES:
        raise ValueError(f"No conozco la arquitectura «{architecture}»: elige entre {', '.join(ARCHITECTURES)}.")
    if architecture == ENCODER and written:
        raise ValueError(f"Un codificador no escribe y le has dado {written} tokens escritos: pásalos como leídos.")
    among_read = causal(read) if architecture == DECODER else bidirectional(read)
    return Sight(among_read, causal(written), cross(written, read))


def _size(n: int) -> int:
    if isinstance(n, bool) or not isinstance(n, int | np.integer) or n < 0:
        raise ValueError(f"El número de tokens tiene que ser un entero de 0 o más, y has dado {n!r}.")
    return int(n)
