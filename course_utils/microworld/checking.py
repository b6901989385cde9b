"""Qué reglas rompe un texto: concordancia, un personaje o un objeto que cambia, una palabra que no existe, un cuento sin final…

El texto se lee con la inferencia exacta. Donde la gramática no puede seguir, `alignment` busca el retoque más barato que lo
explica; el retoque dice qué regla se ha roto, y la lectura continúa a partir de ahí.
"""
from collections.abc import Iterator
from functools import cache

from course_utils.microworld.alignment import SYNCHRONISED, Aligner, Node
from course_utils.microworld.diagnosis import RULES, Text, Violation, diagnose, quote
from course_utils.microworld.grammar import spacing
from course_utils.microworld.inference import END, Machine, State

MOST = 50           # faltas que se cuentan de un texto, como mucho
BACK = 3            # palabras antes del tropiezo en las que puede estar la falta


@cache
def _aligner(machine: Machine) -> Aligner:
    return Aligner(machine)


def check(text: str, machine: Machine) -> list[Violation]:
    """Las faltas de un texto, en orden; lista vacía si y solo si la gramática de `machine` puede escribirlo.

    Las reglas son `RULES`. Admite cualquier cadena; de los textos muy equivocados cuenta las primeras `MOST` faltas.
    """
    source = Text.read(text)
    found = [*_spaces(source), *_Reader(source, _aligner(machine)).violations()]
    return sorted(found, key=lambda violation: violation.position)[:MOST]


def _spaces(source: Text) -> Iterator[Violation]:
    """Los espacios que sobran o faltan: exactamente los que harían que juntar las palabras no diera el mismo texto."""
    end = 0
    for index, (start, atom) in enumerate(zip(source.starts, source.atoms)):
        gap, wanted = source.text[end:start], spacing(source.atoms[index - 1][-1] if index else "", atom)
        if gap != wanted:
            yield Violation("escritura", gap, end, f"{_gap_message(gap, wanted)} antes de {quote(atom)}.")
        end = start + len(atom)
    if end < len(source.text):
        yield Violation("escritura", source.text[end:], end, f"{_gap_message(source.text[end:], '')} al final.")


def _gap_message(gap: str, wanted: str) -> str:
    if not gap:
        return "Falta un espacio"
    if gap.strip():
        return f"Hay un signo que el micromundo no usa ({gap.strip()[:20]!r})"
    return "Sobra un espacio" if len(gap) == len(wanted) + 1 else "El espacio no es el que toca"


class _Reader:
    """Recorre un texto con la gramática y apunta cada tropiezo."""

    def __init__(self, source: Text, aligner: Aligner):
        self.source, self.aligner, self.machine = source, aligner, aligner.machine
        self.beliefs: list[dict[State, float]] = [{self.machine.start: 1.0}]   # beliefs[i - first]: antes de la palabra i
        self.first = 0

    def violations(self) -> list[Violation]:
        found: list[Violation] = []
        while (failure := self._follow()) < len(self.source.atoms):
            if self._cut_short(failure):
                return [*found, self.source.violation("inacabado", failure, failure + 1, "El cuento se corta a mitad de una palabra.")]
            explained = self._explain(failure)
            found += explained or self._give_up(failure)
            if not explained or len(found) >= MOST:
                return found
        return found + self._unfinished()

    def _unfinished(self) -> list[Violation]:
        if any(self.aligner.can_end(state) for state in self.beliefs[-1]):
            return []
        return [self.source.violation("inacabado", len(self.source.atoms), 0, "El cuento se queda sin terminar.")]

    def _cut_short(self, failure: int) -> bool:
        """Si la palabra que falla es la última y es el comienzo de una posible."""
        atoms = self.source.atoms
        return failure == len(atoms) - 1 and any(atom.startswith(atoms[-1]) for atom in self.machine.next_atoms(self.beliefs[-1]))

    def _follow(self) -> int:
        """Avanza mientras la gramática pueda; devuelve la palabra que no puede seguir (o cuántas hay, si llega al final)."""
        atoms = self.source.atoms
        while (index := self.first + len(self.beliefs) - 1) < len(atoms):
            after = self.machine.advance(self.beliefs[-1], atoms[index])
            mass = sum(after.values())
            if not mass:
                break
            self.beliefs.append({state: p / mass for state, p in after.items()})
        return index

    def _explain(self, failure: int) -> list[Violation]:
        if self._over():
            return []
        start = max(self.first, failure - BACK)
        nodes = self.aligner.explain(self.beliefs[start - self.first], self.source.atoms, start, failure)
        if nodes:
            self._resume(nodes)
            return list(diagnose(nodes[0].path(), self.source, self.aligner.vocabulary))
        return []

    def _over(self) -> bool:
        return set(self.machine.next_atoms(self.beliefs[-1])) == {END}

    def _resume(self, nodes: list[Node]) -> None:
        """Sigue leyendo desde un poco antes del final de la explicación, para poder volver atrás si hay otra falta enseguida."""
        back = BACK if nodes[0].run >= SYNCHRONISED else 0
        origins = [node.back(back) for node in nodes]
        self.first, self.beliefs = origins[0].index, [{node.state: 1.0 / len(origins) for node in origins}]

    def _give_up(self, failure: int) -> list[Violation]:
        """Nada explica el texto a partir de aquí: la trama se ha roto. Aún se nombran las palabras que no existen."""
        word = self.source.atoms[failure]
        message = f"El cuento ya había terminado antes de {quote(word)}." if self._over() else f"{quote(word)} no sigue el hilo del cuento."
        trama = self.source.violation("trama", failure, failure + 1, message)
        vocabulary, rest = self.aligner.vocabulary, range(failure, len(self.source.atoms))
        unknown = (self.source.unknown(index) for index in rest if not vocabulary.knows(self.source.atoms[index]))
        return [trama, *(violation for violation, _ in zip(unknown, range(MOST)))]


__all__ = ["RULES", "Violation", "check"]
