"""Receta de las medidas del capítulo 13: ajuste de prompts con más y menos tokens virtuales, contra LoRA y el ajuste completo.

python recipes/train_virtual_tokens.py            # un cuarto de hora en un núcleo: rehace recipes/virtual_tokens.* (se reanuda)
python recipes/train_virtual_tokens.py --quick    # un minuto: solo para ver que todo el camino funciona
"""

import json
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import running
import torch
from safetensors.torch import load_file, save

from course_utils import adapters, models, paths, tokens, training, tuning, virtual_tokens
from course_utils.virtual_tokens import CHANCE, FULL, LORA, PROMPTS, TEXT, Run

COUNTS, SEEDS = (16, 4, 1, 64, 8, 2, 32), (0, 1)
COMPARED = ((PROMPTS, 16, CHANCE), (LORA, 0, ""), (FULL, 0, ""))
PAIRS, TESTED, LAST = 800, 300, 20
CUES = {"futuro": "En futuro:"}     # el principio «del texto»: lo más parecido a una petición que el decodificador ha leído


def plan(steps: int, quick: bool) -> Iterator[Run]:
    """Los ajustes por hacer, aún sin medidas."""
    if quick:
        yield from (_blank("futuro", PROMPTS, 4, CHANCE, steps, 0), _blank("futuro", LORA, 0, "", steps, 0))
        return
    yield from (_blank("futuro", PROMPTS, count, CHANCE, steps, 0) for count in COUNTS)
    yield from (_blank("futuro", method, 0, "", steps, 0) for method in (LORA, FULL))
    yield _blank("negación", PROMPTS, 16, CHANCE, steps, 0)
    yield _blank("futuro", PROMPTS, 16, CHANCE, 4 * steps, 0)
    yield from (_blank("opinión", method, count, start, steps // 2, 0) for method, count, start in COMPARED)
    yield from (_blank("negación", method, 0, "", steps, 0) for method in (LORA, FULL))
    yield _blank("negación", PROMPTS, 16, CHANCE, 2 * steps, 0)
    yield from (_blank("futuro", PROMPTS, 16, TEXT, steps, seed) for seed in SEEDS)
    yield from (_blank("futuro", PROMPTS, count, CHANCE, steps, 1) for count in COUNTS)


def _blank(order: str, method: str, count: int, start: str, steps: int, seed: int) -> Run:
    return Run(order, method, count, start, steps, seed, 0, 0.0, 0, 0, 0.0)


def method_of(run: Run, tokenizer) -> adapters.Method:
    """Lo que se entrena."""
    if run.method == PROMPTS:
        return adapters.PromptTuning(run.tokens, start=tokens.ids(tokenizer, CUES[run.order]) if run.start == TEXT else ())
    return adapters.LoRA(rank=8) if run.method == LORA else adapters.Full()


def tuned(run: Run, tested: int) -> tuple[Run, torch.Tensor | None]:
    """Ajusta y mide: el mismo ajuste con sus medidas y, si los hay, los tokens virtuales, en float16, que es con los que se mide."""
    model = tuning.copied(models.load("decoder"))
    attached = adapters.attach(model.model, method_of(run, model.tokenizer), seed=run.seed)
    batches = tuning.batches(virtual_tokens.pairs(run.order, PAIRS, seed=run.seed + 1), model.tokenizer, seed=run.seed)
    started = time.process_time()
    losses = [step.loss for step in training.train(attached.model, batches, tuning.recipe(attached.method, run.steps))]
    seconds, vectors = time.process_time() - started, None
    if run.method == PROMPTS:
        vectors = attached.model.virtual.detach().half()
        attached.load({"virtual": vectors.float()})
    score = tuning.score(attached.model, model.tokenizer, virtual_tokens.pairs(run.order, tested, split="test"))
    last = losses[-LAST:]
    measured = {"trained": attached.count(), "loss": round(sum(last) / len(last), 4), "right": score.right, "asked": score.asked}
    return Run(**asdict(run) | measured | {"seconds": round(seconds, 1)}), vectors


def do(runs: Iterator[Run], work: Path, tested: int) -> None:
    """Hace los ajustes que falten; cada uno queda apuntado, con sus vectores, en cuanto acaba."""
    work.mkdir(parents=True, exist_ok=True)
    for run in runs:
        note, kept = work / f"{run.name}.json", work / f"{run.name}.safetensors"
        if note.exists():
            continue
        found, vectors = tuned(run, tested)
        if vectors is not None and run.seed == SEEDS[0]:
            paths.write_whole(kept, save({run.name: vectors.contiguous()}))
        paths.write_whole(note, json.dumps(asdict(found), ensure_ascii=False))
        print(found, flush=True)


def gathered(runs: list[Run], work: Path) -> tuple[list[dict], dict[str, torch.Tensor]]:
    """Todo lo apuntado: las medidas y los vectores."""
    entries = [json.loads((work / f"{run.name}.json").read_text("utf-8")) for run in runs]
    files = (work / f"{run.name}.safetensors" for run in runs)
    return entries, {name: value for file in files if file.exists() for name, value in load_file(file).items()}


def main() -> None:
    asked = running.plan("virtual_tokens", __doc__, steps=200, quick_steps=4)
    runs = list(plan(asked.steps, asked.quick))
    do(iter(runs), asked.work, 20 if asked.quick else TESTED)
    entries, vectors = gathered(runs, asked.work)
    folder = asked.work / "result" if asked.quick else paths.RECIPES
    folder.mkdir(exist_ok=True)
    paths.write_whole(folder / virtual_tokens.VECTORS.name, save(vectors))
    lines = ",\n  ".join(json.dumps(entry, ensure_ascii=False) for entry in entries)
    paths.write_whole(folder / virtual_tokens.RESULTS.name, f'{{"runs": [\n  {lines}\n]}}\n')
    print(folder / virtual_tokens.RESULTS.name)


if __name__ == "__main__":
    main()
