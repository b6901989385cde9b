"""Modelos que mienten, que esconden código o que piden lo imposible: una frase en un renglón, sin construir ni ejecutar nada."""

from __future__ import annotations

import json
import pickle
import shutil
import struct
from pathlib import Path

import pytest

from course_utils import models, tokens
from course_utils.models import folder as folders
from course_utils.models import gguf, sentencepiece

MESSAGES = [{"role": "user", "content": "Hola"}]


@pytest.fixture
def copied(tiny_folder, tmp_path):
    """Una copia del modelo diminuto, sin sumas de comprobación, que se puede estropear."""
    return shutil.copytree(tiny_folder, tmp_path / "copia", ignore=shutil.ignore_patterns("checksums.json"))


def refused(name: object) -> str:
    """La frase con la que `load` se niega: un solo renglón que se puede leer."""
    with pytest.raises(models.ModelError) as error:
        models.load(name)
    assert str(error.value).isprintable() and len(str(error.value)) < 1200
    return str(error.value)


def change(file: Path, **values: object) -> None:
    file.write_text(json.dumps(json.loads(file.read_text()) | values))


NAMES = ["x" * 5000, f"a/{'b' * 5000}", "~nadie/x", "a\nb\x1b[31m\u202e", "\ud800", "a\0b", "org/../../x", "a/b@../../x", "https://un.sitio/x/y",
         "file:///etc/passwd", "--help", "$(touch x)", "/dev/zero", None, 3, ["a"]]  # fmt: skip


@pytest.mark.parametrize("name", NAMES, ids=lambda name: ascii(name)[:20])
def test_a_name_that_cannot_be(name):
    assert "No hay ningún modelo" in (found := refused(name)) or "no puede ser el nombre" in found


CONFIGS = {
    "layers without end": ({"n_layer": 3000}, "dice n_layer = 3000, y con sus pesos no puede ser"),
    "a part with layers without end": ({"text_config": {"num_hidden_layers": 10**9}}, "dice num_hidden_layers = 1000000000"),
    "no layers": ({"n_layer": -1}, "dice n_layer = -1"),
    "no heads": ({"n_head": 0}, "dice n_head = 0"),
    "a class that is no list": ({"architectures": "GPT2LMHeadModel"}, "«architectures» tendría que ser una lista"),
    "a class that is no name": ({"architectures": [3]}, "«architectures» tendría que ser una lista"),
    "a class with control characters": ({"architectures": ["<b>\n\x1b[31m"]}, "de la clase «<b>\\n\\x1b[31m»"),
    "attention by another": ({"_attn_implementation": "quien/sea"}, "trae su propio código"),
    "attention of a part": ({"text_config": {"attn_implementation": "quien/sea"}}, "trae su propio código"),
    "its own class": ({"architectures": ["Suya"], "auto_map": {"AutoModelForCausalLM": "suyo.Suya"}}, "trae su propio código"),
}


@pytest.mark.parametrize(("values", "told"), CONFIGS.values(), ids=CONFIGS)
def test_a_configuration_that_cannot_be(copied, values, told):
    change(copied / "config.json", **values)
    assert told in refused(copied)


@pytest.mark.parametrize("name", ["config.json", "model.safetensors.index.json", "checksums.json"])
def test_a_json_bomb(copied, name):
    (copied / "model.safetensors").rename(copied / "model-1.safetensors")
    (copied / "model.safetensors.index.json").write_text('{"weight_map": {"a": "model-1.safetensors"}}')
    (copied / name).write_text('{"a":' * 100_000 + "1" + "}" * 100_000)
    assert f"{name}» está dañado" in refused(copied)


def test_a_huge_json_is_not_even_read(copied):
    with (copied / "config.json").open("ab") as stream:
        stream.truncate(folders.LARGEST + 1)    # un fichero con agujeros: no ocupa disco
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "read_text", lambda self, **_: pytest.fail(f"ha leído {self.name}"))
        assert "config.json» está dañado" in refused(copied)


def header(content: bytes, length: int | None = None) -> bytes:
    return struct.pack("<Q", len(content) if length is None else length) + content


def tensor(shape: str) -> bytes:
    return header(b'{"a": {"dtype": "F32", "shape": ' + shape.encode() + b', "data_offsets": [0, 4]}}')


WEIGHTS = {
    "nothing": b"", "a header of 8 EB": header(b"{}", 2**63),
    "a header of 3 GB": header(b"{}", 3 * 2**30), "10 GB": tensor("[50000, 50000]"),
    "200,000 sides": tensor(f"[{','.join(['9999999'] * 200_000)}]"), "a side of text": tensor('["x", "y"]'), "infinite": tensor("[1e999]"),
    "negative": tensor("[-4, -4]"), "not an object": header(b"[1, 2]"), "a number for a tensor": header(b'{"a": 3}'),
    "an abyss": header(b"[" * 100_000), "a pickle by another name": pickle.dumps({"a": 1}),
}  # fmt: skip


@pytest.mark.parametrize("content", WEIGHTS.values(), ids=WEIGHTS)
def test_weights_that_lie(copied, content):
    (copied / "model.safetensors").write_bytes(content)
    assert folders.parameters(copied) == 0
    assert "No se pueden leer los pesos" in refused(copied)


INDEXES = ['{"a": "../fuera.safetensors"}', '{"a": "/etc/passwd"}', "[1]", '{"a": null}', '{"a": "a\\u0000b"}', "{}"]


@pytest.mark.parametrize("content", INDEXES)
def test_an_index_does_not_lead_out_of_its_folder(copied, content):
    (copied / "model.safetensors").rename(copied.parent / "fuera.safetensors")
    (copied / "model.safetensors.index.json").write_text(f'{{"weight_map": {content}}}')
    assert "no dice en qué ficheros de su carpeta están los pesos" in refused(copied)


@pytest.mark.parametrize("content", ['{"../fuera": "00"}', '{"/etc/passwd": "00"}', '{"config.json": 3}', '{"config.json": null}'])
def test_checksums_do_not_lead_out_of_its_folder(copied, content):
    (copied / "checksums.json").write_text(content)
    assert "checksums.json» está dañado" in refused(copied)


class Bomb:
    """Al abrirla, deja un fichero."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple:
        return Path.touch, (self.mark,)


@pytest.mark.parametrize("name", ["pytorch_model.bin", "model.pt", "consolidated.00.pth", "model.safetensors"])
def test_a_pickle_is_never_opened(copied, name):
    mark = copied / "abierto"
    (copied / "model.safetensors").unlink()
    (copied / name).write_bytes(pickle.dumps(Bomb(mark)))
    assert "falta «model.safetensors»" in (found := refused(copied)) or "No se pueden leer los pesos" in found
    assert not mark.exists()


def test_the_code_of_a_model_is_never_run(copied):
    """Un config.json de una clase conocida con código al lado: se carga la de transformers y el código se queda donde está."""
    mark = copied / "ejecutado"
    for name in ("suyo.py", "custom_generate/generate.py"):
        (copied / name).parent.mkdir(exist_ok=True)
        (copied / name).write_text(f"open({str(mark)!r}, 'w')")
    change(copied / "config.json", auto_map={"AutoConfig": "suyo.C", "AutoModelForCausalLM": "suyo.M"})
    change(copied / "tokenizer_config.json", auto_map={"AutoTokenizer": ["suyo.T", "suyo.T"]})
    from course_utils import generation

    assert generation.generate(models.load(copied), "Hola", max_new_tokens=1) is not None
    assert not mark.exists()


def test_a_refusal_brings_no_english_table(copied, capfd):
    change(copied / "config.json", n_positions=64)
    refused(copied)
    assert capfd.readouterr() == ("", "")


# --- el tokenizador ---------------------------------------------------------------------------------------------------


def edited(place: Path, edit) -> models.LanguageModel:
    content = json.loads((place / "tokenizer.json").read_text())
    edit(content)
    (place / "tokenizer.json").write_text(json.dumps(content))
    return models.load(place)


def renamed(content: dict, name: str) -> None:
    """El token más largo del vocabulario pasa a llamarse así."""
    vocabulary = content["model"]["vocab"]
    longest = max((one for one in vocabulary if one[0] != "<"), key=len)
    vocabulary[name] = vocabulary.pop(longest)
    content["model"]["merges"] = [pair for pair in content["model"]["merges"] if longest not in ("".join(pair), *pair)]


HUGE = "a" * 100_000
SHOWN = {"": "(vacío)", "日本\u202e": "-日本⟨U+202E⟩", "</script><img/src=x>": "</script><img/src=x>", HUGE: f"-{HUGE}"}


@pytest.mark.parametrize(("name", "label"), SHOWN.items(), ids=("empty", "outside the bytes", "html", "huge"))
def test_a_vocabulary_may_hold_anything(copied, name, label):
    one = edited(copied, lambda content: renamed(content, name))
    shown = [tokens.label(one.tokenizer, i) for i in range(one.vocab_size)]
    assert all(text and text.isprintable() for text in shown)
    assert label in shown


def test_a_tokenizer_that_cuts_or_pads_does_not(copied):
    def cut(content: dict) -> None:
        content["truncation"] = {"direction": "Right", "max_length": 2, "strategy": "LongestFirst", "stride": 0}
        content["padding"] = {"strategy": {"Fixed": 50}, "direction": "Right", "pad_to_multiple_of": None, "pad_id": 0, "pad_type_id": 0,
                              "pad_token": "<|endoftext|>"}  # fmt: skip

    before = tokens.ids(models.load(copied).tokenizer, "Había una vez una zorra")
    models.forget()
    assert tokens.ids(edited(copied, cut).tokenizer, "Había una vez una zorra") == before


TEMPLATES = {
    "subclasses": "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "a global": "{{ cycler.__init__.__globals__.os.system('touch MARK') }}",
    "another global": "{{ lipsum.__globals__['os'].system('touch MARK') }}",
    "a file": "{% include '/etc/passwd' %}",
    "itself": "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
    "a long loop": "{% for i in range(10**9) %}x{% endfor %}",
    "half written": "{% for %}",
}


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=TEMPLATES)
def test_a_chat_template_does_not_leave_its_sandbox(made, tmp_path, template):
    tokenizer = made("qwen2").tokenizer
    before, tokenizer.chat_template = tokenizer.chat_template, template.replace("MARK", str(tmp_path / "escrito"))
    try:
        with pytest.raises(ValueError, match="La plantilla de este modelo no admite esa conversación"):
            tokens.conversation_ids(tokenizer, MESSAGES)
    finally:
        tokenizer.chat_template = before
    assert not (tmp_path / "escrito").exists()


def test_a_chat_template_that_writes_without_end_is_not_tokenized(made, monkeypatch):
    tokenizer = made("qwen2").tokenizer
    monkeypatch.setattr(tokenizer, "chat_template", "{{ 'x' * 2000001 }}")
    with pytest.raises(ValueError, match="son 2000001 letras, y caben 2000000: acórtala"):
        tokens.conversation_ids(tokenizer, MESSAGES)


def test_ends_that_are_no_tokens_are_not_believed(copied):
    (copied / "generation_config.json").write_text('{"eos_token_id": [[1], "x", null, 7]}')
    assert models.load(copied).ends == {0, 7}


def test_an_endless_number_in_a_sentencepiece_file(tmp_path):
    (tmp_path / "x.spm").write_bytes(b"\xff" * 1000)
    with pytest.raises(ValueError, match="más de 64 bits"):
        sentencepiece.read(tmp_path / "x.spm")


# --- .gguf ------------------------------------------------------------------------------------------------------------


def text(content: bytes) -> bytes:
    return struct.pack("<Q", len(content)) + content


LLAMA = text(b"general.architecture") + struct.pack("<I", 8) + text(b"llama")


def of(*facts: bytes, shape: tuple[int, ...] = (4,)) -> bytes:
    one = text(b"t") + struct.pack(f"<I{len(shape)}Q", len(shape), *shape) + struct.pack("<IQ", 0, 0)
    return b"GGUF" + struct.pack("<IQQ", 3, 1, len(facts)) + b"".join(facts) + one + bytes(64)


LYING = {
    "10 GB": of(LLAMA, shape=(2_500_000_000,)), "60,000 sides": of(LLAMA, shape=(2**31,) * 60_000),
    "an abyss of lists": of(LLAMA, text(b"x") + struct.pack("<I", 9) + struct.pack("<IQ", 9, 1) * 5000),
    "a text of 4 EB": of(struct.pack("<Q", 2**62)), "a list of 2⁶¹": of(LLAMA, text(b"x") + struct.pack("<IIQ", 9, 4, 2**61)),
    "no class": of(), "a kind that is not": of(LLAMA, text(b"x") + struct.pack("<I", 99)),
}  # fmt: skip


@pytest.mark.parametrize("content", LYING.values(), ids=LYING)
def test_a_gguf_that_lies(tmp_path, content):
    (tmp_path / "falso.gguf").write_bytes(content)
    assert "no es un .gguf entero" in refused(tmp_path / "falso.gguf")


def test_a_gguf_of_a_hostile_class_is_told_in_one_line(tmp_path, monkeypatch):
    monkeypatch.setattr(gguf, "need", lambda: None)
    (tmp_path / "x.gguf").write_bytes(of(LLAMA[:32] + text(b"<b>\n\x1b[31m")))
    assert "de la clase «<b>\\n\\x1b[31m»" in refused(tmp_path / "x.gguf")
