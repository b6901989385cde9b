"""Las barras apiladas: miden lo que dicen, se distinguen sin color y se leen en claro y en oscuro."""

from __future__ import annotations

import pytest

from course_utils import diagrams, stacks, theme
from course_utils.figures import legibility

ROWS = {"uno": {"a": 3, "b": 1}, "dos": {"b": 1, "a": 1, "c": 2}}


def rectangles(drawn: diagrams.Diagram) -> list[diagrams.Rectangle]:
    return [shape for shape in drawn.shapes if isinstance(shape, diagrams.Rectangle)]


def test_a_bar_is_as_long_as_its_parts():
    parts = rectangles(stacks.bar({"a": 3, "b": 1}, width=400, labelled=False))
    assert [part.width for part in parts] == [300, 100]
    half = rectangles(stacks.bar({"a": 3, "b": 1}, width=400, whole=8, labelled=False))
    assert [part.width for part in half] == [150, 50]


def test_a_part_keeps_its_look_in_every_row():
    first = rectangles(stacks.bar({"b": 1}, ["a", "b"], width=100, labelled=False))[0]
    second = rectangles(stacks.bar({"a": 1, "b": 1}, ["a", "b"], width=100, labelled=False))[1]
    assert (first.fill, first.hatch) == (second.fill, second.hatch)


def test_looks_differ_without_colour():
    looks = {(look[2], look[0].split("@")[0] in ("accent",)) for look in stacks.LOOKS}
    assert len(looks) == len(stacks.LOOKS), "dos partes seguidas solo se distinguirían por el color"


@pytest.mark.parametrize("need", [50, 200])
def test_the_frame_is_what_there_is(need):
    drawn = stacks.against({"pesos": need}, 100, "tarjeta", width=300)
    frame, bar = rectangles(drawn)
    assert frame.width / bar.width == pytest.approx(100 / need)


@pytest.mark.parametrize("wrong", [{}, {"a": 0}, {"a": 2, "b": -1}])
def test_nothing_to_stack_is_explained(wrong):
    with pytest.raises(ValueError, match="alguna mayor que cero"):
        stacks.bar(wrong, width=100)


@pytest.mark.parametrize("name", ["light", "dark"])
def test_everything_reads(name):
    with theme.using(name):
        axis = stacks.shares(ROWS, totals={"uno": "4", "dos": "cuatro"}, title="Título")
    assert legibility.faults(axis.figure) == []
    words = [text.get_text() for text in axis.texts]
    assert {"uno", "dos", "75 %", "25 %", "50 %", "a", "b", "c", "cuatro"} <= set(words)
