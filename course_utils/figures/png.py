"""Un PNG de 256 colores escrito a mano: un dibujo de líneas ocupa la tercera parte, y siempre da los mismos bytes.

El formato: https://www.w3.org/TR/png-3/ (firma y trozos IHDR, PLTE, IDAT e IEND, cada uno con su CRC).
"""

from __future__ import annotations

import struct
import zlib

import numpy as np

SIGNATURE = b"\x89PNG\r\n\x1a\n"
COLORS = 256


def encode(pixels: np.ndarray) -> bytes:
    """Los bytes PNG de una imagen (alto, ancho, 3) de 8 bits por canal.

    Conserva exactos los 256 colores más frecuentes; cada uno de los demás pasa al más parecido de ellos.
    """
    height, width = pixels.shape[:2]
    indices, palette = quantize(pixels)
    rows = np.hstack([np.zeros((height, 1), np.uint8), indices.reshape(height, width)])  # el 0 inicial de cada fila: sin filtro
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)  # 8 bits por píxel, con paleta
    chunks = ((b"IHDR", header), (b"PLTE", palette.tobytes()), (b"IDAT", zlib.compress(rows.tobytes(), 9)), (b"IEND", b""))
    return SIGNATURE + b"".join(_chunk(kind, data) for kind, data in chunks)


def quantize(pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Índices (alto · ancho,) y paleta (hasta 256, 3) de una imagen (alto, ancho, 3)."""
    packed = pixels.reshape(-1, 3).astype(np.uint32) @ np.array([1 << 16, 1 << 8, 1], np.uint32)
    found, where, counts = np.unique(packed, return_inverse=True, return_counts=True)
    colors = np.stack([found >> 16, found >> 8 & 255, found & 255], axis=1).astype(np.int32)
    palette = colors[np.argsort(-counts, kind="stable")[:COLORS]]
    nearest = np.array([np.square(palette - color).sum(axis=1).argmin() for color in colors], np.uint8)
    return nearest[where.reshape(-1)], palette.astype(np.uint8)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
