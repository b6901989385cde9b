"""Cada capítulo convertido en programa se ejecuta sin IPython y escribe lo mismo que guarda su cuaderno.

Se comparan, en orden, los renglones de la salida del programa con los de las salidas de texto del cuaderno: lo que escribe
`print` y el texto (`text/plain`) de cada figura, gráfica, widget y último valor. Una sola salvedad: las salidas «…: para
usarlo, ejecuta esta celda.» e «Imagen fija: ….» de un widget hablan de su vista en el navegador y no se esperan de un programa;
los renglones vacíos y los blancos al final de un renglón no cuentan. Lo que escriben las celdas con la etiqueta «entrena» depende
de un entrenamiento que acaba de hacerse, y los últimos bits de cada suma cambian de un procesador a otro: en esas, las palabras
tienen que ser las mismas y cada número, parecido; de lo que escriba detrás de una flecha el modelo recién entrenado, la mitad.
"""

from __future__ import annotations

import difflib
import re
from pathlib import Path
from typing import NamedTuple

import nbformat
import pytest

from course_utils import conversion, paths

CHAPTERS = sorted(path for path in paths.NOTEBOOKS.glob("*.ipynb") if not path.name.startswith("00_"))
ABOUT_JUPYTER = {"16_convertir_notebook_a_python"}  # su asunto es convertir cuadernos: necesita nbformat, nbconvert e IPython
BROWSER = re.compile(r".+: para usarl[oa]s?, ejecuta esta celda\.|Imagen fija: .+\.")


TRAINED = "entrena"  # la etiqueta de las celdas que escriben lo que sale de un entrenamiento hecho en el cuaderno
DRAWN = "<Figure size"
NUMBER = re.compile(r"\d+(?:\.\d{3})*(?:,\d+)?")


class Line(NamedTuple):
    """Un renglón guardado; `trained`, si sale de un entrenamiento hecho en el cuaderno."""

    text: str
    trained: bool = False


def stored_text(path: Path) -> list[Line]:
    """Los renglones de texto que el cuaderno guarda en sus salidas, sin los que hablan de la vista de un widget."""
    cells = nbformat.read(path, as_version=4).cells
    texts = [(_text(output), TRAINED in cell.metadata.get("tags", ())) for cell in cells for output in cell.get("outputs", ())]
    return [Line(line, trained) for text, trained in texts if not BROWSER.fullmatch(text) for line in written(text)]


def _text(output: nbformat.NotebookNode) -> str:
    if output.output_type == "stream":
        return output.text if output.name == "stdout" else ""
    return output.get("data", {}).get("text/plain", "")


def written(text: str) -> list[str]:
    """Los renglones que no están vacíos, sin blancos al final."""
    return [line.rstrip() for line in text.splitlines() if line.strip()]


def difference(stored: list[Line], printed: list[str]) -> str:
    """Dónde se separan el cuaderno y el programa, en 40 renglones como mucho; vacío si dicen lo mismo."""
    told = [line.text for line in stored]
    if len(told) == len(printed):
        printed = [one.text if one.trained and alike(one.text, line) else line for one, line in zip(stored, printed, strict=True)]
    lines = difflib.unified_diff(told, printed, "cuaderno", "programa", lineterm="", n=1)
    return "\n".join(list(lines)[:40])


def alike(one: str, other: str) -> bool:
    """Si dicen lo mismo con números parecidos: a menos de un 15 % más tres unidades de su última cifra.

    De lo que escribe, detrás de una flecha, un modelo recién entrenado, basta con que la mitad de las palabras sean las mismas y estén en
    el mismo orden; un dibujo de ello puede ser más ancho.
    """
    if one.startswith(DRAWN):
        return other.startswith(DRAWN)
    (one, arrow, wrote), (other, also, instead) = one.partition(" → "), other.partition(" → ")
    if arrow != also or difflib.SequenceMatcher(None, wrote.split(), instead.split()).ratio() < 0.5:
        return False
    numbers = zip(NUMBER.findall(one), NUMBER.findall(other), strict=False)
    same = [" ".join(NUMBER.sub("#", text).split()) for text in (one, other)]
    return same[0] == same[1] and all(abs(_value(a) - _value(b)) <= 0.15 * _value(a) + 3 * _unit(a) for a, b in numbers)


def _value(number: str) -> float:
    return float(number.replace(".", "").replace(",", "."))


def _unit(number: str) -> float:
    return 10.0 ** -len(number.partition(",")[2])


@pytest.mark.slow
@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
def test_the_program_prints_what_the_notebook_stores(chapter, request, tmp_path):
    program = tmp_path / "capitulo.py"
    conversion.convert(chapter, program, echo=True)
    run = request.getfixturevalue("with_jupyter" if chapter.stem in ABOUT_JUPYTER else "without_ipython")
    done = run(program, timeout=1200)
    assert done.returncode == 0, done.stderr[-3000:]
    found = difference(stored_text(chapter), written(done.stdout))
    assert not found, f"{found}\n\n{done.stderr[-3000:]}"


def test_the_stored_text_is_what_is_read_without_a_browser(tmp_path):
    v4 = nbformat.v4
    outputs = [
        v4.new_output("stream", name="stdout", text="uno  \n\nImagen fija: no\n"),
        v4.new_output("stream", name="stderr", text="aviso\n"),
        v4.new_output("display_data", {"text/plain": "Taller: para usarlo, ejecuta esta celda."}),
        v4.new_output("display_data", {"image/png": "", "text/plain": "Imagen fija: taller."}),
        v4.new_output("display_data", {"text/html": "<p>", "text/plain": "Taller con\n  dos renglones"}),
        v4.new_output("display_data", {"text/html": "solo HTML"}),
        v4.new_output("execute_result", {"text/plain": "[1,\n 2]"}, execution_count=1),
    ]
    cells = [v4.new_markdown_cell("# Texto"), v4.new_code_cell("x", outputs=outputs)]
    cells.append(v4.new_code_cell("y", outputs=outputs[:1], metadata={"tags": [TRAINED]}))
    nbformat.write(v4.new_notebook(cells=cells), tmp_path / "x.ipynb")
    texts = ["uno", "Imagen fija: no", "Taller con", "  dos renglones", "[1,", " 2]"]
    assert stored_text(tmp_path / "x.ipynb") == [*map(Line, texts), Line("uno", True), Line("Imagen fija: no", True)]


def test_a_difference_is_short_and_says_whose_it_is():
    two = [Line("a"), Line("b")]
    assert difference(two, ["a", "b"]) == ""
    assert difference(two, ["a", "c"]).splitlines()[-2:] == ["-b", "+c"]
    assert difference(two, ["b", "a"])
    assert len(difference([Line(str(n)) for n in range(100)], []).splitlines()) == 40


@pytest.mark.parametrize(("stored", "printed", "same"), [
    ("gato 64 %; pérdida 2,39", "gato 68 %; pérdida 2,42", True), ("6 de 6", "5 de 6", True), ("6 de 6", "1 de 6", False),
    ("1.028 letras:  7", "1.028 letras: 7", True), ("La osa vino. → La osa vendrá.", "La osa vino. → La osa vino.", True),
    ("La osa vino. → La osa vendrá.", "La osa vino. → de verdad.", False), ("La osa vino. → La osa.", "La osa vino.", False),
    ("La osa vino. → La osa.", "La rana vino. → La osa.", False), ("<Figure size 900x85>", "<Figure size 500x85>", True),
    ("gato 64 %", "gato 44 %", False), ("pérdida 2,39", "pérdida 3,39", False), ("gato 64 %", "pez 64 %", False), ("uno 1", "uno", False),
])
def test_only_what_was_trained_in_the_notebook_may_move_and_only_a_little(stored, printed, same):
    assert (difference([Line(stored, True)], [printed]) == "") == same
    assert difference([Line(stored)], [printed])
