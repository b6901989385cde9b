"""El lienzo común: título, dibujo y pie, siempre con el mismo ancho, los mismos márgenes y los mismos bytes al guardar."""

from __future__ import annotations

import hashlib
import io
import math
import os
import re
import tempfile
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from course_utils.diagrams import Diagram, column, figure, paragraph, space
from course_utils.figures.png import encode

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WIDTH, MARGIN = 10.4 * 72, 18.0  # puntos
BODY = WIDTH - 2 * MARGIN  # lo que puede ocupar un dibujo
DPI = 130
OUTLINE, DECIMALS = re.compile(r' d="[^"]*"'), re.compile(r"-?\d+\.\d{3,}")


@dataclass(frozen=True)
class Scene:
    """Lo que devuelve la función de una figura: el dibujo, un pie y los datos que completan el título y el texto alternativo."""

    body: Diagram
    facts: Mapping[str, str] = field(default_factory=dict)
    caption: str = ""


def compose(scene: Scene, title: str) -> Figure:
    """La figura entera, con el tema activo. ValueError si el dibujo no cabe en el ancho."""
    if scene.body.width > BODY + 0.5:
        raise ValueError(f"El dibujo mide {scene.body.width:.0f} puntos de ancho y caben {BODY:.0f}: estréchalo.")
    foot = [space(height=14), paragraph(scene.caption, BODY, 10.5, role="quiet")] if scene.caption else []
    sheet = column(paragraph(title, BODY, 15.5), space(height=16), scene.body, *foot)
    sheet = sheet.framed(BODY).pad(MARGIN, 14)
    return figure(sheet.framed(height=math.ceil(sheet.height * DPI / 72) * 72 / DPI))  # píxeles enteros


def png(drawn: Figure) -> bytes:
    """La figura en PNG de 256 colores, sin fecha ni versión: la misma figura da los mismos bytes."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    painter, before = FigureCanvasAgg(drawn), drawn.dpi
    drawn.set_dpi(DPI)
    with _repeatable():
        painter.draw()
    drawn.set_dpi(before)
    return encode(np.asarray(painter.buffer_rgba())[:, :, :3])


def svg(drawn: Figure, title: str, alternative: str) -> bytes:
    """La figura en SVG, con su título y su descripción dentro, sin fecha y con identificadores repetibles."""
    buffer = io.BytesIO()
    words = {"Date": None, "Creator": None, "Title": title, "Description": alternative}
    with _repeatable():
        drawn.savefig(buffer, format="svg", facecolor=drawn.get_facecolor(), metadata=words)
    return "\n".join(line.rstrip() for line in _rounded(buffer.getvalue().decode()).splitlines()).encode() + b"\n"


def _rounded(drawing: str) -> str:
    """Los trazos, con dos decimales (matplotlib escribe seis): en un dibujo de puntos, la cuarta parte de su peso."""

    def outline(found: re.Match[str]) -> str:
        return DECIMALS.sub(lambda number: f"{float(number[0]):.2f}".rstrip("0").rstrip("."), found[0])

    return OUTLINE.sub(outline, drawing)


def _repeatable() -> AbstractContextManager[None]:
    import matplotlib

    return matplotlib.rc_context({"svg.hashsalt": "curso", "svg.fonttype": "path", "text.hinting": "no_hinting"})


def write(path: Path, data: bytes) -> None:
    """Escribe el fichero entero o no lo toca."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
