"""Las gráficas: se mira lo dibujado (barras, rótulos, rayados), no los píxeles; y que se lea en claro y en oscuro."""

from __future__ import annotations

import matplotlib
import numpy as np
import pytest

matplotlib.use("Agg")
import matplotlib.pyplot as plt

from course_utils import plots, theme
from course_utils.figures import legibility

LABELS, P = ["zorra", "rana", "-eja", "búho"], [0.5, 0.3, 0.15, 0.05]


@pytest.fixture(autouse=True, params=["light", "dark"])
def colors(request):
    with theme.using(request.param) as palette:
        yield palette
    plt.close("all")


def notes(axis) -> list[str]:
    return [text.get_text() for text in axis.texts]


def widths(axis) -> list[float]:
    return [bar.get_width() for bar in axis.patches]


def test_bars_measure_the_probabilities_and_say_them(colors):
    axis = plots.next_token_bars(LABELS, P, title="Tras «había una»", subtitle="modelo de bolsillo")
    assert widths(axis) == pytest.approx(P)
    assert notes(axis)[:4] == ["50 %", "30 %", "15 %", "5 %"]
    assert [tick.get_text() for tick in axis.get_yticklabels()] == LABELS
    assert legibility.faults(axis.figure) == []


def test_first_label_is_on_top():
    axis = plots.next_token_bars(LABELS, P)
    heights = [bar.get_y() for bar in axis.patches]
    assert heights == sorted(heights, reverse=True)


def test_truth_is_a_second_bar_with_its_own_word_and_hatch(colors):
    axis = plots.next_token_bars(LABELS, P, truth=[0.4, 0.4, 0.1, 0.1])
    assert widths(axis) == pytest.approx([0.5, 0.4, 0.3, 0.4, 0.15, 0.1, 0.05, 0.1])
    assert notes(axis)[:2] == ["50 % modelo", "40 % verdad"]
    assert [bool(bar.get_hatch()) for bar in axis.patches] == [False, True] * 4
    assert legibility.faults(axis.figure) == []


def test_cut_tokens_are_hatched_and_named(colors):
    axis = plots.next_token_bars(LABELS, P, kept=[True, True, False, False])
    assert [bool(bar.get_hatch()) for bar in axis.patches] == [False, False, True, True]
    assert notes(axis)[2:4] == ["15 % · cortado", "5 % · cortado"]
    assert legibility.faults(axis.figure) == []


@pytest.mark.parametrize("chosen", [1, "rana"])
def test_the_chosen_one_is_full_and_named(colors, chosen):
    axis = plots.next_token_bars(LABELS, P, chosen=chosen)
    fills = [matplotlib.colors.to_hex(bar.get_facecolor()).upper() for bar in axis.patches]
    assert fills == [colors.soft, colors.accent, colors.soft, colors.soft]
    assert notes(axis)[1] == "30 % ◄ elegido"


def test_without_a_chosen_one_the_most_probable_kept_stands_out(colors):
    axis = plots.next_token_bars(LABELS, P, kept=[False, True, True, True])
    fills = [matplotlib.colors.to_hex(bar.get_facecolor()).upper() for bar in axis.patches]
    assert fills == [colors.cut, colors.accent, colors.soft, colors.soft]


def test_same_scale_unless_asked():
    small, large = plots.next_token_bars(LABELS, P), plots.next_token_bars(LABELS, [1, 0, 0, 0])
    assert small.get_xlim() == large.get_xlim()
    assert plots.next_token_bars(LABELS, P, limit=0.5).get_xlim()[1] == pytest.approx(small.get_xlim()[1] / 2)


def test_no_bar_leaves_the_axes():
    axis = plots.next_token_bars(LABELS, P, truth=[0.9, 0.1, 0, 0], limit=0.2)
    assert axis.get_xlim()[1] >= 0.9
    axis = plots.before_after_bars(LABELS, P, [1, 0, 0, 0], [True, False, False, False], limit=0.2)
    assert axis.get_xlim()[1] >= 1.45 + 1


def test_torch_tensors_are_numbers_too():
    torch = pytest.importorskip("torch")
    assert widths(plots.next_token_bars(LABELS, torch.tensor(P))) == pytest.approx(P)


def test_no_candidates_is_an_empty_plot():
    assert widths(plots.next_token_bars([], [])) == []


def test_hostile_labels_are_only_letters():
    axis = plots.next_token_bars(["$\\frac{", "</script>", "🦊\n", "%"], P)
    axis.figure.canvas.draw()
    assert [tick.get_text() for tick in axis.get_yticklabels()] == ["$\\frac{", "</script>", "⟨U+1F98A⟩↵", "%"]


@pytest.mark.parametrize(
    "arguments, settings, message",
    [
        ((LABELS, P[:3]), {}, "4 etiquetas y 3 probabilidades"),
        ((LABELS, [3.1, 2, 1, 0]), {}, "he recibido 3,1: ¿son logits?"),
        ((LABELS, [0.5, np.nan, 0, 0]), {}, "he recibido sin dato"),
        ((LABELS, P), {"truth": [1.0]}, "1 probabilidades verdaderas"),
        ((LABELS, P), {"kept": [True]}, "1 marcas de conservado"),
        ((LABELS, P), {"chosen": "lobo"}, "El elegido «lobo» no está"),
        ((LABELS, P), {"chosen": 9}, "El elegido «9» no está"),
    ],
)
def test_bad_input_gets_a_sentence(arguments, settings, message):
    with pytest.raises(ValueError, match=message.replace("?", r"\?")):
        plots.next_token_bars(*arguments, **settings)


def test_before_and_after_side_by_side(colors):
    axis = plots.before_after_bars(LABELS, P, [0.625, 0.375, 0, 0], [True, True, False, False], title="top-k = 2")
    assert widths(axis) == pytest.approx([0.5, 0.625, 0.3, 0.375, 0.15, 0, 0.05, 0])
    assert notes(axis)[:8] == ["50 %", "62 %", "30 %", "38 %", "15 %", "cortado", "5 %", "cortado"]
    assert {"antes", "después"} <= set(notes(axis))
    assert legibility.faults(axis.figure) == []


def test_strip_writes_every_token_with_its_probability(colors):
    axis = plots.token_strip([" una", " zo", "rra", ".", " "], [0.5, 0.9, 1.0, 0.002, 0.1], prompt="Había una vez")
    assert notes(axis) == ["Había", "una", "vez", "una", "50 %", "zo", "90 %", "rra", "100 %", ".", "< 1 %", "␣", "10 %"]
    assert legibility.faults(axis.figure) == []


def test_strip_of_a_long_text_breaks_into_lines(colors):
    axis = plots.token_strip([" palabra"] * 60, np.linspace(0, 1, 60))
    assert legibility.faults(axis.figure) == []
    assert len({round(text.get_position()[1]) for text in axis.texts}) > 6


def test_lines_carry_their_names_at_the_end(colors):
    axis = plots.lines(
        [1, 2, 3],
        {"modelo": [3, 2, 1.2], "trigramas": [3, 2.5, 1.25]},
        xlabel="época",
        ylabel="pérdida (nats)",
        title="La pérdida baja",
        reference={"entropía": 1.1},
    )
    assert axis.get_legend() is None
    assert set(notes(axis)) >= {"modelo", "trigramas", "entropía"}
    assert len({line.get_linestyle() for line in axis.lines[:2]}) == 2
    assert len({line.get_marker() for line in axis.lines[:2]}) == 2
    assert legibility.faults(axis.figure) == []


def test_a_line_may_have_its_own_abscissas():
    axis = plots.lines([1, 10, 100], {"todas": [3, 2, 1], "una": {30.0: 1.5}}, xlabel="x", ylabel="y", title="t", log_x=True)
    assert [list(line.get_xdata()) for line in axis.lines] == [[1, 10, 100], [30]]
    assert list(axis.get_xticks()) == [1, 10, 100]
    with pytest.raises(ValueError, match="La serie «a» tiene 0 valores"):
        plots.lines([1, 2], {"a": {}}, xlabel="x", ylabel="y", title="t")


def test_lines_use_decimal_commas():
    axis = plots.lines([0.5, 1.0], {"a": [0.25, 0.75]}, xlabel="T", ylabel="p", title="t")
    axis.figure.canvas.draw()
    written = [tick.get_text() for tick in (*axis.get_xticklabels(), *axis.get_yticklabels())]
    assert any("," in text for text in written)
    assert not any("." in text for text in written)


def test_series_of_another_length_gets_a_sentence():
    with pytest.raises(ValueError, match="La serie «a» tiene 1 valores y el eje x, 2"):
        plots.lines([1, 2], {"a": [1]}, xlabel="x", ylabel="y", title="t")


def test_everything_can_go_in_axes_of_ones_own():
    figure, axes = plt.subplots(2, 2)
    assert plots.next_token_bars(LABELS, P, axis=axes[0, 0]) is axes[0, 0]
    assert plots.before_after_bars(LABELS, P, P, [True] * 4, axis=axes[0, 1]) is axes[0, 1]
    assert plots.lines([1], {"a": [1]}, xlabel="x", ylabel="y", title="t", axis=axes[1, 0]) is axes[1, 0]
    assert plots.token_strip([" a"], [1.0], axis=axes[1, 1]) is axes[1, 1]
    assert plt.get_fignums() == [figure.number]


def test_candidates_are_bars_with_their_own_truth():
    from types import SimpleNamespace

    options = [SimpleNamespace(token_id=2, label="rana", probability=0.6), SimpleNamespace(token_id=0, label="gata", probability=0.3)]
    plain = plots.next_token_bars(["rana", "gata"], [0.6, 0.3], truth=[0.5, 0.2], title="t")
    drawn = plots.candidates(options, truth=[0.2, 0.3, 0.5], title="t")
    assert [text.get_text() for text in drawn.texts] == [text.get_text() for text in plain.texts]
    assert [patch.get_width() for patch in drawn.patches] == [patch.get_width() for patch in plain.patches]
