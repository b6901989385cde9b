"""Capítulo 3: respuestas como las que escribe quien aprende, y lo que deben leer al comprobarlas."""

import math

import numpy as np
import pytest
import torch

from course_utils import ngrams
from course_utils.exercises import chapter_03 as ejercicios


def stop(reads="unseen", keeps="best", against="best", resets=True, extra=0):
    def answer(pasos, entrenamiento, no_visto, paciencia):
        values = no_visto if reads == "unseen" else entrenamiento
        best, waited = 0, 0
        for i in range(1, len(pasos)):
            if values[i] < values[best if against == "best" else i - 1]:
                best, waited = (i if values[i] < values[best] else best), (0 if resets else waited)
            else:
                waited += 1
            if waited == paciencia + extra:
                return pasos[best if keeps == "best" else i]
        return pasos[best if keeps == "best" else -1]

    return answer


WRONG = [
    (ejercicios.mezcla, lambda c, p, w: c.get(w, 0) / sum(c.values()) if c else p, "basta una para hundir"),
    (ejercicios.mezcla, lambda c, p, w: c[w] / sum(c.values()) if w in c else p, "según la palabra haya salido o no"),
    (ejercicios.mezcla, lambda c, p, w: (c.get(w, 0) + len(c) * p) / sum(c.values()) if c else p, "y abajo no"),
    (ejercicios.mezcla, lambda c, p, w: (c.get(w, 0) + p) / (sum(c.values()) + 1) if c else p, "el peso de una sola cuenta"),
    (ejercicios.mezcla, lambda c, p, w: (c.get(w, 0) + len(c) * p) / (sum(c.values()) + len(c)) if c else 0, "no un cero"),
    (ejercicios.exponente, lambda n, x, floor: -math.log(x[-1] / x[0]) / math.log(n[-1] / n[0]), "No has restado el suelo"),
    (ejercicios.exponente, lambda n, x, floor: math.log((x[-1] - floor) / (x[0] - floor)) / math.log(n[-1] / n[0]), "signo cambiado"),
    (ejercicios.exponente, lambda n, x, floor: (x[0] - x[-1]) / (n[-1] - n[0]), "sin logaritmos"),
    (ejercicios.exponente, lambda n, x, floor: -math.log(n[-1] / n[0]) / math.log((x[-1] - floor) / (x[0] - floor)), "del revés"),
    (ejercicios.exponente, lambda n, x, floor: -math.log((x[1] - floor) / (x[0] - floor)) / math.log(n[1] / n[0]), "el primero con el"),
    (ejercicios.parametros_gru, lambda d, h: d * h + h * h + 2 * h, "una sola compuerta"),
    (ejercicios.parametros_gru, lambda d, h: 4 * (d * h + h * h + 2 * h), "cuatro en una LSTM"),
    (ejercicios.parametros_gru, lambda d, h: 3 * (d * h + h * h), "Faltan los sesgos"),
    (ejercicios.parametros_gru, lambda d, h: 3 * (d * h + h * h + h), "dos sesgos por compuerta"),
    (ejercicios.parametros_gru, lambda d, h: 3 * (d * h + 2 * h), "la que recuerda"),
    (ejercicios.parada, stop(reads="training"), "baja siempre"),
    (ejercicios.parada, stop(keeps="last"), "Se guarda el mejor"),
    (ejercicios.parada, lambda pasos, e, v, p: pasos[int(np.argmin(v))], "no ha llegado a existir"),
    (ejercicios.parada, stop(against="previous"), "con la anterior"),
    (ejercicios.parada, stop(resets=False), "vuelve a cero"),
    (ejercicios.parada, stop(extra=1), "Te paras una medida después"),
]  # fmt: skip


def two_terms(cuentas, corta, palabra):
    if not cuentas:
        return corta
    weight = len(cuentas) / (sum(cuentas.values()) + len(cuentas))
    return (1 - weight) * cuentas.get(palabra, 0) / sum(cuentas.values()) + weight * corta


RIGHT = [
    (ejercicios.mezcla, two_terms),
    (ejercicios.exponente, lambda n, x, floor: np.log10((x[0] - floor) / (x[-1] - floor)) / np.log10(n[-1] / n[0])),
    (ejercicios.parametros_gru, lambda d, h: sum(p.numel() for p in torch.nn.GRU(d, h).parameters())),
    (ejercicios.parada, stop()),
]  # fmt: skip


def test_the_mixture_is_the_one_of_the_package():
    rows = [[0, 1, 2, 0], [0, 1, 3, 0], [0, 1, 2, 0]]
    one, two = (ngrams.count(rows, order, 5) for order in (1, 2))
    for token in range(5):
        mixed = ejercicios.mezcla.truth({2: 2, 3: 1}, one.probability(token, []), token)
        assert mixed == pytest.approx(two.probability(token, [1]))
