"""Los moldes de las frases que afirman y niegan. Cada uno dice el español y devuelve el inglés."""

from __future__ import annotations

from course_utils.microworld.translation_clauses import (
    AUXILIARIES, MANNERS, NEAR, PLACES, SPOTS, TENSES, Group, Tense, clause, complement, clitic_of, conjugated, direct_object, group, objects, pick_tense,
    pick_verb, place, relative_clause, speakers, tenses_of,
)  # fmt: skip
from course_utils.microworld.translation_draw import Draw, Pair
from course_utils.microworld.translation_lexicon import ANIMATE, Adjective, Noun, load
from course_utils.microworld.translation_nouns import (
    DEFINITE, DEGREES, KNOWN, MANY, MINE, NUMBER, SOME, THE, THIS, Phrase, animate, describe, phrase, pronoun,
)  # fmt: skip
from course_utils.microworld.translation_verbs import EL, ELLOS, NOSOTROS, TU, VOSOTROS, YO, command, conjugate, english

BE = tuple(
    Tense(*row) for row in (
        ("be", "", "pres", "", "", "be"), ("was", "", "imp", "", "", "was"), ("will_be", "", "fut", "", "", "will", "", "be"),
        ("would_be", "", "cond", "", "", "would", "", "be"), ("been", "haber", "pres", "", "part", "have", "", "been"),
    )
)  # fmt: skip
EASY = ("pres", "past", "future", "perfect", "now", "used", "can", "want", "has_to", "going")
NAMED = ("np",)


class Empty(Pair):
    """Nada que decir: cabe en cualquier frase."""

    spelt = None



ME = (("me", "me", YO), ("te", "you", TU), ("nos", "us", NOSOTROS), ("os", "you", VOSOTROS))
NEGATION = (0.8, 0.2)


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
    if thing.noun is who.noun:
        thing = Phrase(thing.en, thing.person, thing.who, thing.gender, thing.noun)
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


LIKINGS = (("gustar", "like", "", 6), ("encantar", "love", "", 2), ("interesar", "be", "interested in", 1.5), ("aburrir", "be", "bored with", 1),
           ("preocupar", "be", "worried about", 1))  # fmt: skip
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


def liked(d: Draw, spoken: str, when: str) -> str:
    """Dice verbo y cosa gustada; el español concuerda con la cosa, y lo general no lleva artículo en inglés."""
    kind = d.pick(("general", "mass", "this", "doing", "name"), (5, 2, 2, 2, 0.8 if spoken != "aburrir" else 0))
    if kind == "doing":
        verb = d.pick([v for v in load().framed("ti") if v.es not in ("tener", "conocer", "querer", "perder", "romper")])
        d.say(conjugate(spoken, when, EL))
        d.say(verb.es)
        said = complement(d, verb, Phrase("", EL), plain=True)if verb.frame == "i" else phrase(d, [n for n in objects(verb) if isinstance(n, Noun)], personal=True, kinds=(SOME, SOME, THIS), plain=True).en
        return f"{verb.en.gerund} {said}".strip()
    if kind in ("this", "name"):
        nouns = load().names if kind == "name" else load().of(frozenset({"objeto", "lugar", "lectura", "vehículo", "mueble"}))
        plural = kind == "this" and d.maybe(0.3)
        d.say(conjugate(spoken, when, ELLOS if plural else EL))
        return phrase(d, nouns, kinds=(THIS,), plural=plural).en
    general = kind == "general"
    d.say(conjugate(spoken, when, ELLOS if general else EL))
    return generic(d, load().of(frozenset({"objeto", "animal", "fruta", "comida", "lugar", "relato", "planta", "vehículo"}) if general else frozenset({"masa"})), general)


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
    d.say(f"{LE[person]} {conjugate('doler', when, ELLOS if plural else EL)} {DEFINITE[(part.gender == 'f') + 2 * plural]} {part.es[plural]}")
    whose = who.genitive if person in (EL, ELLOS) else {YO: "my", TU: "your", NOSOTROS: "our", VOSOTROS: "your"}[person]
    hurt = english("hurt", "hurt", "hurt")
    return ended(d, f"{whose} {part.en[plural]} {Group(kind, hurt, '').statement(ELLOS if plural else EL)}")


# ---------------------------------------------------------------- hay, ser y estar


HAVE_PLACE = ((("hay",), "be"), (("había",), "was"), (("habrá",), "will"), (("ha habido",), "have"))


def there(d: Draw, denied: bool) -> tuple[str, str]:
    """Dice «hay» y lo que hay; devuelve el verbo inglés, que concuerda con lo que hay, y el grupo nominal."""
    (es,), be = d.pick(HAVE_PLACE, (5, 2, 1, 0.7))
    d.say(("no " if denied else "") + es)
    pool = load().of(frozenset({"animal", "persona", "objeto", "comida", "bebida", "mueble", "planta", "bolsillo", "vehículo", "cielo", "suelta"}))
    nouns = [noun for noun in pool if "única" not in noun.classes]
    if denied:
        thing = bare(d, nouns)
    else:
        thing = phrase(d, nouns, kinds=(SOME, SOME, NUMBER, MANY), relative=relative_clause)
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
        who = phrase(d, (*load().of(THINGS), *load().of(ANIMATE), *load().of(ANIMATE), *load().names), kinds=(THE, THE, THIS, MINE), relative=relative_clause)
    else:
        who = pronoun(d, speakers(tense, verb, dropped=kind == "dropped"), dropped=kind == "dropped")
        if who.person in (YO, TU) or kind == "dropped":
            who = Phrase(who.en, who.person, who.who, d.pick("mf"), dropped=who.dropped)
    denied = d.maybe(0.2)
    d.say("no" if denied else "")
    conjugated(d, tense, verb, who.person)
    return who, tense, f"{who.en} {group(tense, english('be')).statement(who.person, negative=denied)}"


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
    trade = d.pick([n for n in load().of(frozenset({"persona"})) if n.gender == who.gender and n.lemma not in KIN])
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


SHORT = frozenset("brave shy lazy kind wise strong rich young old small tall long big naughty quiet lonely new heavy light pretty clean dirty cheap dark sweet funny tiny greedy great".split())


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
    return ended(d, f"{name.es} {group(tense, english('be')).statement(EL)} the {graded(quality, 'est')} {noun.en[0]} {where.noun.place} {where.en}")


STATEMENTS = {
    statement: 14, negative: 5, coordination: 5, chain: 4, to_me: 3, liking: 6, hurting: 1, existence: 4, being: 5, state: 4, location: 3,
    profession: 1, belonging: 1.2, comparison: 2.5, superlative: 1,
}  # fmt: skip
