"""Las diez clases de dibujo: cada función tira los dados y da las formas de uno, de atrás adelante."""

from __future__ import annotations

import math
from collections.abc import Callable
from random import Random

from course_utils.drawings.shapes import Color, Shape, box, circle, ellipse, polygon, stroke, union, without

CRAYONS: dict[str, Color] = {
    "rojo": (0.84, 0.22, 0.20), "naranja": (0.95, 0.55, 0.18), "amarillo": (0.98, 0.80, 0.22), "verde": (0.29, 0.62, 0.30),
    "azul": (0.20, 0.45, 0.75), "celeste": (0.48, 0.74, 0.90), "morado": (0.54, 0.33, 0.64), "rosa": (0.94, 0.56, 0.68),
    "marrón": (0.52, 0.35, 0.22), "gris": (0.55, 0.57, 0.60), "negro": (0.17, 0.18, 0.22), "crema": (0.92, 0.84, 0.68),
    "blanco": (0.98, 0.97, 0.94),
}  # fmt: skip


def crayon(rng: Random, *names: str) -> Color:
    """Una de esas ceras, con un tono un poco distinto cada vez."""
    return tuple(min(max(part + rng.uniform(-0.04, 0.04), 0.0), 1.0) for part in CRAYONS[rng.choice(names)])


def house(rng: Random) -> list[Shape]:
    wide, top, eaves = rng.uniform(0.62, 0.86), rng.uniform(-0.25, 0.0), rng.uniform(0.05, 0.2)
    walls, roof = crayon(rng, "amarillo", "crema", "celeste"), crayon(rng, "rojo", "marrón", "azul")
    peak, door = rng.uniform(-0.95, -0.75), rng.choice((-0.4, 0.0, 0.35)) * wide
    chimney = [Shape(box(0.35 * wide, -0.85, 0.65 * wide, top), crayon(rng, "marrón", "gris"))] * (rng.random() < 0.4)
    found = [*chimney, Shape(box(-wide, top, wide, 0.9), walls)]
    found.append(Shape(polygon((-wide - eaves, top + 0.05), (rng.choice((0.0, 0.0, -0.3)), peak), (wide + eaves, top + 0.05)), roof))
    found.append(Shape(box(door - 0.17, 0.35, door + 0.17, 0.9), crayon(rng, "marrón", "verde"), outlined=False))
    side = -1 if door > 0 else 1
    if rng.random() < 0.8:
        found.append(Shape(circle((side * 0.45 * wide, 0.3), 0.16), CRAYONS["azul"], outlined=False))
    return found


def tree(rng: Random) -> list[Shape]:
    trunk = Shape(box(-rng.uniform(0.1, 0.2), 0.1, rng.uniform(0.1, 0.2), 0.95), crayon(rng, "marrón"))
    green = crayon(rng, "verde", "verde", "verde", "naranja", "amarillo")
    if rng.random() < 0.4:
        wide = rng.uniform(0.5, 0.75)
        leaves = union(polygon((-wide, 0.45), (0, -0.35), (wide, 0.45)), polygon((-0.75 * wide, -0.05), (0, -0.95), (0.75 * wide, -0.05)))
        return [trunk, Shape(leaves, green)]
    tall, wide = rng.uniform(0.5, 0.62), rng.uniform(0.55, 0.8)
    fruit = crayon(rng, "rojo", "naranja", "amarillo")
    spots = [(rng.uniform(-0.5, 0.5) * wide, -0.35 + rng.uniform(-0.5, 0.5) * tall) for _ in range(rng.choice((0, 0, 3, 4)))]
    return [trunk, Shape(ellipse((0, -0.35), wide, tall), green), *(Shape(circle(spot, 0.11), fruit, outlined=False) for spot in spots)]


def flower(rng: Random) -> list[Shape]:
    petals, reach, turn = rng.choice((4, 5, 6)), rng.uniform(0.3, 0.38), rng.uniform(0, math.tau)
    center, size = (rng.uniform(-0.1, 0.1), -0.4), rng.uniform(0.22, 0.28)
    lean = rng.uniform(-0.2, 0.2)
    green = crayon(rng, "verde")
    around = [(center[0] + reach * math.cos(turn + i * math.tau / petals), center[1] + reach * math.sin(turn + i * math.tau / petals))
              for i in range(petals)]  # fmt: skip
    found = [Shape(stroke((center, (lean, 0.3), (lean, 0.95)), 0.14), green, outlined=False)]
    for side in rng.choice(((1,), (-1,), (1, -1))):
        found.append(Shape(ellipse((lean + side * 0.28, 0.6), 0.24, 0.12), green, outlined=False))
    found.append(Shape(union(*(circle(spot, size) for spot in around)), crayon(rng, "rojo", "rosa", "morado", "azul")))
    return [*found, Shape(circle(center, rng.uniform(0.17, 0.23)), crayon(rng, "amarillo"), outlined=False)]


def sun(rng: Random) -> list[Shape]:
    rays, turn, body = rng.choice((6, 8, 8, 10)), rng.uniform(0, math.tau), rng.uniform(0.38, 0.52)
    color, start, end = crayon(rng, "amarillo", "amarillo", "naranja"), body + 0.14, rng.uniform(0.85, 1.0)
    beams = crayon(rng, "amarillo", "naranja", "rojo")
    angles = [turn + i * math.tau / rays for i in range(rays)]
    found = [Shape(stroke([(r * math.cos(a), r * math.sin(a)) for r in (start, end)], 0.15), beams, outlined=False) for a in angles]
    found.append(Shape(circle((0, 0), body), color))
    if rng.random() < 0.4:
        eyes = [circle((side * 0.18, -0.1), 0.08) for side in (-1, 1)]
        found.append(Shape(union(*eyes, stroke(((-0.18, 0.14), (0, 0.22), (0.18, 0.14)), 0.09)), CRAYONS["negro"], outlined=False))
    return found


def moon(rng: Random) -> list[Shape]:
    radius, shift = rng.uniform(0.7, 0.85), rng.uniform(0.35, 0.6)
    turn = rng.uniform(-0.3, 0.3)
    bite = circle((shift * math.cos(turn), shift * math.sin(turn)), radius * rng.uniform(0.78, 0.95))
    found = [Shape(without(circle((0, 0), radius), bite), crayon(rng, "amarillo", "celeste", "gris"))]
    for _ in range(rng.choice((0, 1, 1, 2))):
        x, y = rng.uniform(0.35, 0.8), rng.uniform(-0.6, 0.6)
        star = union(stroke(((x - 0.16, y), (x + 0.16, y)), 0.1), stroke(((x, y - 0.16), (x, y + 0.16)), 0.1))
        found.append(Shape(star, crayon(rng, "amarillo", "azul"), outlined=False))
    return found


def fish(rng: Random) -> list[Shape]:
    tall, tail, color = rng.uniform(0.36, 0.56), rng.uniform(0.3, 0.46), crayon(rng, "rojo", "naranja", "azul", "verde")
    fin = crayon(rng, "rojo", "amarillo", "azul")
    found = [Shape(polygon((0.35, 0), (0.95, -tail), (0.8, 0), (0.95, tail)), fin)]
    if rng.random() < 0.6:
        found.append(Shape(polygon((-0.25, -tall * 0.7), (0.1, -tall - 0.3), (0.3, -tall * 0.5)), fin))
    found.append(Shape(ellipse((-0.15, 0), 0.68, tall), color))
    for x in (0.0, 0.26)[: rng.choice((0, 0, 1, 2))]:
        found.append(Shape(box(x - 0.06, -0.72 * tall, x + 0.06, 0.72 * tall), fin, outlined=False))
    return [*found, Shape(circle((-0.48, -0.12), 0.1), CRAYONS["negro"], outlined=False)]


def boat(rng: Random) -> list[Shape]:
    hull, mast = crayon(rng, "rojo", "marrón", "azul"), rng.uniform(-0.1, 0.15)
    wide, keel = rng.uniform(0.75, 0.95), rng.uniform(0.4, 0.6)
    sail = crayon(rng, "crema", "amarillo", "celeste")
    found = [Shape(stroke(((mast, -0.9), (mast, 0.4)), 0.12), CRAYONS["marrón"], outlined=False)]
    found.append(Shape(polygon((mast + 0.1, -0.85), (mast + rng.uniform(0.55, 0.8), 0.2), (mast + 0.1, 0.2)), sail))
    if rng.random() < 0.55:
        found.append(Shape(polygon((mast - 0.1, -0.6), (mast - rng.uniform(0.4, 0.6), 0.2), (mast - 0.1, 0.2)), sail))
    found.append(Shape(polygon((-wide, 0.35), (wide, 0.35), (keel, 0.8), (-keel, 0.8)), hull))
    if rng.random() < 0.5:
        waves = stroke([(x, 0.95 + 0.05 * (i % 2)) for i, x in enumerate((-0.95, -0.5, 0.0, 0.5, 0.95))], 0.14)
        found.append(Shape(waves, CRAYONS["celeste"], outlined=False))
    return found


def cat(rng: Random) -> list[Shape]:
    fur = crayon(rng, "naranja", "gris", "negro", "crema")
    wide, tall, ears = rng.uniform(0.62, 0.78), rng.uniform(0.55, 0.66), rng.uniform(0.8, 0.95)
    eye = CRAYONS["amarillo"] if max(fur) < 0.35 else crayon(rng, "verde", "negro", "azul")
    corners = [polygon((side * 0.95 * wide, 0.1), (side * 0.85 * wide, -ears), (side * 0.15 * wide, -0.3)) for side in (-1, 1)]
    found = [Shape(union(ellipse((0, 0.2), wide, tall), *corners), fur)]
    found += [Shape(circle((side * 0.3, 0.08), 0.12), eye, outlined=False) for side in (-1, 1)]
    found.append(Shape(polygon((-0.12, 0.34), (0.12, 0.34), (0, 0.48)), CRAYONS["rosa"], outlined=False))
    if rng.random() < 0.5:
        whiskers = [stroke(((side * 0.45, 0.42), (side * 0.98, y)), 0.08) for side in (-1, 1) for y in (0.35, 0.55)]
        found.append(Shape(union(*whiskers), CRAYONS["gris"] if max(fur) < 0.35 else CRAYONS["negro"], outlined=False))
    return found


def mushroom(rng: Random) -> list[Shape]:
    foot, wide, tall = rng.uniform(0.2, 0.3), rng.uniform(0.7, 0.92), rng.uniform(0.75, 0.95)
    cap = without(ellipse((0, 0.1), wide, tall), box(-2, 0.1, 2, 2))
    color = crayon(rng, "rojo", "marrón", "morado")
    found = [Shape(polygon((-foot, 0), (foot, 0), (foot + 0.08, 0.9), (-foot - 0.08, 0.9)), CRAYONS["crema"]), Shape(cap, color)]
    spots = [(-0.42, -0.18), (0.02, -0.42), (0.42, -0.14)][: rng.choice((0, 2, 3, 3))]
    return [*found, *(Shape(circle((x * wide, y), rng.uniform(0.1, 0.15)), CRAYONS["blanco"], outlined=False) for x, y in spots)]


def balloon(rng: Random) -> list[Shape]:
    wide, tall, swing = rng.uniform(0.5, 0.64), rng.uniform(0.58, 0.7), rng.uniform(-0.25, 0.25)
    color = crayon(rng, "rojo", "amarillo", "verde", "azul", "morado")
    string = stroke(((0, 0.3), (swing, 0.6), (-swing, 0.98)), 0.1)
    knot = polygon((-0.13, 0.42), (0.13, 0.42), (0, 0.2))
    found = [Shape(string, CRAYONS["gris"], outlined=False), Shape(knot, color), Shape(ellipse((0, -0.3), wide, tall), color)]
    if rng.random() < 0.7:
        found.append(Shape(ellipse((-0.2, -0.55), 0.12, 0.16), CRAYONS["blanco"], outlined=False))
    return found


KINDS: dict[str, Callable[[Random], list[Shape]]] = {
    "casa": house, "árbol": tree, "flor": flower, "sol": sun, "luna": moon, "pez": fish, "barco": boat, "gato": cat, "seta": mushroom,
    "globo": balloon,
}  # fmt: skip
