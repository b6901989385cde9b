"""Capítulo 10: respuestas como las que escribe quien aprende, y lo que deben leer al comprobarlas."""

import math
from collections import Counter

import pytest

from course_utils import evaluation
from course_utils.exercises import chapter_10 as ejercicios


def text(examples, query, *, end=":", line="\n", swap=False):
    rows = [f"{label}: {word}" if swap else f"{word}: {label}" for word, label in examples]
    return line.join([*rows, query + end])


def fits(w, e, q, a, start=1):
    return max((w - start - q - a) // e, 0)


WRONG = [
    (ejercicios.escribir, lambda x, q: text(x, q, end=": "), "El último carácter es un espacio"),
    (ejercicios.escribir, lambda x, q: text(x, q, end=":\n"), "esa línea ya está acabada"),
    (ejercicios.escribir, lambda x, q: text(x, q, end=""), "Falta la señal"),
    (ejercicios.escribir, lambda x, q: text(x, q, line=" "), "en la misma línea"),
    (ejercicios.escribir, lambda x, q: text(x, q, swap=True), "la etiqueta antes que la palabra"),
    (ejercicios.escribir, lambda x, q: "\n".join([q + ":"] + [f"{w}: {y}" for w, y in x]), "La pregunta va al final"),
    (ejercicios.escribir, lambda x, q: q + ":", "son cero ejemplos"),
    (ejercicios.escribir, lambda x, q: print(text(x, q)), "¿le falta un `return`?"),
    (ejercicios.caben, lambda w, e, q, a: fits(w, e, q, 0), "sitio para la respuesta"),
    (ejercicios.caben, lambda w, e, q, a: fits(w, e, 0, a), "No cuentas la pregunta"),
    (ejercicios.caben, lambda w, e, q, a: fits(w, e, q, a, start=0), "token de inicio"),
    (ejercicios.caben, lambda w, e, q, a: (w - 1 - q - a) // e, "número negativo"),
    (ejercicios.caben, lambda w, e, q, a: max(0.0, (w - 1 - q - a) / e), "ejemplos enteros"),
    (ejercicios.caben, lambda w, e, q, a: w // e, "la ventana entera"),
    (ejercicios.intervalo, lambda r, n: [r / n + side * 1.96 * math.sqrt(r / n * (1 - r / n) / n) for side in (-1, 1)],
     "el intervalo de los libros"),
    (ejercicios.intervalo, lambda r, n: [100 * x for x in evaluation.interval(r, n)], "tanto por ciento"),
    (ejercicios.intervalo, lambda r, n: list(reversed(evaluation.interval(r, n))), "van cambiados"),
    (ejercicios.intervalo, lambda r, n: [r / n, r / n], "devuelve"),
    (ejercicios.mayoria, lambda x, y: max(Counter(y).values()) / len(y), "mirar el examen"),
    (ejercicios.mayoria, lambda x, y: y.count(Counter(label for _, label in x).most_common(1)[0][0]), "Das cuántas acierta"),
    (ejercicios.mayoria, lambda x, y: max(Counter(label for _, label in x).values()) / len(x), "en los ejemplos"),
    (ejercicios.mayoria, lambda x, y: y.count(x[-1][1]) / len(y), "del último ejemplo"),
    (ejercicios.calibrar, lambda p, q: [a / b for a, b in zip(p, q)], "no suma 1"),
    (ejercicios.calibrar, lambda p, q: [a * b / sum(c * d for c, d in zip(p, q)) for a, b in zip(p, q)], "Multiplicas"),
    (ejercicios.calibrar, lambda p, q: [a - b for a, b in zip(p, q)], "Restas"),
    (ejercicios.calibrar, lambda p, q: p, "la pregunta vacía no ha cambiado nada"),
]  # fmt: skip


RIGHT = [
    (ejercicios.escribir, text),
    (ejercicios.caben, fits),
    (ejercicios.caben, lambda w, e, q, a: int((w - 1 - q - a) / e) if w - 1 - q - a > 0 else 0),
    (ejercicios.intervalo, evaluation.interval),
    (ejercicios.mayoria, lambda x, y: y.count(Counter(label for _, label in x).most_common(1)[0][0]) / len(y)),
    (ejercicios.calibrar, lambda p, q: [a / b / sum(c / d for c, d in zip(p, q)) for a, b in zip(p, q)]),
]


def test_the_interval_is_the_one_the_course_measures_with():
    for right, trials in ((8, 10), (1, 3), (150, 200)):
        assert ejercicios.intervalo.truth(right, trials) == pytest.approx(evaluation.interval(right, trials))
