"""Lo que en un cuento depende de lo ya elegido: «la llave», «al zorro», «dorada», «él», «las», «respondió».

Una referencia se lee una vez y después da, para unos valores de los registros, las maneras de escribirla con su probabilidad.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from course_utils.microworld.lexicon import Lexicon, Name, Noun
from course_utils.microworld.verbs import conjugate

Alternatives = tuple[tuple[float, tuple[str, ...]], ...]

ARTICLES = {  # por casilla: m. sing., f. sing., m. pl., f. pl.
    "el": ("el", "la", "los", "las"),
    "un": ("un", "una", "unos", "unas"),
    "al": ("al", "a la", "a los", "a las"),
    "del": ("del", "de la", "de los", "de las"),
    "su": ("su", "su", "sus", "sus"),
    "mi": ("mi", "mi", "mis", "mis"),
    "tu": ("tu", "tu", "tus", "tus"),
    "este": ("este", "esta", "estos", "estas"),
}
STRESSED_A = {"el": "el", "un": "un", "al": "al", "del": "del"}  # «el águila», pero «esta águila»
PRONOUN = ("lo", "la", "los", "las")
BEFORE_NAME = {"el": (), "al": ("a",), "del": ("de",)}


@dataclass(frozen=True)
class Reference:
    """`kind` dice qué es; `parts`, sus piezas; `registers`, los nombres de los que depende."""

    kind: str
    parts: tuple[str, ...]
    registers: tuple[str, ...]
    lexicon: Lexicon

    @staticmethod
    def parse(expression: str, lexicon: Lexicon) -> "Reference":
        """Lee lo que va entre llaves en la gramática (véase la cabecera de `data/stories.txt`)."""
        for kind, pattern in PATTERNS.items():
            if match := re.fullmatch(pattern, expression):
                parts = match.groups()
                return Reference(kind, parts, REGISTERS[kind](parts), lexicon)
        raise ValueError(f"No entiendo «{{{expression}}}» en la gramática.")

    def alternatives(self, values: Mapping[str, object]) -> Alternatives:
        """Las maneras de escribir la referencia: pares (probabilidad, palabras), que suman 1."""
        return RULES[self.kind](self, values)

    def __hash__(self) -> int:
        return hash((self.kind, self.parts))


PATTERNS = {
    "named": r"@(\w+) (\w+)",
    "article": r"(\w+) (\w+)",
    "any_adjective": r"~(\w+):(\w+)",
    "any_verb": r"\*(\w+)\.(\w+)",
    "adjective": r"(\w+):(\w+)",
    "by_gender": r"([\w+]+)\?(.+)",
    "by_number": r"(\w+)#(.+)",
    "name": r"(\w+)\.nombre",
    "noun": r"(\w+)",
}
REGISTERS = {
    "named": lambda p: (p[1], p[1] + ".nombre"),
    "article": lambda p: (p[1],),
    "any_adjective": lambda p: (p[1],),
    "any_verb": lambda p: (),
    "adjective": lambda p: p,
    "by_gender": lambda p: tuple(p[0].split("+")),
    "by_number": lambda p: (p[0],),
    "name": lambda p: (p[0] + ".nombre",),
    "noun": lambda p: p,
}


def _certain(text: str) -> Alternatives:
    return ((1.0, tuple(text.split())),)


def with_article(form: str, noun: Noun) -> str:
    """«el» + un sustantivo, concordado: («el», llave) da «la llave»; con mayúscula si `form` la lleva."""
    form, capital = form.lower(), form[0].isupper()
    if form == "lo":
        article, rest = PRONOUN[noun.cell], ""
    elif form == "un" and "masa" in noun.classes:
        article, rest = "un poco de", noun.text
    else:
        article = STRESSED_A.get(form, ARTICLES[form][noun.cell]) if noun.stressed_a else ARTICLES[form][noun.cell]
        rest = noun.text
    text = f"{article} {rest}".strip()
    return text[0].upper() + text[1:] if capital else text


def _named(self: Reference, values: Mapping[str, object]) -> Alternatives:
    form, register = self.parts
    noun, name = values[register], values.get(register + ".nombre")
    common = tuple(with_article(form, noun).split())
    if not isinstance(name, Name):
        return ((1.0, common),)
    return ((0.5, common), (0.5, _before_name(form) + (name.text,)))


def _before_name(form: str) -> tuple[str, ...]:
    before = BEFORE_NAME[form.lower()]
    return tuple(word.capitalize() for word in before) if form[0].isupper() else before


def _by_cell(self: Reference, values: Mapping[str, object]) -> Alternatives:
    nouns, options = [values[name] for name in self.registers], self.parts[1].split("/")
    if len(options) == 4:
        return _certain(options[nouns[0].cell])
    return _certain(options[all(noun.gender == "f" for noun in nouns)])


def _weighted(pairs: list[tuple[float, str]]) -> Alternatives:
    total = sum(weight for weight, _ in pairs)
    return tuple((weight / total, (text,)) for weight, text in pairs)


RULES = {
    "named": _named,
    "article": lambda self, values: _certain(with_article(self.parts[0], values[self.parts[1]])),
    "any_adjective": lambda self, values: _weighted(
        [(a.weight, a.forms[values[self.parts[1]].cell]) for a in self.lexicon.adjectives if self.parts[0] in a.classes]
    ),
    "any_verb": lambda self, values: _weighted(
        [(v.weight, conjugate(v.infinitive, self.parts[1])) for v in self.lexicon.verbs if self.parts[0] in v.classes]
    ),
    "adjective": lambda self, values: _certain(values[self.parts[0]].forms[values[self.parts[1]].cell]),
    "by_gender": _by_cell,
    "by_number": lambda self, values: _certain(self.parts[1].split("/")[values[self.parts[0]].plural]),
    "name": lambda self, values: _certain(values[self.registers[0]].text),
    "noun": lambda self, values: _certain(values[self.parts[0]].text),
}
