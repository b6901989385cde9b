"""Figuras de mentira para probar la maquinaria: dibujan tres letras y no cargan ningún modelo."""

from __future__ import annotations

import json

import pytest

from course_utils.diagrams import box, column, text
from course_utils.figures import registry, store
from course_utils.figures.canvas import Scene


def toy() -> Scene:
    """Una caja dice {palabra}

    Una caja con la palabra «{palabra}» y debajo un <número>.
    """
    return Scene(column(box("hola"), text("0,5", 12)), {"palabra": "hola"}, "Un pie de figura.")


@pytest.fixture
def entry() -> registry.Entry:
    return registry.Entry(34, (), toy)


@pytest.fixture
def only(monkeypatch, entry):
    """El curso entero es una sola figura, la 34."""
    monkeypatch.setattr(registry, "entries", lambda: {34: entry})
    return {34: entry}


@pytest.fixture
def built(only, tmp_path):
    """Una carpeta con esa figura guardada."""
    assert store.build(folder=tmp_path) == ["LLM_34"]
    return tmp_path


@pytest.fixture
def notebook():
    """Escribe un cuaderno con esas celdas de código."""

    def write(folder, stem, *sources):
        cells = [{"cell_type": "code", "source": [source]} for source in sources]
        (folder / f"{stem}.ipynb").write_text(json.dumps({"cells": cells}), encoding="utf-8")
        return folder

    return write
