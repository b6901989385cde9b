"""Prompts y variables de entorno con cualquier cosa dentro: o se usan como texto, o se explican en una frase; nunca una traza."""

from __future__ import annotations

import json

import pytest

from course_utils import generation, inspection, notebook, paths, segmentation, sizing, tokens
from course_utils.sizing import real

PROMPTS = {
    "empty": "", "spaces": " \n\t ", "50,000 letters": "ab " * 17_000, "controls": "a\x00b\x1b[31m", "lone surrogate": "a\ud800b",
    "marks": "e" + "\u0301" * 60, "unseen": "\u202eab\u200b\u200d",
    "family": "👨‍👩‍👧‍👦", "code": "</script><img src=x>${x}`y`{0}%s%n$\\frac$",
}  # fmt: skip


@pytest.mark.filterwarnings("ignore:Se han quitado del texto", "ignore:El prompt ocupa")
@pytest.mark.parametrize("text", PROMPTS.values(), ids=PROMPTS)
@pytest.mark.parametrize("use", [
    lambda model, text: generation.generate(model, text, max_new_tokens=2),
    lambda model, text: inspection.attention(model, text),
    lambda model, text: [one.text for one in segmentation.segments(model.tokenizer, tokens.clean(text))],
], ids=["generate", "attention", "segments"])  # fmt: skip
def test_a_prompt_is_read_or_refused_in_a_sentence(tiny, use, text):
    try:
        use(tiny, text)
    except ValueError as error:
        assert str(error).endswith(".") and len(str(error)) < 300 and str(error).isprintable()
        assert "ventana" in str(error) or "token" in str(error)


@pytest.mark.parametrize("rank", ["x", "1e9", "-1", "", "٣ "])
def test_a_rank_that_is_no_number_is_the_first_process(rank, monkeypatch):
    monkeypatch.setenv("RANK", rank)
    assert notebook.process() == 0


def test_the_folder_of_nobody_is_only_a_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CURSO_DATOS", "~nadie/x")
    assert paths.user_file("progreso.json") == paths.Path("~nadie/x/progreso.json")


@pytest.mark.parametrize("name", ["~nadie/x", "a\udcffb\n\x1b[31m", "x" * 5000, "../../etc/passwd", "--help"])
def test_a_configuration_that_cannot_be_is_one_sentence(name, monkeypatch, capsys):
    def nowhere(*_, **__):
        raise OSError("sin red")

    monkeypatch.setattr(real, "urlopen", nowhere)
    monkeypatch.setenv("CURSO_X", name)
    assert sizing.chosen("CURSO_X") is None
    said = capsys.readouterr().out
    assert said.endswith("\n") and said[:-1].isprintable()


def test_a_configuration_with_layers_without_end_is_not_built(tmp_path, monkeypatch, capsys):
    found = json.loads((paths.MODELS / "decoder" / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps(found | {"n_layer": 10**9}))
    monkeypatch.setenv("CURSO_X", str(tmp_path))
    assert sizing.chosen("CURSO_X") is None
    assert "dice que tiene 1000000000 capas" in capsys.readouterr().out
