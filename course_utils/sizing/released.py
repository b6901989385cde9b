"""Los modelos que se dibujan por año: cuántos parámetros tienen, quién lo dice y si lo ha publicado quien los hizo."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

TABLE = Path(__file__).parent / "data" / "released.txt"


@dataclass(frozen=True)
class Released:
    """Una fila: cuándo se presentó, sus parámetros, los que usa cada token (None si no se sabe), si el tamaño es oficial y la fuente."""

    name: str
    year: int
    month: int
    parameters: float
    active: float | None
    official: bool
    source: str

    @property
    def date(self) -> float:
        """El año con su fracción: la mitad de junio de 2018 es 2018,46."""
        return self.year + (self.month - 0.5) / 12

    @property
    def sparse(self) -> bool:
        """Si se sabe que elige entre expertos y que cada token usa solo una parte."""
        return self.official and self.active != self.parameters


def released() -> list[Released]:
    """La tabla entera, por fecha."""
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    rows = [_row(line) for line in lines if line.strip() and not line.startswith("#")]
    return sorted(rows, key=lambda row: (row.date, row.name))


def _row(line: str) -> Released:
    name, date, parameters, active, official, source = (part.strip() for part in line.split("|"))
    year, month = map(int, date.split("-"))
    total = float(parameters)
    used = None if active == "?" else float(active) if active else total
    return Released(name, year, month, total, used, official == "oficial", source)
