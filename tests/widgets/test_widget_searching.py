"""El buscador de historias sin navegador: dos listas, en su orden, con su puesto en la otra; y la cáscara."""

from __future__ import annotations

import base64
import json
import re

import numpy as np
import pytest

from course_utils import models, retrieval
from course_utils.microworld import paraphrases
from course_utils.widgets import searching_still, shell, still, story_search
from course_utils.widgets.searching import Searching
from tests.widgets.conftest import HOSTILE

TEXTS, QUERIES = (list(side) for side in zip(*paraphrases.pool(30, seed=5, split="test")))


@pytest.fixture(scope="module")
def encoder():
    return models.load("encoder")


@pytest.fixture
def session(encoder):
    return Searching(encoder, TEXTS, QUERIES[3])


def rows(view, column):
    return view["columns"][column]["rows"]


def test_both_lists_are_in_order_and_say_their_place(session, encoder):
    view = session.snapshot()
    for column, scores in enumerate((retrieval.by_meaning(encoder, [QUERIES[3]], TEXTS), retrieval.by_words([QUERIES[3]], TEXTS))):
        wanted = np.argsort(-scores[0], kind="stable")[:5].tolist()
        found = [row["index"] for row in rows(view, column)]
        assert found == wanted[: len(found)] and [row["place"] for row in rows(view, column)] == list(range(1, len(found) + 1))
    assert rows(view, 0)[0]["text"] == TEXTS[3] and "por significado, puesto 1 de 30" in rows(view, 0)[0]["spoken"]


def test_the_summary_counts_the_shared_ones(session):
    view = session.snapshot()
    both = {row["index"] for row in rows(view, 0)} & {row["index"] for row in rows(view, 1)}
    assert f"{len(both)} está" in view["summary"]


def test_words_in_common_are_needed_by_words(encoder):
    view = Searching(encoder, TEXTS, "xyzzy").snapshot()
    assert rows(view, 1) == [] and "Ninguna historia comparte" in view["status"] and "ninguna en común" in rows(view, 0)[0]["spoken"]


@pytest.mark.parametrize("query", ["", "   ", "\n"])
def test_no_query_is_said(encoder, query):
    view = Searching(encoder, TEXTS, query).snapshot()
    assert "Escribe una consulta" in view["status"] and rows(view, 0) == [] == rows(view, 1)
    assert searching_still.search(view).startswith(b"\x89PNG")


@pytest.mark.parametrize("query", ["x", "ñu 🦊", "\ud83d", "zorra " * 90, HOSTILE])
def test_any_query_can_be_sent_and_drawn(encoder, query):
    view = Searching(encoder, TEXTS, query).snapshot()
    assert len(json.dumps(view).encode()) < 30_000 and len(searching_still.search(view)) < still.LIMIT


def test_a_query_that_does_not_fit_changes_nothing(session):
    before = session.snapshot()
    with pytest.raises(ValueError, match="caben 600"):
        session.search("zorra " * 200)
    assert session.snapshot() == before


@pytest.mark.parametrize(("texts", "shown"), [([], 5), ([""], 5), (["a"] * 501, 5), (["a"], 0), (["a"], True)])
def test_bad_texts_are_refused(encoder, texts, shown):
    with pytest.raises(ValueError):
        Searching(encoder, texts, shown=shown)


def test_a_decoder_is_refused(tiny):
    with pytest.raises(ValueError, match="codificador"):
        story_search(tiny, TEXTS)


def test_messages_of_the_browser(encoder):
    view = story_search(encoder, TEXTS)
    assert rows(view.answer({"kind": "type", "text": QUERIES[0]}), 0)[0]["index"] == 0
    assert "acórtala" in view.answer({"kind": "type", "text": "x" * 601})["status"]
    view.query = "Hola"
    assert view.query == "Hola" == view.get_state("snapshot")["snapshot"]["query"]


def test_a_saved_notebook_keeps_the_view_a_picture_and_a_text(encoder):
    data, _ = story_search(encoder, TEXTS, QUERIES[3])._repr_mimebundle_()
    assert base64.b64decode(data["image/png"]).startswith(b"\x89PNG") and len(json.dumps(data)) < 300_000
    text = data["text/plain"]
    assert text.startswith("Buscador de historias") and "Ejecuta esta celda" in text and QUERIES[3] in text
    assert 5 <= len(text.splitlines()) <= 8 and not re.search(r"0x[0-9a-f]{4}|object at|nan", text)


def test_hostile_stories_stay_text(encoder):
    data, _ = story_search(encoder, [HOSTILE, "La rana."], HOSTILE)._repr_mimebundle_()
    html = shell._alternative(data["text/plain"])
    assert "<img" not in html and "</script" not in html and "&lt;" in html
