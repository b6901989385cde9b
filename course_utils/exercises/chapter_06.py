"""Ejercicios del capítulo 6: comparar respuestas, ROUGE-1, ordenar por el coseno y recall@k.

Las pruebas dan textos, listas y números; el orden por coseno, tensores de torch.
"""

from __future__ import annotations

from .answers import Number, TrueOrFalse
from .attempt import as_tensor
from .core import Case, Exercise
from .mistakes_06 import EXACT, RANKING, RECALL, ROUGE, ranking, recall_at, rouge_1, same_answer
from .token_answers import Tokens

TITLE = "Casos de uso de LLM"
__all__ = ["exacta", "rouge_1_f", "orden", "recall"]


def __dir__() -> list[str]:
    """Lo que enseña el tabulador tras «ejercicios.»: solo los ejercicios."""
    return __all__


exacta = Exercise(
    chapter=6,
    name="exacta",
    answer=TrueOrFalse(),
    cell='''
def es_la_misma(respuesta, buena):
    """Si una respuesta es la buena, sin contar lo que no cambia lo que dice.

    respuesta, buena: textos. No cuentan las mayúsculas, los espacios de más (tampoco en medio)
    ni el punto final. Sí cuentan las palabras, todas, y su orden.
    Devuelve True o False.
    """
    ...                                   # tu respuesta

ejercicios.exacta.check(es_la_misma)
''',
    truth=same_answer,
    cases=(
        Case(("En el bosque.", "En el bosque.")),
        Case(("en el bosque", "En el bosque."), note="No cuentan las mayúsculas ni el punto final."),
        Case(("En el bosque", "En el bosque."), note="No cuenta el punto final."),
        Case(("EN EL BOSQUE.", "En el bosque."), note="No cuentan las mayúsculas."),
        Case(("  En el  bosque.\n", "En el bosque."), note="Hay espacios de más al principio, al final y en medio."),
        Case(("En el bosque de al lado.", "En el bosque."), note="La buena está dentro, pero la respuesta dice más."),
        Case(("En el.", "En el bosque."), note="La respuesta está dentro de la buena, pero dice menos."),
        Case(("De más.", "Demás.")),
        Case(("El niño vio al perro.", "El perro vio al niño."), note="Las mismas palabras, en otro orden."),
    ),
    slips=EXACT,
    hints=(
        "Antes de comparar, pasa los dos textos por la misma limpieza. ¿Qué tres cosas hay que quitar?",
        "`texto.split()` corta por los espacios, sean cuantos sean, y `\" \".join(...)` los vuelve a poner de uno en uno.",
        "Después, `.casefold()` (o `.lower()`) y `.rstrip(\".\")`.",
    ),
    code='''
def es_la_misma(respuesta, buena):
    def limpia(texto):
        return " ".join(texto.split()).casefold().rstrip(".")

    return limpia(respuesta) == limpia(buena)
''',
    explanation="Lo que no estaba en el enunciado: cada competición tiene su limpieza. La de SQuAD, en inglés, quita también los artículos "
                "y todos los signos; con otra limpieza, los mismos modelos sacan otra nota. Por eso se dice cuál se usa.",
    praise="Y no más que eso: si limpias de más, «de más» y «demás» empiezan a ser lo mismo.",
)  # fmt: skip


def compared(candidate: str, reference: str, note: str = "") -> Case:
    return Case((candidate.split(), reference.split()), note=note)


rouge_1_f = Exercise(
    chapter=6,
    name="rouge_1_f",
    answer=Number(),
    cell='''
def rouge_1(candidato, referencia):
    """ROUGE-1: lo que comparten dos textos palabra a palabra, sin mirar el orden.

    candidato, referencia: listas de palabras. Una palabra repetida acierta las veces que esté en
    los dos, no más.
    Devuelve la media armónica de la precisión (qué parte del candidato se comparte) y la cobertura
    (qué parte de la referencia): un número entre 0 y 1; 0 si no comparten nada o falta un texto.
    """
    ...                                   # tu respuesta

ejercicios.rouge_1_f.check(rouge_1)
''',
    truth=rouge_1,
    cases=(
        compared("la zorra perdió la llave", "la zorra encontró la llave dorada", "«la» está dos veces en los dos textos."),
        compared("zorra", "la zorra perdió la llave", "Todo lo que dice está bien, pero dice muy poco."),
        compared("la la la la", "la zorra perdió la llave", "«la» sale cuatro veces y en la referencia, dos."),
        compared("el lobo vio al oso", "al oso vio el lobo", "Las mismas palabras, en otro orden."),
        compared("un pez azul", "la zorra perdió la llave", "No comparten nada."),
        Case(([], ["la", "zorra"]), note="No hay candidato."),
    ),
    slips=ROUGE,
    hints=(
        "Tres números: cuántas palabras comparten, cuántas tiene el candidato y cuántas la referencia.",
        "Entre dos `Counter`, `a & b` se queda con el menor de los dos números de cada palabra, y `.total()` los suma.",
        "Con p y c, la media armónica es 2·p·c / (p + c). Antes de dividir, mira si lo compartido es cero.",
    ),
    code='''
from collections import Counter

def rouge_1(candidato, referencia):
    comunes = (Counter(candidato) & Counter(referencia)).total()
    if not comunes:
        return 0.0
    precision, cobertura = comunes / len(candidato), comunes / len(referencia)
    return 2 * precision * cobertura / (precision + cobertura)
''',
    explanation="Lo que no estaba en el enunciado: si simplificas, 2·p·c / (p + c) es 2·comunes / (len(candidato) + len(referencia)). "
                "ROUGE-2 es lo mismo con parejas de palabras seguidas, que sí notan algo del orden.",
    praise="«el lobo vio al oso» y «al oso vio el lobo» sacan un 1. Aquí dicen lo mismo; cambia «al» por «el» y no.",
)  # fmt: skip


orden = Exercise(
    chapter=6,
    name="orden",
    answer=Tokens(),
    prepare=as_tensor,
    cell='''
def del_mas_cercano_al_mas_lejano(consulta, textos):
    """El resultado de una búsqueda: los textos, del que más se parece a la consulta al que menos.

    consulta: tensor de forma (D,), su vector. textos: tensor de forma (N, D), un vector por texto.
    El parecido es el coseno: el producto escalar entre las longitudes. Los vectores no tienen
    por qué medir 1, y ninguno es cero.
    Devuelve los índices de los N textos en ese orden, como lista o como tensor. No hay empates.
    """
    ...                                   # tu respuesta

ejercicios.orden.check(del_mas_cercano_al_mas_lejano)
''',
    truth=ranking,
    cases=(
        Case(([1.0, 0.0], [[0.1, 1.0], [1.0, 0.1], [0.6, 0.6]])),
        Case(([1.0, 1.0], [[9.0, 0.5], [0.3, 0.28], [1.0, 3.0]]), note="El primer texto es el más largo, pero apunta a otro lado."),
        Case(([2.0, 1.0, 0.0], [[-2.0, -1.0, 0.1], [0.5, 0.5, 0.5], [4.0, 1.0, 1.0], [0.1, 0.05, 0.0]]),
             note="El primer texto apunta justo al lado contrario."),
        Case(([0.0, 3.0], [[1.0, 0.2], [0.5, 4.0], [0.01, 0.02], [2.0, -1.0]])),
    ),
    slips=RANKING,
    hints=(
        "Primero un parecido por texto; luego, ordenar. Si los vectores midieran todos 1, ¿qué bastaría con calcular?",
        "`textos @ consulta` da los N productos escalares y `textos.norm(dim=1)`, las N longitudes. La de la consulta no cambia el orden.",
        "`torch.argsort(parecidos, descending=True)` da los índices, del mayor al menor.",
    ),
    code='''
def del_mas_cercano_al_mas_lejano(consulta, textos):
    cosenos = textos @ consulta / (textos.norm(dim=1) * consulta.norm())
    return torch.argsort(cosenos, descending=True)
''',
    explanation="Lo que no estaba en el enunciado: con millones de textos no se comparan todos. Se agrupan los vectores parecidos y se "
                "mira solo en los grupos cercanos, o se va saltando de vecino en vecino: se pierde algún acierto y se gana mucho tiempo.",
    praise="Si guardas los vectores ya divididos entre su longitud, cada búsqueda es un producto de matrices. Así lo hace el capítulo.",
)  # fmt: skip


THREE = [[0.9, 0.2, 0.4, 0.1], [0.3, 0.8, 0.5, 0.7], [0.6, 0.5, 0.4, 0.3]]

recall = Exercise(
    chapter=6,
    name="recall",
    answer=Number(),
    cell='''
def recall_en(puntos, buenos, k):
    """recall@k: de qué parte de las consultas está el texto bueno entre los k mejores.

    puntos: una lista por consulta, con la puntuación de cada texto; cuanto mayor, mejor.
    buenos: por consulta, el índice del texto bueno. k: cuántos se miran. No hay empates.
    Devuelve un número entre 0 y 1.
    """
    ...                                   # tu respuesta

ejercicios.recall.check(recall_en)
''',
    truth=recall_at,
    cases=(
        Case((THREE, [0, 3, 3], 2), note="Los buenos están en los puestos 1, 2 y 4."),
        Case((THREE, [0, 3, 3], 1)),
        Case((THREE, [2, 0, 2], 3), note="Los buenos están en los puestos 2, 4 y 3."),
        Case((THREE, [2, 0, 2], 2)),
        Case((THREE, [1, 0, 3], 4), note="Se miran todos los textos."),
    ),
    slips=RECALL,
    hints=(
        "Para cada consulta basta saber cuántos textos van por delante del bueno.",
        "El bueno está entre los k mejores si los que lo superan son menos de k.",
        "Cuenta las consultas en que pasa eso y divide entre las que hay.",
    ),
    code='''
def recall_en(puntos, buenos, k):
    aciertos = 0
    for fila, bueno in zip(puntos, buenos):
        delante = sum(punto > fila[bueno] for punto in fila)
        aciertos += delante < k
    return aciertos / len(buenos)
''',
    explanation="Lo que no estaba en el enunciado: recall@k no distingue al que pone el bueno el primero del que lo pone el k. La media de "
                "1/puesto (MRR) sí lo distingue. Y si hay varios textos buenos, recall@k es qué parte de ellos está.",
    praise="Mirándolos todos, recall es siempre 1: por eso nunca se da sin su k, ni sin decir entre cuántos textos se busca.",
)  # fmt: skip
