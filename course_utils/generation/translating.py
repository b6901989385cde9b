"""Traducir paso a paso: qué token se elige, con qué probabilidad, y a qué palabras de la frase de origen se mira para elegirlo."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from course_utils import tokens
from course_utils.generation import Candidate, Written
from course_utils.generation.sampling import CUT, check_max_new_tokens
from course_utils.models import WindowError

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

    from course_utils.models import LanguageModel

LONGEST = 64  # tokens de una traducción, si no se dice otra cosa


@dataclass(frozen=True, eq=False, repr=False)
class Step(Written):
    """Un paso de la traducción: lo que el decodificador calculó y el token que se escribió.

    position: lugar del token en la traducción, desde 0. log_probabilities: (V,), logaritmo de la probabilidad de cada token.
    attention: (capas, cabezas, S), la atención cruzada a los S tokens de origen. total: log-probabilidad de lo escrito hasta aquí.
    finish: None si sigue; «fin» (token de fin), «límite» (max_new_tokens) o «ventana» (no cabe otro) si este es el último paso.
    """

    position: int
    log_probabilities: Tensor
    attention: Tensor
    token_id: int
    total: float
    finish: str | None
    tokenizer: PreTrainedTokenizerFast
    generated: tuple[int, ...]

    @property
    def probability(self) -> float:
        """La probabilidad que la red daba al token escrito."""
        return self.log_probabilities[self.token_id].exp().item()

    @property
    def loss(self) -> float:
        """La pérdida en este paso: −log de la probabilidad del token escrito, en nats."""
        return -self.log_probabilities[self.token_id].item()

    @property
    def favourite(self) -> int:
        """El id del token más probable: el que habría escrito la decodificación voraz."""
        return int(self.log_probabilities.argmax())

    @property
    def text(self) -> str:
        """La traducción hasta aquí, este token incluido; el token de fin no añade nada."""
        return tokens.text(self.tokenizer, self.generated)

    def top(self, n: int = 8) -> list[Candidate]:
        """Los n tokens más probables, de mayor a menor."""
        best = self.log_probabilities.sort(descending=True, stable=True)
        return self._candidates(best.indices[:n], best.values[:n].exp())

    def looked(self, layer: int = -1, head: int | None = None) -> Tensor:
        """(S,): cuánto se miró cada token de origen en una capa; sin `head`, la media de sus cabezas.

        Lanza ValueError si no hay tal capa o tal cabeza.
        """
        layers, heads, _ = self.attention.shape
        weights = self.attention[_place("capa", layer, layers)]
        return weights.mean(0) if head is None else weights[_place("cabeza", head, heads)]


def _place(what: str, number: int, count: int) -> int:
    if not -count <= number < count:
        raise ValueError(f"No hay ninguna {what} {number}: el modelo tiene {count}, contadas desde 0 hasta {count - 1}.")
    return number


@dataclass(frozen=True, eq=False)
class Reading:
    """Una frase ya leída por el codificador: a partir de ella, el decodificador escribe. `ids` son los suyos, con su token de fin."""

    language_model: LanguageModel
    ids: tuple[int, ...]
    encoded: object = field(repr=False)

    @property
    def pieces(self) -> list[tokens.Piece]:
        """Los tokens de la frase como trozos legibles."""
        return tokens.whole_pieces(self.language_model.tokenizer, self.ids)

    @property
    def room(self) -> int:
        """Cuántos tokens puede escribir el decodificador como mucho."""
        return self.language_model.window

    def __call__(self, rows: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
        """Lo que el decodificador cree tras cada token de unas traducciones a medias, todas igual de largas (T tokens, quizá 0).

        Devuelve log-probabilidades (B, T + 1, V) y atención cruzada (B, capas, cabezas, T + 1, S), float32 y en la CPU: la posición t
        es lo que se calcula para elegir el token t.
        """
        network = self.language_model.model
        written = torch.tensor([[start_id(self.language_model), *row] for row in rows], device=self.language_model.device)
        with torch.inference_mode(), attending(network):
            found = network(
                encoder_outputs=_repeated(self.encoded, len(rows)), decoder_input_ids=written, output_attentions=True, use_cache=False
            )
        if not found.cross_attentions:
            raise ValueError(f"El modelo «{self.language_model.name}» no devuelve su atención cruzada: usa otro modelo.")
        scores = found.logits.to("cpu", torch.float32).log_softmax(-1)
        scores[..., _forbidden(network)] = CUT
        if (forced := network.generation_config.forced_bos_token_id) is not None:   # BART y otros: el primer token no se elige
            scores[:, 0] = torch.full_like(scores[:, 0], CUT).index_fill(-1, torch.tensor(forced), 0.0)
        return scores, torch.stack(found.cross_attentions, dim=1).to("cpu", torch.float32)


def read(language_model: LanguageModel, source: str) -> Reading:
    """Pasa una frase por el codificador, una sola vez.

    Lanza ValueError si el modelo no es un codificador-decodificador, o si la frase está vacía o no cabe en su ventana.
    """
    if language_model.role != "codificador-decodificador":
        kind = f"El modelo «{language_model.name}» es un {language_model.role}, y para traducir paso a paso hace falta un"
        raise ValueError(f'{kind} codificador-decodificador: usa models.load("translator").')
    ids = source_ids(language_model.tokenizer, source)
    if len(ids) > language_model.window:
        raise WindowError("La frase", len(ids), language_model.window, "acórtala")
    batch = torch.tensor([ids], device=language_model.device)
    with torch.inference_mode(), attending(language_model.model):
        encoded = language_model.model.get_encoder()(input_ids=batch, attention_mask=torch.ones_like(batch))
    return Reading(language_model, tuple(ids), encoded)


def source_ids(tokenizer: PreTrainedTokenizerFast, source: str) -> list[int]:
    """Los ids de una frase como los lee el codificador: los que su tokenizador pone alrededor y, al final, siempre el de fin."""
    text = tokens.clean(source)
    if not text.strip():
        raise ValueError("La frase de origen está vacía: escribe al menos una palabra.")
    return tokens.source_ids(tokenizer, text)


def steps(language_model: LanguageModel, source: str | Reading, *, max_new_tokens: int = LONGEST) -> Iterator[Step]:
    """Traduce con decodificación voraz y entrega cada paso en cuanto existe. source: la frase o, si ya está leída, su `Reading`.

    Lanza ValueError, antes del primer paso, si el modelo no traduce, si la frase no vale o si `max_new_tokens` no es un entero de 1 o más.
    """
    limit = check_max_new_tokens(max_new_tokens)
    return _greedy(source if isinstance(source, Reading) else read(language_model, source), limit)


def _greedy(reading: Reading, limit: int) -> Iterator[Step]:
    written, total, finish = (), 0.0, None
    while finish is None:
        scores, attention = (found[0] for found in reading([written]))
        step = _step(reading, scores[-1], attention[:, :, -1], written, int(scores[-1].argmax()), total, limit)
        written, total, finish = step.generated, step.total, step.finish
        yield step


def forced(language_model: LanguageModel, source: str | Reading, target: str | Sequence[int]) -> list[Step]:
    """Lo que el decodificador cree en cada posición si se le da la traducción buena (teacher forcing), en una sola pasada.

    target: la traducción, como texto (se le añade el token de fin) o como ids tal cual. `step.loss` es la pérdida de cada posición y
    `step.favourite`, lo que habría escrito él. Ninguno acaba por el límite. Lanza ValueError si una de las dos frases no vale.
    """
    reading = source if isinstance(source, Reading) else read(language_model, source)
    ids = tuple(_target_ids(language_model.tokenizer, target) if isinstance(target, str) else target)
    if not 0 < len(ids) <= reading.room:
        raise ValueError(f"La traducción ocupa {len(ids)} tokens y tiene que ocupar entre 1 y {reading.room}.")
    scores, attention = (found[0] for found in reading([ids[:-1]]))
    found, total = [], 0.0
    for place, token_id in enumerate(ids):
        found.append(_step(reading, scores[place], attention[:, :, place], ids[:place], token_id, total, len(ids) + 1))
        total = found[-1].total
    return found


def _target_ids(tokenizer: PreTrainedTokenizerFast, target: str) -> list[int]:
    return [*tokens.ids(tokenizer, tokens.clean(target)), tokenizer.eos_token_id]


def _step(
    reading: Reading, scores: Tensor, attention: Tensor, written: tuple[int, ...], token_id: int, total: float, limit: int
) -> Step:  # fmt: skip
    tokenizer, generated = reading.language_model.tokenizer, (*written, token_id)
    finish = ending(tokenizer, generated, limit, reading.room)
    return Step(len(written), scores, attention, token_id, total + scores[token_id].item(), finish, tokenizer, generated)


def ending(tokenizer: PreTrainedTokenizerFast, generated: Sequence[int], limit: int, room: int) -> str | None:
    """Por qué acaba una traducción: «fin», «límite», «ventana», o None si no acaba aquí."""
    if generated[-1] == tokenizer.eos_token_id:
        return "fin"
    if len(generated) >= min(limit, room):
        return "límite" if limit <= room else "ventana"
    return None


def start_id(language_model: LanguageModel) -> int:
    """El token con el que el decodificador empieza a escribir. Lanza ValueError si la configuración del modelo no lo dice."""
    network = language_model.model
    for config in (network.generation_config, network.config):
        if (found := getattr(config, "decoder_start_token_id", None)) is not None:
            return int(found)
    raise ValueError(f"La configuración de «{language_model.name}» no dice con qué token empieza el decodificador: usa otro modelo.")


@contextmanager
def attending(network: torch.nn.Module) -> Iterator[None]:
    """Mientras dura, la red devuelve sus pesos de atención y no apaga neuronas al azar; después queda como estaba."""
    before, training = network.config._attn_implementation, network.training
    network.set_attn_implementation("eager")
    network.eval()
    try:
        yield
    finally:
        network.set_attn_implementation(before)
        network.train(training)


def _repeated(encoded: object, count: int) -> object:
    from transformers.modeling_outputs import BaseModelOutput

    return BaseModelOutput(last_hidden_state=encoded.last_hidden_state.expand(count, -1, -1))


def _forbidden(network: torch.nn.Module) -> list[int]:
    """Los tokens que la configuración del modelo prohíbe escribir, como el de relleno en los de Marian públicos."""
    return [words[0] for words in network.generation_config.bad_words_ids or () if len(words) == 1]
