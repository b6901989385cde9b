"""La página de medidas: la escribe su herramienta con lo guardado, y nadie a mano."""

import json

import pytest

from course_utils import models
from tools import facts


def test_the_page_is_what_the_tool_writes():
    assert facts.PAGE.read_text("utf-8") == facts.page(), "ejecuta «python -m tools.facts»"


def test_every_model_is_there_with_the_parameters_it_has():
    told = facts.models()
    for name in models.available():
        loaded = models.load(name)
        assert f"[{name}]" in told and f"| {sum(p.numel() for p in loaded.model.parameters()):,} |".replace(",", ".") in told


def test_the_time_of_a_training_that_was_resumed_is_added_up(tmp_path):
    seconds = [10, 3600, 5, 900, 1800]
    (tmp_path / "training.json").write_text(json.dumps({"history": [{"seconds": one} for one in seconds]}))
    assert facts.hours(tmp_path) == "1,5 h"
    (tmp_path / "training.json").write_text(json.dumps({"history": [{"seconds": 300}]}))
    assert facts.hours(tmp_path) == "5 min"


def test_every_comparison_with_an_aim_is_there_and_no_other():
    aimed = [row for result in facts.results() for row in result["rows"] if row["aim"]]
    assert facts.peers().count("\n| **") == len(aimed) > 10


def test_a_measure_that_is_no_longer_taken_is_noticed(monkeypatch):
    monkeypatch.setitem(facts.TELLING, "decoder", "lo que nadie mide")
    with pytest.raises(StopIteration):
        facts.measured()


def test_what_each_chapter_takes_is_told_when_it_is_measured(tmp_path, monkeypatch):
    monkeypatch.setattr(facts, "RESULTS", tmp_path)
    assert facts.memory() == "" and facts.page().endswith("meta |\n|---|--:|--:|--:|--:|\n")
    row = {"case": "02 · ¿Qué es un modelo de lenguaje?", "ours": 812.4, "unit": "MB"}
    stored = {"title": "Lo que ocupa cada capítulo", "rows": [row], "notes": ["Sin torch compartido."]}
    (tmp_path / facts.MEMORY).write_text(json.dumps(stored), "utf-8")
    assert "| 02 · ¿Qué es un modelo de lenguaje? | 810 MB |" in facts.page() and facts.page().endswith("\nSin torch compartido.\n")
