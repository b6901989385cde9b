"""Higiene de los cuadernos guardados: lo que se abre en GitHub, en Colab o sin conexión es lo que se ejecutó."""

from __future__ import annotations

import base64
import json
import re
import subprocess
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import nbformat
import pytest

from course_utils import paths
from course_utils.exercises import summary
from tools import build_index, chapters, run_notebooks, stamp_notebooks
from tools.storage import write_notebook

ALL = sorted(paths.NOTEBOOKS.glob("*.ipynb"))
CHAPTERS = [path for path in ALL if path.name != stamp_notebooks.INDEX]
MACHINE = re.compile(r"/home/|/root/|/tmp/|/work/|/Users/|/private/|/opt/|[A-Z]:\\\\Users")
LINK = re.compile(r"\]\((?!https?://|#|mailto:|attachment:)([^)#\s]+)")
FIGURE = re.compile(r"Figura (LLM_\d\d):")
IMAGES = {"image/png", "image/jpeg", "image/svg+xml", "image/gif"}

everywhere = pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
in_chapters = pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)


def load(path: Path) -> nbformat.NotebookNode:
    return nbformat.read(path, as_version=4)


@cache
def saved(path: Path) -> nbformat.NotebookNode:
    """Un cuaderno del curso, leído una sola vez: solo para mirar."""
    return load(path)


def code_cells(path: Path) -> list[nbformat.NotebookNode]:
    return [cell for cell in saved(path).cells if cell.cell_type == "code"]


def outputs(path: Path) -> list[nbformat.NotebookNode]:
    return [output for cell in code_cells(path) for output in cell.outputs]


def size(value: object) -> int:
    return len(json.dumps(value, ensure_ascii=False).encode("utf-8"))


def images(output: nbformat.NotebookNode) -> int:
    return sum(size(value) for kind, value in output.get("data", {}).items() if kind in IMAGES)


@everywhere
def test_is_valid_and_light(path):
    nbformat.validate(saved(path))
    assert path.stat().st_size < 3_000_000


@everywhere
def test_what_is_trained_here_is_not_compared_to_the_last_digit(path):
    trained = [cell for cell in code_cells(path) if "entrena" in cell.metadata.get("tags", ())]
    assert not [cell.id for cell in trained if "NBVAL_CHECK_OUTPUT" in cell.source or "nbval-check-output" in cell.metadata.tags]


@everywhere
def test_keeps_no_widget_state_nor_the_python_that_ran_it(path):
    assert saved(path).metadata == {"kernelspec": run_notebooks.KERNEL, "language_info": run_notebooks.LANGUAGE}


@everywhere
def test_was_executed_in_order(path):
    counts = [cell.execution_count for cell in code_cells(path) if cell.source.strip()]
    assert counts == list(range(1, len(counts) + 1))


@everywhere
def test_names_no_path_of_a_machine(path):
    found = MACHINE.search(path.read_text("utf-8"))
    assert not found, path.read_text("utf-8")[found.start() - 60 : found.end() + 60]


@everywhere
def test_stored_no_error(path):
    assert not [output.ename for output in outputs(path) if output.output_type == "error"]


@everywhere
def test_the_figures_it_stores_are_those_of_the_folder(path):
    """Una figura que se vuelve a dibujar pide volver a ejecutar su cuaderno."""
    for data in (output.get("data", {}) for output in outputs(path)):
        if (found := FIGURE.match(data.get("text/plain", ""))) and "image/png" in data:
            drawn = (paths.FIGURES / f"{found[1]}.png").read_bytes()
            assert base64.b64decode(data["image/png"]) == drawn, f"{found[1]} ha cambiado: make notebooks ARGS={path.name}"


@everywhere
def test_outputs_are_small(path):
    drawings = [images(output) for output in outputs(path)]
    rest = [size(output) - drawing for output, drawing in zip(outputs(path), drawings, strict=True)]
    assert max(drawings, default=0) < 200_000 * 4 / 3  # 200 kB de imagen, escritos en base64
    assert max(rest, default=0) < 300_000


@everywhere
def test_cells_show_the_idea_and_not_the_plumbing(path):
    longest = max((cell.source for cell in code_cells(path)), key=lambda source: source.count("\n"), default="")
    assert len(longest.splitlines()) <= 25, longest


@everywhere
def test_cells_are_plain_python(path):
    for cell in code_cells(path):
        compile(cell.source, path.name, "exec")
        assert "get_ipython" not in cell.source


@everywhere
def test_links_lead_somewhere(path):
    text = "\n".join(cell.source for cell in saved(path).cells if cell.cell_type == "markdown")
    broken = [link for link in LINK.findall(text) if not (path.parent / unquote(link)).exists()]
    assert not broken


@everywhere
def test_cell_identifiers_are_unique(path):
    identifiers = [cell.id for cell in saved(path).cells]
    assert len(identifiers) == len(set(identifiers))


@in_chapters
def test_first_cell_is_the_common_one(path):
    assert code_cells(path)[0].source == stamp_notebooks.setup_cell()


@in_chapters
def test_first_cell_says_nothing_of_the_machine(path):
    assert [output.text for output in code_cells(path)[0].outputs] == ["Curso listo · CPU · semilla 0\n"]


@in_chapters
def test_is_stamped_with_its_colab_link(path):
    stamped = load(path)
    stamp_notebooks.stamp(stamped, path.name)
    assert stamped == load(path), "falta «make colab»"


@in_chapters
def test_is_named_in_the_table_and_its_cost_was_measured(path):
    chapter = next(chapter for chapter in chapters.CHAPTERS if chapter.name == path.stem)
    title = saved(path).cells[0].source.splitlines()[0]
    assert title.startswith("# ") and title.endswith(chapter.title)
    assert chapter.minutes and chapter.memory
    said = re.search(r"^\*(\d+) minutos .* · las celdas tardan ", load(path).cells[0].source, re.MULTILINE)
    assert said and int(said[1]) == chapter.minutes, "los minutos del título y los de la tabla, iguales"


@in_chapters
def test_sections_carry_no_number(path):
    text = "\n".join(cell.source for cell in load(path).cells if cell.cell_type == "markdown")
    assert not re.findall(r"^## \d.*", text, re.MULTILINE)


def test_index_and_readme_are_up_to_date():
    stored = load(paths.NOTEBOOKS / stamp_notebooks.INDEX)
    assert stored == build_index.with_outputs(build_index.index(), stored), "falta «make colab»"
    readme = (paths.ROOT / "README.md").read_text("utf-8")
    assert readme == build_index.readme(readme), "falta «make colab»"


def test_index_links_every_chapter_there_is():
    text = (paths.NOTEBOOKS / stamp_notebooks.INDEX).read_text("utf-8")
    assert all(f"({path.name})" in text for path in CHAPTERS)


def test_index_opens_every_chapter_in_colab_too():
    text = load(paths.NOTEBOOKS / stamp_notebooks.INDEX)
    links = re.findall(r"\[abrir\]\((\S+)\)", "\n".join(cell.source for cell in text.cells))
    assert links == [stamp_notebooks.in_colab(path.name) for path in CHAPTERS]
    assert all(stamp_notebooks.in_colab(path.name) in saved(path).cells[0].source for path in CHAPTERS)


def test_the_public_address_is_written_in_one_place():
    """En pyproject.toml; lo demás lo pone `make colab`."""
    address = stamp_notebooks.repository().removeprefix("https://github.com/")
    listed = subprocess.run(["git", "grep", "-lIF", address], cwd=paths.ROOT, capture_output=True, text=True).stdout.split()
    assert [name for name in listed if not name.startswith("notebooks/")] == ["pyproject.toml"]


def test_another_address_leaves_no_trace_of_this_one(monkeypatch):
    old = stamp_notebooks.repository().removeprefix("https://github.com/")
    for module in (stamp_notebooks, build_index):
        monkeypatch.setattr(module, "repository", lambda: "https://github.com/otra/casa")
    stamped = [build_index.index(), *map(load, CHAPTERS)]
    for notebook, path in zip(stamped[1:], CHAPTERS, strict=True):
        stamp_notebooks.stamp(notebook, path.name)
    for notebook in stamped:
        text = nbformat.writes(notebook)
        assert old not in text and "otra/casa" in text


def test_index_gives_time_memory_and_gpu_of_every_chapter():
    rows = [row.split(" | ") for row in chapters.table(colab=str).splitlines()[2:]]
    assert len(rows) == 16
    for row, chapter in zip(rows, chapters.CHAPTERS, strict=True):
        ready = [f"{chapter.minutes}&nbsp;min", f"{chapter.memory}&nbsp;GB", chapter.gpu]
        assert row[3:6] == ready if chapter.ready else "en&nbsp;preparación" in row[3]


def test_index_was_run_without_anyones_progress():
    told, handed_in = (output.data["text/plain"] for output in outputs(paths.NOTEBOOKS / stamp_notebooks.INDEX)[1:])
    assert told.startswith("Tu progreso") and "■" not in told
    assert "Tu entrega dirá: 0 de" in handed_in
    for name in summary.chapter_names():
        assert f"Capítulo {int(name[-2:])} ·" in told, "falta «make colab»"


def test_building_the_index_keeps_what_was_run():
    cell, other = nbformat.v4.new_code_cell("1 + 1", id="a", execution_count=7), nbformat.v4.new_code_cell("2", id="b", execution_count=8)
    new = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text, id=name) for name, text in (("a", "1 + 1"), ("b", "3"))])
    kept = build_index.with_outputs(new, nbformat.v4.new_notebook(cells=[cell, other]))
    assert [cell.execution_count for cell in kept.cells] == [7, None]


# Las herramientas que los guardan


@pytest.fixture
def notebook(tmp_path):
    """Escribe un cuaderno de prueba con las celdas de código dadas y devuelve su ruta."""

    def write(*sources: str) -> Path:
        cells = [nbformat.v4.new_markdown_cell("# Título\nTexto.", id="titulo")]
        cells += [nbformat.v4.new_code_cell(source, id=f"celda-{i}") for i, source in enumerate(sources)]
        write_notebook(nbformat.v4.new_notebook(cells=cells), tmp_path / "x.ipynb")
        return tmp_path / "x.ipynb"

    return write


def test_running_saves_outputs_and_nothing_volatile(notebook):
    path = notebook("print('a')\nprint('b')", "import ipywidgets\nipywidgets.IntSlider()", "2 + 2")
    assert run_notebooks.update(path)
    stored = load(path)
    assert [cell.execution_count for cell in stored.cells[1:]] == [1, 2, 3]
    assert [cell.id for cell in stored.cells] == ["titulo", "celda-0", "celda-1", "celda-2"]
    assert stored.cells[1].outputs[0].text == "a\nb\n"
    assert set(stored.metadata) == {"kernelspec", "language_info"} and "version" not in stored.metadata.language_info
    assert not any(cell.metadata for cell in stored.cells)
    assert set(stored.cells[2].outputs[0].data) == {"text/plain"}


def test_running_does_not_show_the_progress_of_whoever_runs_it(notebook):
    path = notebook("from course_utils import paths\npaths.user_file('progreso.json').parent == paths.ROOT / '.curso'")
    run_notebooks.update(path)
    assert load(path).cells[1].outputs[0].data["text/plain"] == "False"


def test_running_again_changes_nothing(notebook, capsys):
    path = notebook("1 + 1")
    run_notebooks.update(path)
    before = path.read_bytes()
    run_notebooks.update(path)
    assert path.read_bytes() == before and capsys.readouterr().out.endswith("sin cambios\n")


def test_a_failing_cell_leaves_the_file_alone(notebook, capsys):
    path = notebook("1 + 1", "1 / 0")
    before = path.read_bytes()
    assert run_notebooks.main([str(path)]) == 1
    assert path.read_bytes() == before
    said = ["x.ipynb: sin guardar", "  celda de código 2: 1 / 0", "  ZeroDivisionError: division by zero"]
    assert capsys.readouterr().err.splitlines() == said


def test_stamping_puts_the_cell_before_the_first_one_and_twice_is_once(notebook):
    path = notebook("1 + 1")
    stamp_notebooks.main([str(path)])
    once = path.read_bytes()
    stamp_notebooks.main([str(path)])
    assert path.read_bytes() == once
    stamped = load(path)
    assert [cell.source for cell in stamped.cells[1:]] == [stamp_notebooks.setup_cell(), "1 + 1"]
    assert stamped.cells[0].source.splitlines() == ["# Título", "", stamp_notebooks.badge("x.ipynb"), "", "Texto."]
