"""Dónde se guarda lo de quien estudia, y que nada quede a medias."""

from __future__ import annotations

import os

import pytest

from course_utils import paths


def test_folders_are_those_of_the_repository():
    assert paths.ROOT.joinpath("pyproject.toml").exists() and paths.NOTEBOOKS.parent == paths.ROOT


def test_user_file_follows_the_variable_and_makes_its_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("CURSO_DATOS", str(tmp_path / "mis" / "datos"))
    assert paths.user_file("progreso.json") == tmp_path / "mis" / "datos" / "progreso.json"
    assert (tmp_path / "mis" / "datos").is_dir()


def test_user_file_lives_in_the_repository(tmp_path, monkeypatch):
    monkeypatch.delenv("CURSO_DATOS", raising=False)
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    assert paths.user_file("progreso.json") == tmp_path / ".curso" / "progreso.json"


def test_user_file_goes_home_when_the_repository_is_read_only(tmp_path, monkeypatch):
    monkeypatch.delenv("CURSO_DATOS", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(paths, "ROOT", tmp_path / "curso")
    (tmp_path / "curso").write_text("un fichero donde iría la carpeta: ni siquiera root puede crear nada dentro")
    assert paths.user_file("progreso.json") == tmp_path / ".curso" / "progreso.json"


@pytest.mark.parametrize("name", ["", "../progreso.json", "a/b", "/etc/passwd"])
def test_user_file_wants_a_simple_name(name):
    with pytest.raises(ValueError, match="escribe uno simple"):
        paths.user_file(name)


@pytest.mark.parametrize(("content", "size"), [("ñ", 2), (b"\x00\xff\x00", 3)])
def test_write_whole_replaces_and_counts_bytes(tmp_path, content, size):
    target = tmp_path / "x"
    target.write_text("antes")
    assert paths.write_whole(target, content) == size == target.stat().st_size
    assert list(tmp_path.iterdir()) == [target]


def test_write_whole_leaves_what_was_there_if_it_fails(tmp_path, monkeypatch):
    target = tmp_path / "x"
    target.write_text("antes")

    def full_disk(*_):
        raise OSError(28, "No queda espacio")

    monkeypatch.setattr(os, "replace", full_disk)
    with pytest.raises(OSError, match="No queda espacio"):
        paths.write_whole(target, "después")
    assert target.read_text() == "antes" and list(tmp_path.iterdir()) == [target]
