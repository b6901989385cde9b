"""Buscar: los vectores no dependen del lote, las palabras pesan lo que deben, y los puestos y recall@k son los contados a mano."""

from __future__ import annotations

import numpy as np
import pytest

from course_utils import models, retrieval
from course_utils.microworld import paraphrases

TEXTS = ["La niña perdió la pelota en el bosque.", "Un loro vive con la pintora en el molino, y con ellos, un perro.", "El rey.", "Llueve."]


@pytest.fixture(scope="module")
def encoder():
    return models.load("encoder")


def test_a_text_alone_and_in_a_batch_has_the_same_vector(encoder):
    together = retrieval.vectors(encoder, TEXTS, batch=3)
    assert together.shape == (4, 128) and np.linalg.norm(together, axis=1) == pytest.approx(1, abs=1e-5)
    for text, vector in zip(TEXTS, together):
        assert retrieval.vectors(encoder, [text])[0] == pytest.approx(vector, abs=1e-4)


def test_none_and_too_long(encoder):
    assert retrieval.vectors(encoder, []).shape == (0, 128)
    long = "La zorra duerme en el bosque. " * 60
    assert np.isfinite(retrieval.vectors(encoder, [long, ""])).all()


def test_a_decoder_gives_no_vectors(tiny):
    with pytest.raises(ValueError, match="hace falta un codificador"):
        retrieval.vectors(tiny, ["hola"])


def test_meaning_finds_what_words_do_not(encoder):
    texts, queries = (list(side) for side in zip(*paraphrases.pool(40, seed=3, split="test")))
    by_meaning = retrieval.places(retrieval.by_meaning(encoder, queries, texts), range(40))
    by_words = retrieval.places(retrieval.by_words(queries, texts), range(40))
    assert retrieval.recall(by_meaning, 1) > 0.8 > 0.5 > retrieval.recall(by_words, 1)


def test_words_weigh_more_the_rarer_they_are():
    texts = ["la zorra canta", "la rana canta", "la bruja canta", "la zorra duerme"]
    scores = retrieval.by_words(["la bruja", "nada", "duerme canta"], texts)
    assert scores.shape == (3, 4) and scores[0].argmax() == 2 and not scores[1].any()
    assert scores[2].argmax() == 3, "«duerme» está en un texto y «canta», en tres"


def test_one_letter_words_count():
    assert retrieval.by_words(["ganó a Eva"], ["a Eva", "de Eva"])[0].argmax() == 0


def test_places_and_recall_by_hand():
    scores = np.array([[0.9, 0.1, 0.5], [0.2, 0.3, 0.4], [1.0, 0.0, 0.5]])
    assert retrieval.places(scores, [0, 0, 2]).tolist() == [1, 3, 2]
    assert [retrieval.recall([1, 3, 2], k) for k in (1, 2, 3)] == pytest.approx([1 / 3, 2 / 3, 1])


def test_a_tie_does_not_help():
    assert retrieval.places(np.zeros((1, 4)), [0]).tolist() == [4]


def test_what_does_not_fit_is_told():
    with pytest.raises(ValueError, match="uno por consulta"):
        retrieval.places(np.zeros((2, 3)), [0])
    for bad in (([1], 0), ([], 1)):
        with pytest.raises(ValueError, match="no se puede medir"):
            retrieval.recall(*bad)
