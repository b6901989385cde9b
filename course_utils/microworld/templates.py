"""Frases con huecos: «{el cosa} {color:cosa}» se llena con los datos de un texto, concordados.

Las llaves son las de la gramática de los cuentos (véase la cabecera de `data/notes.txt`), sin nada al azar: a iguales datos, igual frase.
"""
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import product

from course_utils.microworld.lexicon import Adjective
from course_utils.microworld.reference import with_article

HOLE = re.compile(r"\{([^}]*)\}")
CHOICE = re.compile(r"\[([^\]]*)\]")
Filler = Callable[[Mapping[str, object]], str]


class Template:
    """Una frase con huecos: `slots`, los datos que nombra; `fill(datos)`, la frase escrita."""

    def __init__(self, text: str):
        parts = HOLE.split(text)
        self.text = text
        self._parts: list[str | Filler] = [_filler(part) if index % 2 else part for index, part in enumerate(parts)]
        self.slots = frozenset(slot for hole in parts[1::2] for slot in _slots(hole))
        self.shown = frozenset(slot for hole in parts[1::2] for slot in _slots(hole)[:1] if not re.search("[?#]", hole))

    def fill(self, values: Mapping[str, object]) -> str:
        """La frase con los datos puestos y mayúscula al principio."""
        return capital(self.raw(values))

    def raw(self, values: Mapping[str, object]) -> str:
        """La frase con los datos puestos, sin tocar la primera letra."""
        return "".join(part if isinstance(part, str) else part(values) for part in self._parts)


@cache
def template(text: str) -> Template:
    """La frase ya leída; la misma para el mismo texto."""
    return Template(text)


def variants(text: str) -> Iterator[str]:
    """Las frases que salen de elegir una opción en cada corchete: «[Toma|Coge] esto» da dos."""
    pieces = CHOICE.split(text)
    options = [piece.split("|") if index % 2 else [piece] for index, piece in enumerate(pieces)]
    return ("".join(chosen) for chosen in product(*options))


def capital(text: str) -> str:
    """El texto con mayúscula inicial, aunque empiece por un signo."""
    start = 1 if text[:1] in "¿¡«" else 0
    return text[:start] + text[start:start + 1].upper() + text[start + 1:]


def _slots(hole: str) -> list[str]:
    """Los datos de un hueco, con el que se escribe delante."""
    if "?" in hole or "#" in hole:
        return re.split(r"[?#]", hole)[0].split("+")
    if ":" in hole:
        return hole.split(":")
    return [hole.split()[-1].lower() if hole.split()[-1][0].isupper() else hole.split()[-1]]


def _filler(hole: str) -> Filler:
    if "?" in hole:
        return _by_gender(*hole.split("?"))
    if "#" in hole:
        slot, options = hole.split("#")
        return lambda values: options.split("/")[values[slot].plural]
    if ":" in hole:
        adjective, noun = hole.split(":")
        return lambda values: values[adjective].forms[values[noun].cell]
    if " " in hole:
        form, slot = hole.split()
        return lambda values: with_article(form, values[slot])
    return lambda values: _plain(values[hole])


def _by_gender(slots: str, options: str) -> Filler:
    names, forms = slots.split("+"), options.split("/")
    if len(forms) == 4:
        return lambda values: forms[values[names[0]].cell]
    return lambda values: forms[all(values[name].gender == "f" for name in names)]


def _plain(value: object) -> str:
    return value.forms[0] if isinstance(value, Adjective) else value.text
