"""Ejercicios del capítulo 8: atención cruzada, entrada del decodificador, un paso del haz, cuándo parar y la precisión de BLEU.

Las pruebas de la atención dan tensores de torch; las demás, listas de palabras.
"""

from __future__ import annotations

from .answers import Array, Number
from .attempt import as_tensor
from .core import Case, Exercise
from .mistakes_08 import BEAM, CROSS, FIN, FORCING, INICIO, PRECISION, STOP, Script, beam, cross, fed, generated, precision
from .token_answers import Hypotheses, Tokens

TITLE = "Generación de texto con LLM"
__all__ = ["atencion_cruzada", "entrada", "haz", "parada", "precision_bleu"]


def __dir__() -> list[str]:
    """Lo que enseña el tabulador tras «ejercicios.»: solo los ejercicios."""
    return __all__


TWO, THREE = [[1.0, 0.0, 2.0], [-1.0, 1.0, 0.5]], [[0.0, 1.0, 1.0], [2.0, -1.0, 0.0], [1.0, 1.0, -2.0]]
W_Q, W_K, W_V = [[1.0, 0.5], [0.0, 2.0], [1.0, -1.0]], [[0.5, 1.0], [1.0, 0.0], [-0.5, 1.0]], [[2.0, 0.0], [1.0, -1.0], [0.0, 3.0]]
CROSS_CALL = "atencion_cruzada(decodificador, codificador, W_q, W_k, W_v)"

atencion_cruzada = Exercise(
    chapter=8,
    name="atencion_cruzada",
    answer=Array(),
    prepare=as_tensor,
    cell='''
def atencion_cruzada(decodificador, codificador, W_q, W_k, W_v):
    """Una cabeza de atención cruzada: lo que cada token de la traducción recoge de la frase original.

    decodificador: tensor de forma (T, D), un vector por token de la traducción.
    codificador: tensor de forma (S, D), un vector por token de la frase original.
    W_q, W_k y W_v: tensores de forma (D, d_k), que proyectan así: x @ W.
    Devuelve un tensor de forma (T, d_k).
    """
    ...                                   # tu respuesta

ejercicios.atencion_cruzada.check(atencion_cruzada)
''',
    truth=cross,
    cases=(
        Case((TWO, THREE, W_Q, W_K, W_V), CROSS_CALL, "Aquí T = 2, S = 3, D = 3 y d_k = 2."),
        Case((THREE, THREE[::-1], W_Q, W_K, W_V), CROSS_CALL, "Aquí las dos frases tienen tres tokens: D = 3 y d_k = 2."),
        Case((THREE, TWO, W_Q, W_K, W_V), CROSS_CALL, "Aquí T = 3, S = 2, D = 3 y d_k = 2."),
        Case((TWO, THREE[:1], W_Q, W_K, W_V), CROSS_CALL, "Aquí el original tiene un solo token (T = 2, S = 1): toda la atención es suya."),
    ),
    slips=CROSS,
    hints=(
        "Es la atención de siempre. Lo único que cambia es de dónde sale cada cosa: ¿quién pregunta y quién tiene lo que se busca?",
        "El resultado tiene T filas, una por token de la traducción: las consultas deciden el número de filas.",
        "La tabla de pesos mide (T, S). Multiplicada por algo de S filas da T filas: ¿de qué lado vienen entonces los valores? ¿Y sus "
        "claves?",
    ),
    code='''
def atencion_cruzada(decodificador, codificador, W_q, W_k, W_v):
    Q = decodificador @ W_q                                          # (T, d_k): quien pregunta
    K, V = codificador @ W_k, codificador @ W_v                      # (S, d_k): quien contesta
    pesos = torch.softmax(Q @ K.T / math.sqrt(Q.shape[-1]), dim=-1)  # (T, S)
    return pesos @ V
''',
    explanation="Lo que no estaba en el enunciado: las claves y los valores no dependen de la traducción, así que se calculan una vez por "
                "frase y se guardan. En cada token nuevo solo hay que calcular su consulta.",
    praise="La tabla de pesos que has calculado, de T por S, es la que se dibuja para ver qué palabra del original mira cada palabra de la "
           "traducción.",
)  # fmt: skip


TARGET = ["the", "gray", "otter", "sings", FIN]

entrada = Exercise(
    chapter=8,
    name="entrada",
    answer=Tokens(),
    cell='''
def entrada_del_decodificador(objetivo, predichos, inicio, entrenando):
    """Lo que recibe el decodificador: una lista con un token por cada paso, en su orden.

    objetivo: la traducción correcta, una lista de tokens; el último es el de fin.
    predichos: lo que el modelo ha predicho en cada paso, aciertos y errores.
    inicio: el token de inicio.
    entrenando: True si entrena y se fuerza con el profesor (teacher forcing); False si ya traduce él.
    """
    ...                                   # tu respuesta

ejercicios.entrada.check(entrada_del_decodificador)
''',
    truth=fed,
    cases=(
        Case((TARGET, ["the", "otter", "frog", "sings", FIN], INICIO, True), note="Al entrenar se sigue la traducción correcta, aunque el "
             "modelo se haya equivocado."),
        Case((TARGET, ["the", "otter", "frog", FIN], INICIO, False), note="Al traducir solo existe lo que el modelo ha predicho, y aquí "
             "acabó en cuatro pasos."),
        Case((["hello", FIN], ["bye", FIN], INICIO, True)),
        Case((["the", "frog", FIN], ["the", "green", "frog", "jumps", FIN], INICIO, False), note="Aquí el modelo tardó cinco pasos en "
             "acabar."),
        Case(([FIN], [FIN], INICIO, True), note="Con un solo paso, lo único que recibe es el inicio."),
    ),
    slips=FORCING,
    hints=(
        "En cada paso el decodificador recibe el token anterior y predice el siguiente. ¿Cuál es el anterior al primero?",
        "`lista[:-1]` es la lista sin el último, y `[a, *lista]` pone `a` delante.",
        "El movimiento es el mismo en los dos casos; cambia qué lista se mueve. Cuando traduce, ¿quién podría saberse `objetivo`?",
    ),
    code='''
def entrada_del_decodificador(objetivo, predichos, inicio, entrenando):
    anteriores = objetivo if entrenando else predichos
    return [inicio, *anteriores[:-1]]
''',
    explanation="Lo que no estaba en el enunciado: al entrenar, toda la entrada se conoce de antemano y los pasos se calculan a la vez (la "
                "máscara causal evita que copie); al traducir hay que ir de uno en uno. El precio: el modelo nunca ha practicado con sus "
                "propios errores. A eso se le llama sesgo de exposición.",
    praise="`transformers` lo hace por ti cuando le pasas `labels`: las desplaza un lugar y pone delante el token de inicio. En Marian, "
           "curiosamente, el de inicio es el mismo que el de relleno.",
)  # fmt: skip


LIVE = [(["the"], -0.4), (["a"], -1.2)]
NEXT = [{"gray": -0.9, "otter": -0.3, "frog": -3.0}, {"gray": -1.1, "otter": -0.2, "frog": -2.2}]
MIXED = [(["the", "otter", FIN], -1.5), (["the", "gray"], -1.1)]
AFTER = [{"the": -0.1, FIN: -0.2}, {"otter": -0.5, "frog": -1.5}]


def versus(ended: tuple, live: list[str], k: int) -> tuple:
    """Una hipótesis acabada contra otra viva y más larga, con alfa = 1."""
    return [ended, (live, -0.9)], [{"a": -0.1, FIN: -0.2}, {"sings": -0.4, FIN: -1.8}], k, 1.0


haz = Exercise(
    chapter=8,
    name="haz",
    answer=Hypotheses(),
    cell='''
def paso_del_haz(hipotesis, siguientes, k, alfa):
    """Un paso de la búsqueda en haz (beam search): alarga las hipótesis y deja las k mejores.

    hipotesis: lista de parejas (tokens, suma): (["the", "gray"], -1.1) suma log-probabilidades.
    siguientes: lista con un diccionario por hipótesis, de token a log-probabilidad.
    Una hipótesis que ya acaba en "(fin)" no se alarga: compite tal cual.
    Devuelve las k parejas (tokens, suma) mejores, la mejor primero. Mejor es la que tiene mayor
    suma / n ** alfa, con n su número de tokens, el "(fin)" incluido.
    """
    ...                                   # tu respuesta

ejercicios.haz.check(paso_del_haz)
''',
    truth=beam,
    cases=(
        Case((LIVE, NEXT, 2, 0.0)),
        Case(([(["the"], -0.2), (["a"], -2.5)], NEXT, 2, 0.0), note="Aquí las dos mejores salen de la misma hipótesis."),
        Case((LIVE, NEXT, 3, 0.0)),
        Case((MIXED, AFTER, 2, 0.0), note="Aquí la primera ya había acabado."),
        Case(versus((["otter", FIN], -1.4), ["the", "otter"], 1), note="Aquí la larga gana con cualquier alfa."),
        Case(versus((["otter", FIN], -1.0), ["the", "otter"], 2), note="Con alfa = 1, −1,3 entre 3 tokens es mejor que −1,0 entre 2."),
        Case(versus((["otter", FIN], -1.0), ["the", "gray", "otter"], 1), note="Con alfa = 1 se comparan medias por token."),
        Case(([([], 0.0)], [{"the": -0.4, "a": -1.2, "otter": -2.0}], 2, 1.0), note="Así empieza el haz: con una hipótesis vacía."),
    ),
    slips=BEAM,
    hints=(
        "Son dos trabajos: reunir en una sola lista todas las candidatas y quedarse con las k mejores.",
        "De cada hipótesis viva salen tantas candidatas como tokens tenga su diccionario: `(tokens + [token], suma + logp)`. De una "
        "acabada sale una: ella misma.",
        "`sorted(candidatas, key=..., reverse=True)[:k]`: la clave es la puntuación con la longitud, pero lo que se devuelve es la pareja.",
    ),
    code='''
def paso_del_haz(hipotesis, siguientes, k, alfa):
    candidatas = []
    for (tokens, suma), siguiente in zip(hipotesis, siguientes):
        if tokens and tokens[-1] == "(fin)":
            candidatas.append((tokens, suma))
        else:
            candidatas += [(tokens + [token], suma + logp) for token, logp in siguiente.items()]
    return sorted(candidatas, key=lambda c: c[1] / len(c[0]) ** alfa, reverse=True)[:k]
''',
    explanation="Lo que no estaba en el enunciado: con k = 1 y alfa = 0 es la decodificación voraz. Y un haz mayor no siempre traduce "
                "mejor: sin normalizar, cuanto más se busca, más gana la traducción demasiado corta. Muchos sistemas usan k entre 4 y 10.",
    praise="Repítelo hasta que las k hayan acabado y tienes `generate(num_beams=k)`; tu alfa se llama allí `length_penalty` y, pese al "
           "nombre, cuanto mayor es, más favorece a las largas.",
)  # fmt: skip


def play(prompt: str, lines: str, most: int, note: str = "") -> Case:
    """Una prueba de parada; el guion sigue más allá de donde hay que parar, o se queda sin fin."""
    start = prompt.split()
    return Case((start, Script(tuple(start), tuple(lines.split())), FIN, most), note=note)


parada = Exercise(
    chapter=8,
    name="parada",
    answer=Tokens(),
    cell='''
def genera(prompt, siguiente, fin, maximo):
    """Genera token a token y para a tiempo.

    prompt: lista de tokens, que no debe cambiar. siguiente: función que recibe una lista con el
    prompt y todo lo generado, y devuelve el token que viene detrás. fin: el token de fin.
    maximo: cuántos tokens nuevos se admiten, 1 o más; el de fin cuenta como uno más.
    Devuelve la lista de los tokens nuevos, con el de fin incluido si ha salido.
    """
    ...                                   # tu respuesta

ejercicios.parada.check(genera)
''',
    truth=generated,
    cases=(
        play("la nutria", f"canta y nada {FIN} la rana salta y duerme mucho", 8),
        play("la nutria", "canta y nada y la rana salta y canta y nada", 4, "Aquí el token de fin no llega: manda el máximo."),
        play("la nutria", f"canta y duerme {FIN} la rana salta", 4, "Aquí el fin sale justo en el último token permitido."),
        play(f"{FIN} la rana", f"salta mucho {FIN} y canta y nada y duerme", 6, "Aquí el prompt empieza por el token de fin."),
        play("la rana", f"{FIN} salta y canta", 3, "Aquí el modelo acaba a la primera."),
        play("la nutria gris", "nada y canta y duerme", 1, "Aquí se admite un solo token nuevo."),
    ),
    slips=STOP,
    hints=(
        "Hay dos motivos para parar: que salga el token de fin o que ya no quepan más tokens nuevos. El que llegue antes.",
        "Guarda los nuevos en su propia lista. En cada vuelta: `token = siguiente(prompt + nuevos)`, y se añade.",
        "`for _ in range(maximo)` ya pone el límite; dentro, después de añadir el token, `break` si es el de fin.",
    ),
    code='''
def genera(prompt, siguiente, fin, maximo):
    nuevos = []
    for _ in range(maximo):
        token = siguiente(prompt + nuevos)
        nuevos.append(token)
        if token == fin:
            break
    return nuevos
''',
    explanation="Lo que no estaba en el enunciado: si se generan varios textos a la vez, unos acaban antes que otros. A los acabados se "
                "les pone relleno hasta que acaba el último, y por eso al leerlos se corta por el primer token de fin.",
    praise="Si el resultado no acaba en el token de fin, sabes que se ha cortado por el máximo: las API lo dicen con un «motivo de parada» "
           "(«stop» o «length»).",
)  # fmt: skip


def compared(hypothesis: str, reference: str, n: int, note: str = "") -> Case:
    return Case((hypothesis.split(), reference.split(), n), note=note)


precision_bleu = Exercise(
    chapter=8,
    name="precision_bleu",
    answer=Number(),
    cell='''
def precision_recortada(hipotesis, referencia, n):
    """La precisión de n-gramas de BLEU: qué parte de lo que ha escrito el modelo está en la referencia.

    hipotesis, referencia: listas de palabras. n: cuántas palabras seguidas tiene cada n-grama.
    Un n-grama no puede acertar más veces de las que sale en la referencia.
    Devuelve un número entre 0 y 1; 0 si la hipótesis tiene menos de n palabras.
    """
    ...                                   # tu respuesta

ejercicios.precision_bleu.check(precision_recortada)
''',
    truth=precision,
    cases=(
        compared("the the the the the", "the gray otter is by the river today", 1, "«the» sale cinco veces y en la referencia, dos."),
        compared("the gray otter sings", "the gray otter sings by the river", 1, "Todo lo que dice está bien, aunque diga poco."),
        compared("today the gray otter sings and the gray frog sings", "the gray otter sings and the gray frog jumps", 2,
                 "«the gray» está dos veces en las dos frases."),
        compared("the otter gray sings", "the gray otter sings", 2, "Las palabras son las buenas, pero ninguna pareja lo es."),
        compared("a otter a otter a frog", "a otter and a frog", 2, "Hay cinco parejas: «a otter» se repite."),
        compared("otter", "the gray otter", 2, "Con una palabra no hay ninguna pareja."),
    ),
    slips=PRECISION,
    hints=(
        "Cuenta los n-gramas de cada frase, con repeticiones. ¿Cuántos aciertan, y de cuántos que ha escrito el modelo?",
        "`Counter(tuple(frase[i:i + n]) for i in range(len(frase) - n + 1))` los cuenta.",
        "El tope de cada n-grama es el menor de los dos números: `a & b`, entre dos `Counter`, hace justo eso.",
    ),
    code='''
from collections import Counter

def precision_recortada(hipotesis, referencia, n):
    def n_gramas(frase):
        return Counter(tuple(frase[i:i + n]) for i in range(len(frase) - n + 1))

    escritos = n_gramas(hipotesis)
    aciertos = escritos & n_gramas(referencia)            # el menor de los dos: ahí está el recorte
    return aciertos.total() / escritos.total() if escritos else 0.0
''',
    explanation="Lo que no estaba en el enunciado: BLEU junta las precisiones de n = 1 a 4 con una media geométrica, sobre todo el corpus, "
                "y castiga lo corto con un factor aparte. chrF hace algo parecido con letras, y mira también la cobertura.",
    praise="«the gray otter sings» saca un 1 habiendo traducido solo la mitad: la precisión no ve lo que falta. Por eso BLEU añade una "
           "penalización por brevedad.",
)  # fmt: skip
