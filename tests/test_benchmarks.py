"""Los resultados guardados son los de las medidas que hay, y su tabla no está escrita a mano."""

from __future__ import annotations

import json

import pytest

from benchmarks import run

STORED = sorted(run.RESULTS.glob("*.json"))


def test_each_benchmark_has_its_stored_result_and_no_result_is_orphan():
    assert [file.stem for file in STORED] == sorted(script.stem.removeprefix("bench_") for script in run.HERE.glob("bench_*.py"))


def test_the_table_is_made_from_the_stored_results():
    results = [json.loads(file.read_text(encoding="utf-8")) for file in STORED]
    assert (run.RESULTS / "README.md").read_text(encoding="utf-8") == run.page(results)


@pytest.mark.parametrize("file", STORED, ids=lambda file: file.stem)
def test_a_result_says_with_what_it_was_measured_and_its_ratios_are_right(file):
    result = json.loads(file.read_text(encoding="utf-8"))
    assert set(result) == {"title", "ours", "theirs", "rows", "notes", "versions", "threads"}
    assert {"python", "torch", "transformers"} <= set(result["versions"])
    for row in result["rows"]:
        assert row["ratio"] == pytest.approx(row["theirs"] / row["ours"])


@pytest.mark.parametrize(("value", "shown"), [(0.756, "0,76"), (1.96, "2,0"), (12.3, "12"), (987, "990"), (0.05, "0,05")])
def test_numbers_have_two_figures_and_a_decimal_comma(value, shown):
    assert run.number(value) == shown
