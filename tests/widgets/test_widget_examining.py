"""La autoevaluación sin navegador: qué se enseña y cuándo, qué se anota, y la imagen y el texto que quedan sin kernel."""

from __future__ import annotations

import base64
import json
import re
from io import BytesIO

import pytest

from course_utils import widgets
from course_utils.exercises import logbook, questions
from course_utils.widgets import shell, still
from course_utils.widgets.examining import Sitting


@pytest.fixture(autouse=True)
def fresh(tmp_path, monkeypatch):
    """Progreso en una carpeta vacía."""
    monkeypatch.setenv("CURSO_DATOS", str(tmp_path))
    monkeypatch.setattr(logbook, "_unsaved", {})
    return tmp_path


@pytest.fixture
def sitting():
    return Sitting()


def whys(view):
    return [bool(option["why"]) for option in view["options"]]


def states(view):
    return [option["state"] for option in view["options"]]


def test_it_starts_with_nothing_given_away(sitting):
    view = sitting.view()
    assert (view["number"], view["total"], view["hint"]) == (1, 30, "")
    assert whys(view) == [False] * 4 and states(view) == [""] * 4
    assert questions.question(1).option("c").why not in json.dumps(view, ensure_ascii=False)


def test_a_wrong_answer_explains_itself_and_only_itself(sitting):
    view = sitting.choose("a")
    assert states(view) == ["wrong", "", "", ""] and whys(view) == [True, False, False, False]
    assert view["announce"].startswith("Todavía no. Lo que se hace") and view["places"][0]["state"] == "missed"


def test_the_right_one_explains_them_all(sitting):
    sitting.choose("b")
    view = sitting.choose("c")
    assert states(view) == ["", "wrong", "right", ""] and whys(view) == [True] * 4
    assert view["announce"].startswith("Correcto. ") and view["places"][0]["state"] == "later"
    assert view["verdict"] == "Ninguna a la primera, de 1 respondida (29 por responder). Para repasar: capítulo 1."


def test_right_at_first_stays_so_whatever_is_pressed_later(sitting):
    sitting.choose("C")
    assert sitting.choose("a")["places"][0]["state"] == "first"
    assert Sitting(1).view()["places"][0]["state"] == "first"


def test_the_next_time_it_goes_on_where_it_was_left(sitting):
    sitting.choose("c"), sitting.go(2), sitting.choose("d")
    again = Sitting()
    assert again.question.number == 3 and [place["state"] for place in again.view()["places"]][:3] == ["first", "missed", "untouched"]
    assert again.go(2)["places"][1]["label"] == "Pregunta 2, capítulo 2: sin acertar todavía" and states(again.view()) == [""] * 4


def test_answers_of_the_console_count_too():
    from course_utils.exercises import self_test

    self_test.check(1, "c")
    assert Sitting().question.number == 2


def test_a_hint_is_shown_when_asked_and_does_not_count(sitting, fresh):
    assert sitting.hint()["hint"] == questions.question(1).hint
    assert sitting.go(2)["hint"] == "" and sitting.go(1)["hint"] and not (fresh / "progreso.json").exists()


def test_starting_again_keeps_what_was_noted(sitting):
    sitting.choose("c")
    view = sitting.reset()
    assert view["places"][0]["state"] == "untouched" and states(view) == [""] * 4
    assert Sitting(1).view()["places"][0]["state"] == "first"


@pytest.mark.parametrize("number", [0, 31, "1", None, True])
def test_going_nowhere_changes_nothing(sitting, number):
    with pytest.raises(ValueError, match="Las preguntas van de la 1 a la 30"):
        sitting.go(number)
    assert sitting.question.number == 1


def test_an_answer_that_is_not_one_changes_nothing(sitting, fresh):
    for letter in ("e", "", None, 3):
        with pytest.raises(ValueError, match="Responde con una letra"):
            sitting.choose(letter)
    assert sitting.tried == {} and not (fresh / "progreso.json").exists()


def test_where_it_cannot_be_saved_it_is_said_and_it_goes_on(sitting, tmp_path, monkeypatch):
    (tmp_path / "ocupado").write_text("soy un fichero")
    monkeypatch.setenv("CURSO_DATOS", str(tmp_path / "ocupado"))
    view = sitting.choose("c")
    assert "No he podido guardar tu progreso" in view["status"] and view["options"][2]["state"] == "right"


# La cáscara


@pytest.fixture
def widget():
    return widgets.self_test()


def test_a_saved_notebook_keeps_the_view_a_picture_and_a_text(widget):
    data, _ = widget._repr_mimebundle_()
    picture = base64.b64decode(data["image/png"])
    assert data[shell.VIEW]["model_id"] == widget.model_id
    assert picture.startswith(b"\x89PNG") and len(picture) < still.LIMIT and len(json.dumps(data)) < 300_000
    assert data["text/plain"].startswith(widget.TITLE) and "Ejecuta esta celda" in data["text/plain"]


def test_the_picture_of_every_question_is_light_and_not_blank(widget):
    from PIL import Image

    for number in (1, 12, 30):
        widget.go(number)
        for letter in "abcd":
            widget.choose(letter)
        picture = widget.draw()
        colors = Image.open(BytesIO(picture)).convert("RGB").getcolors(1_000_000)
        assert len(picture) < still.LIMIT and len(colors) > 20
        assert max(count for count, _ in colors) < 0.99 * sum(count for count, _ in colors)


def test_the_text_is_short_readable_and_without_addresses(widget):
    text = widget.describe()
    assert len(text.splitlines()) == 8 and max(map(len, text.splitlines())) < 200
    assert not re.search(r"0x[0-9a-f]{4}|object at|<course_utils|nan\b", text + repr(widget))
    widget.choose("a"), widget.choose("c")
    assert "(no es)" in widget.describe() and "(correcta)" in widget.describe()


def test_every_message_gets_one_answer(widget, monkeypatch):
    sent = []
    monkeypatch.setattr(widget, "send", lambda content, buffers=None: sent.append(content))
    messages = [{"kind": "hello"}, {"kind": "choose", "letter": "z"}, {"kind": "go", "number": 99}, {"kind": "volar"}, {"kind": "hint"}]
    for seq, message in enumerate(messages):
        widget._handle_custom_msg({**message, "seq": seq, "view": "v"}, [])
    assert [(one["seq"], one["kind"]) for one in sent] == [(0, "snapshot"), (1, "status"), (2, "status"), (3, "status"), (4, "snapshot")]


def test_the_state_sent_to_the_browser_is_small(widget):
    assert len(json.dumps(widget.get_state("snapshot"))) < 12_000


def test_python_moves_it(widget):
    widget.go(27)
    widget.choose("b")
    assert widget.get_state("snapshot")["snapshot"]["options"][1]["state"] == "right"


def test_a_question_to_start_with_that_is_not_there():
    with pytest.raises(ValueError, match="has pedido la 31"):
        widgets.self_test(31)
