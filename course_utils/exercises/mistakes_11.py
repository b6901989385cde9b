"""Errores típicos del capítulo 11: qué hace cada uno y qué se le dice a quien lo comete."""

from __future__ import annotations

from collections.abc import Sequence

from .core import Slip

UNSCORED = -100


def labelled(prompt: Sequence[int], answer: Sequence[int], end: int) -> list[int]:
    """La referencia: la petición no puntúa; la respuesta y el token de fin, sí."""
    return [*[UNSCORED] * len(prompt), *answer, end]


LABELLING = (
    Slip("La petición también puntúa: le estás enseñando a escribir peticiones. Tápala con −100.", lambda p, a, e: [*p, *a, e]),
    Slip("Falta el token de fin: si no lo aprende, no sabrá callarse.", lambda p, a, e: labelled(p, a, e)[:-1]),
    Slip("Tapas también el token de fin: se lee, pero no se aprende, y el modelo no sabrá callarse.",
         lambda p, a, e: [*labelled(p, a, e)[:-1], UNSCORED]),
    Slip("Está al revés: se tapa la petición y puntúa la respuesta.", lambda p, a, e: [*p, *[UNSCORED] * (len(a) + 1)],
         lambda p, a, e: [*p, *[UNSCORED] * len(a), e]),
    Slip("El relleno que no puntúa se escribe −100; con 0 (o −1) le pides que acierte ese token.",
         lambda p, a, e: [0 if x == UNSCORED else x for x in labelled(p, a, e)],
         lambda p, a, e: [-1 if x == UNSCORED else x for x in labelled(p, a, e)]),
    Slip("Quitas la petición: las etiquetas tienen que medir lo mismo que lo que se lee, petición incluida.", lambda p, a, e: [*a, e]),
    Slip("Las has corrido un lugar. No hace falta: el modelo de transformers ya compara cada lugar con el siguiente.",
         lambda p, a, e: [*labelled(p, a, e)[1:], UNSCORED], lambda p, a, e: [*labelled(p, a, e)[1:], e]),
)  # fmt: skip


def honest(answers: Sequence[str], right: Sequence[str], trained: Sequence[bool]) -> float:
    """La referencia: los aciertos entre los casos que no se usaron para entrenar."""
    new = [one == good for one, good, seen in zip(answers, right, trained) if not seen]
    return sum(new) / len(new)


HONEST = (
    Slip("Cuentas todos los casos, también los que ya vio al entrenarse: esos puede haberlos aprendido de memoria.",
         lambda a, r, t: sum(x == y for x, y in zip(a, r)) / len(a)),
    Slip("Cuentas justo los que ya había visto: eso mide la memoria.",
         lambda a, r, t: sum(x == y for x, y, s in zip(a, r, t) if s) / sum(t)),
    Slip("Divides entre todos los casos: hay que dividir entre los que no ha visto.",
         lambda a, r, t: sum(x == y for x, y, s in zip(a, r, t) if not s) / len(a)),
    Slip("Das cuántos acierta; falta dividir entre los que no ha visto.",
         lambda a, r, t: sum(x == y for x, y, s in zip(a, r, t) if not s)),
    Slip("Das la parte que falla.", lambda a, r, t: 1 - honest(a, r, t)),
)  # fmt: skip


def forgotten(matrix: Sequence[Sequence[float]]) -> float:
    """La referencia: lo mejor de antes menos lo de ahora, de media en todas las tareas menos la última (Chaudhry y otros, 2018)."""
    columns = list(zip(*matrix))[:-1]
    return sum(max(column[:-1]) - column[-1] for column in columns) / len(columns)


def _columns(matrix: Sequence[Sequence[float]]) -> list[tuple[float, ...]]:
    return list(zip(*matrix))[:-1]


FORGETTING = (
    Slip("Cuentas también la última tarea, que acaba de aprenderse y aún no ha tenido tiempo de olvidarse.",
         lambda m: sum(max(c[:-1]) - c[-1] for c in zip(*m)) / len(m[0])),
    Slip("Comparas con la primera fila, cuando aún no sabía esas tareas. Compara con su mejor momento.",
         lambda m: sum(c[0] - c[-1] for c in _columns(m)) / len(_columns(m))),
    Slip("El signo va al revés: olvidar mucho tiene que dar un número grande.", lambda m: -forgotten(m)),
    Slip("Buscas lo mejor también en la última fila: así, si al final lo hace mejor que nunca, sale 0 en vez de un número negativo.",
         lambda m: sum(max(c) - c[-1] for c in _columns(m)) / len(_columns(m))),
    Slip("Das la suma; falta dividir entre las tareas que has contado.", lambda m: forgotten(m) * len(_columns(m))),
    Slip("Comparas con lo que sabía nada más aprenderla (la diagonal). A veces lo hizo mejor en otro momento.",
         lambda m: sum(c[i] - c[-1] for i, c in enumerate(_columns(m))) / len(_columns(m))),
    Slip("Lees la matriz al revés: cada tarea es una columna, y cada fila, un momento.",
         lambda m: sum(max(r[:-1]) - r[-1] for r in m[:-1]) / len(m[:-1])),
)  # fmt: skip


def trained(blocks: int, width: int) -> list[int]:
    """La referencia: [BitFit, último bloque], en un GPT-2 de `blocks` bloques de anchura `width`."""
    return [11 * width * blocks + width, 12 * width * width + 13 * width + 2 * width]


TRAINED = (
    Slip("En BitFit te falta el sesgo de la normalización que hay tras el último bloque.", lambda n, d: [11 * d * n, trained(n, d)[1]]),
    Slip("En BitFit te faltan los sesgos de las dos normalizaciones de cada bloque.", lambda n, d: [9 * d * n + d, trained(n, d)[1]]),
    Slip("En el último bloque te falta la normalización que lo sigue: tiene pesos y sesgos.",
         lambda n, d: [trained(n, d)[0], 12 * d * d + 13 * d]),
    Slip("En el último bloque solo cuentas las matrices: súmale los sesgos y las normalizaciones.",
         lambda n, d: [trained(n, d)[0], 12 * d * d], lambda n, d: [trained(n, d)[0], 12 * d * d + 2 * d]),
    Slip("El segundo número es de todos los bloques: pide solo el último.",
         lambda n, d: [trained(n, d)[0], n * (12 * d * d + 13 * d) + 2 * d]),
    Slip("El primer número es de un solo bloque: BitFit entrena los sesgos de todos.", lambda n, d: [11 * d + d, trained(n, d)[1]]),
    Slip("Los dos números son correctos, pero van cambiados: primero BitFit.", lambda n, d: trained(n, d)[::-1]),
)  # fmt: skip


def chosen(shares: Sequence[float], new: Sequence[float], old: Sequence[float], least: float) -> float:
    """La referencia: entre los que conservan lo viejo, el que mejor aprende lo nuevo; si ninguno lo conserva, el que más."""
    good = [i for i, kept in enumerate(old) if kept >= least]
    best = max(good, key=lambda i: new[i]) if good else max(range(len(old)), key=lambda i: old[i])
    return shares[best]


CHOOSING = (
    Slip("Te quedas con el que mejor aprende lo nuevo, sin mirar si ha olvidado lo viejo.",
         lambda s, n, o, m: s[max(range(len(s)), key=lambda i: n[i])]),
    Slip("Te quedas con el que más conserva lo viejo. Basta con que llegue al mínimo; a partir de ahí manda lo nuevo.",
         lambda s, n, o, m: s[max(range(len(s)), key=lambda i: o[i])]),
    Slip("Coges el menor repaso que llega al mínimo. Mira también lo nuevo: otro puede aprenderlo mejor.",
         lambda s, n, o, m: next((x for x, kept in zip(s, o) if kept >= m), chosen(s, n, o, m))),
    Slip("Si se queda justo en el mínimo, también vale: es «al menos».",
         lambda s, n, o, m: chosen(s, n, [kept if kept > m else -1.0 for kept in o], m) if max(o) > m else s[o.index(max(o))]),
    Slip("Devuelves el lugar en la lista; hace falta la parte de repaso que está en ese lugar.",
         lambda s, n, o, m: list(s).index(chosen(s, n, o, m))),
    Slip("Cuando ninguno llega al mínimo, devuelve el que más conserva.",
         lambda s, n, o, m: chosen(s, n, o, m) if max(o) >= m else s[-1],
         lambda s, n, o, m: chosen(s, n, o, m) if max(o) >= m else 0.0),
    Slip("Sumas lo nuevo y lo viejo: así, un olvido grande se perdona si lo nuevo sale muy bien.",
         lambda s, n, o, m: s[max(range(len(s)), key=lambda i: n[i] + o[i])]),
)  # fmt: skip
