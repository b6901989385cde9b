"""Enseñar una figura guardada donde sea: JupyterLab, Colab, VS Code, GitHub, un HTML exportado o un programa sin IPython."""

from __future__ import annotations

import base64
import html
import sys
from pathlib import Path

from course_utils import paths
from course_utils.figures import registry, store

SHOWN_WIDTH = 1040  # píxeles: el ancho para el que están pensadas las letras


def show(number: int, *, folder: Path | None = None) -> None:
    """Enseña la figura `number` y, plegada debajo, su descripción para quien no la ve.

    Usa el PNG guardado: no ejecuta ningún modelo. En un programa escribe lo que el cuaderno guarda como texto: el
    título («Figura LLM_34: …») y la descripción.
    ValueError si el número no existe; FileNotFoundError si la figura no está guardada.
    """
    record, picture = _record(number, folder or paths.FIGURES)
    title, description = f"Figura {registry.name(number)}: {record['title']}", f"Descripción: {record['alternative']}"
    if not _interactive():
        print(title, description, sep="\n")
        return
    _publish({"image/png": base64.b64encode(picture).decode(), "text/plain": title}, {"image/png": {"width": SHOWN_WIDTH}})
    _publish({"text/html": details(record["alternative"]), "text/plain": description}, {})


def alternative(number: int, *, folder: Path | None = None) -> str:
    """El texto alternativo de la figura guardada: lo que dice a quien no la ve."""
    return _record(number, folder or paths.FIGURES)[0]["alternative"]


def details(text: str) -> str:
    """La descripción, plegada y discreta, en HTML."""
    return (
        f'<details style="font-size:0.9em;opacity:0.85"><summary>Descripción de la figura</summary>'
        f'<p style="max-width:70ch">{html.escape(text)}</p></details>'
    )


def _record(number: int, folder: Path) -> tuple[dict[str, str], bytes]:
    registry.check(number)
    name = registry.name(number)
    record, path = store.manifest(folder).get(name), folder / f"{name}.png"
    if record is None or not path.is_file():
        raise FileNotFoundError(f"Falta la figura {name} en «{folder}»: dibújala con «make figures» o vuelve a descargar el curso.")
    return record, path.read_bytes()


def _interactive() -> bool:
    shell = sys.modules.get("IPython")
    return shell is not None and shell.get_ipython() is not None


def _publish(data: dict[str, str], metadata: dict[str, dict[str, int]]) -> None:
    from IPython.display import display

    display(data, metadata=metadata, raw=True)
