"""El explorador de rangos sin pantalla: un sitio y un rango entran; números, bytes, error y aciertos salen como datos corrientes."""

from __future__ import annotations

from course_utils import ranks, theme
from course_utils.ranks import PLACES, Results
from course_utils.widgets import amounts

HINTS = {
    ranks.ATTENTION: "las matrices de la autoatención: consultas, claves y valores, y la de salida",
    ranks.FEED_FORWARD: "las dos matrices de cada red feed-forward",
    ranks.EVERY: "las cuatro matrices de cada bloque",
}


class Ranking:
    """Lo que el widget recuerda: los resultados, el sitio y el rango. Un valor que no vale no cambia nada."""

    def __init__(self, results: Results, *, place: str = ranks.EVERY, rank: int = 8) -> None:
        self.results = results
        self.place, self.rank = self._place(place), self._rank(rank)

    @property
    def ranks(self) -> list[int]:
        """Los rangos medidos, de menor a mayor."""
        return sorted({rank for _, rank in self.results.lora})

    def choose(self, *, place: object = None, rank: object = None) -> dict[str, object]:
        """Otro sitio, otro rango o los dos. Lanza ValueError, con una frase, si no se han medido."""
        chosen = self.place if place is None else self._place(place), self.rank if rank is None else self._rank(rank)
        self.place, self.rank = chosen
        return self.snapshot()

    def _place(self, value: object) -> str:
        if not isinstance(value, str) or value not in PLACES:
            raise ValueError(f"No hay ningún sitio {_shown(value)}: elige entre {', '.join(PLACES)}.")
        return value

    def _rank(self, value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int | float) or value not in self.ranks:
            raise ValueError(f"El rango {_shown(value)} no está medido: elige entre {', '.join(map(str, self.ranks))}.")
        return int(value)

    def snapshot(self) -> dict[str, object]:
        """Todo lo que hace falta para dibujar el widget: las filas de todos los rangos del sitio elegido y la frase del rango elegido."""
        return {
            "places": [{"name": name, "hint": HINTS[name], "chosen": name == self.place} for name in PLACES],
            "place": self.place,
            "rank": self.rank,
            "where": f"{len(self.results.at(self.place))} matrices: {HINTS[self.place]}.",
            "rows": [self._row(rank) for rank in self.ranks],
            "summary": self._summary(),
            "full": f"Ajustar todo: {self._count(self.results.full.parameters)} y {theme.percent(self.results.full.share)} de aciertos.",
            "status": "",
        }

    def _row(self, rank: int) -> dict[str, object]:
        count, error = self.results.parameters(self.place, rank), self.results.error(self.place, rank)
        lora, cut = self.results.lora[self.place, rank].share, self.results.cut[self.place, rank].share
        bars = [{"name": name, "share": round(share, 4), "percent": theme.percent(share)} for name, share in
                (("LoRA acierta", lora), ("recortado acierta", cut), ("le falta al recorte", error))]  # fmt: skip
        spoken = f"Rango {rank}: {self._count(count)}; " + "; ".join(f"{bar['name']}, {bar['percent']}" for bar in bars)
        return {"rank": rank, "chosen": rank == self.rank, "count": theme.number(count), "share": self._share(count),
                "bytes": amounts.size(ranks.BYTES * count), "bars": bars, "spoken": spoken}  # fmt: skip

    def _summary(self) -> str:
        count, rank = self.results.parameters(self.place, self.rank), self.rank
        lora, cut = self.results.lora[self.place, rank], self.results.cut[self.place, rank]
        error = theme.percent(self.results.error(self.place, rank))
        return (
            f"Rango {rank} en {self.place}: {self._count(count)}, el {self._share(count)} de los del modelo "
            f"({amounts.size(ranks.BYTES * count)}). Entrenado con LoRA acierta el {theme.percent(lora.share)}. Al cambio de verdad, "
            f"recortado a ese rango y a esas matrices, le falta el {error}, y con él se acierta el {theme.percent(cut.share)}."
        )

    def _share(self, count: int) -> str:
        return theme.percent(count / self.results.full.parameters, 1)

    def _count(self, count: int) -> str:
        return f"{theme.number(count)} números"


def _shown(value: object) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return theme.number(value)
    return f"«{value}»" if isinstance(value, str) and len(value) <= 40 else repr(value)[:40]
