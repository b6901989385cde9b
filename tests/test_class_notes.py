"""La página para quien da clase: dice lo que dicen los capítulos, y sus preguntas las contesta lo que hay medido en ellos."""

from __future__ import annotations

import pytest

from course_utils.models import public
from tools import class_notes
from tools.chapters import CHAPTERS

PAGE = class_notes.PAGE.read_text("utf-8")


def test_the_page_is_up_to_date():
    assert class_notes.page(PAGE) == PAGE, "falta «make colab»"


@pytest.mark.parametrize("question", class_notes.questions(), ids=lambda question: f"{question.chapter}, {question.shows[0][:30]}")
def test_a_question_is_answered_by_what_its_chapter_stores(question):
    assert class_notes.answering(question) is not None, f"el capítulo {question.chapter} ya no enseña {question.shows}"


def test_what_is_trained_in_the_notebook_answers_no_question(monkeypatch):
    question = class_notes.questions()[0]
    told = list(class_notes.cells(CHAPTERS[0]))
    place = class_notes.answering(question)
    trained = told[place].copy() | {"metadata": {"tags": ["entrena"]}}
    monkeypatch.setattr(class_notes, "cells", lambda _: [*told[:place], type(told[place])(trained), *told[place + 1 :]])
    assert class_notes.answering(question) is None
    with pytest.raises(ValueError, match="El capítulo 1 ya no enseña Dicen la verdad"):
        class_notes.section(question)


def test_every_chapter_has_its_objectives_and_a_question():
    for chapter in CHAPTERS:
        assert len(class_notes.objectives(chapter)) >= 3, chapter.name
        assert any(question.chapter == int(chapter.number) for question in class_notes.questions()), chapter.name
        assert class_notes.before(chapter), chapter.name


def test_the_plan_sees_every_chapter_once_and_after_what_it_needs():
    sessions, home = class_notes.plan()
    order = [number for session in (*sessions, home) for number in session]
    assert sorted(order) == [int(chapter.number) for chapter in CHAPTERS]
    for chapter in CHAPTERS:
        late = [number for number in class_notes.needed(chapter) if order.index(number) > order.index(int(chapter.number))]
        assert not late, f"{chapter.name} va antes que {late}"
    assert class_notes.needed(CHAPTERS[8]) == [7, 8]


def test_sessions_fit_the_time_the_page_promises():
    sessions, _ = class_notes.plan()
    assert len(sessions) == 8 and "de dos horas y media" in PAGE and "de hora y media" in PAGE
    assert max(sum(class_notes.chapter(number).minutes for number in session) for session in sessions) <= 150
    assert max(chapter.minutes for chapter in CHAPTERS) <= 90


def test_every_public_model_is_offered_under_the_variable_that_loads_it():
    rows = [[cell.strip(" `") for cell in line.split("|")[1:-1]] for line in class_notes.models_table().splitlines()[2:]]
    assert {row[1] for row in rows} == set(public.known())
    assert {row[0] for row in rows} == set(public.VARIABLES)
    assert all(row[-1] for row in rows), "una variable que no usa ningún capítulo"
    assert {row[0] for row in rows if row[1] in ("opus-mt-es-en", "flan-t5-small")} == {"CURSO_TRADUCTOR", "CURSO_T5"}
