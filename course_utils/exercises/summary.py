"""El resumen del progreso por capítulo, para el índice del curso."""

from __future__ import annotations

import html
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from . import logbook, questions
from .core import Exercise
from .reply import PROGRESS, framed, marked, printable, show

BAR = 10  # cuadros, como mucho
MARKS = {logbook.DONE: ("✓", "resuelto"), logbook.STARTED: ("…", "empezado"), "": ("○", "sin empezar")}


@dataclass(frozen=True)
class Chapter:
    """Un capítulo con ejercicios: su número, su título y el estado de cada uno («resuelto», «empezado» o vacío)."""

    number: int
    title: str
    states: dict[str, str]

    @property
    def solved(self) -> int:
        return sum(state == logbook.DONE for state in self.states.values())

    @property
    def line(self) -> str:
        """«Capítulo 14 · Parámetros…: 1 de 4 resueltos»."""
        return f"Capítulo {self.number} · {self.title}: {self.solved} de {len(self.states)} resueltos"

    @property
    def bar(self) -> str:
        """«■■□□»: los resueltos y los que faltan."""
        return blocks(self.solved, len(self.states))

    @property
    def marks(self) -> str:
        """«✓ temperatura (resuelto), ○ top_k (sin empezar)»."""
        return ", ".join(f"{MARKS[state][0]} {name} ({MARKS[state][1]})" for name, state in self.states.items())


@dataclass(frozen=True)
class SelfTest:
    """La autoevaluación del capítulo 15: cómo fue cada pregunta, según `questions.remembered`."""

    states: dict[int, str]
    number: int = 15

    @property
    def line(self) -> str:
        """«Capítulo 15 · Autoevaluación: 12 de 30 acertadas»."""
        return f"Capítulo {self.number} · Autoevaluación: {self.right} de {len(self.states)} acertadas"

    @property
    def bar(self) -> str:
        return blocks(self.right, len(self.states))

    @property
    def marks(self) -> str:
        return questions.verdict(self.states)

    @property
    def right(self) -> int:
        """Las acertadas, a la primera o después."""
        return sum(state in (questions.FIRST, questions.LATER) for state in self.states.values())


def blocks(done: int, total: int) -> str:
    """«■■■□□»: un cuadro por cada uno, o diez si son más. Algo empezado se ve, y lo que no está acabado no se ve lleno."""
    width = min(total, BAR)
    full = round(width * done / total)
    full = min(max(full, min(done, 1)), width - (done < total))
    return "■" * full + "□" * (width - full)


@dataclass(frozen=True, repr=False)
class Summary:
    """Lo que llevas hecho, ya mostrado; ``problem`` es una frase si el fichero de progreso no se pudo leer bien."""

    chapters: tuple[Chapter, ...]
    problem: str = ""
    self_test: SelfTest | None = None

    @property
    def parts(self) -> list[Chapter | SelfTest]:
        """Los capítulos y la autoevaluación, por su orden."""
        return sorted([*self.chapters, *([self.self_test] if self.self_test else [])], key=lambda part: part.number)

    @property
    def solved(self) -> str:
        """«12 de 61 ejercicios»."""
        return f"{sum(c.solved for c in self.chapters)} de {sum(len(c.states) for c in self.chapters)} ejercicios"

    def __repr__(self) -> str:
        return f"<Progreso: {self.solved}>"

    def __str__(self) -> str:
        lines = [PROGRESS.word, *(f"{part.bar} {part.line}\n    {part.marks}" for part in self.parts), self.problem]
        return printable("\n".join(line for line in lines if line))

    def html(self) -> str:
        rows = "".join(map(_item, self.parts))
        problem = f"<p>{marked(self.problem)}</p>" if self.problem else ""
        return framed(f"<p><strong>{PROGRESS.word}</strong></p><ul>{rows}</ul>{problem}", PROGRESS.color)

    def _ipython_display_(self) -> None:
        """Vacío a propósito: el resumen ya se mostró."""


def _item(part: Chapter | SelfTest) -> str:
    bar = f'<span aria-hidden="true">{part.bar}</span>'
    marks = html.escape(part.marks)
    if isinstance(part, Chapter):  # cada marca, en el mismo renglón que su nombre
        marks = ", ".join(f'<span style="white-space:nowrap">{mark}</span>' for mark in marks.split(", "))
    return f"<li>{bar} {html.escape(part.line)}<br><small>{marks}</small></li>"


def progress() -> Summary:
    """Muestra lo que llevas hecho en cada capítulo y lo devuelve."""
    summary = gathered(*logbook.entries())
    show(summary.html(), str(summary))
    return summary


def gathered(noted: Mapping[str, Mapping[str, Any]], problem: str = "") -> Summary:
    """El resumen de unas anotaciones, sin mostrarlo."""
    return Summary(tuple(_chapter(name, noted) for name in chapter_names()), problem, SelfTest(questions.remembered(noted)))


def chapter_names() -> list[str]:
    """Los módulos de ejercicios que hay: [«chapter_02», «chapter_14»]."""
    package = import_module(__package__)
    return sorted(module.name for module in pkgutil.iter_modules(package.__path__) if module.name.startswith("chapter_"))


def exercises_of(chapter: str) -> list[Exercise]:
    """Los ejercicios de un módulo («chapter_14»), en su orden."""
    return [value for value in vars(import_module(f"{__package__}.{chapter}")).values() if isinstance(value, Exercise)]


def _chapter(name: str, noted: Mapping[str, Mapping[str, Any]]) -> Chapter:
    module, exercises = import_module(f"{__package__}.{name}"), exercises_of(name)
    states = {exercise.name: noted.get(exercise.key, {}).get("resultado", "") for exercise in exercises}
    return Chapter(int(name.removeprefix("chapter_")), module.TITLE, states)
