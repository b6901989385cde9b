"""Escribe ``notebooks/00_indice.ipynb`` y la tabla del README a partir de ``tools/chapters.py``: ``python -m tools.build_index``."""

from __future__ import annotations

import nbformat
from nbformat.v4 import new_markdown_cell, new_notebook

from course_utils import paths
from tools.chapters import CHAPTERS, table
from tools.run_notebooks import KERNEL, LANGUAGE
from tools.stamp_notebooks import INDEX
from tools.storage import write_notebook

BEGIN, END = "<!-- capítulos: los escribe make colab -->", "<!-- fin de los capítulos -->"

WELCOME = """\
# Modelos de lenguaje grandes

Un curso para entender los modelos de lenguaje **haciéndolos funcionar**. Todo lo que se explica se ejecuta aquí mismo, en tu
máquina y sin conexión, con modelos de bolsillo entrenados para el curso: pequeños, rápidos y con una ventaja que ningún
modelo grande tiene. Como el mundo del que hablan lo hemos escrito nosotros, la respuesta correcta se puede calcular, y cada
apuesta del modelo se compara con la verdad."""

HOW = """\
## Cómo se usa

- Abre un capítulo con un clic y ejecuta sus celdas de arriba abajo: **Mayús + Intro** ejecuta una y pasa a la siguiente.
- Antes de algunas celdas encontrarás «¿Qué esperas?». Decide tu respuesta antes de ejecutar: es lo que más enseña.
- Los ejercicios se corrigen solos: `check` mira tu respuesta, `hint` da una pista y `solution` la enseña. Tu progreso se guarda
  en un fichero de tu máquina y en ningún otro sitio.
- Cambia lo que quieras y vuelve a ejecutar. Si algo se enreda, reinicia desde el menú *Kernel* y ejecuta todo otra vez: en segundos
  estás donde estabas."""

CHAPTERS_HEAD = """\
## Capítulos

Los que tienen enlace están terminados; los demás, *en preparación*. «Memoria» es la que ocupa el capítulo en marcha."""


def index() -> nbformat.NotebookNode:
    """El cuaderno del índice."""
    ready = next((chapter for chapter in CHAPTERS if chapter.ready), None)
    first = [f"Para empezar: **[{ready.title}]({ready.name}.ipynb)**."] if ready else []
    play = next((chapter for chapter in CHAPTERS if chapter.number == "14" and chapter.ready), None)
    if play:
        link = f"[capítulo {play.number}]({play.name}.ipynb)"
        first.append(f"¿Quieres jugar ya? El {link} empieza con un modelo al que mover la temperatura.")
    texts = {
        "bienvenida": WELCOME,
        "como-se-usa": HOW,
        "capitulos": "\n\n".join([CHAPTERS_HEAD, table(), *first]),
    }
    cells = [new_markdown_cell(text, id=name) for name, text in texts.items()]
    return new_notebook(cells=cells, metadata={"kernelspec": KERNEL, "language_info": LANGUAGE})


def readme(text: str) -> str:
    """El README con la tabla de capítulos al día."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{table('notebooks/')}\n{END}{after}"


def main() -> None:
    write_notebook(index(), paths.NOTEBOOKS / INDEX)
    path = paths.ROOT / "README.md"
    paths.write_whole(path, readme(path.read_text("utf-8")))


if __name__ == "__main__":
    main()
