"""Preparar el entorno: lo que se deja dentro de él y lo que se dice cuando no se puede."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import pytest

from course_utils import paths
from tools import finish_install


@pytest.fixture
def folder(tmp_path):
    """Una carpeta con solo lo que lee tools/install.sh, donde estropear cosas sin miedo."""
    (tmp_path / "tools").mkdir()
    shutil.copy(paths.ROOT / "tools" / "install.sh", tmp_path / "tools")
    return tmp_path


def executable(path, body: str):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path


def install(folder, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], **variables}
    command = ["sh", "tools/install.sh", "requirements.txt"]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, encoding="utf-8")


def test_a_python_too_old_is_named(folder):
    old = executable(folder / "viejo", 'case "$2" in *exit*) exit 1;; *) echo 3.9.2;; esac')
    done = install(folder, PYTHON=str(old))
    assert done.returncode == 1
    assert "El curso necesita Python 3.11, 3.12 o 3.13 y aquí se ha encontrado: 3.9.2." in done.stderr


def test_no_python_at_all(folder):
    done = install(folder, PYTHON="python_que_no_existe")
    assert done.returncode == 1 and "se ha encontrado: ninguno" in done.stderr


@pytest.mark.parametrize(("torch_is_there", "what"), [("exit 1", "torch==2.13.0"), ("exit 0", "-r requirements.txt")])
def test_pip_failing_says_what_it_was_installing(folder, torch_is_there, what):
    executable(folder / ".venv/bin/python", f'case "$*" in *pip*) echo "sin red" >&2; exit 1;; *importlib*) {torch_is_there};; esac')
    done = install(folder)
    assert done.returncode == 1
    assert "sin red" in done.stderr and f"pip no ha podido instalar: {what}" in done.stderr


def test_what_torch_asks_pip_reaches_pip_word_by_word(folder):
    executable(folder / ".venv/bin/python", 'case "$*" in *pip*) shift 5; echo "[$1][$2][$3]";; *importlib*) exit 1;; esac')
    done = install(folder, TORCH="torch==2.13.0 --index-url https://example.org/cpu")
    assert "[torch==2.13.0][--index-url][https://example.org/cpu]" in done.stdout


def test_jupyterlab_comes_up_in_spanish_and_keeps_other_settings(tmp_path):
    settings = tmp_path / "share/jupyter/lab/settings/overrides.json"
    settings.parent.mkdir(parents=True)
    settings.write_text(json.dumps({"otra": {"ajuste": 1}}))
    finish_install.set_spanish(tmp_path)
    assert json.loads(settings.read_text()) == {"otra": {"ajuste": 1}, **finish_install.SETTINGS}
    assert finish_install.SETTINGS["@jupyterlab/translation-extension:plugin"] == {"locale": "es_ES"}


def test_the_package_is_found_from_anywhere_and_nbconvert_knows_its_exporter(tmp_path):
    code = "import course_utils; from nbconvert.exporters import get_exporter; print(get_exporter('programa').__name__)"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert done.stdout == "ProgramExporter\n", done.stderr


def test_outside_a_virtual_environment_nothing_is_written(monkeypatch):
    monkeypatch.setattr(finish_install.sys, "prefix", finish_install.sys.base_prefix)
    with pytest.raises(SystemExit, match="dentro de un entorno virtual"):
        finish_install.main()
