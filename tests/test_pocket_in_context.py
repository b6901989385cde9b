"""El modelo de pocos ejemplos: lo que promete su ficha, medido otra vez en pequeño, y su receta de principio a fin."""

import json
import subprocess
import sys

import pytest

from course_utils import evaluation, models, paths
from course_utils.microworld import episodes

FOLDER = paths.MODELS / "in_context"
SHOTS = (2, 4, 8, 16)


@pytest.fixture(scope="module")
def recipe():
    """Las funciones con las que se mide."""
    import measure_in_context

    return measure_in_context


@pytest.fixture(scope="module")
def reader():
    return models.load("in_context")


@pytest.fixture(scope="module")
def training():
    return json.loads((FOLDER / "training.json").read_text("utf-8"))


def test_it_is_small_and_its_files_are_the_ones_of_the_card(reader):
    assert (FOLDER / "model.safetensors").stat().st_size <= 2_500_000
    assert type(reader.model).__name__ == "LlamaForCausalLM" and reader.window == 256
    sums = json.loads((FOLDER / "checksums.json").read_text("utf-8"))
    assert sums["model.safetensors"] in (FOLDER / "README.md").read_text("utf-8")
    models.verify(FOLDER)


def test_every_word_is_one_token_and_any_text_can_be_written(reader):
    known = episodes.words()
    forms = [*(" " + word for word in known.all), f"\n{episodes.BULLET}"]
    assert all(len(ids) == 1 for ids in reader.tokenizer(forms)["input_ids"])
    text = "¿Qué pingüino → «ñu», 3 €?"
    assert reader.tokenizer.decode(reader.tokenizer(text)["input_ids"]) == text


@pytest.mark.parametrize(("split", "margin"), [("seen", 0.03), ("unseen", 0.10)])
def test_the_card_promises_no_less_than_the_course_needs(training, split, margin):
    """Cotas fijas: sin ellas, un modelo peor traería su propia ficha y pasaría las pruebas de abajo."""
    rows = {row["shots"]: row for row in training["measures"][split]}
    assert set(rows) == {0, 1, *SHOTS} and all(row["trials"] >= 1000 for row in rows.values())
    assert rows[0]["accuracy"] <= rows[0]["ceiling"] + 0.02
    assert all(rows[count]["accuracy"] >= rows[count]["ceiling"] - margin for count in SHOTS)
    assert training["measures"]["repetition"] >= 0.95


@pytest.mark.parametrize(("split", "margin"), [("test", 0.03), ("compositional", 0.10)])
@pytest.mark.parametrize("shots", (2, 8))
def test_it_reads_the_examples_as_well_as_the_card_says(recipe, reader, split, margin, shots):
    found = recipe.accuracy(reader, episodes.sample(250, seed=99, split=split, shots=shots))
    _, high = evaluation.interval(round(found.accuracy * found.trials), found.trials, z=3)
    assert high >= found.ceiling - margin and found.accuracy > 0.3


def test_without_examples_it_cannot_know(recipe, reader):
    assert recipe.accuracy(reader, episodes.sample(300, seed=99, split="test", shots=0)).accuracy <= 0.03


def test_other_labels_other_answers(recipe, reader):
    """La respuesta la ponen los ejemplos: cambiados los nombres, cambia con ellos."""
    shown = [("zorro", "duna"), ("pera", "eco"), ("caballo", "duna"), ("fresa", "eco"), ("gallina", "duna")]
    swapped = [(word, {"duna": "eco", "eco": "duna"}[label]) for word, label in shown]
    prompts = [episodes.write(examples, query) for examples in (shown, swapped) for query in ("ciruela", "tortuga")]
    assert recipe.answers(reader, prompts) == ["eco", "duna", "duna", "eco"]


def test_it_repeats_what_is_repeated(recipe, reader):
    assert recipe.repetition(reader, episodes.repetitions(20, seed=99, length=40)) >= 0.9


def test_the_history_shows_the_sudden_steps(training):
    """La lección del capítulo 10: nada, y de pronto todo, al leer ejemplos y al copiar repeticiones."""
    history = training["history"]
    steps = [entry["step"] for entry in history]
    assert steps == sorted(set(steps)) and max(b - a for a, b in zip(steps, steps[1:])) <= 100
    for name, low, high in (("shots_16", 0.3, 0.9), ("unseen_16", 0.3, 0.8), ("repetition", 0.2, 0.8)):
        before = max(entry["step"] for entry in history if entry[name] < low)
        after = min(entry["step"] for entry in history if entry[name] > high)
        assert 0 < after - before <= 400, name
    assert all({"loss", "tokens", "shots_1", "shots_2", "shots_4"} <= entry.keys() for entry in history)


@pytest.mark.slow
def test_the_recipe_goes_from_data_to_a_published_model(tmp_path):
    command = [sys.executable, str(paths.RECIPES / "train_in_context.py"), "--quick", "--threads", "1", "--work", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stderr[-2000:]
    made = models.load(str(tmp_path / "model"))
    measures = json.loads(done.stdout.strip().splitlines()[-1])
    history = json.loads((tmp_path / "model" / "training.json").read_text("utf-8"))["history"]
    assert history[-1]["loss"] < history[0]["loss"] < 8 and {row["shots"] for row in measures["seen"]} == {0, 1, 2, 4, 8, 16}
    assert made.window == 256 and "{" not in (tmp_path / "model" / "README.md").read_text("utf-8")
