"""Sitios donde no se puede escribir, o se interrumpe: lo que había queda byte a byte, y no sobra ningún borrador."""

from __future__ import annotations

import errno
import io
import os
import resource
import shutil
import signal
import stat
import subprocess
import threading
from functools import partial
from pathlib import Path

import pytest

from course_utils import paths
from course_utils.conversion import ConversionError, convert, writing

from .conftest import BEFORE, CONVERTING, output, snapshot
from .making import HELLO, code, notebook, written

ADVICE = ": elige otra carpeta o revisa sus permisos y el espacio que queda."
INTERRUPTED = "Interrumpido: ningún programa ha quedado a medias."


@pytest.fixture
def place(folder):
    """Un cuaderno, X.ipynb, y su programa de antes, X.py."""
    (folder / "X.ipynb").write_bytes(HELLO)
    (folder / "X.py").write_text(BEFORE)
    return folder


def same_file(name: object) -> str:
    return f"El cuaderno y el programa serían el mismo fichero, «{name}»: da otro nombre a la salida."


def unwritable(name: object, reason: str) -> str:
    return f"No puedo escribir «{name}» ({reason}){ADVICE}"


# ---- La salida no puede ser el cuaderno ----

def make_links(folder: Path) -> None:
    (folder / "enlace.py").symlink_to("X.ipynb")
    (folder / "duro.py").hardlink_to(folder / "X.ipynb")
    (folder / "dentro").mkdir()
    (folder / "carpeta").symlink_to(".")


SAME = ["X.ipynb", "./X.ipynb", "dentro/../X.ipynb", "carpeta/X.ipynb", "enlace.py", "duro.py", "{folder}/X.ipynb"]


@pytest.mark.parametrize("name", SAME)
@pytest.mark.parametrize("source", ["X.ipynb", "{folder}/X.ipynb", "enlace.py"])
def test_the_output_is_not_the_input(name, source, place, order):
    make_links(place)
    before = snapshot(place)
    name, source = name.format(folder=place), source.format(folder=place)
    assert order("--input", source, "--output", name) == (3, [same_file(Path(name))])
    assert snapshot(place) == before and (place / "enlace.py").is_symlink()


def test_another_case_is_the_same_file_only_where_it_is(place, order):
    order("--input", "X.ipynb", "--output", "x.IPYNB")
    assert (place / "X.ipynb").read_bytes() == HELLO


def test_the_output_is_not_another_of_the_inputs(place, order):
    shutil.copy(place / "X.ipynb", place / "Y.py")
    (place / "Y.ipynb").write_bytes(HELLO)
    found, lines = order("--input", "Y.ipynb", "Y.py", "X.ipynb", "--output-dir", ".")
    assert found == 2 and "Y.py" in lines[0]
    assert order("--input", "Y.py", "--output-dir", ".") == (3, [same_file("Y.py")])
    (place / "Z.ipynb").symlink_to("Y.py")
    found, lines = order("--input", "Y.ipynb", "Z.ipynb")
    assert (found, lines[0]) == (3, same_file("Y.py"))
    assert (place / "Y.py").read_bytes() == HELLO


def test_the_standard_input_is_not_the_output(place, real_order):
    with open(place / "X.ipynb", "rb") as stream:
        told = real_order("--input", "-", "--output", "X.ipynb", stdin=stream).communicate()[1]
    assert told.decode().splitlines() == [same_file("X.ipynb")]
    assert (place / "X.ipynb").read_bytes() == HELLO


def test_the_standard_output_is_not_the_input(place, real_order):
    with open(place / "X.ipynb", "ab") as stream:
        process = real_order("--input", "X.ipynb", "--output", "-", stdout=stream)
        told = process.communicate()[1]
    assert (process.returncode, told.decode()) == (3, "La salida es uno de los cuadernos: da otro nombre.\n")
    assert (place / "X.ipynb").read_bytes() == HELLO


# ---- Sitios imposibles ----

IMPOSSIBLE = "da el nombre de un fichero dentro de una carpeta que exista."
WHERE = {
    "a folder": ("dentro", f"No puedo escribir en «dentro»: {IMPOSSIBLE}"),
    "a link to a folder": ("carpeta", f"No puedo escribir en «carpeta»: {IMPOSSIBLE}"),
    "a missing folder": ("no/existe/X.py", f"No puedo escribir en «no/existe/X.py»: {IMPOSSIBLE}"),
    "inside a file": ("X.py/X.py", f"No puedo escribir en «X.py/X.py»: {IMPOSSIBLE}"),
    "a link to itself": ("vueltas.py", unwritable("vueltas.py", "es un enlace que da vueltas sobre sí mismo")),
    "a link to a missing folder": ("roto.py", unwritable("roto.py", "no existe")),
    "256 bytes": ("ñ" * 128, unwritable("ñ" * 128, "el nombre es demasiado largo")),
    "a null character": ("a\0b.py", unwritable("a\\x00b.py", "el nombre tiene caracteres que el sistema no admite")),
    "a lone surrogate": ("a\ud800.py", unwritable("a\\ud800.py", "el nombre tiene caracteres que el sistema no admite")),
    "a line feed and a missing folder": ("no\n/X.py", f"No puedo escribir en «no\\n/X.py»: {IMPOSSIBLE}"),
}


@pytest.mark.parametrize(("name", "told"), WHERE.values(), ids=WHERE)
def test_impossible_place(name, told, place, order):
    make_links(place)
    (place / "vueltas.py").symlink_to("vueltas.py")
    (place / "roto.py").symlink_to("no/existe.py")
    before = snapshot(place)
    found, lines = order("--input", "X.ipynb", "--output", name)
    assert (found, lines[-1]) == (3, told)
    assert snapshot(place) == before and (place / "vueltas.py").is_symlink()


@pytest.mark.skipif(os.geteuid() == 0, reason="root puede escribir en cualquier sitio")
def test_read_only_folder_and_file(place, order):
    (place / "X.py").chmod(0o444)
    assert order("--input", "X.ipynb", "--output", "X.py") == (3, [unwritable("X.py", "no tienes permiso")])
    place.chmod(0o555)
    assert order("--input", "X.ipynb", "--output", "Y.py")[1][-1] == unwritable("Y.py", "no tienes permiso")
    place.chmod(0o755)
    assert snapshot(place) == {"X.ipynb": HELLO, "X.py": BEFORE.encode()}


def test_a_read_only_file_is_respected(place, order, monkeypatch):
    monkeypatch.setattr(writing.os, "access", lambda path, mode: False)
    assert order("--input", "X.ipynb", "--output", "X.py") == (3, [unwritable("X.py", "no tienes permiso")])


class FullDisk(io.FileIO):
    """Un borrador en un disco donde solo caben cien bytes más."""

    def write(self, data: bytes) -> int:
        super().write(data[:100])
        raise OSError(errno.ENOSPC, "No space left on device")


def fails(number: int):
    def step(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    return step


STEPS = {
    "no permission": ("open", fails(errno.EACCES), "no tienes permiso"),
    "read-only disk": ("open", fails(errno.EROFS), "el disco es de solo lectura"),
    "full disk": ("open", FullDisk, "no queda espacio"),
    "full disk, found at the end": ("fsync", fails(errno.ENOSPC), "no queda espacio"),
    "quota": ("fsync", fails(errno.EDQUOT), "se ha agotado tu cuota de disco"),
    "broken disk": ("fsync", fails(errno.EIO), "el disco falla"),
    "cannot replace": ("replace", fails(errno.EPERM), "no tienes permiso"),
    "an error without translation": ("replace", fails(errno.ETXTBSY), os.strerror(errno.ETXTBSY)),
}


@pytest.mark.parametrize(("step", "how", "reason"), STEPS.values(), ids=STEPS)
def test_a_failure_while_writing(step, how, reason, place, order, monkeypatch):
    if step == "open":
        monkeypatch.setattr(paths, "open", how, raising=False)
    else:
        monkeypatch.setattr(os, step, how)
    found, lines = order("--input", "X.ipynb", "--output", "X.py")
    assert (found, lines[0], lines[2]) == (3, CONVERTING, unwritable("X.py", reason))
    monkeypatch.undo()
    assert snapshot(place) == {"X.ipynb": HELLO, "X.py": BEFORE.encode()}


def test_a_real_limit_half_way(place, real_order):
    """Ningún fichero puede pasar de cincuenta bytes: el borrador se corta de verdad."""
    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (50, 50))

    process = real_order("--input", "X.ipynb", "--output", "X.py", preexec_fn=limit)
    told = process.communicate()[1].decode().splitlines()
    assert (process.returncode, told[-1]) == (3, unwritable("X.py", "el fichero sería demasiado grande"))
    assert snapshot(place) == {"X.ipynb": HELLO, "X.py": BEFORE.encode()}


# ---- Enlaces, permisos y dispositivos ----

def test_a_link_stays_a_link(place, order):
    (place / "dentro").mkdir()
    (place / "enlace.py").symlink_to("dentro/Y.py")
    for _ in range(2):  # la primera vez, su fichero todavía no existe
        assert order("--input", "X.ipynb", "--output", "enlace.py")[0] == 0
        assert (place / "enlace.py").readlink() == Path("dentro/Y.py")
        assert output(place / "dentro" / "Y.py") == "hola\n"
        assert os.listdir(place / "dentro") == ["Y.py"]


def test_another_name_of_the_old_program_keeps_it(place, order):
    (place / "copia.py").hardlink_to(place / "X.py")
    assert order("--input", "X.ipynb", "--output", "X.py")[0] == 0
    assert (place / "copia.py").read_text() == BEFORE != (place / "X.py").read_text()


@pytest.mark.parametrize("mode", [0o755, 0o600, 0o640])
def test_permissions_are_kept(mode, place, order):
    (place / "X.py").chmod(mode)
    assert order("--input", "X.ipynb", "--output", "X.py")[0] == 0
    assert stat.S_IMODE((place / "X.py").stat().st_mode) == mode


def test_permissions_of_a_new_program(place, order):
    before = os.umask(0o027)
    try:
        assert order("--input", "X.ipynb", "--output", "Y.py")[0] == 0
    finally:
        os.umask(before)
    assert stat.S_IMODE((place / "Y.py").stat().st_mode) == 0o640


def test_a_named_pipe_is_written(place, order):
    os.mkfifo(place / "tubo")
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append((place / "tubo").read_bytes()))
    reader.start()
    assert order("--input", "X.ipynb", "--output", "tubo")[0] == 0
    reader.join(10)
    assert order("--input", "X.ipynb", "--output", "Y.py")[0] == 0
    assert read == [(place / "Y.py").read_bytes()] and stat.S_ISFIFO((place / "tubo").stat().st_mode)


# ---- Interrupciones ----

@pytest.mark.parametrize(("owner", "step"), [(os, "fsync"), (os, "replace"), (shutil, "copymode"), (writing, "check")])
def test_an_interruption_leaves_what_was_there(owner, step, place, order, monkeypatch):
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(owner, step, interrupt)
    found, lines = order("--input", "X.ipynb", "--output", "X.py")
    assert (found, lines[-1]) == (130, INTERRUPTED)
    assert snapshot(place) == {"X.ipynb": HELLO, "X.py": BEFORE.encode()}


def test_a_real_interruption_while_reading(place, real_order):
    heard = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)      # lanzada en segundo plano, la shell hace que se ignore
    process = real_order("--input", "-", "--output", "X.py", stdin=subprocess.PIPE, preexec_fn=heard)
    first = process.stderr.readline()
    process.send_signal(signal.SIGINT)
    told = process.communicate()[1]
    assert (process.returncode, first + told) == (130, f"[NbConvertApp] Converting notebook - to script\n{INTERRUPTED}\n".encode())
    assert snapshot(place) == {"X.ipynb": HELLO, "X.py": BEFORE.encode()}


# ---- Nombres ----

NAMES = ["sin extensión", "X.txt", "con espacios y ñ.py", "comillas '\"«».py", "línea\nnueva.py", "coding: latin-1.py", "{x}.py", "%s%d.py",
         "$HOME.py", "-x.py", "🐸.py", "ñ" * 125, ".oculto", "X.py.txt", "\udcff.py"]  # fmt: skip


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_the_output_is_called_as_asked(name, place, order):
    found, lines = order("--input", "X.ipynb", f"--output={name}")
    assert (found, len(lines)) == (0, 2)
    assert set(os.listdir(place)) == {"X.ipynb", "X.py", name}
    assert output(place / f"./{name}") == "hola\n"


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_the_notebook_may_be_called_anything(name, place, order):
    (place / name).write_bytes(written(notebook(code("print('ñ')"))))
    found, lines = order("--input", f"./{name}", "--output", "Y.py")
    assert (found, len(lines)) == (0, 2)
    assert output(place / "Y.py") == "ñ\n"


def test_a_name_never_adds_lines(place, order):
    for content in (b"{", b'{"nbformat": 4, "cells": [3]}', written(notebook(code("("))), written(notebook(code("%nada_conocida")))):
        (place / "a\nb\rc\u2028d.ipynb").write_bytes(content)
        lines = order("--input", "a\nb\rc\u2028d.ipynb", "--output", "Y.py")[1]
        assert all(line.isprintable() and "a\\nb\\rc\\u2028d.ipynb" in line for line in lines[:2])


READING = {
    "missing": ("no.ipynb", "No encuentro el cuaderno «no.ipynb»: comprueba el nombre y la carpeta desde la que lo pides."),
    "a null character": ("a\0b", "No puedo leer «a\\x00b» (el nombre tiene caracteres que el sistema no admite): "
                         "comprueba el nombre y sus permisos."),
    "too long": ("a" * 300, f"No puedo leer «{'a' * 300}» (el nombre es demasiado largo): comprueba el nombre y sus permisos."),
    "inside a file": ("X.py/X.ipynb", "No puedo leer «X.py/X.ipynb» (una parte de su ruta no es una carpeta): "
                      "comprueba el nombre y sus permisos."),
}  # fmt: skip


@pytest.mark.parametrize(("name", "told"), READING.values(), ids=READING)
def test_unreadable(name, told, place, order):
    found, lines = order("--input", name, "--output", "X.py")
    assert (found, len(lines), lines[-1]) == (1, 2, told)
    with pytest.raises(ConversionError) as error:
        convert(name, "X.py")
    assert str(error.value) == told
    assert snapshot(place) == {"X.ipynb": HELLO, "X.py": BEFORE.encode()}


def test_a_file_without_permission(place, order, monkeypatch):
    monkeypatch.setattr(Path, "read_bytes", fails(errno.EACCES))
    told = "No puedo leer «X.ipynb» (no tienes permiso): comprueba el nombre y sus permisos."
    assert order("--input", "X.ipynb", "--output", "X.py") == (1, [CONVERTING, told])
