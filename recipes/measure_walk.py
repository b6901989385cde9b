"""Receta del camino de 2017 a hoy: entrena cada diseño varias veces y guarda lo que sale en `course_utils/architectures/walk.json`.

python recipes/measure_walk.py             # una hora en un núcleo; se reanuda si se interrumpe
python recipes/measure_walk.py --quick     # un minuto: solo para ver que todo el camino funciona; no toca el paquete

Todos los diseños leen los mismos trozos de cuentos, en el mismo orden y con la misma receta; de una semilla a otra cambian los pesos del
principio y los lotes. El de 2017 se repite con un calentamiento más largo, porque se dice que le hace falta (Xiong y otros, 2020).
"""

import argparse
import json
from dataclasses import asdict, replace
from pathlib import Path

import torch

from course_utils import models, paths
from course_utils.architectures import objectives, walk
from course_utils.architectures.variants import Design
from course_utils.microworld import stories

STEPS, SEEDS, TEXTS, UNSEEN, EVERY, WARMUP = 600, (0, 1, 2), 3000, 100, 20, 200
SLOW = f"{walk.START}, con calentamiento largo"


def passages(tokenizer, texts: int) -> tuple[list[list[int]], list[list[int]]]:
    """Los trozos de cuento de entrenar y los de medir."""
    return tuple(objectives.passages(stories.sample(n, seed=seed), tokenizer) for n, seed in ((texts, 1), (UNSEEN, 2)))


def plan(vocabulary: int, steps: int) -> dict[str, tuple[Design, object]]:
    """Por cada nombre, su diseño y su receta."""
    recipe = replace(walk.RECIPE, steps=steps)
    designs = walk.designs(vocabulary)
    found = {name: (design, recipe) for name, design in designs.items()}
    return {walk.START: found.pop(walk.START), SLOW: (designs[walk.START], replace(recipe, warmup=min(WARMUP, steps))), **found}


def run(work: Path, steps: int, seeds: tuple[int, ...], texts: int) -> dict[str, list[walk.Outcome]]:
    """Todas las medidas; cada una se apunta en `work` en cuanto está, y las apuntadas no se repiten."""
    tokenizer = models.load("decoder").tokenizer
    marks = objectives.marks(tokenizer)
    rows, unseen = passages(tokenizer, texts)
    found: dict[str, list[walk.Outcome]] = {}
    for seed in seeds:
        for name, (design, recipe) in plan(marks.size, steps).items():
            file = work / f"{name.replace(' ', '_')}-{seed}.json"
            if file.exists():
                saved = json.loads(file.read_text("utf-8"))
                outcome = walk.Outcome(**(saved | {"design": Design(**saved["design"])}))
            else:
                outcome = walk.measure(name, design, rows, unseen, marks, recipe=recipe, seed=seed)
                paths.write_whole(file, json.dumps(asdict(outcome), ensure_ascii=False))
            print(f"semilla {seed}, {name}: {outcome.held_out:.3f} ({outcome.seconds:.0f} s)", flush=True)
            found.setdefault(name, []).append(outcome)
    return found


def summary(outcomes: list[walk.Outcome], every: int) -> dict[str, object]:
    """Lo que se guarda de un diseño: sus tamaños, una pérdida por semilla y la curva media."""
    first, size = outcomes[0], len(outcomes)
    means = [sum(values) / size for values in zip(*(one.losses for one in outcomes))]
    curve = [round(sum(means[i : i + every]) / every, 3) for i in range(0, len(means) - every + 1, every)]
    sizes = {name: getattr(first, name) for name in ("name", "parameters", "parameters_per_token", "cache_per_token")}
    return sizes | {"held_out": [round(one.held_out, 4) for one in outcomes], "losses": curve, "every": every}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=int, default=2, help="hilos de cálculo")
    parser.add_argument("--quick", action="store_true", help="pocos pasos y una semilla, para probar el camino entero")
    parser.add_argument("--work", type=Path, default=None, help="carpeta de lo ya medido; si hay algo, se sigue desde ahí")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    work = options.work or paths.BUILD / ("walk-quick" if options.quick else "walk")
    work.mkdir(parents=True, exist_ok=True)
    steps, seeds, texts = (20, (0,), 200) if options.quick else (STEPS, SEEDS, TEXTS)
    found = run(work, steps, seeds, texts)
    recipe = {"steps": steps, "seeds": list(seeds), "texts": texts, "unseen": UNSEEN, "recipe": asdict(walk.RECIPE) | {"steps": steps}}
    written = {"recipe": recipe, "designs": [summary(outcomes, EVERY) for outcomes in found.values()]}
    paths.write_whole(work / "walk.json" if options.quick else walk.RESULTS, json.dumps(written, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    main()
