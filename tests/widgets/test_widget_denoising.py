"""La tira de la nieve al dibujo: sin navegador primero, y después su cáscara."""

from __future__ import annotations

import base64
import json
import re
from io import BytesIO

import numpy as np
import pytest

from course_utils import drawings, flow, widgets
from course_utils.widgets import shell, still
from course_utils.widgets.denoising import MOMENTS, Denoising

HOSTILE = "</script><img src=x onerror=window.hackeado=1>"


def judge(rows):
    """Un árbitro que siempre ve lo mismo: gato al 75 % y lo demás a partes iguales."""
    chances = np.full((len(rows), 10), 0.25 / 9)
    chances[:, drawings.CLASSES.index("gato")] = 0.75
    return chances


@pytest.fixture(scope="module")
def painter():
    return flow.painter(drawings.sample(60, seed=1)[0], drawings.CLASSES, width=16, depth=1)


@pytest.fixture
def strip(painter):
    return Denoising(painter, "gato", seed=3, judge=judge)


def frames(view, strip):
    return np.frombuffer(base64.b64decode(view["frames"]), np.uint8).reshape(MOMENTS, strip.samples, 16, 16, 3)


def test_the_film_is_the_path_of_the_painter(strip, painter):
    path = flow.path(painter, [7] * 6, steps=32, seed=3)
    assert np.abs(frames(strip.snapshot(), strip) / 255 - path.states[::2]).max() < 1 / 255
    assert strip.film.times == pytest.approx(path.times[::2]) and strip.film.times[-1] == pytest.approx(1)


def test_changing_the_class_or_the_seed_paints_again_and_time_does_not(strip):
    before = strip.film
    assert not strip.move(moment=3) and strip.film is before
    assert strip.move(kind="pez") and strip.film is not before and strip.snapshot()["chosen"] == "pez"
    pez = strip.film
    assert strip.move(seed=4) and not np.array_equal(strip.film.frames, pez.frames)
    strip.move(kind="gato", seed=3)
    assert np.array_equal(strip.film.frames, before.frames)


def test_the_judge_is_read_at_every_moment(strip):
    view = strip.snapshot()
    assert len(view["readings"]) == MOMENTS and set(sum(view["readings"], [])) == {"gato 75 %"}
    assert view["sentences"][0] == "t = 0,00: pura nieve. El árbitro ve «gato» en 6 de 6."
    strip.move(kind="pez")
    assert strip.view()["sentences"][-1] == "t = 1,00: el dibujo acabado. El árbitro ve «pez» en 0 de 6."


def test_without_a_judge_nobody_speaks(painter):
    view = Denoising(painter, "sol").snapshot()
    assert view["readings"] == [] and view["sentences"][0] == "t = 0,00: pura nieve."


@pytest.mark.parametrize(
    ("wrong", "words"),
    [({"kind": "perro"}, "No sé pintar «perro»"), ({"seed": -1}, "semilla"), ({"seed": True}, "semilla"), ({"seed": "x"}, "semilla"),
     ({"moment": MOMENTS}, "va de 0 a 16"), ({"moment": 1.5}, "va de 0 a 16")],
)  # fmt: skip
def test_what_does_not_exist_is_said_and_changes_nothing(strip, wrong, words):
    before = strip.snapshot()
    with pytest.raises(ValueError, match=words):
        strip.move(**{"seed": 9, "moment": 2, **wrong})
    assert strip.snapshot() == before


@pytest.mark.parametrize("samples", [0, 13, "x", True])
def test_a_wrong_number_of_drawings_is_said(painter, samples):
    with pytest.raises(ValueError, match="va de 1 a 12"):
        widgets.denoising_strip(painter, samples=samples)


@pytest.fixture
def widget(painter):
    return widgets.denoising_strip(painter, "gato", seed=3, judge=judge)


def test_a_saved_notebook_keeps_the_view_a_picture_and_a_text(widget):
    data, _ = widget._repr_mimebundle_()
    picture = base64.b64decode(data["image/png"])
    assert data[shell.VIEW]["model_id"] == widget.model_id
    assert picture.startswith(b"\x89PNG") and len(picture) < still.LIMIT and len(json.dumps(data)) < 300_000
    assert data["text/plain"].startswith(widget.TITLE) and "Ejecuta esta celda" in data["text/plain"]


def test_the_picture_goes_from_snow_to_drawing_and_leaves_no_figure_open(widget):
    import matplotlib.pyplot as plt
    from PIL import Image

    before = plt.get_fignums()
    colors = Image.open(BytesIO(widget.draw())).convert("RGB").getcolors(1_000_000)
    assert len(colors) > 200 and plt.get_fignums() == before


def test_the_text_is_short_and_readable(widget):
    text = widget.describe()
    assert 5 <= len(text.splitlines()) <= 8 and "6 dibujos de «gato»" in text
    assert not re.search(r"0x[0-9a-f]{4}|object at|<course_utils|nan", text + repr(widget))


def test_the_state_sent_to_the_browser_is_small(widget):
    assert len(json.dumps(widget.get_state("snapshot"))) < 120_000


def test_every_message_gets_one_answer(widget, monkeypatch):
    sent = []
    monkeypatch.setattr(widget, "send", lambda content, buffers=None: sent.append(content))
    for seq, message in enumerate(({"kind": "hello"}, {"kind": "volar"}, {"kind": "move", "what": {"sobra": 1}}, {"kind": "move"})):
        widget._handle_custom_msg({**message, "seq": seq, "view": "v"}, [])
    assert [(one["seq"], one["kind"]) for one in sent] == [(0, "snapshot"), (1, "status"), (2, "status"), (3, "status")]
    assert sent[0]["chosen"] == "gato"


def test_gestures_are_answered(widget):
    moved = widget.answer({"kind": "move", "what": {"kind": "pez"}})["state"]
    assert moved["chosen"] == "pez" and moved["seed"] == 3 and moved["frames"]
    assert widget.answer({"kind": "move", "what": {"moment": 2}})["state"] == {"moment": 2}
    assert "No sé pintar «perro»" in widget.answer({"kind": "move", "what": {"kind": "perro"}})["status"]


def test_python_moves_it(widget):
    widget.set(kind="luna", moment=16)
    assert (widget.current()["chosen"], widget.current()["moment"]) == ("luna", 16)


def test_hostile_names_stay_text(painter):
    hostile = flow.painter(drawings.sample(20)[0], [HOSTILE, "sol"], width=8, depth=1)
    data, _ = widgets.denoising_strip(hostile, HOSTILE)._repr_mimebundle_()
    assert set(data) == {shell.VIEW, "image/png", "text/plain"} and "<img" in data["text/plain"]
    assert "<img" not in shell._alternative(data["text/plain"])
