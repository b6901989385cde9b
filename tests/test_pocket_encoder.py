"""El codificador que viene con el curso: lo que promete su ficha, medido otra vez en pequeño, y su receta de principio a fin."""

import json
import subprocess
import sys

import pytest
import torch

from course_utils import evaluation, models, paths
from course_utils.microworld import reviews

FOLDER = paths.MODELS / "encoder"
sys.path.insert(0, str(paths.RECIPES))

import measure_encoder  # noqa: E402  (las recetas no son un paquete)


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
    texts = [row.text for row in reviews.sample(40, seed=77, split="test")]
    found = measure_encoder.filling(encoder, texts, kind="reviews")
    assert evaluation.interval(round(found.accuracy * found.words), found.words, z=3)[1] >= promised["one_gap"]["accuracy"]
    assert found.accuracy <= found.best_accuracy + 1e-9 or found.accuracy <= 1


def test_the_truth_never_loses_by_much(promised):
    """La verdad es el mejor pronóstico posible: en bastantes huecos, el modelo no puede ganarle salvo por azar."""
    for name in ("one_gap", "many_gaps", "stories"):
        assert promised[name]["gap_interval"][1] > 0


def test_a_phrase_finds_its_paraphrase_as_often_as_the_card_says(encoder, promised):
    for split in ("test", "compositional"):
        found = measure_encoder.retrieval(encoder, pairs=150, split=split, seed=78)
        assert evaluation.interval(round(found.recall * 150), 150, z=3)[1] >= promised[split]["recall"]
        assert found.recall > found.by_words


def test_a_probe_reads_the_opinion_in_its_vectors(encoder):
    """En pequeño: con 500 opiniones etiquetadas ya se separan las buenas de las malas, en la capa que dice la ficha."""
    rows = [row for row in reviews.sample(800, seed=79) if row.label != "mixta"]
    unseen = [row for row in reviews.sample(200, seed=80, split="test") if row.label != "mixta"]
    made = [measure_encoder.vectors(encoder, [row.text for row in part])[-1] for part in (rows, unseen)]
    labels = [torch.tensor([int(row.label == "positiva") for row in part]) for part in (rows, unseen)]
    assert measure_encoder._accuracy(made, labels) > 0.75


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
