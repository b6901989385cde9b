"""La oración: el grupo verbal en todos sus tiempos y rodeos, la negación y los complementos, en las dos lenguas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from course_utils.microworld.translation_draw import Draw, Pair
from course_utils.microworld.translation_lexicon import ANIMATE, Verb, load
from course_utils.microworld.translation_nouns import KNOWN, MINE, THE, Phrase, animate, phrase, pronoun
from course_utils.microworld.translation_verbs import EL, NOSOTROS, TU, VOSOTROS, YO, English, attach, conjugate, impersonal
from course_utils.microworld.translation_verbs import english as english_verb

CLITICS = ("me", "te", "se", "nos", "os", "se")
AUXILIARIES = {  # por persona, de yo a ellos
    "be": ("am", "are", "is", "are", "are", "are"),
    "was": ("was", "were", "was", "were", "were", "were"),
    "have": ("have", "have", "has", "have", "have", "have"),
    "do": ("do", "do", "does", "do", "do", "do"),
}


@dataclass(frozen=True)
class Tense:
    """Un tiempo o una perífrasis: en español, `helper` en el tiempo `when`, `link` y el verbo en `form`; en inglés, `kind` y `pattern`.

    `kind`: pres o past (el primer verbo se conjuga) o un auxiliar; en `pattern`, {inf}, {ger} y {part} son las formas del verbo.
    """

    name: str
    helper: str
    when: str
    link: str
    form: str
    kind: str
    head: str = ""
    pattern: str = ""

    @property
    def ambiguous_first(self) -> bool:
        """Si «yo» y «él» se dicen igual: entonces «yo» no se calla."""
        return self.when in ("imp", "cond")


ROWS = """
    pres - pres - - pres
    past - pret - - past
    used - imp - - past use to_{inf}
    future - fut - - will - {inf}
    would - cond - - would - {inf}
    perfect haber pres - part have - {part}
    pluperfect haber imp - part had - {part}
    now estar pres - ger be - {ger}
    then estar imp - ger was - {ger}
    going ir pres a inf be - going_to_{inf}
    was_going ir imp a inf was - going_to_{inf}
    can poder pres - inf can - {inf}
    could poder imp - inf could - {inf}
    able poder fut - inf will - be_able_to_{inf}
    must deber pres - inf must - {inf}
    should deber cond - inf should - {inf}
    want querer pres - inf pres want to_{inf}
    wanted querer imp - inf past want to_{inf}
    has_to tener pres que inf pres have to_{inf}
    had_to tener pret que inf past have to_{inf}
    will_have tener fut que inf will - have_to_{inf}
    keeps seguir pres - ger pres keep {ger}
    kept seguir pret - ger past keep {ger}
    starts empezar pres a inf pres start to_{inf}
    started empezar pret a inf past start to_{inf}
    stopped dejar pret de inf past stop {ger}
    just acabar pres de inf have - just_{part}
    needs necesitar pres - inf pres need to_{inf}
    tried intentar pret - inf past try to_{inf}
    hopes esperar pres - inf pres hope to_{inf}
"""


def _tense(row: str) -> Tense:
    name, *parts = row.split()
    return Tense(name, *("" if part == "-" else part.replace("_", " ") for part in parts))


TENSES = {tense.name: tense for tense in map(_tense, ROWS.strip().splitlines())}
GENERAL = ("pres", "past", "used", "future", "would", "perfect", "pluperfect", "now", "then", "going", "was_going", "can", "could", "able",
           "must", "should", "want", "wanted", "has_to", "had_to", "will_have", "keeps", "kept", "starts", "started", "stopped", "just",
           "needs", "tried", "hopes")  # fmt: skip
WEIGHTS = {"pres": 5, "past": 5, "future": 2.5, "perfect": 2.5, "now": 2, "used": 1.5}
STATES = {  # verbos que no se hacen, sino que pasan: con ellos no se dice «está teniendo» ni «dejó de conocer»
    "tener": ("pres", "used", "future", "want", "can", "must", "would", "wanted"), "conocer": ("pres", "future", "want", "wanted", "would"),
    "querer": ("pres", "used", "future", "would"), "perder": ("past", "pres", "perfect", "future", "going", "pluperfect", "just", "can"),
    "encontrar": ("past", "pres", "perfect", "future", "going", "pluperfect", "just", "can", "want", "tried", "hopes", "could"),
    "confiar": ("pres", "used", "future", "can", "must", "should", "would"), "romper": ("past", "perfect", "pluperfect", "just", "future"),
    "perderse": ("past", "perfect", "future", "pluperfect", "going"), "acordarse": ("pres", "future", "can", "must", "would"),
    "cansarse": ("past", "pres", "future", "perfect"), "ver": ("pres", "past", "can", "could", "perfect", "want", "future", "hopes", "pluperfect"),
    "asustar": ("pres", "past", "perfect", "want", "future", "tried"),
}  # fmt: skip
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
        (COMING, "mañana=tomorrow|pronto=soon|el próximo lunes=next Monday|dentro de tres días=in three days|mañana por la noche=tomorrow night"
                 "|la semana que viene=next week"),
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
MANNERS = tuple(Pair(*text.split("=")) for text in (
    "aquí=here|allí=there|sin hacer ruido=without making a noise|otra vez=again|muy despacio=very slowly|con cuidado=carefully|mucho=a lot"
    "|solo un rato=only for a while|bajo la lluvia=in the rain|toda la noche=all night|sin miedo=without fear").split("|"))  # fmt: skip
NEAR = tuple(Pair(*text.split("=")) for text in (
    "cerca de=near|lejos de=far from|junto a=next to|detrás de=behind|delante de=in front of").split("|"))  # fmt: skip


@dataclass(frozen=True)
class Group:
    """Un grupo verbal inglés: su clase (pres, past o auxiliar), el verbo que se conjuga y lo que sigue."""

    kind: str
    head: English | None
    tail: str

    @property
    def finite(self) -> bool:
        return self.kind in ("pres", "past")

    def auxiliary(self, person: int) -> str:
        kind = {"pres": "do", "past": "did"}.get(self.kind, self.kind)
        return AUXILIARIES[kind][person] if kind in AUXILIARIES else kind

    @property
    def rest(self) -> str:
        """Lo que va detrás del auxiliar."""
        return f"{self.head.infinitive} {self.tail}".strip() if self.finite else self.tail

    def statement(self, person: int, *, negative: bool = False, middle: str = "") -> str:
        if self.finite and not negative:
            form = self.head.present(person) if self.kind == "pres" else self.head.past + self.head.rest
            return " ".join(filter(None, (middle, form, self.tail)))
        return " ".join(filter(None, (self.auxiliary(person), "not" if negative else middle, self.rest)))

    def question(self, subject: Phrase, *, negative: bool = False) -> str:
        return " ".join(filter(None, (self.auxiliary(subject.person), subject.en, "not" if negative else "", self.rest)))


@cache
def group(tense: Tense, verb: English) -> Group:
    tail = tense.pattern.format(inf=verb.infinitive, ger=verb.gerund, part=verb.participle + verb.rest) if tense.pattern else ""
    head = english_verb(tense.head, *HEADS.get(tense.head, ())) if tense.head else verb
    return Group(tense.kind, head if tense.kind in ("pres", "past") else None, tail)


HEADS = {"keep": ("kept",), "have": ("had",)}


def conjugated(d: Draw, tense: Tense, infinitive: str, person: int, clitic: str = "") -> None:
    """Dice el grupo verbal español, con su pronombre delante o, si hay infinitivo o gerundio, quizá detrás."""
    behind = bool(clitic) and tense.form in ("inf", "ger") and d.maybe(0.4)
    d.say(clitic if not behind else "")
    d.say(conjugate(tense.helper or infinitive, tense.when, person))
    if tense.helper:
        form = impersonal(infinitive, tense.form)
        d.say(f"{tense.link} {attach(form, clitic) if behind else form}")


def tenses_of(verb: Verb, among: Sequence[str] = GENERAL) -> tuple[str, ...]:
    allowed = STATES.get(verb.es + "se" * verb.reflexive)
    return tuple(name for name in among if name in allowed) if allowed else tuple(among)


def pick_verb(d: Draw, frames: str, among: Sequence[str] = GENERAL) -> tuple[Verb, Tense]:
    """Un verbo y un tiempo que le va."""
    verb = d.pick(_verbs(frames, tuple(among)))
    return verb, pick_tense(d, tenses_of(verb, among), verb)


@cache
def _verbs(frames: str, among: tuple[str, ...]) -> tuple[Verb, ...]:
    return tuple(verb for verb in load().framed(frames) if tenses_of(verb, among))


def pick_tense(d: Draw, among: Sequence[str], verb: Verb) -> Tense:
    return TENSES[d.pick(among, [WEIGHTS.get(name, 1) for name in among], lambda name: _forms(TENSES[name], verb.es))]


@cache
def _forms(tense: Tense, infinitive: str) -> frozenset[str]:
    """Las formas conjugadas que puede tomar el primer verbo."""
    return frozenset(conjugate(tense.helper or infinitive, tense.when, person) for person in range(6))


def clashes(tense: Tense, verb: str) -> bool:
    """Si «nosotros» se dice igual en presente y en pasado («cantamos»): sin un «ayer» no se sabría."""
    used = tense.helper or verb
    return tense.when == "pret" and conjugate(used, "pret", NOSOTROS) == conjugate(used, "pres", NOSOTROS)


def speakers(tense: Tense, verb: str, *, dropped: bool, dated: bool = False) -> tuple[int, ...]:
    """Las personas que pueden ser sujeto sin que la frase tenga dos lecturas."""
    out = {NOSOTROS} if clashes(tense, verb) and not dated else set()
    if dropped:
        out |= {YO} if tense.ambiguous_first else set()
        return tuple(p for p in (YO, TU, NOSOTROS, VOSOTROS) if p not in out)
    return tuple(p for p in range(6) if p not in out)


def subject(d: Draw, tense: Tense, verb: str, *, dated: bool = False, relative: bool = True, kinds: Sequence[str] = ("np", "pronoun", "dropped"),
            after_verb: bool = False) -> Phrase:  # fmt: skip
    """Quién hace la acción: un grupo nominal, un pronombre o nadie a la vista."""
    kind = d.pick(kinds, [{"np": 6, "pronoun": 1.2, "dropped": 1.8}[kind] for kind in kinds])
    if kind == "np":
        return phrase(d, animate(), relative=relative_clause if relative else None, plain=after_verb and d.maybe(0.5))
    return pronoun(d, speakers(tense, verb, dropped=kind == "dropped", dated=dated), dropped=kind == "dropped")


# ---------------------------------------------------------------- complementos


def complement(d: Draw, verb: Verb, owner: Phrase, *, plain: bool = False, many: bool = False) -> str:
    """Dice lo que sigue al verbo y devuelve su inglés, que también va detrás. `many`: si lo dado lo reciben varios."""
    if verb.frame == "d":
        return _given(d, verb, owner, plain, many)
    return COMPLEMENTS[verb.frame](d, verb, owner, plain)


def objects(verb: Verb):
    names = load().names if "persona" in verb.wants else ()
    return (*load().of(verb.wants), *names)


def direct_object(d: Draw, verb: Verb, owner: Phrase | None, plain: bool = False, **options) -> Phrase:
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
    found = phrase(d, objects(verb), link=verb.link, owner=owner, plain=plain, kinds=KNOWN if verb.es in ("entrar", "salir") else (THE, THE, MINE))
    d.note("objeto", verb.es, found.noun.lemma)
    return found.en


def _motion(d: Draw, verb: Verb, owner: Phrase, plain: bool) -> str:
    es, en = d.pick((("a", "to"), ("hacia", "towards"), ("hasta", "as far as"), ("por", "through")), (4, 1, 1, 1 if verb.es in ("correr", "caminar") else 0))
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
FRAMES = "ttttiimlarpd"


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
    if given is None and negative is None and when == "none" and d.maybe(0.15):
        middle, negative = _middle(d, tense), False
    else:
        middle, negative = "", bool(negative) if negative is not None else d.maybe(0.12)
    d.say("no" if negative else "")
    many = verb.frame == "d" and d.maybe(0.25)
    conjugated(d, tense, verb.es, who.person, clitic_of(verb, who.person, many))
    said = complement(d, verb, who, plain=plain, many=many)
    closing = d.expression((time,)) if when == "end" else ""
    en = " ".join(filter(None, (opening, "" if given else who.en, group(tense, verb.en).statement(who.person, negative=negative, middle=middle), said, closing)))
    return Clause(en, who, tense)


def _time(d: Draw, among: Sequence[str]) -> tuple[Pair, Sequence[str]]:
    options = [(pair, tuple(name for name in tenses if name in among)) for pair, tenses in TIMES]
    return d.pick([_Timed(pair, tenses) for pair, tenses in options if tenses])


@dataclass(frozen=True)
class _Timed:
    pair: Pair
    tenses: tuple[str, ...]

    @property
    def spelt(self) -> frozenset[str]:
        return self.pair.spelt

    def __iter__(self):
        return iter((self.pair, self.tenses))


def _middle(d: Draw, tense: Tense) -> str:
    options = [pair for pair, names in MIDDLES if tense.name in names]
    return d.expression(options) if options else ""
