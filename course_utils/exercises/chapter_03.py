"""Ejercicios del capítulo 3: mezclar lo contado, la ley de potencias, los parámetros de una GRU y cuándo dejar de entrenar."""

from __future__ import annotations

from .answers import Number
from .core import Case, Exercise
from .mistakes_03 import EARLY, GRU, MIX, POWER, early, exponent, gru, mixed

TITLE = "¿Qué es un LLM?"
__all__ = ["mezcla", "exponente", "parametros_gru", "parada"]


def __dir__() -> list[str]:
    """Lo que enseña el tabulador tras «ejercicios.»: solo los ejercicios."""
    return __all__


AFTER_THE_FOX = {"duerme": 6, "canta": 3, "corre": 1}

mezcla = Exercise(
    chapter=3,
    name="mezcla",
    answer=Number(),
    cell='''
def mezclada(cuentas, corta, palabra):
    """Probabilidad de una palabra mezclando lo contado tras un contexto con lo que dice otro más corto.

    cuentas: diccionario palabra -> veces que ha seguido al contexto, como {"duerme": 6, "canta": 3}.
    Vacío si el contexto no se ha visto nunca. corta: la probabilidad de `palabra` según el corto.
    Si han seguido C palabras y de ellas T son distintas, lo contado pesa C y la apuesta corta, T.
    Devuelve un número entre 0 y 1.
    """
    ...                                   # tu respuesta

ejercicios.mezcla.check(mezclada)
''',
    truth=mixed,
    cases=(
        Case((AFTER_THE_FOX, 0.2, "duerme")),
        Case((AFTER_THE_FOX, 0.05, "sueña"), note="«sueña» no ha salido nunca tras este contexto."),
        Case(({"rana": 4}, 0.5, "rana"), note="Aquí solo ha salido una palabra distinta: T = 1."),
        Case(({}, 0.3, "canta"), note="Este contexto no se ha visto nunca."),
        Case(({"a": 1, "b": 1, "c": 1}, 0.1, "b"), note="Tres palabras distintas en tres veces: T = C."),
    ),
    slips=MIX,
    hints=(
        "C es `sum(cuentas.values())` y T, `len(cuentas)`. La media de dos apuestas con pesos C y T se divide entre C + T.",
        "Lo contado apuesta veces / C y pesa C: su parte de arriba se queda en las veces.",
        "Con el diccionario vacío, C y T valen cero: esa división no se puede hacer, y la respuesta es la apuesta corta.",
    ),
    code='''
def mezclada(cuentas, corta, palabra):
    total, distintas = sum(cuentas.values()), len(cuentas)
    if not cuentas:
        return corta
    return (cuentas.get(palabra, 0) + distintas * corta) / (total + distintas)
''',
    explanation="Lo que no estaba en el enunciado: repitiendo la mezcla desde una sola palabra hasta las n − 1 anteriores sale el modelo "
                "de n-gramas de este capítulo (Witten y Bell, 1991). Nunca da cero, y mira tan lejos como le alcanzan los ejemplos.",
    praise="T es una manera de medir cuánta sorpresa cabe: si tras un contexto han venido muchas palabras distintas, vendrán más.",
)  # fmt: skip


exponente = Exercise(
    chapter=3,
    name="exponente",
    answer=Number(),
    cell='''
def exponente(parametros, perdidas, suelo):
    """El exponente b de una ley de potencias: perdida - suelo es proporcional a parametros ** (-b).

    parametros: lista con el número de parámetros de cada modelo, de menor a mayor.
    perdidas: lista con la pérdida de cada uno, en nats por token. suelo: la menor pérdida posible.
    Devuelve b, calculado con el primer modelo y el último.
    """
    ...                                   # tu respuesta

ejercicios.exponente.check(exponente)
''',
    truth=exponent,
    cases=(
        Case(([1e5, 1e6], [1.36, 0.46], 0.36), note="Con diez veces más parámetros, lo que falta para el suelo se divide entre diez."),
        Case(([1e5, 4e5, 1.6e6], [0.86, 0.66, 0.485], 0.36)),
        Case(([2e6, 3e6, 8e6], [2.0, 1.9, 1.0], 0.5)),
        Case(([1e6, 1e9], [3.0, 2.0], 1.5), note="Tres órdenes de magnitud para dividir entre tres lo que falta."),
    ),
    slips=POWER,
    hints=(
        "Resta el suelo a las dos pérdidas antes de nada: la ley habla de lo que queda por encima.",
        "Toma logaritmos a los dos lados: log(perdida − suelo) = constante − b · log(parametros). Es una recta, y −b es su pendiente.",
        "Pendiente: diferencia de los logaritmos de arriba entre diferencia de los de abajo. Con `math.log` o con cualquier otra base.",
    ),
    code='''
def exponente(parametros, perdidas, suelo):
    baja = math.log((perdidas[-1] - suelo) / (perdidas[0] - suelo))
    return -baja / math.log(parametros[-1] / parametros[0])
''',
    explanation="Lo que no estaba en el enunciado: en modelos de verdad, Kaplan y otros (2020) midieron un exponente de unas ocho "
                "centésimas para los parámetros, y sin restar ningún suelo: multiplicar por diez el modelo quita un 16 % de la pérdida.",
    praise="En un texto real el suelo no se conoce y hay que ajustarlo también: por eso el exponente publicado depende de quién lo ajuste.",
)  # fmt: skip


parametros_gru = Exercise(
    chapter=3,
    name="parametros_gru",
    answer=Number(),
    cell='''
def parametros_gru(entrada, memoria):
    """Cuántos parámetros tiene la GRU de PyTorch (torch.nn.GRU, una capa).

    entrada: números que tiene cada vector que lee. memoria: números que guarda entre un paso y otro.
    Hace tres cuentas (actualizar, olvidar y candidato). Cada una tiene una matriz que va de la
    entrada a la memoria, otra que va de la memoria a la memoria, y dos sesgos.
    """
    ...                                   # tu respuesta

ejercicios.parametros_gru.check(parametros_gru)
''',
    truth=gru,
    cases=(
        Case((2, 3), note="Seis de la primera matriz, nueve de la segunda y seis de sesgos: 21, tres veces."),
        Case((128, 320)),
        Case((10, 10)),
        Case((5, 1)),
    ),
    slips=GRU,
    hints=(
        "Una matriz que va de a números a b números tiene a × b parámetros; un sesgo, uno por número que sale.",
        "Cuenta una de las tres y multiplica por tres.",
        "Cada cuenta: entrada × memoria, memoria × memoria y dos sesgos de `memoria` números.",
    ),
    code='''
def parametros_gru(entrada, memoria):
    return 3 * (entrada * memoria + memoria * memoria + 2 * memoria)
''',
    explanation="Lo que no estaba en el enunciado: los parámetros no dependen de lo largo que sea el texto: en cada paso se usan los "
                "mismos. También por eso todo lo leído tiene que caber en la misma memoria.",
    praise="Compruébalo con `sum(p.numel() for p in torch.nn.GRU(128, 320).parameters())`.",
)  # fmt: skip


STEPS = [100, 200, 300, 400, 500, 600, 700]
FALLING = [2.0, 1.2, 0.9, 0.7, 0.5, 0.4, 0.3]

parada = Exercise(
    chapter=3,
    name="parada",
    answer=Number(),
    cell='''
def mejor_paso(pasos, entrenamiento, no_visto, paciencia):
    """Con qué paso quedarse si se para de entrenar en cuanto deja de mejorar (parada temprana).

    pasos: lista con los pasos en que se ha medido. entrenamiento, no_visto: las pérdidas en cada uno,
    en los textos con los que se entrena y en otros. Las medidas llegan por orden: se para cuando
    `paciencia` seguidas no bajan de la mejor de no_visto.
    Devuelve el paso de la mejor medida hasta entonces.
    """
    ...                                   # tu respuesta

ejercicios.parada.check(mejor_paso)
''',
    truth=early,
    cases=(
        Case((STEPS, FALLING, [2.1, 1.4, 1.2, 1.1, 1.3, 1.5, 1.8], 2)),
        Case((
            [*STEPS, 800, 900], [*FALLING, 0.25, 0.2], [2.1, 1.4, 1.5, 1.6, 1.2, 1.3, 1.4, 1.5, 1.0], 2,
        ), note="Con paciencia 2, lo que pasa después del paso 400 no se llega a ver."),
        Case((STEPS, FALLING, [2.1, 1.4, 1.5, 1.3, 1.4, 1.2, 1.1], 2), note="Las malas no van seguidas: no se para nunca."),
        Case((STEPS, FALLING, [2.1, 1.4, 1.6, 1.5, 1.3, 1.2, 1.1], 2), note="El 1,5 mejora al 1,6, pero no al mejor, que es 1,4."),
        Case((STEPS, FALLING, [2.1, 1.4, 1.2, 1.1, 1.0, 0.9, 0.8], 1)),
    ),
    slips=EARLY,
    hints=(
        "Guarda dos cosas mientras recorres las medidas: cuál es la mejor hasta ahora y cuántas seguidas llevas sin mejorarla.",
        "Si la medida mejora a la mejor, pasa a ser la mejor y la cuenta vuelve a cero; si no, la cuenta sube en uno.",
        "Cuando la cuenta llega a la paciencia, se acaba el bucle. Se devuelve el paso de la mejor, no el paso en que te has parado.",
    ),
    code='''
def mejor_paso(pasos, entrenamiento, no_visto, paciencia):
    mejor, sin_mejorar = 0, 0
    for i in range(1, len(pasos)):
        if no_visto[i] < no_visto[mejor]:
            mejor, sin_mejorar = i, 0
        else:
            sin_mejorar += 1
            if sin_mejorar == paciencia:
                break
    return pasos[mejor]
''',
    explanation="Lo que no estaba en el enunciado: si eliges el paso mirando unos textos, esos textos ya no sirven para presumir. Para la "
                "cifra final se guardan otros que no se han mirado nunca.",
    praise="Con textos siempre nuevos no hace falta parar: no hay nada que memorizar. Hace falta cuando los textos se repiten.",
)  # fmt: skip
