"""Las analogías: se cuentan bien, los controles desenmascaran a los vecinos y lo que se dice del decodificador es verdad."""

from __future__ import annotations

import math

import numpy as np
import pytest

from course_utils import analogies, embeddings, models

PAIRS = [("oso", "osa"), ("gato", "gata"), ("niño", "niña"), ("rey", "reina"), ("lobo", "loba"), ("perro", "perra")]


class Toy:
    """Un modelo de mentira: cada palabra, un token; las de género opuesto están a dos pasos, uno a cada lado."""

    def __init__(self, step: float) -> None:
        words = [word for pair in PAIRS for word in pair]
        generator = np.random.default_rng(0)
        bases = np.repeat(generator.normal(size=(6, 64)), 2, axis=0)
        self.rows = bases + np.tile([[-step], [step]], (6, 1)) * np.eye(64)[0]
        self.ids = {word: i for i, word in enumerate(words)}

    def scores(self, monkeypatch) -> analogies.Score:
        monkeypatch.setattr(embeddings, "table", lambda _: self.rows)
        monkeypatch.setattr(embeddings, "word_ids", lambda _, word: [self.ids[word]])
        self.tokenizer = None
        return analogies.measure(self, {"género": PAIRS})[0]


def test_with_a_step_in_common_they_hold_and_the_controls_fail(monkeypatch):
    score = Toy(8).scores(monkeypatch)
    assert (score.pairs, score.questions) == (6, 30)
    assert score.rate == 1 and score.neighbour == 0 and score.unrelated == 0 and score.honest


def test_where_the_answer_is_the_nearest_word_nobody_is_fooled(monkeypatch):
    score = Toy(0.1).scores(monkeypatch)
    assert score.rate > 0.9 and score.neighbour == score.questions and not score.honest


def test_words_in_pieces_repeated_or_alone_do_not_count(tiny):
    zorra = embeddings.word_ids(tiny.tokenizer, "zorra")[0]
    rana = embeddings.word_ids(tiny.tokenizer, "rana")
    pairs = [("zorra", "rana"), ("zorra", "rana"), ("zorra", "zorra"), ("zorra", "murciélaga")]
    assert analogies.id_pairs(tiny.tokenizer, pairs) == ([(zorra, rana[0])] if len(rana) == 1 else [])


def test_without_pairs_there_is_no_rate(tiny):
    (score,) = analogies.measure(tiny, {"ninguna": []})
    assert score.questions == 0 and math.isnan(score.rate) and not score.honest


def test_the_pairs_of_the_micro_world_are_true_spanish():
    found = analogies.micro_world()
    assert ("gato", "gata") in found["masculino : femenino (seres)"] and ("llegar", "llegó") in found["infinitivo : pretérito"]
    assert all(a != b for name in ("masculino : femenino (adjetivos)", "singular : plural (cosas)") for a, b in found[name])


@pytest.mark.parametrize(("name", "honest"), [("decoder", {"masculino : femenino (adjetivos)"}), ("encoder", set())])
def test_what_holds_in_the_pocket_models(name, honest):
    assert {score.relation for score in analogies.measure(models.load(name)) if score.honest} == honest
