"""Lo que el ejercicio contesta: una tarjeta que se lee en un cuaderno, claro u oscuro, y en una terminal."""

from __future__ import annotations

import html
import re
import sys
import unicodedata
from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True)
class Style:
    """Símbolo y palabra, que bastan para entenderlo, y el color del borde, que solo acompaña."""

    symbol: str
    word: str
    color: str  # tono medio: contrasta con papel blanco y con papel casi negro


class Outcome(Enum):
    """Los tres resultados posibles de una corrección."""

    UNTOUCHED = Style("…", "Sin responder todavía", "#7A8190")
    WRONG = Style("✗", "Todavía no", "#D1406F")
    RIGHT = Style("✓", "Correcto", "#168A80")


HINT = Style("?", "Pista", "#3D82C4")
SOLUTION = Style("→", "Solución", "#B8651B")
PROGRESS = Style("•", "Tu progreso", "#7A8190")


@dataclass(frozen=True, repr=False)
class Reply:
    """Una respuesta ya mostrada: ``outcome`` dice cuál de los tres resultados fue (None en pistas y soluciones).

    El texto admite párrafos separados por una línea en blanco y `código` entre acentos graves; todo lo demás se
    muestra tal cual, sin interpretar.
    """

    style: Style
    text: str
    code: str = ""
    note: str = ""
    outcome: Outcome | None = None

    def __repr__(self) -> str:
        return f"<{self.style.word}>"

    def __str__(self) -> str:
        """Para la terminal: los mismos datos sin etiquetas ni colores."""
        parts = [f"{self.style.symbol} {self.style.word}. {self.text}", self.code, self.note]
        return printable("\n\n".join(part for part in parts if part))

    def html(self) -> str:
        """Para el cuaderno: hereda letra, tinta y fondo del tema; solo pone un borde."""
        heading = f'<strong><span aria-hidden="true">{self.style.symbol}</span> {html.escape(self.style.word)}.</strong> '
        body = f"<p>{heading}{paragraphs(self.text)}</p>"
        if self.code:
            body += f'<pre style="overflow-x:auto;background:transparent"><code>{html.escape(printable(self.code))}</code></pre>'
        if self.note:
            body += f"<p>{paragraphs(self.note)}</p>"
        return framed(body, self.style.color)

    def _ipython_display_(self) -> None:
        """Vacío a propósito: la tarjeta ya se mostró, y no debe repetirse por ser el último valor de una celda."""


def framed(body: str, color: str) -> str:
    """Un recuadro con borde de color que deja fondo y tinta al tema del cuaderno."""
    return f'<div style="border-left:4px solid {color};padding:0 1em;max-width:48em;color:inherit;background:transparent">{body}</div>'


def marked(text: str) -> str:
    """Texto hostil → HTML inofensivo, con lo que va entre acentos graves como código."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(printable(text)))


def paragraphs(text: str) -> str:
    """Lo mismo, con un párrafo nuevo en cada línea en blanco."""
    return marked(text).replace("\n\n", "</p><p>")


def printable(text: str) -> str:
    """El mismo texto con los caracteres de control, bidireccionales y sueltos escritos a la vista («\\x1b»)."""
    visible = (c if c == "\n" or unicodedata.category(c) not in ("Cc", "Cf", "Cs") else c.encode("unicode_escape").decode() for c in text)
    return "".join(visible)


def show(markup: str, plain: str) -> None:
    """Muestra HTML si hay un cuaderno delante y texto si es un programa, aunque su terminal no sepa escribir «✓»."""
    ipython = sys.modules.get("IPython")
    if ipython is not None and ipython.get_ipython() is not None:
        from IPython.display import display

        display({"text/html": markup, "text/plain": plain}, raw=True)
        return
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    print(plain.encode(encoding, "replace").decode(encoding))


def shown(reply: Reply) -> Reply:
    """Muestra la tarjeta y la devuelve."""
    show(reply.html(), str(reply))
    return reply
