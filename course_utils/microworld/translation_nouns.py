"""Los grupos nominales: artículo, adjetivos delante y detrás, de quién es, de qué es y qué hace, en las dos lenguas."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from course_utils.microworld.translation_draw import AdjectivePair, Draw, Pair
from course_utils.microworld.translation_lexicon import ANIMATE, Adjective, Name, Noun, load
from course_utils.microworld.translation_verbs import EL, ELLOS, NOSOTROS, TU, VOSOTROS, YO

DEFINITE = ("el", "la", "los", "las")
INDEFINITE = ("un", "una", "unos", "unas")
DEMONSTRATIVES = (
    (("este", "esta", "estos", "estas"), ("this", "these")),
    (("ese", "esa", "esos", "esas"), ("that", "those")),
    (("aquel", "aquella", "aquellos", "aquellas"), ("that", "those")),
)
NUMBERS = (
    Pair("dos", "two"), Pair("tres", "three"), Pair("cuatro", "four"), Pair("cinco", "five"), Pair("seis", "six"),
    Pair("siete", "seven"), Pair("ocho", "eight"), Pair("nueve", "nine"), Pair("diez", "ten"), Pair("doce", "twelve"),
    Pair("veinte", "twenty"), Pair("cien", "a hundred"),
)  # fmt: skip
QUANTIFIERS = (
    (("muchos", "muchas"), "many"), (("pocos", "pocas"), "few"), (("algunos", "algunas"), "some"), (("varios", "varias"), "several"),
    (("todos los", "todas las"), "all the"), (("otros", "otras"), "other"), (("los dos", "las dos"), "both"),
)  # fmt: skip
DEGREES = (Pair("muy", "very"), Pair("bastante", "quite"), Pair("demasiado", "too"))
POSSESSIVES = {YO: ("mi", "my"), TU: ("tu", "your"), NOSOTROS: ("nuestro", "our"), VOSOTROS: ("vuestro", "your")}
OWN = {own: (tuple(dict.fromkeys((own, YO, TU))), (4, 1, 1)) for own in (YO, TU, EL, NOSOTROS, VOSOTROS)}
OWN[None] = ((YO, TU, NOSOTROS), (1, 1, 1))
OWN[YO] = ((YO, TU), (4, 1))
OWN[TU] = ((TU, YO), (4, 1))
HIS = {"he": "his", "she": "her", "it": "its", "they": "their"}
HIM = {"he": "him", "she": "her", "it": "it", "they": "them"}
CLITICS = ("lo", "la", "los", "las")
OWNERS = frozenset({"objeto", "bolsillo", "lectura", "mueble", "vehículo", "edificio", "ropa", "animal", "relato"})
PARTS_OF = {"puerta": "casa castillo torre cabaña cocina tienda", "ventana": "casa castillo torre cabaña cocina taller",
            "llave": "cofre casa castillo torre", "tejado": "casa castillo iglesia", "calle": "pueblo ciudad"}  # fmt: skip


@dataclass(frozen=True)
class Phrase:
    """Alguien o algo ya dicho: su inglés, su persona gramatical y con qué pronombre se le nombra después."""

    en: str
    person: int
    who: str = "it"  # I, you, we, he, she, it, they
    gender: str = "m"
    noun: Noun | Name | None = None
    dropped: bool = False

    @property
    def plural(self) -> bool:
        return self.person in (NOSOTROS, VOSOTROS, ELLOS)

    @property
    def clitic(self) -> str:
        return CLITICS[(self.gender == "f") + 2 * self.plural]

    @property
    def his(self) -> str:
        return HIS[self.who] if self.who in HIS else POSSESSIVES[self.person][1]

    @property
    def him(self) -> str:
        return HIM[self.who]

    @property
    def genitive(self) -> str:
        return genitive(self.en)

    @property
    def person_like(self) -> bool:
        return isinstance(self.noun, Name) or (self.noun is not None and self.noun.person)


def genitive(text: str) -> str:
    return text + ("'" if text.endswith("s") and not text.endswith("ess") else "'s")


def pronoun_of(noun: Noun | Name, plural: bool) -> str:
    if plural:
        return "they"
    if isinstance(noun, Name) or noun.person:
        return "she" if noun.gender == "f" else "he"
    return "it"


def _cell(noun: Noun, plural: bool) -> int:
    return (noun.gender == "f") + 2 * plural


# ---------------------------------------------------------------- determinantes


@dataclass(frozen=True)
class Determiner:
    """Una clase de determinante. `known`: su grupo es alguien ya conocido y, como objeto, un animal también lleva «a»."""

    name: str
    known: bool
    words: str
    singular: bool = True
    plural: bool = True

    @cached_property
    def spelt(self) -> frozenset[str]:
        return frozenset(self.words.split())


_OURS = "nuestro nuestra nuestros nuestras vuestro vuestra vuestros vuestras"
THE = Determiner("the", True, "el la los las")
SOME = Determiner("a", False, "un una unos unas")
THIS = Determiner("this", True, " ".join(form for forms, _ in DEMONSTRATIVES for form in forms))
MINE = Determiner("mine", True, f"mi mis tu tus su sus {_OURS}")
NUMBER = Determiner("number", False, " ".join(pair.es for pair in NUMBERS), singular=False)
MANY = Determiner("many", False, "muchos muchas pocos pocas algunos algunas varios varias todos todas otros otras los las", singular=False)
EACH = Determiner("each", True, "cada", plural=False)
OTHER = Determiner("other", False, "otro otra", plural=False)
COMMON = (THE, SOME, THIS, MINE, NUMBER, MANY, EACH, OTHER)
COMMON_WEIGHTS = (9, 6, 2, 3, 2, 2, 1, 1)
KNOWN = (THE, THIS, MINE)


def _determine(d: Draw, kind: Determiner, noun: Noun, plural: bool, adjacent: bool, owner: Phrase | None) -> str:
    """Dice el determinante y devuelve su inglés. `adjacent`: el sustantivo va justo detrás (cuenta en «el águila»)."""
    cell = _cell(noun, plural)
    stressed = "el" in noun.classes and not plural and adjacent
    if kind is MINE:
        return possess(d, cell, owner)
    if kind is NUMBER:
        return d.expression(NUMBERS)
    if kind is THE:
        es, en = "el" if stressed else DEFINITE[cell], "the"
    elif kind is SOME:
        es, en = "un" if stressed else INDEFINITE[cell], "some" if plural else "a"
    elif kind is THIS:
        forms, ours = d.pick(DEMONSTRATIVES)
        es, en = forms[cell], ours[plural]
    elif kind is MANY:
        forms, en = d.pick(QUANTIFIERS)
        es = forms[noun.gender == "f"]
    else:
        es, en = ("cada", "each") if kind is EACH else ("otra" if noun.gender == "f" else "otro", "another")
    d.say(es)
    return en


def possess(d: Draw, cell: int, owner: Phrase | None) -> str:
    """Mi, tu, su, nuestro, vuestro. «Su» siempre es de quien hace la acción; sin nadie, no se usa."""
    own = EL if owner and owner.person in (EL, ELLOS) else owner.person if owner else None
    mine = d.pick(*OWN[own])
    if mine == EL:
        d.say("sus" if cell >= 2 else "su")
        return owner.his
    es, en = POSSESSIVES[mine]
    if mine in (NOSOTROS, VOSOTROS):
        d.say(es[:-1] + ("o", "a", "os", "as")[cell])
    else:
        d.say(es + "s" * (cell >= 2))
    return en


# ---------------------------------------------------------------- adjetivos


def describe(d: Draw, noun: Noun, adjective: Adjective, plural: bool, *, spoken: str | None = None, en: str | None = None) -> str:
    """Dice el adjetivo concordado y apunta la pareja."""
    form = spoken or adjective.forms[_cell(noun, plural)]
    d.say(form)
    d.note("adjetivo", noun.lemma, adjective.lemma)
    d.pairs.append(AdjectivePair(noun.es[plural], form, noun.en[plural].split()[-1], en or adjective.en))
    return en or adjective.en


def before(d: Draw, noun: Noun, plural: bool) -> str:
    """Un adjetivo que va delante: «viejo», «hermosa», «gran»."""
    options = [a for a in load().suiting(noun) if "delante" in a.classes or a.lemma == "grande"]
    adjective = d.pick(options)
    if adjective.lemma == "grande":
        return describe(d, noun, adjective, plural, spoken="grandes" if plural else "gran", en="great")
    return describe(d, noun, adjective, plural)


def after(d: Draw, noun: Noun, plural: bool, *, sober: bool = False) -> str:
    """Lo que va detrás del sustantivo y el inglés pone delante: uno o dos adjetivos; uno y distinto, si ya hay otro delante."""
    options = load().suiting(noun)
    if sober:
        return describe(d, noun, d.pick([a for a in options if "delante" not in a.classes and "talla" not in a.classes]), plural)
    colours = [a for a in options if "color" in a.classes]
    shape = d.pick(("one", "very", "and", "two"), (6, 1.5, 1.5, 2 if colours else 0))
    if shape == "very":
        degree = d.expression(DEGREES[:1])
        return f"{degree} {describe(d, noun, d.pick(_graded(options)), plural)}"
    if shape == "one":
        return describe(d, noun, d.pick(options), plural)
    if shape == "and":
        first = d.pick(_graded(options))
        one = describe(d, noun, first, plural)
        d.say("y")
        return f"{one} and {describe(d, noun, d.pick(_others(_graded(options), first)), plural)}"
    one = describe(d, noun, d.pick(colours), plural)
    two = describe(d, noun, d.pick(_graded(options)), plural)
    return f"{two} {one}"


def _graded(options: Sequence[Adjective]) -> list[Adjective]:
    return [a for a in options if "color" not in a.classes] or list(options)


def _others(options: Sequence[Adjective], first: Adjective) -> list[Adjective]:
    return [a for a in options if a is not first] or list(options)


# ---------------------------------------------------------------- el grupo entero


def phrase(
    d: Draw,
    nouns: Sequence[Noun | Name],
    *,
    link: str = "",
    personal: bool = False,
    owner: Phrase | None = None,
    kinds: Sequence[Determiner] = COMMON,
    plain: bool = False,
    relative: Callable[[Draw, Phrase], str] | None = None,
    plural: bool | None = None,
) -> Phrase:
    """Un grupo nominal. `link`: la preposición que lo abre; `personal`: lleva «a» si es persona o animal conocido; `plain`: sin adornos."""
    noun = d.pick(nouns)
    if isinstance(noun, Name):
        d.say(link or ("a" if personal else ""))
        d.say(noun.es)
        return Phrase(noun.es, EL, pronoun_of(noun, False), noun.gender, noun)
    if noun.mass:
        return _mass(d, noun, link, kinds)
    kind = d.pick(kinds, COMMON_WEIGHTS if kinds is COMMON else None)
    if plural is None:
        plural = _number(d, kind, noun)
    if link or (personal and (noun.person or (kind.known and "animal" in noun.classes))):
        d.say(link or "a")
    en = _core(d, noun, kind, plural, owner, plain)
    found = Phrase(en, ELLOS if plural else EL, pronoun_of(noun, plural), noun.gender, noun)
    if relative and ANIMATE & noun.classes and kind in (THE, SOME, THIS) and d.maybe(0.12):
        return Phrase(f"{en} {relative(d, found)}", found.person, found.who, found.gender, noun)
    return found


def _core(d: Draw, noun: Noun, kind: Determiner, plural: bool, owner: Phrase | None, plain: bool) -> str:
    """Determinante, adjetivos, sustantivo, materia y dueño."""
    shape = "bare" if plain or not _describable(noun) else d.pick(("bare", "after", "before", "both"), (5, 4, 1, 0.6))
    front = shape in ("before", "both")
    determiner = _determine(d, kind, noun, plural, not front, owner)
    ahead = before(d, noun, plural) if front else ""
    d.say(noun.es[plural])
    made = _material(d, noun) if not plain else ""
    behind = after(d, noun, plural, sober=front) if shape in ("after", "both") and not (front and made) else ""
    en = " ".join(filter(None, (ahead, behind, made, noun.en[plural])))
    return _owned(d, noun, en, determiner) if kind is THE and not plain else f"{determiner} {en}"


def _number(d: Draw, kind: Determiner, noun: Noun) -> bool:
    """Si va en plural."""
    if not (kind.singular and kind.plural) or "única" in noun.classes:
        return not kind.singular
    chance = 0.06 if "lugar" in noun.classes else 0.3
    return d.pick((True, False), (chance, 1 - chance), lambda plural: (noun.es[plural],))


def _describable(noun: Noun) -> bool:
    return bool(load().suiting(noun)) and any("delante" in a.classes for a in load().suiting(noun))


def _mass(d: Draw, noun: Noun, link: str, kinds: Sequence[Determiner]) -> Phrase:
    """«Pan», «el pan», «mucho pan», «pan dulce»."""
    d.say(link)
    weights = (5, 2 * (THE in kinds), 1, 1) if SOME in kinds else (0, 1, 0, 0)
    kind = d.pick(*zip(*((name, weight) for name, weight in zip(("none", "the", "much", "little"), weights) if weight)))
    female = noun.gender == "f"
    spoken = {"none": "", "the": "el" if "el" in noun.classes else DEFINITE[female], "much": "mucha" if female else "mucho",
              "little": "un poco de"}[kind]  # fmt: skip
    d.say(spoken)
    d.say(noun.es[0])
    described = describe(d, noun, d.pick(load().suiting(noun)), False) if d.maybe(0.3) else ""
    determiner = {"none": "", "the": "the", "much": "a lot of", "little": "a little"}[kind]
    return Phrase(" ".join(filter(None, (determiner, described, noun.en[0]))), EL, "it", noun.gender, noun)


def _material(d: Draw, noun: Noun) -> str:
    options = load().made_of(noun)
    if not options or not d.maybe(0.12):
        return ""
    material = d.pick(options)
    d.say("de")
    d.say(material.es)
    d.note("materia", noun.lemma, material.es)
    return material.en


def _owned(d: Draw, noun: Noun, en: str, determiner: str) -> str:
    """«El sombrero del mago» es «the wizard's hat», pero «la puerta de la casa», «the door of the house»."""
    if noun.lemma in PARTS_OF and d.maybe(0.2):
        d.say("de")
        whole = phrase(d, load().of(frozenset(PARTS_OF[noun.lemma].split())), kinds=(THE,), plain=True)
        return f"{determiner} {en} of {whole.en}"
    if OWNERS & noun.classes and d.maybe(0.12):
        d.say("de")
        people = (*load().of(ANIMATE if "animal" not in noun.classes else frozenset({"persona"})), *load().names)
        return f"{phrase(d, people, kinds=(THE,), plain=True).genitive} {en}"
    return f"{determiner} {en}"


@cache
def animate(kind: str = "persona animal") -> tuple[Noun | Name, ...]:
    """Personajes y nombres propios."""
    return (*load().of(frozenset(kind.split())), *load().names)


PRONOUNS = {
    YO: (("yo", "I"),), TU: (("tú", "you"),), EL: (("él", "he"), ("ella", "she")), NOSOTROS: (("nosotros", "we"), ("nosotras", "we")),
    VOSOTROS: (("vosotros", "you"), ("vosotras", "you")), ELLOS: (("ellos", "they"), ("ellas", "they")),
}  # fmt: skip


def pronoun(d: Draw, persons: Sequence[int] = (YO, TU, EL, NOSOTROS, VOSOTROS, ELLOS), *, dropped: bool = False) -> Phrase:
    """Un sujeto pronombre, dicho o callado."""
    person = d.pick(persons)
    es, en = d.pick(PRONOUNS[person]) if not dropped else PRONOUNS[person][0]
    if not dropped:
        d.say(es)
    return Phrase(en, person, en, "f" if es in ("ella", "nosotras", "vosotras", "ellas") else "m", dropped=dropped)
