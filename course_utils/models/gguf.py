"""Un modelo en un solo fichero .gguf, como los de llama.cpp: transformers lo abre y lo pasa a una red corriente, sin cuantizar."""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from course_utils.models.errors import ModelError
from course_utils.models.failures import kinds, sentence
from course_utils.models.folder import MOST_SIDES, quietly

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel, PreTrainedTokenizerFast

MAGIC = b"GGUF"
STRING, ARRAY = 8, 9
WIDTHS = {0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 7: "<?", 10: "<Q", 11: "<q", 12: "<d"}
OTHERWISE = {"gemma3": "gemma3_text", "qwen2moe": "qwen2_moe", "qwen3moe": "qwen3_moe"}   # como los llama transformers
MOST_PER_BYTE = 8       # ninguna cuantización baja de un bit por número
FACTS = ("general.architecture", "general.name")


@dataclass(frozen=True)
class Header:
    """Lo que un .gguf dice de sí al principio: la clase de red y cuántos números guarda."""

    architecture: str
    parameters: int


def header(file: Path) -> Header:
    """Lo que dice el principio de un .gguf. Lanza ModelError si no lo es o está cortado."""
    try:
        with file.open("rb") as stream:
            return _header(stream, file.stat().st_size)
    except (struct.error, ValueError, KeyError, OverflowError, MemoryError, RecursionError) as error:
        raise ModelError(f"El fichero «{file}» no es un .gguf entero: está dañado o a medio descargar; vuelve a bajarlo.") from error


def _header(stream: BinaryIO, size: int) -> Header:
    if stream.read(4) != MAGIC:
        raise ValueError("no empieza por GGUF")
    _version, tensors, facts = _one(stream, "<I"), _one(stream, "<Q"), _one(stream, "<Q")
    known = {}
    for _ in range(facts):
        name = _text(stream)
        value = _value(stream, _one(stream, "<I"))
        if name in FACTS:
            known[name] = value
    total, last = 0, 0
    for _ in range(tensors):
        _text(stream)
        if (sides := _one(stream, "<I")) > MOST_SIDES:
            raise ValueError("demasiadas dimensiones")
        shape = [_one(stream, "<Q") for _ in range(sides)]
        _kind, start = _one(stream, "<I"), _one(stream, "<Q")
        total, last = total + math.prod(shape), max(last, start)
    if stream.tell() + last >= size:    # el último tensor empieza donde el fichero ya se ha acabado
        raise ValueError("faltan tensores")
    if total > MOST_PER_BYTE * size:
        raise ValueError("dice tener más números de los que caben")
    return Header(known[FACTS[0]], total)


def _one(stream: BinaryIO, form: str) -> int | float:
    return struct.unpack(form, stream.read(struct.calcsize(form)))[0]


def _text(stream: BinaryIO) -> str:
    return _sized(stream, _one(stream, "<Q")).decode("utf-8", errors="replace")


def _sized(stream: BinaryIO, length: int) -> bytes:
    found = stream.read(length)
    if len(found) < length:
        raise ValueError("cortado")
    return found


def _value(stream: BinaryIO, kind: int) -> object:
    """Un dato del encabezado; de una lista, nada: se salta."""
    if kind == STRING:
        return _text(stream)
    if kind != ARRAY:
        return _one(stream, WIDTHS[kind])
    inner, count = _one(stream, "<I"), _one(stream, "<Q")
    if inner in WIDTHS:
        _sized(stream, count * struct.calcsize(WIDTHS[inner]))
        return None
    for _ in range(count):
        _value(stream, inner)
    return None


def architecture(file: Path, found: Header) -> type[PreTrainedModel]:
    """La clase de transformers que lee esta red. Lanza ModelError si no la sabe abrir desde un .gguf."""
    import transformers
    from transformers.modeling_gguf_pytorch_utils import GGUF_SUPPORTED_ARCHITECTURES
    from transformers.models.auto import modeling_auto

    kind = OTHERWISE.get(found.architecture, found.architecture)
    names = modeling_auto.MODEL_FOR_CAUSAL_LM_MAPPING_NAMES | modeling_auto.MODEL_FOR_SEQ_TO_SEQ_CAUSAL_LM_MAPPING_NAMES
    if kind not in names or not {kind, found.architecture} & set(GGUF_SUPPORTED_ARCHITECTURES):
        version = f"transformers {transformers.__version__}"
        raise ModelError(f"«{file.name}» es de la clase «{found.architecture}», que {version} no sabe abrir así: usa otro modelo.")
    return getattr(transformers, names[kind])


def need() -> None:
    """Comprueba que está la biblioteca que lee los .gguf. Lanza ModelError, con la orden que la instala, si falta."""
    from transformers.utils.import_utils import is_gguf_available

    if not is_gguf_available():
        raise ModelError("Para abrir un .gguf hace falta la biblioteca «gguf»: instálala con «pip install gguf» y vuelve a empezar.")


def load(file: Path, build: type[PreTrainedModel], dtype: torch.dtype) -> tuple[PreTrainedModel, PreTrainedTokenizerFast]:
    """La red y el tokenizador de un .gguf. Lanza ModelError si está dañado o falta la biblioteca que los abre."""
    from transformers import AutoTokenizer

    need()
    place = {"pretrained_model_name_or_path": file.parent, "gguf_file": file.name, "local_files_only": True}
    try:
        with quietly(), _once():
            tokenizer = AutoTokenizer.from_pretrained(**place)
            network, report = build.from_pretrained(**place, dtype=dtype, output_loading_info=True)
    except Exception as error:
        if isinstance(error, MemoryError) or "OutOfMemoryError" in kinds(error):
            raise ModelError(sentence(error, file.stem)) from error
        raise ModelError(f"No se puede abrir «{file}»: está dañado, a medio descargar o cuantizado de otra manera; usa otro.") from error
    if missing := report["missing_keys"]:
        raise ModelError(f"A «{file}» le falta «{min(missing)}»: no está entero; vuelve a bajarlo.")
    return network, tokenizer


@contextmanager
def _once() -> Iterator[None]:
    """Mientras dura, lo que transformers repite al abrir un .gguf se hace una sola vez, y sin su barra en inglés."""
    import gguf
    from transformers import modeling_gguf_pytorch_utils as reading

    quick = {(gguf, "GGUFReader"): lru_cache(gguf.GGUFReader), (gguf, "get_tensor_name_map"): lru_cache(gguf.get_tensor_name_map),
             (reading, "tqdm"): lambda items, **_: items}  # fmt: skip
    before = {place: getattr(*place) for place in quick}
    for place, value in quick.items():
        setattr(*place, value)
    try:
        yield
    finally:
        for place, value in before.items():
            setattr(*place, value)
