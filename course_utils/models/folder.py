"""Un modelo guardado en una carpeta con el formato de Hugging Face: comprobar que está entero y leerlo sin ejecutar nada suyo."""

from __future__ import annotations

import hashlib
import json
import math
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
LARGEST = 100_000_000       # bytes que puede ocupar un JSON o el encabezado de unos safetensors: su formato no admite más
MOST_SIDES = 8              # dimensiones de un tensor
SIZES = {"n_layer", "n_head", "n_embd", "d_model", "vocab_size", "hidden_size", "num_hidden_layers", "num_attention_heads"}    # desde 1
OWN_CODE = ("attn_implementation", "experts_implementation")    # en un config.json, «quien/sea» aquí es código de Hugging Face
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
            _same(folder, name, expected)


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
        return sorted({folder / name for name in _shards(folder / INDEX)})
    return [whole] if whole.is_file() else sorted(folder.glob("*.safetensors")) or [whole]


def _shards(index: Path) -> set[str]:
    """Los nombres de fichero que da un índice de pesos. Lanza ModelError si alguno no es un nombre, o está fuera de la carpeta."""
    content = _json(index).get("weight_map")
    names = list(content.values()) if isinstance(content, dict) else []
    if not names or not all(isinstance(name, str) and Path(name).name == name and "\0" not in name for name in names):
        raise ModelError(f"El fichero «{index}» está dañado: no dice en qué ficheros de su carpeta están los pesos; vuelve a descargarlo.")
    return set(names)


def parameters(folder: Path) -> int:
    """Cuántos números guardan sus pesos, según el encabezado de los safetensors: no hace falta leerlos. 0 si están dañados o mienten."""
    return sum(math.prod(shape) for shape in _shapes(folder))


def _shapes(folder: Path) -> list[list[int]]:
    """La forma de cada tensor; ninguna si los pesos están dañados o dicen tener más números de los que caben: al leerlos se dirá."""
    found, size = [], 0
    for file in weights(folder):
        try:
            with file.open("rb") as stream:
                length = struct.unpack("<Q", stream.read(8))[0]
                header = json.loads(stream.read(length if length <= LARGEST else 0))
            found += [one["shape"] for name, one in header.items() if name != "__metadata__"]
            size += file.stat().st_size
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError, struct.error):
            return []
    whole = all(isinstance(shape, list) and len(shape) <= MOST_SIDES and all(type(side) is int and side >= 0 for side in shape)
                for shape in found)  # fmt: skip
    return found if whole and sum(map(math.prod, found)) <= 2 * size else []    # dos números por byte: los más pequeños que hay


def _present(file: Path) -> None:
    if not file.is_file():
        raise ModelError(f"En la carpeta «{file.parent}» falta «{file.name}»: sin él no hay modelo; vuelve a descargarla.")


def _same(folder: Path, name: str, expected: object) -> None:
    if Path(name).name != name or not isinstance(expected, str):
        raise ModelError(f"El fichero «{folder / CHECKSUMS}» está dañado: no dice la huella de «{name}» como debe; vuelve a descargarlo.")
    _present(file := folder / name)
    with file.open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    if found != expected:
        raise ModelError(
            f"El fichero «{file}» está dañado o no es el original (su huella SHA-256 empieza por {found[:8]} y debería "
            f"empezar por {expected[:8]}): vuelve a descargarlo."
        )


def _json(file: Path) -> dict:
    try:
        content = json.loads(file.read_text(encoding="utf-8") if file.stat().st_size <= LARGEST else "")
    except (ValueError, RecursionError):
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
    if not (isinstance(names, list) and isinstance(names[0], str)):
        raise ModelError(f"El config.json de «{where}» está dañado: «architectures» tendría que ser una lista de nombres.")
    _harmless(config, where)
    name = names[0].replace("ForPreTraining", "ForMaskedLM")    # BERT se publicó con las dos tareas de su entrenamiento
    found = getattr(transformers, name, None)
    reads_text = getattr(found, "main_input_name", "") == "input_ids"
    if not (reads_text and (hasattr(found, "generate") or name.endswith("ForMaskedLM"))):
        if found is None and config.get("auto_map"):
            raise _own_code(where)
        version = f"transformers {transformers.__version__}"
        raise ModelError(
            f"El modelo de «{where}» es de la clase «{names[0]}», con la que {version} no genera texto ni rellena huecos: usa otro modelo."
        )
    return found


def _own_code(where: str | Path) -> ModelError:
    return ModelError(f"El modelo de «{where}» trae su propio código y el curso no ejecuta código de nadie: usa otro modelo.")


def _harmless(config: dict, where: str | Path) -> None:
    """Que la configuración no pida código de Hugging Face para la atención: eso, transformers lo bajaría y lo ejecutaría."""
    parts = [config, *(part for part in config.values() if isinstance(part, dict))]
    if any("/" in str(part.get(f"{before}{name}")) for part in parts for name in OWN_CODE for before in ("", "_")):
        raise _own_code(where)


def _sensible(config: dict, folder: Path) -> None:
    """Que las medidas de la configuración se puedan construir. Lanza ModelError con la primera que no.

    Una red se monta antes de leer sus pesos: con mil millones de capas no acabaría nunca. No puede haber más capas que tensores.
    """
    if not (tensors := len(_shapes(folder))):
        raise _unreadable(folder)
    for part in (config, *(part for part in config.values() if isinstance(part, dict))):
        for name, value in part.items():
            layers = name.endswith(("_layer", "_layers"))
            if not (layers or name in SIZES) or isinstance(value, bool) or not isinstance(value, int | float):
                continue
            if value < (name in SIZES) or (layers and value > tensors):
                raise ModelError(f"El config.json de «{folder}» dice {name} = {value}, y con sus pesos no puede ser: vuelve a descargarlo.")


def _unreadable(folder: Path) -> ModelError:
    return ModelError(f"No se pueden leer los pesos de «{folder}»: están dañados o no son los de su config.json; vuelve a descargarlos.")


def role(config: dict, build: type[PreTrainedModel]) -> str:
    """El papel de una red, antes de cargarla."""
    if config.get("is_encoder_decoder", build.config_class().is_encoder_decoder):
        return BOTH
    return ENCODER if build.__name__.endswith("ForMaskedLM") else DECODER


def network(folder: Path, dtype: torch.dtype) -> PreTrainedModel:
    """La red de una carpeta, con sus pesos. Lanza ModelError si no se pueden leer, faltan o no son los suyos."""
    config = configuration(folder)
    build = architecture(config, folder)
    _sensible(config, folder)
    try:
        with quietly():
            found, report = build.from_pretrained(
                folder, dtype=dtype, local_files_only=True, use_safetensors=True, trust_remote_code=False, output_loading_info=True
            )
    except Exception as error:  # safetensors, transformers y torch lanzan cada uno los suyos
        if isinstance(error, MemoryError) or "OutOfMemoryError" in kinds(error):
            raise ModelError(sentence(error, folder.name)) from error
        raise _unreadable(folder) from error
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
    found.backend_tokenizer.no_padding()        # algunos se publican con los textos ya rellenados o cortados a una longitud
    found.backend_tokenizer.no_truncation()
    return found


@contextmanager
def quietly() -> Iterator[None]:
    """Sin las barras de progreso ni los avisos de transformers (en inglés) mientras dura; luego, como estuvieran."""
    from transformers.utils import logging

    shown, level = logging.is_progress_bar_enabled(), logging.get_verbosity()
    logging.disable_progress_bar()
    logging.set_verbosity(max(level, logging.ERROR))
    try:
        yield
    finally:
        logging.set_verbosity(level)
        if shown:
            logging.enable_progress_bar()
