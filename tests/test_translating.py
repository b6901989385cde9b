"""Traducir paso a paso: cada paso, la búsqueda en haz y el teacher forcing, contra lo que hace transformers."""

from __future__ import annotations

from itertools import pairwise

import pytest
import torch

from course_utils import models
from course_utils.generation import beams, translating
from tests.conftest import train_tokenizer

SENTENCES = ["El gato negro duerme en la cabaña.", "La niña abre la puerta y canta.", "Mi hermana no tiene una llave."]
STRANGE = ["Zorra triste volvió búho", "¿Dónde?", "x", "el el el el", "La bruja 7 quantum </s>", "¡Ñandú!"]


@pytest.fixture(scope="module")
def translator():
    return models.load("translator")


def random_network(kind: str, vocabulary: int):
    """Un codificador-decodificador de dos capas con pesos al azar y repartos desiguales."""
    import transformers

    ends = {"pad_token_id": 1, "eos_token_id": 0, "bos_token_id": 0, "decoder_start_token_id": 1}
    sizes = {"layers": 2, "attention_heads": 4, "ffn_dim": 48}
    layers = {f"{side}_{name}": size for side in ("encoder", "decoder") for name, size in sizes.items()}
    sized = {"d_model": 32, "max_position_embeddings": 64, **layers}
    configs = {
        "Marian": lambda: transformers.MarianConfig(vocab_size=vocabulary, init_std=0.5, forced_eos_token_id=None, **sized, **ends),
        "Bart": lambda: transformers.BartConfig(vocab_size=vocabulary, init_std=0.5, forced_eos_token_id=None, **sized, **ends),
        "T5": lambda: transformers.T5Config(
            vocab_size=vocabulary, d_model=32, d_kv=8, d_ff=48, num_layers=2, num_heads=4, initializer_factor=3.0, **ends
        ),
    }
    classes = {"Marian": "MarianMTModel", "Bart": "BartForConditionalGeneration", "T5": "T5ForConditionalGeneration"}
    torch.manual_seed(3)
    network = getattr(transformers, classes[kind])(configs[kind]()).eval()
    end = network.get_output_embeddings().weight
    with torch.no_grad():
        end[0] += 0.6 * end.std()  # que el fin tenga ocasión de salir
    return network


@pytest.fixture(scope="module", params=["Marian", "Bart", "T5"])
def random_translator(request):
    tokenizer = train_tokenizer()
    network = random_network(request.param, len(tokenizer))
    return models.LanguageModel(request.param, network, tokenizer, torch.device("cpu"))


def generated(language_model, sentence, **settings):
    """La traducción y la puntuación de transformers."""
    ids = torch.tensor([translating.source_ids(language_model.tokenizer, sentence)])
    found = language_model.model.generate(
        ids, attention_mask=torch.ones_like(ids), do_sample=False, return_dict_in_generate=True, output_scores=True, **settings
    )
    row = found.sequences[0, 1:].tolist()
    return row[: row.index(0) + 1] if 0 in row else row, found


@pytest.mark.parametrize("sentence", SENTENCES)
def test_greedy_writes_what_generate_writes(translator, sentence):
    steps = list(translating.steps(translator, sentence))
    row, _ = generated(translator, sentence, num_beams=1, max_new_tokens=64)
    assert [step.token_id for step in steps] == row and steps[-1].finish == "fin"
    assert all(step.token_id == step.favourite == step.top(1)[0].token_id for step in steps)


@pytest.mark.parametrize("width", [1, 2, 5])
@pytest.mark.parametrize("sentence", SENTENCES + STRANGE[:2])
def test_beam_search_is_the_one_of_transformers(translator, sentence, width):
    *_, last = beams.steps(translator, sentence, beams=width, max_new_tokens=24)
    settings = {"num_beams": width, "max_new_tokens": 24, "length_penalty": 1.0, "early_stopping": False}
    row, found = generated(translator, sentence, **settings)
    assert list(last.best.ids) == row
    if width > 1:
        assert last.best.score == pytest.approx(found.sequences_scores.item(), abs=1e-4)


@pytest.mark.parametrize(("width", "penalty"), [(2, 1.0), (4, 0.0), (3, 2.0)])
def test_any_architecture_and_any_length_penalty(random_translator, width, penalty):
    for sentence in STRANGE:
        *_, last = beams.steps(random_translator, sentence, beams=width, max_new_tokens=12, length_penalty=penalty)
        settings = {"num_beams": width, "max_new_tokens": 12, "length_penalty": penalty, "early_stopping": False}
        row, found = generated(random_translator, sentence, **settings)
        assert list(last.best.ids) == row, sentence
        assert last.best.score == pytest.approx(found.sequences_scores.item(), abs=1e-3)


def test_random_models_finish_in_every_way(random_translator):
    """Para que la prueba anterior lo sea: unas traducciones acaban solas y otras por el límite."""
    found = {step.finish for sentence in STRANGE for step in translating.steps(random_translator, sentence, max_new_tokens=3)}
    assert "límite" in found


def test_one_beam_is_greedy(random_translator):
    for sentence in STRANGE:
        *_, last = beams.steps(random_translator, sentence, beams=1, max_new_tokens=8)
        assert list(last.best.ids) == [step.token_id for step in translating.steps(random_translator, sentence, max_new_tokens=8)]


def test_each_hypothesis_continues_one_of_the_step_before(translator):
    steps = list(beams.steps(translator, SENTENCES[0], beams=3))
    assert all(one.parent is None and len(one.ids) == 1 for one in steps[0].candidates)
    for before, after in pairwise(steps):
        assert all(one.ids[:-1] == before.live[one.parent].ids for one in after.candidates)
        assert len(after.candidates) == 6 and len(after.live) == 3
        assert [one.log_probability for one in after.candidates] == sorted((one.log_probability for one in after.candidates), reverse=True)


def test_beam_search_never_wins_with_less_probability_than_it_had(translator):
    """El haz encuentra frases al menos tan probables como la voraz en estas frases raras, y alguna más probable."""
    pairs = []
    for sentence in STRANGE:
        *_, greedy = translating.steps(translator, sentence, max_new_tokens=24)
        *_, beam = beams.steps(translator, sentence, beams=4, max_new_tokens=24, length_penalty=0.0)
        pairs.append((greedy.total, beam.best.log_probability))
    assert all(better >= worse - 1e-4 for worse, better in pairs) and any(better > worse + 0.01 for worse, better in pairs)


def test_attention_is_a_distribution_and_the_model_is_left_as_it_was(random_translator):
    network = random_translator.model
    network.train()
    before = network.config._attn_implementation
    step = next(iter(translating.steps(random_translator, SENTENCES[0])))
    source = len(translating.source_ids(random_translator.tokenizer, SENTENCES[0]))
    assert step.attention.shape == (2, 4, source)
    assert step.attention.sum(-1).allclose(torch.ones(2, 4), atol=1e-5)
    assert step.looked(1, 2).equal(step.attention[1, 2]) and step.looked(0).allclose(step.attention[0].mean(0))
    assert network.config._attn_implementation == before and network.training
    network.eval()


def test_black_looks_at_negro(translator):
    steps = list(translating.steps(translator, SENTENCES[0]))
    texts = [piece.text for piece in translating.read(translator, SENTENCES[0]).pieces]
    looked = {step.piece: int(step.looked().argmax()) for step in steps}
    assert looked[" black"] > looked[" cat"] and "neg" in texts[looked[" black"]] and texts[looked[" cat"]] == " gato"


def test_teacher_forcing_gives_the_loss_of_the_model(translator, random_translator):
    for language_model in (translator, random_translator):
        steps = translating.forced(language_model, SENTENCES[0], "The black cat sings.")
        labels = torch.tensor([[step.token_id for step in steps]])
        ids = torch.tensor([translating.source_ids(language_model.tokenizer, SENTENCES[0])])
        loss = language_model.model(input_ids=ids, labels=labels).loss.item()
        assert sum(step.loss for step in steps) / len(steps) == pytest.approx(loss, abs=1e-4)
        assert steps[-1].total == pytest.approx(-sum(step.loss for step in steps), abs=1e-3) and steps[-1].finish == "fin"


def test_forcing_the_greedy_translation_gives_the_greedy_steps(translator):
    greedy = list(translating.steps(translator, SENTENCES[1]))
    forced = translating.forced(translator, SENTENCES[1], [step.token_id for step in greedy])
    for one, other in zip(greedy, forced, strict=True):
        assert one.probability == pytest.approx(other.probability, abs=1e-4) and one.attention.allclose(other.attention, atol=1e-4)
    assert forced[3].favourite == forced[3].token_id
    assert all(step.finish is None for step in translating.forced(translator, SENTENCES[1], [step.token_id for step in greedy[:3]]))
    wrong = translating.forced(translator, SENTENCES[1], "The dog opens the door and sings.")
    assert wrong[1].favourite == greedy[1].token_id != wrong[1].token_id and wrong[1].loss > 3


def test_stop_conditions(translator):
    steps = list(translating.steps(translator, SENTENCES[0], max_new_tokens=3))
    assert [step.finish for step in steps] == [None, None, "límite"] and steps[-1].text == "The black cat"
    *_, beam = beams.steps(translator, SENTENCES[0], max_new_tokens=3)
    assert beam.finish == "límite" and not beam.live and beam.best.ids == steps[-1].generated


def test_the_window_stops_too(random_translator, monkeypatch):
    monkeypatch.setattr(models.LanguageModel, "window", property(lambda self: 12))
    *_, last = translating.steps(random_translator, "x", max_new_tokens=40)
    assert last.finish in ("ventana", "fin") and last.position < 12
    *_, beam = beams.steps(random_translator, "x", max_new_tokens=40)
    assert len(beam.best.ids) <= 12
    with pytest.raises(ValueError, match="en la ventana caben 12"):
        translating.read(random_translator, "El gato negro duerme en la cabaña del bosque.")


@pytest.mark.parametrize(
    ("action", "sentence"),
    [
        (lambda t: translating.steps(t, "  "), "está vacía"),
        (lambda t: translating.steps(t, 7), "Hace falta un texto"),
        (lambda t: translating.steps(t, "gato " * 400), "en la ventana caben 128"),
        (lambda t: translating.steps(t, "gato", max_new_tokens=0), "max_new_tokens"),
        (lambda t: beams.steps(t, "gato", beams=0), r"va de 1 a 16 y he recibido 0"),
        (lambda t: beams.steps(t, "gato", beams=True), "he recibido True"),
        (lambda t: translating.forced(t, "gato", []), "ocupa 0 tokens"),
        (lambda t: next(translating.steps(t, "gato")).looked(9), "No hay ninguna capa 9: el modelo tiene 3"),
        (lambda t: next(translating.steps(t, "gato")).looked(0, -5), "No hay ninguna cabeza -5: el modelo tiene 4"),
        (lambda t: translating.steps(models.load("decoder"), "gato"), "es un decodificador"),
        (lambda t: beams.steps(models.load("encoder"), "gato"), "es un codificador, y"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(translator, action, sentence):
    with pytest.raises(ValueError, match=sentence):
        action(translator)


def test_special_tokens_written_by_hand_are_plain_text(translator):
    assert translating.source_ids(translator.tokenizer, "a<|endoftext|>b").count(translator.tokenizer.eos_token_id) == 1
