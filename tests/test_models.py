"""Cargar un modelo: el bueno se carga igual que se guardó; el dañado se explica en una frase."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys

import pytest
import torch

from course_utils import models, paths


@pytest.fixture
def copied(tiny_folder, tmp_path):
    """Una copia del modelo diminuto que se puede estropear."""
    return shutil.copytree(tiny_folder, tmp_path / "copia")


def without_checksums(folder):
    (folder / "checksums.json").unlink()
    return folder


def sentence_of(folder):
    """La frase con la que `load` se niega."""
    with pytest.raises(models.ModelError) as error:
        models.load(str(folder))
    message = str(error.value)
    assert message.endswith(".")
    assert "\n" not in message
    return message


def test_it_loads_ready_to_use(tiny):
    assert (tiny.name, tiny.window, tiny.device.type) == ("diminuto", 128, "cpu")
    assert tiny.vocab_size == len(tiny.tokenizer) == tiny.model.get_output_embeddings().weight.shape[0]
    assert not tiny.model.training
    assert {p.dtype for p in tiny.model.parameters()} == {torch.float32}


def test_it_unpacks_as_network_and_tokenizer(tiny):
    network, tokenizer = tiny
    assert (network, tokenizer) == (tiny.model, tiny.tokenizer)


def test_float16_weights_become_the_same_numbers_in_float32(tiny, tiny_folder):
    from safetensors.torch import load_file

    stored = load_file(tiny_folder / "model.safetensors")["transformer.h.0.attn.c_attn.weight"]
    assert stored.dtype == torch.float16
    assert torch.equal(tiny.model.transformer.h[0].attn.c_attn.weight, stored.float())


def test_twice_is_the_same_object_by_any_spelling_of_the_folder(tiny_folder):
    first = models.load(str(tiny_folder))    # no `tiny`: de los que se cargaron hace mucho no se guarda nada
    assert models.load(f"{tiny_folder.parent}/./{tiny_folder.name}/", device="cpu") is first
    assert models.load(tiny_folder) is first


def test_it_prints_what_it_is(tiny):
    assert repr(tiny).startswith("LanguageModel «diminuto»: 42.")
    assert "ventana de 128 tokens" in repr(tiny)


def test_a_pocket_model_is_found_by_its_name_and_stays_on_the_cpu(copied, monkeypatch):
    monkeypatch.setattr(paths, "MODELS", copied.parent)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert models.available() == ["copia"]
    assert models.load("copia").device.type == "cpu"


def test_an_unknown_name_lists_the_known_ones(copied, monkeypatch):
    monkeypatch.setattr(paths, "MODELS", copied.parent)
    assert "«decodificador»" in sentence_of("decodificador")
    assert "«copia»" in sentence_of("decodificador")


def test_without_any_pocket_model_it_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "MODELS", tmp_path)
    assert "no hay ninguno" in sentence_of("decoder")
    assert "Falta el nombre" in sentence_of(" ")


@pytest.mark.parametrize("name", ["config.json", "tokenizer.json", "model.safetensors"])
def test_a_missing_file_is_named(copied, name):
    (copied / name).unlink()
    assert f"falta «{name}»" in sentence_of(copied)


def test_a_folder_that_is_no_model_says_what_it_lacks(tmp_path):
    assert "falta «config.json»" in sentence_of(tmp_path)


def test_one_changed_byte_is_caught_by_the_checksum(copied):
    weights = bytearray((copied / "model.safetensors").read_bytes())
    weights[-10] ^= 1
    (copied / "model.safetensors").write_bytes(weights)
    assert "SHA-256" in sentence_of(copied)


def test_a_changed_tokenizer_is_caught_too(copied):
    (copied / "tokenizer.json").write_text("{}")
    assert "tokenizer.json» está dañado" in sentence_of(copied)


def test_a_file_that_only_the_checksums_name_is_missed(copied):
    sums = json.loads((copied / "checksums.json").read_text())
    (copied / "checksums.json").write_text(json.dumps(sums | {"extra.json": "0" * 64}))
    assert "falta «extra.json»" in sentence_of(copied)


@pytest.mark.parametrize("length", [0, 4, 100, 5000])
def test_truncated_weights_without_checksums_are_damaged_too(copied, length):
    weights = without_checksums(copied) / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:length])
    assert "No se pueden leer los pesos" in sentence_of(copied)


def test_weights_of_another_shape_are_refused(copied):
    config = json.loads((without_checksums(copied) / "config.json").read_text())
    (copied / "config.json").write_text(json.dumps(config | {"n_embd": 64}))
    assert "no son los de su config.json" in sentence_of(copied)


def test_weights_that_lack_a_layer_are_refused_instead_of_invented(copied):
    config = json.loads((without_checksums(copied) / "config.json").read_text())
    (copied / "config.json").write_text(json.dumps(config | {"n_layer": 3}))
    assert "les falta «transformer.h.2." in sentence_of(copied)


@pytest.mark.parametrize("content", ["", "{", "[1, 2]", "\x00\x01"])
@pytest.mark.parametrize("name", ["config.json", "checksums.json"])
def test_a_damaged_json_is_named(copied, name, content):
    (copied / name).write_text(content)
    assert f"{name}» está dañado" in sentence_of(copied)


def test_a_damaged_tokenizer_without_checksums_is_named(copied):
    (without_checksums(copied) / "tokenizer.json").write_text("{}")
    assert "No se puede leer el tokenizador" in sentence_of(copied)


@pytest.mark.parametrize("architectures", [["NoExisteForCausalLM"], ["PreTrainedConfig"], [], None])
def test_an_unknown_architecture_is_named(copied, architectures):
    config = json.loads((copied / "config.json").read_text())
    (copied / "config.json").write_text(json.dumps(config | {"architectures": architectures}))
    assert "no genera texto ni rellena huecos" in sentence_of(copied)


def test_an_unusable_device_is_named_and_the_cpu_proposed(tiny_folder):
    with pytest.raises(models.ModelError, match=r"dispositivo «marte».*cpu"):
        models.load(str(tiny_folder), device="marte")


def test_loading_prints_nothing(tiny_folder):
    code = f"from course_utils import models; models.load({str(tiny_folder)!r})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=paths.ROOT, check=True)
    assert (done.stdout, done.stderr) == ("", "")


def test_the_module_imports_neither_torch_nor_transformers():
    code = "import sys; from course_utils import models, tokens; print(sorted({'torch', 'transformers', 'matplotlib'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=paths.ROOT, check=True)
    assert done.stdout.strip() == "[]"


def test_a_real_model_is_chosen_by_its_variable_or_the_chapter_goes_on(tiny_folder, monkeypatch, capsys):
    monkeypatch.delenv("CURSO_DECODIFICADOR", raising=False)
    assert models.chosen("CURSO_DECODIFICADOR") is None
    assert "CURSO_DECODIFICADOR no está puesta" in capsys.readouterr().out
    monkeypatch.setenv("CURSO_DECODIFICADOR", str(tiny_folder))
    assert models.chosen("CURSO_DECODIFICADOR") is models.load(str(tiny_folder))
    monkeypatch.setenv("CURSO_DECODIFICADOR", "/no/existe")
    assert models.chosen("CURSO_DECODIFICADOR") is None
    assert "«/no/existe»" in capsys.readouterr().out


@pytest.fixture(scope="module")
def bert(tiny_folder, tmp_path_factory):
    """Un codificador diminuto, con el tokenizador del decodificador."""
    from transformers import BertConfig, BertForMaskedLM

    folder = shutil.copytree(tiny_folder, tmp_path_factory.mktemp("codificador") / "bert", ignore=shutil.ignore_patterns("model*", "c*"))
    size = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 32}
    vocabulary = json.loads((tiny_folder / "config.json").read_text())["vocab_size"]
    BertForMaskedLM(BertConfig(vocab_size=vocabulary, max_position_embeddings=32, **size)).save_pretrained(folder)
    return models.load(str(folder))


def test_an_encoder_loads_and_says_what_it_is(bert, tiny):
    assert (bert.role, bert.window, tiny.role) == ("codificador", 32, "decodificador")
    assert bert.model(torch.tensor([[1, 2, 3]])).logits.shape == (1, 3, bert.vocab_size)


def test_an_encoder_is_not_asked_to_continue_a_text(bert):
    from course_utils import generation

    with pytest.raises(ValueError, match="«bert» es un codificador y no continúa textos; usa «decoder»"):
        generation.generate(bert, "Había una vez")
