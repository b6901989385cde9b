"""Las figuras del capítulo 7: lo que buscan en el modelo, lo que miden y lo que se niegan a dibujar."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest
import torch
from matplotlib.figure import Figure

from course_utils import inspection, models, tokens
from course_utils.figures import (
    attention_panels,
    chapter_07,
    dictionary,
    embedding_map,
    fading,
    heads,
    last_mile,
    original_transformer,
    recurrence,
    store,
    sums,
    word_order,
)

STORY = ("(inicio)", "En", "el", "bosque", "vivía", "una", "rana", ".", "Nunca", "salía", "del", "bosque") + (
    ".",
    "Un",
    "día",
    ",",
    "la",
    "rana",
)


@pytest.fixture(scope="module")
def decoder():
    return models.load("decoder")


@pytest.fixture(scope="module")
def translator():
    return models.load("translator")


@pytest.fixture
def story():
    return heads.Text(tuple(sorted(set(STORY)).index(label) for label in STORY), STORY)


# --- 5: el gradiente ---------------------------------------------------------------------------------------------------


def test_the_recurrent_networks_fade_and_the_transformer_does_not():
    rnn, lstm, transformer = (fading.reached(name) for name in (fading.RNN, fading.LSTM, fading.TRANSFORMER))
    assert rnn[0] == lstm[0] == transformer[0] == 1 and len(rnn) == fading.LENGTH - 1
    assert rnn[19] < 1e-4 and rnn[19] < lstm[19] < 0.01 and transformer.min() > 0.3


def test_the_measured_gradient_is_the_jacobian_of_a_vanilla_rnn():
    """La misma red, con la derivada escrita a mano: dh_T/dx_t = producto de diag(1 − h²) W, por W de entrada."""
    torch.manual_seed(3)
    network, words, out = (
        torch.nn.RNN(fading.WIDTH, fading.WIDTH, batch_first=True), torch.randn(1, fading.LENGTH, fading.WIDTH), torch.randn(fading.WIDTH),
    )  # fmt: skip
    states = network(words)[0][0].detach()
    back, norms = out, []
    for state in states.flip(0):
        back = back * (1 - state**2)
        norms.insert(0, float((back @ network.weight_ih_l0.detach()).norm()))
        back = back @ network.weight_hh_l0.detach()
    assert np.allclose(fading._norms(fading.RNN, 3), norms, rtol=1e-3)


def test_measuring_leaves_the_random_state_alone():
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    fading._norms(fading.GRU, 0)
    assert torch.equal(torch.rand(3), expected)


@pytest.mark.parametrize(
    ("share", "words"),
    [(0.9, "casi lo mismo"), (0.01, "100 veces menos"), (1 / 19_234, "19.000 veces menos"), (2.8e-7, "3,6 millones de veces menos")],
)
def test_a_share_is_said_in_words(share, words):
    assert recurrence.less(share) == words


# --- 6: el plano -------------------------------------------------------------------------------------------------------


def test_the_encoder_enters_the_middle_of_the_decoder():
    plan = original_transformer.plan(("hola",), ("(inicio)",), (("hello", "99 %"), ("hi", "1 %")), "N = 6")
    labels = {shape.content: shape for shape in plan.shapes if hasattr(shape, "content")}
    arrows = [shape for shape in plan.shapes if getattr(shape, "head", False) and shape.role == "truth"]
    assert len(arrows) == 1
    assert labels["autoatención con máscara"].y > arrows[0].points[1][1] > labels["red feed-forward"].y
    assert abs(arrows[0].points[1][1] - labels["atención cruzada"].y) < original_transformer.BOX / 2


def test_figures_of_the_translator_refuse_another_kind_of_model(decoder):
    for number in (6, 9):
        with pytest.raises(ValueError, match="decoder"):
            store.scene(number, translator=decoder)


# --- 7: el tokenizador -------------------------------------------------------------------------------------------------


def test_the_pieces_are_the_sentence_and_the_ids_are_the_tokenizers(decoder):
    found = dictionary.cut(decoder.tokenizer)
    assert "".join(found.pieces).replace("␣", " ") == found.sentence
    assert list(found.ids) == decoder.tokenizer(found.sentence)["input_ids"]
    assert found.count >= 2 and found.word in found.sentence and dictionary.FEWEST <= len(found.ids) <= dictionary.MOST


def test_each_page_shows_the_neighbouring_ids(decoder):
    page = dictionary._page(decoder.tokenizer, 300)
    written = [shape.content for shape in page.shapes if hasattr(shape, "content")]
    assert written[::2] == ["299", "300", "301"]


# --- 8: los embeddings -------------------------------------------------------------------------------------------------


def test_labels_are_pushed_apart_and_stay_inside():
    places, sizes = np.full((12, 2), 50.0) + np.arange(12)[:, None] * 0.1, np.tile([40.0, 15.0], (12, 1))
    moved = embedding_map._apart(places, sizes, np.array([300.0, 200.0]))
    for a, b in combinations(moved, 2):
        assert (np.abs(a - b) >= (40 - 0.1, 15 - 0.1)).any()
    assert (moved >= sizes / 2).all() and (moved <= (300, 200) - sizes / 2).all()


def test_alike_counts_neighbours_of_the_same_class():
    vectors = np.array([[1.0, 0.0], [0.9, 0.1], [0.0, 1.0], [0.1, 0.9]])
    names = ("gato", "perro", "río", "lago")
    assert embedding_map.Words(names, ("a", "a", "b", "b"), vectors).alike() == 4
    assert embedding_map.Words(names, ("a", "b", "a", "b"), vectors).alike() == 0


def test_every_neighbour_listed_is_of_the_words_class(decoder):
    shown = embedding_map.words(decoder)
    name, near = embedding_map.listed(decoder, shown)
    group = shown.groups[shown.names.index(name)]
    assert {word for word, _ in near} <= set(embedding_map._classes()[group]) - {name}
    assert [cosine for _, cosine in near] == sorted((cosine for _, cosine in near), reverse=True)


# --- 9 y 10: las posiciones --------------------------------------------------------------------------------------------


def test_without_positions_the_order_is_lost_and_the_model_is_left_as_it_was(translator):
    before = inspection.attention(translator, "El gato ve al perro.", target="The")["encoder"].weights
    found = word_order.shuffle(translator)
    assert min(found.without) > 0.9999 and min(found.using) < word_order.DIFFERENT
    assert sorted(found.first) == sorted(found.second) and found.first != found.second
    assert np.array_equal(inspection.attention(translator, "El gato ve al perro.", target="The")["encoder"].weights, before)


def test_the_written_sums_add_up(decoder):
    _, found = sums.sums(decoder)
    assert found[0].label == found[2].label and np.array_equal(found[0].token, found[2].token)
    for s in found:
        for dimension in sums.legible(found):
            token, position, entering = (round(float(part[dimension]), 2) for part in (s.token, s.position, s.entering))
            assert token + position == pytest.approx(entering, abs=1e-6)
    assert sums.written(sums.Sum("el", 4, np.array([0.25]), np.array([-0.5]), np.array([-0.25])), 0) == "el, 0,25 + (−0,50) = −0,25"


# --- 11 y 12: las cabezas ----------------------------------------------------------------------------------------------


def test_a_noun_about_to_be_repeated_is_linked_to_where_it_was(story):
    assert heads.linked(story, 10) == [3]  # «del», antes de «bosque»
    assert heads.linked(story, 16) == [6]  # «la», antes de «rana»
    assert heads.linked(story, 9) == heads.linked(story, 17) == []


def test_the_targets_of_each_job(story):
    found = heads.targets(story, 10)
    near = {heads.PREVIOUS: [9], heads.ITSELF: [10], heads.SENTENCE: [8, 9, 10]}
    assert found == {heads.LINK: [3], heads.START: [0], heads.MARKS: [7]} | near
    assert heads.targets(story, 12)[heads.SAME] == [7] and heads.targets(story, 11)[heads.SAME] == [3]


def measured(**shares: list[float]) -> dict[str, heads.Job]:
    return {name: heads.Job(name, np.array([values]), 0.05, 10) for name, values in shares.items()}


def test_each_head_gets_one_job_and_each_job_one_head():
    found = heads.named(measured(enlace=[0.9, 0.8, 0.0], inicio=[0.7, 0.6, 0.02], signos=[0.0, 0.0, 0.09]), 0)
    assert [(job.head, job.job) for job in found] == [(0, "enlace"), (1, "inicio")]


def test_heads_without_a_job_are_not_named():
    with pytest.raises(ValueError, match="dos cabezas con un oficio claro"):
        heads.layer_with_jobs(measured(enlace=[0.9, 0.05], inicio=[0.06, 0.05]))


def test_the_jobs_are_measured_on_the_attention_of_the_network(decoder):
    """El oficio «inicio» de una cabeza es la media de su primera columna, calculada aquí de otra manera."""
    total, n = 0.0, 0
    for text in heads.texts(decoder, heads.STORIES):
        output = inspection.attention(decoder, text.ids)["decoder"].weights
        total, n = total + output[:, :, heads.FIRST :, 0].sum(-1), n + len(text.ids) - heads.FIRST
    job = heads.jobs(decoder)[heads.START]
    assert job.cases == n and np.allclose(job.share, total / n, atol=1e-5)


def test_a_triangle_writes_only_what_may_be_looked_at():
    weights = np.tril(np.full((4, 4), 0.25)) + np.diag([0.75, 0.5, 0.25, 0.0])
    axis = Figure().add_subplot()
    names = dict(enumerate("abcd"))
    attention_panels.paint(axis, weights, names, names, frames=[(3, 1)], written=True)
    places = {tuple(map(int, text.get_position())): text.get_text() for text in axis.texts}
    assert len(places) == 10 and all(column <= row for column, row in places) and places[0, 0] == "100"


# --- 13: de los logits a la palabra ------------------------------------------------------------------------------------


def test_the_last_mile_is_the_networks_own(decoder):
    found = last_mile.journey(decoder)
    with torch.inference_mode():
        logits = decoder.model(torch.tensor([tokens.encode(decoder, found.prompt)])).logits[0, -1].numpy()
        norm, head = decoder.model.transformer.ln_f, decoder.model.lm_head
        projected = head(norm(torch.tensor(found.states[-1]))).numpy()
    assert np.allclose(found.logits, logits, atol=1e-3) and np.allclose(projected, logits, atol=1e-3)
    assert np.allclose(found.states[0] + found.parts.sum((0, 1)), found.states[-1], atol=1e-2)
    assert found.parts.shape[-1] == decoder.model.config.n_embd != len(found.logits)  # lo que da la feed-forward no son logits


def test_probabilities_that_are_not_the_softmax_are_refused():
    logits, flat = np.array([2.0, 1.0, 0.0]), np.array([0.5, 0.3, 0.2])
    wrong = last_mile.Journey("a", "a", np.ones((2, 4)), np.ones((1, 2, 4)), 16, logits, flat, (("a", 0), ("b", 1)))
    with pytest.raises(ValueError, match="softmax"):
        last_mile.compared(wrong)
    right = last_mile.Journey("a", "a", np.ones((2, 4)), np.ones((1, 2, 4)), 16, logits, np.exp(logits) / np.exp(logits).sum(), wrong.top)
    assert f"{math.e:.1f}".replace(".", ",") in last_mile.compared(right)


def test_a_gradient_that_does_not_fade_is_refused(monkeypatch):
    monkeypatch.setattr(fading, "reached", lambda name: np.ones(fading.LENGTH - 1))
    with pytest.raises(ValueError, match="no se apaga"):
        chapter_07.llm_05()
