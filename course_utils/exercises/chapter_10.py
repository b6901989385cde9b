"""Ejercicios del capítulo 10: escribir un prompt con ejemplos, cuántos caben, el intervalo, la línea base y la calibración."""

from __future__ import annotations

from .answers import Array, Number, Text
from .core import Case, Exercise
from .mistakes_10 import BASELINE, CALIBRATING, FITTING, SPREADING, WRITING, calibrated, fitting, majority, prompt, wilson

TITLE = "Prompting"
__all__ = ["escribir", "caben", "intervalo", "mayoria", "calibrar"]


def __dir__() -> list[str]:
    """Lo que enseña el tabulador tras «ejercicios.»: solo los ejercicios."""
    return __all__


FRUIT, THREE = [("pera", "eco")], [("zorro", "duna"), ("pera", "eco"), ("caballo", "duna")]

escribir = Exercise(
    chapter=10,
    name="escribir",
    answer=Text(),
    cell='''
def escribe_prompt(ejemplos, pregunta):
    """Un prompt con ejemplos, listo para que el modelo lo continúe.

    ejemplos: lista de parejas (palabra, etiqueta), quizá vacía. pregunta: una palabra.
    Una línea por ejemplo, «palabra: etiqueta», en su orden; la última línea es la pregunta, que acaba
    en los dos puntos, sin nada detrás: el modelo escribirá el espacio y la etiqueta.
    """
    ...                                   # tu respuesta

ejercicios.escribir.check(escribe_prompt)
''',
    truth=prompt,
    cases=(
        Case((FRUIT, "ciruela")),
        Case((THREE, "cerdo")),
        Case(([], "ciruela"), note="Aquí no hay ejemplos: cero también vale."),
    ),
    slips=WRITING,
    hints=(
        "Escribe primero cada ejemplo en su línea, con su salto al final.",
        "Detrás del último salto va la pregunta y los dos puntos. Ni espacio ni salto.",
        "`\"\".join(f\"{palabra}: {etiqueta}\\n\" for palabra, etiqueta in ejemplos)` y, detrás, `f\"{pregunta}:\"`.",
    ),
    code='''
def escribe_prompt(ejemplos, pregunta):
    lineas = [f"{palabra}: {etiqueta}" for palabra, etiqueta in ejemplos]
    return "\\n".join(lineas + [f"{pregunta}:"])
''',
    explanation="Lo que no estaba en el enunciado: si la etiqueta puede tener varios tokens, hay que decir además dónde se para. Con esta "
                "plantilla, en el salto de línea.",
    praise="Un prompt con ejemplos es un texto a medias: acaba justo donde empieza lo que quieres que escriba el modelo.",
)  # fmt: skip


caben = Exercise(
    chapter=10,
    name="caben",
    answer=Number(),
    cell='''
def cuantos_caben(ventana, por_ejemplo, pregunta, respuesta):
    """Cuántos ejemplos enteros caben en la ventana de contexto.

    ventana: los tokens que lee el modelo. por_ejemplo, pregunta: los que gastan un ejemplo y la
    pregunta. respuesta: los que hay que dejar libres para lo que escriba. Además hay un token de
    inicio. Si ni siquiera cabe la pregunta, cero.
    """
    ...                                   # tu respuesta

ejercicios.caben.check(cuantos_caben)
''',
    truth=fitting,
    cases=(
        Case((256, 3, 2, 1), note="Son las medidas del modelo de pocos ejemplos."),
        Case((256, 8, 6, 4), note="Las mismas palabras, con el tokenizador del decodificador, más o menos."),
        Case((100, 9, 5, 5), note="El token de inicio es el que decide."),
        Case((101, 10, 11, 9), note="Aquí sobra casi un ejemplo entero."),
        Case((16, 10, 12, 8), note="Aquí ni la pregunta y la respuesta caben juntas."),
        Case((8192, 150, 90, 400)),
    ),
    slips=FITTING,
    hints=(
        "Empieza por lo que no son ejemplos: ¿cuántos tokens de la ventana están ya comprometidos?",
        "Lo que queda se reparte en ejemplos enteros: `//` divide y quita los decimales.",
        "Si lo que queda es negativo, la respuesta es cero: `max(0, …)`.",
    ),
    code='''
def cuantos_caben(ventana, por_ejemplo, pregunta, respuesta):
    libres = ventana - 1 - pregunta - respuesta
    return max(0, libres // por_ejemplo)
''',
    explanation="Lo que no estaba en el enunciado: que quepan no quiere decir que convenga. Cada token se paga, en tiempo o en dinero, en "
                "todas las preguntas; y un modelo puede leer mal los prompts más largos que los de su entrenamiento.",
    praise="Con una ventana de 256 caben 84 ejemplos de tres tokens. Ya has visto que el modelo deja de entenderlos mucho antes.",
)  # fmt: skip


intervalo = Exercise(
    chapter=10,
    name="intervalo",
    answer=Array(),
    cell='''
def intervalo_de_wilson(aciertos, intentos):
    """El intervalo del 95 % de una proporción: [desde, hasta], entre 0 y 1.

    Con p = aciertos / intentos, n = intentos y z = 1,96:
        centro  = p + z² / (2n)
        anchura = z · √( p·(1 − p)/n + z² / (4n²) )
    y los extremos son (centro − anchura) y (centro + anchura), divididos entre 1 + z²/n.
    """
    ...                                   # tu respuesta

ejercicios.intervalo.check(intervalo_de_wilson)
''',
    truth=wilson,
    cases=(
        Case((8, 10), note="Diez intentos son muy pocos."),
        Case((80, 100), note="La misma proporción, con diez veces más intentos."),
        Case((0, 20), note="Ningún acierto no significa que sea imposible."),
        Case((200, 200), note="Todos."),
    ),
    slips=SPREADING,
    hints=(
        "Calcula p, el centro y la anchura, cada uno en su línea, y al final los dos extremos.",
        "`math.sqrt` o `** 0.5` para la raíz. La anchura multiplica z por la raíz de una suma.",
        "Los dos extremos se dividen entre `1 + z**2 / n`.",
    ),
    code='''
def intervalo_de_wilson(aciertos, intentos):
    z, n = 1.96, intentos
    p = aciertos / n
    centro = p + z**2 / (2 * n)
    anchura = z * (p * (1 - p) / n + z**2 / (4 * n**2)) ** 0.5
    return [(centro - anchura) / (1 + z**2 / n), (centro + anchura) / (1 + z**2 / n)]
''',
    explanation="Lo que no estaba en el enunciado: el intervalo cuenta la suerte de las preguntas que tocaron, y nada más. Si las "
                "preguntas no "
                "se parecen a las que harás tú, ningún intervalo lo arregla.",
    praise="Mira la primera prueba: ocho de diez es compatible con un 50 % y con un 94 %. Con diez casos no se comparan dos prompts.",
)  # fmt: skip


mayoria = Exercise(
    chapter=10,
    name="mayoria",
    answer=Number(),
    cell='''
def acierto_de_la_mayoria(ejemplos, respuestas):
    """Lo que acertaría quien no leyera las preguntas y contestara siempre lo mismo.

    ejemplos: lista de parejas (palabra, etiqueta), las del prompt. respuestas: las etiquetas buenas de
    las preguntas. Contesta siempre la etiqueta que más sale en los ejemplos (no habrá empates).
    Devuelve la proporción de respuestas que acierta, entre 0 y 1.
    """
    ...                                   # tu respuesta

ejercicios.mayoria.check(acierto_de_la_mayoria)
''',
    truth=majority,
    cases=(
        Case(([("zorro", "duna"), ("caballo", "duna"), ("pera", "eco")], ["duna", "eco", "duna", "duna"])),
        Case(([("a", "no"), ("b", "no"), ("c", "no"), ("d", "sí"), ("e", "sí")], ["sí", "sí", "no", "sí", "no"]),
             note="Aquí la mayoría de los ejemplos no es la mayoría de las respuestas."),
        Case(([("a", "uno"), ("b", "dos"), ("c", "dos"), ("d", "tres")], ["uno", "tres", "tres", "uno"]), note="Aquí no acierta ninguna."),
    ),
    slips=BASELINE,
    hints=(
        "Cuenta las etiquetas de los ejemplos: `Counter`, o un diccionario.",
        "`Counter(…).most_common(1)[0][0]` es la que más sale.",
        "Después cuenta en cuántas respuestas coincide, y divide entre las respuestas que hay.",
    ),
    code='''
def acierto_de_la_mayoria(ejemplos, respuestas):
    from collections import Counter

    mejor = Counter(etiqueta for _, etiqueta in ejemplos).most_common(1)[0][0]
    return sum(respuesta == mejor for respuesta in respuestas) / len(respuestas)
''',
    explanation="Lo que no estaba en el enunciado: en una tarea con el 90 % de correos buenos, quien contesta siempre «bueno» acierta "
                "el 90 %. "
                "Un acierto sin su línea base no dice nada.",
    praise="Es lo primero que hay que poner al lado de cualquier acierto: lo que se consigue sin leer.",
)  # fmt: skip


calibrar = Exercise(
    chapter=10,
    name="calibrar",
    answer=Array(),
    cell='''
def calibra(con_pregunta, sin_pregunta):
    """Quita a un modelo lo que prefería antes de leer la pregunta (Zhao y otros, 2021).

    con_pregunta: la probabilidad que da a cada etiqueta tras los ejemplos y la pregunta.
    sin_pregunta: las mismas, con los mismos ejemplos y una pregunta vacía, como «N/A». Ninguna es cero.
    Divide cada una de las primeras entre su pareja y vuelve a repartir para que sumen 1.
    """
    ...                                   # tu respuesta

ejercicios.calibrar.check(calibra)
''',
    truth=calibrated,
    cases=(
        Case(([0.6, 0.4], [0.75, 0.25]), note="Contesta la primera, pero la prefería más aún sin leer nada."),
        Case(([0.5, 0.3, 0.2], [0.2, 0.3, 0.5])),
        Case(([0.1, 0.05], [0.02, 0.01]), note="Estas no suman 1: el resto se lo llevan palabras que no son etiquetas."),
    ),
    slips=CALIBRATING,
    hints=(
        "Primero, una división por etiqueta: lo que dice con la pregunta entre lo que dice sin ella.",
        "`zip` recorre las dos listas a la vez.",
        "Para que sumen 1, divide cada cociente entre la suma de todos.",
    ),
    code='''
def calibra(con_pregunta, sin_pregunta):
    cocientes = [p / q for p, q in zip(con_pregunta, sin_pregunta)]
    return [c / sum(cocientes) for c in cocientes]
''',
    explanation="Lo que no estaba en el enunciado: con un modelo que no distingue las preguntas, calibrar tampoco ayuda: quita la "
                "manía, pero "
                "no pone lo que no sabe.",
    praise="En la primera prueba cambia la respuesta: 0,6 parecía mucho hasta ver que, sin leer nada, ya daba 0,75.",
)  # fmt: skip
