"""El rango de un cambio: las cuentas son las de la descomposición en valores singulares, y lo guardado dice lo que el capítulo cuenta."""

from __future__ import annotations

import pytest
import torch

from course_utils import adapters, models, ranks, tuning
from course_utils.microworld import orders


@pytest.fixture(scope="module")
def decoder() -> models.LanguageModel:
    return models.load("decoder")


@pytest.fixture(scope="module")
def saved() -> ranks.Results:
    return ranks.results()


@pytest.mark.parametrize("rank", [1, 3, 5])
def test_the_cut_is_the_best_of_its_rank(rank):
    torch.manual_seed(1)
    change = torch.randn(7, 5)
    cut, values = ranks.truncated(change, rank), torch.linalg.svdvals(change)
    assert torch.linalg.matrix_rank(cut) == rank
    assert (change - cut).norm() == pytest.approx(values[rank:].norm().item(), abs=1e-5)
    one = ranks.Matrix("c", (7, 5), tuple(values.tolist()), 1.0)
    assert one.size == pytest.approx(change.norm().item()) and one.kept(rank) == pytest.approx((cut.norm() / change.norm()).item() ** 2)
    assert one.low_rank(rank) == 12 * rank


def test_the_update_is_what_changed_and_can_be_put_again(decoder):
    tuned = tuning.copied(decoder)
    attached = adapters.attach(tuned.model, adapters.LoRA(rank=2, targets=("attn.c_attn",)))
    for layer in attached.layers.values():
        torch.nn.init.normal_(layer.B)
    expected = {name: layer.change().detach() for name, layer in attached.layers.items()}
    attached.merge()
    flat = tuning.copied(decoder)
    kept = {name.replace(".base", ""): p for name, p in tuned.model.state_dict().items() if name[-2:] not in (".A", ".B")}
    flat.model.load_state_dict(kept)
    found = ranks.update(decoder.model, flat.model)
    assert found.keys() == adapters.linear_layers(decoder.model).keys()
    for name, change in found.items():
        torch.testing.assert_close(change, expected.get(name, torch.zeros_like(change)), rtol=0, atol=1e-5)
    again = tuning.copied(decoder).model
    ranks.put(again, decoder.model, found)
    ids = torch.tensor([[1, 5, 9]])
    torch.testing.assert_close(again(ids).logits, flat.model(ids).logits, rtol=0, atol=1e-3)
    ranks.put(again, decoder.model, {})
    assert all(torch.equal(p, q) for p, q in zip(again.parameters(), decoder.model.parameters(), strict=True))


def test_measuring_is_what_tuning_measures(decoder):
    pairs = orders.pairs("negación", 60, split="test")
    tokenizer = tuning.copied(decoder).tokenizer
    found = ranks.measured(decoder.model, tokenizer, pairs, 7)
    assert (found.right, found.asked) == (tuning.score(decoder.model, tokenizer, pairs).right, 60) and found.parameters == 7
    batch = tuning.collate([tuning.encode(pair, tokenizer) for pair in pairs])
    assert found.loss == pytest.approx(decoder.model(**batch).loss.item(), rel=1e-3)


def test_places_are_layers_of_the_decoder(decoder, saved):
    names = adapters.linear_layers(decoder.model)
    assert [one.name for one in saved.matrices] == list(names)
    for place, targets in ranks.PLACES.items():
        attached = adapters.attach(tuning.copied(decoder).model, adapters.LoRA(rank=4, targets=targets))
        assert list(attached.layers) == ranks.chosen(names, place) == [one.name for one in saved.at(place)]
        assert saved.parameters(place, 4) == attached.count() == saved.lora[place, 4].parameters
    with pytest.raises(ValueError, match="No hay ningún sitio «salida»"):
        saved.at("salida")


def test_the_error_goes_from_one_to_zero(saved):
    for place in ranks.PLACES:
        errors = [saved.error(place, rank) for rank in (*ranks.RANKS, 192)]
        assert errors == sorted(errors, reverse=True) and errors[0] < 1
    assert saved.error("todas", 192) == pytest.approx(0, abs=1e-3)
    assert saved.error("atención", 192) > 0.5 and saved.error("feed-forward", 192) > 0.5


def test_what_the_chapter_tells(saved):
    """Si un día deja de ser así, hay que escribirlo de otra manera."""
    every = {rank: saved.lora["todas", rank].share for rank in ranks.RANKS}
    assert saved.before.right == 0 and saved.full.share > 0.94
    assert abs(every[8] - saved.full.share) < 0.03 and every[1] > 0.75
    assert all(saved.lora["atención", rank].share < every[rank] for rank in ranks.RANKS)
    assert all(saved.cut["todas", rank].share < every[rank] - 0.1 for rank in ranks.RANKS)
    assert saved.cut["todas", 1].share < 0.05 and saved.cut["todas", 192].share > 0.85
    assert all(0.2 < one.kept(8) < 0.65 for one in saved.matrices)


def test_each_adapter_does_its_own_and_nothing_else(saved):
    right = saved.swap.right
    assert right["futuro"]["futuro"] > 0.9 and right["negación"]["negación"] > 0.9
    assert max(right["futuro"]["negación"], right["negación"]["futuro"], *right[""].values()) < 0.05
    assert len({len(found) for found in saved.swap.answers.values()} | {len(saved.swap.sentences)}) == 1
