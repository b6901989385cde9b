"""Lo que un programa trae de ``support/``, ejecutado de verdad: bibliotecas que se preparan al importarlas, órdenes, textos y errores."""

from __future__ import annotations

import importlib.util
import os

import pytest

from .running import FULL, converted, printed, run

LIBRARIES = {
    "pandas/__init__.py": "import pandas.core\noptions = {}\ndef set_option(name, value):\n    options[name] = value\n",
    "pandas/core.py": "",
    "plotly/__init__.py": "", "plotly/io.py": "class renderers:\n    default = 'browser'\n", "plotly/express.py": "import plotly.io\n",
}  # fmt: skip


@pytest.fixture
def libraries(tmp_path):
    """Una pandas y una plotly de mentira, y la celda que las pone al alcance."""
    for name, text in LIBRARIES.items():
        (tmp_path / "libs" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "libs" / name).write_text(text)
    return f"import sys; sys.path.insert(0, {str(tmp_path / 'libs')!r})"


@pytest.mark.parametrize("how", ["import pandas", "import pandas as pd; import pandas", "from pandas import options; import pandas",
                                 "import pandas.core", "import importlib; pandas = importlib.import_module('pandas')"])  # fmt: skip
def test_tables_are_written_as_in_a_notebook(how, libraries, tmp_path):
    assert printed(tmp_path, libraries, f"{how}\npandas.options") == "{'display.max_columns': 20}\n"


def test_plotly_opens_no_browser(libraries, tmp_path):
    assert printed(tmp_path, libraries, "import plotly.express as px\nimport plotly.io\nplotly.io.renderers.default") == "''\n"


def test_what_is_missing_is_still_missing(tmp_path):
    done = run(converted("try:\n    import pandas\nexcept ImportError as error:\n    print(error.name)", "import pandas.core")[0], tmp_path)
    assert done.stdout == "pandas\n" and done.stderr.rstrip().endswith("ModuleNotFoundError: No module named 'pandas'")


@pytest.mark.skipif(importlib.util.find_spec("pandas") is None, reason="hace falta pandas")
def test_a_wide_table(tmp_path):
    cell = "import pandas as pd\npd.DataFrame({f'columna_larga_{i}': [i] for i in range(12)})"
    assert "columna_larga_11" in printed(tmp_path, cell, flags=FULL)


BARS = ["from tqdm.notebook import tqdm", "from tqdm import tqdm_notebook as tqdm",
        "from tqdm.notebook import trange\ntqdm = lambda x: trange(len(x))",
        "import tqdm.notebook as t\ntqdm = t.tqdm", "from tqdm.auto import tqdm",
        "from tqdm.notebook import tqdm_notebook as tqdm"]  # fmt: skip


@pytest.mark.parametrize("how", BARS)
def test_progress_bars_go_to_the_errors(how, tmp_path):
    done = run(converted(f"{how}\nprint(sum(tqdm([1, 2, 3])) in (3, 6))")[0], tmp_path, FULL)
    assert (done.returncode, done.stdout) == (0, "True\n") and "100%" in done.stderr


DISPLAY = {
    "several": ("display(1, 'a')", "1\n'a'\n"),
    "nothing": ("display()", ""),
    "None": ("display(None)", "None\n"),
    "raw": ("display({'text/plain': 'a', 'text/html': '<b>'}, raw=True)", "a\n"),
    "with options": ("display(1, metadata={}, include=['text/plain'], exclude=None, transient=None)", "1\n"),
    "by its own": ("class A:\n    def _ipython_display_(self):\n        print('propio')\ndisplay(A())\nA()", "propio\npropio\n"),
    "by its bundle": ("class A:\n    def _repr_mimebundle_(self, **_):\n        return {'text/plain': 'a'}\ndisplay(A())\nA()", "a\na\n"),
    "in a list": ("display([1, (2,)], {3})", "[1, (2,)]\n{3}\n"),
    "of a class": ("class A:\n    def _ipython_display_(self): print('no')\nA", "__main__.A\n"),
    "of an empty bundle": ("class A:\n    def _repr_mimebundle_(self, **_): pass\n    def __repr__(self): return 'a'\nA()", "a\n"),
    "in a function": ("def f():\n    display('a')\nf()", "'a'\n"),
    "a dictionary that is not raw": ("display({'text/plain': 'a'})", "{'text/plain': 'a'}\n"),
    "raw without text": ("display({'text/html': '<b>'}, raw=True)", ""),
}


@pytest.mark.parametrize(("cell", "expected"), DISPLAY.values(), ids=DISPLAY)
def test_display(cell, expected, tmp_path):
    assert printed(tmp_path, cell) == expected


LINES = "x = !printf 'uno 1\\nDOS 2\\n\\n'"
OF_LINES = {
    "x": "['uno 1', 'DOS 2', '']", "x.s": "'uno 1 DOS 2 '", "x.n": "'uno 1\\nDOS 2\\n'",
    "x.nlstr == x.n, x.spstr == x.s, x.list == x": "(True, True, True)",
    "x.grep('dos')": "['DOS 2']", "x.grep('^u|2$')": "['uno 1', 'DOS 2']", "x.grep('o', prune=True)": "['']",
    "x.grep(str.isupper)": "['DOS 2']",
    "x.grep('o').fields(0)": "['uno', 'DOS']", "x.fields(1, 0)": "['1 uno', '2 DOS', '']", "x.fields(-1, 5)": "['1', '2', '']",
    "x.fields()": "[['uno', '1'], ['DOS', '2'], []]", "x[:2], len(x), x + [1]": "(['uno 1', 'DOS 2'], 3, ['uno 1', 'DOS 2', '', 1])",
    "isinstance(x, list), sorted(x)": "(True, ['', 'DOS 2', 'uno 1'])", "x.grep('nada').s, x.grep('nada')": "('', [])",
}  # fmt: skip


def test_the_lines_of_an_order(tmp_path):
    assert printed(tmp_path, LINES, *OF_LINES).splitlines() == list(OF_LINES.values())


def test_the_lines_of_an_order_by_field_and_as_paths(tmp_path):
    assert printed(tmp_path, LINES, "x.grep('1', field=1)", "[path.name for path in x.p if path.exists()]") == "['uno 1']\n[]\n"


def test_cd_goes_home_and_back(tmp_path):
    done = run(converted("%cd", "%cd -", "%cd -", "%cd ~")[0], tmp_path, environment={"HOME": str(tmp_path.parent)})
    home, here = os.path.realpath(tmp_path.parent), os.path.realpath(tmp_path)
    assert done.stdout.splitlines() == [home, here, home, home]


def test_a_folder_that_is_not_there_stops_nothing(tmp_path):
    assert printed(tmp_path, "%cd -q nada/de/nada", "print('sigue')").splitlines()[-1] == "sigue"


def test_an_interpreter_that_is_not_there(tmp_path):
    done = run(converted("%%script no_existe\nx", "print('no')")[0], tmp_path)
    assert done.returncode == 1 and "no_existe" in done.stderr and done.stdout == ""


def test_a_file_goes_to_its_home(tmp_path):
    done = run(converted("%%writefile ~/a.txt\nñ")[0], tmp_path, environment={"HOME": str(tmp_path)})
    assert done.stdout == f"Writing {tmp_path}/a.txt\n" and (tmp_path / "a.txt").read_text("utf-8") == "ñ\n"


def test_an_environment_variable_is_seen_everywhere(tmp_path):
    cells = ["%env A=ñ", "!echo $A", "%%bash\necho $A", "import os, subprocess\nos.environ['A'], subprocess.getoutput('echo $A')"]
    assert printed(tmp_path, *cells) == "env: A=ñ\nñ\nñ\n('ñ', 'ñ')\n"


def test_the_seconds_are_said_in_their_unit():
    from course_utils.conversion.support.timing import _seconds

    given = [12.3456, 1, 0.00123, 4.5e-6, 7.89e-9, 1e-12, 0, 3600]
    assert [_seconds(s) for s in given] == ["12.3 s", "1 s", "1.23 ms", "4.5 µs", "7.89 ns", "0.001 ns", "0 ns", "3.6e+03 s"]


def test_only_what_an_error_can_say_is_told():
    from course_utils.conversion.support.timing import _error_expected

    with _error_expected():
        raise ValueError("a propósito")
    with pytest.raises(KeyboardInterrupt), _error_expected():
        raise KeyboardInterrupt
