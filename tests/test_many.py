"""Traducir y puntuar por lotes es lo mismo que hacerlo de una en una."""

from __future__ import annotations

import pytest

from course_utils import models
from course_utils.generation import beams, many, translating
from course_utils.microworld import translation

LENGTHS = ["El gato negro duerme en la cabaña.", "¿Dónde?", "Mi hermana no tiene una llave.", "Zorra triste volvió búho"]


@pytest.fixture(scope="module")
def translator():
    return models.load("translator")


@pytest.fixture(scope="module")
def sentences():
    return [row.es for row in translation.sample(6, seed=4, split="test")] + LENGTHS


def test_a_batch_writes_what_each_one_writes(translator, sentences):
    """Con relleno, y por tanto con frases de largos distintos en el mismo lote."""
    alone = [list(translating.steps(translator, one))[-1].text for one in sentences]
    assert many.translate(translator, sentences, batch=4) == many.translate(translator, sentences) == alone


def test_a_batch_of_beams_writes_what_each_search_writes(translator, sentences):
    assert many.translate(translator, sentences, beams=3) == [beams.translate(translator, one, beams=3) for one in sentences]


def test_the_limit_cuts(translator, sentences):
    assert many.translate(translator, sentences[-4:-3], max_new_tokens=3) == ["The black cat"]


def test_each_score_is_the_one_of_teacher_forcing(translator, sentences):
    targets = ["The cat.", "Where?", "My sister does not have a key.", "A sad fox"]
    for source, target, found in zip(LENGTHS, targets, many.score(translator, LENGTHS, targets, batch=3)):
        steps = translating.forced(translator, source, target)
        assert found.ids == tuple(step.token_id for step in steps)
        assert found.log_probabilities == pytest.approx([-step.loss for step in steps], abs=1e-3)
        assert found.total == pytest.approx(steps[-1].total, abs=1e-3)
        assert found.right == tuple(step.favourite == step.token_id for step in steps)


def test_the_rival_is_the_likeliest_wrong_token(translator):
    source, target = LENGTHS[0], "The black dog sleeps in the hut."
    (found,) = many.score(translator, [source], [target])
    for step, right, rival in zip(translating.forced(translator, source, target), found.right, found.rivals):
        first, second = step.top(2)
        assert rival == (second if right else first).token_id != step.token_id
    assert not all(found.right)


def test_ids_are_scored_as_they_are(translator):
    (found,) = many.score(translator, LENGTHS[:1], [(5, 6, 7)])
    assert found.ids == (5, 6, 7) and len(found.rivals) == 3


@pytest.mark.parametrize(
    ("action", "sentence"),
    [
        (lambda t: many.score(t, ["gato"], []), "1 frases y 0 traducciones"),
        (lambda t: many.translate(t, ["gato", " "]), "está vacía"),
        (lambda t: many.translate(t, ["gato"], max_new_tokens=0), "max_new_tokens"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(translator, action, sentence):
    with pytest.raises(ValueError, match=sentence):
        action(translator)
