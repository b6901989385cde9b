"""Modelos por nombre: los de bolsillo, los públicos, una carpeta o un .gguf. Aquí, y solo aquí, se eligen el dispositivo y la precisión.

    models.load("decoder")                    # uno de bolsillo: está en models/, no sale a la red
    models.load("smollm2-135m")               # uno público con nombre corto (`models.public.known()`), siempre la misma revisión
    models.load("BSC-LT/salamandra-2b")       # cualquiera de Hugging Face, por su identificador
    models.load("descargas/SmolLM2.gguf")     # un fichero, o una carpeta, de esta máquina

Nunca se ejecuta código de un modelo: solo se leen safetensors y .gguf.
"""

from __future__ import annotations

from course_utils.models import hardware, public
from course_utils.models import sources as _sources
from course_utils.models.choosing import chosen, trying
from course_utils.models.errors import ModelError, WindowError
from course_utils.models.folder import CHECKSUMS, verify
from course_utils.models.language_model import LanguageModel
from course_utils.models.sources import available

__all__ = [
    "CHECKSUMS", "LanguageModel", "ModelError", "WindowError", "available", "chosen", "forget", "hardware", "load", "public", "trying",
    "verify",
]  # fmt: skip


def load(name: str = "decoder", *, device: str | None = None, dtype: str | None = None) -> LanguageModel:
    """Carga un modelo: de bolsillo, público, de una carpeta con el formato de Hugging Face o de un fichero .gguf.

    name: un nombre de `models.available()` o de `models.public.known()`, un identificador («org/modelo») o una ruta.
    device: «cpu», «cuda», «mps»… Sin él, los de bolsillo van a la CPU y los demás, a la GPU si la hay y caben.
    dtype: «float32», «bfloat16» o «float16». Sin él, float32 en la CPU y media precisión en la GPU.
    Devuelve la red en modo de evaluación; una segunda llamada igual devuelve el mismo objeto. Antes de cargar uno grande dice cuánto
    ocupa. Lanza ModelError, con una frase que lo explica, si falta, está dañado, no cabe o no se puede descargar.
    """
    return _sources.load(name, device=device, dtype=dtype)


def forget() -> None:
    """Suelta los modelos ya cargados y devuelve su memoria, también la de la GPU, en cuanto tu código tampoco los tenga."""
    _sources.forget()
