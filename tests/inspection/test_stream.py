"""Mirar dentro de una red: el flujo residual y la lente son los que calcula, y la red queda como estaba."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from course_utils import inspection, tokens

from .conftest import CLASSES, TEXT, output

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
