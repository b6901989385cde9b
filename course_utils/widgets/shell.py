"""La cáscara común de los widgets: recibe gestos del navegador, contesta con datos y deja una imagen fija donde no hay kernel."""

from __future__ import annotations

import base64
from html import escape

import anywidget
import traitlets

VIEW = "application/vnd.jupyter.widget-view+json"


class CourseWidget(anywidget.AnyWidget):
    """Base de los widgets del curso.

    Una subclase pone `_esm`, `_css`, TITLE y ACTIONS (gestos que admite), y define `current`, `draw` y `describe`.
    """

    TITLE = ""
    ACTIONS: tuple[str, ...] = ()
    snapshot = traitlets.Dict().tag(sync=True, to_json=lambda _, widget: widget.current())

    def __init__(self) -> None:
        super().__init__()
        self.on_msg(self._receive)

    def current(self) -> dict[str, object]:
        """El estado completo, como datos: lo pide el navegador al abrir el widget o al recargar la página."""
        raise NotImplementedError

    def draw(self) -> bytes:
        """La imagen fija (PNG) del estado actual."""
        raise NotImplementedError

    def describe(self) -> str:
        """El mismo estado en unas siete líneas de texto."""
        raise NotImplementedError

    def _receive(self, _widget: object, content: dict[str, object], _buffers: object) -> None:
        """Un gesto → una respuesta, siempre: también cuando algo falla, para que el navegador no se quede esperando."""
        self.send({**self.answer(content), "seq": content.get("seq"), "view": content.get("view")})

    def answer(self, message: dict[str, object]) -> dict[str, object]:
        """La respuesta a un gesto {"kind": …}. Un fallo se cuenta en la línea de estado y no toca lo que había."""
        kind = message.get("kind")
        if kind not in self.ACTIONS:
            return {"kind": "status", "status": f"Este widget no entiende la orden «{kind}»."}
        arguments = {name: value for name, value in message.items() if name not in ("kind", "seq", "view")}
        try:
            return getattr(self, f"_on_{kind}")(**arguments)
        except ValueError as error:
            return {"kind": "status", "status": str(error)}
        except KeyboardInterrupt:
            return {"kind": "status", "status": "Cuenta interrumpida. Todo sigue como estaba."}
        except Exception as error:  # el kernel debe seguir vivo y quien aprende, saber qué ha pasado
            name = type(error).__name__
            return {
                "kind": "status",
                "status": f"No he podido hacerlo ({name}: {error}). Todo sigue como estaba; prueba con otro texto u otros ajustes.",
            }

    def _on_hello(self) -> dict[str, object]:
        return {"kind": "snapshot", **self.current()}

    def __repr__(self) -> str:
        return self.describe()

    def _repr_mimebundle_(self, **_: object) -> tuple[dict[str, object], dict[str, object]]:
        """La vista viva y, para quien no pueda mostrarla, la imagen fija y el texto."""
        data, metadata = super()._repr_mimebundle_()
        image = base64.b64encode(self.draw()).decode("ascii")
        return {VIEW: data[VIEW], "image/png": image, "text/plain": self.describe()}, metadata

    def _ipython_display_(self, **_: object) -> None:
        """Publica tres salidas seguidas: la vista, la imagen fija y su texto alternativo, plegado.

        JupyterLab no cae a la imagen de la misma salida cuando un cuaderno guardado se abre sin kernel («model not
        found»): por eso la imagen va aparte. Mientras la vista vive, la hoja de estilo esconde las otras dos.
        """
        from IPython.core.interactiveshell import InteractiveShell
        from IPython.display import display

        if not InteractiveShell.initialized():
            print(self.describe())
            return
        bundle, metadata = self._repr_mimebundle_()
        title, text = f"{self.TITLE}: para usarlo, ejecuta esta celda.", bundle["text/plain"]
        display({VIEW: bundle[VIEW], "text/plain": title}, metadata=metadata, raw=True)
        display({"image/png": bundle["image/png"], "text/plain": f"Imagen fija: {self.TITLE.lower()}."}, raw=True)
        display({"text/html": _alternative(text), "text/plain": text}, raw=True)


def _alternative(text: str) -> str:
    body = f"<pre style='white-space: pre-wrap; margin: .5em 0 0'>{escape(text)}</pre>"
    title = "<summary style='cursor: pointer'>La imagen, contada con palabras</summary>"
    return f"<details class='curso-alternativa' style='font-size: 90%; opacity: .85'>{title}{body}</details>"
