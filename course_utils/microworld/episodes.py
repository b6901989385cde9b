"""Episodios: tareas con ejemplos en las que cada categoría recibe un nombre al azar, así que solo los ejemplos dicen cuál.

En uno, los animales se llaman «duna» y las frutas «eco»; en el siguiente, los animales «faro». Quien acierta no lo sabía: lo ha leído.
Puedes leer y cambiar las palabras en `data/categories.txt`.

Particiones: en `train` nunca sale una pareja de categoría y etiqueta reservada; en `test` lo son todas; en `compositional`, las etiquetas
son palabras que en `train` no etiquetan nada.
"""
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files

from course_utils.microworld.splits import checked, held_out

BULLET = "-"
LABELS, RESERVED = "etiquetas", "etiquetas reservadas"
FEWEST, MOST, LONGEST = 2, 8, 19        # etiquetas de un episodio, de FEWEST a MOST; ejemplos, de 0 a LONGEST
VARIETIES = 1, 2, 5, 30                 # palabras distintas de cada categoría en un episodio para entrenar
Example = tuple[str, str]               # (palabra, etiqueta)


@dataclass(frozen=True)
class Episode:
    """Una tarea: `shots` ejemplos y una pregunta. `labels`: entre cuántas etiquetas; `ceiling`: la probabilidad de acertar leyendo bien."""

    prompt: str
    answer: str
    shots: int
    labels: int
    ceiling: float

    @property
    def text(self) -> str:
        """El episodio con su respuesta."""
        return f"{self.prompt} {self.answer}"


@dataclass(frozen=True, eq=False)
class Words:
    """Las palabras de cada categoría, las etiquetas y las etiquetas reservadas."""

    categories: dict[str, tuple[str, ...]]
    labels: tuple[str, ...]
    reserved: tuple[str, ...]

    @cached_property
    def category(self) -> dict[str, str]:
        """De cada palabra clasificable, su categoría."""
        return {word: name for name, members in self.categories.items() for word in members}

    @cached_property
    def all(self) -> tuple[str, ...]:
        return (*self.category, *self.labels, *self.reserved)

    def pool(self, split: str) -> tuple[str, ...]:
        """Las palabras que en esa partición pueden ser etiquetas."""
        return self.reserved if split == "compositional" else self.labels

    @cached_property
    def allowed(self) -> dict[tuple[str, str], tuple[str, ...]]:
        """Qué etiquetas puede llevar cada categoría: (partición, categoría) -> etiquetas."""
        kept = {name: [held_out(f"{name} {label}") for label in self.labels] for name in self.categories}
        one = {("test", name): tuple(label for label, out in zip(self.labels, kept[name]) if out) for name in kept}
        other = {("train", name): tuple(label for label, out in zip(self.labels, kept[name]) if not out) for name in kept}
        return one | other | {("compositional", name): self.reserved for name in kept}


@lru_cache(maxsize=1)
def words() -> Words:
    """Las palabras de `data/categories.txt`."""
    return parse(files(__package__).joinpath("data", "categories.txt").read_text("utf-8"))


def parse(text: str) -> Words:
    """Lee el formato de `data/categories.txt`. Lanza ValueError si falta una sección o una palabra está dos veces."""
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    sections: dict[str, list[str]] = {}
    for line in lines:
        if title := re.fullmatch(r"\[(.+)\]", line):
            current = sections.setdefault(title[1], [])
        elif sections:
            current += line.split()
        else:
            raise ValueError(f"«{line}» está antes de la primera sección: escribe encima su título entre corchetes, como [animales].")
    _valid(sections)
    labels, reserved = tuple(sections.pop(LABELS)), tuple(sections.pop(RESERVED))
    return Words({name: tuple(members) for name, members in sections.items()}, labels, reserved)


def _valid(sections: dict[str, list[str]]) -> None:
    home: dict[str, str] = {}
    for needed in (LABELS, RESERVED):
        if needed not in sections:
            raise ValueError(f"Falta la sección [{needed}]: escríbela, con sus palabras debajo.")
    for section, members in sections.items():
        for word in members:
            if word in home:
                raise ValueError(f"«{word}» está en [{home[word]}] y en [{section}]: déjala solo en una.")
            home[word] = section


def write(examples: Sequence[Example], query: str, *, bullet: str = f"{BULLET} ", between: str = " ", line: str = "\n") -> str:
    """El prompt: un ejemplo por línea, «- palabra etiqueta», y al final la pregunta, sin su etiqueta ni el espacio que la precede."""
    return "".join(f"{bullet}{word}{between}{label}{line}" for word, label in examples) + bullet + query + between.rstrip()


def read(prompt: str) -> tuple[list[Example], str]:
    """Los ejemplos de un prompt y la palabra por la que pregunta: lo contrario de `write`. Lanza ValueError si no tiene esa forma."""
    *lines, last = (line.split() for line in prompt.split("\n"))
    for words_read in lines:
        if len(words_read) != 3 or words_read[0] != BULLET:
            raise ValueError(f"No entiendo el ejemplo «{' '.join(words_read)}»: escríbelo como «{BULLET} zorro duna».")
    if len(last) != 2 or last[0] != BULLET:
        raise ValueError(f"No entiendo la pregunta «{' '.join(last)}»: la última línea lleva solo la palabra, como «{BULLET} zorro».")
    return [(word, label) for _, word, label in lines], last[1]


def sample(n: int, *, seed: int = 0, split: str = "train", shots: int | None = None, labels: int | None = None) -> list[Episode]:
    """`n` episodios de una partición. Sin `shots` ni `labels`, el número de ejemplos (0 a 19) y de etiquetas (2 a 8) también se sortea."""
    checked(split)
    _within(shots, 0, min(map(len, words().categories.values())) - 1, "ejemplos (shots)")
    _within(labels, FEWEST, len(words().categories), "etiquetas (labels)")
    rng = random.Random(f"{split} {seed}")
    return [_episode(rng, split, shots, labels) for _ in range(n)]


def _within(value: int | None, low: int, high: int, what: str) -> None:
    if value is not None and not low <= value <= high:
        raise ValueError(f"Has pedido {value} {what}: puede haber de {low} a {high}.")


def _episode(rng: random.Random, split: str, shots: int | None, labels: int | None) -> Episode:
    shots = rng.randint(0, LONGEST) if shots is None else shots
    names = _assign(rng, split, rng.randint(FEWEST, MOST) if labels is None else labels)
    *examples, (query, answer) = _deal(rng, names, shots + 1)
    shown = answer in {label for _, label in examples}
    return Episode(write(examples, query), answer, shots, len(names), _ceiling(shown, examples, split))


def _deal(rng: random.Random, names: dict[str, str], n: int) -> list[Example]:
    """`n` palabras distintas de categorías al azar, cada una con la etiqueta de la suya."""
    deck = {name: rng.sample(words().categories[name], len(words().categories[name])) for name in names}
    return [(deck[name].pop(), names[name]) for name in rng.choices(list(names), k=n)]


def _assign(rng: random.Random, split: str, labels: int) -> dict[str, str]:
    """Categorías al azar, cada una con una etiqueta distinta."""
    while True:
        chosen = rng.sample(sorted(words().categories), labels)
        names = {name: rng.choice(words().allowed[split, name]) for name in chosen}
        if len(set(names.values())) == labels:
            return names


def _ceiling(shown: bool, examples: Sequence[Example], split: str) -> float:
    return 1.0 if shown else 1 / (len(words().pool(split)) - len({label for _, label in examples}))


def ceiling(row: Episode) -> float:
    """La probabilidad de acertar de quien lee bien los ejemplos, sabe qué es cada palabra y cuáles pueden ser etiquetas.

    Es 1 si la categoría de la pregunta está entre los ejemplos; si no, toca adivinar una de las etiquetas que aún no han salido.
    """
    examples, query = read(row.prompt)
    known = words().category
    split = "compositional" if row.answer in words().reserved else "train"
    return _ceiling(known[query] in {known[word] for word, _ in examples}, examples, split)


def check(row: Episode) -> bool:
    """Si la respuesta es la que piden los ejemplos; cuando no dicen nada de esa categoría, basta con que sea una etiqueta sin usar."""
    examples, query = read(row.prompt)
    known = words().category
    named = {known[word]: label for word, label in examples}
    if known[query] in named:
        return row.answer == named[known[query]]
    return row.answer not in named.values() and row.answer in words().labels + words().reserved


def practice(n: int, *, seed: int = 0, shots: int = LONGEST, borrowed: bool = True) -> list[str]:
    """`n` episodios enteros que ayudan a aprender, porque son más fáciles que los de `sample` y, con `borrowed`, más variados.

    Más fáciles: de cada categoría salen solo una, dos o cinco palabras, que se repiten, o todas (así se pasa de copiar la etiqueta de
    la misma palabra a copiar la de otra parecida). Más variados: la etiqueta puede ser también una palabra de una categoría que no sale,
    «- zorro piano» (así se aprende a copiar la que haya, no a elegir de una lista cerrada). Las etiquetas reservadas no salen.
    """
    rng = random.Random(f"prestadas {seed}")
    return ["\n".join(f"{BULLET} {word} {label}" for word, label in _practice(rng, shots, borrowed)) for _ in range(n)]


def _practice(rng: random.Random, shots: int, borrowed: bool) -> list[Example]:
    """Las líneas de un episodio de práctica."""
    labels = rng.randint(FEWEST, MOST)
    names = _borrow(rng, labels) if borrowed else _assign(rng, "train", labels)
    variety = rng.choice(VARIETIES)
    deck = {name: rng.sample(words().categories[name], variety) for name in names}
    return [(rng.choice(deck[name]), names[name]) for name in rng.choices(list(names), k=shots + 1)]


def _borrow(rng: random.Random, labels: int) -> dict[str, str]:
    """Categorías al azar, cada una con una palabra cualquiera por etiqueta, que no sea de las que salen en el episodio."""
    chosen = rng.sample(sorted(words().categories), labels)
    used = {word for name in chosen for word in words().categories[name]}
    names: dict[str, str] = {}
    while len(names) < len(chosen):
        name, label = chosen[len(names)], rng.choice(words().all[: -len(words().reserved)])
        if label not in used and not held_out(f"{name} {label}"):
            names[name] = label
            used.add(label)
    return names


def repetitions(n: int, *, seed: int = 0, length: int = 60) -> list[str]:
    """`n` textos de `length` palabras: unas cuantas al azar, de todas las que hay, repetidas una y otra vez en el mismo orden.

    Entrenan lo primero que hace falta para leer ejemplos: buscar dónde salió esto antes y copiar lo que venía detrás.
    """
    rng = random.Random(f"repeticiones {seed}")
    rows = []
    for _ in range(n):
        period = rng.randint(max(1, length // 10), max(1, length // 2))
        chosen = rng.choices(words().all, k=period)
        rows.append(" ".join((chosen * (length // period + 1))[:length]))
    return rows
