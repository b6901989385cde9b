"""De cuaderno a programa, desde Python: lo que se escribe, lo que se devuelve y lo que se avisa."""

from __future__ import annotations

import hashlib
import os

import pytest

from course_utils import conversion
from course_utils.conversion import ConversionError, Notice

from .conftest import BEFORE, output, put, snapshot
from .making import HELLO, code, markdown, notebook, raw, written


@pytest.fixture
def source(folder):
    """Escribe X.ipynb con las celdas dadas y devuelve su ruta."""

    def write(*cells, **more):
        put(folder / "X.ipynb", notebook(*cells, **more))
        return folder / "X.ipynb"

    return write


def test_the_program_prints_what_the_notebook_prints(source, folder):
    path = source(markdown("# La rana\nSalta."), code("n = 2"), code("print('¡hola, ' + 'ñandú' * n)"))
    assert conversion.convert(path, folder / "x.py") == (folder / "x.py").stat().st_size
    assert output(folder / "x.py") == "¡hola, ñandúñandú\n"


def test_the_program_reads_like_the_notebook(source):
    path = source(markdown("# La rana\n\nSalta."), code("n = 2"), raw("crudo"), code(""), code("\nif n:\n    print(n)\n\n"))
    origin = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    assert conversion.script(path) == (
        f"# -*- coding: utf-8 -*-\n# Programa hecho a partir de «X.ipynb» (sha256 {origin}).\n\n"
        "# %% [markdown]\n# # La rana\n#\n# Salta.\n\n# %% Celda 1\nn = 2\n\n# %% [raw]\n# crudo\n\n"
        "# %% Celda 3\n\nif n:\n    print(n)\n"
    )


def test_paths_may_be_texts_and_the_file_may_be_in_memory(source, folder):
    path = source(code("print('hola')"))
    conversion.convert(str(path), "x.py")
    assert (folder / "x.py").read_text("utf-8") == conversion.script(path) == conversion.program(path.read_bytes(), "otra/carpeta/X.ipynb")


def test_code_that_does_not_compile_writes_nothing(source, folder):
    (folder / "x.py").write_text(BEFORE)
    path = source(code("print(1)"), code("def f(:\n    pass"))
    before = snapshot(folder)
    with pytest.raises(ConversionError, match=r"^«.*X\.ipynb», celda 2, línea 1: Python no entiende «def f\(:» \("):
        conversion.convert(path, folder / "x.py")
    assert snapshot(folder) == before


@pytest.mark.parametrize("target", ["", ".", "no/existe/x.py"])
def test_an_impossible_target(source, target):
    with pytest.raises(ConversionError, match="da el nombre de un fichero dentro de una carpeta que exista"):
        conversion.convert(source(code("1")), target)


def test_the_target_is_not_the_source(source):
    path = source(code("1"))
    before = path.read_bytes()
    with pytest.raises(ConversionError, match="mismo fichero"):
        conversion.convert(path, path)
    assert path.read_bytes() == before


def test_notices_go_to_whoever_asks(source, capsys):
    path = source(markdown("x"), code("x = 1"), code("y = 2\n%nada_conocida z"))
    found: list[Notice] = []
    conversion.script(path, warn=found.append)
    assert [(notice.notebook, notice.cell, notice.line) for notice in found] == [(str(path), 2, 2)]
    assert "%nada_conocida no se puede traducir" in found[0].text and capsys.readouterr().err == ""


def test_notices_without_anybody_go_to_the_error_output(source, capsys):
    path = source(code("%nada_conocida"))
    conversion.script(path)
    told = capsys.readouterr()
    assert told.out == "" and told.err.startswith(f"{path}, celda 1, línea 1: %nada_conocida no se puede traducir")


def test_echo_and_install(source, folder):
    path = source(code("6 * 7"), code("!pip install no-existe-de-verdad"))
    conversion.convert(path, "x.py", echo=True)
    assert output(folder / "x.py") == "42\n"
    assert "_install(" in conversion.script(path) and "_install(" not in conversion.script(path, install=True)


def test_the_exporter_of_nbconvert_reads_as_we_do(source, folder):
    path = source(code("print('hola')"))
    text, resources = conversion.ProgramExporter().from_filename(str(path))
    assert text == conversion.script(path) and resources["output_extension"] == ".py"
    path.write_bytes(HELLO[:-1])
    with pytest.raises(ConversionError, match="está cortado"):
        conversion.ProgramExporter().from_filename(str(path))


def test_another_folder_gives_the_same_program(folder):
    (folder / "a").mkdir()
    for name in ("X.ipynb", "a/X.ipynb"):
        (folder / name).write_bytes(written(notebook(code("!echo 1"), code("%time 1"))))
    assert conversion.script("X.ipynb") == conversion.script(f"a{os.sep}X.ipynb")


def test_an_unknown_name_is_explained():
    with pytest.raises(AttributeError, match="course_utils.conversion no tiene «convierte». Tiene: .*convert"):
        conversion.convierte  # noqa: B018
