"""Posiciones: la fórmula, la tabla de cada modelo y lo que se parecen dos."""

from __future__ import annotations

import numpy as np
import pytest

from course_utils import models, positions


def test_the_formula_is_that_of_the_paper():
    found = positions.sinusoidal(60, 16)
    for p, i in ((0, 0), (1, 0), (7, 3), (59, 7)):
        angle = p / 10_000 ** (2 * i / 16)
        assert found[p, 2 * i] == pytest.approx(np.sin(angle)) and found[p, 2 * i + 1] == pytest.approx(np.cos(angle))


def test_in_halves_it_is_the_one_of_marian():
    network = models.load("translator").model
    stored = network.model.encoder.embed_positions.weight.detach().numpy()
    assert np.allclose(stored, positions.sinusoidal(*stored.shape, layout="halves"), atol=1e-3)


@pytest.mark.parametrize(
    ("name", "kind", "shape"),
    [("decoder", positions.LEARNED, (256, 192)), ("encoder", positions.LEARNED, (128, 128)), ("translator", positions.SINUSOIDAL, (128, 128))],
)
def test_each_pocket_model_shows_its_own(name, kind, shape):
    model = models.load(name)
    found = positions.of(model)
    assert (found.kind, found.vectors.shape, found.origin) == (kind, shape, name)
    assert np.array_equal(positions.of(model.model).vectors, found.vectors)
    assert positions.of(model, length=5).vectors.shape == (5, shape[1])


def network(build, config, **sizes):
    import transformers

    return getattr(transformers, build)(getattr(transformers, config)(vocab_size=50, **sizes))


SMALL = {"d_model": 16, "encoder_layers": 1, "decoder_layers": 1, "encoder_attention_heads": 2, "decoder_attention_heads": 2,
         "encoder_ffn_dim": 8, "decoder_ffn_dim": 8, "max_position_embeddings": 30, "pad_token_id": 1}  # fmt: skip
BERT = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 8}


def test_rows_that_are_no_position_are_skipped():
    assert positions.of(network("BartForConditionalGeneration", "BartConfig", **SMALL)).vectors.shape == (30, 16)
    assert positions.of(network("RobertaForMaskedLM", "RobertaConfig", max_position_embeddings=32, **BERT)).vectors.shape == (30, 16)
    assert positions.of(network("DistilBertForMaskedLM", "DistilBertConfig", dim=16, n_layers=1, n_heads=2, hidden_dim=8)).kind == "aprendidas"


def test_models_that_add_no_positions_say_what_they_do_instead():
    llama = network("LlamaForCausalLM", "LlamaConfig", **BERT)
    with pytest.raises(ValueError, match="rotatorias"):
        positions.of(llama)
    t5 = network("T5ForConditionalGeneration", "T5Config", d_model=16, d_kv=8, num_layers=1, num_heads=2, d_ff=8)
    with pytest.raises(ValueError, match="relativas"):
        positions.of(t5)


def test_similarity_is_the_cosine_or_the_dot_product():
    table = positions.sinusoidal(40, 32)
    dots, cosines = positions.similarity(table, 10, measure="dot"), positions.similarity(table, 10)
    assert dots[10] == pytest.approx(16) and cosines[10] == pytest.approx(1)  # sen² + cos² = 1 por cada pareja
    assert np.allclose(dots[11:21], dots[9:0:-1].tolist() + [dots[0]])  # solo depende de la distancia
    assert cosines[3] == pytest.approx(table[3] @ table[10] / np.linalg.norm(table[3]) / np.linalg.norm(table[10]))


def test_the_zero_vector_resembles_nothing():
    assert positions.similarity(np.zeros((3, 4)), 1).tolist() == [0, 0, 0]


def test_one_position_and_five_hundred():
    assert positions.similarity(positions.of("sinusoidal", length=1).vectors, 0) == pytest.approx([1])
    assert positions.of("sinusoidal", length=500).vectors.shape == (500, 128)


@pytest.mark.parametrize(
    ("ask", "sentence"),
    [
        (lambda: positions.of("sinusoidal", length=0), "Has pedido 0 posiciones"),
        (lambda: positions.of("otra"), "posiciones «otra»"),
        (lambda: positions.of(np.zeros((0, 4))), "forma"),
        (lambda: positions.of(object()), "objeto object"),
        (lambda: positions.sinusoidal(4, 7), "número par"),
        (lambda: positions.sinusoidal(4, 8, layout="x"), "reparto «x»"),
        (lambda: positions.similarity(np.eye(3), 3), "La posición 3 no está en la tabla: van de 0 a 2"),
        (lambda: positions.similarity(np.eye(3), 0, measure="x"), "medida «x»"),
    ],
)
def test_what_cannot_be_is_said(ask, sentence):
    with pytest.raises(ValueError, match=sentence):
        ask()
