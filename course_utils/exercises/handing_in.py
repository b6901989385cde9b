"""La entrega: lo que dice el progreso, en un fichero que se lee y que se lleva quien corrige.

Lleva lo mismo que el fichero de progreso y el nombre que se quiera poner: nada de lo que se ha escrito en las respuestas, ni qué
pistas se miraron, ni la hora. Se escribe cuando se pide, entera o no se escribe, y no sale de la máquina.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from types import EllipsisType
from typing import Any

from course_utils import paths

from . import logbook, questions, summary
from .reply import Outcome, Reply, Style, printable, shown

COURSE, VERSION = "Modelos de lenguaje grandes", 1
UNTOUCHED = "sin empezar"
LONGEST_NAME = 80  # letras
WAITING = Style("…", "Sin entregar todavía", Outcome.UNTOUCHED.value.color)
WRITTEN = Style("✓", "Entrega escrita", Outcome.RIGHT.value.color)


def export(path: str | Path, *, name: str | EllipsisType = ...) -> Reply:
    """Escribe en ``path`` lo que llevas hecho, firmado con ``name``. Con los puntos suspensivos solo dice qué entregarías.

    Raises:
        ValueError: el nombre o la ruta no valen, o ahí hay otra cosa que no es una entrega.
        OSError: no se puede escribir ahí.
    """
    noted, problem = logbook.entries()
    told = _told(summary.gathered(noted))
    if name is ...:
        text = f"Cambia los puntos suspensivos por tu nombre, entre comillas, y vuelve a ejecutar. Tu entrega dirá: {told}."
        return shown(Reply(WAITING, text, note=problem))
    file = _checked_path(path)
    text = json.dumps(document(_checked_name(name), noted), ensure_ascii=False, indent=1) + "\n"
    try:
        paths.write_whole(file, text)
    except OSError as error:
        raise OSError(f"No he podido escribir la entrega en «{file}»: {logbook.reason(error)}. Prueba en otra carpeta.") from error
    note = "Ábrela si quieres ver qué lleva: es texto, y solo está lo que enseña tu progreso."
    return shown(Reply(WRITTEN, f"`{file}`, con {told}.", note=f"{note} {problem}".strip()))


def document(name: str, noted: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """La entrega como diccionario; con el mismo progreso y el mismo nombre, siempre la misma."""
    done = summary.gathered(noted)
    return {
        "curso": COURSE,
        "version": VERSION,
        "nombre": name,
        "resumen": _told(done),
        "capitulos": {f"{chapter.number:02} · {chapter.title}": _of_chapter(chapter, noted) for chapter in done.chapters},
        "autoevaluacion": {
            f"pregunta {one.number}": _entry(done.self_test.states[one.number], noted.get(one.key)) for one in questions.questions()
        },
    }


def _told(done: summary.Summary) -> str:
    return f"{done.solved} resueltos y {done.self_test.right} de {len(done.self_test.states)} preguntas acertadas"


def _of_chapter(chapter: summary.Chapter, noted: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    return {name: _entry(state or UNTOUCHED, noted.get(f"{chapter.number:02}.{name}")) for name, state in chapter.states.items()}


def _entry(state: str, noted: Mapping[str, Any] | None) -> dict[str, Any]:
    return {"resultado": state, "intentos": noted["intentos"] if noted else 0}


def _checked_name(name: Any) -> str:
    """El nombre en una línea y sin espacios de más. ValueError si no se puede leer."""
    if not isinstance(name, str) or not name.strip():
        raise ValueError(f"El nombre va entre comillas y no puede estar vacío: he recibido {name!r}. Por ejemplo, name=\"Ana Ruiz\".")
    tidy = " ".join(name.split())
    if printable(tidy) != tidy:
        raise ValueError(f"En el nombre hay caracteres que no se ven, «{printable(tidy)[:LONGEST_NAME]}»: escríbelo a mano.")
    if len(tidy) > LONGEST_NAME:
        raise ValueError(f"El nombre tiene {len(tidy)} letras y caben {LONGEST_NAME}: acórtalo.")
    return tidy


def _checked_path(path: Any) -> Path:
    """La ruta, si ahí no hay nada o hay otra entrega. ValueError si no vale."""
    if not isinstance(path, str | Path) or "\0" in str(path) or not str(path).strip():
        raise ValueError(f"Di en qué fichero la escribo, entre comillas: he recibido {path!r}. Por ejemplo, \"entrega.json\".")
    file = Path(path).expanduser()
    if file.suffix.lower() != ".json":
        raise ValueError(f"La entrega es un fichero JSON y «{file}» no acaba en «.json»: llámalo, por ejemplo, «entrega.json».")
    if file.exists() and not _is_hand_in(file):
        raise ValueError(f"«{file}» ya existe y no es una entrega: no lo toco. Elige otro nombre.")
    return file


def _is_hand_in(file: Path) -> bool:
    try:
        found = json.loads(logbook.content(file))
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(found, dict) and found.get("curso") == COURSE and "capitulos" in found
