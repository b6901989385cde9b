"""Los objetivos: qué se tapa, qué se puntúa, y que la pérdida de transformers puntúa justo eso."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from course_utils.architectures import miniatures, objectives

TEXT = list(range(20, 60))
MARKS = objectives.Marks(base=400, end=0)


def rebuilt(example, marks):
    """El texto original, a partir de lo leído y de lo que hay que predecir."""
    if example.objective == "enmascarado":
        return [wanted if wanted is not None else seen for seen, wanted in zip(example.read, example.predicts)]
    if example.objective == "causal":
        return list(example.predicts[:-1])
    if example.objective == "prefijo":
        return [*example.read[:-1], *example.predicts[:-1]]
    gaps, current = {}, None
    for token in example.predicts[:-1]:
        if token >= marks.base + 2:
            current = gaps.setdefault(token, [])
        else:
            current.append(token)
    return [one for token in example.read[:-1] for one in gaps.get(token, [token])]


@given(st.integers(1, 60), st.integers(0, 10_000), st.sampled_from(objectives.OBJECTIVES), st.floats(0.01, 0.99))
def test_nothing_of_the_text_is_lost(length, seed, objective, share):
    ids = list(range(20, 20 + length))
    example = objectives.example(objective, ids, MARKS, seed=seed, share=share)
    assert rebuilt(example, MARKS) == ids
    assert len(example.predicts) == len(example.written or example.read) and example.scored > 0
    assert example == objectives.example(objective, ids, MARKS, seed=seed, share=share)


def test_masked_hides_fifteen_per_cent_and_mixes_as_bert():
    examples = [objectives.example("enmascarado", TEXT, MARKS, seed=seed) for seed in range(400)]
    assert {one.scored for one in examples} == {6}
    chosen = [(seen, wanted) for one in examples for seen, wanted in zip(one.read, one.predicts) if wanted is not None]
    masked = sum(seen == MARKS.mask for seen, _ in chosen) / len(chosen)
    kept = sum(seen == wanted for seen, wanted in chosen) / len(chosen)
    assert masked == pytest.approx(0.8, abs=0.03) and kept == pytest.approx(0.1, abs=0.03)
    assert all(seen == TEXT[place] for one in examples for place, seen in enumerate(one.read) if one.predicts[place] is None)


def test_causal_predicts_the_next_token_everywhere():
    example = objectives.example("causal", [5, 6, 7], MARKS)
    assert example.read == (0, 5, 6, 7) and example.predicts == (5, 6, 7, 0) and not example.written


def test_spans_announce_each_gap_with_its_sentinel():
    example = objectives.example("tramos", TEXT, MARKS, seed=1)
    sentinels = [token for token in example.read if token >= MARKS.base + 2]
    assert sentinels == [MARKS.sentinel(i) for i in range(2)]
    assert [token for token in example.predicts if token >= MARKS.base + 2] == [*sentinels, MARKS.sentinel(2)]
    assert sum(token < MARKS.base for token in example.predicts[:-1]) == 6
    assert example.written == (MARKS.pad, *example.predicts[:-1]) and example.predicts[-1] == example.read[-1] == 0


def test_a_share_can_be_drawn_between_two():
    scored = {objectives.example("enmascarado", TEXT, MARKS, seed=seed, share=(0.1, 0.5)).scored for seed in range(60)}
    assert min(scored) < 8 and max(scored) > 16 and scored <= set(range(4, 21))


def test_a_span_can_be_the_last_thing_of_the_text():
    ends = [objectives.example("tramos", TEXT, MARKS, seed=seed).read[-2] >= MARKS.base + 2 for seed in range(60)]
    assert any(ends) and not all(ends)


def test_prefix_reads_the_start_and_writes_the_rest():
    example = objectives.prefix([5, 6, 7], MARKS, cut=1)
    assert example.read == (5, 0) and example.written == (MARKS.pad, 6, 7) and example.predicts == (6, 7, 0)


@pytest.mark.parametrize("objective", objectives.OBJECTIVES)
def test_the_loss_of_transformers_scores_exactly_that(objective, marks, rows):
    examples = [objectives.example(objective, row[: 9 + place], marks, seed=place) for place, row in enumerate(rows[:3])]
    model = miniatures.miniature(objective, marks, shape=miniatures.Shape(width=16, layers=1, heads=2)).eval()
    with torch.inference_mode():
        loss = model(**objectives.batch(examples, marks)).loss.item()
        total = sum(by_hand(model, one) for one in examples)
    assert loss == pytest.approx(total / sum(one.scored for one in examples), abs=1e-4)


def by_hand(model, example):
    """La suma de −log p en lo puntuado, ejemplo a ejemplo y sin relleno."""
    inputs = {"input_ids": torch.tensor([list(example.read)])}
    if example.written:
        inputs["decoder_input_ids"] = torch.tensor([list(example.written)])
    scores = model(**inputs).logits[0].log_softmax(-1)
    return -sum(scores[place, token].item() for place, token in enumerate(example.predicts) if token is not None)


def test_batches_depend_only_on_the_seed(rows, marks):
    for objective in objectives.OBJECTIVES:
        batch_for = objectives.batches(objective, rows, marks, size=4, seed=1)
        first, again, other = batch_for(3), objectives.batches(objective, rows, marks, size=4, seed=1)(3), batch_for(4)
        assert all(first[name].equal(again[name]) for name in first)
        assert any(first[name].shape != other[name].shape or not first[name].equal(other[name]) for name in first)


def test_passages_cut_the_texts_and_leave_short_ends(tokenizer):
    rows = objectives.passages(["Una mañana perdió su llave dorada.", "ya"], tokenizer, length=4)
    assert rows and all(2 <= len(row) <= 4 for row in rows)
    assert objectives.passages([], tokenizer) == [] == objectives.passages([""], tokenizer)


def test_marks_have_names(tokenizer, marks):
    assert marks.label(tokenizer, marks.mask) == "[MASK]" and marks.label(tokenizer, marks.sentinel(3)) == "<3>"
    assert marks.label(tokenizer, marks.end) == "(fin)" and marks.sentinel(15) == marks.size - 1


@pytest.mark.parametrize(
    ("action", "sentence"),
    [
        (lambda: objectives.example("permutado", TEXT, MARKS), "No conozco el objetivo «permutado»"),
        (lambda: objectives.example("causal", [], MARKS), "El texto está vacío"),
        (lambda: objectives.example("tramos", TEXT, MARKS, share=1.5), r"\(share\) va entre 0 y 1"),
        (lambda: objectives.example("tramos", TEXT, MARKS, share=(0.5, 0.1)), r"\(share\) va entre 0 y 1"),
        (lambda: objectives.prefix(TEXT, MARKS, cut=40), "entre 0 y 39, y es 40"),
        (lambda: MARKS.sentinel(16), "Hay 16 centinelas"),
        (lambda: objectives.batch([], MARKS), "uno o más ejemplos"),
        (lambda: objectives.batch([objectives.causal([1], MARKS), objectives.prefix([1], MARKS, cut=0)], MARKS), "mismo objetivo"),
        (lambda: objectives.batches("causal", [], MARKS), "ningún trozo"),
        (lambda: miniatures.miniature("permutado", MARKS), "No conozco el objetivo «permutado»"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(action, sentence):
    with pytest.raises(ValueError, match=sentence):
        action()


@pytest.mark.parametrize("objective", miniatures.THREE)
def test_each_miniature_learns_the_sentences_by_heart(objective, rows, marks):
    recipe = miniatures.training.Recipe(steps=60, learning_rate=1e-2, warmup=5, side_rate=1e-2, optimizer="muon")
    shape = miniatures.Shape(width=32, layers=1, heads=2)
    curve = miniatures.curve(objective, rows, rows, marks, recipe=recipe, shape=shape, size=8)
    smooth = curve.smooth(10)
    assert len(curve.losses) == 60 and smooth[0] == curve.losses[0] and smooth[-1] < 0.75 * smooth[9]
    assert curve.held_out < smooth[9] and curve.scored > 0 and curve.parameters > 0
