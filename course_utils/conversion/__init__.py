"""De cuaderno a programa: lo mismo que hace el cuaderno, en Python corriente y sin IPython.

``convert(origen, destino)`` escribe el programa; ``script(origen)`` devuelve su texto. La orden es
``convert_notebook_to_script.py``, y ``jupyter nbconvert --to programa`` usa el mismo exportador.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from course_utils.conversion.problems import ConversionError, Notice

if TYPE_CHECKING:
    from course_utils.conversion.exporter import ProgramExporter

__all__ = ["ConversionError", "Notice", "ProgramExporter", "convert", "main", "program", "script", "translate"]

Source = str | os.PathLike[str]
Warn = Callable[[Notice], object] | None


def convert(source: Source, target: Source, *, echo: bool = False, install: bool = False, warn: Warn = None) -> int:
    """Escribe en ``target`` el programa equivalente al cuaderno ``source`` y devuelve cuántos bytes ocupa.

    El texto se codifica y se compila entero en memoria antes de tocar ``target``, que se escribe entero o no se escribe.

    Args:
        source: un fichero ``.ipynb`` de cualquier formato entre el 1 y el 4.
        target: el nombre del programa, tal cual se dé. No puede ser el propio cuaderno.
        echo: que el programa escriba también lo que Jupyter enseña sin ``print``: el último valor de cada celda.
        install: que las instalaciones (``%pip install``, ``!apt``, ``git clone``…) se ejecuten, en vez de saltarse.
        warn: recibe cada ``Notice``: lo que no se ha podido traducir, con su celda y su línea. Sin él, los avisos salen en
            la salida de errores, como los de la orden.

    Raises:
        ConversionError: ``source`` no es un cuaderno de Python que se pueda convertir, o ``target`` no se puede escribir.
    """
    from course_utils.conversion import writing

    writing.check(Path(source), Path(target))
    text = script(source, echo=echo, install=install, warn=warn)
    return writing.write(text.encode("utf-8"), Path(target))


def script(source: Source, *, echo: bool = False, install: bool = False, warn: Warn = None) -> str:
    """Texto del programa equivalente al cuaderno ``source``, ya compilado una vez. Los argumentos, como en ``convert``."""
    from course_utils.conversion import reading

    source = Path(source)
    return program(reading.read_bytes(source), str(source), echo=echo, install=install, warn=warn)


def program(data: bytes, name: str, *, echo: bool = False, install: bool = False, warn: Warn = None) -> str:
    """Lo mismo que ``script`` con el contenido del fichero en vez de su ruta; ``name`` es el que sale en los mensajes."""
    from course_utils.conversion import reading
    from course_utils.conversion.exporter import ProgramExporter

    exporter = ProgramExporter(echo=echo, install=install)
    text, resources = exporter.from_notebook_node(reading.parse(data, name), reading.origin(data, name))
    for notice in resources["notices"]:
        (warn or _print_notice)(notice)
    return text


def translate(cell: str, *, echo: bool = False) -> str:
    """El Python corriente de una sola celda, sin las piezas que necesitaría para ejecutarse; para verlo.

    Raises:
        ConversionError: ni Python ni IPython entienden la celda.
    """
    from course_utils.conversion import cells
    from course_utils.conversion.context import Context

    return cells.translate_all([(cell, False)], Context("celda", echo=echo))[0]


def main(arguments: list[str] | None = None) -> int:
    """La orden ``convert_notebook_to_script.py``; véase ``command.main``."""
    from course_utils.conversion import command

    return command.main(arguments)


def _print_notice(notice: Notice) -> None:
    import sys

    print(notice, file=sys.stderr)


def __getattr__(name: str) -> object:
    if name == "ProgramExporter":
        from course_utils.conversion.exporter import ProgramExporter

        return ProgramExporter
    raise AttributeError(f"course_utils.conversion no tiene «{name}». Tiene: {', '.join(__all__)}.")
