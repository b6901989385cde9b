"""El viaje de un token sin navegador: las apuestas son las de la lente, y lo que mueve cada parte, lo del flujo residual."""

from __future__ import annotations

import json

import numpy as np
import pytest

from course_utils import inspection, models, widgets
from course_utils.widgets.travel import Travel
from tests.widgets.conftest import HOSTILE

TEXT = "Había una vez una zorra"


def test_the_guesses_are_those_of_the_lens(tiny):
    view, lens = Travel(tiny, TEXT).snapshot(), inspection.logit_lens(tiny, TEXT)
    assert view["levels"] == ["entrada", "tras la capa 0", "tras la capa 1"]
    assert view["tokens"] == list(lens.labels) and len(view["journeys"]) == len(lens.ids)
    for position, journey in enumerate(view["journeys"]):
        for level, guesses in enumerate(journey["guesses"]):
            expected = lens.top(level, position, 3)
            assert [name for name, _, _ in guesses] == [guess.label for guess in expected]
            assert [p for _, p, _ in guesses] == pytest.approx([guess.probability for guess in expected], abs=1e-4)


def test_the_moves_are_lengths_of_what_each_part_adds(tiny):
    stream = inspection.residual_stream(tiny, TEXT)
    (attention, mlp) = Travel(tiny, TEXT).snapshot()["journeys"][2]["moves"][1]
    x, added = stream.states[1, 2], stream.contributions[1, :, 2]
    assert attention == pytest.approx(np.linalg.norm(added[0]) / np.linalg.norm(x), abs=1e-3)
    assert mlp == pytest.approx(np.linalg.norm(added[1]) / np.linalg.norm(x + added[0]), abs=1e-3)


def test_it_says_since_when_the_answer_wins(tiny):
    travel = Travel(tiny, TEXT)
    for position in range(len(travel.stream.ids)):
        best = travel.lens.logits[:, position].argmax(-1)
        since = travel.since(position)
        assert (best[since:] == best[-1]).all() and (since == 0 or best[since - 1] != best[-1])
    summary = travel.summary(0)
    assert "«(inicio)»" in summary and ("hasta el final no se pone en cabeza" in summary) == (travel.since(0) == 2)


def test_each_kind_of_model_travels():
    asks = {}
    for name, text in (("decoder", TEXT), ("encoder", "El gato [MASK] duerme."), ("translator", "El gato negro duerme.")):
        travel = Travel(models.load(name), text)
        view = json.loads(json.dumps(travel.snapshot()))
        asks[name] = view["asks"]
        assert len(view["parts"]) == (3 if name == "translator" else 2)
        assert travel.stream.labels[travel.position] == {"decoder": "-ra", "encoder": "[MASK]", "translator": "."}[name]
    assert asks["encoder"] == "Qué token pondría en su lugar" and asks["translator"] == "Qué token escribiría después"


@pytest.mark.parametrize("text", ["", "a", "🦊", "\n"])
def test_any_text_travels(tiny, text):
    widget = widgets.token_journey(tiny, text)
    assert len(json.dumps(widget.current())) < 20_000
    assert widget.draw().startswith(b"\x89PNG") and 5 <= len(widget.describe().splitlines()) <= 8


def test_a_long_text_travels_and_500_tokens_are_explained(tiny):
    travel = Travel(tiny, "una " * 120)
    assert len(travel.stream.ids) > 120 and len(json.dumps(travel.snapshot())) < 80_000
    with pytest.raises(ValueError, match="en la ventana caben 128: acórtalo"):
        Travel(tiny, "una " * 500)
    with pytest.raises(ValueError, match=r"ocupa \d+ tokens y el viaje se enseña hasta con 128: acórtalo"):
        Travel(models.load("decoder"), "una " * 200)


@pytest.mark.parametrize("position", [-1, 99, "0", True])
def test_a_position_that_does_not_exist_is_explained(tiny, position):
    with pytest.raises(ValueError, match="no existe: hay .* tokens, del 0 al"):
        widgets.token_journey(tiny, TEXT, position=position)


def test_a_failure_leaves_the_journey_as_it_was(tiny):
    widget = widgets.token_journey(tiny, TEXT)
    before = widget.current()
    assert "acórtalo" in widget.answer({"kind": "read", "text": "una " * 500})["status"]
    assert widget.current() == before


def test_python_chooses_the_token(tiny, monkeypatch):
    widget, sent = widgets.token_journey(tiny, TEXT), []
    monkeypatch.setattr(widget, "send", lambda content, buffers=None: sent.append(content))
    widget.show(1)
    assert sent == [{"kind": "chosen", "position": 1}] and "Token elegido: «Había»" in widget.describe()


def test_hostile_tokens_are_plain_text(hostile):
    view = Travel(hostile, HOSTILE).snapshot()
    assert any(HOSTILE in name.replace("␣", " ") for journey in view["journeys"] for name, _, _ in journey["guesses"][-1])
