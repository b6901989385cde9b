"""Lo que ejecuta cada proceso de `test_processes.py`: entrena, cuenta qué filas lee y escribe lo que ha salido.

torchrun --nproc_per_node 2 tests/training/two_processes.py CARPETA
"""

import json
import os
import sys
from pathlib import Path

import torch
from transformers import GPT2Config, GPT2LMHeadModel

from course_utils import training


def model() -> GPT2LMHeadModel:
    torch.manual_seed(3)
    size = {"n_embd": 16, "n_layer": 1, "n_head": 2, "n_positions": 12, "vocab_size": 40, "bos_token_id": 0, "eos_token_id": 0}
    return GPT2LMHeadModel(GPT2Config(**size, resid_pdrop=0, embd_pdrop=0, attn_pdrop=0))


def batch(step: int) -> dict[str, torch.Tensor]:
    """Filas de largos muy distintos: si cada proceso pesara lo mismo, la pérdida sería otra."""
    draw = torch.Generator().manual_seed(step)
    rows = torch.randint(1, 40, (6, 12), generator=draw)
    scored = torch.tensor([[2], [11], [3], [10], [4], [12]])
    labels = rows.masked_fill((torch.arange(12) >= scored) | (torch.arange(12) == 0), -100)
    return {"input_ids": rows, "labels": labels}


def main(folder: Path) -> None:
    learner, seen = model(), []
    forward = learner.forward

    def spied(input_ids, labels):
        seen.extend(input_ids[:, 1].tolist())
        return forward(input_ids=input_ids, labels=labels)

    learner.forward = spied
    recipe = training.Recipe(steps=6, learning_rate=5e-3, warmup=1, accumulate=int(os.environ.get("PARTES", "1")))
    steps = list(training.train(learner, batch, recipe, checkpoint=folder / "punto.pt", every=2))
    rank = os.environ.get("RANK", "0")
    weights = {name: p.detach().sum().item() for name, p in learner.named_parameters()}
    losses = [step.loss for step in steps]
    (folder / f"{rank}.json").write_text(json.dumps({"losses": losses, "tokens": steps[-1].tokens, "seen": seen, "weights": weights}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
