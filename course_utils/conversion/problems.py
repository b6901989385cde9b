"""Lo que puede ir mal al convertir: un error, que lo impide, o un aviso, que lo acompaña."""

from __future__ import annotations

from dataclasses import dataclass


class ConversionError(ValueError):
    """El cuaderno no se puede convertir; el mensaje, una frase, dice qué pasa, dónde y qué hacer."""


class UnwritableError(ConversionError):
    """El cuaderno se puede convertir, pero el programa no se puede escribir donde se pide."""


@dataclass(frozen=True)
class Notice:
    """Algo del cuaderno que el programa no hará igual: dónde está (``cell`` cuenta celdas de código, desde 1) y qué es."""

    notebook: str
    cell: int
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.notebook}, celda {self.cell}, línea {self.line}: {self.text}"


def quoted(text: str, limit: int = 60) -> str:
    """Un trozo de cuaderno entre comillas, en una línea, con los caracteres invisibles a la vista y sin alargarse."""
    line = next((line for line in text.splitlines() if line.strip()), "").strip()
    visible = "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in line)
    return f"«{visible[:limit]}…»" if len(visible) > limit else f"«{visible}»"
