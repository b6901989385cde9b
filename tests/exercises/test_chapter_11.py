"""Capítulo 11: respuestas como las que escribe quien aprende, y lo que deben leer al comprobarlas."""

import numpy as np
import pytest

from course_utils import adapters, evaluation, models, tuning
from course_utils.exercises import chapter_11 as ejercicios
from course_utils.microworld import orders


def label(p, a, e, *, hide=True, end=True):
    return [-100 if hide else x for x in p] + list(a) + ([e] if end else [])


def mean_forgetting(m, *, last=True, best=max):
    columns = np.array(m).T[:-1] if last else np.array(m).T
    return float(np.mean([best(c[:-1]) - c[-1] for c in columns]))


WRONG = [
    (ejercicios.etiquetar, lambda p, a, e: label(p, a, e, hide=False), "La petición también puntúa"),
    (ejercicios.etiquetar, lambda p, a, e: label(p, a, e, end=False), "no sabrá callarse"),
    (ejercicios.etiquetar, lambda p, a, e: [*p] + [-100] * (len(a) + 1), "al revés"),
    (ejercicios.etiquetar, lambda p, a, e: [0] * len(p) + [*a, e], "se escribe −100"),
    (ejercicios.etiquetar, lambda p, a, e: [*a, e], "medir lo mismo"),
    (ejercicios.etiquetar, lambda p, a, e: label(p, a, e)[1:] + [-100], "corrido un lugar"),
    (ejercicios.etiquetar, lambda p, a, e: label(p, a, e, end=False) + [-100], "Tapas también"),
    (ejercicios.examinar, lambda a, r, t: np.mean([x == y for x, y in zip(a, r)]), "Cuentas todos los casos"),
    (ejercicios.examinar, lambda a, r, t: np.mean([x == y for x, y, s in zip(a, r, t) if s]), "mide la memoria"),
    (ejercicios.examinar, lambda a, r, t: len([1 for x, y, s in zip(a, r, t) if x == y and not s]) / len(t), "Divides entre todos"),
    (ejercicios.examinar, lambda a, r, t: len([1 for x, y, s in zip(a, r, t) if x == y and not s]), "Das cuántos"),
    (ejercicios.examinar, lambda a, r, t: np.mean([x != y for x, y, s in zip(a, r, t) if not s]), "la parte que falla"),
    (ejercicios.olvido, lambda m: mean_forgetting(m, last=False), "también la última tarea"),
    (ejercicios.olvido, lambda m: mean_forgetting(m, best=lambda c: c[0]), "con la primera fila"),
    (ejercicios.olvido, lambda m: -mean_forgetting(m), "El signo va al revés"),
    (ejercicios.olvido, lambda m: float(np.mean(np.max(m, 0)[:-1] - np.array(m)[-1, :-1])), "también en la última fila"),
    (ejercicios.olvido, lambda m: float(np.sum(np.max(m[:-1], 0)[:-1] - np.array(m)[-1, :-1])), "Das la suma"),
    (ejercicios.contar, lambda n, d: [n * 11 * d, 12 * d**2 + 15 * d], "tras el último bloque"),
    (ejercicios.contar, lambda n, d: [n * 9 * d + d, 12 * d**2 + 15 * d], "las dos normalizaciones"),
    (ejercicios.contar, lambda n, d: [n * 11 * d + d, 12 * d**2 + 13 * d], "la normalización que lo sigue"),
    (ejercicios.contar, lambda n, d: [n * 11 * d + d, 12 * d**2], "solo cuentas las matrices"),
    (ejercicios.contar, lambda n, d: [n * 11 * d + d, n * (12 * d**2 + 13 * d) + 2 * d], "de todos los bloques"),
    (ejercicios.repasar, lambda s, n, o, m: s[int(np.argmax(n))], "sin mirar si ha olvidado"),
    (ejercicios.repasar, lambda s, n, o, m: s[int(np.argmax(o))], "Basta con que llegue"),
    (ejercicios.repasar, lambda s, n, o, m: s[int(np.argmax(np.add(n, o)))], "Sumas lo nuevo y lo viejo"),
]  # fmt: skip


RIGHT = [
    (ejercicios.etiquetar, label),
    (ejercicios.examinar, lambda a, r, t: float(np.mean([x == y for x, y, s in zip(a, r, t) if not s]))),
    (ejercicios.olvido, mean_forgetting),
    (ejercicios.contar, lambda n, d: [(11 * n + 1) * d, 3 * d * (4 * d + 5)]),
    (ejercicios.repasar, lambda s, n, o, m: max(zip(s, n, o), key=lambda x: (x[2] >= m, x[1] if x[2] >= m else x[2], -x[0]))[0]),
]


def test_labels_are_those_the_course_tunes_with():
    tokenizer = tuning.copied(models.load("decoder")).tokenizer
    ids, labels = tuning.encode(orders.pairs("futuro", 1)[0], tokenizer)
    asked = labels.count(-100)
    assert ejercicios.etiquetar.truth(ids[:asked], ids[asked:-1], ids[-1]) == labels


@pytest.mark.parametrize(("place", "method"), [(0, adapters.BitFit()), (1, adapters.LastLayers())])
def test_the_counts_are_those_of_the_pocket_decoder(place, method):
    model = tuning.copied(models.load("decoder")).model
    assert ejercicios.contar.truth(4, 192)[place] == adapters.attach(model, method).count()


def test_forgetting_is_the_one_of_the_package():
    matrix = [[0.0, 0.1], [0.9, 0.2], [0.4, 0.8]]
    assert ejercicios.olvido.truth(matrix) == pytest.approx(evaluation.forgetting(matrix)[0])
