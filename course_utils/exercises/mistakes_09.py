"""Errores típicos del capítulo 9, escritos con listas de Python: qué hace cada uno y qué se le dice a quien lo comete."""

from __future__ import annotations

import math
from collections.abc import Callable

from .core import Slip
from .matrices import Matrix, Row, past_and_self, transposed

Tokens = list[str]
Spans = list[tuple[int, int]]
Sees = Callable[[int, int, int], bool]


def everything(i: int, j: int, p: int) -> bool:
    return True


def past(i: int, j: int, p: int) -> bool:
    return past_and_self(i, j)


def prefix(i: int, j: int, p: int) -> bool:
    """El prefijo lo ven todos; del resto, cada uno ve hasta sí mismo."""
    return j < p or j <= i


RULES = {"codificador": everything, "decodificador": past, "prefijo": prefix}


def sight(architecture: str, n: int, p: int, **changed: Sees) -> Matrix:
    """La máscara de cada arquitectura, con las reglas de ``changed`` en lugar de las buenas. Sin ellas, la referencia."""
    sees = (RULES | changed)[architecture]
    return [[float(sees(i, j, p)) for j in range(n)] for i in range(n)]


def seeing(**changed: Sees) -> Callable:
    return lambda architecture, n, p: sight(architecture, n, p, **changed)


SIGHT = (
    Slip("El codificador no tiene futuro que tapar: la frase está entera desde el principio, y cada token mira a los dos lados.",
         seeing(codificador=past), seeing(codificador=past, prefijo=past)),
    Slip("Tu decodificador ve el futuro: al entrenar copiaría el token que tiene que predecir.", seeing(decodificador=everything),
         seeing(decodificador=everything, prefijo=everything)),
    Slip("En el prefijo aplicas la máscara causal a todo. El prefijo ya está dado (es la pregunta, no la respuesta): dentro de él se mira "
         "a los dos lados.", seeing(prefijo=past)),
    Slip("En el prefijo dejas que todos vean a todos. Lo que va detrás del prefijo es lo que hay que predecir, y eso sí se tapa.",
         seeing(prefijo=everything)),
    Slip("Tu prefijo ve la continuación. Dentro de él se mira a los dos lados, pero lo que viene detrás aún no está escrito.",
         seeing(prefijo=lambda i, j, p: i < p or j <= i)),
    Slip("Tu continuación solo se ve a sí misma, y tiene que saber qué continúa: el prefijo lo ven todos.",
         seeing(prefijo=lambda i, j, p: (i < p and j < p) or (p <= j <= i))),
    Slip("Tu continuación ve el prefijo y nada más. Cada token mira también a los que ya van escritos, y a sí mismo.",
         seeing(prefijo=lambda i, j, p: j < p)),
    Slip("Te has pasado en uno: el prefijo son p tokens, los de índice 0 a p − 1. El token p ya es continuación.",
         seeing(prefijo=lambda i, j, p: j <= p or j <= i)),
    Slip("Ningún token se ve a sí mismo, y puede: la diagonal no se tapa. Lo que no puede ver es lo que viene después.",
         seeing(decodificador=lambda i, j, p: j < i, prefijo=lambda i, j, p: j < p or j < i), seeing(decodificador=lambda i, j, p: j < i)),
    Slip("La tabla está tumbada: en la fila va quien mira y en la columna, a quién. En tu decodificador el primero ve a todos los que "
         "vienen.", lambda *given: transposed(sight(*given))),
    Slip("Has marcado con 1 lo que se tapa. Aquí el 1 es lo que se puede mirar (en otros programas es al revés: conviene mirarlo siempre).",
         lambda *given: [[1 - x for x in row] for row in sight(*given)]),
)  # fmt: skip


def sentinel(i: int) -> str:
    return f"<extra_id_{i}>"


def hidden(tokens: Tokens, spans: Spans, mark: Callable[[int], list[str]] = lambda i: [sentinel(i)]) -> Tokens:
    """La entrada: cada tramo, sustituido por ``mark(su número)``."""
    result, place = [], 0
    for i, (start, end) in enumerate(spans):
        result += [*tokens[place:start], *mark(i)]
        place = end
    return [*result, *tokens[place:]]


def told(tokens: Tokens, spans: Spans, mark: Callable[[int], list[str]] = lambda i: [sentinel(i)], closed: bool = True) -> Tokens:
    """El objetivo: cada centinela con lo que ocultaba y, si está cerrado, uno más al final."""
    pieces = [[*mark(i), *tokens[start:end]] for i, (start, end) in enumerate(spans)]
    return sum(pieces, []) + (mark(len(spans)) if closed else [])


def corrupted(tokens: Tokens, spans: Spans) -> tuple[Tokens, Tokens]:
    """La corrupción de tramos de T5: la referencia."""
    return hidden(tokens, spans), told(tokens, spans)


def one_by_one(tokens: Tokens, spans: Spans) -> Spans:
    """Cada token de cada tramo, como si fuera un tramo."""
    return [(i, i + 1) for start, end in spans for i in range(start, end)]


def kept_in_sight(tokens: Tokens, spans: Spans) -> Tokens:
    """Pone el centinela, pero deja detrás lo que había que ocultar."""
    ends = dict(spans)
    starts = list(ends)
    return sum(([sentinel(starts.index(i)), token] if i in ends else [token] for i, token in enumerate(tokens)), [])


def always_the_first(i: int) -> list[str]:
    return [sentinel(0)]


def nothing(i: int) -> list[str]:
    return []


def with_their_end(spans: Spans) -> Spans:
    return [(start, end + 1) for start, end in spans]


CORRUPTION = (
    Slip("Las palabras ocultas siguen en la entrada: el modelo solo tendría que copiarlas. El centinela va en su lugar, no delante.",
         lambda t, s: (kept_in_sight(t, s), told(t, s)), lambda t, s: (list(t), told(t, s))),
    Slip("Casi: al objetivo le falta el centinela del final, que dice dónde acaba el último tramo.",
         lambda t, s: (hidden(t, s), told(t, s, closed=False))),
    Slip("Pones un centinela por cada palabra. Es uno por tramo, tenga las palabras que tenga: parte de la gracia es que el modelo no sabe "
         "cuántas faltan.", lambda t, s: corrupted(t, one_by_one(t, s)), lambda t, s: (hidden(t, one_by_one(t, s)), told(t, s))),
    Slip("Todos los tramos llevan el mismo centinela, y en el objetivo no se sabe cuál rellena cuál. Numéralos: 0, 1, 2…",
         lambda t, s: (hidden(t, s, always_the_first), told(t, s, always_the_first)),
         lambda t, s: (hidden(t, s, always_the_first), told(t, s))),
    Slip("El objetivo es la frase entera, y eso es lo que reconstruye BART. T5 solo escribe lo que falta: sale más barato.",
         lambda t, s: (hidden(t, s), list(t))),
    Slip("El objetivo tiene las palabras, pero no dice de qué tramo es cada una: delante de cada grupo va su centinela.",
         lambda t, s: (hidden(t, s), told(t, s, nothing)), lambda t, s: (hidden(t, s), [*told(t, s, nothing), sentinel(len(s))])),
    Slip("En la entrada faltan los centinelas: el modelo no puede saber dónde se ha quitado algo.",
         lambda t, s: (hidden(t, s, nothing), told(t, s))),
    Slip("Ocultas una palabra de más por tramo: en (inicio, fin) el fin no entra, como en `lista[inicio:fin]`.",
         lambda t, s: corrupted(t, with_their_end(s))),
    Slip("Los dos están bien hechos, pero cambiados de sitio: primero la entrada y después el objetivo.",
         lambda t, s: corrupted(t, s)[::-1]),
    Slip("Los centinelas se numeran desde cero: el primero es `<extra_id_0>`.",
         lambda t, s: (hidden(t, s, lambda i: [sentinel(i + 1)]), told(t, s, lambda i: [sentinel(i + 1)]))),
)  # fmt: skip


IGNORED = -100
Changes = dict[int, int]


def allowed(ids: list[int], changes: Changes, special: set[int]) -> Changes:
    """Los cambios que no caen en un token especial."""
    return {i: new for i, new in changes.items() if ids[i] not in special}


def changed(ids: list[int], changes: Changes) -> list[int]:
    return [changes.get(i, token) for i, token in enumerate(ids)]


def scored(ids: list[int], where: Callable[[int], bool], elsewhere: int = IGNORED) -> list[int]:
    return [token if where(i) else elsewhere for i, token in enumerate(ids)]


def masked_lm(ids: list[int], changes: Changes, special: set[int]) -> tuple[list[int], list[int]]:
    """La entrada y las etiquetas de BERT: la referencia."""
    good = allowed(ids, changes, special)
    return changed(ids, good), scored(ids, good.__contains__)


def labelled(label: Callable[[list[int], Changes, list[int]], list[int]]) -> Callable:
    """La entrada buena con otras etiquetas, que salen de ids, de los cambios y de esa entrada."""

    def apply(ids: list[int], changes: Changes, special: set[int]) -> tuple[list[int], list[int]]:
        good = allowed(ids, changes, special)
        entry = changed(ids, good)
        return entry, label(ids, good, entry)

    return apply


MASK_ID = 4

MASKED_LM = (
    Slip("Puntúas todas las posiciones, también las que el modelo ve tal cual: aprendería a copiar. ¿Qué número le dice a la pérdida que "
         "no cuente una posición?", labelled(lambda ids, good, entry: list(ids))),
    Slip("Has cambiado también tokens especiales (el relleno o las marcas). Aunque les toque en el sorteo, no se tocan ni se puntúan.",
         lambda ids, changes, special: masked_lm(ids, changes, set()),
         lambda ids, changes, special: (changed(ids, changes), masked_lm(ids, changes, special)[1])),
    Slip("Solo puntúas donde quedó [MASK]. Los elegidos que llevan otro token, o se quedan como estaban, también se puntúan: sin eso, "
         "BERT solo se esforzaría donde ve la máscara.", labelled(lambda ids, good, entry: scored(ids, lambda i: entry[i] == MASK_ID))),
    Slip("Solo puntúas donde la entrada ha cambiado, y un elegido puede quedarse igual a propósito: también cuenta en la pérdida.",
         labelled(lambda ids, good, entry: scored(ids, lambda i: entry[i] != ids[i]))),
    Slip("En las etiquetas has puesto lo que ve el modelo. La respuesta correcta es lo que había antes de taparlo.",
         labelled(lambda ids, good, entry: scored(entry, good.__contains__))),
    Slip("Están del revés: pones −100 donde hay que puntuar y puntúas lo que no se ha elegido.",
         labelled(lambda ids, good, entry: scored(ids, lambda i: i not in good))),
    Slip("Con un 0 la posición no se salta: 0 es un token como otro, y el modelo aprendería a predecirlo. El número que la pérdida de "
         "PyTorch no cuenta es otro.", labelled(lambda ids, good, entry: scored(ids, good.__contains__, 0))),
    Slip("La entrada se ha quedado sin tapar: el modelo ve la respuesta.",
         lambda ids, changes, special: (list(ids), masked_lm(ids, changes, special)[1])),
    Slip("Pones [MASK] en todos los elegidos. El sorteo ya dice qué va en cada sitio: casi siempre [MASK], a veces otro token y a veces el "
         "mismo.", lambda ids, changes, special: masked_lm(ids, dict.fromkeys(changes, MASK_ID), special)),
    Slip("Las dos listas son las buenas, pero cambiadas de sitio: primero la entrada.", lambda *given: masked_lm(*given)[::-1]),
)  # fmt: skip


def mean(values: Row) -> float:
    return sum(values) / len(values)


def centred(row: Row) -> Row:
    return [x - mean(row) for x in row]


def squares(row: Row) -> float:
    """La media de los cuadrados."""
    return mean([x * x for x in row])


def over(row: Row, divisor: float) -> Row:
    """Como en torch: entre cero, inf o nan."""
    return [x / divisor if divisor else (math.copysign(math.inf, x) if x else math.nan) for x in row]


def rms(row: Row, eps: float) -> Row:
    return over(row, math.sqrt(squares(row) + eps))


def by_rows(norm: Callable[[Row, float], Row], gained: Callable[[float, float], float] = lambda x, gain: x * gain) -> Callable:
    """Normaliza cada vector con ``norm`` y aplica la ganancia número a número."""
    return lambda x, g, eps: [list(map(gained, norm(row, eps), g)) for row in x]


rms_norm = by_rows(rms)


def all_together(x: Matrix, g: Row, eps: float) -> Matrix:
    size = math.sqrt(squares([value for row in x for value in row]) + eps)
    return by_rows(lambda row, eps: over(row, size))(x, g, eps)


def by_tokens(x: Matrix, g: Row, eps: float) -> Matrix:
    normal = transposed([rms(column, eps) for column in transposed(x)])
    return [[value * gain for value, gain in zip(row, g, strict=True)] for row in normal]


RMS = (
    Slip("Restas la media: eso es LayerNorm. RMSNorm solo mira el tamaño del vector, y por eso es más barata.",
         by_rows(lambda row, eps: rms(centred(row), eps))),
    Slip("Divides entre la desviación típica, y al calcularla se resta la media aunque no se vea. Se pide la raíz de la media de los "
         "cuadrados, sin restar nada.", by_rows(lambda row, eps: over(row, math.sqrt(squares(centred(row)) + eps))),
         by_rows(lambda row, eps: over(row, math.sqrt(squares(centred(row)) * len(row) / max(1, len(row) - 1) + eps)))),
    Slip("Falta la raíz: divides entre la media de los cuadrados, y un vector el doble de grande sale la mitad.",
         by_rows(lambda row, eps: over(row, squares(row) + eps))),
    Slip("Falta eps: con un vector de ceros divides entre cero, y sale nan.", by_rows(lambda row, eps: rms(row, 0.0))),
    Slip("El eps va dentro de la raíz, sumado a la media de los cuadrados. Con uno pequeño apenas se nota; con uno grande, sí.",
         by_rows(lambda row, eps: over(row, math.sqrt(squares(row)) + eps))),
    Slip("Falta la ganancia: después de normalizar, cada dimensión se multiplica por su número de g.", by_rows(rms, lambda x, gain: x)),
    Slip("La ganancia multiplica, no se suma.", by_rows(rms, lambda x, gain: x + gain)),
    Slip("Multiplicas por 1 + g: así la guarda Gemma, que la aprende alrededor de cero. Aquí g multiplica tal cual.",
         by_rows(rms, lambda x, gain: x * (1 + gain))),
    Slip("Divides entre la longitud del vector: has sumado los cuadrados en vez de promediarlos, y con más dimensiones todo sale más "
         "pequeño.", by_rows(lambda row, eps: over(row, math.sqrt(squares(row) * len(row) + eps)))),
    Slip("Haces una sola media para todos los tokens. Cada token se normaliza con sus propios números, sin mirar a los demás: ¿qué `dim`?",
         all_together, by_tokens),
    Slip("Promedias los valores absolutos. Se pide la raíz de la media de los cuadrados, que da más peso a los números grandes.",
         by_rows(lambda row, eps: over(row, mean(list(map(abs, row))) + eps))),
)  # fmt: skip


def kv_heads(config: dict) -> int:
    return config.get("num_key_value_heads", config["num_attention_heads"])


def head_size(config: dict) -> float:
    return config["hidden_size"] / config["num_attention_heads"]


MIB = 2**20


def cache_size(config: dict, tokens: int, each: int) -> float:
    """Los MiB de la caché de claves y valores: la referencia."""
    return 2 * config["num_hidden_layers"] * kv_heads(config) * head_size(config) * tokens * each / MIB


def times(factor: Callable[[dict], float]) -> Callable:
    """La cuenta buena, multiplicada por un factor equivocado."""
    return lambda config, tokens, each: cache_size(config, tokens, each) * factor(config)


CACHE = (
    Slip("Te sale lo mismo que sin agrupar cabezas. O cuentas las de consulta, que no se guardan, o divides el ancho entre las de claves y "
         "valores, y el tamaño de una cabeza no cambia al agruparlas.",
         times(lambda c: c["num_attention_heads"] / kv_heads(c))),
    Slip("Te sale la mitad: por cada token se guardan dos vectores en cada cabeza.", times(lambda c: 1 / 2),
         times(lambda c: c["num_attention_heads"] / kv_heads(c) / 2)),
    Slip("Cuentas una sola capa, y cada una tiene su propia caché.", times(lambda c: 1 / c["num_hidden_layers"])),
    Slip("Usas el ancho del modelo como tamaño de cada cabeza, y el ancho se reparte entre todas.",
         times(lambda c: c["num_attention_heads"])),
    Slip("Eso son bytes, y están bien contados. Se piden MiB: ¿entre cuánto hay que dividir?", times(lambda c: MIB)),
    Slip("Casi: divides entre un millón, y 1 MiB son 2²⁰ bytes, un 5 % más. Las tarjetas gráficas se anuncian en unas unidades y se miden "
         "en otras.", times(lambda c: MIB / 10**6)),
    Slip("Cuentas números, no bytes: falta lo que ocupa cada uno.", lambda c, tokens, each: cache_size(c, tokens, 1)),
    Slip("Eso son bits: el tercer argumento ya viene en bytes.", times(lambda c: 8)),
    Slip("Te sale el cuadrado de los tokens: la tabla de atención es cuadrada, pero no se guarda. En la caché hay una clave y un valor por "
         "token.", lambda c, tokens, each: cache_size(c, tokens, each) * tokens),
    Slip("Guardas también las consultas: son tres veces y deberían ser dos. La consulta de un token se usa una vez y no se vuelve a "
         "necesitar.", times(lambda c: 3 / 2)),
)  # fmt: skip
