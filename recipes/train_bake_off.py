"""Receta de la comparación del capítulo 11: ocho maneras de ajustar el decodificador, con los mismos pares y los mismos pasos.

python recipes/train_bake_off.py                # veinte minutos en un núcleo: rehace recipes/bake_off.json (se reanuda si se interrumpe)
python recipes/train_bake_off.py --quick        # un minuto: solo para ver que todo el camino funciona

La tasa de cada manera se elige entre las de `SWEEP`, con pares que no son ni los de entrenar ni los de la prueba. La memoria se cuenta en
el reparto de memoria de PyTorch (`training.allocated`), así que no depende de la máquina; los segundos sí, aunque son de procesador y no
cuentan lo que se llevan otros programas; por eso importa más su razón con los del ajuste completo, medidos a la vez: un paso de cada
manera por turnos, con los mismos pares.
"""

import json
import statistics
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

import running
import torch

from course_utils import adapters, bake_off, models, paths, training, tuning
from course_utils.bake_off import METHODS, PAIRS, Memory
from course_utils.microworld import orders

STEPS, SEEDS, VALIDATION, TURNS = 200, (0, 1, 2), 200, 30
ORDERS = ("futuro",)
SWEEP = {
    "completo": (1e-3, 2e-3), "últimas capas": (2e-3, 5e-3), "BitFit": (1e-2, 2e-2, 5e-2), "LoRA": (5e-3, 1e-2),
    "adaptador": (5e-3, 1e-2, 2e-2), "IA³": (2e-2, 5e-2, 1e-1), "ajuste de prompts": (2e-2, 5e-2, 1e-1),
}  # fmt: skip


class Contest:
    """El modelo de partida, los pares y cuánto se entrena y se mide."""

    def __init__(self, language_model: models.LanguageModel, order: str, steps: int, quick: bool) -> None:
        self.base, self.order, self.steps = language_model, order, steps
        found = orders.pairs(order, PAIRS + VALIDATION, seed=1)
        self.pairs, self.validation = found[:PAIRS], found[PAIRS : PAIRS + (10 if quick else VALIDATION)]
        self.sizes = {"asked": 10, "read": 4, "known": 5} if quick else {}
        self.turns = 2 if quick else TURNS

    def tuned(self, name: str, *, steps: int, seed: int, rate: float | None) -> tuple[models.LanguageModel, adapters.Attached, list[float]]:
        """Ajusta una copia: (la copia con lo ajustado puesto, su ajuste, la pérdida de cada paso)."""
        copy, attached = bake_off.prepared(name, self.base, seed=seed)
        batch_for = bake_off.batches(name, self.pairs, copy.tokenizer, seed=seed)
        recipe = tuning.recipe(attached.method, steps, learning_rate=rate)
        losses = [step.loss for step in training.train(attached.model, batch_for, recipe)]
        return models.LanguageModel(copy.name, attached.model, copy.tokenizer, copy.device), attached, losses

    def before(self) -> dict:
        """El examen del modelo sin ajustar."""
        return self.exam(tuning.copied(self.base))

    def exam(self, language_model: models.LanguageModel) -> dict:
        """Examina un modelo: lo que se guarda."""
        found = asdict(bake_off.examined(language_model, self.order, **self.sizes))
        return found | {"stories": round(found["stories"], 4)}

    def tried(self, name: str, rate: float, steps: int) -> dict:
        """Qué parte de los pares de validación acierta una manera con una tasa."""
        found, _, losses = self.tuned(name, steps=steps, seed=0, rate=rate)
        share = tuning.score(found.model, found.tokenizer, self.validation).share
        return {"share": share, "loss": round(statistics.mean(losses[-10:]), 4)}

    def examined(self, name: str, rate: float, seed: int) -> dict:
        """Ajusta y examina; después quita lo añadido y mira si vuelve el modelo de partida."""
        found, attached, losses = self.tuned(name, steps=self.steps, seed=seed, rate=rate)
        exam = self.exam(found)
        with tempfile.TemporaryDirectory() as folder:
            saved = adapters.save(attached, Path(folder))
        trained, after = attached.count(), attached.detach().state_dict()
        restored = all(torch.equal(tensor, after[key]) for key, tensor in self.base.model.state_dict().items())
        curve = [round(statistics.mean(losses[i : i + 10]), 4) for i in range(0, len(losses), 10)]
        return {"exam": exam, "trained": trained, "saved": saved, "restored": restored, "curve": curve}

    def memory(self, name: str) -> dict:
        """Los bytes de tres pasos de ajuste."""
        copy, attached = bake_off.prepared(name, self.base)
        batch_for = bake_off.batches(name, self.pairs, copy.tokenizer)
        weights = sum(p.numel() * p.element_size() for p in attached.model.parameters())
        learned = sum(p.numel() * p.element_size() for p in attached.trained().values())
        attached.model.train()
        batch, kept = batch_for(0), []
        forward = training.allocated(lambda: kept.append(attached.model(**batch).loss))
        kept.clear()
        steps = training.allocated(lambda: kept.extend(training.train(attached.model, lambda _: batch, tuning.recipe(attached.method, 3))))
        return asdict(Memory(weights, learned, 2 * learned, forward[-1], weights + max(steps)))

    def times(self) -> dict[str, list[float]]:
        """Los segundos de cada paso de cada manera, por turnos: en cada vuelta, uno de cada una con los mismos pares."""
        runs = {}
        for name in METHODS:
            copy, attached = bake_off.prepared(name, self.base)
            batch_for = bake_off.batches(name, self.pairs, copy.tokenizer)
            runs[name] = training.train(attached.model, batch_for, tuning.recipe(attached.method, self.turns + 2))
        found = {name: [] for name in runs}
        for _ in range(self.turns + 2):
            for name, run in runs.items():
                started = time.process_time()
                next(run)
                found[name].append(time.process_time() - started)
        return {name: seconds[2:] for name, seconds in found.items()}


def contested(contest: Contest, log: running.Journal, seeds: tuple[int, ...]) -> dict:
    """Todo lo de un encargo: las tasas, la memoria, los segundos y los exámenes."""
    order = contest.order
    before = log.once(f"{order} antes", contest.before)
    sweeps = {
        name: {rate: log.once(f"{order} {name} tasa {rate:g}", lambda name=name, rate=rate: contest.tried(name, rate, contest.steps // 2))
               for rate in rates} for name, rates in SWEEP.items()
    }  # fmt: skip
    memories = {name: log.once(f"{order} {name} memoria", lambda name=name: contest.memory(name)) for name in METHODS}
    seconds = log.once(f"{order} segundos", contest.times)
    exams = {(name, seed): log.once(f"{order} {name} {seed}", lambda name=name, seed=seed: contest.examined(name, rate_of(name), seed))
             for seed in seeds for name in METHODS}  # fmt: skip
    runs = []
    for name in METHODS:
        found = [exams[name, seed] for seed in seeds]
        runs.append({
            "name": name, "learning_rate": rate_of(name), "trained": found[0]["trained"], "saved": found[0]["saved"],
            "memory": memories[name], "seconds": round(statistics.fmean(seconds[name]), 4),
            "ratio": round(sum(seconds[name]) / sum(seconds["completo"]), 3),
            "restored": all(one["restored"] for one in found), "exams": [one["exam"] for one in found], "curve": found[0]["curve"],
            "sweep": {rate: one["share"] for rate, one in sweeps.get(name, {}).items()},
        })  # fmt: skip
    return {"steps": contest.steps, "before": before, "runs": runs}


def rate_of(name: str) -> float:
    """La tasa de una manera; la del repaso es la del ajuste completo."""
    return tuning.RATES[type(METHODS[name])]


def main() -> None:
    asked = running.plan("bake_off", __doc__, steps=STEPS, quick_steps=4)
    base, log = models.load("decoder"), running.Journal(asked.log)
    seeds = SEEDS[:1] if asked.quick else SEEDS
    found = {order: contested(Contest(base, order, asked.steps, asked.quick), log, seeds) for order in ORDERS}
    output = asked.work / "bake_off.json" if asked.quick else bake_off.RESULTS
    paths.write_whole(output, json.dumps(found, ensure_ascii=False, indent=1))
    print(output)


if __name__ == "__main__":
    main()
