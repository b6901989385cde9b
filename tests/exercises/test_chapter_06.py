"""Capítulo 6: respuestas como las que escribe quien aprende, y lo que deben leer al comprobarlas."""

from collections import Counter

import numpy as np
import pytest
import torch

from course_utils import overlap, retrieval
from course_utils.exercises import chapter_06 as ejercicios
from course_utils.microworld import instructions


def squeezed(texto):
    return "".join(texto.split()).lower().rstrip(".")


def parts(candidato, referencia):
    comunes = (Counter(candidato) & Counter(referencia)).total()
    return comunes / max(1, len(candidato)), comunes / max(1, len(referencia))


def by_sets(candidato, referencia):
    comunes = len(set(candidato) & set(referencia))
    return 2 * comunes / max(1, len(candidato) + len(referencia))


def without_ceiling(candidato, referencia):
    aciertos = sum(palabra in referencia for palabra in candidato)
    return 2 * aciertos / max(1, len(candidato) + len(referencia)) if aciertos else 0


def by_removing(candidato, referencia):
    quedan, comunes = list(referencia), 0
    for palabra in candidato:
        if palabra in quedan:
            quedan.remove(palabra)
            comunes += 1
    return 2 * comunes / (len(candidato) + len(referencia)) if comunes else 0


def crosses_out_what_it_receives(candidato, referencia):
    comunes = 0
    for palabra in candidato:
        if palabra in referencia:
            referencia.remove(palabra)
            comunes += 1
    return 2 * comunes / (len(candidato) + len(referencia) + comunes) if comunes else 0


def cosines(consulta, textos):
    return torch.nn.functional.cosine_similarity(textos, consulta[None], dim=1)


def first_k(puntos, buenos, k):
    return sum(bueno in np.argsort(-np.array(fila))[:k] for fila, bueno in zip(puntos, buenos)) / len(buenos)


def worst_k(puntos, buenos, k):
    return sum(bueno in np.argsort(fila)[:k] for fila, bueno in zip(puntos, buenos)) / len(buenos)


WRONG = [
    (ejercicios.exacta, lambda a, b: a == b, "tal cual"),
    (ejercicios.exacta, lambda a, b: a.lower().split() == b.lower().split(), "punto final"),
    (ejercicios.exacta, lambda a, b: a.strip().strip(".") == b.strip().strip("."), "mayúsculas"),
    (ejercicios.exacta, lambda a, b: a.strip().lower().rstrip(".") == b.strip().lower().rstrip("."), "en medio"),
    (ejercicios.exacta, lambda a, b: squeezed(a) == squeezed(b), "todos los espacios"),
    (ejercicios.exacta, lambda a, b: " ".join(b.split()).lower().strip(".") in " ".join(a.split()).lower(), "dentro de la respuesta"),
    (ejercicios.exacta, lambda a, b: sorted(a.lower().strip(" .\n").split()) == sorted(b.lower().strip(" .\n").split()), "orden"),
    (ejercicios.exacta, lambda a, b: 1, "hace falta `True` o `False`"),
    (ejercicios.rouge_1_f, lambda c, r: parts(c, r)[0], "precisión"),
    (ejercicios.rouge_1_f, lambda c, r: parts(c, r)[1], "cobertura"),
    (ejercicios.rouge_1_f, lambda c, r: sum(parts(c, r)) / 2, "armónica"),
    (ejercicios.rouge_1_f, by_sets, "palabras distintas"),
    (ejercicios.rouge_1_f, without_ceiling, "tope"),
    (ejercicios.rouge_1_f, lambda c, r: 2 / (1 / parts(c, r)[0] + 1 / parts(c, r)[1]), "ZeroDivisionError"),
    (ejercicios.rouge_1_f, crosses_out_what_it_receives, "modifica lo que recibe"),
    (ejercicios.orden, lambda q, t: (t @ q).argsort(descending=True), "producto escalar"),
    (ejercicios.orden, lambda q, t: cosines(q, t).argsort(), "el primero"),
    (ejercicios.orden, lambda q, t: torch.cdist(q[None], t)[0].argsort(), "distancia"),
    (ejercicios.orden, lambda q, t: cosines(q, t).abs().argsort(descending=True), "valor absoluto"),
    (ejercicios.orden, lambda q, t: cosines(q, t).argsort(descending=True).argsort(), "puesto de cada texto"),
    (ejercicios.recall, lambda p, b, k: first_k(p, b, 1), "recall@1"),
    (ejercicios.recall, worst_k, "menor puntuación"),
    (ejercicios.recall, lambda p, b, k: first_k(p, b, k - 1), "Te falta uno"),
    (ejercicios.recall, lambda p, b, k: first_k(p, b, k + 1), "Te sobra uno"),
    (ejercicios.recall, lambda p, b, k: first_k(p, b, k) * len(b), "Falta dividir"),
]
RIGHT = [
    (ejercicios.exacta, lambda a, b: a.lower().rstrip(" .\n").split() == b.lower().rstrip(" .\n").split()),
    (ejercicios.rouge_1_f, by_removing),
    (ejercicios.orden, lambda q, t: cosines(q, t).argsort(descending=True).tolist()),
    (ejercicios.orden, lambda q, t: sorted(range(len(t)), key=lambda i: -float(t[i] @ q / t[i].norm()))),
    (ejercicios.recall, first_k),
]


@pytest.mark.parametrize("text", ["En el  bosque.", " el BOSQUE", "Nada.", "De más.", ""])
def test_the_exact_answer_is_that_of_the_micro_world(text):
    row = instructions.Row("preguntas", "", "En el bosque.")
    assert ejercicios.exacta.truth(text, row.completion) == instructions.check(row, text)


def test_in_order_both_rouge_agree_and_out_of_order_the_first_is_larger():
    for case in ejercicios.rouge_1_f.cases:
        one, other = case.given
        assert ejercicios.rouge_1_f.truth(one, other) >= overlap.rouge_l(" ".join(one), " ".join(other)) - 1e-9


def test_recall_and_order_are_those_of_the_package():
    for case in ejercicios.recall.cases:
        scores, right, k = case.given
        assert ejercicios.recall.truth(scores, right, k) == pytest.approx(retrieval.recall(retrieval.places(scores, right), k))
    for case in ejercicios.orden.cases:
        query, texts = (torch.tensor(x) for x in case.given)
        assert ejercicios.orden.truth(*case.given) == cosines(query, texts).argsort(descending=True).tolist()
