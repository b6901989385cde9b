"""El progreso de quien estudia: un fichero JSON en su máquina y en ningún otro sitio.

Se escribe entero o nada. Si el fichero está dañado se conserva aparte, se rescata lo que se entienda y se sigue; si no
se puede escribir, se dice y se sigue. Con dos cuadernos abiertos cada corrección relee el fichero antes de escribir.
"""

from __future__ import annotations

import errno
import json
import os
import tempfile
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

from course_utils import paths

FILE = "progreso.json"
LARGEST = 1_000_000  # bytes: el nuestro ocupa unos pocos kB
DONE, STARTED = "resuelto", "empezado"
REASONS = {
    errno.EACCES: "no tienes permiso", errno.EPERM: "no tienes permiso", errno.EROFS: "ese disco es de solo lectura",
    errno.ENOSPC: "no queda espacio en el disco", errno.ENOTDIR: "su carpeta no es una carpeta",
    errno.EEXIST: "su carpeta no es una carpeta", errno.EISDIR: "no es un fichero normal", errno.EFBIG: "pasa de 1 MB",
    errno.ENOENT: "su carpeta no existe", errno.ENAMETOOLONG: "el nombre es demasiado largo",
}  # fmt: skip

_unsaved: dict[str, dict[str, Any]] = {}  # lo que en esta sesión no se ha podido escribir


def entries() -> tuple[dict[str, dict[str, Any]], str]:
    """Lo anotado de cada ejercicio, {«14.temperatura»: {«resultado», «intentos»}}, y una frase si algo va mal."""
    noted, problem = _read(paths.user_file(FILE))
    return {**noted, **_unsaved}, problem


def record(exercise: str, *, right: bool) -> str:
    """Anota un intento. Devuelve una frase si no se pudo guardar o si el fichero estaba dañado; vacía si todo va bien.

    Un ejercicio resuelto sigue resuelto aunque después se falle.
    """
    path = paths.user_file(FILE)
    noted, problem = _read(path)
    merged = {**noted, **_unsaved}
    before = merged.get(exercise, {"resultado": STARTED, "intentos": 0})
    done = right or before["resultado"] == DONE
    merged[exercise] = {"resultado": DONE if done else STARTED, "intentos": before["intentos"] + 1}
    try:
        aside = _write(path, {"version": 1, "ejercicios": merged}, keep_old=bool(problem))
    except OSError as error:
        _unsaved.update(merged)
        return f"No he podido guardar tu progreso en `{path}`: {reason(error)}. La corrección vale igual y en esta sesión la recuerdo."
    _unsaved.clear()
    return f"{problem} Lo he apartado como `{aside.name}` y sigo en uno nuevo con lo que se entendía." if aside else ""


def _read(path: Path) -> tuple[dict[str, dict[str, Any]], str]:
    """Las anotaciones bien formadas, y una frase si el fichero no era como debía."""
    try:
        document = json.loads(content(path)) if os.path.lexists(path) else {"version": 1, "ejercicios": {}}
    except OSError as error:
        return {}, f"No puedo leer tu fichero de progreso `{path}`: {reason(error)}."
    except (ValueError, RecursionError):
        return {}, f"Tu fichero de progreso `{path}` está dañado y no se entiende."
    noted = document.get("ejercicios") if isinstance(document, dict) else None
    if not isinstance(noted, dict):
        return {}, f"Tu fichero de progreso `{path}` no tiene la forma esperada."
    good = {key: entry for key, entry in noted.items() if well_formed(entry)}
    strange = len(good) < len(noted) or set(document) != {"version", "ejercicios"}
    return good, f"En tu fichero de progreso `{path}` hay anotaciones que no entiendo." if strange else ""


def content(path: Path) -> str:
    """El texto de un fichero corriente y no muy grande. Lanza OSError si no lo es, y ValueError si no es texto."""
    if not path.is_file():
        raise OSError(errno.EISDIR, "no es un fichero")
    if path.stat().st_size > LARGEST:
        raise OSError(errno.EFBIG, "demasiado grande")
    return path.read_text(encoding="utf-8-sig")


def well_formed(entry: Any) -> bool:
    """Si es una anotación de las nuestras: resuelto o empezado, y en cuántos intentos."""
    return (isinstance(entry, dict) and set(entry) == {"resultado", "intentos"} and entry["resultado"] in (DONE, STARTED)
            and type(entry["intentos"]) is int and 0 < entry["intentos"] < 10**9)  # fmt: skip


def _write(path: Path, document: dict[str, Any], *, keep_old: bool) -> Path | None:
    """Escribe a un lado y cambia de nombre al final; antes aparta el fichero viejo si hay que conservarlo."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix="progreso-", suffix=".tmp")
    aside = _free_name(path) if keep_old else None
    try:
        with open(handle, "w", encoding="utf-8") as file:
            json.dump(document, file, ensure_ascii=True, indent=1, sort_keys=True)
        if aside:
            os.rename(path, aside)
        os.replace(temporary, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise
    return aside


def _free_name(path: Path) -> Path:
    names = (path.with_name(f"progreso-ilegible-{n}.json") for n in count(1))
    return next(name for name in names if not os.path.lexists(name))


def reason(error: OSError) -> str:
    """Por qué no se ha podido leer o escribir, en español si es de lo que suele pasar."""
    return REASONS.get(error.errno, f"el sistema dice «{error.strerror or error}»")
