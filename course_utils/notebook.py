"""Lo que llama la primera celda de cada capítulo: reconoce dónde se ejecuta, fija semilla e hilos y lo dice en una línea.

Empezar un cuaderno no importa torch ni matplotlib: lo que les toca se deja preparado y ocurre cuando el capítulo los
importa de verdad (véase ``after_import``).
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib.abc import MetaPathFinder
from types import ModuleType

from course_utils import paths

SEED = 0
DEFAULTS = {"OMP_WAIT_POLICY": "PASSIVE", "TOKENIZERS_PARALLELISM": "false", "HF_HUB_DISABLE_TELEMETRY": "1"}


def start(seed: int = SEED) -> None:
    """Prepara el cuaderno (o el programa) y escribe una línea: «Curso listo · CPU · semilla 0».

    Fija la semilla de ``random`` y NumPy y, en cuanto se importen, la de torch y el aspecto de matplotlib. Lo que ya esté
    elegido en las variables de entorno (``OMP_NUM_THREADS``…) se respeta. Repetirla devuelve el cuaderno al principio.
    Con ``torchrun`` o ``accelerate launch`` solo habla el primer proceso; los demás trabajan callados.

    Raises:
        ValueError: ``seed`` no es un entero entre 0 y 2³² - 1, lo que admite NumPy.
    """
    if process() > 0:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115  (hasta que acabe el programa)
    _set_threads()
    _set_seed(seed)
    after_import("matplotlib.pyplot", _set_theme)
    _give_memory_back()
    if environment() == "colab":
        _enable_colab_widgets()
    print(f"Curso listo · {_device_name()} · semilla {seed}" + (" · modo rápido" if quick() else ""))


def process() -> int:
    """Qué proceso es este, desde 0, cuando varios ejecutan el mismo programa (``torchrun``, ``accelerate launch``); si no, 0."""
    rank = os.environ.get("RANK", "")
    return int(rank) if rank.isdecimal() else 0


def quick() -> bool:
    """``True`` si la variable de entorno ``CURSO_RAPIDO`` vale 1: los capítulos acortan lo que tarda (así los prueba el curso)."""
    return os.environ.get("CURSO_RAPIDO") == "1"


def need(package: str) -> None:
    """Comprueba que está una biblioteca que Google Colab no trae. Allí, si falta, la instala; fuera, dice cómo instalarla.

    Raises:
        ModuleNotFoundError: falta, y no es Colab.
    """
    if importlib.util.find_spec(package) is not None:
        return
    if environment() != "colab":
        raise ModuleNotFoundError(f"Falta la biblioteca «{package}»: instala lo que pide el curso con «pip install -r requirements.txt».")
    lines = (paths.ROOT / "requirements.txt").read_text("utf-8").splitlines()
    wanted = next((line.partition("#")[0].strip() for line in lines if line.startswith(package)), package)
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", wanted], check=True)
    importlib.invalidate_caches()


def environment() -> str:
    """Dónde se ejecuta: ``"colab"``, ``"jupyter"`` (Lab, VS Code, nbconvert…), ``"ipython"`` o ``"python"``, sin IPython."""
    if "google.colab" in sys.modules:
        return "colab"
    shell = _shell()
    if shell is None:
        return "python"
    return "jupyter" if hasattr(shell, "kernel") else "ipython"


def _shell() -> object | None:
    """El IPython que ejecuta el cuaderno; sin él, nada."""
    return sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None


def after_import(name: str, action: Callable[[ModuleType], object]) -> None:
    """Llama a ``action(módulo)`` cuando se importe el módulo ``name``, o ahora mismo si ya lo está."""
    sys.meta_path[:] = [finder for finder in sys.meta_path if getattr(finder, "awaited", None) != name]
    if name in sys.modules:
        action(sys.modules[name])
    else:
        sys.meta_path.insert(0, _AfterImport(name, action))


class _AfterImport(MetaPathFinder):
    """Deja que el módulo se importe como siempre y, en cuanto termina, ejecuta la acción. Sirve una vez."""

    def __init__(self, awaited: str, action: Callable[[ModuleType], object]) -> None:
        self.awaited, self.action = awaited, action

    def find_spec(self, name: str, path: object = None, target: object = None) -> object:
        if name != self.awaited:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.loader is not None:
            self._wrap(spec.loader)
        return spec

    def _wrap(self, loader: object) -> None:
        execute = loader.exec_module

        def exec_module(module: ModuleType) -> None:
            execute(module)
            self.action(module)

        loader.exec_module = exec_module


def _set_threads() -> None:
    """Hilos que no estorban: esperan dormidos y son la mitad de los núcleos, hasta 8; con modelos tan pequeños, más van más despacio."""
    for variable, value in {**DEFAULTS, "OMP_NUM_THREADS": str(_threads())}.items():
        os.environ.setdefault(variable, value)


def _threads() -> int:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(8, cores // 2))


def _set_seed(seed: int) -> None:
    if not isinstance(seed, int) or not 0 <= seed < 2**32:
        raise ValueError(f"La semilla tiene que ser un entero entre 0 y 4294967295, y has escrito {seed!r}.")
    random.seed(seed)
    after_import("numpy", lambda numpy: numpy.random.seed(seed))
    after_import("torch", lambda torch: torch.manual_seed(seed))


def _set_theme(_pyplot: ModuleType) -> None:
    from course_utils import theme

    theme.apply("light")


def _give_memory_back() -> None:
    """Tras cada celda, lo que ya no se usa vuelve al sistema: con los diecisiete capítulos abiertos a la vez, cerca de 2 GB."""
    shell = _shell()
    if shell is not None and sys.platform == "linux":
        shell.events.register("post_run_cell", _trim)


def _trim(_result: object) -> None:
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # lo tiene `glibc`; `musl`, no
    if trim is not None:
        trim(0)


def _enable_colab_widgets() -> None:
    from google.colab import output

    output.enable_custom_widget_manager()


def _device_name() -> str:
    """«CPU», o el nombre de la GPU. Sin controlador de NVIDIA no hace falta preguntar a torch, que tarda."""
    if shutil.which("nvidia-smi") is None:
        return "CPU"
    import torch

    return torch.cuda.get_device_name() if torch.cuda.is_available() else "CPU"
