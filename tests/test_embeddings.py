"""Los vectores de entrada: la tabla de cualquier modelo, vecinos, analogías y las dos proyecciones, contra scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest

from course_utils import embeddings, models, segmentation, tokens
from tests import tokenizer_zoo


@pytest.fixture
def cloud():
    return np.random.default_rng(0).normal(size=(60, 12)) @ np.diag(range(12, 0, -1)) + 5


def test_the_table_of_any_model_is_its_input_embeddings(tiny):
    for name in ("decoder", "encoder", "translator"):
        model = models.load(name)
        found = embeddings.table(model)
        assert found.shape == (model.vocab_size, model.model.get_input_embeddings().embedding_dim) and found.dtype == np.float32
        assert np.array_equal(found, embeddings.table(model.model))
    with pytest.raises(ValueError, match="objeto int"):
        embeddings.table(3)


def test_principal_components_are_those_of_scikit_learn(cloud):
    from sklearn.decomposition import PCA

    ours, theirs = embeddings.pca(cloud, axes=3), PCA(3)
    points = theirs.fit_transform(cloud)
    signs = np.sign((points * ours.points).sum(axis=0))
    assert np.allclose(ours.points, points * signs) and np.allclose(ours.explained, theirs.explained_variance_ratio_)
    assert (ours.points[np.abs(ours.points).argmax(axis=0), range(3)] > 0).all()


def test_principal_components_of_one_vector_and_of_equal_ones():
    assert embeddings.pca(np.ones((1, 4))).points.tolist() == [[0, 0]]
    alone = embeddings.pca(np.ones((7, 4)))
    assert np.allclose(alone.points, 0) and alone.explained == (0, 0)


def test_tsne_repeats_and_keeps_neighbours():
    groups = np.repeat(np.eye(3), 20, axis=0) + np.random.default_rng(1).normal(scale=0.05, size=(60, 3))
    first, second = embeddings.tsne(groups), embeddings.tsne(groups)
    assert np.array_equal(first.points, second.points) and first.explained == ()
    centres = first.points.reshape(3, 20, 2).mean(axis=1)
    nearest = ((first.points[:, None] - centres) ** 2).sum(axis=-1).argmin(axis=1)
    assert nearest.tolist() == np.repeat([0, 1, 2], 20).tolist()


def test_neighbours_are_ordered_by_cosine_and_skip_the_excluded():
    rows = np.array([[1.0, 0], [2, 0.1], [0, 1], [-1, 0], [0, 0]])
    found = embeddings.neighbours(rows, rows[0], k=3, exclude=[0])
    assert [one.index for one in found] == [1, 2, 4] and found[0].cosine == pytest.approx(0.9988, abs=1e-3)
    assert [one.index for one in embeddings.neighbours(rows, rows[0], k=99, exclude=[0])] == [1, 2, 4, 3]
    assert embeddings.cosines(rows, rows[0])[4] == 0


def test_an_analogy_that_holds_and_the_words_of_the_question_do_not_count():
    rows = np.array([[1.0, 0, 0], [1, 1, 0], [0.9, 0, 1], [0.9, 1, 1.05]])
    assert embeddings.analogy(rows, 0, 1, 2, k=2)[0].index == 3
    assert len(embeddings.analogy(rows, 0, 1, 2, k=5)) == 1


def test_word_starts_have_a_space_and_then_letters(tiny):
    for tok in (tiny.tokenizer, segmentation.tokenizer(tokenizer_zoo.unigram()), segmentation.tokenizer(tokenizer_zoo.word_piece())):
        found = embeddings.word_starts(tok)
        assert found and all(word.isalpha() and len(word) >= 3 for word in found)
        assert list(found.values()) == sorted(found.values())
        assert list(embeddings.word_starts(tok, limit=2)) == list(found)[:2]


def test_whole_words_are_those_with_one_token(tiny):
    found = embeddings.whole_words(tiny.tokenizer, ["zorra", "pingüinazo", "zorra"])
    assert found == {"zorra": tokens.ids(tiny.tokenizer, " zorra")[0]}


def test_a_new_vector_falls_where_it_would_have_been(cloud):
    assert np.allclose(embeddings.pca(cloud).place(cloud[7]), embeddings.pca(cloud).points[7])
    assert embeddings.tsne(cloud[:9]).place(cloud[0]) is None


def test_a_word_is_looked_up_as_inside_a_sentence(tiny):
    assert embeddings.word_ids(tiny.tokenizer, " zorra ") == tokens.ids(tiny.tokenizer, " zorra")
    assert len(embeddings.word_ids(tiny.tokenizer, "pingüinazo")) > 1
    with pytest.raises(ValueError, match="Falta la palabra"):
        embeddings.word_ids(tiny.tokenizer, "  ")


@pytest.mark.parametrize(
    ("ask", "sentence"),
    [
        (lambda: embeddings.tsne(np.eye(4)), "al menos 5 palabras y hay 4"),
        (lambda: embeddings.pca(np.zeros((0, 3))), "forma"),
        (lambda: embeddings.project(np.eye(3), "umap"), "proyección «umap»"),
    ],
)
def test_what_cannot_be_is_said(ask, sentence):
    with pytest.raises(ValueError, match=sentence):
        ask()
