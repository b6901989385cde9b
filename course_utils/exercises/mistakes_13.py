"""Errores típicos del capítulo 13, escritos con listas de Python: qué hace cada uno y qué se le dice a quien lo comete."""

from __future__ import annotations

from collections.abc import Callable

from .core import Slip

Vector = list[float]
Texts = list[list[Vector]]     # (B, T, ancho)
Rows = list[list[int]]         # (B, T)
UNSCORED = -100


def joined(virtual: list[Vector], texts: Texts, mask: Rows) -> tuple[Texts, Rows]:
    """Los vectores del prompt delante de cada texto, y la máscara alargada: la referencia."""
    return in_front(virtual, texts), [[1] * len(virtual) + row for row in mask]


def in_front(virtual: list[Vector], texts: Texts) -> Texts:
    return [[*virtual, *text] for text in texts]


def joining(
    texts: Callable[[list[Vector], Texts], Texts] = in_front,
    mask: Callable[[int, Rows], Rows] = lambda n, rows: [[1] * n + row for row in rows],
) -> Callable:
    """La referencia con otra manera de juntar los vectores o de alargar la máscara, para los errores."""
    return lambda virtual, given, rows: (texts(virtual, given), mask(len(virtual), rows))


def behind(virtual: list[Vector], texts: Texts) -> Texts:
    return [[*text, *virtual] for text in texts]


def overwritten(virtual: list[Vector], texts: Texts) -> Texts:
    """Los del prompt en el sitio de los primeros del texto, que se pierden."""
    return [[*virtual, *text[len(virtual):]] for text in texts]


JOINED = (
    Slip("Los vectores están bien, pero la máscara sigue midiendo lo que el texto: te faltan los n lugares del prompt. Con una máscara más "
         "corta que la entrada el modelo se detiene o, peor, tapa lo que no debe.", joining(mask=lambda n, rows: rows)),
    Slip("Has alargado la máscara con ceros, y un cero es «esto no lo mires»: el prompt estaría delante y nadie lo vería.",
         joining(mask=lambda n, rows: [[0] * n + row for row in rows])),
    Slip("Los unos de la máscara van donde va el prompt: delante. Detrás le dices al modelo que mire el relleno.",
         joining(mask=lambda n, rows: [row + [1] * n for row in rows])),
    Slip("Tu máscara es toda de unos: has perdido el relleno, y en la segunda fila el modelo leería huecos como si fueran texto.",
         joining(mask=lambda n, rows: [[1] * (n + len(row)) for row in rows])),
    Slip("El prompt va delante del texto, no detrás: un decodificador solo ve lo que ya ha leído, y un prompt al final no se vería al "
         "leer el texto.", joining(behind), joining(behind, lambda n, rows: [row + [1] * n for row in rows])),
    Slip("Has puesto los vectores del prompt en el sitio de los primeros tokens del texto, que se pierden: no se sustituye, se añade.",
         joining(overwritten), joining(overwritten, lambda n, rows: rows)),
)  # fmt: skip


def lengthened(labels: Rows, n: int) -> Rows:
    """Las etiquetas con n lugares sin puntuar delante: la referencia."""
    return [[UNSCORED] * n + row for row in labels]


def lengthening(extra: Callable[[int, list[int]], list[int]]) -> Callable:
    return lambda labels, n: [extra(n, row) for row in labels]


LABELS = (
    Slip("Las etiquetas miden aún lo que el texto, y los logits tienen n lugares más: quedarían todas corridas y cada una puntuaría a otro "
         "token.", lengthening(lambda n, row: row)),
    Slip("Con ceros le pides al modelo que en los lugares del prompt prediga el token 0. Ahí no hay nada que acertar: −100.",
         lengthening(lambda n, row: [0] * n + row)),
    Slip("Con −1 no basta: el número que la pérdida se salta es −100.", lengthening(lambda n, row: [-1] * n + row)),
    Slip("Los lugares sin puntuar van delante, donde va el prompt. Detrás, las del texto se quedan corridas n lugares.",
         lengthening(lambda n, row: row + [UNSCORED] * n)),
    Slip("Has sustituido las primeras etiquetas por −100 en vez de añadir lugares: la fila sigue midiendo lo mismo.",
         lengthening(lambda n, row: [UNSCORED] * min(n, len(row)) + row[n:])),
    Slip("Sobra o falta un lugar. No hace falta correr nada: el desfase de uno («cada lugar predice el siguiente») ya lo hace el modelo.",
         lengthening(lambda n, row: [UNSCORED] * (n - 1) + row), lengthening(lambda n, row: [UNSCORED] * (n + 1) + row)),
)  # fmt: skip


def stored(tasks: int, n: int, width: int, parameters: int) -> int:
    """Los números que se guardan con una base y un prompt suave por tarea: la referencia."""
    return parameters + tasks * n * width


STORED = (
    Slip("Cuentas los tokens virtuales, pero cada uno es un vector: son n · ancho números por tarea.",
         lambda tasks, n, width, base: base + tasks * n),
    Slip("Guardas una copia del modelo por tarea, y eso es justo lo que aquí no hace falta: no se ha movido ni un peso, así que hay "
         "una base para todas.", lambda tasks, n, width, base: tasks * (base + n * width), lambda tasks, n, width, base: tasks * base),
    Slip("Te dejas la base: los prompts suaves sin su modelo no sirven de nada.", lambda tasks, n, width, base: tasks * n * width),
    Slip("Cuentas un solo prompt, y hay uno por tarea.", lambda tasks, n, width, base: base + n * width),
    Slip("Has multiplicado por ancho²: eso sería una matriz. Cada token virtual es un vector.",
         lambda tasks, n, width, base: base + tasks * n * width**2),
)  # fmt: skip


def fits(window: int, n: int, answer: int) -> int:
    """Cuántos tokens de texto caben con el prompt suave delante y sitio para la respuesta: la referencia."""
    return max(0, window - n - answer)


FITS = (
    Slip("Los tokens virtuales no son palabras, pero ocupan sitio en la ventana como si lo fueran: réstalos.",
         lambda window, n, answer: max(0, window - answer)),
    Slip("La respuesta también se escribe dentro de la ventana: guárdale sitio.", lambda window, n, answer: max(0, window - n)),
    Slip("Si no cabe nada, la respuesta es 0: un texto no puede medir menos que nada.", lambda window, n, answer: window - n - answer),
    Slip("Un token virtual mide muchos números, pero ocupa un solo lugar de la ventana: no multipliques por nada.",
         lambda window, n, answer: max(0, window - n * 192 - answer)),
    Slip("Te sobra un lugar: el token de inicio ya va contado en el texto.", lambda window, n, answer: max(0, window - n - answer - 1)),
)  # fmt: skip


def honest(tried: dict[str, list[float]]) -> float:
    """El acierto en la prueba del candidato que mejor iba en el entrenamiento: la referencia."""
    return tried["prueba"][best(tried["entrenamiento"])]


def best(values: list[float]) -> int:
    return values.index(max(values))


HONEST = (
    Slip("Has elegido mirando la prueba. Con muchos candidatos siempre hay uno al que la prueba le sale bien por suerte, y ese número no "
         "se repetirá con frases nuevas.", lambda tried: max(tried["prueba"])),
    Slip("Has elegido bien, pero das el acierto en las frases con las que se eligió. Lo que interesa es cuánto acierta con las otras.",
         lambda tried: max(tried["entrenamiento"])),
    Slip("Das la media de todos los candidatos. Usarías uno: el que mejor iba al elegir.",
         lambda tried: sum(tried["prueba"]) / len(tried["prueba"])),
    Slip("Das el puesto del candidato, y se pide su acierto en la prueba.", lambda tried: best(tried["entrenamiento"])),
    Slip("Has elegido con la prueba y das el acierto del entrenamiento: es al revés.",
         lambda tried: tried["entrenamiento"][best(tried["prueba"])]),
)  # fmt: skip
