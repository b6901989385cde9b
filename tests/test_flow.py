"""El pintor: camino recto, velocidad verdadera, todo repetible, y que aprende de verdad, medido sobre dos clases fáciles."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from course_utils import flow


def loss(made, drawing, kinds):
    snow, t = torch.randn_like(drawing), flow.times(len(drawing))
    return (made((1 - t) * snow + t * drawing, t, kinds) - (drawing - snow)).square().mean()


@pytest.fixture(scope="module")
def halves():
    """Dos clases: lo claro a la izquierda o a la derecha, con un brillo distinto cada vez."""
    rng = np.random.default_rng(0)
    kinds = rng.integers(0, 2, 400)
    images = np.full((400, 4, 4, 3), 0.1, dtype=np.float32)
    for image, kind in zip(images, kinds):
        image[:, 2 * kind : 2 * kind + 2] = rng.uniform(0.4, 1.0)
    return images, kinds


@pytest.fixture(scope="module")
def trained(halves):
    made = flow.painter(halves[0], ("izquierda", "derecha"), width=48, depth=2)
    losses = [step.loss for step in flow.train(made, *halves, loss, steps=400, batch=64)]
    return made, losses


def test_learning_lowers_the_loss_and_the_class_is_obeyed(trained):
    made, losses = trained
    assert np.mean(losses[-50:]) < 0.5 * np.mean(losses[:50])
    images = flow.paint(made, [0, 1] * 40, seed=3)
    left, right = images[:, :, :2].mean((1, 2, 3)), images[:, :, 2:].mean((1, 2, 3))
    assert ((left > right) == [True, False] * 40).all()


def test_it_draws_different_things_and_not_copies(trained):
    bright = flow.paint(trained[0], [0] * 60, seed=1)[:, :, :2].mean((1, 2, 3))
    assert bright.std() > 0.05 and 0.5 < bright.mean() < 0.9


def test_training_twice_gives_the_same_painter(halves):
    def weights():
        made = flow.painter(halves[0], ("a", "b"), width=16, depth=1, seed=5)
        losses = [step.loss for step in flow.train(made, *halves, loss, steps=12, batch=16, seed=2)]
        return losses, [weight.clone() for weight in made.parameters()]

    (first, one), (second, other) = weights(), weights()
    assert first == second and all(map(torch.equal, one, other))


def test_training_leaves_the_dice_of_others_alone(halves):
    torch.manual_seed(9)
    expected = torch.rand(3)
    torch.manual_seed(9)
    made = flow.painter(halves[0], ("a", "b"), width=16, depth=1)
    list(flow.train(made, *halves, loss, steps=3, batch=8))
    flow.paint(made, [0], steps=2)
    assert torch.equal(torch.rand(3), expected)


def test_stopping_half_way_leaves_the_averaged_weights_ready(halves):
    made = flow.painter(halves[0], ("a", "b"), width=16, depth=1)
    steps = flow.train(made, *halves, loss, steps=100, batch=8)
    for step in steps:
        if step.number == 20:
            break
    steps.close()
    assert not made.training and flow.paint(made, [0], steps=2).shape == (1, 4, 4, 3)


def test_a_loss_that_is_not_a_number_is_said(halves):
    made = flow.painter(halves[0], ("a", "b"), width=16, depth=1)
    with pytest.raises(FloatingPointError, match="paso 1 es nan"):
        list(flow.train(made, *halves, lambda *given: loss(*given) * math.nan, steps=3, batch=8))


def test_the_path_goes_from_the_snow_to_the_drawing(trained):
    path = flow.path(trained[0], [0, 1, 1], steps=16, seed=2)
    assert path.states.shape == path.guesses.shape == (17, 3, 4, 4, 3) and path.times.shape == (17,)
    assert path.times[0] == 0 and path.times[-1] == pytest.approx(1) and (np.diff(path.times) > 0).all()
    assert np.array_equal(path.states[-1], flow.paint(trained[0], [0, 1, 1], steps=16, seed=2))
    assert np.array_equal(path.guesses[-1], path.states[-1])
    wrong = [np.abs(guess - path.states[-1]).mean() for guess in path.guesses]
    assert wrong[0] > wrong[8] > wrong[15]


def test_a_painter_that_knows_the_velocity_arrives_exactly():
    """Con un solo dibujo, la velocidad verdadera es (dibujo − x)/(1 − t): pase por donde pase, llega a él."""
    drawing = np.random.default_rng(1).random((1, 4, 4, 3)).astype(np.float32)
    made = flow.painter(np.concatenate([drawing, 1 - drawing]), ("único",), width=8, depth=1)
    target = made.from_images(drawing)[0]
    with torch.no_grad():
        for weight in made.parameters():
            weight.zero_()
        made.leave.bias.copy_(target.flatten())
    assert flow.paint(made, [0], steps=7, seed=4)[0] == pytest.approx(drawing[0], abs=1e-4)


def test_images_come_back_as_they_went(halves):
    made = flow.painter(halves[0], ("a", "b"))
    x = made.from_images(halves[0])
    assert float(x.std()) == pytest.approx(1, abs=0.01) and float(x.mean()) == pytest.approx(0, abs=1e-4)
    assert made.to_images(x) == pytest.approx(halves[0], abs=1e-5)


def test_times_and_moments_dwell_on_the_beginning():
    torch.manual_seed(0)
    times = flow.times(4000)
    assert times.shape == (4000, 1, 1, 1) and times.min() > 0 and times.max() < 1 and 0.2 < float(times.median()) < 0.3
    assert float(flow.moments(32)[16]) < 0.25


def test_what_makes_no_sense_is_said(halves):
    with pytest.raises(ValueError, match="Hacen falta dibujos de forma"):
        flow.painter(halves[0][0], ("a",))
    made = flow.painter(halves[0], ("a", "b"))
    with pytest.raises(ValueError, match="al menos un paso"):
        flow.paint(made, [0], steps=0)
    with pytest.raises(ValueError, match="al menos un paso"):
        flow.paint(made, [])
