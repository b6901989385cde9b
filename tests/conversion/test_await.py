"""Celdas que esperan, que traen ``__future__`` o que fallan a propósito: lo que Python solo no admite en un programa."""

from __future__ import annotations

import pytest

from course_utils import conversion

from .making import code
from .running import body, converted, printed, run

NAP = "import asyncio\nawait asyncio.sleep(0)\n"
GIVERS = """import contextlib
async def g():
    yield 1
    yield 2

@contextlib.asynccontextmanager
async def c():
    print('entra')
    yield 3
    print('sale')
"""
WAITING = {
    "a value": (["import asyncio\nx = await asyncio.sleep(0, 'ñ')", "print(x, asyncio.__name__)"], "ñ asyncio\n"),
    "the last value": ([NAP + "3"], "3\n"),
    "the awaited value": (["import asyncio\nawait asyncio.sleep(0, (1, 2))"], "(1, 2)\n"),
    "nothing": ([NAP], ""),
    "async for": ([GIVERS, "async for i in g():\n    print(i)", "i"], "1\n2\n2\n"),
    "async with": ([GIVERS, "async with c() as x:\n    print(x)", "x"], "entra\n3\nsale\n3\n"),
    "async comprehensions": ([GIVERS, "x = [i async for i in g()]\nx, {i async for i in g()}, {i: i async for i in g()}"],
                             "([1, 2], {1, 2}, {1: 1, 2: 2})\n"),
    "inside a comprehension": ([NAP + "[await asyncio.sleep(0, i) for i in range(3)]"], "[0, 1, 2]\n"),
    "inside blocks": (["import asyncio\nfor i in range(2):\n    if i:\n        x = await asyncio.sleep(0, i)\n    else:\n        pass",
                       "x, i"], "(1, 1)\n"),
    "inside a function only": (["import asyncio\nasync def f():\n    return await asyncio.sleep(0, 5)", "await f()"], "5\n"),
    "functions and classes": ([NAP + "def f(x, *, y=2): return x + y\nclass A:\n    z = 3", "f(1), A.z, A.__qualname__, f.__qualname__"],
                              "(3, 3, 'A', 'f')\n"),
    "global inside": (["n = 0", NAP + "def f():\n    global n\n    n += 1\nf()\nn", "n"], "1\n1\n"),
    "closures": ([NAP + "n = 1\nf = lambda: n\nn = 2\nf()", "n = 3\nf()"], "2\n3\n"),
    "deleted names": ([NAP + "x = 3\ndel x", "'x' in globals()"], "False\n"),
    "an error caught": ([NAP + "try:\n    1 / 0\nexcept ZeroDivisionError as error:\n    await asyncio.sleep(0)\n    print(error)"],
                        "division by zero\n"),
    "match": (["import asyncio\nmatch await asyncio.sleep(0, (1, 2)):\n    case a, *b: pass", "a, b"], "(1, [2])\n"),
    "with and as": ([NAP + "import contextlib\nwith contextlib.suppress(OSError) as x, open('f', 'w') as y:\n    await asyncio.sleep(0)",
                     "y.closed"], "True\n"),
    "import *": ([NAP + "from math import *\nround(pi, 2)", "round(e, 2)"], "3.14\n2.72\n"),
    "an annotated name": ([NAP + "x: int = 3\ny: str", "x, __annotations__"], "(3, {'x': int, 'y': str})\n"),
    "a walrus": ([NAP + "(x := 3)", "x"], "3\n3\n"),
    "a walrus in a comprehension": ([NAP + "[x := i for i in range(3)]", "x"], "[0, 1, 2]\n2\n"),
    "strings of several lines": ([NAP + "x = '''a\n  b'''\nf'''{x}\n c'''"], "'a\\n  b\\n c'\n"),
    "shell lines and magics": ([NAP + "x = 'b'\n!echo a {x}\n%cd -q .\ny = !echo c\ny"], "a b\n['c']\n"),
    "the same loop for all": (["import asyncio\nt = asyncio.ensure_future(asyncio.sleep(0, 7)); await asyncio.sleep(0)", "await t"], "7\n"),
    "tasks that go on": ([NAP + "async def f():\n    await asyncio.sleep(0.01)\n    print('f')\nt = asyncio.create_task(f())",
                          "print('antes')", "await t"], "antes\nf\n"),
    "the names __x": ([NAP + "__x = 3\n__x", "__x"], "3\n3\n"),
    "a name called await_": (["await_ = 3", "await_"], "3\n"),
}  # fmt: skip


@pytest.mark.parametrize(("cells", "expected"), [pytest.param(*case, id=name) for name, case in WAITING.items()])
def test_top_level_await(cells, expected, tmp_path):
    assert printed(tmp_path, *cells) == expected


def test_a_cell_that_waits_reads_well():
    assert conversion.translate("import asyncio\nx = await f(1)\n%cd a") == (
        "async def _cell_1():\n    global asyncio, x\n    import asyncio\n    x = await f(1)\n    _cd(\"a\")\n\n\n_await(_cell_1())"
    )
    assert conversion.translate("await f()") == "async def _cell_1():\n    await f()\n\n\n_await(_cell_1())"
    assert conversion.translate("x: int = await f()") == '_await_code("x: int = await f()")'


def test_an_error_while_waiting_stops_the_program(tmp_path):
    done = run(converted(NAP + "1 / 0", "print('no')")[0], tmp_path)
    assert done.returncode == 1 and done.stdout == "" and done.stderr.rstrip().endswith("ZeroDivisionError: division by zero")


FUTURE = {
    "first": (["from __future__ import annotations\nx: nada = 1"], "annotations", "# from __future__ import annotations\nx: nada = 1\n"),
    "in a later cell": (["x = 1", "y = 2\nfrom __future__ import division, annotations  # z"], "division, annotations",
                        "x = 1\n\n# %% Celda 2\ny = 2\n# from __future__ import division, annotations  # z\n"),
    "in parentheses": (["from __future__ import (\n    annotations,  # ñ\n    division,\n)\nx"], "annotations, division",
                       "# from __future__ import (\n#     annotations,  # ñ\n#     division,\n# )\nx\n"),
    "on two lines": (["from __future__ import annotations \\\n  , division"], "annotations, division", None),
    "with others on its line": (["ñ = 3; from __future__ import division; print(ñ)"], "division", "ñ = 3; pass; print(ñ)\n"),
    "before others on its line": (["from __future__ import division; x"], "division", "pass; x\n"),
    "twice": (["from __future__ import division\nfrom __future__ import annotations, division", "from __future__ import annotations"],
              "annotations, division", None),
    "with magics": (["%matplotlib inline\nfrom __future__ import division\n!ls"], "division", None),
    "inside a timed cell": (["%%time\nfrom __future__ import division\nx"], "division",
                            "with _timed():\n    # from __future__ import division\n    x\n"),
    "in a cell that waits": (["from __future__ import division\nawait f()"], "division", None),
    "after a docstring": (["'''Título'''\nfrom __future__ import annotations"], "annotations",
                          "'''Título'''\n# from __future__ import annotations\n"),
}  # fmt: skip


@pytest.mark.parametrize(("cells", "names", "expected"), [pytest.param(*case, id=name) for name, case in FUTURE.items()])
def test_future_goes_first(cells, names, expected):
    text, notices = converted(*cells)
    assert text.split("\n\n")[1].rstrip() == f"from __future__ import {names}" and not notices
    assert text.count("\nfrom __future__") == 1 and text.count("; from __future__") == 0
    assert expected is None or body(text) == expected


@pytest.mark.parametrize("cell", ["import __future__", "x = 'from __future__ import division'", "# from __future__ import division\nx"])
def test_what_only_looks_like_future(cell):
    assert body(converted(cell)[0]) == f"{cell}\n"


def failing(source: str) -> dict:
    return code(source, metadata={"tags": ["raises-exception"]})


FAILING = {
    "at run time": (["x = 1\n1 / 0\nx = 2", "print(x)"], "1\n", "ZeroDivisionError: division by zero"),
    "after writing": (["print('a')\nraise ValueError('ñ')", "print('b')"], "a\nb\n", "ValueError: ñ"),
    "while waiting": ([NAP + "1 / 0", "print('sigue')"], "sigue\n", "ZeroDivisionError: division by zero"),
    "with magics": (["%%time\n!echo a\n1 / 0", "print('sigue')"], "a\nsigue\n", "ZeroDivisionError: division by zero"),
    "with a string of several lines": (["s = '''a\n  b'''\n1 / 0", "s"], "'a\\n  b'\n", "ZeroDivisionError: division by zero"),
    "with a last value": (["x = 3\nx", "print(x)"], "3\n3\n", ""),
    "with global": (["global y\ny = 3\n1 / 0", "y"], "3\n", "ZeroDivisionError: division by zero"),
    "with functions": (["def f():\n    return 3\n\n\nassert False, f()", "f()"], "3\n", "AssertionError: 3"),
    "with nothing": (["# nada", "3"], "3\n", ""),
}  # fmt: skip


@pytest.mark.parametrize(("cells", "expected", "error"), [pytest.param(*case, id=name) for name, case in FAILING.items()])
def test_a_cell_expected_to_fail(cells, expected, error, tmp_path):
    done = run(converted(failing(cells[0]), *cells[1:], echo=True)[0], tmp_path)
    assert (done.returncode, done.stdout) == (0, expected)
    assert done.stderr.rstrip().endswith(error) and done.stderr.startswith("Traceback") == bool(error)


@pytest.mark.parametrize("cell", ["print(", "x = 3\nreturn x", "if True:\nx", "%%time\nx = ("])
def test_a_cell_expected_to_fail_that_is_not_python(cell, tmp_path):
    text, (notice,) = converted("1", failing(cell), "print('sigue')")
    assert body(text).split("\n\n")[1] == "# %% Celda 2\n# " + cell.replace("\n", "\n# ")
    assert (notice.cell, notice.line) == (2, 1) and "a propósito" in notice.text
    assert run(text, tmp_path).stdout == "sigue\n"


def test_a_cell_expected_to_exit(tmp_path):
    assert run(converted(failing("import sys\nsys.exit(3)"), "print('sigue')")[0], tmp_path).stdout == "sigue\n"


def test_a_tag_that_is_something_else_changes_nothing():
    for tags in (["otra"], "raises-exception", None, {"raises-exception": 1}):
        assert body(converted(code("1 / 0", metadata={"tags": tags}))[0]) == "1 / 0\n"
