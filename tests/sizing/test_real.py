"""Cualquier configuración: una carpeta, un identificador ya descargado, y lo que se dice cuando no se puede."""

from __future__ import annotations

import json
from email.message import Message
from urllib.error import HTTPError, URLError

import pytest

from course_utils import paths, sizing
from course_utils.sizing import real


def refused(error: Exception):
    def urlopen(*_, **__):
        raise error

    return urlopen


def test_a_local_folder_needs_only_its_config(tmp_path, monkeypatch, capsys):
    (tmp_path / "config.json").write_bytes((paths.MODELS / "decoder" / "config.json").read_bytes())
    monkeypatch.setenv("CURSO_X", str(tmp_path))
    found = sizing.chosen("CURSO_X")
    assert sum(sizing.components(found.meta()).values()) == 2_271_360 and sizing.of_config(found.config).layers == 4
    assert capsys.readouterr().out == ""


def test_without_the_variable_it_says_so(monkeypatch, capsys):
    monkeypatch.delenv("CURSO_X", raising=False)
    assert sizing.chosen("CURSO_X") is None
    assert capsys.readouterr().out == "Sin modelo real: la variable de entorno CURSO_X no está puesta. El capítulo sigue igual sin él.\n"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (URLError("sin red"), "No hay conexión para leer la configuración de «quien/sea»"),
        (TimeoutError(), "No hay conexión"),
        (HTTPError("", 404, "", Message(), None), "Hugging Face no da la configuración de «quien/sea» (error 404)"),
    ],
)
def test_offline_or_missing_is_one_sentence(monkeypatch, capsys, error, words):
    monkeypatch.setattr(real, "urlopen", refused(error))
    monkeypatch.setenv("HF_HUB_OFFLINE", "0")
    monkeypatch.setenv("CURSO_X", "quien/sea")
    assert sizing.chosen("CURSO_X") is None
    said = capsys.readouterr().out
    assert words in said and said.count("\n") == 1


def test_a_forbidden_network_is_respected(monkeypatch, capsys):
    monkeypatch.setattr(real, "urlopen", refused(AssertionError("ha salido a la red")))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("CURSO_X", "quien/sea")
    assert sizing.chosen("CURSO_X") is None and "HF_HUB_OFFLINE" in capsys.readouterr().out


@pytest.mark.parametrize(("content", "words"), [("{", "no hay un config.json que transformers sepa leer"), (None, "no hay un config.json")])
def test_a_broken_or_empty_folder(tmp_path, content, words):
    if content is not None:
        (tmp_path / "config.json").write_text(content)
    with pytest.raises(real.ConfigurationError, match=words):
        real.configuration(str(tmp_path))


def test_a_class_that_does_not_exist(tmp_path):
    config = json.loads((paths.MODELS / "decoder" / "config.json").read_text()) | {"architectures": ["NoExisteForCausalLM"]}
    (tmp_path / "config.json").write_text(json.dumps(config))
    with pytest.raises(real.ConfigurationError, match="no tiene la clase «NoExisteForCausalLM»"):
        real.configuration(str(tmp_path))
