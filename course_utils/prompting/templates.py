"""Plantillas: el mismo puñado de ejemplos, escrito de varias maneras."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType

Example = tuple[str, str]  # (palabra, etiqueta)


@dataclass(frozen=True)
class Template:
    """Cómo se escribe cada ejemplo: lo que va delante, entre la palabra y su etiqueta, y entre un ejemplo y el siguiente."""

    bullet: str = "- "
    between: str = " "
    line: str = "\n"
    label_first: bool = False
    capital: bool = False

    def write(self, examples: Sequence[Example], query: str) -> str:
        """El prompt: los ejemplos y, al final, la pregunta, hasta justo antes de su etiqueta (y del espacio que la precede)."""
        lines = [self.example(word, label) for word, label in examples]
        return self.line.join([*lines, self.bullet + self._word(query) + self.between.removesuffix(" ")])

    def example(self, word: str, label: str) -> str:
        """Un ejemplo, ya escrito."""
        pair = (label, self._word(word)) if self.label_first else (self._word(word), label)
        return self.bullet + self.between.join(pair)

    def _word(self, word: str) -> str:
        return word.capitalize() if self.capital else word


TEMPLATES = MappingProxyType({
    "la suya": Template(),
    "asterisco": Template(bullet="* "),
    "línea en blanco": Template(line="\n\n"),
    "comas": Template(bullet=" ", line=","),
    "mayúscula": Template(capital=True),
    "dos espacios": Template(between="  "),
    "dos puntos": Template(between=": "),
    "flecha": Template(between=" → "),
    "etiqueta delante": Template(label_first=True),
})  # fmt: skip
