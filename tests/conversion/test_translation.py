"""De la celda al Python que hace lo mismo: lo que no cambia, lo que queda como comentario y las maneras de escribirlo."""

from __future__ import annotations

import ast

import pytest

from course_utils import conversion
from course_utils.conversion import magics

from .running import body, converted

VERBATIM = [
    "", "x = 1", "x = 1\n", "\n\nx = 1\n\n\n", "# solo un comentario", "x = 3;", "x", "1 / 0",
    "if True:\n\tx = 1\n\n\ty = 2", "if x:\n  y = 1  \nelse:\n        y = 2\t", "x = 1\x0c\ny = 2",
    "f'{x!r:>5}%'", 'f"{x:%Y-%m} {y!s} {z=}"', "print(f'{n:.0%}\\n!ls')", "'%s %%' % x", "x %= 2", "x = 5 \\\n% 3", "x = (5\n% 3)",
    "x = [\n    # !ls\n]",
    "s = '''\n%cd /\n%%bash\n!ls\n?x\nx?\n>>> x\n'''", 's = """\\\n!ls \\\n"""', "# %cd /\n# !ls", "x = 1  # %matplotlib inline",
    "ñandú = '¿qué? ¡100 %!'", "变量 = '🎉'", "print('!ls', \"%cd\", 'x?')", "x = '!!' '??'", "a @ b", "a if b != c else d", "not x != y",
    "def f(): pass  # ?", "async def f():\n    return await g()", "@a\ndef f(x: int = 3, *, y) -> str: ...",
    "class A(B, metaclass=C): pass",
    "match x:\n    case [1, *y]: pass", "x: int", "x = (y := 3)", "lambda: 3", "print = 3", "global_ = 1", "await_ = 1",
    "get_ipython().run_line_magic('matplotlib', 'inline')", "get_ipython().system('ls')", "pip = 3\npip", "cd / datos",
]  # fmt: skip


@pytest.mark.parametrize("cell", VERBATIM)
def test_plain_python_stays_as_it_is(cell):
    assert conversion.translate(cell) == cell
    assert body(converted(cell)[0]).strip() == cell.strip()


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_only_the_line_ends_change(end):
    assert conversion.translate(f"if True:{end}    x = '''a{end}b'''{end}") == "if True:\n    x = '''a\nb'''\n"


@pytest.mark.parametrize("cell", ["x = 1", "def f(): pass", "s = '%cd /'", "plt = 3\nplt.show"])
def test_a_plain_notebook_needs_no_pieces(cell):
    text, notices = converted(cell, "print(2)")
    assert text.split("\n\n") == [text.split("\n\n")[0], f"# %% Celda 1\n{cell}", "# %% Celda 2\nprint(2)\n"] and not notices
    assert all(line.startswith("# ") for line in text.split("\n\n")[0].splitlines())


QUIET = [f"%{name}" for name in ("matplotlib inline", "load_ext x", "autoreload 2", "config A.b = 'c'", "xmode Plain", "pdb on", "gui qt",
                                 "colors NoColor", "reload_ext x", "alias_magic a b", "lsmagic", "doctest_mode")]  # fmt: skip
LOST = [f"%{name}" for name in ("load a.py", "history -n", "who", "whos", "store -r x", "reset -f", "precision 3", "tensorboard --logdir x",
                                "sql select 3", "pushd x", "macro m 1", "run -m pytest", "run", "nada", "edit x")]  # fmt: skip
LOST_CELLS = ["%%cython -a\ndef f(): pass", "%%sql\nselect '3'", "%%R -i x\nx <- 1", "%%nada\n%otra\n!ls",
              "%%writefile\nx"]


@pytest.mark.parametrize("cell", QUIET)
def test_what_only_changes_jupyter_is_a_comment(cell):
    text, notices = converted(cell)
    assert body(text) == f"# {cell}\n" and not notices
    assert conversion.translate(f"def f():\n    {cell}\n    return 1") == f"def f():\n    pass  # {cell}\n    return 1"


@pytest.mark.parametrize("cell", LOST)
def test_what_cannot_be_translated_is_a_comment_and_a_notice(cell):
    text, (notice,) = converted("x = 1", f"x = 2\n{cell}")
    assert text.endswith(f"# %% Celda 2\nx = 2\n# AVISO: solo en Jupyter: {cell}\n")
    assert (notice.notebook, notice.cell, notice.line) == ("X.ipynb", 2, 2) and notice.text.startswith(cell.split()[0] + " ")
    assert str(notice) == f"X.ipynb, celda 2, línea 2: {notice.text}"


@pytest.mark.parametrize("cell", LOST_CELLS)
def test_what_cannot_be_translated_of_a_whole_cell(cell):
    text, (notice,) = converted(cell)
    assert body(text) == "# AVISO: solo en Jupyter: " + cell.replace("\n", "\n# ") + "\n"
    assert (notice.cell, notice.line) == (1, 1)


def test_a_value_that_cannot_be_translated():
    text, notices = converted("x = %sql select 3")
    assert body(text) == "x = None  # AVISO: solo en Jupyter: %sql select 3\n" and {(notice.cell,
                                                                                     notice.line) for notice in notices} == {(1, 1)}


SHOWN = {"html": "HTML", "HTML": "HTML", "javascript": "Javascript", "js": "Javascript", "markdown": "Markdown", "latex": "Latex",
         "svg": "SVG"}


@pytest.mark.parametrize(("name", "kind"), SHOWN.items())
def test_what_the_browser_shows(name, kind):
    cell = f"%%{name}\n<b>'''\n%cd</b>"
    assert conversion.translate(cell) == f"# %%{name}\n# <b>'''\n# %cd</b>"
    assert conversion.translate(cell, echo=True) == f"# %%{name}\n# <b>'''\n# %cd</b>\nprint(\"<IPython.core.display.{kind} object>\")"


@pytest.mark.parametrize("name", sorted(magics.UNPROFILED))
def test_what_was_to_be_measured_is_run(name):
    text, (notice,) = converted(f"%{name} x = 3")
    assert body(text) == "x = 3\n" and notice.text.startswith(f"%{name} ")
    text, (notice,) = converted(f"%%{name}\nx = 3\ny = 4")
    assert body(text) == "x = 3\ny = 4\n" and notice.text.startswith(f"%%{name} ")


@pytest.mark.parametrize("cell",
                         ["%lprun -f f -f g f(3)", "%prun -s cumulative -l 10 f(3)", "%memit -r 1 f(3)", "%mprun -T x.txt -f f f(3)"])
def test_the_options_of_what_measures_are_not_run(cell):
    assert body(converted(cell)[0]) == "f(3)\n"


HELP = {"x?": "# x?", "?x.y": "# x.y?", "x.y??": "# x.y??", "??x": "# x??", "foo*?": "# foo*?", "%time?": "# %time?",
        "x = 1\nprint?": "x = 1\n# print?"}


@pytest.mark.parametrize(("cell", "expected"), HELP.items())
def test_help_is_a_comment(cell, expected):
    text, notices = converted(cell)
    assert body(text) == f"{expected}\n" and not notices


WRITTEN = {
    # sin %: si es la única línea y el cuaderno no llama así a nada
    "cd ..": '_cd("..")', "cd": "_cd()", "cd -q /datos": '_cd("/datos", quiet=True)', "ls": '_shell("ls -F")',
    "ls -l": '_shell("ls -F -l")',
    "ls /datos/x": '_shell("ls -F /datos/x")', "ll": '_shell("ls -F -l")', "pwd": '__import__("os").getcwd()',
    "cat a.txt": '_shell("cat a.txt")',
    "mkdir -p a/b": '_shell("mkdir -p a/b")', "time x = 3": "with _timed():\n    x = 3", "pip install x": '_install("pip install x")',
    "matplotlib inline": "# %matplotlib inline", "load_ext autoreload": "# %load_ext autoreload", "run a.py 1": '_run("a.py", "1")',
    # de otra consola
    ">>> x = 1\n>>> if x:\n...     !ls": 'x = 1\nif x:\n    _shell("ls")',
    "In [3]: x = !ls\n\nIn [4]: %cd a": 'x = _shell_lines("ls")\n\n_cd("a")',
    "   ...: x = 1\n   ...: %cd a": 'x = 1\n_cd("a")',
    # sangrado y con líneas vacías delante
    "    x = 1\n    y = 2": "x = 1\ny = 2", "    !ls": '_shell("ls")', "  %cd a\n  if x:\n    y": '_cd("a")\nif x:\n  y',
    "\n\n\n%%bash\nls": '_script("bash", """ls\n""")', "\n  \n%%time\nx": "with _timed():\n    x",
    # solas en un bloque
    "if x:\n    %matplotlib inline\nelse:\n    x?": "if x:\n    pass  # %matplotlib inline\nelse:\n    pass  # x?",
    "for i in x:\n\t!ls\n\t# nada\ny": 'for i in x:\n\t_shell("ls")\n\t# nada\ny',
    "class A:\n    %cd a\n    def f(self):\n        %nada":
        'class A:\n    _cd("a")\n    def f(self):\n        pass  # AVISO: solo en Jupyter: %nada',
    "try:\n    %load_ext x\nexcept Exception:\n    !ls": 'try:\n    pass  # %load_ext x\nexcept Exception:\n    _shell("ls")',
    "with a:\n    %time f()\n": "with a:\n    with _timed():\n        f()\n",
}  # fmt: skip


@pytest.mark.parametrize(("cell", "expected"), WRITTEN.items())
def test_written_in_other_ways(cell, expected):
    assert conversion.translate(cell) == expected
    ast.parse(expected)


@pytest.mark.parametrize("name", ["ls", "ll", "pwd", "cd"])
def test_a_name_of_the_notebook_is_no_order(name):
    assert body(converted(f"{name} = 3", name)[0]) == f"{name} = 3\n\n# %% Celda 2\n{name}\n"


@pytest.mark.parametrize("cell", ["x = 1\nls", "ls\nx = 1", "ls  # y\npwd"])
def test_an_order_without_percent_goes_alone(cell):
    assert conversion.translate(cell) == cell


BARE = ["env", "whos", "who", "clear", "history", "reset -f", "lsmagic"]


@pytest.mark.parametrize("cell", BARE)
def test_other_orders_without_percent(cell):
    assert conversion.translate(cell) == conversion.translate(f"%{cell}")


def test_the_indentation_of_a_string_is_not_touched():
    cell = "%%time\ns = '''uno\n  dos\n'''\nif s:\n    t = f\"\"\"{s}\n    \"\"\""
    assert conversion.translate(cell) == "with _timed():\n    s = '''uno\n  dos\n'''\n    if s:\n        t = f\"\"\"{s}\n    \"\"\""
