"""Enseñar una figura: en un cuaderno, imagen primero y descripción después; en un programa, el mismo texto."""

from __future__ import annotations

import base64
import subprocess
import sys
from types import SimpleNamespace

import pytest

from course_utils import paths
from course_utils.figures import display

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def notebook_outputs(monkeypatch):
    """Lo que llegaría al cuaderno: lista de (datos, metadatos)."""
    outputs = []
    monkeypatch.setattr(display, "_interactive", lambda: True)
    monkeypatch.setattr(display, "_publish", lambda data, metadata: outputs.append((data, metadata)))
    return outputs


def test_a_notebook_gets_the_picture_first(built, notebook_outputs):
    assert display.show(34, folder=built) is None
    (picture, size), (description, _) = notebook_outputs
    assert base64.b64decode(picture["image/png"]).startswith(PNG)
    assert picture["text/plain"] == "Figura LLM_34: Una caja dice hola"
    assert list(picture) == ["image/png", "text/plain"] and size == {"image/png": {"width": 1040}}
    assert description["text/plain"].startswith("Descripción: Una caja con la palabra «hola»")


def test_the_description_is_folded_and_inert(built, notebook_outputs):
    display.show(34, folder=built)
    folded = notebook_outputs[1][0]["text/html"]
    assert folded.startswith("<details") and "<summary>" in folded
    assert "&lt;número&gt;" in folded and "<número>" not in folded


def test_a_plain_program_prints_the_text_a_notebook_stores(built, monkeypatch, notebook_outputs, capsys):
    display.show(34, folder=built)
    stored = [data["text/plain"] for data, _ in notebook_outputs]
    monkeypatch.setattr(display, "_interactive", lambda: False)
    assert display.show(34, folder=built) is None
    assert capsys.readouterr().out.splitlines() == stored
    assert stored[0] == "Figura LLM_34: Una caja dice hola" and len(stored) == 2


def test_a_program_needs_no_ipython(built, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "IPython", None)
    display.show(34, folder=built)
    assert capsys.readouterr().out.startswith("Figura LLM_34: ")


@pytest.mark.parametrize("shell, expected", [(None, False), (object(), True)])
def test_ipython_counts_only_when_it_is_running(monkeypatch, shell, expected):
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    assert display._interactive() is expected


def test_publishing_goes_through_ipython(built, monkeypatch):
    outputs = []
    monkeypatch.setattr(display, "_interactive", lambda: True)
    monkeypatch.setattr("IPython.display.display", lambda data, **options: outputs.append((data, options)))
    display.show(34, folder=built)
    assert [set(data) for data, _ in outputs] == [{"image/png", "text/plain"}, {"text/html", "text/plain"}]
    assert all(options["raw"] for _, options in outputs)


def test_alternative_text(built):
    assert display.alternative(34, folder=built) == "Una caja con la palabra «hola» y debajo un <número>."


@pytest.mark.parametrize("number", [0, 39, "34", True])
def test_no_such_figure(number, built):
    with pytest.raises(ValueError, match="el curso tiene de la 1 a la 38"):
        display.show(number, folder=built)


def test_a_figure_that_is_not_saved(built):
    with pytest.raises(FileNotFoundError, match="Falta la figura LLM_05.*make figures"):
        display.show(5, folder=built)


def test_showing_needs_neither_torch_nor_matplotlib():
    code = (
        "import sys; from course_utils import figures\n"
        "try: figures.show(34)\nexcept FileNotFoundError: pass\n"
        "sys.exit(bool({'torch', 'transformers', 'matplotlib', 'IPython'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=paths.ROOT, check=False, stdout=subprocess.DEVNULL).returncode == 0
