"""De cuaderno a programa: lo que se escribe, lo que se dice y lo que se niega a escribir."""

from __future__ import annotations

import json
import subprocess
import sys

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from course_utils import conversion, paths

COMMAND = [sys.executable, str(paths.ROOT / "convert_notebook_to_script.py")]


@pytest.fixture
def notebook(tmp_path):
    """Escribe un cuaderno con las celdas dadas y devuelve su ruta."""

    def write(*cells, name="cuaderno.ipynb", **metadata):
        path = tmp_path / name
        nbformat.write(new_notebook(cells=list(cells), metadata=metadata), path)
        return path

    return write


def test_the_script_prints_what_the_notebook_prints(notebook, tmp_path):
    source = notebook(new_markdown_cell("# La rana\nSalta."), new_code_cell("n = 2"), new_code_cell("print('¡hola, ' + 'ñandú' * n)"))
    conversion.convert(source, tmp_path / "x.py")
    done = subprocess.run([sys.executable, tmp_path / "x.py"], capture_output=True, encoding="utf-8")
    assert (done.returncode, done.stdout) == (0, "¡hola, ñandúñandú\n")
    assert "# # La rana\n# Salta." in (tmp_path / "x.py").read_text("utf-8")


def test_the_command_says_what_nbconvert_says(notebook, tmp_path):
    notebook(new_code_cell("print(1)"), name="X.ipynb")
    done = subprocess.run([*COMMAND, "--input", "X.ipynb", "--output", "Y.py"], cwd=tmp_path, capture_output=True, text=True)
    size = (tmp_path / "Y.py").stat().st_size
    assert done.returncode == 0
    assert done.stderr.splitlines() == [
        "[NbConvertApp] Converting notebook X.ipynb to script",
        f"[NbConvertApp] Writing {size} bytes to Y.py",
    ]


@pytest.mark.parametrize("arguments", [[], ["--input", "x.ipynb"], ["--input", "x.ipynb", "--output", "x.py", "--otra"]])
def test_a_wrong_command_shows_the_right_one(arguments, capsys):
    with pytest.raises(SystemExit) as stopped:
        conversion.main(arguments)
    assert stopped.value.code == 2
    assert conversion.USAGE in capsys.readouterr().err


def test_missing_notebook(tmp_path, capsys):
    assert conversion.main(["--input", str(tmp_path / "nada.ipynb"), "--output", str(tmp_path / "x.py")]) == 1
    assert "No encuentro el cuaderno" in capsys.readouterr().err


@pytest.mark.parametrize("content", [b"", b"hola", b"[1, 2]", b'{"cells": 3}', b"\xff\xfe\x00", json.dumps({"nbformat": 99}).encode()])
def test_not_a_notebook(tmp_path, content):
    (tmp_path / "x.ipynb").write_bytes(content)
    with pytest.raises(conversion.ConversionError, match="no es un cuaderno de Jupyter válido"):
        conversion.convert(tmp_path / "x.ipynb", tmp_path / "x.py")
    assert not (tmp_path / "x.py").exists()


def test_another_language(notebook, tmp_path):
    source = notebook(new_code_cell("cat('hola')"), language_info={"name": "R"})
    with pytest.raises(conversion.ConversionError, match="escrito en R"):
        conversion.convert(source, tmp_path / "x.py")


def test_code_that_does_not_compile_writes_nothing(notebook, tmp_path):
    source = notebook(new_code_cell("print(1)"), new_code_cell("def f(:\n    pass"))
    (tmp_path / "x.py").write_text("lo de antes")
    with pytest.raises(conversion.ConversionError, match=r"Python no entiende \(«def f\(:»\)"):
        conversion.convert(source, tmp_path / "x.py")
    assert (tmp_path / "x.py").read_text() == "lo de antes"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cuaderno.ipynb", "x.py"]


@pytest.mark.parametrize("target", ["", "no/existe/x.py"])
def test_impossible_target(notebook, tmp_path, target):
    with pytest.raises(conversion.ConversionError, match="dentro de una carpeta que exista"):
        conversion.convert(notebook(new_code_cell("1")), tmp_path / target)


def test_target_equal_to_source(notebook):
    source = notebook(new_code_cell("1"))
    before = source.read_bytes()
    with pytest.raises(conversion.ConversionError, match="mismo fichero"):
        conversion.convert(source, source)
    assert source.read_bytes() == before


@pytest.mark.slow
@pytest.mark.parametrize("chapter", sorted(path.stem for path in paths.NOTEBOOKS.glob("*.ipynb") if not path.name.startswith("00")))
def test_every_chapter_runs_as_a_script(chapter, tmp_path, monkeypatch):
    monkeypatch.setenv("CURSO_RAPIDO", "1")
    monkeypatch.setenv("MPLBACKEND", "agg")
    conversion.convert(paths.NOTEBOOKS / f"{chapter}.ipynb", tmp_path / "capitulo.py")
    done = subprocess.run([sys.executable, tmp_path / "capitulo.py"], cwd=paths.ROOT, capture_output=True, encoding="utf-8", timeout=1200)
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.startswith("Curso listo · ")
