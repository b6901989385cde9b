"""Textos hostiles en los dibujos: cualquier etiqueta, título o token sale como letras, sin avisos y sin tardar."""

from __future__ import annotations

import io
import warnings

import numpy as np
import pytest
from matplotlib import pyplot

from course_utils import diagrams, gallery, heatmaps, maps, plots, stacks, tables, theme

P = [0.5, 0.3, 0.2]
TEXTS = {
    "empty": "", "long": "a" * 50_000,
    "unseen": "a\x00b\x1b[31m\t\n\ud800e\u0301\u202e\u200b👨‍👩‍👧", "code": "</script><img src=x onerror=1> $\\frac$_^{}${x}%s{0}",
}  # fmt: skip
DRAW = {
    "next_token_bars": lambda t: plots.next_token_bars([t, "b", "c"], P, title=t, subtitle=t),
    "before_after_bars": lambda t: plots.before_after_bars([t, "b", "c"], P, P, [True, False, True], title=t),
    "lines": lambda t: plots.lines([1, 2, 3], {t: [1, 2, 3], "b": [1, 1, 1]}, xlabel=t, ylabel=t, title=t),
    "token_strip": lambda t: plots.token_strip([t, "b", "c"], P, prompt=t),
    "attention_map": lambda t: heatmaps.attention_map(np.eye(3), [t, "b", "c"], [t, "b", "c"], pyplot.figure().subplots(), title=t),
    "heat_map": lambda t: maps.heat_map(np.eye(2), title=t, xlabel=t, ylabel=t),
    "curve": lambda t: maps.curve([1, 2], chosen=0, title=t, xlabel=t, ylabel=t),
    "word_map": lambda t: maps.word_map(np.eye(2), [t, "b"], chosen=0, near=[1], title=t, subtitle=t),
    "stacks": lambda t: stacks.shares({t: {"embeddings": 1.0, t: 2.0}}, title=t),
    "tables": lambda t: tables.shares([[0.1, 0.2]], [t], [t, "b"], title=t),
    "gallery": lambda t: gallery.wall(np.zeros((1, 4, 4, 3)), columns=1, labels=[t[:9]], rows=[t[:9]], heads=[t[:9]], title=t),
    "diagrams": lambda t: diagrams.render(diagrams.column(diagrams.box(t), diagrams.chip(t, note=t), diagrams.paragraph(t, 200.0))),
}


@pytest.mark.parametrize("draw", DRAW.values(), ids=DRAW)
def test_any_text_is_only_letters(draw):
    for name, text in TEXTS.items():
        with warnings.catch_warnings(record=True) as caught, theme.using("light"):
            warnings.simplefilter("always")
            figure = getattr(drawn := draw(text), "figure", drawn)
            figure.savefig(io.BytesIO(), dpi=20)
        pyplot.close("all")
        assert not [str(one.message) for one in caught if "Glyph" in str(one.message)], name


def test_a_text_of_thousands_of_letters_is_drawn_by_its_beginning():
    assert theme.drawable("a" * 50_000) == "a" * theme.LONGEST + "…"
