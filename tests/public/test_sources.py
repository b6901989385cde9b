"""De un nombre a un modelo: qué vale como nombre, qué papel tiene que hacer, dónde se pone y si cabe."""

from __future__ import annotations

import json
import re
import shutil

import pytest
import torch

from course_utils import models
from course_utils.models import hardware, public, sources
from tests.public import zoo


@pytest.fixture
def folder(tmp_path):
    """Una función que guarda un modelo de una clase en una carpeta propia."""
    return lambda name: zoo.save(name, tmp_path / name)


# --- la tabla de los públicos -----------------------------------------------------------------------------------------


def test_the_table_has_what_the_course_needs():
    known = public.known().values()
    assert any(one.role == public.DECODER and one.parameters < 200e6 for one in known)
    assert any(one.instruct and one.parameters < 1e9 for one in known)
    assert any(one.instruct and 1.5e9 < one.parameters < 3e9 and "español" in one.language for one in known)
    assert {"español", "104 lenguas"} <= {one.language for one in known if one.role == public.ENCODER}
    assert {"opus-mt-es-en", "flan-t5-small"} <= {one.alias for one in known if one.role == public.BOTH}


@pytest.mark.parametrize("alias", public.known())
def test_every_row_is_sound(alias):
    one = public.known()[alias]
    assert re.fullmatch(r"[\w.-]+/[\w.-]+", one.id)
    assert one.role in (public.DECODER, public.ENCODER, public.BOTH)
    assert one.revision == "main" or re.fullmatch("[0-9a-f]{40}", one.revision)
    assert 1.9 <= one.bytes / one.parameters <= 4.5   # entre dos y cuatro bytes por parámetro, y algún tensor de más
    assert one.license and one.language


def test_an_alias_an_id_and_a_capital_are_the_same():
    wanted = sources.located("smollm2-135m")
    assert wanted == sources.located("HuggingFaceTB/SmolLM2-135M") == sources.located(" SmolLM2-135M ")
    assert (wanted.kind, wanted.place) == (sources.HUB, "HuggingFaceTB/SmolLM2-135M")


def test_a_folder_wins_over_a_public_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "gpt2").mkdir()
    assert sources.located("gpt2").kind == sources.FOLDER


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("smolm2", "No hay ningún modelo llamado «smolm2»"),
        ("smolm2", "«smollm2-135m»"),
        ("/no/existe", "«/no/existe»"),
        ("no/existe.gguf", "No hay ningún fichero «no/existe.gguf»"),
        ("", "Falta el nombre"),
    ],
)
def test_a_name_that_is_nothing_is_explained(name, sentence):
    with pytest.raises(models.ModelError, match=re.escape(sentence)):
        models.load(name)


def test_a_loose_file_is_explained(folder):
    with pytest.raises(models.ModelError, match="es un fichero suelto: da la carpeta"):
        models.load(str(folder("llama") / "model.safetensors"))


# --- el papel ---------------------------------------------------------------------------------------------------------

ROLES = {"CURSO_DECODIFICADOR": "llama", "CURSO_INSTRUCT": "qwen2", "CURSO_CODIFICADOR": "roberta", "CURSO_TRADUCTOR": "bart"}


@pytest.mark.parametrize("variable", ROLES)
def test_each_variable_takes_its_role(variable, folder, monkeypatch):
    monkeypatch.setenv(variable, str(folder(ROLES[variable])))
    assert models.chosen(variable) is models.load(str(folder(ROLES[variable])))


@pytest.mark.parametrize(
    ("variable", "wrong", "sentence"),
    [
        ("CURSO_DECODIFICADOR", "bert", "«bert» es un codificador, y aquí hace falta un decodificador; prueba con «smollm2-135m»."),
        ("CURSO_CODIFICADOR", "t5", "«t5» es un codificador-decodificador, y aquí hace falta un codificador; prueba con «bertin»."),
        ("CURSO_TRADUCTOR", "gpt2", "«gpt2» es un decodificador, y aquí hace falta un codificador-decodificador"),
        ("CURSO_INSTRUCT", "llama", "no tiene plantilla de conversación"),
        ("CURSO_INSTRUCT", "bert", "«bert» es un codificador"),
    ],
)
def test_another_role_is_one_sentence_and_none(variable, wrong, sentence, folder, monkeypatch, capsys):
    monkeypatch.setenv(variable, str(folder(wrong)))
    assert models.chosen(variable) is None
    said = capsys.readouterr().out
    assert sentence in said
    assert said.count("\n") == 1


def test_it_is_said_also_when_already_loaded(folder, monkeypatch, capsys):
    models.load(str(folder("bert")))
    monkeypatch.setenv("CURSO_DECODIFICADOR", str(folder("bert")))
    assert models.chosen("CURSO_DECODIFICADOR") is None
    assert "es un codificador" in capsys.readouterr().out


def test_a_role_of_bert_published_with_its_two_tasks(folder):
    place = folder("bert")
    config = json.loads((place / "config.json").read_text())
    (place / "config.json").write_text(json.dumps(config | {"architectures": ["BertForPreTraining"]}))
    assert models.load(str(place)).role == "codificador"


# --- como lo publican otros -------------------------------------------------------------------------------------------


def bare(place, **config):
    """Deja el tokenizador como en los repositorios antiguos: sin decir sus tokens especiales, que los sabe su clase."""
    (place / "tokenizer_config.json").write_text(json.dumps(config))
    return models.load(str(place))


def test_a_bare_gpt2_still_knows_where_texts_start_and_end(folder):
    one = bare(folder("gpt2"), model_max_length=1024)
    assert one.tokenizer.bos_token == one.tokenizer.eos_token == "<|endoftext|>"


@pytest.mark.parametrize("name", ["bert", "distilbert"])
def test_a_bare_bert_still_knows_its_marks(folder, name):
    one = bare(folder(name), do_lower_case=False)
    assert (one.tokenizer.cls_token, one.tokenizer.mask_token, one.tokenizer.pad_token) == ("[CLS]", "[MASK]", "[PAD]")


def test_a_bare_t5_still_knows_its_end(folder):
    assert bare(folder("t5")).tokenizer.eos_token == "</s>"


def test_weights_in_shards_are_read_and_a_missing_one_is_named(tmp_path, folder):
    from transformers import AutoModelForCausalLM

    place = folder("llama")
    AutoModelForCausalLM.from_pretrained(place).save_pretrained(tmp_path / "trozos", max_shard_size="40kB")
    for file in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(place / file, tmp_path / "trozos" / file)
    whole, shards = models.load(str(place)), models.load(str(tmp_path / "trozos"))
    assert whole.model.num_parameters() == shards.model.num_parameters()
    missing = max((tmp_path / "trozos").glob("model-*.safetensors"))
    missing.unlink()
    models.forget()
    with pytest.raises(models.ModelError, match=f"falta «{missing.name}»"):
        models.load(str(tmp_path / "trozos"))


# --- dónde y con qué precisión ----------------------------------------------------------------------------------------


@pytest.fixture
def gpu(monkeypatch):
    """Hace creer que hay una GPU con una memoria dada y, en la CPU, otra."""

    def put(free: dict[str, int], *, native: bool = True) -> None:
        monkeypatch.setattr(hardware, "best", lambda: "cuda:0")
        monkeypatch.setattr(hardware, "free", lambda device: free[device.split(":")[0]])
        monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation=True: native)

    return put


def test_on_a_gpu_it_goes_in_half_precision(gpu):
    gpu({"cuda": int(8e9), "cpu": int(8e9)})
    spot = hardware.place("uno", 1_000_000_000, device=None)
    assert (spot.device, spot.dtype, spot.needed) == ("cuda:0", "bfloat16", 2_400_000_000)


def test_an_old_gpu_uses_float16_except_for_those_that_overflow(gpu):
    gpu({"cuda": int(8e9), "cpu": int(8e9)}, native=False)
    assert hardware.place("uno", 1_000_000, device=None, kind="llama").dtype == "float16"
    assert hardware.place("uno", 1_000_000, device=None, kind="t5").dtype == "float32"
    assert hardware.place("uno", 1_000_000, device=None, kind="gemma3_text").dtype == "float32"


def test_what_does_not_fit_in_the_gpu_goes_to_the_cpu(gpu):
    gpu({"cuda": int(1e9), "cpu": int(8e9)})
    assert hardware.place("uno", 1_000_000_000, device=None).device == "cpu"


def test_in_a_tight_cpu_it_goes_in_half_precision(gpu):
    gpu({"cuda": 0, "cpu": int(3e9)})
    spot = hardware.place("uno", 1_000_000_000, device=None)
    assert (spot.device, spot.dtype) == ("cpu", "bfloat16")


def test_what_fits_nowhere_names_a_smaller_one_of_its_role(gpu):
    gpu({"cuda": 0, "cpu": int(1.2e9)})
    with pytest.raises(models.ModelError) as error:
        hardware.place("grande", 7_000_000_000, device=None, role=public.DECODER)
    assert str(error.value) == (
        "«grande» no cabe: necesita 16,8 GB de memoria y en la CPU quedan libres 1,2 GB; "
        "prueba con «qwen2.5-0.5b-instruct», que tiene 494,0 millones de parámetros."
    )
    gpu({"cuda": 0, "cpu": 1000})
    with pytest.raises(models.ModelError, match="usa uno de bolsillo"):
        hardware.place("grande", 7_000_000_000, device=None, role=public.DECODER)


def test_the_precision_can_be_asked_for_and_is_checked(folder):
    assert models.load(str(folder("llama")), dtype="bfloat16").model.dtype == torch.bfloat16
    with pytest.raises(models.ModelError, match="No conozco la precisión «int3»"):
        models.load(str(folder("llama")), dtype="int3")


def test_half_precision_does_all_that_the_course_asks(folder):
    from course_utils import evaluation, generation, inspection

    one = models.load(str(folder("llama")), dtype="bfloat16")
    assert evaluation.loss(one, ["Había una vez"]).perplexity > 1
    assert evaluation.conditionals(one, "Había una vez").log_probability < 0
    assert next(generation.steps(one, "Había")).logits.dtype == torch.float32
    assert inspection.attention(one, "Había una vez")["decoder"].weights.dtype == "float32"


def test_a_gpu_that_runs_out_of_memory_is_one_sentence(folder, monkeypatch):
    from transformers import LlamaForCausalLM

    def full(self, device):
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr(LlamaForCausalLM, "to", full)
    with pytest.raises(models.ModelError, match="«llama» no cabe en la memoria de la GPU: libera otros modelos con models.forget"):
        models.load(str(folder("llama")))


def test_a_container_with_less_memory_than_its_machine_counts(tmp_path):
    (tmp_path / "memory.max").write_text("1000\n")
    (tmp_path / "memory.current").write_text("400\n")
    assert hardware._of_the_container(tmp_path) == 600
    (tmp_path / "memory.max").write_text("max\n")
    assert hardware._of_the_container(tmp_path) > 1e15


def test_big_ones_are_announced_and_only_two_are_kept(folder, monkeypatch, capsys):
    monkeypatch.setattr(sources, "BIG", 0)
    models.forget()
    names = ("llama", "qwen2", "gpt2")
    loaded = [models.load(str(folder(name))) for name in names]
    assert capsys.readouterr().out.count(" de parámetros; ocupará unos ") == 3
    assert models.load(str(folder("gpt2"))) is loaded[2]
    assert models.load(str(folder("llama"))) is not loaded[0]
    models.forget()
    assert models.load(str(folder("gpt2"))) is not loaded[2]
    models.forget()


@pytest.mark.parametrize(("size", "text"), [(900, "1 kB"), (269e6, "269 MB"), (4.51e9, "4,5 GB")])
def test_sizes_are_written_in_spanish(size, text):
    assert hardware.size_text(size) == text


@pytest.mark.parametrize(("count", "text"), [(134_515_008, "134,5 millones"), (2_253_490_176, "2.253 millones")])
def test_counts_are_written_in_spanish(count, text):
    assert hardware.count_text(count) == text
