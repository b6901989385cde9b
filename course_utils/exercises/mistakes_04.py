"""Errores típicos del capítulo 4: qué hace cada uno y qué se le dice a quien lo comete."""

from __future__ import annotations

import math
from collections.abc import Callable

from .core import Slip

UNITS = {"M": 1e6, "B": 1e9, "T": 1e12}
GB, GIB, DAY = 1e9, 2**30, 86_400


def size_from(text: str, units: dict[str, float] = UNITS, number: Callable[[str], float] = float) -> float:
    """«1.5T» → 1,5 · 10¹²: la referencia, con otras unidades u otra manera de leer el número para los errores."""
    return number(text[:-1]) * units[text[-1]]


def reading(**changed: float) -> Callable:
    return lambda text: size_from(text, UNITS | changed)


READING = (
    Slip("Lees la B como el billón español, un millón de millones. El «billion» inglés son mil millones: tu 7B es mil veces demasiado "
         "grande.", reading(B=1e12), reading(B=1e12, T=1e18)),
    Slip("La B y la M están bien. La T es «trillion»: en inglés, un millón de millones, lo que aquí llamamos un billón. El trillón español "
         "es otra cosa.", reading(T=1e18)),
    Slip("Multiplicas por potencias de 2, y los parámetros no son bytes: un «billion» son mil millones justos.",
         reading(M=2**20, B=2**30, T=2**40)),
    Slip("Con los enteros aciertas, pero pierdes los decimales: 1.5T y 1T no son lo mismo. `float` sí los lee.",
         lambda text: size_from(text, number=lambda x: int(float(x)))),
    Slip("Quitas el punto, como si separara los miles, y ese 1.5 se convierte en 15. En inglés el punto es nuestra coma.",
         lambda text: size_from(text, number=lambda x: float(x.replace(".", "")))),
    Slip("Lees el número y te dejas la letra, que es la que dice si son millones, miles de millones o billones.",
         lambda text: size_from(text, {"M": 1, "B": 1, "T": 1})),
)  # fmt: skip


def decoder(
    layers: int, width: int, heads: int, vocabulary: int, positions: int, *, attention: float | None = None, wide: float | None = None,
    norms: float | None = None, final: float | None = None,
) -> int:  # fmt: skip
    """Los parámetros de un decodificador como GPT-2: la referencia. Cada argumento con nombre cambia una pieza, para los errores."""
    found = layers * ((4 * width**2 + 4 * width) if attention is None else attention)
    found += layers * ((8 * width**2 + 5 * width) if wide is None else wide)
    found += layers * (4 * width if norms is None else norms) + (2 * width if final is None else final)
    return found + (vocabulary + positions) * width


def counting(**changed: Callable[[int, int], float]) -> Callable:
    """Un recuento con algunas piezas cambiadas; cada cambio recibe el ancho y las cabezas."""
    return lambda layers, d, heads, v, p: decoder(layers, d, heads, v, p, **{name: f(d, heads) for name, f in changed.items()})


COUNTING = (
    Slip("Te sobra una tabla de embeddings: la de entrada y la de salida son la misma, y se cuenta una vez.",
         lambda n, d, h, v, p: decoder(n, d, h, v, p) + v * d),
    Slip("Multiplicas la atención por el número de cabezas. Las cabezas se reparten el ancho: entre todas suman las mismas cuatro "
         "matrices, así que cuántas haya no cambia el total.",
         counting(attention=lambda d, h: h * (4 * d**2 + 4 * d)), counting(attention=lambda d, h: h * 4 * d**2 + 4 * d)),
    Slip("Divides la atención entre las cabezas, y cada una es más estrecha, pero hay más: el total no depende de cuántas sean.",
         counting(attention=lambda d, h: (4 * d**2 + 4 * d) / h), counting(attention=lambda d, h: 4 * d**2 / h + 4 * d)),
    Slip("Te falta una matriz en la atención: además de consultas, claves y valores está la de salida, que junta las cabezas.",
         counting(attention=lambda d, h: 3 * d**2 + 3 * d)),
    Slip("Las matrices están todas, pero faltan los sesgos: en GPT-2 cada una suma un vector, tan largo como su salida.",
         counting(attention=lambda d, h: 4 * d**2, wide=lambda d, h: 8 * d**2)),
    Slip("En la red feed-forward, el sesgo de la primera matriz mide 4 veces el ancho (es tan largo como su salida) y el de la segunda, "
         "una.",
         counting(wide=lambda d, h: 8 * d**2 + 2 * d), counting(wide=lambda d, h: 8 * d**2 + 8 * d)),
    Slip("La red feed-forward son dos matrices: una ensancha cuatro veces y otra vuelve a estrechar. Te falta una.",
         counting(wide=lambda d, h: 4 * d**2 + 4 * d), counting(wide=lambda d, h: 4 * d**2 + 5 * d)),
    Slip("Te falta la tabla de posiciones: en GPT-2 también se aprende, con una fila por posición.",
         lambda n, d, h, v, p: decoder(n, d, h, v, 0)),
    Slip("Casi: falta la norma que va después del último bloque, antes de leer el resultado.", counting(final=lambda d, h: 0)),
    Slip("Te faltan las normas: dos por bloque y una al final, y cada una tiene dos vectores del ancho (escala y sesgo).",
         counting(norms=lambda d, h: 0, final=lambda d, h: 0), counting(norms=lambda d, h: 0)),
    Slip("Cada norma tiene dos vectores: por uno se multiplica y el otro se suma. Has contado uno.",
         counting(norms=lambda d, h: 2 * d, final=lambda d, h: d)),
    Slip("Eso es la cuenta de servilleta, 12 · L · d². Aquí se pide el número exacto: faltan tablas, sesgos y normas.",
         lambda n, d, h, v, p: 12 * n * d**2),
    Slip("Cuentas un solo bloque, y hay tantos como capas.", lambda n, d, h, v, p: decoder(1, d, h, v, p)),
)  # fmt: skip


def memory(parameters: float, bits: int, trainable: float, *, gradients: float | None = None, moments: float | None = None) -> float:
    """Los GB de pesos, gradientes y momentos de Adam: la referencia. Los argumentos con nombre cambian una parte, en bytes."""
    each = bits / 8
    gradients = trainable * each if gradients is None else gradients
    moments = trainable * 8 if moments is None else moments
    return (parameters * each + gradients + moments) / GB


MEMORY = (
    Slip("Tomas los bits por bytes, y un byte son ocho bits.",
         lambda n, bits, t: (n * bits + t * bits + t * 8) / GB, lambda n, bits, t: (n * bits + t * bits + t * 64) / GB),
    Slip("Divides entre 2³⁰: eso son GiB. Se piden GB, de mil millones de bytes, que es como se anuncian las tarjetas.",
         lambda n, bits, t: memory(n, bits, t) * GB / GIB),
    Slip("Eso son bytes. Se piden GB: mil millones de bytes.", lambda n, bits, t: memory(n, bits, t) * GB),
    Slip("Si no se entrena aciertas, pero al entrenar no basta con guardar los pesos: cada peso que se entrena lleva su gradiente y los "
         "dos números de Adam.", lambda n, bits, t: memory(n, bits, 0)),
    Slip("Das gradiente y momentos a todos los pesos, y solo los llevan los que se entrenan. Por eso ajustar unos pocos (LoRA) cabe donde "
         "entrenarlo todo no cabe.", lambda n, bits, t: memory(n, bits, n if t else 0), lambda n, bits, t: memory(n, bits, n)),
    Slip("Adam guarda dos números por peso entrenable, la media de los gradientes y la de sus cuadrados. Has contado uno.",
         lambda n, bits, t: memory(n, bits, t, moments=4 * t)),
    Slip("Los números de Adam se guardan en float32 aunque los pesos tengan menos bits: ocupan 4 bytes cada uno.",
         lambda n, bits, t: memory(n, bits, t, moments=2 * t * bits / 8)),
    Slip("Te faltan los gradientes: hay uno por cada peso que se entrena, con sus mismos bits.",
         lambda n, bits, t: memory(n, bits, t, gradients=0)),
    Slip("Los gradientes están de más o de menos: llevan los mismos bits que los pesos, no siempre 4 bytes.",
         lambda n, bits, t: memory(n, bits, t, gradients=4 * t)),
)  # fmt: skip


def days(parameters: float, tokens: float, gpus: int, peak: float, used: float, *, each: float = 6.0) -> float:
    """Los días de un entrenamiento: la referencia."""
    return each * parameters * tokens / (gpus * peak * used) / DAY


DAYS = (
    Slip("Cuentas 2 operaciones por parámetro y token: eso es solo leer. Al entrenar hay que volver hacia atrás, que cuesta el doble: 6 en "
         "total.", lambda *given: days(*given, each=2)),
    Slip("Cuentas solo la vuelta hacia atrás, 4 por parámetro y token. Antes hay que leer, y son 2 más.",
         lambda *given: days(*given, each=4)),
    Slip("Cuentas una operación por parámetro y token. Son 6: una multiplicación y una suma al leer, y el doble al volver hacia atrás.",
         lambda *given: days(*given, each=1)),
    Slip("El aprovechamiento va al revés: si la tarjeta rinde menos, se tarda más.",
         lambda n, d, gpus, peak, used: days(n, d, gpus, peak, 1) * used),
    Slip("Ese es el tiempo si las tarjetas dieran todo lo que prometen. No lo dan: falta el aprovechamiento.",
         lambda n, d, gpus, peak, used: days(n, d, gpus, peak, 1)),
    Slip("Esos son días de una sola tarjeta. Entre todas tardan menos: ¿entre cuánto hay que dividir?",
         lambda n, d, gpus, peak, used: days(n, d, 1, peak, used)),
    Slip("Eso son segundos. Un día tiene 86.400.", lambda *given: days(*given) * DAY),
    Slip("Eso son horas. Un día tiene 24.", lambda *given: days(*given) * 24),
)  # fmt: skip


def optimum(compute: float, ratio: float) -> float:
    """Los parámetros que mejor aprovechan un cálculo, si van con `ratio` tokens cada uno: la referencia."""
    return math.sqrt(compute / (6 * ratio))


OPTIMUM = (
    Slip("Eso son los tokens. Se piden los parámetros, que son menos: hay varios tokens por cada uno.",
         lambda c, r: math.sqrt(c * r / 6)),
    Slip("Te olvidas del 6: el cálculo no es N · D, sino 6 · N · D.", lambda c, r: math.sqrt(c / r)),
    Slip("Te falta la raíz: si los tokens crecen con los parámetros, el cálculo crece con N al cuadrado.", lambda c, r: c / (6 * r)),
    Slip("Reparte el cálculo como si hubiera un token por parámetro, y hay los que dice el segundo argumento.",
         lambda c, r: math.sqrt(c / 6)),
    Slip("Los tokens por parámetro van dentro de la raíz: al sustituir D queda 6 · r · N².",
         lambda c, r: math.sqrt(c / 6) / r),
)  # fmt: skip
