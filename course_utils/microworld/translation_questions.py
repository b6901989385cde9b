"""Los moldes de las preguntas. El español pone el verbo delante; el inglés necesita un auxiliar (do, does, did…)."""

from __future__ import annotations

from course_utils.microworld.translation_being import BE, THINGS, agreed, qualities, states
from course_utils.microworld.translation_clauses import clause, clitic_of, complement, place
from course_utils.microworld.translation_draw import Draw, Pair
from course_utils.microworld.translation_lexicon import ANIMATE, Noun, Verb, load
from course_utils.microworld.translation_nouns import KNOWN, THE, THIS, Phrase, animate, describe, phrase
from course_utils.microworld.translation_statements import LE, LIKING_TENSES, LIKINGS, ended, liked, liking_group
from course_utils.microworld.translation_tenses import GENERAL, conjugated, group, pick_tense, pick_verb, tenses_of
from course_utils.microworld.translation_verbs import EL, ELLOS, TU, VOSOTROS, conjugate, english

ASKED = ("pres", "past", "future", "perfect", "now", "going", "can", "want", "has_to", "would", "must", "used", "had_to", "then")
SPOKEN = ("np", "dropped")


def inverted(d: Draw, verb: Verb, tense, *, denied: bool = False) -> Phrase:
    """El verbo y, detrás, su sujeto. El sujeto se elige antes: el verbo concuerda con él."""
    kind = d.pick(SPOKEN, (3, 1))
    many = d.maybe(0.25) if kind == "np" else False
    person = (ELLOS if many else EL) if kind == "np" else d.pick((TU, VOSOTROS))
    d.say("no" if denied else "")
    conjugated(d, tense, verb.es, person, clitic_of(verb, person) if verb.frame != "d" else "le")
    if kind == "dropped":
        return Phrase("you", person, "you", dropped=True)
    return phrase(d, load().of(ANIMATE) if many else animate(), kinds=KNOWN, plural=many, plain=d.maybe(0.6))


def yes_no(d: Draw) -> str:
    """«¿Ha visto la niña al gato?»: «has the girl seen the cat?»."""
    d.say("¿")
    denied = d.maybe(0.12)
    verb, tense = pick_verb(d, "ttilmarp", ASKED)
    who = inverted(d, verb, tense, denied=denied)
    said = complement(d, verb, who, plain=True)
    d.note("molde", "¿sí o no?", tense.name)
    return ended(d, f"{group(tense, verb.en).question(who, negative=denied)} {said}".strip(), "?")


WH = (Pair("dónde", "where"), Pair("cuándo", "when"), Pair("por qué", "why"), Pair("cómo", "how"))


def circumstance(d: Draw) -> str:
    """«¿Por qué no canta la rana?»: «why does the frog not sing?»."""
    d.say("¿")
    word = d.expression(WH)
    denied = word == "why" and d.maybe(0.4)
    verb, tense = pick_verb(d, "tir" if word == "where" else "titmrp", ASKED)
    who = inverted(d, verb, tense, denied=denied)
    said = complement(d, verb, who, plain=True) if verb.frame in "tmp" else ""
    d.note("molde", f"¿{word}?", tense.name)
    return ended(d, f"{word} {group(tense, verb.en).question(who, negative=denied)} {said}".strip(), "?")


def living(d: Draw) -> str:
    """«¿Dónde vive el zorro?», «¿a dónde va el mago?»."""
    d.say("¿")
    away = d.maybe(0.5)
    d.say("a dónde" if away else "dónde")
    verb, tense = pick_verb(d, "m" if away else "l", ASKED)
    who = inverted(d, verb, tense)
    return ended(d, f"where {group(tense, verb.en).question(who)}", "?")


def who(d: Draw) -> str:
    """«¿Quién ha abierto la puerta?»: sin auxiliar do, porque «who» es el sujeto."""
    d.say("¿ quién")
    denied = d.maybe(0.1)
    d.say("no" if denied else "")
    verb, tense = pick_verb(d, "ttilmrp", GENERAL)
    conjugated(d, tense, verb.es, EL, clitic_of(verb, EL))
    said = complement(d, verb, Phrase("who", EL, "they"), plain=d.maybe(0.5))
    d.note("molde", "¿quién? (sujeto)", tense.name)
    return ended(d, f"who {group(tense, verb.en).statement(EL, negative=denied)} {said}".strip(), "?")


def what(d: Draw) -> str:
    """«¿Qué come el oso?», «¿a quién busca la niña?», «¿con quién habla el rey?»."""
    d.say("¿")
    people = d.maybe(0.5)
    fitting = [v for v in load().framed("tp") if ("persona" in v.wants if people else v.wants - ANIMATE)]
    verb = d.pick([v for v in fitting if v.es not in ("tener",) or not people])
    tense = pick_tense(d, tenses_of(verb, ASKED), verb)
    link = verb.link if verb.frame == "p" else "a" if people else ""
    d.say(f"{link} {'quién' if people else 'qué'}")
    asked = inverted(d, verb, tense)
    d.note("molde", "¿quién? (objeto)" if people else "¿qué?", tense.name)
    return ended(d, f"{'who' if people else 'what'} {group(tense, verb.en).question(asked)}", "?")


def which(d: Draw) -> str:
    """«¿Qué libro lee la niña?», «¿cuántas manzanas come el oso?»."""
    d.say("¿")
    verb = d.pick([v for v in load().framed("t") if v.wants - ANIMATE - {"lugar"}])
    tense = pick_tense(d, tenses_of(verb, ASKED), verb)
    things = [n for n in load().of(verb.wants) if not ANIMATE & n.classes and not n.mass and "única" not in n.classes]
    count = d.maybe(0.5)
    thing = d.pick(things)
    d.say(("cuántas" if thing.gender == "f" else "cuántos") if count else "qué")
    plural = count or d.maybe(0.2)
    d.say(thing.es[plural])
    quality = describe(d, thing, d.pick(load().suiting(thing)), plural) if load().suiting(thing) and d.maybe(0.3) else ""
    asked = inverted(d, verb, tense)
    d.note("objeto", verb.es, thing.lemma)
    return ended(d, f"{'how many' if count else 'which'} {quality} {thing.en[plural]} {group(tense, verb.en).question(asked)}", "?")


def how_many_there(d: Draw) -> str:
    """«¿Cuántos osos hay en la cueva?»."""
    d.say("¿")
    thing = d.pick([n for n in load().of(frozenset({"animal", "persona", "objeto", "fruta", "mueble"}))])
    d.say(f"{'cuántas' if thing.gender == 'f' else 'cuántos'} {thing.es[1]}")
    quality = describe(d, thing, d.pick(load().suiting(thing)), True) if d.maybe(0.3) else ""
    return ended(d, f"how many {quality} {thing.en[1]} {d.expression(EXISTED)} {place(d)}", "?")


EXISTED = (Pair("hay", "are there"), Pair("había", "were there"))


def asked_being(d: Draw) -> str:
    """«¿Es peligroso el bosque?», «¿está contenta la niña?»: en español el adjetivo va antes que el sujeto."""
    d.say("¿")
    ser = d.maybe(0.5)
    tense = d.pick(BE[:3], (5, 2, 1))
    many = d.maybe(0.25)
    who = d.pick((*animate(), *(load().of(THINGS) if ser else ())))
    if not isinstance(who, Noun):
        many = False
    conjugated(d, tense, "ser" if ser else "estar", ELLOS if many else EL)
    stand_in = Phrase("", ELLOS if many else EL, "it", who.gender, who)
    degree = d.expression((Pair("muy", "very"),)) if d.maybe(0.3) else ""
    quality = agreed(d, stand_in, d.pick(qualities(stand_in) if ser else states("estado", bool(degree))))
    subject = phrase(d, (who,), kinds=KNOWN, plural=many, plain=True)
    d.note("molde", "¿ser o estar?", tense.name)
    return ended(d, f"{group(tense, english('be')).question(subject)} {degree} {quality}", "?")


ABOUT = (  # preguntas hechas sobre alguien o algo
    ("cómo está{n}", "how {be} {who}", "estado"), ("cómo es", "what {be} {who} like", "ser"),
    ("de qué color es", "what colour {be} {who}", "color"), ("dónde está{n}", "where {be} {who}", "estado"),
    ("cuántos años tiene{n}", "how old {be} {who}", "edad"), ("de quién es", "whose {be} {who}", "dueño"),
)  # fmt: skip


def about(d: Draw) -> str:
    """«¿Dónde está la llave?», «¿de qué color es la puerta?», «¿cuántos años tiene tu hermana?»."""
    d.say("¿")
    es, en, kind = d.pick(ABOUT, (1, 1, 1, 3, 1, 1))
    many = d.maybe(0.25)
    spoken = {"es": "son"}.get(es.split()[-1], "") if many else ""
    d.say(" ".join((*es.split()[:-1], spoken)) if spoken else es.format(n="n" if many else ""))
    owned = THINGS - {"lugar", "relato"}
    pools = {"estado": ANIMATE | THINGS, "ser": ANIMATE | THINGS, "color": owned, "edad": ANIMATE, "dueño": owned}
    nouns = (*load().of(pools[kind]), *(() if many or kind in ("color", "dueño") else load().names))
    who = phrase(d, nouns, kinds=(THIS, THIS, THE) if kind == "dueño" else KNOWN, plural=many)
    return ended(d, en.format(be="are" if many else "is", who=who.en), "?")


def asked_liking(d: Draw) -> str:
    """«¿Te gustan los gatos?», «¿a la niña le gusta cantar?»."""
    d.say("¿")
    named = d.maybe(0.5)  # si no, se pregunta a «ti» o a «vosotros»
    who = phrase(d, animate(), link="a", plain=d.maybe(0.5), kinds=KNOWN) if named else Phrase("you", d.pick((TU, VOSOTROS)), "you")
    verb, tense = d.pick(LIKINGS[:3], (6, 1, 1)), d.pick(LIKING_TENSES, (5, 1.5, 1, 1))
    d.say(LE[who.person])
    thing = liked(d, verb[0], tense[0])
    d.note("molde", f"¿{verb[0]}?", tense[0])
    return ended(d, f"{liking_group(verb, tense).question(who)} {thing}", "?")


REPLIES = (  # con el pronombre en su sitio, la persona que habla y el verbo
    ("no {lo} veo", "I do not see {it}"), ("no {lo} encuentro", "I do not find {it}"), ("{lo} he perdido", "I have lost {it}"),
    ("{lo} hemos vendido", "we have sold {it}"), ("no {lo} tengo", "I do not have {it}"),
    ("{lo} guardé en una caja", "I kept {it} in a box"),
    ("tengo que buscar{lo}", "I have to look for {it}"), ("no quiero perder{lo}", "I do not want to lose {it}"),
    ("ayer {lo} vi aquí", "yesterday I saw {it} here"),
)  # fmt: skip


def exchange(d: Draw) -> str:
    """«¿Dónde está la llave? No la veo.»: «where is the key? I do not see it.»."""
    many = d.maybe(0.3)
    d.say("¿ dónde " + ("están" if many else "está"))
    thing = phrase(d, load().of(frozenset({"objeto", "bolsillo"})), kinds=KNOWN, plural=many)
    d.say("?")
    front = f"where {'are' if many else 'is'} {thing.en} ?"
    if d.maybe(0.35):
        d.say(f"{thing.clitic} {conjugate('tener', 'pres', EL)}")
        owner = phrase(d, animate(), kinds=KNOWN, plain=d.maybe(0.5), plural=False)
        return ended(d, f"{front} {owner.en} has {thing.him}")
    es, en = d.pick(REPLIES)
    d.say(es.format(lo=thing.clitic))
    return ended(d, f"{front} {en.format(it=thing.him)}")


def tag(d: Draw) -> str:
    """«La niña canta, ¿verdad?»."""
    said = clause(d, ASKED, plain=True)
    d.say(", ¿ verdad ?")
    return f"{said.en} , right ?"


QUESTIONS = {
    yes_no: 6, circumstance: 5, living: 2, who: 3, what: 4, which: 3, how_many_there: 1, asked_being: 3, about: 3, asked_liking: 2.5,
    exchange: 2, tag: 1,
}  # fmt: skip
