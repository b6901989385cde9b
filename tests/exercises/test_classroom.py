"""Las entregas de una clase: todas en una tabla, y lo que venga dañado, extraño o repetido se dice y no estorba."""

import csv
import io
import json
import os
import subprocess
import sys

import pytest

from course_utils import exercises, paths
from course_utils.exercises import __main__ as order
from course_utils.exercises import chapter_02 as ejercicios
from course_utils.exercises import classroom, handing_in, logbook

from .conftest import EXERCISES
from .test_logbook import DAMAGED


def wrong(ps):
    return 4.0


SOLVED = {"resultado": "resuelto", "intentos": 1}
TRIED = {"resultado": "empezado", "intentos": 3}


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "entregas"
    made.mkdir()
    return made


def put(folder, file, name, noted):
    """Una entrega de ``name`` con esas anotaciones."""
    path = folder / file
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(handing_in.document(name, noted)), "utf-8")
    return path


def run(capsys, *arguments):
    capsys.readouterr()
    code = order.main([str(argument) for argument in arguments])
    return code, *capsys.readouterr()


def rows(file):
    return list(csv.DictReader(io.StringIO(file.read_text("utf-8-sig")), delimiter=";"))


def test_what_export_writes_is_what_the_class_reads(folder, capsys):
    ejercicios.perplejidad.check(wrong)
    logbook.record("14.top_k", right=True), logbook.record("15.pregunta_02", right=True)
    exercises.export(folder / "ana.json", name="Ana")
    code, out, err = run(capsys, folder)
    assert (code, err) == (0, "")
    (ana,) = rows(folder / "clase.csv")
    assert (ana["nombre"], ana["ejercicios resueltos"], ana["preguntas acertadas"]) == ("Ana", "1", "1")
    assert (ana["02.perplejidad"], ana["14.top_k"], ana["15.pregunta_02"]) == ("empezado (1)", "resuelto (1)", "a la primera (1)")
    assert ana["14.top_p"] == "" and "02.perplejidad: lo resuelven 0 de 1 que lo han probado" in out


def test_the_table_has_a_row_for_each_one_in_order_and_a_column_for_each_chapter(folder, capsys):
    put(folder, "1.json", "Zoe", {"02.perplejidad": SOLVED, "02.bigramas": TRIED})
    put(folder, "2/entrega.json", "Álvaro", {"02.perplejidad": SOLVED, "02.bigramas": SOLVED})
    code, out, err = run(capsys, folder)
    lines = out.splitlines()
    assert lines[0].split() == ["capítulo", *map(str, classroom.exercises_by_chapter()), "todos", "preguntas"]
    assert lines[1].split()[-4:] == ["de", str(len(EXERCISES)), "de", "30"]
    assert [line.split()[0] for line in lines[2:4]] == ["Álvaro", "Zoe"]
    assert lines[2].split()[1:4] == ["·", "2", "·"] and lines[3].split()[1:4] == ["·", "1", "·"]
    assert "02.bigramas: lo resuelven 1 de 2 que lo han probado" in out and "02.perplejidad" not in out
    assert len({len(line) for line in lines[1:4]}) == 1


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED.keys())
def test_a_damaged_file_is_said_in_a_sentence_and_the_rest_goes_on(content, folder, capsys):
    (folder / "mala.json").write_bytes(content)
    put(folder, "z.json", "Zoe", {})
    code, out, err = run(capsys, folder)
    assert code == 1 and len(err.splitlines()) == 1 and err.startswith("«mala.json»: ") and err.endswith(".\n")
    assert [row["nombre"] for row in rows(folder / "clase.csv")] == ["Zoe"] and "Zoe" in out


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows no tiene tuberías con nombre")
def test_what_is_not_a_regular_file_does_not_block(folder, capsys):
    os.mkfifo(folder / "tubo.json"), (folder / "carpeta.json").mkdir()
    (folder / "vuelta.json").symlink_to(folder / "vuelta.json")
    code, _, err = run(capsys, folder)
    assert code == 1 and err.count("no es un fichero normal") == 3 and "no hay ninguna entrega que se pueda leer" in err


OTHERS = [{"curso": "Otro"}, {"version": 2}, {"nombre": ""}, {"nombre": 7}, {"capitulos": []}, {"autoevaluacion": 3}]


@pytest.mark.parametrize("change", OTHERS, ids=str)
def test_what_is_not_a_hand_in_of_this_course_is_not_counted(change, folder, capsys):
    (folder / "rara.json").write_text(json.dumps(handing_in.document("Ana", {}) | change))
    code, _, err = run(capsys, folder)
    assert code == 1 and err.startswith("«rara.json»: ") and not (folder / "clase.csv").exists()


HOSTILE = [
    {"resultado": "<script>", "intentos": 1}, {"resultado": ["resuelto"], "intentos": 1}, {"resultado": "resuelto", "intentos": -1},
    {"resultado": "resuelto", "intentos": True}, {"resultado": "resuelto", "intentos": 0}, {"resultado": "sin empezar", "intentos": 4},
    {"resultado": "resuelto", "intentos": 1e999}, {"resultado": "a la primera", "intentos": 1}, {"resultado": "resuelto"}, "resuelto", None,
]  # fmt: skip


@pytest.mark.parametrize("entry", HOSTILE, ids=[str(entry)[:40] for entry in HOSTILE])
def test_an_entry_that_does_not_add_up_is_not_believed(entry, folder, capsys):
    document = handing_in.document("Ana", {"14.top_k": SOLVED})
    document["capitulos"]["02 · ¿Qué es un modelo de lenguaje?"]["perplejidad"] = entry
    document["capitulos"]["99 · De otro curso"] = {"inventado": SOLVED}
    (folder / "a.json").write_text(json.dumps(document))
    code, _, err = run(capsys, folder)
    assert code == 1 and "«a.json»: trae 2 anotaciones que no entiendo o de ejercicios que no conozco" in err
    (ana,) = rows(folder / "clase.csv")
    assert ana["02.perplejidad"] == "" and ana["14.top_k"] == "resuelto (1)" and ana["ejercicios resueltos"] == "1"


def test_a_copy_counts_once(folder, capsys):
    put(folder, "a.json", "Ana", {"14.top_k": SOLVED})
    put(folder, "b.json", "aná", {"14.top_k": SOLVED})
    code, _, err = run(capsys, folder)
    assert code == 0 and [row["fichero"] for row in rows(folder / "clase.csv")] == ["a.json"]
    assert err == "«b.json»: es la misma entrega que «a.json». Se cuenta una vez.\n"


def test_who_hands_in_twice_has_one_row_with_the_best_of_each(folder, capsys):
    again = {"resultado": "resuelto", "intentos": 5}
    put(folder, "1.json", "Ana", {"14.top_k": SOLVED, "02.perplejidad": TRIED, "15.pregunta_03": TRIED, "02.bigramas": again})
    put(folder, "2.json", "Ana", {"14.top_k": TRIED, "02.perplejidad": again, "01.sorteo": TRIED, "02.bigramas": SOLVED})
    code, _, err = run(capsys, folder)
    (ana,) = rows(folder / "clase.csv")
    assert code == 0 and "«2.json»: Ana ha entregado también «1.json». Se juntan; si son dos personas" in err
    assert [ana[key] for key in ("14.top_k", "02.perplejidad", "01.sorteo", "15.pregunta_03", "02.bigramas")] == [
        "resuelto (1)", "resuelto (5)", "empezado (3)", "sin acertar (3)", "resuelto (5)"]  # fmt: skip
    assert ana["ejercicios resueltos"] == "3"


def test_a_hostile_name_reaches_neither_the_terminal_nor_the_sheet(folder, capsys):
    put(folder, "a.json", "=CMD|' /C calc'!A0\x1b[31m\n\u202e" + "x" * 500, {})
    put(folder, "-1+2.json", "Zoe", {})
    _, out, err = run(capsys, folder)
    one, two = rows(folder / "clase.csv")
    assert one["nombre"].startswith("'=CMD") and two["fichero"] == "'-1+2.json"
    for text in (out, err, (folder / "clase.csv").read_text("utf-8-sig")):
        assert "\x1b" not in text and "\u202e" not in text and "x" * 100 not in text


def test_hidden_files_are_not_looked_at(folder, capsys):
    put(folder, "a.json", "Ana", {}), put(folder, "._a.json", "Ana", {}), put(folder, ".oculta/b.json", "Zoe", {})
    assert run(capsys, folder)[0] == 0 and len(rows(folder / "clase.csv")) == 1


def test_nothing_that_a_hand_in_brings_is_run(folder, capsys, tmp_path):
    trap = tmp_path / "abierta"
    put(folder, "a.json", f"__import__('pathlib').Path({str(trap)!r}).touch()", {})
    run(capsys, folder)
    assert not trap.exists()


def test_the_sheet_goes_where_it_is_told_and_spoils_nothing(folder, capsys, tmp_path):
    put(folder, "a.json", "Ana", {})
    notes = tmp_path / "notas.csv"
    assert run(capsys, folder, notes)[0] == 0 and run(capsys, folder, notes)[0] == 0 and len(rows(notes)) == 1
    notes.write_text("alumno;nota\nAna;10\n")
    code, out, err = run(capsys, folder, notes)
    assert code == 3 and "ya existe y no es una tabla de una clase: no lo toco" in err and "Ana;10" in notes.read_text() and "Ana" in out
    assert run(capsys, folder, tmp_path / "ninguna" / "c.csv")[0] == 3


def test_a_failure_while_writing_leaves_the_old_sheet_whole(folder, capsys, monkeypatch):
    put(folder, "a.json", "Ana", {})
    run(capsys, folder)
    before = (folder / "clase.csv").read_bytes()
    put(folder, "b.json", "Zoe", {})

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(paths.os, "fsync", full)
    code, _, err = run(capsys, folder)
    assert code == 3 and "no queda espacio en el disco" in err and (folder / "clase.csv").read_bytes() == before


def test_an_order_that_is_wrong_is_explained(folder, capsys):
    assert run(capsys)[0] == 2 and run(capsys, "--tabla", "x")[0] == 2 and run(capsys, "a", "b", "c")[0] == 2
    assert "no es una carpeta: dime en cuál" in run(capsys, folder / "ninguna")[2]
    code, out, err = run(capsys, "--help")
    assert code == 0 and "clase.csv" in out and err == ""


def test_the_order_works_from_outside_and_does_not_load_networks(folder):
    put(folder, "a.json", "Ana", {"14.top_k": SOLVED})
    code = f"import sys\nfrom course_utils.exercises import __main__ as order\norder.main([{str(folder)!r}])\nprint('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=paths.ROOT, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0 and done.stdout.endswith("False\n"), done.stderr
