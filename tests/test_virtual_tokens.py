"""Los ajustes guardados del capítulo 13: dicen lo que el capítulo cuenta, y los vectores guardados aciertan lo que se apuntó."""

from __future__ import annotations

import pytest
import torch

from course_utils import adapters, models, tuning, virtual_tokens
from course_utils.virtual_tokens import FULL, LORA, PROMPTS, TEXT


@pytest.fixture(scope="module")
def saved() -> virtual_tokens.Results:
    return virtual_tokens.results()


@pytest.fixture(scope="module")
def decoder() -> models.LanguageModel:
    return models.load("decoder")


def test_every_saved_run_is_in_the_recipe_once(saved):
    import train_virtual_tokens

    names = [run.name for run in saved.runs]
    assert len(set(names)) == len(names)
    assert names == [run.name for run in train_virtual_tokens.plan(200, quick=False)]


def test_more_virtual_tokens_help_less_and_less(saved):
    """Lo que el capítulo enseña: si un día deja de ser así, hay que escribirlo de otra manera."""
    shares = {n: saved.share("futuro", tokens=n, steps=200) for n in (1, 2, 4, 8, 16, 32, 64)}
    assert shares[1] < shares[2] < shares[4] < shares[8]
    assert shares[8] - shares[1] > 3 * (shares[64] - shares[8])


def test_here_prompt_tuning_falls_short_of_lora_and_of_full_tuning(saved):
    for method in (LORA, FULL):
        assert saved.share("futuro", method) > 0.9 > 0.8 > saved.share("futuro", tokens=16, steps=800)
    assert saved.of("futuro", tokens=16)[0].trained == 16 * 192


@pytest.mark.parametrize("order", ["futuro", "negación"])
def test_the_saved_vectors_score_what_was_noted(saved, decoder, order):
    vectors = virtual_tokens.learned(order)
    run = max((run for run in saved.of(order, tokens=16) if run.seed == 0), key=lambda run: run.steps)
    attached = adapters.attach(tuning.copied(decoder).model, adapters.PromptTuning(tokens=16))
    attached.load({"virtual": vectors})
    score = tuning.score(attached.model, decoder.tokenizer, virtual_tokens.pairs(order, 100, split="test"))
    assert abs(score.share - run.share) < 0.1


def test_the_pairs_ask_nothing_and_are_plain(decoder):
    (pair,) = virtual_tokens.pairs("futuro", 1, seed=3)
    ids, labels = tuning.encode(pair, decoder.tokenizer)
    assert pair.plain and pair.prompt.endswith(".\n") and ":" not in pair.prompt
    assert decoder.tokenizer.decode(ids[1 : labels.index(next(x for x in labels if x != -100))]) == pair.prompt


def test_only_prompts_with_vectors_are_learned(saved):
    assert virtual_tokens.learned("futuro", tokens=4, steps=200).shape == (4, 192)
    assert virtual_tokens.learned("futuro", tokens=4, steps=200).dtype == torch.float32
    with pytest.raises(KeyError, match="semilla 9"):
        virtual_tokens.learned("futuro", seed=9)
    with pytest.raises(KeyError, match="No hay ningún ajuste guardado de «plural»"):
        saved.of("plural")


def test_text_starts_are_apart_from_chance_starts(saved):
    text, chance = saved.of("futuro", tokens=16, start=TEXT), saved.of("futuro", PROMPTS, tokens=16, steps=200)
    assert not {run.name for run in text} & {run.name for run in chance}
    low, high = saved.interval("futuro", tokens=16, steps=200)
    assert low < saved.share("futuro", tokens=16, steps=200) < high
