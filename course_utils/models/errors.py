"""Lo que puede ir mal con un modelo: que no se pueda cargar, o que lo que se le da no le quepa."""

from __future__ import annotations


class ModelError(RuntimeError):
    """Un modelo que no se puede cargar; el mensaje dice qué pasa y qué hacer."""


class WindowError(ValueError):
    """Un texto que no cabe en la ventana de contexto. needed: los tokens que ocupa. window: los que caben."""

    def __init__(self, what: str, needed: int, window: int, advice: str = "acórtalo") -> None:
        super().__init__(f"{what} ocupa {needed} tokens y en la ventana caben {window}: {advice}.")
        self.needed, self.window = needed, window
