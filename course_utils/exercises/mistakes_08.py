"""Errores típicos del capítulo 8, escritos con listas de Python: qué hace cada uno y qué se le dice a quien lo comete."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from .core import Slip
from .matrices import Matrix, masked, past_and_self, product, scaled, scores, softmax_by_columns, softmax_by_rows
from .mistakes_14 import INF

Words = list[str]
Hypothesis = tuple[Words, float]
INICIO, FIN = "(inicio)", "(fin)"


def collected(q: Matrix, k: Matrix, v: Matrix, share: Callable[[Matrix], Matrix] = softmax_by_rows, divisor: float = 0) -> Matrix:
    """Lo que recoge cada consulta de los valores; sin ``divisor``, con la raíz de d_k."""
    return product(share(scaled(scores(q, k), divisor or math.sqrt(len(q[0])))), v)


def cross(decoder: Matrix, encoder: Matrix, wq: Matrix, wk: Matrix, wv: Matrix, **how) -> Matrix:
    """La atención cruzada bien hecha: pregunta el decodificador y contesta el codificador. La referencia."""
    return collected(product(decoder, wq), product(encoder, wk), product(encoder, wv), **how)


def from_three(queries: str, keys: str, values: str) -> Callable:
    """La misma cuenta sacando consultas, claves y valores del lado que se diga: «d» o «c»."""

    def apply(d: Matrix, c: Matrix, wq: Matrix, wk: Matrix, wv: Matrix) -> Matrix:
        side = {"d": d, "c": c}
        return collected(product(side[queries], wq), product(side[keys], wk), product(side[values], wv))

    return apply


CROSS = (
    Slip("Los papeles están cambiados: pregunta el codificador y contesta el decodificador. Sale un vector por cada palabra del original, "
         "y hace falta uno por cada token de la traducción: ¿quién es el que pregunta?", from_three("c", "d", "d")),
    Slip("Eso es la autoatención del decodificador: no mira la frase original, y sin ella no hay qué traducir.", from_three("d", "d", "d")),
    Slip("Eso es la autoatención del codificador: la traducción que llevas escrita no interviene.", from_three("c", "c", "c")),
    Slip("Las claves y los valores salen de frases distintas. Van por parejas: la clave dice dónde mirar y el valor, qué se recoge en ese "
         "mismo sitio.", from_three("d", "c", "d"), from_three("d", "d", "c")),
    Slip("Has cambiado las matrices de las claves y de los valores: con la clave se compara y el valor es lo que se recoge.",
         lambda d, c, wq, wk, wv: cross(d, c, wq, wv, wk)),
    Slip("Falta proyectar: las consultas, las claves y los valores son los vectores de entrada multiplicados por W_q, W_k y W_v.",
         lambda d, c, wq, wk, wv: collected(d, c, c), lambda d, c, wq, wk, wv: product(collected(d, c, c), wv)),
    Slip("Esos son los pesos de atención, y están bien. Falta lo que se hace con ellos: recoger los valores del codificador.",
         lambda d, c, wq, wk, wv: softmax_by_rows(scaled(scores(product(d, wq), product(c, wk)), math.sqrt(len(wq[0]))))),
    Slip("Falta la raíz de d_k: la atención cruzada modera las puntuaciones igual que la autoatención.",
         lambda *given: cross(*given, divisor=1)),
    Slip("La raíz que usas es la del ancho del modelo, D. Los productos suman d_k números, los de la consulta ya proyectada.",
         lambda d, *given: cross(d, *given, divisor=math.sqrt(len(d[0])))),
    Slip("Softmax reparte por columnas, y quien reparte es cada token de la traducción: su fila tiene que sumar 1.",
         lambda *given: cross(*given, share=softmax_by_columns)),
    Slip("Recoges los valores con las puntuaciones sin repartir: falta softmax.", lambda *given: cross(*given, share=lambda m: m)),
    Slip("Aplicas la máscara causal, y aquí no hace falta: la frase original está entera desde el principio, y se puede mirar toda.",
         lambda *given: cross(*given, share=lambda m: softmax_by_rows(masked(m, past_and_self, -INF)))),
)  # fmt: skip


def fed(target: Words, predicted: Words, start: str, training: bool) -> Words:
    """Lo que recibe el decodificador: la referencia."""
    return shifted(target if training else predicted, start)


def shifted(tokens: Words, start: str) -> Words:
    return [start, *tokens[:-1]]


def with_either(move: Callable[[Words, str], Words]) -> Callable:
    """El lado bueno (objetivo al entrenar, predichos al traducir) con otra manera, equivocada, de moverlo."""
    return lambda target, predicted, start, training: move(target if training else predicted, start)


FORCING = (
    Slip("Casi: al entrenar aciertas, pero al traducir sigues dándole la traducción correcta, y entonces no la tiene nadie. ¿De dónde "
         "salen los tokens cuando el modelo trabaja solo?", lambda t, p, s, training: shifted(t, s)),
    Slip("Casi: al traducir aciertas, pero al entrenar le das lo que él mismo predijo, con sus errores. Forzar con el profesor (teacher "
         "forcing) es darle siempre el token correcto, aunque haya fallado.", lambda t, p, s, training: shifted(p, s)),
    Slip("Está al revés: es al entrenar cuando se le da la traducción correcta, y al traducir cuando sigue lo que él ha predicho.",
         lambda t, p, s, training: fed(t, p, s, not training)),
    Slip("Le das en cada paso el mismo token que tiene que predecir: solo aprendería a copiarlo. ¿Qué token se conoce ya cuando toca "
         "predecir el primero?", with_either(lambda tokens, start: list(tokens))),
    Slip("Desplazas hacia el otro lado: en cada paso recibe un token que aún no ha llegado, el siguiente al que debe predecir.",
         with_either(lambda tokens, start: tokens[1:]), with_either(lambda tokens, start: [*tokens[1:], start])),
    Slip("Falta el token de inicio: para predecir el primero el decodificador también tiene que recibir algo.",
         with_either(lambda tokens, start: tokens[:-1])),
    Slip("Te sobra un paso: el último token (al entrenar, el de fin) se predice, pero nadie lo recibe. Tiene que haber tantas entradas "
         "como predicciones.", with_either(lambda tokens, start: [start, *tokens])),
    Slip("El token de inicio tapa al primero en vez de empujarlo: los demás siguen en el sitio que tenían.",
         with_either(lambda tokens, start: [start, *tokens[1:]])),
)  # fmt: skip


def finished(hypothesis: Hypothesis) -> bool:
    return hypothesis[0][-1:] == [FIN]


def grown(hypothesis: Hypothesis, following: dict[str, float], add: Callable[[float, float], float] = lambda s, x: s + x) -> list:
    """La hipótesis alargada con cada token posible."""
    tokens, total = hypothesis
    return [([*tokens, token], add(total, x)) for token, x in following.items()]


def spread(hypotheses: list[Hypothesis], following: list[dict], at_end: Callable = lambda h, f: [h], **how) -> list[list[Hypothesis]]:
    """Las candidatas que salen de cada hipótesis; ``at_end`` dice qué se hace con las que ya habían acabado."""
    return [at_end(h, f) if finished(h) else grown(h, f, **how) for h, f in zip(hypotheses, following, strict=True)]


def normalized(hypothesis: Hypothesis, alpha: float) -> float:
    tokens, total = hypothesis
    return total / len(tokens) ** alpha


def best(candidates: list[Hypothesis], k: int, alpha: float, rank: Callable[[Hypothesis, float], float] = normalized) -> list[Hypothesis]:
    return sorted(candidates, key=lambda h: -rank(h, alpha))[:k]


def beam(hypotheses: list[Hypothesis], following: list[dict], k: int, alpha: float, rank: Callable = normalized, **how) -> list[Hypothesis]:
    """Un paso de la búsqueda en haz: la referencia."""
    return best(sum(spread(hypotheses, following, **how), []), k, alpha, rank)


def each_on_its_own(kept: Callable[[int], int], at_most: bool) -> Callable:
    """Deja ``kept(k)`` por cada hipótesis, en vez de comparar todas con todas."""

    def apply(hypotheses: list, following: list, k: int, alpha: float) -> list:
        survivors = sum((best(group, kept(k), alpha) for group in spread(hypotheses, following)), [])
        return best(survivors, k, alpha) if at_most else survivors

    return apply


def by_the_old_length(hypotheses: list, following: list, k: int, alpha: float) -> list:
    families = zip(hypotheses, spread(hypotheses, following), strict=True)
    aged = [(total / max(1, len(parent[0])) ** alpha, (tokens, total)) for parent, family in families for tokens, total in family]
    return [h for _, h in sorted(aged, key=lambda one: -one[0])[:k]]


def worst_first(hypotheses: list, following: list, k: int, alpha: float) -> list:
    return beam(hypotheses, following, k, alpha)[::-1]


BEAM = (
    Slip("Multiplicas log-probabilidades. Las probabilidades se multiplican; sus logaritmos, ¿qué?",
         lambda *given: beam(*given, add=lambda s, x: s * x)),
    Slip("Sumas la probabilidad del token a una suma de logaritmos: el diccionario ya da logaritmos, no hay que deshacerlos.",
         lambda *given: beam(*given, add=lambda s, x: s + math.exp(x))),
    Slip("Olvidas lo que la hipótesis llevaba sumado: solo cuenta el último token.", lambda *given: beam(*given, add=lambda s, x: x)),
    Slip("Dejas k por cada hipótesis, y el haz se multiplica a cada paso. Son k en total: compiten todas con todas.",
         each_on_its_own(lambda k: k, False)),
    Slip("Cada hipótesis se alarga solo con su mejor token: así son varias decodificaciones voraces en paralelo. Una buena puede dejar dos "
         "hijas, y una mala, ninguna.", each_on_its_own(lambda k: 1, True), each_on_its_own(lambda k: 1, False)),
    Slip("Alargas hipótesis que ya habían acabado. Tras «(fin)» no se escribe nada más: compiten tal como están.",
         lambda *given: beam(*given, at_end=grown)),
    Slip("Tiras las hipótesis acabadas, y la mejor traducción puede ser una de ellas. No se alargan, pero siguen compitiendo.",
         lambda *given: beam(*given, at_end=lambda h, f: [])),
    Slip("Casi: con alfa = 0 aciertas, pero con otra no normalizas por la longitud, y sumar logaritmos castiga a las hipótesis largas.",
         lambda h, f, k, alpha: beam(h, f, k, 0.0)),
    Slip("Casi: la normalización va al revés. La suma es negativa: multiplicada por la longitud, la hipótesis larga sale todavía peor.",
         lambda *given: beam(*given, rank=lambda h, alpha: h[1] * len(h[0]) ** alpha)),
    Slip("El orden es bueno, pero devuelves la puntuación normalizada. Se pide la suma: hace falta entera para seguir sumando.",
         lambda *given: [(h[0], normalized(h, given[3])) for h in beam(*given)]),
    Slip("Las k son las buenas, pero la mejor va la última. La más cercana a cero es la más probable.", worst_first),
    Slip("Te quedas con las k menos probables: son negativas, y la mejor es la mayor, la más cercana a cero.",
         lambda *given: beam(*given, rank=lambda h, alpha: -normalized(h, alpha)),
         lambda *given: beam(*given, rank=lambda h, alpha: abs(h[1]) / len(h[0]) ** alpha)[::-1]),
    Slip("Divides entre la longitud que tenía antes de alargarse: la suma ya incluye el token nuevo, y la longitud también debe.",
         by_the_old_length),
)  # fmt: skip


@dataclass(frozen=True)
class Script:
    """Un modelo de juguete que sigue un guion: el token siguiente depende de cuántos haya tras el prompt."""

    prompt: tuple[str, ...]
    lines: tuple[str, ...]

    def __call__(self, tokens: Words) -> str:
        if tuple(tokens[: len(self.prompt)]) != self.prompt:
            raise ValueError("siguiente necesita el prompt y, detrás, todos los tokens nuevos")
        place = len(tokens) - len(self.prompt)
        if place >= len(self.lines):
            raise RuntimeError(f"ya has pedido {len(self.lines)} tokens nuevos y tu bucle no para")
        return self.lines[place]

    def __repr__(self) -> str:
        return "siguiente"


def generated(prompt: Words, following: Script, end: str, most: int, stops: Callable[[str], bool] | None = None) -> Words:
    """Los tokens nuevos hasta el de fin, incluido, o hasta ``most``: la referencia."""
    new: Words = []
    while len(new) < most and not (new and (stops(new[-1]) if stops else new[-1] == end)):
        new.append(following([*prompt, *new]))
    return new


def ending_in_the_prompt(prompt: Words, following: Script, end: str, most: int) -> Words:
    return [] if end in prompt else generated(prompt, following, end, most)


STOP = (
    Slip("Falta el token de fin: cuando sale, se para, pero él también es un token nuevo y va en el resultado.",
         lambda p, f, end, n: [token for token in generated(p, f, end, n) if token != end]),
    Slip("Devuelves también el prompt. Se piden solo los tokens nuevos.", lambda p, f, end, n: [*p, *generated(p, f, end, n)]),
    Slip("Cuentas el prompt dentro del máximo: con un prompt largo no generarías nada. `maximo` es el de tokens nuevos "
         "(`max_new_tokens`, no `max_length`).", lambda p, f, end, n: generated(p, f, end, n - len(p))),
    Slip("Cuando manda el máximo, generas uno de más.", lambda p, f, end, n: generated(p, f, end, n + 1)),
    Slip("Cuando manda el máximo, te quedas uno corto.", lambda p, f, end, n: generated(p, f, end, n - 1)),
    Slip("No haces caso del token de fin: sigues generando detrás de él hasta llegar al máximo.",
         lambda p, f, end, n: generated(p, f, end, n, lambda token: False)),
    Slip("Solo te para el token de fin. Si el modelo no lo da nunca, tu bucle no acaba: hace falta también el máximo.",
         lambda p, f, end, n: generated(p, f, end, 10**6)),
    Slip("Te para un token de fin que estaba en el prompt. Hay modelos (los GPT-2, por ejemplo) que usan el mismo para empezar: solo "
         "cuenta el que sale al generar.", ending_in_the_prompt),
    Slip("Le pasas siempre el mismo prompt y contesta siempre el mismo token. Cada token nuevo se añade a lo que lee en el paso siguiente.",
         lambda p, f, end, n: [f(p)] * (1 if f(p) == end else n)),
)  # fmt: skip


def grams(words: Words, n: int) -> Counter:
    """Los n-gramas de una lista de palabras (o de letras), con las veces que sale cada uno."""
    return Counter(tuple(words[i : i + n]) for i in range(len(words) - n + 1))


def ratio(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def hits(h: Words, r: Words, n: int, clip: Callable[[int, int], int] = min) -> int:
    """Cuántos n-gramas de la hipótesis aciertan; ``clip(veces en ella, veces en la referencia)`` pone el tope."""
    mine, right = grams(h, n), grams(r, n)
    return sum(clip(times, right[gram]) for gram, times in mine.items() if gram in right)


def precision(h: Words, r: Words, n: int) -> float:
    """La precisión recortada de BLEU: la referencia."""
    return ratio(hits(h, r, n), grams(h, n).total())


def bags(words: Words, n: int) -> Words:
    """Los n-gramas sin orden, como textos."""
    return [" ".join(sorted(gram)) for gram in grams(words, n).elements()]


PRECISION = (
    Slip("Falta el recorte: «the the the» acierta siempre, porque «the» está en la referencia. ¿Cuántas veces puede acertar un n-grama que "
         "allí sale una sola vez?", lambda h, r, n: ratio(hits(h, r, n, lambda mine, right: mine), grams(h, n).total())),
    Slip("Divides entre los n-gramas de la referencia: eso es la cobertura (recall). La precisión pregunta qué parte de lo que ha escrito "
         "el modelo está bien.", lambda h, r, n: ratio(hits(h, r, n), grams(r, n).total()),
         lambda h, r, n: ratio(hits(h, r, n, lambda mine, right: mine), grams(r, n).total()), lambda h, r, n: ratio(hits(h, r, n), len(r))),
    Slip("Con conjuntos cada n-grama cuenta una vez, por mucho que se repita: repetir deja de costar. Hay que contar las veces.",
         lambda h, r, n: ratio(len(grams(h, n).keys() & grams(r, n).keys()), len(grams(h, n)))),
    Slip("Recortas demasiado: cada n-grama te acierta como mucho una vez, aunque en la referencia salga dos.",
         lambda h, r, n: ratio(hits(h, r, n, lambda mine, right: 1), grams(h, n).total())),
    Slip("Divides entre el número de palabras, y de n-gramas hay menos: en cuatro palabras caben tres parejas.",
         lambda h, r, n: ratio(hits(h, r, n), len(h))),
    Slip("Solo miras palabras sueltas: con n = 2 hay que comparar parejas de palabras seguidas.", lambda h, r, n: precision(h, r, 1)),
    Slip("Comparas posición con posición, y basta una palabra de más para que todo lo que sigue cuente como fallo. Un n-grama acierta esté "
         "donde esté.", lambda h, r, n: ratio(sum(h[i:i + n] == r[i:i + n] for i in range(len(h) - n + 1)), grams(h, n).total())),
    Slip("Dentro de un n-grama el orden cuenta: «otter gray» no es «gray otter».",
         lambda h, r, n: precision(bags(h, n), bags(r, n), 1)),
    Slip("Cuentas letras, no palabras. Con letras también se hace: es la idea de chrF.",
         lambda h, r, n: precision(list(" ".join(h)), list(" ".join(r)), n),
         lambda h, r, n: precision(list("".join(h)), list("".join(r)), n)),
    Slip("Eso es cuántos n-gramas aciertan, y están bien contados. Falta decir de cuántos.", hits),
    Slip("Cortas la frase en trozos que no se solapan, y los n-gramas sí se solapan: de «a b c» salen «a b» y «b c».",
         lambda h, r, n: precision([" ".join(h[i:i + n]) for i in range(0, len(h) - n + 1, n)],
                                   [" ".join(r[i:i + n]) for i in range(0, len(r) - n + 1, n)], 1)),
)  # fmt: skip
