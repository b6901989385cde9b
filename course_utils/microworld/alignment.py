"""Qué quiso decir un texto que la gramática no puede escribir: la secuencia de retoques más barata que lo explica.

Es una distancia de edición (Wagner y Fischer, 1974) entre el texto y lo que la gramática podría escribir, con búsqueda en haz:
se avanza palabra a palabra y solo se guardan las explicaciones más baratas.
"""
from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from itertools import groupby, islice
from operator import itemgetter
from typing import NamedTuple

from course_utils.microworld.grammar import Draw, Write
from course_utils.microworld.inference import END, Machine, State
from course_utils.microworld.vocabulary import Vocabulary, build

BEAM = 16           # explicaciones del mismo precio que se guardan en cada palabra
WIDEST = 60         # y cuántas en total
EDITED = 16         # las mejores, a las que se les busca otro retoque
SPREAD = 2.5        # cuánto más cara que la mejor puede ser una explicación
MISSING = 1.1       # precio de una palabra que falta, o que sobra
DEPTH = 3           # palabras seguidas que pueden faltar
OUT_OF_PLACE = 0.9  # precio de una palabra bien formada que no es de la clase que tocaba
SYNCHRONISED = 6    # palabras seguidas sin retoque que bastan para dar por buena una explicación
WINDOW = 50         # palabras que se miran como mucho
LIMIT = 6.0         # por encima de este precio no hay explicación
CHEAPEST = 0.5      # el retoque más barato


class Node(NamedTuple):
    """Una explicación de las primeras `index` palabras. El último paso leyó `found` donde la gramática escribe `expected`."""

    cost: float
    probability: float
    state: State
    index: int
    run: int = 0                  # pasos seguidos sin retoque
    parent: Node | None = None
    found: str | None = None      # None: falta una palabra
    expected: str | None = None   # None: sobra una palabra
    forced: bool = False          # palabra de otra clase, o ya usada

    @property
    def clean(self) -> bool:
        return self.found == self.expected and not self.forced

    def path(self) -> list[Node]:
        """Los pasos, del primero al último (el nodo inicial no es un paso)."""
        steps, node = [], self
        while node.parent is not None:
            steps.append(node)
            node = node.parent
        return steps[::-1]

    def back(self, steps: int) -> Node:
        node = self
        for _ in range(steps):
            node = node.parent or node
        return node


class Tolerant(Machine):
    """La misma gramática, que además deja elegir sustantivos ya usados o de otra clase parecida, y cualquier adjetivo o nombre."""

    def candidates(self, draw: Draw, chosen: tuple) -> tuple[tuple[float, object], ...]:
        if draw.register.endswith(".nombre"):
            return self._any("nombre")
        allowed = super().candidates(draw, chosen)
        return self._any(draw.kind.split(".")[0] if hasattr(allowed[0][1], "gender") else "adjetivo")

    def _any(self, kind: str) -> tuple[tuple[float, object], ...]:
        lexicon = self.grammar.lexicon
        pools = {"nombre": lexicon.names, "adjetivo": lexicon.adjectives}
        pool = pools.get(kind) or [noun for noun in lexicon.nouns if kind in noun.classes]
        return tuple((1.0 / len(pool), word) for word in pool)


class Aligner:
    """Busca explicaciones para una gramática."""

    def __init__(self, machine: Machine):
        self.machine = machine
        self.tolerant = Tolerant(machine.grammar)
        self.vocabulary: Vocabulary = build(machine.grammar)

    def explain(self, belief: dict[State, float], atoms: list[str], start: int, failure: int) -> list[Node]:
        """Las explicaciones más baratas que salen de `belief` en la palabra `start` y pasan de `failure`, de mejor a peor.

        Todas tienen el mismo precio. Lista vacía si nada lo explica. Si no llegan al final del texto, sus últimos
        `SYNCHRONISED` pasos no tienen retoques.
        """
        beam = [Node(0.0, p, state, start) for state, p in belief.items()]
        for index in range(start, min(len(atoms), failure + WINDOW)):
            beam = self._step(beam, atoms, index, failure)
            if not beam or beam[0].cost > LIMIT:
                return []
            if beam[0].run >= SYNCHRONISED:
                return [node for node in beam if node.cost == beam[0].cost and node.run >= SYNCHRONISED]
        return self._endings(beam) if beam[0].index == len(atoms) else []

    def _endings(self, beam: list[Node]) -> list[Node]:
        """Al final del texto, mejor la explicación en la que el cuento puede acabar ahí."""
        costs = [node.cost + MISSING * (not self.can_end(node.state)) for node in beam]
        return [node for node, cost in zip(beam, costs) if cost == min(costs)]

    def can_end(self, state: State) -> bool:
        return any(atom == END for _, atom, _ in self.machine.successors(state))

    def _step(self, beam: list[Node], atoms: list[str], index: int, failure: int) -> list[Node]:
        new = [child for node in beam for child in self._match(node, atoms)]
        stuck = index >= failure and not any(child.cost == beam[0].cost for child in new)
        if stuck:
            new += [child for node in self._missing(beam, atoms[index]) for child in self._match(node, atoms)]
        new += [child for node in beam[:EDITED] for child in self._edit(node, atoms)]
        return self._prune(new, atoms[index + 1] if index + 1 < len(atoms) else None)

    def _match(self, node: Node, atoms: list[str]) -> Iterator[Node]:
        cost, probability, state, index, run = node[:5]
        for p, atom, following in self.machine.successors(state):
            if atom == atoms[index]:
                yield Node(cost, probability * p, following, index + 1, run + 1, node, atom, atom)

    def _edit(self, node: Node, atoms: list[str]) -> Iterator[Node]:
        """La palabra siguiente, retocada: está en lugar de otra, es de una clase que no tocaba, o sobra."""
        cost, probability, state, index = node[:4]
        found, distance = atoms[index], self.vocabulary.distance
        for p, atom, following in self.machine.successors(state):
            if atom != found and atom != END:
                yield Node(cost + distance(found, atom), probability * p, following, index + 1, 0, node, found, atom)
        for p, following in self._forced(state, atoms, index):
            yield Node(cost + OUT_OF_PLACE, probability * p, following, index + 1, 0, node, found, found, True)
        for p, words, following in self._glued(state, found):
            yield Node(cost + CHEAPEST, probability * p, following, index + 1, 0, node, found, words)
        yield Node(cost + MISSING, probability, state, index + 1, 0, node, found, None)

    def _glued(self, state: State, found: str) -> Iterator[tuple[float, str, State]]:
        """Las dos palabras que forman una que no existe: «elzorro»."""
        if self.vocabulary.knows(found):
            return
        for p, first, middle in self.machine.successors(state):
            if found.startswith(first):
                for q, second, following in self.machine.successors(middle):
                    if first + second == found:
                        yield p * q, f"{first} {second}", following

    def _forced(self, state: State, atoms: list[str], index: int) -> Iterator[tuple[float, State]]:
        """Lo que solo la gramática tolerante escribiría y coincide con el texto."""
        if state.pending:
            return
        for p, atom, following in self.tolerant.successors(state):
            rest = following.pending
            if atom == atoms[index] and list(rest) == atoms[index + 1:index + 1 + len(rest)] and not self._allowed(state, atom, following):
                yield p, following

    def _allowed(self, state: State, atom: str, following: State) -> bool:
        return any(written == atom and possible == following for _, written, possible in self.machine.successors(state))

    def _missing(self, beam: list[Node], following: str) -> Iterator[Node]:
        """Explicaciones en las que faltan de una a `DEPTH` palabras antes de la siguiente."""
        level = [node for node in beam[:EDITED] if node.cost <= beam[0].cost + 1]
        for _ in range(DEPTH):
            level = self._prune((child for node in level for child in self._insert(node)), following)[:EDITED]
            yield from level

    def _insert(self, node: Node) -> Iterator[Node]:
        for p, atom, following in self.machine.successors(node.state):
            if atom != END:
                yield Node(node.cost + MISSING, node.probability * p, following, node.index, 0, node, None, atom)

    def _prune(self, nodes: Iterable[Node], following: str | None) -> list[Node]:
        """Las mejores, una por estado, de mejor a peor. Si ya se sabe que `following` no podrá venir, cuenta el retoque que hará falta."""
        best: dict[State, tuple[float, float, int, Node]] = {}
        for order, node in enumerate(nodes):
            coming = self._coming(node.state)
            price = node.cost + CHEAPEST * bool(coming and following and coming != following)
            ranked = (round(price, 3), -node.probability, order, node)
            if ranked < best.get(node.state, (math.inf,)):
                best[node.state] = ranked
        return _cheapest(best.values())

    def _coming(self, state: State) -> str | None:
        """La palabra siguiente, cuando no hay más que una y no hace falta buscarla."""
        if state.pending:
            return state.pending[0]
        instruction = self.machine.grammar.code[state.at]
        return instruction.atom if isinstance(instruction, Write) else None


def _cheapest(ranked: Iterable[tuple[float, float, int, Node]]) -> list[Node]:
    """De cada precio, las `BEAM` más probables; `WIDEST` en total."""
    ordered = sorted(ranked)
    tied = groupby((entry for entry in ordered if entry[0] <= ordered[0][0] + SPREAD), key=itemgetter(0))
    kept = (entry[-1] for _, entries in tied for entry in islice(entries, BEAM))
    return list(islice(kept, WIDEST))


__all__ = ["Aligner", "Node", "SYNCHRONISED"]
