"""Las entregas de una clase: se leen de una carpeta y se juntan en una tabla. Solo se leen: nada de lo que traen se ejecuta.

Un fichero dañado, extraño o repetido se dice en una frase y los demás siguen. Lo que cuenta una entrega es la palabra de quien la
hizo: es un fichero de texto y se puede cambiar a mano (cómo asegurarse, en ``docs/en_clase.md``).
"""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from course_utils import paths

from . import logbook, questions, summary
from .handing_in import COURSE, LONGEST_NAME, UNTOUCHED, VERSION
from .reply import printable

SOLVED, ANSWERED = (logbook.DONE,), (questions.FIRST, questions.LATER)
HARDEST = 5
HEAD = ("nombre", "fichero", "ejercicios resueltos", "preguntas acertadas")
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # con lo que una hoja de cálculo empieza una fórmula


@dataclass(frozen=True)
class HandIn:
    """Una entrega bien leída: de quién, de qué fichero y, de cada ejercicio («01.sorteo», «15.pregunta_07»), resultado e intentos."""

    name: str
    file: str
    entries: dict[str, tuple[str, int]]
    strange: int = 0

    def count(self, keys: Sequence[str], good: tuple[str, ...]) -> int:
        """Cuántos de esos ejercicios acabaron bien."""
        return sum(self.entries.get(key, (UNTOUCHED, 0))[0] in good for key in keys)


@cache
def exercises_by_chapter() -> dict[int, tuple[str, ...]]:
    """Los ejercicios del curso: {1: («01.sorteo», «01.cuenta»…)}."""
    names = summary.chapter_names()
    return {int(name.removeprefix("chapter_")): tuple(one.key for one in summary.exercises_of(name)) for name in names}


def all_exercises() -> list[str]:
    """Los ejercicios de todos los capítulos, en su orden."""
    return [key for keys in exercises_by_chapter().values() for key in keys]


def all_questions() -> list[str]:
    """Las preguntas de la autoevaluación, en su orden."""
    return [one.key for one in questions.questions()]


def read_folder(folder: Path) -> tuple[list[HandIn], list[str], list[str]]:
    """Las entregas de una carpeta y de las que lleva dentro, por orden alfabético; qué no se entiende, y qué se ha juntado."""
    good: list[HandIn] = []
    told: list[str] = []
    for file in sorted(folder.rglob("*.json")):
        inside = file.relative_to(folder)
        if any(part.startswith(".") for part in inside.parts):
            continue
        try:
            good.append(read(file, printable(str(inside))))
        except ValueError as error:
            told.append(f"«{printable(str(inside))}»: {error}")
    kept, repeated = _joined(good)
    return sorted(kept, key=lambda one: (_plain(one.name), one.file)), [*told, *_strange(good)], repeated


def read(file: Path, label: str) -> HandIn:
    """Una entrega. ValueError, con lo que le pasa y sin nombrarla, si no lo es o está dañada."""
    try:
        document = json.loads(logbook.content(file))
    except OSError as error:
        raise ValueError(f"no se puede leer: {logbook.reason(error)}. No se cuenta.") from error
    except (ValueError, RecursionError) as error:
        raise ValueError("está dañado y no se entiende. Pide que lo manden otra vez.") from error
    if not isinstance(document, dict) or document.get("curso") != COURSE:
        raise ValueError("no es una entrega de este curso. No se cuenta.")
    if document.get("version") != VERSION:
        raise ValueError("es una entrega de otra versión del curso. Pide que la hagan con la misma que tú.")
    name, chapters, answers = document.get("nombre"), document.get("capitulos"), document.get("autoevaluacion")
    if not isinstance(name, str) or not name.strip() or not isinstance(chapters, dict) or not isinstance(answers, dict):
        raise ValueError("le falta algo: nombre, capítulos o autoevaluación. Pide que la manden otra vez.")
    listed = _listed(chapters, answers)
    entries = {key: (entry["resultado"], entry["intentos"]) for key, entry in listed if _well_formed(key, entry)}
    return HandIn(printable(" ".join(name.split()))[:LONGEST_NAME], label, entries, strange=len(listed) - len(entries))


def _listed(chapters: dict[str, Any], answers: dict[str, Any]) -> list[tuple[str, Any]]:
    """Lo anotado de cada ejercicio y de cada pregunta, con su nombre en el fichero de progreso y sin comprobar."""
    grouped = [(title[:2], found) for title, found in chapters.items() if isinstance(found, dict)]
    done = [(f"{number}.{name}", entry) for number, found in grouped for name, entry in found.items()]
    return done + [(f"15.pregunta_{question.removeprefix('pregunta ').zfill(2)}", entry) for question, entry in answers.items()]


def _well_formed(key: str, entry: Any) -> bool:
    """Si es un ejercicio de este curso y su resultado cuadra con sus intentos."""
    possible = _possible()
    if key not in possible or not isinstance(entry, dict) or set(entry) != {"resultado", "intentos"}:
        return False
    state, tries = entry["resultado"], entry["intentos"]
    if type(tries) is not int or not 0 <= tries < 10**9 or not isinstance(state, str) or state not in possible[key]:
        return False
    return (tries == 0) == (state in (UNTOUCHED, questions.UNTOUCHED)) and (state != questions.FIRST or tries == 1)


@cache
def _possible() -> dict[str, tuple[str, ...]]:
    """Los resultados que puede tener cada ejercicio y cada pregunta."""
    answers = (*ANSWERED, questions.MISSED, questions.UNTOUCHED)
    return dict.fromkeys(all_exercises(), (logbook.DONE, logbook.STARTED, UNTOUCHED)) | dict.fromkeys(all_questions(), answers)


def _joined(found: list[HandIn]) -> tuple[list[HandIn], list[str]]:
    """Una por persona: las del mismo nombre se juntan, ejercicio a ejercicio, con lo mejor de cada una; y se dice."""
    kept: dict[str, HandIn] = {}
    told: list[str] = []
    for one in found:
        before = kept.get(_plain(one.name))
        kept[_plain(one.name)] = _better(before, one) if before else one
        if before and before.entries == one.entries:
            told.append(f"«{one.file}»: es la misma entrega que «{before.file}». Se cuenta una vez.")
        elif before:
            also = f"{one.name} ha entregado también «{before.file}»"
            told.append(f"«{one.file}»: {also}. Se juntan; si son dos personas, que firmen distinto.")
    return list(kept.values()), told


def _better(one: HandIn, other: HandIn) -> HandIn:
    """De cada ejercicio, lo resuelto antes que lo empezado y, a igual resultado, lo de más intentos."""
    said = {key: [each.entries[key] for each in (one, other) if key in each.entries] for key in one.entries | other.entries}
    entries = {key: max(both, key=_worth) for key, both in said.items()}
    return HandIn(one.name, one.file, entries, one.strange + other.strange)


def _worth(entry: tuple[str, int]) -> tuple[bool, int]:
    return entry[0] in (*SOLVED, *ANSWERED), entry[1]


def _strange(found: list[HandIn]) -> list[str]:
    return [f"«{one.file}»: trae {one.strange} anotaciones que no entiendo o de ejercicios que no conozco. Se cuenta lo demás."
            for one in found if one.strange]  # fmt: skip


def _plain(text: str) -> str:
    """Para ordenar y comparar nombres: sin acentos ni mayúsculas."""
    return "".join(c for c in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(c))


def table(found: list[HandIn]) -> str:
    """La tabla que se lee: una fila por persona y una columna por capítulo, con los ejercicios resueltos."""
    chapters = exercises_by_chapter()
    totals = [*(f"de {len(keys)}" for keys in chapters.values()), f"de {len(all_exercises())}", f"de {len(all_questions())}"]
    rows = [["capítulo", *map(str, chapters), "todos", "preguntas"], ["", *totals]]
    for one in found:
        solved = [one.count(keys, SOLVED) for keys in chapters.values()]
        rows.append([one.name.replace("|", "¦"), *(str(n or "·") for n in (*solved, sum(solved), one.count(all_questions(), ANSWERED)))])
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join("  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]).rstrip() for row in rows)


def hardest(found: list[HandIn]) -> list[str]:
    """Los ejercicios que más se resisten: de quienes los han probado, cuántos los resuelven; si hay alguno sin resolver por alguien."""
    lines = []
    for key in all_exercises():
        tried = [one.entries[key] for one in found if one.entries.get(key, (UNTOUCHED, 0))[1]]
        solved = sum(state in SOLVED for state, _ in tried)
        if solved < len(tried):
            lines.append((solved / len(tried), -len(tried), f"{key}: lo resuelven {solved} de {len(tried)} que lo han probado"))
    return [line for *_, line in sorted(lines)[:HARDEST]]


def sheet(found: list[HandIn]) -> str:
    """La misma tabla, ejercicio a ejercicio y con los intentos, para una hoja de cálculo: CSV con punto y coma."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\n")
    writer.writerow([*HEAD, *all_exercises(), *all_questions()])
    for one in found:
        counts = [one.count(all_exercises(), SOLVED), one.count(all_questions(), ANSWERED)]
        writer.writerow([_tame(one.name), _tame(one.file), *counts, *(_cell(one, key) for key in [*all_exercises(), *all_questions()])])
    return out.getvalue()


def _cell(one: HandIn, key: str) -> str:
    state, tries = one.entries.get(key, (UNTOUCHED, 0))
    return f"{state} ({tries})" if tries else ""


def _tame(text: str) -> str:
    """Un texto ajeno que una hoja de cálculo no tomará por una fórmula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def write_sheet(found: list[HandIn], file: Path) -> None:
    """Escribe la hoja entera o no la escribe. ValueError si ahí hay otra cosa; OSError si no se puede escribir."""
    if file.exists() and not (file.is_file() and file.read_bytes()[:100].decode("utf-8-sig", "replace").startswith(";".join(HEAD))):
        raise ValueError(f"«{file}» ya existe y no es una tabla de una clase: no lo toco. Elige otro nombre.")
    paths.write_whole(file, "\ufeff" + sheet(found))
