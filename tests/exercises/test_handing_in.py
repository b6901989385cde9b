"""La entrega: lo que dice el progreso y nada más, escrita entera y solo cuando se pide."""

import json
import os

import pytest

from course_utils import exercises, paths
from course_utils.exercises import chapter_02 as ejercicios
from course_utils.exercises import logbook, questions, self_test

from .conftest import EXERCISES


def wrong(ps):
    return "una respuesta muy mía"


@pytest.fixture
def file(tmp_path):
    folder = tmp_path / "para entregar"
    folder.mkdir()
    return folder / "entrega.json"


def written(file):
    return json.loads(file.read_text("utf-8"))


def test_it_tells_every_exercise_and_question_with_its_tries(file):
    ejercicios.perplejidad.check(wrong), ejercicios.perplejidad.check(wrong), self_test.check(2, "d"), self_test.check(2, "a")
    reply = exercises.export(str(file), name="  Ana   Ruiz ")
    found = written(file)
    assert found["nombre"] == "Ana Ruiz" and str(file) in reply.text
    assert found["resumen"] == f"0 de {len(EXERCISES)} ejercicios resueltos y 1 de 30 preguntas acertadas"
    assert found["capitulos"]["02 · ¿Qué es un modelo de lenguaje?"]["perplejidad"] == {"resultado": "empezado", "intentos": 2}
    assert found["autoevaluacion"]["pregunta 2"] == {"resultado": "después", "intentos": 2}
    told = [f"{title[:2]}.{name}" for title, chapter in found["capitulos"].items() for name in chapter]
    assert sorted(told) == sorted(exercise.key for exercise in EXERCISES)
    assert list(found["autoevaluacion"]) == [f"pregunta {one.number}" for one in questions.questions()]


def test_nothing_that_the_learner_wrote_nor_when_nor_where_is_in_it(file):
    ejercicios.perplejidad.check(wrong), ejercicios.perplejidad.hint(), ejercicios.perplejidad.solution()
    exercises.export(file, name="Ana")
    assert "muy mía" not in file.read_text("utf-8")
    assert set(written(file)) == {"curso", "version", "nombre", "resumen", "capitulos", "autoevaluacion"}
    assert set(written(file)["capitulos"]["02 · ¿Qué es un modelo de lenguaje?"]["perplejidad"]) == {"resultado", "intentos"}


def test_the_same_progress_gives_the_same_bytes_and_a_later_one_takes_its_place(file):
    exercises.export(file, name="Ana")
    before = file.read_bytes()
    exercises.export(file, name="Ana")
    assert file.read_bytes() == before
    ejercicios.perplejidad.check(wrong)
    exercises.export(file, name="Ana")
    assert file.read_bytes() != before and os.listdir(file.parent) == ["entrega.json"]


def test_with_the_dots_untouched_it_only_says_what_it_would_tell(file, capsys):
    reply = exercises.export(file, name=...)
    assert reply.text.startswith("Cambia los puntos suspensivos por tu nombre") and "0 de 30 preguntas" in capsys.readouterr().out
    assert exercises.export(file).text == reply.text and not file.exists()


@pytest.mark.parametrize("name", ["", "   ", None, 7, b"Ana"])
def test_a_name_that_is_not_one(name, file):
    with pytest.raises(ValueError, match="El nombre va entre comillas y no puede estar vacío: he recibido"):
        exercises.export(file, name=name)
    assert not file.exists()


def test_a_name_that_hides_something_or_has_no_end(file):
    with pytest.raises(ValueError, match=r"caracteres que no se ven, «Ana\\u202e»"):
        exercises.export(file, name="Ana\u202e")
    with pytest.raises(ValueError, match="tiene 81 letras y caben 80"):
        exercises.export(file, name="A" * 81)
    assert not file.exists()


@pytest.mark.parametrize("path", ["", None, 3, ..., "a\0.json"])
def test_a_path_that_is_not_one(path):
    with pytest.raises(ValueError, match="Di en qué fichero la escribo"):
        exercises.export(path, name="Ana")


def test_what_is_not_a_hand_in_is_left_alone(file):
    with pytest.raises(ValueError, match="no acaba en «.json»"):
        exercises.export(file.with_suffix(".ipynb"), name="Ana")
    for other in ('{"lo": "mío"}', "no es JSON", "[]"):
        file.write_text(other)
        with pytest.raises(ValueError, match="ya existe y no es una entrega: no lo toco"):
            exercises.export(file, name="Ana")
        assert file.read_text() == other
    file.unlink(), file.mkdir()
    with pytest.raises(ValueError, match="ya existe y no es una entrega"):
        exercises.export(file, name="Ana")


def test_a_folder_that_is_not_there_is_said(tmp_path):
    with pytest.raises(OSError, match="No he podido escribir la entrega en «.*»: su carpeta no existe. Prueba en otra"):
        exercises.export(tmp_path / "ninguna" / "entrega.json", name="Ana")


def test_a_failure_while_writing_leaves_the_old_one_whole(file, monkeypatch):
    exercises.export(file, name="Ana")
    before = file.read_bytes()
    ejercicios.perplejidad.check(wrong)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(paths.os, "fsync", full)
    with pytest.raises(OSError, match="no queda espacio en el disco"):
        exercises.export(file, name="Ana")
    assert file.read_bytes() == before and os.listdir(file.parent) == ["entrega.json"]


def test_damaged_progress_is_said_and_what_is_understood_is_handed_in(file, progress_file):
    good = {"resultado": "resuelto", "intentos": 2}
    progress_file.write_text(json.dumps({"version": 1, "ejercicios": {"02.perplejidad": good, "02.bigramas": "hecho"}}))
    reply = exercises.export(file, name="Ana")
    assert "hay anotaciones que no entiendo" in reply.note
    assert written(file)["capitulos"]["02 · ¿Qué es un modelo de lenguaje?"]["perplejidad"] == good


def test_looking_does_not_change_the_progress(file, progress_file):
    logbook.record("02.perplejidad", right=True)
    before = progress_file.read_bytes()
    exercises.export(file, name="Ana")
    assert progress_file.read_bytes() == before
