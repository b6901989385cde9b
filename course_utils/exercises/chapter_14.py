"""Ejercicios del capítulo 14: temperatura, top-k, top-p y el orden de los dos cortes.

Las pruebas dan tensores de torch, y torch se importa al corregir; las respuestas valen como tensor, array o lista.
"""

from __future__ import annotations

import math

from .answers import Array, TwoSets
from .attempt import as_tensor
from .core import Case, Exercise
from .mistakes_14 import ORDER, TEMPERATURE, TOP_K, TOP_P, best, by_rows, k_then_p, keep, nucleus, p_then_k, shared, warm

TITLE = "Parámetros de configuración para inferencia"
__all__ = ["temperatura", "top_k", "top_p", "orden"]


def __dir__() -> list[str]:
    """Lo que enseña el tabulador tras «ejercicios.»: solo los ejercicios."""
    return __all__


temperatura = Exercise(
    chapter=14,
    name="temperatura",
    answer=Array(),
    prepare=as_tensor,
    cell='''
def con_temperatura(logits, T):
    """Probabilidades de los tokens a temperatura T, mayor que cero.

    logits: tensor de forma (..., V); los tokens están en la última dimensión.
    Devuelve un tensor de la misma forma que suma 1 en la última dimensión.
    """
    ...                                   # tu respuesta

ejercicios.temperatura.check(con_temperatura)
''',
    truth=by_rows(warm),
    cases=(
        Case(([2.0, 1.0, 0.0, -1.0], 1.0), note="Con T = 1 la temperatura no cambia nada."),
        Case(([2.0, 1.0, 0.0, -1.0], 0.5), note="Con T < 1 el fuerte se hace más fuerte."),
        Case(([2.0, 1.0, 0.0, -1.0], 2.0), note="Con T > 1 las probabilidades se acercan."),
        Case(([[2.0, 0.0, 1.0], [0.0, 3.0, 2.5]], 0.5), note="Aquí hay dos textos a la vez, uno por fila."),
        Case(([40.0, 20.0, 30.0], 0.01), note="Con T muy pequeña todo va al token más probable, y nada debe desbordar."),
        Case(([1.0, -math.inf, 0.0], 2.0), note="Un token cortado (−inf) sigue con probabilidad cero a cualquier temperatura."),
    ),
    slips=TEMPERATURE,
    hints=(
        "La temperatura actúa sobre los logits, antes de softmax: T < 1 debe agrandar sus diferencias y T > 1 encogerlas.",
        "De las cuatro operaciones con T, solo una agranda las diferencias cuando T es pequeña.",
        "`torch.softmax(z, dim=-1)` convierte la última dimensión en probabilidades y no desborda.",
    ),
    code='''
def con_temperatura(logits, T):
    z = logits / T                       # T < 1 agranda las diferencias; T > 1 las encoge
    return torch.softmax(z, dim=-1)
''',
    explanation="Lo que no estaba en el enunciado: es lo mismo que elevar las probabilidades a 1/T y volver a repartir, porque exp(z/T) "
                "= exp(z)^(1/T). Así se ve por qué T = 0 no se puede calcular y se define aparte: en el límite todo va al token más "
                "probable.",
    praise="Y ya sabes algo que no estaba en el enunciado: ninguna temperatura cambia el orden de los tokens. Solo cambia cuánto se "
           "arriesga al elegir.",
)  # fmt: skip


top_k = Exercise(
    chapter=14,
    name="top_k",
    answer=Array(),
    prepare=as_tensor,
    cell='''
def los_k_mejores(logits, k):
    """Los mismos logits, con -inf en todos menos en los k más altos.

    logits: tensor de forma (V,), que no debe cambiar; k: entero, 1 o más.
    Si k es mayor que V no se corta ninguno. Devuelve un tensor de forma (V,).
    """
    ...                                   # tu respuesta

ejercicios.top_k.check(los_k_mejores)
''',
    truth=lambda z, k: keep(z, best(z, k)),
    cases=(
        Case(([1.0, 3.0, 2.0, 0.5, -1.0], 2)),
        Case(([1.0, 3.0, 2.0, 0.5, -1.0], 1), note="Con k = 1 solo queda el mejor: es la decodificación voraz."),
        Case(([0.5, 4.0, 4.5, -2.0, 1.0, 3.0], 3)),
        Case(([-3.0, -1.0, -2.0], 2), note="Aquí todos los logits son negativos, y no pasa nada."),
        Case(([1.0, 3.0, 2.0], 3), note="Con k igual al vocabulario no se corta ninguno."),
        Case(([1.0, 3.0, 2.0], 50), note="k puede ser mayor que el vocabulario, y entonces no se corta ninguno: `min(k, len(logits))`."),
    ),
    slips=TOP_K,
    hints=(
        "Busca primero el listón: el logit del k-ésimo mejor. Después, todo lo que quede por debajo se corta.",
        "`torch.topk(logits, k).values` da los k mayores, del más alto al más bajo: el listón es el último, `[-1]`.",
        "`logits.masked_fill(logits < liston, -torch.inf)` devuelve una copia cortada. Y no pidas más tokens de los que hay: `min(k, "
        "len(logits))`.",
    ),
    code='''
def los_k_mejores(logits, k):
    liston = torch.topk(logits, min(k, len(logits))).values[-1]
    return logits.masked_fill(logits < liston, -torch.inf)
''',
    explanation="Lo que no estaba en el enunciado: si hay empate en el listón, esta solución deja más de k (así lo hace `transformers`), "
                "y otra que escoja índices dejaría k exactos eligiendo entre iguales. Con logits de verdad el empate es raro; con los "
                "redondeados a 16 bits, no tanto.",
    praise="Y no hizo falta renormalizar: softmax lo hace solo, porque exp(−inf) = 0 y reparte entre los que quedan. Por eso se corta "
           "con −inf.",
)  # fmt: skip


SHUFFLED = [0.125, 0.03125, 0.5, 0.0625, 0.25, 0.03125]

top_p = Exercise(
    chapter=14,
    name="top_p",
    answer=Array(),
    prepare=as_tensor,
    cell='''
def nucleo(probabilidades, p):
    """Top-p: deja los tokens más probables, los justos para que su suma alcance p.

    probabilidades: tensor de forma (V,) que suma 1 y no debe cambiar; p: entre 0 y 1.
    Devuelve un tensor de forma (V,): cero en los cortados, y los demás vuelven a sumar 1.
    Siempre queda al menos un token.
    """
    ...                                   # tu respuesta

ejercicios.top_p.check(nucleo)
''',
    truth=lambda q, p: shared(q, nucleus(q, p)),
    cases=(
        Case((SHUFFLED, 0.8), note="0,5 + 0,25 no llega a 0,8; con 0,125 más, sí."),
        Case((SHUFFLED, 0.75), note="0,5 + 0,25 es justo 0,75: ya alcanza."),
        Case(([0.03125, 0.9375, 0.03125], 0.5), note="Aquí el primero ya supera p él solo, y se queda."),
        Case(([0.25, 0.125, 0.625], 0.3), note="Con p pequeña basta el más probable."),
        Case(([0.25, 0.125, 0.625], 1.0), note="Con p = 1 no se corta ninguno."),
        Case(([0.25, 0.125, 0.625], 0.0), note="Con p = 0 queda uno, el más probable."),
    ),
    slips=TOP_P,
    hints=(
        "Ordena de mayor a menor, guardando los índices: `ordenadas, indices = probabilidades.sort(descending=True)`.",
        "`ordenadas.cumsum(0)` dice cuánto llevas sumado tras cada token. Cuenta cuántas de esas sumas no llegan aún a p: te hace falta "
        "uno más.",
        "Con los índices que quedan, copia sus probabilidades en un tensor de ceros y divide entre la suma.",
    ),
    code='''
def nucleo(probabilidades, p):
    ordenadas, indices = probabilidades.sort(descending=True)
    cortas = int((ordenadas.cumsum(0) < p).sum())      # sumas que aún no alcanzan p
    quedan = indices[: cortas + 1]                     # y uno más: el que la alcanza
    resultado = torch.zeros_like(probabilidades)
    resultado[quedan] = probabilidades[quedan]
    return resultado / resultado.sum()
''',
    explanation="Lo que no estaba en el enunciado: el número de tokens que quedan cambia en cada paso. Donde el modelo está seguro queda "
                "uno; donde duda, cientos. Por eso top-p se adapta y top-k no. (Holtzman y otros, 2020.)",
    praise="Muchas explicaciones dicen «cuya suma no pase de p», y con esa regla un token que ya vale 0,94 quedaría fuera con p = 0,5. "
           "Entra el que alcanza p: ya no te engañan.",
)  # fmt: skip


DOUBT = [0.1, 0.4, 0.2, 0.3]

orden = Exercise(
    chapter=14,
    name="orden",
    answer=TwoSets(),
    prepare=as_tensor,
    cell='''
def los_dos_ordenes(probabilidades, k, p):
    """Qué tokens quedan al cortar con top-k y con top-p, según cuál vaya primero.

    probabilidades: tensor de forma (V,) que suma 1. Tras cada corte, los que quedan vuelven a sumar 1.
    Devuelve dos conjuntos de índices: (top-k y después top-p, top-p y después top-k).
    """
    ...                                   # tu respuesta

ejercicios.orden.check(los_dos_ordenes)
''',
    truth=lambda q, k, p: (k_then_p(q, k, p), p_then_k(q, k, p)),
    cases=(
        Case((DOUBT, 2, 0.5), note="Tras top-k quedan 0,4 y 0,3, que pasan a 0,57 y 0,43: el primero ya alcanza 0,5."),
        Case((DOUBT, 3, 0.75), note="Tras top-k quedan 0,44, 0,33 y 0,22; sin top-k, 0,4 + 0,3 no llega a 0,75."),
        Case((DOUBT, 2, 0.95), note="Aquí p es tan alto que manda k."),
        Case(([0.0625, 0.25, 0.0625, 0.5, 0.125], 3, 0.6), note="Aquí los dos órdenes coinciden."),
        Case((DOUBT, 1, 0.3), note="Con k = 1 solo queda el más probable."),
    ),
    slips=ORDER,
    hints=(
        "Escribe antes dos funciones que reciban y devuelvan probabilidades que suman 1: la de top-p es `nucleo`, la del ejercicio "
        "anterior.",
        "Una va dentro de la otra: `nucleo(top_k(q), p)` y `top_k(nucleo(q, p))`. Top-k también tiene que dividir entre la suma de lo "
        "que deja.",
        "Los índices que quedan son los de probabilidad mayor que cero: `set(q.nonzero().flatten().tolist())`.",
    ),
    code='''
def los_dos_ordenes(probabilidades, k, p):
    def corta(q, n):                                     # deja los n mejores y renormaliza
        mejores = q.argsort(descending=True)[:n]
        resultado = torch.zeros_like(q)
        resultado[mejores] = q[mejores]
        return resultado / resultado.sum()

    def top_p(q):
        sumas = q.sort(descending=True).values.cumsum(0)
        return corta(q, int((sumas < p).sum()) + 1)

    def quedan(q):
        return set(q.nonzero().flatten().tolist())

    return quedan(top_p(corta(probabilidades, k))), quedan(corta(top_p(probabilidades), k))
''',
    explanation="Lo que no estaba en el enunciado: sin renormalizar entre los dos cortes, el orden daría igual. También importa dónde va "
                "la temperatura: `transformers` la aplica antes de cortar y la cadena habitual de llama.cpp al final; top-k no lo nota "
                "(el orden de los tokens no cambia), pero top-p sí, así que los mismos números no significan lo mismo en dos programas.",
    praise="Con top-k primero, top-p ve un reparto más concentrado y corta igual o más, nunca menos. `transformers` lo hace en ese "
           "orden.",
)  # fmt: skip
