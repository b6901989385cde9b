"""Qué figura toca a cada capítulo y qué función la dibuja.

Una figura es una función de `course_utils/figures/chapter_NN.py` con `@figure(número, models=(…))`: recibe esos modelos,
los ejecuta y devuelve una `Scene`. Su docstring es el texto que leerá quien no la ve: el primer párrafo, el título; el
resto, la alternativa. Los «{huecos}» se llenan con los `facts` de la escena, para que los números sean los de la ejecución.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from course_utils.figures.canvas import Scene

CHAPTERS: dict[str, tuple[int, ...]] = {
    "02_que_es_un_modelo_de_lenguaje": (1,),
    "04_que_tamano_tiene_un_llm": (2,),
    "05_como_se_interactua_con_los_llm": (3,),
    "06_casos_de_uso": (4,),
    "07_como_funcionan_los_llm": tuple(range(5, 14)),
    "08_generacion_de_texto": (14, 15, 16),
    "09_variaciones_de_la_arquitectura": (17, 18, 19),
    "10_prompting": (20, 21, 22),
    "11_fine_tuning": tuple(range(23, 28)),
    "12_lora": (28, 29, 30),
    "13_prompting_suave": (31, 32, 33),
    "14_parametros_de_inferencia": tuple(range(34, 39)),
}
NUMBERS = tuple(number for numbers in CHAPTERS.values() for number in numbers)


@dataclass(frozen=True)
class Entry:
    """Una figura registrada: su número, los modelos que pide y la función que la dibuja."""

    number: int
    models: tuple[str, ...]
    function: Callable[..., Scene]

    @property
    def name(self) -> str:
        return name(self.number)

    def texts(self, scene: Scene) -> tuple[str, str]:
        """Título y texto alternativo, con los datos de la escena en su sitio. ValueError si falta alguno."""
        head, _, rest = inspect.cleandoc(self.function.__doc__ or "").partition("\n\n")
        try:
            title, alternative = (" ".join(part.split()).format(**scene.facts) for part in (head, rest))
        except KeyError as missing:
            raise ValueError(f"El texto de {self.name} pide el dato {missing} y la escena no lo trae.") from None
        if not title or not alternative:
            raise ValueError(f"{self.name} necesita un docstring con título, una línea en blanco y texto alternativo.")
        return title, alternative


_entries: dict[int, Entry] = {}


def figure(number: int, *, models: tuple[str, ...] = ()) -> Callable[[Callable[..., Scene]], Callable[..., Scene]]:
    """Registra la función que sigue como la que dibuja la figura `number` con esos modelos."""
    check(number)

    def register(function: Callable[..., Scene]) -> Callable[..., Scene]:
        if number in _entries and _entries[number].function.__module__ != function.__module__:
            raise ValueError(f"{name(number)} ya la dibuja {_entries[number].function.__module__}: quita una de las dos.")
        _entries[number] = Entry(number, models, function)
        return function

    return register


def entries() -> dict[int, Entry]:
    """Número → figura, por orden, con todas las que hay escritas."""
    for path in sorted(Path(__file__).parent.glob("chapter_*.py")):
        import_module(f"{__package__}.{path.stem}")
    return dict(sorted(_entries.items()))


def entry(number: int) -> Entry:
    """La figura `number`. ValueError si el curso no la tiene o aún no está escrita."""
    check(number)
    found = entries().get(number)
    if found is None:
        raise ValueError(f"La figura {name(number)} aún no está dibujada; hay: {', '.join(map(name, entries()))}.")
    return found


def name(number: int) -> str:
    """34 → «LLM_34», el nombre de su fichero."""
    return f"LLM_{number:02d}"


def check(number: int) -> None:
    """ValueError si el curso no tiene ninguna figura con ese número."""
    if isinstance(number, bool) or number not in NUMBERS:
        raise ValueError(f"No hay figura {number!r}: el curso tiene de la {min(NUMBERS)} a la {max(NUMBERS)}.")
