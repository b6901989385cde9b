"""Nuestra LoRA frente a la de peft: lo que tarda un paso, leer con ella puesta y la memoria de ajustar, en el mismo decodificador."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import torch
from comparing import Comparison, by_turns, report
from peft import LoraConfig, get_peft_model
from transformers.utils import logging

from course_utils import adapters, models, training, tuning
from course_utils.microworld import orders
from course_utils.training import Batch

RANK, ALPHA, ROUNDS = 8, 16, 60


def main() -> None:
    logging.set_verbosity_error()
    batch = tuning.batches(orders.pairs("futuro", 16, seed=1), ours_prepared()[1])(0)
    ours, theirs = ours_prepared()[0], theirs_prepared()
    assert count(ours) == count(theirs), "las dos deben entrenar lo mismo"
    with torch.no_grad():
        first, second = ours(**batch).loss, theirs(**batch).loss
    assert torch.equal(first, second) or torch.allclose(first, second, atol=1e-5), "las dos deben hacer la misma cuenta"
    step = by_turns(*(stepper(model, batch) for model in (ours, theirs)), rounds=ROUNDS, clock=time.process_time)
    read = by_turns(*(reader(model, batch) for model in (ours, theirs)), rounds=ROUNDS, clock=time.process_time)
    memory = [max(training.allocated(stepper(model, batch))) / 1e6 for model in (ours_prepared()[0], theirs_prepared())]
    rows = len(batch["labels"])
    report(
        "Ajustar con LoRA",
        "adapters.LoRA",
        "peft",
        [
            Comparison("un paso de ajuste", *(1e3 * seconds for seconds in step), "ms", 1),
            Comparison("leer el lote con LoRA puesta, sin fusionar", *(1e3 * seconds for seconds in read), "ms", 1),
            Comparison("pico de memoria de un paso, sobre los pesos del modelo", *memory, "MB", 1),
        ],
        notes=(
            f"LoRA de rango {RANK} en todas las capas lineales del decodificador; {rows} pares de «ponla en futuro», AdamW. Las dos hacen "
            "la misma cuenta (lo comprueba `tests/adapters`).",
            "Son segundos de procesador, no de reloj: otros programas compartían la máquina. La memoria, la que se pide a PyTorch.",
        ),
    )


def ours_prepared() -> tuple[torch.nn.Module, object]:
    """Una copia del decodificador con nuestra LoRA, y su tokenizador."""
    copy = tuning.copied(models.load("decoder"))
    return adapters.attach(copy.model, adapters.LoRA(RANK, ALPHA)).model.train(), copy.tokenizer


def theirs_prepared() -> torch.nn.Module:
    """La misma copia con la de `peft`."""
    targets = list(adapters.LoRA().targets)
    config = LoraConfig(r=RANK, lora_alpha=ALPHA, target_modules=targets, fan_in_fan_out=True, task_type="CAUSAL_LM")
    return get_peft_model(tuning.copied(models.load("decoder")).model, config).train()


def count(model: torch.nn.Module) -> int:
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


def stepper(model: torch.nn.Module, batch: Batch) -> Callable[[], float]:
    """Un paso del mismo bucle para las dos."""
    steps = stepped(model, batch)
    return lambda: next(steps)


def stepped(model: torch.nn.Module, batch: Batch) -> Iterator[float]:
    optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=1e-4, fused=True)
    while True:
        loss = model(**batch).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        yield loss.item()


def reader(model: torch.nn.Module, batch: Batch) -> Callable[[], object]:
    def read() -> object:
        with torch.inference_mode():
            return model(**batch).logits

    return read


if __name__ == "__main__":
    main()
