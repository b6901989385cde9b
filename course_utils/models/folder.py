"""Un modelo guardado en una carpeta con el formato de Hugging Face: comprobar que está entero y leerlo sin ejecutar nada suyo."""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from course_utils.models import sentencepiece
from course_utils.models.errors import ModelError
from course_utils.models.failures import kinds, sentence
from course_utils.models.public import BOTH, DECODER, ENCODER

if TYPE_CHECKING:  # los tipos no pagan la importación
    import torch
    from transformers import PreTrainedModel, PreTrainedTokenizerFast

CHECKSUMS, INDEX = "checksums.json", "model.safetensors.index.json"
TOKENIZERS = (
    ("tokenizer.json",), sentencepiece.FILES, ("vocab.txt",), ("vocab.json", "merges.txt"), ("tokenizer.model",), ("spiece.model",),
)  # fmt: skip


def verify(folder: Path) -> None:
    """Comprueba que en la carpeta está todo y que cada fichero tiene la huella SHA-256 que dice su checksums.json, si lo hay.

    Lanza ModelError con lo primero que falte o no cuadre.
    """
    for file in needed(folder):
        _present(file)
    if (folder / CHECKSUMS).is_file():
        for name, expected in _json(folder / CHECKSUMS).items():
            _same(folder / name, expected)


def complete(folder: Path) -> bool:
    """Si en la carpeta está todo lo que hace falta para cargar el modelo."""
    try:
        return all(file.is_file() for file in needed(folder))
    except ModelError:
        return False


def needed(folder: Path) -> list[Path]:
    """Los ficheros sin los que no hay modelo: configuración, tokenizador y pesos en safetensors."""
    tokenizer = next((kind for kind in TOKENIZERS if all((folder / name).is_file() for name in kind)), TOKENIZERS[0])
    return [folder / "config.json", *(folder / name for name in tokenizer), *weights(folder)]


def weights(folder: Path) -> list[Path]:
    """Los ficheros de pesos; si van en trozos, los que nombra su índice, estén o no."""
    whole = folder / "model.safetensors"
    if not whole.is_file() and (folder / INDEX).is_file():
        return sorted({folder / name for name in _json(folder / INDEX).get("weight_map", {}).values()})
    return [whole] if whole.is_file() else sorted(folder.glob("*.safetensors")) or [whole]


def parameters(folder: Path) -> int:
    """Cuántos números guardan sus pesos, según el encabezado de los safetensors: no hace falta leerlos."""
    total = 0
    for file in weights(folder):
        try:
            with file.open("rb") as stream:
                header = json.loads(stream.read(struct.unpack("<Q", stream.read(8))[0]))
            shapes = (one["shape"] for name, one in header.items() if name != "__metadata__")
            total += sum(_product(shape) for shape in shapes)
        except (OSError, ValueError, KeyError, struct.error, MemoryError, OverflowError):
            return 0    # dañado: al leer los pesos se dirá
    return total


def _product(shape: list[int]) -> int:
    found = 1
    for side in shape:
        found *= side
    return found


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


def configuration(folder: Path) -> dict:
    """Lo que dice el config.json de la carpeta. Lanza ModelError si falta o está dañado."""
    _present(folder / "config.json")
    return _json(folder / "config.json")


def architecture(config: dict, where: str | Path) -> type[PreTrainedModel]:
    """La clase concreta que nombra config.json: transformers la importa sola, sin pasar por el catálogo de AutoModel.

    Lanza ModelError si no es de las que generan texto o rellenan huecos, o si está fuera de transformers: sería código ajeno.
    """
    import transformers

    names = config.get("architectures") or ["(ninguna)"]
    name = names[0].replace("ForPreTraining", "ForMaskedLM")    # BERT se publicó con las dos tareas de su entrenamiento
    found = getattr(transformers, name, None)
    reads_text = getattr(found, "main_input_name", "") == "input_ids"
    if not (reads_text and (hasattr(found, "generate") or name.endswith("ForMaskedLM"))):
        if found is None and config.get("auto_map"):
            raise ModelError(f"El modelo de «{where}» trae su propio código y el curso no ejecuta código de nadie: usa otro modelo.")
        version = f"transformers {transformers.__version__}"
        raise ModelError(
            f"El modelo de «{where}» es de la clase «{names[0]}», con la que {version} no genera texto ni rellena huecos: usa otro modelo."
        )
    return found


def role(config: dict, build: type[PreTrainedModel]) -> str:
    """El papel de una red, antes de cargarla."""
    if config.get("is_encoder_decoder", build.config_class().is_encoder_decoder):
        return BOTH
    return ENCODER if build.__name__.endswith("ForMaskedLM") else DECODER


def network(folder: Path, dtype: torch.dtype) -> PreTrainedModel:
    """La red de una carpeta, con sus pesos. Lanza ModelError si no se pueden leer, faltan o no son los suyos."""
    build = architecture(_json(folder / "config.json"), folder)
    try:
        with quietly():
            found, report = build.from_pretrained(
                folder, dtype=dtype, local_files_only=True, use_safetensors=True, trust_remote_code=False, output_loading_info=True
            )
    except Exception as error:  # safetensors, transformers y torch lanzan cada uno los suyos
        if isinstance(error, MemoryError) or "OutOfMemoryError" in kinds(error):
            raise ModelError(sentence(error, folder.name)) from error
        reason = "están dañados o no son los de su config.json"
        raise ModelError(f"No se pueden leer los pesos de «{folder}»: {reason}; vuelve a descargarlos.") from error
    if missing := report["missing_keys"]:
        raise ModelError(f"A los pesos de «{folder}» les falta «{min(missing)}»: no son los de su config.json; vuelve a descargarlos.")
    return found


def tokenizer(folder: Path, *, pocket: bool) -> PreTrainedTokenizerFast:
    """El tokenizador de una carpeta, siempre de los rápidos. pocket: los de bolsillo dicen ellos solos cuáles son sus tokens especiales."""
    from transformers import AutoTokenizer, PreTrainedTokenizerFast

    try:
        if not (folder / "tokenizer.json").is_file() and sentencepiece.present(folder):
            return sentencepiece.tokenizer(folder)
        build = PreTrainedTokenizerFast if pocket else AutoTokenizer
        found = build.from_pretrained(folder, local_files_only=True, **({} if pocket else {"trust_remote_code": False}))
    except Exception as error:
        file = folder / "tokenizer.json"
        if file.is_file():
            raise ModelError(f"No se puede leer el tokenizador «{file}»: está dañado; vuelve a descargarlo.") from error
        raise ModelError(f"El tokenizador de «{folder}» no trae tokenizer.json y no se puede leer sin él: usa otro modelo.") from error
    if not hasattr(found, "backend_tokenizer"):
        raise ModelError(f"El tokenizador de «{folder}» es de los antiguos y el curso no lo sabe leer: usa otro modelo.")
    return found


@contextmanager
def quietly() -> Iterator[None]:
    """Sin las barras de progreso de transformers (en inglés) mientras dura; luego, como estuvieran."""
    from transformers.utils import logging

    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()
