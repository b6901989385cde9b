"""El glosario del curso: un término por idea, con su definición y el capítulo en que se aprende.

Los términos están en ``data/glossary.toml``. Ahí están también las palabras que el curso no usa: quien las busque encuentra la buena.
"""

from __future__ import annotations

import textwrap
import tomllib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from pathlib import Path

FILE = Path(__file__).parent / "data" / "glossary.toml"
WIDTH = 100
FOLDED = 20  # a partir de aquí, la lista se enseña plegada


@dataclass(frozen=True)
class Term:
    """Un término: cómo se dice, qué es y dónde se aprende. ``banned`` y ``confusing`` son las palabras que aquí no se usan para él."""

    spanish: str
    english: str
    chapter: int
    text: str
    also: tuple[str, ...] = ()
    banned: tuple[str, ...] = ()
    confusing: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Todas las maneras correctas de llamarlo."""
        return (self.spanish, *self.also, *filter(None, [self.english]))

    @property
    def refused(self) -> tuple[str, ...]:
        """Las palabras que el curso no usa para él."""
        return (*self.banned, *self.confusing)

    @property
    def others(self) -> str:
        """Los demás nombres, en una línea: «KV cache; también caché KV»."""
        also = [f"también {', '.join(self.also)}"] if self.also else []
        return "; ".join([*filter(None, [self.english]), *also])

    def head(self) -> str:
        """«embedding · capítulo 7», con los demás nombres entre paréntesis."""
        return f"{self.spanish}{f' ({self.others})' if self.others else ''} · capítulo {self.chapter}"


class Terms(Sequence[Term]):
    """Unos términos que se enseñan solos: en un cuaderno, como lista de definiciones; en un programa, como texto."""

    def __init__(self, found: Iterable[Term], note: str = "") -> None:
        self._found, self.note = tuple(found), note

    def __getitem__(self, place):
        return self._found[place]

    def __len__(self) -> int:
        return len(self._found)

    def __repr__(self) -> str:
        written = [f"{term.head()}\n{textwrap.fill(term.text, WIDTH, initial_indent='    ', subsequent_indent='    ')}" for term in self]
        return "\n".join([*filter(None, [self.note]), *written])

    def _repr_html_(self) -> str:
        note = f"<p>{escape(self.note)}</p>" if self.note else ""
        listed = f'<div style="max-width:48em;text-align:left">{"".join(map(_definition, self))}</div>'
        if len(self) <= FOLDED:
            return note + listed
        return f'{note}<details><summary style="cursor:pointer"><strong>{len(self)} términos</strong></summary>{listed}</details>'


def _definition(term: Term) -> str:
    others = f" ({escape(term.others)})" if term.others else ""
    head = f"<strong>{escape(term.spanish)}</strong>{others} · <small>capítulo {term.chapter}</small>"
    return f'<p style="margin:.7em 0">{head}<br>{escape(term.text)}</p>'


@lru_cache(maxsize=1)
def _all() -> tuple[Term, ...]:
    """Los términos en el orden del fichero: el de los capítulos."""
    lists = ("also", "banned", "confusing")
    rows = tomllib.loads(FILE.read_text("utf-8"))["term"]
    return tuple(Term(row["es"], row["en"], row["chapter"], row["text"], *(tuple(row.get(name, ())) for name in lists)) for row in rows)


def terms() -> Terms:
    """El glosario entero, por orden alfabético."""
    return Terms(sorted(_all(), key=lambda term: plain(term.spanish)))


def of_chapter(number: int) -> Terms:
    """Lo que se aprende en un capítulo, en su orden. ValueError si el capítulo no tiene términos propios."""
    found = [term for term in _all() if term.chapter == number]
    if not found:
        chapters = ", ".join(str(chapter) for chapter in sorted({term.chapter for term in _all()}))
        raise ValueError(f"El capítulo {number!r} no tiene términos en el glosario. Tienen: {chapters}.")
    return Terms(found)


def find(text: str) -> Terms:
    """Los términos que se llaman así, en español o en inglés; si no hay, los que lo mencionan. Los acentos no cuentan.

    Si ``text`` es una palabra que el curso no usa («pesas»), se encuentra la que usa en su lugar y se dice.
    """
    wanted = plain(text).strip()
    if not wanted:
        raise ValueError("¿Qué término buscas? Escribe una palabra: glossary.find(\"atención\").")
    named = [term for term in terms() if any(wanted in plain(name) for name in term.names)]
    exact = [term for term in named if wanted in map(plain, term.names)]
    avoided = [term for term in _all() if any(wanted == word or not named and wanted in word.split() for word in map(plain, term.refused))]
    if avoided and not exact:
        return Terms(avoided, f"«{text.strip()}»: aquí decimos {' o '.join(f'«{term.spanish}»' for term in avoided)}.")
    if named:
        return Terms([*exact, *(term for term in named if term not in exact)])
    mentioned = [term for term in terms() if wanted in plain(term.text)]
    if mentioned:
        return Terms(mentioned, f"Ningún término se llama así; «{text.strip()}» sale en la definición de {len(mentioned)}:")
    return Terms([], f"«{text.strip()}» no está en el glosario. Prueba con una palabra más corta, o míralo entero: glossary.terms().")


def plain(text: str) -> str:
    """El mismo texto en minúsculas y sin acentos (la ñ sigue siendo ñ): así se buscan y se ordenan los términos."""
    letters = unicodedata.normalize("NFD", text.casefold().replace("ñ", "\0"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).replace("\0", "ñ")
