"""El registro: cada figura en su capítulo, con su número, su título y su texto alternativo."""

from __future__ import annotations

from dataclasses import replace

import pytest

from course_utils.diagrams import text
from course_utils.figures import registry
from course_utils.figures.canvas import Scene


def test_the_course_has_thirty_eight_figures_in_order():
    assert tuple(range(1, 39)) == registry.NUMBERS


def test_every_drawn_figure_lives_in_the_file_of_its_chapter():
    for number, entry in registry.entries().items():
        chapter = next(stem for stem, numbers in registry.CHAPTERS.items() if number in numbers)
        assert entry.function.__module__ == f"course_utils.figures.chapter_{chapter[:2]}"
        assert entry.function.__name__ == entry.name.lower()


def test_names():
    assert registry.name(1) == "LLM_01" and registry.name(38) == "LLM_38"


@pytest.mark.parametrize("number", [0, 39, -1, True, "34", 3.5, None])
def test_a_figure_the_course_has_not(number):
    with pytest.raises(ValueError, match="el curso tiene de la 1 a la 38"):
        registry.entry(number)


def test_a_figure_not_yet_drawn(only):
    with pytest.raises(ValueError, match="LLM_05 aún no está dibujada; hay: LLM_34"):
        registry.entry(5)


def test_two_functions_for_one_figure(monkeypatch, entry):
    monkeypatch.setattr(registry, "_entries", {34: entry})

    def another():
        """Otra"""

    with pytest.raises(ValueError, match="LLM_34 ya la dibuja"):
        registry.figure(34)(_of_another_file(another))


def _of_another_file(function):
    function.__module__ = "otro.fichero"
    return function


def test_texts_take_the_numbers_of_the_run(entry):
    scene = entry.function()
    assert entry.texts(scene) == ("Una caja dice hola", "Una caja con la palabra «hola» y debajo un <número>.")


def test_a_text_that_asks_for_a_missing_number(entry):
    with pytest.raises(ValueError, match="El texto de LLM_34 pide el dato 'palabra' y la escena no lo trae"):
        entry.texts(Scene(text("x")))


def test_a_figure_without_alternative_text(entry):
    def bare():
        """Solo título"""

    with pytest.raises(ValueError, match="LLM_34 necesita un docstring con título"):
        replace(entry, function=bare).texts(Scene(text("x")))
