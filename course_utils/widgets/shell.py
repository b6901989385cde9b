"""La cáscara común de los widgets: recibe gestos del navegador, contesta con datos y deja una imagen fija donde no hay kernel."""

from __future__ import annotations

import base64
from html import escape

import anywidget
import traitlets

from course_utils.widgets.view import View, in_ipython

VIEW = "application/vnd.jupyter.widget-view+json"


class CourseWidget(anywidget.AnyWidget, View):
    """La vista con navegador: una subclase pone `_esm` y `_css`, además de lo que pide `View`."""

    snapshot = traitlets.Dict().tag(sync=True, to_json=lambda _, widget: widget.current())
    __repr__ = View.__repr__  # el de ipywidgets enumera sus atributos

    def __init__(self) -> None:
        super().__init__()
        self.on_msg(self._receive)

    def _receive(self, _widget: object, content: dict[str, object], _buffers: object) -> None:
        """Un gesto → una respuesta, siempre: también cuando algo falla, para que el navegador no se quede esperando."""
        content = content if isinstance(content, dict) else {}
        reply = {**self.answer(content), "seq": content.get("seq"), "view": content.get("view")}
        buffers = reply.pop("buffers", None)
        self.send(reply, buffers)

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
        if not in_ipython():
            print(self.describe())
            return
        from IPython.display import display

        bundle, metadata = self._repr_mimebundle_()
        title, text = f"{self.TITLE}: para usar{self.PRONOUN}, ejecuta esta celda.", bundle["text/plain"]
        display({VIEW: bundle[VIEW], "text/plain": title}, metadata=metadata, raw=True)
        display({"image/png": bundle["image/png"], "text/plain": f"Imagen fija: {self.TITLE.lower()}."}, raw=True)
        display({"text/html": _alternative(text), "text/plain": text}, raw=True)


class BinaryWidget(CourseWidget):
    """Una vista cuyos datos grandes viajan como bytes y no como JSON: una subclase define además `packet`."""

    payload = traitlets.Bytes().tag(sync=True, to_json=lambda _, widget: widget.packet())

    def packet(self) -> bytes:
        """Los bytes del estado actual."""
        raise NotImplementedError


def _alternative(text: str) -> str:
    body = f"<pre style='white-space: pre-wrap; margin: .5em 0 0'>{escape(text)}</pre>"
    title = "<summary style='cursor: pointer'>La imagen, contada con palabras</summary>"
    return f"<details class='curso-alternativa' style='font-size: 90%; opacity: .85'>{title}{body}</details>"
