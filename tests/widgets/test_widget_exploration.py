"""El explorador sin navegador: filas del modelo y de la verdad, deshacer, y cualquier texto que alguien escriba."""

from __future__ import annotations

import json

import numpy as np
import pytest

from course_utils import generation, tokens
from course_utils.widgets import exploration
from course_utils.widgets.exploration import Exploration
from tests.widgets.conftest import HOSTILE


def id_of(language_model, text):
    (found,) = tokens.ids(language_model.tokenizer, text)
    return found


def test_rows_are_the_models_probabilities_in_order(tiny):
    view = exploration.explore(tiny, "Había una vez", rows=6)
    expected = generation.next_logits(tiny, "Había una vez").softmax(-1).sort(descending=True)
    assert [row["id"] for row in view["rows"]] == expected.indices[:6].tolist()
    assert [row["model"] for row in view["rows"]] == pytest.approx(expected.values[:6].tolist(), abs=2e-5)
    assert not view["has_truth"] and view["rows"][0]["truth"] is None


def test_the_truth_stands_beside_the_model(tiny):
    model = generation.next_logits(tiny, "x").softmax(-1).double().numpy()
    real = np.zeros(tiny.vocab_size)
    likely = int(model.argmin())  # la verdad prefiere justo lo que el modelo no espera
    real[likely], real[int(model.argmax())] = 0.75, 0.25
    view = exploration.explore(tiny, "x", truth=lambda _: real, rows=5)
    row = next(row for row in view["rows"] if row["id"] == likely)
    assert row["truth"] == 0.75 and row["truth_text"] == "75 %" and "75 % de verdad" in row["spoken"]
    assert [row["model"] for row in view["rows"]] == sorted((row["model"] for row in view["rows"]), reverse=True)
    overlap = min(model.min(), 0.75) + min(model.max(), 0.25)
    assert f"coinciden en el {round(100 * overlap)} %" in view["summary"]


def test_a_truth_that_cannot_be_known_is_said_and_the_model_stays(tiny):
    def impossible(text):
        raise ValueError(f"Ningún cuento empieza por «{text}».")

    view = exploration.explore(tiny, "Xyz", truth=impossible)
    assert "Ningún cuento empieza por «Xyz»" in view["status"]
    assert not view["has_truth"] and len(view["rows"]) == 8


def test_the_stories_truth_speaks_the_tokens_of_the_model(tiny):
    explorer = Exploration(tiny, "Había una", truth="stories")
    view = explorer.snapshot()
    assert view["has_truth"] and view["status"] == ""
    best = max(view["rows"], key=lambda row: row["truth"])
    assert best["truth"] > 0.5 and " vez".startswith(tokens.piece(tiny.tokenizer, best["id"]))


def test_unknown_truth_and_row_counts_are_refused_with_a_sentence(tiny):
    with pytest.raises(ValueError, match="«novelas»"):
        Exploration(tiny, truth="novelas")
    for rows in (0, 31, "ocho", True):
        with pytest.raises(ValueError, match="de 1 a 30"):
            Exploration(tiny, rows=rows)
    with pytest.raises(ValueError, match="cadena"):
        Exploration(tiny, None)


def test_append_undo_and_reset(tiny):
    explorer = Exploration(tiny, "Había una vez")
    zorra = id_of(tiny, " zorra")
    assert explorer.append(zorra)["context"] == "Había una vez zorra"
    assert explorer.append(zorra)["context"] == "Había una vez zorra zorra"
    assert explorer.undo()["context"] == "Había una vez zorra"
    assert explorer.reset()["context"] == "Había una vez"
    assert explorer.undo()["context"] == "Había una vez zorra"
    assert explorer.undo()["context"] == "Había una vez" and not explorer.snapshot()["can_undo"]
    assert "nada que deshacer" in explorer.undo()["status"]


def test_typing_in_a_row_is_undone_at_once(tiny):
    explorer = Exploration(tiny, "A")
    for text in ("AB", "ABC", "ABCD"):
        explorer.write(text)
    assert explorer.undo()["context"] == "A"


def test_appending_takes_what_was_typed_and_had_not_arrived(tiny):
    explorer = Exploration(tiny, "A")
    assert explorer.append(id_of(tiny, "."), "Hola")["context"] == "Hola."
    assert explorer.undo()["context"] == "Hola"


def test_the_end_and_half_letters_are_not_appended(tiny):
    explorer = Exploration(tiny, "Hola")
    end = explorer.append(tiny.tokenizer.eos_token_id)
    half = explorer.append(tokens.ids(tiny.tokenizer, "🦊")[0])
    assert end["context"] == half["context"] == "Hola" and explorer.past == []
    assert "(fin)" in end["status"] and "parte de una letra" in half["status"]


@pytest.mark.parametrize("text", ["", "🦊", "The fox", "a\x00b", "\ud83d", "bosque " * 7143, "\n", "﷽" * 100])
def test_any_text_can_be_explored(tiny, text):
    explorer = Exploration(tiny, "Hola")
    view = json.loads(json.dumps(explorer.write(text)))
    assert len(view["rows"]) == 8 and len(json.dumps({**view, "context": ""})) < 10_000


def test_a_long_text_says_what_was_left_out(tiny):
    status = Exploration(tiny, "bosque " * 7143).snapshot()["status"]
    assert str(tiny.window) in status


def test_a_failure_leaves_everything_as_it_was(tiny, monkeypatch):
    explorer = Exploration(tiny, "Hola")
    monkeypatch.setattr(exploration, "explore", broken)
    before = explorer.snapshot()
    for action in (lambda: explorer.write("Adiós"), lambda: explorer.append(id_of(tiny, "."))):
        with pytest.raises(RuntimeError):
            action()
    assert explorer.snapshot() == before


def broken(*_args, **_kwargs):
    raise RuntimeError("sin memoria")


def test_hostile_tokens_are_plain_text(hostile):
    explorer = Exploration(hostile, "Hola")
    view = explorer.snapshot()
    assert view["rows"][0]["label"] == HOSTILE.replace(" ", "␣") or HOSTILE in view["rows"][0]["label"]
    assert HOSTILE in explorer.append(view["rows"][0]["id"])["context"]
