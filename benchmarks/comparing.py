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


def by_turns(ours: Callable[[], object], theirs: Callable[[], object], *, rounds: int = 15) -> tuple[float, float]:
    """La mediana de los segundos de cada manera, medidas por turnos para que el ruido de la máquina caiga en las dos."""
    ours(), theirs()
    pairs = [(_seconds(ours), _seconds(theirs)) for _ in range(rounds)]
    return statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs)


def report(title: str, ours: str, theirs: str, comparisons: list[Comparison], *, notes: tuple[str, ...] = ()) -> None:
    """Escribe la medida en la salida, como JSON: es lo que `run.py` recoge.

    title: qué se compara. ours y theirs: nombre de cada manera. notes: frases que van debajo de la tabla.
    """
    rows = [asdict(c) | {"ratio": c.ratio} for c in comparisons]
    print(json.dumps({"title": title, "ours": ours, "theirs": theirs, "rows": rows, "notes": list(notes)}, ensure_ascii=False))


def _seconds(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start
