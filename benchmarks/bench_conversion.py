"""Convertir todos los cuadernos del curso: nuestra orden frente a la de nbconvert, y los dos exportadores en el mismo proceso."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from comparing import Comparison, by_turns, report
from nbconvert import PythonExporter

from course_utils import conversion, paths
from course_utils.conversion import syntax

NOTEBOOKS = sorted(map(str, paths.NOTEBOOKS.glob("*.ipynb")))
ORDER = [sys.executable, str(paths.ROOT / "convert_notebook_to_script.py")]


def quiet(command: list[str]) -> None:
    """Ejecuta la orden sin enseñar lo que cuenta."""
    subprocess.run(command, check=True, capture_output=True)


def ours(folder: Path) -> None:
    quiet([*ORDER, "--input", *NOTEBOOKS, "--output-dir", str(folder)])


def theirs(folder: Path) -> None:
    for notebook in NOTEBOOKS:
        quiet([sys.executable, "-m", "nbconvert", "--to", "script", "--output-dir", str(folder), notebook])


def our_exporter() -> None:
    """Sin aprovechar nada de la vuelta anterior: cada celda se vuelve a mirar."""
    syntax.compiles.cache_clear()
    for notebook in NOTEBOOKS:
        conversion.script(notebook)


def their_exporter() -> None:
    exporter = PythonExporter()
    for notebook in NOTEBOOKS:
        exporter.from_filename(notebook)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        command = by_turns(lambda: ours(Path(name)), lambda: theirs(Path(name)), rounds=3)
    exporters = by_turns(our_exporter, their_exporter, rounds=9)
    report(
        "Convertir los cuadernos del curso",
        "nuestro",
        "nbconvert",
        [
            Comparison("la orden: todos en un proceso / uno por cuaderno", *command, "s", 1),
            Comparison("solo el exportador, en el mismo proceso", *(1e3 * seconds for seconds in exporters), "ms", 1),
        ],
        notes=(
            f"{len(NOTEBOOKS)} cuadernos. El nuestro, además de escribir el programa, traduce lo que no es Python, lo compila y aparta las "
            "salidas sin leerlas; el de nbconvert pasa cada celda por IPython y el conjunto por una plantilla.",
        ),
    )
