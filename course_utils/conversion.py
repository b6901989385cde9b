"""De cuaderno a programa: las celdas de código, en orden, con el texto como comentarios (lo hace nbconvert)."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import NoReturn

from course_utils import paths

USAGE = "python convert_notebook_to_script.py --input CUADERNO.ipynb --output PROGRAMA.py"


class ConversionError(ValueError):
    """El cuaderno no se puede convertir; el mensaje dice por qué y qué hacer."""


def convert(source: str | os.PathLike[str], target: str | os.PathLike[str]) -> int:
    """Escribe en ``target`` el programa equivalente al cuaderno ``source`` y devuelve cuántos bytes ocupa.

    El programa se compila antes de escribirse, y se escribe entero o no se escribe.

    Raises:
        ConversionError: ``source`` no es un cuaderno de Python válido o ``target`` no se puede escribir.
    """
    source, target = Path(source), Path(target)
    _check_target(source, target)
    text = script(source)
    _compile(text, source)
    return _write(text, target)


def script(source: str | os.PathLike[str]) -> str:
    """Texto del programa equivalente al cuaderno ``source``, sin compilar ni escribir nada."""
    from nbconvert import PythonExporter

    body, _ = PythonExporter(exclude_input_prompt=True).from_notebook_node(_read(Path(source)))
    return body


def _read(source: Path):
    import nbformat

    if not source.is_file():
        raise ConversionError(f"No encuentro el cuaderno «{source}»: comprueba el nombre y la carpeta desde la que lo pides.")
    try:
        notebook = nbformat.read(source, as_version=4)
        nbformat.validate(notebook)
    except Exception as error:  # JSON roto, otra codificación, otro formato: para quien lo usa es lo mismo
        raise ConversionError(f"«{source}» no es un cuaderno de Jupyter válido: ábrelo y guárdalo otra vez desde JupyterLab.") from error
    language = notebook.metadata.get("language_info", {}).get("name", "python")
    if language != "python":
        raise ConversionError(f"«{source}» está escrito en {language}, y aquí solo se convierten cuadernos de Python.")
    return notebook


def _check_target(source: Path, target: Path) -> None:
    if target.is_dir() or not target.parent.is_dir():
        raise ConversionError(f"No puedo escribir en «{target}»: da el nombre de un fichero dentro de una carpeta que exista.")
    if target.resolve() == source.resolve():
        raise ConversionError(f"El cuaderno y el programa serían el mismo fichero, «{target}»: da otro nombre a la salida.")


def _compile(text: str, source: Path) -> None:
    try:
        compile(text, source.name, "exec")
    except (SyntaxError, ValueError) as error:
        where = f" («{error.text.strip()}»)" if getattr(error, "text", None) else ""
        raise ConversionError(f"«{source}» tiene código que Python no entiende{where}: corrige esa celda y repite.") from error


def _write(text: str, target: Path) -> int:
    try:
        return paths.write_whole(target, text)
    except OSError as error:
        raise ConversionError(f"No puedo escribir «{target}» ({error.strerror}): elige otra carpeta o revisa sus permisos.") from error


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"No entiendo la orden. Se usa así:\n  {USAGE}\n")


def main(arguments: list[str] | None = None) -> int:
    """La orden: lee ``--input`` y ``--output``, convierte y cuenta lo que hace como lo cuenta nbconvert. Devuelve 0 si va bien."""
    parser = _Parser(usage=USAGE, description="Convierte un cuaderno en un programa de Python.", add_help=False, allow_abbrev=False)
    options = parser.add_argument_group("opciones")
    options.add_argument("--input", required=True, metavar="CUADERNO.ipynb", help="el cuaderno")
    options.add_argument("--output", required=True, metavar="PROGRAMA.py", help="el programa que se escribe")
    options.add_argument("-h", "--help", action="help", help="enseña esta ayuda y termina")
    chosen = parser.parse_args(arguments)
    print(f"[NbConvertApp] Converting notebook {chosen.input} to script", file=sys.stderr)
    try:
        size = convert(chosen.input, chosen.output)
    except ConversionError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"[NbConvertApp] Writing {size} bytes to {chosen.output}", file=sys.stderr)
    return 0
