"""Máscaras y objetivos sin pantalla: qué se lee, qué se ve y qué se puntúa, en fichas y tramos."""

from __future__ import annotations

import json

import numpy as np
import pytest

from course_utils.architectures import objectives
from course_utils.diagrams.masks import runs
from course_utils.widgets import masking, masking_still, masks_and_objectives, shell
from tests.widgets.conftest import HOSTILE

TEXT = "Había una vez una zorra muy curiosa que vivía en el bosque."


@pytest.mark.parametrize("objective", objectives.OBJECTIVES)
def test_chips_runs_and_sentences_agree(tiny, objective):
    session = masking.Session(tiny, TEXT, objective=objective, seed=3)
    view, example = session.snapshot(), session.example()
    chips = [*view["read"], *view["written"]]
    assert len(chips) == len(view["sees"]) == len(view["spoken"])
    joined = example.sight.joined
    for row, ranges in zip(joined, view["sees"], strict=True):
        assert [place for start, end in ranges for place in range(start, end)] == np.flatnonzero(row).tolist()
    assert sum(bool(chip["predicts"]) for chip in chips) == example.scored and chips[view["first"]]["predicts"]
    assert f"Se puntúan {example.scored} de las" in view["summary"]


def test_runs():
    assert runs([True, True, False, True]) == [(0, 2), (3, 4)] and runs([]) == [] == runs([False])


def test_the_causal_start_is_called_start(tiny):
    view = masking.Session(tiny, "Había una", objective="causal").snapshot()
    assert view["read"][0]["text"] == "(inicio)" and not view["read"][1]["glued"] and view["read"][-1]["predicts"] == "(fin)"


def test_another_draw_hides_other_tokens(tiny):
    session = masking.Session(tiny, TEXT)
    assert session.snapshot() != session.draw_again()


@pytest.mark.parametrize("text", ["", "   "])
def test_no_text_is_said(tiny, text):
    session = masking.Session(tiny, text)
    view = session.snapshot()
    if not view["read"]:
        assert "Escribe un texto" in view["status"] and view["sees"] == []
    assert masking_still.masks(session).startswith(b"\x89PNG")


@pytest.mark.parametrize("objective", objectives.OBJECTIVES)
@pytest.mark.parametrize("text", ["x", "ñ", "zorra " * 25])
def test_one_and_many_tokens(tiny, objective, text):
    session = masking.Session(tiny, text, objective=objective)
    assert len(json.dumps(session.snapshot())) < 40_000 and len(masking_still.masks(session)) < 150_000


def test_too_many_tokens_are_told_and_change_nothing(tiny):
    session = masking.Session(tiny, TEXT)
    before = session.snapshot()
    with pytest.raises(ValueError, match="y en la vista caben 128: acórtalo"):
        session.write("zorra " * 500)
    assert session.snapshot() == before
    assert "caben 128" in masking.Session(tiny, "zorra " * 500).snapshot()["status"]


def test_messages_of_the_browser(tiny):
    view = masks_and_objectives(tiny, TEXT)
    assert view.answer({"kind": "choose", "objective": "causal"})["objective"] == "causal"
    assert "No conozco el objetivo «x»" in view.answer({"kind": "choose", "objective": "x"})["status"]
    assert view.answer({"kind": "again"})["kind"] == "snapshot"
    view.text = "Hola"
    assert view.text == "Hola" and view.answer({"kind": "type", "text": "Adiós"})["text"] == "Adiós"
    with pytest.raises(ValueError, match="No conozco el objetivo «permutado»"):
        masks_and_objectives(tiny, TEXT, objective="permutado")


@pytest.mark.parametrize("objective", objectives.OBJECTIVES)
def test_the_text_says_what_the_picture_shows(tiny, objective):
    text = masks_and_objectives(tiny, TEXT, objective=objective).describe()
    assert "Máscaras y objetivos" in text and "Se lee:" in text and "tiene que predecir" in text and "Se puntúan" in text
    assert ("Se escribe:" in text) == (objective in ("tramos", "prefijo"))


def test_hostile_tokens_stay_text(hostile):
    data, _ = masks_and_objectives(hostile, HOSTILE, objective="causal")._repr_mimebundle_()
    html = shell._alternative(data["text/plain"])
    assert "<img" not in html and "</script" not in html and "&lt;" in html
