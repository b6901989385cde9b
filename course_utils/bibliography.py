"""Las lecturas del curso: lo que hay en ``data/bibliography.bib``, por capítulos y enseñado en español.

El fichero es BibTeX corriente (vale para citar), con campos propios: ``chapters``, los capítulos a los que toca cada obra;
``note``, una frase que dice qué da; y ``published``, si se publicó después. Aquí se lee sin bibliotecas: campos entre llaves, y nada más.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from pathlib import Path

FILE = Path(__file__).parent / "data" / "bibliography.bib"
VENUES = ("booktitle", "journal", "institution", "howpublished")
NEEDED = ("author", "title", "year", "chapters", "note")
WIDTH = 100
_ENTRY = re.compile(r"@(\w+)\{([^,\s{}]+),")
_FIELD = re.compile(r"\s*(\w+)\s*=\s*\{")


@dataclass(frozen=True)
class Work:
    """Una obra: sus autores («Apellidos, Nombre»), de qué trata y en qué capítulos hace falta."""

    key: str
    authors: tuple[str, ...]
    more_authors: bool
    title: str
    year: int
    published: int
    venue: str
    address: str
    chapters: tuple[int, ...]
    note: str

    @property
    def surnames(self) -> tuple[str, ...]:
        return tuple(author.split(",")[0] for author in self.authors)

    @property
    def cited(self) -> str:
        """Como se cita en los capítulos: «Vaswani y otros, 2017», «Jain y Wallace, 2019», «Shannon, 1948»."""
        first, *rest = self.surnames
        if len(rest) == 1 and not self.more_authors:
            first = f"{first} {'e' if re.match(r'(?i)h?i', rest[0]) else 'y'} {rest[0]}"
        elif rest or self.more_authors:
            first += " y otros"
        return f"{first}, {self.year}"


class Works(Sequence[Work]):
    """Unas obras que se enseñan solas: en un cuaderno, como lista con enlaces; en un programa, como texto."""

    def __init__(self, found: Iterable[Work]) -> None:
        self._found = tuple(found)

    def __getitem__(self, place):
        return self._found[place]

    def __len__(self) -> int:
        return len(self._found)

    def __repr__(self) -> str:
        return "\n".join(map(_line, self))

    def _repr_html_(self) -> str:
        return f'<ul style="max-width:52em;text-align:left">{"".join(map(_item, self))}</ul>'


class Shelves:
    """Las obras de cada capítulo: en un cuaderno, un pliegue por capítulo; en un programa, un renglón por obra."""

    def __init__(self, chapters: Iterable[int]) -> None:
        self.chapters = {number: of_chapter(number) for number in chapters}

    def __repr__(self) -> str:
        parts = []
        for number, some in self.chapters.items():
            parts += [f"Capítulo {number}", *(f"    {work.cited}. {work.title}" for work in some)]
        return "\n".join(parts)

    def _repr_html_(self) -> str:
        return "".join(map(_shelf, self.chapters.items()))


def _shelf(pair: tuple[int, Works]) -> str:
    number, some = pair
    head = f"<strong>Capítulo {number}</strong> · {len(some)} lecturas, de {some[0].year} a {some[-1].year}"
    return f'<details><summary style="cursor:pointer">{head}</summary>{some._repr_html_()}</details>'


def _line(work: Work) -> str:
    text = f"{work.cited}. {work.title}. {work.note}"
    return "\n".join([textwrap.fill(text, WIDTH, subsequent_indent="    "), *(["    " + work.address] if work.address else [])])


def _item(work: Work) -> str:
    title = f"<em>{escape(work.title)}</em>"
    linked = f'<a href="{escape(work.address)}" target="_blank" rel="noopener">{title}</a>' if work.address else title
    when = f", {work.published}" if work.published != work.year else ""
    venue = f" <small>{escape(work.venue)}{when}.</small>" if work.venue else ""
    return f"<li>{escape(work.cited)}. {linked}.{venue} {escape(work.note)}</li>"


@lru_cache(maxsize=1)
def _all() -> tuple[Work, ...]:
    return tuple(_work(key, fields) for _, key, fields in parse(FILE.read_text("utf-8")))


def works() -> Works:
    """Todas las obras, de la más antigua a la más nueva."""
    return Works(sorted(_all(), key=lambda work: (work.year, work.surnames)))


def of_chapter(number: int) -> Works:
    """Las lecturas de un capítulo, de la más antigua a la más nueva. ValueError si no tiene ninguna."""
    found = [work for work in works() if number in work.chapters]
    if not found:
        chapters = sorted({chapter for work in _all() for chapter in work.chapters})
        raise ValueError(f"El capítulo {number!r} no tiene lecturas. Tienen: {', '.join(map(str, chapters))}.")
    return Works(found)


def by_chapter() -> Shelves:
    """Las lecturas de todos los capítulos, repartidas."""
    return Shelves(sorted({chapter for work in _all() for chapter in work.chapters}))


def find(surname: str, year: int | None = None) -> Works:
    """Las obras de alguien, por su apellido, o por el final («Zaken», de Ben Zaken); con ``year``, solo las escritas o publicadas ese año."""
    wanted = f" {surname.casefold()}"
    some = (work for work in works() if any(f" {name.casefold()}".endswith(wanted) for name in work.surnames))
    return Works(work for work in some if year in (None, work.year, work.published))


def parse(text: str) -> list[tuple[str, str, dict[str, str]]]:
    """Las entradas de un texto en BibTeX: [(clase, clave, campos)]. ValueError, con la clave, si una no se entiende."""
    found, place = [], 0
    text = re.sub(r"^%.*$", "", text, flags=re.MULTILINE)
    while match := _ENTRY.search(text, place):
        if text[place : match.start()].strip():
            raise ValueError(f"En la bibliografía sobra algo antes de «{match[2]}»: {text[place : match.start()].strip()[:60]!r}.")
        fields, place = _fields(text, match.end(), match[2])
        found.append((match[1].lower(), match[2], fields))
    if text[place:].strip():
        raise ValueError(f"En la bibliografía sobra algo al final: {text[place:].strip()[:60]!r}.")
    return found


def _fields(text: str, place: int, key: str) -> tuple[dict[str, str], int]:
    """Los campos de una entrada, y dónde acaba."""
    fields: dict[str, str] = {}
    while match := _FIELD.match(text, place):
        name, end = match[1].lower(), _closing(text, match.end(), key)
        if name in fields:
            raise ValueError(f"La entrada «{key}» de la bibliografía tiene dos veces el campo «{name}».")
        fields[name] = " ".join(text[match.end() : end].split())
        place = re.compile(r"\s*,?").match(text, end + 1).end()
    closed = re.compile(r"\s*\}").match(text, place)
    if not closed:
        raise ValueError(f"La entrada «{key}» de la bibliografía no se entiende desde {text[place : place + 40].strip()!r}.")
    return fields, closed.end()


def _closing(text: str, place: int, key: str) -> int:
    """Dónde está la llave que cierra la que se acaba de abrir."""
    depth = 1
    for end in range(place, len(text)):
        depth += {"{": 1, "}": -1}.get(text[end], 0)
        if depth == 0:
            return end
    raise ValueError(f"A la entrada «{key}» de la bibliografía le falta una llave de cierre.")


def _work(key: str, fields: dict[str, str]) -> Work:
    missing = [name for name in NEEDED if not fields.get(name)]
    if missing:
        raise ValueError(f"A la entrada «{key}» de la bibliografía le falta {', '.join(missing)}.")
    bare = {name: value.replace("\\&", "&").replace("{", "").replace("}", "") for name, value in fields.items()}
    names = bare["author"].split(" and ")
    return Work(
        key=key,
        authors=tuple(name for name in names if name != "others"),
        more_authors="others" in names,
        title=bare["title"],
        year=int(bare["year"]),
        published=int(bare.get("published", bare["year"])),
        venue=next((bare[name] for name in VENUES if name in bare), ""),
        address=_address(bare),
        chapters=tuple(int(chapter) for chapter in bare["chapters"].split(",")),
        note=bare["note"].replace("*", ""),
    )


def _address(fields: dict[str, str]) -> str:
    if "eprint" in fields:
        return f"https://arxiv.org/abs/{fields['eprint']}"
    return f"https://doi.org/{fields['doi']}" if "doi" in fields else fields.get("url", "")
