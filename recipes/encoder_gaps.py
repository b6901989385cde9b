"""Palabras tapadas en textos que el codificador no ha visto, y lo que apuesta ahí quien conoce la gramática."""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
from encoder_rows import Masked, hide, rows_of
from torch.nn.functional import log_softmax

from course_utils import evaluation
from course_utils.microworld import masking
from course_utils.models import LanguageModel


@dataclass(frozen=True)
class Filling:
    """Palabras tapadas en textos no vistos: nats por palabra del modelo y de quien conoce la gramática, y cuántas aciertan los dos."""

    texts: int
    words: int
    loss: float
    floor: float
    gap: float
    gap_interval: tuple[float, float]
    accuracy: float
    accuracy_interval: tuple[float, float]
    best_accuracy: float


class Gap(NamedTuple):
    """Una palabra tapada: lo que paga por ella el modelo, lo que paga la verdad, si el modelo acierta y con qué probabilidad se puede."""

    loss: float
    floor: float
    right: bool
    best: float


def filling(language_model: LanguageModel, texts: Sequence[str], *, kind: str, share: float = 0.0, seed: int = 3) -> Filling:
    """Tapa al azar palabras de cada texto (una, o esa parte de ellas) y compara al modelo con la verdad, que ve lo mismo que él."""
    rng, gaps = random.Random(seed), []
    for text in texts:
        places = masking.words(text)
        chosen = sorted(rng.sample(places, max(1, round(share * len(places)))))
        gaps += compare(language_model, text, chosen, kind)
    return _summary(gaps, len(texts))


def compare(language_model: LanguageModel, text: str, places: Sequence[int], kind: str) -> list[Gap]:
    """El modelo y la verdad ante las mismas palabras tapadas de un texto. El modelo ve cuántos tokens faltan, y la verdad también."""
    row = rows_of([text], language_model.tokenizer)[0]
    spans = [row.words[place] for place in places]
    covered, written = masking.cover(text, places)
    truth = masking.posterior(covered, kind=kind, allowed=_same_length(covered, spans, language_model.tokenizer))
    scores = _scores(language_model, hide(row, places, language_model.tokenizer.mask_token_id))
    return [_gap(scores[start:end], torch.tensor(row.ids[start:end]), *rest) for (start, end), *rest in zip(spans, truth, written)]


def _gap(scores: torch.Tensor, right: torch.Tensor, truth: dict[str, float], word: str) -> Gap:
    loss = -scores.gather(1, right[:, None]).sum().item()
    return Gap(loss, -math.log(truth[word]), bool((scores.argmax(-1) == right).all()), max(truth.values()))


@torch.inference_mode()
def _scores(language_model: LanguageModel, row: Masked) -> torch.Tensor:
    return log_softmax(language_model.model(torch.tensor([row.ids])).logits[0], dim=-1)


def _same_length(covered: str, spans: Sequence[tuple[int, int]], tokenizer):
    """Para la verdad: si una palabra, en ese hueco, tendría tantos tokens como la tapada."""
    before = [part[-1:] for part in covered.split(masking.HOLE)[:-1]]

    def allowed(hole: int, word: str) -> bool:
        spaced = " " if before[hole] == " " and word not in masking.CLOSING else ""
        start, end = spans[hole]
        return len(tokenizer(spaced + word, add_special_tokens=False)["input_ids"]) == end - start

    return allowed


def _summary(gaps: list[Gap], texts: int) -> Filling:
    n = len(gaps)
    loss, floor = (sum(getattr(gap, name) for gap in gaps) / n for name in ("loss", "floor"))
    over = [gap.loss - gap.floor for gap in gaps]
    spread = 1.96 * math.sqrt(sum((value - loss + floor) ** 2 for value in over) / n / n)
    right = sum(gap.right for gap in gaps)
    return Filling(
        texts, n, loss, floor, loss - floor, (loss - floor - spread, loss - floor + spread), right / n, evaluation.interval(right, n),
        sum(gap.best for gap in gaps) / n,
    )
