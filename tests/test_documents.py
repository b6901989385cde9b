"""Los documentos: enlaces que llevan a algún sitio, imágenes que se describen y una sola versión."""

from __future__ import annotations

import re
import tomllib

import pytest

from course_utils import paths

DOCUMENTS = [*sorted(paths.ROOT.glob("*.md")), *sorted((paths.ROOT / "docs").glob("*.md"))]
LINK = re.compile(r"\]\((?!https?://)([^)#\s]*)(#[^)\s]+)?\)")
PICTURE = re.compile(r'<img src="([^"]+)"[^>]* alt="([^"]*)">|!\[([^\]]*)\]\(([^)]+)\)')

each = pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)


def anchors(text: str) -> set[str]:
    """A qué apartados se puede enlazar: «## El mapa» → «#el-mapa»."""
    titles = re.findall(r"^#{1,6} (.+)$", text, re.MULTILINE)
    return {"#" + re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@each
def test_links_lead_somewhere(path):
    for link, anchor in LINK.findall(path.read_text("utf-8")):
        target = path.parent / link if link else path
        assert target.exists(), link
        assert not anchor or anchor in anchors(target.read_text("utf-8")), f"{link}{anchor}"


@each
def test_pictures_exist_and_are_described(path):
    text = path.read_text("utf-8")
    pictures = [(a or d, b or c) for a, b, c, d in PICTURE.findall(text)]
    assert len(pictures) == text.count("<img") + text.count("![")
    for source, words in pictures:
        assert (path.parent / source).exists() and len(words) > 60, source


def test_the_first_screen_says_what_it_is_and_how_to_begin():
    first = "\n".join((paths.ROOT / "README.md").read_text("utf-8").splitlines()[:42])
    wanted = ("make lab", "make test", "Colab", "convert_notebook_to_script.py", "docs/taller.png", "figures/LLM_", "docs/en_clase.md")
    assert not [one for one in wanted if one not in first]


def test_there_is_one_version_and_one_date():
    project = tomllib.loads((paths.ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    cited = (paths.ROOT / "CITATION.cff").read_text("utf-8")
    version, date = re.search(r"^## (\S+) · (\S+)$", (paths.ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE).groups()
    assert version == project["version"] and f"version: {version}\n" in cited
    assert f'date-released: "{date}"\n' in cited
