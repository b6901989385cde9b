"""Lo que puede ir mal con un modelo: que no se pueda cargar, o que lo que se le da no le quepa."""

from __future__ import annotations

import re

LONGEST = 300   # letras de un nombre o una ruta que se repiten en una frase


class ModelError(RuntimeError):
    """Un modelo que no se puede cargar; el mensaje dice qué pasa y qué hacer, en un renglón que se puede leer venga de donde venga."""

    def __init__(self, sentence: str) -> None:
        shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in sentence)
        super().__init__(re.sub(rf"(«[^»]{{{LONGEST}}})[^»]+»", r"\1…»", shown))


class WindowError(ValueError):
    """Un texto que no cabe en la ventana de contexto. needed: los tokens que ocupa. window: los que caben."""

    def __init__(self, what: str, needed: int, window: int, advice: str = "acórtalo") -> None:
        super().__init__(f"{what} ocupa {needed} tokens y en la ventana caben {window}: {advice}.")
        self.needed, self.window = needed, window
