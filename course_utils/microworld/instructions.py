"""Instrucciones y su respuesta exacta: preguntas sobre un texto (también las que no contesta), extraer, resumir, reescribir, clasificar…

Los textos de la prueba no salen nunca en el entrenamiento (`splits.held_out` del texto), y las maneras de pedir reservadas
(`*` en `data/instructions.txt`) solo salen en la partición «compositional», que usa textos de la prueba.
"""
import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import accumulate

from course_utils.microworld.passages import UNKNOWN
from course_utils.microworld.splits import checked, held_out
from course_utils.microworld.tasks import DIALOGUES, MAKERS, TALKS, Exercise, Maker, ask, lower, passage
from course_utils.microworld.wordings import following, pick

TASKS = ("preguntas", "extraccion", "resumen", "reescritura", "clasificacion", "traduccion")
EMPTY = ("ninguno", "ninguna")     # listas vacías: no se piden, porque a veces un lector vería en el texto algo que poner
LONGEST = 165         # palabras de una instrucción con su respuesta


@dataclass(frozen=True)
class Row:
    """Una instrucción: `completion` es la única respuesta buena; `answerable` es falso si el texto no la contesta."""

    task: str
    prompt: str
    completion: str
    answerable: bool = True


def sample(n: int, *, seed: int = 0, split: str = "train") -> list[Row]:
    """`n` instrucciones, siempre las mismas para la misma semilla y partición («train», «test» o «compositional»)."""
    if n < 0:
        raise ValueError(f"Has pedido {n} instrucciones: el número tiene que ser cero o más.")
    rng, rows = random.Random(f"{split} {seed}"), []
    exercises = _exercises(rng, checked(split) != "train")
    while len(rows) < n:
        row = _row(rng, next(exercises), split == "compositional")
        if row.completion not in EMPTY and len(f"{row.prompt} {row.completion}".split()) <= LONGEST:
            rows.append(row)
    return rows


def conversations(n: int, *, seed: int = 0, split: str = "train", harder: int = 0) -> list[list[Row]]:
    """`n` conversaciones de uno o varios turnos: el primero trae el texto y los demás siguen preguntando por él.

    Con `harder` de 1 a 3 hay cada vez más de lo que más cuesta: preguntas que el texto no contesta y clasificaciones.
    """
    if n < 0:
        raise ValueError(f"Has pedido {n} conversaciones: el número tiene que ser cero o más.")
    if harder not in range(len(TALKS)):
        raise ValueError(f"Has pedido conversaciones de dificultad {harder!r}: tiene que ser un número de 0 a {len(TALKS) - 1}.")
    rng, found = random.Random(f"conversations {split} {seed}"), []
    exercises = _sets(rng, TALKS[harder], checked(split) != "train")
    while len(found) < n:
        first, *others = [exercise for exercise in next(exercises) if exercise.completion not in EMPTY] or [None]
        if first is not None:
            turns = _within([_row(rng, first, split == "compositional"), *(_next_row(rng, exercise) for exercise in others)])
            found += [turns] if turns else []
    return found


def _within(turns: list[Row]) -> list[Row]:
    """Los primeros turnos, los que caben."""
    lengths = accumulate(len(f"{row.prompt} {row.completion}".split()) for row in turns)
    return [row for row, length in zip(turns, lengths) if length <= LONGEST]


def _exercises(rng: random.Random, reserved: bool) -> Iterator[Exercise]:
    """Ejercicios sin fin, de los textos que tocan."""
    for exercises in _sets(rng, MAKERS, reserved):
        yield from exercises


def _sets(rng: random.Random, makers: dict[Maker, float], reserved: bool) -> Iterator[list[Exercise]]:
    """Los ejercicios de un texto, los de otro…, sin fin."""
    while True:
        yield rng.choices(list(makers), list(makers.values()))[0](rng, partial(_belongs, reserved))


def _belongs(reserved: bool, text: str) -> bool:
    """Si un texto es de la prueba (`reserved`) o del entrenamiento: lo decide lo que dice."""
    return held_out(text) == reserved


def _row(rng: random.Random, exercise: Exercise, reserved: bool) -> Row:
    slots = exercise.slots
    if exercise.task == "reescritura":
        order = pick(rng, f"orden {exercise.wording}", reserved=reserved).fill(**slots)
        slots = slots | {"orden": order, "orden_baja": lower(order)}
    wording = "reescritura" if exercise.task == "reescritura" else exercise.wording
    return Row(exercise.task, pick(rng, wording, reserved=reserved).fill(**slots), exercise.completion, exercise.answerable)


def _next_row(rng: random.Random, exercise: Exercise) -> Row:
    """Un turno que sigue a otro: se pide con las mismas palabras, sin repetir el texto."""
    prompt = following(rng, exercise.wording).fill(**exercise.slots)
    return Row(exercise.task, prompt, exercise.completion, exercise.answerable)


def check(row: Row, answer: str) -> bool:
    """Si la respuesta es la buena; no cuentan los espacios de más, las mayúsculas ni el punto final."""
    return _bare(answer) == _bare(row.completion)


def refuses(answer: str) -> bool:
    """Si la respuesta dice que el texto no lo dice."""
    return _bare(answer) == _bare(UNKNOWN)


def _bare(text: str) -> str:
    return " ".join(text.split()).casefold().rstrip(".")


# ---------------------------------------------------------------- lo mismo, como texto corriente


def documents(n: int, *, seed: int = 0, split: str = "train") -> list[str]:
    """Lo que hay que saber para contestar, sin instrucciones: un texto y su diálogo, su lista… Solo de los textos de la partición."""
    if n < 0:
        raise ValueError(f"Has pedido {n} textos: el número tiene que ser cero o más.")
    rng, texts = random.Random(f"documents {split} {seed}"), []
    reserved = checked(split, ("train", "test")) == "test"
    exercises = _exercises(rng, reserved)
    while len(texts) < n:
        text = _conversation(rng, reserved) if rng.random() < 0.45 else next(exercises).plain
        if len(text.split()) <= LONGEST:
            texts.append(text)
    return texts


def _conversation(rng: random.Random, reserved: bool) -> str:
    """Un texto con varias preguntas y respuestas seguidas."""
    text, form = passage(rng, partial(_belongs, reserved)), rng.choice(DIALOGUES)
    asked = ask(rng, text.questions, rng.choice((2, 3, 3, 4)))
    return "\n".join([text.text, *(form.format(question.text, question.answer) for question in asked)])
