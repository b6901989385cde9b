"""Un `Ctrl-C` a mitad de un paso espera a que el paso acabe: así el modelo queda entero y se puede seguir después."""

from __future__ import annotations

import signal
from types import FrameType, TracebackType


class Deferred:
    """Mientras dura el `with`, una interrupción no corta: se apunta en `asked`. Fuera del hilo principal no hace nada."""

    def __init__(self) -> None:
        self.asked = False
        self._before = None

    def __enter__(self) -> Deferred:
        try:
            self._before = signal.signal(signal.SIGINT, self._note)
        except ValueError:          # otro hilo: ahí no llegan las interrupciones
            self._before = None
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.asked = True
