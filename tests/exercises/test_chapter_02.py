"""Capítulo 2: respuestas como las que escribe quien aprende, y lo que deben leer al comprobarlas."""

import math
from collections import Counter, defaultdict

import numpy as np

from course_utils.exercises import chapter_02 as ejercicios

INICIO, FIN = "(inicio)", "(fin)"


def product(condicionales):
    p = 1.0
    for c in condicionales:
        p = p * c
    return p


def log_of_product(condicionales):
    return math.log(product(condicionales))


def log_of_product_numpy(condicionales):
    with np.errstate(divide="ignore"):
        return np.log(np.prod(condicionales))


def returns_inside_the_loop(condicionales):
    total = 0
    for c in condicionales:
        total += math.log(c)
        return total


def mean_surprise(probabilidades):
    return -np.log(probabilidades).mean()


def total_instead_of_mean(probabilidades):
    return np.exp(-np.sum(np.log(probabilidades)))


def lost_sign(probabilidades):
    return np.exp(np.mean(np.log(probabilidades)))


def arithmetic_mean(probabilidades):
    return 1 / (sum(probabilidades) / len(probabilidades))


def two_bases(probabilidades):
    return 2 ** (-sum(math.log(p) for p in probabilidades) / len(probabilidades))


def root_of_product(probabilidades):
    return (1 / math.prod(probabilidades)) ** (1 / len(probabilidades))


def count_pairs(frases, start=(INICIO,), end=(FIN,)):
    counts = defaultdict(Counter)
    for frase in frases:
        words = [*start, *frase, *end]
        for i in range(len(words) - 1):
            counts[words[i]][words[i + 1]] += 1
    return counts


def counts_only(frases):
    return count_pairs(frases)


def rows(counts):
    return {a: {b: n / sum(row.values()) for b, n in row.items()} for a, row in counts.items()}


def joint(frases):
    counts = count_pairs(frases)
    total = sum(n for row in counts.values() for n in row.values())
    return {a: {b: n / total for b, n in row.items()} for a, row in counts.items()}


def no_start(frases):
    return rows(count_pairs(frases, start=()))


def no_end(frases):
    return rows(count_pairs(frases, end=()))


def one_long_sentence(frases):
    return rows(count_pairs([[word for frase in frases for word in (INICIO, *frase, FIN)]], (), ()))


def conditioned_the_wrong_way(frases):
    counts = count_pairs(frases)
    seconds = Counter()
    for row in counts.values():
        seconds.update(row)
    return {a: {b: n / seconds[b] for b, n in row.items()} for a, row in counts.items()}


def forgets_all_but_the_last(frases):
    for frase in frases:
        counts = count_pairs([frase])
    return rows(counts)


def swapped_roles(verdad, modelo):
    return sum(q * -math.log(verdad[palabra]) if palabra in verdad else math.inf for palabra, q in modelo.items())


def skips_the_impossible(verdad, modelo):
    return sum(p * -math.log(modelo[palabra]) for palabra, p in verdad.items() if p and palabra in modelo)


def every_word_the_same(verdad, modelo):
    surprises = [-math.log(modelo[palabra]) if palabra in modelo else math.inf for palabra, p in verdad.items() if p]
    return sum(surprises) / len(surprises)


def only_the_truth(verdad, modelo):
    return -sum(p * math.log(p) for p in verdad.values() if p)


def divergence(verdad, modelo):
    return sum(p * math.log(p / modelo[palabra]) if palabra in modelo else math.inf for palabra, p in verdad.items() if p)


def bits(verdad, modelo):
    return sum(p * -math.log2(modelo[palabra]) if palabra in modelo else math.inf for palabra, p in verdad.items() if p)


WRONG = [
    (ejercicios.regla_de_la_cadena, product, "Eso es la probabilidad"),
    (ejercicios.regla_de_la_cadena, log_of_product, "el ordenador lo redondea a cero"),
    (ejercicios.regla_de_la_cadena, log_of_product_numpy, "el ordenador lo redondea a cero"),
    (ejercicios.regla_de_la_cadena, sum, "Sumas las probabilidades"),
    (ejercicios.regla_de_la_cadena, lambda c: np.log2(c).sum(), "bits"),
    (ejercicios.regla_de_la_cadena, lambda c: -np.log(c).sum(), "sorpresa"),
    (ejercicios.regla_de_la_cadena, lambda c: np.log(c).mean(), "media por palabra"),
    (ejercicios.regla_de_la_cadena, returns_inside_the_loop, "dentro del bucle"),
    (ejercicios.perplejidad, mean_surprise, "Falta deshacer el logaritmo"),
    (ejercicios.perplejidad, total_instead_of_mean, "¿Entre cuántos hay que repartir la sorpresa?"),
    (ejercicios.perplejidad, lost_sign, "se ha perdido el signo"),
    (ejercicios.perplejidad, arithmetic_mean, "media aritmética"),
    (ejercicios.perplejidad, two_bases, "Mezclas dos bases"),
    (ejercicios.perplejidad, root_of_product, "se redondea a cero"),
    (ejercicios.perplejidad, lambda ps: sum(1 / p for p in ps) / len(ps), "Promedias las inversas"),
    (ejercicios.bigramas, counts_only, "Devuelves cuentas"),
    (ejercicios.bigramas, joint, "probabilidad conjunta"),
    (ejercicios.bigramas, no_start, "cómo empiezan las frases"),
    (ejercicios.bigramas, no_end, "cómo acaban las frases"),
    (ejercicios.bigramas, one_long_sentence, "a caballo entre dos frases"),
    (ejercicios.bigramas, conditioned_the_wrong_way, "la condición al revés"),
    (ejercicios.bigramas, forgets_all_but_the_last, "Solo recuerdas la última frase"),
    (ejercicios.sorpresa_media, swapped_roles, "Los papeles están cambiados"),
    (ejercicios.sorpresa_media, skips_the_impossible, "¿Cuánto sorprende lo que creías imposible?"),
    (ejercicios.sorpresa_media, every_word_the_same, "Todas las palabras te pesan igual"),
    (ejercicios.sorpresa_media, only_the_truth, "Eso es el suelo"),
    (ejercicios.sorpresa_media, divergence, "divergencia KL"),
    (ejercicios.sorpresa_media, bits, "bits"),
]  # fmt: skip


RIGHT = [
    (ejercicios.regla_de_la_cadena, lambda c: np.log(c).sum()),
    (ejercicios.perplejidad, lambda ps: np.exp(-np.log(ps).mean())),
    (ejercicios.perplejidad, lambda ps: 2 ** -np.log2(ps).mean()),
    (ejercicios.bigramas, lambda frases: rows(count_pairs(frases))),
    (ejercicios.bigramas, lambda frases: defaultdict(dict, {**rows(count_pairs(frases)), "sin usar": {}})),
    (ejercicios.sorpresa_media, lambda v, m: -sum(p * (math.log(m[w]) if m.get(w) else -math.inf) for w, p in v.items() if p)),
]


def test_an_unknown_mistake_is_shown_with_its_case():
    text = ejercicios.perplejidad.check(lambda ps: 4.0 if len(ps) < 5 else 7.5).text
    assert text == ("Casi: aciertas 2 de 5 pruebas, pero con `perplejidad([1.0, 1.0])` devuelve 4 y debería ser 1. "
                    "Un modelo que acierta sin dudar tiene perplejidad 1.")  # fmt: skip


def test_a_table_is_compared_word_by_word():
    def almost(frases):
        table = rows(count_pairs(frases))
        table["la"]["nutria"] = 0.25
        return table

    assert "tu P(nutria | la) es 0,25 y debería ser 0,5." in ejercicios.bigramas.check(almost).text


def test_a_table_of_another_shape_gets_a_clear_sentence():
    flat = ejercicios.bigramas.check(lambda frases: {("la", "nutria"): 0.5})
    assert "y hace falta otro diccionario" in flat.text
    assert "hace falta un diccionario de diccionarios" in ejercicios.bigramas.check(lambda frases: frases).text
