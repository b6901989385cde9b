"""Las figuras del capítulo 9: lo que dicen es lo que los modelos hacen, y no se dibujan con un modelo que no lo hace."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from course_utils import generation, inspection, models
from course_utils.architectures import visibility
from course_utils.figures import chapter_09, families, one_vector_each, store

POCKET = {17: "translator", 18: "encoder", 19: "decoder"}


def ignorant(name):
    """Un modelo como el de bolsillo, con los pesos al azar."""
    pocket = models.load(name)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        network = type(pocket.model)(pocket.model.config).eval()
    return models.LanguageModel("al azar", network, pocket.tokenizer, torch.device("cpu"))


@pytest.mark.parametrize(("number", "name"), POCKET.items())
def test_a_model_that_knows_nothing_is_refused(number, name):
    with pytest.raises(ValueError, match="al azar"):
        store.scene(number, **{name: ignorant(name)})


# --- lo que comparten ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", POCKET.values())
def test_the_mask_is_measured_in_the_network(name):
    pocket = models.load(name)
    inputs = inspection.read(pocket, "El gato mira al perro.")
    assert np.array_equal(families.measured(pocket, inputs), visibility.sight(pocket.role, *_sizes(inputs)).joined)


def test_a_network_that_sees_something_else_is_refused(monkeypatch):
    decoder = models.load("decoder")
    monkeypatch.setattr(families, "influence", lambda network, read, written: visibility.bidirectional(len(read)))
    with pytest.raises(ValueError, match="«decoder» no se mueve lo que dice la máscara de un decodificador"):
        families.measured(decoder, inspection.read(decoder, "El gato"))


def _sizes(inputs):
    return len(inputs.ids), len(inputs.target_ids or ())


def test_chips_fill_the_width_and_say_where_they_are():
    chips = families.spread(("uno", "dos", "tres"), 300.0, strong=1)
    assert chips.drawn.width == pytest.approx(300) and list(chips.centers) == sorted(chips.centers)
    assert 0 < chips.centers[0] < 30 and 270 < chips.centers[-1] < 300


def test_only_what_is_looked_at_gets_a_thread_and_more_is_thicker():
    above, below = families.spread(("a", "b"), 200.0), families.spread(("x", "y"), 200.0)
    strokes = families.threads(np.array([[0.97, 0.03], [0.4, 0.6]]), above, below, 80.0).shapes
    assert [round(stroke.line, 2) for stroke in strokes] == [2.02, 2.68, 3.9]
    ends = [(stroke.points[0][0], stroke.points[1][0]) for stroke in strokes]
    assert ends == [(above.centers[k], below.centers[q]) for q, k in ((1, 0), (1, 1), (0, 0))]


def test_arcs_go_from_the_token_to_what_it_looks_at():
    chips = families.spread(("a", "b", "c", "d"), 200.0)
    strokes = families.arcs([0.9, 0.01, 0.05, 0.04], 3, chips, 40.0).shapes
    assert len(strokes) == 4 and all(stroke.points[-1][0] < chips.centers[3] for stroke in strokes if stroke.head)
    assert min(y for stroke in strokes for _, y in stroke.points) >= 0


# --- 17: codificador-decodificador ----------------------------------------------------------------------------------------


def test_the_two_exercises_give_back_the_same_text():
    drawn, missing = chapter_09._pretraining()
    words = [shape.content for shape in drawn.shapes if hasattr(shape, "content")]
    assert missing == "«una rana muy curiosa»" and words.count("<0>") == 2 and words.count("[MASK]") == 1
    assert words[-len(chapter_09.CORRUPTED.split()) - 1 :] == [*chapter_09.CORRUPTED.rstrip(".").split(), "."]


# --- 18: solo codificador -------------------------------------------------------------------------------------------------


def test_the_guesses_in_the_hole_are_the_networks_own():
    encoder = models.load("encoder")
    hole = one_vector_each.read(encoder, one_vector_each.HOLES[0])
    with torch.inference_mode():
        logits = encoder.model(torch.tensor([hole.inputs.ids])).logits[0, hole.place]
    chances, ids = logits.softmax(-1).topk(2)
    assert [chance for _, chance in hole.guesses] == pytest.approx(chances.tolist(), abs=1e-4)
    assert hole.guesses[0][0] == encoder.tokenizer.decode(ids[:1]).strip() == "una"


def test_the_head_is_the_one_that_looks_most_at_what_follows():
    holes = [one_vector_each.read(models.load("encoder"), sentence) for sentence in one_vector_each.HOLES]
    layer, head = one_vector_each.looking(holes)
    for hole in holes:
        assert hole.attention[layer, head, hole.place].argmax() == hole.place + 1


def test_the_sentence_vector_is_the_mean_of_the_last_layer():
    encoder = models.load("encoder")
    with torch.inference_mode():
        states = encoder.model.bert(**encoder.tokenizer(one_vector_each.PHRASE, return_tensors="pt")).last_hidden_state[0]
    assert np.allclose(one_vector_each.sentence_vector(encoder, one_vector_each.PHRASE), states.mean(0), atol=1e-4)


def test_a_sentence_that_is_not_the_nearest_is_refused(monkeypatch):
    monkeypatch.setattr(one_vector_each, "OTHERS", one_vector_each.OTHERS[::-1])
    with pytest.raises(ValueError, match="la frase que dice lo mismo no es la más parecida"):
        one_vector_each.alike(models.load("encoder"))


# --- 19: solo decodificador -----------------------------------------------------------------------------------------------


def test_the_tasks_are_written_by_the_model():
    decoder = models.load("decoder")
    made, _, alternative = store.scene(19, decoder=decoder)
    for _, prompt in chapter_09.TASKS:
        written = generation.generate(decoder, prompt, temperature=0, max_new_tokens=24).strip()
        assert written and f"sigue «{written}»" in alternative and f"sigue «{written}»" in f"y {made.facts['tareas']}"
