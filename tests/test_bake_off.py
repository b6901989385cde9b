"""La comparación del capítulo 11: lo guardado dice lo que el capítulo cuenta, y las piezas con que se hizo son las de siempre."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
import torch

from course_utils import adapters, bake_off, evaluation, models, paths, training, tuning
from course_utils.microworld import mixture, orders, stories
from course_utils.models import LanguageModel

ADDED = ("LoRA", "adaptador", "IA³", "ajuste de prompts")


@pytest.fixture(scope="module")
def decoder() -> LanguageModel:
    return models.load("decoder")


@pytest.fixture(scope="module")
def saved() -> bake_off.Results:
    return bake_off.results()


@pytest.mark.parametrize("name", bake_off.METHODS)
def test_what_is_trained_is_what_the_method_says(saved, decoder, name):
    _, attached = bake_off.prepared(name, decoder)
    assert saved[name].trained == attached.count()
    assert saved[name].memory.gradients == 4 * attached.count() and saved[name].memory.state == 8 * attached.count()
    assert 4 * attached.count() <= saved[name].saved <= 4 * attached.count() + 10_000


def test_only_what_was_added_can_be_taken_off_and_gives_the_model_back(saved):
    assert {run.name for run in saved.runs if run.restored} == set(ADDED)


def test_every_way_takes_the_same_exam_and_before_tuning_nothing_is_known_of_the_order(saved):
    assert saved.before.asked.right == 0
    for run in saved.runs:
        assert len(run.exams) == 3 and run.asked.asked == 300 and run.known("código").asked == saved.before.known["código"].asked
        assert min(exam.asked.right for exam in run.exams) <= run.asked.right <= max(exam.asked.right for exam in run.exams)
        assert len(run.curve) == saved.steps // 10 and run.curve[-1] < run.curve[0] / 2


def test_what_the_chapter_tells(saved):
    """Si un día deja de ser así, hay que escribirlo de otra manera."""
    full, lora = saved["completo"], saved["LoRA"]
    assert lora.asked.interval[0] > 0.8 and full.asked.interval[0] > 0.8 and lora.trained < full.trained / 20
    assert saved["ajuste de prompts"].asked.interval[1] < full.asked.interval[0]
    assert saved[bake_off.REHEARSED].stories < full.stories and full.stories > saved.before.stories
    assert lora.memory.peak > full.memory.peak / 2      # lo que más ocupa son las activaciones, y esas no se ahorran


def test_the_peak_is_more_than_what_lasts_and_less_than_twice_everything(saved):
    for run in saved.runs:
        memory = run.memory
        kept = memory.weights + memory.state + memory.activations
        assert kept < memory.peak < 2 * kept


@pytest.mark.parametrize("name", [name for name in bake_off.METHODS if name != bake_off.REHEARSED])
def test_the_rates_of_tuning_are_the_ones_the_sweep_found(saved, name):
    run = saved[name]
    assert run.learning_rate == tuning.RATES[type(bake_off.METHODS[name])]
    chosen, best = (evaluation.interval(round(200 * share), 200) for share in (run.sweep[run.learning_rate], max(run.sweep.values())))
    assert chosen[1] > best[0]      # 200 pares no distinguen dos tasas parecidas


def test_rehearsal_adds_whole_old_texts_and_leaves_the_pairs_as_they_were(decoder):
    tokenizer, pairs = tuning.copied(decoder).tokenizer, orders.pairs("futuro", 40, seed=1)
    new, old = (bake_off.batches(name, pairs, tokenizer, seed=3) for name in ("completo", bake_off.REHEARSED))
    texts = mixture.documents(400, seed=3)
    for step in (0, 1, 201):
        alone, both = new(step), old(step)
        width = alone["labels"].shape[1]
        assert len(both["labels"]) == 18 and all(torch.equal(both[key][:16, :width], alone[key]) for key in alone)
        assert not both["attention_mask"][:16, width:].any() and (both["labels"][:16, width:] == training.UNSCORED).all()
        for i, row in enumerate(both["labels"][16:]):
            text = tokenizer.decode(row[row != training.UNSCORED], skip_special_tokens=True, clean_up_tokenization_spaces=False)
            assert text == texts[(2 * step + i) % 400]


def test_the_loss_with_virtual_tokens_in_front_scores_only_the_text(decoder):
    """Con los tokens virtuales iguales a los de una frase, la pérdida es la del texto tras esa frase."""
    network, tokenizer = tuning.copied(decoder)
    text, start = stories.sample(1, seed=2)[0], tokenizer(stories.sample(1, seed=3)[0])["input_ids"][:5]
    attached = adapters.attach(network, adapters.PromptTuning(tokens=5, start=start))
    found = evaluation.loss(LanguageModel("con prompt", attached.model, tokenizer, decoder.device), [text])
    ids = [tokenizer.eos_token_id, *tokenizer(text)["input_ids"], tokenizer.eos_token_id]
    with torch.inference_mode():
        logs = decoder.model(torch.tensor([[*start, *ids]])).logits[0, 5:-1].log_softmax(-1)
    assert found.nats_per_token == pytest.approx(-logs.gather(1, torch.tensor(ids[1:])[:, None]).mean().item(), abs=1e-4)
    assert found.tokens == len(ids) - 1


@pytest.mark.parametrize(
    ("ask", "error", "words"),
    [
        (lambda: bake_off.results("poemas"), ValueError, "No hay comparación del encargo «poemas»"),
        (lambda: bake_off.results()["QLoRA"], KeyError, "ninguna manera «QLoRA»"),
        (lambda: bake_off.prepared("QLoRA", None), ValueError, "ninguna manera de ajustar «QLoRA»"),
    ],
)  # fmt: skip
def test_what_does_not_exist_gets_a_sentence(ask, error, words):
    with pytest.raises(error, match=words):
        ask()


@pytest.mark.slow
def test_the_recipe_goes_from_the_rates_to_a_result_and_is_not_repeated_when_it_was_done(tmp_path):
    command = [sys.executable, str(paths.RECIPES / "train_bake_off.py"), "--quick", "--threads", "1", "--work", str(tmp_path)]
    for _ in range(2):
        done = subprocess.run(command, capture_output=True, text=True, timeout=900)
        assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.splitlines() == [str(tmp_path / "bake_off.json")]
    made = json.loads((tmp_path / "bake_off.json").read_text("utf-8"))["futuro"]
    assert [run["name"] for run in made["runs"]] == list(bake_off.METHODS) and made["steps"] == 4
