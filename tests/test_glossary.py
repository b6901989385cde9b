"""El glosario: bien formado, sin dos términos para una idea, con lo que los capítulos dicen que enseñan, y fácil de consultar."""

from __future__ import annotations

import re

import nbformat
import pytest

from course_utils import glossary, paths

ALL = glossary.terms()
NOTEBOOKS = sorted(paths.NOTEBOOKS.glob("[01]*.ipynb"))
LEARNT = re.compile(r"\*\*Términos\*\*: (.+?)(?:\.\s*$|\.\s*\n|$)", re.MULTILINE)


def names_of(term: glossary.Term) -> set[str]:
    return {glossary.plain(name) for name in term.names}


def test_every_term_is_whole():
    for term in ALL:
        assert term.spanish and term.text.endswith((".", "…")) and 1 <= term.chapter <= 16, term.spanish
        assert 20 <= len(term.text) <= 240 and len(re.findall(r"[.?!](?= |$)", term.text)) <= 3, f"{term.spanish}: en una o dos frases"
        assert term.spanish not in term.english.split(", "), f"{term.spanish}: si el inglés es igual, se deja vacío"


def test_no_name_belongs_to_two_terms():
    seen: dict[str, str] = {}
    for term in ALL:
        for name in names_of(term):
            assert seen.setdefault(name, term.spanish) == term.spanish, f"«{name}» es {seen[name]} y {term.spanish}"


def test_no_banned_word_is_the_name_of_another_term():
    names = {name for term in ALL for name in names_of(term)}
    for term in ALL:
        assert not names & set(map(glossary.plain, term.refused)), term.spanish


def test_the_words_the_course_refuses_are_here():
    refused = {word for term in ALL for word in term.refused}
    assert {"siguiente ficha", "pesas", "ponderaciones", "empotramiento", "transformador", "jefe de atención", "disparo cero",
            "ajuste rápido", "autoaprendizaje supervisado", "incorporación", "memoria larga a corto plazo"} <= refused  # fmt: skip


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_what_a_chapter_teaches_is_in_the_glossary(path):
    text = "\n".join(cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "markdown")
    listed = [word.strip(" *.") for found in LEARNT.findall(text) for word in found.split(",")]
    known = {name for term in ALL for name in names_of(term)}
    missing = [word for word in listed if not {glossary.plain(word), glossary.plain(word).removesuffix("s")} & known]
    assert not missing, f"faltan en el glosario: {missing}"


def test_it_is_read_in_alphabetical_order_and_by_chapter():
    spanish = [glossary.plain(term.spanish) for term in ALL]
    assert spanish == sorted(spanish) and len(ALL) > 90
    assert [term.spanish for term in glossary.of_chapter(2)][:3] == ["modelo de lenguaje", "token", "n-grama"]
    with pytest.raises(ValueError, match=r"El capítulo 15 no tiene términos .* 13, 14, 16\."):
        glossary.of_chapter(15)


@pytest.mark.parametrize("asked", ["embedding", "EMBEDDING", " embedding "])
def test_a_name_is_found_first(asked):
    assert glossary.find(asked)[0].spanish == "embedding"


def test_accents_do_not_count_and_english_is_understood():
    assert [term.spanish for term in glossary.find("atencion cruzada")] == ["atención cruzada"]
    assert glossary.find("greedy decoding")[0].spanish == "decodificación voraz"
    assert glossary.find("RAG")[0].spanish == "generación aumentada con recuperación"


def test_a_refused_word_leads_to_the_right_one():
    found = glossary.find("pesas")
    assert [term.spanish for term in found] == ["pesos"] and str(found).startswith("«pesas»: aquí decimos «pesos».")


@pytest.mark.parametrize(("asked", "name"), [("ficha", "token"), ("jefe", "cabeza de atención"), ("disparo", "cero ejemplos")])
def test_a_piece_of_a_refused_expression_is_enough(asked, name):
    assert glossary.find(asked)[0].spanish == name


@pytest.mark.parametrize("asked", ["ajuste", "prompt suave", "modelo de lenguaje"])
def test_a_good_word_is_not_taken_for_a_refused_one(asked):
    assert "aquí decimos" not in glossary.find(asked).note


def test_a_word_that_is_only_mentioned():
    found = glossary.find("compuertas que deciden")
    assert [term.spanish for term in found] == ["LSTM"] and "sale en la definición de 1" in found.note


def test_what_is_not_there_is_said():
    assert len(glossary.find("murciélago")) == 0 and "no está en el glosario" in str(glossary.find("murciélago"))
    with pytest.raises(ValueError, match="¿Qué término buscas?"):
        glossary.find("  ")


def test_it_shows_itself_and_trusts_no_one():
    text, markup = repr(glossary.find("logit")), glossary.find("logit")._repr_html_()
    assert text.startswith("logit · capítulo 7\n    La puntuación") and max(map(len, text.splitlines())) <= 100
    assert "<p" in markup and "<strong>logit</strong>" in markup
    assert "<img" not in glossary.find("<img src=x>")._repr_html_()


def test_a_long_list_comes_folded():
    assert ALL._repr_html_().startswith("<details>") and f"<strong>{len(ALL)} términos</strong>" in ALL._repr_html_()
    assert "<details>" not in glossary.of_chapter(14)._repr_html_()
