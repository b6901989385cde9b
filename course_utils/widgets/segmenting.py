"""El explorador de tokenizadores sin pantalla: un texto entra; sus piezas, lo que gasta en cada lengua y sus fusiones salen como datos."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from course_utils import merges, segmentation, theme, tokens
from course_utils.widgets.reading import capture, sendable

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

    from course_utils.segmentation import Cost, Segment

MOST_SEGMENTS, MOST_WORDS, MOST_MERGES = 600, 60, 500
LEARN = "learn"
Readable = list[tuple[str, int]]


def name_of(source: object, place: str) -> str:
    """Cómo se llama un tokenizador en pantalla: el nombre del modelo o de la carpeta y, si no tiene, su puesto («A», «B»)."""
    known = getattr(source, "name", None) or getattr(source, "name_or_path", None) or (source if isinstance(source, str) else "")
    return str(known or getattr(source, "stem", "")).rstrip("/").rpartition("/")[2] or f"tokenizador {place}"


def panel(name: str, tokenizer: PreTrainedTokenizerFast, text: str) -> dict[str, object]:
    """Un texto cortado por un tokenizador: título, cuenta y segmentos."""
    found = segmentation.segments(tokenizer, text)
    left = sum(len(one.parts) for one in found[MOST_SEGMENTS:])
    return {
        "name": name,
        "kind": f"{segmentation.kind(tokenizer)} · {theme.number(len(tokenizer))} tokens en el vocabulario",
        "summary": summary(segmentation.cost(tokenizer, text)),
        "segments": [_segment(one) for one in found[:MOST_SEGMENTS]],
        "more": f"Y {theme.number(left)} tokens más, que no se dibujan." if left else "",
    }


def summary(cost: Cost) -> str:
    """«3 tokens para 2 palabras: 1,5 por palabra. 9 letras, 10 bytes.»."""
    if not cost.letters:
        return "Sin texto no hay tokens: escribe algo."
    size = f"{_count(cost.letters, 'letra')}, {_count(cost.bytes, 'byte')}."
    if not cost.words:
        return f"{_count(cost.tokens, 'token')}. {size}"
    return f"{_count(cost.tokens, 'token')} para {_count(cost.words, 'palabra')}: {theme.number(cost.per_word, 2)} por palabra. {size}"


def _count(n: int, what: str) -> str:
    return f"{theme.number(n)} {what}{'s' if n != 1 else ''}"


def _segment(segment: Segment) -> dict[str, object]:
    """Un segmento para el navegador: texto a la vista, ids y bytes de cada token y lo que se lee en voz alta."""
    shown = tokens.visible(segment.text) if segment.text else "␣"
    ids = [str(part.id) for part in segment.parts]
    data = ["sin bytes" if part.data is None else part.data.hex(" ").upper() for part in segment.parts]
    return {"text": shown, "ids": ids, "bytes": data, "detail": _detail(segment, shown, ids, data)}


def _detail(segment: Segment, shown: str, ids: list[str], data: list[str]) -> str:
    if not segment.parts:
        return f"«{shown}»: este tokenizador no lo guarda en ningún token."
    if not segment.text:
        return f"Token {ids[0]}: un espacio que el tokenizador añade; no está en tu texto."
    if len(ids) > 1:
        return f"«{shown}»: {len(ids)} tokens juntos, {', '.join(ids)}; bytes {' | '.join(data)}. Parten una letra: sueltos no se leen."
    part = segment.parts[0]
    if part.data is None:
        return f"«{shown}»: token {ids[0]}, el de lo desconocido: en el vocabulario no hay con qué escribirlo."
    written = "" if part.name == shown else f"; en el vocabulario, «{part.name}»"
    return f"«{shown}»: token {ids[0]}{written}; bytes {data[0]}."


def languages(tokenizers: Mapping[str, PreTrainedTokenizerFast], texts: Mapping[str, str] | None) -> list[dict[str, object]]:
    """Tokens por palabra de cada lengua con cada tokenizador, y la barra mayor para la escala."""
    found = segmentation.compare(tokenizers, texts)
    return [{"language": language, "bars": [{"name": name, "value": 0.0 if cost.words == 0 else round(cost.per_word, 4),
                                             "text": theme.number(cost.per_word, 2)} for name, cost in costs.items()]}
            for language, costs in found.items()]  # fmt: skip


class Replay:
    """Las fusiones de un texto, paso a paso: las que aprende BPE de él, o las que ya sabe un tokenizador."""

    def __init__(self, text: str, tokenizer: PreTrainedTokenizerFast | None = None) -> None:
        self.tokenizer, self.refusal, self.start, self.steps = tokenizer, "", {}, []
        try:
            self.start, self.steps = _learn(text) if tokenizer is None else segmentation.replay(tokenizer, text)
        except ValueError as error:
            self.refusal = str(error)
        self.position = 0

    def go(self, position: int) -> None:
        """Va a un paso; si no lo hay, al más cercano."""
        self.position = min(max(int(position), 0), len(self.steps))

    def view(self) -> dict[str, object]:
        """El paso actual: qué se ha fundido y cómo quedan las palabras."""
        words = list((self.steps[self.position - 1].words if self.position else self.start).items())
        new = self.steps[self.position - 1].piece if self.position else None
        left = len(words) - MOST_WORDS
        return {
            "position": self.position,
            "total": len(self.steps),
            "caption": self.refusal or self._caption(),
            "words": [{"pieces": self._pieces(word, new), "times": times} for word, times in words[:MOST_WORDS]],
            "more": f"Y {theme.number(left)} palabras distintas más, que no se dibujan." if left > 0 else "",
        }

    def _caption(self) -> str:
        if not self.start:
            return "Sin texto no hay nada que fundir: escribe algo."
        if not self.steps:
            return "Ninguna pareja se repite en este texto: escribe más o repite una palabra." if self.tokenizer is None else NOTHING
        if not self.position:
            return f"Antes de empezar, letra a letra. Quedan por ver {_count(len(self.steps), 'fusión').replace('fusións', 'fusiones')}."
        step = self.steps[self.position - 1]
        first, second, piece = (self._text((one,)) for one in (*step.pair, step.piece))
        times = "1 vez" if step.count == 1 else f"{theme.number(step.count)} veces"
        return f"Fusión {self.position} de {len(self.steps)}: «{first}» + «{second}» → «{piece}», que sale {times}."

    def _readable(self, word: merges.Word) -> Readable:
        return [(piece, 1) for piece in word] if self.tokenizer is None else segmentation.readable(self.tokenizer, word)

    def _text(self, word: merges.Word) -> str:
        return tokens.visible("".join(text for text, _ in self._readable(word)))

    def _pieces(self, word: merges.Word, new: str | None) -> list[dict[str, object]]:
        found, first = [], 0
        for text, parts in self._readable(word):
            found.append({"text": tokens.visible(text), "parts": parts, "new": new in word[first : first + parts]})
            first += parts
        return found


NOTHING = "Este tokenizador no tiene ninguna fusión para este texto."


@lru_cache(maxsize=4)
def _learn(text: str) -> tuple[dict[merges.Word, int], list[merges.Merge]]:
    return merges.split(text), list(merges.train(text, limit=MOST_MERGES))


class Segmenting:
    """Lo que el explorador recuerda: el texto, los tokenizadores y por qué fusión se va."""

    def __init__(self, sources: list[object], text: str, texts: Mapping[str, str] | None = None) -> None:
        named = [(name_of(source, place), segmentation.tokenizer(source)) for source, place in zip(sources, "AB")]
        if len({name for name, _ in named}) < len(named):
            named = [(f"{name} ({place})", one) for (name, one), place in zip(named, "AB")]
        self.tokenizers = dict(named)
        self.languages = languages(self.tokenizers, texts)
        self.mode, self.text, self.status = LEARN, "", ""
        self.write(text)

    def write(self, text: str) -> dict[str, object]:
        """El texto pasa a ser este; las fusiones empiezan otra vez."""
        cleaned, notice = capture(lambda: tokens.clean(sendable(text)))
        self.panels = [panel(name, tokenizer, cleaned) for name, tokenizer in self.tokenizers.items()]
        self.text, self.cleaned, self.status = sendable(text), cleaned, notice
        self.replay = self._replay(self.mode)
        return self.snapshot()

    def choose(self, mode: str) -> dict[str, object]:
        """Cambia las fusiones que se repiten: «learn», las que se aprenden del texto; o el nombre de un tokenizador."""
        if mode != LEARN and mode not in self.tokenizers:
            raise ValueError(f"No hay fusiones de «{mode}»: las hay de {', '.join(self.tokenizers)} o, con «{LEARN}», del texto.")
        self.mode, self.replay = mode, self._replay(mode)
        return self.step(0)

    def step(self, position: int) -> dict[str, object]:
        """Va a una fusión."""
        self.replay.go(position)
        return {"mode": self.mode, "replay": self.replay.view()}

    def _replay(self, mode: str) -> Replay:
        return Replay(self.cleaned, self.tokenizers.get(mode))

    def snapshot(self) -> dict[str, object]:
        """Todo lo que hace falta para dibujar el explorador."""
        modes = [{"mode": LEARN, "title": "Las que BPE aprende de este texto"}]
        modes += [{"mode": name, "title": f"Las que ya sabe «{name}»"} for name in self.tokenizers]
        fixed = {"text": self.text, "panels": self.panels, "languages": self.languages, "modes": modes, "status": self.status}
        return {**fixed, **self.step(self.replay.position)}
