"""Las medidas del traductor de bolsillo: frases exactas, parecido con la traducción buena y a qué palabra española mira cada una inglesa.

python recipes/measure_translator.py        # mide models/translator y escribe las cifras
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import sacrebleu
import torch
from measuring import main

from course_utils import evaluation, inspection
from course_utils.generation import many
from course_utils.microworld import translation
from course_utils.microworld.translation import Row
from course_utils.models import LanguageModel

SEED = 7


@dataclass(frozen=True)
class Exact:
    """Cuántas frases salen exactas, letra a letra, con su intervalo del 95 %. `by_kind`: la proporción según la novedad que llevan."""

    share: float
    interval: tuple[float, float]
    sentences: int
    by_kind: dict[str, float]


@dataclass(frozen=True)
class Alignment:
    """Proporción de parejas «gato negro» en que la atención cruzada, al ir a escribir «black» y «cat», es máxima en «negro» y en «gato».

    `layer`: la mejor capa, con la media de sus cabezas; `heads[capa][cabeza]`: la proporción de cada una, adjetivos y sustantivos juntos.
    """

    layer: int
    adjective: float
    noun: float
    both: float
    head: tuple[int, int]
    head_both: float
    pairs: int
    heads: list[list[float]]


@dataclass(frozen=True)
class Measures:
    """`chrf` y `bleu`, de 0 a 100."""

    test: Exact
    compositional: Exact
    chrf: float
    bleu: float
    alignment: Alignment


def measure(language_model: LanguageModel, *, sentences: int = 1000, aligned: int = 400) -> Measures:
    """Mide un traductor sobre `sentences` frases de cada partición que no vio."""
    test, new = (translation.sample(sentences, seed=SEED, split=split) for split in ("test", "compositional"))
    said, said_new = (many.translate(language_model, [row.es for row in rows]) for rows in (test, new))
    chrf, bleu = similarity(said, [row.en for row in test])
    return Measures(exact(test, said), exact(new, said_new), chrf, bleu, alignment(language_model, test[:aligned]))


def sources(sentences: Sequence[str], tokenizer, device: torch.device | str = "cpu") -> dict[str, torch.Tensor]:
    """Lo que lee el codificador: cada frase con su token de fin, y relleno que no se atiende."""
    rows = [[*ids, tokenizer.eos_token_id] for ids in tokenizer(list(sentences), add_special_tokens=False)["input_ids"]]
    width = max(map(len, rows))
    ids = torch.tensor([row + [tokenizer.pad_token_id] * (width - len(row)) for row in rows], device=device)
    return {"input_ids": ids, "attention_mask": (ids != tokenizer.pad_token_id).long()}


def targets(sentences: Sequence[str], tokenizer) -> torch.Tensor:
    """Lo que debe escribir el decodificador, con −100 en el relleno."""
    ids = sources(sentences, tokenizer)["input_ids"]
    return ids.masked_fill(ids == tokenizer.pad_token_id, evaluation.UNSCORED)


def exact(rows: Sequence[Row], said: Sequence[str]) -> Exact:
    right = [row.en == text for row, text in zip(rows, said, strict=True)]
    kinds: dict[str, list[bool]] = {}
    for row, good in zip(rows, right):
        for kind in {key.split("|")[0] for key in row.novelty}:
            kinds.setdefault(kind, []).append(good)
    low, high = evaluation.interval(sum(right), len(right))
    shares = {kind: round(sum(found) / len(found), 4) for kind, found in sorted(kinds.items())}
    return Exact(round(sum(right) / len(right), 4), (round(low, 4), round(high, 4)), len(right), shares)


def similarity(said: list[str], wanted: list[str]) -> tuple[float, float]:
    """(chrF, BLEU) de unas traducciones."""
    return round(sacrebleu.corpus_chrf(said, [wanted]).score, 2), round(sacrebleu.corpus_bleu(said, [wanted]).score, 2)


# ---------------------------------------------------------------- la atención cruzada


def _hits(language_model: LanguageModel, row: Row) -> Iterator[torch.Tensor]:
    """Por cada pareja sin dudas, (2, capas, cabezas + 1): si el máximo cae en el adjetivo y en el sustantivo; al final, la media."""
    pairs, tokenizer = [pair for pair in row.pairs if len(pair.en_adjective.split()) == 1], language_model.tokenizer
    weights = torch.tensor(inspection.attention(language_model, row.es, target=row.en)["cross"].weights) if pairs else None
    for pair in pairs:
        where = [
            (inspection.word_places(tokenizer, row.en, english), inspection.word_places(tokenizer, row.es, spanish))
            for english, spanish in ((pair.en_adjective, pair.es_adjective), (pair.en_noun, pair.es_noun))
        ]
        if all(english and spanish for english, spanish in where):
            yield torch.stack([_peaks(weights, english[0], spanish) for english, spanish in where])


def _peaks(weights: torch.Tensor, written: int, looked: Sequence[int]) -> torch.Tensor:
    heads = torch.cat([weights[:, :, written], weights[:, :, written].mean(1, keepdim=True)], dim=1)
    return torch.isin(heads.argmax(-1), torch.tensor(looked)).float()


def alignment(language_model: LanguageModel, rows: Sequence[Row]) -> Alignment:
    """Mide en las frases con sustantivo y adjetivo; cuenta cada pareja una vez."""
    hits = torch.stack([hit for row in rows for hit in _hits(language_model, row)]).cpu()
    shares, both = hits.mean(0), hits.min(1).values.mean(0)
    layer = int(both[:, -1].argmax())
    best = int(both[:, :-1].argmax())
    heads = both.shape[1] - 1
    return Alignment(
        layer,
        *(round(float(share), 4) for share in (shares[0, layer, -1], shares[1, layer, -1], both[layer, -1])),
        (best // heads, best % heads),
        round(float(both[:, :-1].max()), 4),
        len(hits),
        [[round(float(share), 3) for share in row] for row in both[:, :-1]],
    )


if __name__ == "__main__":
    main("translator", __doc__, measure)
