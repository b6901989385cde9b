"""El curso donde no hay IPython: lo que se toca y lo que se mira se cuenta con palabras."""

from __future__ import annotations

import subprocess
import sys

import pytest

from course_utils import figures, paths, widgets

MISSING = ("IPython", "ipykernel", "ipywidgets", "anywidget", "traitlets", "matplotlib_inline", "nbformat", "nbconvert", "jupyterlab")
PRESENT = ("torch", "transformers", "matplotlib.pyplot", "numpy", "course_utils")


def test_the_environment_has_the_libraries_and_nothing_of_notebooks(without_ipython):
    code = f"""
import importlib, sys
for name in {MISSING}:
    try:
        importlib.import_module(name)
    except ModuleNotFoundError as error:
        assert error.name == name, error
    else:
        sys.exit(f"hay {{name}}")
for name in {PRESENT}:
    importlib.import_module(name)
"""
    done = without_ipython("-c", code)
    assert done.returncode == 0, done.stderr


def test_a_widget_says_what_it_would_show_and_moves_from_python(without_ipython, tiny, tiny_folder):
    code = f"""
import sys
from course_utils import models, widgets
model = models.load({str(tiny_folder)!r})
explorer, playground = widgets.next_token_explorer(model, "Había"), widgets.sampling_playground(model, "Había")
for widget in (explorer, playground):
    widget._ipython_display_()
    print(repr(widget))
    assert widget.draw().startswith(b"\\x89PNG")
explorer.context = "Adiós"
playground.set(temperature=0)
print(explorer.context, playground.settings["temperature"])
print(explorer, playground, sep="\\n")
assert not set(sys.modules) & {set(MISSING)}
"""
    done = without_ipython("-c", code)
    assert done.returncode == 0, done.stderr
    before = [widgets.next_token_explorer(tiny, "Había").describe(), widgets.sampling_playground(tiny, "Había").describe()]
    expected = "".join(f"{text}\n{text}\n" for text in before)
    assert done.stdout.startswith(expected)
    after = done.stdout.removeprefix(expected)
    assert after.startswith("Adiós 0") and "tras «Adiós»" in after and "Temperatura 0" in after


def test_a_figure_gives_its_title_and_its_description(without_ipython):
    done = without_ipython("-c", "from course_utils import figures; figures.show(34)")
    assert done.returncode == 0, done.stderr
    title, description = done.stdout.splitlines()
    assert title.startswith("Figura LLM_34: ") and description == f"Descripción: {figures.alternative(34)}"


@pytest.mark.parametrize("shell, base", [("None", "View"), ("object()", "")])
def test_only_a_program_does_without_anywidget(shell, base):
    """En un cuaderno, que falte anywidget es un error de instalación y se dice: no se cambia el widget por un texto."""
    code = f"""
import sys
from types import SimpleNamespace
sys.modules |= {{"anywidget": None, "IPython": SimpleNamespace(get_ipython=lambda: {shell})}}
from course_utils.widgets.base import Base
print(Base.__name__)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=paths.ROOT, capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == base and ("anywidget" in done.stderr) == (not base)
