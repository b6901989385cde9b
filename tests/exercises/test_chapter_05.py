"""Capítulo 5: respuestas como las que escribe quien aprende, y lo que deben leer al comprobarlas."""

from course_utils.exercises import chapter_05 as ejercicios

START, USER, HELPER = "<|endoftext|>", "<|usuario|>", "<|asistente|>"


def written(mensajes, start=START, user=USER, helper=HELPER, end=START, last=HELPER, between="", close_user=""):
    parts = [user + text + close_user if who == "user" else helper + text + end for who, text in mensajes]
    return start + between.join(parts) + (between + last if last else "")


def kept(turnos, ventana, reserva):
    while turnos and sum(turnos) + reserva > ventana:
        turnos = turnos[1:]
    return len(turnos)


def greedy(turnos, ventana, reserva):
    libre, cuantos = ventana - reserva, 0
    for t in turnos[::-1]:
        if t <= libre:
            libre -= t
            cuantos += 1
    return cuantos


def first_ones(turnos, ventana, reserva):
    while turnos and sum(turnos) + reserva > ventana:
        turnos = turnos[:-1]
    return len(turnos)


def paid(turnos, entrada, salida, only_questions=False, last_only=False, reread=True, millions=1e6):
    total = 0.0
    for i, (pregunta, respuesta) in enumerate(turnos):
        before = turnos[max(i - 1, 0) : i] if last_only else turnos[:i]
        history = sum(q + (0 if only_questions else r) for q, r in before) if reread else 0
        total += (history + pregunta) * entrada + respuesta * salida
    return total / millions


def without(n, m):
    return n * m + m * (m - 1) / 2


WRONG = [
    (ejercicios.plantilla, lambda x: written(x, last=""), "Le falta la última marca"),
    (ejercicios.plantilla, lambda x: written(x, start=""), "Falta el `<|endoftext|>` del principio"),
    (ejercicios.plantilla, lambda x: written(x, end=""), "Falta cerrar las respuestas"),
    (ejercicios.plantilla, lambda x: written(x, close_user=START), "Cierras todos los mensajes"),
    (ejercicios.plantilla, lambda x: written(x, close_user=START, end=""), "es al revés"),
    (ejercicios.plantilla, lambda x: written(x, user="<|user|>", helper="<|assistant|>", last="<|assistant|>"), "están en español"),
    (ejercicios.plantilla, lambda x: written(x, between="\n"), "saltos de línea"),
    (ejercicios.plantilla, lambda x: written(x, helper=USER), "no dicen quién habla"),
    (ejercicios.plantilla, lambda x: list(x), "hace falta un texto"),
    (ejercicios.recorte, lambda t, v, r: kept(t, v, 0), "No guardas sitio para la respuesta"),
    (ejercicios.recorte, first_ones, "Te quedas con los primeros"),
    (ejercicios.recorte, greedy, "Te saltas los turnos largos"),
    (ejercicios.recorte, lambda t, v, r: kept(t, v - 1, r), "Si caben justos, caben"),
    (ejercicios.recorte, lambda t, v, r: min(len(t), kept(t, v, r) + 1), "solo cabe en parte"),
    (ejercicios.recorte, lambda t, v, r: len(t) - kept(t, v, r), "Esos son los que se quitan"),
    (ejercicios.recorte, lambda t, v, r: t[-kept(t, v, r):], "hace falta un número"),
    (ejercicios.factura, lambda t, a, b: paid(t, a, b, reread=False), "El modelo no recuerda"),
    (ejercicios.factura, lambda t, a, b: paid(t, a, b, only_questions=True), "Relees solo las preguntas"),
    (ejercicios.factura, lambda t, a, b: paid(t, a, b, last_only=True), "Relees solo el turno anterior"),
    (ejercicios.factura, lambda t, a, b: paid(t, a, b, millions=1), "un millón de veces mayor"),
    (ejercicios.factura, lambda t, a, b: paid(t, b, a), "Has cambiado los precios"),
    (ejercicios.factura, lambda t, a, b: paid(t, a, a + b), "se lee a partir del siguiente"),
    (ejercicios.ahorro, lambda n, m: (n + m - 1) / without(n, m), "Lo has dividido al revés"),
    (ejercicios.ahorro, lambda n, m: without(n, m) / (n + m), "ya no se lee"),
    (ejercicios.ahorro, lambda n, m: n * m / (n + m - 1), "crece un token cada vez"),
    (ejercicios.ahorro, lambda n, m: without(n, m) / m, "hay que leerlo la primera vez"),
    (ejercicios.ahorro, lambda n, m: (without(n, m) + m) / (n + m - 1), "aún no hay nada escrito"),
    (ejercicios.ahorro, without, "Eso son las posiciones sin caché"),
]  # fmt: skip


RIGHT = [
    (ejercicios.plantilla, written),
    (ejercicios.recorte, kept),
    (ejercicios.factura, paid),
    (ejercicios.ahorro, lambda n, m: without(n, m) / (n + m - 1)),
]


def test_the_template_is_the_one_of_the_pocket_model():
    from course_utils import models

    for case in ejercicios.plantilla.cases:
        messages = [{"role": who, "content": text} for who, text in case.given[0]]
        said = models.load("instruct").tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
        assert ejercicios.plantilla.truth(case.given[0]) == said


def test_what_fits_is_what_the_course_keeps():
    from course_utils import dialogues, models

    tokenizer = models.load("instruct").tokenizer
    messages = [{"role": "user", "content": f"{'bosque ' * size}"} for size in (20, 9, 12, 5)]
    sizes = [entry.tokens for entry in dialogues.entries(tokenizer, messages)]
    for window in range(30, 60):
        kept_now = len(dialogues.fit(tokenizer, messages, window=window, room=8).kept)
        assert kept_now in (ejercicios.recorte.truth(sizes, window, 9), ejercicios.recorte.truth(sizes, window, 10))  # las marcas
