"""Los dibujos: repetibles, distintos entre sí, con su clase a la vista y el sitio, el tamaño y el contorno de cada uno."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from course_utils import drawings
from course_utils.drawings import kinds, shapes


def test_the_same_seed_gives_the_same_drawings_and_another_seed_others():
    one, labels = drawings.sample(30, seed=4)
    again, same = drawings.sample(30, seed=4)
    other, _ = drawings.sample(30, seed=5)
    assert np.array_equal(one, again) and np.array_equal(labels, same) and not np.array_equal(one, other)
    assert one.shape == (30, 16, 16, 3) and one.dtype == np.float32 and one.min() >= 0 and one.max() <= 1


@pytest.mark.parametrize("kind", drawings.CLASSES)
def test_no_two_of_a_class_are_alike_and_all_stay_on_the_paper(kind):
    images, labels = drawings.sample(60, seed=1, kind=kind)
    assert {drawings.CLASSES[label] for label in labels} == {kind}
    assert len(np.unique(images.reshape(60, -1), axis=0)) == 60
    inked = np.abs(images - drawings.PAPER).max(-1) > 0.1
    assert (inked.mean((1, 2)) > 0.08).all() and (inked.mean((1, 2)) < 0.75).all()
    corners = inked[:, [0, 0, -1, -1], [0, -1, 0, -1]]
    assert corners.mean() < 0.1, "el dibujo se sale del papel"


def test_every_class_is_as_frequent_as_the_others():
    _, labels = drawings.sample(3000, seed=2)
    assert (np.abs(np.bincount(labels, minlength=10) - 300) < 70).all()


def test_place_size_and_outline_vary():
    images, _ = drawings.sample(200, seed=3, kind="globo")
    inked = np.abs(images - drawings.PAPER).max(-1) > 0.1
    rows = np.arange(16)
    tops = np.array([rows[one.any(1)].min() for one in inked])
    heights = np.array([np.ptp(rows[one.any(1)]) for one in inked])
    assert len(set(tops)) >= 3 and len(set(heights)) >= 4
    dark = (images.max(-1) < 0.35).sum((1, 2))
    assert 0.15 < (dark > 8).mean() < 0.55, "unos llevan contorno y otros no"


def test_classes_can_be_told_apart():
    from sklearn.neighbors import KNeighborsClassifier

    images, labels = drawings.sample(1500, seed=1)
    fresh, truth = drawings.sample(300, seed=2)
    assert KNeighborsClassifier(5).fit(images.reshape(1500, -1), labels).score(fresh.reshape(300, -1), truth) > 0.8


def test_what_cannot_be_drawn_is_said():
    with pytest.raises(ValueError, match="No sé dibujar «perro»: sé casa, árbol"):
        drawings.sample(3, kind="perro")
    with pytest.raises(ValueError, match="cero o más"):
        drawings.sample(-1)
    assert drawings.sample(0)[0].shape == (0, 16, 16, 3)


def test_the_nearest_is_found_with_its_distance():
    images, _ = drawings.sample(50, seed=1)
    which, how_far = drawings.nearest(images[10:14], images, batch=3)
    assert which.tolist() == [10, 11, 12, 13] and how_far == pytest.approx(0, abs=2e-3)
    white, black = np.ones((1, 16, 16, 3)), np.zeros((1, 16, 16, 3))
    assert drawings.nearest(white, black)[1] == pytest.approx(1)


def test_variety_is_the_mean_distance_between_pairs():
    images, _ = drawings.sample(8, seed=1)
    pairs = [np.sqrt(((images[i] - images[j]) ** 2).mean()) for i in range(8) for j in range(i)]
    assert drawings.variety(images) == pytest.approx(np.mean(pairs), rel=1e-3)
    assert drawings.variety(np.repeat(images[:1], 5, axis=0)) == pytest.approx(0, abs=2e-3)


def test_the_distances_of_the_shapes_are_true():
    x, y = np.array([0.0, 2.0, 0.0, 0.5]), np.array([0.0, 0.0, -3.0, 0.0])
    assert shapes.circle((0, 0), 1.0)(x, y) == pytest.approx([-1, 1, 2, -0.5])
    assert shapes.box(-1, -1, 1, 1)(x, y) == pytest.approx([-1, 1, 2, -0.5])
    assert shapes.stroke(((-1, 0), (1, 0)), 0.2)(x, y) == pytest.approx([-0.1, 0.9, 2.9, -0.1])
    assert shapes.without(shapes.circle((0, 0), 1), shapes.circle((0, 0), 0.5))(x, y)[0] == pytest.approx(0.5)


def test_every_class_has_its_function_and_every_crayon_is_a_colour():
    assert tuple(kinds.KINDS) == drawings.CLASSES and len(drawings.CLASSES) == 10
    assert all(len(color) == 3 and 0 <= min(color) <= max(color) <= 1 for color in kinds.CRAYONS.values())
    assert all(kinds.KINDS[kind](Random(0)) for kind in drawings.CLASSES)
