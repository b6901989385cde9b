"""Dibujos pequeños, de 16 × 16 puntos de color, inventados por un programa que tira dados: diez clases, y ninguna copia.

Cada dibujo es un puñado de formas con medidas, colores y detalles sorteados (`kinds`), que se colocan, se giran y se pintan sobre el
papel, con contorno o sin él. Como con los cuentos, la gramática es nuestra.
"""

from __future__ import annotations

from random import Random

import numpy as np

from course_utils.drawings.kinds import KINDS
from course_utils.drawings.shapes import Shape

__all__ = ["CLASSES", "PAPER", "SIZE", "draw", "nearest", "sample", "variety"]

CLASSES = tuple(KINDS)
SIZE = 16  # puntos de lado
PAPER, INK = (0.984, 0.980, 0.969), (0.13, 0.14, 0.19)
MIRRORED = {"pez", "barco"}  # los que pueden mirar al otro lado
TURN = {"sol": 0.5, "luna": 0.3, "pez": 0.25, "globo": 0.25}  # radianes que pueden girar; los demás, 0,08


def sample(n: int, *, seed: int = 0, kind: str | None = None) -> tuple[np.ndarray, np.ndarray]:
    """`n` dibujos al azar, siempre los mismos para la misma semilla: (dibujos, clases).

    dibujos: (n, 16, 16, 3), rojo, verde y azul de 0 a 1. clases: (n,), el número de su clase en `CLASSES`, todas igual de frecuentes.
    kind: si se da, todos de esa clase. Lanza ValueError si no existe o si `n` es negativo.
    """
    if kind is not None and kind not in KINDS:
        raise ValueError(f"No sé dibujar «{kind}»: sé {', '.join(CLASSES)}.")
    if n < 0:
        raise ValueError(f"Has pedido {n} dibujos: el número tiene que ser cero o más.")
    rng = Random(f"drawings-{seed}")
    labels = np.array([CLASSES.index(kind) if kind else rng.randrange(len(CLASSES)) for _ in range(n)], dtype=np.int64)
    images = [draw(CLASSES[label], rng) for label in labels]
    return np.array(images, dtype=np.float32).reshape(n, SIZE, SIZE, 3), labels


def draw(kind: str, rng: Random) -> np.ndarray:
    """Un dibujo de esa clase, (16, 16, 3): sortea sus formas, su sitio, su tamaño, su giro y su contorno."""
    shapes = KINDS[kind](rng)
    x, y, scale = _placed(kind, rng)
    outline = rng.choice((0.0, 0.0, rng.uniform(0.6, 0.9)))
    image = np.empty((SIZE, SIZE, 3))
    image[:] = PAPER
    for shape in shapes:
        _paint(image, shape, x, y, scale, outline)
    return image


def _placed(kind: str, rng: Random) -> tuple[np.ndarray, np.ndarray, float]:
    """Las coordenadas de cada punto del papel vistas desde el dibujo, y cuántos puntos mide su unidad."""
    scale = rng.uniform(5.8, 7.4)
    room = SIZE / 2 - scale
    center = [SIZE / 2 + rng.uniform(-room, room) for _ in range(2)]
    angle, side = rng.uniform(-1, 1) * TURN.get(kind, 0.08), rng.choice((1, -1)) if kind in MIRRORED else 1
    down, across = np.mgrid[0:SIZE, 0:SIZE] + 0.5
    u, v = (across - center[0]) / scale, (down - center[1]) / scale
    return side * (u * np.cos(angle) + v * np.sin(angle)), v * np.cos(angle) - u * np.sin(angle), scale


def _paint(image: np.ndarray, shape: Shape, x: np.ndarray, y: np.ndarray, scale: float, outline: float) -> None:
    """Pinta una forma encima de lo que hay: primero su contorno, si lo lleva, y luego su color. Los bordes se mezclan con el fondo."""
    distance = shape.distance(x, y) * scale
    layers = [(distance - outline, INK)] * (outline > 0 and shape.outlined) + [(distance, shape.color)]
    for depth, color in layers:
        cover = np.clip(0.5 - depth, 0, 1)[..., None]
        image += cover * (np.array(color) - image)


def nearest(images: np.ndarray, others: np.ndarray, *, batch: int = 200) -> tuple[np.ndarray, np.ndarray]:
    """De cada dibujo, el más parecido de los otros: (cuál, (n,); a qué distancia, (n,)).

    La distancia es la diferencia media de un punto (raíz de la media de los cuadrados): 0 si son iguales; 1, blanco contra negro.
    """
    rows, table = np.reshape(images, (len(images), -1)), np.reshape(others, (len(others), -1))
    norms, which, how_far = (table**2).sum(1), [], []
    for start in range(0, len(rows), batch):
        part = rows[start : start + batch]
        squares = (part**2).sum(1)[:, None] + norms - 2 * part @ table.T
        which.append(squares.argmin(1))
        how_far.append(np.sqrt(np.maximum(squares.min(1), 0) / table.shape[1]))
    return np.concatenate(which), np.concatenate(how_far)


def variety(images: np.ndarray) -> float:
    """Cuánto se distinguen entre sí unos dibujos: la distancia media entre dos cualesquiera."""
    rows = np.reshape(images, (len(images), -1)).astype(float)
    squares = (rows**2).sum(1)
    distances = np.sqrt(np.maximum(squares[:, None] + squares - 2 * rows @ rows.T, 0) / rows.shape[1])
    return float(distances.sum() / max(len(rows) * (len(rows) - 1), 1))
