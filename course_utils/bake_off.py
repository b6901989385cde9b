"""Ocho maneras de ajustar el mismo modelo, con los mismos pares y los mismos pasos: qué se entrena, pesa, tarda, acierta y olvida.

Los ajustes están hechos (`recipes/train_bake_off.py`) y `results()` los lee; `prepared` y `batches` son las piezas con que se hicieron.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from course_utils import adapters, evaluation, paths, tuning
from course_utils.microworld import mixture, orders, stories
from course_utils.microworld.orders import Pair
from course_utils.tuning import Score

if TYPE_CHECKING:
    from course_utils.models import LanguageModel
    from course_utils.training import Batch

RESULTS = paths.RECIPES / "bake_off.json"
PAIRS, SIZE, OLD, UNSEEN = 800, 16, 2, 7    # pares, pares de cada lote, textos de repaso de cada lote, semilla de los cuentos no vistos
REHEARSED = "completo con repaso"
METHODS: dict[str, adapters.Method] = {
    method.title: method for method in (
        adapters.Full(), adapters.LastLayers(), adapters.BitFit(), adapters.LoRA(), adapters.Bottleneck(), adapters.IA3(),
        adapters.PromptTuning(),
    )
} | {REHEARSED: adapters.Full()}  # fmt: skip


@dataclass(frozen=True)
class Exam:
    """Lo que un modelo sabe: pares del encargo que contesta bien, pérdida en cuentos no vistos (nats por token) y lo que ya sabía antes.

    `known`: «código» y «traducción», cuántos casos contesta bien.
    """

    asked: Score
    stories: float
    known: dict[str, Score]


@dataclass(frozen=True)
class Memory:
    """Los bytes que ocupa ajustar, contados en el reparto de memoria de PyTorch, sin lo que ocupan Python y las bibliotecas.

    `weights`: los pesos, se entrenen o no; `gradients`: los gradientes; `state`: lo que recuerda el optimizador; `activations`: lo que se
    guarda al leer el lote hasta volver hacia atrás. `peak`: el momento en que más hay a la vez, que no es la suma: cuando aparecen los
    gradientes ya se van soltando las activaciones.
    """

    weights: int
    gradients: int
    state: int
    activations: int
    peak: int


@dataclass(frozen=True)
class Run:
    """Una manera de ajustar y lo que salió, un examen por semilla.

    `trained`: números que se entrenan; `saved`: bytes del archivo que hay que guardar; `seconds`: los de procesador de un paso, de media;
    `ratio`: los suyos entre los del ajuste completo, medidos por turnos; `restored`: si al quitar lo añadido vuelve el modelo de partida,
    bit a bit, y con él todo lo que sabía; `curve`: la pérdida de cada diez pasos de la primera semilla; `sweep`: por cada tasa probada,
    qué parte de los pares de validación acierta.
    """

    name: str
    learning_rate: float
    trained: int
    saved: int
    memory: Memory
    seconds: float
    ratio: float
    restored: bool
    exams: tuple[Exam, ...]
    curve: tuple[float, ...]
    sweep: dict[float, float]

    @property
    def asked(self) -> Score:
        """Los pares del encargo que acierta, media de las semillas (redondeada): son los mismos pares cada vez, así que no cuentan más."""
        return _mean([exam.asked for exam in self.exams])

    @property
    def stories(self) -> float:
        """La pérdida en cuentos no vistos, media de las semillas."""
        return sum(exam.stories for exam in self.exams) / len(self.exams)

    def known(self, kind: str) -> Score:
        """Lo que aún acierta de lo que ya sabía («código» o «traducción»), media de las semillas."""
        return _mean([exam.known[kind] for exam in self.exams])


@dataclass(frozen=True)
class Results:
    """La comparación de un encargo: cuántos pasos, lo que el modelo sabía antes y una manera de ajustar tras otra."""

    order: str
    steps: int
    before: Exam
    runs: tuple[Run, ...]

    def __getitem__(self, name: str) -> Run:
        found = {run.name: run for run in self.runs}
        if name not in found:
            raise KeyError(f"No se ha comparado ninguna manera «{name}»; las que hay son {', '.join(found)}.")
        return found[name]


def results(order: str = "futuro") -> Results:
    """Los resultados guardados de `recipes/train_bake_off.py` para un encargo. Lanza ValueError si no lo hay."""
    read = json.loads(RESULTS.read_text(encoding="utf-8"))
    if order not in read:
        raise ValueError(f"No hay comparación del encargo «{order}»: la hay de {', '.join(read)}.")
    found = read[order]
    return Results(order, found["steps"], _exam(found["before"]), tuple(_run(entry) for entry in found["runs"]))


def _run(entry: dict) -> Run:
    made = {
        "memory": Memory(**entry["memory"]), "exams": tuple(map(_exam, entry["exams"])), "curve": tuple(entry["curve"]),
        "sweep": {float(rate): share for rate, share in entry["sweep"].items()},
    }  # fmt: skip
    return Run(**entry | made)


def _exam(entry: dict) -> Exam:
    return Exam(Score(**entry["asked"]), entry["stories"], {kind: Score(**score) for kind, score in entry["known"].items()})


def _mean(scores: Sequence[Score]) -> Score:
    return Score(round(sum(score.right for score in scores) / len(scores)), scores[0].asked)


def prepared(name: str, language_model: LanguageModel, *, seed: int = 0) -> tuple[LanguageModel, adapters.Attached]:
    """Una copia del modelo lista para ajustarse de una de las maneras de `METHODS`."""
    if name not in METHODS:
        raise ValueError(f"No hay ninguna manera de ajustar «{name}»: elige entre {', '.join(METHODS)}.")
    copy = tuning.copied(language_model)
    return copy, adapters.attach(copy.model, METHODS[name], seed=seed)


def batches(name: str, pairs: Sequence[Pair], tokenizer, *, seed: int = 0) -> Callable[[int], Batch]:
    """El lote de cada paso: `SIZE` pares y, si hay repaso, `OLD` textos de la mezcla con la que aprendió el decodificador."""
    if name != REHEARSED:
        return tuning.batches(pairs, tokenizer, size=SIZE, seed=seed)
    new = tuning.laps(pairs, tokenizer, size=SIZE, seed=seed)
    old = [tuning.encode(Pair("", text, plain=True), tokenizer) for text in mixture.documents(400, seed=seed)]
    return lambda step: tuning.collate(new(step) + [old[(step * OLD + i) % len(old)] for i in range(OLD)])


def examined(language_model: LanguageModel, order: str, *, asked: int = 300, read: int = 60, known: int = 150) -> Exam:
    """Examina un modelo: `asked` pares de prueba, `read` cuentos no vistos y `known` casos de cada cosa que ya sabía."""
    network, tokenizer = language_model
    right = tuning.score(network, tokenizer, orders.pairs(order, asked, split="test"))
    lost = evaluation.loss(language_model, stories.sample(read, seed=UNSEEN)).nats_per_token
    return Exam(right, lost, tuning.scores(network, tokenizer, {kind: orders.known(kind, known) for kind in orders.KNOWN}))
