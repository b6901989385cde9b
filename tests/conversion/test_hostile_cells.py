"""Celdas que ponen a prueba al programa: texto que querría ejecutarse y código que no se puede convertir."""

from __future__ import annotations

import ast

import pytest

from .conftest import output
from .making import code, markdown, notebook, raw, written

A = "«X.ipynb»"
SEPARATORS = ["\r", "\n", "\r\n", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029", "\0", "\x1a", "\ufeff", "\ud800"]
ATTACK = "print('atacado')"


@pytest.mark.parametrize("separator", SEPARATORS, ids=ascii)
@pytest.mark.parametrize("cell", [markdown, raw], ids=["markdown", "raw"])
def test_text_is_never_executed(cell, separator, accepted, folder):
    assert accepted(written(notebook(cell(f"# hola{separator}{ATTACK}"), code("print('sano')")), escaped=True)) == "sano\n"
    assert "atacado" in (folder / "X.py").read_text("utf-8")


def fault(cell: int, line: int, text: str, advice: str = "Corrige esa celda y repite.") -> tuple[str, str]:
    """El principio y el final de la frase; en medio va, entre paréntesis, lo que dice Python, que cambia con su versión."""
    return f"{A}, celda {cell}, línea {line}: Python no entiende {text} (", f"). {advice}"


OLD_PYTHON = "¿Es Python 2? Entonces hay que pasarlo antes a Python 3."
OPEN = 5000
REFUSED = {
    "ends in a backslash": (["x = 1 + \\", ATTACK], fault(1, 1, "«x = 1 + \\»")),
    "only a backslash": (["x = 1\n\\"], fault(1, 2, "«\\»")),
    "bracket open until the next cell": (["x = [", "]"], fault(1, 1, "«x = [»")),
    "long string open until the next cell": (['x = """', '"""'], fault(1, 1, '«x = """»')),
    "string unfinished": (["x = 'hola"], fault(1, 1, "«x = 'hola»")),
    "return outside a function": (["x = 1", "x = 2\nreturn x"], fault(2, 2, "«return x»")),
    "yield outside a function": (["yield 3"], fault(1, 1, "«yield 3»")),
    "await and return": (["import asyncio\nawait asyncio.sleep(0)\nreturn 1"], fault(1, 3, "«return 1»")),
    "break outside a loop": (["break"], fault(1, 1, "«break»")),
    "nonlocal at the top": (["nonlocal x"], fault(1, 1, "«nonlocal x»")),
    "Python 2": (["x = 1\nprint 'hola'"], fault(1, 2, "«print 'hola'»", OLD_PYTHON)),
    "exec of Python 2": (["exec 'x = 1'"], fault(1, 1, "«exec 'x = 1'»", OLD_PYTHON)),
    "tabs and spaces mixed": (["if True:\n\tx = 1\n        y = 2"], fault(1, 3, "«y = 2»")),
    "parentheses": (["x = " + "(" * OPEN + ")" * OPEN], fault(1, 1, "«x = " + "(" * 56 + "…»")),
    "brackets": (["x = 1", "x = " + "[" * OPEN + "]" * OPEN], fault(2, 1, "«x = " + "[" * 56 + "…»")),
    "a sum of 90,000 terms": (["x = 1" + "+1" * 90_000], fault(1, 1, "«x = " + "1+" * 28 + "…»")),
    "21 loops": (["\n".join(" " * i + "for i in [1]:" for i in range(21)) + "\n" + " " * 21 + "x = 1"], fault(1, 21, "«for i in [1]:»")),
    "integer of 5,000 digits": (["x = " + "9" * 5000], fault(1, 1, "«x = " + "9" * 56 + "…»")),
    "import * in a function": (["def f():\n    from os import *"], fault(1, 2, "«from os import *»")),
    "%time of something unfinished": (["x = 1\n%time x = ("], fault(1, 2, "«x = (»")),
    "null character": (["x = 1\nprint('a\0b')"], fault(1, 2, "«print('a\\x00b')»")),
    "lone surrogate": (["x = 1\nprint('\ud800')"], fault(1, 2, "«print('\\ud800')»")),
    "byte order mark inside": (["x = 1\n\ufeffy = 2"], fault(1, 2, "«\\ufeffy = 2»")),
    "vertical tab": (["x = 1\ny = 2\x0bz = 3"], fault(1, 2, "«y = 2\\x0bz = 3»")),
    "end of file mark": (["x = 1\x1a"], fault(1, 1, "«x = 1\\x1a»")),
    "line written twice": (["print(1)\nif True:\nprint(1)"], fault(1, 3, "«print(1)»")),
    "%%timeit of something unfinished": (["%%timeit\nx = ("], fault(1, 2, "«x = (»")),
    "unknown future": (["x = 1", "x = 2\nfrom __future__ import nada"], fault(2, 2, "«from __future__ import nada»")),
}  # fmt: skip


@pytest.mark.parametrize(("sources", "told"), [pytest.param(*case, id=name) for name, case in REFUSED.items()])
def test_refused(sources, told, refused):
    beginning, end = told
    found = refused(written(notebook(markdown("# Título"), *map(code, sources)), escaped=True))
    assert found.startswith(beginning) and found.endswith(end), found


HIDING = """print = lambda *values, **settings: None
list = dict = open = str = type = len = getattr = 3
display = 4
_shell = _show = _text = _Lines = 5"""
ACCEPTED = {
    "carriage returns": (["print(1)\rprint(2)"], "1\n2\n"),
    "windows line ends": (["if True:\r\n    print(1)\r\n    print(2)\r\n"], "1\n2\n"),
    "form feed": (["x = 1\n\x0cprint(x)"], "1\n"),
    "line separators inside a string": (["print('a\u2028b\x85c\x0cd')"], "a\u2028b\x85c\x0cd\n"),
    "line separator in a comment": ([f"# hola\u2028!echo atacado\n#\x85%cd /\n# \x0c{ATTACK}\nprint('sano')"], "sano\n"),
    "starts with a byte order mark": (["\ufeffprint('ñ')"], "ñ\n"),
    "declares another encoding": (["# -*- coding: latin-1 -*-\nprint('ñ')", "# coding: utf-7\nprint('+AF8-')"], "ñ\n+AF8-\n"),
    "a comment ends in a backslash": (["x = 1  # \\", "print(x)"], "1\n"),
    "a shell line ends in a backslash": (["!echo hola \\\n  mundo", "print(1)"], "hola mundo\n1\n"),
    "future in the second cell": (["x = 1", "from __future__ import annotations\nprint(x)"], "1\n"),
    "global after use": (["x = 1", "y = 'ñ'; global x; x = 2\nprint(x, y)"], "2 ñ\n"),
    "global after use, in the same cell": (["x = 1\nglobal x\nx = 2\nprint(x)"], "2\n"),
    "global inside an if": (["x = 1", "if True:\n    global x; x = 3\nprint(x)"], "3\n"),
    "global and await": (["x = 1", "import asyncio\nglobal x\nawait asyncio.sleep(0)\nx = 2", "print(x)"], "2\n"),
    "hides the names of Python": ([HIDING, "!echo bien", "x = !echo uno; echo dos", "import sys\nn = sys.stdout.write(x.s)"],
                                  "bien\nuno dos"),
    "all of os": (["from os import *", "!echo bien"], "bien\n"),
    "only tabs": (["if True:\n\tprint(1)\n\tprint(2)"], "1\n2\n"),
    "indented whole": (["    print(1)\n    print(2)"], "1\n2\n"),
    "a sum of 900 terms, with a shell line": (["x = 1" + "+1" * 899 + "\n!echo bien\nprint(x)"], "bien\n900\n"),
    "a line of 1 MB": (["x = '" + "a" * 1_000_000 + "'\nprint(len(x))"], "1000000\n"),
    "a shell line of 100 kB": (["!printf %s " + "a" * 100_000 + " | wc -c | tr -d ' '"], "100000\n"),
    "a file of 1 MB": ([f"%%writefile x.txt\n{'ñ' * 500_000}", "print(len(open('x.txt').read()))"], "Writing x.txt\n500001\n"),
    "cells without code": (["", "  \n ", "# solo un comentario", "\n\n"], ""),
    "magics and shell inside strings": (["x = '''\n%cd /\n!echo atacado\n'''\nprint(x)"], "\n%cd /\n!echo atacado\n\n"),
    "a backslash before the last line": (["print(1)\n\\\n\n"], "1\n"),
    "an escape that is not one": (["print('\\d')"], "\\d\n"),
    "global on two lines": (["x = 1", "global \\\n x\nx = 2\nprint(x)"], "2\n"),
    "a sum of 2,500 terms, with a shell line": (["x = 1" + "+1" * 2499 + "\n!echo bien\nprint(x)"], "bien\n2500\n"),
    "line separator in a string, with a shell line": (["x = 'a\u2028!echo atacado'\n!echo bien\nprint(ascii(x))"],
                                                      "bien\n'a\\u2028!echo atacado'\n"),
}  # fmt: skip


@pytest.mark.parametrize(("sources", "printed"), [pytest.param(*case, id=name) for name, case in ACCEPTED.items()])
def test_accepted(sources, printed, accepted):
    assert accepted(written(notebook(*map(code, sources)), escaped=True)) == printed


@pytest.mark.parametrize("source", [
    "x = 1\n%desconocida uno dos", "%%desconocida\nuno dos", "x = 1\nr = %desconocida uno dos",
])  # fmt: skip
def test_what_cannot_be_translated_is_kept_and_told(source, folder, order):
    (folder / "X.ipynb").write_bytes(written(notebook(code("x = 1"), code(source))))
    found, lines = order("--input", "X.ipynb")
    assert (found, len(lines)) == (0, 3)
    line = 2 if source.startswith("x") else 1
    assert lines[1].startswith(f"[NbConvertApp] WARNING | X.ipynb, celda 2, línea {line}: ") and "%desconocida" in lines[1]
    assert "%desconocida uno dos" in (folder / "X.py").read_text("utf-8").replace("\n# ", " ")
    assert output(folder / "X.py") == ""


def test_ten_thousand_cells(accepted, folder):
    cells = [cell for i in range(5000) for cell in (markdown(f"Paso {i}"), code(f"x{i} = {i}"))]
    assert accepted(notebook(*cells, code("print(x4999)"))) == "4999\n"
    assert (folder / "X.py").read_text("utf-8").count("# %% ") == 10_001


def test_a_long_chain_of_cases(accepted):
    chain = "if x == -1: pass\n" + "".join(f"elif x == {i}: print({i})\n" for i in range(300))
    assert accepted(notebook(code("x = 299"), code(f"{chain}!echo bien"))) == "299\nbien\n"


def test_a_cell_expected_to_fail_may_be_anything(folder, order):
    cells = [code(source, metadata={"tags": ["raises-exception"]}) for source in ("print(", "1 / 0", "return 3\r" + ATTACK)]
    (folder / "X.ipynb").write_bytes(written(notebook(*cells, code("print('sigue')"))))
    found, lines = order("--input", "X.ipynb")
    assert found == 0
    assert [line.partition(": ")[0] for line in lines[1:-1]] == [f"[NbConvertApp] WARNING | X.ipynb, celda {i}, línea 1" for i in (1, 3)]
    assert output(folder / "X.py") == "sigue\n"


def test_the_name_of_the_notebook_stays_in_its_comment(folder, order):
    for name in ("coding: latin-1", "a\rprint('atacado')", "a\nprint('atacado')", "{x} %s «ñ» \u2028'\"\\", "\udcff"):
        (folder / f"{name}.ipynb").write_bytes(written(notebook(code("print('ñ')"))))
        found, lines = order("--input", f"{name}.ipynb", "--output", "x.py")
        assert found == 0 and len(lines) == 2
        assert output(folder / "x.py") == "ñ\n"
        assert len(ast.parse((folder / "x.py").read_text("utf-8")).body) == 1
