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
