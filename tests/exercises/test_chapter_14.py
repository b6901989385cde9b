"""Capítulo 14: respuestas como las que escribe quien aprende, con torch, y lo que deben leer al comprobarlas."""

import numpy as np
import torch

from course_utils.exercises import chapter_14 as ejercicios

INF = float("inf")


def divided_probabilities(logits, T):
    p = torch.softmax(logits, dim=-1) / T
    return p / p.sum(-1, keepdim=True)


def exponential_by_hand(logits, T):
    e = torch.exp(logits / T)
    return e / e.sum(dim=-1, keepdim=True)


def wrong_axis(logits, T):
    return torch.softmax(logits / T, dim=0)


def first_by_index(logits, k):
    kept = torch.full_like(logits, -INF)
    kept[:k] = logits[:k]
    return kept


def zeros_instead(logits, k):
    return torch.where(logits >= logits.topk(min(k, len(logits))).values[-1], logits, 0.0)


def strictly_above(logits, k):
    return logits.masked_fill(logits <= logits.sort(descending=True).values[min(k, len(logits)) - 1], -INF)


def smallest(logits, k):
    return logits.masked_fill(logits > logits.sort().values[min(k, len(logits)) - 1], -INF)


def not_beyond_the_vocabulary(logits, k):
    return logits.masked_fill(logits < logits.topk(k).values[-1], -INF)


def in_place(logits, k):
    logits[logits < logits.topk(min(k, len(logits))).values[-1]] = -INF
    return logits


def sorted_sums(probabilidades):
    order = probabilidades.argsort(descending=True)
    return order, probabilidades[order].cumsum(0)


def zeroed(probabilidades, cut, renormalize=True):
    kept = probabilidades.clone()
    kept[cut] = 0
    return kept / kept.sum() if renormalize else kept


def does_not_exceed(probabilidades, p):
    order, sums = sorted_sums(probabilidades)
    return zeroed(probabilidades, order[sums > p])


def does_not_exceed_but_keeps_one(probabilidades, p):
    order, sums = sorted_sums(probabilidades)
    cut = sums > p
    cut[0] = False
    return zeroed(probabilidades, order[cut])


def one_too_many(probabilidades, p):
    order, sums = sorted_sums(probabilidades)
    return zeroed(probabilidades, order[sums - probabilidades[order] > p])


def not_renormalized(probabilidades, p):
    order, sums = sorted_sums(probabilidades)
    return zeroed(probabilidades, order[int((sums < p).sum()) + 1 :], renormalize=False)


def unsorted(probabilidades, p):
    return zeroed(probabilidades, torch.arange(len(probabilidades))[int((probabilidades.cumsum(0) < p).sum()) + 1 :])


def left_sorted(probabilidades, p):
    ordered = probabilidades.sort(descending=True).values
    return zeroed(ordered, slice(int((ordered.cumsum(0) < p).sum()) + 1, None))


def each_against_p(probabilidades, p):
    return zeroed(probabilidades, probabilidades < p)


def softmax_again(probabilidades, p):
    order, sums = sorted_sums(probabilidades)
    cut = torch.zeros_like(probabilidades, dtype=torch.bool)
    cut[order[int((sums < p).sum()) + 1 :]] = True
    return torch.softmax(probabilidades.masked_fill(cut, -INF), dim=-1)


def first(probabilidades, n, renormalize=True):
    return zeroed(probabilidades, probabilidades.argsort(descending=True)[n:], renormalize)


def nucleus(probabilidades, p):
    return first(probabilidades, int((sorted_sums(probabilidades)[1] < p).sum()) + 1)


def left(probabilidades):
    return set(probabilidades.nonzero().flatten().tolist())


def both_orders(probabilidades, k, p):
    return left(nucleus(first(probabilidades, k), p)), left(first(nucleus(probabilidades, p), k))


def swapped(probabilidades, k, p):
    return both_orders(probabilidades, k, p)[::-1]


def never_renormalizes(probabilidades, k, p):
    n = int((sorted_sums(first(probabilidades, k, renormalize=False))[1] < p).sum()) + 1
    kept = left(first(first(probabilidades, k, renormalize=False), n))
    return kept, left(first(nucleus(probabilidades, p), k))


def sorted_positions(probabilidades, k, p):
    return tuple(set(range(len(kept))) for kept in both_orders(probabilidades, k, p))


def one_cut_each(probabilidades, k, p):
    return left(first(probabilidades, k)), left(nucleus(probabilidades, p))


def the_token_that_reaches_p_is_out(probabilidades, k, p):
    def short(q):
        return does_not_exceed_but_keeps_one(q, p)

    return left(short(first(probabilidades, k))), left(first(short(probabilidades), k))


WRONG = [
    (ejercicios.temperatura, lambda z, T: torch.softmax(z * T, -1), "¿Multiplicas donde habría que dividir?"),
    (ejercicios.temperatura, lambda z, T: torch.softmax(z**T, -1), "¿Qué operación con T no puede cambiar el orden de los logits?"),
    (ejercicios.temperatura, divided_probabilities, "Tu resultado no depende de T"),
    (ejercicios.temperatura, lambda z, T: torch.softmax(z, -1) / T, "ya no suman 1"),
    (ejercicios.temperatura, wrong_axis, "¿qué `dim` les toca?"),
    (ejercicios.temperatura, exponential_by_hand, "desborda"),
    (ejercicios.temperatura, lambda z, T: z / T, "siguen siendo logits"),
    (ejercicios.temperatura, lambda z, T: torch.log_softmax(z / T, -1), "te sobra el logaritmo"),
    (ejercicios.temperatura, lambda z, T: torch.softmax(torch.softmax(z, -1) / T, -1), "softmax dos veces"),
    (ejercicios.top_k, first_by_index, "k primeros del vector"),
    (ejercicios.top_k, zeros_instead, "los cortas con un cero"),
    (ejercicios.top_k, strictly_above, "Te falta uno"),
    (ejercicios.top_k, smallest, "k peores"),
    (ejercicios.top_k, lambda z, k: z.topk(min(k, len(z))).values, "se pierde a qué token pertenece"),
    (ejercicios.top_k, lambda z, k: (z - z) / 0, "nan no es un número"),
    (ejercicios.top_k, lambda z, k: torch.softmax(in_place(z, k), -1), "devuelves probabilidades"),
    (ejercicios.top_k, not_beyond_the_vocabulary, "k puede ser mayor que el vocabulario"),
    (ejercicios.top_k, in_place, "modifica lo que recibe"),
    (ejercicios.top_p, does_not_exceed, "el que la hace llegar también entra"),
    (ejercicios.top_p, does_not_exceed_but_keeps_one, "el que la hace llegar también entra"),
    (ejercicios.top_p, one_too_many, "dejas uno de más"),
    (ejercicios.top_p, not_renormalized, "no suman 1"),
    (ejercicios.top_p, unsorted, "en el orden del vocabulario"),
    (ejercicios.top_p, left_sorted, "ordenadas de mayor a menor"),
    (ejercicios.top_p, each_against_p, "por separado"),
    (ejercicios.top_p, softmax_again, "Repartes con softmax"),
    (ejercicios.top_p, lambda q, p: zeroed(q, q < p * q.max()), "min-p"),
    (ejercicios.orden, swapped, "cambiados de sitio"),
    (ejercicios.orden, never_renormalizes, "Te salen siempre iguales"),
    (ejercicios.orden, sorted_positions, "posiciones en la lista ordenada"),
    (ejercicios.orden, one_cut_each, "es un solo corte"),
    (ejercicios.orden, the_token_that_reaches_p_is_out, "Tu top-p corta el token que alcanza p"),
    (ejercicios.orden, lambda q, k, p: both_orders(q, k, p)[0], "hacen falta dos conjuntos"),
    (ejercicios.orden, lambda q, k, p: tuple(map(len, both_orders(q, k, p))), "hace falta un conjunto de índices"),
]  # fmt: skip


def numpy_temperature(logits, T):
    z = logits.numpy() / T
    e = np.exp(z - z.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


RIGHT = [
    (ejercicios.temperatura, numpy_temperature),
    (ejercicios.temperatura, lambda z, T: numpy_temperature(z, T).tolist()),
    (ejercicios.temperatura, lambda z, T: torch.softmax(z.double() / T, -1).requires_grad_()),
    (ejercicios.top_k, lambda z, k: in_place(z.clone(), k)),
    (ejercicios.top_k, lambda z, k: [x if x in sorted(z.tolist())[-k:] else -INF for x in z.tolist()]),
    (ejercicios.top_p, nucleus),
    (ejercicios.top_p, lambda q, p: list(nucleus(q, p))),
    (ejercicios.orden, both_orders),
    (ejercicios.orden, lambda q, k, p: [torch.tensor(sorted(kept)) for kept in both_orders(q, k, p)]),
    (ejercicios.orden, lambda q, k, p: tuple([i in kept for i in range(len(q))] for kept in both_orders(q, k, p))),
]


def test_a_wrong_shape_is_told_with_both_shapes():
    text = ejercicios.temperatura.check(lambda z, T: torch.softmax(z / T, -1).unsqueeze(0)).text
    assert "devuelve un tensor de forma (1, 4) y debería tener forma (4,)" in text


def test_the_references_agree_with_the_samplers_of_the_course():
    """La verdad de los ejercicios, escrita con listas, y la de generation, escrita con torch, son la misma."""
    from course_utils import generation

    for case in ejercicios.temperatura.cases:
        z = torch.tensor(case.given[0])
        expected = torch.tensor(ejercicios.temperatura.truth(*case.given))
        torch.testing.assert_close(torch.softmax(generation.temperature(z, case.given[1]), -1), expected)
    for case in ejercicios.top_k.cases:
        expected = torch.tensor(ejercicios.top_k.truth(*case.given))
        torch.testing.assert_close(generation.top_k(torch.tensor(case.given[0]), case.given[1]), expected)
    for case in ejercicios.top_p.cases:
        expected = torch.tensor(ejercicios.top_p.truth(*case.given))
        torch.testing.assert_close(torch.softmax(generation.top_p(torch.tensor(case.given[0]).log(), case.given[1]), -1), expected)
    for case in ejercicios.orden.cases:
        q, k, p = case.given
        kept = generation.top_p(generation.top_k(torch.tensor(q).log(), k), p).exp()
        assert left(kept) == ejercicios.orden.truth(q, k, p)[0]
