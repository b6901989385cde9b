"""La figura del capítulo 6: enseña lo que los modelos hacen, y no se dibuja con uno que no lo hace."""

from __future__ import annotations

import pytest
import torch

from course_utils import models, retrieval, theme
from course_utils.figures import four_uses, registry, store
from course_utils.figures.chapter_06 import llm_04
from course_utils.microworld import paraphrases, stories

NAMES = ("decoder", "translator", "encoder")


@pytest.fixture(scope="module")
def pocket():
    return {name: models.load(name) for name in NAMES}


def ignorant(model):
    """Un modelo como ese, con los pesos al azar."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return models.LanguageModel("al azar", type(model.model)(model.model.config).eval(), model.tokenizer, torch.device("cpu"))


@pytest.mark.parametrize("name", NAMES)
def test_a_model_that_knows_nothing_is_refused(name, pocket):
    with pytest.raises(ValueError, match="al azar"):
        store.scene(4, **pocket | {name: ignorant(pocket[name])})


def test_what_it_shows_is_what_they_do(pocket):
    write, summarise, translate, search = four_uses.uses(**pocket)
    assert {fault.rule for fault in stories.check(f"{write.given} {write.out[0][0].removesuffix(' …')}")} <= {"inacabado"}
    assert summarise.out[0][0] == four_uses.SUMMARY and translate.out[0][0] == four_uses.ENGLISH
    told, queries = zip(*paraphrases.pool(four_uses.POOL, seed=four_uses.SEED, split="test"))
    scores = retrieval.by_meaning(pocket["encoder"], [queries[four_uses.QUERY]], told)[0]
    assert [words for words, _ in search.out] == [told[i] for i in scores.argsort()[::-1][: four_uses.SHOWN]]
    assert search.out[0] == (told[four_uses.QUERY], theme.number(float(scores.max()), 2))


def test_the_text_for_who_does_not_see_it_tells_the_four(pocket):
    told = " ".join(registry.entry(4).texts(llm_04(**pocket)))
    for use in four_uses.uses(**pocket):
        assert use.given in told and all(words in told and note in told for words, note in use.out)
