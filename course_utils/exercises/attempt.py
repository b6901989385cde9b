"""Probar la función de quien aprende sin que nada se rompa: qué devuelve, o una frase clara sobre qué le pasa."""

from __future__ import annotations

import dis
import inspect
import reprlib
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from types import CodeType
from typing import Any

SILENT = {"RESUME", "NOP", "CACHE", "COPY_FREE_VARS", "MAKE_CELL"}
BLANK_BODIES = (["LOAD_CONST", "RETURN_VALUE"], ["RETURN_CONST"])
SPANISH_TYPES = {
    "NoneType": "`None`", "ellipsis": "`...`", "str": "un texto", "bool": "un booleano", "int": "un entero", "float": "un número",
    "complex": "un número complejo", "list": "una lista", "tuple": "una tupla", "set": "un conjunto", "frozenset": "un conjunto",
    "dict": "un diccionario", "function": "una función", "generator": "un generador", "coroutine": "una corrutina (`async def`)",
    "Tensor": "un tensor", "ndarray": "un array",
}  # fmt: skip


class Unreadable(ValueError):
    """La respuesta no es de la clase que pide el ejercicio; su texto completa la frase «tu función …»."""


@dataclass(frozen=True)
class Attempt:
    """Lo que pasó en una prueba: un valor legible, o el problema que impidió tenerlo."""

    value: Any = None
    problem: str = ""
    raised: bool = False
    changed: bool = False  # modificó lo que recibía


def is_blank(answer: Any) -> bool:
    """Si sigue intacta: vale ``...`` o es una función que no hace nada.

    Mira las instrucciones compiladas, así que no necesita el código fuente y sirve en un cuaderno, en un programa y en
    la consola. Python compila igual ``...``, ``pass`` y ``return None``: los tres cuentan como función que no hace nada.
    """
    if answer is Ellipsis:
        return True
    code = _code(answer) if callable(answer) else None
    if code is None:
        return False
    steps = [step for step in dis.get_instructions(code) if step.opname not in SILENT]
    return [step.opname for step in steps] in BLANK_BODIES and (steps[0].argval is None or steps[0].argval is Ellipsis)


def _code(function: Callable) -> CodeType | None:
    """El código de una función, también si va decorada; None si no lo tiene o no deja que se mire."""
    try:
        found = getattr(inspect.unwrap(function), "__code__", None)
    except Exception:
        return None
    return found if inspect.iscode(found) else None


def attempt(function: Callable, given: tuple, read: Callable[[Any], Any], prepare: Callable[[Any], Any] = deepcopy) -> Attempt:
    """Llama a ``function`` con copias de ``given`` y lee lo que devuelve.

    ``prepare`` da a cada argumento la forma en que lo recibe quien aprende; ``read`` lo convierte en datos de Python o
    lanza ``Unreadable``. Un bucle sin fin no se puede evitar desde aquí: la celda se para con el botón ■ de Jupyter.
    """
    arguments, untouched = [prepare(x) for x in given], [prepare(x) for x in given]
    try:
        inspect.signature(function).bind(*arguments)
    except TypeError:
        return Attempt(problem=f"tu función no acepta {len(arguments)} {'argumento' if len(arguments) == 1 else 'argumentos'}", raised=True)
    except Exception:
        pass  # funciones en C sin firma, u objetos que no dejan que se mire: se prueban sin más
    try:
        result = function(*arguments)
    except KeyboardInterrupt:
        raise  # es quien aprende, que ha pulsado ■
    except BaseException as error:
        return Attempt(problem=_stopped(function, error), raised=True)
    return _reading(result, read, changed=any(map(_changed, arguments, untouched)))


def _changed(now: Any, before: Any) -> bool:
    """Si un argumento ya no es lo que era; si ha dejado dentro algo que ni se puede comparar, lo ha cambiado."""
    try:
        return bool(plain(now) != plain(before))
    except Exception:
        return True


def _reading(result: Any, read: Callable[[Any], Any], changed: bool) -> Attempt:
    try:
        return Attempt(value=read(result), changed=changed)
    except Unreadable as error:
        return Attempt(problem=str(error))
    except KeyboardInterrupt:
        raise
    except BaseException:  # un objeto puede lanzar lo que quiera al mirarlo
        return Attempt(problem=f"tu función devuelve {described(result)}, que no sé leer")


def _stopped(function: Callable, error: BaseException) -> str:
    where = _line(function, error)
    message = " ".join(_safe(lambda: str(error))[:200].split()).rstrip(".")
    advice = " (aún queda algún `...` por cambiar)" if "ellipsis" in message.lower() else ""
    return f"tu función se detiene{where} con {type(error).__name__}{': ' if message else ''}{message}{advice}"


def _line(function: Callable, error: BaseException) -> str:
    """« en su línea 3», contando desde su ``def``; nada si el error no nació en ella."""
    code, trace, line = _code(function), error.__traceback__, None
    while trace:
        line = trace.tb_lineno if code and trace.tb_frame.f_code is code else line
        trace = trace.tb_next
    return f" en su línea {line - code.co_firstlineno + 1}" if line else ""


def plain(value: Any) -> Any:
    """Tensores y arrays como listas; lo demás, como está."""
    return value.tolist() if hasattr(value, "tolist") else value


def as_tensor(value: Any) -> Any:
    """Al revés: las listas, como tensor de float32; los números, como están."""
    if not isinstance(value, list):
        return value
    import torch

    return torch.tensor(value, dtype=torch.float32)


def described(value: Any) -> str:
    """«un texto: 'hola'»: qué es y cuánto vale, en pocas letras y sin fiarse de su ``repr``."""
    name = type(value).__name__
    kind = SPANISH_TYPES.get(name, f"un objeto de tipo `{name}`")
    if value is None or value is Ellipsis:
        return kind
    worth = " ".join(_safe(lambda: reprlib.repr(value))[:80].split())
    return kind if worth.startswith("<") else f"{kind} ({worth})"


def nothing(value: Any) -> None:
    """Lanza ``Unreadable`` si la función no devolvió nada."""
    if value is None:
        raise Unreadable("tu función devuelve `None`: ¿le falta un `return`?")
    if value is Ellipsis:
        raise Unreadable("tu función devuelve `...`: cambia esos puntos suspensivos por tu respuesta")


def _safe(text: Callable[[], str]) -> str:
    try:
        return text()
    except KeyboardInterrupt:
        raise
    except BaseException:
        return "no se puede mostrar"
