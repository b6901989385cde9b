"""Los tiempos y perífrasis de las dos lenguas, qué verbos los admiten y quién puede ser sujeto sin que haya dos lecturas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from course_utils.microworld.translation_draw import Draw
from course_utils.microworld.translation_lexicon import Verb, load
from course_utils.microworld.translation_nouns import Phrase
from course_utils.microworld.translation_verbs import NOSOTROS, TU, VOSOTROS, YO, English, attach, conjugate, impersonal
from course_utils.microworld.translation_verbs import english as english_verb

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
    "cansarse": ("past", "pres", "future", "perfect"),
    "ver": ("pres", "past", "can", "could", "perfect", "want", "future", "hopes", "pluperfect"),
    "asustar": ("pres", "past", "perfect", "want", "future", "tried"),
}  # fmt: skip


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
