"""El modelo real de un capítulo: el que elige una variable de entorno, y qué pasa si no hay o si a mitad de la celda algo no cabe."""

from __future__ import annotations

import os
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

from course_utils.models import failures, public, sources
from course_utils.models.errors import ModelError
from course_utils.models.language_model import LanguageModel


def chosen(variable: str) -> LanguageModel | None:
    """El modelo que la variable de entorno `variable` elige (como en `load`), o None, tras explicarlo, si no elige ninguno.

    Si lo elegido no se puede cargar, o hace otra cosa de la que pide la variable (un codificador en CURSO_DECODIFICADOR), dice por qué
    y devuelve también None: el capítulo sigue con el modelo de bolsillo.
    """
    name = os.environ.get(variable, "").strip()
    if not name:
        print(f"Sin modelo real: la variable de entorno {variable} no está puesta. El capítulo sigue igual sin él.")
        return None
    role, instruct = public.VARIABLES.get(variable, (None, False))
    try:
        found = sources.load(name, role=role)
        if instruct and not found.tokenizer.chat_template:
            raise ModelError(f"«{found.name}» no tiene plantilla de conversación, y aquí hace falta un modelo que converse; "
                             "prueba con «smollm2-135m-instruct».")  # fmt: skip
    except ModelError as error:
        print(f"No se ha podido cargar el modelo de {variable}: {error}")
        return None
    return found


@contextmanager
def trying(variable: str) -> Iterator[LanguageModel | None]:
    """Como `chosen`, y además, si lo que hay dentro del `with` no le cabe al modelo o agota la memoria, lo dice en una frase y sigue.

        with models.trying("CURSO_DECODIFICADOR") as real:
            if real:
                print(generation.generate(real, "Había una vez"))

    Al salir devuelve la memoria que ya no use nadie, también la de la GPU. Cualquier otro error sale como siempre.
    """
    found = chosen(variable)
    try:
        yield found
    except Exception as error:
        said = failures.halfway(error, found.name) if found else None
        if said is None:
            raise
        traceback.clear_frames(error.__traceback__)    # lo que quedó a medias también ocupaba sitio
        print(f"{said} El capítulo sigue sin él.")
    finally:
        sources.tidy()
