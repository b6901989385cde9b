"""Las maneras de pedir cada tarea, con las que se guardan para la partición «compositional». Se leen de `data/instructions.txt`."""
import random
import re
from dataclasses import dataclass, replace
from functools import cache

from course_utils.microworld.lexicon import DATA

HOLE = re.compile(r"\{(\w+)\}")
BEFORE = "{texto}\n"


@dataclass(frozen=True)
class Wording:
    """Una manera de pedir algo; `reserved` si solo sale en la partición «compositional»."""

    text: str
    reserved: bool

    def fill(self, **values: str) -> str:
        """La petición, con el texto y lo demás en su sitio."""
        return HOLE.sub(lambda match: values[match[1]], self.text)


@cache
def wordings() -> dict[str, tuple[Wording, ...]]:
    """Por tarea, sus maneras de pedirla."""
    found: dict[str, list[Wording]] = {}
    for line in (DATA / "instructions.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            found[line.strip("[] ")] = wanted = []
        elif line.strip() and not line.startswith("#"):
            wanted.append(Wording(line.removeprefix("*").strip().replace("\\n", "\n"), line.startswith("*")))
    return {task: tuple(lines) for task, lines in found.items()}


@cache
def _of(task: str, reserved: bool) -> tuple[Wording, ...]:
    return tuple(wording for wording in wordings()[task] if wording.reserved == reserved)


def pick(rng: random.Random, task: str, *, reserved: bool) -> Wording:
    """Una manera al azar de pedir la tarea: de las reservadas o de las otras."""
    return rng.choice(_of(task, reserved))


@cache
def _after(task: str) -> tuple[Wording, ...]:
    """Las maneras que ponen el texto delante, sin él."""
    return tuple(replace(one, text=one.text.removeprefix(BEFORE)) for one in _of(task, False) if one.text.startswith(BEFORE))


def following(rng: random.Random, task: str) -> Wording:
    """Una manera al azar de pedir la tarea sobre un texto del que ya se está hablando."""
    return rng.choice(_after(task))
