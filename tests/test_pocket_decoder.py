"""El decodificador que viene con el curso: lo que promete su ficha, medido otra vez en pequeño, y su receta de principio a fin."""

import json
import subprocess
import sys

import pytest

from course_utils import evaluation, models, paths
from course_utils.microworld import code, mixture, stories

FOLDER = paths.MODELS / "decoder"


@pytest.fixture(scope="module")
def decoder():
    return models.load("decoder")


@pytest.fixture(scope="module")
def promised():
    return json.loads((FOLDER / "training.json").read_text("utf-8"))["measures"]


def test_it_is_small_and_its_files_are_the_ones_of_the_card(decoder):
    assert (FOLDER / "model.safetensors").stat().st_size <= 12_000_000
    sums = json.loads((FOLDER / "checksums.json").read_text("utf-8"))
    assert sums["model.safetensors"] in (FOLDER / "README.md").read_text("utf-8")
    models.verify(FOLDER)


def test_the_card_promises_no_less_than_the_course_needs(promised):
    """Cotas fijas: sin ellas, un modelo peor traería su propia ficha y pasaría las pruebas de abajo."""
    assert promised["gap"] <= 0.01 and promised["validation_stories"] >= 1000
    assert promised["copy_accuracy"] >= 0.99 and promised["copied_from_training"] <= 0.01
    assert promised["sampled"] >= 500 and promised["code_sampled"] >= 500


@pytest.mark.xfail(strict=True, reason="quedan por alcanzar: los cuentos sin faltas y el código que da su valor (véase la ficha)")
@pytest.mark.parametrize("measure", ["without_violation", "code_right"])
def test_what_is_still_to_reach(promised, measure):
    assert promised[measure] >= 0.90


def test_its_loss_stays_near_the_floor_on_stories_never_seen(decoder, promised):
    texts = stories.sample(150, seed=99)
    truth = -sum(map(mixture.story_log_probability, texts))
    found = evaluation.loss(decoder, texts)
    gap = found.nats_per_token - truth / found.tokens
    assert 0 < gap < min(0.01, 1.5 * promised["gap"] + 0.002)


def test_its_stories_break_no_rule_as_often_as_the_card_says(decoder, promised):
    from measure_decoder import sample_stories

    texts = sample_stories(decoder, 60, seed=5)
    clean = sum(not stories.check(text) for text in texts)
    assert evaluation.interval(clean, 60, z=3)[1] >= promised["without_violation"]


def test_its_code_runs_and_gives_the_value_it_says(decoder, promised):
    from measure_decoder import sample_code

    right = sum(map(code.check, sample_code(decoder, 80, seed=6)))
    assert evaluation.interval(right, 80, z=3)[1] >= promised["code_right"]


def test_the_history_ends_where_the_training_ended(decoder):
    """La última pérdida apuntada es la de la mezcla: la del modelo en documentos nuevos no está lejos."""
    history = json.loads((FOLDER / "training.json").read_text("utf-8"))["history"]
    steps = [entry["step"] for entry in history]
    assert steps == sorted(set(steps)) and history[-1]["loss"] < 0.8 * history[0]["loss"]
    assert evaluation.loss(decoder, mixture.documents(200, seed=98)).nats_per_token == pytest.approx(history[-1]["loss"], abs=0.04)


@pytest.mark.slow
def test_the_recipe_goes_from_data_to_a_published_model(tmp_path):
    command = [sys.executable, str(paths.RECIPES / "train_decoder.py"), "--quick", "--threads", "1", "--work", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stderr[-2000:]
    made = models.load(str(tmp_path / "model"))
    measures = json.loads(done.stdout.strip().splitlines()[-1])
    assert measures["floor"] < measures["loss"] < 6.5  # ln 2304 = 7,7: ya ha aprendido algo
    assert made.window == 256 and (tmp_path / "model" / "README.md").is_file()
