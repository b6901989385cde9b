"""Los cuentos del micromundo: muestrearlos, medirlos y conocer la verdadera probabilidad de cada palabra."""
import math
import random
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import TYPE_CHECKING

import numpy as np

from course_utils.microworld import checking
from course_utils.microworld import grammar as grammar_module
from course_utils.microworld.grammar import join_atoms, spacing, split_atoms
from course_utils.microworld.inference import END, Machine

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast


class ImpossiblePrefix(ValueError):
    """El micromundo nunca escribiría este principio: su probabilidad es cero."""


@cache
def machine() -> Machine:
    """La gramática de los cuentos, compilada una sola vez."""
    return Machine(grammar_module.load())


def sample(n: int, *, seed: int = 0) -> list[str]:
    """`n` cuentos al azar, siempre los mismos para la misma semilla."""
    if n < 0:
        raise ValueError(f"Has pedido {n} cuentos: el número tiene que ser cero o más.")
    rng = random.Random(seed)
    return [join_atoms(machine().sample(rng)) for _ in range(n)]


def log_probability(text: str) -> float:
    """Logaritmo natural de la probabilidad de un cuento entero, en nats; −∞ si el micromundo nunca lo escribiría."""
    atoms = split_atoms(text)
    if join_atoms(atoms) != text:
        return -math.inf
    belief, total = machine().follow(atoms)
    ending = machine().next_atoms(belief).get(END, 0.0)
    return total + math.log(ending) if ending else -math.inf


def next_word(prefix: str) -> dict[str, float]:
    """La verdadera distribución de la palabra o signo que sigue a `prefix`, de mayor a menor.

    Suma 1. `END` («(fin)») es que el cuento acaba ahí. Lanza `ImpossiblePrefix` si ningún cuento empieza así.
    """
    belief, _ = machine().follow(split_atoms(prefix))
    if not belief:
        raise _impossible(prefix)
    return machine().next_atoms(belief)


def _impossible(prefix: str) -> ImpossiblePrefix:
    return ImpossiblePrefix(f"Ningún cuento del micromundo empieza por «{prefix[:80]}»; prueba con «Había una vez».")


def next_token(prefix: str, tokenizer: "PreTrainedTokenizerFast") -> np.ndarray:
    """La verdadera distribución del token que sigue a `prefix`: vector (V,), alineado con los ids del tokenizador, que suma 1.

    Si la última palabra del prefijo puede ser el comienzo de otra más larga, cuentan las dos posibilidades. El fin del cuento es el
    token de fin. Lanza `ImpossiblePrefix` si ningún cuento, troceado como lo hace el tokenizador, empieza así.
    """
    table = np.zeros(len(tokenizer))
    for probability, token_id in _token_chances(prefix, tokenizer):
        table[token_id] += probability
    if not table.sum():
        raise _impossible(prefix)
    return table / table.sum()


def _token_chances(prefix: str, tokenizer: "PreTrainedTokenizerFast") -> Iterator[tuple[float, int]]:
    atoms = split_atoms(prefix)
    space = " " if prefix.endswith(" ") else ""            # ya escrito: es el de la palabra que viene
    if not atoms or space:
        yield from _first_tokens(machine().follow(atoms)[0], atoms[-1][-1] if atoms else "", space, tokenizer)
        return
    belief, _ = machine().follow(atoms[:-1])
    before = atoms[-2][-1] if len(atoms) > 1 else ""
    written = spacing(before, atoms[-1]) + atoms[-1]
    for atom, probability in machine().next_atoms(belief).items():
        if atom == atoms[-1]:
            for following, token_id in _first_tokens(machine().follow(atoms)[0], atom[-1], "", tokenizer):
                yield probability * following, token_id
        elif atom != END and (token_id := _token_after(tokenizer, spacing(before, atom) + atom, written)) is not None:
            yield probability, token_id


def _first_tokens(belief: dict, before: str, written: str, tokenizer: "PreTrainedTokenizerFast") -> Iterator[tuple[float, int]]:
    """El primer token de cada palabra que puede venir, tras lo que de ella ya haya escrito (nada, o su espacio)."""
    for atom, probability in machine().next_atoms(belief).items():
        if atom == END:
            token_id = None if written else tokenizer.eos_token_id
        else:
            token_id = _token_after(tokenizer, spacing(before, atom) + atom, written)
        if token_id is not None:
            yield probability, token_id


def _token_after(tokenizer: "PreTrainedTokenizerFast", surface: str, written: str) -> int | None:
    """El token de `surface` que empieza donde acaba `written`; None si no es un comienzo suyo o cae a mitad de un token."""
    return _token_starts(tokenizer, surface).get(len(written)) if surface.startswith(written) else None


@lru_cache(maxsize=20_000)
def _token_starts(tokenizer: "PreTrainedTokenizerFast", surface: str) -> dict[int, int]:
    """Cada token de una palabra por el carácter en el que empieza."""
    found = tokenizer(surface, add_special_tokens=False, return_offsets_mapping=True)
    starts: dict[int, int] = {}
    for token_id, (start, _) in zip(found["input_ids"], found["offset_mapping"]):
        starts.setdefault(start, token_id)
    return starts


def check(text: str) -> list[checking.Violation]:
    """Las faltas de un texto: reglas rotas, con la palabra, su posición y una frase. Vacía si y solo si su probabilidad no es cero."""
    return checking.check(text, machine())
