"""El olvido: las piezas con que se mide y se repasa, y lo que dicen las tandas guardadas."""

from __future__ import annotations

import pytest
import torch

from course_utils import forgetting, models, tuning
from course_utils.evaluation import UNSCORED
from course_utils.microworld import orders


@pytest.fixture(scope="module")
def decoder() -> models.LanguageModel:
    return tuning.copied(models.load("decoder"))


def answers(batch) -> int:
    """Cuántos pares hay en un lote: cada uno acaba en un token de fin que puntúa."""
    return int((batch["labels"] == 0).sum())


def test_no_exam_sentence_is_trained_with():
    exam = forgetting.exam(30)
    assert list(exam.tasks) == ["código", "traducción", *forgetting.SEQUENCE] and len(exam.stories) == 40
    for order in forgetting.SEQUENCE:
        assert not {pair.prompt for pair in exam.tasks[order]} & {pair.prompt for pair in orders.pairs(order, 800, seed=1)}


def test_a_row_says_what_the_decoder_knows_and_what_it_does_not(decoder):
    row = forgetting.measure(decoder, forgetting.exam(5), after="antes")
    assert row.right["código"] > 0 and row.right["futuro"] == 0 and row.asked == 5
    assert row.shares == [count / 5 for count in row.right.values()] and 1 < row.perplexity < 2


def test_old_examples_are_of_every_kind_and_half_of_them_orders():
    found = forgetting.old_examples(24, ["futuro", "negación"])
    texts = [pair for pair in found if pair.plain]
    assert len(found) == 24 and len(texts) == 12 and all(pair.prompt == "" for pair in texts)
    assert found == forgetting.old_examples(24, ["futuro", "negación"]) and not [p for p in forgetting.old_examples(12) if not p.plain]


def test_every_batch_has_the_new_and_the_old_and_the_laps_repeat_nothing(decoder):
    pairs = orders.pairs("futuro", 32, seed=1)
    batch_for = forgetting.batches(pairs, decoder.tokenizer, old=forgetting.old_examples(12), each=2)
    both = [batch_for(0), batch_for(1)]
    assert [answers(batch) for batch in both] == [18, 18]
    fresh = forgetting.batches(pairs, decoder.tokenizer)
    scored = torch.cat([batch["labels"][batch["labels"] != UNSCORED] for batch in (fresh(0), fresh(1))])
    assert len(scored) == sum(len([x for x in tuning.encode(pair, decoder.tokenizer)[1] if x != UNSCORED]) for pair in pairs)


def test_with_many_processes_there_is_a_row_for_each(decoder, monkeypatch):
    pairs = orders.pairs("futuro", 16, seed=1)
    few = forgetting.batches(pairs, decoder.tokenizer)(0)
    monkeypatch.setenv("WORLD_SIZE", "8")
    many = forgetting.batches(pairs, decoder.tokenizer)(0)
    assert len(few["labels"]) < 8 <= len(many["labels"]) and answers(few) == answers(many) == 16


def test_fewer_pairs_than_a_batch_make_a_smaller_one(decoder):
    assert answers(forgetting.batches(orders.pairs("futuro", 3), decoder.tokenizer)(5)) == 3


def test_the_saved_runs_forget_and_the_remedies_help():
    runs = forgetting.results()
    plain = runs["en secuencia"]
    assert plain.forgotten["futuro"] > 0.7 and plain.forgotten["negación"] > 0.7 and plain.rows[-1].perplexity > 10
    for name in ("con repaso", "tasa menor, con repaso", "multitarea"):
        kept = runs[name].rows[-1]
        assert kept.right["futuro"] > plain.rows[-1].right["futuro"] + 20 and kept.perplexity < plain.rows[-1].perplexity, name


def test_with_more_pairs_what_is_new_is_answered_better():
    sizes = forgetting.sizes()
    assert [one.pairs for one in sizes] == sorted(one.pairs for one in sizes) and all(len(one.loss) == 120 for one in sizes)
    assert sizes[0].train.share == 1 and sizes[0].test.share < 0.3 and sizes[-1].test.share > 0.85
