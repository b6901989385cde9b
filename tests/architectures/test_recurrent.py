"""La GRU que escribe: lee de izquierda a derecha, a trozos o de una vez, y aprende."""

from __future__ import annotations

import torch

from course_utils import training
from course_utils.architectures.recurrent import GRULanguageModel

END = 0


def network() -> GRULanguageModel:
    torch.manual_seed(0)
    return GRULanguageModel(12, width=8, hidden=16)


def test_it_never_looks_ahead():
    model, ids = network(), torch.tensor([[0, 3, 5, 7, 9]])
    other = ids.clone()
    other[0, 3:] = 1
    assert torch.equal(model(ids).logits[0, :3], model(other).logits[0, :3])
    assert not torch.allclose(model(ids).logits[0, 3], model(other).logits[0, 3])


def test_reading_in_pieces_is_the_same_as_reading_at_once():
    model, ids = network(), torch.tensor([[0, 3, 5, 7, 9]])
    first, state = model.read(ids[:, :2])
    second, _ = model.read(ids[:, 2:], state)
    torch.testing.assert_close(torch.cat([first, second], 1), model.read(ids)[0])


def test_its_loss_is_that_of_the_next_token():
    model, ids = network(), torch.tensor([[0, 3, 5, 0]])
    found = model(input_ids=ids, labels=torch.tensor([[-100, 3, 5, 0]]), position_ids=torch.arange(4)[None]).loss
    chances = model(ids).logits[0].log_softmax(-1)
    torch.testing.assert_close(found, -(chances[0, 3] + chances[1, 5] + chances[2, 0]) / 3)


def test_it_learns_a_cycle_and_writes_it():
    model, row = network(), torch.tensor([[0, 1, 2, 3, 4, 0]])
    recipe = training.Recipe(steps=150, learning_rate=1e-2, warmup=5)
    *_, last = training.train(model, lambda step: {"input_ids": row, "labels": row}, recipe)
    assert last.loss < 0.05
    assert model.eval().write(torch.tensor([[END], [END]]), END, most=20, seed=1) == [[1, 2, 3, 4]] * 2
