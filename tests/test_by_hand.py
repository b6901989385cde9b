"""Los transformers escritos a mano en los cuadernos 7 y 8, sacados del propio cuaderno, dan los mismos números que los de transformers."""

from __future__ import annotations

import math
from collections.abc import Callable

import nbformat
import pytest
import torch

from course_utils import models, paths, tokens
from course_utils.generation import many, translating
from course_utils.microworld import stories, translation

CLOSE = 1e-4
TEXTS = ["", "Había una vez", "La zorra encontró un paraguas rojo en el desván.", "¡Ñandú! 🦊 quantum 3,14"]
SENTENCES = ["La bruja astuta limpia su casa roja.", "¿Dónde?", "Zorra triste volvió búho"]


def cell(chapter: int, name: str) -> str:
    """El código de una celda de un capítulo."""
    notebook = nbformat.read(next(paths.NOTEBOOKS.glob(f"{chapter:02}_*.ipynb")), as_version=4)
    return next(cell.source for cell in notebook.cells if cell.id == name and cell.cell_type == "code")


def names(language_model: models.LanguageModel, *sources: str) -> dict[str, object]:
    """Lo que dejan definido unas celdas, ejecutadas con lo que el cuaderno tiene a mano cuando llegan."""
    red, tokenizador = language_model
    found = {"math": math, "torch": torch, "nn": torch.nn, "tokens": tokens, "red": red, "tokenizador": tokenizador}
    for source in sources:
        exec(source, found)
    return found


# ---------------------------------------------------------------- capítulo 7


@pytest.fixture(scope="module")
def decoder() -> models.LanguageModel:
    return models.load("decoder")


def decoder_by_hand(decoder: models.LanguageModel, change: Callable[[str], str] = str) -> dict[str, object]:
    return names(decoder, change(cell(7, "pesos")), change(cell(7, "decodificador")))


def gap_07(decoder: models.LanguageModel, found: dict[str, object], text: str) -> float:
    """La mayor diferencia entre los logits del cuaderno y los de GPT2LMHeadModel."""
    ids = [decoder.tokenizer.eos_token_id, *decoder.tokenizer(text, add_special_tokens=False)["input_ids"]][: decoder.window]
    with torch.inference_mode():
        theirs = decoder.model(torch.tensor([ids])).logits[0]
        ours = found["decodificador"](ids)
    assert ours.shape == theirs.shape == (len(ids), decoder.vocab_size) and ours.dtype == torch.float32
    return (ours - theirs).abs().max().item()


def test_the_decoder_of_chapter_7_is_gpt2(decoder):
    found = decoder_by_hand(decoder)
    told = stories.sample(3, seed=8)
    assert max(gap_07(decoder, found, text) for text in [*TEXTS, *told, " ".join(told)]) < CLOSE


BROKEN_07 = {
    "sin la raíz": (" / math.sqrt(d)", ""),
    "sin máscara": ("masked_fill(futuro, -math.inf)", "masked_fill(futuro, 0)"),
    "sin residuo": ("return x + feed_forward", "return feed_forward"),
    "sin posiciones": (' + pesos["wpe.weight"][:len(ids)]', ""),
    "sin la última norma": ('norma(x, "ln_f") @', "x @"),
}


@pytest.mark.parametrize("name", BROKEN_07)
def test_a_broken_decoder_is_noticed(decoder, name):
    before, after = BROKEN_07[name]
    assert (cell(7, "pesos") + cell(7, "decodificador")).count(before) == 1
    found = decoder_by_hand(decoder, lambda source: source.replace(before, after))
    assert gap_07(decoder, found, TEXTS[2]) > 100 * CLOSE


# ---------------------------------------------------------------- capítulo 8


@pytest.fixture(scope="module")
def translator() -> models.LanguageModel:
    return models.load("translator")


def translator_by_hand(translator: models.LanguageModel, change: Callable[[str], str] = str) -> dict[str, object]:
    return names(translator, change(cell(8, "atencion")), change(cell(8, "decodificador")))


def memory(translator: models.LanguageModel, sentence: str) -> torch.Tensor:
    return translating.read(translator, sentence).encoded.last_hidden_state[0]


def gap_08(translator: models.LanguageModel, found: dict[str, object], source: str, target: str) -> float:
    """La mayor diferencia entre los logits del cuaderno y los de MarianMTModel."""
    read = torch.tensor([translating.source_ids(translator.tokenizer, source)])
    written = [translating.start_id(translator), *many.target_ids(translator, target)]
    with torch.inference_mode():
        theirs = translator.model(read, decoder_input_ids=torch.tensor([written])).logits[0]
        ours = found["decodificador"](written, memory(translator, source))
    assert ours.shape == theirs.shape == (len(written), translator.vocab_size) and ours.dtype == torch.float32
    return (ours - theirs).abs().max().item()


def test_the_decoder_of_chapter_8_is_marian(translator):
    found = translator_by_hand(translator)
    rows = translation.sample(8, seed=8, split="test")
    pairs = [(row.es, row.en) for row in rows] + [(source, "The of of cunning?") for source in SENTENCES]
    assert max(gap_08(translator, found, *pair) for pair in pairs) < CLOSE


@pytest.mark.parametrize("layer", range(3))
def test_one_step_of_cross_attention_is_marians_own(translator, layer):
    """La misma capa de la red, con consultas cualesquiera: lo que da y, con un token tapado, también."""
    found, torch_layer = translator_by_hand(translator), translator.model.model.decoder.layers[layer].encoder_attn
    asking, read = torch.randn(5, 128, generator=torch.Generator().manual_seed(layer)), memory(translator, SENTENCES[0])
    hidden = torch.arange(len(read)) == 4
    mask = torch.zeros(1, 1, 5, len(read)).masked_fill(hidden, -math.inf)
    for covered, theirs_mask in ((None, None), (hidden, mask)):
        with torch.inference_mode(), translating.attending(translator.model):
            theirs = torch_layer(asking[None], key_value_states=read[None], attention_mask=theirs_mask)[0][0]
        ours = found["atencion"](asking, read, f"decoder.layers.{layer}.encoder_attn", covered)
        assert (ours - theirs).abs().max() < CLOSE


def test_the_loop_writes_what_generate_writes(translator):
    found = names(
        translator, cell(8, "atencion"), cell(8, "decodificador"), "INICIO, FIN = 1, 0", cell(8, "escribe").rpartition("print")[0]
    )
    for source in SENTENCES[:2] + [row.es for row in translation.sample(4, seed=9, split="test")]:
        assert found["escribe"](memory(translator, source), maximo=64) == list(translating.steps(translator, source))[-1].text


BROKEN_08 = {
    "sin la raíz": (" / math.sqrt(D // CABEZAS)", ""),
    "claves del decodificador": ("lineal(memoria, f", "lineal(x, f"),
    "sin atención cruzada": ("x + atencion(x, memoria, f", "x + 0 * atencion(x, memoria, f"),
    "sin máscara": (", futuro)", ")"),
    "sin escala": (" * math.sqrt(D)", ""),
}


@pytest.mark.parametrize("name", BROKEN_08)
def test_a_broken_translator_is_noticed(translator, name):
    before, after = BROKEN_08[name]
    assert (cell(8, "atencion") + cell(8, "decodificador")).count(before) == 1
    found = translator_by_hand(translator, lambda source: source.replace(before, after))
    row = translation.sample(1, seed=8, split="test")[0]
    assert gap_08(translator, found, row.es, row.en) > 100 * CLOSE
