"""Lo que puede salir mal al entrenar: interrupciones, puntos de control ajenos, discos llenos y números que no lo son."""

import os
import signal
from dataclasses import replace

import pytest
import torch

from course_utils import training
from tests.training.test_loop import MUON, RECIPE, Tiny, WithEmbedding, cycle


class Uneven(Tiny):
    """Como Tiny, y apunta cuántas filas lee de cada vez."""

    def __init__(self):
        super().__init__()
        self.rows = []

    def forward(self, input_ids, labels):
        self.rows.append(len(input_ids))
        return super().forward(input_ids, labels)


def uneven(step):
    batch = cycle(step)
    batch["labels"][0, 2:] = -100
    return batch


@pytest.mark.parametrize("pieces", [2, 3, 9])
def test_a_batch_in_parts_gives_the_same_step(pieces):
    whole, parts = Tiny(), Uneven()
    expected = [step.loss for step in training.train(whole, uneven, RECIPE)]
    found = [step.loss for step in training.train(parts, uneven, replace(RECIPE, accumulate=pieces))]
    assert found == pytest.approx(expected, abs=1e-5)
    torch.testing.assert_close(parts.table, whole.table, rtol=0, atol=1e-4)
    assert len(parts.rows) == 60 * min(pieces, 4) and sum(parts.rows) == 60 * 4


class Interrupted(Tiny):
    """A mitad del paso 13 llega un Ctrl-C."""

    def __init__(self):
        super().__init__()
        self.calls = 0

    def forward(self, input_ids, labels):
        self.calls += 1
        if self.calls == 13:
            os.kill(os.getpid(), signal.SIGINT)
        return super().forward(input_ids, labels)


def test_an_interruption_waits_for_the_step_saves_and_can_be_resumed(tmp_path, capsys):
    whole, cut, place, before = Tiny(), Interrupted(), tmp_path / "punto.pt", signal.getsignal(signal.SIGINT)
    list(training.train(whole, cycle, RECIPE))
    done = list(training.train(cut, cycle, RECIPE, checkpoint=place))
    assert done[-1].number == 13 and "interrumpido tras 13 de 60 pasos" in capsys.readouterr().out
    assert signal.getsignal(signal.SIGINT) is before
    assert cut(**cycle(0)).loss.isfinite()
    again = Tiny()
    assert next(iter(rest := training.train(again, cycle, RECIPE, checkpoint=place))).number == 14
    list(rest)
    assert torch.equal(again.table, whole.table)


def test_without_a_checkpoint_it_says_that_it_will_start_again(capsys):
    assert len(list(training.train(Interrupted(), cycle, RECIPE))) == 13
    assert "sin punto de control, la próxima vez empezará de nuevo" in capsys.readouterr().out


def test_the_model_goes_back_to_how_it_was():
    model = Tiny().eval()
    list(training.train(model, cycle, replace(RECIPE, steps=2)))
    assert not model.training


class Exploding(Tiny):
    """Da una pérdida buena cuyo gradiente no es un número."""

    def forward(self, input_ids, labels):
        output = super().forward(input_ids, labels)
        output.loss = output.loss + 0 * torch.sqrt(0 * self.table.sum())
        return output


def test_what_is_not_a_number_never_reaches_the_weights():
    model = Exploding()
    before = model.table.detach().clone()
    with pytest.raises(FloatingPointError, match=r"El gradiente del paso 1 es nan.*Los pesos son los del paso anterior"):
        list(training.train(model, cycle, RECIPE))
    assert torch.equal(model.table, before)


@pytest.mark.parametrize(("model", "recipe", "words"), [
    (WithEmbedding, RECIPE, "es de otro modelo: no encaja"), (Tiny, replace(MUON, optimizer="muon"), None),
])
def test_a_checkpoint_of_another_is_refused(model, recipe, words, tmp_path):
    place = tmp_path / "punto.pt"
    list(training.train(Tiny() if words else WithEmbedding(), cycle, replace(RECIPE, steps=2), checkpoint=place))
    learner = model() if words else WithEmbedding()
    before = {name: p.detach().clone() for name, p in learner.named_parameters()}
    with pytest.raises(ValueError, match=words or "es de otra receta"):
        list(training.train(learner, cycle, recipe, checkpoint=place))
    assert all(torch.equal(p, before[name]) for name, p in learner.named_parameters())


def test_a_full_disk_keeps_the_last_checkpoint(tmp_path, monkeypatch):
    place = tmp_path / "punto.pt"
    list(training.train(Tiny(), cycle, replace(RECIPE, steps=2), checkpoint=place))
    before = place.read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        list(training.train(Tiny(), cycle, RECIPE, checkpoint=place))
    assert place.read_bytes() == before and [path.name for path in tmp_path.iterdir()] == ["punto.pt"]


def test_running_out_of_memory_says_what_to_lower():
    class Huge(Tiny):
        def forward(self, input_ids, labels):
            raise torch.OutOfMemoryError("CUDA out of memory")

    with pytest.raises(MemoryError, match="El paso 1 no cabe en la memoria: usa lotes"):
        list(training.train(Huge(), cycle, RECIPE))
