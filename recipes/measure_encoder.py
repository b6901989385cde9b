"""Lo que se mide del codificador: huecos contra la verdad de la gramática, una sonda de opiniones y la búsqueda de paráfrasis.

python recipes/measure_encoder.py       # desde los pesos de models/encoder, con sus vecinos de muestra, sin volver a entrenar
"""

import json
import math
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import NamedTuple

import torch
from torch.nn.functional import cross_entropy, log_softmax, normalize

from course_utils import evaluation, models
from course_utils.microworld import masking, paraphrases, reviews, stories
from course_utils.models import LanguageModel
from course_utils.training import UNSCORED, Batch

SHOWN = ("perro", "rey", "madre", "rojo", "compró", "triste", "sopa", "lento", "mañana", "tres", "Lucía", "hospital")


# ---------------------------------------------------------------- textos en tokens


class Row(NamedTuple):
    """Un texto en tokens, con su principio y su fin; `words`: dónde está cada palabra o signo, [desde, hasta)."""

    ids: list[int]
    words: list[tuple[int, int]]


class Masked(NamedTuple):
    """Un texto con palabras tapadas y, en `labels`, lo que había debajo (−100 donde no se tapa nada)."""

    ids: list[int]
    labels: list[int]


def rows_of(texts: Sequence[str], tokenizer) -> list[Row]:
    """Los textos en tokens; los que no caben en la ventana se descartan."""
    encoded = tokenizer(list(texts))
    found = [Row(ids, _words(encoded.word_ids(index))) for index, ids in enumerate(encoded["input_ids"])]
    return [row for row in found if len(row.ids) <= tokenizer.model_max_length]


def _words(word_ids: list[int | None]) -> list[tuple[int, int]]:
    spans: dict[int, tuple[int, int]] = {}
    for place, word in enumerate(word_ids):
        if word is not None:
            spans[word] = (spans.get(word, (place,))[0], place + 1)
    return list(spans.values())


def hide(row: Row, places: Sequence[int], hole: int) -> Masked:
    """Tapa esas palabras de un texto: un [MASK] por token."""
    ids, labels = list(row.ids), [UNSCORED] * len(row.ids)
    for start, end in (row.words[place] for place in places):
        labels[start:end] = row.ids[start:end]
        ids[start:end] = [hole] * (end - start)
    return Masked(ids, labels)


def padded(rows: Sequence[Masked], pad: int) -> Batch:
    """Las filas en tensores (B, T), con relleno que ni se ve ni puntúa."""
    width = max(len(row.ids) for row in rows)
    fill = [width - len(row.ids) for row in rows]
    return {
        "input_ids": torch.tensor([row.ids + [pad] * more for row, more in zip(rows, fill)]),
        "labels": torch.tensor([row.labels + [UNSCORED] * more for row, more in zip(rows, fill)]),
        "attention_mask": torch.tensor([[1] * len(row.ids) + [0] * more for row, more in zip(rows, fill)]),
    }


def encode(texts: Sequence[str], tokenizer) -> Batch:
    """Los textos en tensores (B, T), con relleno."""
    return tokenizer(list(texts), padding=True, return_tensors="pt")


def pooled(hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """El vector de cada texto: la media de los de sus tokens, sin el relleno. (B, T, D) → (B, D)."""
    kept = mask[..., None].to(hidden.dtype)
    return (hidden * kept).sum(1) / kept.sum(1)


@torch.inference_mode()
def vectors(language_model: LanguageModel, texts: Sequence[str], *, batch: int = 64) -> torch.Tensor:
    """El vector de cada texto en cada capa: (capas + 1, N, D); el último es el de buscar paráfrasis."""
    order, found = sorted(range(len(texts)), key=lambda index: len(texts[index])), []
    for start in range(0, len(texts), batch):
        rows = encode([texts[index] for index in order[start : start + batch]], language_model.tokenizer)
        states = language_model.model.bert(**_inputs(rows), output_hidden_states=True).hidden_states
        found.append(torch.stack([pooled(hidden, rows["attention_mask"]) for hidden in states]))
    return torch.cat(found, dim=1)[:, torch.tensor(order).argsort()]


def _inputs(rows: Batch) -> Batch:
    return {name: rows[name] for name in ("input_ids", "attention_mask")}


# ---------------------------------------------------------------- rellenar huecos


@dataclass(frozen=True)
class Filling:
    """Palabras tapadas en textos no vistos: nats por palabra del modelo y de quien conoce la gramática, y cuántas aciertan los dos."""

    texts: int
    words: int
    loss: float
    floor: float
    gap: float
    gap_interval: tuple[float, float]
    accuracy: float
    accuracy_interval: tuple[float, float]
    best_accuracy: float


class Gap(NamedTuple):
    """Una palabra tapada: lo que paga por ella el modelo, lo que paga la verdad, si el modelo acierta y con qué probabilidad se puede."""

    loss: float
    floor: float
    right: bool
    best: float


def filling(language_model: LanguageModel, texts: Sequence[str], *, kind: str, share: float = 0.0, seed: int = 3) -> Filling:
    """Tapa al azar palabras de cada texto (una, o esa parte de ellas) y compara al modelo con la verdad, que ve lo mismo que él."""
    rng, gaps = random.Random(seed), []
    for text in texts:
        places = masking.words(text)
        chosen = sorted(rng.sample(places, max(1, round(share * len(places)))))
        gaps += compare(language_model, text, chosen, kind)
    return _summary(gaps, len(texts))


def compare(language_model: LanguageModel, text: str, places: Sequence[int], kind: str) -> list[Gap]:
    """El modelo y la verdad ante las mismas palabras tapadas de un texto. El modelo ve cuántos tokens faltan, y la verdad también."""
    row = rows_of([text], language_model.tokenizer)[0]
    spans = [row.words[place] for place in places]
    covered, written = masking.cover(text, places)
    truth = masking.posterior(covered, kind=kind, allowed=_same_length(covered, spans, language_model.tokenizer))
    scores = _scores(language_model, hide(row, places, language_model.tokenizer.mask_token_id))
    return [_gap(scores[start:end], torch.tensor(row.ids[start:end]), *rest) for (start, end), *rest in zip(spans, truth, written)]


def _gap(scores: torch.Tensor, right: torch.Tensor, truth: dict[str, float], word: str) -> Gap:
    loss = -scores.gather(1, right[:, None]).sum().item()
    return Gap(loss, -math.log(truth[word]), bool((scores.argmax(-1) == right).all()), max(truth.values()))


@torch.inference_mode()
def _scores(language_model: LanguageModel, row: Masked) -> torch.Tensor:
    return log_softmax(language_model.model(torch.tensor([row.ids])).logits[0], dim=-1)


def _same_length(covered: str, spans: Sequence[tuple[int, int]], tokenizer):
    """Para la verdad: si una palabra, en ese hueco, tendría tantos tokens como la tapada."""
    before = [part[-1:] for part in covered.split(masking.HOLE)[:-1]]

    def allowed(hole: int, word: str) -> bool:
        spaced = " " if before[hole] == " " and word not in masking.CLOSING else ""
        start, end = spans[hole]
        return len(tokenizer(spaced + word, add_special_tokens=False)["input_ids"]) == end - start

    return allowed


def _summary(gaps: list[Gap], texts: int) -> Filling:
    n = len(gaps)
    loss, floor = (sum(getattr(gap, name) for gap in gaps) / n for name in ("loss", "floor"))
    over = [gap.loss - gap.floor for gap in gaps]
    spread = 1.96 * math.sqrt(sum((value - loss + floor) ** 2 for value in over) / n / n)
    right = sum(gap.right for gap in gaps)
    return Filling(
        texts, n, loss, floor, loss - floor, (loss - floor - spread, loss - floor + spread), right / n, evaluation.interval(right, n),
        sum(gap.best for gap in gaps) / n,
    )


# ---------------------------------------------------------------- la sonda


@dataclass(frozen=True)
class Probe:
    """Una regresión logística sobre los vectores fijos de una capa, y lo mismo contando palabras; sobre opiniones no vistas.

    El vector de una opinión es el del hueco de su nota: «… Nota: [MASK] de 5.» detrás del texto. (El de la media de sus tokens sabe menos.)
    """

    layer: int
    trained: int
    tested: int
    accuracy: float
    interval: tuple[float, float]
    bag_of_words: float
    three_labels: float
    three_labels_bag_of_words: float


def probe(language_model: LanguageModel, *, n: int = 4000, tested: int = 1000) -> Probe:
    """Positiva o negativa (y con mixta, de tres). La capa se elige con una parte de las de entrenamiento, no con las de prueba."""
    rows = [reviews.sample(n, seed=11), reviews.sample(tested, seed=12, split="test")]
    labels = [torch.tensor([reviews.LABELS.index(row.label) for row in part]) for part in rows]
    texts = [[row.text for row in part] for part in rows]
    states = [rating_vectors(language_model, part) for part in texts]
    layer = max(range(len(states[0])), key=lambda index: _validation(states[0][index], labels[0]))
    learned, counted = [part[layer] for part in states], bags(*texts)
    clear = [part != 1 for part in labels]                  # sin las mixtas
    sides = [part[kept] // 2 for part, kept in zip(labels, clear)]
    two = [_accuracy([part[kept] for part, kept in zip(made, clear)], sides) for made in (learned, counted)]
    three = [_accuracy(made, labels) for made in (learned, counted)]
    count = len(sides[1])
    return Probe(layer, n, count, two[0], evaluation.interval(round(two[0] * count), count), two[1], *three)


@torch.inference_mode()
def rating_vectors(language_model: LanguageModel, texts: Sequence[str], *, batch: int = 64) -> torch.Tensor:
    """Lo que piensa de cada opinión en el hueco de la nota, en cada capa: (capas + 1, N, D)."""
    tokenizer, found = language_model.tokenizer, []
    for start in range(0, len(texts), batch):
        rows = encode([f"{text} Nota: {tokenizer.mask_token} de 5." for text in texts[start : start + batch]], tokenizer)
        states = language_model.model.bert(**_inputs(rows), output_hidden_states=True).hidden_states
        hole = rows["input_ids"] == tokenizer.mask_token_id
        found.append(torch.stack([hidden[hole] for hidden in states]))
    return torch.cat(found, dim=1)


def _validation(features: torch.Tensor, labels: torch.Tensor) -> float:
    kept = labels != 1
    some, sides = features[kept], labels[kept] // 2
    cut = len(some) * 4 // 5
    return _accuracy([some[:cut], some[cut:]], [sides[:cut], sides[cut:]])


def _accuracy(features: Sequence[torch.Tensor], labels: Sequence[torch.Tensor]) -> float:
    """Aprende una regresión logística con la primera parte y da su acierto en la segunda."""
    center, scale = features[0].mean(0), features[0].std(0) + 1e-3
    seen, unseen = ((part - center) / scale for part in features)
    classifier = logistic(seen, labels[0])
    with torch.no_grad():
        return (classifier(unseen).argmax(-1) == labels[1]).float().mean().item()


def logistic(features: torch.Tensor, labels: torch.Tensor, *, penalty: float = 1e-3, steps: int = 60) -> torch.nn.Linear:
    """Regresión logística con L2, hasta el final, con L-BFGS."""
    classifier = torch.nn.Linear(features.shape[1], int(labels.max()) + 1)
    torch.nn.init.zeros_(classifier.weight)
    torch.nn.init.zeros_(classifier.bias)
    optimizer = torch.optim.LBFGS(classifier.parameters(), max_iter=steps, line_search_fn="strong_wolfe")

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        loss = cross_entropy(classifier(features), labels) + penalty * classifier.weight.square().sum()
        loss.backward()
        return loss

    optimizer.step(closure)
    return classifier


def bags(train: Sequence[str], test: Sequence[str], *, most: int = 1500) -> list[torch.Tensor]:
    """Cuántas veces sale cada una de las palabras más frecuentes de `train`: (N, palabras)."""
    split = [[masking.ATOM.findall(text.lower()) for text in part] for part in (train, test)]
    known = {word: place for place, (word, _) in enumerate(Counter(word for text in split[0] for word in text).most_common(most))}
    tables = [torch.zeros(len(part), len(known)) for part in split]
    for table, part in zip(tables, split):
        for index, text in enumerate(part):
            for word in filter(known.__contains__, text):
                table[index, known[word]] += 1
    return tables


# ---------------------------------------------------------------- buscar paráfrasis


@dataclass(frozen=True)
class Retrieval:
    """De cuántas frases se encuentra la paráfrasis a la primera entre todas, y cuántas encontraría quien compara palabras."""

    pairs: int
    recall: float
    interval: tuple[float, float]
    by_words: float


def retrieval(language_model: LanguageModel, *, pairs: int = 500, split: str = "test", seed: int = 21) -> Retrieval:
    """Frases de significados no vistos («compositional»: parejas de moldes no vistas); más de la mitad casi dicen lo que otra."""
    texts, others = zip(*paraphrases.pool(pairs, seed=seed, split=split))
    found = _first(*(vectors(language_model, part)[-1] for part in (texts, others)))
    return Retrieval(pairs, found / pairs, evaluation.interval(found, pairs), _first(*bags(texts, others)) / pairs)


def _first(texts: torch.Tensor, others: torch.Tensor) -> int:
    scores = normalize(texts, dim=-1) @ normalize(others, dim=-1).T
    return int((scores.argmax(-1) == torch.arange(len(texts))).sum())


# ---------------------------------------------------------------- vecinos


def neighbours(language_model: LanguageModel, word: str, *, k: int = 8) -> list[tuple[str, float]]:
    """Las palabras de un solo token cuyo embedding se parece más al de `word`, con su coseno."""
    tokenizer, table = language_model.tokenizer, language_model.model.get_input_embeddings().weight.detach()
    ids = tokenizer(f" {word}", add_special_tokens=False)["input_ids"]
    if len(ids) != 1:
        raise ValueError(f"«{word}» se parte en {len(ids)} tokens y no tiene un embedding propio; prueba con otra más frecuente.")
    names = [tokenizer.decode([token]) for token in range(len(tokenizer))]
    whole = torch.tensor([name.startswith(" ") and name[1:].isalpha() and len(name) > 3 for name in names])
    whole[ids[0]] = False
    scores = (normalize(table, dim=-1) @ normalize(table[ids[0]], dim=-1)).masked_fill(~whole, -2)
    best = scores.topk(k)
    return [(names[index].strip(), value) for value, index in zip(best.values.tolist(), best.indices.tolist())]


# ---------------------------------------------------------------- todo


@dataclass(frozen=True)
class Measures:
    """Lo que se promete del codificador."""

    one_gap: Filling            # reseñas de prueba, una palabra tapada
    many_gaps: Filling          # reseñas de prueba, el 15 % de sus palabras
    stories: Filling            # principios de cuentos, una palabra tapada
    probe: Probe
    test: Retrieval
    compositional: Retrieval


def measure(language_model: LanguageModel, *, gaps: int = 150, labelled: int = 4000, pairs: int = 500) -> Measures:
    """Mide el codificador en textos que no ha visto. Con los valores de costumbre tarda un minuto."""
    opinions = [row.text for row in reviews.sample(gaps, seed=13, split="test")]
    return Measures(
        filling(language_model, opinions, kind="reviews"),
        filling(language_model, opinions[: gaps // 2], kind="reviews", share=0.15),
        filling(language_model, beginnings(2 * gaps), kind="stories"),
        probe(language_model, n=labelled, tested=max(200, labelled // 4)),
        retrieval(language_model, pairs=pairs),
        retrieval(language_model, pairs=pairs, split="compositional"),
    )


def beginnings(n: int, *, seed: int = 9_999, sentences: int = 4) -> list[str]:
    """Las primeras frases de `n` cuentos que no se han entrenado."""
    return [". ".join(text.split(". ")[:sentences]).removesuffix(".") + "." for text in stories.sample(n, seed=seed)]


def main() -> None:
    language_model = models.load("encoder")
    print(json.dumps(asdict(measure(language_model)), ensure_ascii=False, indent=1))
    for word in SHOWN:
        try:
            print(word, "→", ", ".join(f"{other} {value:.2f}" for other, value in neighbours(language_model, word)))
        except ValueError as error:
            print(error)


if __name__ == "__main__":
    main()
