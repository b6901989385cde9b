"""Los modelos públicos que el curso conoce por un nombre corto, y qué papel tiene que hacer el que elige cada variable de entorno."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

TABLE = Path(__file__).parent.parent / "data" / "public_models.toml"
DECODER, ENCODER, BOTH = "decodificador", "codificador", "codificador-decodificador"
# Qué hace falta para cada variable: el papel de la red y si ha de tener plantilla de conversación.
VARIABLES = {
    "CURSO_DECODIFICADOR": (DECODER, False),
    "CURSO_INSTRUCT": (DECODER, True),
    "CURSO_CODIFICADOR": (ENCODER, False),
    "CURSO_TRADUCTOR": (BOTH, False),
    "CURSO_T5": (BOTH, False),
}


@dataclass(frozen=True)
class Public:
    """Un modelo público: cómo se llama aquí y en Hugging Face, qué hace, cuánto ocupa, con qué licencia y qué revisión se usa.

    parameters: los que tiene. bytes: lo que se descarga. instruct: si tiene plantilla de conversación.
    """

    alias: str
    id: str
    role: str
    parameters: int
    bytes: int
    license: str
    language: str
    revision: str
    instruct: bool = False


@lru_cache(maxsize=1)
def known() -> dict[str, Public]:
    """La tabla entera, por su nombre corto."""
    rows = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    return {alias: Public(alias=alias, **row) for alias, row in rows.items()}


def called(name: str) -> Public | None:
    """El modelo público que se llama así, con el nombre corto o con el de Hugging Face; None si no está en la tabla."""
    wanted = name.strip().lower()
    return next((one for one in known().values() if wanted in (one.alias, one.id.lower())), None)


def smaller(role: str | None, limit: int) -> Public | None:
    """El mayor modelo de la tabla con ese papel (cualquiera, si no se dice) y menos de `limit` parámetros."""
    fitting = [one for one in known().values() if role in (None, one.role) and one.parameters < limit]
    return max(fitting, key=lambda one: one.parameters, default=None)
