"""Cuánto acierta el modelo de pocos ejemplos, frente a lo que los ejemplos dejan saber.

python recipes/measure_in_context.py        # mide models/in_context y escribe las cifras
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from measuring import main

from course_utils import evaluation
from course_utils.microworld import episodes
from course_utils.microworld.episodes import Episode
from course_utils.models import LanguageModel

SHOTS = (0, 1, 2, 4, 8, 16)
REPETITION = 40       # palabras de cada texto repetido con el que se mide la copia


@dataclass(frozen=True)
class Accuracy:
    """Aciertos sobre `trials` episodios con `shots` ejemplos, con su intervalo del 95 %, y el máximo que esos episodios dejan esperar."""

    shots: int
    accuracy: float
    interval: tuple[float, float]
    ceiling: float
    trials: int


@dataclass(frozen=True)
class Measures:
    """Parejas de categoría y etiqueta nunca vistas (`seen`), etiquetas que nunca lo fueron (`unseen`) y copia de lo repetido."""

    seen: tuple[Accuracy, ...]
    unseen: tuple[Accuracy, ...]
    repetition: float

    def at(self, shots: int, *, unseen: bool = False) -> Accuracy:
        """La medida con `shots` ejemplos."""
        return next(row for row in (self.unseen if unseen else self.seen) if row.shots == shots)


def measure(language_model: LanguageModel, *, trials: int = 1000, shots: Sequence[int] = SHOTS, seed: int = 7) -> Measures:
    """Mide un modelo con `trials` episodios por número de ejemplos, de 2 a 8 etiquetas, en las particiones `test` y `compositional`."""
    seen, unseen = (
        tuple(accuracy(language_model, episodes.sample(trials, seed=seed, split=split, shots=count)) for count in shots)
        for split in ("test", "compositional")
    )
    repeated = episodes.repetitions(max(1, trials // 10), seed=seed, length=REPETITION)
    return Measures(seen, unseen, round(repetition(language_model, repeated), 4))


def accuracy(language_model: LanguageModel, rows: Sequence[Episode]) -> Accuracy:
    """Los aciertos del modelo en episodios con igual número de ejemplos."""
    found = answers(language_model, [row.prompt for row in rows])
    right = sum(given == row.answer for given, row in zip(found, rows))
    low, high = evaluation.interval(right, len(rows))
    share, ceiling = right / len(rows), sum(row.ceiling for row in rows) / len(rows)
    return Accuracy(rows[0].shots, round(share, 4), (round(low, 4), round(high, 4)), round(ceiling, 4), len(rows))


def answers(language_model: LanguageModel, prompts: Sequence[str], *, batch: int = 250) -> list[str]:
    """El token más probable tras cada prompt, como texto sin espacios. Los prompts de un lote se rellenan por la derecha."""
    tokenizer, found = language_model.tokenizer, []
    for start in range(0, len(prompts), batch):
        rows = evaluation.encode_rows(prompts[start : start + batch], tokenizer)
        last = (rows["labels"] != evaluation.UNSCORED).sum(1) - 1          # la posición del último token del prompt
        with torch.inference_mode():
            hidden = language_model.model.get_decoder()(rows["input_ids"].to(language_model.device))[0]
            best = language_model.model.lm_head(hidden[range(len(last)), last]).argmax(-1)
        found += [tokenizer.decode([token]).strip() for token in best.tolist()]
    return found


def repetition(language_model: LanguageModel, texts: Sequence[str]) -> float:
    """Proporción de palabras que el modelo acierta desde que un texto empieza a repetirse."""
    right = total = 0
    for text in texts:
        ids = language_model.tokenizer(" " + text, add_special_tokens=False)["input_ids"]
        period = next(size for size in range(1, len(ids)) if ids[size:] == ids[:-size])
        row = torch.tensor([[language_model.tokenizer.bos_token_id, *ids]], device=language_model.device)
        with torch.inference_mode():
            best = language_model.model(row).logits[0, :-1].argmax(-1).tolist()
        hits = [guess == token for guess, token in zip(best, ids)][period + 1 :]       # la primera palabra repetida no se puede saber
        right, total = right + sum(hits), total + len(hits)
    return right / total


if __name__ == "__main__":
    main("in_context", __doc__, measure)
