"""Escribe lo que se puede saber de ``docs/en_clase.md`` leyendo los capítulos: ``python -m tools.class_notes``.

Tiempos y títulos salen de ``tools/chapters.py``; objetivos y lecturas previas, de la primera celda de cada cuaderno; las preguntas
para la clase y el reparto en sesiones, de ``tools/class_questions.toml``; los modelos públicos, de su tabla. Lo demás de la página
se escribe a mano y no se toca.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import nbformat

from course_utils import paths
from course_utils.exercises import classroom
from course_utils.models import hardware, public
from tools.blocks import filled
from tools.chapters import CHAPTERS, Chapter

PAGE = paths.ROOT / "docs" / "en_clase.md"
QUESTIONS = Path(__file__).with_name("class_questions.toml")
END = "<!-- fin -->"
NAMED = re.compile(r"CURSO_[A-Z0-9]+")


@dataclass(frozen=True)
class Question:
    """Una pregunta para la clase: qué se pregunta, qué sale al ejecutar (``shows``, tal cual) y qué se contesta."""

    chapter: int
    ask: str
    shows: tuple[str, ...]
    answer: str


@cache
def questions() -> tuple[Question, ...]:
    """Las preguntas, en su orden."""
    rows = tomllib.loads(QUESTIONS.read_text("utf-8"))["question"]
    return tuple(Question(row["chapter"], row["ask"], tuple(row["shows"]), row["answer"]) for row in rows)


@cache
def plan() -> tuple[tuple[tuple[int, ...], ...], tuple[int, ...]]:
    """Los capítulos de cada sesión y los que se hacen en casa."""
    read = tomllib.loads(QUESTIONS.read_text("utf-8"))["plan"]
    return tuple(map(tuple, read["sessions"])), tuple(read["home"])


@cache
def cells(chapter: Chapter) -> tuple[nbformat.NotebookNode, ...]:
    """Las celdas de su cuaderno."""
    return tuple(nbformat.read(paths.NOTEBOOKS / f"{chapter.name}.ipynb", as_version=4).cells)


def chapter(number: int) -> Chapter:
    return CHAPTERS[number - 1]


def objectives(one: Chapter) -> list[str]:
    """Lo que se sabe hacer al terminar, tal como lo dice su primera celda."""
    return [line for line in cells(one)[0].source.splitlines() if line.startswith("- ")]


def before(one: Chapter) -> str:
    """Qué conviene haber leído, tal como lo dice su primera celda; los enlaces, desde ``docs/``."""
    last = cells(one)[0].source.rstrip().splitlines()[-1].strip("*. ").split(" · ")[-1]
    return last.replace("](", "](../notebooks/")


def needed(one: Chapter) -> list[int]:
    """Los números de los capítulos que conviene haber leído."""
    return [int(number) for number in re.findall(r"\]\(../notebooks/(\d\d)_", before(one))]


def written(cell: nbformat.NotebookNode) -> str:
    """El texto de las salidas de una celda."""
    return "\n".join(output.get("text") or output.get("data", {}).get("text/plain", "") for output in cell.get("outputs", []))


def answering(question: Question) -> int | None:
    """El lugar de la celda del capítulo que enseña la respuesta, sin contar las que entrenan; None si no está."""
    asked = cells(chapter(question.chapter))
    steady = (place for place, cell in enumerate(asked) if "entrena" not in cell.metadata.get("tags", ()))
    return next((place for place in steady if all(shown in written(asked[place]) for shown in question.shows)), None)


def section(question: Question) -> str:
    """El título del apartado en el que sale la respuesta. ValueError si el cuaderno ya no la enseña."""
    place = answering(question)
    if place is None:
        raise ValueError(f"El capítulo {question.chapter} ya no enseña {' ni '.join(question.shows)}: revisa {QUESTIONS.name}.")
    texts = [cell.source for cell in cells(chapter(question.chapter))[:place] if cell.cell_type == "markdown"]
    return re.findall(r"^#{2,3} (.+)$", "\n".join(texts), re.MULTILINE)[-1].strip()


def chapters_table() -> str:
    """Un capítulo por fila: tiempo, ejercicios y qué conviene haber leído."""
    rows = ["| | Capítulo | Tiempo | Ejercicios | Antes |", "|---|---|--:|--:|---|"]
    counted = classroom.exercises_by_chapter()
    for one in CHAPTERS:
        link, exercises = f"[{one.title}](../notebooks/{one.name}.ipynb)", len(counted.get(int(one.number), ())) or "–"
        rows.append(f"| {one.number} | {link} | {one.minutes}&nbsp;min | {exercises} | {before(one)} |")
    return "\n".join(rows)


def plan_table() -> str:
    """Las sesiones, con sus capítulos y los minutos que suman, y lo que queda para casa."""
    sessions, home = plan()
    rows = ["| Sesión | Capítulos | Tiempo |", "|--:|---|--:|"]
    for count, numbers in enumerate(sessions, 1):
        rows.append(f"| {count} | {_listed(numbers)} | {sum(chapter(n).minutes for n in numbers)}&nbsp;min |")
    return "\n".join([*rows, f"| en casa | {_listed(home)} | {sum(chapter(n).minutes for n in home)}&nbsp;min |"])


def _listed(numbers: tuple[int, ...]) -> str:
    return " y ".join(f"{chapter(number).number} · {chapter(number).title}" for number in numbers)


def one_by_one() -> str:
    """De cada capítulo, sus objetivos y qué preguntar."""
    parts = []
    for one in CHAPTERS:
        asked = [question for question in questions() if question.chapter == int(one.number)]
        told = [f"**¿Qué preguntar?** {q.ask}\n\n> **Lo que sale**, en «{section(q)}». {q.answer}" for q in asked]
        parts.append("\n\n".join([f"### {one.number} · {one.title}", "\n".join(objectives(one)), *told]))
    return "\n\n".join(parts)


def variable(model: public.Public) -> str:
    """La variable de entorno que espera un modelo como ese."""
    fitting = [name for name, wanted in public.VARIABLES.items() if wanted == (model.role, model.instruct)]
    return next((name for name in fitting if name.removeprefix("CURSO_").lower() in model.alias), fitting[0])


def uses(name: str) -> str:
    """Los capítulos cuyas celdas preguntan por esa variable: «1, 2 y 3»."""
    asking = [one for one in CHAPTERS if any(name in NAMED.findall(cell.source) for cell in cells(one) if cell.cell_type == "code")]
    numbers = [str(int(one.number)) for one in asking if one.number != "15"]  # el 15 solo dice cuáles están puestas
    return " y ".join(filter(None, [", ".join(numbers[:-1]), *numbers[-1:]]))


def models_table() -> str:
    """Los modelos públicos con nombre corto, con lo que hay que saber para escoger uno."""
    rows = ["| Variable | Nombre corto | Parámetros | Descarga | Memoria en CPU | Licencia | Lee | Capítulos |",
            "|---|---|--:|--:|--:|---|---|---|"]  # fmt: skip
    for one in sorted(public.known().values(), key=lambda one: (list(public.VARIABLES).index(variable(one)), one.parameters)):
        memory = hardware.size_text(one.parameters * hardware.WIDTH["float32"] * hardware.OVERHEAD)
        sizes = " | ".join((hardware.count_text(one.parameters), hardware.size_text(one.bytes), memory))
        rows.append(f"| `{variable(one)}` | `{one.alias}` | {sizes} | {one.license} | {one.language} | {uses(variable(one))} |")
    return "\n".join(rows)


BLOCKS = {"capítulos": chapters_table, "sesiones": plan_table, "modelos": models_table, "uno a uno": one_by_one}


def page(text: str) -> str:
    """La página con sus cuatro bloques al día."""
    for name, content in BLOCKS.items():
        text = filled(text, f"<!-- {name}: lo escribe make colab -->", END, content())
    return text


def main() -> None:
    paths.write_whole(PAGE, page(PAGE.read_text("utf-8")))


if __name__ == "__main__":
    main()
