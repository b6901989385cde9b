"""Los objetivos de preentrenamiento: del mismo texto, qué se lee, qué se escribe y qué se puntúa en cada uno."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from course_utils import tokens
from course_utils.architectures.visibility import BOTH, DECODER, ENCODER, Sight, sight
from course_utils.evaluation import UNSCORED

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

    from course_utils.training import Batch

MASKED, CAUSAL, SPANS, PREFIX = "enmascarado", "causal", "tramos", "prefijo"
ARCHITECTURE = {MASKED: ENCODER, CAUSAL: DECODER, SPANS: BOTH, PREFIX: BOTH}
OBJECTIVES = tuple(ARCHITECTURE)
Share = float | tuple[float, float]  # la parte que se tapa: siempre la misma, o sorteada entre dos
HIDDEN, NOISE = 0.8, 0.1  # de lo que BERT elige: parte que se tapa y parte que se cambia por otro token; el resto se deja


@dataclass(frozen=True)
class Marks:
    """Los tokens que ningún texto trae: relleno, máscara y centinelas. Sus ids siguen a los `base` del tokenizador; `end` es el de fin."""

    base: int
    end: int
    sentinels: int = 16

    @property
    def pad(self) -> int:
        """El relleno, que también es lo primero que lee el decodificador."""
        return self.base

    @property
    def mask(self) -> int:
        """La máscara: lo que se lee donde hay algo tapado."""
        return self.base + 1

    @property
    def size(self) -> int:
        """Cuántos tokens distintos tiene que conocer la red."""
        return self.base + 2 + self.sentinels

    def sentinel(self, number: int) -> int:
        """El centinela número `number`: en lo leído, ocupa el sitio de un tramo quitado; en lo escrito, lo anuncia."""
        if not 0 <= number < self.sentinels:
            raise ValueError(f"Hay {self.sentinels} centinelas, contados desde 0, y has pedido el {number}: usa un texto más corto.")
        return self.base + 2 + number

    def label(self, tokenizer: PreTrainedTokenizerFast, token_id: int) -> str:
        """El nombre corto de un token, también de los que añade el objetivo: «[MASK]», «<0>»."""
        if token_id < self.base:
            return tokens.label(tokenizer, token_id)
        return {self.pad: "(relleno)", self.mask: "[MASK]"}.get(token_id, f"<{token_id - self.base - 2}>")


def marks(tokenizer: PreTrainedTokenizerFast, *, sentinels: int = 16) -> Marks:
    """Las marcas para los textos de un tokenizador, detrás de sus propios tokens."""
    return Marks(len(tokenizer), tokenizer.eos_token_id, sentinels)


@dataclass(frozen=True)
class Example:
    """Un texto preparado para un objetivo.

    read: lo que lee la red (o su codificador). written: lo que lee el decodificador, si es otro. predicts: qué debe predecir cada
    posición de `written` (de `read`, si no hay decodificador aparte), o None donde nada se puntúa.
    """

    objective: str
    read: tuple[int, ...]
    written: tuple[int, ...]
    predicts: tuple[int | None, ...]

    @property
    def scored(self) -> int:
        """Cuántas posiciones se puntúan."""
        return sum(one is not None for one in self.predicts)

    @property
    def sight(self) -> Sight:
        """Qué ve cada posición."""
        return sight(ARCHITECTURE[self.objective], len(self.read), len(self.written))


def example(objective: str, ids: Sequence[int], marks: Marks, *, seed: int = 0, share: Share = 0.15) -> Example:
    """Los ids de un texto, preparados para un objetivo: «enmascarado», «causal», «tramos» o «prefijo».

    share: qué parte se tapa, en los dos que tapan; una pareja, para sortearla entre las dos. Lanza ValueError si no existe el objetivo,
    el texto está vacío o `share` no vale.
    """
    if objective not in OBJECTIVES:
        raise ValueError(f"No conozco el objetivo «{objective}»: elige entre {', '.join(OBJECTIVES)}.")
    if not ids:
        raise ValueError("El texto está vacío: no hay nada que tapar ni que predecir.")
    low, high = share if isinstance(share, tuple) else (share, share)
    if not 0 < low <= high < 1:
        raise ValueError(f"La parte que se tapa (share) va entre 0 y 1, sin llegar, y has dado {share}.")
    rng = random.Random(seed)
    share = rng.uniform(low, high) if low < high else low
    makers = {
        MASKED: lambda: masked(ids, marks, share=share, rng=rng),
        CAUSAL: lambda: causal(ids, marks),
        SPANS: lambda: spans(ids, marks, share=share, rng=rng),
        PREFIX: lambda: prefix(ids, marks, cut=rng.randint(min(1, len(ids) - 1), len(ids) - 1)),
    }
    return makers[objective]()


def masked(ids: Sequence[int], marks: Marks, *, share: float, rng: random.Random) -> Example:
    """Se eligen al azar unos tokens: se tapan (8 de cada 10), se cambian o se dejan, y solo ellos se puntúan (Devlin y otros, 2019)."""
    chosen = set(rng.sample(range(len(ids)), max(1, round(share * len(ids)))))
    read = tuple(_disturbed(token, marks, rng) if place in chosen else token for place, token in enumerate(ids))
    return Example(MASKED, read, (), tuple(token if place in chosen else None for place, token in enumerate(ids)))


def _disturbed(token: int, marks: Marks, rng: random.Random) -> int:
    luck = rng.random()
    return marks.mask if luck < HIDDEN else rng.randrange(marks.base) if luck < HIDDEN + NOISE else token


def causal(ids: Sequence[int], marks: Marks) -> Example:
    """Cada posición predice el token siguiente, y se puntúan todas (Radford y otros, 2018)."""
    return Example(CAUSAL, (marks.end, *ids), (), (*ids, marks.end))


def spans(ids: Sequence[int], marks: Marks, *, share: float, rng: random.Random, mean: int = 3) -> Example:
    """Se quitan tramos de unos `mean` tokens; un centinela ocupa su sitio, y el decodificador los escribe (Raffel y otros, 2020)."""
    removed = min(max(1, round(share * len(ids))), max(len(ids) - 1, 1))
    count = min(max(1, round(removed / mean)), marks.sentinels - 1, max(len(ids) - removed, 1))
    gaps, kept = _parts(removed, count, rng), _parts(len(ids) - removed + 1, count + 1, rng)
    read, target, place = [], [], 0
    for number, (stay, gone) in enumerate(zip(kept, gaps)):  # lo que queda detrás del último (o nada) va aparte, al final
        read += [*ids[place : place + stay], marks.sentinel(number)]
        target += [marks.sentinel(number), *ids[place + stay : place + stay + gone]]
        place += stay + gone
    return _written(SPANS, [*read, *ids[place:]], [*target, marks.sentinel(count)], marks)


def prefix(ids: Sequence[int], marks: Marks, *, cut: int) -> Example:
    """El codificador lee los `cut` primeros tokens y el decodificador escribe el resto."""
    if not 0 <= cut < len(ids):
        raise ValueError(f"El corte tiene que caer entre 0 y {len(ids) - 1}, y es {cut}: algo tiene que quedar por escribir.")
    return _written(PREFIX, list(ids[:cut]), list(ids[cut:]), marks)


def _written(objective: str, read: list[int], target: list[int], marks: Marks) -> Example:
    """El decodificador empieza por el relleno y lee siempre el token bueno anterior (teacher forcing)."""
    return Example(objective, (*read, marks.end), (marks.pad, *target), (*target, marks.end))


def _parts(total: int, count: int, rng: random.Random) -> list[int]:
    """`total` partido al azar en `count` partes de al menos 1 (o de 0, si no llega)."""
    if total < count:
        return [0] * (count - total) + [1] * total
    cuts = sorted(rng.sample(range(1, total), count - 1))
    return [after - before for before, after in zip([0, *cuts], [*cuts, total])]


def batch(examples: Sequence[Example], marks: Marks) -> Batch:
    """Los ejemplos de un objetivo como los espera transformers, con relleno que ni se ve ni se puntúa.

    {"input_ids", "attention_mask", "labels"} y, si hay decodificador aparte, "decoder_input_ids"; −100 donde nada se puntúa.
    """
    import torch

    if not examples or len({one.objective for one in examples}) > 1:
        raise ValueError("Un lote lleva uno o más ejemplos, y todos del mismo objetivo.")
    rows = [_row(one) for one in examples]
    fill = {"input_ids": marks.pad, "attention_mask": 0, "decoder_input_ids": marks.pad, "labels": UNSCORED}
    widths = {name: max(len(row[name]) for row in rows) for name in rows[0]}
    return {
        name: torch.tensor([row[name] + [fill[name]] * (width - len(row[name])) for row in rows]) for name, width in widths.items()
    }


def _row(one: Example) -> dict[str, list[int]]:
    labels = [UNSCORED if token is None else token for token in one.predicts]
    if one.objective == CAUSAL:  # transformers corre las etiquetas un lugar por su cuenta
        whole = [*one.read, labels[-1]]
        return {"input_ids": whole, "attention_mask": [1] * len(whole), "labels": [UNSCORED, *labels]}
    row = {"input_ids": list(one.read), "attention_mask": [1] * len(one.read), "labels": labels}
    return {**row, "decoder_input_ids": list(one.written)} if one.written else row


def passages(texts: Sequence[str], tokenizer: PreTrainedTokenizerFast, *, length: int = 16) -> list[list[int]]:
    """Los textos en trozos seguidos de `length` tokens; los finales que no llegan a la mitad se dejan."""
    rows = [tokens.ids(tokenizer, text) for text in texts]
    pieces = [row[start : start + length] for row in rows for start in range(0, len(row), length)]
    return [piece for piece in pieces if 2 * len(piece) >= length]


def batches(
    objective: str, rows: Sequence[Sequence[int]], marks: Marks, *, size: int = 32, seed: int = 0, share: Share = 0.15
) -> Callable[[int], Batch]:
    """El lote de cada paso, para `training.train`: `size` trozos al azar, tapados de otra manera cada vez. Solo depende de la semilla."""
    if not rows:
        raise ValueError("No hay ningún trozo de texto con el que entrenar: da al menos uno.")

    def batch_for(step: int) -> Batch:
        rng = random.Random(f"{seed}-{step}")
        chosen = [rng.choice(rows) for _ in range(size)]
        return batch([example(objective, row, marks, seed=rng.getrandbits(32), share=share) for row in chosen], marks)

    return batch_for
