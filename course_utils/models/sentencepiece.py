"""El tokenizador de los traductores públicos (Marian), que viene en dos ficheros de SentencePiece y un vocabulario común.

Se leen aquí, sin la biblioteca sentencepiece: un .spm es una lista de piezas con su puntuación, y con ella basta para montar el mismo
modelo Unigram en `tokenizers`. La frase de origen se parte con source.spm; lo que se escribe usa los mismos números.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

FILES = ("source.spm", "target.spm", "vocab.json")
PIECES, NORMALIZER, CHARSMAP = 1, 3, 2      # los campos del fichero que interesan
TEXT, SCORE, KIND = 1, 2, 3
NORMAL = 1
NEVER = -1e4                                # puntuación de lo que no está en el fichero: antes se elige cualquier otra cosa


def present(folder: Path) -> bool:
    """Si en la carpeta están los tres ficheros."""
    return all((folder / name).is_file() for name in FILES)


def tokenizer(folder: Path) -> PreTrainedTokenizerFast:
    """El tokenizador de una carpeta con source.spm, target.spm y vocab.json."""
    from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    vocabulary = json.loads((folder / "vocab.json").read_text(encoding="utf-8"))
    scores, charsmap = read(folder / "source.spm")
    order = sorted(vocabulary, key=vocabulary.get)
    made = Tokenizer(models.Unigram([(name, scores.get(name, NEVER)) for name in order], unk_id=vocabulary["<unk>"]))
    steps = [normalizers.Precompiled(charsmap)] if charsmap else []
    made.normalizer = normalizers.Sequence([*steps, normalizers.Replace(Regex(" {2,}"), " "), normalizers.Strip()])
    made.pre_tokenizer, made.decoder = pre_tokenizers.Metaspace(), decoders.Metaspace()
    made.post_processor = processors.TemplateProcessing(single="$A </s>", special_tokens=[("</s>", vocabulary["</s>"])])
    special = {"eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>"}
    return PreTrainedTokenizerFast(tokenizer_object=made, model_max_length=512, **special)


def read(file: Path) -> tuple[dict[str, float], bytes]:
    """Las piezas normales de un .spm con su puntuación, y la tabla con que normaliza las letras. Lanza ValueError si está dañado."""
    scores, charsmap = {}, b""
    for number, value in _fields(file.read_bytes()):
        if number == PIECES:
            piece = dict(_fields(value))
            if piece.get(KIND, NORMAL) == NORMAL:
                scores[piece[TEXT].decode()] = struct.unpack("<f", piece[SCORE])[0]
        elif number == NORMALIZER:
            charsmap = dict(_fields(value)).get(CHARSMAP, b"")
    if not scores:
        raise ValueError(f"El fichero «{file}» no tiene ninguna pieza: está dañado.")
    return scores, charsmap


def _fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Los campos de un mensaje de `protobuf`: su número y su valor, entero o bytes."""
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        number, kind = key >> 3, key & 7
        if kind == 0:
            value, at = _varint(data, at)
        else:
            size, at = (8, at) if kind == 1 else (4, at) if kind == 5 else _varint(data, at)
            value, at = data[at : at + size], at + size
        yield number, value


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """Un entero escrito de siete en siete bits, y dónde acaba."""
    found, shift = 0, 0
    while True:
        found |= (data[at] & 127) << shift
        at, shift = at + 1, shift + 7
        if data[at - 1] < 128:
            return found, at
        if shift > 63:
            raise ValueError("Un número de más de 64 bits: el fichero está dañado.")
