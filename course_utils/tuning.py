"""Ajustar un modelo con pares de petición y respuesta: cómo se leen, en qué lotes van, con qué tasa se aprende y cuántos contesta bien."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from course_utils import adapters, evaluation, tokens
from course_utils.evaluation import UNSCORED
from course_utils.microworld import tokenizer as microworld_tokenizer
from course_utils.models import LanguageModel, WindowError
from course_utils.training import Batch, Recipe

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

    from course_utils.microworld.orders import Pair

READ = 50    # pares que se miden juntos
Row = tuple[list[int], list[int]]    # los ids y las etiquetas de un par
# Con qué tasa aprende mejor cada manera de ajustar el decodificador de bolsillo (cuantos menos pesos, más alta): recipes/bake_off.json.
RATES: dict[type, float] = {
    adapters.Full: 1e-3, adapters.LastLayers: 5e-3, adapters.BitFit: 5e-2, adapters.LoRA: 5e-3, adapters.Bottleneck: 1e-2,
    adapters.IA3: 5e-2, adapters.PromptTuning: 5e-2,
}  # fmt: skip


@dataclass(frozen=True)
class Score:
    """Cuántos pares contesta bien un modelo, enteros, de cuántos."""

    right: int
    asked: int

    @property
    def share(self) -> float:
        """La parte que contesta bien."""
        return self.right / self.asked

    @property
    def interval(self) -> tuple[float, float]:
        """Su intervalo de confianza del 95 %."""
        return evaluation.interval(self.right, self.asked)


def copied(language_model: LanguageModel) -> LanguageModel:
    """Una copia que se puede entrenar sin tocar el original, que `models.load` comparte entre todos los que lo piden.

    Si el modelo tiene los tokens de turno del curso y no tiene plantilla de conversación, lleva ya la del curso.
    """
    network, tokenizer = copy.deepcopy(language_model.model), copy.deepcopy(language_model.tokenizer)
    network.config.use_cache = False
    network.loss_type = "ForCausalLM"    # la que usaría de todos modos, sin avisarlo
    if not tokenizer.chat_template and set(microworld_tokenizer.ROLES) <= tokenizer.get_vocab().keys():
        tokenizer.chat_template = microworld_tokenizer.CHAT_TEMPLATE
    return LanguageModel(language_model.name, network, tokenizer, language_model.device)


def encode(pair: Pair, tokenizer: PreTrainedTokenizerFast) -> Row:
    """De un par, sus ids y sus etiquetas, que solo puntúan la respuesta y el token de fin.

    La petición va con la plantilla de conversación; si el modelo no la tiene, en su línea.
    """
    if pair.plain or not tokenizer.chat_template:
        asked = [tokens.opening(tokenizer), *tokens.ids(tokenizer, pair.prompt if pair.plain else f"{pair.prompt}\n")]
    else:
        asked = tokens.conversation_ids(tokenizer, [{"role": "user", "content": pair.prompt}])
    answer = [*tokens.following_ids(tokenizer, pair.completion), tokenizer.eos_token_id]
    return [*asked, *answer], [*[UNSCORED] * len(asked), *answer]


def collate(rows: Sequence[Row], filler: int = 0) -> Batch:
    """Un lote con relleno a la derecha: {"input_ids", "labels", "attention_mask"}, (B, T)."""
    width = max(len(ids) for ids, _ in rows)
    return {
        "input_ids": torch.tensor([[*ids, *[filler] * (width - len(ids))] for ids, _ in rows]),
        "labels": torch.tensor([[*labels, *[UNSCORED] * (width - len(labels))] for _, labels in rows]),
        "attention_mask": torch.tensor([[*[1] * len(ids), *[0] * (width - len(ids))] for ids, _ in rows]),
    }


def laps(pairs: Sequence[Pair], tokenizer: PreTrainedTokenizerFast, *, size: int = 16, seed: int = 0) -> Callable[[int], list[Row]]:
    """Los pares de cada paso, en ids y etiquetas: en cada vuelta se ven todos una vez, en otro orden. Lanza ValueError si no hay pares."""
    if not pairs:
        raise ValueError("No hay ningún par con que ajustar: da al menos uno.")
    rows = [encode(pair, tokenizer) for pair in pairs]
    size = min(size, len(rows))
    per_lap = len(rows) // size

    def rows_for(step: int) -> list[Row]:
        lap, place = divmod(step, per_lap)
        order = random.Random(f"{seed} {lap}").sample(range(len(rows)), len(rows))
        return [rows[i] for i in order[place * size : (place + 1) * size]]

    return rows_for


def batches(pairs: Sequence[Pair], tokenizer: PreTrainedTokenizerFast, *, size: int = 16, seed: int = 0) -> Callable[[int], Batch]:
    """El lote de cada paso, para `training.train`: `size` pares, uno por fila, en el orden de `laps`. Lanza ValueError si no hay pares."""
    rows_for = laps(pairs, tokenizer, size=size, seed=seed)
    return lambda step: collate(rows_for(step))


def recipe(method: adapters.Method, steps: int, *, learning_rate: float | None = None) -> Recipe:
    """La receta para ajustar con un método: la tasa que le va (`RATES`), con un calentamiento corto y descenso al final."""
    found = RATES[type(method)] if learning_rate is None else learning_rate
    return Recipe(steps=steps, learning_rate=found, warmup=max(1, min(20, steps // 10)), decay=0.6, weight_decay=0.0)


def score(model: torch.nn.Module, tokenizer: PreTrainedTokenizerFast, pairs: Sequence[Pair]) -> Score:
    """Cuántas respuestas escribiría enteras y sin fallo, con decodificación voraz. Lanza ValueError si no hay pares o uno no cabe."""
    return read(model, tokenizer, pairs)[0]


def read(model: torch.nn.Module, tokenizer: PreTrainedTokenizerFast, pairs: Sequence[Pair]) -> tuple[Score, float]:
    """(cuántas respuestas escribiría enteras y sin fallo, la pérdida media en sus tokens, en nats), leyendo cada par una sola vez.

    La respuesta voraz es la buena si, y solo si, cada token de la buena es el más probable tras los de antes. Sirve igual con tokens
    virtuales delante. Lanza ValueError si no hay pares o uno no cabe.
    """
    if not pairs:
        raise ValueError("No hay ningún par que medir: da al menos uno.")
    rows = sorted((encode(pair, tokenizer) for pair in pairs), key=lambda row: len(row[0]))
    window = getattr(getattr(model, "config", None), "max_position_embeddings", None)    # T5 no lo tiene; un módulo a mano, ni config
    if window is not None and len(rows[-1][0]) > window:
        raise WindowError("Un par", len(rows[-1][0]), window)
    found = [_read(model, collate(rows[start : start + READ])) for start in range(0, len(rows), READ)]
    right, nats, scored = map(sum, zip(*found, strict=True))
    return Score(right, len(rows)), nats / scored


@torch.inference_mode()
def _read(model: torch.nn.Module, batch: Batch) -> tuple[int, float, int]:
    """(respuestas enteras que acierta, nats, tokens puntuados) de un lote."""
    device = next(model.parameters()).device
    ids, labels = batch["input_ids"].to(device), batch["labels"][:, 1:].to(device)
    training_before = model.training
    logits = model.eval()(input_ids=ids, attention_mask=batch["attention_mask"].to(device)).logits[:, -ids.shape[1] : -1]
    model.train(training_before)
    scored = labels != UNSCORED
    nats = torch.nn.functional.cross_entropy(logits[scored].float(), labels[scored], reduction="sum").item()
    return int(((logits.argmax(-1) == labels) | ~scored).all(-1).sum()), nats, int(scored.sum())


def scores(model: torch.nn.Module, tokenizer: PreTrainedTokenizerFast, tests: Mapping[str, Sequence[Pair]]) -> dict[str, Score]:
    """Lo que contesta bien en cada prueba: una fila de la matriz del olvido."""
    return {name: score(model, tokenizer, pairs) for name, pairs in tests.items()}
