"""Receta de las medidas del capítulo 12: todo ajustado con un encargo, su cambio cortado a cada rango, y LoRA con cada rango y sitio.

python recipes/train_ranks.py                   # un cuarto de hora en un núcleo: rehace recipes/ranks.json (se reanuda si se interrumpe)
python recipes/train_ranks.py --quick           # un minuto: solo para ver que todo el camino funciona
"""

import json
import tempfile
from collections.abc import Callable
from dataclasses import astuple, replace
from pathlib import Path

import running
import torch

from course_utils import adapters, models, paths, ranks, training, tuning
from course_utils.generation import replying
from course_utils.microworld import orders
from course_utils.ranks import ORDER, PLACES, RANKS

STEPS, PAIRS, ASKED, BATCH = 200, 800, 400, 16
ALPHA = 16.0    # la misma con todos los rangos, como en el artículo de LoRA: alpha / r baja cuando r sube
ONE = "transformer.h.3.attn.c_attn"
SINGLE = ("swap", "pair")
SWAPPED, SENTENCES, LONGEST = ("futuro", "negación"), 8, 16


class Bench:
    """Con qué se ajusta y con qué se mide."""

    def __init__(self, steps: int, pairs: int, asked: int) -> None:
        self.base, self.steps = models.load("decoder"), steps
        self.tokenizer = tuning.copied(self.base).tokenizer    # con la plantilla de conversación del curso
        self.pairs = orders.pairs(ORDER, pairs, seed=1, requested=False)
        self.asked = orders.pairs(ORDER, asked, seed=2, split="test", requested=False)

    def tuned(self, method: adapters.Method, order: str = ORDER) -> adapters.Attached:
        """Una copia del modelo ajustada con un método."""
        copy = tuning.copied(self.base)
        attached = adapters.attach(copy.model, method)
        pairs = self.pairs if order == ORDER else orders.pairs(order, len(self.pairs), seed=1, requested=False)
        lots = tuning.batches(pairs, copy.tokenizer, size=BATCH)
        for _ in training.train(attached.model, lots, tuning.recipe(method, self.steps)):
            pass
        return attached

    def measured(self, model: torch.nn.Module, parameters: int) -> list:
        return list(astuple(ranks.measured(model, self.tokenizer, self.asked, parameters)))


def whole(bench: Bench) -> dict:
    """Todo ajustado: su cambio, matriz a matriz, y lo que da cortado a cada rango en cada sitio; el resto, como antes de ajustar."""
    attached = bench.tuned(adapters.Full())
    changes = ranks.update(bench.base.model, attached.model)
    old = adapters.linear_layers(bench.base.model)
    matrices = [
        {"name": name, "shape": list(change.shape), "values": [float(f"{x:.4g}") for x in torch.linalg.svdvals(change)],
         "before": round(adapters.weight(old[name]).norm().item(), 4)} for name, change in changes.items()
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
    attached = bench.tuned(adapters.LoRA(rank=rank, alpha=ALPHA, targets=PLACES[place]))
    return [place, rank, *bench.measured(attached.model, attached.count())]


def pair(bench: Bench) -> dict:
    """El par de una matriz, de un LoRA de rango 1 en todas."""
    attached = bench.tuned(adapters.LoRA(rank=1, alpha=ALPHA))
    layer = attached.layers[ONE]
    short = {name: [float(f"{x:.4g}") for x in getattr(layer, name).flatten().tolist()] for name in ("A", "B")}
    return {"name": ONE, "scale": layer.scale, **short}


def swap(bench: Bench) -> dict:
    """Dos adaptadores del mismo modelo: qué acierta cada uno de cada encargo, qué contestan a las mismas frases y lo que ocupan."""
    asked = {order: orders.pairs(order, len(bench.asked), seed=2, split="test", requested=False) for order in SWAPPED}
    sentences = [pair.prompt for pair in asked[SWAPPED[0]] if "." in pair.prompt][:SENTENCES]
    found = {"sentences": sentences, "answers": {}, "right": {}, "bytes": {}}
    tuned = {"": None} | {order: bench.tuned(adapters.LoRA(rank=8, alpha=ALPHA), order) for order in SWAPPED}
    for name, attached in tuned.items():
        copied = tuning.copied(bench.base)
        model = copied if attached is None else replace(copied, model=attached.model)
        found["answers"][name] = replying.replies(model, sentences, max_new_tokens=LONGEST)
        found["right"][name] = {order: round(tuning.score(model.model, model.tokenizer, asked[order]).share, 4) for order in SWAPPED}
        if attached:
            with tempfile.TemporaryDirectory() as folder:
                found["bytes"][name] = adapters.save(attached, Path(folder))
        print(name, found["answers"][name], found["right"][name], flush=True)
    return found


def main() -> None:
    asked = running.plan("ranks", __doc__, steps=STEPS, quick_steps=4)
    bench = Bench(asked.steps, *((32, 20) if asked.quick else (PAIRS, ASKED)))
    journal = running.Journal(asked.log)
    jobs: dict[str, Callable[[], object]] = {"entero": lambda: whole(bench), "swap": lambda: swap(bench), "pair": lambda: pair(bench)}
    for rank in RANKS[:2] if asked.quick else RANKS:
        for place in PLACES:
            jobs[f"{place} {rank}"] = lambda place=place, rank=rank: low_rank(bench, place, rank)
    done = {name: journal.once(name, job) for name, job in jobs.items()}
    output = asked.work / "ranks.json" if asked.quick else ranks.RESULTS
    lora = [done[name] for name in jobs if name not in ("entero", *SINGLE)]
    saved = {"order": ORDER, "steps": bench.steps, **done["entero"], **{name: done[name] for name in SINGLE}, "lora": lora}
    paths.write_whole(output, json.dumps(saved, ensure_ascii=False, separators=(",", ":")))
    print(output)


if __name__ == "__main__":
    main()
