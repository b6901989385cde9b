"""Paráfrasis: dos frases que dicen lo mismo con otras palabras, y otras que se les parecen y no lo dicen.

Un *significado* es un suceso (comprar, perder…) y quién, qué, dónde o cuándo. Cada suceso se cuenta con varios moldes, y cada cosa se
nombra de varias maneras; están en `data/paraphrases.txt`. Una pareja usa dos moldes distintos y, si puede, otro nombre para cada cosa.
"""
import random
import re
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from pathlib import Path
from zlib import crc32

from course_utils.microworld import sections
from course_utils.microworld.splits import checked, held_out

DATA = Path(__file__).parent / "data" / "paraphrases.txt"
RESERVED = 2            # parejas de moldes de cada suceso que solo salen en la partición "compositional"
CLOSE = 0.5             # en un grupo, cuántas veces un significado cambia un solo dato de otro
REPEATED = 0.2          # cuántas veces una cosa se llama igual en las dos frases, aunque tenga otros nombres
TRIES = 100
HEADER = re.compile(r"\[(palabras|frases|marco) (.+?)\]\s*(.*)")
SLOT = re.compile(r"\{(?:([^{}\s]*) )?(\w+)\}")
AGREEMENT = ("m", "f", "mp", "fp")
FORMS = {
    "el": ("el", "la", "los", "las"), "un": ("un", "una", "unos", "unas"), "o": ("o", "a", "os", "as"), "lo": ("lo", "la", "los", "las"),
}


@dataclass(frozen=True)
class Paraphrase:
    """Una frase, otra que dice lo mismo, y qué es lo que dicen."""

    text: str
    paraphrase: str
    meaning: str


@dataclass(frozen=True)
class Form:
    """Una manera de nombrar algo; `agreement` es el género y el número, si los tiene."""

    text: str
    agreement: str


@dataclass(frozen=True)
class Frame:
    """Un suceso: de qué clase es cada hueco, y los moldes que lo cuentan."""

    name: str
    slots: tuple[tuple[str, str], ...]
    templates: tuple[str, ...]


Meaning = tuple[Frame, tuple[int, ...]]     # un suceso y, por cada hueco, qué idea de su clase lo ocupa


def sample(n: int, *, seed: int = 0, split: str = "train") -> list[Paraphrase]:
    """`n` parejas al azar, siempre las mismas para la misma semilla.

    En "test", los significados no salen en "train"; en "compositional", lo que no sale junto es cada pareja de moldes.
    """
    rng = random.Random(f"paraphrases-{seed}")
    return [_pair(rng, _meaning(rng, checked(split)), split) for _ in range(_count(n))]


def pool(n: int, *, seed: int = 0, split: str = "train") -> list[tuple[str, str]]:
    """`n` parejas (frase, paráfrasis) de `n` significados distintos, para buscar entre todas la paráfrasis de cada frase.

    Más de la mitad de los significados se diferencian de otro del grupo en un solo dato: quién, qué, dónde o cuándo.
    """
    rng = random.Random(f"sentences-{seed}")
    pairs = [_pair(rng, _read_key(key), split) for key in meanings(n, seed=seed, split=split)]
    return [(pair.text, pair.paraphrase) for pair in pairs]


def meanings(n: int, *, seed: int = 0, split: str = "train") -> list[str]:
    """Los significados de `pool`, en el mismo orden."""
    checked(split)
    rng, chosen = random.Random(f"pool-{seed}"), {}
    while len(chosen) < _count(n):
        near = chosen and rng.random() < CLOSE
        meaning = _close(rng, rng.choice(list(chosen.values())), split) if near else _meaning(rng, split)
        chosen.setdefault(_key(meaning), meaning)
    return list(chosen)


def check(row: Paraphrase) -> bool:
    """Si las dos frases de una fila dicen, de verdad, lo que pone en `meaning`, y cada una con su molde."""
    frame, chosen = _read_key(row.meaning)
    told = [_matching(frame, chosen, text) for text in (row.text, row.paraphrase)]
    return all(told) and told[0] != told[1]


# ---------------------------------------------------------------- significados


def _meaning(rng: random.Random, split: str) -> Meaning:
    frame = rng.choice(_frames())
    while True:
        chosen: list[int] = []
        for position in range(len(frame.slots)):
            chosen.append(_free(rng, frame, chosen, position))
        if _belongs((frame, tuple(chosen)), split):
            return frame, tuple(chosen)


def _free(rng: random.Random, frame: Frame, chosen: list[int], position: int) -> int:
    """Una idea para ese hueco que no tenga ya otro de la misma clase."""
    kind = frame.slots[position][1]
    taken = {idea for other, idea in enumerate(chosen) if other != position and frame.slots[other][1] == kind}
    return rng.choice([idea for idea in range(len(_ideas()[kind])) if idea not in taken])


def _close(rng: random.Random, meaning: Meaning, split: str) -> Meaning:
    """El mismo significado con un solo dato cambiado; si tras muchos intentos ninguno cae en su partición, otro cualquiera."""
    frame, chosen = meaning
    for _ in range(TRIES):
        position = rng.randrange(len(chosen))
        other = (*chosen[:position], _free(rng, frame, list(chosen), position), *chosen[position + 1:])
        if other != chosen and _belongs((frame, other), split):
            return frame, other
    return _meaning(rng, split)


def _belongs(meaning: Meaning, split: str) -> bool:
    return split == "compositional" or held_out(_key(meaning)) == (split == "test")


def _key(meaning: Meaning) -> str:
    """El significado, escrito: «compra: médico, coche, bosque, hace poco»."""
    frame, chosen = meaning
    return f"{frame.name}: " + ", ".join(_ideas()[kind][idea][0].text for (_, kind), idea in zip(frame.slots, chosen))


def _read_key(key: str) -> Meaning:
    name, _, rest = key.partition(": ")
    frame = next(frame for frame in _frames() if frame.name == name)
    names = [[forms[0].text for forms in _ideas()[kind]] for _, kind in frame.slots]
    return frame, tuple(known.index(text) for known, text in zip(names, rest.split(", ")))


# ---------------------------------------------------------------- frases


def _pair(rng: random.Random, meaning: Meaning, split: str) -> Paraphrase:
    frame, chosen = meaning
    first, second = rng.choice(_template_pairs(frame, split == "compositional"))
    names = [_two(rng, _ideas()[kind][idea]) for (_, kind), idea in zip(frame.slots, chosen)]
    text, paraphrase = (_written(frame, template, list(each)) for template, each in zip((first, second), zip(*names)))
    return Paraphrase(text, paraphrase, _key(meaning))


def _two(rng: random.Random, forms: tuple[Form, ...]) -> tuple[Form, Form]:
    """Dos maneras de nombrar lo mismo, casi siempre distintas si las hay.

    Si lo fueran siempre, una palabra repetida bastaría para saber que dos frases *no* dicen lo mismo.
    """
    if len(forms) == 1 or rng.random() < REPEATED:
        return (rng.choice(forms),) * 2
    one, other = rng.sample(forms, 2)
    return one, other


@cache
def _template_pairs(frame: Frame, reserved: bool) -> tuple[tuple[str, str], ...]:
    """Las parejas de moldes de una u otra partición, en los dos órdenes."""
    pairs = sorted(combinations(frame.templates, 2), key=lambda pair: crc32("|".join(pair).encode()))
    kept = pairs[:RESERVED] if reserved else pairs[RESERVED:]
    return tuple(kept) + tuple((second, first) for first, second in kept)


def _written(frame: Frame, template: str, names: list[Form]) -> str:
    forms = {slot: form for (slot, _), form in zip(frame.slots, names)}
    text = SLOT.sub(lambda match: _filled(match[1], forms[match[2]]), template)
    text = re.sub(r"\b([Dd]e|[Aa]) el\b", lambda match: match[1] + "l", text)
    return text[0].upper() + text[1:]


def _filled(shape: str | None, form: Form) -> str:
    if shape is None:
        return form.text
    if "/" in shape:
        return shape.split("/")[form.agreement.endswith("p")]
    if shape not in FORMS:
        raise ValueError(f"En data/paraphrases.txt no entiendo el hueco «{shape}»; las formas que hay están en su cabecera.")
    word = FORMS[shape][AGREEMENT.index(form.agreement)]
    return f"{word} {form.text}" if shape in ("el", "un") else word


def _matching(frame: Frame, chosen: tuple[int, ...], text: str) -> str | None:
    """El molde con el que ese texto cuenta ese significado, o None."""
    lowered = text.lower()
    ideas = [tuple(form for form in _ideas()[kind][idea] if form.text.lower() in lowered) for (_, kind), idea in zip(frame.slots, chosen)]
    return next((template for template in frame.templates if text in _all_written(frame, template, ideas)), None)


def _all_written(frame: Frame, template: str, ideas: list[tuple[Form, ...]]) -> set[str]:
    names: list[list[Form]] = [[]]
    for forms in ideas:
        names = [[*before, form] for before in names for form in forms]
    return {_written(frame, template, each) for each in names}


# ---------------------------------------------------------------- leer el fichero


@cache
def _sections() -> list[sections.Section]:
    return sections.read(DATA, HEADER)


@cache
def _ideas() -> dict[str, list[tuple[Form, ...]]]:
    """Por cada clase, sus ideas, y de cada una las maneras de nombrarla."""
    found = {name: [tuple(_form(text, what == "palabras") for text in line.split(" / ")) for line in lines]
             for (what, name, _), lines in _sections() if what != "marco"}
    joint = {kind for frame in _frames() for _, kind in frame.slots if "+" in kind}
    return found | {kind: [idea for part in kind.split("+") for idea in found[part]] for kind in sorted(joint)}


def _form(text: str, agrees: bool) -> Form:
    if not agrees:
        return Form(text.strip(), "")
    noun, _, agreement = text.strip().rpartition(" ")
    if agreement not in AGREEMENT:
        raise ValueError(f"En data/paraphrases.txt, «{text}» no lleva su género y número: añade m, f, mp o fp.")
    return Form(noun, agreement)


@cache
def _frames() -> tuple[Frame, ...]:
    return tuple(Frame(name, tuple(tuple(slot.split(":")) for slot in slots.split()), tuple(line.removeprefix("- ") for line in lines))
                 for (what, name, slots), lines in _sections() if what == "marco")


def _count(n: int) -> int:
    if n < 0:
        raise ValueError(f"Has pedido {n} paráfrasis: el número tiene que ser cero o más.")
    return n
