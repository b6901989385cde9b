"""Qué olvida un modelo al aprender encargos uno tras otro, y si repasar lo anterior lo remedia.

Las tandas enteras están hechas (`recipes/train_forgetting.py`) y `results()` las lee; con las demás piezas se repite una, en vivo.
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from course_utils import evaluation, paths, training, tuning
from course_utils.microworld import mixture, orders, stories
from course_utils.microworld.orders import Pair
from course_utils.tuning import Score

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

    from course_utils.models import LanguageModel
    from course_utils.training import Batch

RESULTS = paths.RECIPES / "forgetting.json"
SEQUENCE = ("futuro", "negación", "inglés")
EXAM_SEED, OLD_SEED = 7, 11
SIZE, WIDTH = 16, 256     # pares nuevos de cada lote, y tokens de cada fila


@dataclass(frozen=True)
class Exam:
    """Con qué se mide siempre: los casos de cada tarea y unos cuentos que nadie ha leído."""

    tasks: dict[str, list[Pair]]
    stories: list[str]


@dataclass(frozen=True)
class Row:
    """Lo que sabe un modelo en un momento: aciertos por tarea, de cuántos casos, y su perplejidad en los cuentos."""

    after: str
    right: dict[str, int]
    asked: int
    perplexity: float

    @property
    def shares(self) -> list[float]:
        """La parte que acierta de cada tarea, en su orden."""
        return [count / self.asked for count in self.right.values()]


@dataclass(frozen=True)
class Run:
    """Una manera de aprender los encargos de `SEQUENCE`: sus medidas, antes y tras cada etapa. `each`: cuántos repasa por lote."""

    name: str
    each: int
    rows: tuple[Row, ...]

    @property
    def matrix(self) -> list[list[float]]:
        """Filas, los momentos; columnas, las tareas."""
        return [row.shares for row in self.rows]

    @property
    def forgotten(self) -> dict[str, float]:
        """Lo que se ha olvidado de cada tarea al final, menos de la última, que acaba de aprenderse."""
        return dict(list(zip(self.rows[0].right, evaluation.forgetting(self.matrix)))[:-1])


@dataclass(frozen=True)
class Sized:
    """Un ajuste en el primer encargo con `pairs` pares: la pérdida de cada paso, la de validación en algunos, y lo que acierta.

    `train`: de los pares con los que se entrena; `test`: de los de la prueba.
    """

    pairs: int
    loss: tuple[float, ...]
    validation: dict[int, float]
    train: Score
    test: Score


def exam(n: int = 100, *, orders_asked: Sequence[str] = SEQUENCE) -> Exam:
    """`n` casos de lo que el decodificador ya sabe y de cada encargo, ninguno visto al ajustar, y cuarenta cuentos."""
    known = {kind: orders.known(kind, n, seed=EXAM_SEED) for kind in orders.KNOWN}
    asked = {order: orders.pairs(order, n, seed=EXAM_SEED, split="test") for order in orders_asked}
    return Exam(known | asked, stories.sample(40, seed=EXAM_SEED))


def measure(language_model: LanguageModel, asked: Exam, *, after: str = "") -> Row:
    """Lo que sabe ahora mismo: una fila de la matriz del olvido."""
    found = tuning.scores(language_model.model, language_model.tokenizer, asked.tasks)
    right = {task: score.right for task, score in found.items()}
    return Row(after, right, next(iter(found.values())).asked, evaluation.loss(language_model, asked.stories).perplexity)


def old_examples(n: int, before: Sequence[str] = (), *, seed: int = OLD_SEED) -> list[Pair]:
    """`n` ejemplos de lo de antes, desordenados: textos como los del preentrenamiento, los mismos de cada clase, y, si ya se han aprendido
    encargos (`before`), la mitad de ellos.
    """
    half = n // 2 if before else 0
    each = -(-(n - half) // len(mixture.SHARES))
    texts = [text for _, draw in mixture.SHARES.values() for text in draw(each, seed)]
    found = [Pair("", text, plain=True) for text in texts] + (orders.mixed(list(before), half, seed=1) if half else [])
    random.Random(seed).shuffle(found)
    return found[:n]


def batches(new: Sequence[Pair], tokenizer: PreTrainedTokenizerFast, *, old: Sequence[Pair] = (), each: int = 0,
            seed: int = 0) -> Callable[[int], Batch]:  # fmt: skip
    """El lote de cada paso: `SIZE` pares nuevos y `each` de repaso, varios en cada fila para no gastar cálculo en relleno.

    Si hay más procesos que filas, cada par va en la suya, para que a todos les toque algo.
    """
    processes = int(os.environ.get("WORLD_SIZE", "1"))
    fresh = tuning.laps(new, tokenizer, size=SIZE, seed=seed)
    review = tuning.laps(old, tokenizer, size=each, seed=seed) if each else lambda step: []

    def batch_for(step: int) -> Batch:
        rows = fresh(step) + review(step)
        packed = training.pack([ids for ids, _ in rows], WIDTH, labels=[labels for _, labels in rows])
        return packed if len(packed["labels"]) >= processes else tuning.collate(rows)

    return batch_for


def results() -> dict[str, Run]:
    """Las tandas guardadas, por su nombre: las de `recipes/train_forgetting.py`. «solo inglés» aprende solo ese encargo, sin nada antes."""
    read = json.loads(RESULTS.read_text(encoding="utf-8"))
    found = [Run(one["name"], one["each"], tuple(Row(**row) for row in one["rows"])) for one in read["runs"]]
    return {run.name: run for run in found}


def sizes() -> list[Sized]:
    """Los ajustes guardados con más y con menos pares, de menos a más."""
    read = json.loads(RESULTS.read_text(encoding="utf-8"))["counts"]
    return [Sized(one["pairs"], tuple(one["loss"]), dict(one["validation"]), Score(*one["train"]), Score(*one["test"])) for one in read]
