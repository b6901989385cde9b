"""La orden: qué convierte, qué dice, con qué código termina y cómo trata a quien se equivoca."""

from __future__ import annotations

import os
import re
import subprocess

import pytest

from course_utils import conversion
from course_utils.conversion import command, exporter

from .conftest import BEFORE, output, snapshot
from .making import HELLO, code, notebook, written

USED = f"Se usa así: {command.USAGE} (con --help, todo lo demás)."
BAD = written(notebook(code("print(1"), code("print('nunca')")))
WARNS = written(notebook(code("%nada_conocida"), code("print('hola')")))


def put(folder, **contents: bytes) -> None:
    for name, content in contents.items():
        (folder / f"{name}.ipynb").write_bytes(content)


def converting(name: str) -> str:
    return f"[NbConvertApp] Converting notebook {name} to script"


def writing(folder, name: str) -> str:
    return f"[NbConvertApp] Writing {(folder / name).stat().st_size} bytes to {name}"


# ---- Lo que se pide ----

def test_one_notebook_says_what_nbconvert_says(folder, order):
    put(folder, X=written(notebook(code("print('ñandú 🐸')"))))
    assert order("--input", "X.ipynb", "--output", "Y.py") == (0, [converting("X.ipynb"), writing(folder, "Y.py")])
    assert output(folder / "Y.py") == "ñandú 🐸\n"


def test_the_real_command_says_the_same(folder, real_order):
    put(folder, X=HELLO)
    process = real_order("--input", "X.ipynb", "--output", "X.py")
    out, told = process.communicate()
    assert (process.returncode, out) == (0, b"")
    assert told.decode().splitlines() == [converting("X.ipynb"), writing(folder, "X.py")]


BESIDE = {
    "X.ipynb": "X.py", "X.IPYNB": "X.py", "capítulo 1.5": "capítulo 1.5.py", "X": "X.py", "X.json": "X.json.py", "a.b.ipynb": "a.b.py",
}  # fmt: skip


@pytest.mark.parametrize(("source", "program"), BESIDE.items())
def test_without_output_it_goes_beside(source, program, folder, order):
    (folder / "dentro").mkdir()
    (folder / "dentro" / source).write_bytes(HELLO)
    assert order("--input", f"dentro/{source}") == (0, [converting(f"dentro/{source}"), writing(folder, f"dentro/{program}")])


def test_several_notebooks(folder, order):
    put(folder, A=HELLO, B=HELLO)
    assert order("--input", "A.ipynb", "--input", "B.ipynb", "A.ipynb") == (0, [
        converting("A.ipynb"), writing(folder, "A.py"), converting("B.ipynb"), writing(folder, "B.py"),
    ])  # fmt: skip


def test_a_folder_into_a_new_folder(folder, order):
    (folder / "cuadernos" / "otra.ipynb").mkdir(parents=True)
    put(folder / "cuadernos", B=HELLO, A=HELLO)
    (folder / "cuadernos" / ".oculto.ipynb").write_bytes(b"")
    (folder / "cuadernos" / "leeme.txt").write_bytes(b"")
    found, lines = order("--input", "cuadernos", "--output-dir", "hechos/hoy")
    assert (found, lines[::2]) == (0, [converting("cuadernos/A.ipynb"), converting("cuadernos/B.ipynb")])
    assert snapshot(folder / "hechos" / "hoy").keys() == {"A.py", "B.py"}
    assert not list((folder / "cuadernos").glob("*.py"))


def test_one_bad_notebook_does_not_stop_the_others(folder, order):
    put(folder, A=HELLO, B=BAD, C=b"", D=HELLO)
    (folder / "vacía").mkdir()
    (folder / "B.py").write_text(BEFORE)
    found, lines = order("--input", "A.ipynb", "vacía", "B.ipynb", "C.ipynb", "no.ipynb", "D.ipynb")
    assert found == 1
    assert [line for line in lines if not line.startswith("[")] == [
        "En la carpeta «vacía» no hay ningún cuaderno (.ipynb).",
        "«B.ipynb», celda 1, línea 1: Python no entiende «print(1» ('(' was never closed). Corrige esa celda y repite.",
        "«C.ipynb» está vacío: guárdalo otra vez desde JupyterLab.",
        "No encuentro el cuaderno «no.ipynb»: comprueba el nombre y la carpeta desde la que lo pides.",
    ]
    assert lines[-1] == writing(folder, "D.py") and (folder / "B.py").read_text() == BEFORE and not (folder / "C.py").exists()


def test_a_fault_of_ours_does_not_stop_the_others(folder, order, monkeypatch, capsys):
    put(folder, A=HELLO, B=HELLO)
    original = exporter.ProgramExporter.from_notebook_node

    def fault(self, nb, resources=None, **kw):
        if resources["source_name"] == "A.ipynb":
            raise RuntimeError("dos\nlíneas")
        return original(self, nb, resources, **kw)

    monkeypatch.setattr(exporter.ProgramExporter, "from_notebook_node", fault)
    assert order("--input", "A.ipynb", "B.ipynb") == (1, [
        converting("A.ipynb"), "Ha fallado algo inesperado (RuntimeError: dos\\nlíneas) y no se ha escrito el programa de «A.ipynb». "
        "Con --debug se ve dónde.", converting("B.ipynb"), writing(folder, "B.py"),
    ])  # fmt: skip
    command.main(["--input", "A.ipynb", "--debug"])
    assert "RuntimeError: dos\nlíneas\n" in capsys.readouterr().err


def test_the_worst_of_the_codes(folder, order):
    put(folder, A=BAD, B=WARNS)
    (folder / "B.py").mkdir()
    for names in ("A.ipynb", "B.ipynb"), ("B.ipynb", "A.ipynb"):
        assert order("--input", *names, "--strict")[0] == command.UNWRITABLE


# ---- Opciones ----

def test_strict(folder, order):
    put(folder, X=WARNS, Y=HELLO)
    warning = "[NbConvertApp] WARNING | X.ipynb, celda 1, línea 1: %nada_conocida no se puede traducir y queda como comentario."
    for options, code_expected in ([], 0), (["--strict"], 4):
        assert order("--input", "X.ipynb", *options) == (code_expected, [converting("X.ipynb"), warning, writing(folder, "X.py")])
        assert output(folder / "X.py") == "hola\n"
    assert order("--input", "Y.ipynb", "--strict")[0] == 0


def test_echo(folder, order):
    put(folder, X=written(notebook(code("x = 6\nx * 7"), code("x;"))))
    assert order("--input", "X.ipynb", "--echo")[0] == 0
    assert output(folder / "X.py") == "42\n"
    assert order("--input", "X.ipynb")[0] == 0
    assert output(folder / "X.py") == ""


def test_install(folder, order):
    put(folder, X=written(notebook(code("!pip install no-existe-de-verdad"))))
    assert order("--input", "X.ipynb")[0] == 0
    assert output(folder / "X.py") == ""
    assert order("--input", "X.ipynb", "--install")[0] == 0
    assert "_shell(" in (folder / "X.py").read_text("utf-8")


@pytest.mark.parametrize("content", [BAD, b"{"], ids=["code", "file"])
def test_debug_shows_where(content, folder, capfd):
    put(folder, X=content)
    assert command.main(["--input", "X.ipynb", "--debug"]) == 1
    told = capfd.readouterr().err
    assert "\nTraceback (most recent call last):\n" in told and "course_utils/conversion/" in told
    told = told.splitlines()[-1]
    assert command.main(["--input", "X.ipynb"]) == 1
    assert capfd.readouterr().err.splitlines() == [converting("X.ipynb"), told]


def test_help_is_in_spanish(folder, capsys):
    with pytest.raises(SystemExit) as end:
        command.main(["--help"])
    told = capsys.readouterr()
    assert (end.value.code, told.err) == (0, "")
    assert told.out.startswith(f"uso: {command.USAGE}\n")
    assert not re.search(r"\b(usage|options|show this|optional|positional|required)\b", told.out)
    for piece in ("ejemplos:", "INSTALAR=1", "FIGURAS=", "--output-dir", "--strict", "130 si se interrumpe", "< X.ipynb > X.py"):
        assert piece in told.out


def test_every_example_of_the_help_is_understood(folder, order):
    (folder / "notebooks").mkdir()
    for name in ("X", "A", "B", "notebooks/C"):
        put(folder, **{name: HELLO})
    for line in re.findall(r"convert_notebook_to_script.py (--input .*?)(?:   .*)?$", command.EXAMPLES, re.MULTILINE):
        if "<" not in line:
            assert order(*line.split())[0] == 0, line


# ---- Equivocaciones: código 2, una frase, y no se toca nada ----

MISTAKES = {
    "nothing": ([], f"Falta --input. {USED}"),
    "no --input": (["X.ipynb"], f"Falta --input. {USED}"),
    "--input without a name": (["--input"], f"Detrás de --input falta su valor. {USED}"),
    "--output without a name": (["--input", "X.ipynb", "--output"], f"Detrás de --output falta su valor. {USED}"),
    "unknown option": (["--input", "X.ipynb", "--otra"], f"No sé qué hacer con «--otra». {USED}"),
    "shortened option": (["--input", "X.ipynb", "--out", "X.py"], f"No sé qué hacer con «--out X.py». {USED}"),
    "two outputs": (["--input", "X.ipynb", "--output", "a.py", "b.py"], f"No sé qué hacer con «b.py». {USED}"),
    "an option with a line feed": (["--input", "X.ipynb", "--a\nb"], f"No sé qué hacer con «--a\\nb». {USED}"),
    "a value for a switch": (["--input", "X.ipynb", "--strict=no"], f"--strict no lleva ningún valor. {USED}"),
    "--output for several": (["--input", "X.ipynb", "Y.ipynb", "--output", "a.py"],
                             "--output es el nombre de un solo programa y hay 2 cuadernos: usa --output-dir CARPETA."),
    "--output for a folder": (["--input", ".", "--output", "-"],
                              "--output es el nombre de un solo programa y hay 2 cuadernos: usa --output-dir CARPETA."),
    "--output and --output-dir": (["--input", "X.ipynb", "--output", "a.py", "--output-dir", "b"],
                                  "Da --output o --output-dir, no las dos."),
    "--output ends in a slash": (["--input", "X.ipynb", "--output", "a/"], "«a/» es el nombre de una carpeta: usa --output-dir."),
    "two for the same program": (["--input", "X.ipynb", "dentro/X.ipynb", "--output-dir", "b"],
                                 "Dos cuadernos acabarían en el mismo programa, «b/X.py»: conviértelos por separado."),
    "two for the same program, by a link": (["--input", "X.ipynb", "enlace/X.ipynb"],
                                            "Dos cuadernos acabarían en el mismo programa, «X.py»: conviértelos por separado."),
    "twice the standard input": (["--input", "-", "-", "--output-dir", "b"], "La entrada (-) solo se puede leer una vez."),
    **{f"{option} empty": (["--input", "X.ipynb", option, ""], "Un nombre está vacío: ¿viene de una variable sin valor?")
       for option in ("--input", "--output", "--output-dir")},
}  # fmt: skip


@pytest.mark.parametrize(("arguments", "told"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told_and_nothing_is_touched(arguments, told, folder, order):
    put(folder, X=HELLO, Y=HELLO)
    (folder / "dentro").mkdir()
    put(folder / "dentro", X=HELLO)
    (folder / "enlace").symlink_to(".")
    before = set(folder.rglob("*"))
    assert order(*arguments) == (command.MISUSED, [told])
    assert set(folder.rglob("*")) == before


def test_a_folder_that_cannot_be_made(folder, order):
    put(folder, X=HELLO)
    told = "No puedo crear la carpeta «X.ipynb/b» (una parte de su ruta no es una carpeta): elige otra."
    assert order("--input", "X.ipynb", "--output-dir", "X.ipynb/b") == (command.UNWRITABLE, [told])
    told = "No puedo crear la carpeta «X.ipynb» (ya hay un fichero que se llama así): elige otra."
    assert order("--input", "X.ipynb", "--output-dir", "X.ipynb") == (command.UNWRITABLE, [told])


# ---- La entrada y la salida ----

def test_the_standard_input_and_output(folder, real_order):
    content = written(notebook(code("print('ñandú\u2028 🐸')")))
    process = real_order("--input", "-", "--output", "-", stdin=subprocess.PIPE)
    out, told = process.communicate(content)
    assert process.returncode == 0
    assert out.decode() == conversion.program(content, "entrada")
    assert told.decode().splitlines() == [converting("-"), f"[NbConvertApp] Writing {len(out)} bytes to -"]
    assert "«entrada»" in out.decode()


def test_the_standard_input_alone_goes_to_the_output(folder, real_order):
    assert b"print('hola')" in real_order("--input", "-", stdin=subprocess.PIPE).communicate(HELLO)[0]


def test_the_standard_input_into_a_folder(folder, real_order):
    assert real_order("--input", "-", "--output-dir", "b", stdin=subprocess.PIPE).communicate(HELLO)[0] == b""
    assert output(folder / "b" / "cuaderno.py") == "hola\n"


def test_a_refusal_leaves_the_output_empty(folder, real_order):
    process = real_order("--input", "-", stdin=subprocess.PIPE)
    out, told = process.communicate(BAD)
    assert (process.returncode, out) == (1, b"")
    assert told.decode().startswith(f"{converting('-')}\n«entrada», celda 1, línea 1: ")


def test_a_reader_that_leaves(folder, real_order):
    put(folder, X=HELLO)
    read, write = os.pipe()
    os.close(read)
    process = real_order("--input", "X.ipynb", "--output", "-", stdout=write)
    os.close(write)
    told = process.communicate()[1].decode().splitlines()
    assert (process.returncode, told[2:]) == (3, ["No puedo escribir en la salida (quien la leía la ha cerrado)."])


@pytest.mark.parametrize(("closed", "expected", "told"), [
    (0, 1, "No puedo leer la entrada (está cerrada)."), (1, 3, "No puedo escribir en la salida (está cerrada)."), (2, 0, None),
])  # fmt: skip
def test_closed_from_the_start(closed, expected, told, folder, real_order):
    pipes = {"stdin": subprocess.PIPE} if closed else {"stdin": None}
    process = real_order("--input", "-", "--output", "-", preexec_fn=lambda: os.close(closed), **pipes)
    out, said = process.communicate(HELLO if closed else None)
    assert process.returncode == expected
    assert said.decode().splitlines()[-1:] == ([told] if told else [])
    assert out.decode() == (conversion.program(HELLO, "entrada") if expected == 0 else "")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="solo existe en Linux")
def test_a_full_error_output_does_not_matter(folder, real_order):
    put(folder, X=HELLO)
    with open("/dev/full", "wb") as full:
        real_order("--input", "X.ipynb", stderr=full).wait()
    assert output(folder / "X.py") == "hola\n"
