"""Errores típicos del capítulo 6, con listas y textos: qué hace cada uno y qué se le dice a quien lo comete."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable

from .core import Slip
from .matrices import Matrix, Row

Words = list[str]


# ---------------------------------------------------------------- exacta


def bare(text: str) -> str:
    """El texto sin lo que no cuenta: espacios de más, mayúsculas y punto final."""
    return " ".join(text.split()).casefold().rstrip(".")


def same_answer(answer: str, right: str, clean: Callable[[str], str] = bare) -> bool:
    """Si dos respuestas son la misma. Sin ``clean``, la referencia."""
    return clean(answer) == clean(right)


def cleaning(clean: Callable[[str], str]) -> Callable:
    return lambda answer, right: same_answer(answer, right, clean)


EXACT = (
    Slip("Comparas los textos tal cual: un espacio, una mayúscula o el punto final bastan para suspender una respuesta buena.",
         cleaning(str), cleaning(str.strip)),
    Slip("Casi: te falta el punto final, que unas respuestas llevan y otras no.", cleaning(lambda t: " ".join(t.split()).casefold()),
         cleaning(lambda t: t.strip().casefold())),
    Slip("Casi: te faltan las mayúsculas, que no cambian lo que se dice.", cleaning(lambda t: " ".join(t.split()).rstrip(".")),
         cleaning(lambda t: t.strip().rstrip("."))),
    Slip("Los espacios de los extremos los quitas, pero también puede haber uno de más en medio: `\" \".join(texto.split())` los deja "
         "en uno.", cleaning(lambda t: t.strip().casefold().rstrip("."))),
    Slip("Quitas todos los espacios, y entonces «de más» y «demás» son lo mismo. Deja uno entre palabra y palabra.",
         cleaning(lambda t: "".join(t.split()).casefold().rstrip("."))),
    Slip("Miras si la buena está dentro de la respuesta: así también acierta quien dice «no es Clara» o enumera todo lo que se le ocurre.",
         lambda answer, right: bare(right) in bare(answer)),
    Slip("Miras si la respuesta está dentro de la buena: así acierta hasta quien no dice nada.",
         lambda answer, right: bare(answer) in bare(right)),
    Slip("Comparas qué palabras hay, y no en qué orden: «El perro mordió al niño» y «El niño mordió al perro» no dicen lo mismo.",
         lambda answer, right: sorted(bare(answer).split()) == sorted(bare(right).split()),
         lambda answer, right: set(bare(answer).split()) == set(bare(right).split())),
)  # fmt: skip


# ---------------------------------------------------------------- ROUGE-1


def shared(candidate: Words, reference: Words) -> int:
    """Cuántas palabras comparten, contando cada una las veces que está en los dos."""
    return (Counter(candidate) & Counter(reference)).total()


def harmonic(precision: float, coverage: float) -> float:
    return 2 * precision * coverage / (precision + coverage) if precision + coverage else 0.0


def rouge_1(candidate: Words, reference: Words, count: Callable[[Words, Words], int] = shared) -> float:
    """ROUGE-1: la media armónica de las dos partes. Sin ``count``, la referencia."""
    if not candidate or not reference:
        return 0.0
    common = count(candidate, reference)
    return harmonic(common / len(candidate), common / len(reference))


def in_order(candidate: Words, reference: Words) -> int:
    """La subsecuencia común más larga: eso es ROUGE-L."""
    row = [0] * (len(reference) + 1)
    for word in candidate:
        before = 0
        for j, other in enumerate(reference):
            before, row[j + 1] = row[j + 1], before + 1 if word == other else max(row[j + 1], row[j])
    return row[-1]


def parts(candidate: Words, reference: Words) -> tuple[float, float]:
    common = shared(candidate, reference)
    return common / len(candidate) if candidate else 0.0, common / len(reference) if reference else 0.0


ROUGE = (
    Slip("Eso es la precisión: qué parte de lo escrito está en la referencia. Un resumen de una sola palabra la tendría perfecta: falta "
         "mirar la otra parte.", lambda c, r: parts(c, r)[0]),
    Slip("Eso es la cobertura: qué parte de la referencia está en lo escrito. Copiando el texto entero sería perfecta: falta mirar la otra "
         "parte.", lambda c, r: parts(c, r)[1]),
    Slip("Haces la media de siempre, (p + c) / 2. La armónica es 2·p·c / (p + c), y se queda cerca de la menor de las dos.",
         lambda c, r: sum(parts(c, r)) / 2),
    Slip("Cuentas palabras distintas. Si una sale dos veces en los dos textos, son dos aciertos.",
         lambda c, r: rouge_1(c, r, lambda a, b: len(set(a) & set(b))),
         lambda c, r: rouge_1(list(set(c)), list(set(r)))),
    Slip("Una palabra repetida acierta más veces de las que está en la referencia: con «la la la» se sacaría un premio. El tope es el "
         "menor de los dos números.", lambda c, r: rouge_1(c, r, lambda a, b: sum(word in b for word in a))),
    Slip("Miras el orden: eso es ROUGE-L. En ROUGE-1 solo se cuentan palabras sueltas.", lambda c, r: rouge_1(c, r, in_order)),
    Slip("Divides entre todas las palabras distintas de los dos textos: eso es otra medida, que no distingue lo que sobra de lo que falta.",
         lambda c, r: len(set(c) & set(r)) / max(1, len(set(c) | set(r)))),
)  # fmt: skip


# ---------------------------------------------------------------- ordenar por coseno


def dot(one: Row, other: Row) -> float:
    return sum(x * y for x, y in zip(one, other, strict=True))


def length(vector: Row) -> float:
    return math.sqrt(dot(vector, vector))


def cosine(query: Row, text: Row) -> float:
    return dot(query, text) / (length(query) * length(text))


def ranking(query: Row, texts: Matrix, closeness: Callable[[Row, Row], float] = cosine) -> list[int]:
    """Los índices de los textos, del que más se parece al que menos. Sin ``closeness``, la referencia."""
    return sorted(range(len(texts)), key=lambda i: -closeness(query, texts[i]))


def by(closeness: Callable[[Row, Row], float]) -> Callable:
    return lambda query, texts: ranking(query, texts, closeness)


RANKING = (
    Slip("Ordenas por el producto escalar: un vector largo gana aunque apunte a otro lado. Falta dividir entre su longitud.", by(dot)),
    Slip("Los has puesto del que menos se parece al que más. En una búsqueda, el mejor va el primero.",
         lambda q, t: ranking(q, t)[::-1]),
    Slip("Ordenas por distancia. Con vectores de longitudes distintas no es lo mismo que el coseno, que solo mira hacia dónde apuntan.",
         by(lambda q, t: -math.dist(q, t))),
    Slip("Divides entre la longitud al cuadrado: el vector largo sale ahora castigado. Se divide entre la longitud, la raíz de la suma de "
         "los cuadrados.", by(lambda q, t: dot(q, t) / dot(t, t))),
    Slip("Tomas el valor absoluto: un vector que apunta justo al lado contrario tiene coseno −1, y es el último, no el primero.",
         by(lambda q, t: abs(cosine(q, t)))),
    Slip("Eso es el puesto de cada texto, y se pide al revés: qué texto está en cada puesto.",
         lambda q, t: [ranking(q, t).index(i) for i in range(len(t))]),
)  # fmt: skip


# ---------------------------------------------------------------- recall@k


def recall_at(scores: Matrix, right: list[int], k: int, place: Callable[[Row, int], int] | None = None) -> float:
    """De cuántas consultas está el bueno entre los k primeros. Sin ``place``, la referencia."""
    count = place or ahead
    return sum(count(row, good) < k for row, good in zip(scores, right, strict=True)) / len(right)


def ahead(row: Row, good: int) -> int:
    """Cuántos textos van por delante del bueno."""
    return sum(score > row[good] for score in row)


RECALL = (
    Slip("Solo miras el primero: eso es recall@1. El bueno vale si está entre los k mejores.",
         lambda s, r, k: recall_at(s, r, 1)),
    Slip("Coges los k de menor puntuación: cuanto mayor, mejor.",
         lambda s, r, k: recall_at(s, r, k, lambda row, good: sum(score < row[good] for score in row))),
    Slip("Te falta uno: dejas fuera al que está justo en el puesto k.", lambda s, r, k: recall_at(s, r, k - 1)),
    Slip("Te sobra uno: dejas entrar al que está en el puesto k + 1.", lambda s, r, k: recall_at(s, r, k + 1)),
    Slip("Eso es la precisión: divides además entre k. Con un solo texto bueno por consulta, casi nunca podría llegar a 1.",
         lambda s, r, k: recall_at(s, r, k) / k),
    Slip("Eso es cuántas consultas aciertan, y está bien contado. Falta dividir entre las que hay.",
         lambda s, r, k: recall_at(s, r, k) * len(r)),
    Slip("Miras los k primeros textos de la lista, sin ordenarlos por su puntuación.",
         lambda s, r, k: sum(good < k for good in r) / len(r)),
)  # fmt: skip
