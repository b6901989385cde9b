"""De un fichero a un cuaderno de nbformat 4, o una frase que dice por qué no se puede y dónde."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from course_utils.conversion.outputs import too_deep, without_outputs
from course_utils.conversion.problems import ConversionError, quoted, reason, shown

CONFLICT = re.compile(rb"^(?:<{7}|>{7}|\|{7}) ", re.MULTILINE)
LONG_NUMBER = re.compile(rb"\d{4301}")
PAGE = re.compile(r"<(?:!doctype|html)", re.IGNORECASE)
UNIQUE = {"cells", "worksheets", "nbformat", "metadata", "cell_type", "source", "input"}  # repetidas, no se sabría cuál vale
PYTHON = re.compile(r"i?python[\d.]*|pyspark\d*")
OTHER_KERNELS = re.compile(
    r"ir|bash|zsh|javascript|jslab|tslab|deno|i?ruby|rust|go\w*|scala\w*|almond|apache_toree\w*|julia\b.*|xcpp.*|\.net-.*"
    r"|octave|matlab|sas|stata|wolframlanguage.*|i?haskell|i?perl|i?java|kotlin|php|lua|ocaml.*|powershell|clojure|sql|maxima"
)
KINDS = {1: ("code", "text"), 2: ("code", "markdown", "html"), 3: ("code", "markdown", "raw", "heading", "html"),
         4: ("code", "markdown", "raw")}  # fmt: skip
TEXT = {("code", 1): "code", ("code", 2): "input", ("code", 3): "input", ("text", 1): "text"}  # en los demás, «source»
DRAWN = [{"output_type": "display_data", "metadata": {}, "data": {"image/png": ""}}]
Notebook = Any  # nbformat.NotebookNode; nbformat se importa al leer


def read_bytes(source: Path) -> bytes:
    """El contenido del fichero."""
    try:
        if source.is_dir():
            raise ConversionError(f"«{shown(source)}» es una carpeta: da el nombre de un cuaderno.")
        return source.read_bytes()
    except FileNotFoundError:
        raise ConversionError(
            f"No encuentro el cuaderno «{shown(source)}»: comprueba el nombre y la carpeta desde la que lo pides."
        ) from None
    except ConversionError:
        raise
    except (OSError, ValueError) as error:
        raise ConversionError(f"No puedo leer «{shown(source)}» ({reason(error)}): comprueba el nombre y sus permisos.") from None


def origin(data: bytes, name: str) -> dict[str, Any]:
    """De dónde sale el programa: lo que el exportador escribe en su cabecera."""
    return {"metadata": {"name": Path(name).stem}, "source_name": shown(name), "sha256": hashlib.sha256(data).hexdigest()}


def parse(data: bytes, name: str) -> Notebook:
    """El cuaderno, en formato 4, con lo que hace falta y nada más: sus celdas, comprobadas, y cuáles dibujaron.

    Raises:
        ConversionError: no es un cuaderno, está roto, es de otro lenguaje o de un formato desconocido.
    """
    name = shown(name)
    json_data = _utf8(data)
    if not json_data or json_data.isspace():
        raise ConversionError(f"«{name}» está vacío: guárdalo otra vez desde JupyterLab.")
    _check_conflict(json_data, name)
    found = _load(_text(without_outputs(json_data), json_data, len(data) - len(json_data), name), json_data, name)
    major = _major(found, name)
    _check_language(_dict(found.get("metadata")), major, name)
    return _notebook(_checked_cells(found, major, name), major)


def _utf8(data: bytes) -> bytes:
    """El mismo JSON en UTF-8: como UTF-16 o UTF-32 solo se reconoce lo que empieza por su marca."""
    encoding = json.detect_encoding(data[:4]) if data[:2] in (b"\xff\xfe", b"\xfe\xff") or data[:4] == b"\x00\x00\xfe\xff" else "utf-8"
    if encoding == "utf-8":
        return data.removeprefix(b"\xef\xbb\xbf")
    try:
        return data.decode(encoding).encode("utf-8")
    except UnicodeError:
        return data


def _check_conflict(data: bytes, name: str) -> None:
    for mark in (b"<<<<<<< ", b">>>>>>> ", b"||||||| "):
        if mark in data and (conflict := CONFLICT.search(data)):  # al principio de una línea ningún JSON puede llevarlas
            line = data.count(b"\n", 0, conflict.start()) + 1
            raise ConversionError(f"«{name}» tiene un conflicto de git sin resolver en la línea {line}: resuélvelo y repite.")


def _text(bare: bytes, data: bytes, skipped: int, name: str) -> str:
    """``bare`` decodificado; ``data`` es lo mismo con las salidas y ``skipped``, los bytes que se han quitado de delante."""
    if _first_bad_byte(bare) is None:
        return bare.decode("utf-8")
    bad = _first_bad_byte(data)  # la posición que vale es la del fichero entero
    if bad.reason == "unexpected end of data":
        return bare.decode("utf-8", "replace")  # cortado a mitad de una letra: lo dirá el JSON
    line = data.count(b"\n", 0, bad.start) + 1
    raise ConversionError(
        f"«{name}» no está en UTF-8: el byte {bad.start + skipped} (línea {line}) es 0x{data[bad.start]:02x}. "
        "Ábrelo con un editor y guárdalo en UTF-8."
    )


def _first_bad_byte(data: bytes) -> UnicodeDecodeError | None:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return error
    return None


def _load(text: str, data: bytes, name: str) -> dict[str, Any]:
    try:
        found = json.loads(text, object_pairs_hook=_Unrepeated(name))
    except json.JSONDecodeError as error:
        raise ConversionError(_broken(data, error, name)) from None
    except RecursionError:
        raise ConversionError(f"«{name}» anida sus datos a demasiada profundidad en {_place(data, too_deep(data))}: "
                              "no parece un cuaderno.") from None  # fmt: skip
    except ConversionError:
        raise
    except ValueError:  # un entero de miles de cifras
        number = LONG_NUMBER.search(data)
        where = f" en {_place(data, number.start())}" if number else ""
        raise ConversionError(f"«{name}» tiene un número de miles de cifras{where}: no parece un cuaderno.") from None
    if not isinstance(found, dict):
        raise ConversionError(f"«{name}» es JSON, pero no un cuaderno: le falta el objeto con sus celdas.")
    return found


def _place(data: bytes, byte: int) -> str:
    """«la línea 3, columna 14», contando letras y desde 1, como los editores."""
    start = data.rfind(b"\n", 0, byte) + 1
    return f"la línea {data.count(bytes([10]), 0, byte) + 1}, columna {len(data[start:byte].decode('utf-8', 'replace')) + 1}"


class _Unrepeated:
    """Hace de cada objeto del JSON un diccionario, y se niega si repite una clave que importa con valores distintos."""

    def __init__(self, name: str) -> None:
        self.name, self.cells = name, 0

    def __call__(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        self.cells += "cell_type" in found or "source" in found
        if len(found) < len(pairs):
            for key in sorted(UNIQUE & found.keys()):
                values = [value for other, value in pairs if other == key]
                if any(value != values[0] for value in values):
                    where = f", celda {self.cells} del fichero:" if key in ("cell_type", "source", "input") else ""
                    raise ConversionError(f"«{self.name}»{where} repite la clave «{key}» con valores distintos y no se sabe cuál vale: "
                                          "suele pasar al mezclar versiones a mano. Quédate con una.")  # fmt: skip
        return found


def _broken(data: bytes, error: json.JSONDecodeError, name: str) -> str:
    """Por qué no es JSON: una página web, un fichero cortado o un error con su línea."""
    if PAGE.match(error.doc.lstrip()):
        return f"«{name}» es una página web, no un cuaderno: descarga el fichero original (en GitHub, el botón «Raw»)."
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
    if isinstance(major, float) and major.is_integer():
        major = int(major)  # 4.0: en JSON es el mismo número
    if not isinstance(major, int) or isinstance(major, bool) or major < 1:
        raise ConversionError(f"«{name}» no es un cuaderno de Jupyter válido: su «nbformat» es {_json(major)}, "
                              "y tiene que ser un número entero, del 1 al 4.")  # fmt: skip
    if major > 4:
        raise ConversionError(f"«{name}» está en el formato {_json(major)[1:-1]} de Jupyter, y aquí se conocen del 1 al 4: ábrelo con un "
                              "JupyterLab reciente y guárdalo en el formato 4.")  # fmt: skip
    return major


def _json(value: Any) -> str:
    """Un trozo del fichero, como está en él y sin alargarse."""
    return quoted(json.dumps(value, ensure_ascii=False))


def _check_language(metadata: dict[str, Any], major: int, name: str, where: str = "") -> None:
    kernel = _dict(metadata.get("kernelspec"))
    old = metadata.get("language") if major < 4 else None  # en el formato 4 puede ser el idioma en que está escrito
    written = (_dict(metadata.get("language_info")).get("name"), kernel.get("language"), old)
    language = next((found for found in written if found and isinstance(found, str)), None)
    if language and not PYTHON.fullmatch(language.lower()):
        raise ConversionError(f"«{name}»{where} está en {quoted(language)[1:-1]}, y aquí solo se convierten cuadernos de Python.")
    known = kernel.get("name")
    if language is None and isinstance(known, str) and OTHER_KERNELS.fullmatch(known.lower()):
        raise ConversionError(f"«{name}» es para el núcleo {quoted(known)}, y aquí solo se convierten cuadernos de Python.")


def _checked_cells(found: dict[str, Any], major: int, name: str) -> list[dict[str, Any]]:
    """Las celdas, con lo que hace falta y nada más."""
    cells = []
    for i, cell in enumerate(_raw_cells(found, major, name), 1):
        where = f", celda {i} del fichero:"
        cells.append(_cell(cell, major, f"«{name}»{where}"))
        if major < 4 and cell["cell_type"] == "code":
            _check_language({"language": cell.get("language")}, major, name, where)
    return cells


def _raw_cells(found: dict[str, Any], major: int, name: str) -> Iterator[Any]:
    """Las celdas tal como vienen; en los formatos 2 y 3, las de todas las hojas."""
    sheets = found.get("worksheets") if major in (2, 3) else [found]
    if not isinstance(sheets, list):
        raise ConversionError(f"«{name}» no es un cuaderno de Jupyter válido: le falta la lista «worksheets», la del formato {major}.")
    for sheet in sheets:
        cells = _dict(sheet).get("cells")
        if not isinstance(cells, list):
            raise ConversionError(f"«{name}» no es un cuaderno de Jupyter válido: le falta la lista «cells» con sus celdas.")
        yield from cells


def _cell(cell: Any, major: int, where: str) -> dict[str, Any]:
    """La celda con lo que hace falta y nada más; ``where`` empieza el mensaje si algo no es lo que debe."""
    if not isinstance(cell, dict):
        raise ConversionError(f"{where} tendría que ser un objeto y es {_json(cell)}. Recupera una copia del cuaderno.")
    kind = cell.get("cell_type")
    if kind not in KINDS[major]:
        given = f"su tipo es {_json(kind)}" if "cell_type" in cell else "no dice su tipo («cell_type»)"
        raise ConversionError(f"{where} {given}, y solo puede ser {', '.join(KINDS[major][:-1])} o {KINDS[major][-1]}.")
    key = TEXT.get((kind, major), "source")
    clean = {"cell_type": kind, key: _source(cell, key, major, where), "metadata": _metadata(cell)}
    if kind == "code":
        clean |= {"language": "python", "outputs": [], "drew": _drew(cell.get("outputs"))}
    if kind == "heading":
        clean["level"] = level if (level := cell.get("level")) in range(1, 7) else 1
    return clean


def _source(cell: dict[str, Any], key: str, major: int, where: str) -> str:
    source = cell.get(key)
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        whole = major == 4 or source[:1] and source[0].endswith(("\n", "\r"))  # los formatos viejos guardaban las líneas sin su final
        return ("" if whole else "\n").join(source)
    if isinstance(source, str):
        return source
    if source is None and major < 4 and "source" not in cell:
        return ""  # los formatos viejos no escribían el de una celda vacía
    raise ConversionError(f"{where} su texto («{key}») tendría que ser una cadena o una lista de cadenas. Recupera una copia.")


def _metadata(cell: dict[str, Any]) -> dict[str, Any]:
    """De los datos de la celda solo importa una marca: si se esperaba que fallase."""
    tags = _dict(cell.get("metadata")).get("tags")
    return {"tags": ["raises-exception"]} if isinstance(tags, list) and "raises-exception" in tags else {}


def _drew(outputs: Any) -> bool:
    """Si entre las salidas hay un dibujo: el que deja ``without_outputs`` en el lugar de los de cualquier formato."""
    return isinstance(outputs, list) and any("image/png" in _dict(_dict(output).get("data")) for output in outputs)


def _notebook(cells: list[dict[str, Any]], major: int) -> Notebook:
    """Un cuaderno de formato 4 con esas celdas: nbformat pasa las de los formatos viejos."""
    import nbformat

    drew = [cell.pop("drew", False) for cell in cells]
    if major < 4:
        sheets = {"cells": cells} if major == 1 else {"worksheets": [{"cells": cells, "metadata": {}}]}
        cells = nbformat.convert(nbformat.from_dict({"nbformat": major, "nbformat_minor": 0, "metadata": {}, **sheets}), 4).cells
    new = [{"cell_type": cell["cell_type"], "source": cell["source"], "metadata": cell["metadata"]}
           | ({"outputs": DRAWN if drawn else [], "execution_count": None} if cell["cell_type"] == "code" else {})
           for cell, drawn in zip(cells, drew, strict=True)]  # fmt: skip
    return nbformat.from_dict({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": new})


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
