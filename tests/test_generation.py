"""La generación paso a paso: los mismos logits que la red entera, el mismo texto que transformers, y cada final con su nombre."""

from __future__ import annotations

import copy
import warnings
from dataclasses import replace

import pytest
import torch
from transformers import LlamaConfig, LlamaForCausalLM, MambaConfig, MambaForCausalLM

from course_utils import generation, tokens
from course_utils.generation.reading import GPT2Reader, Reader, reader

PROMPTS = ["", "La zorra", "Había una vez una zorra muy curiosa que vivía en el bosque.", "🦊 日本語 — sin sentido"]


def logits_of_whole_forward(language_model, ids):
    """Los logits tras unos ids, leídos de una vez y sin caché."""
    with torch.no_grad():
        return language_model.model(torch.tensor([ids]), use_cache=False).logits[0, -1].float()


def chosen(language_model, prompt="La zorra", **settings):
    return [step.token_id for step in generation.steps(language_model, prompt, **settings)]


def with_network(language_model, network):
    return replace(language_model, model=network.eval())


@pytest.fixture(scope="module")
def llama(tiny):
    """Otro decodificador, con otra arquitectura: RoPE, RMSNorm y cabezas agrupadas."""
    shape = {"hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2}
    config = LlamaConfig(vocab_size=tiny.vocab_size, max_position_embeddings=128, initializer_range=0.3, **shape)
    with torch.random.fork_rng():
        torch.manual_seed(1)
        return with_network(tiny, LlamaForCausalLM(config))


@pytest.fixture(scope="module")
def mamba(tiny):
    """Un decodificador sin caché de claves y valores."""
    config = MambaConfig(vocab_size=tiny.vocab_size, hidden_size=16, num_hidden_layers=1, initializer_range=0.3, state_size=4)
    with torch.random.fork_rng():
        torch.manual_seed(1)
        return with_network(tiny, MambaForCausalLM(config))


@pytest.fixture
def watched(tiny):
    """El modelo diminuto con un gancho que apunta cuántos tokens ve la primera atención."""
    network, seen = copy.deepcopy(tiny.model), []
    network.transformer.h[0].attn.register_forward_hook(lambda module, inputs, output: seen.append(inputs[0].shape[1]))
    return with_network(tiny, network), seen


# --- lo que la red calcula


@pytest.mark.parametrize("which", ["tiny", "llama", "mamba"])
@pytest.mark.parametrize("prompt", PROMPTS)
def test_the_logits_of_each_step_are_those_of_a_whole_forward_without_cache(which, prompt, request):
    language_model = request.getfixturevalue(which)
    ids = tokens.encode(language_model, prompt)
    for step in generation.steps(language_model, prompt, max_new_tokens=8):
        expected = logits_of_whole_forward(language_model, ids)
        torch.testing.assert_close(step.logits, expected, atol=2e-5, rtol=1e-4)
        torch.testing.assert_close(step.probabilities, expected.softmax(-1), atol=2e-5, rtol=1e-3)
        ids.append(step.token_id)


@pytest.mark.parametrize("which", ["tiny", "llama"])
@pytest.mark.parametrize("prompt", PROMPTS)
def test_greedy_decoding_is_that_of_transformers(which, prompt, request):
    language_model = request.getfixturevalue(which)
    ids = torch.tensor([tokens.encode(language_model, prompt)])
    settings = {"max_new_tokens": 30, "do_sample": False, "pad_token_id": 0, "eos_token_id": language_model.tokenizer.eos_token_id}
    theirs = language_model.model.generate(ids, attention_mask=torch.ones_like(ids), **settings)
    assert chosen(language_model, prompt, temperature=0, max_new_tokens=30) == theirs[0, ids.shape[1] :].tolist()


def test_plain_gpt2_is_read_by_hand_and_the_rest_through_its_own_forward(tiny, llama, watched):
    assert type(reader(tiny, 10)) is GPT2Reader
    assert type(reader(llama, 10)) is Reader
    assert type(reader(watched[0], 10)) is Reader


def test_a_hook_sees_every_token_read(watched):
    language_model, seen = watched
    prompt_length = len(tokens.encode(language_model, "La zorra"))
    generation.generate(language_model, "La zorra", max_new_tokens=5)
    assert seen == [prompt_length, 1, 1, 1, 1]


def test_a_changed_layer_counts_in_every_step(tiny):
    network = copy.deepcopy(tiny.model)
    network.transformer.h[0].mlp.c_fc = torch.nn.Sequential(network.transformer.h[0].mlp.c_fc, torch.nn.Tanh())
    changed, ids = with_network(tiny, network), tokens.encode(tiny, "La zorra")
    assert type(reader(changed, 10)) is GPT2Reader
    for step in generation.steps(changed, "La zorra", max_new_tokens=4):
        torch.testing.assert_close(step.logits, logits_of_whole_forward(changed, ids), atol=2e-5, rtol=1e-4)
        ids.append(step.token_id)


def test_next_logits_are_those_of_the_first_step(tiny):
    torch.testing.assert_close(generation.next_logits(tiny, "La zorra"), next(generation.steps(tiny, "La zorra")).logits)


def test_the_tensors_of_a_step_can_be_changed_and_belong_to_it_alone(tiny):
    first, second = generation.steps(tiny, "La zorra", max_new_tokens=2)
    first.logits[:] = 0
    assert second.logits.abs().sum() > 0
    assert (first.logits.dtype, first.logits.device.type, tuple(first.logits.shape)) == (torch.float32, "cpu", (tiny.vocab_size,))


# --- azar


def test_same_seed_same_text_and_other_seed_other_text(tiny):
    texts = [generation.generate(tiny, "La zorra", seed=seed, max_new_tokens=20) for seed in (3, 3, 4)]
    assert texts[0] == texts[1] != texts[2]


def test_the_randomness_of_others_is_neither_used_nor_touched(tiny):
    torch.manual_seed(0)
    before = torch.get_rng_state()
    first = chosen(tiny, seed=5)
    assert torch.equal(torch.get_rng_state(), before)
    torch.rand(3)
    assert chosen(tiny, seed=5) == first


def test_two_generations_at_once_do_not_disturb_each_other(tiny):
    pairs = list(zip(generation.steps(tiny, "La zorra", seed=1), generation.steps(tiny, "El búho", seed=2), strict=True))
    assert [a.token_id for a, _ in pairs] == chosen(tiny, "La zorra", seed=1)
    assert [b.token_id for _, b in pairs] == chosen(tiny, "El búho", seed=2)


def test_with_temperature_zero_the_seed_does_not_matter(tiny):
    assert chosen(tiny, temperature=0, seed=1) == chosen(tiny, temperature=0, seed=2)


# --- cada paso


def test_a_step_shows_what_was_kept_and_what_was_chosen(tiny):
    for step in generation.steps(tiny, "La zorra", top_k=5, temperature=0.7, max_new_tokens=10):
        assert int(step.kept.sum()) == 5
        assert step.kept[step.token_id]
        assert step.probability == pytest.approx(generation.distribution(step.logits, top_k=5, temperature=0.7)[step.token_id].item())
        assert step.model_probability == pytest.approx(step.logits.softmax(-1)[step.token_id].item())


def test_top_is_descending_and_raw_ignores_the_settings(tiny):
    step = next(generation.steps(tiny, "La zorra", top_k=3))
    after, raw = step.top(6), step.top(6, raw=True)
    assert [c.probability for c in after] == sorted((c.probability for c in after), reverse=True)
    assert [c.probability > 0 for c in after] == [True] * 3 + [False] * 3
    assert [c.token_id for c in after[:3]] == [c.token_id for c in raw[:3]]
    assert sum(c.probability for c in after) == pytest.approx(1)
    assert [c.label for c in raw] == [tokens.label(tiny.tokenizer, c.token_id) for c in raw]
    assert len(step.top(10_000)) == tiny.vocab_size


def test_text_grows_and_ends_as_what_generate_returns(tiny):
    steps = list(generation.steps(tiny, "La zorra", max_new_tokens=12, seed=1))
    assert steps[-1].text == generation.generate(tiny, "La zorra", max_new_tokens=12, seed=1)
    assert steps[-1].text == tokens.text(tiny.tokenizer, [step.token_id for step in steps])
    start = len(tokens.encode(tiny, "La zorra"))
    assert [step.position for step in steps] == list(range(start, start + 12))


def test_a_step_prints_on_one_line_without_its_tensors(tiny):
    step = next(generation.steps(tiny, "La zorra"))
    assert repr(step).startswith("Step(position=")
    assert "tensor" not in repr(step)
    assert "\n" not in repr(step)


# --- finales


def test_it_ends_at_the_limit(tiny):
    steps = list(generation.steps(tiny, "La zorra", max_new_tokens=3))
    assert [step.finish for step in steps] == [None, None, "límite"]


def test_it_ends_with_the_end_token_which_adds_no_text(tiny):
    network = copy.deepcopy(tiny.model)
    seen = []

    def end_at_third(module, inputs, output):
        seen.append(1)
        output[..., tiny.tokenizer.eos_token_id] += 1e6 if len(seen) == 3 else -1e6

    network.lm_head.register_forward_hook(end_at_third)
    steps = list(generation.steps(with_network(tiny, network), "La zorra"))
    assert [step.finish for step in steps] == [None, None, "fin"]
    assert steps[-1].piece == "(fin)"
    assert steps[-1].text == steps[-2].text


def test_it_stops_as_soon_as_a_stop_text_appears_even_across_tokens(tiny):
    whole = list(generation.steps(tiny, "La zorra", max_new_tokens=10))
    stop = whole[3].piece[-1:] + whole[4].piece[:1]
    steps = list(generation.steps(tiny, "La zorra", max_new_tokens=10, stop=["nunca sale", stop]))
    assert steps[-1].finish == "parada"
    assert stop in steps[-1].text
    assert all(stop not in step.text for step in steps[:-1])
    assert len(steps) <= 5


def test_a_stop_may_be_a_single_text(tiny):
    text = generation.generate(tiny, "La zorra", max_new_tokens=10)
    assert generation.generate(tiny, "La zorra", max_new_tokens=10, stop=text[0]) != text


def test_it_ends_when_the_window_is_full(tiny):
    prompt = "z" * 117
    steps = list(generation.steps(tiny, prompt, max_new_tokens=40))
    assert len(tokens.encode(tiny, prompt)) == 118
    assert len(steps) == tiny.window - 118
    assert [step.finish for step in steps[-2:]] == [None, "ventana"]
    assert steps[-1].position == tiny.window - 1


def test_a_prompt_too_long_keeps_its_end_and_says_how_much_it_dropped(tiny):
    prompt = "zkwxq" * 40  # letras que el tokenizador no junta: un token cada una
    kept = tiny.window - 30
    with pytest.warns(UserWarning, match=rf"ocupa 201 tokens .* caben 128: se han quitado los {201 - kept} primeros"):
        steps = list(generation.steps(tiny, prompt, max_new_tokens=30, temperature=0))
    assert (len(steps), steps[-1].finish) == (30, "límite")
    assert [step.token_id for step in steps] == chosen(tiny, prompt[-(kept - 1) :], max_new_tokens=30, temperature=0)


def test_a_prompt_that_just_fills_the_window_is_read_whole_by_next_logits_and_shortened_by_steps(tiny):
    prompt = "z" * 127
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert generation.next_logits(tiny, prompt).shape == (tiny.vocab_size,)
    with pytest.warns(UserWarning, match="queda el final"):
        assert len(chosen(tiny, prompt, max_new_tokens=500)) == tiny.window // 2


# --- entradas raras


def test_fifty_thousand_characters_are_shortened_with_one_warning(tiny):
    with pytest.warns(UserWarning, match="caben 128") as caught:
        steps = list(generation.steps(tiny, "Había una zorra. " * 3000, max_new_tokens=4))
    assert (len(steps), len(caught)) == (4, 1)


def test_fifty_thousand_characters_without_a_space_do_not_hang(tiny):
    with pytest.warns(UserWarning, match="caben 128"):
        assert generation.next_logits(tiny, "ñandú" * 10_000).isfinite().all()


@pytest.mark.parametrize(
    "prompt", ["🦊👩‍🚀", "The fox said: hello", "日本語", "\n\n\n", "   ", "<|endoftext|>", "</script><img src=x onerror=alert(1)>"]
)
def test_any_readable_text_is_a_prompt(tiny, prompt):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(chosen(tiny, prompt, max_new_tokens=3)) == 3


def test_control_characters_are_left_out_with_a_warning(tiny):
    with pytest.warns(UserWarning, match="caracteres de control"):
        dirty = chosen(tiny, "La\x00 zo\x1brra", max_new_tokens=5)
    assert dirty == chosen(tiny, "La zorra", max_new_tokens=5)


BAD = [
    ({"temperature": -1}, "temperatura .* has dado -1"),
    ({"temperature": float("nan")}, "temperatura .* has dado nan"),
    ({"top_k": -3}, "top_k .* has dado -3"),
    ({"top_k": 1.5}, "top_k .* has dado 1,5"),
    ({"top_p": 2}, "top_p .* has dado 2"),
    ({"max_new_tokens": 0}, "max_new_tokens .* has dado 0"),
    ({"max_new_tokens": 2.5}, "max_new_tokens .* has dado 2,5"),
    ({"seed": "hola"}, "semilla .* has dado 'hola'"),
    ({"seed": 2**70}, "semilla"),
    ({"stop": [""]}, "paradas"),
    ({"stop": [3]}, "paradas"),
    ({"prompt": None}, "Hace falta un texto, y has dado NoneType"),
    ({"prompt": 5}, "Hace falta un texto, y has dado int"),
]


@pytest.mark.parametrize(("bad", "sentence"), BAD)
def test_a_bad_setting_is_told_at_once_in_one_spanish_sentence(tiny, bad, sentence):
    with pytest.raises(ValueError, match=sentence) as error:
        generation.steps(tiny, **{"prompt": "La zorra"} | bad)
    assert "\n" not in str(error.value)
