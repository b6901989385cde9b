"""Los diagramas: valores que miden lo que dicen, se componen y no se deforman al pintarlos."""

from __future__ import annotations

import matplotlib
import pytest
from hypothesis import given
from hypothesis import strategies as st

matplotlib.use("Agg")

from course_utils import diagrams as d
from course_utils import theme
from course_utils.diagrams.pieces import text_width
from course_utils.figures import legibility

sizes = st.builds(d.space, st.floats(0, 500), st.floats(0, 500))


@given(st.lists(sizes, min_size=1, max_size=5), st.floats(0, 20))
def test_a_row_is_as_wide_as_its_parts_and_as_high_as_the_highest(parts, gap):
    made = d.row(*parts, gap=gap)
    assert made.width == pytest.approx(sum(p.width for p in parts) + gap * (len(parts) - 1))
    assert made.height == pytest.approx(max(p.height for p in parts))


@given(st.lists(sizes, min_size=1, max_size=5), st.floats(0, 20))
def test_a_column_is_a_row_lying_down(parts, gap):
    made = d.column(*parts, gap=gap)
    assert made.height == pytest.approx(sum(p.height for p in parts) + gap * (len(parts) - 1))
    assert made.width == pytest.approx(max(p.width for p in parts))


def test_nothing_composes_to_nothing():
    assert (d.row().width, d.column().height, d.over().width, d.flow([], 100).width) == (0, 0, 0, 0)


def test_composing_changes_no_part():
    part = d.box("hola")
    before = repr(part)
    d.row(part, part.pad(10), part.framed(300, 300, align="center"))
    assert repr(part) == before


@given(st.lists(st.floats(10, 90), min_size=1, max_size=30))
def test_flow_never_passes_the_width(widths):
    made = d.flow([(d.space(w, 10), 5.0) for w in widths], 100)
    assert made.width <= 100
    assert made.height == pytest.approx(10 * lines(widths) + 6 * (lines(widths) - 1))


def lines(widths: list[float]) -> int:
    count, used = 1, widths[0]
    for width in widths[1:]:
        count, used = (count, used + 5 + width) if used + 5 + width <= 100 else (count + 1, width)
    return count


def test_padding_and_frames():
    part = d.space(10, 20)
    assert (part.pad(5).width, part.pad(5).height) == (20, 30)
    assert (part.pad(1, 2).width, part.pad(1, 2).height) == (12, 24)
    assert (part.pad(1, 2, 3, 4).width, part.pad(1, 2, 3, 4).height) == (14, 26)
    assert (part.framed(5, 50).width, part.framed(5, 50).height) == (10, 50)


@pytest.mark.parametrize("align, x", [("left", 0), ("center", 45), ("right", 90)])
def test_frames_align(align, x):
    assert d.rectangle(10, 10).framed(100, align=align).shapes[0].x == x


def test_names_move_with_their_parts():
    made = d.row(d.space(30, 10), d.box("b").named("b"), gap=5).pad(7)
    x, y, width, height = made.where("b")
    assert (x, y) == (42, 7)
    with pytest.raises(ValueError, match="ninguna parte llamada «c»; hay: b"):
        made.where("c")


def test_connect_joins_the_sides():
    pair = d.row(d.space(10, 10).named("a"), d.space(10, 10).named("b"), gap=30)
    assert d.connect(pair, "a", "b").shapes[-1].points == ((10, 5), (40, 5))
    assert d.connect(pair, "a", "b", leave="top", arrive="bottom").shapes[-1].points == ((5, 0), (45, 10))


def test_text_measures_what_it_takes_when_painted():
    made = d.text("Había una vez una zorra muy curiosa", 14)
    with theme.using("light"):
        drawn = d.figure(made.pad(10))
        label = drawn.axes[0].texts[0].get_window_extent()
    assert label.width * 72 / drawn.dpi == pytest.approx(made.width, rel=0.01)


def test_tiny_text_is_refused():
    with pytest.raises(ValueError, match="9 puntos no se lee: el mínimo es 10"):
        d.text("pequeño", 9)


def test_paragraph_keeps_every_word_and_fits():
    words = "La temperatura no cambia lo que el modelo sabe, sino cuánto se arriesga"
    made = d.paragraph(words, 150)
    assert " ".join(shape.content for shape in made.shapes) == words
    assert made.width <= 150


def test_hatched_boxes_give_their_text_a_plain_ground():
    with theme.using("light"):
        assert legibility.faults(d.figure(d.box("congelada", hatch="////", fill="frozen").pad(10))) == []


def test_slider_knob_follows_the_value():
    knobs = [d.slider(value, 0, 10, width=114).shapes[2] for value in (0, 5, 10)]
    assert [knob.x for knob in knobs] == [0, 50, 100]


@pytest.mark.parametrize("value, low, high", [(3, 0, 2), (-1, 0, 2), (0, 0, 0)])
def test_slider_out_of_range_gets_a_sentence(value, low, high):
    with pytest.raises(ValueError, match="tiene que estar dentro"):
        d.slider(value, low, high)


def test_segments_share_out_the_whole_bar():
    made = d.segments(["bosque", "pueblo"], [0.5, 0.3], width=400)
    spans = [shape for shape in made.shapes if isinstance(shape, d.Rectangle) and shape.height == 26]
    assert [span.width for span in spans] == pytest.approx([200, 120, 80])
    assert made.width == pytest.approx(400)
    assert [span.fill for span in spans] == ["accent", "soft", "paper"]
    assert {"bosque 50 %", "pueblo 30 %", "otros 20 %"} == {shape.content for shape in made.shapes if isinstance(shape, d.Label)}


def test_a_segment_too_narrow_says_nothing_rather_than_spill():
    made = d.segments(["bosque", "x"], [0.99, 0.01], width=200)
    assert [shape.content for shape in made.shapes if isinstance(shape, d.Label)] == ["bosque 99 %"]


def test_tokens_stick_to_the_word_they_continue():
    made = d.tokens([" zo", "rra", " muy"], [0.5, 0.5, 0.5], width=500)
    boxes = [shape for shape in made.shapes if isinstance(shape, d.Rectangle)]
    near, far = boxes[1].x - boxes[0].x - boxes[0].width, boxes[2].x - boxes[1].x - boxes[1].width
    assert near < far


def test_the_notes_of_glued_chips_do_not_touch():
    made = d.tokens([" f", "u", "t"], [0.999, 0.999, 0.001], width=500)
    notes = [shape for shape in made.shapes if isinstance(shape, d.Label) and "%" in shape.content]
    ends = [note.x + text_width(note.content, note.size) for note in notes]
    assert len(notes) == 3 and all(after.x - end >= 4 for end, after in zip(ends, notes[1:]))


def test_grid_and_brace_measure_up():
    table = d.grid([["a", ""], ["b", "c"]], fills=[["soft", "cut"], ["paper", "paper"]], hatches=[["", "////"], ["", ""]])
    assert (table.width, table.height) == (88, 52)
    assert d.brace(140, "ventana").width == 140


@pytest.mark.parametrize("name", ["light", "dark"])
def test_everything_together_reads(name):
    part = d.column(
        d.row(d.box("prompt").named("p"), d.arrow(60, label="luego"), d.box("texto", fill="accent").named("t"), gap=8),
        d.row(d.arrow(30, direction="down", label="baja"), d.chip("zorra", note="40 %"), d.slider(0.7, 0, 2), gap=20),
        d.grid([["a", "b"], ["c", "d"]], fills=[["soft", "accent"], ["cut", "train"]]),
        d.brace(150, "ventana"),
        d.segments(["bosque", "pueblo"], [0.6, 0.3], width=300),
        gap=14,
    )
    with theme.using(name):
        assert legibility.faults(d.figure(d.connect(part, "p", "t", leave="bottom", arrive="bottom").pad(14))) == []


def test_scales_down_to_the_axes_it_is_given():
    from matplotlib.figure import Figure

    figure = Figure(figsize=(2, 1), dpi=100)
    with theme.using("light"):
        axis = d.render(d.text("hola", 20).framed(288, 144), axis=figure.add_axes((0, 0, 1, 1)))
    assert axis.texts[0].get_fontsize() == pytest.approx(10)


def test_inset_paints_in_axes_of_its_own_size():
    seen = []
    with theme.using("light"):
        drawn = d.figure(d.column(d.space(200, 50), d.inset(200, 100, seen.append)))
    drawn.canvas.draw()
    box = seen[0].get_position()
    assert seen[0].get_window_extent().width * 72 / drawn.dpi == pytest.approx(200)
    assert seen[0].get_window_extent().height * 72 / drawn.dpi == pytest.approx(100)
    assert box.y0 == pytest.approx(0, abs=0.02)


@pytest.mark.parametrize(
    "role, color",
    [("accent", theme.LIGHT.accent), ("accent@0", theme.LIGHT.paper), ("on accent", theme.LIGHT.paper), ("#102030", "#102030")],
)
def test_roles_resolve(role, color):
    assert d.resolve(role, theme.LIGHT) == color
