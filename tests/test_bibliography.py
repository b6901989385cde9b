"""La bibliografía: se lee, cada obra dice dónde está y qué da, y toda fuente que nombra el curso está en ella."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest

from course_utils import bibliography, paths

ALL = bibliography.works()
NOTEBOOKS = sorted(paths.NOTEBOOKS.glob("*.ipynb"))
MODULES = sorted((paths.ROOT / "course_utils").rglob("*.py"))
CHAPTERS = range(1, 17)

NAME = r"(?:van den )?[A-ZÁÉÍÓÚÑČ][\w’'-]+"
CITED = re.compile(rf"\b({NAME}|nostalgebraist)(?: y otros|(?:, {NAME})* [ye] {NAME})?(?:, | \()((?:18|19|20)\d\d)\b")
TITLED = re.compile(r"\[?\*([^*\n]+)\*(?:\]\([^)\s]+\))?(?:, | \()((?:18|19|20)\d\d)\)")
LATER = {"canete2020spanish"}  # llegó a arXiv años después de publicarse
NOT_SOURCES = {("Humanos", 1948)}  # la Declaración Universal de Derechos Humanos


def bare(text: str) -> str:
    """Un título sin mayúsculas ni puntuación."""
    return " ".join(re.findall(r"\w+", text.casefold()))


def missing_sources(text: str) -> set[tuple[str, int]]:
    """Las fuentes que nombra un texto, «Vaswani y otros, 2017» o «*Attention Is All You Need* (2017)», y no están en la bibliografía."""
    named = {(name, int(year)) for name, year in CITED.findall(text)} - NOT_SOURCES
    titled = {(title, int(year)) for title, year in TITLED.findall(text)}
    return {one for one in named if not bibliography.find(*one)} | {one for one in titled if not known(*one)}


def known(title: str, year: int) -> bool:
    """Si hay una obra de ese año con ese título, entero o sin su final."""
    return any(bare(work.title).startswith(bare(title)) for work in ALL if year in (work.year, work.published))


def read(path: Path) -> str:
    if path.suffix == ".py":
        return path.read_text("utf-8")
    return "\n".join(cell.source for cell in nbformat.read(path, as_version=4).cells)


def test_a_surname_of_two_words_is_found_by_its_last():
    assert bibliography.find("Zaken", 2022)[:] == bibliography.find("ben zaken", 2022)[:]
    assert len(bibliography.find("Zaken")) == 1 and not bibliography.find("aken")


def test_every_work_is_whole():
    assert len({work.key for work in ALL}) == len(ALL) > 100
    for work in ALL:
        assert work.authors and work.title and 1900 < work.year < 2027 and work.note.endswith((".", "…")), work.key
        assert set(work.chapters) <= set(CHAPTERS) and list(work.chapters) == sorted(set(work.chapters)), work.key
        assert re.fullmatch(r"[a-z0-9]+", work.key) and str(work.year) in work.key, work.key
        assert not re.search(r"[{}\\]", f"{work.cited}{work.title}{work.venue}{work.note}"), work.key


def test_every_address_is_one():
    for work in ALL:
        arxiv = work.address.removeprefix("https://arxiv.org/abs/")
        if arxiv != work.address:
            assert re.fullmatch(r"\d{4}\.\d{4,5}", arxiv), work.key
            assert 2000 + int(arxiv[:2]) <= work.year or work.key in LATER, f"{work.key}: arXiv {arxiv} es posterior a {work.year}"
        else:
            assert work.address == "" or re.match(r"https://(doi\.org/10\.\d{4,5}/\S+|\S+)$", work.address), work.key
    addresses = [work.address for work in ALL if work.address]
    assert len(addresses) == len(set(addresses))


@pytest.mark.parametrize("number", [number for number in CHAPTERS if number != 15])
def test_every_chapter_has_its_readings_in_order(number):
    found = bibliography.of_chapter(number)
    assert len(found) >= 3 and [work.year for work in found] == sorted(work.year for work in found)


@pytest.mark.parametrize("path", [*NOTEBOOKS, *MODULES], ids=lambda path: str(path.relative_to(paths.ROOT)))
def test_every_source_that_is_named_is_here(path):
    assert not missing_sources(read(path))


def test_a_source_that_is_not_here_is_noticed():
    assert missing_sources("(Nadie y otros, 2017; Vaswani y otros, 2017)") == {("Nadie", 2017)}
    assert missing_sources("Jain y Wallace (2019) dicen que no; Vaswani (2018), nada") == {("Vaswani", 2018)}
    assert missing_sources("A. Nadie, *Un libro inventado* (2001) · [*LoRA*](https://x.org) (2022)") == {("Un libro inventado", 2001)}
    assert missing_sources("La Declaración Universal de Derechos Humanos (1948) y *esto otro*, en 2019") == set()


def test_chapters_without_readings_are_said():
    with pytest.raises(ValueError, match="El capítulo 15 no tiene lecturas. Tienen: 1, 2, 3"):
        bibliography.of_chapter(15)


def test_how_a_work_is_cited():
    cited = {work.key: work.cited for work in ALL}
    assert cited["vaswani2017attention"] == "Vaswani y otros, 2017"
    assert bibliography.find("Bahdanau", 2014)[:] == bibliography.find("Bahdanau", 2015)[:] and not bibliography.find("Bahdanau", 2016)
    assert cited["jain2019attention"] == "Jain y Wallace, 2019" and cited["shannon1948mathematical"] == "Shannon, 1948"


def test_works_show_themselves():
    lora = bibliography.find("hu", 2022)
    assert repr(lora).splitlines() == [
        "Hu y otros, 2022. LoRA: Low-Rank Adaptation of Large Language Models. LoRA.", "    https://arxiv.org/abs/2106.09685"
    ]  # fmt: skip
    assert '<a href="https://arxiv.org/abs/2106.09685"' in lora._repr_html_()


def test_the_shelves_hold_every_work_under_its_chapters():
    shelves = bibliography.by_chapter()
    assert list(shelves.chapters) == [*range(1, 15), 16]
    assert {work.key for some in shelves.chapters.values() for work in some} == {work.key for work in ALL}
    assert "Capítulo 12\n    Eckart y Young, 1936. The Approximation" in repr(shelves)
    assert shelves._repr_html_().count("<details>") == 15


def test_bibtex_with_braces_inside_and_comments():
    ((kind, key, fields),) = bibliography.parse("% nada\n@Misc{a1,\n  title = {Un {BERT} en\n    dos líneas},\n  year = {2019}\n}\n")
    assert (kind, key, fields) == ("misc", "a1", {"title": "Un {BERT} en dos líneas", "year": "2019"})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("@misc{a1,\n title = {sin cerrar,\n}", "«a1» .* no se entiende desde ''"),
        ("@misc{a1,\n title = {x},\n title = {y},\n}", "«a1» .* dos veces el campo «title»"),
        ("@misc{a1,\n title = sin llaves,\n}", "«a1» .* no se entiende desde 'title = sin llaves,"),
        ("@misc{a1,\n title = {sin {cerrar}", "A la entrada «a1» .* le falta una llave de cierre"),
        ("hola @misc{a1,\n title = {x},\n}", "sobra algo antes de «a1»: 'hola'"),
        ("@misc{a1,\n title = {x},\n} adiós", "sobra algo al final: 'adiós'"),
    ],
)
def test_a_broken_file_is_explained(text, said):
    with pytest.raises(ValueError, match=said):
        bibliography.parse(text)
