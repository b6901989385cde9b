"""Dónde va un modelo y con qué precisión: el único lugar del curso donde se decide, y donde se mira si cabe."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from course_utils.models.errors import ModelError
from course_utils.models.public import smaller

if TYPE_CHECKING:
    import torch

WIDTH = {"float32": 4, "bfloat16": 2, "float16": 2}     # bytes por parámetro
OVERHEAD = 1.2                                           # además de los pesos: la caché, las activaciones y lo que se usa al cargar
OVERFLOWING = ("t5", "mt5", "umt5", "gemma")             # en float16 sus números se salen de escala


@dataclass(frozen=True)
class Place:
    """Dónde se carga un modelo, con qué precisión y cuánta memoria ocupará, en bytes."""

    device: str
    dtype: str
    needed: int


def checked(device: str) -> str:
    """El nombre completo de un dispositivo («cuda» → «cuda:0»). Lanza ModelError si no se puede usar en esta máquina."""
    import torch

    try:
        return str(torch.empty(0, device=device).device)
    except (RuntimeError, AssertionError) as error:
        raise ModelError(f'No se puede usar el dispositivo «{device}» en esta máquina; prueba con device="cpu".') from error


def best() -> str:
    """La GPU si la hay (con varios procesos, a cada uno la suya), la de Apple o, si no, la CPU."""
    import torch

    if torch.cuda.is_available():
        return f"cuda:{os.environ.get('LOCAL_RANK', '0')}"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def place(
    name: str, parameters: int, *, device: str | None, dtype: str | None = None, kind: str = "", role: str | None = None, gguf: bool = False
) -> Place:  # fmt: skip
    """Dónde y con qué precisión se carga un modelo que no es de bolsillo.

    kind: su clase en config.json («t5»). gguf: sus pesos se abren antes en float32. Si no dices dónde y no cabe en la GPU, va a la CPU;
    y en la CPU, si no cabe en float32, en bfloat16. Lanza ModelError, y nombra uno más pequeño, si no cabe.
    """
    wanted = [checked(device)] if device else list(dict.fromkeys((best(), "cpu")))
    options = [option for one in wanted for option in _options(one, parameters, dtype, kind, gguf)]
    found = next((option for option in options if option.needed <= free(option.device)), None)
    if found is None:
        nearest = max(options, key=lambda option: free(option.device) / max(option.needed, 1))
        raise ModelError(f"«{name}» no cabe: necesita {size_text(nearest.needed)} de memoria y en {shown(nearest.device)} quedan libres "
                         f"{size_text(free(nearest.device))}; {_advice(role, parameters, nearest)}.")  # fmt: skip
    return found


def _options(device: str, parameters: int, dtype: str | None, kind: str, gguf: bool) -> list[Place]:
    usual = ("float32", "bfloat16") if device == "cpu" else (gpu_precision(device, kind),)
    kinds = (dtype,) if dtype else usual
    widths = {one: WIDTH["float32"] if gguf and device == "cpu" else WIDTH[one] for one in kinds}
    return [Place(device, one, round(parameters * width * OVERHEAD)) for one, width in widths.items()]


def shown(device: str) -> str:
    """El nombre de un dispositivo, para leerlo."""
    return "la CPU" if device == "cpu" else f"la GPU ({device})"


def _advice(role: str | None, parameters: int, spot: Place) -> str:
    one = smaller(role, min(parameters, int(free(spot.device) / OVERHEAD / WIDTH[spot.dtype])))
    return f"prueba con «{one.alias}», que tiene {count_text(one.parameters)} de parámetros" if one else "usa uno de bolsillo"


def gpu_precision(device: str, kind: str = "") -> str:
    """Media precisión: bfloat16 donde la GPU lo calcula de verdad y, en las antiguas, float16, salvo en redes que así se desbordan."""
    import torch

    if device.startswith("mps"):
        native = torch.backends.mps.is_macos_or_newer(14, 0)
    else:
        native = torch.cuda.is_bf16_supported(including_emulation=False)
    if native:
        return "bfloat16"
    return "float32" if kind.startswith(OVERFLOWING) else "float16"


def free(device: str) -> int:
    """La memoria libre de un dispositivo, en bytes."""
    import torch

    if device.startswith("cuda"):
        return torch.cuda.mem_get_info(torch.device(device))[0]
    if device.startswith("mps"):
        return torch.mps.recommended_max_memory() - torch.mps.driver_allocated_memory()
    return min(_of_the_machine(), _of_the_container())


def _of_the_machine() -> int:
    import psutil

    return psutil.virtual_memory().available


def _of_the_container(folder: Path = Path("/sys/fs/cgroup")) -> int:
    """Lo que deja usar un contenedor, como los de JupyterHub, si es menos que lo que tiene la máquina."""
    try:
        limit, used = (int((folder / name).read_text()) for name in ("memory.max", "memory.current"))
    except (OSError, ValueError):  # sin límite, o no es Linux
        return 2**62
    return max(limit - used, 0)


def dtype_of(name: str) -> torch.dtype:
    """La precisión de torch que se llama así. Lanza ModelError si no es una de las tres del curso."""
    import torch

    if name not in WIDTH:
        raise ModelError(f"No conozco la precisión «{name}»: puede ser {', '.join(WIDTH)}.")
    return getattr(torch, name)


def size_text(size: float) -> str:
    """Un tamaño en bytes, para leerlo: «269 MB», «4,5 GB»."""
    if size < 1e6:
        return f"{max(size, 0) / 1e3:.0f} kB"
    if size < 1e9:
        return f"{size / 1e6:.0f} MB"
    return f"{size / 1e9:.1f} GB".replace(".", ",")


def count_text(count: int) -> str:
    """Un número de parámetros, para leerlo: «134,5 millones», «2.253 millones»."""
    millions = count / 1e6
    return (f"{millions:,.0f}".replace(",", ".") if millions >= 1000 else f"{millions:.1f}".replace(".", ",")) + " millones"
