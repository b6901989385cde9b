"""Particiones que no pueden mezclarse: qué cae en la prueba lo decide el contenido mismo, no el sorteo."""
from zlib import crc32

SPLITS = ("train", "test", "compositional")


def held_out(key: str, one_in: int = 10) -> bool:
    """Si lo que identifica `key` se reserva para la prueba: más o menos uno de cada `one_in`, y siempre los mismos."""
    return crc32(key.encode("utf-8")) % one_in == 0


def checked(split: str, allowed: tuple[str, ...] = SPLITS) -> str:
    """La misma partición, si existe; si no, lanza ValueError."""
    if split not in allowed:
        raise ValueError(f"No hay ninguna partición «{split}»; elige entre {', '.join(allowed)}.")
    return split
