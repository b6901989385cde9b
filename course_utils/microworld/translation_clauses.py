"""La oración: cuándo, quién, el grupo verbal y sus complementos, en las dos lenguas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from course_utils.microworld.translation_draw import Draw, Pair
from course_utils.microworld.translation_lexicon import ANIMATE, Name, Noun, Verb, load
from course_utils.microworld.translation_nouns import KNOWN, MINE, THE, Phrase, animate, phrase, pronoun
from course_utils.microworld.translation_tenses import GENERAL, Tense, conjugated, group, pick_verb, speakers

CLITICS = ("me", "te", "se", "nos", "os", "se")
PAST, HABIT, COMING, RUNNING, RECENT = (
    ("past", "had_to", "kept", "started", "stopped", "tried"), ("pres", "has_to"), ("future", "going", "will_have", "able"), ("now",),
    ("perfect", "going", "has_to", "want"),
)  # fmt: skip
TIMES = tuple(
    (Pair(*text.split("=")), tenses)
    for tenses, texts in (
        (PAST, "ayer=yesterday|anoche=last night|la semana pasada=last week|el año pasado=last year|ayer por la tarde=yesterday afternoon"
               "|hace dos días=two days ago|hace mucho tiempo=a long time ago|el lunes pasado=last Monday|una mañana=one morning"),
        (HABIT, "todos los días=every day|cada mañana=every morning|por las noches=at night|los domingos=on Sundays|a veces=sometimes"
                "|en verano=in summer|en invierno=in winter|a menudo=often"),
        (COMING, "mañana=tomorrow|pronto=soon|el próximo lunes=next Monday|dentro de tres días=in three days"
                 "|mañana por la noche=tomorrow night|la semana que viene=next week"),
        (RUNNING, "ahora=now|en este momento=at this moment"),
        (RECENT, "hoy=today|esta mañana=this morning|esta semana=this week"),
        (("used",), "en aquellos tiempos=in those days|antes=in the past"),
    )
    for text in texts.split("|")
)  # fmt: skip
MIDDLES = (  # adverbios que van delante del verbo en español y tras el auxiliar en inglés
    (Pair("siempre", "always"), ("pres", "past", "perfect", "has_to", "want")),
    (Pair("nunca", "never"), ("pres", "past", "perfect", "pluperfect", "future", "would", "want", "has_to")),
    (Pair("ya no", "no longer"), ("pres", "can", "want", "has_to", "could")),
    (Pair("casi nunca", "hardly ever"), ("pres", "past")),
    (Pair("también", "also"), ("pres", "past", "perfect", "future", "want", "can", "now")),
    (Pair("ya", "already"), ("perfect", "pluperfect", "now")),
    (Pair("todavía", "still"), ("pres", "want", "now", "can")),
    (Pair("casi siempre", "almost always"), ("pres", "past")),
)  # fmt: skip
MANNERS = (
    Pair("aquí", "here"), Pair("allí", "there"), Pair("sin hacer ruido", "without making a noise"), Pair("otra vez", "again"),
    Pair("muy despacio", "very slowly"), Pair("con cuidado", "carefully"), Pair("mucho", "a lot"),
    Pair("solo un rato", "only for a while"), Pair("bajo la lluvia", "in the rain"), Pair("toda la noche", "all night"),
    Pair("sin miedo", "without fear"),
)  # fmt: skip
NEAR = (
    Pair("cerca de", "near"), Pair("lejos de", "far from"), Pair("junto a", "next to"), Pair("detrás de", "behind"),
    Pair("delante de", "in front of"),
)  # fmt: skip



def subject(d: Draw, tense: Tense, verb: str, *, dated: bool, relative: bool, kinds: Sequence[str]) -> Phrase:
    """Quién hace la acción: un grupo nominal, un pronombre o nadie a la vista."""
    kind = d.pick(kinds, [{"np": 6, "pronoun": 1.2, "dropped": 1.8}[kind] for kind in kinds])
    if kind == "np":
        return phrase(d, animate(), relative=relative_clause if relative else None)
    return pronoun(d, speakers(tense, verb, dropped=kind == "dropped", dated=dated), dropped=kind == "dropped")


# ---------------------------------------------------------------- complementos


def complement(d: Draw, verb: Verb, owner: Phrase, *, plain: bool = False, many: bool = False) -> str:
    """Dice lo que sigue al verbo y devuelve su inglés, que también va detrás. `many`: si lo dado lo reciben varios."""
    if verb.frame == "d":
        return _given(d, verb, owner, plain, many)
    return COMPLEMENTS[verb.frame](d, verb, owner, plain)


@cache
def objects(verb: Verb) -> tuple[Noun | Name, ...]:
    """Lo que puede ser objeto de un verbo."""
    names = load().names if "persona" in verb.wants else ()
    return (*load().of(verb.wants), *names)


def direct_object(d: Draw, verb: Verb, owner: Phrase | None, plain: bool = False, **options) -> Phrase:
    """Un objeto que le va al verbo; apunta la combinación."""
    found = phrase(d, objects(verb), personal=verb.es != "tener", owner=owner, plain=plain, **options)
    d.note("objeto", verb.es, found.noun.lemma)
    return found


def _transitive(d: Draw, verb: Verb, owner: Phrase, plain: bool) -> str:
    thing = direct_object(d, verb, owner, plain)
    return f"{thing.en} {place(d)}" if not plain and d.maybe(0.15) else thing.en


def _given(d: Draw, verb: Verb, owner: Phrase, plain: bool, many: bool) -> str:
    thing = direct_object(d, verb, owner, plain)
    people = load().of(ANIMATE) if many else animate()
    return f"{thing.en} to {phrase(d, people, link='a', owner=owner, kinds=KNOWN, plain=plain, plural=many).en}"


def _prepositional(d: Draw, verb: Verb, owner: Phrase, plain: bool) -> str:
    kinds = KNOWN if verb.es in ("entrar", "salir") else (THE, THE, MINE)
    found = phrase(d, objects(verb), link=verb.link, owner=owner, plain=plain, kinds=kinds)
    d.note("objeto", verb.es, found.noun.lemma)
    return found.en


WAYS = (Pair("a", "to"), Pair("hacia", "towards"), Pair("hasta", "as far as"), Pair("por", "through"))


def _motion(d: Draw, verb: Verb, owner: Phrase, plain: bool) -> str:
    es, en = d.pick(WAYS, (4, 1, 1, 1 if verb.es in ("correr", "caminar") else 0))
    where = phrase(d, load().of(frozenset({"cruce" if es == "por" else "lugar"})), link=es, owner=owner, kinds=KNOWN, plain=plain)
    d.note("objeto", verb.es, where.noun.lemma)
    return f"{en} {where.en}"


def _arrival(d: Draw, verb: Verb, owner: Phrase, plain: bool) -> str:
    return f"at {phrase(d, load().of(PLACES), link='a', owner=owner, kinds=KNOWN, plain=plain).en}"


def _located(d: Draw, verb: Verb, owner: Phrase, plain: bool) -> str:
    return place(d, plain=plain)


def _intransitive(d: Draw, verb: Verb, owner: Phrase, plain: bool) -> str:
    kind = d.pick(("nothing", "manner", "place", "with"), (1.5 if plain else 0.7, 3, 3, 1.2))
    if kind == "manner":
        return d.expression(MANNERS[:5] if verb.reflexive else MANNERS)
    if kind == "place":
        return place(d, plain=plain)
    return f"with {phrase(d, animate(), link='con', owner=owner, kinds=(THE, MINE), plain=plain).en}" if kind == "with" else ""


PLACES = frozenset({"lugar"})
SPOTS = frozenset({"lugar", "alto", "edificio", "mueble"})


def place(d: Draw, *, plain: bool = False) -> str:
    """Dónde: «en la playa» es «on the beach», y cada sitio tiene su preposición inglesa."""
    if d.maybe(0.65):
        where = phrase(d, load().of(PLACES), link="en", kinds=(THE, THE, THE, *KNOWN), plain=plain)
        return f"{where.noun.place} {where.en}"
    near = d.pick(NEAR)
    link, _, last = near.es.rpartition(" ")
    d.say(link)
    return f"{near.en} {phrase(d, load().of(SPOTS), link=last, kinds=(THE,), plain=plain).en}"


COMPLEMENTS = {
    "i": _intransitive, "r": _intransitive, "m": _motion, "a": _arrival, "l": _located, "t": _transitive,
    "p": _prepositional,
}  # fmt: skip


def clitic_of(verb: Verb, person: int, many: bool = False) -> str:
    """El pronombre que el verbo lleva siempre: el reflexivo, o el «le» de dar («les» si lo reciben muchos)."""
    if verb.frame == "d":
        return "les" if many else "le"
    return CLITICS[person] if verb.reflexive else ""


def relative_clause(d: Draw, antecedent: Phrase) -> str:
    """«Que vive en el bosque»: «who lives in the forest», «that…» si no es persona."""
    verb, tense = pick_verb(d, "tilr", ("pres", "past", "used", "perfect", "now", "future", "can", "want"))
    d.say("que")
    conjugated(d, tense, verb.es, antecedent.person, clitic_of(verb, antecedent.person))
    said = complement(d, verb, Phrase("", antecedent.person, antecedent.who, antecedent.gender), plain=True)
    return f"{'who' if antecedent.person_like else 'that'} {group(tense, verb.en).statement(antecedent.person)} {said}".strip()


# ---------------------------------------------------------------- la oración


@dataclass(frozen=True)
class Clause:
    en: str
    subject: Phrase
    tense: Tense


def clause(d: Draw, among: Sequence[str] = GENERAL, *, kinds: Sequence[str] = ("np", "pronoun", "dropped"), negative: bool | None = None,
           plain: bool = False, timed: bool = True, given: Phrase | None = None, frames: str = "tilmarpd") -> Clause:  # fmt: skip
    """Una oración completa: [tiempo] sujeto verbo complementos [tiempo]. `given`: el sujeto ya está dicho y se calla en las dos lenguas."""
    when = d.pick(("none", "front", "end"), (6, 2, 1.5)) if timed else "none"
    time, among = _time(d, among) if when != "none" else (None, among)
    opening = d.expression((time,)) + d.pick(("", ",")) if when == "front" else ""
    if opening.endswith(","):
        d.say(",")
    verb, tense = pick_verb(d, frames, among)
    who = given or subject(d, tense, verb.es, dated=bool(time), kinds=kinds, relative=not plain)
    middle = ""
    if given is None and negative is None and when == "none" and d.maybe(0.15):
        middle, negative = _middle(d, tense), False
    elif negative is None:
        negative = d.maybe(0.12)
    d.say("no" if negative else "")
    many = verb.frame == "d" and d.maybe(0.25)
    conjugated(d, tense, verb.es, who.person, clitic_of(verb, who.person, many))
    said = complement(d, verb, who, plain=plain, many=many)
    closing = d.expression((time,)) if when == "end" else ""
    does = group(tense, verb.en).statement(who.person, negative=negative, middle=middle)
    return Clause(" ".join(filter(None, (opening, "" if given else who.en, does, said, closing))), who, tense)


def _time(d: Draw, among: Sequence[str]) -> tuple[Pair, tuple[str, ...]]:
    """Un cuándo y los tiempos verbales que le van."""
    return d.pick(_times(tuple(among)), None, lambda option: option[0].spelt)


@cache
def _times(among: tuple[str, ...]) -> tuple[tuple[Pair, tuple[str, ...]], ...]:
    options = ((pair, tuple(name for name in tenses if name in among)) for pair, tenses in TIMES)
    return tuple((pair, tenses) for pair, tenses in options if tenses)


def _middle(d: Draw, tense: Tense) -> str:
    options = [pair for pair, names in MIDDLES if tense.name in names]
    return d.expression(options) if options else ""
