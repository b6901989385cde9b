"""Receta de las tandas del capítulo 11: tres encargos aprendidos de varias maneras, con lo que se olvida, y cuántos pares hacen falta.

python recipes/train_forgetting.py                # un cuarto de hora en un núcleo: rehace recipes/forgetting.json (se reanuda)
python recipes/train_forgetting.py --quick        # un minuto: solo para ver que todo el camino funciona
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass

import running

from course_utils import adapters, forgetting, models, paths, training, tuning
from course_utils.forgetting import SEQUENCE, Exam
from course_utils.microworld import orders

STEPS, PAIRS, ASKED, OLD = 120, 800, 100, 240
GENTLE = 4e-4
COUNTS = (25, 100, 400, 800)


@dataclass(frozen=True)
class Plan:
    """Una tanda: su nombre, cuántos ejemplos repasa por lote, con qué tasa (None: la suya), qué encargos y si van todos mezclados."""

    name: str
    each: int = 0
    rate: float | None = None
    orders: tuple[str, ...] = SEQUENCE
    together: bool = False


PLANS = (
    Plan("en secuencia"), Plan("con repaso", each=2), Plan("tasa menor", rate=GENTLE),
    Plan("tasa menor, con repaso", each=2, rate=GENTLE), Plan("multitarea", together=True),
    Plan("solo inglés", orders=("inglés",)),
)  # fmt: skip


def learned(plan: Plan, base: models.LanguageModel, exam: Exam, steps: int, pairs: int) -> forgetting.Run:
    """Aprende los encargos como dice el plan y mide antes y tras cada etapa."""
    copy = tuning.copied(base)
    attached = adapters.attach(copy.model, adapters.Full())
    rows, before = [forgetting.measure(copy, exam, after="antes")], []
    for order in (None,) if plan.together else plan.orders:
        new = orders.mixed(list(SEQUENCE), len(SEQUENCE) * pairs, seed=1) if order is None else orders.pairs(order, pairs, seed=1)
        long = steps * len(SEQUENCE) if order is None else steps
        batch_for = forgetting.batches(new, copy.tokenizer, old=forgetting.old_examples(OLD, before), each=plan.each)
        list(training.train(attached.model, batch_for, tuning.recipe(attached.method, long, learning_rate=plan.rate)))
        rows.append(forgetting.measure(copy, exam, after=order or plan.name))
        before = [*before, order]
        print(plan.name, rows[-1], flush=True)
    return forgetting.Run(plan.name, plan.each, tuple(rows))


def counted(n: int, base: models.LanguageModel, steps: int) -> dict:
    """Ajusta en el primer encargo con `n` pares; cada diez pasos mide la pérdida en otros, de validación, y al final, los aciertos."""
    copy, order = tuning.copied(base), SEQUENCE[0]
    adapters.attach(copy.model, adapters.Full())
    validation, test = orders.pairs(order, 100, seed=5), orders.pairs(order, ASKED, seed=forgetting.EXAM_SEED, split="test")
    trained = orders.pairs(order, n, seed=1)
    asked = [pair for pair in validation if pair not in set(trained)]
    held, losses, points = tuning.collate([tuning.encode(pair, copy.tokenizer) for pair in asked]), [], []
    for step in training.train(copy.model, tuning.batches(trained, copy.tokenizer), tuning.recipe(adapters.Full(), steps)):
        losses.append(round(step.loss, 4))
        if step.number % 10 == 0 or step.number == 1:
            points.append([step.number, round(held_out(copy.model, held), 4)])
    right = {"train": tuning.score(copy.model, copy.tokenizer, trained[:ASKED]), "test": tuning.score(copy.model, copy.tokenizer, test)}
    return {"pairs": n, "loss": losses, "validation": points} | {name: [score.right, score.asked] for name, score in right.items()}


def held_out(model, batch: training.Batch) -> float:
    """La pérdida media por token puntuado de unos pares que no se entrenan."""
    import torch

    model.eval()
    with torch.inference_mode():
        found = model(**batch).loss.item()
    model.train()
    return found


def jobs(quick: bool, base: models.LanguageModel, steps: int) -> Iterator[tuple[str, Callable[[], dict]]]:
    """Lo que hay que hacer, en orden: (nombre, función que lo hace)."""
    exam = forgetting.exam(5 if quick else ASKED)
    tuned = [(plan.name, lambda plan=plan: asdict(learned(plan, base, exam, steps, 40 if quick else PAIRS))) for plan in PLANS]
    sizes = [(f"{n} pares", lambda n=n: counted(n, base, steps)) for n in COUNTS]
    yield from [*tuned[:2], sizes[0]] if quick else [*tuned, *sizes]


def main() -> None:
    asked = running.plan("forgetting", __doc__, steps=STEPS, quick_steps=4)
    journal = running.Journal(asked.log)
    done = [journal.once(name, job) for name, job in jobs(asked.quick, models.load("decoder"), asked.steps)]
    found = {"runs": [one for one in done if "rows" in one], "counts": [one for one in done if "pairs" in one]}
    output = asked.work / "forgetting.json" if asked.quick else forgetting.RESULTS
    paths.write_whole(output, json.dumps(found, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
