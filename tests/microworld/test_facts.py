"""Los hechos: cada uno se dice y se pregunta de muchas maneras, y ninguna partición enseña las de otra."""

from __future__ import annotations

import pytest

from course_utils.microworld import facts

KNOWN = facts.knowledge()
SPLITS = ("train", "test", "compositional")
ROWS = facts.sample(6000, seed=3)


def said(answer: str, text: str) -> bool:
    return apart(answer) in apart(text)


def apart(text: str) -> str:
    return f" {text.lower()}".replace(" del ", " de el ").replace(" al ", " a el ")[1:]


def test_a_small_world_of_distinct_facts():
    assert 150 <= len(KNOWN) <= 250
    assert len({(fact.subject, fact.relation) for fact in KNOWN}) == len(KNOWN)


@pytest.mark.parametrize("fact", KNOWN[::9], ids=lambda fact: f"{fact.relation}: {fact.subject}")
def test_every_fact_has_many_wordings(fact):
    assert len(set(facts.statements(fact))) + 1 >= 6 and len(set(facts.questions(fact))) >= 3
    assert len(facts.statements(fact, "test")) == len(facts.questions(fact, "test")) == 1
    assert facts.statements(fact, "compositional") and len(set(facts.questions(fact, "compositional"))) >= 2


def test_every_statement_says_the_answer():
    wrong = [(text, fact) for fact in KNOWN for split in SPLITS for text in facts.statements(fact, split) if not said(fact.answer, text)]
    assert wrong == []


def test_no_question_has_two_answers():
    answers: dict[str, set[str]] = {}
    for fact in KNOWN:
        for split in SPLITS:
            for question in facts.questions(fact, split):
                answers.setdefault(question, set()).add(fact.answer)
    assert {question: found for question, found in answers.items() if len(found) > 1} == {}


@pytest.mark.parametrize("split", ["test", "compositional"])
def test_what_is_held_out_is_in_no_training_document(split):
    taught = "\n".join({facts.document(row) for row in ROWS} | {row.text for row in ROWS})
    for fact in KNOWN:
        for text in (*facts.statements(fact, split), *facts.questions(fact, split)):
            assert text not in taught, text


def test_the_rows_of_each_split_use_only_their_wordings():
    by_key = {(fact.subject, fact.relation): fact for fact in KNOWN}
    for split in SPLITS:
        for row in facts.sample(500, seed=4, split=split):
            fact = by_key[row.subject, row.relation]
            assert row.question in facts.questions(fact, split) and row.answer == fact.answer
            assert any(row.text.startswith(text) for text in facts.statements(fact, split))


def test_training_teaches_every_fact_as_statement_and_as_answer():
    told = {(row.subject, row.relation) for row in ROWS if facts.document(row).startswith(row.text)}
    asked = {(row.subject, row.relation) for row in ROWS if facts.document(row).startswith("Pregunta: ")}
    assert told == asked == {(fact.subject, fact.relation) for fact in KNOWN}


def test_the_documents_are_short_and_well_written():
    for row in ROWS:
        text = facts.document(row)
        assert len(text.split()) <= 100
        assert not any(wrong in text for wrong in ("{", "}", " de el ", " a el ", "  ", "..", " ."))
        assert all(line[0].isupper() or line[0] in "«¿¡" for line in text.split("\n")), text


def test_an_article_and_a_verb_agree():
    texts = {row.text for row in facts.sample(4000, seed=8)}
    assert any("le gustan mucho las castañas" in text for text in texts) and any("le gusta mucho el " in text for text in texts)
    assert not any("gusta mucho los" in text or "gustan mucho el" in text for text in texts)
    assert any("la tortuga de Jacinta" in text for text in texts) and any("el gato de Inés" in text for text in texts)


def test_the_same_seed_gives_the_same_rows():
    assert facts.sample(30, seed=5) == facts.sample(30, seed=5) != facts.sample(30, seed=6)


def test_bad_requests_get_a_sentence():
    with pytest.raises(ValueError, match="Has pedido -1"):
        facts.sample(-1)
    with pytest.raises(ValueError, match="ninguna partición"):
        facts.sample(1, split="otra")
