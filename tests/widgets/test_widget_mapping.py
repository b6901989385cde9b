"""El mapa de embeddings sin navegador: puntos, buscador, vecinas, analogías con su medida, y lo que no se puede."""

from __future__ import annotations

import json

import numpy as np
import pytest

from course_utils import embeddings, models, tokens
from course_utils.widgets.mapping import WordMap
from tests.widgets.conftest import HOSTILE

WORDS = ["rana", "gata", "osa", "perro", "gato", "luna", "casa", "bosque"]


@pytest.fixture(scope="module")
def decoder():
    return models.load("decoder")


@pytest.fixture
def words(decoder):
    return make(decoder, WORDS)


def make(model, words=None, *, limit=300, word="", method="pca"):
    return WordMap(model, words, limit=limit, word=word, method=method)


def test_points_are_the_projection_in_a_frame(words, decoder):
    view = words.snapshot()
    points = np.array([[one["x"], 1 - one["y"]] for one in view["points"]])
    expected = embeddings.pca(embeddings.table(decoder)[words.ids]).points
    assert np.allclose(points, (expected - expected.min(0)) / np.ptp(expected, axis=0), atol=1e-3)
    assert [one["label"] for one in view["points"]] == words.labels and view["chosen"]["label"] == words.labels[0]


def test_neighbours_come_from_the_whole_vocabulary_by_cosine(words, decoder):
    (gata,) = tokens.ids(decoder.tokenizer, " gata")
    near = words.find("gata")["near"]
    table = embeddings.table(decoder)
    best = embeddings.neighbours(table, table[gata], exclude=[gata])
    assert [one["label"] for one in near] == [tokens.label(decoder.tokenizer, one.index) for one in best]
    assert "gata" not in [one["label"] for one in near] and near[0]["p"] == pytest.approx(best[0].cosine, abs=1e-3)


def test_a_word_out_of_the_map_is_added_by_pca_and_not_by_tsne(words):
    view = words.find("noche")
    assert view["chosen"]["index"] is None and view["chosen"]["spot"] and view["status"] == ""
    words.project("tsne")
    assert "t-SNE no puede añadir puntos" in words.find("noche")["status"]
    assert words.find("gata")["status"] == ""


def test_a_word_in_pieces_is_said_and_searched_by_its_mean(words, decoder):
    view = words.find("murciélaga")
    ids = embeddings.word_ids(decoder.tokenizer, "murciélaga")
    assert f"en {len(ids)} tokens" in view["status"] and len(view["near"]) == 8
    assert np.allclose(words.chosen.vector, embeddings.table(decoder)[ids].mean(axis=0))


def test_choosing_by_number(words):
    assert words.pick(3)["chosen"] == {**words.snapshot()["chosen"], "label": words.labels[3], "index": 3}
    for bad in (-1, 99, "x", True):
        with pytest.raises(ValueError, match="van de la 0 a la"):
            words.pick(bad)


def test_an_analogy_comes_with_what_it_is_worth(decoder):
    found = make(decoder, ["pequeño", "pequeña", "viejo", "vieja"]).analogy("pequeño", "pequeña", "viejo")
    assert found["question"].endswith("es a… vieja") and "con solo el vecino" in found["worth"]
    other = make(decoder, WORDS).analogy("rana", "luna", "gata")
    assert "no es de ninguna relación medida" in other["worth"]


def test_an_analogy_needs_whole_words(words):
    with pytest.raises(ValueError, match="parte «murciélaga»"):
        words.analogy("rana", "murciélaga", "gata")
    with pytest.raises(ValueError, match="Falta la palabra"):
        words.analogy("rana", " ", "gata")


def test_only_relations_that_hold_give_an_example(decoder):
    found = make(decoder, WORDS).measure()
    assert [one["honest"] for one in found["relations"]].count(True) == 1 and "adjetivos" in found["verdict"]
    assert len(found["example"]) == 3
    nothing = make(models.load("encoder"), WORDS).measure()
    assert nothing["example"] == [] and "Ninguna relación" in nothing["verdict"]


def test_a_model_without_the_micro_world_says_it_cannot_be_measured(tiny):
    assert "no se puede medir" in make(tiny).measure()["verdict"]


def test_without_words_it_takes_the_micro_world_or_the_vocabulary(tiny, decoder):
    assert {"gata", "niño"} <= set(make(decoder).labels) and len(make(decoder).labels) == 300
    assert set(make(tiny).labels) == set(embeddings.word_starts(tiny.tokenizer))


@pytest.mark.parametrize("name", ["decoder", "encoder", "translator"])
def test_every_pocket_model_has_a_map(name):
    json.dumps(make(models.load(name), limit=50).snapshot()).encode()


def test_no_word_one_word_and_five_hundred(decoder):
    with pytest.raises(ValueError, match="Ninguna de esas palabras"):
        make(decoder, [])
    alone = make(decoder, ["rana"])
    assert alone.snapshot()["points"] == [{"label": "rana", "x": 0.5, "y": 0.5}]
    with pytest.raises(ValueError, match="al menos 5 palabras y hay 1"):
        alone.project("tsne")
    assert alone.snapshot()["method"] == "pca"
    many = make(decoder, list(embeddings.word_starts(decoder.tokenizer, limit=500)), limit=500)
    assert len(many.snapshot()["points"]) == len(many.labels) > 450


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [({"limit": 0}, "de 1 a 600"), ({"limit": True}, "de 1 a 600"), ({"method": "umap"}, "«umap»"), ({"words": [3]}, "cadena")],
)
def test_what_cannot_be_is_said(tiny, settings, sentence):
    with pytest.raises(ValueError, match=sentence):
        make(tiny, **settings)


def test_hostile_words_are_plain_text(hostile):
    view = make(hostile, [HOSTILE]).snapshot()
    assert view["points"][0]["label"] == HOSTILE
