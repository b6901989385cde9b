"""Inferencia exacta en la gramática: muestrear, dar la probabilidad de un texto y la distribución de la palabra siguiente.

Un *estado* es lo que hace falta para seguir el cuento: lo que queda por escribir de la última referencia, la instrucción que
toca y lo elegido hasta ahora. Tras un principio de cuento solo unos pocos estados lo explican; llevando la probabilidad de cada
uno (el algoritmo «hacia delante» de los modelos ocultos de Markov: Rabiner, 1989, §III.A) todo lo demás son sumas.
"""
import math
import random
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from course_utils.microworld.grammar import Choose, Draw, End, Grammar, Write
from course_utils.microworld.lexicon import Name, Noun

END = "(fin)"


class State(NamedTuple):
    """`pending`: palabras ya decididas; `at`: instrucción que sigue; `chosen`: un valor por registro (None si aún no)."""

    pending: tuple[str, ...]
    at: int
    chosen: tuple


class Machine:
    """La gramática en marcha. `memory`: de cuántos estados recuerda lo que puede venir después."""

    def __init__(self, grammar: Grammar, *, memory: int = 2_000):
        self.grammar = grammar
        self.start = State((), grammar.start, (None,) * len(grammar.registers))
        self.successors = lru_cache(maxsize=memory)(self._successors)
        self._candidates = lru_cache(maxsize=None)(self._list_candidates)

    # ---------------------------------------------------------------- un paso

    def _values(self, state: State, names: Sequence[str]) -> dict[str, object]:
        registers = self.grammar.registers
        return {name: state.chosen[registers[name]] for name in names if name in registers}

    def _branches(self, state: State) -> Iterator[tuple[float, State]]:
        """Los estados a los que lleva una instrucción que no escribe todavía."""
        instruction, (_, _, chosen) = self.grammar.code[state.at], state
        if isinstance(instruction, Choose):
            yield from self._choices(instruction, chosen)
        elif isinstance(instruction, Draw):
            for probability, value in self.candidates(instruction, chosen):
                yield probability, State((), instruction.next, self._with(chosen, instruction.register, value))
        else:
            for probability, atoms in instruction.reference.alternatives(self._values(state, instruction.reference.registers)):
                yield probability, State(atoms, instruction.next, chosen)

    def _choices(self, instruction: Choose, chosen: tuple) -> Iterator[tuple[float, State]]:
        key = instruction.key
        made = chosen[self.grammar.registers[key]] if key else None
        if made is not None:
            yield 1.0, State((), instruction.branches[made][1], chosen)
            return
        taken = [chosen[self.grammar.registers[name]] for name in instruction.unlike]
        free = 1.0 - sum(instruction.branches[index][0] for index in set(taken) - {None}) if taken else 1.0
        for index, (probability, target) in enumerate(instruction.branches):
            if probability and index not in taken:
                yield probability / free, State((), target, self._with(chosen, key, index) if key else chosen)

    def _with(self, chosen: tuple, register: str, value: object) -> tuple:
        index = self.grammar.registers[register]
        return chosen[:index] + (value,) + chosen[index + 1:]

    def candidates(self, draw: Draw, chosen: tuple) -> tuple[tuple[float, object], ...]:
        """Lo que puede guardarse en un registro, con su probabilidad. Un sustantivo ya presente en el cuento no se repite."""
        if draw.kind == "" and draw.register.endswith(".nombre"):
            noun = chosen[self.grammar.registers[draw.register.removesuffix(".nombre")]]
            return self._candidates("nombre", frozenset(), noun.gender)
        taken = frozenset(value.lemma for value in chosen if isinstance(value, Noun | Name))
        return self._candidates(draw.kind, taken, None)

    def _list_candidates(self, kind: str, taken: frozenset[str], gender: str | None) -> tuple[tuple[float, object], ...]:
        lexicon, wanted = self.grammar.lexicon, set(kind.split("."))
        if gender:
            pool = [name for name in lexicon.names if name.gender == gender]
        else:
            words = (word for word in (*lexicon.nouns, *lexicon.adjectives) if wanted <= word.classes)
            pool = [word for word in words if not (isinstance(word, Noun) and word.lemma in taken)]
        total = sum(word.weight for word in pool)
        if not pool:
            raise ValueError(f"El léxico no tiene ninguna palabra de la clase «{kind}»: añádela a data/lexicon.txt.")
        return tuple((word.weight / total, word) for word in pool)

    def _successors(self, state: State) -> tuple[tuple[float, str, State], ...]:
        """Todo lo que puede escribirse a continuación: (probabilidad, palabra, estado que queda)."""
        found, open_states = [], [(1.0, state)]
        while open_states:
            probability, state = open_states.pop()
            written = self._written(state)
            if written:
                found.append((probability, *written))
            else:
                open_states += [(probability * p, s) for p, s in self._branches(state)]
        return tuple(found)

    def _written(self, state: State) -> tuple[str, State] | None:
        if state.pending:
            return state.pending[0], State(state.pending[1:], state.at, state.chosen)
        instruction = self.grammar.code[state.at]
        if isinstance(instruction, Write):
            return instruction.atom, State((), instruction.next, state.chosen)
        return (END, state) if isinstance(instruction, End) else None

    # ---------------------------------------------------------------- muestrear

    def sample(self, rng: random.Random, *, most: int | None = None) -> list[str]:
        """Un texto al azar, como lista de palabras y signos; con `most`, solo los primeros."""
        return self._run(rng, most)[0]

    def sample_with_choices(self, rng: random.Random) -> tuple[list[str], dict[str, object]]:
        """Un texto al azar y lo que se eligió al escribirlo: {registro: valor}, sin los registros que no llegaron a usarse.

        El valor es una palabra del léxico (`Noun`, `Adjective`, `Name`) o, en una elección con nombre («[#tono a | b]»), el número
        de la rama, bajo «#tono». Escribe lo mismo que `sample` con el mismo `rng`.
        """
        atoms, state = self._run(rng, None)
        values = zip(self.grammar.registers, state.chosen, strict=True)
        return atoms, {register: value for register, value in values if value is not None}

    def _run(self, rng: random.Random, most: int | None) -> tuple[list[str], State]:
        atoms, state = [], self.start
        while most is None or len(atoms) < most:
            written = self._written(state)
            if written is None:
                state = _pick(rng, self._branches(state))
            elif written[0] == END:
                break
            else:
                atoms.append(written[0])
                state = written[1]
        return atoms, state

    # ---------------------------------------------------------------- hacia delante

    def advance(self, belief: dict[State, float], atom: str) -> dict[State, float]:
        """Los estados posibles, con su probabilidad conjunta, tras escribir `atom`."""
        after: dict[State, float] = {}
        for state, probability in belief.items():
            for p, written, following in self.successors(state):
                if written == atom:
                    after[following] = after.get(following, 0.0) + probability * p
        return after

    def follow(self, atoms: Iterable[str]) -> tuple[dict[State, float], float]:
        """Recorre unas palabras: (estados posibles con probabilidades que suman 1, logaritmo de la probabilidad del prefijo)."""
        belief, total = {self.start: 1.0}, 0.0
        for atom in atoms:
            belief = self.advance(belief, atom)
            mass = sum(belief.values())
            if not mass:
                return {}, -math.inf
            total += math.log(mass)
            belief = {state: p / mass for state, p in belief.items()}
        return belief, total

    def next_atoms(self, belief: dict[State, float]) -> dict[str, float]:
        """La distribución de la palabra siguiente, de mayor a menor; `END` si el cuento puede acabar ahí."""
        table: dict[str, float] = {}
        for state, probability in belief.items():
            for p, atom, _ in self.successors(state):
                table[atom] = table.get(atom, 0.0) + probability * p
        return dict(sorted(table.items(), key=lambda item: (-item[1], item[0])))


def _pick(rng: random.Random, branches: Iterator[tuple[float, State]]) -> State:
    threshold, total = rng.random(), 0.0
    for probability, state in branches:
        total += probability
        if threshold < total:
            return state
    return state  # las sumas de coma flotante pueden quedarse a una milésima de billonésima de 1
