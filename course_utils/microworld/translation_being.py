"""Los moldes de hay, ser y estar, y las comparaciones. Cada uno dice el español y devuelve el inglés."""

from __future__ import annotations

from functools import cache

from course_utils.microworld.translation_clauses import PLACES, place, relative_clause
from course_utils.microworld.translation_draw import Draw
from course_utils.microworld.translation_lexicon import ANIMATE, Adjective, Name, Noun, load
from course_utils.microworld.translation_nouns import (
    DEFINITE,
    DEGREES,
    MANY,
    MINE,
    NUMBER,
    SOME,
    THE,
    THIS,
    Phrase,
    animate,
    describe,
    phrase,
    pronoun,
)
from course_utils.microworld.translation_statements import ended
from course_utils.microworld.translation_tenses import AUXILIARIES, Tense, conjugated, group, speakers
from course_utils.microworld.translation_verbs import EL, ELLOS, TU, YO, english

BE = tuple(
    Tense(*row) for row in (
        ("be", "", "pres", "", "", "be"), ("was", "", "imp", "", "", "was"), ("will_be", "", "fut", "", "", "will", "", "be"),
        ("would_be", "", "cond", "", "", "would", "", "be"), ("been", "haber", "pres", "", "part", "have", "", "been"),
    )
)  # fmt: skip


HAVE_PLACE = ((("hay",), "be"), (("había",), "was"), (("habrá",), "will"), (("ha habido",), "have"))


@cache
def findable() -> tuple[Noun, ...]:
    """Todo lo que puede haber en un sitio."""
    kinds = {"animal", "persona", "objeto", "comida", "bebida", "mueble", "planta", "bolsillo", "vehículo", "cielo", "suelta"}
    return tuple(noun for noun in load().of(frozenset(kinds)) if "única" not in noun.classes)


def there(d: Draw, denied: bool) -> tuple[str, Phrase]:
    """Dice «hay» y lo que hay; devuelve el verbo inglés, que concuerda con lo que hay, y el grupo nominal."""
    (es,), be = d.pick(HAVE_PLACE, (5, 2, 1, 0.7))
    d.say(("no " if denied else "") + es)
    nouns = findable()
    thing = bare(d, nouns) if denied else phrase(d, nouns, kinds=(SOME, SOME, NUMBER, MANY), relative=relative_clause)
    d.note("molde", "hay", be)
    return be, thing


def bare(d: Draw, nouns) -> Phrase:
    """Sin artículo: «no hay gatos negros», «there are no black cats»."""
    noun = d.pick(nouns)
    plural = not noun.mass
    d.say(noun.es[plural])
    quality = describe(d, noun, d.pick(load().suiting(noun)), plural) if load().suiting(noun) and d.maybe(0.35) else ""
    return Phrase(f"{quality} {noun.en[plural]}".strip(), ELLOS if plural else EL, "it", noun.gender, noun)


def existence(d: Draw) -> str:
    """«En la cueva hay dos osos»: «there are two bears in the cave»."""
    front = d.maybe(0.4)
    where = place(d) if front else ""
    denied = d.maybe(0.25)
    be, thing = there(d, denied)
    where = where or place(d)
    verb = {"be": AUXILIARIES["be"][thing.person], "was": AUXILIARIES["was"][thing.person], "will": "will be",
            "have": f"{AUXILIARIES['have'][thing.person]} been"}[be]  # fmt: skip
    return ended(d, f"there {verb} {'no ' if denied else ''}{thing.en} {where}")


def copula(d: Draw, verb: str, tenses=BE) -> tuple[Phrase, Tense, str]:
    """Sujeto, [no] y ser o estar; devuelve el sujeto, el tiempo y el verbo inglés."""
    tense = d.pick(tenses, (5, 3, 1, 0.6, 1)[: len(tenses)])
    kind = d.pick(("np", "pronoun", "dropped"), (6, 1, 1))
    if kind == "np":
        who = phrase(d, describable(), kinds=(THE, THE, THIS, MINE), relative=relative_clause)
    else:
        who = pronoun(d, speakers(tense, verb, dropped=kind == "dropped"), dropped=kind == "dropped")
        if who.person in (YO, TU) or kind == "dropped":
            who = Phrase(who.en, who.person, who.who, d.pick("mf"), dropped=who.dropped)
    denied = d.maybe(0.2)
    d.say("no" if denied else "")
    conjugated(d, tense, verb, who.person)
    return who, tense, f"{who.en} {group(tense, english('be')).statement(who.person, negative=denied)}"


@cache
def describable() -> tuple[Noun | Name, ...]:
    """De lo que se dice cómo es; los vivos cuentan el doble."""
    return (*load().of(THINGS), *load().of(ANIMATE), *load().of(ANIMATE), *load().names)


THINGS = frozenset({"objeto", "lugar", "edificio", "mueble", "vehículo", "relato"})


def agreed(d: Draw, who: Phrase, adjective: Adjective) -> str:
    d.say(adjective.forms[(who.gender == "f") + 2 * who.plural])
    if isinstance(who.noun, Noun):
        d.note("adjetivo", who.noun.lemma, adjective.lemma)
    return adjective.en


def qualities(who: Phrase) -> list[Adjective]:
    """Los adjetivos que pueden predicarse con «ser»."""
    if isinstance(who.noun, Noun):
        return [a for a in load().suiting(who.noun) if a.lemma not in ("solo",)]
    return [a for a in load().adjectives if "rasgo" in a.classes]


def states(kind: str, graded: bool) -> list[Adjective]:
    """Los adjetivos de «estar»; con «muy», solo los que admiten grados."""
    return [a for a in load().described(kind) if not (graded and a.lemma in ABSOLUTE)]


ABSOLUTE = frozenset({"dormido", "despierto", "perdido", "solo", "roto", "abierto", "cerrado", "vacío"})


def being(d: Draw) -> str:
    who, tense, en = copula(d, "ser")
    degree = d.expression(DEGREES) if d.maybe(0.4) else ""
    quality = agreed(d, who, d.pick(qualities(who)))
    if d.maybe(0.2):
        d.say("y")
        quality += f" and {degree and d.expression(DEGREES[:1])} {agreed(d, who, d.pick(qualities(who)))}"
    d.note("molde", "ser", tense.name)
    return ended(d, f"{en} {degree} {quality}")


def state(d: Draw) -> str:
    who, tense, en = copula(d, "estar")
    living = not isinstance(who.noun, Noun) or ANIMATE & who.noun.classes
    degree = d.expression(DEGREES) if d.maybe(0.3) else ""
    quality = agreed(d, who, d.pick(states("estado" if living else "avería", bool(degree))))
    d.note("molde", "estar", tense.name)
    return ended(d, f"{en} {degree} {quality}")


def location(d: Draw) -> str:
    who, tense, en = copula(d, "estar")
    d.note("molde", "estar en", tense.name)
    return ended(d, f"{en} {place(d)}")


KIN = frozenset({"hombre", "mujer", "hijo", "hija", "hermano", "hermana", "vecino", "vecina", "amigo", "amiga", "niño", "niña"})


@cache
def trades(gender: str) -> tuple[Noun, ...]:
    return tuple(noun for noun in load().of(frozenset({"persona"})) if noun.gender == gender and noun.lemma not in KIN)


def profession(d: Draw) -> str:
    """«Lucía es panadera»: «Lucía is a baker»."""
    tense = d.pick(BE, (5, 3, 2, 1, 1))
    person = d.pick((EL, YO, TU), (4, 1, 1))
    if person == EL:
        who = d.pick(load().names)
        d.say(who.es)
        subject = who.es
    else:
        who, subject = Phrase("", person, gender=d.pick("mf")), {YO: "I", TU: "you"}[person]
        d.say({YO: "yo", TU: "tú"}[person])
    conjugated(d, tense, "ser", person)
    trade = d.pick(trades(who.gender))
    d.say(trade.es[0])
    be = group(tense, english("be")).statement(person)
    if d.maybe(0.5):
        return ended(d, f"{subject} {be} a {trade.en[0]} {place(d, plain=True)}")
    return ended(d, f"{subject} {be} a {trade.en[0]}")


def belonging(d: Draw) -> str:
    """«Este libro es de Lucía»: «this book is Lucía's»."""
    thing = phrase(d, load().of(frozenset({"objeto", "vehículo", "edificio"})), kinds=(THIS, THE))
    tense = d.pick(BE[:2])
    denied = d.maybe(0.2)
    d.say("no" if denied else "")
    conjugated(d, tense, "ser", thing.person)
    owner = phrase(d, animate(), link="de", kinds=(THE, MINE))
    return ended(d, f"{thing.en} {group(tense, english('be')).statement(thing.person, negative=denied)} {owner.genitive}")


# ---------------------------------------------------------------- comparar


SHORT = frozenset(  # los que comparan con «-er» y «-est»
    {"brave", "shy", "lazy", "kind", "wise", "strong", "rich", "young", "old", "small", "tall", "long", "big", "naughty", "quiet", "lonely"}
    | {"new", "heavy", "light", "pretty", "clean", "dirty", "cheap", "dark", "sweet", "funny", "tiny", "greedy", "great"}
)


def graded(adjective: Adjective, ending: str) -> str:
    """«Bigger», «more curious»; con `ending` «est», «biggest»."""
    word = adjective.en
    if word not in SHORT:
        return f"{'more' if ending == 'er' else 'most'} {word}"
    if word == "big":
        return "bigg" + ending
    if word.endswith("y") and word != "shy":
        return word[:-1] + "i" + ending
    return word + (ending[1:] if word.endswith("e") else ending)


def comparison(d: Draw) -> str:
    """«El lobo es más grande que el zorro», «tan valiente como», «menos curioso que»."""
    who, tense, en = copula(d, "ser", BE[:3])
    quality = d.pick([a for a in qualities(who) if "color" not in a.classes])
    kind = d.pick(("más", "menos", "tan"), (3, 1, 2))
    d.say(kind)
    agreed(d, who, quality)
    d.say("como" if kind == "tan" else "que")
    living = not isinstance(who.noun, Noun) or ANIMATE & who.noun.classes
    like = (*load().of(ANIMATE), *load().names) if living else load().of(who.noun.classes - {"bolsillo", "regalo"})
    other = phrase(d, like, kinds=(THE, THIS, MINE), plain=d.maybe(0.6))
    d.note("molde", kind, tense.name)
    said = {"más": f"{graded(quality, 'er')} than", "menos": f"less {quality.en} than", "tan": f"as {quality.en} as"}[kind]
    return ended(d, f"{en} {said} {other.en}")


def superlative(d: Draw) -> str:
    """«Nora es la niña más valiente del pueblo»: «the bravest girl in the village»."""
    name = d.pick(load().names)
    d.say(name.es)
    tense = d.pick(BE[:2])
    conjugated(d, tense, "ser", EL)
    noun = d.pick([n for n in load().of(frozenset({"persona"})) if n.gender == name.gender])
    d.say(f"{DEFINITE[noun.gender == 'f']} {noun.es[0]} más")
    quality = d.pick([a for a in load().suiting(noun) if a.lemma != "solo"])
    describe(d, noun, quality, False, en=graded(quality, "est").split()[-1])
    where = phrase(d, load().of(PLACES), link="de", kinds=(THE,), plain=True)
    be = group(tense, english("be")).statement(EL)
    return ended(d, f"{name.es} {be} the {graded(quality, 'est')} {noun.en[0]} {where.noun.place} {where.en}")

BEING = {existence: 4, being: 5, state: 4, location: 3, profession: 1, belonging: 1.2, comparison: 2.5, superlative: 1}
