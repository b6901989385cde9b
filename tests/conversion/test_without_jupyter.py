"""Donde no hay IPython ni ipywidgets, lo que se movería con el ratón se ejecuta una vez y lo que se vería se cuenta con texto."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pytest

from .running import BARE, FULL, converted, printed, run

SHOWN = "<IPython.core.display.{} object>\n"


def cases(table: dict[str, Any]) -> Iterable[Any]:
    return [pytest.param(*(case if isinstance(case, tuple) else (case,)), id=name) for name, case in table.items()]


LOOKING = {
    "display": ("from IPython.display import display\ndisplay(3, 'a', [1])", "3\n'a'\n[1]\n"),
    "with another name": ("from IPython.display import display as d, HTML as h\nd(h('<b>'))", SHOWN.format("HTML")),
    "everything": ("from IPython.display import *\ndisplay(HTML('<b>'), Image('a.png'), Markdown('x'))\nLatex('x')",
                   "".join(map(SHOWN.format, ("HTML", "Image", "Markdown", "Latex")))),
    "of the core": ("from IPython.core.display import HTML, display\ndisplay(HTML('<b>'))", SHOWN.format("HTML")),
    "of the library": ("from IPython.lib.display import YouTubeVideo\ndisplay(YouTubeVideo('x', width=3))", SHOWN.format("YouTubeVideo")),
    "its data": ("from IPython.display import HTML, Markdown\nprint(HTML('<b>').data, Markdown(data='x').data)", "<b> x\n"),
    "a class of its own": ("from IPython.display import HTML\nclass Mine(HTML): pass\nprint(Mine('x').data)", "x\n"),
    "cleared": ("from IPython.display import clear_output\nfor i in range(2):\n    clear_output(wait=True)\n    print(i)", "0\n1\n"),
    "the whole module": ("import IPython.display\nIPython.display.display(3)\nIPython.display.HTML('x')", "3\n" + SHOWN.format("HTML")),
    "the whole module, named": ("import IPython.display as ipd\nipd.Audio([1, 2], rate=3)", SHOWN.format("Audio")),
    "what nobody knows": ("from IPython.utils.nada import algo\nalgo.otro(3).mas()\nalgo[3]\nfor x in algo: print(x)\nprint(1)", "1\n"),
    "a decorator": ("from IPython.core.magic import register_line_magic\n@register_line_magic\ndef f(x):\n    return x\nf(3)", "3\n"),
    "its version": ("import IPython\nIPython.version_info >= (7,)", "True\n"),
}  # fmt: skip
SHELL = {
    "asked of the module": ("from IPython import get_ipython\nget_ipython().run_line_magic('matplotlib', 'inline')", ""),
    "asked of nobody": ("get_ipython().run_line_magic('load_ext', 'autoreload')\nget_ipython().magic('autoreload 2')", ""),
    "kept": ("ip = get_ipython()\nip.run_line_magic('cd', '/')\nip.magic('%cd /')", "/\n/\n"),
    "orders": ("get_ipython().system('echo a')\nx = get_ipython().getoutput('echo b')\nx.s", "a\n'b'\n"),
    "code": ("get_ipython().run_cell('x = 3')\nget_ipython().ex('y = 4')\nx, y", "(3, 4)\n"),
    "names": ("get_ipython().user_ns['x'] = 3\nx", "3\n"),
    "a cell magic": ("get_ipython().run_cell_magic('capture', '', 'x = 3')\nx", "3\n"),
    "which one it is": ("'google.colab' in str(get_ipython()), 'IPKernelApp' in get_ipython().config", "(False, False)\n"),
    "settings": ("ip = get_ipython()\nip.Completer.use_jedi = False\nip.config.A.b = 3\nip.events.register('a', print)\nprint(1)", "1\n"),
}
OTHERS = {
    "the module display": ("from IPython import display\ndisplay.clear_output(wait=True)\ndisplay.display(3)", "3\n"),
    "the module by its parent": ("import IPython\nIPython.display.clear_output()\nIPython.display.display(3)", "3\n"),
    "a version as text": ("import IPython, ipywidgets\nprint(IPython.__version__ > '7', ipywidgets.__version__ > '7')", "True True\n"),
    "plain text": ("from IPython.display import Pretty\nPretty('a')", "a\n"),
    "HTML without text": ("from IPython.display import display_html\ndisplay_html('<b>', raw=True)", ""),
    "captured by IPython": ("from IPython.utils.capture import capture_output\nwith capture_output() as c:\n    print(3)\nc.stdout",
                            "'3\\n'\n"),
    "files of Colab": ("from google.colab import files\nlen(files.upload())", "0\n"),
}


@pytest.mark.parametrize(("cell", "expected"), cases(LOOKING | SHELL | OTHERS))
def test_without_ipython(cell, expected, tmp_path):
    assert printed(tmp_path, cell) == expected


WITH = [name for name in LOOKING if name not in ("everything", "what nobody knows", "of the library", "a decorator",
                                                 "the whole module, named")]


@pytest.mark.parametrize(("cell", "expected"), cases({name: LOOKING[name] for name in WITH}))
def test_with_ipython(cell, expected, tmp_path):
    assert printed(tmp_path, cell.replace("IPython.core.display import HTML, display", "IPython.core.display import HTML"),
                   flags=FULL) == expected


def test_the_shell_asked_of_ipython_where_there_is_one(tmp_path):
    assert printed(tmp_path, *SHELL["asked of the module"][:1], "print(1)", flags=FULL) == "1\n"


def test_libraries_do_not_take_the_program_for_a_notebook(tmp_path):
    """Una biblioteca que pregunta por IPython recibe lo mismo que en cualquier programa."""
    (tmp_path / "biblioteca.py").write_text("from IPython import get_ipython\nin_notebook = get_ipython() is not None\n")
    cells = [f"import sys; sys.path.insert(0, {str(tmp_path)!r})", "from IPython import get_ipython\nimport biblioteca",
             "biblioteca.in_notebook, get_ipython() is not None"]  # fmt: skip
    assert printed(tmp_path, *cells) == "(False, True)\n"


COLAB = {
    "drive": ("from google.colab import drive\ndrive.mount('/content/drive')\nprint(1)", "1\n"),
    "data": ("from google.colab import userdata, output, auth\nuserdata.get('x')\noutput.enable_custom_widget_manager()\nprint(1)", "1\n"),
    "asked by name": ("import sys\n'google.colab' in sys.modules", "False\n"),
    "guessed": ("try:\n    import google.colab\n    x = True\nexcept ImportError:\n    x = False\nx", "False\n"),
}


@pytest.mark.parametrize(("cell", "expected"), cases(COLAB))
def test_colab(cell, expected, tmp_path):
    assert printed(tmp_path, cell) == expected


def test_the_google_of_others_is_not_touched(tmp_path):
    package = tmp_path / "google" / "protobuf"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("x = 3")
    cells = [f"import sys; sys.path.insert(0, {str(tmp_path)!r})", "import google.protobuf\nfrom google.colab import drive",
             "google.protobuf.x"]
    assert printed(tmp_path, *cells) == "3\n"


@pytest.mark.parametrize("name", ["nada_de_nada", "google.cloud", "ipywidgets_de_otros"])
def test_what_is_missing_is_still_missing(name, tmp_path):
    done = run(converted(f"import ipywidgets\nfrom google.colab import drive\nimport {name}")[0], tmp_path)
    assert done.returncode == 1 and f"ModuleNotFoundError: No module named '{name}'" in done.stderr


def test_nothing_is_replaced_if_nobody_asks(tmp_path):
    assert "_without_jupyter" not in converted("import numpy", "x = 3")[0]
    done = run(converted("import ipywidgets_de_otros")[0], tmp_path, BARE)
    assert json.dumps(done.stderr).count("ModuleNotFoundError") == 1
