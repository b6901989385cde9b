"""Capítulo 4: respuestas como las que escribe quien aprende, y lo que deben leer al comprobarlas."""

import math

from course_utils.exercises import chapter_04 as ejercicios

SPANISH = {"M": 10**6, "B": 10**12, "T": 10**18}
ENGLISH = {"M": 10**6, "B": 10**9, "T": 10**12}


def count(capas, ancho, cabezas, vocabulario, posiciones, *, extra=0, biases=True, split=False, out=True):
    """Una cuenta hecha paso a paso, con lo que se suele dejar o añadir."""
    each = ancho // cabezas if split else ancho
    attention = (4 if out else 3) * ancho * each + biases * (4 if out else 3) * ancho
    wide = 2 * 4 * ancho * ancho + biases * 5 * ancho
    return capas * (attention + wide + 4 * ancho) + 2 * ancho + (vocabulario + posiciones + extra) * ancho


def gigas(n, bits, t, *, per_byte=8, gradients=True, moments=2, unit=1e9):
    return (n * bits / per_byte + gradients * t * bits / per_byte + t * moments * 4) / unit


WRONG = [
    (ejercicios.tamano, lambda x: float(x[:-1]) * SPANISH[x[-1]], "mil veces demasiado grande"),
    (ejercicios.tamano, lambda x: float(x[:-1]) * (ENGLISH | {"T": 10**18})[x[-1]], "El trillón español"),
    (ejercicios.tamano, lambda x: int(x[:-1].split(".")[0]) * ENGLISH[x[-1]], "pierdes los decimales"),
    (ejercicios.tamano, lambda x: float(x.replace(".", "")[:-1]) * ENGLISH[x[-1]], "se convierte en 15"),
    (ejercicios.tamano, lambda x: float(x[:-1]), "te dejas la letra"),
    (ejercicios.tamano, lambda x: int(x[:-1]) * ENGLISH[x[-1]], "se detiene en su línea"),
    (ejercicios.tamano, lambda x: x.replace("B", "000000000"), "hace falta un número"),
    (ejercicios.parametros, lambda *a: count(*a, extra=a[3]), "se cuenta una vez"),
    (ejercicios.parametros, lambda *a: count(*a, biases=False), "faltan los sesgos"),
    (ejercicios.parametros, lambda *a: count(*a, out=False), "la de salida, que junta las cabezas"),
    (ejercicios.parametros, lambda *a: count(*a, extra=-a[4]), "tabla de posiciones"),
    (ejercicios.parametros, lambda n, d, h, v, p: 12 * n * d**2, "cuenta de servilleta"),
    (ejercicios.parametros, lambda n, d, h, v, p: count(n, d, h, v, p) - 2 * d, "la norma que va después"),
    (ejercicios.parametros, lambda n, d, h, v, p: count(n, d, h, v, p) + n * (h - 1) * (4 * d * d + 4 * d), "no cambia el total"),
    (ejercicios.parametros, lambda n, d, h, v, p: count(1, d, h, v, p), "un solo bloque"),
    (ejercicios.memoria, lambda *a: gigas(*a, per_byte=1), "un byte son ocho bits"),
    (ejercicios.memoria, lambda *a: gigas(*a, unit=2**30), "eso son GiB"),
    (ejercicios.memoria, lambda n, bits, t: n * bits / 8 / 1e9, "no basta con guardar los pesos"),
    (ejercicios.memoria, lambda *a: gigas(*a, moments=1), "Has contado uno"),
    (ejercicios.memoria, lambda *a: gigas(*a, gradients=False), "Te faltan los gradientes"),
    (ejercicios.memoria, lambda n, bits, t: gigas(n, bits, n if t else 0), "solo los llevan los que se entrenan"),
    (ejercicios.memoria, lambda n, bits, t: n * bits / 8 / 1e9 + 3 * t * bits / 8 / 1e9, "aunque los pesos tengan menos bits"),
    (ejercicios.memoria, lambda n, bits, t: (n + t) * bits // 8 + 8 * t, "Eso son bytes"),
    (ejercicios.dias, lambda n, d, g, p, a: 2 * n * d / (g * p * a) / 86400, "eso es solo leer"),
    (ejercicios.dias, lambda n, d, g, p, a: 6 * n * d * a / (g * p) / 86400, "El aprovechamiento va al revés"),
    (ejercicios.dias, lambda n, d, g, p, a: 6 * n * d / (p * a) / 86400, "días de una sola tarjeta"),
    (ejercicios.dias, lambda n, d, g, p, a: 6 * n * d / (g * p) / 86400, "falta el aprovechamiento"),
    (ejercicios.dias, lambda n, d, g, p, a: 6 * n * d / (g * p * a) / 3600, "Eso son horas"),
    (ejercicios.dias, lambda n, d, g, p, a: 6 * n * d / (g * p * a), "Eso son segundos"),
    (ejercicios.optimo, lambda c, r: math.sqrt(c / (6 * r)) * r, "Eso son los tokens"),
    (ejercicios.optimo, lambda c, r: c / 6 / r, "Te falta la raíz"),
    (ejercicios.optimo, lambda c, r: math.sqrt(c / r), "Te olvidas del 6"),
    (ejercicios.optimo, lambda c, r: math.sqrt(c / 6) / r, "van dentro de la raíz"),
    (ejercicios.optimo, lambda c, r: (c / (6 * r)) ** (1 / 3), "devuelve"),
]  # fmt: skip


RIGHT = [
    (ejercicios.tamano, lambda x: round(float(x[:-1]) * ENGLISH[x[-1]])),
    (ejercicios.tamano, lambda x: float(x.replace("M", "e6").replace("B", "e9").replace("T", "e12"))),
    (ejercicios.parametros, count),
    (ejercicios.parametros, lambda n, d, h, v, p: (v + p) * d + n * (12 * d * d + 13 * d) + 2 * d),
    (ejercicios.memoria, gigas),
    (ejercicios.memoria, lambda n, bits, t: ((n + t) * bits + 64 * t) / 8e9),
    (ejercicios.dias, lambda n, d, g, p, a: 6 * n * d / g / p / a / 60 / 60 / 24),
    (ejercicios.optimo, lambda c, r: math.exp(0.5 * math.log(c / 6 / r))),
]


def test_the_references_agree_with_the_real_models():
    """La cuenta del ejercicio es la de transformers, y el óptimo gasta justo el cálculo que se le da."""
    from course_utils import sizing

    assert ejercicios.parametros.truth(12, 768, 12, 50257, 1024) == sizing.public("GPT-2").parameters
    assert ejercicios.parametros.truth(48, 1600, 25, 50257, 1024) == sizing.public("GPT-2 XL").parameters
    n = ejercicios.optimo.truth(5.76e23, 20)
    assert math.isclose(sizing.training_flops(n, 20 * n), 5.76e23)
