"""training.train frente a transformers.Trainer y frente a un bucle sin nada: mismo modelo, mismos lotes, mismo optimizador."""

from __future__ import annotations

import copy
import statistics
import tempfile
import time
from collections.abc import Iterator

import torch
from comparing import Comparison, report
from transformers import GPT2Config, GPT2LMHeadModel, Trainer, TrainerCallback, TrainingArguments, set_seed
from transformers.utils import logging

from course_utils import models, scaling, theme, training
from course_utils.microworld import stories
from course_utils.training import Batch, Recipe

STEPS, WARM, ROWS, WIDTH = 50, 5, 8, 128
RATE, CLIP, DECAY, BETA = 1e-3, 1.0, 0.05, 0.98


class Turns(TrainerCallback):
    """Tras cada paso de `Trainer`, uno de cada otra manera; de cada paso apunta los segundos de procesador."""

    def __init__(self, **others: Iterator[object]) -> None:
        self.others, self.seconds, self.started = others, {"Trainer": [], **{name: [] for name in others}}, time.process_time()

    def on_step_end(self, args, state, control, **_) -> None:
        self.lap("Trainer")
        for name in sorted(self.others, reverse=state.global_step % 2 == 0):    # en un orden y en el otro
            next(self.others[name])
            self.lap(name)

    def lap(self, name: str) -> None:
        self.seconds[name].append(time.process_time() - self.started)
        self.started = time.process_time()

    def medians(self) -> dict[str, float]:
        """La mediana de cada manera, sin los primeros pasos."""
        return {name: statistics.median(seconds[WARM:]) for name, seconds in self.seconds.items()}


def main() -> None:
    logging.set_verbosity_error()
    decoder = models.load("decoder")
    set_seed(0)
    texts = scaling.encode(stories.sample(STEPS * ROWS, seed=1), decoder.tokenizer)
    taken = measured(decoder.model.config, batches(texts, STEPS, ROWS, WIDTH))
    least = GPT2Config(**decoder.model.config.to_dict() | {"n_layer": 1, "n_head": 1, "n_embd": 8})
    fixed = measured(least, batches(texts, 5 * STEPS, 2, 16))
    per_token = {name: 1e6 * seconds / (ROWS * WIDTH) for name, seconds in taken.items()}
    speed = {name: theme.number(1e6 / each, 0) for name, each in per_token.items()}
    report(
        "Entrenar",
        "training.train",
        "la otra",
        [
            Comparison("el decodificador, frente a `transformers.Trainer`", per_token["ours"], per_token["Trainer"], "µs por token", 1),
            Comparison("el decodificador, frente a un bucle sin nada", per_token["ours"], per_token["bare"], "µs por token", 0.95),
            Comparison("un paso de una red mínima, frente a `Trainer`", 1e3 * fixed["ours"], 1e3 * fixed["Trainer"], "ms", None),
            Comparison("un paso de una red mínima, frente a un bucle sin nada", 1e3 * fixed["ours"], 1e3 * fixed["bare"], "ms", None),
        ],
        notes=(
            f"El decodificador de bolsillo con pesos al azar: {STEPS} pasos de {ROWS} × {WIDTH} tokens, con AdamW y recorte del gradiente, "
            f"uno de cada manera por turnos. `training.train` lee {speed['ours']} tokens por segundo; `Trainer`, con todo lo que se puede "
            f"apagar apagado, {speed['Trainer']}, y el bucle (leer, volver hacia atrás, recortar y dar el paso), {speed['bare']}.",
            "La red mínima casi no calcula nada: su paso deja ver lo que cuesta el bucle en sí, que en el decodificador se pierde.",
            "Son segundos de procesador, no de reloj: otros programas compartían la máquina.",
        ),
    )


def measured(config: GPT2Config, found: list[Batch]) -> dict[str, float]:
    """Los segundos de un paso de cada manera, con una red de pesos al azar."""
    start = GPT2LMHeadModel(config)
    start.config.use_cache = False
    turns = Turns(ours=with_ours(copy.deepcopy(start), found), bare=without_anything(copy.deepcopy(start), found))
    with_trainer(start, found, turns)
    return turns.medians()


def batches(texts: list[list[int]], steps: int, rows: int, width: int) -> list[Batch]:
    """Los lotes de todos: cuentos, uno tras otro, en filas llenas."""
    ids = torch.tensor([token for text in texts for token in text][: steps * rows * width]).view(steps, rows, width)
    return [{"input_ids": one, "labels": one} for one in ids]


def with_ours(model: torch.nn.Module, found: list[Batch]) -> Iterator[object]:
    return training.train(model, found.__getitem__, Recipe(len(found), RATE, warmup=0, decay=0.0, weight_decay=DECAY, clip=CLIP))


def with_trainer(model: torch.nn.Module, found: list[Batch], turns: Turns) -> None:
    rows = [{name: tensor[i] for name, tensor in batch.items()} for batch in found for i in range(len(batch["labels"]))]
    with tempfile.TemporaryDirectory() as folder:
        arguments = TrainingArguments(
            folder, max_steps=len(found), per_device_train_batch_size=len(found[0]["labels"]), learning_rate=RATE,
            lr_scheduler_type="constant", optim="adamw_torch_fused", max_grad_norm=CLIP, weight_decay=DECAY, adam_beta2=BETA,
            use_cpu=True, report_to=[], logging_strategy="no", save_strategy="no", disable_tqdm=True, train_sampling_strategy="sequential",
        )  # fmt: skip
        Trainer(model, arguments, train_dataset=rows, callbacks=[turns]).train()


def without_anything(model: torch.nn.Module, found: list[Batch]) -> Iterator[float]:
    """Lo mínimo: leer, volver hacia atrás, recortar y dar el paso."""
    matrices, vectors = ([p for p in model.parameters() if (p.dim() >= 2) is wide] for wide in (True, False))
    groups = [{"params": matrices, "weight_decay": DECAY}, {"params": vectors, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=RATE, betas=(0.9, BETA), fused=True)
    model.train()
    for batch in found:
        loss = model(**batch).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), CLIP)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        yield loss.item()


if __name__ == "__main__":
    main()
