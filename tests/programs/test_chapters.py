"""Cada capítulo convertido en programa se ejecuta sin IPython y escribe lo mismo que guarda su cuaderno.

Se comparan, en orden, los renglones de la salida del programa con los de las salidas de texto del cuaderno: lo que escribe
`print` y el texto (`text/plain`) de cada figura, gráfica, widget y último valor. Una sola salvedad: las salidas «…: para
usarlo, ejecuta esta celda.» e «Imagen fija: ….» de un widget hablan de su vista en el navegador y no se esperan de un programa;
los renglones vacíos y los blancos al final de un renglón no cuentan.
"""

from __future__ import annotations

import difflib
import re
from pathlib import Path

import nbformat
import pytest

from course_utils import conversion, paths

CHAPTERS = sorted(path for path in paths.NOTEBOOKS.glob("*.ipynb") if not path.name.startswith("00_"))
ABOUT_JUPYTER = {"16_convertir_notebook_a_python"}  # su asunto es convertir cuadernos: necesita nbformat, nbconvert e IPython
BROWSER = re.compile(r".+: para usarlo, ejecuta esta celda\.|Imagen fija: .+\.")


def stored_text(path: Path) -> list[str]:
    """Los renglones de texto que el cuaderno guarda en sus salidas, sin los que hablan de la vista de un widget."""
    cells = nbformat.read(path, as_version=4).cells
    texts = [_text(output) for cell in cells if cell.cell_type == "code" for output in cell.outputs]
    return written("\n".join(text for text in texts if not BROWSER.fullmatch(text)))


def _text(output: nbformat.NotebookNode) -> str:
    if output.output_type == "stream":
        return output.text if output.name == "stdout" else ""
    return output.get("data", {}).get("text/plain", "")


def written(text: str) -> list[str]:
    """Los renglones que no están vacíos, sin blancos al final."""
    return [line.rstrip() for line in text.splitlines() if line.strip()]


def difference(stored: list[str], printed: list[str]) -> str:
    """Dónde se separan el cuaderno y el programa, en 40 renglones como mucho; vacío si dicen lo mismo."""
    lines = difflib.unified_diff(stored, printed, "cuaderno", "programa", lineterm="", n=1)
    return "\n".join(list(lines)[:40])


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
    nbformat.write(v4.new_notebook(cells=cells), tmp_path / "x.ipynb")
    assert stored_text(tmp_path / "x.ipynb") == ["uno", "Imagen fija: no", "Taller con", "  dos renglones", "[1,", " 2]"]


def test_a_difference_is_short_and_says_whose_it_is():
    assert difference(["a", "b"], ["a", "b"]) == ""
    assert difference(["a", "b"], ["a", "c"]).splitlines()[-2:] == ["-b", "+c"]
    assert difference(["a", "b"], ["b", "a"])
    assert len(difference([str(n) for n in range(100)], []).splitlines()) == 40
