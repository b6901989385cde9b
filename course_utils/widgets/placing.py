"""La vista de posiciones sin pantalla: una o dos tablas, la posición elegida, la que se compara y lo que se parecen."""

from __future__ import annotations

import base64
from collections.abc import Sequence

import numpy as np

from course_utils import maps, positions, theme
from course_utils.positions import MEASURES, Positions

DEFAULT_LENGTH, LONGEST, WIDEST = 256, 512, 256


def tables(sources: Sequence[object], length: int | None) -> list[Positions]:
    """Las posiciones de cada fuente, todas con el mismo número de filas: las que se piden o, si no, las que tengan todas (hasta 256)."""
    if length is not None and (isinstance(length, bool) or not isinstance(length, int) or not 1 <= length <= LONGEST):
        raise ValueError(f"El número de posiciones (length) va de 1 a {LONGEST} y he recibido {length!r}.")
    found = [positions.of(source, length=length or DEFAULT_LENGTH) for source in sources]
    shortest = min(len(one.vectors) for one in found)
    return [Positions(one.vectors[:shortest], one.kind, one.origin) for one in found]


def picture(table: Positions) -> dict[str, object]:
    """Una tabla como imagen de un byte por número: 128 es cero; 1 y 255, los extremos de la escala. Si es muy ancha, no van todas."""
    length, size = table.vectors.shape
    columns = np.unique(np.linspace(0, size - 1, min(size, WIDEST)).round().astype(int))
    limit = maps.scale(table.vectors)
    levels = np.clip(np.round(table.vectors[:, columns] / limit * 127), -127, 127) + 128
    shown = f"{theme.number(size)} dimensiones" if len(columns) == size else f"{len(columns)} de sus {theme.number(size)} dimensiones"
    return {
        "title": f"{table.origin}: posiciones {table.kind}",
        "size": f"{theme.number(length)} {'posición' if length == 1 else 'posiciones'} × {shown}",
        "rows": length,
        "columns": len(columns),
        "data": base64.b64encode(levels.astype(np.uint8).tobytes()).decode("ascii"),
        "limit": theme.number(limit, 2),
    }


class Placing:
    """Lo que la vista recuerda: las tablas, las dos posiciones y la medida."""

    def __init__(self, sources: Sequence[object], position: int, *, measure: str = "cosine", length: int | None = None) -> None:
        self.tables = tables(sources, length)
        self.length = len(self.tables[0].vectors)
        self.pictures = [picture(table) for table in self.tables]
        self.position = self.other = 0
        self.measure = "cosine"
        position = min(position, self.length - 1) if isinstance(position, int) else position
        self.move(position=position, measure=measure)
        self.move(other=min(self.position + 3, self.length - 1))

    def move(self, *, position: int | None = None, other: int | None = None, measure: str | None = None) -> dict[str, object]:
        """Cambia la posición elegida, la que se compara o la medida. ValueError si algo no existe; entonces nada cambia."""
        chosen = self._place(self.position if position is None else position)
        second, how = self._place(self.other if other is None else other), measure or self.measure
        if how not in MEASURES:
            raise ValueError(f"No conozco la medida «{how}»: usa «cosine» o «dot».")
        self.position, self.other, self.measure = chosen, second, how
        return self.view()

    def _place(self, position: object) -> int:
        if isinstance(position, bool) or not isinstance(position, int | np.integer) or not 0 <= position < self.length:
            raise ValueError(f"La posición va de 0 a {self.length - 1} y he recibido {position!r}.")
        return int(position)

    def similarity(self, table: Positions) -> np.ndarray:
        """Lo que la posición elegida se parece a todas, (N,)."""
        return positions.similarity(table.vectors, self.position, measure=self.measure)

    def view(self) -> dict[str, object]:
        """Lo que cambia al mover algo: una línea por tabla y lo que dice."""
        return {
            "position": self.position,
            "other": self.other,
            "measure": self.measure,
            "curves": [self._curve(table) for table in self.tables],
            "status": "Con una sola posición no hay con qué comparar: pide más con length." if self.length == 1 else "",
        }

    def _curve(self, table: Positions) -> dict[str, object]:
        values = self.similarity(table)
        low, high = min(float(values.min()), 0.0), max(float(values.max()), 1e-9)
        return {
            "values": [round((float(value) - low) / (high - low), 4) for value in values],
            "zero": round(-low / (high - low), 4),
            "low": theme.number(low, 2),
            "high": theme.number(high, 2),
            "sentence": self._sentence(values),
        }

    def _sentence(self, values: np.ndarray) -> str:
        steps = abs(self.other - self.position)
        far = "la misma" if not steps else "a 1 paso" if steps == 1 else f"a {steps} pasos"
        said = f"La {self.position} y la {self.other} ({far}): {MEASURES[self.measure]} {theme.number(values[self.other], 2)}."
        if self.length < 2:
            return said
        rest = np.delete(values, self.position)
        best = int(rest.argmax())
        best += best >= self.position
        return f"{said} La que más se parece a la {self.position}, aparte de ella: la {best}, {theme.number(values[best], 2)}."

    def snapshot(self) -> dict[str, object]:
        """Todo lo que hace falta para dibujar la vista."""
        measures = [{"id": name, "title": title} for name, title in MEASURES.items()]
        return {"length": self.length, "tables": self.pictures, "measures": measures, **self.view()}
