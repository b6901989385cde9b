"""Una sonda: cuánto de la nota de una opinión se lee, con una recta, en los vectores del codificador."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from encoder_rows import bags, encode, inputs
from torch.nn.functional import cross_entropy

from course_utils import evaluation
from course_utils.microworld import reviews
from course_utils.models import LanguageModel


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
        states = language_model.model.bert(**inputs(rows), output_hidden_states=True).hidden_states
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
