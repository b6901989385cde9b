"""Lo que puede ir mal al convertir: un error, que lo impide, o un aviso, que lo acompaña; y cómo se dice en una línea."""

from __future__ import annotations

import errno
from dataclasses import dataclass

REASONS = {
    errno.ENOSPC: "no queda espacio", errno.EDQUOT: "se ha agotado tu cuota de disco", errno.EFBIG: "el fichero sería demasiado grande",
    errno.EACCES: "no tienes permiso", errno.EPERM: "no tienes permiso", errno.EROFS: "el disco es de solo lectura",
    errno.ENOENT: "no existe", errno.ENOTDIR: "una parte de su ruta no es una carpeta", errno.EISDIR: "es una carpeta",
    errno.EEXIST: "ya hay un fichero que se llama así", errno.ENAMETOOLONG: "el nombre es demasiado largo",
    errno.ELOOP: "es un enlace que da vueltas sobre sí mismo", errno.EPIPE: "quien la leía la ha cerrado", errno.EBADF: "está cerrada",
    errno.EIO: "el disco falla", errno.EMFILE: "hay demasiados ficheros abiertos", errno.ENXIO: "nadie escucha al otro lado",
}  # fmt: skip


class ConversionError(ValueError):
    """El cuaderno no se puede convertir; el mensaje, una frase, dice qué pasa, dónde y qué hacer."""


class MisuseError(ConversionError):
    """Lo que se pide no se puede hacer con ningún cuaderno: la orden está mal."""


class UnwritableError(ConversionError):
    """El cuaderno se puede convertir, pero el programa no se puede escribir donde se pide."""


@dataclass(frozen=True)
class Notice:
    """Algo del cuaderno que el programa no hará igual: dónde está (``cell`` cuenta celdas de código, desde 1) y qué es."""

    notebook: str
    cell: int
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.notebook}, celda {self.cell}, línea {self.line}: {self.text}"


def shown(text: object) -> str:
    """Un nombre o un mensaje ajeno en una sola línea, con los caracteres invisibles a la vista."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in str(text))


def quoted(text: str, limit: int = 60) -> str:
    """Un trozo de cuaderno entre comillas, en una línea, con los caracteres invisibles a la vista y sin alargarse."""
    visible = shown(next((line for line in text.split("\n") if line.strip()), "").strip())
    return f"«{visible[:limit]}…»" if len(visible) > limit else f"«{visible}»"


def reason(error: Exception) -> str:
    """Por qué no se ha podido leer o escribir, en español si es de lo que suele pasar."""
    if isinstance(error, OSError):
        return REASONS.get(error.errno, shown(error.strerror or error))
    return "el nombre tiene caracteres que el sistema no admite"  # un carácter nulo o un sustituto suelto
