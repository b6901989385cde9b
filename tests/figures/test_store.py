"""El almacén: guarda lo mismo siempre y dice qué falta, qué sobra, qué está viejo y qué no se enseña."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from course_utils import diagrams
from course_utils.figures import __main__ as command
from course_utils.figures import canvas, registry, store


@pytest.fixture
def nowhere(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("cuadernos")


def test_built_figures_have_no_problems(only, built, nowhere):
    assert store.problems(folder=built, notebooks=nowhere) == []


def test_manifest_keeps_title_and_alternative_text(built):
    record = store.manifest(built)["LLM_34"]
    assert record["title"] == "Una caja dice hola"
    assert record["alternative"] == "Una caja con la palabra «hola» y debajo un <número>."


def test_the_same_figure_gives_the_same_bytes(only, built, tmp_path_factory):
    other = tmp_path_factory.mktemp("otra")
    store.build(folder=other)
    for name in ("LLM_34.png", "LLM_34.svg", "manifest.json"):
        assert (built / name).read_bytes() == (other / name).read_bytes()


def test_no_date_nor_version_inside(built):
    svg = (built / "LLM_34.svg").read_text("utf-8")
    assert "dc:date" not in svg and "matplotlib" not in svg.lower().replace("matplotlib.org", "")
    assert "Una caja dice hola" in svg and "&lt;número&gt;" in svg
    assert Image.open(built / "LLM_34.png").info.keys().isdisjoint({"Software", "Creation Time"})


def test_the_picture_has_the_width_the_letters_were_made_for(built):
    assert Image.open(built / "LLM_34.png").width == round(canvas.WIDTH / 72 * canvas.DPI)


def test_what_is_up_to_date_is_not_drawn_again(only, built):
    assert store.build(folder=built) == []
    assert store.build(folder=built, everything=True) == ["LLM_34"]


def test_a_missing_file_is_told(only, built, nowhere):
    (built / "LLM_34.svg").unlink()
    assert store.problems(folder=built, notebooks=nowhere) == ["LLM_34 tiene función pero le falta svg: ejecuta «make figures»."]
    assert store.build(folder=built) == ["LLM_34"]


def test_a_figure_drawn_by_nobody_is_told(only, built, nowhere):
    (built / "LLM_07.png").write_bytes(b"x")
    (built / "notas.txt").write_text("x")
    found = store.problems(folder=built, notebooks=nowhere)
    assert [sentence.split()[0] for sentence in found] == ["LLM_07.png", "notas.txt"]


def test_a_record_without_function_is_told(only, built, nowhere):
    records = store.manifest(built)
    (built / "manifest.json").write_text(json.dumps({**records, "LLM_07": records["LLM_34"]}), encoding="utf-8")
    assert store.problems(folder=built, notebooks=nowhere) == ["El manifiesto habla de LLM_07, que no dibuja ninguna función."]


def test_a_retouched_picture_is_stale(only, built, nowhere):
    (built / "LLM_34.png").write_bytes((built / "LLM_34.png").read_bytes() + b"x")
    assert "LLM_34 está vieja" in store.problems(folder=built, notebooks=nowhere)[0]


def test_another_function_makes_it_stale(entry, built, nowhere):
    def other():
        """Otro título

        Otra alternativa.
        """

    found = store.problems(entries={34: replace(entry, function=other)}, folder=built, notebooks=nowhere)
    assert len(found) == 1 and "LLM_34 está vieja" in found[0]


def test_a_chapter_must_show_its_figures(only, built, nowhere, notebook):
    notebook(nowhere, "14_parametros_de_inferencia", "figures.show(34)", "x = 1\nfigures.show( 35 )")
    found = store.problems(folder=built, notebooks=nowhere)
    assert [f"LLM_{n} no está dibujada y su capítulo, 14_parametros_de_inferencia, ya existe." for n in (35, 36, 37, 38)] == found[:4]
    assert [sentence.split("falta ")[1] for sentence in found[4:]] == ["figures.show(36).", "figures.show(37).", "figures.show(38)."]


def test_showing_in_prose_does_not_count(only, built, nowhere):
    cells = [{"cell_type": "markdown", "source": ["figures.show(1)"]}]
    (nowhere / "02_que_es_un_modelo_de_lenguaje.ipynb").write_text(json.dumps({"cells": cells}), encoding="utf-8")
    assert "02_que_es_un_modelo_de_lenguaje no enseña LLM_01: le falta figures.show(1)." in store.problems(folder=built, notebooks=nowhere)


def test_an_illegible_figure_is_not_saved(only, entry, monkeypatch, tmp_path):
    part = diagrams.over(diagrams.text("una"), diagrams.text("otra"))
    monkeypatch.setattr(registry, "entry", lambda number: replace(entry, function=unreadable(part)))
    with pytest.raises(ValueError, match="LLM_34 no se lee bien.*«una» pisa a «otra»"):
        store.build([34], folder=tmp_path, everything=True)
    assert list(tmp_path.iterdir()) == []


def unreadable(part):
    def function():
        """Título

        Alternativa.
        """
        return canvas.Scene(part)

    return function


def test_too_wide_a_drawing_gets_a_sentence():
    with pytest.raises(ValueError, match="mide 2000 puntos de ancho y caben 713"):
        canvas.compose(canvas.Scene(diagrams.space(2000, 10)), "título")


def test_a_write_that_fails_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "LLM_34.png"
    canvas.write(path, b"viejo")
    monkeypatch.setattr("os.replace", lambda *_: (_ for _ in ()).throw(OSError("lleno")))
    with pytest.raises(OSError, match="lleno"):
        canvas.write(path, b"nuevo")
    assert path.read_bytes() == b"viejo"
    assert [file.name for file in tmp_path.iterdir()] == ["LLM_34.png"]


def test_command_line(only, built, nowhere, monkeypatch, capsys):
    monkeypatch.setattr("course_utils.paths.FIGURES", built)
    monkeypatch.setattr("course_utils.paths.NOTEBOOKS", nowhere)
    assert command.main([]) == 0
    assert capsys.readouterr().out == "Todas las figuras están al día.\n"
    assert command.main(["--todas", "34"]) == 0
    assert capsys.readouterr().out == "Dibujadas: LLM_34.\n"
    (built / "LLM_34.png").unlink()
    assert command.main(["--comprobar"]) == 1
    assert "le falta png" in capsys.readouterr().out
