"""El corazón de los ejercicios: corregir, dar pistas y enseñar la solución.

Una corrección tiene tres resultados: sin responder, todavía no y correcto. Cuando no es correcto, el ejercicio compara lo
que hace tu función en varias pruebas con lo que harían los errores más típicos; si coincide con uno, te dice cuál.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Any

from . import logbook
from .answers import Answer
from .attempt import Attempt, attempt, described, is_blank
from .reply import HINT, SOLUTION, Outcome, Reply, shown


@dataclass(frozen=True)
class Case:
    """Una prueba: los argumentos, cómo se escriben (si son largos) y qué tiene de especial."""

    given: tuple
    written: str = ""
    note: str = ""


class Slip:
    """Un error típico: qué se dice a quien lo comete y una o varias funciones que lo cometen."""

    def __init__(self, text: str, *functions: Callable) -> None:
        self.text, self.functions = text, functions


@dataclass(eq=False, repr=False)
class Exercise:
    """Un ejercicio: ``check(tu_función)``, ``hint()`` y ``solution()``.

    ``truth`` y los errores típicos reciben los argumentos de cada prueba tal como están escritos (números, listas,
    diccionarios); tu función los recibe pasados por ``prepare`` (por ejemplo, como tensores).
    """

    chapter: int
    name: str
    cell: str
    answer: Answer
    truth: Callable
    cases: tuple[Case, ...]
    slips: tuple[Slip, ...]
    hints: tuple[str, ...]
    code: str
    explanation: str
    praise: str
    prepare: Callable[[Any], Any] = deepcopy
    _hints_given: int = field(default=0, init=False)

    def __repr__(self) -> str:
        return f"<ejercicio {self.key}: check, hint, solution>"

    @property
    def key(self) -> str:
        """Su nombre en el fichero de progreso: «14.temperatura»."""
        return f"{self.chapter:02}.{self.name}"

    @property
    def function(self) -> str:
        """El nombre de la función que pide: «con_temperatura»."""
        return re.search(r"^def (\w+)", self.cell, re.MULTILINE)[1]

    def check(self, answer: Any = ...) -> Reply:
        """Corrige tu función: pásala sin paréntesis. Un bucle sin fin solo se para con el botón ■ de Jupyter."""
        if is_blank(answer):
            hint = f"¿Quieres una pista? `ejercicios.{self.name}.hint()`"
            text = f"Cambia los puntos suspensivos por tu respuesta y vuelve a ejecutar. {hint}"
            return shown(Reply(Outcome.UNTOUCHED.value, text, outcome=Outcome.UNTOUCHED))
        fault = self.fault(answer)
        outcome = Outcome.WRONG if fault else Outcome.RIGHT
        note = logbook.record(self.key, right=not fault)
        return shown(Reply(outcome.value, fault or self.praise, note=note, outcome=outcome))

    def hint(self) -> Reply:
        """La pista siguiente; cuando no quedan lo dice, y después vuelve a la primera."""
        given, total = self._hints_given, len(self.hints)
        self._hints_given = (given + 1) % (total + 1)
        if given < total:
            return shown(Reply(replace(HINT, word=f"Pista {given + 1} de {total}"), self.hints[given]))
        text = f"Si te atascas, mira `ejercicios.{self.name}.solution()`. Si pides otra, empiezo por la primera."
        return shown(Reply(replace(HINT, word="No quedan más pistas"), text))

    def solution(self) -> Reply:
        """Una solución y algo que no estaba en el enunciado."""
        return shown(Reply(SOLUTION, "Una manera de hacerlo:", code=self.code.strip(), note=self.explanation))

    def fault(self, answer: Any) -> str:
        """Lo que le falla a la respuesta, en palabras para quien aprende; vacío si es correcta."""
        if not callable(answer):
            return f"A `check` le has pasado {described(answer)}. Pásale tu función, sin paréntesis: `check({self.function})`."
        tries = [attempt(answer, case.given, self.answer.read, self.prepare) for case in self.cases]
        truths = [self._reference(self.truth, case) for case in self.cases]
        right = [self._same(mine, truth) for mine, truth in zip(tries, truths, strict=True)]
        if all(right):
            return self._meddling(tries)
        return self._misconception(tries, truths) or self._first_failure(tries, truths, right)

    def _reference(self, function: Callable, case: Case) -> Attempt:
        return attempt(function, case.given, self.answer.read)

    def _same(self, one: Attempt, other: Attempt) -> bool:
        return not one.problem and not other.problem and self.answer.same(one.value, other.value)

    def _meddling(self, tries: list[Attempt]) -> str:
        if not any(mine.changed for mine in tries):
            return ""
        return ("El resultado es correcto, pero tu función modifica lo que recibe: quien la llame encontrará sus datos cambiados. "
                "Trabaja sobre una copia (`.clone()` en un tensor, `list(...)` o `dict(...)` en lo demás).")  # fmt: skip

    def _misconception(self, tries: list[Attempt], truths: list[Attempt]) -> str:
        """El texto del primer error típico que hace lo mismo que la respuesta."""
        for slip in self.slips:
            for function in slip.functions:
                if self._behaves_like([self._reference(function, case) for case in self.cases], tries, truths):
                    return slip.text
        return ""

    def _behaves_like(self, slips: list[Attempt], tries: list[Attempt], truths: list[Attempt]) -> bool:
        """Si la respuesta falla donde falla el error típico y en ninguna prueba da otro valor.

        Si solo la respuesta se detiene, esa prueba no dice nada: una misma idea puede acabar en inf o en excepción.
        """
        matches = [self._same(slip, mine) for slip, mine in zip(slips, tries, strict=True)]
        both_stop = [slip.raised and mine.raised for slip, mine in zip(slips, tries, strict=True)]
        silent = [mine.raised and not slip.raised for slip, mine in zip(slips, tries, strict=True)]
        wrong = [not self._same(slip, truth) for slip, truth in zip(slips, truths, strict=True)]
        agrees = all(m or b or s for m, b, s in zip(matches, both_stop, silent, strict=True))
        return agrees and any(matches) and any((m or b) and w for m, b, w in zip(matches, both_stop, wrong, strict=True))

    def _first_failure(self, tries: list[Attempt], truths: list[Attempt], right: list[bool]) -> str:
        place = right.index(False)
        case, mine, count = self.cases[place], tries[place], sum(right)
        almost = f"Casi: aciertas {count} de {len(right)} pruebas, pero con" if count else "Con"
        what = mine.problem or self.answer.difference(truths[place].value, mine.value)
        note = case.note if count or not mine.problem else ""  # si nada funciona, lo especial de esta prueba no es la causa
        return f"{almost} `{self._call(case)}` {what}{'' if what.endswith('?') else '.'} {note}".rstrip()

    def _call(self, case: Case) -> str:
        """La llamada tal como la escribiría quien aprende, en una línea."""
        return case.written or " ".join(f"{self.function}({', '.join(repr(self.prepare(x)) for x in case.given)})".split())
