"""Generar texto token a token, con cada paso a la vista: los logits, lo que se conserva, lo que se corta y lo elegido."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from course_utils import tokens
from course_utils.generation.pace import Pace, speed
from course_utils.generation.reading import Reader, reader
from course_utils.generation.sampling import (
    Sampler,
    check_max_new_tokens,
    distribution,
    draw,
    seeded,
    temperature,
    top_k,
    top_p,
)

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

    from course_utils.models import LanguageModel

__all__ = ["Candidate", "Pace", "Step", "distribution", "generate", "next_logits", "speed", "steps", "temperature", "top_k", "top_p"]


@dataclass(frozen=True)
class Candidate:
    """Un token que podía salir: su id, su nombre corto para barras y ejes, y su probabilidad."""

    token_id: int
    label: str
    probability: float


class Written:
    """Lo que tiene todo paso que escribe un token: cómo se muestra, su texto y los candidatos con su nombre."""

    def __repr__(self) -> str:
        return f"Step(position={self.position}, piece={self.piece!r}, probability={self.probability:.3f}, finish={self.finish!r})"

    @cached_property
    def piece(self) -> str:
        """El texto exacto del token escrito: " zorra"."""
        return tokens.piece(self.tokenizer, self.token_id)

    def _candidates(self, ids: Tensor, probabilities: Tensor) -> list[Candidate]:
        pairs = zip(ids.tolist(), probabilities.tolist(), strict=True)
        return [Candidate(i, tokens.label(self.tokenizer, i), p) for i, p in pairs]


@dataclass(frozen=True, eq=False, repr=False)
class Step(Written):
    """Un paso de la generación: lo que la red calculó y lo que se eligió. Los tensores son float32 y están en la CPU.

    position: lugar del token elegido en la secuencia (el token de inicio ocupa el 0).
    logits: (V,), tal como salen de la red. probabilities: (V,), tras temperatura, top-k y top-p.
    finish: None si la generación sigue; «fin» (token de fin), «parada» (apareció un texto de `stop`),
    «límite» (max_new_tokens) o «ventana» (no cabe otro token) si este es el último paso.
    """

    position: int
    logits: Tensor
    probabilities: Tensor
    token_id: int
    finish: str | None
    tokenizer: PreTrainedTokenizerFast
    generated: tuple[int, ...]

    @cached_property
    def _raw(self) -> Tensor:
        """Softmax de los logits sin ajustes, en doble precisión: en simple, una probabilidad muy alta se redondea a 1."""
        return self.logits.double().softmax(dim=-1)

    @property
    def kept(self) -> Tensor:
        """(V,) booleano: los tokens que podían salir tras los cortes."""
        return self.probabilities > 0

    @property
    def probability(self) -> float:
        """La probabilidad con la que salió el token elegido, tras los ajustes."""
        return self.probabilities[self.token_id].item()

    @property
    def model_probability(self) -> float:
        """La probabilidad que la red daba al token elegido, sin ajustes."""
        return self._raw[self.token_id].item()

    @property
    def text(self) -> str:
        """Lo generado hasta aquí, este token incluido; el token de fin no añade nada."""
        return tokens.text(self.tokenizer, self.generated[:-1] if self.finish == "fin" else self.generated)

    def top(self, n: int = 8, *, raw: bool = False) -> list[Candidate]:
        """Los n tokens más probables, de mayor a menor: tras los ajustes o, con raw=True, según la red sola."""
        scores = self._raw if raw else self.probabilities
        best = scores.sort(descending=True, stable=True)
        return self._candidates(best.indices[:n], best.values[:n])


def steps(
    language_model: LanguageModel,
    prompt: str | Sequence[dict[str, str]],
    *,
    temperature: float = 1.0,
    top_k: int = 0,
    top_p: float = 1.0,
    max_new_tokens: int = 40,
    seed: int = 0,
    stop: Sequence[str] = (),
) -> Iterator[Step]:
    """Genera y entrega cada paso en cuanto existe.

    prompt: un texto, que puede estar vacío (la red empieza de cero), o una conversación, [{"role": "user", "content": "…"}].
    Si no cabe en la ventana se conserva su final, con un aviso.
    temperature ≥ 0 (0 es la decodificación voraz); top_k ≥ 0 (0 no corta); 0 ≤ top_p ≤ 1 (1 no corta); max_new_tokens ≥ 1.
    seed: misma semilla y mismos ajustes, mismo texto. stop: textos que terminan la generación en cuanto aparecen en ella.
    Lanza ValueError, antes del primer paso, si un ajuste no vale.
    """
    sampler, generator, stops = Sampler(temperature, top_k, top_p), seeded(seed), _stops(stop)
    window = language_model.window
    ids = _fit(language_model, prompt, room=min(check_max_new_tokens(max_new_tokens), max(window // 2, 1)))
    room = min(max_new_tokens, window - len(ids))
    last = "límite" if room == max_new_tokens else "ventana"
    return _steps(language_model, reader(language_model, len(ids) + room), ids, sampler, generator, stops, room, last)


def generate(language_model: LanguageModel, prompt: str | Sequence[dict[str, str]], **settings: object) -> str:
    """El texto que sigue al prompt (sin el prompt), con los mismos ajustes y los mismos errores que `steps`."""
    *_, last = steps(language_model, prompt, **settings)
    return last.text


def next_logits(language_model: LanguageModel, prompt: str) -> Tensor:
    """Los logits (V,) del token que sigue al prompt, sin ajustes: float32, en la CPU.

    Si el prompt no cabe en la ventana se conserva su final, con un aviso. Lanza ValueError si no es un texto.
    """
    return Reader(language_model, language_model.window)(_fit(language_model, prompt, room=0))


def _steps(
    language_model: LanguageModel, read: Reader, ids: list[int], sampler: Sampler, generator: torch.Generator,
    stops: tuple[str, ...], room: int, last: str,
) -> Iterator[Step]:  # fmt: skip
    tokenizer, ends = language_model.tokenizer, language_model.ends
    start, generated, finish = len(ids), (), None
    while finish is None:
        logits = read(ids)
        probabilities = sampler(logits)
        ids = [draw(probabilities, generator)]
        generated += (ids[0],)
        finish = _finish(tokenizer, ends, generated, stops) or (last if len(generated) == room else None)
        yield Step(start + len(generated) - 1, logits, probabilities, ids[0], finish, tokenizer, generated)


def _finish(tokenizer: PreTrainedTokenizerFast, ends: frozenset[int], generated: tuple[int, ...], stops: tuple[str, ...]) -> str | None:
    if generated[-1] in ends:
        return "fin"
    return "parada" if stops and any(stop in tokens.text(tokenizer, generated) for stop in stops) else None


def _fit(language_model: LanguageModel, prompt: str | Sequence[dict[str, str]], *, room: int) -> list[int]:
    """Los ids del prompt; si con ellos no cabe un token más (room > 0), el de inicio y los últimos, dejando sitio para `room`."""
    if language_model.role != "decodificador":
        raise ValueError(f"El modelo «{language_model.name}» es un {language_model.role} y no continúa textos; usa «decoder».")
    ids, window = tokens.prompt_ids(language_model.tokenizer, prompt), language_model.window
    if len(ids) + min(room, 1) <= window:
        return ids
    dropped = len(ids) - (window - room)
    warnings.warn(
        f"El prompt ocupa {len(ids)} tokens y en la ventana caben {window}: se han quitado los {dropped} primeros y queda el final.",
        stacklevel=4,
    )
    start = int(language_model.tokenizer.bos_token_id is not None)
    return ids[:start] + ids[start + dropped :]


def _stops(stop: Sequence[str]) -> tuple[str, ...]:
    stops = (stop,) if isinstance(stop, str) else tuple(stop)
    if not all(isinstance(text, str) and text for text in stops):
        raise ValueError(f'Las paradas (stop) deben ser textos no vacíos, como ["."], y has dado {stop!r}.')
    return stops
