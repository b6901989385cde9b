"""Errores típicos del capítulo 3: qué hace cada uno y qué se le dice a quien lo comete."""

from __future__ import annotations

import math
from collections.abc import Sequence

from .core import Slip

Counts = dict[str, int]


def mixed(counts: Counts, shorter: float, word: str) -> float:
    """La interpolación de Witten y Bell."""
    kinds, total = len(counts), sum(counts.values())
    return (counts.get(word, 0) + kinds * shorter) / (total + kinds) if counts else shorter


def only_counted(counts: Counts, shorter: float, word: str) -> float:
    return counts.get(word, 0) / sum(counts.values()) if counts else shorter


def only_if_missing(counts: Counts, shorter: float, word: str) -> float:
    return only_counted(counts, shorter, word) if word in counts else shorter


def without_kinds_below(counts: Counts, shorter: float, word: str) -> float:
    return (counts.get(word, 0) + len(counts) * shorter) / sum(counts.values()) if counts else shorter


def one_instead_of_kinds(counts: Counts, shorter: float, word: str) -> float:
    return (counts.get(word, 0) + shorter) / (sum(counts.values()) + 1) if counts else shorter


def swapped(counts: Counts, shorter: float, word: str) -> float:
    kinds, total = len(counts), sum(counts.values())
    return (kinds * (counts.get(word, 0) / total) + total * shorter) / (total + kinds) if counts else shorter


def zero_if_new_context(counts: Counts, shorter: float, word: str) -> float:
    return mixed(counts, shorter, word) if counts else 0.0


MIX = (
    Slip("Miras solo lo contado: una palabra que no ha salido tras este contexto se queda en cero, y basta una para hundir un texto.",
         only_counted),
    Slip("Cambias de fórmula según la palabra haya salido o no, y así las probabilidades suman más de 1. La interpolación mezcla siempre "
         "las dos, también cuando la palabra ha salido.", only_if_missing),
    Slip("Has sumado arriba el peso de la apuesta corta y abajo no: las probabilidades suman más de 1. El total también crece en T.",
         without_kinds_below),
    Slip("Le das a la apuesta corta el peso de una sola cuenta. Pesa T, el número de palabras distintas que han seguido al contexto: "
         "cuantas más, más fácil es que venga otra nueva.", one_instead_of_kinds),
    Slip("Tienes los pesos cambiados: lo contado pesa C y la apuesta corta, T.", swapped),
    Slip("Si el contexto no se ha visto nunca, no sabes nada de él: queda la apuesta corta, no un cero.", zero_if_new_context),
)  # fmt: skip


def exponent(parameters: Sequence[float], losses: Sequence[float], floor: float) -> float:
    """El exponente b de (pérdida − suelo) ∝ N^−b, entre el primer modelo y el último."""
    return -math.log((losses[-1] - floor) / (losses[0] - floor)) / math.log(parameters[-1] / parameters[0])


POWER = (
    Slip("No has restado el suelo: lo que baja como una potencia es lo que falta para llegar a él, no la pérdida entera.",
         lambda n, x, floor: exponent(n, x, 0.0)),
    Slip("Te sale con el signo cambiado: la pérdida baja, así que b es positivo en N^(−b).", lambda n, x, floor: -exponent(n, x, floor)),
    Slip("Es la pendiente con los parámetros y la pérdida sin logaritmos: cambia de un tramo a otro. En una ley de potencias lo que es una "
         "recta es el logaritmo contra el logaritmo.",
         lambda n, x, floor: (x[0] - x[-1]) / (n[-1] - n[0]), lambda n, x, floor: -(x[0] - x[-1]) / (n[-1] - n[0])),
    Slip("Es la fracción del revés: b es lo que baja la pérdida (en logaritmos) por lo que crecen los parámetros.",
         lambda n, x, floor: 1 / exponent(n, x, floor)),
    Slip("Has puesto el logaritmo solo en los parámetros. La pérdida que queda por encima del suelo también va en logaritmos.",
         lambda n, x, floor: (x[0] - x[-1]) / math.log(n[-1] / n[0])),
    Slip("Has usado solo los dos primeros modelos: compara el primero con el último.", lambda n, x, floor: exponent(n[:2], x[:2], floor)),
)  # fmt: skip


def gru(inputs: int, memory: int, *, gates: int = 3, biases: int = 2) -> int:
    """Los parámetros de una GRU de PyTorch."""
    return gates * (inputs * memory + memory * memory + biases * memory)


GRU = (
    Slip("Has contado una sola compuerta. Una GRU hace tres cuentas iguales: la de actualizar, la de olvidar y la del candidato.",
         lambda d, h: gru(d, h, gates=1)),
    Slip("Son cuatro en una LSTM; una GRU tiene tres.", lambda d, h: gru(d, h, gates=4)),
    Slip("Faltan los sesgos: dos vectores por compuerta.", lambda d, h: gru(d, h, biases=0)),
    Slip("PyTorch pone dos sesgos por compuerta, uno para lo que entra y otro para la memoria.", lambda d, h: gru(d, h, biases=1)),
    Slip("Falta la matriz que va de la memoria a la memoria: es la que recuerda.", lambda d, h: 3 * (d * h + 2 * h)),
    Slip("La matriz de la memoria va de h a h, y la de la entrada, de d a h: has cruzado los tamaños.", lambda d, h: gru(h, d)),
)  # fmt: skip


def early(steps: Sequence[int], training: Sequence[float], unseen: Sequence[float], patience: int) -> int:
    """El paso de la mejor medida hasta que `patience` medidas seguidas no la mejoran."""
    best, waited = 0, 0
    for i in range(1, len(steps)):
        best, waited = (i, 0) if unseen[i] < unseen[best] else (best, waited + 1)
        if waited == patience:
            break
    return steps[best]


def where_it_stops(steps: Sequence[int], training: Sequence[float], unseen: Sequence[float], patience: int) -> int:
    best, waited = 0, 0
    for i in range(1, len(steps)):
        best, waited = (i, 0) if unseen[i] < unseen[best] else (best, waited + 1)
        if waited == patience:
            return steps[i]
    return steps[-1]


def against_the_previous(steps: Sequence[int], training: Sequence[float], unseen: Sequence[float], patience: int) -> int:
    best, waited = 0, 0
    for i in range(1, len(steps)):
        waited = 0 if unseen[i] < unseen[i - 1] else waited + 1
        best = i if unseen[i] < unseen[best] else best
        if waited == patience:
            break
    return steps[best]


def in_total(steps: Sequence[int], training: Sequence[float], unseen: Sequence[float], patience: int) -> int:
    best, waited = 0, 0
    for i in range(1, len(steps)):
        best, waited = (i, waited) if unseen[i] < unseen[best] else (best, waited + 1)
        if waited == patience:
            break
    return steps[best]


EARLY = (
    Slip("Miras la pérdida de entrenamiento, que baja siempre: quien memoriza también la baja. La que avisa es la de lo no visto.",
         lambda steps, training, unseen, patience: early(steps, training, training, patience)),
    Slip("Devuelves el paso en que te paras, y ahí el modelo ya ha empeorado. Se guarda el mejor de los que has medido.", where_it_stops),
    Slip("Es el mejor de todas las medidas, pero sin paciencia: si te has parado antes, esa medida no ha llegado a existir.",
         lambda steps, training, unseen, patience: early(steps, training, unseen, len(steps) + 1)),
    Slip("Comparas cada medida con la anterior. La paciencia cuenta las medidas seguidas que no mejoran a la *mejor*.",
         against_the_previous),
    Slip("Llevas la cuenta de las malas en total. Cuando una mejora a la mejor, la cuenta vuelve a cero.", in_total),
    Slip("Te paras una medida antes: con paciencia 2 se aguantan dos seguidas sin mejorar.",
         lambda steps, training, unseen, patience: early(steps, training, unseen, max(patience - 1, 1))),
    Slip("Te paras una medida después: con paciencia 2, a la segunda seguida sin mejorar se acaba.",
         lambda steps, training, unseen, patience: early(steps, training, unseen, patience + 1)),
)  # fmt: skip
