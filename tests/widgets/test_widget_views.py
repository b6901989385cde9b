"""Las cáscaras de cuatro vistas pequeñas: lo que se guarda, lo que se contesta y lo que nunca se hace."""

from __future__ import annotations

import base64
import json
import re
from io import BytesIO

import pytest

from course_utils import widgets
from course_utils.widgets import shell, still
from tests.widgets.conftest import HOSTILE

MAKE = {
    "tokenizer_explorer": lambda model: widgets.tokenizer_explorer(model, model, "Había una vez"),
    "embedding_map": lambda model: widgets.embedding_map(model),
    "positional_view": lambda model: widgets.positional_view(model, "sinusoidal", length=64),
    "who_wrote_it": lambda _: widgets.who_wrote_it({"Ana": ("una vecina.", ["Había una vez."]), "Luis": ("otro.", [HOSTILE])}),
}


@pytest.fixture(params=MAKE)
def widget(request, tiny):
    return MAKE[request.param](tiny)


def test_a_saved_notebook_keeps_the_view_a_picture_and_a_text(widget):
    data, _ = widget._repr_mimebundle_()
    picture = base64.b64decode(data["image/png"])
    assert data[shell.VIEW]["model_id"] == widget.model_id
    assert picture.startswith(b"\x89PNG") and len(picture) < still.LIMIT and len(json.dumps(data)) < 300_000
    assert data["text/plain"].startswith(widget.TITLE) and "Ejecuta esta celda" in data["text/plain"]


def test_the_text_is_short_readable_and_without_addresses(widget):
    text = widget.describe()
    assert 5 <= len(text.splitlines()) <= 8
    assert not re.search(r"0x[0-9a-f]{4}|object at|<course_utils|nan", text + repr(widget))


def test_the_picture_is_not_blank(widget):
    from PIL import Image

    colors = Image.open(BytesIO(widget.draw())).convert("RGB").getcolors(1_000_000)
    assert len(colors) > 20 and max(count for count, _ in colors) < 0.99 * sum(count for count, _ in colors)


def test_every_message_gets_one_answer(widget, monkeypatch):
    sent = []
    monkeypatch.setattr(widget, "send", lambda content, buffers=None: sent.append(content))
    for seq, kind in enumerate(("hello", "volar", "hello")):
        widget._handle_custom_msg({"kind": kind, "seq": seq, "view": "v", **({"sobra": 1} if seq == 2 else {})}, [])
    assert [(one["seq"], one["kind"]) for one in sent] == [(0, "snapshot"), (1, "status"), (2, "status")]


def test_the_state_sent_to_the_browser_is_small(widget):
    assert len(json.dumps(widget.get_state("snapshot"))) < 60_000


def test_python_moves_them(tiny):
    explorer = MAKE["tokenizer_explorer"](tiny)
    explorer.text = "Adiós"
    assert explorer.get_state("snapshot")["snapshot"]["text"] == "Adiós" == explorer.text
    map_ = MAKE["embedding_map"](tiny)
    map_.word = "zorro"
    assert map_.word == "zorro"
    view = MAKE["positional_view"](tiny)
    view.set(position=3, measure="dot")
    assert (view.current()["position"], view.current()["measure"]) == (3, "dot")


def test_gestures_are_answered(tiny):
    explorer = MAKE["tokenizer_explorer"](tiny)
    assert explorer.answer({"kind": "type", "text": "oso oso"})["panels"][0]["segments"]
    assert explorer.answer({"kind": "step", "position": 1})["replay"]["position"] == 1
    assert explorer.answer({"kind": "mode", "mode": "diminuto (A)"})["mode"] == "diminuto (A)"
    map_ = MAKE["embedding_map"](tiny)
    assert map_.answer({"kind": "pick", "index": 1})["chosen"]["index"] == 1
    assert "Falta la palabra" in map_.answer({"kind": "find", "word": ""})["status"]
    assert "Ninguna" in map_.answer({"kind": "measure"})["verdict"] or "no se puede" in map_.answer({"kind": "measure"})["verdict"]
    view = MAKE["positional_view"](tiny)
    assert view.answer({"kind": "move", "position": 7})["position"] == 7
    assert "va de 0 a 63" in view.answer({"kind": "move", "position": 64})["status"]


def test_hostile_tokens_stay_text(hostile):
    for made in (widgets.tokenizer_explorer(hostile, text=HOSTILE), widgets.embedding_map(hostile, [HOSTILE])):
        data, _ = made._repr_mimebundle_()
        assert set(data) == {shell.VIEW, "image/png", "text/plain"} and "img" in data["text/plain"]
        assert "<img" not in shell._alternative(data["text/plain"])
