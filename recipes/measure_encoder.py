"""Lo que se mide del codificador: huecos contra la verdad de la gramática, una sonda de opiniones y la búsqueda de paráfrasis.

python recipes/measure_encoder.py       # desde los pesos de models/encoder, con sus vecinos de muestra, sin volver a entrenar
"""

import json
from dataclasses import asdict, dataclass

import torch
from encoder_gaps import Filling, filling
from encoder_probe import Probe, probe
from encoder_rows import bags, vectors
from torch.nn.functional import normalize

from course_utils import evaluation, models
from course_utils.microworld import paraphrases, reviews, stories
from course_utils.models import LanguageModel

SHOWN = ("perro", "rey", "madre", "rojo", "compró", "triste", "sopa", "lento", "mañana", "tres", "Lucía", "hospital")


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
