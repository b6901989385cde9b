"""Las piezas que un programa copia: cada una se basta, y ningún nombre del cuaderno las estropea."""

from __future__ import annotations

import ast
import builtins
import importlib
import symtable
from collections.abc import Iterator
from pathlib import Path

import pytest

from course_utils.conversion import pieces, support
from course_utils.conversion.names import BUILTINS, loaded

from .running import FULL, converted, printed, run

NAMES = sorted(pieces.pieces())
MODULES = sorted(path for path in Path(support.__file__).parent.glob("*.py") if path.name != "__init__.py")
USED = sorted(BUILTINS & set().union(*(loaded(piece.code) for piece in pieces.pieces().values())) - {"__import__"})


def scopes(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    yield table
    for child in table.get_children():
        yield from scopes(child)


def free(code: str) -> set[str]:
    """Los nombres que el código usa y no define."""
    table = symtable.symtable(code, "<pieza>", "exec")
    used = {s.get_name() for scope in scopes(table) for s in scope.get_symbols() if s.is_referenced() and s.is_global()}
    used |= {s.get_name() for s in table.get_symbols() if s.is_referenced()}
    return used - {s.get_name() for s in table.get_symbols() if s.is_assigned() or s.is_imported() or s.is_namespace()}


def test_free_sees_what_is_missing():
    assert free("def f(x):\n    import y\n    return x, y, z, [w for w in v]\n\nclass A(B): pass\nf(1)") == {"z", "v", "B"}


@pytest.mark.parametrize("name", NAMES)
def test_a_piece_stands_alone(name):
    code = pieces.written({name}, set())
    assert free(code) <= BUILTINS - {"__file__", "__path__"}
    names: dict = {"__name__": "__main__"}
    exec(compile(code, "<pieza>", "exec"), names)
    assert name in names


@pytest.mark.parametrize("bound", [BUILTINS, {"*"}, {"list", "print"}], ids=["all the builtins", "an import *", "two"])
@pytest.mark.parametrize("name", NAMES)
def test_a_piece_does_not_use_what_the_notebook_hides(name, bound):
    code = pieces.written({name}, set(bound))
    hidden = pieces.STARRED if "*" in bound else bound
    assert not free(code) & hidden
    exec(compile(code, "<pieza>", "exec"), {"__name__": "__main__"})


@pytest.mark.parametrize("name", NAMES)
def test_a_piece_changes_its_name_if_the_notebook_has_it(name):
    code = pieces.written({name}, {*NAMES, f"{name}_"})
    defined = {node.name for node in ast.parse(code).body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    assert not defined & {*NAMES, f"{name}_"} and f"{name}__" in defined
    assert free(code) <= BUILTINS


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_no_name_that_may_change_is_inside_an_f_string(module):
    """Python 3.11 no dice bien dónde están los nombres de una f-string, y «pieces._adapted» escribe ahí."""
    strings = [node for node in ast.walk(ast.parse(module.read_text("utf-8"))) if isinstance(node, ast.JoinedStr)]
    inside = {node.id for string in strings for node in ast.walk(string) if isinstance(node, ast.Name)}
    assert strings and not inside & (BUILTINS | set(NAMES))


@pytest.mark.parametrize("name", NAMES)
def test_no_piece_calls_its_variables_like_python(name):
    """Se cambiarían también ellas si el cuaderno tapa ese nombre."""
    table = symtable.symtable(pieces.pieces()[name].code, name, "exec")
    functions = [scope for scope in scopes(table) if scope.get_type() == "function"]
    assert not {s.get_name() for scope in functions for s in scope.get_symbols() if s.is_local()} & (BUILTINS | set(NAMES))


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_everything_in_support_is_a_piece(module):
    tree = ast.parse(module.read_text("utf-8"))
    kinds = (ast.FunctionDef, ast.ClassDef, ast.ImportFrom, ast.Expr)
    assert all(isinstance(node, kinds) for node in tree.body), "una constante o un import no se copiarían"
    assert {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)} <= set(NAMES)
    assert all(ast.get_docstring(node) for node in tree.body if isinstance(node, ast.FunctionDef) and node.name != "_sorted")


@pytest.mark.parametrize("module",
                         ["numpy", "pylab", "os", "os.path", "math", "cmath", "random", "io", "codecs", "asyncio", "time", "pathlib",
                                    "torch", "matplotlib.pyplot", "ipywidgets", "IPython.display",
                                    "torch.nn", "multiprocessing"])  # fmt: skip
def test_what_an_import_star_hides_is_known(module):
    found = importlib.import_module(module)
    taken = getattr(found, "__all__", [name for name in vars(found) if not name.startswith("_")])
    hidden = {name for name in taken if name in USED and getattr(found, name) is not getattr(builtins, name)}
    assert hidden <= pieces.STARRED


EVERYTHING = [
    "!echo a", "x = !echo b; echo c", "w(x.s + ' ' + x.n + x.grep('b').s + x.fields(0).s)", "%cd -q .", "%cd .", "%env A=d", "!echo $A",
    "%%writefile a.txt\ne", "%%bash\ncat a.txt", "%timeit -n1 -r1 -q x", "%timeit -n1 -r1 x", "%time x", "y = %time x",
    "%%capture c\n!echo f",
    "w(c.stdout)\nc.show()", "import asyncio\nawait asyncio.sleep(0)", "from math import *\nawait asyncio.sleep(0)",
    "display([x], {'a': 1})",
    "get_ipython().run_line_magic('cd', '.')", "!pip install nada", "%%writefile b.py\nz = 3", "%run b.py", "w(z.__repr__())",
    "from ipywidgets import interact, IntSlider\nf = interact(lambda n, m: w((n, m).__repr__()), n=(0, 10), m=IntSlider(value=3))",
    "from IPython.display import HTML\nHTML('x')", "{'a', 'b'}, lambda: 3",
]  # fmt: skip
W = "import sys\nw = sys.stdout.write"


def tidied(text: str) -> list[str]:
    return [line for line in text.splitlines() if not any(mark in line for mark in (" time", "times: ", "per loop"))]


def test_a_notebook_may_hide_any_name(tmp_path):
    """Lo mismo que si no tapa ninguno."""
    hiding = "\n".join(f"{name} = None" for name in (*USED, *(set(NAMES) - {"display", "get_ipython"})) if not name.startswith("__"))
    plain = run(converted(W, *EVERYTHING, echo=True)[0], tmp_path)
    (tmp_path / "a.txt").unlink()
    (tmp_path / "b.py").unlink()
    hidden = run(converted(W, hiding, *EVERYTHING, echo=True)[0], tmp_path)
    assert plain.returncode == 0 == hidden.returncode, plain.stderr + hidden.stderr
    assert tidied(plain.stdout) == tidied(hidden.stdout) and len(tidied(plain.stdout)) > 15


def test_a_notebook_may_hide_many_names_without_saying_which(tmp_path):
    assert printed(tmp_path, "from numpy import *\nfrom os import *", "!echo a", "x = !echo b", "x, {3, 1}", "%%capture c\n3",
                   "%timeit -n1 -r1 -q 1",
                   "%%writefile a.txt\nb", "display(int(max([3, 1])))", flags=FULL) == "a\n(['b'], {1, 3})\nWriting a.txt\n3\n"  # fmt: skip


def test_a_display_of_the_notebook_is_the_one_called(tmp_path):
    cells = ["def display(x):\n    print('mío', x)", "display(3)", "[4]"]
    assert printed(tmp_path, *cells) == "mío 3\n[4]\n"
    assert "def display_(" in converted(*cells, echo=True)[0]


GUARDED = {
    "display": "try:\n    display\nexcept NameError:\n    display = print\ndisplay('a')",
    "get_ipython": "try:\n    get_ipython()\nexcept NameError:\n    print('a')",
    "any error": "try:\n    get_ipython()\nexcept:\n    print('a')",
}


@pytest.mark.parametrize("cell", GUARDED.values(), ids=GUARDED)
def test_who_is_ready_for_its_absence_does_not_get_it(cell, tmp_path):
    assert converted(cell)[0].count("\ndef ") == 0
    assert printed(tmp_path, cell, echo=False) == "a\n"


def test_who_needs_it_gets_it(tmp_path):
    assert printed(tmp_path, "def f():\n    display('a')\n\nf()\nget_ipython().system('echo b')", echo=False) == "'a'\nb\n"
    assert printed(tmp_path, "try:\n    display('a')\nexcept ValueError:\n    pass", echo=False) == "'a'\n"
