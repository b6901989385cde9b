"""El modelo de instrucciones que viene con el curso: lo que promete su ficha, medido otra vez en pequeño, y su receta entera."""

import json
import subprocess
import sys

import pytest

from course_utils import evaluation, generation, models, paths
from course_utils.generation import replying
from course_utils.microworld import instructions

FOLDER = paths.MODELS / "instruct"


@pytest.fixture(scope="module")
def instruct():
    return models.load("instruct")


@pytest.fixture(scope="module")
def promised():
    return json.loads((FOLDER / "training.json").read_text("utf-8"))["measures"]


def test_the_card_promises_no_less_than_the_course_needs(promised):
    """Cotas fijas: sin ellas, un modelo peor traería su propia ficha y pasaría las pruebas de abajo."""
    assert promised["asked"] >= 600 and promised["exact"] >= 0.90 and promised["refusals"] >= 0.90
    assert promised["false_refusals"] <= 0.03 and promised["new_wordings"] >= 0.70
    least = {"preguntas": 0.90, "extraccion": 0.95, "reescritura": 0.95, "resumen": 0.95, "clasificacion": 0.90, "traduccion": 0.80}
    assert all(promised["by_task"][task][0] >= bound for task, bound in least.items())


@pytest.mark.xfail(strict=True, reason="queda por alcanzar la traducción, que practica menos que el traductor: 83,6 %")
def test_what_is_still_to_reach(promised):
    assert promised["by_task"]["traduccion"][0] >= 0.90


def test_its_files_are_the_ones_of_the_card_and_as_many_parameters_as_the_decoder(instruct):
    assert (FOLDER / "model.safetensors").stat().st_size <= 12_000_000
    sums = json.loads((FOLDER / "checksums.json").read_text("utf-8"))
    assert sums["model.safetensors"] in (FOLDER / "README.md").read_text("utf-8")
    assert instruct.model.num_parameters() == models.load("decoder").model.num_parameters()


def test_it_answers_as_often_as_the_card_says(instruct, promised):
    rows = instructions.sample(80, seed=77, split="test")
    right = sum(map(instructions.check, rows, replying.replies(instruct, [row.prompt for row in rows])))
    assert evaluation.interval(right, 80, z=3)[1] >= promised["exact"] and right >= 50


QUESTION = "\n¿Dónde vivía el zorro?"


def test_a_question_is_answered_from_the_text(instruct):
    told = "Había una vez un zorro muy astuto que vivía en el molino. Le gustaba contar las estrellas."
    assert "molino" in ask(instruct, told + QUESTION)


def test_the_same_question_is_refused_when_the_text_does_not_say(instruct):
    assert instructions.refuses(ask(instruct, "Un zorro muy astuto tenía una llave dorada, pero quería otra cosa." + QUESTION))


def ask(language_model, prompt: str) -> str:
    """La respuesta voraz, por el camino que usan los cuadernos: plantilla y generación paso a paso."""
    return generation.generate(language_model, [{"role": "user", "content": prompt}], temperature=0)


@pytest.mark.slow
def test_the_recipe_goes_from_data_to_a_published_model(tmp_path):
    command = [sys.executable, str(paths.RECIPES / "train_instruct.py"), "--quick", "--threads", "1", "--work", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stderr[-2000:]
    assert models.load(str(tmp_path / "model")).tokenizer.chat_template
    assert json.loads(done.stdout.strip().splitlines()[-1])["asked"] == 20
