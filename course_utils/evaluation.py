"""Medir un modelo: pérdida por token, perplejidad y proporciones con su intervalo."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from course_utils.models import WindowError

if TYPE_CHECKING:
    from course_utils.models import LanguageModel

UNSCORED = -100


@dataclass(frozen=True)
class Loss:
    """Pérdida media por token, en nats, y sobre cuántos tokens."""

    nats_per_token: float
    tokens: int

    @property
    def perplexity(self) -> float:
        """Entre cuántos tokens igual de probables duda el modelo, de media: e elevado a la pérdida."""
        return math.exp(self.nats_per_token)


def encode_rows(texts: Sequence[str], tokenizer) -> dict:
    """Una fila por texto: [inicio] texto [fin], y relleno que no puntúa. En los de bolsillo, el de inicio es el de fin.

    Devuelve {"input_ids": (B, T), "labels": (B, T), con −100 en el primer token y en el relleno}, enteros.
    """
    import torch

    from course_utils import tokens

    start = tokens.opening(tokenizer)
    end = start if tokenizer.eos_token_id is None else tokenizer.eos_token_id
    rows = [[start, *ids, end] for ids in tokenizer(list(texts), add_special_tokens=False)["input_ids"]]
    width = max(map(len, rows))
    inputs = [row + [end] * (width - len(row)) for row in rows]
    labels = [[UNSCORED, *row[1:]] + [UNSCORED] * (width - len(row)) for row in rows]
    return {"input_ids": torch.tensor(inputs), "labels": torch.tensor(labels)}


def loss(language_model: LanguageModel, texts: Sequence[str], *, batch: int = 32) -> Loss:
    """Pérdida media por token de unos textos enteros, contado el token de fin. Sirve igual con tokens virtuales delante.

    Lanza ValueError si no hay textos o uno no cabe.
    """
    import torch

    if not texts:
        raise ValueError("No hay ningún texto que medir: da al menos uno.")
    total, count = 0.0, 0
    for start in range(0, len(texts), batch):
        rows = encode_rows(texts[start : start + batch], language_model.tokenizer)
        _fits(rows["input_ids"].shape[1], language_model.window)
        labels = rows["labels"][:, 1:].to(language_model.device)
        with torch.inference_mode():
            logits = language_model.model(rows["input_ids"].to(language_model.device)).logits[:, -rows["input_ids"].shape[1] : -1].float()
            total += torch.nn.functional.cross_entropy(
                logits.flatten(0, 1), labels.flatten(), ignore_index=UNSCORED, reduction="sum"
            ).item()
        count += int((labels != UNSCORED).sum())
    return Loss(total / count, count)


def _fits(width: int, window: int) -> None:
    if width > window:
        raise WindowError("Un texto", width, window)


def interval(successes: int, trials: int, *, z: float = 1.96) -> tuple[float, float]:
    """Intervalo de confianza (del 95 % con z = 1,96) de una proporción, por el método de Wilson (1927)."""
    if trials < 1 or not 0 <= successes <= trials:
        raise ValueError(f"{successes} aciertos de {trials} intentos no es una proporción: debe haber al menos un intento.")
    share = successes / trials
    center = share + z * z / (2 * trials)
    spread = z * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    scale = 1 + z * z / trials
    return max(0.0, (center - spread) / scale), min(1.0, (center + spread) / scale)


@dataclass(frozen=True)
class Conditionals:
    """Un texto leído por un modelo: cada trozo (tal cual, con su espacio) y la probabilidad que le daba antes de verlo.

    Un trozo es un token, o los pocos que forman un carácter que ninguno tiene entero: entonces, el producto de sus probabilidades.
    """

    pieces: tuple[str, ...]
    probabilities: tuple[float, ...]

    @property
    def log_probability(self) -> float:
        """Logaritmo de la probabilidad del texto entero, en nats: la regla de la cadena."""
        return sum(map(math.log, self.probabilities)) if all(self.probabilities) else -math.inf


def conditionals(language_model: LanguageModel, text: str) -> Conditionals:
    """La probabilidad de cada token de `text` dados los anteriores (el primero, dado el de inicio). No cuenta el token de fin.

    Lanza ValueError si el texto está vacío o no cabe en la ventana.
    """
    import torch

    from course_utils import tokens

    ids = language_model.tokenizer(text, add_special_tokens=False)["input_ids"]
    if not ids:
        raise ValueError("El texto está vacío: escribe al menos una palabra.")
    _fits(len(ids) + 1, language_model.window)
    row = torch.tensor([[tokens.opening(language_model.tokenizer), *ids]], device=language_model.device)
    with torch.inference_mode():
        chances = language_model.model(row).logits[0, :-1].float().softmax(-1)
    found = iter(chances[range(len(ids)), ids].tolist())
    pieces = tokens.whole_pieces(language_model.tokenizer, ids)
    return Conditionals(tuple(piece.text for piece in pieces), tuple(math.prod(islice(found, len(piece.ids))) for piece in pieces))


def forgetting(matrix: Sequence[Sequence[float]]) -> list[float]:
    """Cuánto se ha olvidado de cada tarea: lo mejor que se hizo alguna vez antes menos lo que se hace al final (Chaudhry y otros, 2018).

    matrix: una fila por momento, una columna por tarea. Negativo: al final se hace mejor que nunca. Lanza ValueError si hay menos de
    dos momentos o no se midieron las mismas tareas en todos.
    """
    if len(matrix) < 2 or len({len(row) for row in matrix}) != 1:
        raise ValueError("Para hablar de olvido hacen falta al menos dos momentos, con las mismas tareas en todos.")
    return [max(column[:-1]) - column[-1] for column in zip(*matrix)]
