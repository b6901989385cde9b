"""Lo que el curso hace con un modelo de bolsillo lo hace también con uno de otra clase: contra `generate` y la propia red."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
import torch

from course_utils import adapters, dialogues, evaluation, generation, inspection, prompting, retrieval, tokens, training, tuning
from course_utils.generation import beams, following, many, replying, translating
from course_utils.microworld import orders
from tests.public import zoo

TEXT = "Había una vez una zorra"
ALL = (*zoo.DECODERS, *zoo.ENCODERS, *zoo.BOTH)
TALK = [{"role": "user", "content": "Hola"}]
SYSTEM = [{"role": "system", "content": "Sé breve"}, *TALK]
METHODS = (adapters.Full(), adapters.LoRA(rank=2), adapters.Bottleneck(4), adapters.IA3(), adapters.PromptTuning(4), adapters.LastLayers())


@pytest.fixture(params=ALL)
def anyone(request, made):
    return made(request.param)


@pytest.fixture(params=zoo.DECODERS)
def decoder(request, made):
    return made(request.param)


@pytest.fixture(params=zoo.ENCODERS)
def encoder(request, made):
    return made(request.param)


@pytest.fixture(params=zoo.BOTH)
def translator(request, made):
    return made(request.param)


# --- lo que se lee ----------------------------------------------------------------------------------------------------


def test_the_role_is_known(made):
    assert {made(name).role for name in zoo.DECODERS} == {"decodificador"}
    assert {made(name).role for name in zoo.ENCODERS} == {"codificador"}
    assert {made(name).role for name in zoo.BOTH} == {"codificador-decodificador"}


def test_the_window_is_what_can_really_be_read(anyone):
    """RoBERTa guarda posiciones para el relleno: con una más de las que dice la ventana, la red se sale de su tabla."""
    assert 90 <= anyone.window <= 512
    ids = torch.full((1, anyone.window), len(anyone.tokenizer) - 1)
    with torch.inference_mode():
        more = {"decoder_input_ids": ids[:, :1]} if anyone.role == "codificador-decodificador" else {}
        assert torch.isfinite(anyone.model(ids, **more).logits).all()


def test_without_a_limit_of_positions_the_window_is_that_of_its_training(made):
    assert made("t5").window == 512


def test_pieces_are_legible_and_together_are_the_text(anyone):
    ids = tokens.ids(anyone.tokenizer, TEXT)
    pieces = tokens.whole_pieces(anyone.tokenizer, ids)
    assert "".join(piece.text for piece in pieces).strip() == TEXT == tokens.text(anyone.tokenizer, ids).strip()
    assert not any(mark in piece.text for piece in pieces for mark in "ĠÃ▁�#")
    assert sum(len(piece.ids) for piece in pieces) == len(ids)


def test_every_token_has_a_label(anyone):
    assert all(tokens.label(anyone.tokenizer, i) for i in range(anyone.vocab_size))


def test_a_text_starts_as_each_model_expects(made):
    starts = {name: tokens.encode(made(name), TEXT)[0] for name in zoo.DECODERS}
    for name in ("gpt2", "llama", "gemma2", "gemma3"):
        assert starts[name] == made(name).tokenizer.bos_token_id
    for name in ("qwen2", "qwen3"):   # no tienen token de inicio: un texto empieza por su primera pieza
        assert starts[name] == tokens.ids(made(name).tokenizer, TEXT)[0]


def test_an_empty_prompt_has_always_something_to_read(anyone):
    found = tokens.prompt_ids(anyone.tokenizer, "")
    assert len(found) == 1
    assert isinstance(found[0], int)


def test_without_any_mark_an_empty_text_is_explained():
    bare = zoo.tokenizer(zoo.Species("", {}, "bytes", {"unk_token": "<unk>"}))
    with pytest.raises(ValueError, match="ningún token con que empezar"):
        tokens.prompt_ids(bare, "")


@pytest.mark.parametrize("name", ["gpt2", "llama", "qwen2", "gemma2", "t5"])
@pytest.mark.parametrize("text", ["zorra", " zorra", "una llave"])
def test_what_follows_brings_no_space_of_its_own(made, name, text):
    tokenizer = made(name).tokenizer
    found = tokens.following_ids(tokenizer, text)
    assert tokens.text(tokenizer, found) == text


# --- generar ----------------------------------------------------------------------------------------------------------


def greedy(language_model, ids, limit, **more):
    made = language_model.model.generate(torch.tensor([ids]), max_new_tokens=limit, do_sample=False, **more)
    return made[0, len(ids) :].tolist()


def test_our_generation_is_that_of_generate(decoder):
    ids = tokens.prompt_ids(decoder.tokenizer, TEXT)
    *_, last = generation.steps(decoder, TEXT, temperature=0, max_new_tokens=20)
    assert list(last.generated) == greedy(decoder, ids, 20, pad_token_id=0)


def test_it_also_slides_past_its_local_window(made):
    """En Gemma unas capas solo ven los últimos 8 tokens: la caché también."""
    for name in ("gemma2", "gemma3"):
        one, prompt = made(name), TEXT * 3
        *_, last = generation.steps(one, prompt, temperature=0, max_new_tokens=12)
        assert list(last.generated) == greedy(one, tokens.prompt_ids(one.tokenizer, prompt), 12, pad_token_id=0)


def test_it_starts_from_nothing(decoder):
    assert len(list(generation.steps(decoder, "", max_new_tokens=3))) <= 3


def test_a_prompt_that_does_not_fit_is_cut(decoder):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert list(generation.steps(decoder, TEXT * 80, max_new_tokens=3))


def test_batched_replies_are_the_single_ones(decoder):
    prompts = [TEXT, "Una"]
    alone = [generation.generate(decoder, prompt, temperature=0, max_new_tokens=5).strip() for prompt in prompts]
    assert replying.continuations(decoder, prompts, max_new_tokens=5) == alone


def forcing(language_model, token_id):
    """Hace que la red escriba siempre un token, con un gancho que se puede quitar."""

    def only(_module, _args, output):
        output.logits[..., token_id] = 1e4
        return output

    return language_model.model.register_forward_hook(only)


@pytest.mark.parametrize("name", ["qwen2", "gemma2", "gemma3"])
def test_any_of_its_ends_ends(made, name):
    """Los de conversación acaban el turno con otro token que el del texto: si no se mirara, hablarían solos hasta el límite."""
    one = made(name)
    assert len(one.ends) == 2
    for end in one.ends:
        hook = forcing(one, end)
        try:
            *_, last = generation.steps(one, TEXT, max_new_tokens=5, temperature=0)
            assert (last.finish, last.text, len(last.generated)) == ("fin", "", 1)
            assert replying.continuations(one, [TEXT], max_new_tokens=5) == [""]
        finally:
            hook.remove()


@pytest.mark.parametrize("messages", [TALK, SYSTEM])
@pytest.mark.parametrize("name", ["qwen2", "gemma2"])
def test_a_conversation_is_written_with_its_template(made, name, messages):
    one = made(name)
    shown = one.tokenizer.decode(tokens.conversation_ids(one.tokenizer, messages))
    assert "Hola" in shown.replace(" ", "")
    assert ("Sé breve" in shown) == (messages is SYSTEM)
    assert dialogues.fit(one.tokenizer, messages, window=one.window).prompt == len(tokens.conversation_ids(one.tokenizer, messages))


def test_a_conversation_that_the_template_refuses_is_explained(made):
    tokenizer = made("gemma2").tokenizer
    before, tokenizer.chat_template = tokenizer.chat_template, "{{ raise_exception('no') }}"
    try:
        with pytest.raises(ValueError, match="no admite esa conversación"):
            tokens.conversation_ids(tokenizer, TALK)
    finally:
        tokenizer.chat_template = before


# --- medir ------------------------------------------------------------------------------------------------------------


def test_loss_and_conditionals_agree(decoder):
    """La pérdida de un texto es la suma de las de sus trozos y la del token de fin."""
    found = evaluation.conditionals(decoder, TEXT)
    measured = evaluation.loss(decoder, [TEXT])
    ids = tokens.ids(decoder.tokenizer, TEXT)
    row = torch.tensor([[tokens.opening(decoder.tokenizer), *ids]])
    with torch.inference_mode():
        last = decoder.model(row).logits[0, -1].log_softmax(-1)[decoder.tokenizer.eos_token_id].item()
    assert measured.tokens == len(ids) + 1
    assert measured.nats_per_token * measured.tokens == pytest.approx(-found.log_probability - last, rel=1e-3)


def test_what_follows_is_scored_as_if_read_whole(decoder):
    before, after = TEXT, " muy curiosa"
    found = following.log_probabilities(decoder, [before], [after, " sol"])[0, 0].item()
    head = tokens.prompt_ids(decoder.tokenizer, before)
    tail = tokens.following_ids(decoder.tokenizer, after)
    with torch.inference_mode():
        scores = decoder.model(torch.tensor([[*head, *tail]])).logits[0].log_softmax(-1)
    expected = sum(scores[len(head) - 1 + k, one].item() for k, one in enumerate(tail))
    assert found == pytest.approx(expected, rel=1e-3)


def test_the_next_token_of_many_prompts_is_the_one_of_each(decoder):
    from course_utils.prompting import batches

    found = batches.next_probabilities(decoder, [TEXT, "Una"])
    for row, prompt in zip(found, [TEXT, "Una"]):
        assert torch.allclose(row, generation.next_logits(decoder, prompt).softmax(-1), atol=1e-4)
    assert prompting is not None


def test_an_encoder_gives_the_same_vectors_alone_and_in_a_batch(encoder):
    texts = [TEXT, "El sol", TEXT * 40]
    together = retrieval.vectors(encoder, texts)
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    assert np.allclose(together[1], retrieval.vectors(encoder, texts[1:2])[0], atol=1e-4)


# --- traducir ---------------------------------------------------------------------------------------------------------


def test_translating_step_by_step_is_that_of_generate(translator):
    ids = translating.source_ids(translator.tokenizer, TEXT)
    *_, last = translating.steps(translator, TEXT, max_new_tokens=8)
    made = translator.model.generate(torch.tensor([ids]), max_new_tokens=8, do_sample=False, num_beams=1)[0, 1:].tolist()
    assert list(last.generated) == made
    assert many.translate(translator, [TEXT, "El sol"], max_new_tokens=8)[0] == last.text.strip()


def test_a_forced_first_token_is_written(made):
    """BART suele llevar obligado el primer token: generate lo escribe, y nosotros también."""
    one = made("bart")
    config = one.model.generation_config
    before, config.forced_bos_token_id = config.forced_bos_token_id, 5
    try:
        first = next(translating.steps(one, TEXT))
        assert (first.token_id, first.probability) == (5, 1.0)
    finally:
        config.forced_bos_token_id = before


def test_beams_and_forced_translations(translator):
    assert isinstance(beams.translate(translator, TEXT, beams=3, max_new_tokens=6), str)
    steps = translating.forced(translator, TEXT, "A fox")
    scored = many.score(translator, [TEXT], ["A fox"])[0]
    assert sum(step.loss for step in steps) == pytest.approx(-scored.total, rel=1e-3)


def test_the_encoder_reads_the_same_when_translating_and_when_looking(translator):
    assert inspection.read(translator, TEXT, target="A fox").ids == tuple(translating.source_ids(translator.tokenizer, TEXT))


# --- mirar dentro -----------------------------------------------------------------------------------------------------


def target_of(language_model):
    return {"target": "una llave"} if language_model.role == "codificador-decodificador" else {}


def test_attention_comes_with_the_heads_that_look(anyone):
    """En las que agrupan claves y valores (GQA) hay menos claves que cabezas; pesos, uno por cabeza que mira."""
    for one in inspection.attention(anyone, TEXT, **target_of(anyone)).values():
        assert one.weights.shape[1] == 4
        assert np.allclose(one.weights.sum(-1), 1, atol=1e-4)
        if one.causal:
            assert np.triu(one.weights, k=1).max() == 0


def test_the_stream_is_its_start_plus_its_parts(anyone):
    stream = inspection.residual_stream(anyone, TEXT, **target_of(anyone))
    whole = stream.states[0] + stream.contributions.sum((0, 1))
    assert np.allclose(whole, stream.states[-1], atol=1e-2 * np.abs(whole).max())


def test_its_parts_are_told_apart_even_with_norms_on_both_sides(made):
    for name in zoo.DECODERS:
        assert inspection.residual_stream(made(name), TEXT).parts == ("atención", "red feed-forward"), name


def test_the_lens_ends_in_the_logits_of_the_network(anyone):
    inputs = inspection.read(anyone, TEXT, **target_of(anyone))
    with torch.inference_mode():
        logits = anyone.model(**inputs.arguments(anyone.device)).logits[0]
    assert np.allclose(inspection.logit_lens(anyone, TEXT, **target_of(anyone)).logits[-1], logits.numpy(), atol=1e-3)


# --- ajustar ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pairs():
    return orders.pairs("futuro", 4, seed=1)


@pytest.mark.parametrize("method", METHODS, ids=lambda method: type(method).__name__)
def test_every_method_tunes_it(decoder, method, pairs):
    one = tuning.copied(decoder)
    attached = adapters.attach(one.model, method)
    before = {name: value.detach().clone() for name, value in attached.trained().items()}
    batches = tuning.batches(pairs, one.tokenizer, size=2)
    for _ in training.train(attached.model, batches, tuning.recipe(method, steps=2)):
        pass
    assert any(not torch.equal(value, before[name]) for name, value in attached.trained().items())
    assert tuning.score(attached.model, one.tokenizer, pairs).asked == len(pairs)


@pytest.mark.parametrize("name", ["llama", "gemma2"])
def test_without_biases_bitfit_says_so_and_touches_nothing(made, name):
    one = tuning.copied(made(name))
    with pytest.raises(ValueError, match="no tiene sesgos"):
        adapters.attach(one.model, adapters.BitFit())
    assert all(p.requires_grad for p in one.model.parameters())


@pytest.mark.parametrize("method", METHODS[1:4], ids=lambda method: type(method).__name__)
def test_adapters_find_their_place_in_encoders_and_translators_too(made, method):
    for name in (*zoo.ENCODERS, *zoo.BOTH):
        assert adapters.attach(tuning.copied(made(name)).model, method).count() > 0, name
