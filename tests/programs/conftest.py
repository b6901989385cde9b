"""Un Python como el de quien solo quiere programas: las bibliotecas del curso, sin IPython ni nada que dependa de él."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Callable
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from course_utils import paths

NOTEBOOKS_ONLY = (
    "IPython*", "ipython*", "ipykernel*", "ipywidgets*", "anywidget*", "widgetsnbextension*", "jupyter*", "notebook*", "traitlets*",
    "matplotlib_inline*", "comm", "comm-*", "nbformat*", "nbconvert*", "nbclient*", "nbval*",
)  # fmt: skip
PATHS = "*.pth"  # el curso instalado y lo que se ejecuta al arrancar: el programa tiene que encontrar el curso él solo
UNSET = ("CURSO_", "PYTHON", "FIGURAS", "MPLBACKEND", "DISPLAY", "WAYLAND_DISPLAY")
ALWAYS = {"CUDA_VISIBLE_DEVICES": "", "HF_HUB_OFFLINE": "1", "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"}


@pytest.fixture(scope="session")
def without_ipython(tmp_path_factory) -> Callable[..., subprocess.CompletedProcess]:
    """`run(*argumentos)`: ejecuta ese Python desde la raíz del curso, sin pantalla, sin GPU y sin variables del curso.

    Es un entorno virtual recién hecho con enlaces a lo instalado aquí, así que no descarga nada y tarda menos de un segundo.
    """
    folder = tmp_path_factory.mktemp("sin_ipython")
    venv.create(folder, symlinks=os.name != "nt")
    home = sysconfig.get_paths(vars={"base": str(folder), "platbase": str(folder)})
    for package in installed():
        (Path(home["purelib"]) / package.name).symlink_to(package, target_is_directory=package.is_dir())
    return runner(Path(home["scripts"]) / Path(sys.executable).name, tmp_path_factory.mktemp("datos"))


@pytest.fixture(scope="session")
def with_jupyter(tmp_path_factory) -> Callable[..., subprocess.CompletedProcess]:
    """Lo mismo con el Python de las pruebas: para el capítulo que trata de nbconvert."""
    return runner(Path(sys.executable), tmp_path_factory.mktemp("datos"))


def runner(python: Path, data: Path) -> Callable[..., subprocess.CompletedProcess]:
    """Lo que ejecuta ``python`` desde la raíz del curso; el progreso de quien estudia se guarda en ``data``."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(UNSET)}
    environment |= {**ALWAYS, "CURSO_DATOS": str(data)}

    def run(*arguments: str | os.PathLike[str], timeout: float = 120) -> subprocess.CompletedProcess:
        return subprocess.run([python, *arguments], cwd=paths.ROOT, env=environment, stdin=subprocess.DEVNULL,
                              capture_output=True, encoding="utf-8", timeout=timeout)  # fmt: skip

    return run


def installed() -> list[Path]:
    """Lo que hay instalado aquí y no es cosa de cuadernos."""
    folders = {Path(sysconfig.get_path(name)) for name in ("purelib", "platlib")}
    entries = {entry.name: entry for folder in folders for entry in folder.iterdir()}
    return [entry for name, entry in entries.items() if not any(fnmatchcase(name, pattern) for pattern in (*NOTEBOOKS_ONLY, PATHS))]
