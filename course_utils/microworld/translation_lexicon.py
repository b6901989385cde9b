"""El léxico bilingüe: cada palabra con sus formas en las dos lenguas. Se lee de `data/translation.txt`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property

from course_utils.microworld.lexicon import DATA, agree
from course_utils.microworld.translation_verbs import English, command, conjugate, english, impersonal

ANIMATE = frozenset({"persona", "animal"})
SUITS = {  # qué clases de adjetivo admite cada clase de sustantivo
    "persona": "rasgo humano talla altura", "animal": "rasgo talla color", "objeto": "talla color aspecto", "lectura": "aspecto relato",
    "relato": "relato", "edificio": "talla color lugar altura", "mueble": "talla color aspecto", "vehículo": "talla color aspecto",
    "planta": "talla aspecto", "alto": "altura", "bolsillo": "talla color", "suelta": "talla color", "cielo": "color",
    "comida": "sabor", "bebida": "sabor", "fruta": "color talla", "lugar": "lugar talla", "cruce": "largo", "ropa": "largo",
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Noun:
    """Un sustantivo en las dos lenguas. `place`: la preposición inglesa que corresponde a «en»."""

    es: tuple[str, str]  # singular y plural
    en: tuple[str, str]
    gender: str
    classes: frozenset[str]
    place: str = "in"

    @cached_property
    def spelt(self) -> frozenset[str]:
        return frozenset(self.es)

    @property
    def lemma(self) -> str:
        return self.es[0]

    @property
    def person(self) -> bool:
        return "persona" in self.classes

    @property
    def mass(self) -> bool:
        return "masa" in self.classes


@dataclass(frozen=True, eq=False)
class Name:
    es: str
    gender: str

    @cached_property
    def spelt(self) -> frozenset[str]:
        return frozenset({self.es.lower()})

    @property
    def lemma(self) -> str:
        return self.es


@dataclass(frozen=True, eq=False)
class Adjective:
    forms: tuple[str, str, str, str]
    classes: frozenset[str]
    en: str

    @cached_property
    def spelt(self) -> frozenset[str]:
        return frozenset(self.forms) | (frozenset({"gran"}) if self.lemma == "grande" else frozenset())

    @property
    def lemma(self) -> str:
        return self.forms[0]


@dataclass(frozen=True, eq=False)
class Verb:
    """`frame`: i, l, m, a, r, t, d o p; `wants`: las clases de su objeto; `link`: su preposición española."""

    es: str
    en: English
    frame: str
    wants: frozenset[str]
    link: str = ""
    reflexive: bool = False

    @property
    def lemma(self) -> str:
        return self.es

    @cached_property
    def spelt(self) -> frozenset[str]:
        personal = {conjugate(self.es, tense, person) for tense in ("pres", "pret", "imp", "fut", "cond", "subj") for person in range(6)}
        forms = personal | {impersonal(self.es, form) for form in ("inf", "ger", "part")} | {command(self.es)}
        forms |= {impersonal(self.es, "part")[:-1] + ending for ending in ("a", "os", "as")}
        return frozenset(forms | {_enclitic(form, c) for form in forms for c in ENCLITICS if form.endswith(("r", "ndo"))})


ENCLITICS = ("me", "te", "se", "nos", "os", "lo", "la", "los", "las")


def _enclitic(form: str, clitic: str) -> str:
    from course_utils.microworld.translation_verbs import attach

    return attach(form, clitic)


@dataclass(frozen=True, eq=False)
class Material:
    es: str
    en: str
    classes: frozenset[str]

    @property
    def spelt(self) -> frozenset[str]:
        return frozenset({self.es})


def spanish_plural(word: str) -> str:
    for ending, plural in (("ón", "ones"), ("án", "anes"), ("ín", "ines"), ("és", "eses"), ("z", "ces"), ("as", "as")):
        if word.endswith(ending):
            return word[: -len(ending)] + plural
    return word + ("s" if word[-1] in "aeiouéá" else "es")


def english_plural(word: str) -> str:
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return word + "es"
    return word[:-1] + "ies" if word[-1] == "y" and word[-2] not in "aeiou" else word + "s"


def _english(text: str) -> tuple[str, str]:
    singular, _, plural = text.replace("_", " ").partition("|")
    return singular, plural or english_plural(singular)


def _noun(es: str, gender: str, classes: Iterable[str], en: str, place: str = "in") -> Noun:
    return Noun((es, spanish_plural(es)), _english(en), gender, frozenset(classes), place)


def _characters(words: list[str]) -> Iterable[Noun]:
    masculine, feminine, kind, first, *second = words
    if masculine != "-":
        yield _noun(masculine, "m", kind.split(","), first)
    if feminine != "-":
        yield _noun(feminine, "f", kind.split(","), second[0] if second else first)


def _verb(words: list[str]) -> Verb:
    infinitive, frame, text, *parts = words
    kind, *rest = frame.split(":")
    link = rest.pop(0) if kind == "p" else ""
    reflexive = infinitive.endswith("se")
    wants = frozenset(rest[0].split(",")) if rest else frozenset()
    return Verb(infinitive.removesuffix("se") if reflexive else infinitive, english(text, *parts), kind, wants, link, reflexive)


def _adjective(words: list[str]) -> Adjective:
    masculine, kind, en = words
    forms = {
        "rosa": ("rosa", "rosa", "rosas", "rosas"),
        "marrón": ("marrón", "marrón", "marrones", "marrones"),
        "joven": ("joven", "joven", "jóvenes", "jóvenes"),
    }.get(masculine)
    return Adjective(forms or agree(masculine), frozenset(kind.split(",")), en)


@dataclass(frozen=True, eq=False)
class Lexicon:
    """Todo el léxico. Las consultas se recuerdan: se hacen cientos de miles de veces."""

    nouns: tuple[Noun, ...]
    names: tuple[Name, ...]
    adjectives: tuple[Adjective, ...]
    verbs: tuple[Verb, ...]
    materials: tuple[Material, ...]
    parts: tuple[Noun, ...]

    @cache  # noqa: B019 – un léxico vive lo que el programa
    def of(self, classes: frozenset[str]) -> tuple[Noun, ...]:
        """Los sustantivos de alguna de esas clases, o que se llaman así."""
        return tuple(noun for noun in self.nouns if classes & noun.classes or noun.lemma in classes)

    @cache  # noqa: B019
    def suiting(self, noun: Noun) -> tuple[Adjective, ...]:
        """Los adjetivos que pueden acompañar a un sustantivo."""
        suits = {kind for tag in noun.classes for kind in SUITS.get(tag, "").split()}
        suits -= {"talla", "color"} if noun.mass else set()
        return tuple(adjective for adjective in self.adjectives if suits & adjective.classes)

    @cache  # noqa: B019
    def made_of(self, noun: Noun) -> tuple[Material, ...]:
        return tuple(material for material in self.materials if material.classes & (noun.classes | {noun.lemma}))

    @cache  # noqa: B019
    def framed(self, frames: str) -> tuple[Verb, ...]:
        return tuple(verb for verb in self.verbs if verb.frame in frames)

    @cache  # noqa: B019
    def verb(self, infinitive: str) -> Verb:
        return next(verb for verb in self.verbs if verb.es == infinitive)

    @cache  # noqa: B019
    def described(self, kind: str) -> tuple[Adjective, ...]:
        return tuple(adjective for adjective in self.adjectives if kind in adjective.classes)


@cache
def load() -> Lexicon:
    """Lee el léxico del archivo."""
    found, section = defaultdict(list), ""
    for line in (DATA / "translation.txt").read_text(encoding="utf-8").splitlines():
        words = line.split("#")[0].split()
        if words and words[0].startswith("["):
            section = words[0].strip("[]")
        elif words:
            found[section].append(words)
    nouns = [noun for words in found["personajes"] for noun in _characters(words)]
    nouns += [_noun(es, gender, kinds.split(","), en) for es, gender, kinds, en in found["cosas"]]
    for es, gender, en, place, *more in found["lugares"]:
        nouns.append(_noun(es, gender, ("lugar", *more), en, place))
    return Lexicon(
        tuple(nouns),
        tuple(Name(*words) for words in found["nombres"]),
        tuple(map(_adjective, found["adjetivos"])),
        tuple(map(_verb, found["verbos"])),
        tuple(Material(es, en, frozenset(kinds.split(","))) for es, en, kinds in found["materiales"]),
        tuple(_noun(es, gender, ("parte", *more), en) for es, gender, en, *more in found["partes"]),
    )
