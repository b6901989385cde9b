"""El PNG escrito a mano lo lee cualquiera: aquí, Pillow."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from course_utils.figures import png


def read(data: bytes) -> np.ndarray:
    image = Image.open(io.BytesIO(data))
    image.load()  # comprueba también los CRC
    return np.asarray(image.convert("RGB"))


@pytest.mark.parametrize("shape", [(1, 1), (7, 13), (40, 300)])
def test_few_colors_come_back_exact(shape):
    palette = np.random.default_rng(0).integers(0, 256, (200, 3), dtype=np.uint8)
    pixels = palette[np.random.default_rng(1).integers(0, 200, shape)]
    assert (read(png.encode(pixels)) == pixels).all()


def test_many_colors_keep_the_frequent_and_send_the_rest_to_the_nearest():
    grays = np.repeat(np.arange(256, dtype=np.uint8), 10)  # 256 grises, diez veces cada uno
    frequent = np.repeat(grays[:, None], 3, axis=1).reshape(10, 256, 3)
    rare = np.array([[[100, 100, 102], [3, 0, 0], [255, 255, 250]]], np.uint8)  # parecidos a algún gris
    back = read(png.encode(np.hstack([frequent.reshape(1, -1, 3), rare])))
    assert (back[0, :-3] == frequent.reshape(-1, 3)).all()
    assert back[0, -3:].tolist() == [[101] * 3, [1] * 3, [253] * 3]


def test_a_rare_color_like_no_other_stays_itself():
    grays = np.repeat(np.arange(256, dtype=np.uint8), 10)
    rare = np.array([[[15, 118, 110], [168, 24, 75]]], np.uint8)  # un ✓ verde y un borde granate, de un punto cada uno
    pixels = np.repeat(grays[:, None], 3, axis=1).reshape(1, -1, 3)
    back = read(png.encode(np.hstack([pixels, rare])))
    assert back[0, -2:].tolist() == rare[0].tolist() and np.abs(back[0, :-2].astype(int) - pixels[0]).max() <= 2


def test_the_same_pixels_give_the_same_bytes():
    pixels = np.random.default_rng(0).integers(0, 256, (20, 30, 3), dtype=np.uint8)
    assert png.encode(pixels) == png.encode(pixels)
