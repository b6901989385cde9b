"""Con celdas cualesquiera: o una negativa de una línea, o un programa que compila, guarda todo el código y no ejecuta texto.

En las plantillas, «¤» es el sitio de una marca («zq3z», con el número de la celda) que luego se busca en el programa.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
import warnings

from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.conversion import ConversionError, program

from .making import code, markdown, notebook, raw, written

PLAIN = [
    "x_¤ = 1", "print('¤')", "def f_¤(a):\n    return a", "if True:\n    y = '¤'\nelse:\n    y = 3", "s = '''\n%cd ¤\n!ls ¤\n¤?\n'''",
    "t = [\n  '¤',\n  2]", "# ¤", "class A_¤:\n\tb = 1", "import os as o_¤", "f'{o!r:>10} ¤'", "async def g_¤():\n    await f()",
    "s = r'¤\\d'", "@d_¤\ndef h(): pass", "u = 'a\u2028!ls ¤\x85\x0c'  # \x1c¤", "x = 1; y_¤ = 2;", "v = '¤\\\n  ¤'", "w = 1 + \\\n    w_¤",
    "", "  ", "\f", "x_¤: int", "(z_¤ := 5)", "m = 10 % n_¤", "a_¤ != b", "try:\n    c_¤\nfinally:\n\n    pass", "x = '¤' '''\n\n'''",
    "l = lambda: (yield '¤')", "if x:\n\tprint('¤') # !ls",
]  # fmt: skip
SPECIAL = [
    "%matplotlib ¤", "%time x_¤ = 1", "r = %time f_¤()", "!echo ¤ {x} $y", "y = !echo ¤ | wc", "%cd ¤", "%env A=¤", "o_¤?", "?o_¤", "o_¤??",
    "%pip install ¤", "!pip install -q {x} ¤", "%timeit -n 1 x_¤", "%run ¤.py", "%load_ext ¤", "%desconocida ¤ '", "if x:\n    !echo ¤",
    "for i in x:\n    %time print('¤')", "def k():\n    '''¤\n  ¤'''\n    y = !echo '¤'\n    return y", "!echo '\"¤\"' \\\n   otra",
    "%sx ¤", "!!echo ¤", "if x:\n    %matplotlib ¤\nelse:\n    %cd ¤", "await q_¤()", "async with q as r_¤:\n    pass", "q = await r_¤()",
    "%timeit f_¤(x)  # {nada}", "!echo \\\\¤ \"\"\" '''", "%writefile ¤.txt", "from __future__ import annotations # ¤",
]  # fmt: skip
WHOLE = [
    "%%time\nx_¤ = 1", "%%bash\necho ¤\n  '''\n", "%%writefile f_¤.txt\nhola ¤\n\\¤\"\"\"", "%%html\n<b>¤\u2028¤",
    "%%capture c_¤\nprint('¤')", "%%desconocida ¤\n¤ '''", "%%timeit -n 1 x_¤ = 1\n'¤'", "%%script perl ¤\nprint ¤",
    "%%time\n%%capture\n!echo ¤", "%%sh\n¤\r¤", "%%markdown\n# ¤", "%%js\nalert('¤')",
]  # fmt: skip
SEPARATORS = ["\n", "\r", "\r\n", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029", "\0", " ", "\n\n", "\\\n"]
ATTACKS = ["¤", "print('¤')", "# %% Celda 1 ¤", "%%bash", "import os", "'''", '"""', "#", "\ud800", "\ufeff"]
ALPHABET = "abx01_ñ́🐸()[]{}'\"\\#%!?;:=,.@$ \t\n\r\x0b\x0c\x1c\x85\u2028\0\ud800\ufeff"

valid = st.one_of(
    st.lists(st.sampled_from(PLAIN), max_size=4).map("\n".join),
    st.lists(st.sampled_from(PLAIN + SPECIAL), max_size=4).map("\n".join),
    st.sampled_from(WHOLE),
)
texts = st.lists(st.sampled_from(SEPARATORS + ATTACKS), max_size=12).map("".join)
valid_cells = st.tuples(st.just("code"), valid)
text_cells = st.tuples(st.sampled_from(["markdown", "raw"]), texts)
mixed = st.lists(st.sampled_from(PLAIN + SPECIAL + WHOLE + ATTACKS), max_size=4).map("".join)
any_cells = st.tuples(st.just("code"), st.text(ALPHABET, max_size=30) | mixed)


def marked(cells: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(kind, source.replace("¤", f"zq{i}z")) for i, (kind, source) in enumerate(cells)]


def converted(cells: list[tuple[str, str]], **options: bool) -> str:
    """El programa, después de comprobar que compila, que es siempre el mismo y que las marcas están donde deben."""
    make = {"code": code, "markdown": markdown, "raw": raw}
    data = written(notebook(*(make[kind](source) for kind, source in cells)), escaped=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        text = program(data, "X.ipynb", warn=lambda _: None, **options)
        compile(text, "X.py", "exec", dont_inherit=True)
        assert program(data, "X.ipynb", warn=lambda _: None, **options) == text
    tokens = list(tokenize.tokenize(io.BytesIO(text.encode("utf-8")).readline))
    comments = "\n".join(token.string for token in tokens if token.type == tokenize.COMMENT)
    others = "\n".join(token.string for token in tokens if token.type != tokenize.COMMENT)
    for kind, source in cells:
        for mark in set(re.findall(r"zq\d+z", source)):
            if kind == "code":
                assert text.count(mark) >= source.count(mark), f"falta «{mark}»"
            else:
                assert mark not in others and comments.count(mark) == source.count(mark)
    return text


def check_plain(cells: list[tuple[str, str]], text: str) -> None:
    """Las celdas que ya eran Python están tal cual, con su fin de línea y sin la marca de orden de bytes."""
    sources = [source for kind, source in cells if kind == "code"]
    for number, source in enumerate(sources, 1):
        source = source.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
        if source.strip() and is_plain(source):
            assert f"# %% Celda {number}\n{source}".rstrip("\n") + "\n" in text


def is_plain(source: str) -> bool:
    """Si Python la entiende y no hay motivo para tocarla."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(source, "", "exec", dont_inherit=True)
            tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return False
    moved = any(isinstance(node, ast.Global) or isinstance(node, ast.ImportFrom) and node.module == "__future__" for node in ast.walk(tree))
    return not moved and len(source.split()) > 2  # «ls», «cd ..»: órdenes sin su %


@settings(max_examples=150)
@given(st.lists(valid_cells | text_cells, max_size=5))
def test_valid_pieces_always_make_a_program(cells):
    cells = marked(cells)
    check_plain(cells, converted(cells))
    converted(cells, echo=True, install=True)


@settings(max_examples=300)
@given(st.lists(any_cells | text_cells | valid_cells, min_size=1, max_size=3))
def test_anything_is_a_refusal_or_a_program(cells):
    cells = marked(cells)
    try:
        text = converted(cells)
    except ConversionError as error:
        assert str(error).isprintable() and str(error).startswith("«X.ipynb»") and str(error).endswith(".")
        return
    check_plain(cells, text)
    for kind, source in cells:
        for word in re.findall(r"(?<![%a-zA-Z0-9])[a-zA-Z0-9]+", source) if kind == "code" else ():
            assert word in text


@settings(max_examples=200)
@given(st.binary(max_size=60) | st.text(max_size=60).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes_are_refused_in_one_line(data):
    try:
        program(data, "X.ipynb")
    except ConversionError as error:
        assert str(error).isprintable()
    else:
        raise AssertionError("sesenta bytes no hacen un cuaderno")


KEYS = ["cells", "cell_type", "source", "outputs", "metadata", "tags", "data", "image/png", "language", "kernelspec", "name", "png"]
FIELDS = ["source", "input", "code", "text", "metadata", "outputs", "level", "execution_count", "language", "id"]
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just("print(1)"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=10,
)
kinds = st.sampled_from(["code", "markdown", "raw", "heading", "html", "text"])
odd_cells = st.fixed_dictionaries({"cell_type": kinds}, optional=dict.fromkeys(FIELDS, values))


@settings(max_examples=300)
@given(st.integers(1, 4), st.lists(odd_cells | values, max_size=3), values, st.booleans())
def test_any_shape_is_a_refusal_or_a_program(major, cells, metadata, sheets):
    content = {"nbformat": major, "metadata": metadata, "cells": cells, **({"worksheets": [{"cells": cells}]} if sheets else {})}
    try:
        text = program(written(content, escaped=True), "X.ipynb")
    except ConversionError as error:
        assert str(error).isprintable()
    else:
        compile(text, "X.py", "exec", dont_inherit=True)
