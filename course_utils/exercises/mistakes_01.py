"""Errores típicos del capítulo 1, escritos con listas de Python: qué hace cada uno y qué se le dice a quien lo comete."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from .attempt import plain
from .core import Slip

Row = list[float]
Share = list[tuple[str, float]]
Results = list[tuple[str, str | None]]


def drawn(share: Share, u: float, over: Callable[[float, float], bool] = lambda total, u: u < total) -> str:
    """La palabra a la que le toca `u`: la referencia. ``over`` dice cuándo se ha llegado."""
    total = 0.0
    for word, p in share:
        total += p
        if over(total, u):
            return word
    return share[-1][0]


def without_adding(share: Share, u: float) -> str:
    return next((word for word, p in share if u < p), share[-1][0])


def one_late(share: Share, u: float) -> str:
    place = [word for word, _ in share].index(drawn(share, u))
    return share[min(place + 1, len(share) - 1)][0]


def sorted_by(share: Share, down: bool) -> Share:
    return sorted(share, key=lambda pair: pair[1], reverse=down)


DRAW = (
    Slip("Eliges siempre la más probable, y `u` no pinta nada: así el texto sale siempre igual. Eso no es tirar un dado.",
         lambda share, u: max(share, key=lambda pair: pair[1])[0]),
    Slip("Eliges siempre la menos probable: cuanto mayor es su probabilidad, más veces tiene que salir una palabra.",
         lambda share, u: min(share, key=lambda pair: pair[1])[0]),
    Slip("Das a todas las palabras la misma probabilidad: el dado no está trucado. ¿Dónde entra la de cada una?",
         lambda share, u: share[int(u * len(share))][0]),
    Slip("Comparas `u` con cada probabilidad suelta. Los trozos van uno detrás de otro: el segundo empieza donde acaba el primero, así que "
         "hay que ir sumando.", without_adding, lambda share, u: next((word for word, p in share if p >= u), share[-1][0])),
    Slip("Eliges la palabra cuya probabilidad se parece más a `u`. El número `u` dice un sitio entre 0 y 1, no cuánto vale una "
         "probabilidad.",
         lambda share, u: min(share, key=lambda pair: abs(pair[1] - u))[0]),
    Slip("Casi: solo falla justo en la frontera. El trozo de la primera llega hasta su probabilidad sin incluirla: con `u` igual a la "
         "suma ya le toca a la siguiente.", lambda share, u: drawn(share, u, over=lambda total, u: u <= total + 1e-12)),
    Slip("Vas una palabra tarde: la que buscas es la que, al sumarse, pasa de `u`, no la siguiente.", one_late),
    Slip("Ordenas las palabras antes de repartir. No hace falta: los trozos miden lo mismo en cualquier orden, y aquí se pide el de la "
         "lista.",
         lambda share, u: drawn(sorted_by(share, True), u), lambda share, u: drawn(sorted_by(share, False), u)),
    Slip("Recorres los trozos desde el final: el primero, el que empieza en 0, es el de la primera palabra.",
         lambda share, u: drawn(share[::-1], u)),
)  # fmt: skip


def ratio(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def right(results: Results) -> int:
    return sum(said == found for said, found in results)


def honest(results: Results) -> float:
    """La parte de los programas que da el valor que dice, contados todos: la referencia."""
    return ratio(right(results), len(results))


def ran(results: Results) -> Results:
    return [(said, found) for said, found in results if found is not None]


def same_number(said: str, found: str | None) -> bool:
    try:
        return float(said) == float(found)
    except (TypeError, ValueError):
        return said == found


COUNT = (
    Slip("Divides solo entre los que se ejecutan, y así los que fallan del todo no cuentan: tu modelo parece mejor cuanto más se "
         "estropea. Un programa que no funciona también es un fallo.", lambda results: ratio(right(results), len(ran(results)))),
    Slip("Cuentas los que se ejecutan. No basta: hay programas que funcionan y aun así dicen un valor que no es.",
         lambda results: ratio(len(ran(results)), len(results))),
    Slip("Esa es la parte que falla: se pide la que acierta.", lambda results: 1 - honest(results)),
    Slip("Esos son los que aciertan, y están bien contados. Falta decir de cuántos: divide entre el número de programas.", right),
    Slip("Es un tanto por ciento, y se pide una parte de 1: 0,75 y no 75.", lambda results: 100 * honest(results)),
    Slip("Comparas con `str(calculado)`, y entonces un programa que no se ha podido ejecutar (`None`) acierta si el modelo escribió "
         "«None».",
         lambda results: ratio(sum(said == str(found) for said, found in results), len(results))),
    Slip("Comparas números, y aquí lo que cuenta es lo que Python escribe: si calcula `4.0`, quien dice «4» no ha acertado.",
         lambda results: ratio(sum(same_number(*pair) for pair in results), len(results))),
    Slip("Cuentas cada pareja distinta una sola vez. Si el modelo escribe dos veces el mismo programa, son dos programas.",
         lambda results: honest(list(set(results)))),
    Slip("Con la lista vacía no hay de cuántos: ahí la respuesta es 0, y tu función se para.",
         lambda results: right(results) / len(results)),
)  # fmt: skip


def each(rule: Callable[[float, float], float], one: Row, other: Row) -> Row:
    """La cuenta punto por punto, también si son varias filas."""
    return [each(rule, a, b) if isinstance(a, list) else rule(a, b) for a, b in zip(one, other)]


def blended(snow: Row, drawing: Row, t: float) -> Row:
    return each(lambda s, d: (1 - t) * s + t * d, snow, drawing)


def minus(one: Row, other: Row) -> Row:
    return each(lambda a, b: a - b, one, other)


def path(snow: Row, drawing: Row, t: float) -> tuple[Row, Row]:
    """La mezcla y la velocidad: la referencia."""
    return blended(snow, drawing, t), minus(drawing, snow)


def of_roots(snow: Row, drawing: Row, t: float) -> Row:
    return each(lambda s, d: math.sqrt(1 - t) * s + math.sqrt(t) * d, snow, drawing)


MIX = (
    Slip("La mezcla está del revés: con t = 0 tiene que ser pura nieve y con t = 1, puro dibujo. (La velocidad está bien.)",
         lambda s, d, t: (blended(d, s, t), minus(d, s))),
    Slip("La velocidad apunta hacia atrás: vas del dibujo a la nieve. ¿Qué hay que sumar a la nieve para llegar al dibujo?",
         lambda s, d, t: (blended(s, d, t), minus(s, d))),
    Slip("Todo está del revés: empiezas en el dibujo y vas hacia la nieve. Eso es lo que hace quien estropea dibujos; aquí se pintan.",
         lambda s, d, t: (blended(d, s, t), minus(s, d))),
    Slip("Lo que das como velocidad es lo que falta por recorrer, y encoge al acercarse. La velocidad es lo que cambia la mezcla cuando t "
         "avanza 1, y en una línea recta es siempre la misma.", lambda s, d, t: (blended(s, d, t), minus(d, blended(s, d, t)))),
    Slip("Lo que das como velocidad es lo ya recorrido. La velocidad es lo que cambia la mezcla cuando t avanza 1: no depende de t.",
         lambda s, d, t: (blended(s, d, t), minus(blended(s, d, t), s))),
    Slip("La velocidad no es el dibujo, sino la diferencia entre el dibujo y la nieve: de dónde se viene también cuenta.",
         lambda s, d, t: (blended(s, d, t), list(d))),
    Slip("Mezclas con raíces cuadradas, como hacen otros modelos de difusión (Ho y otros, 2020). Aquí el camino es una línea recta: los "
         "pesos son 1 − t y t.", lambda s, d, t: (of_roots(s, d, t), minus(d, s))),
    Slip("Sumas la nieve entera y un poco de dibujo. Al entrar el dibujo, la nieve tiene que irse: sus pesos suman 1.",
         lambda s, d, t: (each(lambda a, b: a + t * b, s, d), minus(d, s))),
    Slip("Casi: los dos están bien, pero en el otro orden. Primero la mezcla y después la velocidad.",
         lambda s, d, t: path(s, d, t)[::-1]),
)  # fmt: skip


@dataclass(frozen=True)
class Field:
    """Un campo de velocidades de juguete: hacia dónde ir desde x en el momento t. Vale para listas y para tensores."""

    rule: Callable[[float, float, int], float]
    written: str

    def __call__(self, x: Row, t: float) -> Row:
        if not 0 <= float(t) <= 1:
            raise ValueError(f"le has preguntado por t = {float(t):g}, y el tiempo va de 0 a 1")
        found = [self.rule(value, float(t), i) for i, value in enumerate(plain(x))]
        return x.new_tensor(found) if hasattr(x, "new_tensor") else found

    def __repr__(self) -> str:
        return self.written


def walked(field: Field, start: Row, n: int, *, when: Callable[[int, int], float] = lambda i, n: i / n,
           stride: Callable[[int], float] = lambda n: 1 / n, steps: Callable[[int], int] = lambda n: n) -> Row:  # fmt: skip
    """Los pasos de Euler: la referencia. ``when``, qué momento se pregunta; ``stride``, cuánto se avanza; ``steps``, cuántos se dan."""
    x = list(start)
    for i in range(steps(n)):
        x = [a + stride(n) * v for a, v in zip(x, field(x, when(i, n)))]
    return x


def from_the_start(field: Field, start: Row, n: int) -> Row:
    x = list(start)
    for i in range(n):
        x = [a + v / n for a, v in zip(x, field(start, i / n))]
    return x


STEPS = (
    Slip("Avanzas la velocidad entera en cada paso. La velocidad es lo que se recorrería con t de 0 a 1: si das n pasos, cada uno es la "
         "enésima parte.", lambda f, x, n: walked(f, x, n, stride=lambda n: 1)),
    Slip("Das un solo paso, de golpe, con la velocidad del principio. Hay que volver a preguntar por el camino: la velocidad cambia.",
         lambda f, x, n: walked(f, x, 1), lambda f, x, n: walked(f, x, n, steps=lambda n: 1)),
    Slip("Preguntas siempre desde la nieve de partida. En cada paso hay que preguntar desde donde se está.", from_the_start),
    Slip("Preguntas siempre con t = 0. El tiempo avanza: en el paso i, contando desde cero, t vale i / n.",
         lambda f, x, n: walked(f, x, n, when=lambda i, n: 0.0)),
    Slip("Vas un paso adelantado: preguntas en el momento al que llegas, y hay que preguntar en el que se está. El primero es t = 0.",
         lambda f, x, n: walked(f, x, n, when=lambda i, n: (i + 1) / n)),
    Slip("Das a `velocidad` el número del paso en vez del momento: t va de 0 a 1, así que es i / n.",
         lambda f, x, n: walked(f, x, n, when=lambda i, n: float(i))),
    Slip("El tiempo te va hacia atrás: se empieza en t = 0, la nieve, y se acaba en t = 1.",
         lambda f, x, n: walked(f, x, n, when=lambda i, n: 1 - i / n)),
    Slip("Restas la velocidad: te alejas del dibujo. Hay que sumarla.", lambda f, x, n: walked(f, x, n, stride=lambda n: -1 / n)),
    Slip("Te falta un paso: son n, contando el que sale de t = 0.", lambda f, x, n: walked(f, x, n, steps=lambda n: n - 1)),
    Slip("Te sobra un paso: el último es el que llega a t = 1.", lambda f, x, n: walked(f, x, n, steps=lambda n: n + 1)),
)  # fmt: skip
