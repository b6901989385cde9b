"""Modelos por nombre o por carpeta: el único lugar donde se eligen el dispositivo y la precisión."""
from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from course_utils import paths

if TYPE_CHECKING:  # los tipos no pagan la importación
    import torch
    from transformers import PreTrainedModel, PreTrainedTokenizerFast

CHECKSUMS = "checksums.json"


class ModelError(RuntimeError):
    """Un modelo que no se puede cargar; el mensaje dice qué pasa y qué hacer."""


@dataclass(frozen=True, eq=False)
class LanguageModel:
    """Un modelo de lenguaje listo para usar: la red, su tokenizador y dónde vive.

    También se desempaqueta: `red, tokenizador = models.load("decoder")`.
    """

    name: str
    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerFast
    device: torch.device

    def __iter__(self) -> Iterator[object]:
        return iter((self.model, self.tokenizer))

    def __repr__(self) -> str:
        size = f"{self.model.num_parameters():,}".replace(",", ".")
        return f"LanguageModel «{self.name}»: {size} parámetros, ventana de {self.window} tokens, en {self.device}"

    @property
    def window(self) -> int:
        """Ventana de contexto: el mayor número de tokens que la red lee de una vez."""
        return self.model.config.max_position_embeddings

    @property
    def vocab_size(self) -> int:
        """Número de tokens distintos; también la longitud V de los logits."""
        return self.model.config.vocab_size


def available() -> list[str]:
    """Nombres de los modelos de bolsillo que hay en `models/`, en orden alfabético."""
    return sorted(folder.parent.name for folder in paths.MODELS.glob("*/config.json"))


def load(name: str = "decoder", *, device: str | None = None) -> LanguageModel:
    """Carga un modelo de bolsillo por su nombre, o cualquier modelo causal guardado en una carpeta local.

    name: nombre en `models/` («decoder») o ruta de una carpeta con el formato de Hugging Face.
    device: «cpu», «cuda», «cuda:0», «mps»…; sin él, la GPU si la hay y, si no, la CPU.
    Devuelve el modelo en modo de evaluación (en CPU, en float32 aunque los pesos estén guardados en float16).
    Una segunda llamada con los mismos datos devuelve el mismo objeto. Lanza ModelError si falta o está dañado.
    """
    return _load(_folder(name), _device(device))


def _folder(name: str) -> Path:
    for folder in (paths.MODELS / name, Path(name).expanduser()):
        if folder.is_dir():
            return folder.resolve()
    names = ", ".join(f"«{known}»" for known in available()) or "ninguno todavía"
    raise ModelError(f"No hay ningún modelo llamado «{name}», ni una carpeta con ese nombre; los disponibles son: {names}.")


def _device(device: str | None) -> str:
    import torch

    if device is None:
        return "cuda" if torch.cuda.is_available() else "cpu"
    try:
        torch.empty(0, device=device)
    except (RuntimeError, AssertionError) as error:
        raise ModelError(f"No puedo usar el dispositivo «{device}» en esta máquina; prueba con device=\"cpu\".") from error
    return str(torch.device(device))


@lru_cache(maxsize=8)
def _load(folder: Path, device: str) -> LanguageModel:
    import torch

    verify(folder)
    model, tokenizer = _model(folder), _tokenizer(folder)
    return LanguageModel(folder.name, model.to(device).eval(), tokenizer, torch.device(device))


def verify(folder: Path) -> None:
    """Comprueba que la carpeta está completa y que sus ficheros son los que su `checksums.json` declara (SHA-256)."""
    for name in ("config.json", "tokenizer.json", "model.safetensors"):
        if not (folder / name).is_file():
            raise ModelError(f"En la carpeta «{folder}» falta «{name}»; un modelo necesita config.json, tokenizer.json y model.safetensors.")
    if not (folder / CHECKSUMS).is_file():
        return
    for name, expected in _json(folder / CHECKSUMS).items():
        _verify_file(folder / name, expected)


def _verify_file(file: Path, expected: str) -> None:
    if not file.is_file():
        raise ModelError(f"En la carpeta «{file.parent}» falta «{file.name}», que su {CHECKSUMS} declara; vuelve a descargar el curso.")
    with file.open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    if found != expected:
        raise ModelError(f"El fichero «{file}» está dañado: su huella SHA-256 empieza por {found[:8]} y debería empezar por {expected[:8]}; vuelve a descargarlo.")


def _json(file: Path) -> dict:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ModelError(f"El fichero «{file}» está dañado: no contiene JSON válido; vuelve a descargarlo.") from error


def _model(folder: Path) -> PreTrainedModel:
    import torch
    import transformers

    architecture = (_json(folder / "config.json").get("architectures") or ["AutoModelForCausalLM"])[0]
    network = getattr(transformers, architecture, None)
    if network is None:
        raise ModelError(f"El modelo «{folder.name}» pide la clase «{architecture}», que esta versión de transformers ({transformers.__version__}) no tiene.")
    try:
        return network.from_pretrained(folder, dtype=torch.float32, local_files_only=True, use_safetensors=True)
    except Exception as error:  # safetensors, transformers y torch tienen cada uno los suyos
        raise ModelError(f"No puedo leer los pesos de «{folder / 'model.safetensors'}»: el fichero está dañado o no corresponde a su config.json.") from error


def _tokenizer(folder: Path) -> PreTrainedTokenizerFast:
    from transformers import PreTrainedTokenizerFast

    try:
        return PreTrainedTokenizerFast.from_pretrained(folder, local_files_only=True)
    except Exception as error:
        raise ModelError(f"No puedo leer el tokenizador de «{folder / 'tokenizer.json'}»: el fichero está dañado; vuelve a descargarlo.") from error
