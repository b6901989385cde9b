"""Los programas: su valor es el de Python, el intérprete no deja pasar nada más, y las particiones no se mezclan."""

from __future__ import annotations

import re

import pytest

from course_utils.microworld import code
from course_utils.microworld.code import CodeError, Snippet
from course_utils.microworld.splits import held_out

ROWS = code.sample(1500, seed=3)
BUILTINS = {name: __builtins__[name] if isinstance(__builtins__, dict) else getattr(__builtins__, name) for name in (
    "len", "max", "min", "sum", "sorted", "abs", "str", "int", "list", "reversed", "range")}


def by_python(source: str) -> str:
    """Lo que Python mismo dice: nuestros moldes son de fiar; lo que escriba un modelo, no."""
    *before, last = re.split(r"\n(?! )", source)
    names: dict = {"__builtins__": BUILTINS}
    exec("\n".join(before), names)
    return repr(eval(last, names))


def test_the_stated_value_is_the_one_python_gives():
    assert [row.result for row in ROWS] == [by_python(row.code) for row in ROWS]


def test_every_document_passes_the_check_and_a_wrong_value_does_not():
    for row in ROWS[:400]:
        assert code.check(code.document(row)), row
        wrong = {"True": "False", "False": "True"}.get(row.result, row.result + "1")
        assert not code.check(code.document(Snippet(row.code, wrong))), row


def test_the_prompt_is_the_document_without_the_value():
    assert code.prompt(Snippet("x = 3\nx + 4", "7")) == ">>> x = 3\n>>> x + 4\n"
    row = Snippet("def doble(n):\n    return 2 * n\ndoble(7)", "14")
    assert code.document(row) == "def doble(n):\n    return 2 * n\n\n>>> doble(7)\n14"


def test_the_splits_are_told_apart_by_their_code():
    tests = code.sample(300, seed=3, split="test")
    assert all(held_out(row.code) for row in tests)
    assert not any(held_out(row.code) for row in ROWS)


def test_the_same_seed_gives_the_same_programs():
    assert code.sample(20, seed=5) == code.sample(20, seed=5) != code.sample(20, seed=6)
    assert code.sample(20, seed=5) == code.sample(40, seed=5)[:20]


def test_the_programs_are_short_and_varied():
    assert max(len(code.document(row).split()) for row in ROWS) < 60
    assert len({row.code for row in ROWS}) > 1200
    bare = [row.result for row in ROWS]
    assert max(bare.count(result) for result in set(bare)) < 0.12 * len(ROWS)


@pytest.mark.parametrize("text", [
    ">>> 3 + 4\n7", ">>> 3 + 4\n7\n", ">>> x = 2\n>>> x\n2\n>>> x + 1\n3", "def f(a):\n    return a\n\n>>> f([1, 2])\n[1, 2]",
    "def f(a):\n    return a + 1\n\ndef g(a):\n    return 2 * f(a)\n\n>>> g(1)\n4",
])
def test_good_sessions(text):
    assert code.check(text)


@pytest.mark.parametrize("text", [
    "", "7", "3 + 4\n7", ">>> 3 + 4", ">>> 3 + 4\n8", ">>> 3 + 4\n 7", ">>>3 + 4\n7", ">>> 3 +\n7", ">>> x = 3", ">>> 3\n3\n>>> x = 2",
    ">>> x\n3", "def f(a):\n    return a\n>>> f(1)\n1", "def f(a):\n  return a\n\n>>> f(1)\n1", ">>> 1; 2\n2", ">>> 3 + 4\n7\n7",
    ">>> 3 / 0\n0", ">>> [][0]\n0", "def f(a):\n    return a\n\n>>> f(1)\n1\ndef g(a):\n    return a\n", ">>>  3\n3", ">>> # hola\n3",
])
def test_bad_sessions(text):
    assert not code.check(text)


@pytest.mark.parametrize("source", [
    "__import__('os')", "open('x')", "eval('1')", "().__class__", "'a'.__class__", "'a'.format(1)", "f'{1:>9}'", "f'{1!r}'", "lambda: 1",
    "[x for x in [1] for y in [2]]", "import os", "x: int = 1\nx", "while True: pass", "print(3)", "2 ** 99", "9 ** 9 ** 9", "'a' * 9999",
    "[0] * 10 ** 5", "range(10 ** 6)", "1 << 99", "10 ** 6 * 10", "b'a'", "1j", "...", "None", "'%99999d' % 1", "{**{}}",
    "sorted([1], key=len)", "(x := 3)", "1 if", "'\x00'", "-" * 300 + "1", "x = 1", "", "a" * 500, "[1, [2] * 60] * 60", "max()",
    "1 + 'a'", "def f(n):\n    return f(n)\nf(1)", "def f(n=1):\n    return n\nf()", "def f(n):\n    return n\nf()",
    "@g\ndef f(n):\n    return n\nf(1)", "x = [1] * 40\ny = [x] * 40\nz = [y] * 40\nz",
    "[[[[1 for a in range(90)] for b in range(90)] for c in range(90)] for d in range(90)]", "{1: 2}.get(3)", "{[1]: 2}", "'a'.join([1])",
    "int('x')", "del x", "f(*[1])", "f(**{})", "str", "'á'.encode()",
])
def test_the_interpreter_refuses_the_rest_with_a_sentence(source):
    with pytest.raises(CodeError, match=r"[.»]$"):
        code.run(source)


def test_bad_requests_get_a_sentence():
    with pytest.raises(ValueError, match="has pedido|Has pedido"):
        code.sample(-1)
    with pytest.raises(ValueError, match="compositional"):
        code.sample(1, split="compositional")
