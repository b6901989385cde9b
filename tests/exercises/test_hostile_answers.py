"""Respuestas que se defienden: objetos que lanzan lo que sea al llamarlos, leerlos, compararlos o nombrarlos."""

from __future__ import annotations

import random

import numpy as np
import pytest

from course_utils.exercises import Outcome
from course_utils.exercises import chapter_02 as numbers
from course_utils.exercises import chapter_14 as arrays
from course_utils.exercises import chapter_16 as texts


def raises(error: BaseException):
    def answer(*_):
        raise error

    return answer


def gives(value: object):
    return lambda *_: value


class Exits:
    """Al mirarla, se acaba el programa."""

    def __repr__(self):
        raise SystemExit(3)

    tolist = __repr__


class OnlyRepr:
    def __repr__(self):
        raise SystemExit(3)


class Closed:
    def __call__(self, *_):
        return 4.0

    def __getattribute__(self, name):
        raise RuntimeError(name)


class NeverEqual(str):
    __hash__ = str.__hash__

    def __eq__(self, other):
        raise RuntimeError("ni lo intentes")


ANSWERS = {
    "any exception": (raises(BaseException("x")), "se detiene en su línea 2 con BaseException: x"),
    "a generator that closes": (raises(GeneratorExit()), "se detiene en su línea 2 con GeneratorExit"),
    "exits when read": (gives(Exits()), "que no sé leer"),
    "exits when named": (gives(OnlyRepr()), "(no se puede mostrar)"),
    "does not let itself be looked at": (Closed(), "devuelve 4"),
}


@pytest.mark.parametrize(("answer", "told"), ANSWERS.values(), ids=ANSWERS)
def test_it_is_told_in_one_sentence(answer, told):
    reply = numbers.perplejidad.check(answer)
    assert reply.outcome is not Outcome.UNTOUCHED and told in reply.text and "\n" not in reply.text


def test_a_text_of_its_own_class_is_compared_as_text():
    assert "debería" in texts.comentario.check(gives(NeverEqual("hola"))).text


@pytest.mark.parametrize("value", [[0.5] * 2_000_000, np.zeros((2000, 1000))], ids=["list", "array"])
def test_millions_of_numbers_are_not_read(value):
    assert "devuelve 2000000 números" in arrays.temperatura.check(gives(value)).text


def test_what_it_leaves_in_its_arguments_may_be_anything():
    def answer(given):
        given[:] = [NeverEqual("x")] * len(given)
        return random.random()

    assert numbers.perplejidad.check(answer).outcome is Outcome.WRONG
