"""La vista de atención sin navegador: lo que viaja son los pesos, en pocos bytes, y lo que no vale se dice."""

from __future__ import annotations

import json
import zlib

import numpy as np
import pytest

from course_utils import inspection, models, widgets
from course_utils.inspection import Attention
from course_utils.widgets import looking, packing
from course_utils.widgets.looking import Looking
from tests.widgets.conftest import HOSTILE

TEXT = "Había una vez una zorra"


def random_attention(kind, layers, heads, queries, keys, seed=0):
    scores = np.random.default_rng(seed).normal(size=(layers, heads, queries, keys)) * 3
    if kind == "decoder":
        scores[..., ~np.tri(queries, dtype=bool)] = -np.inf
    weights = np.exp(scores - scores.max(-1, keepdims=True))
    names = tuple(f"t{i}" for i in range(max(queries, keys)))
    written = names[:queries] if kind == "cross" else None
    return Attention(kind, (weights / weights.sum(-1, keepdims=True)).astype(np.float32), names[:queries], names[:keys], written)


@pytest.fixture(scope="module")
def three():
    return {kind: random_attention(kind, 2, 3, q, k) for kind, q, k in (("encoder", 5, 5), ("decoder", 4, 4), ("cross", 4, 5))}


def test_what_the_browser_reads_is_what_the_model_gave(three):
    packet = packing.pack(three.values())
    for ours, theirs in zip(packing.unpack(packet, [packing.layout(one) for one in three.values()]), three.values()):
        assert np.abs(ours - theirs.weights).max() < 0.003


def test_the_future_is_not_sent(three):
    raw = len(zlib.decompress(packing.pack([three["decoder"]])))
    assert raw == 2 * 3 * (2 * 4 + 4 * 5 // 2)


def test_the_largest_view_stays_small():
    found = random_attention("decoder", 12, 12, 128, 128)
    view = Looking(found)
    assert len(view.packet) < 1_300_000 and len(json.dumps(view.snapshot())) < 20_000


def test_a_view_of_a_model_says_its_maps_and_its_text(tiny):
    view = Looking(tiny, TEXT, layer=1, head=2)
    found = inspection.attention(tiny, TEXT)["decoder"]
    snapshot = view.snapshot()
    assert snapshot["chosen"] == {"map": "decoder", "layer": 1, "head": 2}
    assert snapshot["fields"] == [{"name": "text", "label": "Texto", "value": TEXT, "hint": ""}]
    (shown,) = snapshot["maps"]
    assert shown["queries"] == shown["keys"] == list(found.queries) and shown["causal"] and shown["title"] == "Autoatención"
    assert np.abs(packing.unpack(view.packet, snapshot["maps"])[0] - found.weights).max() < 0.003


def test_a_translator_opens_on_cross_attention():
    view = Looking(models.load("translator"), "El gato negro duerme.")
    snapshot = view.snapshot()
    assert [one["title"] for one in snapshot["maps"]] == ["Codificador", "Decodificador", "Atención cruzada"]
    assert snapshot["chosen"]["map"] == "cross" and [one["name"] for one in snapshot["fields"]] == ["text", "target"]
    assert snapshot["maps"][2]["written"][0] == "The"
    view.write("El gato negro duerme.", "A dog.")
    assert view.chosen.queries[1:] == ("A", "dog", ".") and view.version == 1


def test_weights_already_computed_can_be_seen_but_not_changed(three):
    for source in (three, three["cross"]):
        view = Looking(source)
        assert view.kind == "cross" and view.snapshot()["fields"] == []
        with pytest.raises(ValueError, match="ya calculados"):
            view.write("otro")


@pytest.mark.parametrize("text", ["", "a", "🦊", "a\x07b", "﷽", "\n"])
def test_any_text_can_be_looked_at(tiny, text):
    view = Looking(tiny, text)
    snapshot = json.loads(json.dumps(view.snapshot()))
    assert ("un solo token" in snapshot["status"]) == (text == "")
    assert "�" not in "".join(snapshot["maps"][0]["queries"])
    widget = widgets.attention_view(tiny, text)
    assert widget.draw().startswith(b"\x89PNG") and 5 <= len(widget.describe().splitlines()) <= 8


def test_500_tokens_are_too_many_for_the_window_or_for_the_view(tiny):
    with pytest.raises(ValueError, match=r"ocupa \d+ tokens y en la ventana caben 128: acórtalo"):
        Looking(tiny, "una " * 500)
    with pytest.raises(ValueError, match="ocupa 500 tokens y la vista de atención enseña hasta 128: acórtalo"):
        Looking(random_attention("encoder", 1, 1, 500, 500))


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"layer": 2}, "La capa 2 no existe: hay 2, de la 0 a la 1"),
        ({"head": 4}, "La cabeza 4 no existe: hay 4, de la 0 a la 3"),
        ({"head": -1}, "La cabeza -1 no existe"),
        ({"kind": "cross"}, "No hay atención «cross»: la que hay es «decoder»"),
        ({"text": None}, "cadena"),
        ({"source": 3}, "has dado int"),
        ({"source": {}}, "has dado dict"),
    ],
    ids=str,
)
def test_what_does_not_exist_is_explained(tiny, settings, sentence):
    with pytest.raises(ValueError, match=sentence):
        widgets.attention_view(**{"source": tiny, "text": TEXT, **settings})


def test_a_model_without_attention_is_explained(tiny, monkeypatch):
    def without(*_args, **_kwargs):
        raise ValueError("El modelo «x» (X) no da pesos de atención: usa otro.")

    monkeypatch.setattr(inspection, "attention", without)
    with pytest.raises(ValueError, match="no da pesos de atención"):
        widgets.attention_view(tiny, TEXT)


def test_a_failure_leaves_the_view_as_it_was(tiny):
    widget = widgets.attention_view(tiny, TEXT)
    before, packet = widget.current(), widget.packet()
    reply = widget.answer({"kind": "read", "text": "una " * 500})
    assert reply["kind"] == "status" and "acórtalo" in reply["status"]
    assert widget.current() == before and widget.packet() == packet


def test_reading_sends_the_new_weights_as_bytes(tiny, monkeypatch):
    widget, sent = widgets.attention_view(tiny, TEXT), []
    monkeypatch.setattr(widget, "send", lambda content, buffers=None: sent.append((content, buffers)))
    widget._handle_custom_msg({"kind": "hello", "version": 0, "seq": 1, "view": "v"}, [])
    widget._handle_custom_msg({"kind": "read", "text": "Otra", "seq": 2, "view": "v"}, [])
    widget._handle_custom_msg({"kind": "hello", "version": 0, "seq": 3, "view": "v"}, [])
    assert [content["kind"] for content, _ in sent] == ["ready", "snapshot", "snapshot"]
    assert sent[0][1] is None and sent[1][1] == sent[2][1] == [widget.packet()]
    assert all("buffers" not in content for content, _ in sent)


def test_the_payload_travels_as_binary_and_is_always_the_present(tiny):
    widget = widgets.attention_view(tiny, TEXT)
    assert widget.get_state("payload")["payload"] == widget.looking.packet
    widget.answer({"kind": "read", "text": "Otra zorra"})
    assert widget.get_state("payload")["payload"] == widget.looking.packet
    assert widget.get_state("snapshot")["snapshot"]["version"] == 1


def test_python_chooses_a_head(tiny, monkeypatch):
    widget, sent = widgets.attention_view(tiny, TEXT), []
    monkeypatch.setattr(widget, "send", lambda content, buffers=None: sent.append(content))
    widget.show(layer=1, head=3)
    assert sent == [{"kind": "chosen", "chosen": {"map": "decoder", "layer": 1, "head": 3}}]
    with pytest.raises(ValueError, match="La cabeza 9"):
        widget.show(head=9)
    assert (widget.looking.layer, widget.looking.head) == (1, 3) and "capa 1, cabeza 3" in widget.describe()


def test_the_sentence_names_the_most_looked_at():
    weights = np.array([[[[1, 0, 0], [0.25, 0.75, 0], [0.2, 0.3, 0.5]]]], dtype=np.float32)
    found = Attention("decoder", weights, ("el", "gato", "duerme"), ("el", "gato", "duerme"))
    assert looking.sentence(found, 0, 0, 2) == "«duerme» mira a «duerme» (50 %), a «gato» (30 %) y a «el» (20 %)"
    assert looking.sentence(found, 0, 0, 0) == "«el» mira a «el» (100 %)"
    with pytest.raises(ValueError, match="El token 3 no existe"):
        looking.sentence(found, 0, 0, 3)


def test_hostile_tokens_are_plain_text(hostile):
    view = Looking(hostile, HOSTILE)
    assert HOSTILE in "".join(view.snapshot()["maps"][0]["queries"]).replace("␣", " ")
