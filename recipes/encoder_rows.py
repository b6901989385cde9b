"""Lo que lee el codificador: textos en tokens, con palabras tapadas o sin tapar, y los vectores que saca de ellos."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import torch

from course_utils import tokens
from course_utils.microworld import masking
from course_utils.models import LanguageModel
from course_utils.training import UNSCORED, Batch


class Row(NamedTuple):
    """Un texto en tokens, con su principio y su fin; `words`: dónde está cada palabra o signo, [desde, hasta)."""

    ids: list[int]
    words: list[tuple[int, int]]


class Masked(NamedTuple):
    """Un texto con palabras tapadas y, en `labels`, lo que había debajo (−100 donde no se tapa nada)."""

    ids: list[int]
    labels: list[int]


def rows_of(texts: Sequence[str], tokenizer) -> list[Row]:
    """Los textos en tokens; los que no caben en la ventana se descartan."""
    encoded = tokenizer(list(texts))
    found = [Row(ids, _words(encoded.word_ids(index))) for index, ids in enumerate(encoded["input_ids"])]
    return [row for row in found if len(row.ids) <= tokenizer.model_max_length]


def _words(word_ids: list[int | None]) -> list[tuple[int, int]]:
    spans: dict[int, tuple[int, int]] = {}
    for place, word in enumerate(word_ids):
        if word is not None:
            spans[word] = (spans.get(word, (place,))[0], place + 1)
    return list(spans.values())


def hide(row: Row, places: Sequence[int], hole: int) -> Masked:
    """Tapa esas palabras de un texto: un [MASK] por token."""
    ids, labels = list(row.ids), [UNSCORED] * len(row.ids)
    for start, end in (row.words[place] for place in places):
        labels[start:end] = row.ids[start:end]
        ids[start:end] = [hole] * (end - start)
    return Masked(ids, labels)


def padded(rows: Sequence[Masked], pad: int) -> Batch:
    """Las filas en tensores (B, T), con relleno que ni se ve ni puntúa."""
    width = max(len(row.ids) for row in rows)
    fill = [width - len(row.ids) for row in rows]
    return {
        "input_ids": torch.tensor([row.ids + [pad] * more for row, more in zip(rows, fill)]),
        "labels": torch.tensor([row.labels + [UNSCORED] * more for row, more in zip(rows, fill)]),
        "attention_mask": torch.tensor([[1] * len(row.ids) + [0] * more for row, more in zip(rows, fill)]),
    }


def encode(texts: Sequence[str], tokenizer) -> Batch:
    """Los textos en tensores (B, T), con relleno."""
    return tokenizer(list(texts), padding=True, return_tensors="pt")


def pooled(hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """El vector de cada texto: la media de los de sus tokens, sin el relleno. (B, T, D) → (B, D)."""
    kept = mask[..., None].to(hidden.dtype)
    return (hidden * kept).sum(1) / kept.sum(1)


@torch.inference_mode()
def vectors(language_model: LanguageModel, texts: Sequence[str], *, batch: int = 64) -> torch.Tensor:
    """El vector de cada texto en cada capa: (capas + 1, N, D); el último es el de buscar paráfrasis."""
    order, found = [], []
    for chosen in tokens.by_length(texts, batch):
        order += chosen
        rows = encode([texts[index] for index in chosen], language_model.tokenizer)
        states = language_model.model.bert(**inputs(rows), output_hidden_states=True).hidden_states
        found.append(torch.stack([pooled(hidden, rows["attention_mask"]) for hidden in states]))
    return torch.cat(found, dim=1)[:, torch.tensor(order).argsort()]


def inputs(rows: Batch) -> Batch:
    """Lo que lee la red de un lote."""
    return {name: rows[name] for name in ("input_ids", "attention_mask")}


def bags(train: Sequence[str], test: Sequence[str], *, most: int = 1500) -> list[torch.Tensor]:
    """Cuántas veces sale cada una de las palabras más frecuentes de `train`: (N, palabras)."""
    split = [[masking.ATOM.findall(text.lower()) for text in part] for part in (train, test)]
    known = {word: place for place, (word, _) in enumerate(Counter(word for text in split[0] for word in text).most_common(most))}
    tables = [torch.zeros(len(part), len(known)) for part in split]
    for table, part in zip(tables, split):
        for index, text in enumerate(part):
            for word in filter(known.__contains__, text):
                table[index, known[word]] += 1
    return tables
