"""Modelos por nombre o por carpeta: el único lugar donde se eligen el dispositivo y la precisión."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
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
        return getattr(self.model.config.get_text_config(), "max_position_embeddings", self.tokenizer.model_max_length)

    @property
    def role(self) -> str:
        """«decodificador» (continúa un texto), «codificador» (rellena huecos y da un vector por token) o «codificador-decodificador»."""
        if self.model.config.is_encoder_decoder:
            return "codificador-decodificador"
        return "decodificador" if self.model.can_generate() else "codificador"

    @property
    def vocab_size(self) -> int:
        """Número de tokens distintos; también la longitud V de los logits."""
        return self.model.config.get_text_config().vocab_size


def available() -> list[str]:
    """Los nombres de los modelos de bolsillo que hay en `models/`, por orden alfabético."""
    return sorted(config.parent.name for config in paths.MODELS.glob("*/config.json"))


def load(name: str = "decoder", *, device: str | None = None) -> LanguageModel:
    """Carga un modelo de bolsillo por su nombre, o cualquier modelo de lenguaje guardado en una carpeta local.

    name: un nombre de `models.available()`, o la ruta de una carpeta con el formato de Hugging Face y pesos en safetensors.
    device: «cpu», «cuda», «mps»… Sin él, los de bolsillo van a la CPU y los de una carpeta, a la GPU si la hay.
    Devuelve la red en modo de evaluación y en float32, aunque sus pesos estén guardados en float16; una segunda llamada
    igual devuelve el mismo objeto. Lanza ModelError, con una frase que lo explica, si falta o está dañado.
    """
    folder = _folder(name)
    return _load(folder, _device(folder, device))


def chosen(variable: str) -> LanguageModel | None:
    """El modelo que la variable de entorno `variable` elige (una carpeta o un nombre), o None, tras explicarlo, si no elige ninguno.

    Si lo elegido no se puede cargar, dice por qué y devuelve también None: el capítulo sigue con el modelo de bolsillo.
    """
    name = os.environ.get(variable, "").strip()
    if not name:
        print(f"Sin modelo real: la variable de entorno {variable} no está puesta. El capítulo sigue igual sin él.")
        return None
    try:
        return load(name)
    except ModelError as error:
        print(f"No se ha podido cargar el modelo de {variable}: {error}")
        return None


def _folder(name: str | Path) -> Path:
    if not str(name).strip():
        raise ModelError(f"Falta el nombre del modelo; {_known()}.")
    for folder in (paths.MODELS / name, Path(name).expanduser()):
        if folder.is_dir():
            return folder.resolve()
    raise ModelError(f"No hay ningún modelo llamado «{name}» ni una carpeta con ese nombre; {_known()}.")


def _known() -> str:
    names = ", ".join(f"«{name}»" for name in available())
    return f"puedes usar {names} o la ruta de una carpeta" if names else "en models/ no hay ninguno: vuelve a descargar el curso"


def _device(folder: Path, device: str | None) -> str:
    import torch

    if device is None:
        pocket = folder.parent == paths.MODELS.resolve()
        mine = f"cuda:{os.environ.get('LOCAL_RANK', '0')}"      # con varios procesos, cada uno en la suya
        return mine if torch.cuda.is_available() and not pocket else "cpu"
    try:
        return str(torch.empty(0, device=device).device)
    except (RuntimeError, AssertionError) as error:
        raise ModelError(f'No se puede usar el dispositivo «{device}» en esta máquina; prueba con device="cpu".') from error


@lru_cache(maxsize=8)
def _load(folder: Path, device: str) -> LanguageModel:
    import torch

    verify(folder)
    network, tokenizer = _network(folder), _tokenizer(folder)
    return LanguageModel(folder.name, network.to(device).eval(), tokenizer, torch.device(device))


def verify(folder: Path) -> None:
    """Comprueba que en la carpeta está todo y que cada fichero tiene la huella SHA-256 que dice su checksums.json, si lo hay.

    Lanza ModelError con lo primero que falte o no cuadre.
    """
    for name in ("config.json", "tokenizer.json"):
        _present(folder / name)
    if not any(folder.glob("*.safetensors")):
        _present(folder / "model.safetensors")
    if (folder / CHECKSUMS).is_file():
        for name, expected in _json(folder / CHECKSUMS).items():
            _same(folder / name, expected)


def _present(file: Path) -> None:
    if not file.is_file():
        raise ModelError(f"En la carpeta «{file.parent}» falta «{file.name}»: sin él no hay modelo; vuelve a descargarla.")


def _same(file: Path, expected: str) -> None:
    _present(file)
    with file.open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    if found != expected:
        raise ModelError(
            f"El fichero «{file}» está dañado o no es el original (su huella SHA-256 empieza por {found[:8]} y debería "
            f"empezar por {expected[:8]}): vuelve a descargarlo."
        )


def _json(file: Path) -> dict:
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise ModelError(f"El fichero «{file}» está dañado: no contiene un objeto JSON; vuelve a descargarlo.")
    return content


def _network(folder: Path) -> PreTrainedModel:
    import torch

    build = _architecture(folder)
    try:
        with _quietly():
            network, found = build.from_pretrained(
                folder, dtype=torch.float32, local_files_only=True, use_safetensors=True, output_loading_info=True
            )
    except Exception as error:  # safetensors, transformers y torch lanzan cada uno los suyos
        reason = "están dañados o no son los de su config.json"
        raise ModelError(f"No se pueden leer los pesos de «{folder}»: {reason}; vuelve a descargarlos.") from error
    if missing := found["missing_keys"]:
        raise ModelError(f"A los pesos de «{folder}» les falta «{min(missing)}»: no son los de su config.json; vuelve a descargarlos.")
    return network


def _architecture(folder: Path) -> type[PreTrainedModel]:
    """La clase concreta que nombra config.json: transformers la importa sola, sin pasar por el catálogo de AutoModel."""
    import transformers

    names = _json(folder / "config.json").get("architectures") or ["(ninguna)"]
    found = getattr(transformers, names[0], None)
    if not hasattr(found, "generate") and not (found and names[0].endswith("ForMaskedLM")):
        version = f"transformers {transformers.__version__}"
        raise ModelError(
            f"El modelo de «{folder}» es de la clase «{names[0]}», con la que {version} no genera texto ni rellena huecos: usa otro modelo."
        )
    return found


def _tokenizer(folder: Path) -> PreTrainedTokenizerFast:
    from transformers import PreTrainedTokenizerFast

    try:
        return PreTrainedTokenizerFast.from_pretrained(folder, local_files_only=True)
    except Exception as error:
        raise ModelError(f"No se puede leer el tokenizador «{folder / 'tokenizer.json'}»: está dañado; vuelve a descargarlo.") from error


@contextmanager
def _quietly() -> Iterator[None]:
    """Sin las barras de progreso de transformers (en inglés) mientras dura; luego, como estuvieran."""
    from transformers.utils import logging

    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()
