"""Errores típicos del capítulo 2: qué hace cada uno y qué se le dice a quien lo comete. Y las cuentas bien hechas con que se comparan."""

from __future__ import annotations

import math
from collections import Counter

from .core import Slip


def logs(probabilities: list[float]) -> list[float]:
    """El logaritmo natural de cada probabilidad; el de cero es −inf."""
    return [math.log(p) if p > 0 else -math.inf for p in probabilities]


def mean(values: list[float]) -> float:
    return sum(values) / len(values)


CHAIN_RULE = (
    Slip("Eso es la probabilidad, y está bien multiplicada. Se pide su logaritmo: ¿en qué convierte el logaritmo un producto?",
         math.prod),
    Slip("Casi: en frases cortas aciertas, pero el producto de mil probabilidades es tan pequeño que el ordenador lo redondea a cero. "
         "¿Puedes llegar al mismo número sin calcular nunca ese producto?",
         lambda ps: math.log(math.prod(ps)), lambda ps: logs([math.prod(ps)])[0]),
    Slip("Sumas las probabilidades. Que ocurran una palabra y la siguiente se multiplica; lo que se suma son sus logaritmos.",
         sum, lambda ps: math.log(sum(ps))),
    Slip("El orden de magnitud es bueno, pero la unidad no: mides en bits (logaritmo en base 2) y se piden nats (logaritmo natural).",
         lambda ps: sum(math.log2(p) for p in ps)),
    Slip("La base no es esa: `log10` da el número de ceros, y se piden nats. ¿Cuál es el logaritmo natural en Python?",
         lambda ps: sum(math.log10(p) for p in ps)),
    Slip("El tamaño es exacto y el signo no: eso es la sorpresa. Si una probabilidad es menor que 1, ¿qué signo tiene su logaritmo?",
         lambda ps: -sum(logs(ps))),
    Slip("Esa es la media por palabra. Se pide la de la frase entera: ¿por qué dividirías entre su longitud?",
         lambda ps: mean(logs(ps))),
    Slip("Solo cuenta una de las palabras. ¿Está tu `return` dentro del bucle, o guardas en cada vuelta solo la última?",
         lambda ps: logs(ps)[0], lambda ps: logs(ps)[-1]),
)  # fmt: skip

PERPLEXITY = (
    Slip("Vas bien: esa es la sorpresa media, en nats. Falta deshacer el logaritmo para volver a «entre cuántos tokens duda».",
         lambda ps: -mean(logs(ps))),
    Slip("Eso es uno entre la probabilidad de todo el texto: crece con cada token que añades. ¿Entre cuántos hay que repartir la "
         "sorpresa?",
         lambda ps: math.exp(-sum(logs(ps))) if len(ps) < 700 else math.inf),
    Slip("Te sale 1 o menos: se ha perdido el signo. Esa es la probabilidad media (geométrica) por token; la perplejidad es su inversa.",
         lambda ps: math.exp(mean(logs(ps)))),
    Slip("Mezclas dos bases: un logaritmo en una y la potencia en otra. Da igual cuál uses, con tal de que sea la misma las dos veces.",
         lambda ps: 2 ** -mean(logs(ps)), lambda ps: math.exp(-mean(logs(ps)) / math.log(2))),
    Slip("Usas la media aritmética de las probabilidades. Un token a 0,01 casi no la mueve, y sin embargo es el que delata al modelo: "
         "promedia sus logaritmos.", lambda ps: 1 / mean(ps), lambda ps: math.exp(-math.log(mean(ps)))),
    Slip("Promedias las inversas, y así un solo token muy improbable manda sobre todos los demás. ¿Qué es lo que se promedia: 1/p o −log "
         "p?",
         lambda ps: mean([1 / p for p in ps])),
    Slip("Casi: la cuenta es correcta en textos cortos, pero el producto de mil probabilidades se redondea a cero. La misma raíz se "
         "puede calcular con la media de los logaritmos.",
         lambda ps: math.prod(ps) ** (-1 / len(ps)), lambda ps: math.prod(ps) ** (-1 / len(ps)) if math.prod(ps) else math.inf),
    Slip("Eso suma las sorpresas sin promediarlas ni deshacer el logaritmo: es la sorpresa total del texto, en nats.",
         lambda ps: -sum(logs(ps))),
)  # fmt: skip


INICIO, FIN = "(inicio)", "(fin)"


def pairs(sentences: list[list[str]], start: tuple = (INICIO,), end: tuple = (FIN,)) -> list[tuple[str, str]]:
    """Los pares de palabras seguidas de cada frase, con sus marcas."""
    marked = [[*start, *sentence, *end] for sentence in sentences]
    return [pair for words in marked for pair in zip(words, words[1:], strict=False)]


def table(counted: list[tuple[str, str]], total=lambda before, counts: sum(n for (b, _), n in counts.items() if b == before)) -> dict:
    """Cuenta los pares y divide cada cuenta entre ``total(anterior, cuentas)``."""
    counts, rows = Counter(counted), {}
    for (before, word), n in counts.items():
        rows.setdefault(before, {})[word] = n / total(before, counts)
    return rows


def word_frequency(sentences: list[list[str]]):
    """Un divisor equivocado cuando falta FIN: las veces que aparece la palabra, siga algo o no."""
    counts = Counter(word for sentence in sentences for word in [INICIO, *sentence])
    return lambda before, _: counts[before]


def transposed(rows: dict) -> dict:
    flipped = {}
    for before, row in rows.items():
        for word, p in row.items():
            flipped.setdefault(word, {})[before] = p
    return flipped


BIGRAMS = (
    Slip("Devuelves cuentas, no probabilidades. ¿Entre qué hay que dividir para que lo que sigue a «la» sume 1?",
         lambda fs: table(pairs(fs), lambda b, c: 1)),
    Slip("Esa es la probabilidad conjunta: divides entre todos los pares del corpus. Para P(nutria | la) solo importan los pares que "
         "empiezan por «la».", lambda fs: table(pairs(fs), lambda b, c: c.total())),
    Slip("Casi: no cuentas cómo empiezan las frases. Sin INICIO el modelo no sabe cuál puede ser la primera palabra.",
         lambda fs: table(pairs(fs, start=()))),
    Slip("Casi: no cuentas cómo acaban las frases. Sin FIN el modelo no sabe callarse, y lo que sigue a la última palabra queda sin "
         "contar.",
         lambda fs: table(pairs(fs, end=())), lambda fs: table(pairs(fs, end=()), word_frequency(fs))),
    Slip("Faltan las dos marcas: sin INICIO el modelo no sabe empezar una frase y sin FIN no sabe acabarla.",
         lambda fs: table(pairs(fs, (), ())), lambda fs: table(pairs(fs, (), ()), word_frequency(fs))),
    Slip("Cuentas pares a caballo entre dos frases: la última palabra de una y la primera de la siguiente no van seguidas.",
         lambda fs: table(pairs([[w for f in fs for w in [INICIO, *f, FIN]]], (), ())), lambda fs: table(pairs([sum(fs, [])])),
         lambda fs: table(pairs([sum(fs, [])], (), ()))),
    Slip("Divides entre las veces que aparece la segunda palabra: eso es P(anterior | palabra), la condición al revés.",
         lambda fs: transposed(table([(w, b) for b, w in pairs(fs)]))),
    Slip("Las probabilidades son buenas, pero el diccionario está del revés: primero la palabra anterior y dentro la que sigue, "
         "`modelo[\"la\"][\"nutria\"]`.", lambda fs: transposed(table(pairs(fs))), lambda fs: table([(w, b) for b, w in pairs(fs)])),
    Slip("Cada par cuenta una sola vez aunque se repita. Un par que aparece el doble debe pesar el doble.",
         lambda fs: table(sorted(set(pairs(fs))))),
    Slip("Solo recuerdas la última frase: ¿creas el diccionario de cuentas dentro del bucle?", lambda fs: table(pairs(fs[-1:]))),
)  # fmt: skip


def cross_entropy(weights: dict, estimate: dict, log=math.log) -> float:
    """Σ peso · −log(estimación); lo que pesa cero no cuenta y lo que la estimación niega cuesta infinito."""
    return sum(w * (-log(estimate[x]) if estimate.get(x, 0) > 0 else math.inf) for x, w in weights.items() if w > 0)


def known(truth: dict, model: dict) -> dict:
    """La parte de la verdad que el modelo no niega."""
    return {x: p for x, p in truth.items() if model.get(x, 0) > 0}


def flattened(truth: dict) -> dict:
    return {x: 1.0 for x, p in truth.items() if p > 0}


SURPRISE = (
    Slip("Los papeles están cambiados: la verdad dice cuánto pesa cada palabra, porque es ella la que las saca; el modelo dice cuánto "
         "sorprende.",
         lambda t, m: cross_entropy(m, t)),
    Slip("Saltas las palabras que el modelo niega, y así un modelo que se equivoca del todo parece mejor que uno que duda. ¿Cuánto "
         "sorprende lo que creías imposible?", lambda t, m: cross_entropy(known(t, m), m)),
    Slip("Eso es lo que el modelo pierde respecto al suelo (se llama divergencia KL): se anula cuando el modelo es la verdad. La "
         "sorpresa media no se anula: incluye la incertidumbre de la propia historia.",
         lambda t, m: cross_entropy(t, m) - cross_entropy(t, t)),
    Slip("Eso es el suelo: solo usas la verdad, y cualquier modelo sacaría la misma nota. ¿A quién sorprenden las palabras?",
         lambda t, m: cross_entropy(t, t)),
    Slip("Eso es lo que el modelo cree que se va a sorprender: no has mirado qué palabras salen de verdad.",
         lambda t, m: cross_entropy(m, m)),
    Slip("Todas las palabras te pesan igual. Una que sale la mitad de las veces debe contar el doble que una que sale una de cada "
         "cuatro.",
         lambda t, m: cross_entropy(flattened(t), m) / len(flattened(t)), lambda t, m: cross_entropy(flattened(t), m),
         lambda t, m: cross_entropy(flattened(t), m) / len(t)),
    Slip("El tamaño es exacto y el signo no: una sorpresa nunca es negativa.", lambda t, m: -cross_entropy(t, m)),
    Slip("Falta el logaritmo: eso es la probabilidad que el modelo da, de media, a la palabra que sale. La sorpresa es −log.",
         lambda t, m: sum(p * m.get(x, 0) for x, p in t.items())),
    Slip("Primero promedias y después sacas el logaritmo, y el orden importa: la sorpresa de cada palabra se calcula antes de promediar.",
         lambda t, m: -math.log(sum(p * m.get(x, 0) for x, p in t.items()))),
    Slip("Mides en bits (logaritmo en base 2) y se piden nats (logaritmo natural).", lambda t, m: cross_entropy(t, m, math.log2)),
    Slip("Eso es la perplejidad: has dado un paso de más. La sorpresa media es su logaritmo.",
         lambda t, m: math.exp(cross_entropy(t, m))),
)  # fmt: skip
