"""Ejercicios del capítulo 2: la regla de la cadena, la perplejidad, un modelo de bigramas y la sorpresa media."""

from __future__ import annotations

import math

from .answers import ConditionalTable, Number
from .core import Case, Exercise
from .mistakes_02 import BIGRAMS, CHAIN_RULE, PERPLEXITY, SURPRISE, cross_entropy, logs, mean, pairs, table

TITLE = "¿Qué es un modelo de lenguaje?"
__all__ = ["regla_de_la_cadena", "perplejidad", "bigramas", "sorpresa_media"]


def __dir__() -> list[str]:
    """Lo que enseña el tabulador tras «ejercicios.»: solo los ejercicios."""
    return __all__


regla_de_la_cadena = Exercise(
    chapter=2,
    name="regla_de_la_cadena",
    answer=Number(),
    cell='''
def log_probabilidad(condicionales):
    """Log-probabilidad de una frase, en nats (logaritmo natural).

    condicionales: la probabilidad de cada palabra dadas las anteriores, como [0.5, 0.2, 0.9].
    Devuelve un número: el logaritmo de la probabilidad de la frase entera.
    Debe servir también para un texto de mil palabras.
    """
    ...                                   # tu respuesta

ejercicios.regla_de_la_cadena.check(log_probabilidad)
''',
    truth=lambda ps: sum(logs(ps)),
    cases=(
        Case(([0.5, 0.2, 0.9],)),
        Case(([0.25, 0.25],)),
        Case(([1.0, 1.0],), note="Aquí el modelo estaba seguro de cada palabra."),
        Case(([0.1] * 1000,), "log_probabilidad([0.1] * 1000)", "El producto de mil probabilidades no cabe en un número de coma "
             "flotante."),
    ),
    slips=CHAIN_RULE,
    hints=(
        "La regla de la cadena dice que la probabilidad de la frase es el producto de las condicionales: 0,5 · 0,2 · 0,9.",
        "El logaritmo de un producto es la suma de los logaritmos, y una suma no se queda sin sitio por larga que sea.",
        "`math.log(p)` es el logaritmo natural de una probabilidad; súmalos todos.",
    ),
    code='''
def log_probabilidad(condicionales):
    return sum(math.log(p) for p in condicionales)
''',
    explanation="Lo que no estaba en el enunciado: no es solo comodidad. El número positivo más pequeño de un `float` ronda 5·10⁻³²⁴, "
                "así que un texto de 400 palabras a 0,1 cada una ya tendría probabilidad cero. Por eso los modelos se entrenan y se "
                "comparan con logaritmos.",
    praise="Y ya sabes por qué nadie multiplica probabilidades: mil palabras a 0,1 dan 10⁻¹⁰⁰⁰, que el ordenador confunde con cero; su "
           "logaritmo, −2.303, cabe sin problema.",
)  # fmt: skip


perplejidad = Exercise(
    chapter=2,
    name="perplejidad",
    answer=Number(),
    cell='''
def perplejidad(probabilidades):
    """Perplejidad de un modelo en un texto: e elevado a la sorpresa media por token.

    probabilidades: la que el modelo dio a cada token que de verdad apareció, como [0.5, 0.25, 0.125].
    La sorpresa de un token es -log(p), en nats.
    Devuelve un número. Debe servir también para un texto de mil tokens.
    """
    ...                                   # tu respuesta

ejercicios.perplejidad.check(perplejidad)
''',
    truth=lambda ps: math.exp(-mean(logs(ps))),
    cases=(
        Case(([0.25, 0.25, 0.25, 0.25],), note="Un modelo que duda entre cuatro tokens iguales tiene perplejidad 4."),
        Case(([0.5, 0.25, 0.125],)),
        Case(([1.0, 1.0],), note="Un modelo que acierta sin dudar tiene perplejidad 1."),
        Case(([0.9, 0.8, 0.01],)),
        Case(([0.1] * 1000,), "perplejidad([0.1] * 1000)", "El producto de mil probabilidades no cabe en un número de coma flotante."),
    ),
    slips=PERPLEXITY,
    hints=(
        "La sorpresa de un token es `-math.log(p)`: cero si el modelo lo daba por seguro, grande si no lo esperaba.",
        "Promedia las sorpresas de todos los tokens: súmalas y divide entre cuántos son.",
        "Esa media está en logaritmos; `math.exp` la devuelve a número de opciones.",
    ),
    code='''
def perplejidad(probabilidades):
    sorpresas = [-math.log(p) for p in probabilidades]
    return math.exp(sum(sorpresas) / len(sorpresas))
''',
    explanation="Lo que no estaba en el enunciado: es la media geométrica de los 1/p. Por eso basta un token con probabilidad cero para "
                "que la perplejidad sea infinita, por bien que el modelo haya predicho todos los demás.",
    praise="Y fíjate en [0.5, 0.25, 0.125]: su perplejidad es 4, como la de quien duda siempre entre cuatro. Aciertos y sustos se "
           "compensan, pero multiplicando.",
)  # fmt: skip


bigramas = Exercise(
    chapter=2,
    name="bigramas",
    answer=ConditionalTable(),
    cell='''
INICIO, FIN = "(inicio)", "(fin)"

def modelo_de_bigramas(frases):
    """Probabilidad de cada palabra dada la anterior, contando pares.

    frases: listas de palabras, como [["la", "nutria", "duerme"], ["la", "rana", "canta"]].
    Antes de contar, cada frase recibe INICIO delante y FIN detrás.
    Devuelve un diccionario de diccionarios: modelo["la"]["nutria"] es P(nutria | la), aquí 0.5.
    """
    ...                                   # tu respuesta

ejercicios.bigramas.check(modelo_de_bigramas)
''',
    truth=lambda fs: table(pairs(fs)),
    cases=(
        Case(([["la", "nutria", "duerme"], ["la", "rana", "canta"]],)),
        Case(([["la", "rana", "canta"], ["la", "rana", "duerme"], ["la", "nutria", "canta", "y", "la", "rana", "duerme"], ["duerme"]],)),
        Case(([["la", "rana"], ["la", "rana"], ["la", "nutria"]],), note="Aquí una frase se repite, y cada vez cuenta."),
    ),
    slips=BIGRAMS,
    hints=(
        "Hay dos pasos: contar cuántas veces sigue cada palabra a cada otra, y convertir cada fila de cuentas en probabilidades.",
        "`[INICIO, *frase, FIN]` pone las marcas y `zip(palabras, palabras[1:])` recorre los pares de palabras seguidas.",
        "Divide cada cuenta entre la suma de su fila, es decir, entre los pares que empiezan por esa palabra anterior.",
    ),
    code='''
from collections import Counter, defaultdict

def modelo_de_bigramas(frases):
    cuentas = defaultdict(Counter)
    for frase in frases:
        palabras = [INICIO, *frase, FIN]
        for anterior, palabra in zip(palabras, palabras[1:]):
            cuentas[anterior][palabra] += 1
    return {anterior: {palabra: n / fila.total() for palabra, n in fila.items()}
            for anterior, fila in cuentas.items()}
''',
    explanation="Lo que no estaba en el enunciado: gracias a FIN, las probabilidades de todas las frases posibles, de cualquier "
                "longitud, suman 1. Sin ella sumarían 1 las de cada longitud por separado, y no podrías comparar una frase corta con una "
                "larga.",
    praise="Y tu modelo ya genera: empieza en INICIO, elige palabra según su fila y repite hasta FIN. También tiene su defecto: a un par "
           "que no ha visto le da probabilidad cero, y con ella la frase entera.",
)  # fmt: skip


TRUTH = {"nutria": 0.5, "rana": 0.25, "liebre": 0.25}

sorpresa_media = Exercise(
    chapter=2,
    name="sorpresa_media",
    answer=Number(),
    cell='''
def sorpresa_media(verdad, modelo):
    """Sorpresa media de un modelo, en nats, si las palabras salen según la distribución verdadera.

    verdad, modelo: diccionarios palabra -> probabilidad, como los que da stories.next_word.
    Una palabra que falta en un diccionario tiene en él probabilidad cero: si puede salir y el
    modelo la niega, la sorpresa es math.inf; si no puede salir, no cuenta.
    """
    ...                                   # tu respuesta

ejercicios.sorpresa_media.check(sorpresa_media)
''',
    truth=cross_entropy,
    cases=(
        Case((TRUTH, {"nutria": 0.125, "rana": 0.75, "liebre": 0.125})),
        Case((TRUTH, TRUTH), note="Aquí el modelo es la verdad misma: lo que queda es el suelo, que ningún modelo baja."),
        Case(({"nutria": 0.75, "rana": 0.25}, {"nutria": 0.25, "rana": 0.25, "liebre": 0.5}), note="Aquí el modelo da la mitad a «liebre», "
             "que no sale."),
        Case((TRUTH, {"nutria": 0.75, "rana": 0.25}), note="Aquí el modelo niega «liebre», que sale una de cada cuatro veces."),
        Case(({"nutria": 1.0, "búho": 0.0}, {"nutria": 0.5, "rana": 0.5}), note="Aquí «búho» no puede salir: no cuenta, aunque el modelo "
             "también lo niegue."),
    ),
    slips=SURPRISE,
    hints=(
        "Es una media ponderada: cada palabra aporta su sorpresa, `-math.log(...)`, multiplicada por las veces que sale.",
        "Quien saca las palabras es la verdad (el peso); quien se sorprende es el modelo (el logaritmo).",
        "Recorre `verdad.items()`; salta las palabras de peso cero y usa `modelo.get(palabra, 0)`: si es cero, la respuesta es "
        "`math.inf`.",
    ),
    code='''
def sorpresa_media(verdad, modelo):
    total = 0.0
    for palabra, peso in verdad.items():
        if peso == 0:
            continue                            # no puede salir: no cuenta
        p = modelo.get(palabra, 0)
        total += peso * (-math.log(p) if p > 0 else math.inf)
    return total
''',
    explanation="Lo que no estaba en el enunciado: la diferencia `sorpresa_media(verdad, modelo) - sorpresa_media(verdad, verdad)` nunca "
                "es negativa. Se llama divergencia KL, y es todo lo que entrenar puede mejorar. Por eso los modelos de conteo se "
                "suavizan (suman un poco a cada cuenta): un solo cero cuesta infinito, y ningún acierto lo compensa.",
    praise="Ahora prueba `sorpresa_media(verdad, verdad)` con `verdad = stories.next_word(\"Había una vez una\")`: es el suelo. Ningún "
           "modelo, por grande que sea, baja de ahí; entrenar es acercarse.",
)  # fmt: skip
