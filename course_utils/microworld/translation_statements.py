"""Los moldes de las frases que afirman y niegan. Cada uno dice el español y devuelve el inglés."""

from __future__ import annotations

from course_utils.microworld.translation_clauses import clause, complement, direct_object, objects, relative_clause
from course_utils.microworld.translation_draw import Draw, Pair
from course_utils.microworld.translation_lexicon import Noun, Verb, load
from course_utils.microworld.translation_nouns import DEFINITE, MINE, SOME, THE, THIS, Phrase, animate, describe, phrase
from course_utils.microworld.translation_tenses import Group, conjugated, group, pick_tense, pick_verb, tenses_of
from course_utils.microworld.translation_verbs import EL, ELLOS, NOSOTROS, TU, VOSOTROS, YO, conjugate, english

EASY = ("pres", "past", "future", "perfect", "now", "used", "can", "want", "has_to", "going")
NAMED = ("np",)


class Empty(Pair):
    """Nada que decir: cabe en cualquier frase."""

    spelt = None



ME = (("me", "me", YO), ("te", "you", TU), ("nos", "us", NOSOTROS), ("os", "you", VOSOTROS))


def ended(d: Draw, en: str, mark: str = ".") -> str:
    d.say(mark)
    return en + mark


def statement(d: Draw) -> str:
    said = clause(d)
    d.note("molde", "afirmación", said.tense.name)
    return ended(d, said.en)


def negative(d: Draw) -> str:
    said = clause(d, negative=True, plain=True)
    d.note("molde", "negación", said.tense.name)
    return ended(d, said.en)


def coordination(d: Draw) -> str:
    """«La niña abre la puerta y canta»: el segundo sujeto se calla, y es el primero."""
    tenses = d.pick((("pres",), ("past",), ("future",), ("perfect",), ("now",), ("can",), ("want",)), (4, 4, 1, 1, 1, 1, 1))
    first = clause(d, tenses, kinds=NAMED, plain=True, negative=False)
    en = d.expression((Pair("y", "and"), Pair("pero", "but"), Pair("y después", "and then"), Pair("o", "or")))
    second = clause(d, tenses, plain=True, timed=False, negative=en == "but" and d.maybe(0.7), given=first.subject)
    d.note("molde", "coordinación", tenses[0])
    return ended(d, f"{first.en} {en} {second.en}")


def chain(d: Draw) -> str:
    """«El zorro ve a la niña y la saluda»: el pronombre inglés depende de quién era «la»."""
    verb, tense = pick_verb(d, "t", EASY)
    who = phrase(d, animate(), plain=d.maybe(0.4))
    conjugated(d, tense, verb.es, who.person)
    thing = direct_object(d, verb, who, kinds=(THE, THE, SOME, THIS, MINE))
    joint = d.expression((Pair("y", "and"), Pair("pero no", "but not"), Pair("y después", "and then")))
    denied = joint == "but not"
    second = d.pick([v for v in load().framed("t") if thing.noun in objects(v) and tense.name in tenses_of(v) and v is not verb])
    conjugated(d, tense, second.es, who.person, thing.clitic)
    d.note("molde", "pronombre", tense.name)
    head = group(tense, verb.en).statement(who.person)
    tail = group(tense, second.en).statement(who.person, negative=denied)
    return ended(d, f"{who.en} {head} {thing.en} {'but' if denied else joint} {tail} {thing.him}")


def to_me(d: Draw) -> str:
    """«La niña me saluda», «el mago nos contará un cuento»."""
    verb = d.pick((*load().framed("d"), *[v for v in load().framed("t") if "persona" in v.wants]))
    tense = pick_tense(d, tenses_of(verb), verb)
    who = phrase(d, animate(), relative=relative_clause)
    denied = d.maybe(0.2)
    d.say("no" if denied else "")
    spoken, me, _ = d.pick(ME)
    conjugated(d, tense, verb.es, who.person, spoken)
    d.note("molde", "me, te, nos", tense.name)
    head = group(tense, verb.en).statement(who.person, negative=denied)
    if verb.frame == "t":
        return ended(d, f"{who.en} {head} {me} {d.expression(OFTEN)}".rstrip())
    return ended(d, f"{who.en} {head} {direct_object(d, verb, who).en} to {me}")


OFTEN = (Empty("", ""), Pair("todos los días", "every day"), Pair("otra vez", "again"), Pair("en el parque", "in the park"))


# ---------------------------------------------------------------- gustar


LIKINGS = (("gustar", "like", "", 6), ("encantar", "love", "", 2), ("interesar", "be", "interested in", 1.5),
           ("aburrir", "be", "bored with", 1), ("preocupar", "be", "worried about", 1))  # fmt: skip
LIKING_TENSES = (("pres", "pres", "be"), ("imp", "past", "was"), ("fut", "will", "will"), ("cond", "would", "would"))
LE = ("me", "te", "le", "nos", "os", "les")


def experiencer(d: Draw) -> tuple[Phrase, int]:
    """A quién le gusta: «a la niña», «a mí», o nadie antes del verbo («me gusta»)."""
    kind = d.pick(("np", "strong", "bare"), (5, 1, 3))
    if kind == "np":
        who = phrase(d, animate(), link="a")
        return who, who.person
    persons = (YO, TU, NOSOTROS, VOSOTROS)
    person = d.pick(persons)
    if kind == "strong":
        d.say("a " + {YO: "mí", TU: "ti", NOSOTROS: "nosotros", VOSOTROS: "vosotros"}[person])
    return Phrase({YO: "I", TU: "you", NOSOTROS: "we", VOSOTROS: "you"}[person], person, "they"), person


def liking_group(verb: tuple, tense: tuple) -> Group:
    spanish, plain, last, _ = verb
    when, kind, be = tense
    if plain != "be":
        return Group(kind, english(plain), "") if kind in ("pres", "past") else Group(kind, None, plain)
    return Group(be, None, last if be in ("be", "was") else f"be {last}")


KINDS_LIKED = ("objeto", "animal", "fruta", "comida", "lugar", "relato", "planta", "vehículo")


def liked(d: Draw, spoken: str, when: str) -> str:
    """Dice verbo y cosa gustada; el español concuerda con la cosa, y lo general no lleva artículo en inglés."""
    kind = d.pick(("general", "mass", "this", "doing", "name"), (5, 2, 2, 2, 0.8 if spoken != "aburrir" else 0))
    if kind == "doing":
        verb = d.pick([v for v in load().framed("ti") if v.es not in ("tener", "conocer", "querer", "perder", "romper")])
        d.say(conjugate(spoken, when, EL))
        d.say(verb.es)
        return f"{verb.en.gerund} {_done(d, verb)}".strip()
    if kind in ("this", "name"):
        nouns = load().names if kind == "name" else load().of(frozenset({"objeto", "lugar", "lectura", "vehículo", "mueble"}))
        plural = kind == "this" and d.maybe(0.3)
        d.say(conjugate(spoken, when, ELLOS if plural else EL))
        return phrase(d, nouns, kinds=(THIS,), plural=plural).en
    general = kind == "general"
    d.say(conjugate(spoken, when, ELLOS if general else EL))
    return generic(d, load().of(frozenset(KINDS_LIKED) if general else frozenset({"masa"})), general)


def _done(d: Draw, verb: Verb) -> str:
    """Lo que sigue al infinitivo que gusta."""
    if verb.frame == "i":
        return complement(d, verb, Phrase("", EL), plain=True)
    things = [noun for noun in objects(verb) if isinstance(noun, Noun)]
    return phrase(d, things, personal=True, kinds=(SOME, SOME, THIS), plain=True).en


def generic(d: Draw, nouns, plural: bool) -> str:
    """Lo general: «los gatos negros» es «black cats» y «el queso», «cheese»."""
    noun = d.pick([n for n in nouns if n.mass != plural])
    stressed = "el" in noun.classes and not plural
    d.say("el" if stressed else DEFINITE[(noun.gender == "f") + 2 * plural])
    d.say(noun.es[plural])
    suited = load().suiting(noun)
    quality = describe(d, noun, d.pick(suited), plural) if suited and d.maybe(0.4) else ""
    return f"{quality} {noun.en[plural]}".strip()


def liking(d: Draw) -> str:
    """«A la niña le gustan los gatos»: lo que en español es sujeto, en inglés es objeto."""
    who, person = experiencer(d)
    verb, tense = d.pick(LIKINGS, [row[3] for row in LIKINGS]), d.pick(LIKING_TENSES, (5, 1.5, 1, 1))
    denied = d.maybe(0.2)
    d.say("no" if denied else "")
    d.say(LE[person])
    thing = liked(d, verb[0], tense[0])
    d.note("molde", verb[0], tense[0])
    return ended(d, f"{who.en} {liking_group(verb, tense).statement(person, negative=denied)} {thing}")


def hurting(d: Draw) -> str:
    """«Al rey le duele la cabeza»: «the king's head hurts»."""
    who, person = experiencer(d)
    part = d.pick(load().parts)
    plural = "uno" not in part.classes and d.maybe(0.5)
    when, kind = d.pick((("pres", "pres"), ("imp", "past")))
    d.say(f"{LE[person]} {conjugate('doler', when, ELLOS if plural else EL)}")
    d.say(f"{DEFINITE[(part.gender == 'f') + 2 * plural]} {part.es[plural]}")
    whose = who.genitive if person in (EL, ELLOS) else {YO: "my", TU: "your", NOSOTROS: "our", VOSOTROS: "your"}[person]
    hurt = english("hurt", "hurt", "hurt")
    return ended(d, f"{whose} {part.en[plural]} {Group(kind, hurt, '').statement(ELLOS if plural else EL)}")

STATEMENTS = {statement: 14, negative: 5, coordination: 5, chain: 4, to_me: 3, liking: 6, hurting: 1}
