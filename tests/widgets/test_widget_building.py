"""El constructor de prompts sin navegador: lo que se ve es lo que lee el modelo, y lo que no vale se dice y no cambia nada."""

from __future__ import annotations

import base64
import json

import pytest

from course_utils import models, prompting, widgets
from course_utils.widgets import shell, still
from course_utils.widgets.building import FIELDS, MOST, TRIALS, Building, Choices


@pytest.fixture(scope="module")
def pocket():
    return models.load("in_context")


@pytest.fixture
def building(pocket):
    return Building(pocket, Choices(shots=6))


def test_the_prompt_grows_by_the_end_of_the_same_task(building):
    six = building.task()
    four = building.change("shots", 4) and building.task()
    assert four.query == six.query and four.examples == six.examples[:4]
    assert building.snapshot()["prompt"] == four.prompt() and building.snapshot()["tokens"].startswith("14 tokens")


def test_the_answer_and_the_accuracy_are_those_of_the_model(pocket, building):
    view = building.snapshot()
    assert view["rows"][0]["label"] == prompting.said(pocket, [building.task()])[0] and view["right"]
    score = building.score()
    assert view["accuracy"].startswith(f"Acierta {score.right} de {TRIALS}") and view["low"] < view["share"] <= view["high"]
    assert building.score() is score, "lo ya medido no se vuelve a medir"


def test_zero_examples_are_a_guess(building):
    view = building.change("shots", 0)
    assert view["share"] < 0.05 and "tocaba adivinar" in view["verdict"] and view["prompt"].count("\n") == 0


def test_another_task_and_another_order(building):
    before = building.task()
    shuffled = building.shuffle() and building.task()
    assert sorted(shuffled.examples) == sorted(before.examples) and shuffled.examples != before.examples
    building.another()
    assert building.task().query != before.query and building.choices.task == 2


def test_wrong_examples_never_outnumber_the_examples(building):
    building.change("wrong", 5)
    assert "Solo hay 3 ejemplos" in building.change("shots", 3)["status"] and building.choices.wrong == 3
    with pytest.raises(ValueError, match="Hay 3 ejemplos"):
        building.change("wrong", 4)


BAD = [("shots", MOST + 1), ("shots", -1), ("shots", None), ("labels", 1), ("template", "nube"), ("nada", 1)]


@pytest.mark.parametrize("name, value", BAD)
def test_what_is_not_valid_changes_nothing(building, name, value):
    before = building.choices
    with pytest.raises(ValueError, match=r"recibido|No hay ninguna casilla"):
        building.change(name, value)
    assert building.choices == before


@pytest.mark.parametrize("name", FIELDS)
def test_every_box_says_what_it_is_for(building, name):
    (field,) = [one for one in building.snapshot()["fields"] if one["name"] == name]
    assert field["title"] and field["help"].endswith(".") and (field["options"] or field["high"])


def test_a_saved_notebook_keeps_the_view_a_picture_and_a_text(pocket):
    widget = widgets.prompt_builder(pocket, shots=16, template="línea en blanco", kind="nunca vistas")
    data, _ = widget._repr_mimebundle_()
    picture = base64.b64decode(data["image/png"])
    assert data[shell.VIEW]["model_id"] == widget.model_id
    assert picture.startswith(b"\x89PNG") and len(picture) < still.LIMIT and len(json.dumps(data)) < 300_000
    assert data["text/plain"].startswith(widget.TITLE) and 5 <= len(data["text/plain"].splitlines()) <= 8


def test_python_moves_it_and_faults_are_said(pocket):
    widget = widgets.prompt_builder(pocket)
    widget.set(shots=2, template="flecha")
    assert widget.prompt.count("→") == 3 and widget.building.choices.shots == 2
    assert "de 0 a 16" in widget.answer({"kind": "change", "name": "shots", "value": 17})["status"]
    assert widget.answer({"kind": "another"})["kind"] == widget.answer({"kind": "shuffle"})["kind"] == "snapshot"
    with pytest.raises(ValueError, match="no continúa textos"):
        widgets.prompt_builder(models.load("encoder"))
