"""Los caminos de una traducción: en cada paso, las hipótesis que se enseñan, y de cuál de las anteriores sale cada una."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from course_utils.generation.beams import DROPPED, FINISHED, LIVE, BeamStep, Hypothesis
from course_utils.generation.translating import Step


@dataclass(frozen=True)
class Paths:
    """Una columna por paso, con sus hipótesis de mejor a peor; `parent` es el lugar de la anterior en su propia columna."""

    columns: tuple[tuple[Hypothesis, ...], ...]
    finished: tuple[Hypothesis, ...] = ()

    @property
    def winner(self) -> Hypothesis:
        """La hipótesis que gana: la mejor de las terminadas o, si ninguna ha terminado, la mejor del último paso."""
        return self.finished[0] if self.finished else self.columns[-1][0]

    def line(self, step: int | None = None, lane: int = 0) -> list[int]:
        """El camino que pasa por una hipótesis, de principio a fin: qué lugar ocupa en cada columna. Sin `step`, el de la ganadora."""
        if not self.columns:
            return []
        if step is None:
            return self._back(*self._place(self.winner))
        before, here = self._back(step, lane), self.columns[step][lane]
        if self.winner.ids[: step + 1] == here.ids:
            return self.line()
        return [*before, *self._ahead(step, lane)]

    def _place(self, hypothesis: Hypothesis) -> tuple[int, int]:
        step = len(hypothesis.ids) - 1
        return step, next(lane for lane, one in enumerate(self.columns[step]) if one.ids == hypothesis.ids)

    def _back(self, step: int, lane: int) -> list[int]:
        line = [lane]
        for column in reversed(self.columns[1 : step + 1]):
            line.insert(0, column[line[0]].parent)
        return line

    def _ahead(self, step: int, lane: int) -> list[int]:
        """De cada hipótesis, su mejor continuación, mientras la tenga."""
        line = []
        for column in self.columns[step + 1 :]:
            lane = next((place for place, one in enumerate(column) if one.parent == lane), None)
            if lane is None:
                break
            line.append(lane)
        return line


def greedy_paths(steps: Sequence[Step]) -> Paths:
    """La decodificación voraz: una sola hipótesis en cada paso."""
    made = [_greedy(step) for step in steps]
    return Paths(tuple((one,) for one in made), (made[-1],))


def _greedy(step: Step) -> Hypothesis:
    state = FINISHED if step.finish else LIVE
    return Hypothesis(step.generated, step.total, step.total / len(step.generated), 0 if step.position else None, state)


def searched_paths(steps: Sequence[BeamStep]) -> Paths:
    """La búsqueda en haz: las hipótesis vivas y las que terminan en cada paso; las descartadas no se enseñan."""
    columns, alive = [], []
    for step in steps:
        shown = [one for one in step.candidates if one.state != DROPPED]
        columns.append(tuple(replace(one, parent=None if one.parent is None else alive[one.parent]) for one in shown))
        alive = [lane for lane, one in enumerate(shown) if one.state == LIVE]
    return Paths(tuple(columns), steps[-1].finished)
