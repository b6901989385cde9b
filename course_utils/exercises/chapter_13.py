"""Ejercicios del capítulo 13: poner un prompt suave delante, qué se puntúa, cuánto ocupa, cuánto cabe y cómo se compara con honradez.

La prueba de la entrada da tensores de torch; las demás, números, listas y diccionarios.
"""

from __future__ import annotations

from .answers import Array, Number, TwoArrays
from .attempt import as_tensor
from .core import Case, Exercise
from .mistakes_13 import FITS, HONEST, JOINED, LABELS, STORED, fits, honest, joined, lengthened, stored

TITLE = "Prompting suave"
__all__ = ["entrada", "etiquetas", "almacen", "caben", "rival"]


def __dir__() -> list[str]:
    """Lo que enseña el tabulador tras «ejercicios.»: solo los ejercicios."""
    return __all__


PROMPT = [[9.0, 9.5], [8.0, 8.5]]
TEXTS = [[[1.0, 1.5], [2.0, 2.5], [3.0, 3.5]], [[4.0, 4.5], [5.0, 5.5], [0.0, 0.0]]]
MASK = [[1, 1, 1], [1, 1, 0]]

entrada = Exercise(
    chapter=13,
    name="entrada",
    answer=TwoArrays("vectores", "mascara"),
    prepare=as_tensor,
    cell='''
def con_prompt_suave(virtuales, vectores, mascara):
    """Lo que lee el modelo: el prompt suave delante de cada texto.

    virtuales: tensor (n, ancho), los tokens virtuales: los mismos para todos los textos.
    vectores: tensor (B, T, ancho), los embeddings de cada texto. mascara: (B, T), 1 en el texto y
    0 en el relleno. Ninguno debe cambiar.
    Devuelve dos tensores: los vectores, (B, n + T, ancho), y su máscara, (B, n + T).
    """
    ...                                   # tu respuesta

ejercicios.entrada.check(con_prompt_suave)
''',
    truth=joined,
    cases=(
        Case((PROMPT, TEXTS, MASK), "con_prompt_suave(virtuales, vectores, mascara)", "Hay dos textos, y el segundo acaba en relleno."),
        Case(([[7.0, 7.5]], TEXTS, [[1, 1, 1], [1, 0, 0]]), "con_prompt_suave(virtuales[:1], vectores, otra_mascara)",
             "Aquí hay un solo token virtual."),
        Case(([[7.0], [6.0], [5.0]], [[[1.0], [2.0]]], [[1, 1]]), "con_prompt_suave(tres, un_texto, todo_unos)",
             "Aquí hay un solo texto, sin relleno, y el ancho es 1."),
    ),
    slips=JOINED,
    hints=(
        "Son dos uniones: una de vectores, a lo largo de los tokens, y otra de máscaras.",
        "`virtuales` no tiene dimensión de lote: `virtuales.expand(B, -1, -1)` lo repite sin copiarlo.",
        "`torch.cat([…], dim=1)` junta a lo largo de los tokens. Los lugares del prompt se miran siempre: `torch.ones(B, n)`.",
    ),
    code='''
def con_prompt_suave(virtuales, vectores, mascara):
    B, n = len(vectores), len(virtuales)
    delante = virtuales.expand(B, -1, -1)
    se_mira = torch.ones(B, n)
    return torch.cat([delante, vectores], dim=1), torch.cat([se_mira, mascara], dim=1)
''',
    explanation="Lo que no estaba en el enunciado: así el prompt entra solo por la primera capa. El *prefix tuning* (Li y Liang, 2021) "
                "pone vectores aprendidos delante en todas las capas, y con eso manda bastante más.",
    praise="Eso es todo lo que cambia en la entrada: ni una línea dentro del modelo.",
)  # fmt: skip


etiquetas = Exercise(
    chapter=13,
    name="etiquetas",
    answer=Array(),
    cell='''
def alarga_etiquetas(etiquetas, n):
    """Las etiquetas de un lote, con n tokens virtuales delante de cada texto.

    etiquetas: lista de filas; en cada lugar, el token de ese lugar o −100 si no se puntúa. El modelo
    ya se encarga de comparar cada una con lo que predijo en el lugar anterior.
    En los lugares del prompt no hay nada que acertar.
    Devuelve las filas alargadas, como lista de filas o como tensor. `etiquetas` no debe cambiar.
    """
    ...                                   # tu respuesta

ejercicios.etiquetas.check(alarga_etiquetas)
''',
    truth=lengthened,
    cases=(
        Case(([[-100, -100, 41, 12]], 2)),
        Case(([[-100, 7, 0], [-100, -100, 0]], 3), note="Aquí hay dos filas, y más tokens virtuales que −100."),
        Case(([[5, 6, 7]], 1), note="Aquí se puntúa todo el texto."),
    ),
    slips=LABELS,
    hints=(
        "Los logits tendrán n lugares más que el texto. ¿Dónde van, y qué había que acertar en ellos?",
        "Delante, y nada: −100 es lo que la pérdida se salta.",
        "`[-100] * n + fila`, para cada fila.",
    ),
    code='''
def alarga_etiquetas(etiquetas, n):
    return [[-100] * n + list(fila) for fila in etiquetas]
''',
    explanation="Lo que no estaba en el enunciado: el último token virtual sí predice algo, el primer token del texto. No se puntúa porque "
                "ese token es parte de la petición, que ya viene dada.",
    praise="Sin esto, el prompt gastaría sus pocos números en predecir lo que no importa.",
)  # fmt: skip


almacen = Exercise(
    chapter=13,
    name="almacen",
    answer=Number(),
    cell='''
def numeros_guardados(tareas, n, ancho, parametros):
    """Cuántos números hay que guardar para atender varias tareas con ajuste de prompts.

    tareas: cuántas son; cada una tiene su prompt suave, de n tokens virtuales.
    ancho: cuántos números tiene el embedding de un token. parametros: los del modelo.
    """
    ...                                   # tu respuesta

ejercicios.almacen.check(numeros_guardados)
''',
    truth=stored,
    cases=(
        Case((2, 16, 192, 2271360), note="Es el modelo de bolsillo, con dos tareas."),
        Case((1, 1, 192, 2271360)),
        Case((1000, 100, 4096, 7000000000), written="numeros_guardados(1000, 100, 4096, 7_000_000_000)",
             note="Mil tareas sobre un modelo de 7.000 millones."),
        Case((0, 16, 192, 2271360), note="Sin tareas queda el modelo, solo."),
    ),
    slips=STORED,
    hints=(
        "¿Qué es distinto en cada tarea y qué comparten todas?",
        "Un prompt suave es una tabla de n filas y `ancho` columnas.",
        "El modelo se guarda una vez: `parametros`. Súmale lo de todas las tareas.",
    ),
    code='''
def numeros_guardados(tareas, n, ancho, parametros):
    return parametros + tareas * n * ancho
''',
    explanation="Lo que no estaba en el enunciado: con ajuste completo serían tareas · parámetros. En la tercera prueba, mil copias de un "
                "modelo de 7.000 millones: 14 TB en 16 bits, contra los menos de 15 GB que salen aquí.",
    praise="En la tercera prueba, mil tareas añaden un 6 %: 410 millones de números sobre 7.000 millones.",
)  # fmt: skip


caben = Exercise(
    chapter=13,
    name="caben",
    answer=Number(),
    cell='''
def tokens_de_texto(ventana, n, respuesta):
    """Cuántos tokens puede medir el texto, como mucho, para que quepa todo en la ventana.

    ventana: los tokens que lee el modelo de una vez. n: los tokens virtuales que van delante.
    respuesta: los tokens que se reservan para contestar. El de inicio cuenta como parte del texto.
    Si no queda sitio, 0.
    """
    ...                                   # tu respuesta

ejercicios.caben.check(tokens_de_texto)
''',
    truth=fits,
    cases=(
        Case((256, 16, 40)),
        Case((256, 1, 0), note="Aquí no se reserva nada para la respuesta."),
        Case((256, 200, 100), note="Aquí no cabe nada."),
        Case((1024, 100, 200)),
    ),
    slips=FITS,
    hints=(
        "En la ventana caben tres cosas. ¿Cuáles?",
        "Cada token virtual ocupa un lugar, como cualquier otro.",
        "`max(0, …)` para cuando no queda sitio.",
    ),
    code='''
def tokens_de_texto(ventana, n, respuesta):
    return max(0, ventana - n - respuesta)
''',
    explanation="Lo que no estaba en el enunciado: también cuestan tiempo. La atención compara a todos con todos, así que cien tokens "
                "virtuales delante de un texto de cien dejan cuatro veces más parejas que comparar (LoRA fusionada no añade ninguna).",
    praise="Un prompt suave no cuesta pesos del modelo, pero sí ventana.",
)  # fmt: skip


rival = Exercise(
    chapter=13,
    name="rival",
    answer=Number(),
    cell='''
def acierto_honrado(medidas):
    """El acierto que se puede anunciar del mejor de varios prompts escritos.

    medidas: {"entrenamiento": […], "prueba": […]}, el acierto de cada candidato en unas frases y en
    otras, en el mismo orden. Se elige con las de entrenamiento; las de prueba, solo para contarlo.
    En el entrenamiento no hay empates.
    """
    ...                                   # tu respuesta

ejercicios.rival.check(acierto_honrado)
''',
    truth=honest,
    cases=(
        Case(({"entrenamiento": [0.10, 0.18, 0.15], "prueba": [0.12, 0.14, 0.17]},),
             note="El segundo ganaba al elegir, aunque en la prueba el tercero haya tenido más suerte."),
        Case(({"entrenamiento": [0.50, 0.20], "prueba": [0.40, 0.30]},), note="Aquí gana el mismo en las dos."),
        Case(({"entrenamiento": [0.0, 0.3, 0.2, 0.1], "prueba": [0.5, 0.25, 0.2, 0.1]},),
             note="Al primero le ha ido muy bien en la prueba, pero nadie lo habría elegido."),
    ),
    slips=HONEST,
    hints=(
        "Primero se elige y después se mide. ¿Con qué frases se hace cada cosa?",
        "Busca el puesto del mejor en «entrenamiento» y mira qué tiene ese puesto en «prueba».",
        "`lista.index(max(lista))` da el puesto del mayor.",
    ),
    code='''
def acierto_honrado(medidas):
    aciertos = medidas["entrenamiento"]
    elegido = aciertos.index(max(aciertos))
    return medidas["prueba"][elegido]
''',
    explanation="Lo que no estaba en el enunciado: elegir el número de tokens virtuales, la tasa de aprendizaje o la semilla también es "
                "elegir. Si se hace con las frases de la prueba, hay que guardar otras, que no se hayan mirado, para el número final.",
    praise="Es la misma regla que al entrenar: lo que se usa para decidir no sirve para presumir.",
)  # fmt: skip
