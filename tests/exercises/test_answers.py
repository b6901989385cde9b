"""Las respuestas de quien aprende, de todos los capítulos: cada error lee lo suyo, y quien acierta de otra manera también acierta.

Cada `test_chapter_NN.py` pone las suyas: WRONG, (ejercicio, respuesta, palabras que debe leer), y RIGHT, (ejercicio, respuesta).
"""

from importlib import import_module
from pathlib import Path

import pytest

from course_utils.exercises import Outcome

CHAPTERS = [import_module(f"{__package__}.{path.stem}") for path in sorted(Path(__file__).parent.glob("test_chapter_*.py"))]
WRONG = [one for chapter in CHAPTERS for one in chapter.WRONG]
RIGHT = [one for chapter in CHAPTERS for one in chapter.RIGHT]


@pytest.mark.filterwarnings("ignore:overflow:RuntimeWarning")
@pytest.mark.parametrize(
    ("exercise", "answer", "words"), WRONG, ids=[f"{exercise.key}-{i}-{words[:20]}" for i, (exercise, _, words) in enumerate(WRONG)]
)
def test_a_wrong_answer_reads_its_misconception(exercise, answer, words):
    reply = exercise.check(answer)
    assert reply.outcome is Outcome.WRONG
    assert words in reply.text


@pytest.mark.parametrize(("exercise", "answer"), RIGHT, ids=[f"{exercise.key}-{i}" for i, (exercise, _) in enumerate(RIGHT)])
def test_other_ways_of_being_right_are_right(exercise, answer):
    assert exercise.check(answer).outcome is Outcome.RIGHT


def test_every_exercise_has_three_wrong_answers_at_least():
    for exercise in {one for one, *_ in WRONG}:
        assert sum(one is exercise for one, *_ in WRONG) >= 3, exercise.key
