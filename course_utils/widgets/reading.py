"""Lo que entra y sale de un widget, en forma legible: texto que se puede enviar, escalas de barras y avisos de una cuenta."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import TypeVar

from course_utils import theme

Value = TypeVar("Value")
SCALES = (0.1, 0.2, 0.3, 0.5, 0.75, 1.0)


def sendable(text: object) -> str:
    """El mismo texto sin medias parejas UTF-16 (las deja un emoji cortado por la mitad), que no se pueden enviar ni tokenizar."""
    if not isinstance(text, str):
        raise ValueError(f"El texto debe ser una cadena (str) y he recibido {type(text).__name__}: escríbelo entre comillas.")
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def tail(text: str, size: int = 48) -> str:
    """El final de un texto en una línea: «…quedó dormida en el bosque»."""
    flat = " ".join(text[-4 * size :].split())
    return flat if len(flat) <= size else "…" + flat[-size:].partition(" ")[2]


def capture(action: Callable[[], Value]) -> tuple[Value, str]:
    """El resultado de una cuenta y, en una sola frase, los avisos (`warnings`) que ha dado."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", UserWarning)
        result = action()
    notices = [str(one.message) for one in caught if issubclass(one.category, UserWarning)]
    return result, " ".join(dict.fromkeys(notices))


def share(x: float) -> str:
    """Una proporción con su artículo, para el medio de una frase: «el 93 %», «más del 99 %», «menos del 1 %»."""
    text = theme.percent(x)
    return {">": "más del ", "<": "menos del "}.get(text[0], "el ") + text.lstrip("<> ")


def scale(largest: float) -> float:
    """Probabilidad que ocupa una barra entera: la menor escala redonda en la que cabe la barra mayor."""
    return next((one for one in SCALES if largest <= one), 1.0)


def remainder(shown: float) -> float:
    """Lo que falta hasta 1, sin el polvo de coma flotante que haría leer «< 1 %» donde no queda nada."""
    left = 1 - shown
    return 0.0 if left < 1e-6 else min(left, 1.0)
