"""Tokens: de texto a ids y de ids a piezas enteras que se pueden leer, nunca Ġ, Ã± ni �."""

from __future__ import annotations

import re
import unicodedata
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from course_utils.models import WindowError

if TYPE_CHECKING:
    from tokenizers import Encoding
    from transformers import PreTrainedTokenizerFast

    from course_utils.models import LanguageModel

START, END, EMPTY = "(inicio)", "(fin)", "(vacío)"
BYTE_NAME = re.compile("<0x[0-9A-F]{2}>")
ANCHORS = "\n—."
LONGEST = 2_000_000     # letras de una conversación ya escrita: más que la ventana de cualquier modelo del curso
VISIBLE = {" ": "␣", "\n": "↵", "\t": "⇥"}


@dataclass(frozen=True)
class Piece:
    """Un trozo de texto que se puede leer y los ids de los tokens que lo forman (más de uno si parten una letra)."""

    text: str
    ids: tuple[int, ...]


def clean(text: str) -> str:
    """El texto sin caracteres de control, que no se ven y ninguna red ha leído; avisa de cuántos quita.

    El salto de línea se queda y el tabulador pasa a espacio. Lanza ValueError si no es un texto.
    """
    if not isinstance(text, str):
        raise ValueError(f"Hace falta un texto, y has dado {type(text).__name__}: escríbelo entre comillas.")
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    kept = "".join(c for c in text if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs"))
    if removed := len(text) - len(kept):
        warnings.warn(f"Se han quitado del texto caracteres de control, que no se ven: {removed}.", stacklevel=4)
    return kept


def ids(tokenizer: PreTrainedTokenizerFast, text: str) -> list[int]:
    """Los ids de un texto, sin token de inicio y sin límite de longitud; «<|endoftext|>» escrito a mano es texto como otro cualquiera."""
    return encoding(tokenizer, text).ids


def encoding(tokenizer: PreTrainedTokenizerFast, text: str) -> Encoding:
    """Lo que dice la biblioteca de un texto, entero y sin tokens añadidos: ids, nombres y qué letras ocupa cada token (`offsets`)."""
    backend = tokenizer.backend_tokenizer
    before, backend.encode_special_tokens = backend.encode_special_tokens, True
    try:
        return backend.encode(text, add_special_tokens=False)
    finally:
        backend.encode_special_tokens = before


def prompt_ids(tokenizer: PreTrainedTokenizerFast, text: str | Sequence[dict[str, str]]) -> list[int]:
    """Los ids de un prompt: el token de inicio y los del texto limpio. Con texto vacío queda solo el de inicio.

    El prompt puede ser también una conversación, [{"role": "user", "content": "…"}, …]: se escribe con la plantilla del modelo.
    """
    if isinstance(text, list | tuple):
        return conversation_ids(tokenizer, text)
    return after_start(tokenizer, ids(tokenizer, clean(text)))


def after_start(tokenizer: PreTrainedTokenizerFast, found: Sequence[int]) -> list[int]:
    """Unos ids con el token de inicio delante, en los modelos que lo tienen; si no queda ninguno, el que abre un texto."""
    start = tokenizer.bos_token_id
    return [*([] if start is None else [start]), *found] or [opening(tokenizer)]


def opening(tokenizer: PreTrainedTokenizerFast) -> int:
    """El token tras el que empieza un texto: el de inicio o, en los modelos que no lo tienen (Qwen, BERT), el que separa un texto de otro.

    Lanza ValueError si el modelo no tiene ninguno.
    """
    names = ("bos_token_id", "eos_token_id", "cls_token_id", "pad_token_id")
    found = next((one for name in names if (one := getattr(tokenizer, name, None)) is not None), None)
    if found is None:
        raise ValueError("El tokenizador de este modelo no tiene ningún token con que empezar: escribe algo de texto.")
    return found


def conversation_ids(tokenizer: PreTrainedTokenizerFast, messages: Sequence[dict[str, str]]) -> list[int]:
    """Los ids de una conversación, lista para que el modelo conteste. Lanza ValueError si el modelo no tiene plantilla."""
    if not tokenizer.chat_template:
        raise ValueError('Este modelo no tiene plantilla de conversación: dale un texto o usa models.load("instruct").')
    return templated(tokenizer, messages, answering=True)


def templated(tokenizer: PreTrainedTokenizerFast, messages: Sequence[dict[str, str]], *, answering: bool) -> list[int]:
    """Los ids de una conversación con la plantilla del modelo; con `answering`, lista para que conteste.

    A las plantillas que no admiten el papel «system» (Gemma) se les da su texto al principio del primer mensaje.
    Lanza ValueError si la plantilla no admite esa conversación.
    """
    error: Exception | None = None
    for shown in (list(messages), _without_system(messages)):
        try:
            written = tokenizer.apply_chat_template(shown, add_generation_prompt=answering, tokenize=False)
        except Exception as refused:  # cada plantilla es un programa que se niega a su manera
            error = refused
            continue
        if len(written) > LONGEST:
            raise ValueError(f"Con la plantilla de este modelo, esa conversación son {len(written)} letras, y caben {LONGEST}: acórtala.")
        return tokenizer.backend_tokenizer.encode(written, add_special_tokens=False).ids    # sin el aviso de que es largo, que no toca
    advice = "altérnala entre «user» y «assistant», y empieza por «user»"
    raise ValueError(f"La plantilla de este modelo no admite esa conversación: {advice}.") from error


def _without_system(messages: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    """La conversación con el texto del mensaje «system» metido en el primero de quien pregunta."""
    if not messages or messages[0]["role"] != "system":
        return list(messages)
    first, *rest = messages
    if rest and rest[0]["role"] == "user":
        return [{"role": "user", "content": f"{first['content']}\n\n{rest[0]['content']}"}, *rest[1:]]
    return [{"role": "user", "content": first["content"]}, *rest]


def following_ids(tokenizer: PreTrainedTokenizerFast, text: str) -> list[int]:
    """Los ids de un texto que sigue a otro: como `ids`, sin el espacio que Llama 2 o T5 ponen delante de todo lo que leen."""
    found = ids(tokenizer, text)
    if _bytes(tokenizer, found) != b" " + text.encode():
        return found
    for before in ANCHORS:      # detrás de algo que no se junta con lo que sigue, ese espacio no sale
        alone, both = ids(tokenizer, before), ids(tokenizer, before + text)
        if both[: len(alone)] == alone and _bytes(tokenizer, both[len(alone) :]) == text.encode():
            return both[len(alone) :]
    return found


def _bytes(tokenizer: PreTrainedTokenizerFast, ids: Sequence[int]) -> bytes:
    return b"".join(token_bytes(tokenizer, i) for i in ids)


def source_ids(tokenizer: PreTrainedTokenizerFast, text: str) -> list[int]:
    """Los ids de un texto como los lee un codificador que traduce: los que su tokenizador pone alrededor y, al final, siempre el de fin."""
    backend = tokenizer.backend_tokenizer
    before, backend.encode_special_tokens = backend.encode_special_tokens, True  # «</s>» escrito a mano es texto como otro cualquiera
    try:
        found = backend.encode(text, add_special_tokens=True).ids
    finally:
        backend.encode_special_tokens = before
    return found if found and found[-1] == tokenizer.eos_token_id else [*found, tokenizer.eos_token_id]


def encode(language_model: LanguageModel, text: str) -> list[int]:
    """Los ids de un texto, con el token de inicio delante.

    Lanza ValueError si no cabe en la ventana de contexto (dice cuántos tokens tiene y cuántos caben) o si no es un texto.
    """
    found = prompt_ids(language_model.tokenizer, text)
    if len(found) > language_model.window:
        raise WindowError("El texto", len(found), language_model.window)
    return found


def piece(tokenizer: PreTrainedTokenizerFast, token_id: int) -> str:
    """El texto exacto de un token: " zorra". Un trozo de letra se escribe «⟨C3⟩»; el token de fin, «(fin)»."""
    return END if token_id == tokenizer.eos_token_id else _decoded(token_bytes(tokenizer, token_id))


def label(tokenizer: PreTrainedTokenizerFast, token_id: int) -> str:
    """Nombre corto de un token para barras y ejes: " zorra" → "zorra"; "rra" → "-rra" (pegado a lo anterior); "\\n" → "↵"."""
    text = piece(tokenizer, token_id) or EMPTY
    if text[0].isalpha() and not text[0].isupper():
        return "-" + visible(text)
    spaced = len(text) > 1 and text[0] == " " and text[1] != " "
    return visible(text[1:] if spaced else text)


def text(tokenizer: PreTrainedTokenizerFast, ids: Sequence[int]) -> str:
    """El texto que forman unos ids, sin los tokens de inicio y fin."""
    marks = (tokenizer.bos_token_id, tokenizer.eos_token_id)
    return _decoded(_bytes(tokenizer, [i for i in ids if i not in marks]))


def whole_pieces(tokenizer: PreTrainedTokenizerFast, ids: Sequence[int]) -> list[Piece]:
    """Los tokens como piezas legibles: los que juntos forman una letra («ñ» en dos bytes) van en una sola pieza.

    Los textos de las piezas, seguidos, dan el texto. El token de fin es «(fin)» y el que abre la secuencia, «(inicio)».
    """
    chunks = [_shown_bytes(tokenizer, token_id, position) for position, token_id in enumerate(ids)]
    pieces, first = [], 0
    for shown, parts in whole_letters(chunks):
        pieces.append(Piece(shown, tuple(ids[first : first + parts])))
        first += parts
    return pieces


def whole_letters(chunks: Sequence[bytes]) -> list[tuple[str, int]]:
    """Trozos de bytes → textos que se leen y cuántos trozos hay en cada uno: [b"\\xc3", b"\\xb1", b"u"] → [("ñ", 2), ("u", 1)]."""
    letters = iter(_letters(b"".join(chunks)))
    found, parts, shown, missing = [], 0, "", 0
    for chunk in chunks:
        parts, missing = parts + 1, missing + len(chunk)
        while missing > 0:
            letter, width = next(letters)
            shown, missing = shown + letter, missing - width
        if missing == 0:  # aquí acaban a la vez un trozo y una letra
            found.append((shown, parts))
            parts, shown = 0, ""
    return found


@lru_cache(maxsize=2**16)
def token_bytes(tokenizer: PreTrainedTokenizerFast, token_id: int) -> bytes:
    """Los bytes UTF-8 de un token: b"\\xc3" es media «ñ». Vale para vocabularios de bytes (GPT-2, Qwen), de «▁» y <0xC3> (Llama)
    y de «##» (BERT), donde la pieza que empieza palabra lleva el espacio que BERT no guarda."""
    name = tokenizer.convert_ids_to_tokens(int(token_id))
    if name is None:  # hay redes con más filas que tokens
        return f"⟨{token_id}⟩".encode()
    added = token_id in tokenizer.added_tokens_decoder and not BYTE_NAME.fullmatch(name)
    return name.encode() if added else name_bytes(tokenizer, name)


def name_bytes(tokenizer: PreTrainedTokenizerFast, name: str) -> bytes:
    """Los bytes de una pieza llamada así en el vocabulario: "Ġsol" → b" sol"."""
    if is_byte_level(tokenizer):
        return b"".join(bytes([_byte_of()[letter]]) if letter in _byte_of() else letter.encode() for letter in name)
    if mark := continuing_mark(tokenizer):
        return (name.removeprefix(mark) if name.startswith(mark) and name != mark else f" {name}").encode()
    return bytes([int(name[3:5], 16)]) if BYTE_NAME.fullmatch(name) else name.replace("▁", " ").encode()


@lru_cache(maxsize=8)
def is_byte_level(tokenizer: PreTrainedTokenizerFast) -> bool:
    """Si el vocabulario está escrito con la tabla de bytes de GPT-2, en la que «Ġ» es un espacio."""
    return "ByteLevel" in repr(tokenizer.backend_tokenizer.decoder)


@lru_cache(maxsize=8)
def continuing_mark(tokenizer: PreTrainedTokenizerFast) -> str:
    """Lo que BERT pone delante de la pieza que sigue una palabra, «##»; en los demás tokenizadores, nada."""
    from tokenizers.models import WordPiece

    model = tokenizer.backend_tokenizer.model
    return model.continuing_subword_prefix if isinstance(model, WordPiece) else ""


@lru_cache(maxsize=1)
def _byte_of() -> dict[str, int]:
    """La tabla de GPT-2 (Radford y otros, 2019): cada byte, una letra visible; aquí, de la letra al byte."""
    plain = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    rest = [byte for byte in range(256) if byte not in plain]
    return {chr(byte): byte for byte in plain} | {chr(256 + i): byte for i, byte in enumerate(rest)}


def _shown_bytes(tokenizer: PreTrainedTokenizerFast, token_id: int, position: int) -> bytes:
    if position == 0 and token_id == tokenizer.bos_token_id:
        return START.encode()
    return END.encode() if token_id == tokenizer.eos_token_id else token_bytes(tokenizer, token_id)


def _letters(data: bytes) -> list[tuple[str, int]]:
    """Cada letra con los bytes que ocupa; un byte que no forma letra, como «⟨C3⟩»."""
    found = data.decode("utf-8", errors="surrogateescape")  # el byte suelto 0xC3 llega como U+DCC3
    return [(f"⟨{ord(c) - 0xDC00:02X}⟩", 1) if "\udc80" <= c <= "\udcff" else (c, len(c.encode())) for c in found]


def _decoded(data: bytes) -> str:
    return "".join(letter for letter, _ in _letters(data))


def by_length(rows: Sequence[Sequence], size: int) -> Iterator[list[int]]:
    """Los índices de unas filas por lotes, de las más cortas a las más largas: así hay poco relleno."""
    order = sorted(range(len(rows)), key=lambda i: len(rows[i]))
    yield from (order[start : start + size] for start in range(0, len(order), size))


def visible(text: str) -> str:
    """El texto con lo que no se ve a la vista: " la\\n" → "␣la↵"."""
    return "".join(VISIBLE.get(c, c if c.isprintable() else f"⟨U+{ord(c):04X}⟩") for c in text)
