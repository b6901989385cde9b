"""Encargos: peticiones de una sola clase, siempre con las mismas palabras, y su única respuesta buena. Para ajustar un modelo y medirlo.

Los de `ORDERS` son nuevos para el decodificador, que no ha visto nunca una petición; los de `KNOWN` son lo que ya sabe hacer, escrito
como en su entrenamiento. Ninguna frase de la prueba sale en el entrenamiento (`splits.held_out`), tampoco en el del decodificador.
"""
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from course_utils.microworld import code, rewriting, tasks, translation
from course_utils.microworld.splits import checked, held_out


@dataclass(frozen=True)
class Pair:
    """Una petición y su única respuesta buena. `plain`: va como texto corriente, sin turnos de conversación."""

    prompt: str
    completion: str
    plain: bool = False


@dataclass(frozen=True)
class Order:
    """Un encargo: su nombre, la petición (con `{}` donde va el texto) y cómo se hacen el texto y su respuesta."""

    title: str
    request: str
    draw: Callable[[random.Random], tuple[str, str]]


def _future(rng: random.Random) -> tuple[str, str]:
    one = replace(rewriting.clause(rng), tense=rng.choice(("presente", "pasado")))
    return str(one), str(replace(one, tense="futuro"))


def _negation(rng: random.Random) -> tuple[str, str]:
    one = replace(rewriting.clause(rng), negative=False)
    return str(one), str(replace(one, negative=True))


def _question(rng: random.Random) -> tuple[str, str]:
    one = rewriting.clause(rng)
    return str(one), str(replace(one, question=True))


def _plural(rng: random.Random) -> tuple[str, str]:
    one = rewriting.clause(rng)
    while "nombre" in one.subject.classes:
        one = rewriting.clause(rng)
    return str(one), str(replace(one, subject=rewriting.pluralised(one.subject)))


def _english(rng: random.Random) -> tuple[str, str]:
    row = translation.sample(1, seed=rng.getrandbits(40), split=rng.choice(("train", "test")))[0]
    return row.es, row.en


def _opinion(rng: random.Random) -> tuple[str, str]:
    exercise = next(one for one in iter(lambda: tasks.opinion(rng, lambda _: True)[0], None) if one.wording == "opinión")
    return exercise.source, exercise.completion.rstrip(".").lower()


ORDERS = {
    "futuro": Order("ponla en futuro", "Ponla en futuro: {}", _future),
    "negación": Order("niégala", "Niégala: {}", _negation),
    "pregunta": Order("hazla pregunta", "Hazla pregunta: {}", _question),
    "plural": Order("ponla en plural", "Ponla en plural: {}", _plural),
    "inglés": Order("ponla en inglés", "Ponla en inglés: {}", _english),
    "opinión": Order("qué opina", "¿Qué opina? {}", _opinion),
}


def pairs(order: str, n: int, *, seed: int = 0, split: str = "train", requested: bool = True) -> list[Pair]:
    """`n` pares distintos de un encargo de `ORDERS`, siempre los mismos para una semilla y una partición («train» o «test»).

    Sin `requested` el prompt es solo el texto, sin la petición. Lanza ValueError si el encargo no existe o `n` no es positivo.
    """
    if order not in ORDERS:
        raise ValueError(f"No hay ningún encargo «{order}»: los que hay son {', '.join(ORDERS)}.")
    if n < 1:
        raise ValueError(f"Has pedido {n} pares: pide al menos uno.")
    chosen = ORDERS[order]
    request = chosen.request if requested else "{}"
    reserved = checked(split, ("train", "test")) == "test"
    found = _distinct(partial(chosen.draw, random.Random(f"{order} {split} {seed}")), n, reserved=reserved)
    return [Pair(request.format(text), answer) for text, answer in found]


def mixed(orders: list[str], n: int, *, seed: int = 0, split: str = "train") -> list[Pair]:
    """`n` pares de varios encargos, más o menos los mismos de cada uno y desordenados."""
    found = [pair for i, order in enumerate(orders) for pair in pairs(order, len(range(i, n, len(orders))), seed=seed, split=split)]
    random.Random(seed).shuffle(found)
    return found


def known(kind: str, n: int, *, seed: int = 0) -> list[Pair]:
    """`n` casos de prueba de algo que el decodificador ya sabe: «código» (dar el valor) o «traducción», tal como los leyó al entrenarse."""
    if kind not in KNOWN:
        raise ValueError(f"«{kind}» no es nada que el decodificador sepa de antes: elige entre {', '.join(KNOWN)}.")
    return KNOWN[kind](n, seed)


def _code(n: int, seed: int) -> list[Pair]:
    rows = (row for row in code.sample(4 * n, seed=seed, split="test") if code.prompt(row).startswith(">>>"))
    return [Pair(code.prompt(row), row.result, plain=True) for row, _ in zip(rows, range(n))]


def _translation(n: int, seed: int) -> list[Pair]:
    return [Pair(f"Español: {row.es}\nInglés:", f" {row.en}", plain=True) for row in translation.sample(n, seed=seed, split="test")]


KNOWN: dict[str, Callable[[int, int], list[Pair]]] = {"código": _code, "traducción": _translation}


def _distinct(draw: Callable[[], tuple[str, str]], n: int, *, reserved: bool) -> list[tuple[str, str]]:
    """Los `n` primeros pares distintos de la partición."""
    found: dict[str, str] = {}
    while len(found) < n:
        text, answer = draw()
        if held_out(text) == reserved:
            found.setdefault(text, answer)
    return list(found.items())
