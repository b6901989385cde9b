"""Convertir dentro de una carpeta propia, y comprobar de paso lo que vale para todo cuaderno."""

from __future__ import annotations

import os
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest

from course_utils import paths
from course_utils.conversion import command

from .making import written

BEFORE = "print('el programa de antes')\n"
CONVERTING = "[NbConvertApp] Converting notebook X.ipynb to script"


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """Una carpeta vacía, que es la de trabajo."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def order(folder, capsys, caplog) -> Callable[..., tuple[int, list[str]]]:
    """`order("--input", …)`: ejecuta la orden y devuelve su código y las líneas que dice."""

    def run(*arguments: str | Path) -> tuple[int, list[str]]:
        capsys.readouterr()
        with warnings.catch_warnings(record=True) as unwanted:
            warnings.simplefilter("always")
            try:
                code = command.main([str(argument) for argument in arguments])
            except SystemExit as end:
                code = end.code
        told = capsys.readouterr()
        assert "Traceback" not in told.err and told.out == "" and caplog.text == ""
        found = [str(w.message) for w in unwanted if issubclass(w.category, (SyntaxWarning, UserWarning)) or "escape" in str(w.message)]
        assert found == [], "se verían en la salida de errores"
        return code, told.err.splitlines()

    return run


@pytest.fixture
def refused(folder, order) -> Callable[..., str]:
    """`refused(cuaderno)`: lo que dice la orden al negarse, que es una frase; y que no ha tocado nada."""

    def convert(content: object, *more: str, code: int = 1) -> str:
        put(folder / "X.ipynb", content)
        (folder / "X.py").write_text(BEFORE)
        before = snapshot(folder)
        found, lines = order("--input", "X.ipynb", "--output", "X.py", *more)
        assert (found, lines[0], len(lines)) == (code, CONVERTING, 2), lines
        assert snapshot(folder) == before
        assert lines[1].isprintable()
        return lines[1]

    return convert


@pytest.fixture
def accepted(folder, order) -> Callable[..., str]:
    """`accepted(cuaderno)`: lo que escribe el programa, que se ha hecho y ejecutado sin un solo aviso."""

    def convert(content: object, *more: str) -> str:
        put(folder / "X.ipynb", content)
        (folder / "X.py").write_text(BEFORE)
        source = (folder / "X.ipynb").read_bytes()
        found, lines = order("--input", "X.ipynb", "--output", "X.py", *more)
        assert (found, lines) == (0, [CONVERTING, f"[NbConvertApp] Writing {(folder / 'X.py').stat().st_size} bytes to X.py"])
        assert set(snapshot(folder)) == {"X.ipynb", "X.py"} and (folder / "X.ipynb").read_bytes() == source
        return output(folder / "X.py")

    return convert


@pytest.fixture
def real_order(folder) -> Callable[..., subprocess.Popen]:
    """`real_order("--input", …)`: la orden de verdad, en otro proceso, con las tuberías que se digan."""

    def start(*arguments: str | Path, **pipes: object) -> subprocess.Popen:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "env": environment, **pipes}
        return subprocess.Popen([sys.executable, paths.ROOT / "convert_notebook_to_script.py", *arguments], cwd=folder, **pipes)

    return start


def put(path: Path, content: object) -> None:
    path.write_bytes(content if isinstance(content, bytes) else written(content))


def snapshot(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def output(program: Path) -> str:
    """Lo que escribe el programa, en un Python sin nada del entorno."""
    done = subprocess.run([sys.executable, "-I", "-X", "utf8", program], stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    return done.stdout
