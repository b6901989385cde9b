"""Errores típicos del capítulo 7, escritos con listas de Python: qué hace cada uno y qué se le dice a quien lo comete."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from .attempt import plain
from .core import Slip
from .matrices import (
    Matrix,
    Row,
    added,
    masked,
    past_and_self,
    scaled,
    scores,
    softmax_by_columns,
    softmax_by_rows,
    transposed,
)
from .mistakes_14 import INF, softmax, unstable

Pieces = list[str]
Pair = tuple[str, str]
Words = list[tuple[Pieces, int]]


def neighbours(pieces: Pieces) -> list[Pair]:
    """Las parejas de trozos seguidos."""
    return list(zip(pieces, pieces[1:], strict=False))


def counted(words: Words, seen: Callable[[Pieces], Iterable] = neighbours) -> Counter:
    """Cuántas veces sale cada pareja en el texto."""
    counts = Counter()
    for pieces, times in words:
        for pair in seen(pieces):
            counts[pair] += times
    return counts


def winner(counts: Counter) -> Any:
    return max(counts, key=counts.get)


def joined(pieces: Pieces, pair: Pair, once: bool = False) -> Pieces:
    """Los trozos con la pareja unida, de izquierda a derecha y sin solaparse."""
    result, i, done = [], 0, False
    while i < len(pieces):
        fits = tuple(pieces[i : i + 2]) == pair and not (once and done)
        result.append("".join(pair) if fits else pieces[i])
        i, done = i + 1 + fits, done or fits
    return result


def overlapping(pieces: Pieces, pair: Pair) -> Pieces:
    """Une también una pareja que comparte trozo con la anterior: «aaa» da «aa», «aa»."""
    fits = [one == pair for one in neighbours(pieces)] + [False]
    kept = [i for i in range(len(pieces)) if fits[i] or i == 0 or not fits[i - 1]]
    return ["".join(pair) if fits[i] else pieces[i] for i in kept]


def repeating(pieces: Pieces, pair: Pair) -> Pieces:
    """Pone la pareja unida y detrás, otra vez, su segunda mitad."""
    return ["".join(pair) if one == pair else one[0] for one in neighbours([*pieces, ""])]


def bpe(words: Words, choose: Callable[[Words], Pair] = lambda ws: winner(counted(ws)), join: Callable = joined) -> list[Pieces]:
    """Un paso: elegir una pareja y unirla en todas las palabras. Así, tal cual, es la referencia."""
    pair = choose(words)
    return [join(pieces, pair) for pieces, _ in words]


def letters(words: Words) -> Words:
    return [(list("".join(pieces)), times) for pieces, times in words]


def whole_text(words: Words) -> Words:
    """El texto como una sola palabra: cada una, seguida, tantas veces como sale."""
    return [(sum((pieces * times for pieces, times in words), []), 1)]


def either_way(words: Words) -> list[Pieces]:
    """Cuenta juntas «al» y «la», y une las dos."""
    one, other = sorted(winner(counted(words, lambda pieces: [tuple(sorted(p)) for p in neighbours(pieces)])))
    return [joined(joined(pieces, (one, other)), (other, one)) for pieces, _ in words]


def each_its_own(words: Words) -> list[Pieces]:
    return [joined(pieces, winner(counted([(pieces, times)]))) if len(pieces) > 1 else pieces for pieces, times in words]


BPE = (
    Slip("Cada palabra te cuenta una sola vez. Una que sale doce veces en el texto aporta doce veces sus parejas: ¿qué haces con el "
         "número que la acompaña?", lambda ws: bpe(ws, lambda ws: winner(counted([(pieces, 1) for pieces, _ in ws])))),
    Slip("Unes la primera pareja que encuentras. BPE mira antes todo el texto y une la que más se repite.",
         lambda ws: bpe(ws, lambda ws: next(iter(counted(ws))))),
    Slip("Unes la pareja que menos se repite: la comparación va al revés.",
         lambda ws: bpe(ws, lambda ws: min(counted(ws), key=counted(ws).get))),
    Slip("Una pareja que sale dos veces dentro de la misma palabra cuenta dos veces: en «nana», «na» está repetida.",
         lambda ws: bpe(ws, lambda ws: winner(counted(ws, lambda pieces: dict.fromkeys(neighbours(pieces)))))),
    Slip("Casi: la pareja es la buena, pero en «aaa» la unes dos veces, y la letra de en medio solo puede ir en una. Después de unir dos "
         "trozos, ¿por cuál hay que seguir?", lambda ws: bpe(ws, join=overlapping)),
    Slip("La pareja es la buena, pero tras unirla vuelves a poner su segunda mitad: al juntar los trozos ya no sale la palabra. ¿Cuánto "
         "hay que avanzar después de unir?", lambda ws: bpe(ws, join=repeating)),
    Slip("La pareja es la buena, pero en cada palabra solo unes la primera que aparece. Hay que unirlas todas.",
         lambda ws: bpe(ws, join=lambda pieces, pair: joined(pieces, pair, once=True))),
    Slip("Cuentas parejas a caballo entre dos palabras. BPE no une nunca el final de una con el principio de la siguiente.",
         lambda ws: bpe(ws, lambda ws: winner(counted(whole_text(ws))))),
    Slip("Vuelves a empezar desde las letras. Los trozos que ya se unieron en pasos anteriores (como «es») son la unidad: no se abren.",
         lambda ws: bpe(letters(ws)), lambda ws: bpe(ws, lambda ws: winner(counted(letters(ws))))),
    Slip("Para ti «al» y «la» son la misma pareja, y el orden cuenta: son dos trozos distintos.", either_way),
    Slip("Eliges una pareja distinta para cada palabra. La pareja es una sola para todo el texto: por eso se puede apuntar como regla.",
         each_its_own),
)  # fmt: skip


def weights(queries: Matrix, keys: Matrix, divisor: float | None = None) -> Matrix:
    """Los pesos de una cabeza; sin ``divisor``, con la raíz de d_k: la referencia."""
    return softmax_by_rows(scaled(scores(queries, keys), divisor or math.sqrt(len(queries[0]))))


def root(rows: Matrix) -> float:
    """La raíz de cuántos números tiene cada vector."""
    return math.sqrt(len(rows[0]))


def unit(rows: Matrix) -> Matrix:
    return [[x / math.hypot(*row) for x in row] for row in rows]


def by_hand(queries: Matrix, keys: Matrix) -> Matrix:
    return [unstable(row, 1.0) for row in scaled(scores(queries, keys), root(queries))]


ATTENTION = (
    Slip("Falta la raíz de d_k. Sin ella los productos crecen con la dimensión y softmax da casi todo a un solo token.",
         lambda q, k: weights(q, k, 1.0)),
    Slip("Divides entre d_k, y es demasiado: todos los tokens acaban recibiendo casi lo mismo. El producto de dos vectores al azar crece "
         "más despacio que su dimensión: ¿como qué?", lambda q, k: weights(q, k, len(q[0]))),
    Slip("Divides según el número de tokens. Lo que hace crecer los productos no es lo larga que es la frase, sino cuántos números se "
         "suman en cada uno.", lambda q, k: weights(q, k, math.sqrt(len(k))), lambda q, k: weights(q, k, math.sqrt(len(q))),
         lambda q, k: weights(q, k, len(k))),
    Slip("Multiplicas por la raíz donde habría que dividir: así las diferencias crecen en vez de moderarse.",
         lambda q, k: weights(q, k, 1 / root(q))),
    Slip("Softmax va por el eje equivocado: te suman 1 las columnas, como si cada token repartiera lo que recibe. Cada fila es un token "
         "que mira y reparte: ¿qué `dim` le toca?", lambda q, k: softmax_by_columns(scaled(scores(q, k), root(q))),
         lambda q, k: softmax_by_columns(scores(q, k))),
    Slip("Divides después de softmax, y entonces las filas ya no suman 1. La raíz modera las puntuaciones antes de repartir.",
         lambda q, k: scaled(weights(q, k, 1.0), root(q))),
    Slip("Esas son las puntuaciones, y están bien. Falta convertir cada fila en un reparto que sume 1.",
         lambda q, k: scaled(scores(q, k), root(q)), scores),
    Slip("Están cambiadas la consulta y la clave: en tu fila i está lo que los demás miran al token i. Quien pregunta va en las filas.",
         lambda q, k: weights(k, q), lambda q, k: transposed(weights(q, k))),
    Slip("Haces un solo softmax para toda la tabla: suma 1 entre todas las filas. Cada token reparte su propia atención.",
         lambda q, k: whole(scaled(scores(q, k), root(q)))),
    Slip("Mides el coseno: al dividir entre las longitudes se pierde cuánto pesa cada vector, que también es información. El divisor es el "
         "mismo para todos.", lambda q, k: softmax_by_rows(scores(unit(q), unit(k))), lambda q, k: weights(unit(q), unit(k))),
    Slip("Tapas el futuro, y aquí nadie lo ha pedido: esa es la máscara causal, y va aparte.",
         lambda q, k: softmax_by_rows(masked(scaled(scores(q, k), root(q)), past_and_self, -INF))),
    Slip("La fórmula es exacta, pero con puntuaciones grandes `exp` desborda y queda inf/inf, que es nan. `torch.softmax` resta antes la "
         "mayor de la fila, y el resultado es el mismo.", by_hand),
)  # fmt: skip


def whole(matrix: Matrix) -> Matrix:
    """Un solo softmax para toda la tabla."""
    flat, width = softmax([x for row in matrix for x in row]), len(matrix[0])
    return [flat[i : i + width] for i in range(0, len(flat), width)]


def causal(matrix: Matrix, hidden: float = -INF, sees: Callable[[int, int], bool] = past_and_self) -> Matrix:
    """Tapar y después repartir: la referencia de la máscara causal."""
    return softmax_by_rows(masked(matrix, sees, hidden))


MASK = (
    Slip("No has tapado nada: cada token mira también a los que aún no se han escrito. Al entrenar, eso es copiar la respuesta.",
         softmax_by_rows),
    Slip("Pones un cero en la puntuación de lo tapado, y un cero no es «no mirar»: e⁰ = 1, y se lleva su parte. ¿Qué puntuación da "
         "exactamente cero después de softmax?", lambda m: causal(m, 0.0)),
    Slip("Lo tapado aún recibe algo: −10 o −100 solo son poco al lado de puntuaciones mayores, y aquí las hay menores. ¿Hay algún número "
         "que sea menor que todos?", *(lambda m, hidden=hidden: causal(m, hidden) for hidden in (-1.0, -10.0, -100.0))),
    Slip("Te has pasado en uno: cada token se tapa también a sí mismo, y al primero no le queda a quién mirar (de ahí los nan). La "
         "diagonal se ve.", lambda m: causal(m, sees=lambda i, j: j < i)),
    Slip("La máscara está del revés: cada token mira al futuro y no al pasado. ¿Qué triángulo hay que tapar, el de arriba o el de abajo?",
         lambda m: causal(m, sees=lambda i, j: j >= i), lambda m: causal(m, sees=lambda i, j: j > i)),
    Slip("Tapas después de repartir: lo que se llevaba el futuro se pierde y las filas ya no suman 1. Tapa antes, y softmax repartirá solo "
         "entre los que quedan.", lambda m: masked(softmax_by_rows(m), past_and_self, 0.0)),
    Slip("Las puntuaciones están bien tapadas. Falta softmax, que convierte cada fila en un reparto.",
         lambda m: masked(m, past_and_self, -INF)),
    Slip("Todo te sale nan: multiplicas una máscara de ceros y unos por −inf, y 0 · inf no es 0, es nan. Pon −inf solo donde toca, sin "
         "multiplicar.", lambda m: [[math.nan for _ in row] for row in m]),
    Slip("La máscara es buena, pero softmax va por columnas. Reparte la fila, que es el token que mira: ¿qué `dim` le toca?",
         lambda m: softmax_by_columns(masked(m, past_and_self, -INF))),
)  # fmt: skip


def shaped(numbers: Row, rows: int) -> Matrix:
    """Los números, en fila, cortados en tantas filas iguales: lo que hace ``reshape``."""
    width = len(numbers) // rows
    return [numbers[i * width : (i + 1) * width] for i in range(rows)]


def side_by_side(z: list[Matrix]) -> Matrix:
    """Por cada token, los vectores de todas las cabezas, uno detrás de otro: la referencia."""
    return [[x for head in z for x in head[t]] for t in range(len(z[0]))]


def total(z: list[Matrix]) -> Matrix:
    result = z[0]
    for head in z[1:]:
        result = added(result, head)
    return result


def recut(z: list[Matrix]) -> Matrix:
    """Los números tal como están guardados, cortados en una fila por token."""
    return shaped([x for head in z for row in head for x in row], len(z[0]))


HEADS = (
    Slip("La forma es la buena y el contenido no: has mezclado tokens. `reshape` solo corta la fila de números tal como está guardada, y "
         "está guardada por cabezas. ¿Qué dos ejes hay que cambiar de sitio antes?",
         recut, lambda z: shaped([x for head in z for row in transposed(head) for x in row], len(z[0]))),
    Slip("Sumas las cabezas, y entonces no se puede saber qué vio cada una. Se ponen una al lado de otra; mezclarlas es trabajo de la "
         "matriz que viene después, que aprende cómo.", total),
    Slip("Haces la media de las cabezas, y lo que una ve queda diluido en lo que ven las demás. Se ponen una al lado de otra.",
         lambda z: scaled(total(z), len(z))),
    Slip("Has puesto las cabezas una debajo de otra, como si fueran más tokens. El número de tokens no cambia: lo que crece es el vector "
         "de cada uno.", lambda z: [row for head in z for row in head]),
    Slip("Los vectores están entrelazados: el primer número de cada cabeza, luego el segundo… Va entera la primera cabeza y detrás la "
         "siguiente.", lambda z: [[head[t][k] for k in range(len(z[0][0])) for head in z] for t in range(len(z[0]))]),
    Slip("Vas bien: los tokens ya van delante. Falta quitar un eje: las H cabezas de cada token se vuelven un solo vector.",
         lambda z: [[head[t] for head in z] for t in range(len(z[0]))]),
    Slip("Te quedas con una sola cabeza, y las demás se pierden.", lambda z: z[0], lambda z: z[-1]),
    Slip("Está todo, pero tumbado: cada token es una columna. Se pide una fila por token.", lambda z: transposed(side_by_side(z))),
    Slip("Las cabezas van en orden inverso: primero la primera.", lambda z: side_by_side(z[::-1])),
)  # fmt: skip


@dataclass(frozen=True)
class Layer:
    """Una capa de juguete con nombre: recibe y devuelve una fila por token, como tensor o como listas."""

    name: str
    function: Callable[[Matrix], Matrix]

    def __call__(self, x: Any) -> Any:
        result = self.function(plain(x))
        return x.new_tensor(result) if hasattr(x, "new_tensor") else result

    def __repr__(self) -> str:
        return self.name


def block(x: Matrix, n1: Layer, attention: Layer, n2: Layer, network: Layer) -> Matrix:
    """Un bloque como los de GPT-2: la referencia."""
    y = added(x, attention(n1(x)))
    return added(y, network(n2(y)))


def identity(x: Matrix) -> Matrix:
    return x


def after(x: Matrix, n1: Layer, attention: Layer, n2: Layer, network: Layer) -> Matrix:
    """La normalización después de sumar, como en 2017."""
    y = n1(added(x, attention(x)))
    return n2(added(y, network(y)))


def replacing(x: Matrix, n1: Layer, attention: Layer, n2: Layer, network: Layer) -> Matrix:
    """Suma sobre lo normalizado: el camino residual pasa por la normalización."""
    a = n1(x)
    b = n2(added(a, attention(a)))
    return added(b, network(b))


def in_parallel(x: Matrix, n1: Layer, attention: Layer, n2: Layer, network: Layer) -> Matrix:
    return added(added(x, attention(n1(x))), network(n2(x)))


def only_one_sum(first: bool) -> Callable:
    def apply(x: Matrix, n1: Layer, attention: Layer, n2: Layer, network: Layer) -> Matrix:
        y = added(x, attention(n1(x))) if first else attention(n1(x))
        return network(n2(y)) if first else added(y, network(n2(y)))

    return apply


BLOCK = (
    Slip("Normalizas después de sumar: así era el transformer de 2017, y funciona, pero cuesta más entrenarlo cuando hay muchos bloques. "
         "En los de hoy, como GPT-2, cada capa recibe lo normalizado y la suma se deja tal cual.", after),
    Slip("Faltan las sumas: cada capa sustituye lo que había en vez de añadirle algo, y lo que traía x se pierde.",
         lambda x, n1, a, n2, f: f(n2(a(n1(x))))),
    Slip("Falta una de las dos sumas: la atención y la red, las dos, añaden a lo que había.", only_one_sum(True), only_one_sum(False)),
    Slip("En la segunda suma vuelves a la x del principio, y lo que encontró la atención solo llega a través de la red. ¿A qué se suma la "
         "segunda vez?", lambda x, n1, a, n2, f: added(x, f(n2(added(x, a(n1(x))))))),
    Slip("La red no ve lo que ha encontrado la atención: las dos parten de la misma x. Algún modelo lo hace así para ir más deprisa; "
         "aquí van una detrás de otra.", in_parallel),
    Slip("Sumas sobre lo ya normalizado. La normalización es solo para lo que entra en cada capa: el camino de las sumas pasa sin tocar.",
         replacing),
    Slip("Las sumas están bien, pero no normalizas lo que entra en las capas.", lambda x, n1, a, n2, f: block(x, identity, a, identity, f)),
    Slip("Usas la misma normalización las dos veces. Cada una aprende sus propios pesos: la segunda es `norma_2`.",
         lambda x, n1, a, n2, f: block(x, n1, a, n1, f)),
    Slip("Normalizas lo que sale de cada capa, y lo que hay que normalizar es lo que entra.",
         lambda x, n1, a, n2, f: block(x, identity, lambda y: n1(a(y)), identity, lambda y: n2(f(y)))),
    Slip("La red va antes que la atención. Primero los tokens se miran, y después la red trabaja con lo que cada uno ha visto.",
         lambda x, n1, a, n2, f: block(x, n1, f, n2, a), lambda x, n1, a, n2, f: block(x, n2, f, n1, a)),
    Slip("Te has quedado a mitad de camino: falta la red feed-forward, con su normalización y su suma.",
         lambda x, n1, a, n2, f: added(x, a(n1(x)))),
)  # fmt: skip
