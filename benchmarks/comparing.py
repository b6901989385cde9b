"""La forma de una medida: dos maneras de hacer lo mismo, por turnos, en el mismo proceso, y la razón entre sus medianas."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Comparison:
    """Una fila de la tabla. Los valores son medianas y cuanto menores, mejor; la razón es la de la otra manera entre la nuestra."""

    case: str  # qué se mide: «decoder, muestreo puro»
    ours: float
    theirs: float
    unit: str  # «ms por token»
    aim: float | None = None  # la razón que se quería alcanzar, si la había

    @property
    def ratio(self) -> float:
        return self.theirs / self.ours


def by_turns(*ways: Callable[[], object], rounds: int = 15, clock: Callable[[], float] = time.perf_counter) -> tuple[float, ...]:
    """La mediana de los segundos de cada manera (la nuestra, la primera), por turnos para que el ruido de la máquina caiga en todas.

    clock: con `time.process_time`, los segundos de procesador, que no cuentan lo que se llevan otros programas.
    """
    for way in ways:
        way()
    turns = [[_seconds(way, clock) for way in ways] for _ in range(rounds)]
    return tuple(map(statistics.median, zip(*turns, strict=True)))


def report(title: str, ours: str, theirs: str, comparisons: list[Comparison], *, notes: tuple[str, ...] = ()) -> None:
    """Escribe la medida en la salida, como JSON: es lo que `run.py` recoge.

    title: qué se compara. ours y theirs: nombre de cada manera. notes: frases que van debajo de la tabla.
    """
    rows = [asdict(c) | {"ratio": c.ratio} for c in comparisons]
    print(json.dumps({"title": title, "ours": ours, "theirs": theirs, "rows": rows, "notes": list(notes)}, ensure_ascii=False))


def _seconds(call: Callable[[], object], clock: Callable[[], float]) -> float:
    start = clock()
    call()
    return clock() - start
