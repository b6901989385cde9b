"""Errores típicos del capítulo 10: qué hace cada uno y qué se le dice a quien lo comete."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from .core import Slip

Pairs = Sequence[Sequence[str]]
Z = 1.96


def prompt(examples: Pairs, query: str) -> str:
    """La referencia: una línea por ejemplo y, al final, la pregunta con los dos puntos y nada detrás."""
    return "".join(f"{word}: {label}\n" for word, label in examples) + f"{query}:"


WRITING = (
    Slip("El último carácter es un espacio. Casi todos los tokenizadores pegan el espacio a la palabra que viene: si ya está escrito, "
         "el modelo "
         "tiene que seguir con una palabra sin espacio, que es otro token y no el que vio en los ejemplos.",
         lambda examples, query: prompt(examples, query) + " "),
    Slip("Detrás de la pregunta has dejado un salto de línea: para el modelo esa línea ya está acabada, y la respuesta iba en ella.",
         lambda examples, query: prompt(examples, query) + "\n"),
    Slip("Falta la señal de que ahora toca una etiqueta: detrás de la pregunta van los dos puntos, como en los ejemplos.",
         lambda examples, query: prompt(examples, query).removesuffix(":")),
    Slip("La pregunta va al final: el modelo sigue el texto, y lo que haya detrás es lo que sigue.",
         lambda examples, query: f"{query}:\n" + "".join(f"{word}: {label}\n" for word, label in examples),
         lambda examples, query: "\n".join([f"{query}:", *(f"{word}: {label}" for word, label in examples)])),
    Slip("Escribes la etiqueta antes que la palabra. En la pregunta va primero la palabra, y los ejemplos tienen que tener su misma forma.",
         lambda examples, query: prompt([(label, word) for word, label in examples], query)),
    Slip("Los ejemplos van todos en la misma línea: sin el salto, «duna pera» parece una sola cosa.",
         lambda examples, query: prompt(examples, query).replace("\n", " "),
         lambda examples, query: prompt(examples, query).replace("\n", "")),
    Slip("Dejas fuera los ejemplos: con solo la pregunta son cero ejemplos.", lambda examples, query: f"{query}:"),
)  # fmt: skip


def fitting(window: int, example: int, query: int, answer: int, *, start: int = 1) -> int:
    """La referencia: cuántos ejemplos enteros caben junto al token de inicio, la pregunta y la respuesta."""
    return max(0, (window - start - query - answer) // example)


FITTING = (
    Slip("Solo caben ejemplos enteros: medio ejemplo no enseña nada. Quita los decimales, sin redondear hacia arriba.",
         lambda w, e, q, a: max(0, (w - 1 - q - a) / e), lambda w, e, q, a: max(0, math.ceil((w - 1 - q - a) / e)),
         lambda w, e, q, a: max(0, round((w - 1 - q - a) / e))),
    Slip("No dejas sitio para la respuesta: lo que escribe el modelo ocupa la misma ventana.", lambda w, e, q, a: max(0, (w - 1 - q) // e)),
    Slip("No cuentas la pregunta, que también va en el prompt.", lambda w, e, q, a: max(0, (w - 1 - a) // e)),
    Slip("Te olvidas del token de inicio: es uno, pero a veces es el que no cabe.", lambda w, e, q, a: fitting(w, e, q, a, start=0)),
    Slip("Cuando ni la pregunta cabe, sale un número negativo. Menos de cero ejemplos no se pueden poner.",
         lambda w, e, q, a: (w - 1 - q - a) // e),
    Slip("Repartes la ventana entera entre los ejemplos: quita antes lo que ocupan el inicio, la pregunta y la respuesta.",
         lambda w, e, q, a: w // e),
)  # fmt: skip


def wilson(right: int, trials: int, *, z: float = Z) -> list[float]:
    """La referencia: el intervalo de Wilson (1927) de una proporción."""
    share = right / trials
    center = share + z * z / (2 * trials)
    spread = z * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    scale = 1 + z * z / trials
    return [(center - spread) / scale, (center + spread) / scale]


def _normal(right: int, trials: int, z: float = Z) -> list[float]:
    share = right / trials
    spread = z * math.sqrt(share * (1 - share) / trials)
    return [share - spread, share + spread]


def _partly(right: int, trials: int, *, square: bool = True, root: bool = True, scaled: bool = True) -> list[float]:
    share, z2 = right / trials, Z * Z if square else Z
    center = share + z2 / (2 * trials)
    inside = share * (1 - share) / trials + z2 / (4 * trials * trials)
    spread = Z * (math.sqrt(inside) if root else inside)
    scale = 1 + z2 / trials if scaled else 1
    return [(center - spread) / scale, (center + spread) / scale]


SPREADING = (
    Slip("Eso es p ± z·√(p·(1 − p)/n), el intervalo de los libros: con pocos casos, o cerca del 0 % y del 100 %, se queda corto (con 0 "
         "aciertos "
         "mide cero). El de Wilson tiene otro centro y otro divisor.", _normal),
    Slip("Te falta dividir entre 1 + z²/n: sin eso, el intervalo se sale.", lambda r, n: _partly(r, n, scaled=False)),
    Slip("En la fórmula va z al cuadrado en tres sitios, y pones z.", lambda r, n: _partly(r, n, square=False)),
    Slip("Te falta la raíz cuadrada en la anchura.", lambda r, n: _partly(r, n, root=False)),
    Slip("Los dos extremos son correctos, pero van cambiados: primero el menor.", lambda r, n: wilson(r, n)[::-1]),
    Slip("Das el intervalo en tanto por ciento: aquí las proporciones van de 0 a 1.", lambda r, n: [100 * x for x in wilson(r, n)]),
)  # fmt: skip


def majority(examples: Pairs, answers: Sequence[str]) -> float:
    """La referencia: cuánto acierta quien contesta siempre la etiqueta que más sale en los ejemplos."""
    best = Counter(label for _, label in examples).most_common(1)[0][0]
    return sum(answer == best for answer in answers) / len(answers)


BASELINE = (
    Slip("Buscas la etiqueta más repetida entre las respuestas. Eso es mirar el examen: quien lee el prompt solo tiene los ejemplos.",
         lambda examples, answers: Counter(answers).most_common(1)[0][1] / len(answers)),
    Slip("Cuentas las palabras y no las etiquetas: cada ejemplo es (palabra, etiqueta).",
         lambda examples, answers: sum(a == examples[0][0] for a in answers) / len(answers)),
    Slip("Das la proporción que esa etiqueta tiene en los ejemplos. Hace falta cuántas veces es la respuesta.",
         lambda examples, answers: Counter(label for _, label in examples).most_common(1)[0][1] / len(examples)),
    Slip("Das cuántas acierta, no qué parte: divide entre el número de respuestas.",
         lambda examples, answers: majority(examples, answers) * len(answers)),
    Slip("Eso es acertar al azar entre las etiquetas que salen. Quien contesta siempre la más frecuente puede hacerlo mejor.",
         lambda examples, answers: 1 / len({label for _, label in examples})),
    Slip("Contestas siempre la etiqueta del último ejemplo. Se pide la que más sale.",
         lambda examples, answers: sum(a == examples[-1][1] for a in answers) / len(answers)),
)  # fmt: skip


def calibrated(found: Sequence[float], empty: Sequence[float]) -> list[float]:
    """La referencia: dividir cada probabilidad entre la que sale con una pregunta vacía, y que vuelvan a sumar 1."""
    ratios = [p / q for p, q in zip(found, empty)]
    return [ratio / sum(ratios) for ratio in ratios]


def _again(values: Sequence[float]) -> list[float]:
    return [value / sum(values) for value in values]


CALIBRATING = (
    Slip("Divides bien, pero el resultado no suma 1: falta volver a repartirlo.", lambda p, q: [a / b for a, b in zip(p, q)]),
    Slip("Multiplicas: así lo que el modelo ya prefería pesa el doble. Hay que quitárselo.",
         lambda p, q: _again([a * b for a, b in zip(p, q)]), lambda p, q: [a * b for a, b in zip(p, q)]),
    Slip("Restas las probabilidades, y una puede quedar negativa. Aquí se dividen.",
         lambda p, q: [a - b for a, b in zip(p, q)], lambda p, q: _again([a - b for a, b in zip(p, q)])),
    Slip("Está al revés: divides lo que dice sin pregunta entre lo que dice con ella.", lambda p, q: _again([b / a for a, b in zip(p, q)])),
    Slip("Devuelves las probabilidades tal como estaban, repartidas otra vez: la pregunta vacía no ha cambiado nada.",
         lambda p, q: _again(p), lambda p, q: list(p)),
)  # fmt: skip
