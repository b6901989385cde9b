"""Ninguna idea del documento original se pierde: cada una está en su capítulo, en una celda que existe, y cada figura en el suyo.

Las listas están en ``tests/ideas/``. Un capítulo sin cuaderno está pendiente y se dice; uno que ya lo tiene debe tenerlas todas.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache

import nbformat
import pytest

from course_utils import paths
from course_utils.figures import registry
from tools.chapters import CHAPTERS

FOLDER = paths.ROOT / "tests" / "ideas"
NAMES = [chapter.name for chapter in CHAPTERS]
LINKS = (
    "https://www.coursera.org/learn/generative-ai-with-llms",
    "https://developers.google.com/machine-learning/resources/intro-llms",
    "https://www.analyticsvidhya.com/blog/2023/03/an-introduction-to-large-language-models-llms/",
    "https://stanford-cs324.github.io/winter2022/lectures",
    "https://docs.cohere.com/docs/intro-large-language-models",
    "https://towardsdatascience.com/a-practical-introduction-to-llms-65194dda1148",
    "https://machinelearningmastery.com/a-gentle-introduction-to-positional-encoding-in-transformer-models-part-1/",
    "https://www.linkedin.com/pulse/transformer-architectures-dummies-part-2-decoder-only-qi6vc/",
    "https://www.baeldung.com/cs/large-language-models#general_architecture_of_llms",
    "https://www.ibm.com/docs/en/watsonx-as-a-service?topic=lab-model-parameters-prompting",
)


def listed(name: str) -> dict:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))


@cache
def cells(name: str) -> dict[str, str]:
    """El texto de cada celda de un capítulo; lo salta, diciéndolo, si aún no tiene cuaderno."""
    path = paths.NOTEBOOKS / f"{name}.ipynb"
    if not path.exists():
        pytest.skip(f"pendiente: el capítulo {name[:2]} aún no tiene cuaderno")
    return {cell.id: cell.source for cell in nbformat.read(path, as_version=4).cells}


IDEAS = [(name, idea) for name in NAMES for idea in listed(name)["idea"]]


def test_there_is_a_list_for_every_chapter_and_no_other():
    assert sorted(path.stem for path in FOLDER.glob("*.toml")) == NAMES
    assert [listed(chapter.name)["section"] for chapter in CHAPTERS] == [chapter.title for chapter in CHAPTERS]


def test_the_lists_are_well_formed():
    for name, idea in IDEAS:
        assert set(idea) <= {"text", "cells", "note"} and idea["text"], (name, idea)
    texts = [(name, idea["text"]) for name, idea in IDEAS]
    assert len(texts) == len(set(texts)) > 150


@pytest.mark.parametrize("name", NAMES)
def test_a_written_chapter_has_all_of_its_ideas(name):
    here = cells(name)
    for idea in listed(name)["idea"]:
        assert idea["cells"], f"¿en qué celda se enseña «{idea['text']}»? Escríbelo en tests/ideas/{name}.toml"
        assert not (lost := [cell for cell in idea["cells"] if cell not in here]), f"«{idea['text']}»: no hay celdas {lost}"


@pytest.mark.parametrize("name", registry.CHAPTERS)
def test_every_figure_stands_in_its_chapter_and_in_its_order(name):
    shown = re.findall(r"^figures\.show\((\d+)\)$", "\n".join(cells(name).values()), re.MULTILINE)
    assert tuple(map(int, shown)) == registry.CHAPTERS[name]


def test_the_ten_links_of_the_document_are_in_chapter_15():
    links = re.findall(r"\]\((https?://\S+)\)", cells("15_recursos")["enlaces"])
    assert sorted(links) == sorted(LINKS)
    paragraphs = [text for text in cells("15_recursos")["enlaces"].split("\n\n") if text.startswith("**[")]
    assert all(len(text.splitlines()) == 2 and text.endswith(".*") for text in paragraphs), "cada enlace, con lo que da y para quién es"
