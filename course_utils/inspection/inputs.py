"""Lo que una red lee: de un texto (o unos ids) a los ids de cada lado, con sus etiquetas."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from course_utils import tokens
from course_utils.inspection.untouched import untouched
from course_utils.models import WindowError

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

    from course_utils.models import LanguageModel

LONGEST = 64  # tokens que se dejan escribir a la red si no se da `target`
Text = str | Sequence[int]
Encode = Callable[["PreTrainedTokenizerFast", str], list[int]]


@dataclass(frozen=True)
class Inputs:
    """Los ids que entran en la red y cómo se llama cada uno.

    ids, labels: lo que lee la red o, si es un codificador-decodificador, su codificador. target_ids, target_labels: lo que lee
    el decodificador, con su token de inicio (None si no lo hay). next_labels: lo que se escribe tras leer cada token de
    `target_ids`, que acaba en «(fin)».
    """

    ids: tuple[int, ...]
    labels: tuple[str, ...]
    target_ids: tuple[int, ...] | None = None
    target_labels: tuple[str, ...] | None = None
    next_labels: tuple[str, ...] | None = None

    @property
    def decoded(self) -> tuple[tuple[int, ...], tuple[str, ...]]:
        """Los ids y las etiquetas del lado que da los logits: el decodificador, si lo hay."""
        return (self.ids, self.labels) if self.target_ids is None else (self.target_ids, self.target_labels)

    def arguments(self, device: torch.device) -> dict[str, torch.Tensor]:
        """Lo mismo como tensores (1, T): los argumentos de la red."""
        ids = torch.tensor([self.ids], device=device)
        found = {"input_ids": ids, "attention_mask": torch.ones_like(ids)}
        return found if self.target_ids is None else found | {"decoder_input_ids": torch.tensor([self.target_ids], device=device)}


def read(language_model: LanguageModel, text: Text, *, target: Text | None = None) -> Inputs:
    """Los ids de un texto tal como los lee esta red, con los tokens especiales de su clase; unos ids se leen tal cual.

    target: en un codificador-decodificador, el texto de salida; sin él, el que la red escribe.
    Lanza ValueError si no hay ningún token, si no caben en la ventana, si un id no existe o si sobra `target`.
    """
    if language_model.role == "codificador-decodificador":
        return _translated(language_model, text, target)
    if target is not None:
        raise ValueError(f"«{language_model.name}» es un {language_model.role} y solo lee un texto: quita target.")
    ids = _ids(language_model, text, tokens.prompt_ids if language_model.role == "decodificador" else _whole)
    return Inputs(ids, labels(language_model.tokenizer, ids, language_model.tokenizer.bos_token_id))


def labels(tokenizer: PreTrainedTokenizerFast, ids: Sequence[int], start: int | None) -> tuple[str, ...]:
    """El nombre corto de cada token; el primero, si es el token de inicio `start`, es «(inicio)»."""
    names = tuple(tokens.label(tokenizer, i) for i in ids)
    return (tokens.START, *names[1:]) if names and ids[0] == start else names


def _translated(language_model: LanguageModel, text: Text, target: Text | None) -> Inputs:
    tokenizer, start = language_model.tokenizer, _start(language_model)
    source = _ids(language_model, text, _ended)
    written = _written(language_model, source) if target is None else _ids(language_model, target, _plain, least=0)
    read_ids = _fits(language_model, (start, *written))
    shown = labels(tokenizer, read_ids, start)
    return Inputs(source, labels(tokenizer, source, None), read_ids, shown, (*shown[1:], tokens.END))


def _plain(tokenizer: PreTrainedTokenizerFast, text: str) -> list[int]:
    return tokens.ids(tokenizer, tokens.clean(text))


def _whole(tokenizer: PreTrainedTokenizerFast, text: str) -> list[int]:
    """Con los tokens que el tokenizador pone solo, como [CLS] y [SEP]; un [MASK] escrito a mano es un hueco."""
    return tokenizer(tokens.clean(text))["input_ids"]


def _ended(tokenizer: PreTrainedTokenizerFast, text: str) -> list[int]:
    return tokens.source_ids(tokenizer, tokens.clean(text))


def _ids(language_model: LanguageModel, text: Text, encode: Encode, *, least: int = 1) -> tuple[int, ...]:
    """Los ids de un texto, o los dados, ya comprobados."""
    found = tuple(encode(language_model.tokenizer, text)) if isinstance(text, str) else _whole_numbers(text)
    if len(found) < least:
        raise ValueError("No hay ningún token que mirar: escribe algo de texto.")
    for token_id in found:
        if not 0 <= token_id < language_model.vocab_size:
            raise ValueError(f"El id {token_id} no existe: el vocabulario va de 0 a {language_model.vocab_size - 1}.")
    return _fits(language_model, found)


def _whole_numbers(ids: Sequence[int]) -> tuple[int, ...]:
    try:
        return tuple(operator.index(i) for i in ids)
    except TypeError as error:
        raise ValueError(f"Hace falta un texto o una lista de ids enteros, y has dado {type(ids).__name__}.") from error


def _fits(language_model: LanguageModel, ids: tuple[int, ...]) -> tuple[int, ...]:
    if len(ids) > language_model.window:
        raise WindowError("El texto", len(ids), language_model.window)
    return ids


def _start(language_model: LanguageModel) -> int:
    """El token por el que empieza a escribir el decodificador de un codificador-decodificador."""
    network = language_model.model
    found = [getattr(config, "decoder_start_token_id", None) for config in (network.config, network.generation_config)]
    return next((start for start in found if start is not None), language_model.tokenizer.bos_token_id)


def _written(language_model: LanguageModel, source: tuple[int, ...]) -> tuple[int, ...]:
    """Lo que la red escribe al leer `source`, sin los tokens de inicio y fin."""
    network, end = language_model.model, language_model.tokenizer.eos_token_id
    ids = torch.tensor([source], device=network.device)
    room = min(LONGEST, language_model.window - 1)
    with untouched(network):
        row = network.generate(ids, attention_mask=torch.ones_like(ids), max_new_tokens=room, num_beams=1, do_sample=False)[0]
    return tuple(i for i in row[1:].tolist() if i != end)
