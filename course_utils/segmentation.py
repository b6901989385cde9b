"""Cómo corta un texto cualquier tokenizador: segmentos enteros y legibles, sus bytes, cuánto gasta por palabra y sus fusiones."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from course_utils import merges, paths, tokens

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

WORD = re.compile(r"\w+(?:[-'’]\w+)*")
UNKNOWN = "desconocido"
KINDS = {"BPE": "BPE", "WordPiece": "WordPiece", "Unigram": "Unigram", "WordLevel": "palabras enteras"}
PARALLEL = {  # Declaración Universal de Derechos Humanos (1948), artículos 1, 3, 4 y 27.1
    "español": "Todos los seres humanos nacen libres e iguales en dignidad y derechos y, dotados como están de razón y conciencia, deben "
    "comportarse fraternalmente los unos con los otros. Todo individuo tiene derecho a la vida, a la libertad y a la seguridad de su "
    "persona. Nadie estará sometido a esclavitud ni a servidumbre; la esclavitud y la trata de esclavos están prohibidas en todas sus "
    "formas. Toda persona tiene derecho a tomar parte libremente en la vida cultural de la comunidad, a gozar de las artes y a "
    "participar en el progreso científico y en los beneficios que de él resulten.",
    "inglés": "All human beings are born free and equal in dignity and rights. They are endowed with reason and conscience and should act "
    "towards one another in a spirit of brotherhood. Everyone has the right to life, liberty and security of person. No one shall be "
    "held in slavery or servitude; slavery and the slave trade shall be prohibited in all their forms. Everyone has the right freely to "
    "participate in the cultural life of the community, to enjoy the arts and to share in scientific advancement and its benefits.",
}


@dataclass(frozen=True)
class Part:
    """Un token: su id, su nombre con los espacios a la vista y sus bytes, si el vocabulario los dice (None si no está en él)."""

    id: int
    name: str
    data: bytes | None


@dataclass(frozen=True)
class Segment:
    """Un trozo del texto y los tokens que lo escriben: varios si parten una letra; ninguno si es un espacio que no se guarda."""

    text: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Cost:
    """Lo que ocupa un texto: palabras, tokens, letras y bytes."""

    words: int
    tokens: int
    letters: int
    bytes: int

    @property
    def per_word(self) -> float:
        """Tokens por palabra; sin palabras, nan."""
        return self.tokens / self.words if self.words else float("nan")


def tokenizer(source: object) -> PreTrainedTokenizerFast:
    """El tokenizador de un modelo cargado, de una carpeta, o el propio objeto (de `transformers` o de `tokenizers`).

    Lanza ValueError, con una frase que lo explica, si de ahí no sale un tokenizador de los rápidos.
    """
    if isinstance(source, str | Path):
        return _from_folder(Path(source).expanduser())
    source = getattr(source, "tokenizer", source)
    if hasattr(source, "backend_tokenizer"):
        return source
    if type(source).__module__.startswith("tokenizers"):
        from transformers import PreTrainedTokenizerFast

        return PreTrainedTokenizerFast(tokenizer_object=source)
    raise ValueError(
        f"De un objeto {type(source).__name__} no sale un tokenizador: dame lo que devuelve models.load, una carpeta o un tokenizador "
        "de los rápidos, con su tokenizer.json."
    )


def _from_folder(folder: Path) -> PreTrainedTokenizerFast:
    from transformers import AutoTokenizer, PreTrainedTokenizerFast

    pocket = paths.MODELS / folder
    folder = pocket if pocket.is_dir() else folder
    if not folder.is_dir():
        raise ValueError(f"No hay ninguna carpeta «{folder}»: escribe la ruta de un tokenizador o el nombre de un modelo de bolsillo.")
    loader = PreTrainedTokenizerFast if (folder / "tokenizer.json").is_file() else AutoTokenizer
    try:
        found = loader.from_pretrained(folder, local_files_only=True)
    except Exception as error:  # cada formato falla a su manera
        raise ValueError(f"De la carpeta «{folder}» no se puede leer un tokenizador: comprueba que tenga su tokenizer.json.") from error
    return tokenizer(found)


def kind(tok: PreTrainedTokenizerFast) -> str:
    """La familia del tokenizador: «BPE de bytes», «BPE», «WordPiece», «Unigram» o «palabras enteras»."""
    name = type(tok.backend_tokenizer.model).__name__
    return "BPE de bytes" if name == "BPE" and tokens.is_byte_level(tok) else KINDS.get(name, name)


def segments(tok: PreTrainedTokenizerFast, text: str) -> list[Segment]:
    """El texto en segmentos que, seguidos, lo dan entero. Una letra partida entre varios tokens va en un solo segmento."""
    encoding = tokens.encoding(tok, text)
    parts = [_part(tok, token_id, name) for token_id, name in zip(encoding.ids, encoding.tokens)]
    if b"".join(part.data or b"\0" for part in parts) == text.encode():
        return _by_bytes(parts)
    return list(_by_offsets(text, parts, encoding.offsets))


def _part(tok: PreTrainedTokenizerFast, token_id: int, name: str) -> Part:
    unknown = getattr(tok.backend_tokenizer.model, "unk_token", None)
    if name == unknown or name != tok.convert_ids_to_tokens(token_id):  # Unigram dice el texto y da el id de «<unk>»
        return Part(token_id, UNKNOWN, None)
    if tokens.continuing_mark(tok):
        return Part(token_id, tokens.label(tok, token_id), tokens.token_bytes(tok, token_id).removeprefix(b" "))
    return Part(token_id, tokens.visible(tokens.piece(tok, token_id)), tokens.token_bytes(tok, token_id))


def _by_bytes(parts: Sequence[Part]) -> list[Segment]:
    found, first = [], 0
    for text, count in tokens.whole_letters([part.data for part in parts]):
        found.append(Segment(text, tuple(parts[first : first + count])))
        first += count
    return found


def _by_offsets(text: str, parts: Sequence[Part], offsets: Sequence[tuple[int, int]]) -> Iterator[Segment]:
    """Cuando los tokens no dicen el texto exacto (BERT quita espacios y acentos, SentencePiece añade uno): manda lo que ocupan en él."""
    group: list[Part] = []
    start = end = 0  # lo que ocupa el grupo
    for part, (low, high) in zip(parts, offsets):
        added = part.name == "␣" and text[low:high].strip()  # el «▁» que SentencePiece pone delante del texto
        if group and (low >= end or added):
            yield Segment(text[start:end], tuple(group))
            group, start = [], end
        if low > end:
            yield Segment(text[end:low], ())
        if added:
            yield Segment("", (part,))
            continue
        start, end, group = (low if not group else start), max(high, end), [*group, part]
    if group:
        yield Segment(text[start:end], tuple(group))
    if end < len(text):
        yield Segment(text[end:], ())


def cost(tok: PreTrainedTokenizerFast, text: str) -> Cost:
    """Cuántas palabras, tokens, letras y bytes tiene un texto."""
    return Cost(len(WORD.findall(text)), len(tokens.ids(tok, text)), len(text), len(text.encode()))


def compare(toks: Mapping[str, PreTrainedTokenizerFast], texts: Mapping[str, str] | None = None) -> dict[str, dict[str, Cost]]:
    """Tokens por palabra en varias lenguas: {"español": {"decoder": Cost(…)}, …}.

    texts: un texto por lengua, mejor si dicen lo mismo. Sin él, cuatro artículos de la Declaración Universal de Derechos Humanos.
    """
    return {language: {name: cost(tok, text) for name, tok in toks.items()} for language, text in (texts or PARALLEL).items()}


def replay(tok: PreTrainedTokenizerFast, text: str) -> tuple[dict[merges.Word, int], list[merges.Merge]]:
    """Las palabras de un texto, letra a letra (o byte a byte), y las fusiones de este tokenizador que las van uniendo, en orden.

    Las piezas son nombres del vocabulario: `readable` las hace legibles. Lanza ValueError si el tokenizador no es BPE.
    """
    table = _table(tok)
    if table is None:
        raise ValueError(f"Este tokenizador es {kind(tok)}, no BPE: no tiene fusiones que repetir. Prueba con uno BPE.")
    words: dict[merges.Word, int] = {}
    for word in _words(tok, text):
        words[tuple(word)] = words.get(tuple(word), 0) + 1
    return words, list(merges.replay(words, table))


def readable(tok: PreTrainedTokenizerFast, word: merges.Word) -> list[tuple[str, int]]:
    """Las piezas de una palabra que da `replay`, como textos enteros y cuántas piezas hay en cada uno: («ñ», 2) si la parten."""
    return tokens.whole_letters([tokens.name_bytes(tok, piece) for piece in word])


@lru_cache(maxsize=8)
def _table(tok: PreTrainedTokenizerFast) -> dict[merges.Pair, int] | None:
    model = json.loads(tok.backend_tokenizer.to_str())["model"]
    if model["type"] != "BPE":
        return None
    pairs = (pair.split(" ") if isinstance(pair, str) else pair for pair in model["merges"])
    return {tuple(pair): rank for rank, pair in enumerate(pairs)}


def _words(tok: PreTrainedTokenizerFast, text: str) -> list[str]:
    """El texto como llega al modelo BPE: normalizado y cortado en palabras."""
    backend = tok.backend_tokenizer
    text = backend.normalizer.normalize_str(text) if backend.normalizer else text
    return [word for word, _ in backend.pre_tokenizer.pre_tokenize_str(text)] if backend.pre_tokenizer else [text] if text else []
