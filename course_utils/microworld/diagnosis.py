"""De un retoque a la falta que revela: qué regla rompe un trozo de texto, comparado con lo que la gramática habría escrito."""
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from course_utils.microworld.alignment import Node
from course_utils.microworld.grammar import ATOM, join_atoms
from course_utils.microworld.lexicon import Adjective, Name, Noun
from course_utils.microworld.vocabulary import CONTRACTIONS, Vocabulary

RULES = ("concordancia", "personaje", "objeto", "lugar", "cualidad", "palabra", "trama", "inacabado", "escritura")
FEW_STEPS = 4       # una palabra elegida hace tan pocos pasos se acaba de presentar


@dataclass(frozen=True)
class Violation:
    """Una falta. `rule` es una de `RULES`; `text[position:position + len(word)] == word`; si falta una palabra, `word` está vacía."""

    rule: str
    word: str
    position: int
    message: str


@dataclass(frozen=True)
class Text:
    """Un texto y dónde empieza cada una de sus palabras y signos."""

    text: str
    atoms: list[str]
    starts: list[int]

    @staticmethod
    def read(text: str) -> "Text":
        found = list(ATOM.finditer(text))
        return Text(text, [match[0] for match in found], [match.start() for match in found])

    def violation(self, rule: str, first: int, last: int, message: str) -> Violation:
        """Falta en las palabras de `first` a `last` (sin incluir esta), tal como están escritas."""
        start = self.starts[first] if first < len(self.atoms) else len(self.text)
        end = self.starts[last - 1] + len(self.atoms[last - 1]) if last > first else start
        return Violation(rule, self.text[start:end], start, message)

    def unknown(self, index: int) -> Violation:
        kind = "La palabra" if self.atoms[index][0].isalpha() else "El signo"
        return self.violation("palabra", index, index + 1, f"{kind} {quote(self.atoms[index])} no existe en el micromundo.")


def diagnose(path: list[Node], source: Text, vocabulary: Vocabulary) -> Iterator[Violation]:
    """Las faltas que revela una explicación, de `alignment`, en orden."""
    for clean, steps in groupby(path, key=lambda node: node.clean):
        if not clean:
            for part in _parts(list(steps), vocabulary):
                yield from _Part(part, source, vocabulary).violations()


def _parts(steps: list[Node], vocabulary: Vocabulary) -> Iterator[list[Node]]:
    """Corta unos retoques seguidos de modo que cada trozo hable de una sola cosa: un sustantivo con su artículo, o un adjetivo."""
    part: list[Node] = []
    for node in steps:
        pair = (node.found or "", node.expected or "")
        alone = node.forced or all(vocabulary.adjective(word) for word in pair)
        if alone and part:
            yield part
            part = []
        part.append(node)
        if alone or all(vocabulary.noun(word) for word in pair):
            yield part
            part = []
    if part:
        yield part


def quote(words: str) -> str:
    """Entre comillas: angulares, o inglesas si las palabras ya llevan angulares (como manda la ortografía)."""
    return f"“{words}”" if "«" in words or "»" in words else f"«{words}»"


def noun_rule(noun: Noun | Name) -> str:
    """La regla que se rompe cuando cambia este sustantivo."""
    if isinstance(noun, Name) or "personaje" in noun.classes:
        return "personaje"
    return "lugar" if "lugar" in noun.classes else "objeto"


class _Part:
    """Un trozo de la explicación: lo que hay en el texto (`found`) y lo que tocaba (`expected`)."""

    def __init__(self, steps: list[Node], source: Text, vocabulary: Vocabulary):
        self.steps, self.source, self.vocabulary = steps, source, vocabulary
        self.found = [node.found for node in steps if node.found is not None]
        self.expected = [node.expected for node in steps if node.expected is not None]
        self.first, self.last = steps[0].parent.index, steps[-1].index

    def violations(self) -> list[Violation]:
        if self.steps[0].forced:
            return [self._out_of_place()]
        if "".join(self.found) == "".join(self.expected).replace(" ", ""):
            return [self._say("escritura", ": falta un espacio")]
        unknown = [index for index in range(self.first, self.last) if not self.vocabulary.knows(self.source.atoms[index])]
        return [self.source.unknown(index) for index in unknown] or [self._broken_rule()]

    def _say(self, rule: str, reason: str = "") -> Violation:
        return self.source.violation(rule, self.first, self.last, f"{self._instead()}{reason}.")

    def _instead(self) -> str:
        found, expected = join_atoms(self.found), join_atoms(self.expected)
        if found and expected:
            return f"Aquí esperaba {quote(expected)} en vez de {quote(found)}"
        if found:
            return f"{quote(found)} sobra aquí"
        following = self.source.atoms[self.last:self.last + 1]
        return f"Falta {quote(expected)}" + (f" antes de {quote(following[0])}" if following else "")

    def _broken_rule(self) -> Violation:
        if join_atoms(self.found).lower() == join_atoms(self.expected).lower():
            return self._say("escritura", ": cuida las mayúsculas")
        if not any(word[0].isalpha() for word in (*self.found, *self.expected)):
            return self._say("escritura")
        if self._only_agreement():
            return self._say("concordancia", self._agreement_reason())
        nouns = self._last_noun(self.found), self._last_noun(self.expected)
        if all(nouns):
            return self._changed_noun(nouns[1])
        adjectives = [any(map(self.vocabulary.adjective, words)) for words in (self.found, self.expected)]
        return self._say("cualidad" if all(adjectives) else "trama")

    def _only_agreement(self) -> bool:
        """Si cada palabra es la esperada en otro género o número: «al gata» por «a la gata»."""
        found, expected = _expanded(self.found), _expanded(self.expected)
        same = all(a.lower() == b.lower() or self.vocabulary.variants(a, b) for a, b in zip(found, expected))
        return same and len(found) == len(expected)

    def _agreement_reason(self) -> str:
        following = self.source.atoms[self.last:self.last + 1]
        noun = self.vocabulary.noun(following[0]) if following else None
        if isinstance(noun, Noun):
            return ", porque " + _describe(noun, self.expected[-1])
        cell = self.vocabulary.cell(self.expected[-1])
        return f": tiene que ir en {cell}" if cell else ""

    def _last_noun(self, words: list[str]) -> Noun | Name | None:
        return next((noun for word in reversed(words) if (noun := self.vocabulary.noun(word))), None)

    def _changed_noun(self, expected: Noun | Name) -> Violation:
        rule = noun_rule(expected)
        if self._just_chosen(expected):
            message = f"{quote(join_atoms(self.found))} no puede ir aquí: esperaba un {rule}, como {quote(join_atoms(self.expected))}."
            return self.source.violation(rule, self.first, self.last, message)
        return self._say(rule, f": el {rule} ha cambiado")

    def _just_chosen(self, noun: Noun | Name) -> bool:
        before = self.steps[-1].back(FEW_STEPS).state.chosen
        return any(now is noun and past is None for now, past in zip(self.steps[-1].state.chosen, before))

    def _out_of_place(self) -> Violation:
        """Una palabra bien formada que la gramática no deja elegir aquí: ya usada, o de otra clase."""
        node = self.steps[0]
        value = _culprit(node)
        last = self.last + len(node.state.pending)
        if isinstance(value, Name):
            message = f"«{value.text}» es un nombre {'femenino' if value.gender == 'f' else 'masculino'} y no concuerda con su personaje."
            return self.source.violation("concordancia", self.first, last, message)
        if isinstance(value, Adjective):
            return self.source.violation("cualidad", self.first, last, f"«{node.found}» no es una cualidad que pueda tener aquí.")
        rule = noun_rule(value)
        if value.lemma in _lemmas(node.parent.state.chosen):
            return self.source.violation(rule, self.first, last, f"«{value.text}» ya aparece en el cuento; esperaba otro {rule}.")
        return self.source.violation(rule, self.first, last, f"«{value.text}» no puede ir aquí: esperaba otro {rule}.")


def _describe(noun: Noun, article: str) -> str:
    if noun.stressed_a and not noun.plural and article.lower() in ("el", "un", "al", "del"):
        return f"«{noun.text}» empieza por «a» tónica"
    return f"«{noun.text}» es {'femenino' if noun.gender == 'f' else 'masculino'}{' y plural' if noun.plural else ''}"


def _expanded(words: list[str]) -> list[str]:
    return [piece for word in words for piece in CONTRACTIONS.get(word.lower(), (word,))]


def _lemmas(chosen: tuple) -> set[str]:
    return {value.lemma for value in chosen if isinstance(value, Noun | Name)}


def _culprit(node: Node) -> Noun | Name | Adjective:
    """De lo que se acaba de elegir, lo que está escrito aquí; si no, lo último."""
    new = [now for now, past in zip(node.state.chosen, node.parent.state.chosen) if now is not past and hasattr(now, "lemma")]
    written = (node.found, *node.state.pending)
    return next((value for value in new if _text(value) & set(written)), new[-1])


def _text(value: Noun | Name | Adjective) -> set[str]:
    return set(value.forms) if isinstance(value, Adjective) else {value.text}
