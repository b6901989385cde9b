"""El bucle de entrenamiento: aprende, se reanuda igual que si no se hubiera parado y avisa cuando la pérdida revienta."""

from dataclasses import replace

import pytest
import torch

from course_utils import training


class Tiny(torch.nn.Module):
    """Un «modelo» de una matriz con la interfaz de transformers: da una pérdida."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.table = torch.nn.Parameter(0.02 * torch.randn(8, 8))

    def forward(self, input_ids, labels):
        loss = torch.nn.functional.cross_entropy(self.table[input_ids[:, :-1]].flatten(0, 1), labels[:, 1:].flatten(), ignore_index=-100)
        return type("Output", (), {"loss": loss})


def cycle(step):
    """Sucesiones que siempre suben de uno en uno, empezando en otro sitio cada vez."""
    rows = (torch.arange(6) + torch.arange(4)[:, None] + step) % 8
    labels = rows.clone()
    labels[:, 0] = -100
    return {"input_ids": rows, "labels": labels}


RECIPE = training.Recipe(steps=60, learning_rate=0.1, warmup=5)


def test_it_learns_and_counts_the_scored_tokens():
    steps = list(training.train(Tiny(), cycle, RECIPE))
    assert [step.number for step in steps] == list(range(1, 61))
    assert steps[0].loss > 2 and steps[-1].loss < 0.1
    assert steps[-1].tokens == 60 * 4 * 5


def test_the_rate_rises_holds_and_falls_to_zero():
    rates = [training.rate(RECIPE, step) for step in range(61)]
    assert rates[0] == pytest.approx(0.02) and max(rates) == rates[20] == pytest.approx(0.1) and rates[60] == 0
    assert all(after >= before for before, after in zip(rates[:30], rates[1:30]))
    assert all(after < before for before, after in zip(rates[37:60], rates[38:61]))


def test_resuming_gives_the_same_weights_as_never_stopping(tmp_path):
    whole = Tiny()
    list(training.train(whole, cycle, RECIPE))
    halved, place = Tiny(), tmp_path / "work" / "checkpoint.pt"
    for step in training.train(halved, cycle, RECIPE, checkpoint=place, every=20):
        if step.number == 33:
            break
    again = Tiny()
    rest = list(training.train(again, cycle, RECIPE, checkpoint=place, every=20))
    assert rest[0].number == 21 and rest[-1].tokens == 60 * 4 * 5
    assert torch.equal(again.table, whole.table)
    assert [path.name for path in place.parent.iterdir()] == ["checkpoint.pt"]


def test_a_loss_that_is_not_a_number_stops_with_the_step_and_a_remedy():
    model = Tiny()
    run = training.train(model, cycle, RECIPE)
    next(run)
    model.table.data.fill_(float("nan"))
    with pytest.raises(FloatingPointError, match="paso 2 es nan: prueba con una tasa de aprendizaje menor"):
        next(run)


def test_only_the_matrices_decay():
    (optimizer,) = training.optimizers_for(torch.nn.Linear(3, 2), RECIPE)
    matrices, vectors = optimizer.param_groups
    assert [p.dim() for p in matrices["params"]] == [2] and matrices["weight_decay"] == RECIPE.weight_decay
    assert [p.dim() for p in vectors["params"]] == [1] and vectors["weight_decay"] == 0


class WithEmbedding(torch.nn.Module):
    """Una tabla de embeddings y una capa: lo justo para repartir entre dos optimizadores."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.table, self.layer = torch.nn.Embedding(8, 8), torch.nn.Linear(8, 8)

    def forward(self, input_ids, labels):
        logits = self.layer(self.table(input_ids))
        loss = torch.nn.functional.cross_entropy(logits[:, :-1].flatten(0, 1), labels[:, 1:].flatten(), ignore_index=-100)
        return type("Output", (), {"loss": loss})


MUON = training.Recipe(steps=60, learning_rate=0.1, warmup=5, optimizer="muon", side_rate=0.05)


def test_muon_moves_the_matrices_and_adamw_the_embeddings_and_the_vectors():
    model = WithEmbedding()
    muon, adamw = training.optimizers_for(model, MUON)
    assert [p is model.layer.weight for p in muon.param_groups[0]["params"]] == [True]
    assert {id(p) for group in adamw.param_groups for p in group["params"]} == {id(model.table.weight), id(model.layer.bias)}
    steps = list(training.train(model, cycle, MUON))
    assert steps[0].loss > 1.5 and steps[-1].loss < 0.1


def test_muon_also_resumes_as_if_it_had_never_stopped(tmp_path):
    whole, halved, again, place = WithEmbedding(), WithEmbedding(), WithEmbedding(), tmp_path / "checkpoint.pt"
    list(training.train(whole, cycle, MUON))
    for step in training.train(halved, cycle, MUON, checkpoint=place, every=20):
        if step.number == 33:
            break
    list(training.train(again, cycle, MUON, checkpoint=place, every=20))
    assert torch.equal(again.table.weight, whole.table.weight) and torch.equal(again.layer.weight, whole.layer.weight)


def test_an_unknown_optimizer_is_named():
    with pytest.raises(ValueError, match="No conozco el optimizador «sgd»"):
        training.optimizers_for(torch.nn.Linear(2, 2), training.Recipe(steps=1, optimizer="sgd"))


def test_packed_texts_are_read_as_if_each_were_alone():
    from transformers import GPT2Config, GPT2LMHeadModel

    torch.manual_seed(0)
    config = GPT2Config(vocab_size=30, n_embd=16, n_layer=2, n_head=2, n_positions=16, bos_token_id=0, eos_token_id=0, use_cache=False)
    model = GPT2LMHeadModel(config).eval()
    texts = [[0, 5, 6, 7, 8, 9, 0], [0, 3, 4, 0], [0, 9, 9, 9, 9, 0], [0, 2, 0]]
    batch = training.pack(texts, 12)
    assert batch["input_ids"].shape == (2, 12)
    alone = [model(torch.tensor([text]), labels=torch.tensor([text])).loss * (len(text) - 1) for text in texts]
    assert model(**batch).loss.item() == pytest.approx(sum(alone).item() / 16, rel=1e-5)


def test_a_packed_text_may_score_only_some_of_its_tokens():
    batch = training.pack([[0, 5, 6, 0], [0, 3, 0]], 8, labels=[[-100, -100, 6, 0], [-100, 3, -100]])
    assert batch["labels"].tolist() == [[-100, -100, 6, 0, -100, 3, -100, -100]]


def test_half_precision_keeps_the_weights_in_full_and_follows_the_same_curve():
    whole, half = WithEmbedding(), WithEmbedding()
    exact = [step.loss for step in training.train(whole, cycle, RECIPE)]
    rounded = [step.loss for step in training.train(half, cycle, replace(RECIPE, half=True))]
    assert half.layer.weight.dtype == torch.float32 and exact != rounded
    assert rounded[-1] == pytest.approx(exact[-1], abs=0.05) and rounded[-1] < rounded[0] / 2


def test_a_text_that_does_not_fit_in_a_row_is_refused():
    with pytest.raises(ValueError, match="un texto de 9 tokens y en la fila caben 8"):
        training.pack([[0] * 9], 8)
