"""Ejercicios del capítulo 9: qué ve cada arquitectura, los tramos de T5, las etiquetas de BERT, RMSNorm y la caché de claves y valores.

Las pruebas de RMSNorm dan tensores de torch; las demás, textos, números, listas y diccionarios.
"""

from __future__ import annotations

from .answers import Array, Number
from .attempt import as_tensor
from .core import Case, Exercise
from .mistakes_09 import CACHE, CORRUPTION, MASK_ID, MASKED_LM, RMS, SIGHT, cache_size, corrupted, masked_lm, rms_norm, sight
from .token_answers import TokenLists

TITLE = "Variaciones de la arquitectura LLM"
__all__ = ["mascaras", "tramos", "etiquetas", "rmsnorm", "cache"]


def __dir__() -> list[str]:
    """Lo que enseña el tabulador tras «ejercicios.»: solo los ejercicios."""
    return __all__


mascaras = Exercise(
    chapter=9,
    name="mascaras",
    answer=Array(),
    cell='''
def puede_mirar(arquitectura, n, p):
    """La máscara de atención de cada arquitectura: 1 si el token i puede mirar al j, y 0 si no.

    arquitectura: "codificador" (como BERT), "decodificador" (como GPT) o "prefijo": un decodificador
    que lee los p primeros tokens como un codificador y genera los demás.
    n: cuántos tokens hay. p: cuántos forman el prefijo; en las otras dos no cuenta.
    Devuelve una tabla de forma (n, n), como tensor o como lista de filas; en la fila i, quien mira.
    """
    ...                                   # tu respuesta

ejercicios.mascaras.check(puede_mirar)
''',
    truth=sight,
    cases=(
        Case(("decodificador", 4, 0)),
        Case(("codificador", 3, 0)),
        Case(("prefijo", 5, 3), note="Los tokens 0, 1 y 2 son el prefijo; el 3 y el 4, la continuación."),
        Case(("prefijo", 4, 2)),
        Case(("prefijo", 3, 0), note="Sin prefijo (p = 0) queda un decodificador corriente."),
        Case(("prefijo", 3, 3), note="Si todo es prefijo, queda un codificador."),
    ),
    slips=SIGHT,
    hints=(
        "Para cada arquitectura, termina la frase: «el token i puede mirar al j si…».",
        "El codificador lo tiene todo delante desde el principio; el decodificador, solo lo escrito hasta i, él incluido.",
        "En el prefijo hay dos permisos, y basta uno: que j esté en el prefijo o que no venga después de i.",
    ),
    code='''
def puede_mirar(arquitectura, n, p):
    if arquitectura == "codificador":
        return torch.ones(n, n)
    mascara = torch.ones(n, n).tril()          # hasta la diagonal
    if arquitectura == "prefijo":
        mascara[:, :p] = 1                     # y el prefijo, que lo ven todos
    return mascara
''',
    explanation="Lo que no estaba en el enunciado: las capas y los pesos pueden ser los mismos en las tres. Cambia esta tabla, y con ella "
                "el objetivo con que se puede entrenar: quien ve a los dos lados no aprendería nada prediciendo el siguiente, porque "
                "ya lo ve.",
    praise="Con p = 0 el prefijo es un decodificador y con p = n, un codificador: las tres son la misma red con otra máscara.",
)  # fmt: skip


FABLE = ["la", "nutria", "gris", "canta", "en", "el", "río", "al", "salir", "el", "sol"]


def spans(words: list[str], *places: tuple[int, int], note: str = "") -> Case:
    return Case((words, list(places)), note=note)


tramos = Exercise(
    chapter=9,
    name="tramos",
    answer=TokenLists("entrada", "objetivo"),
    cell='''
def corrompe(tokens, tramos):
    """El ejercicio con que se preentrena T5: ocultar tramos y pedir que los escriba.

    tokens: lista de tokens. tramos: lista de parejas (inicio, fin), en orden y sin tocarse; cada una
    oculta tokens[inicio:fin].
    Devuelve dos listas. La entrada: los tokens con un centinela en lugar de cada tramo. El objetivo:
    cada centinela seguido de lo que oculta y, para acabar, un centinela más.
    Los centinelas son "<extra_id_0>", "<extra_id_1>"...
    """
    ...                                   # tu respuesta

ejercicios.tramos.check(corrompe)
''',
    truth=corrupted,
    cases=(
        spans(FABLE, (1, 3), (6, 7)),
        spans(FABLE[:6], (2, 5)),
        spans(FABLE[:5], (0, 1), (3, 4), note="Aquí el primer tramo está al principio."),
        spans(FABLE, (2, 4), (5, 7), (9, 11), note="Aquí el último tramo llega al final."),
    ),
    slips=CORRUPTION,
    hints=(
        "Recorre los tramos con `enumerate`: su número es el de su centinela. Las dos listas se construyen a la vez.",
        "A la entrada se añade lo que hay entre el tramo anterior y este, y el centinela. Lleva la cuenta de dónde acabó el anterior.",
        "Al salir del bucle faltan dos cosas: lo que queda detrás del último tramo, en la entrada, y un centinela más, en el objetivo.",
    ),
    code='''
def corrompe(tokens, tramos):
    entrada, objetivo, desde = [], [], 0
    for i, (inicio, fin) in enumerate(tramos):
        centinela = f"<extra_id_{i}>"
        entrada += tokens[desde:inicio] + [centinela]
        objetivo += [centinela] + tokens[inicio:fin]
        desde = fin
    return entrada + tokens[desde:], objetivo + [f"<extra_id_{len(tramos)}>"]
''',
    explanation="Lo que no estaba en el enunciado: T5 oculta el 15 % de los tokens en tramos de tres de media. Como el objetivo solo lleva "
                "lo que falta, el decodificador trabaja con secuencias mucho más cortas que si tuviera que copiar la frase entera.",
    praise="El modelo ve dónde falta algo, pero no cuánto: tiene que decidir él la longitud. Y el último centinela le enseña a decir «ya "
           "está».",
)  # fmt: skip


SPECIAL = {0, 2, 3}
SENTENCE = [2, 31, 48, 57, 62, 19, 3, 0, 0]

etiquetas = Exercise(
    chapter=9,
    name="etiquetas",
    answer=TokenLists("entrada", "etiquetas"),
    cell='''
def para_bert(ids, sorteo, especiales):
    """La entrada y las etiquetas de un modelo enmascarado (BERT).

    ids: lista con los números de los tokens. especiales: conjunto con los que no se tocan nunca (las
    marcas y el relleno). sorteo: diccionario de posición elegida a lo que va en ella, que puede ser
    [MASK] (aquí, 4), otro token al azar o el mismo que había; puede caer en un especial, y no vale.
    Devuelve dos listas. La entrada: lo que lee el modelo. Las etiquetas: en cada posición, el token
    que debe acertar, o -100 si esa posición no se puntúa.
    """
    ...                                   # tu respuesta

ejercicios.etiquetas.check(para_bert)
''',
    truth=masked_lm,
    cases=(
        Case((SENTENCE, {2: MASK_ID, 4: MASK_ID}, SPECIAL)),
        Case((SENTENCE, {1: MASK_ID, 3: 77}, SPECIAL), note="En la posición 3 el sorteo ha puesto otro token, el 77."),
        Case((SENTENCE, {2: MASK_ID, 5: 19}, SPECIAL), note="En la posición 5 el sorteo ha dejado el que había, el 19."),
        Case((SENTENCE, {0: MASK_ID, 3: MASK_ID, 7: MASK_ID}, SPECIAL), note="El sorteo ha caído en una marca y en el relleno: no valen."),
        Case((SENTENCE[:7], {}, SPECIAL), note="Aquí no se ha elegido ninguna posición."),
    ),
    slips=MASKED_LM,
    hints=(
        "Empieza por todo igual: la entrada es una copia de `ids` y las etiquetas son todas −100. Después, cambia solo lo elegido.",
        "Salta las posiciones cuyo token está en `especiales`. En las demás hay que tocar las dos listas.",
        "La pregunta que decide si una posición se puntúa es «¿la eligió el sorteo?», no «¿qué ha puesto en ella?».",
    ),
    code='''
def para_bert(ids, sorteo, especiales):
    entrada, etiquetas = list(ids), [-100] * len(ids)
    for posicion, puesto in sorteo.items():
        if ids[posicion] not in especiales:
            entrada[posicion] = puesto
            etiquetas[posicion] = ids[posicion]      # lo que había, sea lo que sea lo que se ha puesto
    return entrada, etiquetas
''',
    explanation="Lo que no estaba en el enunciado: BERT elige el 15 % de los tokens, y de esos pone [MASK] en el 80 %, otro al azar en el "
                "10 % y el mismo en el 10 %. Al usarlo nunca verá un [MASK]: así aprende a representar bien también los tokens que se ven.",
    praise="De cada texto solo se puntúa un 15 %, y en un decodificador se puntúa todo: por eso BERT aprende menos de cada lectura, "
           "aunque vea a los dos lados.",
)  # fmt: skip


rmsnorm = Exercise(
    chapter=9,
    name="rmsnorm",
    answer=Array(),
    prepare=as_tensor,
    cell='''
def rms_norm(x, g, eps):
    """RMSNorm, la normalización de Llama: el tamaño de cada vector se ajusta; su centro, no.

    x: tensor de forma (T, D), un vector por token. g: tensor de forma (D,), la ganancia aprendida.
    eps: número pequeño que se suma a la media de los cuadrados antes de sacar la raíz.
    Devuelve un tensor de forma (T, D): cada vector dividido entre la raíz de la media de sus
    cuadrados (y el eps), y multiplicado por g número a número.
    """
    ...                                   # tu respuesta

ejercicios.rmsnorm.check(rms_norm)
''',
    truth=rms_norm,
    cases=(
        Case(([[3.0, 4.0, -1.0]], [1.0, 0.5, 2.0], 1e-6)),
        Case(([[5.0, 6.0, 7.0], [1.0, -2.0, 0.5]], [1.0, 1.0, 1.0], 1e-6), note="Aquí hay dos tokens, y el primero está lejos de cero."),
        Case(([[0.5, -0.5, 1.0], [2.0, 2.0, 2.0]], [2.0, 1.0, -1.0], 0.5), note="Aquí eps es grande, para que se vea dónde va."),
        Case(([[0.0, 0.0]], [1.0, 2.0], 1e-6), note="Con un vector de ceros no debe salir nan: para eso está eps."),
    ),
    slips=RMS,
    hints=(
        "RMS son las siglas de raíz (root) de la media (mean) de los cuadrados (square): se lee de fuera adentro y se calcula de dentro "
        "afuera.",
        "`x.pow(2).mean(dim=-1, keepdim=True)` da una media por token, con la forma (T, 1), lista para dividir.",
        "Orden: cuadrados, media, más eps, raíz, dividir, y al final la ganancia.",
    ),
    code='''
def rms_norm(x, g, eps):
    media = x.pow(2).mean(dim=-1, keepdim=True)        # (T, 1): una por token
    return x / torch.sqrt(media + eps) * g
''',
    explanation="Lo que no estaba en el enunciado: si un vector ya tiene media cero, RMSNorm y LayerNorm (sin su sesgo) dan lo mismo. "
                "Zhang y Sennrich (2019) sostienen que lo que ayuda a entrenar es ajustar el tamaño, no centrar, y quitaron lo segundo.",
    praise="Multiplica x por mil y mira el resultado: no cambia, salvo por el eps. Eso es lo que gana cada capa, que lo que le llega tenga "
           "siempre el mismo tamaño.",
)  # fmt: skip


LLAMA_2 = {"num_hidden_layers": 32, "hidden_size": 4096, "num_attention_heads": 32}
LLAMA_3 = LLAMA_2 | {"num_key_value_heads": 8}
MULTI_QUERY = {"num_hidden_layers": 6, "hidden_size": 512, "num_attention_heads": 8, "num_key_value_heads": 1}

cache = Exercise(
    chapter=9,
    name="cache",
    answer=Number(),
    cell='''
def mib_de_cache(config, tokens, bytes_por_numero):
    """Lo que ocupa la caché de claves y valores de un decodificador, en MiB (1 MiB son 2**20 bytes).

    config: diccionario con "num_hidden_layers" (capas), "hidden_size" (ancho), "num_attention_heads"
    (cabezas de consulta) y "num_key_value_heads" (cabezas de claves y valores). Si falta la última,
    hay tantas como de consulta. El ancho se reparte entre las cabezas de consulta.
    tokens: cuántos hay guardados. bytes_por_numero: 4 en float32, 2 en bfloat16.
    """
    ...                                   # tu respuesta

ejercicios.cache.check(mib_de_cache)
''',
    truth=cache_size,
    cases=(
        Case((LLAMA_3, 8192, 2), note="Es la configuración de Llama 3 8B: 32 cabezas de consulta y 8 de claves y valores."),
        Case((LLAMA_2, 4096, 2), note="Es la de Llama 2 7B. Falta `num_key_value_heads`: hay tantas como de consulta, 32."),
        Case((MULTI_QUERY, 100, 4), note="Aquí todas las cabezas comparten una sola clave y un solo valor por token (multi-query)."),
        Case((MULTI_QUERY | {"num_key_value_heads": 2}, 1, 2), note="Aquí solo hay un token guardado."),
    ),
    slips=CACHE,
    hints=(
        "Cuenta desde dentro: ¿cuántos números tiene el vector de una cabeza? ¿Cuántos vectores guarda cada token en una capa?",
        "Una cabeza tiene `hidden_size // num_attention_heads` números. En cada capa y por cada cabeza de claves y valores se guardan dos "
        "vectores.",
        "`config.get(\"num_key_value_heads\", config[\"num_attention_heads\"])` cubre el caso en que falta. Lo demás es multiplicar y, "
        "al final, pasar a MiB.",
    ),
    code='''
def mib_de_cache(config, tokens, bytes_por_numero):
    consultas = config["num_attention_heads"]
    guardadas = config.get("num_key_value_heads", consultas)
    por_cabeza = config["hidden_size"] // consultas
    por_token = 2 * config["num_hidden_layers"] * guardadas * por_cabeza       # 2: la clave y el valor
    return por_token * tokens * bytes_por_numero / 2**20
''',
    explanation="Lo que no estaba en el enunciado: algunos modelos (Gemma, Qwen 3) dan el tamaño de cada cabeza aparte, en `head_dim`, y "
                "entonces no es el ancho entre las cabezas: conviene mirarlo antes de dividir.",
    praise="Con 8.192 tokens, Llama 3 8B guarda 1 GiB justo (1024 MiB); sin agrupar cabezas serían 4. Y eso es por "
           "conversación: con veinte a la vez, la caché ocupa más que los pesos.",
)  # fmt: skip
