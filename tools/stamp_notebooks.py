"""Pone en todos los capítulos la misma celda inicial y el enlace de Colab. Repetirlo no cambia nada.

    python -m tools.stamp_notebooks                     # notebooks/*.ipynb
    python -m tools.stamp_notebooks notebooks/02*.ipynb

La celda vive en ``tools/setup_cell.py`` y la dirección pública del curso en ``pyproject.toml``: son los únicos lugares que
hay que tocar. La celda inicial es la primera de código; el enlace, una línea de la primera de texto.
"""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

import nbformat

from course_utils import paths
from tools.storage import write_notebook

BADGE = "[Abrir en Colab]("
INDEX = "00_indice.ipynb"


def repository() -> str:
    """Dirección pública del curso."""
    project = tomllib.loads((paths.ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return project["urls"]["Repository"].rstrip("/")


def setup_cell(address: str | None = None) -> str:
    """Texto de la celda inicial, con la dirección del curso en su sitio."""
    template = (paths.ROOT / "tools" / "setup_cell.py").read_text("utf-8").strip()
    return template.replace("{{REPOSITORIO}}", address or repository())


def in_colab(name: str) -> str:
    """Dirección que abre el cuaderno ``name`` en Colab."""
    owner_and_name = repository().removeprefix("https://github.com/")
    return f"https://colab.research.google.com/github/{owner_and_name}/blob/main/notebooks/{name}"


def badge(name: str) -> str:
    """Enlace (sin imagen: un cuaderno abierto sin conexión no pide nada a la red) que abre ``name`` en Colab."""
    return f"{BADGE}{in_colab(name)})"


def stamp(notebook: nbformat.NotebookNode, name: str) -> None:
    """Cambia ``notebook`` en memoria: celda inicial y enlace de Colab."""
    stamp_setup(notebook)
    stamp_badge(notebook, name)


def stamp_setup(notebook: nbformat.NotebookNode) -> None:
    """Sustituye la celda inicial o, si la primera de código es otra cosa, la pone delante de ella."""
    first = next((i for i, cell in enumerate(notebook.cells) if cell.cell_type == "code"), len(notebook.cells))
    if first == len(notebook.cells) or "notebook.start()" not in notebook.cells[first].source:
        notebook.cells.insert(first, nbformat.v4.new_code_cell(id="celda-inicial"))
    notebook.cells[first].source = setup_cell()


def stamp_badge(notebook: nbformat.NotebookNode, name: str) -> None:
    """Deja el enlace de Colab bajo el título, en la primera celda de texto."""
    title = next(cell for cell in notebook.cells if cell.cell_type == "markdown")
    lines = [line for line in title.source.splitlines() if not line.startswith(BADGE)]
    while len(lines) > 1 and not lines[1].strip():
        del lines[1]
    title.source = "\n".join([lines[0], "", badge(name), "", *lines[1:]]).rstrip()


def main(names: list[str]) -> None:
    for path in [Path(name) for name in names] or sorted(paths.NOTEBOOKS.glob("*.ipynb")):
        if path.name == INDEX:
            continue
        notebook = nbformat.read(path, as_version=4)
        stamp(notebook, path.name)
        if write_notebook(notebook, path):
            print(f"{path.name}: al día")


if __name__ == "__main__":
    main(sys.argv[1:])
