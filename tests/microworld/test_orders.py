"""Los encargos: pares exactos, distintos, repetibles, y con una prueba que no sale en ningún entrenamiento."""

from __future__ import annotations

import pytest

from course_utils.microworld import code, mixture, orders
from course_utils.microworld.splits import held_out


def texts(order: str, **options) -> set[str]:
    return {pair.prompt for pair in orders.pairs(order, 60, requested=False, **options)}


@pytest.mark.parametrize("order", orders.ORDERS)
def test_they_are_distinct_and_the_same_for_a_seed(order):
    found = orders.pairs(order, 60, seed=3)
    assert len({pair.prompt for pair in found}) == 60
    assert found == orders.pairs(order, 60, seed=3) != orders.pairs(order, 60, seed=4)
    assert found[:20] == orders.pairs(order, 20, seed=3)
    head, tail = orders.ORDERS[order].request.split("{}")
    assert all(pair.prompt.startswith(head) and pair.prompt.endswith(tail) for pair in found)


@pytest.mark.parametrize("order", orders.ORDERS)
def test_the_two_splits_share_no_text(order):
    assert all(held_out(text) for text in texts(order, split="test"))
    assert not any(held_out(text) for text in texts(order))


def test_the_answers_are_right():
    assert orders.pairs("futuro", 3, seed=1)[0] == orders.Pair(
        "Ponla en futuro: La reina esconde una mochila negra.", "La reina esconderá una mochila negra."
    )


@pytest.mark.parametrize(
    ("order", "changed"),
    [("negación", lambda text, answer: answer.replace(" no ", " ", 1) == text and text != answer),
     ("pregunta", lambda text, answer: sorted(answer.strip("¿?").casefold().split()) == sorted(text.rstrip(".").casefold().split())),
     ("plural", lambda text, answer: answer.split()[0] in ("Los", "Las") and len(answer.split()) == len(text.split())),
     ("opinión", lambda text, answer: answer in ("positiva", "negativa", "mixta")),
     ("futuro", lambda text, answer: len(answer.split()) == len(text.split()) and
                                     sum(a != b for a, b in zip(answer.split(), text.split())) == 1)],
)  # fmt: skip
def test_each_order_does_what_it_says(order, changed):
    for pair in orders.pairs(order, 80, seed=5, requested=False):
        assert changed(pair.prompt, pair.completion), pair


def test_mixed_orders_come_in_equal_parts_and_shuffled():
    found = orders.mixed(["futuro", "negación", "inglés"], 31, seed=2)
    heads = [pair.prompt.split(":")[0] for pair in found]
    assert sorted(map(heads.count, set(heads))) == [10, 10, 11]
    assert heads != sorted(heads)


@pytest.mark.parametrize("kind", orders.KNOWN)
def test_what_is_known_is_written_as_the_decoder_read_it(kind):
    found = orders.known(kind, 30, seed=1)
    assert len(found) == 30 and all(pair.plain for pair in found)
    learned = set(mixture.documents(2000, seed=1))
    assert not any(pair.prompt + pair.completion in learned for pair in found)


def test_the_known_code_gives_the_stated_value():
    assert all(code.check(pair.prompt + pair.completion) for pair in orders.known("código", 30, seed=1))


@pytest.mark.parametrize(
    ("call", "message"),
    [(lambda: orders.pairs("pasado", 3), "No hay ningún encargo «pasado»: los que hay son futuro"),
     (lambda: orders.pairs("futuro", 0), "Has pedido 0 pares"),
     (lambda: orders.pairs("futuro", 3, split="compositional"), "«compositional»"),
     (lambda: orders.known("cuentos", 3), "«cuentos» no es nada que el decodificador sepa")],
)  # fmt: skip
def test_what_cannot_be_is_explained(call, message):
    with pytest.raises(ValueError, match=message):
        call()
