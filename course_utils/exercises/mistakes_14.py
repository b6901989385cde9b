"""Errores típicos del capítulo 14, escritos con listas de Python: qué hace cada uno y qué se le dice a quien lo comete."""

from __future__ import annotations

import math
from collections.abc import Callable

from .core import Slip

Row = list[float]
INF = math.inf


def softmax(z: Row) -> Row:
    """De logits a probabilidades; un nan o un +inf lo vuelve todo nan, como en torch."""
    if any(math.isnan(x) or x == INF for x in z) or max(z) == -INF:
        return [math.nan] * len(z)
    weights = [math.exp(x - max(z)) for x in z]
    return normalized(weights)


def normalized(weights: Row) -> Row:
    total = sum(weights)
    return [w / total if total else math.nan for w in weights]


def by_rows(function: Callable) -> Callable:
    """Aplica ``function(fila, T)`` a la última dimensión, sea una fila o varias."""
    return lambda z, t: [function(row, t) for row in z] if isinstance(z[0], list) else function(z, t)


def by_columns(function: Callable) -> Callable:
    """Lo mismo por la primera dimensión: el error de eje; con una sola fila no se nota."""

    def apply(z, t):
        if not isinstance(z[0], list):
            return function(z, t)
        return [list(row) for row in zip(*(function(list(column), t) for column in zip(*z, strict=True)), strict=True)]

    return apply


def warm(z: Row, t: float) -> Row:
    """La temperatura bien hecha: la de referencia."""
    return softmax([x / t for x in z])


def power(x: float, t: float) -> float:
    """x elevado a t como en torch: nan si no existe."""
    return math.nan if x < 0 and math.isfinite(x) and t != int(t) else x**t


def unstable(z: Row, t: float) -> Row:
    """exp sin quitar antes el máximo: desborda, y en torch inf/inf es nan."""
    weights = [math.exp(x / t) if x / t < 88 else INF for x in z]
    total = sum(weights)
    return [math.nan if w == INF else w / total for w in weights]


TEMPERATURE = (
    Slip("Con T = 1 aciertas, y con las demás te sale al revés: T pequeña aplana y T grande afila. ¿Multiplicas donde habría que "
         "dividir?",
         by_rows(lambda z, t: softmax([x * t for x in z]))),
    Slip("Casi: con T = 1 aciertas, pero elevar a T cambia el orden: con T = 2, un logit de −1 adelanta a uno de 0. ¿Qué operación con T "
         "no puede cambiar el orden de los logits?", by_rows(lambda z, t: softmax([power(x, t) for x in z])),
         by_rows(lambda z, t: softmax([power(x, 1 / t) for x in z]))),
    Slip("Tu resultado no depende de T. Pasa al dividir las probabilidades y volver a normalizar: el divisor se cancela. ¿Qué hay que "
         "dividir, y antes de qué?", by_rows(lambda z, t: softmax(z))),
    Slip("Divides las probabilidades entre T, y entonces ya no suman 1. La temperatura actúa antes de softmax, no después.",
         by_rows(lambda z, t: [p / t for p in softmax(z)])),
    Slip("Aplicas softmax dos veces: a los logits y otra vez a las probabilidades divididas. Así todo queda casi igual de probable. "
         "Basta un softmax, al final.", by_rows(lambda z, t: softmax([p / t for p in softmax(z)])),
         by_rows(lambda z, t: softmax(warm(z, t)))),
    Slip("Casi: con un solo vector aciertas, pero con varios a la vez softmax suma 1 por columnas, mezclando textos distintos. Los "
         "tokens están en la última dimensión: ¿qué `dim` les toca?", by_columns(warm)),
    Slip("Los logits están bien divididos, pero siguen siendo logits: falta convertirlos en probabilidades.",
         by_rows(lambda z, t: [x / t for x in z])),
    Slip("Esos son logaritmos de probabilidades (`log_softmax`): te sobra el logaritmo, o te falta la exponencial.",
         by_rows(lambda z, t: [math.log(p) if p else -INF for p in warm(z, t)]),
         by_rows(lambda z, t: [x / t - max(z) / t - math.log(sum(math.exp((y - max(z)) / t) for y in z)) for x in z])),
    Slip("La fórmula es exacta, pero el ordenador no llega: con T pequeña `exp` desborda y acabas en inf/inf, que es nan. Resta antes el "
         "logit mayor (el resultado no cambia) o usa `torch.softmax`, que ya lo hace.", by_rows(unstable)),
    Slip("Elevar las probabilidades a 1/T es buena idea, y menos conocida; pero después hay que volver a repartir para que sumen 1.",
         by_rows(lambda z, t: [p ** (1 / t) for p in softmax(z)])),
)  # fmt: skip


def best(z: Row, k: int) -> set[int]:
    """Los índices de los k mayores."""
    return set(sorted(range(len(z)), key=lambda i: -z[i])[:k])


def keep(z: Row, indices: set[int], cut: float = -INF) -> Row:
    return [x if i in indices else cut for i, x in enumerate(z)]


TOP_K = (
    Slip("Casi: los cortas con un cero, y un logit de cero no es una probabilidad de cero: e⁰ = 1. ¿Qué logit da exactamente cero "
         "después de softmax?",
         lambda z, k: keep(z, best(z, k), 0.0)),
    Slip("Te quedas con los k primeros del vector, que están ahí por su número de token y no por su logit.",
         lambda z, k: keep(z, set(range(k)))),
    Slip("Dejas justo los k peores: el orden va al revés.", lambda z, k: keep(z, best([-x for x in z], k))),
    Slip("Cortas los k mejores y dejas el resto: la condición va al revés.", lambda z, k: keep(z, set(range(len(z))) - best(z, k))),
    Slip("Te falta uno: comparas con `>` con el k-ésimo, y él mismo no es mayor que él mismo. Con k = 1 no queda ninguno.",
         lambda z, k: keep(z, best(z, k - 1 if k <= len(z) else len(z) - 1))),
    Slip("Dejas k + 1: se cuela el siguiente al k-ésimo. Recuerda que Python cuenta desde cero.", lambda z, k: keep(z, best(z, k + 1))),
    Slip("Devuelves solo los k valores, y se pierde a qué token pertenece cada uno. El vector debe medir lo mismo que antes.",
         lambda z, k: sorted(z, reverse=True)[:k], lambda z, k: [float(i) for i in sorted(range(len(z)), key=lambda i: -z[i])[:k]],
         lambda z, k: [x for i, x in enumerate(z) if i in best(z, k)]),
    Slip("Los valores son los buenos, pero desordenados: al ordenar los logits has perdido de qué token era cada uno.",
         lambda z, k: keep(sorted(z, reverse=True), set(range(k))), lambda z, k: keep(sorted(z), set(range(max(0, len(z) - k), len(z))))),
    Slip("El corte es bueno, pero devuelves probabilidades. Se piden logits con −inf: softmax vendrá después, y él solo renormaliza.",
         lambda z, k: softmax(keep(z, best(z, k))), lambda z, k: keep(softmax(z), best(z, k), 0.0)),
    Slip("Devuelves qué tokens quedan (una máscara). Falta aplicarla: el logit donde vale verdadero, −inf donde no.",
         lambda z, k: [float(i in best(z, k)) for i in range(len(z))]),
)  # fmt: skip


def running(q: Row, p: float, fits: Callable[[float, float, float], bool], *, order: list[int] | None = None, least: int = 0) -> list[int]:
    """Los índices, en ``order``, para los que ``fits(antes, ahora, p)``; nunca menos de ``least``."""
    order, total, kept = order or descending(q), 0.0, []
    for i in order:
        before, total = total, total + q[i]
        kept += [i] if fits(before, total, p) else []
    return kept if len(kept) >= least else order[:least]


def descending(q: Row) -> list[int]:
    return sorted(range(len(q)), key=lambda i: -q[i])


def reaching(before: float, now: float, p: float) -> bool:
    """La condición buena: el token entra si los anteriores aún no alcanzaban p."""
    return before < p


def nucleus(q: Row, p: float) -> list[int]:
    """Los índices que deja top-p, del más probable al menos: la referencia."""
    return running(q, p, reaching, least=1)


def shared(q: Row, indices: list[int]) -> Row:
    return normalized(keep(q, set(indices), 0.0))


def cutting(fits: Callable, least: int = 0, order: Callable[[Row], list[int]] = descending) -> Callable:
    return lambda q, p: shared(q, running(q, p, fits, order=order(q), least=least))


def included(before: float, now: float, p: float) -> bool:
    return now <= p


def strictly(before: float, now: float, p: float) -> bool:
    return now < p


TOP_P = (
    Slip("Casi: cortas el token que alcanza p, y el grupo se queda corto. La regla no es «mientras la suma no pase de p», sino «hasta "
         "que la suma llegue a p»: el que la hace llegar también entra.",
         cutting(included), cutting(strictly), cutting(included, 1), cutting(strictly, 1)),
    Slip("Casi: cuando la suma es justo p, dejas uno de más. Si los anteriores ya alcanzan p, el siguiente sobra.",
         cutting(lambda before, now, p: before <= p)),
    Slip("Los tokens que quedan son los correctos, pero no suman 1: falta repartir entre ellos la probabilidad de los cortados.",
         lambda q, p: keep(q, set(nucleus(q, p)), 0.0)),
    Slip("Acumulas las probabilidades en el orden del vocabulario. Para que el grupo sea el menor posible, ¿por cuál hay que empezar?",
         *(cutting(fits, least, lambda q: list(range(len(q)))) for fits in (reaching, included, strictly) for least in (0, 1))),
    Slip("Empiezas por los menos probables: se quedan los de la cola. `sort` ordena de menor a mayor si no le dices `descending=True`.",
         *(cutting(fits, least, lambda q: descending(q)[::-1]) for fits in (reaching, included, strictly) for least in (0, 1))),
    Slip("Las probabilidades son las buenas, pero están ordenadas de mayor a menor: se ha perdido a qué token pertenece cada una. `sort` "
         "devuelve también los índices.", lambda q, p: shared(sorted(q, reverse=True), list(range(len(nucleus(q, p)))))),
    Slip("Comparas cada probabilidad con p por separado. Lo que tiene que alcanzar p es la suma de las más probables.",
         lambda q, p: shared(q, [i for i, x in enumerate(q) if x >= p]), lambda q, p: shared(q, [i for i, x in enumerate(q) if x >= 1 - p]),
         lambda q, p: shared(q, [i for i, x in enumerate(q) if x >= p] or [descending(q)[0]]),
         lambda q, p: shared(q, [i for i, x in enumerate(q) if x > 1 - p])),
    Slip("Cortas según la probabilidad del mejor: eso es otro método, que existe y se llama min-p. Top-p mira la suma acumulada.",
         lambda q, p: shared(q, [i for i, x in enumerate(q) if x >= p * max(q)])),
    Slip("Repartes con softmax, pero ya tienes probabilidades: softmax las trataría como logits y las aplanaría. Basta dividir entre su "
         "suma.",
         lambda q, p: softmax(keep(q, set(nucleus(q, p)))), lambda q, p: softmax(keep(q, set(nucleus(q, p)), 0.0))),
    Slip("Tomas p como una fracción del vocabulario. Es una fracción de la probabilidad: según la duda del modelo serán dos tokens o "
         "doscientos.",
         lambda q, p: shared(q, descending(q)[:max(1, int(p * len(q)))]),
         lambda q, p: shared(q, descending(q)[:max(1, math.ceil(p * len(q)))])),
)  # fmt: skip


def first_k(q: Row, k: int) -> Row:
    return shared(q, descending(q)[:k])


def alive(q: Row) -> set[int]:
    return {i for i, x in enumerate(q) if x > 0}


def k_then_p(q: Row, k: int, p: float, cut: Callable = lambda q, p: shared(q, nucleus(q, p))) -> set[int]:
    return alive(cut(first_k(q, k), p))


def p_then_k(q: Row, k: int, p: float, cut: Callable = lambda q, p: shared(q, nucleus(q, p))) -> set[int]:
    return alive(first_k(cut(q, p), min(k, len(alive(cut(q, p))))))


def both(cut: Callable) -> Callable:
    """Los dos órdenes con otra manera, equivocada, de hacer top-p."""
    return lambda q, k, p: (k_then_p(q, k, p, cut), p_then_k(q, k, p, cut))


def positions(q: Row, k: int, p: float) -> tuple[set[int], set[int]]:
    return set(range(len(k_then_p(q, k, p)))), set(range(len(p_then_k(q, k, p))))


ORDER = (
    Slip("Los dos conjuntos son los buenos, pero cambiados de sitio: el primero es el de top-k y después top-p.",
         lambda q, k, p: (p_then_k(q, k, p), k_then_p(q, k, p))),
    Slip("Te salen siempre iguales: sin renormalizar entre los dos cortes el orden da lo mismo, y gana el más estricto. Después de top-k "
         "las que quedan vuelven a sumar 1: ¿alcanzan p con más tokens o con menos?",
         lambda q, k, p: (p_then_k(q, k, p), p_then_k(q, k, p))),
    Slip("Los dos conjuntos son el de top-k primero. Con top-p primero la suma se hace con las probabilidades originales.",
         lambda q, k, p: (k_then_p(q, k, p), k_then_p(q, k, p))),
    Slip("Devuelves posiciones en la lista ordenada (0, 1, 2…), no números de token. `argsort` te da los índices originales.", positions,
         lambda q, k, p: positions(q, k, p)[::-1]),
    Slip("Tu top-p corta el token que alcanza p, o lo cuenta mal en el borde: entra el que hace que la suma llegue a p.",
         both(cutting(included, 1)), both(cutting(strictly, 1)), both(cutting(included)), both(cutting(strictly))),
    Slip("Tu top-p acumula en el orden del vocabulario: hay que empezar por el token más probable.",
         both(cutting(reaching, 1, lambda q: list(range(len(q)))))),
    Slip("Cada conjunto es un solo corte: el primero solo top-k, el segundo solo top-p. En los dos hay que aplicar ambos, uno detrás de "
         "otro.",
         lambda q, k, p: (set(descending(q)[:k]), set(nucleus(q, p))), lambda q, k, p: (set(nucleus(q, p)), set(descending(q)[:k]))),
    Slip("Esos son los tokens que se cortan. Se piden los que quedan.",
         lambda q, k, p: (set(range(len(q))) - k_then_p(q, k, p), set(range(len(q))) - p_then_k(q, k, p))),
)  # fmt: skip
