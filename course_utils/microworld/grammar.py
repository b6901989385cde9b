"""De la gramática escrita (`data/stories.txt`) a un programa de instrucciones: escribe, elige, presenta, concuerda.

El lenguaje de las reglas está explicado en la cabecera de ese archivo. Aquí se lee y se compila a una lista plana de
instrucciones en la que cada una sabe cuál le sigue. Así la inferencia exacta (`inference`) es solo llevar la cuenta de en qué
instrucción puede estar el cuento y qué ha elegido ya.
"""
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from course_utils.microworld.lexicon import DATA, Lexicon
from course_utils.microworld.lexicon import load as load_lexicon
from course_utils.microworld.reference import Reference

ATOM = re.compile(r"[^\W\d_]+|[^\w\s]|\d", re.UNICODE)
OPENING, CLOSING = "«¿¡(", "».,;:!?…)"
SYNTAX = re.compile(r"\[#\w+(?:≠\w+(?:,\w+)*)?|[\[\]|]|\*\d+|<[^>]*>|\{[^}]*\}|&\w+(?:\([^)]*\))?|[^\W\d_]+|[«»¿¡.,;:!?…]", re.UNICODE)


@dataclass(frozen=True)
class Write:
    """Escribe una palabra o un signo."""

    atom: str
    next: int


@dataclass(frozen=True)
class Choose:
    """Sigue por una de varias ramas; con `key`, recuerda cuál, y otra elección del mismo nombre seguirá la misma.

    Si aún no se ha elegido, no toma la rama que ya tomó ninguna de las elecciones de `unlike`.
    """

    branches: tuple[tuple[float, int], ...]
    key: str | None = None
    unlike: tuple[str, ...] = ()


@dataclass(frozen=True)
class Draw:
    """Elige una palabra de una clase y la guarda con un nombre (`register`)."""

    register: str
    kind: str
    next: int


@dataclass(frozen=True)
class Refer:
    """Escribe algo que depende de lo elegido: un sustantivo con artículo, un adjetivo concordado, un pronombre…"""

    reference: Reference
    next: int


@dataclass(frozen=True)
class End:
    """El cuento ha terminado."""


Instruction = Write | Choose | Draw | Refer | End


@dataclass
class Grammar:
    """Un programa: `code[start]` es la primera instrucción; `registers` son los nombres que el cuento puede recordar."""

    lexicon: Lexicon
    code: list[Instruction] = field(default_factory=list)
    registers: dict[str, int] = field(default_factory=dict)
    start: int = 0


def split_atoms(text: str) -> list[str]:
    """Palabras y signos de un texto, en orden: «¡Hola, Ana!» da ['¡', 'Hola', ',', 'Ana', '!']."""
    return ATOM.findall(text)


def join_atoms(atoms: list[str]) -> str:
    """El texto que forman unas palabras y signos, con los espacios del español. Inversa de `split_atoms`."""
    text = ""
    for atom in atoms:
        text += spacing(text[-1:], atom) + atom
    return text


def spacing(previous: str, atom: str) -> str:
    """El espacio que separa un signo o palabra de lo que hay escrito antes."""
    return "" if not previous or previous in OPENING or atom in CLOSING else " "


@cache
def load(path: Path = DATA / "stories.txt", lexicon: Path = DATA / "lexicon.txt") -> Grammar:
    """Lee y compila una gramática, con las palabras de un léxico. Todo texto empieza por la primera regla del archivo."""
    rules = _read_rules(path.read_text(encoding="utf-8"))
    grammar = Grammar(load_lexicon(lexicon), [End()])
    tree = _parse(next(iter(rules.values()))[1])
    grammar.start = _Compiler(grammar, rules).compile(tree, 0, {})
    return grammar


def _read_rules(text: str) -> dict[str, tuple[list[str], str]]:
    rules = {}
    for line in re.sub(r"\n[ \t]+(?=\S)", " ", text).splitlines():  # una línea con sangría continúa la anterior
        head, equals, body = line.partition(" = ")
        if equals and not line.startswith("#"):
            name, _, params = head.partition("(")
            rules[name.strip()] = ([p.strip() for p in params.rstrip(") ").split(",") if p.strip()], body)
    return rules


def _parse(body: str) -> tuple:
    tokens = SYNTAX.findall(body)
    leftover = SYNTAX.sub("", body).strip()
    if leftover:
        raise ValueError(f"No entiendo «{leftover[:40]}» en la regla «{body[:60]}…»; revisa corchetes y llaves.")
    tokens.reverse()
    return _parse_sequence(tokens)


def _parse_sequence(tokens: list[str]) -> tuple:
    items = []
    while tokens and tokens[-1] not in ("|", "]") and not tokens[-1].startswith("*"):
        token = tokens.pop()
        items.append(_parse_choice(tokens, token[2:]) if token[0] == "[" else ("item", token))
    return ("sequence", items)


def _parse_choice(tokens: list[str], keys: str) -> tuple:
    options, names = [], re.split("[≠,]", keys) if keys else []
    while True:
        option = _parse_sequence(tokens)
        weight = float(tokens.pop()[1:]) if tokens[-1].startswith("*") else 1.0
        options.append((weight, option))
        if tokens.pop() == "]":
            return ("choice", options, names)


class _Compiler:
    """Compila de atrás adelante: cada trozo recibe el número de la instrucción que le sigue y devuelve el de la suya."""

    def __init__(self, grammar: Grammar, rules: dict):
        self.grammar, self.rules = grammar, rules

    def add(self, instruction: Instruction) -> int:
        self.grammar.code.append(instruction)
        return len(self.grammar.code) - 1

    def register(self, name: str) -> str:
        self.grammar.registers.setdefault(name, len(self.grammar.registers))
        return name

    def compile(self, tree: tuple, following: int, renames: dict[str, str]) -> int:
        kind = tree[0]
        if kind == "sequence":
            for part in reversed(tree[1]):
                following = self.compile(part, following, renames)
            return following
        if kind == "choice":
            return self._choice(tree[1], tree[2], following, renames)
        return self._item(tree[1], following, renames)

    def _choice(self, options: list, names: list[str], following: int, renames: dict[str, str]) -> int:
        total = sum(weight for weight, _ in options)
        branches = tuple((weight / total, self.compile(option, following, renames)) for weight, option in options)
        key, *unlike = [self.register("#" + renames.get(name, name)) for name in names] or [None]
        return self.add(Choose(branches, key, tuple(unlike)))

    def _item(self, token: str, following: int, renames: dict[str, str]) -> int:
        if token[0] == "&":
            return self._call(token[1:], following, renames)
        if token[0] == "<":
            register, _, kind = _rename(token[1:-1], renames).partition(":")
            return self.add(Draw(self.register(register), kind, following))
        if token[0] == "{":
            return self.add(Refer(Reference.parse(_rename(token[1:-1], renames), self.grammar.lexicon), following))
        return self.add(Write(token, following))

    def _call(self, token: str, following: int, renames: dict[str, str]) -> int:
        name, _, given = token.partition("(")
        params, body = self.rules[name]
        arguments = [renames.get(a.strip(), a.strip()) for a in given.rstrip(")").split(",") if a.strip()]
        return self.compile(_parse(body), following, dict(zip(params, arguments, strict=True)))


def _rename(expression: str, renames: dict[str, str]) -> str:
    return re.sub(r"\w+", lambda match: renames.get(match[0], match[0]), expression)
