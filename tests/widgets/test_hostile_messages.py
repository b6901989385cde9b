"""Lo que llega del navegador puede ser cualquier cosa: cada gesto recibe una respuesta que se puede enviar, y la vista sigue entera."""

from __future__ import annotations

import inspect
import json

import pytest

from course_utils import drawings, flow, widgets
from course_utils.widgets.view import LONGEST_STATUS

MAKE = {
    "attention_view": lambda model: widgets.attention_view(model, "Hola"),
    "denoising_strip": lambda _: widgets.denoising_strip(flow.painter(drawings.sample(60)[0], drawings.CLASSES, width=8), samples=1),
    "embedding_map": lambda model: widgets.embedding_map(model),
    "masks_and_objectives": lambda model: widgets.masks_and_objectives(model, "Hola"),
    "next_token_explorer": lambda model: widgets.next_token_explorer(model, "Hola"),
    "positional_view": lambda model: widgets.positional_view(model, "sinusoidal", length=64),
    "rank_explorer": lambda _: widgets.rank_explorer(),
    "sampling_playground": lambda model: widgets.sampling_playground(model, "Hola", max_new_tokens=2),
    "self_test": lambda _: widgets.self_test(),
    "size_calculator": lambda _: widgets.size_calculator(),
    "token_journey": lambda model: widgets.token_journey(model, "Hola"),
    "tokenizer_explorer": lambda model: widgets.tokenizer_explorer(model, text="Hola"),
    "who_wrote_it": lambda _: widgets.who_wrote_it({"Ana": ("una.", ["Había."]), "Luis": ("otro.", ["x"])}, rounds=2),
}
VALUES = [None, True, -1, 10**30, 3.7, float("nan"), float("inf"), "\ud83d", "x" * 5000, "${x}</script>\x1b[31m", [], [[1]], {"a": 1}]


def words(gesture) -> list[str]:
    return [one.name for one in inspect.signature(gesture).parameters.values() if one.kind is not one.VAR_KEYWORD]


def messages(widget):
    """Todos los gestos, sin nada, con algo de más y con cada valor en cada sitio."""
    for action in widget.ACTIONS:
        names = words(getattr(widget, f"_on_{action}"))
        yield {"kind": action, "sobra": 1}
        yield {"kind": action}
        for value in VALUES:
            yield {"kind": action, **dict.fromkeys(names, value)}
            if "panel" in names:
                yield {"kind": action, **dict.fromkeys(names, value), "panel": "A"}
    yield {"kind": "x" * 100_000}
    yield {"kind": ["x"]}


@pytest.fixture(autouse=True)
def own_progress(tmp_path, monkeypatch):
    monkeypatch.setenv("CURSO_DATOS", str(tmp_path))


@pytest.mark.parametrize("name", MAKE)
def test_every_gesture_is_answered_and_the_view_stays_whole(name, tiny, monkeypatch):
    widget, sent = MAKE[name](tiny), []
    monkeypatch.setattr(widget, "send", lambda content, buffers=None: sent.append(content))
    for count, message in enumerate([*messages(widget), None, [], "x"], 1):
        widget._receive(widget, message, [])
        assert len(sent) == count, message
        reply = sent[-1]
        json.dumps(reply, allow_nan=False, ensure_ascii=False).encode("utf-8")
        status = str(reply.get("status", ""))
        assert len(status) <= LONGEST_STATUS + 200, message
        assert "No he podido hacerlo" not in status and "invalid literal" not in status, (message, status)
    assert json.dumps(widget.current(), allow_nan=False) and widget.describe()


def test_a_head_chosen_before_there_is_a_sentence_does_not_spoil_it():
    from course_utils import models
    from course_utils.widgets.decoding import Session

    view = Session(models.load("translator"), "", max_new_tokens=2)
    view.look(99, 99)
    assert view.write("El gato.")["layer"] >= 0
