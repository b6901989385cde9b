"""El modelo real de un capítulo: si algo no le cabe a mitad de la celda, una frase y adelante; y su ritmo, en una línea."""

from __future__ import annotations

import re

import pytest
import torch

from course_utils import evaluation, generation, models
from course_utils.generation import pace
from course_utils.models import hardware
from tests.public import zoo

VARIABLE = "CURSO_DECODIFICADOR"


@pytest.fixture
def llama(tmp_path, monkeypatch):
    """Un Llama del zoo, elegido por la variable."""
    monkeypatch.setenv(VARIABLE, str(zoo.save("llama", tmp_path / "llama")))
    models.forget()
    yield
    models.forget()


def test_without_the_variable_the_cell_goes_on_with_nothing(monkeypatch, capsys):
    monkeypatch.delenv(VARIABLE, raising=False)
    with models.trying(VARIABLE) as real:
        assert real is None
    assert capsys.readouterr().out.startswith(f"Sin modelo real: la variable de entorno {VARIABLE}")


def test_a_text_that_does_not_fit_is_one_sentence(llama, capsys):
    with models.trying(VARIABLE) as real:
        evaluation.loss(real, ["Había una vez una zorra " * 200])
    said = capsys.readouterr().out
    assert re.fullmatch(r"«llama» no lee más de 512 tokens de una vez y aquí hacen falta \d+: .* El capítulo sigue sin él\.\n", said)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (torch.OutOfMemoryError("CUDA out of memory"), "se le ha acabado la memoria de la GPU a mitad de la celda"),
        (RuntimeError("MPS backend out of memory"), "se le ha acabado la memoria de la GPU a mitad de la celda"),
        (MemoryError("El paso 3 no cabe"), "se le ha acabado la memoria a mitad de la celda"),
    ],
)
def test_without_memory_halfway_it_is_one_sentence(llama, capsys, error, words):
    with models.trying(VARIABLE):
        raise error
    said = capsys.readouterr().out
    assert said.startswith("A «llama» ") and words in said and said.count("\n") == 1


def test_what_was_halfway_is_let_go(llama, capsys):
    """Los tensores de las funciones que fallaron no se quedan en la traza."""
    kept = []

    def fails():
        import weakref

        big = torch.zeros(1000)
        kept.append(weakref.ref(big))
        raise torch.OutOfMemoryError("CUDA out of memory")

    with models.trying(VARIABLE):
        fails()
    assert kept[0]() is None


def test_any_other_error_comes_out(llama):
    with pytest.raises(ValueError, match="otra cosa"), models.trying(VARIABLE):
        raise ValueError("otra cosa")
    with pytest.raises(RuntimeError, match="otra cosa"), models.trying(VARIABLE):
        raise RuntimeError("otra cosa")


def test_a_path_is_also_looked_for_from_the_root(tmp_path, monkeypatch):
    """`CURSO_DECODIFICADOR=carpeta make lab` se escribe en la raíz y se lee en notebooks/."""
    from course_utils import paths

    monkeypatch.setattr(paths, "ROOT", tmp_path)
    zoo.save("llama", tmp_path / "bajados" / "llama")
    monkeypatch.chdir(tmp_path / "bajados" / "llama")
    assert models.load("bajados/llama").name == "llama"


# --- el ritmo ---------------------------------------------------------------------------------------------------------


def test_the_pace_on_a_cpu_is_one_line(made):
    found = generation.speed(made("llama"))
    assert (found.device, found.dtype, found.cpu) == ("cpu", "float32", None)
    assert found.memory == 4 * made("llama").model.num_parameters()
    assert re.fullmatch(r"«llama», en la CPU y en float32: \d+ kB de pesos y [\d,]+ tokens por segundo\.", str(found))


def test_the_pace_counts_tokens_and_seconds(made, monkeypatch):
    """Con un reloj que da medio segundo entre las dos miradas: los tokens contados, en medio segundo."""
    times = iter((10.0, 10.5))
    monkeypatch.setattr(pace.time, "perf_counter", lambda: next(times))
    assert generation.speed(made("gpt2")).tokens_per_second == pace.TOKENS / 0.5


def test_the_pace_on_a_gpu_is_told_beside_that_of_the_cpu():
    cpu = pace.Pace("uno", "cpu", "float32", 538_000_000, 28.4)
    gpu = pace.Pace("uno", "cuda", "bfloat16", 310_000_000, 213.0, cpu)
    assert str(gpu) == "«uno», en la GPU y en bfloat16: 310 MB de su memoria y 210 tokens por segundo; en la CPU y en float32, 28."


def test_the_twin_on_the_cpu_is_made_only_if_it_fits(made, monkeypatch):
    assert pace._on_the_cpu(made("llama")).model is not made("llama").model
    monkeypatch.setattr(hardware, "free", lambda device: 1000)
    assert pace._on_the_cpu(made("llama")) is None


# --- en una GPU -------------------------------------------------------------------------------------------------------


@pytest.fixture
def gpu():
    if not torch.cuda.is_available():
        pytest.skip("no hay GPU de NVIDIA")


@pytest.mark.gpu
def test_on_a_gpu_it_goes_in_half_precision_and_its_pace_has_both(gpu, llama):
    with models.trying(VARIABLE) as real:
        assert real.device.type == "cuda" and real.model.dtype in (torch.bfloat16, torch.float16)
        found = generation.speed(real)
    assert found.device == "cuda" and found.memory > 0 and found.cpu.dtype == "float32"


@pytest.mark.gpu
def test_a_full_gpu_is_one_sentence_and_its_memory_comes_back(gpu, llama, capsys):
    with models.trying(VARIABLE) as real:
        before = torch.cuda.memory_reserved()
        torch.zeros(2 * torch.cuda.get_device_properties(0).total_memory, dtype=torch.uint8, device=real.device)
    assert "la memoria de la GPU" in capsys.readouterr().out
    assert torch.cuda.memory_reserved() <= before
