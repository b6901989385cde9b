"""Ejercicios del capítulo 5: la plantilla, lo que cabe en la ventana, la factura de una conversación y lo que ahorra la caché."""

from __future__ import annotations

from .answers import Number, Text
from .core import Case, Exercise
from .mistakes_05 import BILLING, FITTING, SAVING, TEMPLATING, bill, fitting, saving, template

TITLE = "¿Cómo se interactúa con los LLM?"
__all__ = ["plantilla", "recorte", "factura", "ahorro"]


def __dir__() -> list[str]:
    """Lo que enseña el tabulador tras «ejercicios.»: solo los ejercicios."""
    return __all__


plantilla = Exercise(
    chapter=5,
    name="plantilla",
    answer=Text(),
    cell='''
def escribe_plantilla(mensajes):
    """El texto que recibe el modelo de bolsillo, con sus marcas.

    mensajes: lista de parejas (quién, texto); quién es "user" o "assistant".
    Todo empieza por <|endoftext|>. Delante de cada mensaje va <|usuario|> o <|asistente|>,
    y detrás de los del asistente, <|endoftext|>. Al final, <|asistente|>: le toca contestar.
    """
    ...                                   # tu respuesta

ejercicios.plantilla.check(escribe_plantilla)
''',
    truth=template,
    cases=(
        Case(([("user", "¿Dónde vivía el zorro?")],), note="Aquí hay un solo mensaje."),
        Case(([("user", "Hola"), ("assistant", "Hola, Nora."), ("user", "¿Quién escribe la nota?")],),
             note="Aquí ya hay una respuesta, que va cerrada."),
        Case(([("user", "a"), ("assistant", "b"), ("user", "c"), ("assistant", "d"), ("user", "e")],)),
    ),
    slips=TEMPLATING,
    hints=(
        "Empieza con un texto que sea solo el inicio y ve añadiéndole mensajes con un bucle: `for quien, texto in mensajes`.",
        "Para el asistente hay que añadir tres trozos: su marca, el texto y el cierre. Para el usuario, dos.",
        "Cuando acaba el bucle falta una marca: la que da la palabra al asistente.",
    ),
    code='''
def escribe_plantilla(mensajes):
    todo = "<|endoftext|>"
    for quien, texto in mensajes:
        if quien == "user":
            todo += "<|usuario|>" + texto
        else:
            todo += "<|asistente|>" + texto + "<|endoftext|>"
    return todo + "<|asistente|>"
''',
    explanation="Lo que no estaba en el enunciado: en `transformers` la plantilla es un pequeño programa guardado junto al tokenizador "
                "(`chat_template.jinja`). La escribe quien entrenó el modelo, y por eso cada uno lleva la suya.",
    praise="Es letra por letra lo que escribe `apply_chat_template`. Conversar es rellenar esto una y otra vez.",
)  # fmt: skip


recorte = Exercise(
    chapter=5,
    name="recorte",
    answer=Number(),
    cell='''
def turnos_que_caben(turnos, ventana, reserva):
    """Cuántos turnos, de los últimos, se le mandan al modelo.

    turnos: los tokens de cada turno, del más antiguo al más reciente. ventana: los que caben en
    total. reserva: los que se guardan para la respuesta. Se quitan turnos enteros, empezando por
    el más antiguo, hasta que lo demás cabe. Puede que no quepa ninguno: entonces, 0.
    """
    ...                                   # tu respuesta

ejercicios.recorte.check(turnos_que_caben)
''',
    truth=fitting,
    cases=(
        Case(([60, 20, 20, 20], 256, 40), note="Aquí cabe todo."),
        Case(([100, 50, 30, 20], 140, 40), note="Aquí caben justos: 50 + 30 + 20 y la respuesta son 140."),
        Case(([20, 90, 30, 40], 150, 20), note="Aquí el turno largo no cabe, y el primero, que es corto, tampoco va."),
        Case(([30, 40, 25, 15, 60], 140, 30)),
        Case(([80, 300], 256, 40), note="Aquí no cabe ni el último."),
    ),
    slips=FITTING,
    hints=(
        "¿Cuántos tokens hay para el prompt, si hay que guardar sitio para la respuesta?",
        "Recorre los turnos al revés, del más reciente al más antiguo (`reversed(turnos)`), y ve sumando.",
        "En cuanto uno no quepa, para: los anteriores tampoco van.",
    ),
    code='''
def turnos_que_caben(turnos, ventana, reserva):
    caben, ocupado = 0, reserva
    for tokens in reversed(turnos):
        ocupado += tokens
        if ocupado > ventana:
            break
        caben += 1
    return caben
''',
    explanation="Lo que no estaba en el enunciado: quitar lo más antiguo es lo más sencillo, no lo único. También se puede resumir lo que "
                "sale, o guardar siempre el primer mensaje, que suele llevar las instrucciones.",
    praise="Es lo que hace `dialogues.fit`, y más o menos lo que hacen muchos programas de charla sin decírtelo.",
)  # fmt: skip


factura = Exercise(
    chapter=5,
    name="factura",
    answer=Number(),
    cell='''
def factura(turnos, entrada, salida):
    """Lo que cuesta, en euros, una conversación que se manda entera en cada turno.

    turnos: parejas (tokens de la pregunta, tokens de la respuesta), en orden. entrada, salida: los
    euros por millón de tokens leídos y por millón de tokens escritos. En cada turno se leen todas
    las preguntas y respuestas anteriores y la pregunta nueva, y se escribe la respuesta.
    """
    ...                                   # tu respuesta

ejercicios.factura.check(factura)
''',
    truth=bill,
    cases=(
        Case(([(100, 50)], 1e6, 2e6), written="factura([(100, 50)], 1e6, 2e6)", note="Un turno, a un euro y dos euros por token: 200."),
        Case(([(100, 50), (10, 30)], 1e6, 2e6), written="factura([(100, 50), (10, 30)], 1e6, 2e6)",
             note="En el segundo turno se leen 100 + 50 + 10."),
        Case(([(200, 80)] * 4, 2.0, 10.0), written="factura([(200, 80)] * 4, 2.0, 10.0)"),
        Case(([(30, 400), (20, 300), (10, 500)], 3.0, 15.0), note="Aquí las respuestas son mucho más largas que las preguntas."),
    ),
    slips=BILLING,
    hints=(
        "Lleva la cuenta de lo que va dicho: al acabar cada turno, crece en la pregunta y en la respuesta.",
        "En cada turno, lo leído es lo dicho hasta ahora más la pregunta nueva; lo escrito, la respuesta.",
        "Suma por separado lo leído y lo escrito, multiplica cada suma por su precio y divide entre un millón.",
    ),
    code='''
def factura(turnos, entrada, salida):
    dicho = leidos = escritos = 0
    for pregunta, respuesta in turnos:
        leidos += dicho + pregunta
        escritos += respuesta
        dicho += pregunta + respuesta
    return (leidos * entrada + escritos * salida) / 1e6
''',
    explanation="Lo que no estaba en el enunciado: los tokens escritos suelen costar varias veces más que los leídos, pero estos crecen "
                "con el cuadrado del número de turnos. En una charla larga acaban mandando.",
    praise="Ahora sabes por qué abrir una conversación nueva para cada asunto sale más barato que seguir con la de siempre.",
)  # fmt: skip


ahorro = Exercise(
    chapter=5,
    name="ahorro",
    answer=Number(),
    cell='''
def ahorro(prompt, completion):
    """Cuántas veces menos posiciones calcula la red cuando usa la caché.

    prompt: cuántos tokens tiene. completion: cuántos escribe, uno por paso. Sin caché, cada paso
    calcula todo lo que hay delante: el prompt y lo ya escrito. Con ella, el primer paso calcula el
    prompt y cada uno de los demás, solo el token que se acaba de escribir.
    """
    ...                                   # tu respuesta

ejercicios.ahorro.check(ahorro)
''',
    truth=saving,
    cases=(
        Case((10, 3), note="Sin caché: 10 + 11 + 12. Con ella: 10 + 1 + 1."),
        Case((100, 50)),
        Case((1000, 20), note="Aquí el prompt es largo y la respuesta, corta."),
        Case((5, 400), note="Aquí es al revés."),
    ),
    slips=SAVING,
    hints=(
        "Sin caché es una suma: el primer paso lee el prompt; el segundo, el prompt y un token más; el tercero…",
        "`sum(prompt + i for i in range(completion))`.",
        "Con caché: el prompt una vez, y un token por cada paso menos el primero.",
    ),
    code='''
def ahorro(prompt, completion):
    sin_cache = sum(prompt + i for i in range(completion))
    con_cache = prompt + completion - 1
    return sin_cache / con_cache
''',
    explanation="Lo que no estaba en el enunciado: el ahorro en posiciones no es el ahorro en tiempo. Leer mil tokens a la vez cuesta "
                "mucho menos que leer uno mil veces, porque van todos juntos.",
    praise="Con un prompt largo el ahorro se acerca al número de tokens escritos: se lee una vez en lugar de una por token.",
)  # fmt: skip
