"""Lo que sigue a un texto, y las respuestas por lotes: lo mismo que de uno en uno y sin caché."""

from __future__ import annotations

import pytest
import torch

from course_utils import evaluation, generation, models
from course_utils.generation import following, replying

BEFORES = ["La zorra", "Había una vez una rana que vivía en el bosque.\n—", ""]
AFTERS = [" perdió su llave.", " ¿Dónde vivía la rana?", " y"]


@pytest.fixture(scope="module")
def decoder():
    return models.load("decoder")


@pytest.fixture(scope="module")
def instruct():
    return models.load("instruct")


def alone(model, before, after):
    """La misma cuenta leyendo cada pareja entera."""
    ids = [model.tokenizer.bos_token_id, *model.tokenizer(before)["input_ids"]]
    rest = model.tokenizer(after)["input_ids"]
    with torch.inference_mode():
        scores = model.model(torch.tensor([[*ids, *rest]])).logits[0].log_softmax(-1)
    return sum(scores[len(ids) - 1 + place, token].item() for place, token in enumerate(rest))


def test_each_pair_is_what_it_is_when_read_whole(decoder):
    found = following.log_probabilities(decoder, BEFORES, AFTERS)
    assert found.shape == (3, 3)
    for before, row in zip(BEFORES, found.tolist()):
        assert row == pytest.approx([alone(decoder, before, after) for after in AFTERS], abs=1e-3)


def test_it_is_the_chain_rule(decoder):
    (found,) = following.log_probabilities(decoder, [""], ["Había una vez"]).tolist()
    assert found == pytest.approx([evaluation.conditionals(decoder, "Había una vez").log_probability], abs=1e-3)


def test_one_token_only(decoder):
    assert following.log_probabilities(decoder, ["Había una vez una"], [" rana"]).shape == (1, 1)


@pytest.mark.parametrize(("befores", "afters"), [([], ["a"]), (["a"], []), (["a"], [""])])
def test_nothing_is_told(decoder, befores, afters):
    with pytest.raises(ValueError, match="Hacen falta"):
        following.log_probabilities(decoder, befores, afters)


def test_too_long_is_told(decoder):
    with pytest.raises(ValueError, match="en la ventana caben 256"):
        following.log_probabilities(decoder, ["zorra " * 300], ["a"])


def test_replies_by_batches_are_those_of_one_by_one(instruct):
    prompts = ["Traduce al inglés: La zorra perdió la llave.", "Rita vive en el bosque.\n¿Dónde vive Rita?", "¿Quién?"]
    alone = [generation.generate(instruct, [{"role": "user", "content": one}], temperature=0, max_new_tokens=60).strip() for one in prompts]
    assert replying.replies(instruct, prompts, batch=2) == alone
    assert replying.replies(instruct, []) == []


def test_a_text_is_continued_until_the_stop(decoder):
    prompts = [">>> 3 + 4\n", ">>> max([9, 1, 4, 5])\n", ">>> 12 + 5\n"]
    alone = [generation.generate(decoder, prompt, temperature=0, max_new_tokens=6, stop=["\n"]).strip() for prompt in prompts]
    assert replying.continuations(decoder, prompts, max_new_tokens=6, stop="\n", batch=2) == alone == ["7", "9", "17"]


def test_a_prompt_that_does_not_fit_is_told(instruct):
    with pytest.raises(ValueError, match="acórtalo"):
        replying.replies(instruct, ["zorra " * 300])


def test_who_has_no_template_says_so(tiny):
    with pytest.raises(ValueError):
        replying.replies(tiny, ["hola"])
