"""La pared: cada imagen en su sitio, con su cartel, y lo que no cuadra se dice."""

from __future__ import annotations

import numpy as np
import pytest

from course_utils import gallery, theme

IMAGES = np.linspace(0, 1, 5 * 4 * 4 * 3).reshape(5, 4, 4, 3)


def texts(figure):
    return [text.get_text() for text in figure.texts]


def places(figure):
    return [axis.get_position().bounds for axis in figure.axes]


def test_images_hang_in_reading_order():
    figure = gallery.wall(IMAGES, columns=3)
    (x0, y0, *_), (x1, y1, *_), _, (x3, y3, *_), _ = places(figure)
    assert len(figure.axes) == 5 and x1 > x0 and y1 == pytest.approx(y0) and x3 == pytest.approx(x0) and y3 < y0
    assert np.allclose(figure.axes[4].images[0].get_array(), IMAGES[4])


def test_labels_rows_and_heads_are_written():
    figure = gallery.wall(IMAGES, columns=3, labels=list("abcde"), rows=["una", "otra"], heads=["1", "2", "3"], title="Pared")
    assert set(texts(figure)) == {*"abcde", "una", "otra", "1", "2", "3", "Pared"}


def test_marked_ones_have_a_cross_and_a_thick_frame():
    figure = gallery.wall(IMAGES, labels=list("abcde"), marked=[False, True, False, False, False])
    assert "✗ b" in texts(figure) and "a" in texts(figure)
    assert figure.axes[1].spines["top"].get_linewidth() > figure.axes[0].spines["top"].get_linewidth()


def test_nothing_overlaps_and_nothing_leaves_the_wall():
    figure = gallery.wall(np.tile(IMAGES, (4, 1, 1, 1)), columns=10, labels=["gato 100 %\nluna 0 %"] * 20, rows=["pintados", "de verdad"])
    figure.canvas.draw()
    boxes = [axis.get_window_extent() for axis in figure.axes]
    written = [text.get_window_extent() for text in figure.texts]
    inside = figure.bbox.padded(1)
    assert all(inside.contains(*box.min) and inside.contains(*box.max) for box in [*boxes, *written])
    assert not any(box.overlaps(word) for box in boxes for word in written)
    assert not any(a.overlaps(b) for i, a in enumerate(written) for b in written[:i])


def test_what_leaves_the_range_is_cut_and_dark_theme_is_followed():
    with theme.using("dark"):
        figure = gallery.wall(3 * IMAGES - 1)
        assert figure.get_facecolor()[:3] == pytest.approx([int(theme.DARK.paper[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    assert figure.axes[0].images[0].get_array().min() == 0 and figure.axes[4].images[0].get_array().max() == 1


@pytest.mark.parametrize(
    ("given", "words"),
    [({"labels": ["a"]}, "1 carteles y hacen falta 5"), ({"rows": ["a", "b", "c"]}, "nombres de fila"), ({"marked": [True]}, "señales"),
     ({"heads": ["a"]}, "1 nombres de columna y hacen falta 10")],
)  # fmt: skip
def test_what_does_not_add_up_is_said(given, words):
    with pytest.raises(ValueError, match=words):
        gallery.wall(IMAGES, **given)


def test_an_image_without_colour_is_said():
    with pytest.raises(ValueError, match="hace falta"):
        gallery.wall(IMAGES[..., 0])


@pytest.fixture(autouse=True)
def closed():
    yield
    import matplotlib.pyplot as plt

    plt.close("all")
