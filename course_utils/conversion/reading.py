"""De un fichero a un cuaderno de nbformat 4, o una frase que dice por qué no se puede y dónde."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

from course_utils.conversion.outputs import without_outputs
from course_utils.conversion.problems import ConversionError, quoted

CONFLICT = re.compile(rb"^(?:<{7}|>{7}|\|{7}) ", re.MULTILINE)
CELL_TYPES = ("code", "markdown", "raw")
UNIQUE = {"cells", "worksheets", "nbformat", "cell_type", "source", "input"}  # repetidas, no se sabría cuál vale
OTHER_KERNELS = re.compile(r"ir|bash|zsh|javascript|jslab|tslab|deno|i?ruby|rust|go\w*|scala\w*|apache_toree\w*|julia\b.*|xcpp.*|\.net-.*")
Notebook = Any  # nbformat.NotebookNode; nbformat se importa al leer


def read_bytes(source: Path) -> bytes:
    """El contenido del fichero."""
    if source.is_dir():
        raise ConversionError(f"«{source}» es una carpeta: da el nombre de un cuaderno.")
    try:
        return source.read_bytes()
    except FileNotFoundError:
        raise ConversionError(f"No encuentro el cuaderno «{source}»: comprueba el nombre y la carpeta desde la que lo pides.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ConversionError(f"No puedo leer «{source}» ({reason}): comprueba el nombre y sus permisos.") from None


def origin(data: bytes, name: str) -> dict[str, Any]:
    """De dónde sale el programa: lo que el exportador escribe en su cabecera."""
    return {"metadata": {"name": Path(name).stem}, "source_name": name, "sha256": hashlib.sha256(data).hexdigest()}


def parse(data: bytes, name: str) -> Notebook:
    """El cuaderno, en formato 4 y con sus celdas comprobadas; sin salidas, salvo si una celda dibujó algo.

    Raises:
        ConversionError: no es un cuaderno, está roto, es de otro lenguaje o de un formato desconocido.
    """
    if not data.strip():
        raise ConversionError(f"«{name}» está vacío: guárdalo otra vez desde JupyterLab.")
    bare = _load(_text(without_outputs(_utf8(data)), data, name), data, name)
    notebook = _upgraded(bare, _major(bare, name), name)
    _check_language(notebook, name)
    return notebook


def _utf8(data: bytes) -> bytes:
    """El mismo JSON en UTF-8: como UTF-16 o UTF-32 solo se reconoce lo que empieza por su marca."""
    encoding = json.detect_encoding(data[:4]) if data[:2] in (b"\xff\xfe", b"\xfe\xff") or data[:4] == b"\x00\x00\xfe\xff" else "utf-8"
    if encoding == "utf-8":
        return data.removeprefix(b"\xef\xbb\xbf")
    try:
        return data.decode(encoding).encode("utf-8", "surrogatepass")
    except UnicodeError:
        return data


def _text(bare: bytes, data: bytes, name: str) -> str:
    try:
        return bare.decode("utf-8")
    except UnicodeDecodeError as error:
        error = _first_bad_byte(data) or error  # la posición que vale es la del fichero entero
        line = data.count(b"\n", 0, error.start) + 1
        raise ConversionError(
            f"«{name}» no está en UTF-8: el byte {error.start} (línea {line}) es 0x{data[error.start]:02x}. "
            "Ábrelo con un editor y guárdalo en UTF-8."
        ) from None


def _first_bad_byte(data: bytes) -> UnicodeDecodeError | None:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return error
    return None


def _load(text: str, data: bytes, name: str) -> dict[str, Any]:
    try:
        found = json.loads(text, object_pairs_hook=lambda pairs: _unique(pairs, name))
    except json.JSONDecodeError as error:
        raise ConversionError(_broken(data, error, name)) from None
    except RecursionError:
        raise ConversionError(f"«{name}» anida sus datos a demasiada profundidad: no parece un cuaderno.") from None
    except ConversionError:
        raise
    except ValueError:  # un entero de miles de cifras
        raise ConversionError(f"«{name}» tiene un número demasiado largo: no parece un cuaderno.") from None
    if not isinstance(found, dict):
        raise ConversionError(f"«{name}» es JSON, pero no un cuaderno: le falta el objeto con sus celdas.")
    return found


def _unique(pairs: list[tuple[str, Any]], name: str) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        for key in UNIQUE & found.keys():
            values = [value for other, value in pairs if other == key]
            if any(value != values[0] for value in values):
                raise ConversionError(f"«{name}» repite la clave «{key}» con valores distintos y no se sabe cuál vale: "
                                      "suele pasar al mezclar versiones a mano. Quédate con una.")  # fmt: skip
    return found


def _broken(data: bytes, error: json.JSONDecodeError, name: str) -> str:
    """Por qué no es JSON: un conflicto de git, un fichero cortado o un error con su línea."""
    if conflict := CONFLICT.search(data):
        line = data.count(b"\n", 0, conflict.start()) + 1
        return f"«{name}» tiene un conflicto de git sin resolver en la línea {line}: resuélvelo y repite."
    try:
        json.loads(data.decode("utf-8", "replace"))  # la línea que vale es la del fichero entero
    except json.JSONDecodeError as whole:
        error = whole
    except (ValueError, RecursionError):
        pass
    cut = error.pos >= len(error.doc.rstrip()) or error.msg.startswith("Unterminated")
    what = "está cortado: acaba antes de tiempo" if cut else "no es un cuaderno de Jupyter válido: su JSON está roto"
    return f"«{name}» {what} (línea {error.lineno}, columna {error.colno}). Recupera una copia entera."


def _major(found: dict[str, Any], name: str) -> int:
    """El formato del cuaderno, de 1 a 4."""
    major = found.get("nbformat")
    if major is None:
        raise ConversionError(f"«{name}» es JSON, pero no un cuaderno de Jupyter: le falta «nbformat».")
    if not isinstance(major, int) or isinstance(major, bool) or major < 1:
        raise ConversionError(f"«{name}» no es un cuaderno de Jupyter válido: su «nbformat» es {major!r}, y tiene que ser un número.")
    if major > 4:
        raise ConversionError(f"«{name}» está en el formato {major} de Jupyter, y aquí se conocen del 1 al 4: actualiza nbformat o "
                              "guárdalo en el formato 4.")  # fmt: skip
    return major


def _upgraded(found: dict[str, Any], major: int, name: str) -> Notebook:
    if major == 4:
        return _notebook(found, found.get("cells"), name)
    import nbformat

    try:
        written = nbformat.versions[major].to_notebook_json(found)  # junta las líneas de cada celda
        upgraded = nbformat.convert(written, 4)
        cells = [_joined(cell) for cell in upgraded.cells]
    except Exception as error:  # los formatos viejos no se comprueban al leerlos: lo que falle, falla al pasarlos al 4
        raise ConversionError(f"«{name}» está en el formato {major} de Jupyter y no se puede pasar al 4 ({type(error).__name__}: {error}): "
                              "ábrelo y guárdalo desde JupyterLab.") from None  # fmt: skip
    return _notebook(upgraded, cells, name)


def _notebook(found: dict[str, Any], cells: Any, name: str) -> Notebook:
    import nbformat

    metadata = _dict(found.get("metadata"))
    return nbformat.from_dict({"nbformat": 4, "nbformat_minor": 4, "metadata": metadata, "cells": _cells(cells, name)})


def _joined(cell: dict[str, Any]) -> dict[str, Any]:
    source = cell.get("source", cell.get("input", ""))
    return {**cell, "source": "".join(source) if isinstance(source, list) else source}


def _cells(cells: Any, name: str) -> list[dict[str, Any]]:
    if not isinstance(cells, list):
        raise ConversionError(f"«{name}» no es un cuaderno de Jupyter válido: le falta la lista «cells» con sus celdas.")
    return [_cell(cell, f"«{name}», celda {i} del fichero:") for i, cell in enumerate(cells, 1)]


def _cell(cell: Any, where: str) -> dict[str, Any]:
    """La celda con lo que hace falta y nada más; ``where`` empieza el mensaje si algo no es lo que debe."""
    if not isinstance(cell, dict):
        raise ConversionError(f"{where} tendría que ser un objeto y es {quoted(repr(cell))}. Recupera una copia del cuaderno.")
    kind, source = cell.get("cell_type"), cell.get("source")
    if kind not in CELL_TYPES:
        raise ConversionError(f"{where} su tipo es {quoted(repr(kind))}, y solo puede ser code, markdown o raw.")
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(source, str):
        raise ConversionError(f"{where} su texto («source») tendría que ser una cadena o una lista de cadenas. Recupera una copia.")
    outputs = cell.get("outputs")
    return {"cell_type": kind, "source": source, "metadata": _dict(cell.get("metadata")), "execution_count": cell.get("execution_count"),
            "outputs": outputs if isinstance(outputs, list) else []}  # fmt: skip


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _check_language(notebook: Notebook, name: str) -> None:
    language = _dict(notebook.metadata.get("language_info")).get("name") or _dict(notebook.metadata.get("kernelspec")).get("language")
    kernel = _dict(notebook.metadata.get("kernelspec")).get("name")
    if not isinstance(language, str):
        language = kernel if isinstance(kernel, str) and OTHER_KERNELS.fullmatch(kernel) else "python"
    if language.lower() not in ("python", "python2", "python3", "ipython"):
        raise ConversionError(f"«{name}» está escrito en {quoted(language)[1:-1]}, y aquí solo se convierten cuadernos de Python.")
