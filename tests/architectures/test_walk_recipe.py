"""La receta del camino de 2017 a hoy: mide cada diseño una vez, se reanuda donde estaba y resume lo medido."""

from __future__ import annotations

import json

import measure_walk
import pytest

from course_utils.architectures import walk


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    work = tmp_path_factory.mktemp("walk")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(measure_walk, "UNSEEN", 2)
        return work, measure_walk.run(work, 2, (0,), 4)


def test_the_plan_changes_one_thing_at_a_time():
    plan = measure_walk.plan(400, 600)
    assert list(plan) == [walk.START, measure_walk.SLOW, *walk.SWITCHES]
    assert plan[measure_walk.SLOW][0] == plan[walk.START][0] and plan[measure_walk.SLOW][1].warmup == measure_walk.WARMUP
    designs = [design for name, (design, _) in plan.items() if name != measure_walk.SLOW]
    changed = [{field for field in vars(a) if getattr(a, field) != getattr(b, field)} for a, b in zip(designs, designs[1:])]
    assert changed == [set(change) for change in walk.SWITCHES.values()]


def test_what_is_measured_is_not_measured_again(measured, monkeypatch):
    work, found = measured
    monkeypatch.setattr(measure_walk, "UNSEEN", 2)
    monkeypatch.setattr(walk, "measure", None)
    assert measure_walk.run(work, 2, (0,), 4) == {
        name: [type(one)(**vars(one) | {"losses": list(one.losses)}) for one in outcomes] for name, outcomes in found.items()
    }


def test_the_summary_is_what_the_chapter_reads(measured, tmp_path):
    _, found = measured
    rows = [measure_walk.summary(outcomes * 2, 1) for outcomes in found.values()]
    (tmp_path / "walk.json").write_text(json.dumps({"designs": rows}), encoding="utf-8")
    read = walk.long_run(tmp_path / "walk.json")
    assert [one.name for one in read] == list(found)
    first = found[walk.START][0]
    assert read[0].mean == pytest.approx(first.held_out, abs=1e-3) and read[0].losses == pytest.approx(first.losses, abs=1e-3)
    assert read[0].parameters == first.parameters and read[0].cache_per_token == first.cache_per_token


def test_the_saved_results_say_how_they_were_made():
    saved = json.loads(walk.RESULTS.read_text("utf-8"))["recipe"]
    assert saved["steps"] == measure_walk.STEPS and tuple(saved["seeds"]) == measure_walk.SEEDS and saved["texts"] == measure_walk.TEXTS
    recipe = {name: value for name, value in vars(walk.RECIPE).items() if name != "steps"}
    assert {name: saved["recipe"][name] for name in recipe} == recipe
