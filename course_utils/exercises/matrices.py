"""Matrices escritas como listas de filas: con ellas hacen sus cuentas la verdad y los errores típicos, sin importar torch."""

from __future__ import annotations

from collections.abc import Callable

from .mistakes_14 import softmax

Row = list[float]
Matrix = list[Row]


def transposed(matrix: Matrix) -> Matrix:
    return [list(column) for column in zip(*matrix, strict=True)]


def product(a: Matrix, b: Matrix) -> Matrix:
    """El producto de dos matrices; ValueError si sus formas no casan."""
    return [[sum(x * y for x, y in zip(row, column, strict=True)) for column in transposed(b)] for row in a]


def added(a: Matrix, b: Matrix) -> Matrix:
    return [[x + y for x, y in zip(one, other, strict=True)] for one, other in zip(a, b, strict=True)]


def scaled(matrix: Matrix, divisor: float) -> Matrix:
    return [[x / divisor for x in row] for row in matrix]


def softmax_by_rows(matrix: Matrix) -> Matrix:
    """Cada fila suma 1."""
    return [softmax(row) for row in matrix]


def softmax_by_columns(matrix: Matrix) -> Matrix:
    """Cada columna suma 1: el error de eje."""
    return transposed(softmax_by_rows(transposed(matrix)))


def scores(queries: Matrix, keys: Matrix) -> Matrix:
    """El producto escalar de cada consulta con cada clave, una fila por consulta."""
    return product(queries, transposed(keys))


def masked(matrix: Matrix, sees: Callable[[int, int], bool], hidden: float) -> Matrix:
    """Los mismos números donde la fila i puede mirar a la columna j, y ``hidden`` donde no."""
    return [[x if sees(i, j) else hidden for j, x in enumerate(row)] for i, row in enumerate(matrix)]


def past_and_self(i: int, j: int) -> bool:
    """Lo que deja ver la máscara causal: cada token se ve a sí mismo y a los anteriores."""
    return j <= i
