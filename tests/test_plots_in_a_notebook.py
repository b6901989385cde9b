"""Un gráfico por celda: todos se ven, no solo el primero (el fallo que tuvo plots cuando pyplot elegía su backend tarde)."""

import nbformat
import pytest
from nbclient import NotebookClient

from course_utils import paths

CELLS = (
    "import sys; sys.path.insert(0, '..')\nfrom course_utils import notebook, plots\nnotebook.start()",
    "plots.next_token_bars(['rana', 'gata'], [0.6, 0.4]);",
    "plots.token_strip(['Había', ' una'], [0.5, 0.9]);",
    "for title in 'ab':\n    plots.lines([1, 2], {'n': [3, 4]}, xlabel='x', ylabel='y', title=title)",
)


@pytest.mark.slow
def test_each_cell_shows_its_plots():
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in CELLS])
    NotebookClient(notebook, kernel_name="python3", resources={"metadata": {"path": str(paths.NOTEBOOKS)}}).execute()
    pictures = [sum("image/png" in output.get("data", {}) for output in cell.outputs) for cell in notebook.cells]
    assert pictures == [0, 1, 1, 2]
