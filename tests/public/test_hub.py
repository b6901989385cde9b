"""Lo que puede pasar al pedir un modelo a Hugging Face, sin salir a la red: se lanzan los errores de verdad de huggingface_hub."""

from __future__ import annotations

import errno
import json
import os
import shutil
from types import SimpleNamespace

import huggingface_hub
import pytest
from huggingface_hub import errors
from huggingface_hub.utils import get_session

from course_utils import models, paths
from course_utils.models import hub
from tests.public import zoo

ID = "una-persona/un-modelo"


def response(status: int):
    """Una respuesta como las que da la biblioteca con que huggingface_hub habla (httpx, o la que sea en su versión)."""
    library = __import__(type(get_session()).__module__.split(".")[0])
    return library.Response(status, request=library.Request("GET", f"https://huggingface.co/api/models/{ID}"))


def carrier(name: str) -> Exception:
    """Un error de conexión de esa misma biblioteca."""
    library = __import__(type(get_session()).__module__.split(".")[0])
    return getattr(library, name)("no se puede")


def answer(kind: type, status: int) -> Exception:
    return kind("no", response=response(status))


FAILURES = {
    "sin conexión": (lambda: carrier("ConnectError"), "no contesta y «una-persona/un-modelo» no está descargado: revisa la conexión"),
    "lenta": (lambda: carrier("ReadTimeout"), "tarda demasiado en contestar"),
    "cortada": (lambda: carrier("RemoteProtocolError"), "a medio descargar"),
    "otra de la red": (lambda: carrier("ReadError"), "la conexión se ha cortado"),
    "límite": (lambda: answer(errors.HfHubHTTPError, 429), "ir más despacio (error 429)"),
    "caída": (lambda: answer(errors.HfHubHTTPError, 503), "está fallando (error 503)"),
    "clave mala": (lambda: answer(errors.HfHubHTTPError, 401), "revisa la clave de HF_TOKEN"),
    "otro número": (lambda: answer(errors.HfHubHTTPError, 418), "(error 418)"),
    "con condiciones": (lambda: answer(errors.GatedRepoError, 403), "acéptalas con tu cuenta en https://huggingface.co/una-persona"),
    "no existe": (lambda: answer(errors.RepositoryNotFoundError, 404), "no hay ningún modelo «una-persona/un-modelo»"),
    "sin revisión": (lambda: answer(errors.RevisionNotFoundError, 404), "ya no tiene la revisión"),
    "retirado": (lambda: answer(errors.DisabledRepoError, 403), "ha retirado"),
    "mal nombre": (lambda: errors.HFValidationError("no"), "no puede ser el nombre de un modelo"),
    "sin salir": (lambda: errors.OfflineModeIsEnabled("no"), "HF_HUB_OFFLINE no deja salir a la red"),
    "a medias": (lambda: errors.LocalEntryNotFoundError("no"), "no hay conexión con Hugging Face"),
    "disco lleno": (lambda: OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), "El disco está lleno"),
    "sin permiso": (lambda: PermissionError(errno.EACCES, "no", "/raíz/hub"), "No hay permiso para escribir en «/raíz/hub»"),
    "sin memoria": (lambda: MemoryError(), "no cabe en la memoria"),
    "inesperado": (lambda: KeyError("algo"), "No se ha podido cargar «una-persona/un-modelo» (KeyError)"),
}  # fmt: skip


@pytest.fixture
def answering(nowhere, monkeypatch):
    """Hace que Hugging Face conteste con un error."""

    def put(error: Exception) -> None:
        def fail(*_args, **_more):
            raise error

        monkeypatch.setattr(huggingface_hub.HfApi, "model_info", fail)

    return put


@pytest.mark.parametrize("case", FAILURES)
def test_each_failure_is_one_sentence(answering, case):
    make, sentence = FAILURES[case]
    answering(make())
    with pytest.raises(models.ModelError) as error:
        models.load(ID)
    message = str(error.value)
    assert sentence in message
    assert message.endswith(".")
    assert "\n" not in message


@pytest.mark.parametrize("case", ["sin conexión", "límite", "con condiciones", "no existe", "disco lleno"])
def test_the_chapter_goes_on_with_the_pocket_model(answering, monkeypatch, capsys, case):
    answering(FAILURES[case][0]())
    monkeypatch.setenv("CURSO_DECODIFICADOR", ID)
    assert models.chosen("CURSO_DECODIFICADOR") is None
    said = capsys.readouterr().out
    assert said.startswith("No se ha podido cargar el modelo de CURSO_DECODIFICADOR: ")
    assert said.count("\n") == 1


def test_the_reason_is_found_even_inside_another_error(answering):
    """huggingface_hub cuenta a veces que falta un fichero, y dentro, por qué: la razón es lo que sirve."""
    outer = errors.LocalEntryNotFoundError("no")
    outer.__cause__ = answer(errors.HfHubHTTPError, 429)
    answering(outer)
    with pytest.raises(models.ModelError, match="429"):
        models.load(ID)


# --- descargar, con un Hugging Face de mentira que da los ficheros de una carpeta -------------------------------------


class Shop:
    """Un Hugging Face de mentira: sirve una carpeta y apunta lo que se le pide."""

    def __init__(self, folder, cache):
        self.folder, self.cache, self.asked, self.failing = folder, cache / "instantánea", [], {}

    def info(self, _api, id, *, revision, files_metadata, timeout):
        files = [SimpleNamespace(rfilename=file.name, size=file.stat().st_size) for file in sorted(self.folder.iterdir())]
        return SimpleNamespace(id=id, siblings=[*files, SimpleNamespace(rfilename="onnx/model.onnx", size=9e9)], safetensors=None)

    def download(self, id, name, *, revision):
        self.asked.append((name, revision))
        if name in self.failing:
            raise self.failing[name]
        self.cache.mkdir(parents=True, exist_ok=True)
        shutil.copy(self.folder / name, self.cache / name)
        return str(self.cache / name)

    def local(self, id, *, revision, local_files_only):
        if not self.cache.is_dir():
            raise errors.LocalEntryNotFoundError("no")
        return str(self.cache)

    @property
    def names(self):
        return [name for name, _ in self.asked]


@pytest.fixture
def shop(nowhere, monkeypatch, tmp_path):
    found = Shop(zoo.save("llama", tmp_path / "original"), nowhere)
    for extra in ("pytorch_model.bin", "modeling_suyo.py", "README.md"):
        (found.folder / extra).write_text("no me bajes")
    monkeypatch.setattr(huggingface_hub.HfApi, "model_info", lambda api, id, **more: found.info(api, id, **more))
    monkeypatch.setattr(huggingface_hub, "hf_hub_download", found.download)
    monkeypatch.setattr(huggingface_hub, "snapshot_download", found.local)
    return found


def test_it_downloads_only_what_is_needed_and_only_once(shop):
    one = models.load(ID)
    assert (one.name, one.role) == ("un-modelo", "decodificador")
    assert {"config.json", "tokenizer.json", "model.safetensors"} <= set(shop.names)
    assert not {"pytorch_model.bin", "modeling_suyo.py", "README.md", "onnx/model.onnx"} & set(shop.names)
    before = len(shop.asked)
    models.forget()
    assert models.load(ID) is not one
    assert len(shop.asked) == before


def test_a_revision_can_be_asked_for(shop):
    models.load(f"{ID}@refs/pr/4")
    assert {revision for _, revision in shop.asked} == {"refs/pr/4"}


def test_an_alias_brings_its_pinned_revision(shop, capsys, monkeypatch):
    monkeypatch.setattr("course_utils.models.sources.BIG", 0)
    one = models.load("smollm2-135m")
    assert one.name == "smollm2-135m"
    assert {revision for _, revision in shop.asked} == {models.public.known()["smollm2-135m"].revision}
    said = capsys.readouterr().out
    assert said.startswith("«smollm2-135m»: ")
    assert "por descargar; ocupará unos" in said


def test_the_wrong_role_is_said_before_downloading_anything_big(shop, monkeypatch, capsys):
    monkeypatch.setenv("CURSO_CODIFICADOR", ID)
    assert models.chosen("CURSO_CODIFICADOR") is None
    assert "«un-modelo» es un decodificador, y aquí hace falta un codificador; prueba con «bertin»." in capsys.readouterr().out
    assert set(shop.names) == {"config.json"}


def test_what_does_not_fit_in_memory_is_not_downloaded(shop, monkeypatch):
    monkeypatch.setattr(models.hardware, "free", lambda device: 10_000)
    with pytest.raises(models.ModelError, match=r"«un-modelo» no cabe: necesita .* de memoria y en la CPU quedan libres 10 kB"):
        models.load(ID)
    assert set(shop.names) == {"config.json"}


def test_what_does_not_fit_in_the_disk_is_not_downloaded(shop, monkeypatch):
    monkeypatch.setattr(hub.shutil, "disk_usage", lambda place: SimpleNamespace(free=1000))
    with pytest.raises(models.ModelError, match="en el disco de .* quedan 1 kB"):
        models.load(ID)
    assert "model.safetensors" not in shop.names


def test_a_download_that_is_cut_goes_on_the_next_time(shop):
    shop.failing["model.safetensors"] = carrier("RemoteProtocolError")
    with pytest.raises(models.ModelError, match="a medio descargar"):
        models.load(ID)
    shop.failing.clear()
    assert models.load(ID).role == "decodificador"


def test_half_a_model_in_the_cache_is_completed(shop):
    models.load(ID)
    (shop.cache / "model.safetensors").unlink()
    models.forget()
    assert models.load(ID).role == "decodificador"


def test_without_safetensors_it_takes_the_robots_conversion_and_never_a_bin(shop, monkeypatch):
    hidden = shop.folder / "model.safetensors"
    kept = hidden.rename(shop.folder.parent / "guardado")

    def info(api, id, *, revision, **more):
        if revision == "refs/pr/7":
            shutil.copy(kept, hidden)
        return shop.info(api, id, revision=revision, **more)

    talk = [SimpleNamespace(author=author, title="Adding `safetensors` variant of this model", status="open", git_reference=ref)
            for author, ref in (("alguien", "refs/pr/6"), (hub.CONVERTER, "refs/pr/7"))]  # fmt: skip
    monkeypatch.setattr(huggingface_hub.HfApi, "model_info", info)
    monkeypatch.setattr(huggingface_hub.HfApi, "get_repo_discussions", lambda *_args, **_more: iter(talk))
    assert models.load(ID).role == "decodificador"
    assert {revision for _, revision in shop.asked} == {"refs/pr/7"}


def test_only_a_bin_is_refused(shop, monkeypatch):
    (shop.folder / "model.safetensors").unlink()
    monkeypatch.setattr(huggingface_hub.HfApi, "get_repo_discussions", lambda *_args, **_more: iter(()))
    with pytest.raises(models.ModelError, match="no tiene los pesos en safetensors"):
        models.load(ID)


def test_code_of_the_model_is_never_run(shop):
    config = json.loads((shop.folder / "config.json").read_text())
    config |= {"architectures": ["SuyoForCausalLM"], "auto_map": {"AutoModelForCausalLM": "modeling_suyo.SuyoForCausalLM"}}
    (shop.folder / "config.json").write_text(json.dumps(config))
    with pytest.raises(models.ModelError, match="trae su propio código y el curso no ejecuta código de nadie"):
        models.load(ID)


def test_really_offline_it_says_so(tmp_path):
    """Sin nada simulado: un proceso nuevo, con una caché vacía y HF_HUB_OFFLINE."""
    import subprocess
    import sys

    code = "from course_utils import models; print(models.chosen('CURSO_DECODIFICADOR'))"
    place = os.environ | {"HF_HOME": str(tmp_path), "HF_HUB_OFFLINE": "1", "CURSO_DECODIFICADOR": "smollm2-135m"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=paths.ROOT, check=True, env=place)
    assert "HF_HUB_OFFLINE no deja salir a la red" in done.stdout
    assert done.stdout.endswith("None\n")
    assert "Traceback" not in done.stderr
