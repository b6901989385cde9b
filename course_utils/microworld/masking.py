"""La verdad de los huecos: qué palabras pudo haber donde un texto tiene alguna tapada, y con qué probabilidad exacta.

Es la inferencia «hacia delante y hacia atrás» de los modelos ocultos de Markov (Rabiner, 1989, §III.B) sobre los estados de la gramática:
hacia delante, en qué estados puede estar al llegar a cada palabra; hacia atrás, desde cuáles puede acabarse el texto que se ve.
"""
import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from course_utils.microworld import reviews, stories
from course_utils.microworld.grammar import ATOM, CLOSING, OPENING
from course_utils.microworld.inference import END, Machine, State

HOLE = "[MASK]"
PIECE = re.compile(rf"{re.escape(HOLE)}|{ATOM.pattern}", re.UNICODE)


class ImpossibleText(ValueError):
    """El micromundo nunca escribiría este texto, sea lo que sea lo que haya en los huecos."""


class Kind(NamedTuple):
    """Una clase de texto: su gramática, si cada frase pone en mayúscula su primera palabra, y si el texto acaba donde acaba."""

    machine: Callable[[], Machine]
    capitals: bool
    whole: bool


KINDS = {"reviews": Kind(reviews.machine, True, True), "stories": Kind(stories.machine, False, False)}


class Point(NamedTuple):
    """Dónde está la gramática entre dos palabras, y si la siguiente empieza frase."""

    state: State
    starting: bool


class Edge(NamedTuple):
    """Una palabra escrita: de qué punto (y cuánto se cree estar en él) a cuál lleva, y con qué probabilidad."""

    origin: Point
    word: str
    target: Point
    belief: float
    probability: float


def cover(text: str, places: Sequence[int]) -> tuple[str, list[str]]:
    """Tapa las palabras o signos de esas posiciones (contadas desde 0): el texto con sus «[MASK]» y lo tapado, en orden."""
    chosen, written = set(places), []
    spans = [match.span() for match in ATOM.finditer(text)]
    for place in sorted(chosen, reverse=True):
        if not 0 <= place < len(spans):
            raise ValueError(f"No hay ninguna palabra {place} en un texto de {len(spans)}: cuenta desde 0.")
        start, end = spans[place]
        written.insert(0, text[start:end])
        text = text[:start] + HOLE + text[end:]
    return text, written


def words(text: str) -> list[int]:
    """Las posiciones, para `cover`, de lo que son palabras y no signos."""
    return [place for place, match in enumerate(ATOM.finditer(text)) if match[0].isalpha()]


def posterior(text: str, *, kind: str = "reviews", allowed: Callable[[int, str], bool] | None = None) -> list[dict[str, float]]:
    """Por cada «[MASK]» de un texto, P(palabra tapada | lo que se ve), exacta y de mayor a menor.

    kind: «reviews», reseñas enteras, o «stories», principios de cuento. allowed(hueco, palabra): si se sabe que en el hueco número tal
    cabe esa palabra (por ejemplo, por su número de tokens). Lanza ValueError si no se conoce la clase, e `ImpossibleText` si con nada en
    los huecos saldría un texto del micromundo.
    """
    if kind not in KINDS:
        raise ValueError(f"No conozco la gramática de «{kind}»: elige entre {', '.join(KINDS)}.")
    layers, ends = _forward(text, KINDS[kind], allowed or (lambda hole, word: True))
    after, found = ends, []
    for seen, layer in reversed(layers):
        if seen == HOLE:
            found.insert(0, _marginal(layer, after))
        after = _backward(layer, after)
    return found


Layer = tuple[str, list[Edge]]      # lo que se ve (una palabra, un signo o un hueco) y lo que pudo escribirse ahí


def _forward(text: str, kind: Kind, allowed: Callable[[int, str], bool]) -> tuple[list[Layer], dict[Point, float]]:
    """Las aristas posibles de cada palabra, y cuánto vale acabar en cada punto final."""
    belief, layers, holes = {Point(kind.machine().start, kind.capitals): 1.0}, [], 0
    for seen, openings in _pieces(text):
        layer = _edges(belief, kind, seen, openings, lambda word, hole=holes: allowed(hole, word))
        belief = _next_belief(layer)
        if not belief:
            raise ImpossibleText(f"El micromundo nunca escribiría «{text[:80]}»; prueba a tapar palabras de una muestra suya.")
        layers.append((seen, layer))
        holes += seen == HOLE
    ends = {point: _ending(kind, point) for point in belief}
    if not any(ends.values()):
        raise ImpossibleText(f"El micromundo nunca acabaría así «…{text[-80:]}»; prueba con una muestra entera.")
    return layers, ends


def _pieces(text: str) -> list[tuple[str, set[bool]]]:
    """Lo que se ve, en orden, y si ahí, por el espacio que lo sigue, puede haber un signo que abre (True) u otra cosa (False)."""
    found = []
    for match in PIECE.finditer(text):
        following = text[match.end() : match.end() + 1]
        glued = following != "" and following not in " " + CLOSING
        found.append((match[0], {True, False} if following == HOLE[0] else {glued}))
    return found


def _edges(belief: dict[Point, float], kind: Kind, seen: str, openings: set[bool], fits: Callable[[str], bool]) -> list[Edge]:
    edges = []
    for point, mass in belief.items():
        for p, atom, state in kind.machine().successors(point.state):
            word = atom.capitalize() if point.starting else atom
            if word == seen or (seen == HOLE and atom != END and (atom in OPENING) in openings and fits(word)):
                starting = kind.capitals and (atom in reviews.SENTENCE_END or (point.starting and atom in reviews.OPENING))
                edges.append(Edge(point, word, Point(state, starting), mass, p))
    return edges


def _next_belief(layer: list[Edge]) -> dict[Point, float]:
    total, belief = sum(edge.belief * edge.probability for edge in layer), {}
    for edge in layer:
        belief[edge.target] = belief.get(edge.target, 0.0) + edge.belief * edge.probability / total
    return belief


def _ending(kind: Kind, point: Point) -> float:
    return sum(p for p, atom, _ in kind.machine().successors(point.state) if atom == END) if kind.whole else 1.0


def _marginal(layer: list[Edge], after: dict[Point, float]) -> dict[str, float]:
    table: dict[str, float] = {}
    for edge in layer:
        table[edge.word] = table.get(edge.word, 0.0) + edge.belief * edge.probability * after.get(edge.target, 0.0)
    total = sum(table.values())
    return {word: weight / total for word, weight in sorted(table.items(), key=lambda item: (-item[1], item[0])) if weight}


def _backward(layer: list[Edge], after: dict[Point, float]) -> dict[Point, float]:
    """Cuánto vale cada punto de origen: la parte de lo que sale de él que acaba escribiendo lo que falta (salvo una escala común)."""
    leaving: dict[Point, float] = {}
    for edge in layer:
        leaving[edge.origin] = leaving.get(edge.origin, 0.0) + edge.probability * after.get(edge.target, 0.0)
    top = max(leaving.values())
    return {point: weight / top for point, weight in leaving.items()}
