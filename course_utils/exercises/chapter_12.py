"""Ejercicios del capítulo 12: contar lo que entrena LoRA, con qué empieza, su cuenta, un paso que no toca lo congelado, y fusionar.

Las pruebas dan tensores de torch, y torch se importa al corregir; las respuestas valen como tensor, array o lista.
"""

from __future__ import annotations

from .answers import Array, Number, TwoArrays
from .attempt import as_tensor
from .core import Case, Exercise
from .mistakes_12 import BEGINNING, COUNTING, FORWARD, MERGING, STEPPING, begun, counted, forward, merged, stepped

TITLE = "LoRA"
__all__ = ["parametros", "empieza", "capa", "paso", "fusiona"]


def __dir__() -> list[str]:
    """Lo que enseña el tabulador tras «ejercicios.»: solo los ejercicios."""
    return __all__


parametros = Exercise(
    chapter=12,
    name="parametros",
    answer=Number(),
    cell='''
def cuenta_lora(formas, rango):
    """Cuántos números se entrenan con LoRA.

    formas: lista de parejas (salen, entran), una por cada matriz a la que se le pone LoRA.
    rango: el mismo para todas.
    """
    ...                                   # tu respuesta

ejercicios.parametros.check(cuenta_lora)
''',
    truth=counted,
    cases=(
        Case(([(192, 192)], 4), note="Una sola matriz, y cuadrada."),
        Case(([(576, 192)], 8), note="La matriz de consultas, claves y valores de un bloque de bolsillo."),
        Case(([(576, 192), (192, 192), (768, 192), (192, 768)], 1), note="Las cuatro de un bloque."),
        Case(([(4096, 4096)] * 64, 8), written="cuenta_lora([(4096, 4096)] * 64, 8)", note="32 bloques y dos matrices en cada uno."),
        Case(([], 8), note="Sin matrices no se entrena nada."),
    ),
    slips=COUNTING,
    hints=(
        "Dibuja las dos matrices: B tiene tantas filas como números salen; A, tantas columnas como números entran. ¿Y la otra medida?",
        "A tiene r × entran números y B, salen × r. Súmalos y recorre la lista.",
        "`sum(rango * (salen + entran) for salen, entran in formas)`.",
    ),
    code='''
def cuenta_lora(formas, rango):
    return sum(rango * (salen + entran) for salen, entran in formas)
''',
    explanation="Lo que no estaba en el enunciado: la matriz crece con el producto de sus medidas y LoRA, con la suma. Por eso, cuanto "
                "mayor es el modelo, menor es la parte que se entrena con el mismo rango.",
    praise="La cuarta prueba es la de un modelo de 7.000 millones con LoRA en dos matrices por bloque: 4,2 millones, el 0,06 %.",
)  # fmt: skip


CHANCE = [[0.3, -0.1, 0.2], [0.5, 0.4, -0.2]]

empieza = Exercise(
    chapter=12,
    name="empieza",
    answer=TwoArrays("A", "B"),
    prepare=as_tensor,
    cell='''
def empieza(salen, entran, rango, azar):
    """Con qué valores empiezan las dos matrices de LoRA.

    azar: tensor de forma (rango, entran) con números al azar, ninguno cero.
    Devuelve A y B, con A de forma (rango, entran). Al empezar, B @ A tiene que ser todo ceros,
    para que el modelo sea el de siempre; pero se tiene que poder aprender.
    """
    ...                                   # tu respuesta

ejercicios.empieza.check(empieza)
''',
    truth=begun,
    cases=(
        Case((4, 3, 2, CHANCE), written="empieza(4, 3, 2, azar)"),
        Case((5, 3, 1, [[0.7, -0.4, 0.1]]), written="empieza(5, 3, 1, azar)", note="Con rango 1, B es una columna."),
        Case((2, 4, 3, [[0.1, 0.2, -0.3, 0.4], [0.5, -0.6, 0.7, 0.8], [0.9, 1.0, 1.1, -1.2]]), written="empieza(2, 4, 3, azar)",
             note="Aquí el rango es mayor que lo que sale."),
    ),
    slips=BEGINNING,
    hints=(
        "Para que un producto sea cero basta con que lo sea una de las dos. ¿Cuál puede ser, si la otra es `azar`?",
        "¿Por qué no las dos? Si B es cero, el gradiente de A es cero; si A es cero, el de B también. Con una viva, la otra echa a andar.",
        "`torch.zeros(salen, rango)` es B; A es `azar`.",
    ),
    code='''
def empieza(salen, entran, rango, azar):
    return azar, torch.zeros(salen, rango)
''',
    explanation="Lo que no estaba en el enunciado: en el primer paso solo se mueve B, porque el gradiente de A lleva dentro a B, que es "
                "cero. Desde el segundo se mueven las dos.",
    praise="Así empiezan también en `peft`: por eso, recién puesto, LoRA no cambia ni un logit.",
)  # fmt: skip


X = [[1.0, 0.0, 2.0], [0.5, -1.0, 0.0]]
W = [[1.0, 0.0, -1.0], [2.0, 1.0, 0.0], [0.0, 3.0, 1.0], [1.0, 1.0, 1.0]]
A = [[0.5, 1.0, 0.0], [-1.0, 0.0, 2.0]]
B = [[1.0, 0.0], [0.0, 2.0], [1.0, 1.0], [0.5, -1.0]]
NOTHING = [[0.0, 0.0]] * 4

capa = Exercise(
    chapter=12,
    name="capa",
    answer=Array(),
    prepare=as_tensor,
    cell='''
def capa_lora(x, W, A, B, alpha):
    """Lo que da una capa lineal con LoRA, sin sesgo.

    x: tensor de forma (n, entran), un vector por fila. W: (salen, entran), congelada.
    A: (r, entran). B: (salen, r). alpha: un número; su parte del trabajo se multiplica por alpha / r.
    Devuelve un tensor de forma (n, salen).
    """
    ...                                   # tu respuesta

ejercicios.capa.check(capa_lora)
''',
    truth=forward,
    cases=(
        Case((X, W, A, B, 6.0), written="capa_lora(x, W, A, B, 6.0)", note="Aquí el rango es 2 y alpha, 6."),
        Case((X, W, A[:1], [[row[0]] for row in B], 3.0), written="capa_lora(x, W, A, B, 3.0)", note="Aquí el rango es 1."),
        Case((X, W, A, NOTHING, 6.0), written="capa_lora(x, W, A, B, 6.0)", note="Aquí B es todo ceros: la capa da lo de siempre."),
        Case((X[:1], W, A, B, 0.5), written="capa_lora(x, W, A, B, 0.5)", note="Aquí alpha es menor que el rango."),
    ),
    slips=FORWARD,
    hints=(
        "Son dos caminos que se suman: el congelado y el estrecho. `x @ W.T` es el primero.",
        "El estrecho pasa por A y después por B: `x @ A.T @ B.T`. ¿Por cuánto se multiplica?",
        "El rango es `A.shape[0]`; `alpha / A.shape[0]` es el factor, y solo va en el segundo camino.",
    ),
    code='''
def capa_lora(x, W, A, B, alpha):
    congelado = x @ W.T
    estrecho = x @ A.T @ B.T
    return congelado + alpha / A.shape[0] * estrecho
''',
    explanation="Lo que no estaba en el enunciado: el orden importa para la velocidad. `x @ A.T @ B.T` pasa por r números; `x @ (B @ A).T` "
                "da lo mismo, pero fabrica una matriz tan grande como W en cada paso.",
    praise="Es la fórmula (3) del artículo de LoRA, con su factor alpha / r, que va en la frase siguiente y muchos olvidan.",
)  # fmt: skip


SMALL = ([[1.0, 2.0], [3.0, 4.0]], [[0.5, -0.5]], [[0.0], [1.0]])
PUSH = ([[0.1, 0.2], [0.3, 0.4]], [[2.0, 1.0]], [[-1.0], [0.5]])
STEP = "un_paso(W, A, B, dW, dA, dB, {})"

paso = Exercise(
    chapter=12,
    name="paso",
    answer=TwoArrays("W", "A", "B"),
    prepare=as_tensor,
    cell='''
def un_paso(W, A, B, dW, dA, dB, tasa):
    """Un paso de descenso por el gradiente, sin Adam, en una capa con LoRA.

    W, A, B: las tres matrices de la capa; dW, dA, dB: el gradiente de la pérdida respecto de cada
    una, de su misma forma. tasa: la tasa de aprendizaje.
    Devuelve las tres matrices después del paso: W, A y B. Las que recibe no deben cambiar.
    """
    ...                                   # tu respuesta

ejercicios.paso.check(un_paso)
''',
    truth=stepped,
    cases=(
        Case((*SMALL, *PUSH, 0.1), STEP.format("0.1")),
        Case((*SMALL, *PUSH, 0.01), STEP.format("0.01"), "La misma capa, con una tasa menor."),
        Case(([[2.0]], [[1.0], [3.0]], [[0.0, 0.0]], [[4.0]], [[0.0], [0.0]], [[1.0, -2.0]], 0.5), STEP.format("0.5"),
             "El primer paso de todos: B es cero y el gradiente de A también."),
    ),
    slips=STEPPING,
    hints=(
        "¿Qué se entrena en LoRA y qué está congelado? Lo congelado sale como entró, tenga el gradiente que tenga.",
        "Lo que se entrena baja: se le resta su gradiente multiplicado por la tasa.",
        "`return W, A - tasa * dA, B - tasa * dB`.",
    ),
    code='''
def un_paso(W, A, B, dW, dA, dB, tasa):
    return W, A - tasa * dA, B - tasa * dB
''',
    explanation="Lo que no estaba en el enunciado: dW ni siquiera hace falta calcularlo. Al poner `requires_grad_(False)`, PyTorch no lo "
                "hace, y Adam no guarda sus dos números por peso: ahí está casi todo el ahorro de memoria.",
    praise="Ese `return W` es LoRA: el modelo no se toca, y por eso puede compartirse entre muchas tareas.",
)  # fmt: skip


FUSED = "matriz_fusionada(W, A, B, {}, {})"

fusiona = Exercise(
    chapter=12,
    name="fusiona",
    answer=Array(),
    prepare=as_tensor,
    cell='''
def matriz_fusionada(W, A, B, alpha, ya_fusionada):
    """La matriz que, ella sola, hace lo mismo que la capa con LoRA.

    W: (salen, entran). A: (r, entran). B: (salen, r). alpha: el factor es alpha / r.
    ya_fusionada: si es True, W lleva ya el cambio sumado de antes. W no debe cambiar.
    """
    ...                                   # tu respuesta

ejercicios.fusiona.check(matriz_fusionada)
''',
    truth=merged,
    cases=(
        Case((W, A, B, 6.0, False), FUSED.format("6.0", False), "Aquí aún no está fusionada."),
        Case((W, A, B, 6.0, True), FUSED.format("6.0", True), "Aquí ya lo está: no hay nada que sumar."),
        Case((W, A[:1], [[row[0]] for row in B], 3.0, False), FUSED.format("3.0", False), "Aquí el rango es 1."),
        Case((W, A, NOTHING, 6.0, False), FUSED.format("6.0", False), "Recién puesto LoRA, B es cero."),
    ),
    slips=MERGING,
    hints=(
        "`B @ A` mide lo mismo que W: se pueden sumar.",
        "No olvides el factor, el mismo que al entrenar. Y si ya está fusionada, ¿qué hay que hacer?",
        "`W if ya_fusionada else W + alpha / A.shape[0] * B @ A`.",
    ),
    code='''
def matriz_fusionada(W, A, B, alpha, ya_fusionada):
    if ya_fusionada:
        return W
    return W + alpha / A.shape[0] * (B @ A)
''',
    explanation="Lo que no estaba en el enunciado: para separar de nuevo no basta con restar. En coma flotante, sumar y restar lo mismo "
                "deja restos; por eso `unmerge`, en este curso, guarda la matriz de antes y la devuelve bit a bit.",
    praise="Y así se reparte por el mundo: una matriz corriente, que cualquier programa sabe usar sin haber oído hablar de LoRA.",
)  # fmt: skip
