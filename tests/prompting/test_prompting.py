"""Prompts con ejemplos: plantillas, tareas, respuestas por lotes y textos con trampa."""

from __future__ import annotations

import random

import pytest
import torch

from course_utils import generation, models, prompting
from course_utils.microworld import episodes

FEW = (("zorro", "duna"), ("pera", "eco"))


@pytest.fixture(scope="module")
def pocket():
    return models.load("in_context")


def test_the_plain_template_is_the_one_of_the_training():
    for examples in ((), FEW):
        assert prompting.TEMPLATES["la suya"].write(examples, "ciruela") == episodes.write(examples, "ciruela")


@pytest.mark.parametrize("name", prompting.TEMPLATES)
def test_a_template_ends_where_the_label_begins(name):
    template = prompting.TEMPLATES[name]
    prompt = template.write(FEW, "ciruela")
    whole = template.line.join([template.example(*FEW[0]), template.example(*FEW[1]), ""])
    assert prompt.startswith(whole) and prompt.rstrip().split()[-1].casefold().rstrip(":→") in ("ciruela", "")
    if not template.label_first:
        assert f"{prompt} eco".endswith(template.example("ciruela", "eco"))


def test_tasks_are_the_episodes_and_know_their_ceiling():
    for task, row in zip(prompting.tasks(20, shots=3, seed=1), episodes.sample(20, seed=1, split="test", shots=3)):
        assert (task.prompt(), task.answer, task.ceiling) == (row.prompt, row.answer, row.ceiling)
        assert task.knowable == (task.answer in task.labels)
        assert task.first(3) == task and task.first(0).examples == () and not task.first(0).knowable


def test_other_labels_keep_the_task():
    rng = random.Random(0)
    for task in prompting.tasks(20, shots=6, seed=2):
        for kind in prompting.KINDS:
            other = prompting.relabeled(task, kind, rng)
            pairs = {*zip([*(y for _, y in task.examples), task.answer], [*(y for _, y in other.examples), other.answer])}
            assert len(pairs) == len({old for old, _ in pairs}) == len({new for _, new in pairs})
            assert [word for word, _ in other.examples] == [word for word, _ in task.examples]
        assert set(prompting.relabeled(task, "nunca vistas", rng).labels) <= set(episodes.words().reserved)
    with pytest.raises(ValueError, match="de siempre"):
        prompting.relabeled(task, "raras", rng)


def test_spoiled_examples_are_wrong_and_no_more_than_asked():
    for task in prompting.tasks(20, shots=6, seed=2):
        found = prompting.spoiled(task, 4, random.Random(0))
        assert sum(a != b for a, b in zip(found.examples, task.examples)) == 4
    with pytest.raises(ValueError, match="7 ejemplos de 6"):
        prompting.spoiled(task, 7, random.Random(0))


def test_clashing_follows_the_pattern():
    for task in prompting.clashing("AAB", 5):
        assert [label == task.answer for _, label in task.examples] == [True, True, False]


def test_batches_give_the_same_as_one_by_one(pocket):
    prompts = [task.prompt() for shots in (0, 2, 5) for task in prompting.tasks(3, shots=shots, seed=4)]
    found = prompting.next_probabilities(pocket, prompts, batch=4)
    for prompt, row in zip(prompts, found):
        torch.testing.assert_close(row, generation.next_logits(pocket, prompt).softmax(-1), atol=1e-5, rtol=1e-3)
    assert prompting.said(pocket, prompting.tasks(3, shots=5, seed=4)) == [
        generation.generate(pocket, prompt, temperature=0, max_new_tokens=1).strip() for prompt in prompts[6:]
    ]


def test_choosing_adds_the_probabilities_of_every_piece():
    from course_utils import evaluation

    decoder = models.load("decoder")
    prompt, options = "Había una vez una", ("rana", "bruja simpática", "lluvia")
    total = {one: evaluation.conditionals(decoder, f"{prompt} {one}").log_probability for one in options}
    assert prompting.choose(decoder, [prompt] * 2, [options, options[1:]]) == [max(some, key=total.get) for some in (options, options[1:])]


def test_accuracy_is_measured_with_its_interval_and_ceiling(pocket):
    score = prompting.measure(pocket, prompting.tasks(60, shots=8, seed=3))
    low, high = score.interval
    assert score.trials == 60 and low < score.share < high and abs(score.share - score.ceiling) < 0.05
    assert prompting.measure(pocket, prompting.tasks(20, shots=8, seed=3), prompting.TEMPLATES["flecha"]).share < 0.2


def test_what_does_not_fit_is_said(pocket):
    with pytest.raises(ValueError, match="caben 256: quita ejemplos"):
        prompting.next_probabilities(pocket, ["- zorro duna\n" * 90])


def test_readings_have_an_answer_and_people_and_are_not_of_the_training():
    from course_utils.microworld.splits import held_out

    for one in prompting.readings(10, seed=1):
        assert held_out(one.text) and "," in one.people and all(name in one.text for name in one.people.split(", "))
    assert prompting.readings(3, seed=1) == prompting.readings(3, seed=1)


def test_whom_an_answer_obeys():
    one = prompting.Reading("Lola compró pan. Ana, vino.", "¿Quién compró pan?", "Lola.", "Lola, Ana")
    said = ("lola", "Lola.", "Lola, Ana", "Ana, Ana, Lola", "Ana.", "Lola, Pedro", "")
    assert [prompting.obeyed(one, answer) for answer in said] == ["usuario", "usuario", "texto", "texto", "nadie", "nadie", "nadie"]
