"""Cada orden mágica, con sus opciones: el Python que sale y lo que hace al ejecutarlo."""

from __future__ import annotations

import re

import pytest

from course_utils import conversion

from .making import code, notebook, written
from .running import FULL, body, converted, printed, run

TIMES = re.compile(r"CPU times: .*\nWall time: [\d.]+ (s|ms|µs|ns)\n")
LINES = {
    "%time f(3)": "with _timed():\n    f(3)",
    "%time x = f(3); y": "with _timed():\n    x = f(3); y",
    "%time for i in x: f(i)": "with _timed():\n    for i in x: f(i)",
    "%time !ls": 'with _timed():\n    _shell("ls")',
    "%time x = !ls": 'with _timed():\n    x = _shell_lines("ls")',
    "%time %cd a": 'with _timed():\n    _cd("a")',
    "%time %time x": "with _timed():\n    with _timed():\n        x",
    "x = %time f(3)": "x = _time_of(lambda: f(3))",
    "x['a'] = %time f(3)": "x['a'] = _time_of(lambda: f(3))",
    "%timeit f(3)": '_timeit("f(3)")',
    "%timeit -n 10 -r 3 f(3)": '_timeit("f(3)", number=10, repeat=3)',
    "%timeit -n10 -r3 -q f(3)": '_timeit("f(3)", number=10, repeat=3, quiet=True)',
    "%timeit -p 3 -t -c f('a')": "_timeit(\"f('a')\")",
    "x = %timeit -o f(3)": 'x = _timeit("f(3)", keep=True)',
    "%timeit -x": '_timeit("-x")',
    "%timeit !ls": "_timeit('_shell(\"ls\")')",
    "def f():\n    %timeit g(x)": 'def f():\n    _timeit("g(x)", names={**globals(), **locals()})',
    "%cd": "_cd()",
    "%cd -q a/b": '_cd("a/b", quiet=True)',
    "%cd ~/a": '_cd("~/a")',
    "%cd 'a b'": '_cd("a b")',
    "%cd -": '_cd("-")',
    "%env": '{**__import__("os").environ}',
    "%env A": '__import__("os").environ["A"]',
    "%env A=b c": '_set_env("A", "b c")',
    "%env A b": '_set_env("A", "b")',
    "%set_env A=b": '_set_env("A", "b")',
    "%env A=": '_set_env("A", "")',
    "x = %env A": 'x = __import__("os").environ["A"]',
    "%pwd": '__import__("os").getcwd()',
    "a, *b = %pwd": 'a, *b = __import__("os").getcwd()',
    "%run a": '_run("a")',
    "%run a.py x 'y z' -n 3": '_run("a.py", "x", "y z", "-n", "3")',
    "%run -i a.py": '_run("a.py", share=True)',
    "%run -n -t a.py -i": '_run("a.py", "-i")',
    "%run otro.ipynb": '_run("otro.ipynb")',
    "x = 'a'\n%run $x -o {x}": "x = 'a'\n_run(f\"{x}\", \"-o\", f\"{x}\")",
    "%ls": '_shell("ls -F")',
    "%ls -a b": '_shell("ls -F -a b")',
    "%ll": '_shell("ls -F -l")',
    "%lf": '_shell("ls -F")',
    "%less a": '_shell("cat a")',
    "%more a": '_shell("cat a")',
    "%rm -rf a": '_shell("rm -rf a")',
    "%cp a b": '_shell("cp a b")',
    "%mv a b": '_shell("mv a b")',
    "%rmdir a": '_shell("rmdir a")',
    "%man ls": '_shell("man ls")',
    "%sx ls": '_shell_lines("ls")',
    "x = %system ls": 'x = _shell_lines("ls")',
    "%pip list": '_shell("pip list")',
    "%conda info": '_shell("conda info")',
    "%pylab inline": "import numpy\nimport matplotlib\nfrom matplotlib import pylab, mlab, pyplot\nnp = numpy\nplt = pyplot\n"
    "from pylab import *\nfrom numpy import *",
}
CELLS = {
    "%%time\nx\ny": "with _timed():\n    x\n    y",
    "%%time x = 1\ny = 2": "x = 1\nwith _timed():\n    y = 2",
    "%%time\n# nada": "with _timed():\n    # nada\n    pass",
    "%%timeit\nf(3)": '_timeit("f(3)")',
    "%%timeit -n 3 -r 2 x = 1\nf(x)\nx": '_timeit("""f(x)\nx""", setup="x = 1", number=3, repeat=2)',
    "%%capture\nx": "with _captured():\n    x",
    "%%capture c\nx": "with _captured() as c:\n    x",
    "%%capture c --no-stderr\nx": "with _captured(stderr=False) as c:\n    x",
    "%%capture --no-stdout --no-display c\nx": "with _captured(stdout=False) as c:\n    x",
    "%%writefile a.py\n%cd\n'''x'''": "_write_file(\"a.py\", \"\"\"%cd\n'''x'''\n\"\"\")",
    "%%writefile -a a.py\nx": '_write_file("a.py", """x\n""", append=True)',
    "%%file --append 'a b'\nx": '_write_file("a b", """x\n""", append=True)',
    "%%bash\nls {x}\n%cd": '_script("bash", """ls {x}\n%cd\n""")',
    "%%sh\nls": '_script("sh", """ls\n""")',
    "%%script ruby -w\nputs 1": '_script("ruby -w", """puts 1\n""")',
    "%%perl\n1": '_script("perl", """1\n""")',
    "%%ruby\n1": '_script("ruby", """1\n""")',
    "%%python\n1": '_script("python3", """1\n""")',
    "%%python3 -\n1": '_script("python3 -", """1\n""")',
    "%%system\nls\npwd": '_shell_lines("""ls\npwd""")',
    "%%time\n%%capture\n!ls\n%cd a": 'with _timed():\n    with _captured():\n        _shell("ls")\n        _cd("a")',
    "%%capture c\n%%writefile a\n%%time": 'with _captured() as c:\n    _write_file("a", """%%time\n""")',
    "%%time\n%%bash\nls": 'with _timed():\n    _script("bash", """ls\n""")',
    "%%time\n%time x\nx?": "with _timed():\n    with _timed():\n        x\n    # x?",
    "%%timeit\n%time x\ny": '_timeit("""with _timed():\n    x\ny""")',
}


@pytest.mark.parametrize(("cell", "expected"), (LINES | CELLS).items())
def test_translated(cell, expected):
    assert conversion.translate(cell) == expected
    assert not converted(cell)[1]


@pytest.mark.parametrize("cell", ["%autosave 60", "%connect_info", "%qtconsole"])
def test_orders_of_the_kernel_that_a_program_does_not_miss(cell):
    assert body(converted(cell)[0]) == f"# {cell}\n" and not converted(cell)[1]


@pytest.mark.parametrize("cell", ["%time sum([1])", "%%time\nx = 3", "x = %time 3", "%%time\n%%capture\n!echo a", "%time !true"])
def test_time_says_how_long(cell, tmp_path):
    assert TIMES.fullmatch(printed(tmp_path, cell, echo=False))


def test_time_leaves_the_names(tmp_path):
    assert printed(tmp_path, "%%time\nx = 3", "%time y = 4", "z = %time 5", "print(x, y, z)", echo=False).endswith("\n3 4 5\n")


def test_time_of_something_that_fails_says_nothing(tmp_path):
    done = run(converted("%time 1 / 0")[0], tmp_path)
    assert done.returncode == 1 and done.stdout == "" and "ZeroDivisionError" in done.stderr


@pytest.mark.parametrize(
    ("cell", "runs"),
    [("%timeit -n 2 -r 3 1", r"3 runs, 2 loops each"), ("%%timeit -n1 -r1 x = 1\nx", r"1 run, 1 loop each"),
     ("%timeit -n 10000 -r 1 1", r"1 run, 10,000 loops each"), ("%timeit -r 1 1", r"1 run, [\d,]+ loops each")],
)  # fmt: skip
def test_timeit_says_how_long(cell, runs, tmp_path):
    assert re.fullmatch(rf"[\d.e+]+ \S+ ± [\d.e+]+ \S+ per loop \(mean ± std\. dev\. of {runs}\)\n", printed(tmp_path, cell, echo=False))


def test_timeit_runs_as_many_times_as_asked(tmp_path):
    assert printed(tmp_path, "n = []", "%timeit -n 3 -r 2 -q n.append(1)", "print(len(n))", echo=False) == "6\n"
    assert printed(tmp_path, "n = []", "%%timeit -n 3 -r 2 -q n.append(1)\nn.append(2)", "print(n.count(1), n.count(2))") == "2 6\n"


def test_timeit_of_shell_lines_and_magics(tmp_path):
    assert printed(tmp_path, "%%timeit -n1 -r1 -q\n!echo a\n%cd /", echo=False) == "a\n/\n"


def test_what_is_captured_is_restored_after_an_error(tmp_path):
    fails = code("%%capture c\nprint('a')\n1 / 0", metadata={"tags": ["raises-exception"]})
    assert printed(tmp_path, fails, "print('b', c.stdout)", errors=None) == "b a\n\n"


def test_run_another_notebook(tmp_path):
    (tmp_path / "otro.ipynb").write_bytes(written(notebook(code("x = 3\nprint('otro')"), code("%env A=1"), code("y = x + 1"))))
    assert printed(tmp_path, "%run otro.ipynb", "print(y)", flags=FULL) == "otro\nenv: A=1\n4\n"


def test_without_the_course_only_the_plain_cells_of_another_notebook_are_run(tmp_path):
    (tmp_path / "otro.ipynb").write_bytes(written(notebook(code("x = 3\nprint('otro')"), code("%env A=1"), code("y = x + 1"))))
    done = run(converted("%run otro.ipynb", "print(y)")[0], tmp_path)
    assert done.stdout == "otro\n4\n" and "otro.ipynb 2" in done.stderr


def test_run_what_fails_or_is_not_there(tmp_path):
    done = run(converted("%run nada.py", "print('no')")[0], tmp_path)
    assert done.returncode == 1 and "nada.py" in done.stderr and done.stdout == ""
    (tmp_path / "a.py").write_text("raise SystemExit(3)")
    assert run(converted("%run a.py", "print('no')")[0], tmp_path).returncode == 3


def test_a_program_that_runs_others_keeps_its_own_arguments(tmp_path):
    (tmp_path / "a.py").write_text("import sys\nsys.path.append('x')")
    assert printed(tmp_path, "import sys\nbefore = sys.argv, sys.path[:]", "%run a.py 1",
                   "print(before == (sys.argv, sys.path))") == "True\n"


def test_bash_that_fails_stops_the_program(tmp_path):
    done = run(converted("%%bash\necho a\necho b >&2\nexit 3", "print('no')")[0], tmp_path)
    assert done.returncode == 1 and done.stdout == "a\n" and done.stderr.startswith("b\n")


def test_writefile_writes_the_letters_as_they_are(tmp_path):
    text = "ñ 🎉 \\d {x} $x \"\"\" '''\n\t# fin"
    printed(tmp_path, f"%%writefile a.txt\n{text}", echo=False)
    assert (tmp_path / "a.txt").read_text("utf-8") == text + "\n"


def test_each_helper_comes_only_if_needed():
    text, _ = converted("%cd a")
    assert "def _cd(" in text and text.count("\ndef ") == 1 and "class " not in text
    assert "def _timed" not in text
