"""¿Quién lo ha escrito?: el autor no se sabe antes de apostar, solo vale la primera apuesta y la cuenta es la de los aciertos."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from course_utils.widgets.guessing import Author, Session

ANA, LUIS, EVA = Author("Ana", "escribe con a.", ("aaa", "aba")), Author("Luis", "escribe con l.", ("lll",)), Author("Eva", "¿eh?", ("e",))


@pytest.fixture
def session() -> Session:
    return Session([ANA, LUIS, EVA], rounds=4, seed=1)


def test_the_author_does_not_travel_until_one_is_chosen(session):
    view = session.snapshot()
    assert (view["author"], view["guess"], view["verdict"]) == ("", "", "")
    assert session.author.about not in json.dumps(view, ensure_ascii=False)
    after = session.choose("Ana")
    assert after["author"] == session.author.name and session.author.about in after["verdict"]


def test_only_the_first_guess_counts(session):
    wrong = next(name for name in ("Ana", "Luis", "Eva") if name != session.author.name)
    assert session.choose(wrong)["score"] == "0 de 1 aciertos."
    assert session.choose(session.author.name)["score"] == "0 de 1 aciertos." and session.snapshot()["guess"] == wrong


def test_a_round_is_not_skipped_without_a_guess_and_the_last_one_is_the_last(session):
    assert session.following()["where"] == "Texto 1 de 4"
    for _ in range(4):
        session.choose(session.author.name)
        view = session.following()
    assert view["where"] == "Texto 4 de 4" and view["last"] and view["score"] == "4 de 4 aciertos."


def test_every_author_comes_out_before_any_text_is_repeated(session):
    texts = [text for _, text in session.rounds]
    assert len(set(texts)) == 4 and {one.name for one, _ in session.rounds[:3]} == {"Ana", "Luis", "Eva"}
    many = Session([ANA, LUIS], rounds=12).rounds
    assert Counter(one.name for one, _ in many)["Ana"] == 8


def test_another_game_starts_from_nothing_with_another_order():
    session = Session([ANA, LUIS, EVA], rounds=4)
    before = [text for _, text in session.rounds]
    session.choose("Ana")
    assert session.restart()["score"] == "Aún no has apostado."
    assert [text for _, text in Session([ANA, LUIS, EVA], rounds=4).rounds] == before
    assert any([text for _, text in session.rounds] != before or session.restart() is None for _ in range(4))


@pytest.mark.parametrize(("authors", "rounds", "said"), [
    ([ANA], 3, "dos autores o más"), ([ANA, ANA], 3, "nombres distintos"), ([ANA, Author("X", "", ())], 3, "algún texto"),
    ([ANA, LUIS], 0, "entero de 1 o más"), ([ANA, LUIS], True, "entero de 1 o más"),
])  # fmt: skip
def test_bad_input_gets_a_sentence(authors, rounds, said):
    with pytest.raises(ValueError, match=said):
        Session(authors, rounds=rounds)


def test_an_unknown_author_gets_a_sentence_and_changes_nothing(session):
    with pytest.raises(ValueError, match="No hay ningún autor «Óscar»"):
        session.choose("Óscar")
    assert session.snapshot()["guess"] == ""
