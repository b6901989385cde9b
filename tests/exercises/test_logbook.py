"""El progreso: un fichero local que se escribe entero, aguanta daños y nunca estropea una corrección."""

import json
import math
import os
import subprocess
import sys

import pytest

from course_utils import exercises, paths
from course_utils.exercises import Outcome, logbook
from course_utils.exercises import chapter_02 as ejercicios

from .conftest import EXERCISES

exercise = ejercicios.perplejidad
KEY = "02.perplejidad"


def right(ps):
    return math.exp(-sum(map(math.log, ps)) / len(ps))


def wrong(ps):
    return 4.0


def noted(path):
    return json.loads(path.read_text(encoding="utf-8"))["ejercicios"]


def test_attempts_are_counted_and_a_solved_exercise_stays_solved(progress_file):
    exercise.check(wrong)
    assert noted(progress_file) == {KEY: {"resultado": "empezado", "intentos": 1}}
    exercise.check(right)
    reply = exercise.check(wrong)
    assert noted(progress_file) == {KEY: {"resultado": "resuelto", "intentos": 3}}
    assert reply.outcome is Outcome.WRONG and reply.note == ""


def test_it_is_kept_in_one_file_and_nowhere_else(progress_file):
    exercise.check(right)
    ejercicios.sorpresa_media.check(wrong)
    assert os.listdir(progress_file.parent) == ["progreso.json"]


def test_nothing_that_the_learner_wrote_is_kept(progress_file):
    exercise.check(lambda ps: "una respuesta muy mía")
    assert set(noted(progress_file)[KEY]) == {"resultado", "intentos"}


DAMAGED = {
    "cortado": b'{"version": 1, "ejercicios": {"02.perpl',
    "vacío": b"",
    "no es UTF-8": b"\xff\xfe\x00{",
    "otra cosa": b"[1, 2, 3]",
    "sin ejercicios": b'{"version": 1}',
    "ejercicios en lista": b'{"ejercicios": []}',
    "un abismo": b"[" * 100_000,
    "un entero sin fin": b'{"ejercicios": {"02.perplejidad": {"resultado": "resuelto", "intentos": ' + b"9" * 10_000 + b"}}}",
    "gigante": b'{"version": 1, "ejercicios": {}}' + b" " * logbook.LARGEST,
}


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED.keys())
def test_a_damaged_file_is_set_aside_untouched_and_the_check_goes_on(content, progress_file):
    progress_file.write_bytes(content)
    reply = exercise.check(right)
    aside = progress_file.with_name("progreso-ilegible-1.json")
    assert reply.outcome is Outcome.RIGHT
    assert str(progress_file) in reply.note and "Lo he apartado como `progreso-ilegible-1.json`" in reply.note
    assert aside.read_bytes() == content
    assert noted(progress_file) == {KEY: {"resultado": "resuelto", "intentos": 1}}
    assert exercise.check(right).note == ""


def test_a_second_damage_does_not_overwrite_what_the_first_set_aside(progress_file):
    for content in (b"uno", b"dos"):
        progress_file.write_bytes(content)
        exercise.check(right)
    assert [progress_file.with_name(f"progreso-ilegible-{n}.json").read_bytes() for n in (1, 2)] == [b"uno", b"dos"]


GOOD = {"resultado": "resuelto", "intentos": 2}
HOSTILE = [
    {"resultado": "<script>alert(1)</script>", "intentos": 1},
    {"resultado": ["resuelto"], "intentos": 1},
    {"resultado": "resuelto", "intentos": -1},
    {"resultado": "resuelto", "intentos": True},
    {"resultado": "resuelto", "intentos": 1e999},
    {"resultado": "resuelto", "intentos": 1, "de más": {}},
    {"resultado": "resuelto"},
    "resuelto",
    None,
]


@pytest.mark.parametrize("entry", HOSTILE, ids=[str(entry)[:40] for entry in HOSTILE])
def test_a_hand_edited_entry_is_not_believed_and_the_good_ones_survive(entry, progress_file):
    content = json.dumps({"version": 1, "ejercicios": {KEY: entry, "14.top_k": GOOD, "<img src=x>\ud800": GOOD}})
    progress_file.write_text(content)
    summary = exercises.progress()
    assert "hay anotaciones que no entiendo" in summary.problem
    assert "<img" not in summary.html() and "<script" not in summary.html()
    assert progress_file.read_text() == content  # mirar no cambia nada
    reply = exercise.check(right)
    assert reply.outcome is Outcome.RIGHT and "progreso-ilegible-1.json" in reply.note
    assert noted(progress_file)["14.top_k"] == GOOD and noted(progress_file)[KEY]["intentos"] == 1
    assert progress_file.with_name("progreso-ilegible-1.json").read_text() == content


def test_a_folder_in_its_place_is_set_aside_too(progress_file):
    (progress_file / "dentro").mkdir(parents=True)
    assert "no es un fichero normal" in exercises.progress().problem
    assert "no es un fichero normal" in exercise.check(right).note
    assert (progress_file.with_name("progreso-ilegible-1.json") / "dentro").is_dir()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows no tiene tuberías con nombre")
def test_a_pipe_in_its_place_does_not_block(progress_file):
    os.mkfifo(progress_file)
    assert "no es un fichero normal" in exercise.check(right).note


def test_where_no_file_can_be_written_the_session_remembers(tmp_path, monkeypatch):
    (tmp_path / "ocupado").write_text("soy un fichero")
    monkeypatch.setenv("CURSO_DATOS", str(tmp_path / "ocupado"))
    reply = exercise.check(right)
    assert reply.outcome is Outcome.RIGHT
    assert reply.note.startswith("No he podido guardar tu progreso en `") and "su carpeta no es una carpeta" in reply.note
    assert sum(chapter.solved for chapter in exercises.progress().chapters) == 1
    monkeypatch.setenv("CURSO_DATOS", str(tmp_path / "libre"))
    ejercicios.sorpresa_media.check(wrong)
    assert set(noted(tmp_path / "libre" / "progreso.json")) == {KEY, "02.sorpresa_media"}


def test_without_permission_nothing_is_lost_nor_left_behind(progress_file, monkeypatch):
    exercise.check(wrong)
    before = progress_file.read_bytes()

    def forbidden(*_):
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", forbidden)
        assert "no tienes permiso" in exercise.check(right).note
    assert progress_file.read_bytes() == before and os.listdir(progress_file.parent) == ["progreso.json"]
    exercise.check(wrong)
    assert noted(progress_file)[KEY] == {"resultado": "resuelto", "intentos": 3}


def test_a_failure_while_writing_leaves_the_old_file_whole(progress_file, monkeypatch):
    exercise.check(wrong)
    before = progress_file.read_bytes()

    def half(document, file, **_):
        file.write('{"version"')
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(logbook.json, "dump", half)
    assert "no queda espacio en el disco" in exercise.check(right).note
    assert progress_file.read_bytes() == before and os.listdir(progress_file.parent) == ["progreso.json"]


def test_progress_tells_each_chapter(capsys):
    exercise.check(right), ejercicios.bigramas.check(wrong)
    capsys.readouterr()
    summary = exercises.progress()
    assert capsys.readouterr().out == str(summary) + "\n"
    assert repr(summary) == f"<Progreso: 1 de {len(EXERCISES)} ejercicios>"
    assert "Capítulo 2 · ¿Qué es un modelo de lenguaje?: 1 de 4 resueltos" in str(summary)
    assert "✓ perplejidad (resuelto), … bigramas (empezado), ○ sorpresa_media (sin empezar)" in str(summary)
    assert "Capítulo 14 · Parámetros de configuración para inferencia: 0 de 4 resueltos" in summary.html()


def test_two_notebooks_at_once_leave_a_whole_file(progress_file):
    """Dos procesos que anotan a la vez: el fichero siempre se lee entero y no queda ningún borrador."""
    code = "import sys; from course_utils.exercises import logbook\nfor n in range(40): logbook.record(f'02.{sys.argv[1]}{n}', right=True)"
    environment = {**os.environ, "CURSO_DATOS": str(progress_file.parent), "PYTHONPATH": str(paths.ROOT)}
    writers = [subprocess.Popen([sys.executable, "-c", code, name], env=environment) for name in "ab"]
    while any(writer.poll() is None for writer in writers):
        assert logbook.entries()[1] == ""
    assert [writer.returncode for writer in writers] == [0, 0]
    assert os.listdir(progress_file.parent) == ["progreso.json"] and len(noted(progress_file)) >= 40


def test_a_link_is_read_and_what_it_points_to_is_not_written(progress_file, tmp_path_factory):
    other = tmp_path_factory.mktemp("otro") / "ajeno.json"
    other.write_text('{"version": 1, "ejercicios": {}}')
    progress_file.symlink_to(other)
    assert exercise.check(right).note == ""
    assert other.read_text() == '{"version": 1, "ejercicios": {}}' and noted(progress_file)[KEY]["intentos"] == 1
