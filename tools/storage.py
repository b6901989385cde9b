"""Guardar un cuaderno entero o no guardarlo, y solo si cambia."""

from __future__ import annotations

from pathlib import Path

import nbformat

from course_utils import paths


def write_notebook(notebook: nbformat.NotebookNode, path: Path) -> bool:
    """Valida ``notebook`` y lo escribe en ``path`` de una vez; devuelve ``False`` si ya estaba así."""
    nbformat.validate(notebook)
    text = nbformat.writes(notebook).rstrip("\n") + "\n"
    if path.exists() and path.read_text("utf-8") == text:
        return False
    paths.write_whole(path, text)
    return True
