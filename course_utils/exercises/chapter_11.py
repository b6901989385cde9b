"""Ejercicios del capítulo 11: etiquetar una pareja, medir en lo no visto, el olvido, qué se entrena y cuánto repasar."""

from __future__ import annotations

from .answers import Array, Number
from .core import Case, Exercise
from .mistakes_11 import CHOOSING, FORGETTING, HONEST, LABELLING, TRAINED, chosen, forgotten, honest, labelled, trained

TITLE = "Fine-tuning"
__all__ = ["etiquetar", "examinar", "olvido", "contar", "repasar"]


def __dir__() -> list[str]:
    """Lo que enseña el tabulador tras «ejercicios.»: solo los ejercicios."""
    return __all__


etiquetar = Exercise(
    chapter=11,
    name="etiquetar",
    answer=Array(),
    cell='''
def etiquetas(peticion, respuesta, fin):
    """Las etiquetas de una pareja, para entrenar: solo puntúa lo que el modelo debe escribir.

    peticion, respuesta: listas de números de token. fin: el número del token de fin.
    El modelo lee peticion + respuesta + [fin]. Devuelve una lista igual de larga: −100 donde no se
    puntúa y, donde sí, el número que hay en ese lugar.
    """
    ...                                   # tu respuesta

ejercicios.etiquetar.check(etiquetas)
''',
    truth=labelled,
    cases=(
        Case(([5, 6, 7], [8, 9], 2)),
        Case(([11, 4], [30, 31, 32, 33], 3), note="Aquí la respuesta es más larga que la petición."),
        Case(([40], [41], 7)),
    ),
    slips=LABELLING,
    hints=(
        "Son tres trozos seguidos: lo que no puntúa, la respuesta y el fin.",
        "`[-100] * n` es una lista de n veces −100. ¿Cuántas hacen falta?",
        "No corras nada: el modelo ya compara cada lugar con el siguiente.",
    ),
    code='''
def etiquetas(peticion, respuesta, fin):
    return [-100] * len(peticion) + list(respuesta) + [fin]
''',
    explanation="Lo que no estaba en el enunciado: en una conversación larga puntúan todas las respuestas del asistente y ninguna frase "
                "del usuario. Es la misma idea, con más trozos.",
    praise="Así se enseña a contestar y a callarse: el token de fin también es una respuesta.",
)  # fmt: skip


ANSWERS, GOOD = ["irá", "fue", "no va", "irán", "va"], ["irá", "irá", "no va", "irán", "¿va?"]

examinar = Exercise(
    chapter=11,
    name="examinar",
    answer=Number(),
    cell='''
def acierto_en_lo_nuevo(respuestas, buenas, entrenado):
    """La parte que acierta un modelo de lo que no ha visto.

    respuestas, buenas: lo que contesta y lo que debía contestar en cada caso, como textos.
    entrenado: True si ese caso estaba entre los que se usaron para ajustarlo. Al menos uno es False.
    """
    ...                                   # tu respuesta

ejercicios.examinar.check(acierto_en_lo_nuevo)
''',
    truth=honest,
    cases=(
        Case((ANSWERS, GOOD, [True, False, False, True, False])),
        Case((["a", "b", "c", "d"], ["a", "b", "x", "x"], [True, True, False, False]), note="De lo visto, todo; de lo nuevo, nada."),
        Case((["a", "b", "x", "y", "c"], ["a", "b", "c", "d", "c"], [False, False, True, False, False])),
    ),
    slips=HONEST,
    hints=(
        "`zip(respuestas, buenas, entrenado)` recorre las tres listas a la vez.",
        "Quédate solo con los casos en los que `entrenado` es False.",
        "De esos, cuántos coinciden, entre cuántos son.",
    ),
    code='''
def acierto_en_lo_nuevo(respuestas, buenas, entrenado):
    nuevos = [r == b for r, b, visto in zip(respuestas, buenas, entrenado) if not visto]
    return sum(nuevos) / len(nuevos)
''',
    explanation="Lo que no estaba en el enunciado: no basta con que el caso no sea idéntico. Si en el entrenamiento está la misma frase "
                "con una coma menos, la prueba mide memoria. Por eso aquí se reparten las frases, y no los pares ya hechos.",
    praise="En la segunda prueba, contándolo todo saldría un 50 %. De lo que no había visto no sabía nada.",
)  # fmt: skip


olvido = Exercise(
    chapter=11,
    name="olvido",
    answer=Number(),
    cell='''
def olvido_medio(matriz):
    """Cuánto ha olvidado, de media, un modelo que ha aprendido varias tareas una tras otra.

    matriz[i][j]: lo que acertaba de la tarea j en el momento i. Hay una columna por tarea, en el
    orden en que se aprendieron, y la última fila es el final. De cada tarea, lo mejor que la hizo
    en algún momento anterior al final menos lo que hace al final. La última tarea no cuenta.
    """
    ...                                   # tu respuesta

ejercicios.olvido.check(olvido_medio)
''',
    truth=forgotten,
    cases=(
        Case(([[0.0, 0.0, 0.0], [0.9, 0.0, 0.0], [0.3, 0.8, 0.1], [0.1, 0.5, 0.95]],)),
        Case(([[0.2, 0.1, 0.0], [0.6, 0.2, 0.0], [0.7, 0.5, 0.3], [0.4, 0.6, 0.9]],),
             note="De la segunda sabe más al final que nunca, y la primera tuvo su mejor momento a mitad de camino."),
        Case(([[0.5, 0.0], [0.9, 0.2], [0.9, 0.7]],), note="Aquí no se olvida nada."),
    ),
    slips=FORGETTING,
    hints=(
        "`zip(*matriz)` da la vuelta a la matriz: una tarea cada vez, con todos sus momentos.",
        "De cada tarea: `max(momentos[:-1]) - momentos[-1]`.",
        "Hazlo con todas menos la última, y divide entre las que has contado.",
    ),
    code='''
def olvido_medio(matriz):
    tareas = list(zip(*matriz))[:-1]
    return sum(max(momentos[:-1]) - momentos[-1] for momentos in tareas) / len(tareas)
''',
    explanation="Lo que no estaba en el enunciado: un olvido pequeño no siempre es buena señal. Quien no aprende nada tampoco olvida nada: "
                "hay que mirar a la vez lo aprendido.",
    praise="Es la medida de Chaudhry y otros (2018). Un número negativo es una buena noticia: aprender lo nuevo ha ayudado a lo viejo.",
)  # fmt: skip


contar = Exercise(
    chapter=11,
    name="contar",
    answer=Array(),
    cell='''
def se_entrenan(bloques, d):
    """Cuántos números entrenan dos métodos selectivos en un GPT-2: [BitFit, último bloque].

    Cada bloque, de anchura d, tiene dos normalizaciones (d pesos y d sesgos cada una) y cuatro capas
    lineales con sus sesgos: d → 3d, d → d, d → 4d y 4d → d. Tras el último bloque hay otra
    normalización. BitFit entrena todos los sesgos; el otro, el último bloque y esa normalización.
    """
    ...                                   # tu respuesta

ejercicios.contar.check(se_entrenan)
''',
    truth=trained,
    cases=(
        Case((4, 192), note="Es el decodificador de bolsillo."),
        Case((12, 768), note="Es GPT-2."),
        Case((2, 8)),
    ),
    slips=TRAINED,
    hints=(
        "Una capa lineal de a a b tiene a·b pesos y b sesgos.",
        "Los sesgos de un bloque: 3d + d + 4d + d de las capas lineales, y d + d de las normalizaciones.",
        "Las matrices de un bloque suman 12·d². A BitFit súmale d, y al otro 2d, por la normalización final.",
    ),
    code='''
def se_entrenan(bloques, d):
    sesgos = 3 * d + d + 4 * d + d + d + d
    matrices = d * 3 * d + d * d + d * 4 * d + 4 * d * d
    return [bloques * sesgos + d, matrices + sesgos + 2 * d + 2 * d]
''',
    explanation="Lo que no estaba en el enunciado: los sesgos crecen con d y las matrices con d². Cuanto mayor es el modelo, menor es la "
                "parte que entrena BitFit: un 0,4 % aquí y menos de un 0,1 % en GPT-2.",
    praise="Son los 8.640 y los 445.248 de la figura de las familias.",
)  # fmt: skip


repasar = Exercise(
    chapter=11,
    name="repasar",
    answer=Number(),
    cell='''
def elige_repaso(partes, nuevo, viejo, minimo):
    """Con qué parte de repaso quedarse, según lo medido en validación.

    partes: las probadas, de menor a mayor. nuevo, viejo: con cada una, lo que acierta de lo nuevo y
    lo que conserva de lo viejo. De las que conservan al menos `minimo`, la que más acierta de lo
    nuevo (si empatan, la menor). Si ninguna llega, la que más conserva.
    """
    ...                                   # tu respuesta

ejercicios.repasar.check(elige_repaso)
''',
    truth=chosen,
    cases=(
        Case(([0.0, 0.05, 0.1, 0.2, 0.4], [0.97, 0.96, 0.92, 0.94, 0.8], [0.1, 0.4, 0.7, 0.76, 0.85], 0.7)),
        Case(([0.0, 0.1, 0.25], [0.9, 0.88, 0.7], [0.2, 0.8, 0.85], 0.8), note="Aquí una se queda justo en el mínimo."),
        Case(([0.0, 0.1, 0.3, 0.5], [0.9, 0.8, 0.6, 0.5], [0.1, 0.2, 0.5, 0.4], 0.7), note="Aquí ninguna llega."),
        Case(([0.0, 0.1, 0.2], [1.0, 0.6, 0.4], [0.45, 0.55, 0.6], 0.5)),
    ),
    slips=CHOOSING,
    hints=(
        "Primero, los lugares de las que valen: `[i for i, v in enumerate(viejo) if v >= minimo]`.",
        "De esos, el mejor en lo nuevo: `max(lugares, key=lambda i: nuevo[i])`. Si empatan, `max` da el primero.",
        "Si la lista está vacía, el mejor en lo viejo. Y devuelve la parte, no el lugar.",
    ),
    code='''
def elige_repaso(partes, nuevo, viejo, minimo):
    valen = [i for i, v in enumerate(viejo) if v >= minimo]
    if valen:
        return partes[max(valen, key=lambda i: nuevo[i])]
    return partes[max(range(len(partes)), key=lambda i: viejo[i])]
''',
    explanation="Lo que no estaba en el enunciado: esto se elige con la validación. Si eliges mirando la prueba, la prueba deja de serlo.",
    praise="Primero lo que no se puede perder, y después lo que se quiere ganar.",
)  # fmt: skip
