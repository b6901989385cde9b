"""Un aviso dice la celda (de código, desde 1) y la línea exactas de lo que no se ha podido traducir."""

from __future__ import annotations

import pytest

from .making import markdown, raw
from .running import body, converted

PLACES = {
    "alone": ("%nada", [1]),
    "after lines": ("x = 1\n\n%nada", [3]),
    "after a list on two lines": ("x = [\n 1]\n%nada", [3]),
    "after a line that goes on": ("x = 1 + \\\n  2\n%nada", [3]),
    "after empty lines": ("\n\n%nada", [3]),
    "in a block": ("if True:\n    x = 1\n    %nada", [3]),
    "two, different": ("%nada\nx = 1\n%otra", [1, 3]),
    "two, one begins like the other": ("%who\nx = 1\n%whos", [1, 3]),
    "after shell lines": ("!ls\n!ls \\\n  -l\nx = !ls\n%nada", [5]),
    "a whole cell": ("%%nada\n%otra", [1]),
    "a whole cell after empty lines": ("\n\n%%nada\nx", [3]),
    "in the body of a cell magic": ("%%time\nx\n%nada", [3]),
    "in the body, after empty lines": ("\n\n%%time\n%nada", [4]),
    "in a body inside another": ("%%time\n%%capture\n%nada", [3]),
    "a cell magic in the middle": ("x = 1\n%%time\ny", [2]),
    "inside another magic": ("x\n%time %nada", [2]),
    "in the line of a cell magic": ("%%timeit %nada\nx", [1]),
    "measured": ("x\n%prun f()\n%lprun -f f f()", [2, 3]),
    "in the body of %%timeit": ("%%timeit\nx\n%nada", [3]),
    "no file": ("x\n%run -m pytest", [2]),
    "between prompts": (">>> x = 1\n>>> %nada", [2]),
    "the same twice": ("%nada\nx = 1\n%nada", [1, 3]),
    "the same twice, in a body": ("%%time\n%nada\n%nada", [2, 3]),
    "one begins like a later one": ("%whos\n%who", [1, 2]),
    "in a string before": ("x = '''\n%nada\n'''\n%nada", [4]),
    "in a comment before": ("# %nada\n%nada", [2]),
    "in an argument before": ("%env A=%nada\n%nada", [2]),
    "after a magic that goes on": ("%nada \\\n  x\n%nada", [1, 3]),
}  # fmt: skip


@pytest.mark.parametrize(("cell", "lines"), PLACES.values(), ids=PLACES)
def test_the_line(cell, lines):
    _, notices = converted("x = 1", markdown("%nada"), cell)
    assert [(notice.cell, notice.line) for notice in notices] == [(2, line) for line in lines]


def test_only_cells_of_code_count_and_in_order():
    _, notices = converted(markdown("# Título"), raw("%nada"), "%nada", markdown("%nada"), "", "x = 1", "y = %otra")
    assert [(notice.cell, notice.text.split()[0]) for notice in notices if "vale None" not in notice.text] == [(1, "%nada"), (4, "%otra")]


def test_a_notice_is_told_once():
    """La celda se traduce dos veces, para saber primero los nombres, pero se avisa una."""
    assert len(converted("%nada", "x = 1")[1]) == 1
    assert len(converted("%nada", "x = 1", echo=True)[1]) == 1


@pytest.mark.parametrize("cell",
                         ["x = 1", "%matplotlib inline", "!ls", "%%time\n!ls", "x?", "%%html\n<b>", "await f()", "!pip install x",
                          "%%bash\n%nada"])
def test_no_news(cell):
    assert converted(cell)[1] == []


VALUES = ["InteractiveShell.ast_node_interactivity = 'all'", "%config InteractiveShell.ast_node_interactivity = 'all'"]


@pytest.mark.parametrize("cell", VALUES)
def test_all_the_values_are_shown_or_it_is_said(cell):
    text, notices = converted(f"from IPython.core.interactiveshell import InteractiveShell\n{cell}", "1\n2", echo=True)
    assert notices or body(text).count("_show(") >= 2


@pytest.mark.parametrize("name", ["__", "___", "_1", "_i", "_i3", "Out", "In", "_oh"])
def test_what_only_ipython_remembers_is_told(name):
    _, notices = converted("1 + 1", f"x = {name}")
    assert [(notice.cell, f"«{name}»" in notice.text) for notice in notices] == [(2, True)]
    assert not converted(f"{name} = 3\n{name}")[1] and not converted("x._1, '_1 Out'  # Out")[1]
