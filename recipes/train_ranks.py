"""Receta de las medidas del capítulo 12: todo ajustado con un encargo, su cambio cortado a cada rango, y LoRA con cada rango y sitio.

python recipes/train_ranks.py                   # un cuarto de hora en un núcleo: rehace recipes/ranks.json (se reanuda si se interrumpe)
python recipes/train_ranks.py --quick           # un minuto: solo para ver que todo el camino funciona
"""

import json
from collections.abc import Callable
from dataclasses import astuple

import running
import torch

from course_utils import adapters, models, paths, ranks, training, tuning
from course_utils.microworld import orders
from course_utils.ranks import ORDER, PLACES, RANKS

STEPS, PAIRS, ASKED, BATCH = 200, 800, 400, 16
SCALE = 2.0    # alpha / r, la misma con todos los rangos


class Bench:
    """Con qué se ajusta y con qué se mide."""

    def __init__(self, steps: int, pairs: int, asked: int) -> None:
        self.base, self.steps = models.load("decoder"), steps
        self.pairs = orders.pairs(ORDER, pairs, seed=1, requested=False)
        self.asked = orders.pairs(ORDER, asked, seed=2, split="test", requested=False)

    def tuned(self, method: adapters.Method) -> adapters.Attached:
        """Una copia del modelo ajustada con un método."""
        copy = tuning.copied(self.base)
        attached = adapters.attach(copy.model, method)
        lots = tuning.batches(self.pairs, copy.tokenizer, size=BATCH)
        for _ in training.train(attached.model, lots, tuning.recipe(method, self.steps)):
            pass
        return attached

    def measured(self, model: torch.nn.Module, parameters: int) -> list:
        return list(astuple(ranks.measured(model, self.base, self.asked, parameters)))


def whole(bench: Bench) -> dict:
    """Todo ajustado: su cambio, matriz a matriz, y lo que da cortado a cada rango en cada sitio; el resto, como antes de ajustar."""
    attached = bench.tuned(adapters.Full())
    changes = ranks.update(bench.base.model, attached.model)
    old = adapters.linear_layers(bench.base.model)
    matrices = [
        {"name": name, "shape": list(change.shape), "values": [float(f"{x:.4g}") for x in torch.linalg.svdvals(change)],
         "before": round(ranks.weight(old[name]).norm().item(), 4)} for name, change in changes.items()
    ]  # fmt: skip
    full = bench.measured(attached.model, attached.count())
    ranks.put(attached.model, bench.base.model, {})
    found = {"matrices": matrices, "full": full, "rest": bench.measured(attached.model, 0), "cut": []}
    found["before"] = bench.measured(bench.base.model, 0)
    for place in PLACES:
        for rank in (*RANKS, min(min(change.shape) for change in changes.values())):
            there = {name: ranks.truncated(changes[name], rank) for name in ranks.chosen(changes, place)}
            alone = tuning.copied(bench.base).model
            ranks.put(alone, bench.base.model, there)
            found["cut"].append([place, rank, *bench.measured(alone, sum(rank * sum(one.shape) for one in there.values()))])
            print("cortado", *found["cut"][-1], flush=True)
    return found


def low_rank(bench: Bench, place: str, rank: int) -> list:
    """LoRA con un rango en un sitio."""
    attached = bench.tuned(adapters.LoRA(rank=rank, alpha=SCALE * rank, targets=PLACES[place]))
    return [place, rank, *bench.measured(attached.model, attached.count())]


def main() -> None:
    asked = running.plan("ranks", __doc__, steps=STEPS, quick_steps=4)
    bench = Bench(asked.steps, *((32, 20) if asked.quick else (PAIRS, ASKED)))
    done = {entry["name"]: entry["found"] for entry in map(json.loads, asked.log.read_text("utf-8").splitlines())} if asked.log.exists() else {}
    jobs: dict[str, Callable[[], object]] = {"entero": lambda: whole(bench)}
    for rank in RANKS[:2] if asked.quick else RANKS:
        for place in PLACES:
            jobs[f"{place} {rank}"] = lambda place=place, rank=rank: low_rank(bench, place, rank)
    for name, job in jobs.items():
        if name not in done:
            done[name] = job()
            with asked.log.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"name": name, "found": done[name]}, ensure_ascii=False) + "\n")
            print(name, done[name]["full"] if name == "entero" else done[name], flush=True)
    output = asked.work / "ranks.json" if asked.quick else ranks.RESULTS
    saved = {"order": ORDER, "steps": bench.steps, **done["entero"], "lora": [done[name] for name in jobs if name != "entero"]}
    paths.write_whole(output, json.dumps(saved, ensure_ascii=False, separators=(",", ":")))
    print(output)


if __name__ == "__main__":
    main()
