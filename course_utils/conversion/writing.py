"""Escribir el programa: se comprueba el destino antes de empezar, y se escribe entero o no se escribe."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable
from pathlib import Path

from course_utils import paths
from course_utils.conversion.problems import UnwritableError, reason, shown

Place = Path | int  # una ruta o un fichero ya abierto, como la entrada


def check(source: Place, target: Path, others: Iterable[Place] = ()) -> None:
    """Comprueba que ``target`` puede ser el programa de ``source``: un fichero que no sea ningún cuaderno, en una carpeta que existe.

    Raises:
        UnwritableError: no puede serlo.
    """
    try:
        impossible = target.is_dir() or not target.parent.is_dir() or not target.name
        if not impossible and target.exists() and not os.access(target, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except (OSError, ValueError) as error:
        raise UnwritableError(_sentence(target, error)) from None
    if impossible:
        raise UnwritableError(f"No puedo escribir en «{shown(target)}»: da el nombre de un fichero dentro de una carpeta que exista.")
    if (found := identity(target)) is not None and found in map(identity, (source, *others)):
        raise UnwritableError(f"El cuaderno y el programa serían el mismo fichero, «{shown(target)}»: da otro nombre a la salida.")


def identity(place: Place) -> tuple[int, int] | None:
    """Lo que distingue a un fichero de los demás, se le llame como se le llame; ``None`` si no existe o no es un fichero."""
    try:
        found = os.stat(place)
    except (OSError, ValueError):
        return None
    return (found.st_dev, found.st_ino) if stat.S_ISREG(found.st_mode) else None


def write(data: bytes, target: Path) -> int:
    """Escribe ``data`` en ``target`` y devuelve cuántos bytes son. Un enlace se sigue; un dispositivo se escribe tal cual.

    Raises:
        UnwritableError: no se ha podido, y lo que hubiera en ``target`` sigue como estaba.
    """
    try:
        if target.exists() and not target.is_file():  # /dev/null o una tubería: no se pueden sustituir
            with open(target, "wb") as stream:
                return stream.write(data)
        return paths.write_whole(_followed(target), data)
    except (OSError, ValueError) as error:
        raise UnwritableError(_sentence(target, error)) from None


def _followed(target: Path) -> Path:
    """El fichero al que lleva ``target``, si es un enlace: así el enlace sigue siéndolo."""
    place = Path(os.path.realpath(target))
    if place.is_symlink():
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
    return place


def _sentence(target: Path, error: Exception) -> str:
    return f"No puedo escribir «{shown(target)}» ({reason(error)}): elige otra carpeta o revisa sus permisos y el espacio que queda."
