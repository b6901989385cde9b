"""Ejercicios del capítulo 7: un paso de BPE, los pesos de atención, la máscara causal, juntar cabezas y un bloque entero.

Las pruebas dan tensores de torch, y torch se importa al corregir; las respuestas valen como tensor, array o lista.
"""

from __future__ import annotations

from .answers import Array
from .attempt import as_tensor
from .core import Case, Exercise
from .matrices import Matrix, added, scaled
from .mistakes_07 import ATTENTION, BLOCK, BPE, HEADS, MASK, Layer, block, bpe, causal, side_by_side, weights
from .token_answers import TokenLists

TITLE = "¿Cómo funcionan los LLM?"
__all__ = ["paso_de_bpe", "atencion", "mascara", "cabezas", "bloque"]


def __dir__() -> list[str]:
    """Lo que enseña el tabulador tras «ejercicios.»: solo los ejercicios."""
    return __all__


def words(*counted: tuple[str, int], note: str = "") -> Case:
    """Una prueba de BPE; «n a n a» es una palabra partida en cuatro trozos."""
    return Case(([(pieces.split(), times) for pieces, times in counted],), note=note)


paso_de_bpe = Exercise(
    chapter=7,
    name="paso_de_bpe",
    answer=TokenLists(),
    cell='''
def un_paso_de_bpe(palabras):
    """Un paso de BPE: busca la pareja de trozos seguidos que más se repite en el texto y la une.

    palabras: lista de parejas (trozos, veces): (["l", "a", "n", "a"], 2) es una palabra partida en
    cuatro trozos que sale dos veces en el texto. En las pruebas no hay empates.
    Devuelve los trozos de cada palabra después del paso, en el mismo orden: una lista de listas.
    """
    ...                                   # tu respuesta

ejercicios.paso_de_bpe.check(un_paso_de_bpe)
''',
    truth=bpe,
    cases=(
        words(("l a", 12), ("l a n a", 2), ("n a n a", 3)),
        words(("s a l", 3), ("m a l", 4), ("a l a", 2), note="«al» sale 3 + 4 + 2 veces."),
        words(("r a n a", 3), ("n a n a", 3), ("s o l", 7), note="«na» está dos veces en «nana»: sale 3 + 6 veces."),
        words(("l a", 5), ("a l", 4), ("s i", 7), note="«la» y «al» son parejas distintas."),
        words(("o", 9), ("s i", 5), ("s o", 3), note="Una palabra de un solo trozo no tiene parejas, por mucho que salga."),
        words(("es t a", 4), ("es t e", 3), ("o s t r a", 6), note="Aquí «es» ya es un trozo: se unió en un paso anterior."),
        words(("a a a", 4), ("a a a a a", 1), ("s i", 3), note="En «aaa» la letra de en medio solo puede unirse una vez."),
    ),
    slips=BPE,
    hints=(
        "Son dos trabajos: contar las parejas de todo el texto y, después, unir la ganadora en cada palabra.",
        "`zip(trozos, trozos[1:])` recorre las parejas seguidas de una palabra; cada una suma `veces`, no 1. `max(cuentas, "
        "key=cuentas.get)` da la ganadora.",
        "Para unir, recorre los trozos con un índice dentro de un `while`: si en `i` empieza la pareja, añade los dos trozos pegados y "
        "avanza 2; si no, añade el trozo y avanza 1.",
    ),
    code='''
from collections import Counter

def un_paso_de_bpe(palabras):
    cuentas = Counter()
    for trozos, veces in palabras:
        for pareja in zip(trozos, trozos[1:]):
            cuentas[pareja] += veces
    ganadora = max(cuentas, key=cuentas.get)

    def une(trozos):
        nuevos, i = [], 0
        while i < len(trozos):
            unir = tuple(trozos[i:i + 2]) == ganadora
            nuevos.append("".join(ganadora) if unir else trozos[i])
            i += 2 if unir else 1
        return nuevos

    return [une(trozos) for trozos, veces in palabras]
''',
    explanation="Lo que no estaba en el enunciado: para tokenizar un texto nuevo no se vuelve a contar nada. Se apuntan las parejas en el "
                "orden en que ganaron y se aplican en ese mismo orden. Por eso un tokenizador entrenado en inglés parte tanto el español: "
                "sus reglas ganaron en otro texto.",
    praise="Repite el paso mil veces y tendrás un vocabulario de mil trozos más: así se hizo el de GPT-2, con 50.000 uniones (y "
           "empezando por bytes en vez de letras).",
)  # fmt: skip


Q = [[2.0, 0.0, 1.0, -1.0], [0.0, 1.0, 1.0, 0.0], [1.0, -1.0, 0.0, 2.0]]
K = [[1.0, 1.0, 0.0, 0.0], [0.0, 2.0, 1.0, -1.0], [2.0, 0.0, -1.0, 1.0]]

atencion = Exercise(
    chapter=7,
    name="atencion",
    answer=Array(),
    prepare=as_tensor,
    cell='''
def pesos_de_atencion(Q, K):
    """Los pesos de atención de una cabeza: cuánto mira cada token a cada token.

    Q: tensor de forma (n, d_k), la consulta (query) de cada token que mira.
    K: tensor de forma (m, d_k), la clave (key) de cada token al que se puede mirar.
    Devuelve un tensor de forma (n, m): en la fila i, cómo reparte su atención el token i.
    Cada fila suma 1. Aquí todos ven a todos: la máscara es el ejercicio siguiente.
    """
    ...                                   # tu respuesta

ejercicios.atencion.check(pesos_de_atencion)
''',
    truth=weights,
    cases=(
        Case((Q, K), note="Aquí hay tres tokens, y cada vector tiene cuatro números."),
        Case(([[1.0, 2.0], [0.0, -1.0]], [[2.0, 0.5], [1.0, 1.0]]), note="Aquí hay dos tokens, y cada vector tiene dos números."),
        Case(([[3.0, 1.0]], [[1.0, 0.0], [0.0, 1.0], [1.0, -1.0]]), note="Aquí solo mira un token, el último: así se genera con caché."),
        Case(([[20.0, 10.0], [-10.0, 20.0]], [[20.0, 0.0], [10.0, 10.0]]), note="Con vectores grandes nada debe desbordar."),
    ),
    slips=ATTENTION,
    hints=(
        "Tres pasos: comparar cada consulta con cada clave, moderar las puntuaciones y repartir.",
        "`Q @ K.T` hace todos los productos escalares de una vez: en la fila i y la columna j, la consulta i con la clave j.",
        "Si los números de dos vectores son independientes y de varianza 1, su producto escalar tiene varianza d_k: se divide entre su "
        "desviación típica. Después, `torch.softmax(..., dim=-1)`.",
    ),
    code='''
def pesos_de_atencion(Q, K):
    puntuaciones = Q @ K.T / math.sqrt(Q.shape[-1])     # (n, m)
    return torch.softmax(puntuaciones, dim=-1)
''',
    explanation="Lo que no estaba en el enunciado: con muchas cabezas no se cambia nada. Q y K pasan a tener forma (H, n, d_k), `K.T` se "
                "escribe `K.transpose(-2, -1)` y `@` hace las H cabezas a la vez. Quien escribe `K.T` con tres ejes los invierte todos.",
    praise="Es la fórmula (1) de «Attention Is All You Need», sin los valores. La raíz no es un adorno: sin ella, al empezar a entrenar, "
           "softmax tendería a saturarse y el gradiente a quedarse en casi nada.",
)  # fmt: skip


mascara = Exercise(
    chapter=7,
    name="mascara",
    answer=Array(),
    prepare=as_tensor,
    cell='''
def pesos_causales(puntuaciones):
    """Los pesos de atención de un decodificador: cada token mira hasta sí mismo, nunca más allá.

    puntuaciones: tensor de forma (T, T), que no debe cambiar; en la fila i, las del token i hacia
    cada token, ya divididas entre la raíz de d_k.
    Devuelve un tensor de forma (T, T): cero exacto en lo que no se puede mirar, y cada fila suma 1.
    """
    ...                                   # tu respuesta

ejercicios.mascara.check(pesos_causales)
''',
    truth=causal,
    cases=(
        Case(([[1.0, 2.0, 0.5], [0.0, 1.0, 3.0], [2.0, 1.0, 1.5]],)),
        Case(([[-1.0, 4.0], [0.5, -0.5]],), note="El primer token solo puede mirarse a sí mismo: todo su peso es suyo."),
        Case(([[0.7]],), note="Con un solo token no hay nada que tapar."),
        Case(([[-300.0, 5.0, 1.0], [-200.0, -201.0, 0.0], [0.0, -1.0, 1.0]],), note="Las puntuaciones pueden ser muy negativas, y el "
             "futuro sigue sin verse."),
    ),
    slips=MASK,
    hints=(
        "Tapar y repartir, en ese orden: si tapas antes de softmax, las filas suman 1 solas.",
        "Lo tapado debe acabar en cero exacto. softmax usa exponenciales: ¿qué número x cumple que e elevado a x es cero?",
        "`torch.ones(T, T, dtype=torch.bool).triu(1)` es verdadero por encima de la diagonal, y `puntuaciones.masked_fill(tapado, valor)` "
        "devuelve una copia con ese valor ahí.",
    ),
    code='''
def pesos_causales(puntuaciones):
    T = len(puntuaciones)
    futuro = torch.ones(T, T, dtype=torch.bool).triu(1)            # verdadero por encima de la diagonal
    return torch.softmax(puntuaciones.masked_fill(futuro, -torch.inf), dim=-1)
''',
    explanation="Lo que no estaba en el enunciado: también se puede tapar después de softmax, si se vuelve a dividir cada fila entre su "
                "suma. Da lo mismo salvo cuando el futuro se lleva casi todo: entonces lo que queda es tan pequeño que se redondea a 0/0.",
    praise="Gracias a esta máscara, una frase de T tokens da T ejercicios de predicción de una sola vez: cada fila aprende a adivinar el "
           "siguiente sin haberlo visto.",
)  # fmt: skip


def heads(h: int, t: int, d: int) -> list:
    """Números que dicen de dónde vienen: 213 es cabeza 2, token 1, número 3."""
    return [[[100.0 * i + 10 * j + k for k in range(1, d + 1)] for j in range(1, t + 1)] for i in range(1, h + 1)]


READ = "Los números dicen de dónde vienen: 213 es la cabeza 2, el token 1 y el número 3."

cabezas = Exercise(
    chapter=7,
    name="cabezas",
    answer=Array(),
    prepare=as_tensor,
    cell='''
def junta_cabezas(z):
    """Junta lo que da cada cabeza: un solo vector por token.

    z: tensor de forma (H, T, d): por cada una de las H cabezas y cada uno de los T tokens, d números.
    Devuelve un tensor de forma (T, H * d): en la fila t, los números del token t que da la primera
    cabeza, detrás los que da la segunda, y así todas.
    """
    ...                                   # tu respuesta

ejercicios.cabezas.check(junta_cabezas)
''',
    truth=side_by_side,
    cases=(
        Case((heads(2, 3, 2),), note=READ),
        Case((heads(3, 2, 2),), note=READ),
        Case((heads(1, 2, 3),), note="Con una sola cabeza no hay nada que juntar."),
        Case((heads(2, 1, 3),), note="Aquí hay un solo token: sus dos mitades van seguidas."),
    ),
    slips=HEADS,
    hints=(
        "Fíjate en la forma que se pide: los tokens siguen siendo T, y el vector de cada uno mide H veces más.",
        "`reshape` no mueve números: lee en el orden en que están y corta. Antes hay que conseguir que los de un mismo token estén juntos.",
        "`z.transpose(0, 1)` pasa de (H, T, d) a (T, H, d). También vale `torch.cat` de las cabezas: ¿por qué `dim`?",
    ),
    code='''
def junta_cabezas(z):
    H, T, d = z.shape
    return z.transpose(0, 1).reshape(T, H * d)          # (H, T, d) -> (T, H, d) -> (T, H·d)
''',
    explanation="Lo que no estaba en el enunciado: con `.view` en vez de `.reshape` torch se queja, porque tras `transpose` los números "
                "siguen guardados en el orden de antes. `.reshape` los copia si hace falta. `torch.cat(list(z), dim=-1)` da lo mismo.",
    praise="Para partir en cabezas se recorre el camino al revés: `x.reshape(T, H, d).transpose(0, 1)`. Pruébalo: al juntarlas vuelves a "
           "la x de partida.",
)  # fmt: skip


def averaged_so_far(x: Matrix) -> Matrix:
    """Una atención de juguete: cada token recibe la media de los que ve, él incluido."""
    return [[sum(column) / (i + 1) for column in zip(*x[: i + 1], strict=True)] for i in range(len(x))]


def centred(x: Matrix) -> Matrix:
    return [[value - sum(row) / len(row) for value in row] for row in x]


NORM_1, NORM_2 = Layer("norma_1", centred), Layer("norma_2", lambda x: scaled(added(x, [[1.0, -0.5, 0.0]] * len(x)), 2.0))
ATTEND = Layer("atencion", averaged_so_far)
NETWORK = Layer("red", lambda x: [[max(0.0, 2 * value - 0.5) for value in row] for row in x])
LAYERS = (NORM_1, ATTEND, NORM_2, NETWORK)

bloque = Exercise(
    chapter=7,
    name="bloque",
    answer=Array(),
    prepare=as_tensor,
    cell='''
def un_bloque(x, norma_1, atencion, norma_2, red):
    """Un bloque del decodificador, como los de GPT-2: primero la atención y después la red.

    x: tensor de forma (T, d). norma_1, atencion, norma_2 y red son funciones: reciben un tensor
    de forma (T, d) y devuelven otro de la misma forma.
    Cada capa recibe x normalizada y suma a x lo que encuentra (es la conexión residual).
    Devuelve un tensor de forma (T, d).
    """
    ...                                   # tu respuesta

ejercicios.bloque.check(un_bloque)
''',
    truth=block,
    cases=(
        Case(([[1.0, 2.0, -1.0], [0.5, -1.5, 3.0]], *LAYERS)),
        Case(([[3.0, 0.0, 1.0]], *LAYERS), note="Aquí hay un solo token."),
        Case(([[1.0, -2.0, 0.5], [2.0, 2.0, -1.0], [0.0, 4.0, 1.0]], *LAYERS)),
    ),
    slips=BLOCK,
    hints=(
        "El bloque son dos líneas con la misma forma: lo que había más lo que encuentra una capa.",
        "En la primera suma, lo que había es `x` y la capa es la atención, que recibe `norma_1(x)`. Guarda el resultado: la segunda parte "
        "de ahí.",
        "La segunda es igual que la primera, con `norma_2` y `red`, y empieza donde acabó la otra.",
    ),
    code='''
def un_bloque(x, norma_1, atencion, norma_2, red):
    x = x + atencion(norma_1(x))
    return x + red(norma_2(x))
''',
    explanation="Lo que no estaba en el enunciado: como la suma pasa sin tocar de bloque en bloque, hace falta una última normalización "
                "antes de los logits (`ln_f` en GPT-2). Y por eso se puede leer a media red qué token va ganando: todos los bloques "
                "escriben en el mismo vector.",
    praise="Doce veces esas dos líneas, y tienes el cuerpo de GPT-2. La x que atraviesa las sumas se llama corriente residual: si todas "
           "las capas devolvieran cero, saldría igual que entró.",
)  # fmt: skip
