"""Los moldes de frases compuestas y de frases hechas: causas, deseos, órdenes, exclamaciones, pasivas, el tiempo que hace."""

from __future__ import annotations

from course_utils.microworld.translation_being import BE, agreed, bare, qualities, states
from course_utils.microworld.translation_clauses import clause, clitic_of, complement, direct_object, objects, place
from course_utils.microworld.translation_draw import Draw, Pair
from course_utils.microworld.translation_lexicon import ANIMATE, load
from course_utils.microworld.translation_nouns import (
    DEFINITE,
    DEMONSTRATIVES,
    KNOWN,
    MINE,
    NUMBERS,
    SOME,
    THE,
    Phrase,
    animate,
    phrase,
)
from course_utils.microworld.translation_questions import ASKED, WH, inverted
from course_utils.microworld.translation_statements import EASY, NAMED, ended
from course_utils.microworld.translation_tenses import TENSES, Group, conjugated, group, pick_tense, pick_verb, tenses_of
from course_utils.microworld.translation_verbs import EL, ELLOS, TU, YO, command, conjugate, english, impersonal

SKIES = (  # el tiempo que hace
    Pair("llueve", "it rains"), Pair("nieva", "it snows"), Pair("hace frío", "it is cold"), Pair("hace calor", "it is hot"),
    Pair("hace sol", "it is sunny"), Pair("hace mucho viento", "it is very windy"), Pair("es de noche", "it is night"),
    Pair("sale el sol", "the sun rises"), Pair("hace buen tiempo", "the weather is good"),
)  # fmt: skip
PAST_SKIES = (
    Pair("llovía", "it was raining"), Pair("nevaba", "it was snowing"), Pair("hacía frío", "it was cold"),
    Pair("hacía calor", "it was hot"), Pair("era de noche", "it was night"), Pair("hacía mucho viento", "it was very windy"),
)  # fmt: skip


def _feeling(d: Draw, who: Phrase, when: str) -> str:
    """«Está cansada», «tenía hambre»: sin sujeto en español, con pronombre en inglés."""
    verb = {"pres": ("are" if who.plural else "is"), "imp": ("were" if who.plural else "was")}[when]
    pronoun = who.who if who.who in ("he", "she", "they") else "it"
    denied = d.maybe(0.15)
    d.say("no" if denied else "")
    said = f"{pronoun} {verb} {'not ' if denied else ''}"
    if d.maybe(0.35):
        d.say(conjugate("tener", when, who.person))
        return said + _need(d)
    d.say(conjugate("estar", when, who.person))
    degree = d.expression((Pair("muy", "very"),)) if d.maybe(0.4) else ""
    return f"{said}{degree} {agreed(d, who, d.pick(states('estado', bool(degree))))}"


NEEDS = (("hambre", "hungry"), ("sed", "thirsty"), ("sueño", "sleepy"), ("frío", "cold"), ("miedo", "afraid"), ("prisa", "in a hurry"))
MUCH = {"hambre": "mucha", "sed": "mucha", "prisa": "mucha"}


def _need(d: Draw) -> str:
    es, en = d.pick(NEEDS)
    much = es != "prisa" and d.maybe(0.4)
    d.say(f"{MUCH.get(es, 'mucho')} {es}" if much else es)
    return f"very {en}" if much else en


def need(d: Draw) -> str:
    """«El pastor tiene mucha hambre»: «the shepherd is very hungry»; «Alba tiene siete años»."""
    who = phrase(d, animate(), kinds=KNOWN)
    denied = d.maybe(0.2)
    d.say("no" if denied else "")
    tense = d.pick(BE[:3], (5, 3, 1))
    d.say(conjugate("tener", tense.when, who.person))
    verb = group(tense, english("be")).statement(who.person, negative=denied)
    d.note("molde", "tener", tense.name)
    kind = d.pick(("need", "age", "fear"), (3, 2, 2))
    if kind == "age":
        years = d.expression(NUMBERS)
        d.say("años")
        return ended(d, f"{who.en} {verb} {years} years old")
    if kind == "fear":
        d.say("miedo de")
        noun = d.pick(load().of(frozenset({"animal"})))
        d.say(f"{DEFINITE[(noun.gender == 'f') + 2]} {noun.es[1]}")
        return ended(d, f"{who.en} {verb} afraid of {noun.en[1]}")
    return ended(d, f"{who.en} {verb} {_need(d)}")


def because(d: Draw) -> str:
    """«La niña canta porque está contenta»: el sujeto callado es «she»."""
    past = d.maybe(0.5)
    tenses = ("past", "started", "stopped", "wanted") if past else ("pres", "now", "has_to", "want")
    said = clause(d, tenses, kinds=NAMED, plain=True, timed=False)
    link = d.expression((Pair("porque", "because"), Pair("cuando", "when"), Pair("aunque", "although")))
    reason = _feeling(d, said.subject, "imp" if past else "pres")
    d.note("molde", link, said.tense.name)
    return ended(d, f"{said.en} {link} {reason}")


def arriving(d: Draw) -> str:
    """«Cuando la niña llega al bosque, ve un zorro»: el segundo sujeto es el primero, y en inglés se dice «she»."""
    tenses = d.pick((("pres",), ("past",)))
    link = d.expression((Pair("cuando", "when"), Pair("mientras", "while")))
    first = clause(d, tenses, kinds=NAMED, plain=True, timed=False, negative=False, frames="mailr")
    d.say(",")
    second = clause(d, tenses, plain=True, timed=False, negative=False, given=first.subject)
    pronoun = first.subject.who
    return ended(d, f"{link} {first.en} , {pronoun} {second.en}")


WEATHERS = (
    ((Pair("cuando", "when"),), SKIES, ("pres", "has_to", "can")),
    ((Pair("si", "if"),), SKIES, ("future", "can", "going", "will_have")),
    ((Pair("como", "since"), Pair("cuando", "when")), PAST_SKIES, ("used", "past", "could", "had_to")),
)


def weather(d: Draw) -> str:
    """«Cuando llueve, la abuela lee un cuento»; «si nieva, el oso dormirá»."""
    links, skies, tenses = d.pick(WEATHERS, (3, 3, 2))
    link, outside = d.expression(links), d.expression(skies)
    d.say(",")
    said = clause(d, tenses, timed=False)
    d.note("molde", f"tiempo: {link}", said.tense.name)
    return ended(d, f"{link} {outside} , {said.en}")


DAYS = (Pair("hoy", "today"), Pair("en invierno", "in winter"), Pair("a veces", "sometimes"), Pair("por las noches", "at night"))


def sky(d: Draw) -> str:
    """«Hoy hace mucho frío en la montaña»."""
    day = d.expression(DAYS)
    es, en = d.pick((("hace", "it is"), ("no hace", "it is not")))
    d.say(es)
    degree = d.maybe(0.5)
    noun, quality = d.pick((("frío", "cold"), ("calor", "hot"), ("viento", "windy")))
    d.say(f"mucho {noun}" if degree else noun)
    return ended(d, f"{day} {en} {'very ' if degree else ''}{quality} {place(d)}")


SAYINGS = (("decir", "say"), ("creer", "think"), ("saber", "know"), ("soñar", "dream"))


def reported(d: Draw) -> str:
    """«El mago cree que la llave está perdida», «nadie sabe que…»."""
    who = phrase(d, animate(), plain=True)
    es, en = d.pick(SAYINGS)
    d.say(f"{conjugate(es, 'pres', who.person)} que")
    said = clause(d, EASY, plain=True)
    verb = english(en).present(who.person)
    d.note("molde", en, said.tense.name)
    return ended(d, f"{who.en} {verb} that {said.en}")


UNKNOWN = tuple(
    Pair(*text.split("="))
    for text in ["no sé=I do not know", "no sabemos=we do not know", "nadie sabe=nobody knows", "quiero saber=I want to know"]
)


def indirect(d: Draw) -> str:
    """«No sé dónde vive el zorro»: «I do not know where the fox lives», sin inversión."""
    en = d.expression(UNKNOWN)
    word = d.expression(WH)
    verb, tense = pick_verb(d, "l" if word == "where" else "tilmr", ASKED)
    who = inverted(d, verb, tense)
    said = complement(d, verb, who, plain=True) if verb.frame in "tm" else ""
    d.note("molde", f"saber {word}", tense.name)
    return ended(d, f"{en} {word} {who.en} {group(tense, verb.en).statement(who.person)} {said}".strip())


def wish(d: Draw) -> str:
    """«El rey quiere que la niña cante»: «the king wants the girl to sing»."""
    who = phrase(d, animate(), plain=d.maybe(0.7))
    denied = d.maybe(0.2)
    d.say(f"{'no ' if denied else ''}{conjugate('querer', 'pres', who.person)} que")
    verb = d.pick([v for v in load().framed("tilmrp") if v.es not in ("tener", "conocer", "querer", "perder", "romper", "cansar")])
    other = Phrase("you", TU, "you") if d.maybe(0.25) else phrase(d, animate(), plain=True)
    d.say(clitic_of(verb, other.person))
    d.say(conjugate(verb.es, "subj", other.person))
    said = complement(d, verb, other, plain=True)
    want = Group("pres", english("want"), "").statement(who.person, negative=denied)
    return ended(d, f"{who.en} {want} {other.en} to {verb.en.infinitive} {said}".strip())


PURPOSES = (("para", "to", "inf"), ("sin", "without", "ger"), ("antes de", "before", "ger"), ("después de", "after", "ger"))


def purpose(d: Draw) -> str:
    """«Lucas va a la tienda para comprar pan», «… sin abrir la puerta»: «without opening the door»."""
    said = clause(d, EASY, plain=True, negative=False, timed=False, frames="timl")
    es, en, form = d.pick(PURPOSES)
    d.say(es)
    verb = d.pick([v for v in load().framed("tilm") if v.es not in ("tener", "conocer", "querer", "perder", "romper")])
    d.say(verb.es)
    more = complement(d, verb, said.subject, plain=True)
    d.note("molde", en, said.tense.name)
    return ended(d, f"{said.en} {en} {verb.en.infinitive if form == 'inf' else verb.en.gerund} {more}".strip())


def nobody(d: Draw) -> str:
    """«Nadie vive en la isla», «alguien ha abierto la puerta», «todo el mundo conoce a Nora»."""
    es, en = d.pick((("nadie", "nobody"), ("alguien", "somebody"), ("todo el mundo", "everybody")))
    d.say(es)
    verb, tense = pick_verb(d, "tilmrp")
    conjugated(d, tense, verb.es, EL, clitic_of(verb, EL))
    said = complement(d, verb, Phrase(en, EL, "they"), plain=d.maybe(0.5))
    d.note("molde", en, tense.name)
    return ended(d, f"{en} {group(tense, verb.en).statement(EL)} {said}".strip())


def nothing(d: Draw) -> str:
    """«El rey no come nada»: «does not eat anything»; «no saluda a nadie»."""
    who = phrase(d, animate())
    people = d.maybe(0.5)
    verb = d.pick([v for v in load().framed("t") if ("persona" in v.wants if people else v.wants - ANIMATE) and v.es != "cruzar"])
    tense = pick_tense(d, tenses_of(verb), verb)
    d.say("no")
    conjugated(d, tense, verb.es, who.person)
    d.say("a nadie" if people else "nada")
    d.note("molde", "nadie" if people else "nada", tense.name)
    return ended(d, f"{who.en} {group(tense, verb.en).statement(who.person, negative=True)} {'anybody' if people else 'anything'}")


def exclamation(d: Draw) -> str:
    """«¡Qué gato tan bonito!»: «what a pretty cat!»; «¡qué bonita es la casa!»: «how pretty the house is!»."""
    d.say("¡ qué")
    noun = d.pick([n for n in load().nouns if not n.mass and load().suiting(n)])
    plural = d.maybe(0.3)
    stand_in = Phrase("", ELLOS if plural else EL, "it", noun.gender, noun)
    if d.maybe(0.5):
        d.say(f"{noun.es[plural]} tan")
        quality = agreed(d, stand_in, d.pick(qualities(stand_in)))
        return ended(d, f"what {'' if plural else 'a '}{quality} {noun.en[plural]}", "!")
    quality = agreed(d, stand_in, d.pick(qualities(stand_in)))
    d.say("son" if plural else "es")
    thing = phrase(d, (noun,), kinds=KNOWN, plural=plural, plain=True)
    return ended(d, f"how {quality} {thing.en} {'are' if plural else 'is'}", "!")


def order(d: Draw) -> str:
    """«¡Abre la puerta roja!», «¡no abras la puerta!»."""
    d.say("¡")
    denied = d.maybe(0.4)
    unordered = ("tener", "conocer", "querer", "perder", "ver", "encontrar")
    verb = d.pick([v for v in load().framed("tilmp") if v.es not in unordered and not v.reflexive])
    d.say(f"no {conjugate(verb.es, 'subj', TU)}" if denied else command(verb.es))
    said = complement(d, verb, Phrase("you", TU, "you"))
    d.note("molde", "orden", "no" if denied else "sí")
    return ended(d, f"{'do not ' if denied else ''}{verb.en.infinitive} {said}".strip(), "!")


def market(d: Draw) -> str:
    """«En el mercado se venden manzanas»: «apples are sold at the market»."""
    front = d.maybe(0.4)
    where = place(d, plain=True) if front else ""
    verb = d.pick([v for v in load().framed("t") if not v.wants & ANIMATE and v.es not in ("tener", "perder", "conocer", "cruzar")])
    es, en = d.pick((("pres", "are"), ("imp", "were"), ("fut", "will be")))
    denied = d.maybe(0.2)
    d.say("no se" if denied else "se")
    nouns = [n for n in load().of(verb.wants) if "única" not in n.classes]
    noun = d.pick(nouns)
    d.say(conjugate(verb.es, es, EL if noun.mass else ELLOS))
    thing = bare(d, (noun,))
    d.note("objeto", verb.es, noun.lemma)
    be = {"are": "is", "were": "was"}.get(en, en) if noun.mass else en
    first, _, last = be.partition(" ")
    said = " ".join(filter(None, (first, "not" if denied else "", last)))
    return ended(d, f"{thing.en} {said} {verb.en.participle}{verb.en.rest} {where or place(d, plain=True)}")


def passive(d: Draw) -> str:
    """«La casa fue pintada por el rey»: «the house was painted by the king»."""
    verb = d.pick([v for v in load().framed("t") if v.es not in ("tener", "conocer", "querer", "ver", "llevar")])
    thing = phrase(d, objects(verb), kinds=KNOWN, plain=d.maybe(0.5))
    d.note("objeto", verb.es, thing.noun.lemma)
    when, kind, tail = d.pick((("pret", "was", ""), ("fut", "will", "be "), ("perf", "have", "been ")))
    d.say(f"{conjugate('haber', 'pres', thing.person)} sido" if when == "perf" else conjugate("ser", when, thing.person))
    d.say(impersonal(verb.es, "part")[:-1] + ("o", "a", "os", "as")[(thing.gender == "f") + 2 * thing.plural])
    doer = phrase(d, animate(), link="por", kinds=(THE, SOME, MINE))
    return ended(d, f"{thing.en} {Group(kind, None, tail + verb.en.participle + verb.en.rest).statement(thing.person)} by {doer.en}")


def fronted(d: Draw) -> str:
    """«La carta la escribió el rey»: «the king wrote the letter»: el orden inglés es el contrario."""
    verb = d.pick([v for v in load().framed("t") if v.es != "tener"])
    tense = pick_tense(d, tenses_of(verb, ("pres", "past", "future", "perfect")), verb)
    thing = direct_object(d, verb, None, kinds=KNOWN)
    many = d.maybe(0.25)
    conjugated(d, tense, verb.es, ELLOS if many else EL, thing.clitic)
    who = phrase(d, load().of(ANIMATE) if many else animate(), kinds=KNOWN, plural=many)
    d.note("molde", "objeto delante", tense.name)
    return ended(d, f"{who.en} {group(tense, verb.en).statement(who.person)} {thing.en}")


SPANS = (("años", "years"), ("días", "days"), ("meses", "months"), ("semanas", "weeks"), ("horas", "hours"))


def since(d: Draw) -> str:
    """«Hace dos años que Inés vive en el faro»: «Inés has lived in the lighthouse for two years»."""
    d.say("hace")
    number = d.expression(NUMBERS[:9])
    es, en = d.pick(SPANS)
    d.say(f"{es} que")
    denied = d.maybe(0.3)
    person = d.pick(("np", YO, TU), (4, 1, 1))
    who = phrase(d, animate(), kinds=KNOWN) if person == "np" else Phrase("I" if person == YO else "you", person, "I")
    d.say("no" if denied else "")
    verb = d.pick([v for v in load().framed("lt") if v.es in SINCE])
    d.say(conjugate(verb.es, "pres", who.person))
    said = complement(d, verb, who, plain=True)
    return ended(d, f"{who.en} {group(TENSES['perfect'], verb.en).statement(who.person, negative=denied)} {said} for {number} {en}")


SINCE = ("vivir", "tener", "conocer", "leer", "escuchar", "tocar", "pintar", "visitar", "cuidar", "vender", "escribir")


def this_is(d: Draw) -> str:
    """«Esta es la llave que perdió…», «aquellos son mis hermanos»."""
    forms, en = d.pick(DEMONSTRATIVES[:2])
    verb = ("is", "are")
    noun = d.pick((*load().of(ANIMATE), *load().of(frozenset({"objeto", "edificio", "vehículo"}))))
    many = d.maybe(0.3)
    denied = d.maybe(0.2)
    d.say(forms[(noun.gender == "f") + 2 * many])
    d.say(("no " if denied else "") + ("son" if many else "es"))
    thing = phrase(d, (noun,), kinds=(THE, MINE), plural=many)
    more = lost(d, thing, many) if not ANIMATE & noun.classes and d.maybe(0.5) else ""
    return ended(d, f"{en[many]} {verb[many]} {'not ' if denied else ''}{thing.en} {more}")


def lost(d: Draw, thing: Phrase, many: bool) -> str:
    """«Que la niña perdió»: «that the girl lost»; en inglés el objeto también va delante."""
    d.say("que")
    verb = d.pick([v for v in load().framed("t") if thing.noun in objects(v) and v.es != "tener"])
    tense = pick_tense(d, tenses_of(verb, ("past", "perfect", "want", "future", "pres")), verb)
    who = phrase(d, animate(), plain=True, kinds=KNOWN)
    conjugated(d, tense, verb.es, who.person)
    d.note("objeto", verb.es, thing.noun.lemma)
    return f"that {who.en} {group(tense, verb.en).statement(who.person)}"


COMPOUNDS = {
    need: 2, because: 4, arriving: 2, weather: 4, sky: 0.7, reported: 3, indirect: 3, wish: 3, purpose: 4, nobody: 2, nothing: 2,
    exclamation: 2.5, order: 3, market: 2, passive: 2, fronted: 2, since: 1.5, this_is: 2,
}  # fmt: skip
