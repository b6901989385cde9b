"""Convertir unas celdas y ejecutar el programa que sale."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from course_utils import conversion
from course_utils.conversion import Notice

from .making import code, notebook, written

BARE = ("-I", "-S")  # Python y nada más: ni lo instalado, ni el curso, ni la carpeta del programa
FULL = ("-I",)  # con lo instalado, IPython incluido
CELLS = "# %% Celda 1\n"
UNSET = ("CURSO_", "PYTHON", "FIGURAS", "INSTALAR", "MPLBACKEND", "DISPLAY", "WAYLAND_DISPLAY")


def converted(*sources: str | dict[str, Any], **options: Any) -> tuple[str, list[Notice]]:
    """El programa hecho con esas celdas (de código, si solo se da su texto) y los avisos."""
    cells = [code(source) if isinstance(source, str) else source for source in sources]
    notices: list[Notice] = []
    text = conversion.program(written(notebook(*cells), escaped=True), "X.ipynb", warn=notices.append, **options)
    return text, notices


def body(text: str) -> str:
    """El programa desde su primera celda de código, sin cabecera ni piezas."""
    return text[text.index(CELLS) + len(CELLS) :] if CELLS in text else ""


def run(text: str, folder: Path, flags: Sequence[str] = BARE, environment: Mapping[str, str] | None = None, keyboard: str = "") -> Any:
    """Ejecuta el programa en ``folder``, que sigue igual salvo por lo que él escriba; ``keyboard`` es lo que le llega por la entrada."""
    program = folder / ".programa.py"
    program.write_text(text, "utf-8")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(UNSET)}
    return subprocess.run([sys.executable, "-X", "utf8", *flags, program], cwd=folder, env=inherited | dict(environment or {}),
                          input=keyboard, capture_output=True, encoding="utf-8", timeout=60)  # fmt: skip


def printed(folder: Path, *sources: str | dict[str, Any], flags: Sequence[str] = BARE, echo: bool = True, errors: str | None = "") -> str:
    """Lo que escribe el programa, que acaba bien y, salvo que se diga, sin escribir nada en la salida de errores."""
    text, _ = converted(*sources, echo=echo)
    done = run(text, folder, flags)
    assert done.returncode == 0, done.stderr
    assert errors is None or done.stderr == errors
    return done.stdout
