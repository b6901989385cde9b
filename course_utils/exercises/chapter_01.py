"""Ejercicios del capítulo 1: tirar un dado trucado, contar con honradez, mezclar nieve y dibujo, y pintar paso a paso.

Las pruebas de los dos últimos dan tensores de torch; las de los primeros, listas.
"""

from __future__ import annotations

from .answers import Array, Number, Text, TwoArrays
from .attempt import as_tensor
from .core import Case, Exercise
from .mistakes_01 import COUNT, DRAW, MIX, STEPS, Field, drawn, honest, path, walked

TITLE = "IA generativa"
__all__ = ["sorteo", "cuenta", "mezcla", "pinta"]


def __dir__() -> list[str]:
    """Lo que enseña el tabulador tras «ejercicios.»: solo los ejercicios."""
    return __all__


WHO = [("rana", 0.25), ("zorro", 0.5), ("niña", 0.125), ("oso", 0.125)]
RISING = [("gato", 0.1), ("pez", 0.2), ("sol", 0.7)]

sorteo = Exercise(
    chapter=1,
    name="sorteo",
    answer=Text(),
    cell='''
def sortea(reparto, u):
    """Tira un dado trucado: elige una palabra según su probabilidad.

    reparto: lista de parejas (palabra, probabilidad), que suman 1.
    u: un número al azar desde 0 hasta 1 sin incluirlo, que ya te dan sorteado.
    Imagina una regla de 0 a 1 cortada en trozos, uno por palabra, en el orden de la lista y cada
    uno tan largo como su probabilidad. Devuelve la palabra en cuyo trozo cae u.
    """
    ...                                   # tu respuesta

ejercicios.sorteo.check(sortea)
''',
    truth=drawn,
    cases=(
        Case((WHO, 0.1), note="El trozo de la primera va de 0 a 0,25."),
        Case((WHO, 0.5), note="El trozo de la segunda va de 0,25 a 0,75."),
        Case((WHO, 0.8), note="El trozo de la tercera va de 0,75 a 0,875."),
        Case((WHO, 0.99), note="La última se queda con lo que falta hasta 1."),
        Case((WHO, 0.25), note="Justo en la frontera: ahí empieza ya el trozo de la segunda."),
        Case((WHO, 0.0), note="La regla empieza en 0."),
        Case((RISING, 0.05)),
        Case((RISING, 0.25)),
        Case((WHO, 0.4), note="El trozo de la segunda va de 0,25 a 0,75."),
        Case((RISING, 0.6), note="El trozo de la tercera va de 0,3 a 1."),
        Case(([("casa", 1.0)], 0.4), note="Con una sola palabra no hay mucho que sortear."),
    ),
    slips=DRAW,
    hints=(
        "Dibuja la regla: si las probabilidades son 0,25, 0,5 y 0,25, los trozos acaban en 0,25, en 0,75 y en 1. ¿Cómo se calcula dónde "
        "acaba cada uno?",
        "Lleva la cuenta de lo que llevas recorrido de regla: empieza en 0 y suma la probabilidad de cada palabra.",
        "La primera palabra con la que lo recorrido pasa de `u` (`u < recorrido`) es la que buscas.",
    ),
    code='''
def sortea(reparto, u):
    recorrido = 0.0
    for palabra, probabilidad in reparto:
        recorrido += probabilidad
        if u < recorrido:
            return palabra
    return palabra                        # por si los redondeos dejan la suma un pelo por debajo de 1
''',
    explanation="Lo que no estaba en el enunciado: con esto y un `random.random()` ya se escribe un cuento. Se pide el reparto de la "
                "palabra siguiente, se sortea, se añade y se vuelve a pedir.",
    praise="Es lo que hace `random.choices` con sus `weights`, y lo que hacía por dentro cada cuento de este capítulo, una vez por token.",
)  # fmt: skip


MIXED = [("7", "7"), ("'casa'", "'casa'"), ("True", "False"), ("9", None)]

cuenta = Exercise(
    chapter=1,
    name="cuenta",
    answer=Number(),
    cell='''
def parte_correcta(resultados):
    """Qué parte de los programas da el valor que dice.

    resultados: lista de parejas (dicho, calculado), una por programa: lo que el modelo escribió como
    valor y lo que escribe Python de verdad. Son textos; si no se pudo ejecutar, calculado es None.
    Devuelve un número de 0 a 1. Con la lista vacía, 0.
    """
    ...                                   # tu respuesta

ejercicios.cuenta.check(parte_correcta)
''',
    truth=honest,
    cases=(
        Case((MIXED,), note="De cuatro programas, dos dicen la verdad, uno se equivoca y otro no se ejecuta."),
        Case(([("3", "3"), ("12", "12")],), note="Los dos dicen la verdad."),
        Case(([("'HUMA'", "'HUGO'"), ("1", "3"), ("5", "5")],), note="Todos se ejecutan, pero dos dicen un valor que no es."),
        Case(([("None", None), ("2", "2")],), note="El primero no se pudo ejecutar, diga lo que diga."),
        Case(([("4", "4.0"), ("8", "8")],), note="Python escribe «4.0», no «4»."),
        Case(([("6", "6"), ("6", "6"), ("0", "1")],), note="Dos programas pueden ser iguales, y siguen siendo dos."),
        Case(([("0", None), ("x", None)],), note="Aquí no se ejecuta ninguno."),
        Case(([],), note="Sin programas no hay aciertos."),
    ),
    slips=COUNT,
    hints=(
        "Hay tres clases de programa: el que dice la verdad, el que dice otra cosa y el que no se ejecuta. ¿Cuáles aciertan? ¿Entre "
        "cuántos se divide?",
        "Un acierto es que los dos textos sean el mismo. Los que no se ejecutan no aciertan, pero también se han intentado.",
        "`sum(dicho == calculado for dicho, calculado in resultados)` los cuenta. Cuidado al dividir si no hay ninguno.",
    ),
    code='''
def parte_correcta(resultados):
    if not resultados:
        return 0
    aciertos = sum(dicho == calculado for dicho, calculado in resultados)
    return aciertos / len(resultados)
''',
    explanation="Lo que no estaba en el enunciado: quitar del recuento lo que «no se pudo medir» es una de las maneras más corrientes de "
                "que un modelo parezca mejor de lo que es. Cuando leas un porcentaje, pregunta siempre de cuántos.",
    praise="Contar así, con cien programas, es lo que hacen las pruebas de verdad para modelos que escriben código: ejecutar y comparar "
           "(Chen y otros, 2021).",
)  # fmt: skip


SNOW, PICTURE = [0.5, -1.5, 2.0], [1.0, 1.0, -1.0]
MIX_CALL = "mezcla_y_velocidad(nieve, dibujo, {})"

mezcla = Exercise(
    chapter=1,
    name="mezcla",
    answer=TwoArrays("mezcla", "velocidad"),
    prepare=as_tensor,
    cell='''
def mezcla_y_velocidad(nieve, dibujo, t):
    """Un punto del camino recto de la nieve al dibujo, y la velocidad con la que se recorre.

    nieve, dibujo: tensores de la misma forma. t: de 0, pura nieve, a 1, puro dibujo.
    Devuelve dos tensores de esa forma: la mezcla que toca en el momento t y la velocidad, que es
    lo que cambia la mezcla mientras t pasa de 0 a 1.
    """
    ...                                   # tu respuesta

ejercicios.mezcla.check(mezcla_y_velocidad)
''',
    truth=path,
    cases=(
        Case((SNOW, PICTURE, 0.25), MIX_CALL.format("0.25"), "Con t = 0,25 la mezcla es casi toda nieve."),
        Case((SNOW, PICTURE, 0.0), MIX_CALL.format("0.0"), "Con t = 0 la mezcla es la nieve, y la velocidad, la misma de siempre."),
        Case((SNOW, PICTURE, 1.0), MIX_CALL.format("1.0"), "Con t = 1 la mezcla es el dibujo, y la velocidad, la misma de siempre."),
        Case((PICTURE, SNOW, 0.7), MIX_CALL.format("0.7")),
        Case(([[0.0, 1.0], [2.0, -1.0]], [[1.0, 1.0], [0.0, 3.0]], 0.4), MIX_CALL.format("0.4"), "Aquí hay dos filas de dos puntos."),
    ),
    slips=MIX,
    hints=(
        "¿Qué parte de nieve y qué parte de dibujo hay con t = 0? ¿Y con t = 1? ¿Y a la mitad? Las dos partes suman siempre 1.",
        "La velocidad en línea recta es la diferencia entre el final y el principio: no depende de t.",
        "`(1 - t) * nieve + t * dibujo` es la mezcla. Derívala respecto de t, o resta la de t = 0 de la de t = 1.",
    ),
    code='''
def mezcla_y_velocidad(nieve, dibujo, t):
    mezcla = (1 - t) * nieve + t * dibujo
    velocidad = dibujo - nieve
    return mezcla, velocidad
''',
    explanation="Lo que no estaba en el enunciado: la red nunca ve la nieve ni el dibujo por separado, solo la mezcla. Como por una misma "
                "mezcla pasan muchos caminos, aprende la media de sus velocidades, y con eso basta (Lipman y otros, 2023).",
    praise="Con estas dos líneas y un error cuadrático ya tienes toda la pérdida con la que se entrenó el pintor de este capítulo.",
)  # fmt: skip


TOWARDS = Field(lambda x, t, i: ([2.0, -1.0, 0.5][i % 3] - x) / max(1 - t, 0.05), "hacia_el_dibujo")
GROWING = Field(lambda x, t, i: x, "crece")
TIDE = Field(lambda x, t, i: 2 * t * x + i + 1, "marea")
PAINT_CALL = "pinta({}, nieve, n={})"

pinta = Exercise(
    chapter=1,
    name="pinta",
    answer=Array(),
    prepare=as_tensor,
    cell='''
def pinta(velocidad, nieve, n):
    """Pinta: sale de la nieve en t = 0 y llega a t = 1 en n pasos iguales.

    velocidad: función de (x, t) que dice, con un tensor como x, hacia dónde y a qué velocidad
    hay que ir desde x en el momento t. nieve: tensor de partida, que no debe cambiar.
    En cada paso: pregunta la velocidad donde estás y avanza durante la enésima parte del tiempo.
    Devuelve el tensor al que se llega.
    """
    ...                                   # tu respuesta

ejercicios.pinta.check(pinta)
''',
    truth=walked,
    cases=(
        Case((TOWARDS, [0.5, 0.0, -1.0], 4), PAINT_CALL.format("hacia_el_dibujo", 4), "Esta velocidad lleva derecho a un dibujo."),
        Case((GROWING, [1.0, -2.0], 4), PAINT_CALL.format("crece", 4), "Aquí la velocidad depende de dónde se está."),
        Case((TIDE, [0.0, 0.0, 1.0], 5), PAINT_CALL.format("marea", 5), "Aquí la velocidad depende del momento."),
        Case((GROWING, [1.0, 3.0], 1), PAINT_CALL.format("crece", 1), "Con un solo paso se pregunta una vez, en t = 0."),
        Case((TIDE, [2.0], 1), PAINT_CALL.format("marea", 1), "Con un solo paso se pregunta una vez, en t = 0."),
        Case((GROWING, [0.5], 10), PAINT_CALL.format("crece", 10)),
    ),
    slips=STEPS,
    hints=(
        "Es como andar con una brújula que hay que mirar de vez en cuando: mira, da un paso, vuelve a mirar.",
        "El paso i, contando desde cero, sale del momento `t = i / n`, y dura `1 / n`.",
        "`x = x + velocidad(x, i / n) / n`, repetido n veces. Con `x += …` cambiarías la nieve de quien te llama.",
    ),
    code='''
def pinta(velocidad, nieve, n):
    x = nieve
    for i in range(n):
        x = x + velocidad(x, i / n) / n
    return x
''',
    explanation="Lo que no estaba en el enunciado: se llama método de Euler, es de 1768 y no sabe nada de imágenes. Con un camino recto "
                "bastaría un paso; los de verdad se curvan, y por eso se dan unas decenas.",
    praise="Ya puedes pintar con la red del capítulo: pásale como velocidad una función que la llame con la clase que quieras.",
)  # fmt: skip
