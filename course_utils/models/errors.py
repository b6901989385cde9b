"""El único error de cargar un modelo."""

from __future__ import annotations

import re

LONGEST = 300   # letras de un nombre o una ruta que se repiten en una frase


class ModelError(RuntimeError):
    """Un modelo que no se puede cargar; el mensaje dice qué pasa y qué hacer, en un renglón que se puede leer venga de donde venga."""

    def __init__(self, sentence: str) -> None:
        shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in sentence)
        super().__init__(re.sub(rf"(«[^»]{{{LONGEST}}})[^»]+»", r"\1…»", shown))
