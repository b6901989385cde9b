"""Las palabras del micromundo y su parentesco: cuáles existen, cuáles son la misma en otra forma y cuánto se parecen dos."""
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from course_utils.microworld.grammar import Grammar, Refer, Write
from course_utils.microworld.lexicon import Adjective, Lexicon, Name, Noun
from course_utils.microworld.reference import ARTICLES, BEFORE_NAME, PRONOUN

CONTRACTIONS = {"al": ("a", "el"), "del": ("de", "el")}
CELLS = ("masculino singular", "femenino singular", "masculino plural", "femenino plural")


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """`atoms`: todo lo que la gramática puede escribir; `nouns` y `adjectives`, por su texto; `groups`, con qué otras formas alterna."""

    atoms: frozenset[str]
    nouns: dict[str, Noun | Name]
    adjectives: dict[str, Adjective]
    groups: dict[str, frozenset[tuple[str, ...]]]

    def knows(self, atom: str) -> bool:
        """Si la palabra o signo existe, con mayúscula o sin ella."""
        return bool({atom, atom.lower(), atom.capitalize()} & self.atoms)

    def noun(self, atom: str) -> Noun | Name | None:
        return self.nouns.get(atom)

    def adjective(self, atom: str) -> Adjective | None:
        return self.adjectives.get(atom.lower())

    def variants(self, one: str, other: str) -> bool:
        """Si son la misma palabra en otro género o número, o dos artículos o pronombres que alternan: «el» y «la», «gato» y «gata»."""
        return bool(self.groups.get(one.lower(), frozenset()) & self.groups.get(other.lower(), frozenset()))

    def cell(self, atom: str) -> str:
        """«femenino singular»… si la forma es de un solo género y número; vacío si no se sabe."""
        cells = {group.index(atom.lower()) for group in self.groups.get(atom.lower(), ()) if len(set(group)) == 4}
        return CELLS[cells.pop()] if len(cells) == 1 else ""

    @lru_cache(maxsize=50_000)  # noqa: B019 – un vocabulario vive lo que el programa
    def distance(self, found: str, expected: str) -> float:
        """Cuánto cuesta explicar que aparezca `found` donde tocaba `expected`: menos cuanto más se parezcan."""
        if found.lower() == expected.lower():
            return 0.5
        if self.variants(found, expected):
            return 0.6
        if found[0].isalpha() != expected[0].isalpha():
            return 2.0
        if not found[0].isalpha():
            return 0.9
        return 1.0 if self._alike(found, expected) else 1.5

    def _alike(self, found: str, expected: str) -> bool:
        both_nouns = self.noun(found) and self.noun(expected)
        both_adjectives = self.adjective(found) and self.adjective(expected)
        return bool(both_nouns or both_adjectives) or not self.knows(found)


def build(grammar: Grammar) -> Vocabulary:
    """El vocabulario de una gramática: el de su léxico y el que está escrito en sus reglas."""
    lexicon = grammar.lexicon
    nouns = {word.text: word for word in (*lexicon.nouns, *lexicon.names)}
    adjectives = {form: adjective for adjective in lexicon.adjectives for form in adjective.forms}
    return Vocabulary(frozenset(_atoms(grammar)), nouns, adjectives, _by_word(_groups(grammar)))


def _atoms(grammar: Grammar) -> Iterable[str]:
    lexicon = grammar.lexicon
    yield from (word.text for word in (*lexicon.nouns, *lexicon.names))
    yield from (form for adjective in lexicon.adjectives for form in adjective.forms)
    for instruction in grammar.code:
        if isinstance(instruction, Write):
            yield instruction.atom
        elif isinstance(instruction, Refer):
            yield from _reference_atoms(instruction, lexicon)


def _reference_atoms(instruction: Refer, lexicon: Lexicon) -> Iterable[str]:
    kind, parts = instruction.reference.kind, instruction.reference.parts
    if kind == "any_verb":
        yield from (word for _, words in instruction.reference.alternatives({}) for word in words)
    elif kind in ("by_gender", "by_number"):
        yield from (word for option in parts[1].split("/") for word in option.split())
    elif kind in ("article", "named"):
        yield from _article_atoms(parts[0])


def _article_atoms(form: str) -> Iterable[str]:
    options = PRONOUN if form.lower() == "lo" else (*ARTICLES[form.lower()], *BEFORE_NAME.get(form.lower(), ()), "un poco de")
    for option in options:
        first, *rest = option.split()
        yield from (first.capitalize() if form[0].isupper() else first, *rest)


def _groups(grammar: Grammar) -> Iterable[tuple[str, ...]]:
    """Tuplas de formas que alternan según el género y el número."""
    yield from (tuple(row) for form, row in ARTICLES.items() if form not in ("al", "del"))
    yield from (PRONOUN, ("al", "a"), ("del", "de"))
    yield from (adjective.forms for adjective in grammar.lexicon.adjectives)
    for noun in grammar.lexicon.nouns:
        yield tuple(dict.fromkeys(other.text for other in grammar.lexicon.nouns if other.lemma == noun.lemma))
    for instruction in grammar.code:
        if isinstance(instruction, Refer) and instruction.reference.kind in ("by_gender", "by_number"):
            yield from zip(*(option.lower().split() for option in instruction.reference.parts[1].split("/")))


def _by_word(groups: Iterable[tuple[str, ...]]) -> dict[str, frozenset[tuple[str, ...]]]:
    table: dict[str, set[tuple[str, ...]]] = {}
    for group in groups:
        for word in group:
            table.setdefault(word, set()).add(group)
    return {word: frozenset(found) for word, found in table.items()}
