"""Los cuentos del micromundo: muestrearlos, medirlos y conocer la verdadera probabilidad de cada palabra."""
import math
import random
from functools import cache

from course_utils.microworld import grammar as grammar_module
from course_utils.microworld.grammar import join_atoms, split_atoms
from course_utils.microworld.inference import END, Machine


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
        raise ImpossiblePrefix(f"Ningún cuento del micromundo empieza por «{prefix[-80:]}»; prueba con «Había una vez».")
    return machine().next_atoms(belief)
