"""El codificador que viene con el curso: lo que promete su ficha, medido otra vez en pequeño, y su receta de principio a fin."""

import json
import subprocess
import sys

import measure_encoder
import pytest

from course_utils import evaluation, models, paths
from course_utils.microworld import reviews

FOLDER = paths.MODELS / "encoder"


@pytest.fixture(scope="module")
def encoder():
    return models.load("encoder")


@pytest.fixture(scope="module")
def promised():
    return json.loads((FOLDER / "training.json").read_text("utf-8"))["measures"]


def test_it_is_small_and_its_files_are_the_ones_of_the_card(encoder):
    assert (FOLDER / "model.safetensors").stat().st_size <= 6_000_000
    sums = json.loads((FOLDER / "checksums.json").read_text("utf-8"))
    assert sums["model.safetensors"] in (FOLDER / "README.md").read_text("utf-8")
    models.verify(FOLDER)
    assert encoder.role == "codificador"


def test_its_tokenizer_has_the_tokens_of_bert(encoder):
    tokenizer = encoder.tokenizer
    assert (tokenizer.mask_token, tokenizer.cls_token, tokenizer.sep_token, tokenizer.pad_token) == ("[MASK]", "[CLS]", "[SEP]", "[PAD]")
    ids = tokenizer("La sopa llega [MASK], pero está rica.")["input_ids"]
    names = tokenizer.convert_ids_to_tokens(ids)
    assert names[0] == "[CLS]" and names[-1] == "[SEP]" and names[names.index("[MASK]") + 1] == ","
    assert tokenizer.decode(ids, skip_special_tokens=True) == "La sopa llega, pero está rica."


def test_it_fills_gaps_as_well_as_the_card_says(encoder, promised):
    texts = [row.text for row in reviews.sample(25, seed=77, split="test")]
    found = measure_encoder.filling(encoder, texts, kind="reviews")
    assert evaluation.interval(round(found.accuracy * found.words), found.words, z=3)[1] >= promised["one_gap"]["accuracy_interval"][0]
    assert found.floor < found.loss < 1.0


def test_the_card_promises_no_less_than_the_course_needs(promised):
    """Cotas fijas: sin ellas, un modelo peor traería su propia ficha y pasaría las pruebas de abajo."""
    assert promised["one_gap"]["accuracy"] >= 0.95 and promised["one_gap"]["loss"] <= 0.08 and promised["stories"]["loss"] <= 0.60
    assert promised["probe"]["interval"][0] >= 0.95
    assert promised["probe"]["bag_of_words"] < 0.75 and promised["probe"]["three_labels"] >= 0.95
    assert promised["test"]["pairs"] >= 500 and promised["test"]["recall"] >= 0.90
    assert promised["compositional"]["pairs"] >= 500 and promised["compositional"]["recall"] >= 0.90


@pytest.mark.xfail(strict=True, reason="queda por alcanzar, por poco, la pérdida en los huecos: 0,056 nats contra 0,035 y 0,541 contra 0,413")
@pytest.mark.parametrize("gaps", ["one_gap", "stories"])
def test_what_is_still_to_reach(promised, gaps):
    assert promised[gaps]["loss"] <= 1.05 * promised[gaps]["floor"]


def test_the_truth_is_never_beaten(promised):
    """Ningún modelo baja de la verdad salvo por azar."""
    assert all(promised[name]["gap_interval"][1] > 0 for name in ("one_gap", "many_gaps", "stories"))


def test_the_neighbours_of_a_word_are_of_its_kind(encoder):
    near = {word: {other for other, _ in measure_encoder.neighbours(encoder, word)} for word in ("rojo", "tres", "Lucía")}
    assert {"amarillo", "negro"} <= near["rojo"] and {"dos", "cuatro"} <= near["tres"] and "Sofía" in near["Lucía"]
    with pytest.raises(ValueError, match="tokens"):
        measure_encoder.neighbours(encoder, "hospital")


def test_the_probe_reads_a_review_as_well_as_the_card_says(encoder, promised):
    found = measure_encoder.probe(encoder, n=1000, tested=300)
    assert evaluation.interval(round(found.accuracy * found.tested), found.tested, z=3)[1] >= promised["probe"]["interval"][0]
    assert found.accuracy > found.bag_of_words + 0.1


def test_a_phrase_finds_its_paraphrase_as_often_as_the_card_says(encoder, promised):
    for split in ("test", "compositional"):
        found = measure_encoder.retrieval(encoder, pairs=150, split=split, seed=78)
        assert evaluation.interval(round(found.recall * 150), 150, z=3)[1] >= promised[split]["interval"][0]
        assert found.recall > found.by_words


def test_the_history_ends_where_the_training_ended():
    history = json.loads((FOLDER / "training.json").read_text("utf-8"))["history"]
    steps = [entry["step"] for entry in history]
    assert steps == sorted(set(steps)) and history[-1]["loss"] < history[0]["loss"] / 3


@pytest.mark.slow
def test_the_recipe_goes_from_data_to_a_published_model(tmp_path):
    command = [sys.executable, str(paths.RECIPES / "train_encoder.py"), "--quick", "--threads", "1", "--work", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stderr[-2000:]
    made = models.load(str(tmp_path / "model"))
    measures = json.loads(done.stdout.strip().splitlines()[-1])
    assert measures["one_gap"]["floor"] < measures["one_gap"]["loss"] < 12
    assert made.window == 128 and (tmp_path / "model" / "README.md").is_file()
