"""Lo que comparten los programas que miden: la orden que escribe las cifras y los intervalos redondeados."""

import argparse
import json
from collections.abc import Callable
from dataclasses import asdict

import torch

from course_utils import evaluation, models


def rounded_interval(successes: int, trials: int) -> tuple[float, float]:
    """El intervalo del 95 % de una proporción, con cuatro decimales."""
    low, high = evaluation.interval(successes, trials)
    return round(low, 4), round(high, 4)


def main(name: str, description: str, measure: Callable) -> None:
    """Mide el modelo `name`, u otro, y escribe sus cifras en JSON."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default=name, help="nombre o carpeta del modelo")
    parser.add_argument("--threads", type=int, default=2, help="hilos de cálculo")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    print(json.dumps(asdict(measure(models.load(options.model))), indent=1, ensure_ascii=False))
