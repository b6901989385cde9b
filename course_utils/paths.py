"""Dónde vive cada cosa: las carpetas del curso y los ficheros de quien lo estudia; y cómo se escriben sin dejarlos a medias."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = ROOT / "notebooks"
FIGURES = ROOT / "figures"
MODELS = ROOT / "models"
RECIPES = ROOT / "recipes"
BUILD = ROOT / "build"


def user_file(name: str) -> Path:
    """Ruta del fichero local ``name`` de quien estudia; su carpeta ya existe si era posible crearla.

    Vive en ``<repositorio>/.curso/`` o, si ahí no se puede escribir, en ``~/.curso/``. La variable de entorno
    ``CURSO_DATOS`` manda sobre las dos. Si ninguna admite escritura devuelve la última: quien escriba recibirá el
    ``OSError`` y podrá explicarlo.

    Raises:
        ValueError: ``name`` está vacío o no es un nombre de fichero simple.
    """
    if not name or Path(name).name != name:
        raise ValueError(f"«{name}» no vale como nombre de fichero: escribe uno simple, sin carpetas, como «progreso.json».")
    folders = _user_folders()
    return next((folder for folder in folders if _writable(folder)), folders[-1]) / name


def write_whole(path: Path, content: str | bytes) -> int:
    """Escribe ``content`` (el texto, en UTF-8) en ``path`` entero o nada, y devuelve cuántos bytes son.

    Primero va a un borrador de la misma carpeta, que solo ocupa el sitio de ``path`` cuando ya está en el disco; los
    permisos de ``path`` se conservan. Si algo falla, ``path`` queda como estaba y se lanza el ``OSError``.
    """
    data = content.encode("utf-8") if isinstance(content, str) else content
    draft = path.with_name(f".{os.getpid()}-{os.urandom(4).hex()}.tmp")
    try:
        with open(draft, "xb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        if path.exists():
            shutil.copymode(path, draft)
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    return len(data)


def _user_folders() -> list[Path]:
    chosen = os.environ.get("CURSO_DATOS")
    return [Path(os.path.expanduser(chosen))] if chosen else [ROOT / ".curso", Path.home() / ".curso"]


def _writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK)
