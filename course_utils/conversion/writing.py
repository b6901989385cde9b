"""Escribir el programa: se comprueba el destino antes de empezar, y se escribe entero o no se escribe."""

from __future__ import annotations

import os
from pathlib import Path

from course_utils import paths
from course_utils.conversion.problems import UnwritableError


def check(source: Path, target: Path) -> None:
    """Comprueba que ``target`` puede ser el programa de ``source``: un fichero, en una carpeta que existe, y otro.

    Raises:
        UnwritableError: no puede serlo.
    """
    try:
        impossible = target.is_dir() or not target.parent.is_dir() or not target.name
        same = source.exists() and target.exists() and os.path.samefile(source, target)
    except (OSError, ValueError) as error:
        raise UnwritableError(_sentence(target, error)) from None
    if impossible:
        raise UnwritableError(f"No puedo escribir en «{target}»: da el nombre de un fichero dentro de una carpeta que exista.")
    if same or target.resolve() == source.resolve():
        raise UnwritableError(f"El cuaderno y el programa serían el mismo fichero, «{target}»: da otro nombre a la salida.")


def write(data: bytes, target: Path) -> int:
    """Escribe ``data`` en ``target`` y devuelve cuántos bytes son. Un enlace se sigue; un dispositivo se escribe tal cual.

    Raises:
        UnwritableError: no se ha podido, y lo que hubiera en ``target`` sigue como estaba.
    """
    try:
        if target.exists() and not target.is_file():  # /dev/stdout o una tubería: no se pueden sustituir
            with open(target, "wb", buffering=0) as stream:
                return stream.write(data)
        return paths.write_whole(target.resolve(), data)
    except (OSError, ValueError) as error:
        raise UnwritableError(_sentence(target, error)) from None


def _sentence(target: Path, error: Exception) -> str:
    reason = getattr(error, "strerror", None) or error
    return f"No puedo escribir «{target}» ({reason}): elige otra carpeta o revisa sus permisos y el espacio que queda."
