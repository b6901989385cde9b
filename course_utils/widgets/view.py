"""Lo que es un widget sin navegador: un estado, los gestos que lo cambian y cómo se cuenta con palabras o con una imagen fija."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Mapping

from course_utils.widgets.reading import sendable

LONGEST_STATUS = 600
KINDS = {"int": (int, "un número entero"), "str": (str, ""), "bool": (bool, "sí o no"), "dict": (dict, "un objeto")}


def in_ipython() -> bool:
    """Si hay un IPython en marcha que pueda mostrar algo más que texto. Preguntarlo no lo importa."""
    module = sys.modules.get("IPython")
    return module is not None and module.get_ipython() is not None


class View:
    """La vista de un widget, que basta para un programa: se calcula con los ajustes del principio y, mostrada, se describe.

    Una subclase pone TITLE (y PRONOUN, si no es «lo») y ACTIONS (gestos que admite), y define `current`, `draw`, `describe` y un
    `_on_gesto` por gesto, que devuelve el estado completo o, si pone "kind", otra respuesta.
    """

    TITLE = ""
    PRONOUN = "lo"  # «para usarlo», «para usarla»
    ACTIONS: tuple[str, ...] = ()

    def current(self) -> dict[str, object]:
        """El estado completo, como datos: lo pide el navegador al abrir el widget o al recargar la página."""
        raise NotImplementedError

    def draw(self) -> bytes:
        """La imagen fija (PNG) del estado actual."""
        raise NotImplementedError

    def describe(self) -> str:
        """El mismo estado en unas siete líneas de texto."""
        raise NotImplementedError

    def answer(self, message: dict[str, object]) -> dict[str, object]:
        """La respuesta a un gesto {"kind": …}. Un fallo se cuenta en la línea de estado y no toca lo que había."""
        kind = message.get("kind")
        if kind not in self.ACTIONS:
            return _status(f"Este widget no entiende la orden «{kind}».")
        arguments = {name: value for name, value in message.items() if name not in ("kind", "seq", "view")}
        try:
            gesture = getattr(self, f"_on_{kind}")
            check(gesture, arguments)
            return {"kind": "snapshot", **gesture(**arguments)}
        except ValueError as error:
            return _status(str(error))
        except KeyboardInterrupt:
            return _status("Cuenta interrumpida. Todo sigue como estaba.")
        except Exception as error:  # el kernel debe seguir vivo y quien aprende, saber qué ha pasado
            why = f"{type(error).__name__}: {error}"
            return _status(f"No he podido hacerlo ({why}). Todo sigue como estaba; prueba con otro texto u otros ajustes.")

    def _on_hello(self) -> dict[str, object]:
        return self.current()

    def send(self, content: dict[str, object], buffers: list[bytes] | None = None) -> None:
        """No hay nadie al otro lado: lo que se mueve desde Python cambia el estado y no se envía."""

    def __repr__(self) -> str:
        return self.describe()

    def _ipython_display_(self, **_: object) -> None:
        print(self.describe())


def check(gesture: Callable[..., object], values: Mapping[str, object]) -> None:
    """Que a un gesto le llegue lo que espera, según su firma. Lanza ValueError, con una frase, si falta algo, sobra o es de otra clase."""
    signature = inspect.signature(gesture)
    try:
        signature.bind(**values)
    except TypeError as error:
        raise ValueError("Ese gesto llega incompleto o con datos de más: vuelve a ejecutar la celda y repítelo.") from error
    for name, value in values.items():
        wanted = str(signature.parameters[name].annotation) if name in signature.parameters else ""
        kind, article = KINDS.get(wanted.partition(" |")[0].partition("[")[0], (object, ""))
        free = value is None and "None" in wanted
        if kind is str and not free:
            sendable(value)     # ValueError, con su frase, si no es un texto
        if not free and (not isinstance(value, kind) or (kind is int and isinstance(value, bool))):
            raise ValueError(f"«{name}» tendría que ser {article} y he recibido {repr(value)[:60]}.")


def _status(text: str) -> dict[str, object]:
    """Una línea de estado que siempre se puede enviar y leer: sin medias letras y sin páginas enteras."""
    return {"kind": "status", "status": sendable(text if len(text) <= LONGEST_STATUS else text[:LONGEST_STATUS] + "…")}
