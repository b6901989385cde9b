"""Lo que comparten las recetas: las opciones, el registro del entrenamiento y los lotes que dependen solo del número del paso."""

import argparse
import json
import random
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import torch

from course_utils import paths
from course_utils.training import Batch, TrainingStep, pack


@dataclass(frozen=True)
class Plan:
    """Lo que se ha pedido: cuántos pasos, dónde se trabaja, dónde queda el modelo y en qué dispositivo se entrena."""

    steps: int
    quick: bool
    work: Path
    output: Path
    device: str
    number: int | None = None

    @property
    def log(self) -> Path:
        return self.work / f"log{self._mark}.jsonl"

    @property
    def checkpoint(self) -> Path:
        return self.work / f"checkpoint{self._mark}.pt"

    @property
    def _mark(self) -> str:
        return "" if self.number is None else f"-{self.number}"

    def round(self, number: int) -> "Plan":
        """Una ronda de las que se hacen seguidas, con su registro y su punto de control aparte."""
        return replace(self, number=number)


def plan(name: str, description: str, *, steps: int, quick_steps: int) -> Plan:
    """Lee las opciones de una receta; `--quick` la deja en `quick_steps` pasos y no toca models/."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=steps, help=f"pasos de entrenamiento (por defecto, {steps})")
    parser.add_argument("--threads", type=int, default=2, help="hilos de cálculo")
    parser.add_argument("--quick", action="store_true", help=f"{quick_steps} pasos, para probar el camino entero; no toca models/")
    parser.add_argument("--work", type=Path, default=None, help="carpeta de los puntos de control; si ya hay uno, se sigue desde él")
    parser.add_argument("--output", type=Path, default=None, help=f"dónde dejar el modelo (por defecto, models/{name})")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    work = options.work or paths.BUILD / (f"{name}-quick" if options.quick else name)
    work.mkdir(parents=True, exist_ok=True)
    output = options.output or (work / "model" if options.quick else paths.MODELS / name)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    return Plan(quick_steps if options.quick else options.steps, options.quick, work, output, device)


class Journal:
    """Lo ya hecho por una receta, una línea por tarea: si se interrumpe, no se repite."""

    def __init__(self, file: Path) -> None:
        self.file = file
        lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
        self.done = {entry["name"]: entry["found"] for entry in map(json.loads, lines)}

    def once(self, name: str, task: Callable[[], object]) -> object:
        """Lo que dio esa tarea, haciéndola si aún no está hecha. Se guarda como JSON."""
        if name not in self.done:
            self.done[name] = task()
            with self.file.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"name": name, "found": self.done[name]}, ensure_ascii=False) + "\n")
            print(name, json.dumps(self.done[name], ensure_ascii=False)[:300], flush=True)
        return self.done[name]


def follow(run: Iterable[TrainingStep], *, log: Path, every: int = 50, measure: Callable[[int], dict] | None = None) -> None:
    """Recorre el entrenamiento y apunta, cada `every` pasos, la pérdida media y lo que dé `measure(paso)`."""
    recent, started = [], time.perf_counter()
    for step in run:
        recent.append(step.loss)
        if step.number % every == 0:
            line = {
                "step": step.number,
                "loss": round(sum(recent) / len(recent), 5),
                "tokens": step.tokens,
                "rate": round(step.learning_rate, 6),
                "seconds": round(step.seconds),
                **(measure(step.number) if measure else {}),
            }
            recent.clear()
            with log.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line) + "\n")
            print(line, f"{time.perf_counter() - started:.0f} s", flush=True)


def history(*logs: Path) -> list[dict]:
    """Lo apuntado, una entrada por paso aunque el entrenamiento se haya reanudado; si son varias rondas, con sus pasos seguidos."""
    found, done = [], 0
    for log in logs:
        written = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
        entries = {entry["step"]: entry for entry in map(json.loads, written)}
        found += [{**entries[step], "step": done + step} for step in sorted(entries)]
        done = found[-1]["step"] if found else 0
    return found


def grouped(draw: Callable[[int], list], encode: Callable[[list], Batch], *, batch: int, length: Callable = len) -> Callable[[int], Batch]:
    """Lote de cada paso, a partir de grupos de ejemplos que se ordenan por longitud para gastar menos relleno.

    `draw(g)` da los ejemplos del grupo g, siempre los mismos y siempre el mismo número, múltiplo de `batch`; `encode` los hace tensores.
    """
    per_group = len(draw(0)) // batch

    @lru_cache(maxsize=1)
    def group(number: int) -> list[Batch]:
        rows = sorted(draw(number), key=length)
        made = [encode(rows[i * batch : (i + 1) * batch]) for i in range(per_group)]
        random.Random(number).shuffle(made)
        return made

    return lambda step: group(step // per_group)[step % per_group]


def packed(draw: Callable[[int], tuple[list, list | None]], *, width: int, group: int) -> Callable[[int], Batch]:
    """Lote de cada paso, con varios textos en cada fila de `width` tokens.

    `draw(g)` da los ids de los textos del grupo g, siempre los mismos, y las etiquetas de cada uno (o None: puntúa todo lo que
    escribe el modelo).
    Las filas de un grupo se reparten, desordenadas, entre sus `group` lotes.
    """

    @lru_cache(maxsize=1)
    def batches(number: int) -> list[Batch]:
        rows, labels = draw(number)
        whole = pack(rows, width, labels=labels)
        count = len(whole["input_ids"])
        order = random.Random(number).sample(range(count), count)
        return [{name: values[order[i::group]] for name, values in whole.items()} for i in range(group)]

    return lambda step: batches(step // group)[step % group]

