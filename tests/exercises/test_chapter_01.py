"""Capítulo 1: respuestas como las que escribe quien aprende, y lo que deben leer al comprobarlas."""

import random
from collections import Counter
from itertools import accumulate

import pytest
import torch

from course_utils.exercises import chapter_01 as ejercicios


def draw(reparto, u, reached=lambda total, u: u < total):
    total = 0
    for palabra, p in reparto:
        total += p
        if reached(total, u):
            return palabra
    return palabra


def always_the_best(reparto, u):
    return max(reparto, key=lambda pareja: pareja[1])[0]


def a_fair_die(reparto, u):
    return reparto[int(u * len(reparto))][0]


def compares_each_alone(reparto, u):
    for palabra, p in reparto:
        if u < p:
            return palabra
    return reparto[-1][0]


def ignores_the_number(reparto, u):
    return random.Random(3).choices([palabra for palabra, _ in reparto], [p for _, p in reparto])[0]


def gives_the_pair(reparto, u):
    return next(pareja for pareja in reparto if pareja[0] == draw(reparto, u))


def by_subtracting(reparto, u):
    for palabra, p in reparto:
        u -= p
        if u < 0:
            return palabra
    return palabra


def with_accumulate(reparto, u):
    ends = list(accumulate(p for _, p in reparto))
    return next(palabra for (palabra, _), end in zip(reparto, ends) if u < end)


def hits(resultados):
    return sum(dicho == calculado for dicho, calculado in resultados)


def only_those_that_ran(resultados):
    ran = [pareja for pareja in resultados if pareja[1] is not None]
    return hits(ran) / len(ran) if ran else 0


def counts_running(resultados):
    return sum(calculado is not None for _, calculado in resultados) / len(resultados) if resultados else 0


def share(resultados):
    return hits(resultados) / len(resultados) if resultados else 0


def as_text(resultados):
    return sum(dicho == str(calculado) for dicho, calculado in resultados) / len(resultados) if resultados else 0


def mixed(nieve, dibujo, t):
    return (1 - t) * nieve + t * dibujo


def step_by_step(velocidad, nieve, n, dt=None, when=lambda i, n: i / n):
    x = nieve.clone()
    for i in range(n):
        x = x + velocidad(x, when(i, n)) * (dt or 1 / n)
    return x


def spoils_the_snow(velocidad, nieve, n):
    for i in range(n):
        nieve += velocidad(nieve, i / n) / n
    return nieve


def at_once(velocidad, nieve, n):
    return nieve + velocidad(nieve, 0)


def asks_from_the_snow(velocidad, nieve, n):
    x = nieve
    for i in range(n):
        x = x + velocidad(nieve, i / n) / n
    return x


def one_step_short(velocidad, nieve, n):
    x = nieve
    for i in range(n - 1):
        x = x + velocidad(x, i / n) / n
    return x


WRONG = [
    (ejercicios.sorteo, always_the_best, "el texto sale siempre igual"),
    (ejercicios.sorteo, a_fair_die, "el dado no está trucado"),
    (ejercicios.sorteo, compares_each_alone, "hay que ir sumando"),
    (ejercicios.sorteo, lambda r, u: draw(r, u, lambda total, u: u <= total), "justo en la frontera"),
    (ejercicios.sorteo, lambda r, u: draw(sorted(r, key=lambda x: -x[1]), u), "Ordenas las palabras"),
    (ejercicios.sorteo, ignores_the_number, "debería ser"),
    (ejercicios.sorteo, gives_the_pair, "hace falta un texto"),
    (ejercicios.cuenta, only_those_that_ran, "Un programa que no funciona también es un fallo"),
    (ejercicios.cuenta, counts_running, "Cuentas los que se ejecutan"),
    (ejercicios.cuenta, hits, "Falta decir de cuántos"),
    (ejercicios.cuenta, lambda r: 100 * share(r), "0,75 y no 75"),
    (ejercicios.cuenta, lambda r: 1 - share(r), "la parte que falla"),
    (ejercicios.cuenta, lambda r: hits(r) / len(r), "Con la lista vacía"),
    (ejercicios.cuenta, as_text, "acierta si el modelo escribió «None»"),
    (ejercicios.cuenta, lambda r: share(list(set(r))), "una sola vez"),
    (ejercicios.mezcla, lambda s, d, t: (mixed(d, s, t), d - s), "La mezcla está del revés"),
    (ejercicios.mezcla, lambda s, d, t: (mixed(s, d, t), s - d), "apunta hacia atrás"),
    (ejercicios.mezcla, lambda s, d, t: (mixed(d, s, t), s - d), "Todo está del revés"),
    (ejercicios.mezcla, lambda s, d, t: (mixed(s, d, t), d - mixed(s, d, t)), "lo que falta por recorrer"),
    (ejercicios.mezcla, lambda s, d, t: (mixed(s, d, t), t * (d - s)), "lo ya recorrido"),
    (ejercicios.mezcla, lambda s, d, t: (mixed(s, d, t), d), "no es el dibujo"),
    (ejercicios.mezcla, lambda s, d, t: ((1 - t) ** 0.5 * s + t**0.5 * d, d - s), "raíces cuadradas"),
    (ejercicios.mezcla, lambda s, d, t: mixed(s, d, t), "hacen falta dos tensores: `return mezcla, velocidad`"),
    (ejercicios.mezcla, lambda s, d, t: (mixed(s, d, t), 2 * (d - s)), "en `velocidad` devuelve"),
    (ejercicios.pinta, lambda f, x, n: step_by_step(f, x, n, dt=1), "la enésima parte"),
    (ejercicios.pinta, at_once, "de golpe"),
    (ejercicios.pinta, asks_from_the_snow, "desde donde se está"),
    (ejercicios.pinta, lambda f, x, n: step_by_step(f, x, n, when=lambda i, n: 0), "Preguntas siempre con t = 0"),
    (ejercicios.pinta, lambda f, x, n: step_by_step(f, x, n, when=lambda i, n: (i + 1) / n), "un paso adelantado"),
    (ejercicios.pinta, lambda f, x, n: step_by_step(f, x, n, when=lambda i, n: i), "el número del paso"),
    (ejercicios.pinta, lambda f, x, n: step_by_step(f, x, n, when=lambda i, n: 1 - i / n), "El tiempo te va hacia atrás"),
    (ejercicios.pinta, lambda f, x, n: step_by_step(f, x, n, dt=-1 / n), "Restas la velocidad"),
    (ejercicios.pinta, one_step_short, "Te falta un paso"),
    (ejercicios.pinta, spoils_the_snow, "modifica lo que recibe"),
]  # fmt: skip


RIGHT = [
    (ejercicios.sorteo, draw),
    (ejercicios.sorteo, by_subtracting),
    (ejercicios.sorteo, with_accumulate),
    (ejercicios.cuenta, share),
    (ejercicios.cuenta, lambda r: torch.tensor([a == b for a, b in r] or [False]).float().mean()),
    (ejercicios.mezcla, lambda s, d, t: (s + t * (d - s), d - s)),
    (ejercicios.mezcla, lambda s, d, t: [torch.lerp(s, d, t), d - s]),
    (ejercicios.pinta, step_by_step),
    (ejercicios.pinta, lambda f, x, n: x if not n else step_by_step(f, x, n)),
]  # fmt: skip


def test_the_loaded_die_falls_as_it_should():
    share = [("rana", 0.5), ("zorro", 0.3), ("oso", 0.2)]
    falls = Counter(ejercicios.sorteo.truth(share, (i + 0.5) / 1000) for i in range(1000))
    assert falls == {"rana": 500, "zorro": 300, "oso": 200}


def test_the_velocity_is_how_the_mixture_changes():
    snow, drawing = [0.3, -1.0], [1.0, 2.0]
    (before, velocity), (after, _) = (ejercicios.mezcla.truth(snow, drawing, t) for t in (0.5, 0.501))
    assert [(b - a) / 0.001 for a, b in zip(before, after)] == pytest.approx(velocity)


def test_more_steps_come_closer_to_the_true_path():
    growing = ejercicios.pinta.cases[1].given[0]
    far, near = (abs(ejercicios.pinta.truth(growing, [1.0], n)[0] - 2.718281828) for n in (4, 400))
    assert near < far / 50
