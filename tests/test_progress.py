"""La barra: entrega lo que le dan, en un programa dice cuatro líneas y en un cuaderno se queda llena."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest

from course_utils import progress


def test_a_program_says_four_lines_that_do_not_depend_on_the_clock(capsys):
    assert list(progress.bar(range(2000), 2000, lambda x: f"va por {x}")) == list(range(2000))
    written = capsys.readouterr()
    assert written.out.splitlines() == ["Entrenando: 2.000 de 2.000 · va por 1999"]
    before = (("500", 499), ("1.000", 999), ("1.500", 1499))
    assert written.err.splitlines() == [f"Entrenando: {n} de 2.000 · va por {last}" for n, last in before]


def test_few_items_and_none(capsys):
    assert list(progress.bar("ab", 2, what="Probando")) == ["a", "b"]
    written = capsys.readouterr()
    assert (written.err.splitlines(), written.out.splitlines()) == (["Probando: 1 de 2"], ["Probando: 2 de 2"])
    assert list(progress.bar([], 0)) == [] and capsys.readouterr().out == ""


@pytest.fixture
def painted(monkeypatch):
    """Lo que se pinta en un cuaderno: una lista de (html, texto)."""
    seen = []

    def note(bundle, **_):
        seen.append((bundle["text/html"], bundle["text/plain"]))
        return SimpleNamespace(update=note)

    ipython = SimpleNamespace(get_ipython=lambda: SimpleNamespace(kernel=True))
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    monkeypatch.setitem(sys.modules, "IPython.display", SimpleNamespace(display=note))
    return seen


def test_in_a_notebook_it_ends_full_and_without_times(painted):
    assert list(progress.bar(range(500), 500, lambda n: "pérdida <b>")) == list(range(500))
    html, text = painted[-1]
    assert text == "Entrenando: 500 de 500 · pérdida <b>" and "quedan" not in html
    assert "value='500'" in html and "&lt;b&gt;" in html and len(painted) < 20


def test_while_it_runs_it_says_how_long_is_left(painted):
    next(progress.bar(range(10), 10))
    assert "quedan" in painted[-1][1] and "1 de 10" in painted[-1][1]


def test_the_curve_grows_under_the_bar_and_says_its_ends(painted):
    assert list(progress.bar([3.0, 2.0, 0.5], 3, curve=float)) == [3.0, 2.0, 0.5]
    html, text = painted[-1]
    assert html.count(",") >= 3 and "points='8.0,8.0 210.0,29.6 412.0,62.0'" in html and "aria-label='De 3,00 a 0,50.'" in html
    assert text == "Entrenando: 3 de 3"


def test_a_flat_curve_is_drawn_too(painted):
    list(progress.bar([1.0, 1.0], 2, curve=float))
    assert "62.0" in painted[-1][0]


def test_without_a_notebook_the_curve_is_not_drawn(capsys):
    assert list(progress.bar([1.0, 2.0], 2, curve=float)) == [1.0, 2.0] and "<svg" not in capsys.readouterr().out
