"""El taller sin navegador: las barras dicen la verdad, las fichas forman el texto y ningún gesto rompe lo que había."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
import torch

from course_utils import generation, tokens
from course_utils.widgets import sampling
from course_utils.widgets.sampling import Session
from course_utils.widgets.settings import Settings


@pytest.fixture
def logits(tiny):
    return generation.next_logits(tiny, "Había una vez")


@pytest.fixture
def session(tiny):
    return Session(tiny, "Había una vez", {"max_new_tokens": 12, "seed": 3})


def finish(session, panel="A", count=5):
    """Pide tokens como lo hace el navegador y rehace el texto con lo que llega."""
    text = []
    while True:
        reply = session.advance(panel, count)
        text[reply["from"] :] = reply["chips"]
        if reply["finish"]:
            return text, reply


def by_hand(logits, T, k, p):
    """Un oráculo aparte, en numpy y sin atajos: temperatura, top-k, top-p y softmax (sin empates)."""
    z = logits.double().numpy() / T
    order = np.argsort(-z)
    kept = order[:k] if k else order
    q = np.exp(z[kept] - z[kept].max())
    q /= q.sum()
    if p < 1:
        size = int(np.searchsorted(np.cumsum(q), p)) + 1
        kept, q = kept[:size], q[:size] / q[:size].sum()
    found = np.zeros_like(z)
    found[kept] = q
    return found


@pytest.mark.parametrize(
    "settings", [Settings(), Settings(temperature=0.4), Settings(top_k=3), Settings(top_p=0.6), Settings(1.7, 20, 0.8)]
)
def test_bars_tell_the_distribution_before_and_after(tiny, logits, settings):
    view = sampling.bars(tiny.tokenizer, logits, settings)
    before, after = by_hand(logits, 1, 0, 1), by_hand(logits, settings.temperature, settings.top_k, settings.top_p)
    for row in view["rows"]:
        assert row["before"] == pytest.approx(before[row["id"]], abs=2e-5)
        assert row["after"] == pytest.approx(after[row["id"]], abs=2e-5)
        assert row["cut"] == (after[row["id"]] == 0) == (row["after_text"] == "cortado")
    assert [row["before"] for row in view["rows"]] == sorted((row["before"] for row in view["rows"]), reverse=True)


def test_rows_do_not_jump_when_a_slider_moves(tiny, logits):
    ids = [
        [row["id"] for row in sampling.bars(tiny.tokenizer, logits, s)["rows"]]
        for s in (Settings(), Settings(0.2), Settings(2, 4, 0.5), Settings(0))
    ]
    assert all(one == ids[0] for one in ids)


def test_the_summary_counts_what_is_left(tiny, logits):
    left = int((by_hand(logits, 0.9, 30, 0.7) > 0).sum())
    assert f"Quedan {left} tokens de {tiny.vocab_size}" in sampling.bars(tiny.tokenizer, logits, Settings(0.9, 30, 0.7))["summary"]
    assert "Queda 1 token de" in sampling.bars(tiny.tokenizer, logits, Settings(top_k=1))["summary"]
    assert "Sin cortes" in sampling.bars(tiny.tokenizer, logits, Settings(0.9))["summary"]


def test_temperature_zero_is_greedy_and_says_which(tiny, logits):
    view = sampling.bars(tiny.tokenizer, logits, Settings(temperature=0))
    assert [row["after"] for row in view["rows"]] == [1.0] + [0.0] * 9
    assert "siempre" in view["summary"] and f"«{view['rows'][0]['label']}»" in view["summary"]


def test_each_cut_says_which_control_made_it(tiny, logits):
    rows = sampling.bars(tiny.tokenizer, logits, Settings(top_k=6, top_p=0.3))["rows"]
    assert "cortado por top-p" in rows[5]["spoken"] and "cortado por top-k" in rows[7]["spoken"] and "cortado" not in rows[0]["spoken"]


def test_the_chosen_token_is_always_shown(tiny, logits):
    worst = int(logits.argmin())
    rows = sampling.bars(tiny.tokenizer, logits, Settings(), chosen=worst)["rows"]
    assert rows[-1]["id"] == worst and len(rows) == sampling.ROWS


def test_the_scale_holds_every_bar(tiny):
    for peak in (0.0, 2.0, 4.0, 9.0):
        logits = torch.zeros(tiny.vocab_size)
        logits[7] = peak
        view = sampling.bars(tiny.tokenizer, logits, Settings(temperature=0.5))
        assert max(max(row["before"], row["after"]) for row in view["rows"]) <= view["scale"] <= 1


def test_the_text_is_what_generation_gives(session, tiny):
    session.start("A")
    text, reply = finish(session)
    expected = generation.generate(tiny, "Había una vez", temperature=1.0, max_new_tokens=12, seed=3)
    assert "".join(chip["text"] for chip in text).removesuffix(tokens.END) == expected
    assert reply["finish"] in sampling.ENDINGS and sampling.ENDINGS[reply["finish"]] in reply["status"]


def test_letters_split_between_tokens_come_whole(tiny):
    ids = [i for letter in ("ñ", "🦊") for i in tokens.ids(tiny.tokenizer, letter)]
    run = sampling.Run(tiny.tokenizer, Settings(), iter(fake_steps(tiny, ids)))
    seen = []
    while not run.finish:
        first = run.advance(1)
        seen[first:] = run.chips[first:]
    assert "".join(chip["text"] for chip in seen) == "ñ🦊"
    assert len(ids) > 2 and seen[-1]["p"] == pytest.approx(0.5 ** len(tokens.ids(tiny.tokenizer, "🦊")), abs=1e-3)


def fake_steps(language_model, ids):
    """Pasos en los que cada id sale con probabilidad un medio."""
    for i, token_id in enumerate(ids):
        probabilities = torch.zeros(language_model.vocab_size)
        probabilities[token_id], probabilities[(token_id + 1) % language_model.vocab_size] = 0.5, 0.5
        finish = "límite" if i + 1 == len(ids) else None
        yield generation.Step(i, probabilities.log(), probabilities, token_id, finish, language_model.tokenizer, tuple(ids[: i + 1]))


def test_asking_for_tokens_before_starting_is_no_crash(session):
    assert "Generar" in session.advance("A")["status"]


def test_asking_beyond_the_end_gives_nothing_new(session):
    session.start("A")
    text, _ = finish(session)
    again = session.advance("A", 5)
    assert again["finish"] and text[again["from"] :] == again["chips"]


def test_looking_at_a_token_shows_where_it_came_from(session):
    session.start("A")
    finish(session)
    session.look("A", 4)
    view, step = session.panel("A"), session.runs["A"].steps[4]
    assert view["chosen"] == step.token_id and view["position"] == 4
    assert any(row["id"] == step.token_id for row in view["rows"])
    session.look("A", 10_000)
    assert session.panel("A")["position"] == len(session.runs["A"].steps) - 1
    session.look("A", 0)
    assert session.panel("A")["chosen"] == session.runs["A"].steps[0].token_id
    session.look("A", 0)
    assert session.panel("A")["position"] is None and session.panel("A")["chosen"] is None


def test_moving_a_control_marks_the_text_as_made_before(session):
    session.start("A")
    finish(session)
    assert session.panel("A")["made"] == ""
    session.move("A", temperature=0.3)
    assert "temperatura 1," in session.panel("A")["made"] and session.panel("A")["settings"]["temperature"] == 0.3


def test_a_new_prompt_drops_the_old_text_and_a_bad_one_changes_nothing(session):
    session.start("A")
    session.advance("A", 3)
    with pytest.raises(ValueError, match="texto"):
        session.write(7)
    assert session.prompt == "Había una vez" and session.runs["A"].chips
    session.write("Cuando salió el sol")
    assert session.runs == {} and "salió el sol" in session.panel("A")["where"]


def test_comparing_starts_from_something_different(session):
    session.compare(True)
    assert session.settings["A"].temperature != session.settings["B"].temperature
    session.move("B", temperature=0.9)
    session.compare(False)
    session.compare(True)
    assert session.settings["B"].temperature == 0.9


def test_restart_brings_everything_back(session):
    session.start("A")
    session.advance("A", 3)
    session.move("A", temperature=0.1, top_k=5)
    session.compare(True)
    session.write("Otra cosa")
    session.restart()
    fresh = Session(session.language_model, "Había una vez", {"max_new_tokens": 12, "seed": 3})
    assert session.snapshot() == fresh.snapshot()


@pytest.mark.parametrize(
    ("prompt", "word"),
    [
        ("", ""),
        ("🦊🌍", ""),
        ("The quick brown fox", ""),
        ("a\x00b\x07c", "control"),
        ("bosque " * 8000, "ventana"),
        ("\ud83d", ""),
        ("\n\n", ""),
    ],
)
def test_any_prompt_gives_bars_and_if_needed_a_sentence(session, prompt, word):
    notice = session.write(sampling.sendable(prompt))
    snapshot = json.loads(json.dumps(session.snapshot()))
    assert word in notice and bool(notice) == bool(word)
    assert len(snapshot["panels"]["A"]["rows"]) == sampling.ROWS
    assert len(json.dumps({**snapshot, "prompt": ""})) < 40_000


def test_out_of_range_settings_from_python_are_said_in_the_status(tiny):
    session = Session(tiny, "Había", {"temperature": 9, "top_p": "mucho"})
    assert session.settings["A"].temperature == 2 and session.settings["A"].top_p == 1
    status = session.restart()["status"]
    assert "9" in status and "mucho" in status


def test_a_flat_and_an_extreme_distribution_can_be_shown(tiny):
    size = tiny.vocab_size
    flat, sure = torch.zeros(size), torch.full((size,), -math.inf)
    sure[5] = 0.0
    for logits in (flat, sure):
        for settings in (Settings(), Settings(0), Settings(0.05, 1, 0.0), Settings(2, 7, 0.5)):
            view = sampling.bars(tiny.tokenizer, logits, settings)
            assert all(math.isfinite(row["before"]) and math.isfinite(row["after"]) for row in view["rows"])
