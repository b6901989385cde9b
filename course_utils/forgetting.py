"""Qué olvida un modelo al aprender encargos uno tras otro, y si repasar lo anterior lo remedia.

Las tandas enteras están hechas (`recipes/train_forgetting.py`) y `results()` las lee; con las demás piezas se repite una, en vivo.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from course_utils import evaluation, paths, tuning
from course_utils.microworld import mixture, orders, stories
from course_utils.microworld.orders import Pair

if TYPE_CHECKING:
    from course_utils.models import LanguageModel
    from course_utils.training import Batch

RESULTS = paths.RECIPES / "forgetting.json"
SEQUENCE = ("futuro", "negación", "inglés")
EXAM_SEED, OLD_SEED = 7, 11


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
    """Una manera de aprender los encargos de `SEQUENCE`: sus medidas, antes y tras cada etapa. `share`: qué parte de los pasos repasa."""

    name: str
    share: float
    rows: tuple[Row, ...]

    @property
    def matrix(self) -> list[list[float]]:
        """Filas, los momentos; columnas, las tareas."""
        return [row.shares for row in self.rows]

    @property
    def forgotten(self) -> dict[str, float]:
        """Lo que se ha olvidado de cada tarea al final, menos de la última, que acaba de aprenderse."""
        return dict(list(zip(self.rows[0].right, evaluation.forgetting(self.matrix)))[:-1])


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
    """`n` ejemplos de lo de antes: textos como los del preentrenamiento y, si ya se han aprendido encargos (`before`), la mitad de ellos."""
    half = n // 2 if before else 0
    texts = [Pair("", text, plain=True) for text in mixture.documents(n - half, seed=seed)]
    asked = orders.mixed(list(before), half, seed=1) if half else []
    found = texts + asked
    random.Random(seed).shuffle(found)
    return found


def interleaved(new: Callable[[int], Batch], old: Callable[[int], Batch], every: int) -> Callable[[int], Batch]:
    """Los lotes nuevos, y uno de repaso cada `every` pasos."""
    return lambda step: old(step // every) if step % every == every - 1 else new(step - step // every)


def results() -> dict[str, Run]:
    """Las tandas guardadas, por su nombre: las de `recipes/train_forgetting.py`."""
    read = json.loads(RESULTS.read_text(encoding="utf-8"))
    found = [Run(one["name"], one["share"], tuple(Row(**row) for row in one["rows"])) for one in read["runs"]]
    return {run.name: run for run in found}


def written(runs: Sequence[Run]) -> str:
    """Las tandas como se guardan."""
    return json.dumps({"runs": [asdict(run) for run in runs]}, ensure_ascii=False, indent=1)
