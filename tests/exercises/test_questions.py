"""Las preguntas de la autoevaluación: bien hechas, sin pistas involuntarias, con números que el curso dice de verdad, y su corrección."""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import cache

import nbformat
import pytest

from course_utils import paths
from course_utils.exercises import Outcome, questions, self_test, summary

ALL = questions.questions()
each = pytest.mark.parametrize("one", ALL, ids=lambda one: one.key)


@cache
def said(name: str) -> str:
    """Lo que dice un fichero del curso; de un cuaderno, sus celdas y sus salidas de texto. Los blancos seguidos cuentan como uno."""
    if "/" in name:
        text = (paths.ROOT / name).read_text("utf-8")
    else:
        cells = nbformat.read(paths.NOTEBOOKS / f"{name}.ipynb", as_version=4).cells
        outputs = [output for cell in cells for output in cell.get("outputs", [])]
        texts = [output.get("text", "") or output.get("data", {}).get("text/plain", "") for output in outputs]
        text = "\n".join([*(cell.source for cell in cells), *texts])
    return " ".join(text.split())


def test_there_are_thirty_over_the_whole_course():
    assert len(ALL) == 30
    assert {one.chapter for one in ALL} == {*range(1, 15), 16}
    assert [one.chapter for one in ALL] == sorted(one.chapter for one in ALL)


@each
def test_a_question_is_whole(one):
    assert len(one.options) == 4 and sum(option.right for option in one.options) == 1
    assert len({option.text for option in one.options}) == 4 and one.text.endswith("?") and one.hint.endswith((".", "?"))
    for option in one.options:
        assert option.text.endswith((".", "…")) and option.why.endswith((".", "?", "»)."))
        assert len(option.text) <= 100 and 30 <= len(option.why) <= 260, option.text
    assert len(one.text) <= 160 and "*" not in f"{one.text}{one.hint}{[o.text + o.why for o in one.options]}"


def test_the_right_one_cannot_be_guessed_by_its_place_or_its_length():
    places = Counter(one.right for one in ALL)
    assert set(places) == set("abcd") and max(places.values()) <= 9
    longest = sum(max(one.options, key=lambda option: len(option.text)).right for one in ALL)
    shortest = sum(min(one.options, key=lambda option: len(option.text)).right for one in ALL)
    assert longest <= 10 and shortest <= 10, (longest, shortest)
    assert not any(a.right == b.right == c.right for a, b, c in zip(ALL, ALL[1:], ALL[2:]))


@each
def test_the_hint_does_not_give_it_away(one):
    right = set(re.findall(r"\w{6,}", one.option(one.right).text.lower()))
    assert len(right & set(re.findall(r"\w{6,}", one.hint.lower()))) <= 2


@each
def test_the_numbers_it_quotes_are_said_by_the_course(one):
    for name, text in one.quotes:
        assert " ".join(text.split()) in said(name), f"{name} ya no dice «{text}»: corrige la pregunta {one.number}"


@each
def test_every_option_is_corrected_and_explained(one, capsys):
    for letter, option in one.lettered():
        reply = self_test.check(one.number, letter)
        assert reply.outcome is (Outcome.RIGHT if option.right else Outcome.WRONG) and option.why in reply.text
    assert option.why in capsys.readouterr().out


def noted(path):
    return json.loads(path.read_text("utf-8"))["ejercicios"]


def test_answers_are_remembered_and_only_that(progress_file):
    self_test.check(7, "b"), self_test.check(7, "C "), self_test.check(1, "c"), self_test.check(2, "d")
    assert noted(progress_file) == {
        "15.pregunta_01": {"resultado": "resuelto", "intentos": 1},
        "15.pregunta_02": {"resultado": "empezado", "intentos": 1},
        "15.pregunta_07": {"resultado": "resuelto", "intentos": 2},
    }
    states = questions.remembered()
    assert [states[n] for n in (1, 2, 7, 3)] == ["a la primera", "sin acertar", "después", "sin responder"]
    assert questions.to_review(states) == {2: 1, 5: 1}


def test_what_was_right_at_first_stays_so(progress_file):
    self_test.check(1, "c"), self_test.check(1, "a"), self_test.check(1, "c")
    assert questions.remembered()[1] == "a la primera"


def test_asking_for_help_is_not_an_attempt(progress_file):
    self_test.ask(3), self_test.hint(3), self_test.solution(3), self_test.score(), self_test.check(3)
    assert not progress_file.exists()


def test_the_untouched_check_says_how(capsys):
    assert self_test.check(3).outcome is Outcome.UNTOUCHED
    assert '`autoevaluacion.check(3, "a")`' in capsys.readouterr().out


@pytest.mark.parametrize("number", [0, 31, "7", None, True, 2.0])
def test_a_question_that_is_not_there(number):
    with pytest.raises(ValueError, match="Las preguntas van de la 1 a la 30, y has pedido la"):
        self_test.check(number, "a")


@pytest.mark.parametrize("letter", ["e", "", "ab", 2, None, "1"])
def test_an_answer_that_is_not_one(letter, progress_file):
    with pytest.raises(ValueError, match="Responde con una letra, de la «a» a la «d»"):
        self_test.check(1, letter)
    assert not progress_file.exists()


@pytest.mark.parametrize(
    ("states", "text"),
    [
        ({}, "30 preguntas, sin prisa y sin nota."),
        ({1: "a la primera"}, "1 a la primera, de 1 respondida (29 por responder). Ni un fallo por ahora."),
        ({1: "a la primera", 10: "sin acertar"}, "1 a la primera, de 2 respondidas (28 por responder). Para repasar: capítulo 7."),
        ({10: "después", 11: "después", 2: "sin acertar"}, "Ninguna a la primera, de 3 respondidas (27 por responder). "
                                                           "Para repasar: capítulos 7 (2 preguntas) y 2."),
        ({n: "a la primera" for n in range(1, 31)}, "30 a la primera, de 30 respondidas. ¡Todas! No te queda nada que repasar."),
    ],
)  # fmt: skip
def test_the_verdict(states, text):
    full = {one.number: states.get(one.number, questions.UNTOUCHED) for one in ALL}
    assert questions.verdict(full).startswith(text)


def test_the_sheet_reads_well_on_paper():
    sheet = self_test.sheet()
    assert repr(sheet).count("\n    a) ") == 30 and "Respuesta" not in repr(sheet)
    markup = sheet._repr_html_()
    assert markup.count("<details>") == 31 == markup.count("</details>") and "<code>print</code>" in markup
    assert len(markup.encode()) < 100_000
    assert len(self_test.sheet(7).questions) == 5 == self_test.sheet(7)._repr_html_().count("<details>")
    with pytest.raises(ValueError, match="No hay preguntas del capítulo 15. Las hay de: 1, 2,"):
        self_test.sheet(15)


def test_progress_counts_them(progress_file):
    self_test.check(1, "c"), self_test.check(2, "d"), self_test.check(2, "a")
    told = str(summary.progress())
    assert "■□□□□□□□□□ Capítulo 15 · Autoevaluación: 2 de 30 acertadas\n    1 a la primera, de 2 respondidas" in told
    assert told.index("Capítulo 14 ·") < told.index("Capítulo 15 ·") < told.index("Capítulo 16 ·")


@pytest.mark.parametrize(
    ("done", "total", "bar"),
    [(0, 4, "□□□□"), (1, 4, "■□□□"), (4, 4, "■■■■"), (1, 30, "■" + 9 * "□"), (29, 30, 9 * "■" + "□"), (30, 30, 10 * "■")],
)
def test_the_bar_never_lies(done, total, bar):
    assert summary.blocks(done, total) == bar
