"""Las figuras: se cierran donde la celda las enseñaba, se guardan si se pide y ninguna se queda esperando."""

from __future__ import annotations

import pytest

from .making import code
from .running import FULL, body, converted, run

PNG = [{"output_type": "display_data", "metadata": {}, "data": {"image/png": "AA==", "text/plain": "<Figure>"}}]
TEXT = [{"output_type": "stream", "name": "stdout", "text": "x"}]
PLT = "import matplotlib.pyplot as plt\n"
NAMES = ["plt.plot([1])", "x = plt.figure()", "sns.heatmap(x)", "ax.plot(x)", "df.plot()", "df.hist()", "x.show()", "pyplot.title('x')",
         "def f():\n    plt.plot([1])"]
NOTHING = ["import matplotlib.pyplot as plt", "fig.savefig('x')", "x = 3", "plt", "'plt.plot()'", "# plt.plot()"]


def draws(cell):
    return body(converted(cell)[0]) == f"{cell}\n_figures()\n"


@pytest.mark.parametrize("cell", NAMES)
def test_by_the_names_if_no_output_is_stored(cell):
    assert draws(cell) and "\n_draw_in_memory()\n" in converted(cell)[0]


@pytest.mark.parametrize("cell", NOTHING)
def test_nothing_is_drawn(cell):
    assert not draws(cell) and "\n_figures()" not in converted(cell)[0]


HIDDEN = {
    "with a magic": "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1])", "timed": "%time plt.plot([1])",
    "timed whole": "%%time\nplt.plot([1])",
    "with a shell line": "!ls\nplt.show()", "waiting": "await f()\nplt.plot([1])", "with pylab": "%pylab inline\nplot([1])",
}  # fmt: skip


@pytest.mark.parametrize("cell", HIDDEN.values(), ids=HIDDEN)
def test_by_the_names_once_translated(cell):
    assert body(converted(cell)[0]).endswith("\n_figures()\n")


NOT_SEEN = {
    "without a name": ["from matplotlib.pyplot import *", "plot([1])\nshow()"],
    "a magic only": ["%matplotlib inline\nimport matplotlib.pyplot as plt", "%time plt.show()"],
}


@pytest.mark.parametrize("cells", NOT_SEEN.values(), ids=NOT_SEEN)
def test_whoever_draws_draws_in_memory(cells):
    assert "\n_draw_in_memory()\n" in converted(*cells)[0]


def test_after_the_cell_that_drew_if_its_output_is_stored():
    text, _ = converted(code("a = plt.plot([1])", outputs=TEXT), code("x = f()", outputs=PNG), code("plt.plot([2])"))
    assert body(text) == "a = plt.plot([1])\n\n# %% Celda 2\nx = f()\n_figures()\n\n# %% Celda 3\nplt.plot([2])\n"


FIGURE = PLT + "plt.plot([1, 2])\nprint(plt.get_backend().lower())\nplt.show()\nplt.figure()"


def drawn(folder, *cells, environment=None, **options):
    done = run(converted(*cells, **options)[0], folder, FULL, environment)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_figures_are_closed_and_nothing_is_shown(tmp_path):
    assert drawn(tmp_path, FIGURE, "print(plt.get_fignums())") == "agg\n[]\n"
    assert {path.name for path in tmp_path.iterdir()} == {".programa.py"}


def test_figures_are_saved_if_asked(tmp_path):
    """La de plt.show(), la que queda al terminar la celda y la de otra celda, numeradas."""
    drawn(tmp_path, FIGURE, "plt.imshow([[1]])", environment={"FIGURAS": "a/b"})
    assert sorted(path.name for path in (tmp_path / "a" / "b").iterdir()) == ["figura_01.png", "figura_02.png", "figura_03.png"]
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in (tmp_path / "a" / "b").iterdir())


def test_a_figure_is_told_if_values_are_shown(tmp_path):
    assert drawn(tmp_path, PLT + "plt.figure(figsize=(3, 2));", echo=True) == "<Figure size 300x200 with 0 Axes>\n"


def test_the_backend_of_a_notebook_is_not_the_one_of_a_program(tmp_path):
    """Quien ejecuta el programa desde una celda le deja en herencia el de su cuaderno."""
    assert drawn(tmp_path, FIGURE, environment={"MPLBACKEND": "module://matplotlib_inline.backend_inline"}) == "agg\n"


def test_another_backend_is_respected(tmp_path):
    """Quien elige cómo se ven, las ve: nada se cierra por su cuenta."""
    cells = [PLT + "plt.plot([1])\nprint(plt.get_backend().lower())", "print(plt.get_fignums())"]
    assert drawn(tmp_path, *cells, environment={"MPLBACKEND": "svg"}) == "svg\n[1]\n"


def test_a_notebook_that_never_imports_it_draws_nothing(tmp_path):
    done = run(converted("class plt:\n    def plot(x): print(x)\n", "plt.plot(3)")[0], tmp_path)
    assert (done.stdout, done.stderr) == ("3\n", "")
