"""Ejercicios del capítulo 4: leer un tamaño, contar parámetros, memoria, días de entrenamiento y el reparto del cálculo."""

from __future__ import annotations

from .answers import Number
from .core import Case, Exercise
from .mistakes_04 import COUNTING, DAYS, MEMORY, OPTIMUM, READING, days, decoder, memory, optimum, size_from

TITLE = "¿Qué tamaño tiene un LLM?"
__all__ = ["tamano", "parametros", "memoria", "dias", "optimo"]


def __dir__() -> list[str]:
    """Lo que enseña el tabulador tras «ejercicios.»: solo los ejercicios."""
    return __all__


tamano = Exercise(
    chapter=4,
    name="tamano",
    answer=Number(),
    cell='''
def lee_tamano(texto):
    """El número de parámetros de un tamaño escrito a la inglesa: "7B", "340M", "1.5T".

    texto: un número, quizá con punto decimal, y una letra: M, B o T (million, billion, trillion).
    Devuelve un número: "340M" son 340 millones.
    """
    ...                                   # tu respuesta

ejercicios.tamano.check(lee_tamano)
''',
    truth=size_from,
    cases=(
        Case(("7B",)),
        Case(("340M",), note="La M sí se llama igual: millones."),
        Case(("1.5T",), note="Aquí hay decimales, y una T."),
        Case(("0.6B",), note="Aquí el número es menor que uno."),
        Case(("405B",), note="Así se anuncia Llama 3.1 405B."),
    ),
    slips=READING,
    hints=(
        "La letra dice por cuánto se multiplica. Apunta las tres en un diccionario.",
        "En inglés, million, billion y trillion son 10⁶, 10⁹ y 10¹²: van de mil en mil. En español, millón, billón y trillón van de millón "
        "en millón.",
        "`texto[-1]` es la letra y `float(texto[:-1])`, el número.",
    ),
    code='''
def lee_tamano(texto):
    veces = {"M": 1e6, "B": 1e9, "T": 1e12}
    return float(texto[:-1]) * veces[texto[-1]]
''',
    explanation="Lo que no estaba en el enunciado: el «billion» inglés es «mil millones» o «millardo», y el «trillion», "
                "«billón». Traducirlos por los parecidos es de las erratas más repetidas de la prensa: GPT-3 no tiene 175 billones de "
                "parámetros, sino 0,175.",
    praise="Y ahora ya no te engaña un titular: si un modelo tiene «un trillón de parámetros», pregunta en qué idioma.",
)  # fmt: skip


parametros = Exercise(
    chapter=4,
    name="parametros",
    answer=Number(),
    cell='''
def cuenta_parametros(capas, ancho, cabezas, vocabulario, posiciones):
    """Los parámetros exactos de un decodificador como GPT-2.

    Dos tablas: una fila por token y otra por posición, del ancho dado. La salida reutiliza la primera.
    Cada capa: la atención, con cuatro matrices de ancho × ancho entre todas las cabezas; la red
    feed-forward, con dos matrices, de ancho a 4 anchos y vuelta; y dos normas. Cada matriz suma
    además un sesgo, un vector del tamaño de su salida. Cada norma tiene dos vectores del ancho:
    uno que multiplica y otro que suma. Tras la última capa hay otra norma.
    """
    ...                                   # tu respuesta

ejercicios.parametros.check(cuenta_parametros)
''',
    truth=decoder,
    cases=(
        Case((4, 192, 6, 2304, 256), note="Es el modelo de bolsillo."),
        Case((1, 8, 2, 10, 4), note="Este es tan pequeño que se puede contar con los dedos."),
        Case((12, 768, 12, 50257, 1024), note="Es GPT-2, el pequeño: 124.439.808."),
        Case((3, 20, 5, 7, 50), note="Aquí hay más posiciones que vocabulario."),
    ),
    slips=COUNTING,
    hints=(
        "Cuenta una capa y multiplícala. La atención: cuatro matrices de ancho², y cuatro sesgos. ¿Y la red feed-forward?",
        "La red feed-forward tiene 4·ancho² + 4·ancho de ida y 4·ancho² + ancho de vuelta. Las dos normas, 4·ancho.",
        "En total, cada capa son 12·ancho² + 13·ancho. Fuera quedan las dos tablas y la norma final. ¿Y las cabezas? No hacen falta.",
    ),
    code='''
def cuenta_parametros(capas, ancho, cabezas, vocabulario, posiciones):
    atencion = 4 * ancho**2 + 4 * ancho                 # cuatro matrices y sus sesgos; las cabezas se la reparten
    feed_forward = 8 * ancho**2 + 5 * ancho             # 4·ancho² y 4·ancho a la ida; 4·ancho² y ancho a la vuelta
    normas = 2 * 2 * ancho
    tablas = (vocabulario + posiciones) * ancho
    return capas * (atencion + feed_forward + normas) + 2 * ancho + tablas
''',
    explanation="Lo que no estaba en el enunciado: el número de cabezas no cambia el total. Se elige por lo que conviene que atiendan, y "
                "por la caché; el tamaño lo fijan el ancho, las capas y el vocabulario.",
    praise="Da 124.439.808 con las medidas de GPT-2, ni uno más. La «servilleta» 12·L·d² era el primer sumando.",
)  # fmt: skip


memoria = Exercise(
    chapter=4,
    name="memoria",
    answer=Number(),
    cell='''
def gigas(parametros, bits, entrenables):
    """Los GB (de mil millones de bytes) que ocupa un modelo, sin contar cachés ni cuentas intermedias.

    parametros: cuántos tiene. bits: con cuántos se guarda cada uno (16, 8, 4…). entrenables: cuántos
    se entrenan (0 si solo se usa). Por cada uno de esos hay además un gradiente, con los mismos bits
    que los pesos, y dos números de Adam, que siempre se guardan en float32. No cuentes la copia de
    los pesos en float32 que guarda la precisión mixta: aquí se entrena sin ella.
    """
    ...                                   # tu respuesta

ejercicios.memoria.check(gigas)
''',
    truth=memory,
    cases=(
        Case((7e9, 16, 0), written="gigas(7e9, 16, 0)", note="Un modelo de 7.000 millones, para usarlo en bfloat16."),
        Case((7e9, 4, 0), written="gigas(7e9, 4, 0)", note="El mismo, en 4 bits: la cuarta parte."),
        Case((7e9, 16, 7e9), written="gigas(7e9, 16, 7e9)", note="Aquí se entrena entero."),
        Case((7e9, 4, 20e6), written="gigas(7e9, 4, 20e6)", note="Aquí solo se entrenan 20 millones."),
        Case((1.5e9, 32, 1.5e9), written="gigas(1.5e9, 32, 1.5e9)", note="GPT-2 XL, entero y en float32."),
    ),
    slips=MEMORY,
    hints=(
        "Empieza por los pesos: ¿cuántos bytes son 16 bits? ¿Y 4?",
        "De cada entrenable se guardan tres cosas: el gradiente (los bytes de un peso) y los dos números de Adam (4 bytes cada uno).",
        "Suma los bytes de todo y divide entre 10⁹ al final.",
    ),
    code='''
def gigas(parametros, bits, entrenables):
    pesos = parametros * bits / 8
    gradientes = entrenables * bits / 8
    adam = entrenables * 2 * 4                          # dos números en float32
    return (pesos + gradientes + adam) / 1e9
''',
    explanation="Lo que no estaba en el enunciado: entrenando en bfloat16 se suele guardar además una copia de los pesos en float32, y "
                "entonces son 16 bytes por parámetro (Rajbhandari y otros, 2020). Y encima van las activaciones, que crecen con el lote.",
    praise="Compara la tercera prueba con la cuarta: entrenar los 7.000 millones pide 84 GB; entrenar 20 millones sobre el modelo en 4 "
           "bits, menos de 4. Esa diferencia es media historia del capítulo 12.",
)  # fmt: skip


dias = Exercise(
    chapter=4,
    name="dias",
    answer=Number(),
    cell='''
def dias_de_entrenamiento(parametros, tokens, gpus, pico, aprovechamiento):
    """Cuántos días dura un entrenamiento.

    parametros, tokens: los del modelo y los que lee. Son 6 operaciones por parámetro y token.
    gpus: cuántas tarjetas trabajan a la vez. pico: operaciones por segundo que promete cada una.
    aprovechamiento: la parte de ese pico que se consigue de verdad, entre 0 y 1.
    """
    ...                                   # tu respuesta

ejercicios.dias.check(dias_de_entrenamiento)
''',
    truth=days,
    cases=(
        Case((8e9, 15e12, 1024, 989e12, 0.4), written="dias_de_entrenamiento(8e9, 15e12, 1024, 989e12, 0.4)"),
        Case((405e9, 15.6e12, 16384, 989e12, 0.4), written="dias_de_entrenamiento(405e9, 15.6e12, 16384, 989e12, 0.4)",
             note="Son las medidas de Llama 3.1 405B, con todas sus tarjetas trabajando a la vez."),
        Case((175e9, 300e9, 1, 312e12, 0.5), written="dias_de_entrenamiento(175e9, 300e9, 1, 312e12, 0.5)",
             note="Aquí hay una sola tarjeta."),
        Case((2.3e6, 30e6, 1, 1e11, 1.0), written="dias_de_entrenamiento(2.3e6, 30e6, 1, 1e11, 1.0)",
             note="Un modelo de bolsillo, en un portátil: la respuesta es mucho menor que un día."),
    ),
    slips=DAYS,
    hints=(
        "Primero, las operaciones que hay que hacer: 6 por cada parámetro y cada token.",
        "Después, las que se hacen en un segundo entre todas las tarjetas, contando solo la parte que se aprovecha.",
        "Lo primero entre lo segundo son segundos. Un día tiene 24 · 60 · 60.",
    ),
    code='''
def dias_de_entrenamiento(parametros, tokens, gpus, pico, aprovechamiento):
    operaciones = 6 * parametros * tokens
    por_segundo = gpus * pico * aprovechamiento
    return operaciones / por_segundo / 86400
''',
    explanation="Lo que no estaba en el enunciado: en un modelo de expertos, los parámetros de esta cuenta son los que usa cada token, no "
                "todos. DeepSeek-V3 tiene 671.000 millones y cuesta como uno de 37.000.",
    praise="Con las medidas de Llama 3.1 405B salen 68 días, que son 26,6 millones de horas de tarjeta. Su ficha declara 30,8 millones: la "
           "cuenta da el orden de magnitud, no la factura.",
)  # fmt: skip


optimo = Exercise(
    chapter=4,
    name="optimo",
    answer=Number(),
    cell='''
def parametros_optimos(calculo, tokens_por_parametro):
    """Con cuántos parámetros se aprovecha mejor un cálculo dado.

    calculo: las operaciones que se pueden gastar; son 6 por parámetro y token.
    tokens_por_parametro: cuántos tokens tiene que leer por cada parámetro (unos 20, según Chinchilla).
    Devuelve el número de parámetros que gasta ese cálculo y guarda esa proporción.
    """
    ...                                   # tu respuesta

ejercicios.optimo.check(parametros_optimos)
''',
    truth=optimum,
    cases=(
        Case((1.2e6, 20), written="parametros_optimos(1.2e6, 20)", note="Los números están elegidos para que salga redondo: 100."),
        Case((5.76e23, 20), written="parametros_optimos(5.76e23, 20)", note="Es el cálculo que se gastó en Gopher, y en Chinchilla."),
        Case((5.76e23, 200), written="parametros_optimos(5.76e23, 200)", note="Con diez veces más tokens por parámetro, el modelo encoge."),
        Case((6e20, 1), written="parametros_optimos(6e20, 1)"),
    ),
    slips=OPTIMUM,
    hints=(
        "Hay dos condiciones: 6 · N · D es el cálculo, y D es N por los tokens de cada parámetro. Sustituye la segunda en la primera.",
        "Queda 6 · r · N² = cálculo. ¿Cuánto vale N?",
        "`math.sqrt(x)`, o `x ** 0.5`.",
    ),
    code='''
def parametros_optimos(calculo, tokens_por_parametro):
    return (calculo / (6 * tokens_por_parametro)) ** 0.5
''',
    explanation="Lo que no estaba en el enunciado: como va con la raíz, cien veces más cálculo solo pide un modelo diez veces mayor; el "
                "resto se gasta en leer diez veces más.",
    praise="Con el cálculo de Gopher salen 69.000 millones de parámetros: el tamaño de Chinchilla. Gopher, con 280.000, se quedó sin leer.",
)  # fmt: skip
