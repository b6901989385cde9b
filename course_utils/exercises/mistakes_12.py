"""Errores típicos del capítulo 12: qué hace cada uno y qué se le dice a quien lo comete."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from .core import Slip
from .matrices import Matrix, added, product, transposed


def times(matrix: Matrix, factor: float) -> Matrix:
    return [[factor * x for x in row] for row in matrix]


def zeros(rows: int, columns: int) -> Matrix:
    return [[0.0] * columns for _ in range(rows)]


# --- cuenta_lora ------------------------------------------------------------------------------------------------------


def counted(shapes: Sequence[Sequence[int]], rank: int, each: Callable[[int, int, int], int] = lambda o, i, r: r * (o + i)) -> int:
    """Los números que entrena LoRA: la referencia, con otra cuenta por matriz para los errores."""
    return sum(each(outside, inside, rank) for outside, inside in shapes)


COUNTING = (
    Slip("Multiplicas las dos medidas, y ese es el tamaño de la matriz congelada. Las dos estrechas miden salen × r y r × entran: suma.",
         lambda s, r: counted(s, r, lambda o, i, r: r * o * i), lambda s, r: counted(s, r, lambda o, i, r: o * i)),
    Slip("Te falta el rango: cada medida va multiplicada por r, porque B tiene r columnas y A, r filas.",
         lambda s, r: counted(s, r, lambda o, i, r: o + i)),
    Slip("Cuentas solo una de las dos matrices. Se entrenan las dos: A, de r × entran, y B, de salen × r.",
         lambda s, r: counted(s, r, lambda o, i, r: r * i), lambda s, r: counted(s, r, lambda o, i, r: r * o)),
    Slip("Supones que la matriz es cuadrada. Aquí casi ninguna lo es: suma lo que sale y lo que entra, cada uno con lo suyo.",
         lambda s, r: counted(s, r, lambda o, i, r: 2 * r * i), lambda s, r: counted(s, r, lambda o, i, r: 2 * r * o)),
    Slip("Sumas también los pesos de W, que están congelados: se usan, pero no se entrenan.",
         lambda s, r: counted(s, r, lambda o, i, r: o * i + r * (o + i))),
    Slip("Metes en medio una matriz de r × r. Entre B y A no hay nada: solo el producto.",
         lambda s, r: counted(s, r, lambda o, i, r: r * (o + i) + r * r)),
)  # fmt: skip


# --- empieza ----------------------------------------------------------------------------------------------------------


def begun(outside: int, inside: int, rank: int, chance: Matrix) -> tuple[Matrix, Matrix]:
    """A al azar y B a cero: la referencia."""
    return chance, zeros(outside, rank)


BEGINNING = (
    Slip("Con las dos a cero no se aprende nunca: el gradiente de A lleva dentro a B y el de B lleva dentro a A, así que los dos son cero, "
         "y en cero se quedan.", lambda o, i, r, chance: (zeros(r, i), zeros(o, r))),
    Slip("Si ninguna de las dos es cero, su producto tampoco, y el modelo empieza estropeado. Una de las dos tiene que ser cero: B.",
         lambda o, i, r, chance: (chance, [[1.0] * r for _ in range(o)]),
         lambda o, i, r, chance: (chance, [[chance[k % len(chance)][j % i] for k in range(r)] for j in range(o)])),
    Slip("A está bien. B está traspuesta: tiene que poder multiplicarse B @ A, así que mide salen × r.",
         lambda o, i, r, chance: (chance, zeros(r, o))),
    Slip("B mide lo mismo que la matriz entera. Su gracia es que sea estrecha: salen × r.",
         lambda o, i, r, chance: (chance, zeros(o, i))),
    Slip("Las dos están bien, pero en otro orden: primero A y después B.", lambda o, i, r, chance: (zeros(o, r), chance)),
)  # fmt: skip


# --- capa_lora --------------------------------------------------------------------------------------------------------


def forward(x: Matrix, W: Matrix, A: Matrix, B: Matrix, alpha: float, *, factor: Callable | None = None, frozen: bool = True) -> Matrix:
    """y = W x + (alpha / r) B A x, con los vectores en filas: la referencia. `factor(alpha, A)` la cambia para los errores."""
    scale = alpha / len(A) if factor is None else factor(alpha, A)
    side = times(product(product(x, transposed(A)), transposed(B)), scale)
    return added(product(x, transposed(W)), side) if frozen else side


def with_factor(factor: Callable[[float, Matrix], float]) -> Callable:
    return lambda x, W, A, B, alpha: forward(x, W, A, B, alpha, factor=factor)


FORWARD = (
    Slip("Te olvidas de alpha / r. Con alpha = r no se nota; en cuanto no son iguales, tu capa no da lo mismo que la que se entrenó.",
         with_factor(lambda alpha, A: 1.0)),
    Slip("Multiplicas por alpha, pero no divides entre el rango: al cambiar r cambiaría la fuerza de todo el ajuste.",
         with_factor(lambda alpha, A: alpha)),
    Slip("El factor está al revés: es alpha / r, no r / alpha.", with_factor(lambda alpha, A: len(A) / alpha)),
    Slip("Divides entre lo que entra, no entre el rango. El rango es el número de filas de A: `A.shape[0]`.",
         with_factor(lambda alpha, A: alpha / len(A[0]))),
    Slip("Divides entre la raíz del rango. Existe, y se llama rsLoRA (Kalajdzievski, 2023), pero aquí se pide el de siempre: alpha / r.",
         with_factor(lambda alpha, A: alpha / len(A) ** 0.5)),
    Slip("Falta lo congelado: LoRA no sustituye a W x, le suma algo.", lambda x, W, A, B, alpha: forward(x, W, A, B, alpha, frozen=False)),
    Slip("Multiplicas por alpha / r todo, también lo congelado. Lo que ya sabía el modelo se queda como está: el factor es solo de B A x.",
         lambda x, W, A, B, alpha: times(forward(x, W, A, B, alpha, factor=lambda *_: 1.0), alpha / len(A))),
)  # fmt: skip


# --- un_paso ----------------------------------------------------------------------------------------------------------


def stepped(
    W: Matrix, A: Matrix, B: Matrix, dW: Matrix, dA: Matrix, dB: Matrix, rate: float, *, moves: str = "AB", sign: float = -1.0
) -> tuple[Matrix, Matrix, Matrix]:  # fmt: skip
    """Un paso de descenso que solo mueve A y B: la referencia. `moves` y `sign` lo cambian para los errores."""
    moved = {"W": (W, dW), "A": (A, dA), "B": (B, dB)}
    return tuple(added(p, times(g, sign * rate)) if name in moves else p for name, (p, g) in moved.items())


def moving(moves: str, sign: float = -1.0) -> Callable:
    return lambda *given: stepped(*given, moves=moves, sign=sign)


STEPPING = (
    Slip("Has movido W, que está congelada. Si se mueve, ya no es LoRA: es un ajuste completo con dos matrices de más, y adiós a guardar "
         "solo las pequeñas.", moving("WAB")),
    Slip("Mueves W y dejas quietas A y B: eso es el ajuste completo. En LoRA es al revés.", moving("W")),
    Slip("Mueves A, pero B también se entrena; y empieza a cero, así que sin ella no se aprende nada.", moving("A")),
    Slip("Mueves B, pero A también se entrena.", moving("B")),
    Slip("El signo: sumas el gradiente, y con eso la pérdida sube. Se resta.", moving("AB", 1.0)),
    Slip("Restas el gradiente entero: falta multiplicarlo por la tasa de aprendizaje.",
         lambda W, A, B, dW, dA, dB, rate: stepped(W, A, B, dW, dA, dB, 1.0)),
)  # fmt: skip


# --- matriz_fusionada ---------------------------------------------------------------------------------------------------


def merged(W: Matrix, A: Matrix, B: Matrix, alpha: float, already: bool, *, factor: Callable | None = None, sign: float = 1.0) -> Matrix:
    """W + (alpha / r) B A, o W si ya estaba sumado: la referencia."""
    scale = alpha / len(A) if factor is None else factor(alpha, A)
    return W if already else added(W, times(product(B, A), sign * scale))


def merging(factor: Callable[[float, Matrix], float]) -> Callable:
    return lambda W, A, B, alpha, already: merged(W, A, B, alpha, already, factor=factor)


MERGING = (
    Slip("Si ya estaba fusionada, la fusionas otra vez y la corrección cuenta doble. Un error muy real: el modelo no falla, solo empeora.",
         lambda W, A, B, alpha, already: merged(W, A, B, alpha, False)),
    Slip("Te olvidas de alpha / r al fusionar: separada y fusionada ya no dan lo mismo.", merging(lambda alpha, A: 1.0)),
    Slip("Multiplicas por alpha sin dividir entre el rango.", merging(lambda alpha, A: alpha)),
    Slip("Devuelves solo el cambio. Lo que sustituye a la matriz es W más el cambio.",
         lambda W, A, B, alpha, already: times(product(B, A), alpha / len(A)),
         lambda W, A, B, alpha, already: W if already else times(product(B, A), alpha / len(A))),
    Slip("Restas el cambio: eso es deshacer la fusión.", lambda *given: merged(*given, sign=-1.0)),
    Slip("La condición está al revés: se suma cuando *no* estaba fusionada.",
         lambda W, A, B, alpha, already: merged(W, A, B, alpha, not already)),
    Slip("Cuando ya está fusionada restas el cambio, y eso la deja sin fusionar. Si ya está, no hay que hacer nada.",
         lambda W, A, B, alpha, already: merged(W, A, B, alpha, False, sign=-1.0 if already else 1.0)),
)  # fmt: skip
