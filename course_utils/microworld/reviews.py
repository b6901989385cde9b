"""Las reseñas del micromundo: opiniones con matices, de una a cinco estrellas, de las que se conoce la verdadera probabilidad.

Lo que decide una reseña no son sus palabras sueltas, sino cómo se juntan: «la sopa llega fría» es mala y «la cerveza llega fría» es
buena; en «aunque X, Y» manda Y; en «X, aunque Y», X. La gramática está en `data/reviews.txt`. Como toda elección (las estrellas, la
forma, qué opiniones son buenas) es una elección con nombre, la inferencia exacta da P(etiqueta | texto).
"""
import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from course_utils.microworld import grammar as grammar_module
from course_utils.microworld.grammar import join_atoms, split_atoms
from course_utils.microworld.inference import END, Machine, State
from course_utils.microworld.lexicon import DATA, Noun
from course_utils.microworld.splits import checked, held_out

LABELS = ("negativa", "mixta", "positiva")
SENTENCE_END, OPENING = ".?!", "¿¡«"
FORMS = (
    "suma", "además", "tres cosas", "veredicto primero", "desmentido", "confirmado", "X, pero Y", "aunque X, Y", "X, aunque Y",
    "eso sí", "aun así", "pesa más", "por un lado", "en cambio", "lo mejor y lo peor", "una sola", "es verdad que X, pero Y",
    "no solo X",
)
TEST_ONE_IN, COMBINATION_ONE_IN = 10, 10


class ImpossibleReview(ValueError):
    """El micromundo nunca escribiría esta reseña: su probabilidad es cero."""


@dataclass(frozen=True)
class Review:
    """Una reseña: su texto, su etiqueta, sus estrellas (de 1 a 5), de qué habla y qué forma tiene."""

    text: str
    label: str
    stars: int
    topic: str
    form: str


@cache
def machine() -> Machine:
    """La gramática de las reseñas, compilada una sola vez."""
    return Machine(grammar_module.load(DATA / "reviews.txt", DATA / "reviews_lexicon.txt"), memory=100_000)


def label_of(stars: int) -> str:
    """La etiqueta de unas estrellas: 1 y 2, negativa; 3, mixta; 4 y 5, positiva."""
    return LABELS[(stars > 2) + (stars > 3)]


def sample(n: int, *, seed: int = 0, split: str = "train") -> list[Review]:
    """`n` reseñas al azar, siempre las mismas para la misma semilla y partición.

    "test" tiene textos que "train" no puede tener; "compositional", parejas de tema y forma que no están en ninguna de las dos.
    """
    if n < 0:
        raise ValueError(f"Has pedido {n} reseñas: el número tiene que ser cero o más.")
    rng, found = random.Random(seed), []
    checked(split)
    while len(found) < n:
        review = draw(rng)
        if split_of(review) == split:
            found.append(review)
    return found


def split_of(review: Review) -> str:
    """La única partición en la que puede salir una reseña."""
    if held_out(f"{review.topic}|{review.form}", COMBINATION_ONE_IN):
        return "compositional"
    return "test" if held_out(review.text, TEST_ONE_IN) else "train"


def draw(rng: random.Random) -> Review:
    """Una reseña de cualquiera de las particiones."""
    atoms, choices = machine().sample_with_choices(rng)
    stars = 1 + choices["#estrellas"]
    return Review(from_atoms(atoms), label_of(stars), stars, topic_of(choices["t"]), FORMS[choices["#forma"]])


def topic_of(noun: Noun) -> str:
    """El tema al que pertenece un sustantivo: el de «mesón» es «restaurante»."""
    return next(iter(noun.classes))


def from_atoms(atoms: list[str]) -> str:
    """El texto que forman las palabras de la gramática, con la mayúscula de cada frase."""
    return join_atoms(list(_starts(atoms, str.capitalize)))


def to_atoms(text: str) -> list[str] | None:
    """Inversa de `from_atoms`: las palabras en minúscula de un texto, o None si no está bien escrito."""
    atoms = list(_starts(split_atoms(text), str.lower))
    return atoms if from_atoms(atoms) == text else None


def _starts(atoms: list[str], change: Callable[[str], str]) -> Iterator[str]:
    """Las mismas palabras, cambiada la primera de cada frase."""
    starting = True
    for atom in atoms:
        yield change(atom) if starting else atom
        starting = atom in SENTENCE_END or (starting and atom in OPENING)


def _belief(text: str) -> tuple[dict[State, float], float]:
    """Con qué elecciones pudo escribirse la reseña entera (probabilidades conjuntas con el final) y la log-probabilidad de sus palabras."""
    atoms = to_atoms(text)
    if atoms is None:
        return {}, -math.inf
    belief, total = machine().follow(atoms)
    ended = {}
    for state, probability in belief.items():
        for p, atom, last in machine().successors(state):
            if atom == END:
                ended[last] = ended.get(last, 0.0) + probability * p
    return ended, total


def log_probability(text: str) -> float:
    """Logaritmo natural de la probabilidad de una reseña entera, en nats; −∞ si el micromundo nunca la escribiría."""
    ended, total = _belief(text)
    return total + math.log(sum(ended.values())) if ended else -math.inf


def stars_posterior(text: str) -> dict[int, float]:
    """P(estrellas | texto), exacta. Lanza `ImpossibleReview` si el micromundo nunca escribiría el texto."""
    ended, _ = _belief(text)
    if not ended:
        raise ImpossibleReview(f"El micromundo nunca escribiría «{text[:80]}»; prueba con una reseña de `reviews.sample`.")
    register, mass, table = machine().grammar.registers["#estrellas"], sum(ended.values()), dict.fromkeys(range(1, 6), 0.0)
    for state, probability in ended.items():
        table[1 + state.chosen[register]] += probability / mass
    return table


def posterior(text: str) -> dict[str, float]:
    """P(etiqueta | texto), exacta. Lanza `ImpossibleReview` si el micromundo nunca escribiría el texto."""
    table = dict.fromkeys(LABELS, 0.0)
    for stars, probability in stars_posterior(text).items():
        table[label_of(stars)] += probability
    return table
