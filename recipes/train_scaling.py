"""Receta de las medidas del capítulo 3: n-gramas, una GRU y transformers de cuatro tamaños, con más y menos cuentos.

python recipes/train_scaling.py                 # una hora larga en un núcleo: rehace recipes/scaling.json (se reanuda si se interrumpe)
python recipes/train_scaling.py --quick         # un minuto: solo para ver que todo el camino funciona
"""

import json
import time
from collections.abc import Iterator
from dataclasses import asdict

import running
import torch
from attention import use_plain_attention
from measure_decoder import forced_copies

from course_utils import models, ngrams, paths, scaling
from course_utils.microworld import stories
from course_utils.scaling import GRU, Point, Run

STEPS = 1000
AT = (25, 50, 100, 150, 200, 300, 400, 500, 600, 700, 800, 900)
DATA = (250, 1000, 4000)
UNSEEN_SEED, SEED, KEPT = 7, 3, 6


class Exam:
    """Con qué se mide: cuentos no vistos, sus ids y los lugares en los que solo cabe repetir a un personaje."""

    def __init__(self, tokenizer, n: int) -> None:
        self.tokenizer, self.texts = tokenizer, stories.sample(n, seed=UNSEEN_SEED)
        self.rows = scaling.encode(self.texts, tokenizer)
        self.tokens = sum(len(row) - 1 for row in self.rows)
        self.floor = -sum(map(stories.log_probability, self.texts)) / self.tokens

    def copies(self, favourites) -> float:
        """`favourites(fila, i)`: el token que el modelo prefiere tras los i primeros de una fila."""
        right = total = 0
        for text, row in zip(self.texts[:60], self.rows[:60], strict=True):
            offsets = self.tokenizer(text, return_offsets_mapping=True)["offset_mapping"]
            starts = {a + (text[a] == " "): index for index, (a, _) in enumerate(offsets)}
            found = [starts[position] + 1 for position in forced_copies(text)]
            right += sum(favourites(row, i) == row[i] for i in found)
            total += len(found)
        return round(right / total, 4)

    def clean(self, written: list[list[int]]) -> tuple[float, int, list[str]]:
        texts = [self.tokenizer.decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False) for ids in written]
        good = sum(stories.log_probability(text) > float("-inf") for text in texts)
        return round(good / len(texts), 4), len(texts), texts[:KEPT]


def counted(order: int, read: int, exam: Exam, sampled: int) -> Run:
    """Cuenta n-gramas en `read` cuentos."""
    started, end = time.process_time(), exam.tokenizer.eos_token_id
    rows = scaling.encode(stories.sample(read, seed=1_000_000 * SEED), exam.tokenizer)
    model = ngrams.count(rows, order, len(exam.tokenizer))
    seconds, loss = time.process_time() - started, model.loss(exam.rows).nats_per_token
    curve = (Point(1, sum(len(row) - 1 for row in rows), round(seconds, 1), round(loss, 4)),)
    copies = exam.copies(lambda row, i: model.favourite(row[:i]))
    clean = exam.clean([model.write([end], end, seed=seed) for seed in range(sampled)])
    return Run(f"{order}-gramas, {read}", "n-gramas", model.parameters, read, curve, copies, *clean[:2], tuple(clean[2]))


def trained(name: str, read: int | None, exam: Exam, steps: int, sampled: int) -> Run:
    """Entrena una red, con cuentos siempre nuevos o con `read`."""
    model = scaling.build(name, exam.tokenizer, seed=SEED)
    if name != GRU:
        use_plain_attention(model)
    curve, started = [], time.process_time()
    batches = scaling.batches(exam.tokenizer, stories_read=read, seed=SEED)
    for point in scaling.learn(model, batches, exam.rows, steps=steps, at=(*AT, steps), half=name != GRU):
        curve.append(Point(point.step, point.tokens, round(time.process_time() - started, 1), point.loss))
        print(name, read, curve[-1], flush=True)
    model.eval()
    clean = exam.clean(written(model, exam.tokenizer, sampled))
    family, label = ("GRU", GRU) if name == GRU else ("transformer", name)
    parameters = sum(p.numel() for p in model.parameters())
    distinct = read or -(-steps // scaling.GROUP) * scaling.GROUP * scaling.READ
    label = label if read is None else f"{label}, {read}"
    return Run(label, family, parameters, distinct, tuple(curve), exam.copies(favourites(model)), *clean[:2], tuple(clean[2]))


def favourites(model):
    """El favorito de una red en cada lugar; cada fila se lee una vez."""
    read = {}

    def favourite(row: list[int], i: int) -> int:
        if tuple(row) not in read:
            with torch.inference_mode():
                read[tuple(row)] = model(torch.tensor([row])).logits[0].argmax(-1).tolist()
        return read[tuple(row)][i - 1]

    return favourite


def written(model, tokenizer, sampled: int) -> list[list[int]]:
    """Cuentos de una red a temperatura 1."""
    end = tokenizer.eos_token_id
    start = torch.full((sampled, 1), end)
    if not hasattr(model, "generate"):
        return model.write(start, end, seed=SEED)
    torch.manual_seed(SEED)
    model.set_attn_implementation("sdpa")
    made = model.generate(
        start, attention_mask=torch.ones_like(start), do_sample=True, temperature=1.0, top_k=0, top_p=1.0, use_cache=True,
        max_length=scaling.WINDOW, pad_token_id=end,
    )  # fmt: skip
    return [row[1:] for row in made.tolist()]


def plan(exam: Exam, quick: bool) -> Iterator[tuple[str, object]]:
    """Los entrenamientos, del más corto al más largo: (nombre, función que lo hace)."""
    steps, sampled = (4, 4) if quick else (STEPS, 200)
    nets = [("XS", None), (GRU, None)] if quick else [
        *((name, None) for name in ("XS", "S", "M", GRU, "L")), *(("M", read) for read in DATA)
    ]  # fmt: skip
    for name, read in nets:
        yield (name if read is None else f"{name}, {read}"), lambda name=name, read=read: trained(name, read, exam, steps, sampled)
    counts = [(2, 100)] if quick else [(order, read) for order in (1, 2, 3, 4, 5) for read in (*DATA, 16000)]
    for order, read in counts:
        yield f"{order}-gramas, {read}", lambda order=order, read=read: counted(order, read, exam, sampled)


def main() -> None:
    asked = running.plan("scaling", __doc__, steps=STEPS, quick_steps=4)
    tokenizer = models.load("decoder").tokenizer
    exam = Exam(tokenizer, 20 if asked.quick else 300)
    journal = running.Journal(asked.log)
    done = [journal.once(name, lambda name=name, run=run: asdict(run()) | {"name": name}) for name, run in plan(exam, asked.quick)]
    output = asked.work / "scaling.json" if asked.quick else scaling.RESULTS
    entries = [entry | {"curve": [list(point.values()) for point in entry["curve"]]} for entry in done]
    paths.write_whole(output, json.dumps({"floor": round(exam.floor, 4), "runs": entries}, ensure_ascii=False, indent=1))
    print(output)


if __name__ == "__main__":
    main()
