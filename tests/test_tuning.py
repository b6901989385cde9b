"""Ajustar: qué se puntúa, en qué lotes va, y que lo que se mide de una lectura es lo que el modelo escribiría."""

from __future__ import annotations

import pytest
import torch
from transformers import GPT2Config, GPT2LMHeadModel

from course_utils import adapters, models, training, tuning
from course_utils.evaluation import UNSCORED
from course_utils.generation.replying import continuations
from course_utils.microworld import orders


@pytest.fixture(scope="module")
def decoder():
    return tuning.copied(models.load("decoder"))


@pytest.fixture
def small(decoder):
    torch.manual_seed(0)
    vocabulary = len(decoder.tokenizer)
    model = GPT2LMHeadModel(GPT2Config(vocab_size=vocabulary, n_positions=128, n_embd=32, n_layer=1, n_head=2, eos_token_id=0))
    return models.LanguageModel("pequeño", model, decoder.tokenizer, torch.device("cpu"))


def test_the_copy_does_not_touch_the_original():
    original = models.load("decoder")
    before = {name: value.clone() for name, value in original.model.state_dict().items()}
    copy = tuning.copied(original)
    with torch.no_grad():
        for value in copy.model.parameters():
            value.zero_()
    assert all(torch.equal(value, before[name]) for name, value in original.model.state_dict().items())
    assert copy.tokenizer.chat_template and not original.tokenizer.chat_template


def test_the_template_is_the_one_of_the_instruct_model(decoder):
    assert decoder.tokenizer.chat_template == models.load("instruct").tokenizer.chat_template


def test_only_the_answer_is_scored(decoder):
    pair = orders.pairs("futuro", 1, seed=1)[0]
    ids, labels = tuning.encode(pair, decoder.tokenizer)
    scored = [token for token in labels if token != UNSCORED]
    assert decoder.tokenizer.decode(scored[:-1]) == pair.completion and scored[-1] == decoder.tokenizer.eos_token_id
    assert ids[-len(scored):] == scored and len(ids) == len(labels)
    assert decoder.tokenizer.decode(ids[: -len(scored)]) == f"<|endoftext|><|usuario|>{pair.prompt}<|asistente|>"


def test_plain_text_carries_no_turns(decoder):
    pair = orders.known("código", 1)[0]
    ids, labels = tuning.encode(pair, decoder.tokenizer)
    assert decoder.tokenizer.decode(ids) == f"<|endoftext|>{pair.prompt}{pair.completion}<|endoftext|>"
    assert sum(label != UNSCORED for label in labels) < len(ids)


def test_each_lap_reads_every_pair_once_in_another_order(decoder):
    pairs = orders.pairs("negación", 12, seed=1)
    batch_for = tuning.batches(pairs, decoder.tokenizer, size=4, seed=7)
    laps = [[tuple(row[row != 0].tolist()) for step in range(3 * lap, 3 * lap + 3) for row in batch_for(step)["input_ids"]]
            for lap in range(2)]  # fmt: skip
    assert set(laps[0]) == set(laps[1]) and len(set(laps[0])) == 12 and laps[0] != laps[1]
    assert torch.equal(batch_for(5)["input_ids"], batch_for(5)["input_ids"])


def test_fewer_pairs_than_the_batch(decoder):
    assert tuning.batches(orders.pairs("negación", 3), decoder.tokenizer, size=16)(4)["input_ids"].shape[0] == 3


def test_the_filling_is_masked_and_not_scored(decoder):
    batch = tuning.batches(orders.pairs("negación", 16), decoder.tokenizer)(0)
    empty = batch["attention_mask"] == 0
    assert empty.any() and (batch["labels"][empty] == UNSCORED).all()


def learned(small, method, steps=60):
    attached = adapters.attach(small.model, method)
    pairs = orders.pairs("opinión", 8, seed=1)
    recipe = tuning.recipe(method, steps, learning_rate=1e-2)
    for _ in training.train(attached.model, tuning.batches(pairs, small.tokenizer), recipe):
        pass
    return attached.model.eval(), pairs


def test_the_score_is_what_it_would_write(small):
    model, pairs = learned(small, adapters.Full())
    found = tuning.score(model, small.tokenizer, pairs)
    written = continuations(small, [[{"role": "user", "content": pair.prompt}] for pair in pairs], max_new_tokens=8)
    assert found.right == sum(text == pair.completion for text, pair in zip(written, pairs, strict=True)) > 4
    assert found.asked == 8 and found.interval[0] < found.share <= found.interval[1]


def test_an_untrained_model_scores_nothing(small):
    assert tuning.score(small.model, small.tokenizer, orders.pairs("futuro", 20)).right == 0


def test_it_scores_with_virtual_tokens_too(small):
    torch.manual_seed(0)
    model = adapters.attach(learned(small, adapters.Full())[0], adapters.PromptTuning(3)).model
    with torch.no_grad():
        model.virtual.zero_()
    pair = orders.pairs("opinión", 1, seed=1)[0]
    ids, labels = tuning.encode(pair, small.tokenizer)
    answer = [token for token in labels if token != UNSCORED]
    written = model.generate(torch.tensor([ids[: -len(answer)]]), max_new_tokens=len(answer), do_sample=False, pad_token_id=0)[0].tolist()
    assert tuning.score(model, small.tokenizer, [pair]).right == (written == answer)


def test_it_scores_a_module_written_by_hand(small):
    """El prompt suave del capítulo 13 lo escribe quien aprende: lleva dentro el modelo y no tiene configuración."""

    class Wrapped(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.inner = small.model

        def forward(self, **batch):
            return self.inner(**batch)

    pairs = orders.pairs("futuro", 3)
    assert tuning.read(Wrapped(), small.tokenizer, pairs) == tuning.read(small.model, small.tokenizer, pairs)


def test_every_method_has_its_rate():
    assert set(tuning.RATES) == set(adapters.Method.__args__)
    assert tuning.recipe(adapters.LoRA(), 100).learning_rate == tuning.RATES[adapters.LoRA]
    assert tuning.recipe(adapters.LoRA(), 100, learning_rate=0.5).learning_rate == 0.5


def test_a_row_of_the_matrix(small):
    tests = {"futuro": orders.pairs("futuro", 5, split="test"), "código": orders.known("código", 6)}
    found = tuning.scores(small.model, small.tokenizer, tests)
    assert {name: score.asked for name, score in found.items()} == {"futuro": 5, "código": 6}


@pytest.mark.parametrize("call", [lambda d: tuning.batches([], d.tokenizer), lambda d: tuning.score(d.model, d.tokenizer, [])])
def test_nothing_to_read_is_explained(decoder, call):
    with pytest.raises(ValueError, match="No hay ningún par"):
        call(decoder)
