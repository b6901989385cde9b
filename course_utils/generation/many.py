"""Muchas frases a la vez: traducirlas y puntuarlas por lotes, para medir en cientos lo que `translating` enseña en una."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from course_utils import tokens
from course_utils.generation.sampling import check_max_new_tokens
from course_utils.generation.translating import LONGEST, source_ids, start_id

if TYPE_CHECKING:
    from course_utils.models import LanguageModel

BATCH = 100  # frases que se leen juntas
Targets = Sequence[str] | Sequence[Sequence[int]]


@dataclass(frozen=True)
class Scored:
    """Una traducción dada, puntuada token a token con teacher forcing.

    ids: sus T tokens, con el de fin. log_probabilities: la de cada uno, en nats. right: si era el más probable en su lugar.
    rivals: en cada lugar, el token equivocado más probable.
    """

    ids: tuple[int, ...]
    log_probabilities: tuple[float, ...]
    right: tuple[bool, ...]
    rivals: tuple[int, ...]

    @property
    def total(self) -> float:
        """Log-probabilidad de la traducción entera."""
        return sum(self.log_probabilities)


def translate(
    language_model: LanguageModel, sources: Sequence[str], *, beams: int = 1, max_new_tokens: int = LONGEST, batch: int = BATCH
) -> list[str]:
    """La traducción de cada frase, en su orden: voraz, o con búsqueda en haz si `beams` pasa de 1. La hace `generate`.

    Lanza ValueError si una frase no vale.
    """
    written = write(language_model, sources, beams=beams, max_new_tokens=max_new_tokens, batch=batch)
    return [tokens.text(language_model.tokenizer, ids).strip() for ids in written]


def write(
    language_model: LanguageModel, sources: Sequence[str], *, starts: Sequence[Sequence[int]] | None = None, beams: int = 1,
    max_new_tokens: int = LONGEST, batch: int = BATCH,
) -> list[tuple[int, ...]]:  # fmt: skip
    """Como `translate`, pero en ids, sin el de fin; con `starts`, sigue desde los que se le den ya escritos, uno por frase.

    Lanza ValueError si una frase no vale o no hay tantos comienzos como frases.
    """
    limit, end = check_max_new_tokens(max_new_tokens), language_model.tokenizer.eos_token_id
    if starts is not None and len(starts) != len(sources):
        raise ValueError(f"Hay {len(sources)} frases y {len(starts)} comienzos: tiene que haber uno por frase.")
    rows = [source_ids(language_model.tokenizer, source) for source in sources]
    begun = [(start_id(language_model), *start) for start in starts or [()] * len(rows)]
    found: list[tuple[int, ...]] = [()] * len(rows)
    for chosen in _batches(rows, batch, begun):
        settings = {"num_beams": beams, "do_sample": False, "max_new_tokens": limit, "max_length": None}
        if beams > 1:
            settings |= {"length_penalty": 1.0, "early_stopping": False}
        given = torch.tensor([begun[i] for i in chosen], device=language_model.device)
        with torch.inference_mode():
            read = _read(language_model, [rows[i] for i in chosen])
            written = language_model.model.generate(**read, decoder_input_ids=given, **settings)
        for i, row in zip(chosen, written[:, 1:].tolist()):
            found[i] = tuple(_until_end(row, end))
    return found


def score(language_model: LanguageModel, sources: Sequence[str], targets: Targets, *, batch: int = BATCH) -> list[Scored]:
    """Cada traducción dada, puntuada: lo que el decodificador cree en cada lugar si lo anterior es lo que pone en `targets`.

    targets: textos (se les añade el token de fin) o ids tal cual, uno por frase. Lanza ValueError si no hay tantos como frases.
    """
    if len(sources) != len(targets):
        raise ValueError(f"Hay {len(sources)} frases y {len(targets)} traducciones: tiene que haber una por frase.")
    rows = [source_ids(language_model.tokenizer, source) for source in sources]
    wanted = [target_ids(language_model, target) for target in targets]
    found: list[Scored | None] = [None] * len(rows)
    for chosen in _batches(rows, batch):
        scores = _forced(language_model, [rows[i] for i in chosen], [wanted[i] for i in chosen])
        for i, row in zip(chosen, scores):
            found[i] = _scored(row, wanted[i])
    return found


def target_ids(language_model: LanguageModel, target: str | Sequence[int]) -> tuple[int, ...]:
    """Los ids de una traducción, con el de fin; unos ids, tal cual."""
    if not isinstance(target, str):
        return tuple(target)
    tokenizer = language_model.tokenizer
    return (*tokens.ids(tokenizer, tokens.clean(target)), tokenizer.eos_token_id)


def _batches(rows: Sequence[Sequence[int]], size: int, begun: Sequence[Sequence[int]] | None = None) -> Iterator[list[int]]:
    """Los índices, por lotes, de más cortas a más largas: así hay poco relleno. Van juntas las que llevan lo mismo escrito."""
    done = [len(one) for one in begun or [()] * len(rows)]
    for length in sorted(set(done)):
        same = [i for i in range(len(rows)) if done[i] == length]
        for chosen in tokens.by_length([rows[i] for i in same], size):
            yield [same[i] for i in chosen]


def _read(language_model: LanguageModel, rows: Sequence[Sequence[int]]) -> dict[str, Tensor]:
    """Lo que lee el codificador: las frases con relleno, que no se atiende."""
    width, pad = max(map(len, rows)), language_model.model.config.pad_token_id
    pad = rows[0][-1] if pad is None else pad    # no se atiende: vale cualquiera, como el de fin
    ids = torch.tensor([[*row, *[pad] * (width - len(row))] for row in rows], device=language_model.device)
    seen = torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in rows], device=language_model.device)
    return {"input_ids": ids, "attention_mask": seen}


def _forced(language_model: LanguageModel, rows: Sequence[Sequence[int]], wanted: Sequence[Sequence[int]]) -> Tensor:
    """(B, T, V): log-probabilidades del decodificador, que lee el token de inicio y la traducción dada, salvo su último token."""
    width, start = max(map(len, wanted)), start_id(language_model)
    given = torch.tensor([[start, *row[:-1], *[start] * (width - len(row))] for row in wanted], device=language_model.device)
    with torch.inference_mode():
        found = language_model.model(**_read(language_model, rows), decoder_input_ids=given, use_cache=False)
    return found.logits.to("cpu", torch.float32).log_softmax(-1)


def _scored(scores: Tensor, ids: Sequence[int]) -> Scored:
    places, targets = torch.arange(len(ids)), torch.tensor(ids)
    found = scores[places, targets]
    others = scores[: len(ids)].index_put((places, targets), torch.tensor(-torch.inf))
    best = others.max(-1)
    return Scored(tuple(ids), tuple(found.tolist()), tuple((found > best.values).tolist()), tuple(best.indices.tolist()))


def _until_end(row: Sequence[int], end: int) -> Sequence[int]:
    return row[: row.index(end)] if end in row else row
