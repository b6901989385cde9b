"""Mirar dentro de una red: la atención es la que la red calcula, y lo que lee lleva lo que pide cada clase."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from course_utils import inspection, models, tokens

from .conftest import POCKET, TEXT, output

# --- la atención ------------------------------------------------------------------------------------------------------


def test_attention_is_what_transformers_gives(any_model):
    found = inspection.attention(any_model, TEXT)
    theirs = output(any_model, inspection.read(any_model, TEXT), output_attentions=True)
    names = {"encoder": "encoder_attentions", "decoder": "decoder_attentions", "cross": "cross_attentions"}
    for kind, one in found.items():
        expected = theirs.attentions if len(found) == 1 else theirs[names[kind]]
        assert one.weights.shape == (len(expected), *expected[0].shape[1:])
        assert np.abs(one.weights - np.stack([layer[0].numpy() for layer in expected])).max() < 1e-5


def test_attention_by_hand_from_the_weights(tiny):
    """La primera capa de GPT-2: softmax(QKᵀ/√d) con la máscara causal, hecha aquí con numpy."""
    ids = tokens.encode(tiny, TEXT)
    network, weights = tiny.model.transformer, {name: value.numpy() for name, value in tiny.model.state_dict().items()}
    x = weights["transformer.wte.weight"][ids] + weights["transformer.wpe.weight"][: len(ids)]
    x = (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + network.config.layer_norm_epsilon)
    x = x * weights["transformer.h.0.ln_1.weight"] + weights["transformer.h.0.ln_1.bias"]
    q, k, _ = np.split(x @ weights["transformer.h.0.attn.c_attn.weight"] + weights["transformer.h.0.attn.c_attn.bias"], 3, axis=-1)
    q, k = (one.reshape(len(ids), 4, 8).transpose(1, 0, 2) for one in (q, k))
    scores = np.where(np.tri(len(ids), dtype=bool), q @ k.transpose(0, 2, 1) / np.sqrt(8), -np.inf)
    expected = np.exp(scores - scores.max(-1, keepdims=True))
    expected /= expected.sum(-1, keepdims=True)
    assert np.abs(inspection.attention(tiny, TEXT)["decoder"].weights[0] - expected).max() < 1e-5


KINDS = {"gpt2": ["decoder"], "llama": ["decoder"], "bert": ["encoder"], "marian": ["encoder", "decoder", "cross"]}


def test_each_architecture_has_its_kinds(any_model):
    assert list(inspection.attention(any_model, TEXT)) == KINDS[any_model.name]


def test_rows_sum_to_one_and_the_causal_ones_do_not_see_the_future(any_model):
    for one in inspection.attention(any_model, TEXT).values():
        assert np.allclose(one.weights.sum(-1), 1, atol=1e-5)
        future = np.triu(np.ones(one.weights.shape[2:]), 1).astype(bool)
        assert (one.weights[..., future] == 0).all() == one.causal
        assert one.weights.dtype == np.float32 and one.weights.shape[2:] == (len(one.queries), len(one.keys))


def test_the_pocket_translator_looks_at_the_word_it_translates():
    cross = inspection.attention(models.load("translator"), POCKET["translator"])["cross"]
    assert cross.written == (*cross.queries[1:], tokens.END) and cross.queries[0] == tokens.START
    row = cross.weights[2].mean(0)[cross.written.index("cat")]
    assert cross.keys[row.argmax()] == "gato"


def test_a_given_target_is_read_instead_of_the_models_own(zoo):
    cross = inspection.attention(zoo["marian"], TEXT, target="zorra")["cross"]
    shown = tuple(tokens.label(zoo["marian"].tokenizer, i) for i in tokens.ids(zoo["marian"].tokenizer, "zorra"))
    assert cross.queries == (tokens.START, *shown) and cross.keys[-1] == tokens.END


def test_an_index_out_of_range_is_explained(tiny):
    found = inspection.attention(tiny, TEXT)["decoder"]
    assert found.head(1, 3).shape == (len(found.queries), len(found.keys))
    with pytest.raises(ValueError, match="La capa 2 no existe: hay 2, de la 0 a la 1"):
        found.head(2, 0)
    for head in (4, -1, True, "0"):
        with pytest.raises(ValueError, match="La cabeza .* no existe: hay 4, de la 0 a la 3"):
            found.head(0, head)


def test_a_model_without_attention_is_explained(zoo):
    with pytest.raises(ValueError, match=r"«mamba» \(MambaForCausalLM\) no da pesos de atención: usa otro"):
        inspection.attention(zoo["mamba"], TEXT)


# --- lo que se lee ----------------------------------------------------------------------------------------------------


def test_what_is_read_carries_the_special_tokens_of_each_class(tiny):
    assert inspection.read(tiny, TEXT).ids == tuple(tokens.encode(tiny, TEXT)) and inspection.read(tiny, "").labels == (tokens.START,)
    assert inspection.read(models.load("encoder"), "El [MASK].").labels == ("[CLS]", "El", "[MASK]", ".", "[SEP]")
    translated = inspection.read(models.load("translator"), "", target="")
    assert translated.labels == (tokens.END,) and translated.target_labels == (tokens.START,) and translated.next_labels == (tokens.END,)


def test_ids_are_read_as_they_are(any_model):
    ids = tokens.ids(any_model.tokenizer, TEXT)
    for given in (ids, np.array(ids), torch.tensor(ids)):
        assert inspection.read(any_model, given, **({"target": []} if any_model.name == "marian" else {})).ids == tuple(ids)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ([], "ningún token"),
        ([0, 9999], "El id 9999 no existe"),
        ([1.5], "ids enteros"),
        (None, "y has dado NoneType"),
        ("una " * 500, "acórtalo"),
    ],
)
def test_what_cannot_be_read_is_explained(zoo, text, sentence):
    for name in ("gpt2", "bert", "marian"):
        with pytest.raises(ValueError, match=sentence):
            inspection.attention(zoo[name], text)


def test_a_target_where_there_is_none_is_explained(tiny):
    with pytest.raises(ValueError, match="es un decodificador y solo lee un texto: quita target"):
        inspection.logit_lens(tiny, TEXT, target="hola")
