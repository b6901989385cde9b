"""El léxico: sustantivos con género y número, adjetivos que concuerdan, verbos y nombres propios. Se lee de `data/lexicon.txt`."""
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data"
ZIPF = 0.7          # cuanto mayor, más se repiten las primeras palabras de cada lista


@dataclass(frozen=True)
class Noun:
    """Un sustantivo en un género y un número: «llave», «llaves», «gata»."""

    text: str
    lemma: str
    gender: str                      # "m" | "f"
    plural: bool
    classes: frozenset[str]
    weight: float
    stressed_a: bool = False         # «el águila»: femenino con artículo «el»

    @property
    def cell(self) -> int:
        """0 m. sing., 1 f. sing., 2 m. pl., 3 f. pl.: la casilla con la que concuerda."""
        return (self.gender == "f") + 2 * self.plural


@dataclass(frozen=True)
class Adjective:
    """Un adjetivo con sus cuatro formas, en el orden de `Noun.cell`."""

    forms: tuple[str, str, str, str]
    classes: frozenset[str]
    weight: float

    @property
    def lemma(self) -> str:
        return self.forms[0]


@dataclass(frozen=True)
class Verb:
    infinitive: str
    classes: frozenset[str]
    weight: float


@dataclass(frozen=True)
class Name:
    """Un nombre propio, con su género."""

    text: str
    gender: str
    weight: float

    @property
    def lemma(self) -> str:
        return self.text


@dataclass(frozen=True)
class Lexicon:
    nouns: tuple[Noun, ...]
    adjectives: tuple[Adjective, ...]
    verbs: tuple[Verb, ...]
    names: tuple[Name, ...]


def agree(masculine: str) -> tuple[str, str, str, str]:
    """Las cuatro formas de un adjetivo a partir de la masculina: «curioso» da curioso, curiosa, curiosos, curiosas."""
    accentless = masculine[:-2] + {"án": "an", "ón": "on", "és": "es", "ín": "in"}.get(masculine[-2:], masculine[-2:])
    if masculine.endswith("o"):
        return masculine, masculine[:-1] + "a", masculine + "s", masculine[:-1] + "as"
    if accentless != masculine or masculine.endswith("or"):
        return masculine, accentless + "a", accentless + "es", accentless + "as"
    plural = masculine[:-1] + "ces" if masculine.endswith("z") else masculine + ("s" if masculine[-1] in "eaoiu" else "es")
    return masculine, masculine, plural, plural


def rank_weight(rank: int) -> float:
    """Peso de la palabra que ocupa el puesto `rank` (desde 0) de su lista: cae como una potencia, como en las lenguas reales (Zipf)."""
    return (rank + 2.0) ** -ZIPF


def _sections(path: Path) -> Iterator[tuple[str, list[str]]]:
    section = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        words = line.split("#")[0].split()
        if words and words[0].startswith("["):
            section = words[0].strip("[]")
        elif words:
            yield section, words


def _people(words: list[str], weight: float) -> Iterator[Noun]:
    masculine, feminine, *tags = words
    classes = frozenset({"personaje", *tags}) - {"el"}
    forms = [(text, gender) for text, gender in ((masculine, "m"), (feminine, "f")) if text != "-"]
    lemma = forms[0][0]
    for text, gender in forms:
        yield Noun(text, lemma, gender, False, classes, weight / len(forms), "el" in tags)


def _things(words: list[str], weight: float) -> Iterator[Noun]:
    text, gender, *tags = words
    plain = frozenset(tag for tag in tags if tag[0] not in "+=") - {"el"}
    plural = next((tag[1:] for tag in tags if tag[0] in "+="), None)
    only_plural = any(tag[0] == "=" for tag in tags)
    if not only_plural:
        yield Noun(text, text, gender, False, plain, weight / (2 if plural else 1), "el" in tags)
    if plural:
        yield Noun(plural, text, gender, True, plain, weight / (1 if only_plural else 2))


@cache
def load(path: Path = DATA / "lexicon.txt") -> Lexicon:
    """Lee el léxico del archivo. El peso de cada palabra depende de su puesto dentro de su sección y su primera clase."""
    nouns, verbs, names, ranks = [], [], [], {}
    adjectives: dict[str, tuple[set[str], float]] = {}
    for section, words in _sections(path):
        key = (section, words[2] if section == "cosas" else words[1] if section in ("verbos", "adjetivos") else "")
        rank = ranks[key] = ranks.get(key, -1) + 1
        if section == "personajes":
            nouns += _people(words, rank_weight(rank))
        elif section == "cosas":
            nouns += _things(words, rank_weight(rank))
        elif section == "nombres":
            names.append(Name(words[0], words[1], rank_weight(rank)))
        elif section == "verbos":
            verbs.append(Verb(words[0], frozenset(words[1:]), rank_weight(rank)))
        else:
            adjectives.setdefault(words[0], (set(), rank_weight(rank)))[0].update(words[1:])
    described = tuple(Adjective(agree(word), frozenset(classes), weight) for word, (classes, weight) in adjectives.items())
    return Lexicon(tuple(nouns), described, tuple(verbs), tuple(names))
