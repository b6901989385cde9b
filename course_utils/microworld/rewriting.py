"""Frases que se reescriben de manera exacta: otro protagonista, otro número, otro tiempo, pregunta, negación, pronombre.

Una frase es una estructura (`Clause`) y una reescritura es la misma estructura con algo cambiado: la concordancia sale sola.
"""
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

from course_utils.microworld import lexicon
from course_utils.microworld.lexicon import DATA, Adjective, Noun
from course_utils.microworld.reference import with_article
from course_utils.microworld.templates import capital
from course_utils.microworld.verbs import conjugate

TENSES = {"presente": "pres", "pasado": "pret", "futuro": "fut"}
UNACCENTED = str.maketrans("áéíóú", "aeiou")


@dataclass(frozen=True)
class Clause:
    """Quién (con su adjetivo), qué hace, a qué (con su adjetivo) y el resto; `pronoun`: el objeto va como «lo», «la»…"""

    subject: Noun
    trait: Adjective | None
    verb: str
    tense: str
    thing: Noun | None
    quality: Adjective | None
    article: str
    ending: str
    negative: bool = False
    question: bool = False
    pronoun: bool = False

    def __str__(self) -> str:
        who = who_is(self.subject, self.trait)
        no = "no " if self.negative else ""
        before = with_article("lo", self.thing) + " " if self.pronoun and self.thing else ""
        verb = no + before + conjugated(self.verb, self.tense, plural=self.subject.plural)
        what = "" if self.pronoun or not self.thing else described(self.article, self.thing, self.quality)
        words = (verb, who, what, self.ending) if self.question else (who, verb, what, self.ending)
        text = " ".join(word for word in words if word)
        return f"¿{capital(text)}?" if self.question else capital(text) + "."


def who_is(subject: Noun, trait: Adjective | None) -> str:
    """«el zorro curioso», o el nombre propio."""
    return subject.text if "nombre" in subject.classes else described("el", subject, trait)


def described(article: str, noun: Noun, adjective: Adjective | None) -> str:
    """Un sustantivo con su artículo y su adjetivo, concordados."""
    return with_article(article, noun) + (f" {adjective.forms[noun.cell]}" if adjective else "")


def conjugated(verb: str, tense: str, *, plural: bool) -> str:
    """La tercera persona de un verbo: en presente, en pasado (pretérito) o en futuro."""
    if tense == "futuro":
        stem = futures().get(verb, verb.translate(UNACCENTED))
        return stem + ("án" if plural else "á")
    return conjugate(verb, TENSES[tense] + ("3p" if plural else ""))


def pluralised(noun: Noun) -> Noun:
    """El plural de un sustantivo: «ratón» da «ratones»."""
    text = noun.text
    if text.endswith("z"):
        plural = text[:-1] + "ces"
    elif text[-1] in "aeioué":
        plural = text + "s"
    else:
        plural = text[:-2] + text[-2:].translate(UNACCENTED) + "es"
    return replace(noun, text=plural, plural=True, stressed_a=False)


# ---------------------------------------------------------------- palabras


@cache
def _data() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for line in (DATA / "rewriting.txt").read_text(encoding="utf-8").splitlines():
        name, equals, body = line.partition(" = ")
        if equals and not line.startswith("#"):
            found[name] = found.get(name, ()) + tuple(part.strip() for part in body.split("|"))
    return found


@cache
def futures() -> dict[str, str]:
    """Las raíces irregulares del futuro."""
    return dict(entry.split() for entry in _data()["futuro"])


@cache
def _people() -> tuple[Noun, ...]:
    return tuple(noun for noun in lexicon.load().nouns if "personaje" in noun.classes)


@cache
def _names() -> tuple[Noun, ...]:
    return tuple(Noun(name.text, name.text, name.gender, False, frozenset({"nombre"}), 1.0) for name in lexicon.load().names)


@cache
def _things(kind: str) -> tuple[Noun, ...]:
    return tuple(noun for noun in lexicon.load().nouns if kind in noun.classes and "personaje" not in noun.classes)


@cache
def _adjectives(kind: str) -> tuple[Adjective, ...]:
    return tuple(word for word in lexicon.load().adjectives if kind in word.classes)


def clause(rng: random.Random) -> Clause:
    """Una frase al azar."""
    verb, kind = rng.choice(_data()["verbo"]).split()
    things = _things(kind) if kind != "-" else ()
    subject = rng.choice(_names() if rng.random() < 0.25 else _people())
    trait = rng.choice(_adjectives("rasgo")) if "personaje" in subject.classes and rng.random() < 0.5 else None
    coloured = bool(things) and "objeto" in things[0].classes and rng.random() < 0.5
    quality = rng.choice(_adjectives("color")) if coloured else None
    article = rng.choice(("el", "un", "su")) if kind not in ("agua", "hogar") else "el"
    thing = rng.choice(things) if things else None
    ending = rng.choice(_data()["final" if kind not in ("agua", "hogar") else "manera"]) if rng.random() < 0.6 or not thing else ""
    return Clause(subject, trait, verb, rng.choice(tuple(TENSES)), thing, quality, article, ending, rng.random() < 0.15)


# ---------------------------------------------------------------- reescrituras


@dataclass(frozen=True)
class Rewriting:
    """`order`: qué hay que hacer («al plural», «con una rana»…); `before` y `after`, la frase y su reescritura."""

    kind: str
    order: str
    before: str
    after: str


def _tense(rng: random.Random, one: Clause) -> Rewriting:
    new = rng.choice([tense for tense in TENSES if tense != one.tense])
    return Rewriting("tiempo", new, str(one), str(replace(one, tense=new)))


def _number(rng: random.Random, one: Clause) -> Rewriting:
    one = replace(one, subject=rng.choice(_people()))
    many = replace(one, subject=pluralised(one.subject))
    if rng.random() < 0.6:
        return Rewriting("plural", "plural", str(one), str(many))
    return Rewriting("singular", "singular", str(many), str(one))


def _person(rng: random.Random, one: Clause) -> Rewriting:
    pool = [noun for noun in (*_people(), *_names()) if noun.lemma != one.subject.lemma]
    new = rng.choice(pool)
    if "nombre" in new.classes:
        one = replace(one, trait=None)
    elif one.trait is None and "nombre" not in one.subject.classes and rng.random() < 0.6:
        one = replace(one, trait=rng.choice(_adjectives("rasgo")))
    order = f"{who_is(one.subject, None)}|{who_is(new, None)}"
    return Rewriting("protagonista", order, str(one), str(replace(one, subject=new)))


def _question(rng: random.Random, one: Clause) -> Rewriting:
    return Rewriting("pregunta", "pregunta", str(one), str(replace(one, question=True)))


def _statement(rng: random.Random, one: Clause) -> Rewriting:
    return Rewriting("afirmación", "afirmación", str(replace(one, question=True)), str(one))


def _negation(rng: random.Random, one: Clause) -> Rewriting:
    yes, no = str(replace(one, negative=False)), str(replace(one, negative=True))
    return Rewriting("negación", "negación", yes, no) if rng.random() < 0.6 else Rewriting("sin negación", "sin negación", no, yes)


def _pronoun(rng: random.Random, one: Clause) -> Rewriting:
    while one.thing is None:
        one = clause(rng)
    one = replace(one, article=rng.choice(("el", "su")) if one.article == "un" else one.article)
    order = described(one.article, one.thing, one.quality)
    return Rewriting("pronombre", order, str(one), str(replace(one, pronoun=True)))


def _object(rng: random.Random, one: Clause) -> Rewriting:
    while one.thing is None:
        one = clause(rng)
    kinds = [entry.split()[1] for entry in _data()["verbo"] if entry.split()[0] == one.verb]
    new = rng.choice([noun for noun in _things(kinds[0]) if noun.lemma != one.thing.lemma])
    return Rewriting("objeto", f"{one.thing.text}|{new.text}", str(one), str(replace(one, thing=new)))


KINDS: dict[str, Callable[[random.Random, Clause], Rewriting]] = {
    "tiempo": _tense, "número": _number, "protagonista": _person, "pregunta": _question, "afirmación": _statement,
    "negación": _negation, "pronombre": _pronoun, "objeto": _object,
}


def sample(rng: random.Random) -> Rewriting:
    """Una frase y su reescritura."""
    return KINDS[rng.choice(tuple(KINDS))](rng, clause(rng))
