"""Los mandos de ipywidgets: la función se ejecuta una vez, con los valores con que empezarían, haya ipywidgets o no."""

from __future__ import annotations

import pytest

from .running import BARE, FULL, printed

IMPORTS = "import ipywidgets as w\nfrom ipywidgets import interact, interactive, interactive_output, interact_manual, fixed, widgets"
SHOW = "def f(x):\n    print(type(x).__name__, repr(x))"
SHORT = {
    "5": "int 5", "-3": "int -3", "0": "int 0", "2.5": "float 2.5", "True": "bool True", "False": "bool False", "'hola'": "str 'hola'",
    "(0, 10)": "int 5", "(0, 11)": "int 5", "(1, 10)": "int 5", "(-5, 5)": "int 0", "(0, 10, 3)": "int 3", "(0, 9, 2)": "int 4",
    "(2, 10, 5)": "int 2", "(0.0, 1.0)": "float 0.5", "(0., 1., .3)": "float 0.3", "(0., 10., .1)": "float 5.0", "(0, 3.0)": "float 1.5",
    "['a', 'b']": "str 'a'", "[3, 4]": "int 3", "{'uno': 1, 'dos': 2}": "int 1", "[('uno', 1), ('dos', 2)]": "int 1", "fixed(7)": "int 7",
    "fixed((0, 10))": "tuple (0, 10)", "w.IntSlider(value=4)": "int 4", "w.IntSlider(min=3, max=9)": "int 3",
    "w.FloatSlider(value=.5)": "float 0.5",
    "w.Dropdown(options=['a', 'b'])": "str 'a'", "w.Dropdown(options=[('a', 1), ('b', 2)], value=2)": "int 2",
    "w.Checkbox(value=True)": "bool True",
    "w.Text(value='a')": "str 'a'", "w.RadioButtons(options=['a', 'b'])": "str 'a'", "w.SelectionSlider(options=[1, 2], value=2)": "int 2",
    "w.ToggleButtons(options={'a': 1})": "int 1", "w.Dropdown(options=range(3, 5))": "int 3", "widgets.IntText(value=2)": "int 2",
    "(0, 10, .5)": "float 5.0", "w.Dropdown(options=[], value=None)": "NoneType None",
}  # fmt: skip
SHORT |= {
    "w.IntSlider(4)": "int 4", "w.Checkbox(True)": "bool True", "w.Text('a')": "str 'a'", "w.IntText(3)": "int 3",
    "w.FloatSlider(1.5)": "float 1.5", "w.Textarea('a')": "str 'a'", "w.Text()": "str ''", "w.Checkbox()": "bool False",
    "w.FloatSlider()": "float 0.0", "w.ToggleButton()": "bool False", "w.SelectMultiple(options=[1, 2])": "tuple ()",
    "w.IntRangeSlider()": "tuple (25, 75)", "w.IntRangeSlider(value=[2, 4])": "tuple (2, 4)", "w.FloatRangeSlider()": "tuple (25.0, 75.0)",
    "w.FloatLogSlider()": "float 1.0", "w.DatePicker()": "NoneType None", "w.Combobox(options=['a'])": "str ''",
    "w.FloatSlider(min=1, max=2)": "float 1.0",
}  # fmt: skip
SHORT_LATER = {"(0, 1, .25)": "float 0.0"}


def said(folder, *cells, flags):
    """Lo que escribe el programa, sin el texto del mando, que ipywidgets enseña y sus sustitutos no."""
    lines = printed(folder, IMPORTS, *cells, flags=flags, echo=False).splitlines()
    return [line for line in lines if not line.startswith("interactive(")]


def calls(values):
    return "\n".join(f"interact(f, x={value})" for value in values)


def test_short_controls(tmp_path):
    assert said(tmp_path, SHOW, calls(SHORT), flags=BARE) == list(SHORT.values())


def test_more_short_controls(tmp_path):
    assert said(tmp_path, SHOW, calls(SHORT_LATER), flags=BARE) == list(SHORT_LATER.values())


def test_ipywidgets_begins_with_the_same_values(tmp_path):
    values = SHORT | SHORT_LATER
    assert said(tmp_path, SHOW, calls(values), flags=FULL) == list(values.values())


INTERACT = {
    "several": ("def f(x, y=2, z=True):\n    print(x, y, z)\ninteract(f, x=(0, 4), y=fixed(9))", ["2 9 True"]),
    "decorator": ("@interact(x=3, y=fixed('a'))\ndef f(x, y):\n    print(x, y)\nf(1, 2)", ["3 a", "1 2"]),
    "bare decorator": ("@interact\ndef f(x=3, y=['a', 'b']):\n    print(x, y)\nf(1)", ["3 a", "1 ['a', 'b']"]),
    "a lambda": ("interact(lambda x: print(x), x=(0, 10))", ["5"]),
    "a method": ("class A:\n    def f(self, x=2):\n        print(x)\ninteract(A().f)", ["2"]),
    "its result": ("r = interact(lambda x: x * 2, x=3)\nprint(r.__name__)", ["6", "<lambda>"]),
    "interactive": ("r = interactive(lambda x, y: x + y, x=3, y=(0, 10))\nprint(r.result)", ["8"]),
    "interactive_output": ("def f(a, b):\n    print(a, b)\no = interactive_output(f, {'a': w.IntSlider(value=3), 'b': w.Text(value='x')})",
                           ["3 x"]),
    "of names that nobody gives": ("def f(x=1, **k):\n    print(x, k)\ninteract(f, z=2)", ["1 {'z': 2}"]),
}  # fmt: skip


@pytest.mark.parametrize(("cell", "expected"), INTERACT.values(), ids=INTERACT)
def test_interact(cell, expected, tmp_path):
    assert said(tmp_path, cell, flags=BARE) == expected


def test_ipywidgets_interacts_the_same(tmp_path):
    assert said(tmp_path, *(cell for cell, _ in INTERACT.values()), flags=FULL) == [line for _,
                                                                                    lines in INTERACT.values() for line in lines]


def test_a_manual_one_is_run_once_too(tmp_path):
    assert said(tmp_path, "@interact_manual(x=3)\ndef f(x):\n    print(x)", flags=BARE) == ["3"]


def test_a_function_that_fails_is_told(tmp_path):
    with pytest.raises(AssertionError, match="ZeroDivisionError"):
        said(tmp_path, "interact(lambda x: 1 / x, x=0)", flags=BARE)


PARTS = {
    "output": ("o = w.Output()\nwith o:\n    print('dentro')\no.clear_output()\nprint('fin')", ["dentro", "fin"]),
    "output as a decorator": ("o = w.Output()\n@o.capture(clear_output=True)\ndef f(x):\n    print('f', x)\n    return 3\nprint(f(1))",
                              ["f 1", "3"]),
    "buttons": ("b = w.Button(description='x', icon='check')\nb.on_click(lambda b: print('no'))\nprint(b.description)", ["x"]),
    "values that change": ("s = w.IntSlider(value=3, min=0, max=9)\ns.value = 5\ns.value += 1\nprint(s.value, s.min, s.max)", ["6 0 9"]),
    "boxes": ("s = w.Text(value='a')\nb = w.VBox([w.HBox([s]), s])\nprint(len(b.children), b.children[0].children[0].value)", ["2 a"]),
    "tabs": ("t = w.Tab()\nt.children = [w.Text(value='a')]\nt.set_title(0, 'x')\nt.selected_index = 0\nprint(t.children[0].value)", ["a"]),
    "links": ("a, b = w.Text(value='x'), w.Text(value='x')\nw.link((a, 'value'), (b, 'value'))\nw.jslink((a, 'value'), (b, 'value'))\n"
              "print(b.value)", ["x"]),
    "layout and style": ("s = w.Text(layout=w.Layout(width='3px'), style={'text_color': 'red'})\ns.layout.width = '4px'\nprint(1)", ["1"]),
    "progress": ("p = w.IntProgress(value=0, max=3)\nfor i in range(3):\n    p.value += 1\nprint(p.value)", ["3"]),
    "a widget of its own": ("class A(w.VBox):\n    def __init__(self):\n        super().__init__([w.Text(value='a')])\n"
                            "print(A().children[0].value)", ["a"]),
    "the module inside": ("s = widgets.IntSlider(value=4)\nprint(s.value)", ["4"]),
    "observed": ("s = w.IntSlider(value=3)\ns.observe(lambda change: None, names='value')\ns.unobserve_all()\nprint(s.value)", ["3"]),
    "a label": ("print(w.Label('a').value, w.HTML('b').value)", ["a b"]),
    "shown": ("from IPython.display import display\ndisplay(w.IntSlider(value=3))", ["IntSlider(value=3)"]),
}  # fmt: skip


@pytest.mark.parametrize(("cell", "expected"), [pytest.param(*case, id=name) for name, case in PARTS.items()])
def test_parts(cell, expected, tmp_path):
    assert said(tmp_path, cell, flags=BARE) == expected


def test_ipywidgets_does_the_same(tmp_path):
    """Todas las piezas con ipywidgets de verdad, en un solo programa."""
    assert said(tmp_path, *(cell for cell, _ in PARTS.values()), flags=FULL) == [line for _, lines in PARTS.values() for line in lines]


def test_import_star(tmp_path):
    cell = "from ipywidgets import *\n@interact(x=IntSlider(value=3))\ndef f(x):\n    print(x)\nVBox([Output(), Layout()])"
    assert printed(tmp_path, f"{cell};", flags=BARE) == "3\n"
