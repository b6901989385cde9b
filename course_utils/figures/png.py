"""Un PNG de 256 colores escrito a mano: un dibujo de líneas ocupa la tercera parte, y siempre da los mismos bytes.

El formato: https://www.w3.org/TR/png-3/ (firma y trozos IHDR, PLTE, IDAT e IEND, cada uno con su CRC).
"""

from __future__ import annotations

import struct
import zlib

import numpy as np

SIGNATURE = b"\x89PNG\r\n\x1a\n"
COLORS = 256
FAR = 48.0  # a esta distancia, otro color ya se ve otro: una ✓ verde entre azules


def encode(pixels: np.ndarray) -> bytes:
    """Los bytes PNG de una imagen (alto, ancho, 3) de 8 bits por canal.

    Conserva exactos los colores más frecuentes, hasta 256, y algunos raros que no se parecen a ninguno de ellos; cada uno de los
    demás pasa al más parecido.
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
    palette = _palette(colors[np.argsort(-counts, kind="stable")])
    nearest = np.array([np.square(palette - color).sum(axis=1).argmin() for color in colors], np.uint8)
    return nearest[where.reshape(-1)], palette.astype(np.uint8)


def _palette(colors: np.ndarray) -> np.ndarray:
    """Hasta 256 colores de los dados, por frecuencia: unos pocos que tienen a todos cerca y, hasta llenar, los que más salen."""
    chosen = [0]
    for i, color in enumerate(colors):
        if len(chosen) < COLORS // 4 and np.square(colors[chosen] - color).sum(axis=1).min() > FAR**2:
            chosen.append(i)
    rest = np.setdiff1d(np.arange(len(colors)), chosen)
    return colors[np.sort([*chosen, *rest[: COLORS - len(chosen)]])]


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
