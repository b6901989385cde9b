"""Los textos del codificador y los lotes de sus tres rondas; cada lote depende solo del número del paso."""

import random
from collections.abc import Callable

import running
import torch
from encoder_rows import Masked, Row, encode, hide, padded, rows_of

from course_utils import training
from course_utils.microworld import facts, notes, paraphrases, reviews, stories, translation

SEED, GROUP, BATCH, PAIRS, PASSAGE = 40, 8, 64, 16, 45
FORWARD = 0.20                              # la primera parte de los pasos de la primera ronda solo predice la palabra siguiente
RATES = (0.05, 0.60)                        # qué parte de las palabras de un texto se tapan: entre tanto y tanto, y al menos una
LOW_RATES = (0.03, 0.45)                    # y en la tercera ronda
RATED, ASKED = 0.6, 0.5                     # cuántas opiniones llevan su nota, y en cuántas de ellas se tapa seguro
NEW, ALSO, MORE = 0.6, 0.5, 8               # segunda ronda: cuántos textos son opiniones nuevas, en cuántas se tapa algo más, y cuánto


# ---------------------------------------------------------------- los textos


def with_rating(row: reviews.Review) -> str:
    """La opinión y, detrás, su nota."""
    return f"{row.text} Nota: {row.stars} de 5."


def _reviews(n: int, seed: int) -> list[str]:
    rng = random.Random(seed)
    return [with_rating(row) if rng.random() < RATED else row.text for row in reviews.sample(n, seed=seed)]


def _stories(n: int, seed: int) -> list[str]:
    return [part for text in stories.sample(n // 3, seed=seed) for part in passages(text)][:n]


def _notes(n: int, seed: int) -> list[str]:
    rng = random.Random(seed)
    return [part for _ in range(n) for part in passages(notes.sample(rng).text)][:n]


def _paraphrases(n: int, seed: int) -> list[str]:
    return [text for row in paraphrases.sample(-(-n // 2), seed=seed) for text in (row.text, row.paraphrase)][:n]


# De cada cien textos, cuántos son de cada clase, y cómo se hacen.
SHARES: dict[str, tuple[int, Callable[[int, int], list[str]]]] = {
    "opiniones": (48, _reviews),
    "trozos de cuentos": (27, _stories),
    "datos": (8, lambda n, seed: [row.text for row in facts.sample(n, seed=seed)]),
    "frases del traductor": (7, lambda n, seed: [row.es for row in translation.sample(n, seed=seed)]),
    "notas": (5, _notes),
    "frases con paráfrasis": (5, _paraphrases),
}


def passages(text: str, most: int = PASSAGE) -> list[str]:
    """El texto, partido en trozos de frases enteras de unas `most` palabras como mucho (más solo si lo es una frase)."""
    parts: list[str] = []
    for sentence in text.replace(". ", ".\n").replace("\n\n", "\n").split("\n"):
        together = f"{parts[-1]} {sentence}" if parts else sentence
        if parts and len(together.split()) <= most:
            parts[-1] = together
        else:
            parts.append(sentence)
    return [part for part in parts if part.strip()]


def documents(n: int, *, seed: int) -> list[str]:
    """Unos `n` textos de la mezcla, desordenados y siempre los mismos para una semilla."""
    texts = [text for portion, draw in SHARES.values() for text in draw(n * portion // 100, seed)]
    random.Random(seed).shuffle(texts)
    return texts


# ---------------------------------------------------------------- los lotes


def cover(row: Row, rng: random.Random, hole: int, rating: list[int], rates: tuple[float, float] = RATES) -> Masked:
    """Tapa al azar palabras enteras de un texto; si acaba en una nota (`rating`: los ids de « de 5.»), también la nota, la mitad de las
    veces."""
    count = max(1, round(rng.uniform(*rates) * len(row.words)))
    places = set(rng.sample(range(len(row.words)), count))
    if row.ids[-1 - len(rating) : -1] == rating and rng.random() < ASKED:
        places.add(len(row.words) - 1 - len(rating))
    return hide(row, sorted(places), hole)


def batches(rows: list[Row], tokenizer, steps: int) -> Callable[[int], training.Batch]:
    """Lote de cada paso de la primera ronda: textos y, en los pares, parejas de frases que dicen lo mismo.

    Los textos se repiten; lo que se tapa, no. Al principio los textos van enteros y se predice el token siguiente, del que todos los tokens
    enseñan algo; después, palabras tapadas.
    """
    per_round, forward, rating = len(rows) // (GROUP * BATCH), forward_steps(steps) // GROUP, rating_end(tokenizer)

    def draw(number: int) -> list[Masked]:
        rng, lap = random.Random(1_000_000 * SEED + number), number // per_round
        order = random.Random(f"{SEED}-{lap}").sample(range(len(rows)), len(rows))
        start = number % per_round * GROUP * BATCH
        some = [rows[index] for index in order[start : start + GROUP * BATCH]]
        return [following(row) if number < forward else cover(row, rng, tokenizer.mask_token_id, rating) for row in some]

    return _paired(draw, tokenizer, seed=1_000_000 * SEED)


def rating_batches(rows: list[Row], tokenizer) -> Callable[[int], training.Batch]:
    """Lote de cada paso de la segunda ronda: opiniones siempre nuevas con la nota tapada y, con ellas, textos como los de la primera."""
    rating, hole = rating_end(tokenizer), tokenizer.mask_token_id

    def draw(number: int) -> list[Masked]:
        rng = random.Random(f"enc9 {number}")
        fresh = reviews.sample(round(NEW * GROUP * BATCH), seed=5_000_000 + number)
        found = [cover_rating(row, rng, hole, rating) for row in rows_of([with_rating(row) for row in fresh], tokenizer)]
        return found + [cover(row, rng, hole, rating) for row in rng.sample(rows, GROUP * BATCH - len(found))]

    return _paired(draw, tokenizer, seed=900_000_000)


def fresh_batches(tokenizer) -> Callable[[int], training.Batch]:
    """Lote de cada paso de la tercera ronda, todo nuevo: la mitad, opiniones con la nota tapada; un tercio, cuentos; y la mezcla."""
    rating, hole = rating_end(tokenizer), tokenizer.mask_token_id

    def draw(number: int) -> list[Masked]:
        rng = random.Random(f"enc13 {number}")
        fresh = reviews.sample(GROUP * BATCH // 2, seed=6_000_000 + number)
        found = [cover_rating(row, rng, hole, rating) for row in rows_of([with_rating(row) for row in fresh], tokenizer)]
        left = GROUP * BATCH - len(found)
        tales = _stories(2 * left // 3 + 3, seed=7_000_000 + number)[: 2 * left // 3]
        rows = rows_of(tales + documents(left, seed=8_000_000 + number), tokenizer)
        return found + [cover(row, rng, hole, rating, LOW_RATES) for row in rows[:left]]

    return _paired(draw, tokenizer, seed=1_900_000_000)


def cover_rating(row: Row, rng: random.Random, hole: int, rating: list[int]) -> Masked:
    """Tapa el número de la nota de una opinión y, la mitad de las veces, además, una palabra de cada `MORE`."""
    places = {len(row.words) - 1 - len(rating)}
    if rng.random() < ALSO:
        places |= set(rng.sample(range(len(row.words)), max(1, len(row.words) // MORE)))
    return hide(row, sorted(places), hole)


def _paired(draw: Callable[[int], list[Masked]], tokenizer, *, seed: int) -> Callable[[int], training.Batch]:
    """Los textos de `draw` en tensores y, en los pasos pares, parejas de frases."""

    def encoded(found: list[Masked]) -> training.Batch:
        batch = padded(found, tokenizer.pad_token_id)
        seen = batch["input_ids"]
        blind = not (seen == tokenizer.mask_token_id).any()
        return {**batch, "attention_mask": backwards(seen.shape)} if blind else batch

    texts = running.grouped(draw, encoded, batch=BATCH, length=lambda row: len(row.ids))
    return lambda step: {**texts(step), **(pairs(seed + step, tokenizer) if step % 2 == 0 else {})}


def rating_end(tokenizer) -> list[int]:
    """Los tokens con que acaba una nota, detrás de su número; cada uno es una palabra."""
    return tokenizer(" de 5.", add_special_tokens=False)["input_ids"]


def forward_steps(steps: int) -> int:
    """En cuántos pasos, los primeros, se predice el token siguiente: un número entero de grupos de lotes."""
    return round(FORWARD * steps) // GROUP * GROUP


def following(row: Row) -> Masked:
    """Un texto entero; en cada token se puntúa el siguiente."""
    return Masked(row.ids, [*row.ids[1:], training.UNSCORED])


def backwards(shape: torch.Size) -> torch.Tensor:
    """La máscara de atención (B, 1, T, T) con la que cada token solo ve los de antes."""
    return torch.ones(shape[1], shape[1], dtype=torch.bool).tril().expand(shape[0], 1, -1, -1)


def pairs(seed: int, tokenizer) -> training.Batch:
    """`PAIRS` frases y, detrás, sus paráfrasis; más de la mitad de las parejas se parecen a otra y no dicen lo mismo."""
    found = paraphrases.pool(PAIRS, seed=seed)
    both = encode([text for text, _ in found] + [other for _, other in found], tokenizer)
    return {"pair_ids": both["input_ids"], "pair_mask": both["attention_mask"]}
