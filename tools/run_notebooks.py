"""Ejecuta cuadernos de arriba abajo y guarda sus salidas en el mismo fichero. Si una celda falla, no guarda nada.

    python -m tools.run_notebooks                     # todos, por orden
    python -m tools.run_notebooks notebooks/14*.ipynb

Lo que cambiaría de una vez a otra sin que cambie nada (horas, versiones, identificadores de widgets) no se guarda. Tampoco se
mezcla el progreso de quien los ejecuta: se usa una carpeta de datos vacía.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from course_utils import paths
from tools.storage import write_notebook

CELL_SECONDS = 900
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
LANGUAGE = {"name": "python", "file_extension": ".py", "mimetype": "text/x-python", "pygments_lexer": "ipython3"}


def run(notebook: nbformat.NotebookNode, folder: Path) -> None:
    """Ejecuta ``notebook`` en un núcleo nuevo, con ``folder`` como carpeta de trabajo; sus salidas quedan en él."""
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        timeout=CELL_SECONDS,
        record_timing=False,
        store_widget_state=False,
        coalesce_streams=True,
        resources={"metadata": {"path": str(folder)}},
    )
    with tempfile.TemporaryDirectory() as data:
        client.execute(env={**os.environ, "CURSO_DATOS": data})


def tidy(notebook: nbformat.NotebookNode) -> None:
    """Quita lo que no es del curso: horas, versiones y vistas de widgets, que sin su núcleo no enseñan nada."""
    notebook.metadata = nbformat.from_dict({"kernelspec": KERNEL, "language_info": LANGUAGE})
    for cell in notebook.cells:
        cell.metadata = nbformat.from_dict({"tags": cell.metadata["tags"]} if cell.metadata.get("tags") else {})
        for output in cell.get("outputs", []):
            if len(output.get("data", {})) > 1:
                output["data"].pop(WIDGET_VIEW, None)
            output.get("metadata", {}).pop(WIDGET_VIEW, None)


def failure(notebook: nbformat.NotebookNode, error: Exception) -> str:
    """Qué celda falló y por qué, en dos líneas."""
    if not isinstance(error, CellExecutionError):
        return f"  {type(error).__name__}: {error}"
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    failed = next(i for i, cell in enumerate(cells, 1) if any(output.output_type == "error" for output in cell.outputs))
    return f"  celda de código {failed}: {cells[failed - 1].source.splitlines()[0]}\n  {error.ename}: {error.evalue}"


def update(path: Path) -> bool:
    """Ejecuta y guarda un cuaderno; ``False`` si una celda falló y el fichero queda como estaba."""
    notebook = nbformat.read(path, as_version=4)
    try:
        run(notebook, path.parent)
    except Exception as error:
        print(f"{path.name}: sin guardar\n{failure(notebook, error)}", file=sys.stderr)
        return False
    tidy(notebook)
    print(f"{path.name}: {'guardado' if write_notebook(notebook, path) else 'sin cambios'}")
    return True


def main(names: list[str]) -> int:
    results = [update(Path(name)) for name in names] if names else [update(path) for path in sorted(paths.NOTEBOOKS.glob("*.ipynb"))]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
