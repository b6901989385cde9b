"""Mirar dentro de una red: lo que sale es lo que la red calcula, vale para cuatro clases distintas y la red queda como estaba."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from transformers import (
    BertConfig,
    BertForMaskedLM,
    GPTNeoXConfig,
    GPTNeoXForCausalLM,
    LlamaConfig,
    LlamaForCausalLM,
    MambaConfig,
    MambaForCausalLM,
    MarianConfig,
    MarianMTModel,
)

from course_utils import inspection, models, tokens

TEXT = "Había una vez una zorra"
CLASSES = ("gpt2", "llama", "bert", "marian")
POCKET = {"decoder": TEXT, "encoder": "El gato [MASK] duerme.", "translator": "El gato negro duerme en la cabaña."}
SIZES = {"hidden_size": 32, "num_hidden_layers": 3, "num_attention_heads": 4, "intermediate_size": 48, "initializer_range": 0.3}


def random_network(build, config):
    """Una red con pesos al azar, siempre los mismos."""
    with torch.random.fork_rng():
        torch.manual_seed(1)
        return build(config).eval()


@pytest.fixture(scope="module")
def zoo(tiny):
    """Un modelo diminuto de cada clase, con el mismo tokenizador."""
    vocabulary, ends = tiny.vocab_size, {"bos_token_id": 0, "eos_token_id": 0}
    marian = {"d_model": 32, "encoder_layers": 2, "decoder_layers": 3, "encoder_attention_heads": 2, "decoder_attention_heads": 4}
    marian |= {"encoder_ffn_dim": 48, "decoder_ffn_dim": 48, "init_std": 0.3}
    marian |= {"pad_token_id": 1, "decoder_start_token_id": 1, "forced_eos_token_id": None}
    networks = {
        "llama": (LlamaForCausalLM, LlamaConfig(vocab_size=vocabulary, num_key_value_heads=2, max_position_embeddings=64, **SIZES, **ends)),
        "bert": (BertForMaskedLM, BertConfig(vocab_size=vocabulary, max_position_embeddings=64, **SIZES)),
        "marian": (MarianMTModel, MarianConfig(vocab_size=vocabulary, max_position_embeddings=64, **marian, **ends)),
        "parallel": (GPTNeoXForCausalLM, GPTNeoXConfig(vocab_size=vocabulary, max_position_embeddings=64, **SIZES, **ends)),
        "mamba": (MambaForCausalLM, MambaConfig(vocab_size=vocabulary, hidden_size=32, num_hidden_layers=2, state_size=4)),
    }  # fmt: skip
    built = {name: replace(tiny, name=name, model=random_network(*pair)) for name, pair in networks.items()}
    return built | {"gpt2": replace(tiny, name="gpt2")}


@pytest.fixture(params=CLASSES)
def any_model(request, zoo):
    return zoo[request.param]


@pytest.fixture(params=POCKET)
def pocket(request):
    return models.load(request.param), POCKET[request.param]


def output(language_model, inputs, **more):
    """Lo que da una copia de la red, pedido a transformers directamente."""
    network = type(language_model.model)(language_model.model.config)
    network.load_state_dict(language_model.model.state_dict())
    network.eval().set_attn_implementation("eager")
    with torch.inference_mode():
        return network(**inputs.arguments(network.device), **more)


@pytest.fixture(autouse=True)
def configs_as_they_were(zoo):
    """Una copia de la red comparte su configuración: se repone la manera de calcular la atención."""
    before = {name: one.model.config._attn_implementation for name, one in zoo.items()}
    yield
    for name, one in zoo.items():
        one.model.config._attn_implementation = before[name]


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


# --- el flujo residual ------------------------------------------------------------------------------------------------


def test_states_are_the_hidden_states_before_the_last_norm(any_model):
    stream = inspection.residual_stream(any_model, TEXT)
    theirs = output(any_model, inspection.read(any_model, TEXT), output_hidden_states=True)
    hidden = theirs.decoder_hidden_states if any_model.name == "marian" else theirs.hidden_states
    assert stream.states.shape == (len(hidden), len(stream.labels), 32)
    for ours, expected in zip(stream.states[:-1], hidden[:-1]):
        assert np.abs(ours - expected[0].numpy()).max() < 1e-4


@pytest.mark.parametrize("name", [*CLASSES, "parallel"])
def test_the_stream_is_its_start_plus_what_each_part_adds(zoo, name):
    stream = inspection.residual_stream(zoo[name], TEXT)
    parts = {"marian": 3, "parallel": 1}.get(name, 2)
    assert len(stream.parts) == parts == stream.contributions.shape[1]
    assert np.abs(stream.states[0] + stream.contributions.sum((0, 1)) - stream.states[-1]).max() < 1e-4


@pytest.mark.parametrize(("name", "block", "attention"), [("gpt2", "transformer.h.1", "attn"), ("llama", "model.layers.1", "self_attn")])
def test_contributions_are_what_each_module_puts_out(zoo, name, block, attention):
    modules, seen = [zoo[name].model.get_submodule(f"{block}.{part}") for part in (attention, "mlp")], []
    handles = [module.register_forward_hook(lambda *call: seen.append(call[2])) for module in modules]
    stream = inspection.residual_stream(zoo[name], TEXT)
    for handle in handles:
        handle.remove()
    for ours, theirs in zip(stream.contributions[1], (seen[0][0], seen[1])):
        assert np.abs(ours - theirs[0].numpy()).max() < 1e-4


def test_embeddings_are_rows_of_the_table(any_model):
    table, found = inspection.embedding_table(any_model), inspection.embeddings(any_model, TEXT)
    assert table.shape == (any_model.vocab_size, 32)
    ids = inspection.read(any_model, TEXT, **({"target": ""} if any_model.name == "marian" else {})).ids
    assert np.array_equal(found, table[list(ids)])
    table[:] = 0
    assert inspection.embedding_table(any_model).any(), "la tabla es una copia"


def test_the_first_state_of_gpt2_is_token_plus_position(tiny):
    stream = inspection.residual_stream(tiny, TEXT)
    positions = tiny.model.transformer.wpe.weight.detach().numpy()[: len(stream.ids)]
    assert np.abs(stream.states[0] - inspection.embeddings(tiny, TEXT) - positions).max() < 1e-6


# --- la lente de logits -----------------------------------------------------------------------------------------------


def test_the_last_level_is_the_models_own_answer(any_model):
    theirs = output(any_model, inspection.read(any_model, TEXT)).logits[0].numpy()
    assert np.abs(inspection.logit_lens(any_model, TEXT).logits[-1] - theirs).max() < 1e-4


def test_the_last_level_is_the_answer_of_the_pocket_models_too(pocket):
    language_model, text = pocket
    with torch.inference_mode():
        theirs = language_model.model(**inspection.read(language_model, text).arguments(torch.device("cpu"))).logits[0].numpy()
    assert np.abs(inspection.logit_lens(language_model, text).logits[-1] - theirs).max() < 1e-4


HEADS = {
    "gpt2": lambda network, x: network.lm_head(network.transformer.ln_f(x)),
    "llama": lambda network, x: network.lm_head(network.model.norm(x)),
    "bert": lambda network, x: network.cls(x),
    "marian": lambda network, x: network.lm_head(x) + network.final_logits_bias,
}


def test_each_level_is_the_last_norm_and_the_output_layer_on_its_state(any_model):
    lens, stream = inspection.logit_lens(any_model, TEXT), inspection.residual_stream(any_model, TEXT)
    with torch.inference_mode():
        expected = HEADS[any_model.name](any_model.model, torch.tensor(stream.states)).numpy()
    assert lens.logits.shape == (*stream.states.shape[:2], any_model.vocab_size)
    assert np.abs(lens.logits - expected).max() < 1e-4


def test_guesses_are_the_best_of_the_softmax(tiny):
    lens = inspection.logit_lens(tiny, TEXT)
    expected = torch.tensor(lens.logits[1, 2]).double().softmax(-1).sort(descending=True)
    found = lens.top(1, 2, n=4)
    assert [guess.token_id for guess in found] == expected.indices[:4].tolist()
    assert [guess.probability for guess in found] == pytest.approx(expected.values[:4].tolist())
    assert found[0].label == tokens.label(tiny.tokenizer, found[0].token_id)
    assert lens.top(1) == lens.top(1, len(lens.ids) - 1)
    with pytest.raises(ValueError, match="El nivel 3 no existe"):
        lens.top(3)
    with pytest.raises(ValueError, match="El lugar 99 no existe"):
        lens.top(0, 99)


def test_a_network_without_output_layer_or_blocks_is_explained(tiny):
    headless = replace(tiny, name="sin salida", model=tiny.model.transformer)
    with pytest.raises(ValueError, match="«sin salida» .GPT2Model. no da logits"):
        inspection.logit_lens(headless, TEXT)
    empty = replace(tiny, name="vacío", model=type(tiny.model)(tiny.model.config))
    empty.model.transformer.h = torch.nn.ModuleList()
    with pytest.raises(ValueError, match="No encuentro los bloques de «vacío»"):
        inspection.residual_stream(empty, TEXT)


# --- la red, como estaba ----------------------------------------------------------------------------------------------

LOOKS = (inspection.attention, inspection.residual_stream, inspection.logit_lens)


def condition(network):
    """Todo lo que mirar podría haber cambiado de una red."""
    hooks = [(dict(module._forward_hooks), dict(module._forward_pre_hooks)) for module in network.modules()]
    flags = [{name: value for name, value in vars(module).items() if isinstance(value, bool)} for module in network.modules()]
    names = [set(vars(module)) for module in network.modules()]
    learned = [(p.requires_grad, p.grad is None, p.is_inference(), p.sum().item()) for p in network.parameters()]
    configs = [module.config for module in network.modules() if hasattr(module, "get_decoder")]
    settings = [(config._attn_implementation, config.to_dict()) for config in configs]
    generation = getattr(network, "generation_config", None)
    return hooks, flags, names, learned, settings, generation and generation.to_dict()


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.__name__)
def test_the_network_is_left_as_it_was(any_model, look):
    network = any_model.model
    network.train()
    network.base_model.eval()  # el modo no es el mismo en todas partes
    next(network.parameters()).requires_grad_(False)
    network.config.use_cache = True
    seen = []
    handle = network.register_forward_hook(lambda *call: seen.append(1))
    before = condition(network)
    look(any_model, TEXT)
    assert condition(network) == before and seen, "el gancho de otro sigue en su sitio y ha visto pasar la cuenta"
    handle.remove()
    assert not network._forward_hooks
    next(network.parameters()).requires_grad_(True)
    network.eval()


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.__name__)
def test_also_when_it_fails(tiny, monkeypatch, look):
    before = condition(tiny.model)

    def fail(*_args, **_kwargs):
        raise RuntimeError("sin memoria")

    monkeypatch.setattr(type(tiny.model.transformer.h[1].mlp), "forward", fail)
    with pytest.raises(RuntimeError, match="sin memoria"):
        look(tiny, TEXT)
    monkeypatch.undo()
    assert condition(tiny.model) == before


def test_the_pocket_models_are_left_as_they_were(pocket):
    language_model, text = pocket
    before = condition(language_model.model)
    for look in LOOKS:
        look(language_model, text)
    assert condition(language_model.model) == before


def test_afterwards_transformers_still_gives_its_own_outputs(tiny):
    inspection.attention(tiny, TEXT)
    tiny.model.set_attn_implementation("eager")
    with torch.inference_mode():
        found = tiny.model(torch.tensor([[1, 2, 3]]), output_attentions=True, output_hidden_states=True)
    assert len(found.attentions) == 2 and len(found.hidden_states) == 3
