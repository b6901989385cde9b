"""Figura del capítulo 5: qué hay en la ventana de contexto."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course_utils.figures import window
from course_utils.figures.canvas import Scene
from course_utils.figures.registry import figure

if TYPE_CHECKING:
    from course_utils.models import LanguageModel


@figure(3, models=("instruct",))
def llm_03(instruct: LanguageModel) -> Scene:
    """El prompt y la completion comparten la ventana de contexto, y se cuentan en tokens

    Una ejecución del modelo de instrucciones de bolsillo, token a token. Arriba, el prompt en fichas: un cuento de tres frases, la
    orden «{orden}» y, rayadas, las marcas de la plantilla (el inicio, «usuario» y «asistente»): {prompt} tokens. En medio, la
    completion, «{completion}», y el token de fin: {escritos} tokens, cada uno escrito en un paso. Abajo, la ventana entera como una
    rejilla de {ventana} casillas, una por token: primero las del prompt, luego las de la completion y, vacías, las {libres} que quedan.
    """
    found = window.run(instruct)
    facts = {"orden": window.ORDER, "prompt": str(len(found.prompt)), "completion": found.text.strip()}
    facts |= {"escritos": str(len(found.completion)), "ventana": str(found.window), "libres": str(found.free)}
    caption = (
        "Del modelo de instrucciones de bolsillo, con decodificación voraz. Una ficha por token: las que van pegadas forman una palabra. "
        "Las rayadas las pone la plantilla, y también ocupan sitio."
    )
    return Scene(window.drawn(found), facts, caption)
