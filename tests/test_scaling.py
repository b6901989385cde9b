"""Los entrenamientos del capítulo 3: los guardados dicen lo que el capítulo cuenta, y los vivos usan las mismas piezas."""

from __future__ import annotations

import pytest
import torch

from course_utils import evaluation, models, scaling
from course_utils.microworld import stories


@pytest.fixture(scope="module")
def decoder() -> models.LanguageModel:
    return models.load("decoder")


@pytest.fixture(scope="module")
def saved() -> scaling.Results:
    return scaling.results()


@pytest.mark.parametrize(("name", "low", "high"), [("XS", 80_000, 110_000), ("S", 0.2e6, 0.3e6), ("M", 0.8e6, 1e6), ("L", 2e6, 2.5e6),
                                                   ("GRU", 0.7e6, 0.9e6)])  # fmt: skip
def test_sizes(decoder, name, low, high):
    model = scaling.build(name, decoder.tokenizer)
    assert low < sum(p.numel() for p in model.parameters()) < high
    ids = torch.tensor([[0, 5, 9]])
    assert torch.equal(model.eval()(ids).logits, scaling.build(name, decoder.tokenizer).eval()(ids).logits)


def test_a_size_that_does_not_exist_gets_a_sentence(decoder):
    with pytest.raises(ValueError, match="No hay ninguna red «XXL»"):
        scaling.build("XXL", decoder.tokenizer)


def test_the_batch_depends_only_on_the_step(decoder):
    one, other = (scaling.batches(decoder.tokenizer, read=2, seed=1) for _ in range(2))
    assert torch.equal(one(9)["input_ids"], other(9)["input_ids"])
    assert not torch.equal(one(9)["input_ids"], scaling.batches(decoder.tokenizer, read=2, seed=2)(9)["input_ids"])


def test_few_stories_come_back_and_unlimited_ones_do_not(decoder):
    def first_words(batch_for, steps):
        return {tuple(row) for step in steps for row in batch_for(step)["input_ids"][:, :40].tolist()}

    few = scaling.batches(decoder.tokenizer, stories_read=16, read=2, seed=1)
    many = scaling.batches(decoder.tokenizer, read=2, seed=1)
    assert first_words(few, range(8)) & first_words(few, range(8, 16))
    assert not first_words(many, range(8)) & first_words(many, range(8, 16))


def test_held_out_is_the_loss_of_evaluation(decoder):
    texts = stories.sample(9, seed=4)
    rows = scaling.encode(texts, decoder.tokenizer)
    assert scaling.held_out(decoder.model, rows, batch=4) == pytest.approx(evaluation.loss(decoder, texts).nats_per_token, abs=1e-4)
    decoder.model.eval()


def test_learning_lowers_the_loss_and_gives_the_points_asked(decoder):
    unseen = scaling.encode(stories.sample(8, seed=4), decoder.tokenizer)
    model, batch_for = scaling.build("XS", decoder.tokenizer), scaling.batches(decoder.tokenizer, read=2)
    points = list(scaling.learn(model, batch_for, unseen, steps=12, at=(1, 12)))
    assert [point.step for point in points] == [1, 12]
    assert points[1].loss < points[0].loss < 8 and points[1].tokens > points[0].tokens


def test_no_saved_run_is_below_the_floor_nor_read_what_it_is_measured_with(saved):
    assert all(point.loss > saved.floor for run in saved.runs for point in run.curve)
    assert {run.family for run in saved.runs} == {"n-gramas", "GRU", "transformer"}
    assert saved["XS"].parameters < saved["S"].parameters < saved["M"].parameters < saved["L"].parameters


def test_more_parameters_and_more_data_help(saved):
    """Lo que el capítulo enseña: si un día deja de ser así, hay que escribirlo de otra manera."""
    sizes = [saved[name].loss for name in ("XS", "S", "M", "L")]
    assert sizes == sorted(sizes, reverse=True)
    data = [saved[f"M, {read}"].best for read in (250, 1000, 4000)] + [saved["M"].best]
    assert data[:3] == sorted(data[:3], reverse=True)
    assert data[3] == pytest.approx(data[2], abs=0.03)  # cuatro vueltas a lo mismo valen como leerlo todo nuevo


def test_reading_few_stories_many_times_is_learning_them_by_heart(saved):
    few = saved["M, 250"]
    assert few.loss > few.best + 0.5 and few.clean > 0.8
    known = set(stories.sample(250, seed=3_000_000))
    assert sum(text in known for text in few.texts) >= 4


def test_an_unknown_run_gets_a_sentence(saved):
    with pytest.raises(KeyError, match="No hay ningún entrenamiento «XXL»"):
        saved["XXL"]
