"""Escribe ``notebooks/00_indice.ipynb`` y la tabla del README a partir de ``tools/chapters.py``: ``python -m tools.build_index``.

También lo ejecuta, sin progreso de nadie, para que la celda del progreso enseñe los ejercicios que hay.
"""

from __future__ import annotations

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from course_utils import paths
from tools.blocks import filled
from tools.chapters import CHAPTERS, Chapter, table
from tools.run_notebooks import KERNEL, LANGUAGE, update
from tools.stamp_notebooks import INDEX, in_colab, repository, setup_cell
from tools.storage import write_notebook

BEGIN, END = "<!-- capítulos: los escribe make colab -->", "<!-- fin de los capítulos -->"

WELCOME = """\
# Modelos de lenguaje grandes

Te damos la bienvenida. Este es un curso para entender los modelos de lenguaje **haciéndolos funcionar**: todo lo que se explica se
ejecuta aquí mismo, en tu máquina y sin conexión.

Los modelos son de bolsillo, entrenados para el curso: pequeños, rápidos y con una ventaja que ningún modelo grande tiene. Como el
mundo del que hablan lo hemos escrito nosotros, la respuesta correcta se puede calcular, y cada apuesta del modelo se compara con la
verdad. No hace falta saber matemáticas especiales ni tener una GPU: basta con algo de Python y con ganas de probar."""

DOORS = {  # capítulo → a quién le conviene empezar por él
    "01": "**Si empiezas de cero**: {link}. Un modelo escribe cuentos y programas, y otro, que entrenas tú, pinta.",
    "02": "**Si quieres ir al grano**: {link}. Construyes un modelo de lenguaje contando palabras, y de ahí sale todo lo demás.",
    "14": "**Si quieres jugar ya**: {link}. Mueve la temperatura de un modelo y mira qué le pasa al texto.",
    "07": "**Si lo tuyo es abrir la caja**: {link}. Sigues una frase por dentro de un transformer y lo ves montado en treinta líneas.",
    "15": "**Si vienes a buscar algo**, o a ver cuánto sabes: {link}. Lecturas, glosario y treinta preguntas.",
}

CHAPTERS_HEAD = """\
## Capítulos

«Tiempo» es lo que se tarda leyendo, probando y haciendo los ejercicios; «memoria», la que ocupa el capítulo
en marcha; «GPU», si ayuda tenerla."""

HOW = """\
## Cómo se usa

- Abre un capítulo con un clic y ejecuta sus celdas de arriba abajo: **Mayús + Intro** ejecuta una y pasa a la siguiente.
- Antes de algunas celdas encontrarás «¿Qué esperas?». Decide tu respuesta antes de ejecutar: es lo que más enseña.
- Los ejercicios se corrigen solos: `check` mira tu respuesta, `hint` da una pista y `solution` la enseña. Equivocarse no cuesta nada,
  y casi siempre el ejercicio sabe decirte en qué.
- Cambia lo que quieras y vuelve a ejecutar. Si algo se enreda, reinicia desde el menú *Kernel* y ejecuta todo otra vez: en un minuto o dos
  estás donde estabas.

**En tu máquina**, con JupyterLab: `make lab`, desde la carpeta del curso, lo prepara todo la primera vez y abre esta página. Las vistas
interactivas se manejan también con el teclado: tabulador, flechas e Intro.

**Como programas.** Cada capítulo se convierte en un programa corriente de Python, que se ejecuta sin Jupyter:

```bash
python convert_notebook_to_script.py --input notebooks/{example}.ipynb --output capitulo.py
python capitulo.py
```

**En Google Colab**, sin instalar nada: la columna «Colab» abre cada capítulo, y su primera celda descarga el resto. Con CPU basta. Allí
tu progreso dura lo que dure la sesión.{unpublished}

**Solo para leer**, en GitHub o sin ejecutar nada: los cuadernos guardan sus figuras y sus resultados, y en lugar de cada vista
interactiva hay una imagen con su descripción."""

UNPUBLISHED = " (Esos enlaces funcionarán cuando el curso tenga dirección pública.)"

PROGRESS_HEAD = """\
## Tu progreso

Ejecuta las dos celdas que siguen para ver qué ejercicios llevas resueltos y cómo va tu autoevaluación. Se guarda en un fichero de tu
máquina, `.curso/progreso.json`, y en ningún otro sitio: para empezar de cero, bórralo."""

PROGRESS_CELL = """\
from course_utils import exercises

exercises.progress()"""

HAND_IN_HEAD = """\
### Si tienes que entregarlo

Esta celda escribe lo mismo que acabas de ver en un fichero, junto a este cuaderno, para que se lo mandes a quien te da clase: qué has
resuelto y en cuántos intentos. Lo que has escrito en tus respuestas y las pistas que has mirado no van dentro. Mientras estén los
puntos suspensivos, no escribe nada. (En Colab cada cuaderno tiene su propia máquina: copia las dos últimas celdas de código al final del
capítulo, ejecútalas allí y descarga el fichero antes de cerrarlo.)"""

HAND_IN_CELL = """\
exercises.export("entrega.json", name=...)"""


def chapter_link(chapter: Chapter) -> str:
    return f"capítulo {chapter.number.removeprefix('0')}, [{chapter.title}]({chapter.name}.ipynb)"


def doors() -> str:
    """Por dónde empezar, según lo que se busque, con los capítulos que ya existen."""
    ready = {chapter.number: chapter for chapter in CHAPTERS if chapter.ready}
    lines = [f"- {text.format(link=chapter_link(ready[number]))}" for number, text in DOORS.items() if number in ready]
    return "\n".join(["## Por dónde empezar", "", *lines])


def how() -> str:
    """Cómo se usa el curso en cada sitio."""
    example = next(chapter.name for chapter in CHAPTERS if chapter.ready)
    return HOW.format(example=example, unpublished=UNPUBLISHED if "por_publicar" in repository() else "")


def index() -> nbformat.NotebookNode:
    """El cuaderno del índice, sin ejecutar."""
    texts = {
        "bienvenida": WELCOME,
        "por-donde-empezar": doors(),
        "capitulos": f"{CHAPTERS_HEAD}\n\n{table(colab=in_colab)}",
        "como-se-usa": how(),
        "progreso": PROGRESS_HEAD,
    }
    cells = [new_markdown_cell(text, id=name) for name, text in texts.items()]
    cells += [new_code_cell(setup_cell(), id="celda-inicial"), new_code_cell(PROGRESS_CELL, id="progreso-celda")]
    cells += [new_markdown_cell(HAND_IN_HEAD, id="entrega"), new_code_cell(HAND_IN_CELL, id="entrega-celda")]
    return new_notebook(cells=cells, metadata={"kernelspec": KERNEL, "language_info": LANGUAGE})


def with_outputs(new: nbformat.NotebookNode, old: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """``new`` con lo que ``old`` guardaba de las celdas de código que siguen igual."""
    stored = {(cell.id, cell.source): cell for cell in old.cells if cell.cell_type == "code"}
    for cell in new.cells:
        before = stored.get((cell.id, cell.source))
        if before is not None:
            cell.outputs, cell.execution_count = before.outputs, before.execution_count
    return new


def readme(text: str) -> str:
    """El README con la tabla de capítulos al día."""
    return filled(text, BEGIN, END, table("notebooks/"))


def main() -> None:
    path = paths.NOTEBOOKS / INDEX
    new = index()
    write_notebook(with_outputs(new, nbformat.read(path, as_version=4)) if path.exists() else new, path)
    update(path)
    about = paths.ROOT / "README.md"
    paths.write_whole(about, readme(about.read_text("utf-8")))


if __name__ == "__main__":
    main()
