"""Bajar un modelo de Hugging Face a la carpeta de siempre (HF_HOME): solo lo que hace falta, solo safetensors y una sola vez."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from course_utils.models.errors import ModelError
from course_utils.models.failures import explained
from course_utils.models.folder import TOKENIZERS, complete, configuration
from course_utils.models.hardware import size_text

if TYPE_CHECKING:
    from huggingface_hub.hf_api import ModelInfo

SECONDS = 10                                             # lo que se espera a que Hugging Face conteste
MARGIN = 200_000_000                                     # disco que se deja libre, en bytes
CONVERTER, CONVERSION = "SFconvertbot", "safetensors"
SMALL = {
    "config.json", "generation_config.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json",
    "chat_template.jinja", "chat_template.json",
}  # fmt: skip
SHARD = re.compile(r"model-\d+-of-\d+\.safetensors")


@dataclass(frozen=True)
class Remote:
    """Un modelo de Hugging Face que aún no está aquí: qué ficheros hay que bajar, cuánto pesan y cuántos parámetros tiene."""

    id: str
    revision: str
    files: tuple[str, ...]
    bytes: int
    parameters: int
    config: dict


def cached(id: str, revision: str) -> Path | None:
    """La carpeta donde ya está descargado entero, sin preguntar a la red; None si falta algo."""
    from huggingface_hub import snapshot_download

    try:
        folder = Path(snapshot_download(id, revision=revision, local_files_only=True))
    except Exception:  # no está, o el nombre no vale: eso ya se dirá al pedirlo
        return None
    return folder if complete(folder) else None


def found(id: str, revision: str) -> Remote:
    """Lo que hay en Hugging Face con ese nombre. Baja solo su config.json. Lanza ModelError, con una frase, si no se puede leer."""
    from huggingface_hub import HfApi, hf_hub_download

    with explained(id):
        api = HfApi()
        info = api.model_info(id, revision=revision, files_metadata=True, timeout=SECONDS)
        if not _weights(info):
            revision = _converted(api, id)
            info = api.model_info(id, revision=revision, files_metadata=True, timeout=SECONDS)
        config = configuration(Path(hf_hub_download(id, "config.json", revision=revision)).parent)
    files = _wanted(info)
    sizes = {one.rfilename: one.size or 0 for one in info.siblings}
    weights = sum(sizes[name] for name in _weights(info))
    parameters = getattr(info.safetensors, "total", None) or weights // (2 if "16" in str(config.get("torch_dtype")) else 4)
    return Remote(id, revision, files, sum(sizes[name] for name in files), parameters, config)


def download(remote: Remote) -> Path:
    """Baja lo que falte, con la barra de cada fichero, y devuelve la carpeta. Lo que se corta sigue donde estaba."""
    from huggingface_hub import hf_hub_download
    from huggingface_hub.constants import HF_HUB_CACHE

    _roomy(remote, Path(HF_HUB_CACHE))
    with explained(remote.id):
        fetched = [Path(hf_hub_download(remote.id, name, revision=remote.revision)) for name in remote.files]
    return fetched[0].parent


def _roomy(remote: Remote, cache: Path) -> None:
    place = next(folder for folder in (cache, *cache.parents) if folder.exists())
    left = shutil.disk_usage(place).free
    if left < remote.bytes + MARGIN:
        raise ModelError(f"«{remote.id}» pesa {size_text(remote.bytes)} y en el disco de «{place}» quedan {size_text(left)}: borra algo, o "
                         "pon en HF_HOME una carpeta de otro disco.")  # fmt: skip


def _names(info: ModelInfo) -> list[str]:
    """Los ficheros de la carpeta principal: lo demás son copias en otros formatos."""
    return [one.rfilename for one in info.siblings or () if "/" not in one.rfilename]


def _weights(info: ModelInfo) -> list[str]:
    names = _names(info)
    return [name for name in names if name == "model.safetensors"] or [name for name in names if SHARD.fullmatch(name)]


def _wanted(info: ModelInfo) -> tuple[str, ...]:
    names = _names(info)
    tokenizer = next((kind for kind in TOKENIZERS if set(kind) <= set(names)), None)
    if tokenizer is None:
        raise ModelError(f"En «{info.id}» no hay un tokenizador que el curso sepa leer (tokenizer.json): usa otro modelo.")
    index = [name for name in names if name == "model.safetensors.index.json" and "model.safetensors" not in names]
    return (*sorted(SMALL & set(names)), *tokenizer, *index, *_weights(info))


def _converted(api, id: str) -> str:
    """La revisión en que el robot de Hugging Face pasó a safetensors los pesos de un modelo que solo tiene .bin.

    Un .bin puede ejecutar código al abrirse y el curso no lo abre nunca. Lanza ModelError si nadie lo ha convertido.
    """
    for one in api.get_repo_discussions(id, author=CONVERTER, discussion_type="pull_request"):
        if one.author == CONVERTER and CONVERSION in one.title and one.status in ("open", "merged"):
            return one.git_reference
    raise ModelError(f"«{id}» no tiene los pesos en safetensors, y otros formatos pueden ejecutar código al abrirse: usa otro modelo.")
