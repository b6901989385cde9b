"""El exportador de nbconvert y el texto entero del programa: cabecera, marcas de celda, lo mismo cada vez."""

from __future__ import annotations

import ast
import hashlib
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbconvert.exporters import get_exporter

from course_utils import conversion, paths
from course_utils.conversion import ProgramExporter

from .making import code, markdown, notebook, raw, written
from .running import converted

CELLS = [markdown("# La rana\n\nSalta."), code("x = 1\nx"), raw("tal cual\n!ls"), code(""), code("%nada\n!echo a"), markdown("  "),
         code("print(x)\n\n\n")]
WHOLE = """# -*- coding: utf-8 -*-
# Programa hecho a partir de «cuaderno.ipynb» (sha256 {sha}).

# %% [markdown]
# # La rana
#
# Salta.

# %% Celda 1
x = 1
x

# %% [raw]
# tal cual
# !ls

# %% Celda 3
y = 2

# %% Celda 4
print(x)
"""


@pytest.fixture
def source(tmp_path) -> Path:
    path = tmp_path / "cuaderno.ipynb"
    path.write_bytes(written(notebook(*CELLS)))
    return path


def nbconvert(folder: Path, *arguments: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "jupyter", "nbconvert", "--to", "programa", *arguments]
    return subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", timeout=60)


def test_nbconvert_finds_it_and_writes_the_same(source):
    """El mismo texto que ``script``, también con sus opciones, y el aviso en la salida de errores."""
    done = nbconvert(source.parent, "cuaderno.ipynb", "--ProgramExporter.echo=True")
    assert done.returncode == 0 and done.stdout == ""
    notices = []
    assert (source.parent / "cuaderno.py").read_text("utf-8") == conversion.script(source, echo=True, warn=notices.append)
    told = str(notices[0]).removeprefix(str(source.parent)).lstrip("/")
    assert re.search(rf"^\[NbConvertApp\] WARNING \| .*{re.escape(told)}$", done.stderr, re.MULTILINE)


def test_what_cannot_be_converted_is_said(tmp_path):
    (tmp_path / "roto.ipynb").write_bytes(written(notebook(code("x = ("))))
    with pytest.raises(conversion.ConversionError, match="celda 1, línea 1: Python no entiende «x = \\(»"):
        ProgramExporter().from_filename(str(tmp_path / "roto.ipynb"))


def test_it_is_an_exporter_like_any_other(source):
    exporter = get_exporter("programa")
    assert exporter is ProgramExporter and exporter.file_extension == ".py" and exporter.output_mimetype == "text/x-python"
    text, resources = exporter().from_filename(str(source))
    assert text == conversion.script(source, warn=lambda notice: None)
    assert resources["output_extension"] == ".py" and [notice.cell for notice in resources["notices"]] == [3]


def test_from_an_open_file_and_from_a_notebook(source):
    exporter = ProgramExporter()
    with open(source, encoding="utf-8") as text, open(source, "rb") as data:
        of_text, of_bytes = exporter.from_file(text)[0], exporter.from_file(data)[0]
    of_node, resources = exporter.from_notebook_node(nbformat.read(source, as_version=4))
    assert of_text == of_bytes and of_text.split("\n\n")[1:] == of_node.split("\n\n")[1:]
    assert len(resources["notices"]) == 1 and "sha256" not in of_node


def test_the_notebook_given_is_left_as_it_was(source):
    node = nbformat.read(source, as_version=4)
    before = nbformat.writes(node)
    ProgramExporter().from_notebook_node(node)
    assert nbformat.writes(node) == before


def test_one_exporter_for_several_notebooks(tmp_path):
    """Nada pasa de uno a otro: ni piezas, ni nombres, ni avisos."""
    for name, cell in (("a", "!ls {x}\n%nada\nfrom __future__ import annotations"), ("b", "x = 1"), ("c", "!ls {x}")):
        (tmp_path / f"{name}.ipynb").write_bytes(written(notebook(code(cell))))
    exporter = ProgramExporter()
    texts = {name: exporter.from_filename(str(tmp_path / f"{name}.ipynb")) for name in "abc"}
    assert texts["b"][0].split("\n\n")[1:] == ["# %% Celda 1\nx = 1\n"] and not texts["b"][1]["notices"]
    assert texts["c"][0].endswith('_shell("ls {x}")\n') and "__future__" not in texts["c"][0]


def test_the_whole_text(tmp_path):
    cells = [*CELLS[:4], code("y = 2"), code("print(x)\n\n\n")]
    data = written(notebook(*cells))
    (tmp_path / "cuaderno.ipynb").write_bytes(data)
    assert conversion.script(tmp_path / "cuaderno.ipynb") == WHOLE.format(sha=hashlib.sha256(data).hexdigest()[:16])


def test_the_header_names_the_file_and_not_its_folder(source):
    sha = hashlib.sha256(source.read_bytes()).hexdigest()[:16]
    head = conversion.script(source, warn=lambda notice: None).splitlines()[:2]
    assert head == ["# -*- coding: utf-8 -*-", f"# Programa hecho a partir de «cuaderno.ipynb» (sha256 {sha})."]


def test_the_same_every_time(source):
    """También en otro proceso, donde los conjuntos están en otro orden."""
    cells = ["import asyncio, pandas, IPython\nb, a, c = 1, 2, 3\nawait asyncio.sleep(0)", "!ls {a}\n%cd x",
             "%time x\ndisplay(x)\nget_ipython()"]
    source.write_bytes(written(notebook(*map(code, cells))))
    order = "import sys; from course_utils import conversion; sys.stdout.buffer.write(conversion.script(sys.argv[1], echo=True).encode())"
    other = subprocess.run([sys.executable, "-c", order, source], env={"PYTHONHASHSEED": "1"}, cwd=paths.ROOT, capture_output=True,
                           check=True)
    assert other.stdout == conversion.script(source, echo=True).encode() == conversion.script(source, echo=True).encode()


def test_the_outputs_do_not_change_the_program(source):
    """Salvo si dibujan, y la suma de comprobación, que es la del fichero."""
    stream = {"output_type": "stream", "name": "stdout", "text": "x" * 100}
    plain, full = (converted(code("x = 1", outputs=outputs), "x")[0].splitlines()[3:] for outputs in ([], [stream]))
    assert plain == full


def defined(*cells, **options):
    tree = ast.parse(converted(*cells, **options)[0])
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}


USED = {"!ls": "_shell", "x = !ls": "_shell_lines", "%cd a": "_cd", "%time x": "_timed", "%timeit x": "_timeit",
        "%%capture\nx": "_captured",
        "await f()": "_await", "import pandas": "_notebook_tables", "%env A=b": "_set_env", "%run a.py": "_run",
        "%%writefile a\nx": "_write_file",
        "%%bash\nls": "_script", "import IPython": "_without_jupyter", "import plotly": "_plotly_in_silence"}  # fmt: skip


@pytest.mark.parametrize(("cell", "name"), USED.items())
def test_only_what_is_used_comes_along(cell, name):
    needed = {"_shell", "_shell_lines", "_cd", "_captured"} if name == "_without_jupyter" else set()  # lo que hace get_ipython()
    assert defined(cell) & set(USED.values()) - needed == {name}


def test_a_plain_notebook_brings_nothing():
    assert defined("x = 1", "import numpy", "'display'", "def f(): pass") == {"f"}
    assert defined("x = 1", "print(x)", echo=True) == set()
    assert {"_show", "display"} <= defined("x", echo=True)


def test_the_pieces_come_before_the_cells_and_once():
    text, _ = converted("!ls", "!pwd\nx = !ls")
    assert text.count("\ndef _shell(") == 1 and text.index("def _shell(") < text.index("# %% Celda 1")
    assert "\n\n# %% Lo que hace Jupyter y aquí hay que traer\ndef _shell(" in text


def test_the_text_is_tidy():
    """Como lo escribiría una persona: sin blancos al final, sin más de dos renglones vacíos seguidos, con un fin de línea al final."""
    text, _ = converted(markdown("Título  \n\n\n\nFin"), "!ls", "x = !ls", "await f()", "%%time\nimport IPython, pandas\ndisplay(x)",
                        echo=True)
    assert text.endswith("\n") and not text.endswith("\n\n")
    assert all(line == line.rstrip() for line in text.split("\n"))
    assert "\n\n\n\n" not in text
