"""Cada prueba de ejercicios estrena fichero de progreso, pistas y sesión."""

import pytest

from course_utils.exercises import logbook, summary

EXERCISES = [exercise for chapter in summary.chapter_names() for exercise in summary.exercises_of(chapter)]


@pytest.fixture(autouse=True)
def fresh(tmp_path, monkeypatch):
    """Progreso en una carpeta vacía, nada pendiente de escribir y las pistas por la primera."""
    monkeypatch.setenv("CURSO_DATOS", str(tmp_path))
    monkeypatch.setattr(logbook, "_unsaved", {})
    for exercise in EXERCISES:
        monkeypatch.setattr(exercise, "_hints_given", 0)


@pytest.fixture
def progress_file(tmp_path):
    return tmp_path / "progreso.json"
