"""El traductor que viene con el curso: lo que promete su ficha, medido otra vez en pequeño, y su receta de principio a fin."""

import json
import subprocess
import sys

import pytest

from course_utils import evaluation, inspection, models, paths
from course_utils.generation import many
from course_utils.microworld import translation

FOLDER = paths.MODELS / "translator"


@pytest.fixture(scope="module")
def translator():
    return models.load("translator")


@pytest.fixture(scope="module")
def promised():
    return json.loads((FOLDER / "training.json").read_text("utf-8"))["measures"]


def right(translator, split, n):
    rows = translation.sample(n, seed=99, split=split)
    return sum(row.en == said for row, said in zip(rows, many.translate(translator, [row.es for row in rows])))


def test_it_is_small_and_its_files_are_the_ones_of_the_card(translator):
    assert (FOLDER / "model.safetensors").stat().st_size <= 5_000_000
    sums = json.loads((FOLDER / "checksums.json").read_text("utf-8"))
    assert sums["model.safetensors"] in (FOLDER / "README.md").read_text("utf-8")
    models.verify(FOLDER)
    assert translator.model.config.decoder_start_token_id == translator.tokenizer.pad_token_id


def test_the_card_promises_no_less_than_the_course_needs(promised):
    """Cotas fijas: sin ellas, un modelo peor traería su propia ficha y pasaría las pruebas de abajo."""
    assert promised["test"]["share"] >= 0.98 and promised["test"]["sentences"] >= 1000
    assert promised["compositional"]["share"] >= 0.90 and promised["compositional"]["sentences"] >= 1000
    assert promised["alignment"]["both"] >= 0.8 and promised["alignment"]["pairs"] >= 200


@pytest.mark.parametrize("split", ["test", "compositional"])
def test_it_translates_what_it_never_saw_as_well_as_its_card_says(translator, promised, split):
    found = right(translator, split, 60)
    assert evaluation.interval(found, 60, z=3)[1] >= promised[split]["share"]
    assert found >= 50


def test_its_attention_swaps_noun_and_adjective(translator, promised):
    es, en = "El gato negro duerme en la cabaña.", "The black cat sleeps in the hut."
    assert inspection.points_at(translator, es, en, [("black", "negro"), ("cat", "gato")])[tuple(promised["alignment"]["head"])]


def test_the_history_ends_where_the_training_ended(promised):
    history = json.loads((FOLDER / "training.json").read_text("utf-8"))["history"]
    steps = [entry["step"] for entry in history]
    assert steps == sorted(set(steps)) and history[-1]["loss"] < history[0]["loss"] / 100


@pytest.mark.slow
def test_the_recipe_goes_from_data_to_a_published_model(tmp_path):
    command = [sys.executable, str(paths.RECIPES / "train_translator.py"), "--quick", "--threads", "1", "--work", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stderr[-2000:]
    made = models.load(str(tmp_path / "model"))
    measures = json.loads(done.stdout.strip().splitlines()[-1])
    history = json.loads((tmp_path / "model" / "training.json").read_text("utf-8"))["history"]
    assert measures["test"]["sentences"] == 100 and history[-1]["loss"] < history[0]["loss"]
    assert made.vocab_size == 3072 and (tmp_path / "model" / "README.md").is_file()
