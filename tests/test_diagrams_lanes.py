"""Carriles y máscaras dibujados: cada parada une con la suya de antes, y cada fila enseña justo lo que ve."""

from __future__ import annotations

import numpy as np
import pytest

from course_utils import diagrams
from course_utils.diagrams import Label, Rectangle, Stop, Stroke
from course_utils.diagrams.lanes import CELL, LANE


def strokes(drawn):
    return [shape for shape in drawn.shapes if isinstance(shape, Stroke)]


def test_each_stop_is_joined_to_the_one_it_continues():
    drawn = diagrams.lanes([[Stop("a"), Stop("b")], [Stop("c", parent=1), Stop("d", parent=0, strong=True)]])
    lines = strokes(drawn)
    assert [(line.points[0][1], line.points[1][1]) for line in lines] == [(LANE + 12, 12), (12, LANE + 12)]
    assert [line.role for line in lines] == ["quiet", "accent"] and drawn.width == 2 * CELL + 26


def test_an_ended_stop_says_so_without_colour_and_long_names_fit():
    drawn = diagrams.lanes([[Stop("otorrinolaringología", "5 %", ended=True)]])
    label = next(shape for shape in drawn.shapes if getattr(shape, "content", "").startswith("✓"))
    assert label.content.endswith("…") and diagrams.text_width(label.content, label.size) < CELL
    assert diagrams.lanes([]).width == 0


def test_a_mask_lights_what_is_seen_and_marks_a_row():
    seen = np.tri(4, dtype=bool).tolist()
    drawn = diagrams.mask(seen, size=100, row=2, split=2)
    frame, *lit = [shape for shape in drawn.shapes if isinstance(shape, Rectangle)]
    assert frame.hatch and [one.width for one in lit] == [25, 50, 75, 100]
    assert [one.fill for one in lit] == ["soft", "soft", "accent", "soft"]
    assert [line.points for line in strokes(drawn) if line.role == "paper"] == [((25 * x, 25 * x), (25 * x, 100)) for x in (1, 2, 3)]
    assert len([line for line in strokes(drawn) if line.role == "ink"]) == 2


def test_a_labelled_mask_names_its_first_and_last_tokens():
    seen, labels = np.tri(4, dtype=bool).tolist(), ["una", "rana", "a", "frog"]
    alone = [shape.content for shape in diagrams.labelled_mask(seen, labels).shapes if isinstance(shape, Label)]
    assert sorted(alone) == ["frog", "frog", "una", "una"]
    drawn = diagrams.labelled_mask(seen, labels, width=160, split=2, sides=("lo leído", "lo escrito"))
    named = [shape.content for shape in drawn.shapes if isinstance(shape, Label)]
    assert sorted(named) == ["a", "frog", "lo escrito", "lo leído", "una"] and drawn.width == pytest.approx(160)


def test_an_empty_mask_is_only_a_frame():
    assert len(diagrams.mask([]).shapes) == 1
