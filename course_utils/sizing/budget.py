"""Lo que ocupa y lo que cuesta un modelo: bytes por precisión y por lo que se haga con él, y operaciones para entrenarlo."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

DAY = 86_400  # segundos
PER_PARAMETER = 6  # operaciones por parámetro y token al entrenar: 2 al leer y 4 al corregir (Kaplan y otros, 2020)


@dataclass(frozen=True)
class Precision:
    """Con cuántos bits se guarda cada peso."""

    name: str
    bits: int

    @property
    def bytes(self) -> float:
        return self.bits / 8


PRECISIONS = MappingProxyType({one.name: one for one in (
    Precision("float32", 32), Precision("bfloat16", 16), Precision("int8", 8), Precision("4 bits", 4))})  # fmt: skip


@dataclass(frozen=True)
class Chip:
    """Dónde se usa un modelo: su memoria, en bytes, cómo se nombra en una frase y las operaciones por segundo que promete en bfloat16."""

    name: str
    memory: float
    phrase: str
    flops: float = 0.0


# Hoja de datos de la NVIDIA H100 SXM: 80 GB y 1.979 billones de operaciones por segundo con dispersión, la mitad sin ella.
H100 = Chip("NVIDIA H100", 80e9, "una NVIDIA H100", 989.4e12)
CHIPS = MappingProxyType(
    {
        one.name: one
        for one in (
            Chip("portátil de 16 GB", 16e9, "un portátil de 16 GB"),
            Chip("RTX 4060", 8e9, "una RTX 4060"),
            Chip("T4", 16e9, "una T4"),
            Chip("RTX 4090", 24e9, "una RTX 4090"),
            H100,
            Chip("NVIDIA H200", 141e9, "una NVIDIA H200"),
            Chip("8 × H100", 640e9, "ocho H100"),
        )
    }
)
USABLE = 0.9  # lo que se deja usar a pesos y caché; el resto, para cuentas intermedias y programa (es lo que reserva vLLM de fábrica)


def weights_bytes(parameters: int, precision: str) -> float:
    """Lo que ocupan los pesos con una precisión de `PRECISIONS`. Lanza ValueError si no existe."""
    if precision not in PRECISIONS:
        raise ValueError(f"No conozco la precisión «{precision}»; hay: {', '.join(PRECISIONS)}.")
    return parameters * PRECISIONS[precision].bytes


def training_bytes(parameters: int, precision: str) -> dict[str, float]:
    """Lo que ocupa entrenar todos los parámetros con Adam, por partes y sin contar las activaciones: siempre 16 bytes por parámetro.

    En float32: pesos, gradientes y los dos momentos, a 4 bytes. En bfloat16: pesos y gradientes, a 2; y una copia de los pesos y los
    dos momentos, a 4 (Rajbhandari y otros, 2020). Lanza ValueError con otra precisión: con menos bits no se puede dar el paso.
    """
    if precision not in ("float32", "bfloat16"):
        raise ValueError(
            f"En {precision} no se entrenan todos los pesos: los pasos de Adam son más finos que la distancia entre dos valores."
        )
    each = PRECISIONS[precision].bytes
    copy = {} if precision == "float32" else {"copia en float32": 4.0 * parameters}
    return {"pesos": each * parameters, "gradientes": each * parameters, **copy, "momentos de Adam": 8.0 * parameters}


def training_flops(parameters: float, tokens: float) -> float:
    """Las operaciones (sumas y multiplicaciones) de un entrenamiento: 6 · N · D. Sin la parte de la atención que crece con el texto."""
    return PER_PARAMETER * parameters * tokens


def day_flops(utilization: float, chip: Chip = H100) -> float:
    """Las operaciones que hace una tarjeta en un día si aprovecha esa parte (0 … 1) de lo que promete. Si no es una parte, ValueError."""
    if not 0 < utilization <= 1:
        raise ValueError(f"El aprovechamiento es una parte entre 0 y 1 y he recibido {utilization:g}.")
    return chip.flops * utilization * DAY
