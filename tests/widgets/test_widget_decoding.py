"""El decodificador paso a paso sin pantalla: pasos, caminos del haz, bandas de atención y frases."""

from __future__ import annotations

import json

import pytest

from course_utils import models, paths
from course_utils.generation import beams, translating
from course_utils.widgets import decoding, decoding_still, shell, step_by_step_decoder
from course_utils.widgets.decoding_paths import searched_paths
from tests.widgets.conftest import HOSTILE, poison

SENTENCE = "El gato negro duerme en la cabaña."
STRANGE = "La bruja 7 quantum volvió"


@pytest.fixture(scope="module")
def translator():
    return models.load("translator")


@pytest.fixture
def session(translator):
    return decoding.Session(translator, SENTENCE)


def test_it_opens_on_the_first_step_of_the_greedy_translation(session):
    view = session.snapshot()
    steps = list(translating.steps(session.language_model, SENTENCE))
    assert [chip["name"] for chip in view["chips"]] == ["The", "black", "cat", "sleep", "-s", "in", "the", "hut", ".", "(fin)"]
    assert view["position"] == 0 and "Paso 1 de 10: sin nada escrito" in view["where"] and not view["lanes"]
    assert session.translation.strip() == steps[-1].text.strip()


def test_going_forward_and_back(session):
    view = session.go(1)
    assert "Paso 2 de 10: tras «The»" in view["where"] and view["rows"][0]["label"] == "black" and view["rows"][0]["chosen"]
    assert session.go(99)["position"] == 9 and "terminada" in session.snapshot()["ending"]
    assert session.go(-5)["position"] == 0


def test_bands_add_up_and_point_to_the_word_translated(session):
    pieces = session.go(2)["pieces"]
    assert sum(piece["p"] for piece in pieces) == pytest.approx(1, abs=1e-3)
    assert max(pieces, key=lambda piece: piece["p"])["text"] == "gato" and "mira sobre todo a «gato»" in session.snapshot()["summary"]


def test_layers_and_heads_can_be_chosen_and_only_the_ones_there_are(session):
    mean = session.snapshot()["pieces"]
    view = session.look(0, 3)
    assert view["layer"] == 0 and view["head"] == 3 and view["layers"] == 3 and view["heads"] == 4 and view["pieces"] != mean
    with pytest.raises(ValueError, match="No hay ninguna cabeza 4: el modelo tiene 4"):
        session.look(0, 4)
    assert session.snapshot()["head"] == 3


def test_beam_lanes_show_every_live_hypothesis_and_where_it_comes_from(translator):
    session = decoding.Session(translator, STRANGE, strategy="haz", beams=4)
    steps = list(beams.steps(translator, STRANGE, beams=4, max_new_tokens=48))
    view = session.snapshot()
    for step, column in zip(steps, view["lanes"], strict=True):
        shown = [one for one in step.candidates if one.state != "descartada"]
        assert len(column) == len(shown) and [one["ended"] for one in column] == [one.state == "terminada" for one in shown]
    for before, after in zip(session.paths.columns, session.paths.columns[1:]):
        assert all(one.ids[:-1] == before[one.parent].ids for one in after)
    assert all(any(one["wins"] for one in column) for column in view["lanes"][: len(session.paths.winner.ids)])


def test_every_line_goes_through_the_hypothesis_and_grows_a_token_a_step(translator):
    paths = searched_paths(list(beams.steps(translator, STRANGE, beams=4, max_new_tokens=48)))
    for step, column in enumerate(paths.columns):
        for lane, one in enumerate(column):
            line = paths.line(step, lane)
            chain = [paths.columns[at][place] for at, place in enumerate(line)]
            assert line[step] == lane and chain[step] is one
            assert all(after.ids[:-1] == before.ids for before, after in zip(chain, chain[1:]))


def test_picking_a_hypothesis_shows_its_own_step(translator):
    session = decoding.Session(translator, STRANGE, strategy="haz", beams=4)
    view = session.pick(2, 1)
    one = session.paths.columns[2][1]
    assert view["position"] == 2 and view["lane"] == 1 and session.step().generated == one.ids
    assert session.step().total == pytest.approx(one.log_probability, abs=1e-3)
    assert next(row for row in view["rows"] if row["chosen"])
    with pytest.raises(ValueError, match="No hay ninguna hipótesis 9 en el paso 0"):
        session.pick(0, 9)


def test_only_what_ends_there_says_why(translator):
    session = decoding.Session(translator, STRANGE, strategy="haz", beams=4)
    assert session.go(1)["ending"] == "" and "terminada" in session.go(99)["ending"] and session.pick(2, 1)["ending"] == ""
    cut = decoding.Session(translator, STRANGE, strategy="haz", max_new_tokens=3)
    assert "máximo de tokens" in cut.go(2)["ending"] and cut.go(1)["ending"] == ""


def test_greedy_and_beam_are_compared(translator):
    session = decoding.Session(translator, STRANGE)
    assert session.snapshot()["finished"] == []
    rows = session.search("haz", 3)["finished"]
    assert rows[-1]["name"] == "voraz" and rows[0]["name"] == "1.ª" and rows[0]["text"] == session.translation.strip()
    assert session.search("voraz")["lanes"] == []


def test_an_empty_sentence_is_an_empty_widget_and_says_so(translator):
    session = decoding.Session(translator, "")
    view = session.snapshot()
    assert view["chips"] == view["pieces"] == view["rows"] == [] and "Escribe una frase" in view["status"]
    assert session.go(3)["position"] == 0 and session.search("haz")["lanes"] == [] and session.look(0)["layers"] == 0
    assert decoding_still.decoder(session.snapshot()).startswith(b"\x89PNG") and session.translation == ""
    assert session.write(SENTENCE)["chips"] and session.strategy == "haz"


def test_a_sentence_too_long_changes_nothing(session):
    before = session.snapshot()
    with pytest.raises(ValueError, match="en la ventana caben 128"):
        session.write("gato " * 500)
    assert session.snapshot() == before


def test_a_sentence_too_long_from_the_start_is_told(translator):
    session = decoding.Session(translator, "gato " * 500)
    assert "en la ventana caben 128: acórtala" in session.snapshot()["status"] and session.snapshot()["chips"] == []


@pytest.mark.parametrize("sentence", ["x", "¡Ñandú 🦊!", "gato " * 60])
@pytest.mark.parametrize("strategy", ["voraz", "haz"])
def test_one_and_many_tokens(translator, sentence, strategy):
    session = decoding.Session(translator, sentence, strategy=strategy)
    view = session.snapshot()
    assert view["chips"] and json.dumps(view) and len(json.dumps(view)) < 60_000
    assert len(decoding_still.decoder(view)) < 150_000


@pytest.mark.parametrize("name", ["decoder", "encoder"])
def test_another_kind_of_model_is_explained(name):
    with pytest.raises(ValueError, match=f"El modelo «{name}» es un .*: no lee una frase .*load"):
        step_by_step_decoder(models.load(name), SENTENCE)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"strategy": "muestreo"}, "No conozco la estrategia «muestreo»"),
        ({"beams": 1}, "va de 2 a 6 y he recibido 1"),
        ({"beams": "tres"}, "he recibido 'tres'"),
    ],
)
def test_settings_that_are_not_valid_are_explained(translator, settings, sentence):
    with pytest.raises(ValueError, match=sentence):
        step_by_step_decoder(translator, SENTENCE, **settings)


def test_messages_of_the_browser(translator):
    widget = step_by_step_decoder(translator, SENTENCE)
    assert widget.answer({"kind": "go", "position": 3})["position"] == 3
    assert widget.answer({"kind": "search", "strategy": "haz"})["lanes"]
    assert widget.answer({"kind": "pick", "step": 1, "lane": 1})["lane"] == 1
    assert widget.answer({"kind": "look", "layer": 9})["status"].startswith("No hay ninguna capa 9")
    assert widget.answer({"kind": "type", "text": "La niña canta."})["source"] == "La niña canta."
    widget.source = "El perro duerme."
    widget.go(2)
    assert widget.source == "El perro duerme." and widget.translation == "The dog sleeps." and widget.current()["position"] == 1


def test_hostile_tokens_stay_text(tmp_path_factory):
    """Un traductor que escribe código hostil: en la imagen, en el texto y en lo que se guarda sigue siendo texto."""
    import shutil

    folder = tmp_path_factory.mktemp("hostil") / "traductor"
    shutil.copytree(paths.MODELS / "translator", folder)
    hostile = poison(models.load(str(folder)), HOSTILE)
    widget = step_by_step_decoder(hostile, "El gato.", max_new_tokens=3)
    assert HOSTILE in widget.translation and widget.session.go(2)["ending"].startswith("Se ha llegado al máximo")
    data, _ = widget._repr_mimebundle_()
    html = shell._alternative(data["text/plain"])
    assert "<img" not in html and "</script" not in html and "&lt;img" in html
