"""Generar texto token a token, con cada paso a la vista: los logits, lo que se conserva, lo que se corta y lo elegido."""
from __future__ import annotations

import math
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from numbers import Integral, Real

import torch
from torch import Tensor

from course_utils import tokens
from course_utils.models import LanguageModel

CUT = -math.inf


def temperature(logits: Tensor, T: float) -> Tensor:
    """Logits divididos por la temperatura T > 0 (la última dimensión es el vocabulario). Hinton y otros, 2015, §2."""
    return logits / _temperature(T, zero=False)


def top_k(logits: Tensor, k: int) -> Tensor:
    """Los k logits mayores; el resto, -inf. Los empatados con el último también se quedan (Fan y otros, 2018).

    k = 0 no corta nada; un k mayor que el vocabulario, tampoco.
    """
    if _top_k(k) == 0:
        return logits
    last = logits.topk(min(k, logits.shape[-1]), dim=-1).values[..., -1:]
    return logits.masked_fill(logits < last, CUT)


def top_p(logits: Tensor, p: float) -> Tensor:
    """El conjunto más pequeño de tokens cuya probabilidad suma al menos p; el resto, -inf (Holtzman y otros, 2020).

    Siempre queda al menos uno (el único que queda con p = 0); p = 1 no corta nada. De dos empatados en la frontera se
    queda el de menor id.
    """
    if _top_p(p) == 1:
        return logits
    ordered, order = logits.sort(dim=-1, descending=True, stable=True)
    probabilities = ordered.softmax(dim=-1)
    before = probabilities.cumsum(dim=-1) - probabilities
    beyond = before >= p
    beyond[..., 0] = False
    return logits.masked_fill(torch.zeros_like(beyond).scatter(-1, order, beyond), CUT)


def distribution(logits: Tensor, *, temperature: float = 1.0, top_k: int = 0, top_p: float = 1.0) -> Tensor:
    """Probabilidades (…, V) de las que se sortea el siguiente token: temperatura, luego top-k, luego top-p, luego softmax.

    temperature = 0 es, por convención, la decodificación voraz: toda la probabilidad en el logit mayor (de los
    empatados, el primero). El orden es el de transformers; otros programas ponen la temperatura al final.
    """
    return Sampler(temperature, top_k, top_p)(logits)


@dataclass(frozen=True)
class Sampler:
    """Los ajustes de muestreo, ya revisados: de logits (…, V) a probabilidades (…, V)."""

    temperature: float = 1.0
    top_k: int = 0
    top_p: float = 1.0

    def __post_init__(self) -> None:
        _temperature(self.temperature)
        _top_k(self.top_k)
        _top_p(self.top_p)

    def __call__(self, logits: Tensor) -> Tensor:
        if self.temperature == 0:
            return torch.zeros_like(logits).scatter(-1, logits.argmax(dim=-1, keepdim=True), 1.0)
        return self.filtered(logits).softmax(dim=-1)

    def filtered(self, logits: Tensor) -> Tensor:
        """Los logits (…, V) tras la temperatura y los dos cortes."""
        if self.temperature != 1:
            logits = temperature(logits, self.temperature)
        if self.top_k:
            logits = top_k(logits, self.top_k)
        return top_p(logits, self.top_p) if self.top_p < 1 else logits


@dataclass(frozen=True)
class Candidate:
    """Un token que podía salir, con su nombre corto y su probabilidad."""

    token_id: int
    label: str
    probability: float


@dataclass(frozen=True, eq=False)
class Step:
    """Un paso de la generación: lo que la red calculó y lo que se eligió.

    logits: (V,) tal como salen de la red. probabilities: (V,) tras temperatura, top-k y top-p.
    finish: None si sigue; «fin» (token de fin), «límite» (max_new_tokens), «ventana» (no cabe más) o «parada» (stop).
    """

    position: int
    logits: Tensor
    probabilities: Tensor
    token_id: int
    finish: str | None
    tokenizer: object = field(repr=False)
    generated: tuple[int, ...] = field(repr=False)

    @cached_property
    def piece(self) -> str:
        """El texto exacto del token elegido: " zorra"."""
        return tokens.piece(self.tokenizer, self.token_id)

    @property
    def kept(self) -> Tensor:
        """(V,) booleano: los tokens que podían salir tras los cortes."""
        return self.probabilities > 0

    @property
    def probability(self) -> float:
        """Probabilidad del token elegido tras los ajustes: con la que salió."""
        return self.probabilities[self.token_id].item()

    @property
    def model_probability(self) -> float:
        """Probabilidad que la red daba al token elegido, sin ajustes."""
        return self.logits.softmax(dim=-1)[self.token_id].item()

    @property
    def text(self) -> str:
        """Lo generado hasta aquí, este token incluido y sin el token de fin."""
        return tokens.text(self.tokenizer, self.generated)

    def top(self, n: int = 8, *, raw: bool = False) -> list[Candidate]:
        """Los n tokens más probables, de mayor a menor, tras los ajustes (o, con raw=True, según la red sola)."""
        scores = self.logits.softmax(dim=-1) if raw else self.probabilities
        best = scores.sort(descending=True, stable=True)
        pairs = zip(best.indices[:n].tolist(), best.values[:n].tolist(), strict=True)
        return [Candidate(i, tokens.label(self.tokenizer, i), p) for i, p in pairs]


def steps(
    language_model: LanguageModel,
    prompt: str,
    *,
    temperature: float = 1.0,
    top_k: int = 0,
    top_p: float = 1.0,
    max_new_tokens: int = 40,
    seed: int = 0,
    stop: Sequence[str] = (),
) -> Iterator[Step]:
    """Genera y entrega cada paso en cuanto existe.

    prompt: puede estar vacío (la red empieza de cero). Si no cabe en la ventana se conserva su final y se avisa.
    temperature ≥ 0 (0 es voraz); top_k ≥ 0 (0 no corta); 0 ≤ top_p ≤ 1 (1 no corta); max_new_tokens ≥ 1.
    seed: misma semilla y mismos ajustes, mismo texto. stop: textos que, al aparecer en lo generado, lo terminan.
    Lanza ValueError, antes del primer paso, si un ajuste no vale.
    """
    sampler = Sampler(temperature, top_k, top_p)
    _count(max_new_tokens)
    return _steps(language_model, _prompt(language_model, prompt, max_new_tokens), sampler, max_new_tokens, _generator(seed), _stops(stop))


def generate(language_model: LanguageModel, prompt: str, **settings: object) -> str:
    """El texto que sigue al prompt, sin el prompt; admite los mismos ajustes que `steps`."""
    last = None
    for last in steps(language_model, prompt, **settings):
        pass
    return last.text


@torch.inference_mode()
def next_logits(language_model: LanguageModel, prompt: str) -> Tensor:
    """Los logits (V,) del token que sigue al prompt, sin ajustes."""
    ids = _fit(language_model, prompt, room=0)
    return _read(language_model, ids, None)[0]


def _steps(language_model, ids, sampler, limit, generator, stops) -> Iterator[Step]:
    end, tokenizer = language_model.tokenizer.eos_token_id, language_model.tokenizer
    room = min(limit, language_model.window - len(ids))
    generated, cache, seen = [], None, len(ids)
    for position in range(room):
        with torch.inference_mode():
            logits, cache = _read(language_model, ids, cache)
            probabilities = sampler(logits)
            chosen = _draw(probabilities, generator, greedy=sampler.temperature == 0)
        generated.append(chosen)
        finish = None
        if chosen == end:
            finish = "fin"
        elif stops and any(s in tokens.text(tokenizer, generated) for s in stops):
            finish = "parada"
        elif position + 1 == room:
            finish = "límite" if room == limit else "ventana"
        yield Step(seen + position, logits, probabilities, chosen, finish, tokenizer, tuple(generated))
        if finish:
            return
        ids = [chosen]


def _read(language_model: LanguageModel, ids: list[int], cache: object) -> tuple[Tensor, object]:
    """Una pasada de la red sobre los ids nuevos: los logits (V,) de la última posición y la caché de claves y valores."""
    batch = torch.tensor([ids], device=language_model.device)
    output = language_model.model(batch, past_key_values=cache, use_cache=True, logits_to_keep=1)
    return output.logits[0, -1].float(), output.past_key_values


def _draw(probabilities: Tensor, generator: torch.Generator, *, greedy: bool) -> int:
    """Sortea un token: el primero cuya probabilidad acumulada supera un número al azar entre 0 y 1."""
    if greedy:
        return int(probabilities.argmax())
    total = probabilities.double().cumsum(dim=-1)
    target = torch.rand(1, dtype=torch.float64, generator=generator).to(total.device) * total[-1]
    return min(int(torch.searchsorted(total, target, right=True)), int(probabilities.nonzero()[-1]))


def _generator(seed: int) -> torch.Generator:
    if isinstance(seed, bool) or not isinstance(seed, Integral):
        raise ValueError(f"La semilla debe ser un número entero, y has dado {seed!r}.")
    return torch.Generator().manual_seed(int(seed))


def _prompt(language_model: LanguageModel, prompt: str, wanted: int) -> list[int]:
    return _fit(language_model, prompt, room=min(wanted, language_model.window // 2))


def _fit(language_model: LanguageModel, prompt: str, *, room: int) -> list[int]:
    if not isinstance(prompt, str):
        raise ValueError(f"El prompt debe ser un texto (str), y has dado {type(prompt).__name__}: escríbelo entre comillas.")
    ids = tokens.prompt_ids(language_model.tokenizer, prompt)
    if len(ids) + min(room, 1) <= language_model.window:
        return ids
    kept = language_model.window - room
    warnings.warn(
        f"El prompt ocupa {len(ids)} tokens y en la ventana caben {language_model.window}: he dejado fuera los {len(ids) - kept} primeros.",
        stacklevel=4,
    )
    return ids[:1] + ids[len(ids) - kept + 1 :]


def _temperature(T: float, *, zero: bool = True) -> float:
    if not isinstance(T, Real) or not math.isfinite(T) or T < 0 or (T == 0 and not zero):
        raise ValueError(f"La temperatura debe ser un número {'mayor o igual que' if zero else 'mayor que'} 0, y has dado {_shown(T)}.")
    return T


def _top_k(k: int) -> int:
    if isinstance(k, bool) or not isinstance(k, Integral) or k < 0:
        raise ValueError(f"top_k debe ser un número entero mayor o igual que 0 (0 no corta nada), y has dado {_shown(k)}.")
    return k


def _top_p(p: float) -> float:
    if not isinstance(p, Real) or not 0 <= p <= 1:
        raise ValueError(f"top_p debe ser un número entre 0 y 1 (1 no corta nada), y has dado {_shown(p)}.")
    return p


def _count(number: int) -> int:
    if isinstance(number, bool) or not isinstance(number, Integral) or number < 1:
        raise ValueError(f"max_new_tokens debe ser un número entero mayor o igual que 1, y has dado {_shown(number)}.")
    return number


def _stops(stop: Sequence[str]) -> tuple[str, ...]:
    stops = (stop,) if isinstance(stop, str) else tuple(stop)
    if not all(isinstance(s, str) and s for s in stops):
        raise ValueError(f"Las paradas (stop) deben ser textos no vacíos, y has dado {stop!r}.")
    return stops


def _shown(value: object) -> str:
    return f"{value}".replace(".", ",") if isinstance(value, float) else repr(value)
