"""La huella: cambia cuando cambia lo que hace la figura, y solo entonces."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from course_utils.figures import registry, sources

FILES = {
    "course_utils/__init__.py": "",
    "course_utils/plots.py": "from course_utils import theme\n\ndef bars():\n    return theme\n",
    "course_utils/theme.py": "INK = 1\n",
    "course_utils/unrelated.py": "X = 1\n",
    "course_utils/world/__init__.py": "from .grammar import rules\n",
    "course_utils/world/grammar.py": "rules = 1\n",
    "course_utils/world/data/words.txt": "zorra\n",
    "course_utils/figures/__init__.py": "",
    "course_utils/figures/chapter_14.py": "from course_utils import plots\n\ndef f():\n    import course_utils.world\n    return plots\n",
    "models/decoder/config.json": "{}",
    "models/decoder/model.safetensors": "pesos",
}


def drawn() -> None:
    """Título

    Alternativa.
    """


@pytest.fixture
def house(tmp_path):
    for name, content in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content, encoding="utf-8")
    return tmp_path


@pytest.fixture
def mark(house, monkeypatch):
    monkeypatch.setattr(drawn, "__module__", "course_utils.figures.chapter_14")
    entry = registry.Entry(34, ("decoder",), drawn)
    return lambda: sources.fingerprint(entry, root=house, models=house / "models")


def test_closure_follows_imports_even_inside_functions(house):
    assert sources.closure("course_utils.figures.chapter_14", root=house) == (
        "course_utils.figures.chapter_14", "course_utils.plots", "course_utils.theme", "course_utils.world", "course_utils.world.grammar",
    )  # fmt: skip


@pytest.mark.parametrize(
    "name, content",
    [
        ("course_utils/theme.py", "INK = 2\n"),
        ("course_utils/world/grammar.py", "rules = 2\n"),
        ("course_utils/world/data/words.txt", "zorra\nrana\n"),
        ("course_utils/figures/chapter_14.py", FILES["course_utils/figures/chapter_14.py"].replace("return", "yield")),
        ("models/decoder/model.safetensors", "otros pesos"),
        ("models/decoder/tokenizer.json", "{}"),
    ],
)
def test_what_makes_the_figure_changes_the_mark(house, mark, name, content):
    before = mark()
    (house / name).write_text(content, encoding="utf-8")
    assert mark() != before


@pytest.mark.parametrize(
    "name, content",
    [
        ("course_utils/unrelated.py", "X = 2\n"),
        ("course_utils/theme.py", '"""Los colores."""\n\nINK = 1  # tinta\n'),
        ("course_utils/theme.py", "INK = 1\r\n"),
        ("models/decoder/README.md", "ficha"),
        ("course_utils/world/__pycache__/x.pyc", "x"),
    ],
)
def test_what_does_not_make_it_leaves_the_mark(house, mark, name, content):
    before = mark()
    (house / name).parent.mkdir(exist_ok=True)
    (house / name).write_bytes(content.encode())
    assert mark() == before


def test_its_own_text_changes_the_mark(mark, monkeypatch):
    before = mark()
    monkeypatch.setattr(drawn, "__doc__", "Otro título\n\nAlternativa.")
    assert mark() != before


def test_essence_keeps_strings_that_look_like_comments():
    assert sources.essence('x = "# no es un comentario"  # sí lo es\n') == 'x = "# no es un comentario"'


@pytest.mark.parametrize("module", [name for name in sys.modules if name.startswith("course_utils.figures.")])
def test_essence_of_real_files_still_compiles_to_the_same_names(module):
    source = Path(sys.modules[module].__file__).read_text("utf-8")
    assert len(sources.essence(source)) < len(source)
