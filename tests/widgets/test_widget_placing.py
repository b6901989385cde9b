"""La vista de posiciones sin navegador: la imagen dice los números, las líneas el parecido, y lo que no vale no cambia nada."""

from __future__ import annotations

import base64
import json

import numpy as np
import pytest

from course_utils import maps, models, positions
from course_utils.widgets.placing import Placing


@pytest.fixture
def view():
    return Placing([models.load("decoder"), models.load("translator")], 10)


def test_the_picture_is_the_table_on_a_scale(view):
    for table, picture in zip(view.tables, view.pictures):
        levels = np.frombuffer(base64.b64decode(picture["data"]), np.uint8).reshape(picture["rows"], picture["columns"]).astype(int) - 128
        limit = maps.scale(table.vectors)
        assert np.allclose(levels / 127 * limit, np.clip(table.vectors, -limit, limit), atol=limit / 127)


def test_a_wide_table_says_how_many_dimensions_are_shown():
    (picture,) = Placing([np.ones((4, 1000))], 0).pictures
    assert picture["columns"] == 256 and "256 de sus 1.000 dimensiones" in picture["size"]


def test_both_tables_have_the_same_length(view):
    assert [len(one.vectors) for one in view.tables] == [128, 128]
    assert [one["title"] for one in view.pictures] == ["decoder: posiciones aprendidas", "translator: posiciones sinusoidales"]


def test_the_line_is_the_similarity_with_the_chosen_one(view):
    for measure in positions.MEASURES:
        view.move(position=40, measure=measure)
        for table, curve in zip(view.tables, view.view()["curves"]):
            real = positions.similarity(table.vectors, 40, measure=measure)
            low, high = min(real.min(), 0), real.max()
            assert np.allclose(curve["values"], (real - low) / (high - low), atol=1e-3)


def test_the_sentence_tells_both_positions(view):
    sentence = view.move(position=12, other=13)["curves"][1]["sentence"]
    assert sentence.startswith("La 12 y la 13 (a 1 paso): coseno 0,9") and "aparte de ella: la 1" in sentence
    assert "(la misma): coseno 1,00" in view.move(other=12)["curves"][0]["sentence"]


@pytest.mark.parametrize("wrong", [{"position": 128}, {"position": -1}, {"other": "x"}, {"position": True}, {"measure": "euclídea"}])
def test_what_is_out_of_range_is_said_and_changes_nothing(view, wrong):
    before = view.snapshot()
    with pytest.raises(ValueError, match="he recibido|No conozco la medida"):
        view.move(**{"position": 5, **wrong})
    assert view.snapshot() == before


def test_one_position_and_five_hundred():
    alone = Placing(["sinusoidal"], 10, length=1)
    assert alone.position == 0 and "Con una sola posición" in alone.snapshot()["status"]
    many = Placing(["sinusoidal"], 499, length=500).snapshot()
    assert many["length"] == 500 and len(many["curves"][0]["values"]) == 500 and len(json.dumps(many)) < 200_000


@pytest.mark.parametrize("length", [0, 513, "x", True])
def test_a_wrong_length_is_said(length):
    with pytest.raises(ValueError, match="va de 1 a 512"):
        Placing(["sinusoidal"], 0, length=length)
