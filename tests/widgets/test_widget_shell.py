"""La cáscara: lo que se guarda en el cuaderno, lo que se contesta al navegador y lo que el navegador nunca debe hacer."""

from __future__ import annotations

import base64
import json
import re
import subprocess
import sys
from io import BytesIO

import pytest

from course_utils import theme, widgets
from course_utils.widgets import assets, shell, still
from tests.widgets.conftest import HOSTILE

NAMES = ("next_token_explorer", "sampling_playground", "attention_view", "token_journey")


@pytest.fixture(params=NAMES)
def widget(request, tiny):
    return getattr(widgets, request.param)(tiny, "Había una vez")


def test_a_saved_notebook_keeps_the_view_a_picture_and_a_text(widget):
    data, _ = widget._repr_mimebundle_()
    picture = base64.b64decode(data["image/png"])
    assert data[shell.VIEW]["model_id"] == widget.model_id
    assert picture.startswith(b"\x89PNG") and len(picture) < still.LIMIT
    assert len(json.dumps(data)) < 300_000
    assert "Había una vez" in data["text/plain"]


def test_displaying_gives_the_view_then_the_picture_then_the_text(widget, monkeypatch):
    shown = []
    monkeypatch.setattr(shell, "in_ipython", lambda: True)
    monkeypatch.setattr("IPython.display.display", lambda data, **_: shown.append(data))
    widget._ipython_display_()
    assert [set(data) for data in shown] == [{shell.VIEW, "text/plain"}, {"image/png", "text/plain"}, {"text/html", "text/plain"}]
    assert "ejecuta esta celda" in shown[0]["text/plain"] and shown[2]["text/plain"] == widget.describe()
    assert len(json.dumps(shown)) < 300_000


def test_in_a_program_displaying_prints_the_text(widget, capsys):
    widget._ipython_display_()
    assert capsys.readouterr().out == f"{widget.describe()}\n"


def test_the_text_is_short_readable_and_without_addresses(widget):
    text = widget.describe()
    assert 5 <= len(text.splitlines()) <= 8
    assert not re.search(r"0x[0-9a-f]{4}|object at|<course_utils", text + repr(widget))
    assert re.search(r"\d %", text)


def test_the_picture_is_not_blank(widget):
    from PIL import Image

    colors = Image.open(BytesIO(widget.draw())).convert("RGB").getcolors(1_000_000)
    assert len(colors) > 20 and max(count for count, _ in colors) < 0.97 * sum(count for count, _ in colors)


def test_the_state_sent_to_the_browser_is_small(widget):
    state = {name: value for name, value in widget.get_state().items() if not isinstance(value, bytes)}
    own = len(json.dumps(state["snapshot"]))
    assert own < 30_000 and len(json.dumps(state)) < 90_000


def test_the_snapshot_is_always_the_present(tiny):
    explorer = widgets.next_token_explorer(tiny, "Hola")
    explorer.context = "Adiós"
    assert explorer.get_state("snapshot")["snapshot"]["context"] == "Adiós" == explorer.context


def replies(widget, monkeypatch, *messages):
    """Lo que el widget contesta a unos mensajes del navegador."""
    sent = []
    monkeypatch.setattr(widget, "send", lambda content, buffers=None: sent.append(content))
    for message in messages:
        widget._handle_custom_msg(message, [])
    return sent


def test_every_message_gets_one_answer_with_its_number(widget, monkeypatch):
    messages = [
        {"kind": "hello", "seq": 1, "view": "v"},
        {"kind": "volar", "seq": 2, "view": "v"},
        {"seq": 3, "view": "v"},
        {"kind": "hello", "sobra": 1, "seq": 4, "view": "v"},
    ]
    answers = replies(widget, monkeypatch, *messages)
    assert [answer["seq"] for answer in answers] == [1, 2, 3, 4] and {answer["view"] for answer in answers} == {"v"}
    assert [answer["kind"] for answer in answers] == ["snapshot", "status", "status", "status"]
    assert "«volar»" in answers[1]["status"]


def test_a_failure_is_told_and_the_widget_lives(tiny, monkeypatch):
    playground = widgets.sampling_playground(tiny, "Había una vez")
    before = playground.current()

    def fail(*_args, **_kwargs):
        raise RuntimeError("se acabó la memoria")

    monkeypatch.setattr("course_utils.generation.next_logits", fail)
    answer = playground.answer({"kind": "prompt", "text": "Otro"})
    assert answer["kind"] == "status" and "se acabó la memoria" in answer["status"] and "sigue como estaba" in answer["status"]
    assert playground.current() == before


def test_an_interrupt_is_told_too(tiny, monkeypatch):
    explorer = widgets.next_token_explorer(tiny, "Hola")

    def interrupt(*_args, **_kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(explorer.exploration, "write", interrupt)
    assert "interrumpida" in explorer.answer({"kind": "type", "text": "Adiós"})["status"]


def test_a_model_that_cannot_generate_still_shows_the_playground(tiny, monkeypatch):
    def fail(*_args, **_kwargs):
        raise RuntimeError("este modelo no da caché")

    monkeypatch.setattr("course_utils.generation.steps", fail)
    playground = widgets.sampling_playground(tiny, "Había una vez")
    assert "este modelo no da caché" in playground.current()["status"]
    assert playground.current()["panels"]["A"]["rows"] and playground.draw().startswith(b"\x89PNG")


def test_controls_moved_from_python_out_of_range(tiny, monkeypatch):
    playground = widgets.sampling_playground(tiny, "Había", temperature=50)
    assert playground.settings["temperature"] == 2 and "50" in playground.current()["status"]
    sent = []
    monkeypatch.setattr(playground, "send", lambda content, buffers=None: sent.append(content))
    playground.set(top_p=-4)
    assert playground.settings["top_p"] == 0 and "−4" in sent[0]["status"]
    with pytest.raises(ValueError, match="panel «C»"):
        playground.set("C", top_p=1)


def test_streaming_by_message_gives_the_whole_text(tiny, monkeypatch):
    playground = widgets.sampling_playground(tiny, "Había una vez", max_new_tokens=6)
    (started,) = replies(playground, monkeypatch, {"kind": "start", "panel": "A"})
    assert started["kind"] == "started" and playground.current()["texts"]["A"] == []
    answers = replies(playground, monkeypatch, *[{"kind": "next", "panel": "A"}] * 6)
    assert [bool(answer["finish"]) for answer in answers][-1] and not answers[0]["finish"]
    text = []
    for answer in answers:
        text[answer["from"] :] = answer["chips"]
    assert text == playground.current()["texts"]["A"]


@pytest.mark.parametrize("name", NAMES)
def test_hostile_tokens_stay_text_everywhere(hostile, name):
    data, _ = getattr(widgets, name)(hostile, HOSTILE)._repr_mimebundle_()
    assert set(data) == {shell.VIEW, "image/png", "text/plain"}
    html = shell._alternative(data["text/plain"])
    assert "<img" not in html and "</script" not in html and "&lt;img" in html


ALL = sorted(widgets.__all__)


@pytest.mark.parametrize("name", ALL)
def test_the_javascript_writes_no_html_does_no_maths_and_calls_no_one(name):
    code = assets.module(name)
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", code)
    assert not re.search(r"https?://|import\(|\bimport\b.*from|require\(|fetch\(", code)
    assert not re.search(r"Math\.(exp|log|pow|sqrt)|softmax|\*\*", code)
    assert code.count("export default") == 1


@pytest.mark.parametrize("name", ALL)
def test_the_stylesheet_carries_both_palettes_and_asks_no_one(name):
    sheet = assets.stylesheet(name)
    assert not re.search(r"url\(|@import|https?:", sheet)
    for palette in (theme.LIGHT, theme.DARK):
        assert all(color in sheet for color in palette.roles().values())
    assert 'data-jp-theme-light="false"' in sheet and "prefers-color-scheme" in sheet and "prefers-reduced-motion" in sheet


def test_a_plain_script_prints_the_summary(tiny_folder):
    program = (
        "from course_utils import models, widgets\nfrom IPython.display import display\n"
        f"model = models.load({str(tiny_folder)!r})\n"
        "display(widgets.next_token_explorer(model, 'Había'))\ndisplay(widgets.sampling_playground(model, 'Había'))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert "Explorador del siguiente token" in done.stdout and "Taller de muestreo" in done.stdout and "object at" not in done.stdout


def test_naming_the_widgets_imports_no_network():
    program = "import course_utils.widgets, sys; print({'torch', 'anywidget', 'matplotlib'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60).stdout == "set()\n"
