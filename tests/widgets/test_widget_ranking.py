"""El explorador de rangos sin navegador: lo que enseña son las cuentas exactas y lo medido; lo que no vale se dice y no cambia nada."""

from __future__ import annotations

import base64
import json

import pytest

from course_utils import ranks, widgets
from course_utils.widgets import shell, still
from course_utils.widgets.ranking import Ranking


@pytest.fixture
def ranking():
    return Ranking(ranks.results())


@pytest.mark.parametrize("place", ranks.PLACES)
@pytest.mark.parametrize("rank", ranks.RANKS)
def test_a_row_says_what_was_measured(ranking, place, rank):
    view = ranking.choose(place=place, rank=rank)
    row = next(row for row in view["rows"] if row["rank"] == rank)
    lora, cut = ranking.results.lora[place, rank], ranking.results.cut[place, rank]
    assert row["count"] == f"{lora.parameters:,}".replace(",", ".") and lora.parameters == cut.parameters
    assert [bar["share"] for bar in row["bars"]] == pytest.approx([lora.share, cut.share, ranking.results.error(place, rank)], abs=1e-4)
    assert f"Rango {rank} en {place}: {row['count']} números" in view["summary"]
    assert [one["chosen"] for one in view["rows"]] == [one["rank"] == rank for one in view["rows"]]
    assert [one["name"] for one in view["places"] if one["chosen"]] == [place]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"rank": 3}, "El rango 3 no está medido: elige entre 1, 2, 4, 8, 16, 32"),
        ({"rank": "8"}, "El rango «8»"),
        ({"rank": True}, "El rango True"),
        ({"rank": float("nan")}, "no está medido"),
        ({"rank": 1e300}, "no está medido"),
        ({"rank": [8]}, "El rango [8]"),
        ({"rank": -1}, "El rango −1"),
        ({"place": "salida"}, "No hay ningún sitio «salida»: elige entre atención, feed-forward, todas"),
        ({"place": 7}, "No hay ningún sitio 7"),
        ({"place": {}}, "No hay ningún sitio {}"),
        ({"place": "atención", "rank": 5}, "El rango 5"),
    ],
)
def test_what_is_not_valid_is_one_sentence_and_changes_nothing(ranking, asked, words):
    before = ranking.snapshot()
    with pytest.raises(ValueError) as caught:
        ranking.choose(**asked)
    assert words in str(caught.value) and "\n" not in str(caught.value)
    assert ranking.snapshot() == before


def test_messages_of_the_browser():
    view = widgets.rank_explorer(place="atención", rank=4)
    assert view.answer({"kind": "hello"})["rank"] == 4
    assert view.answer({"kind": "choose", "rank": 16})["rank"] == 16
    assert view.answer({"kind": "choose", "place": "todas"})["place"] == "todas"
    for hostile in ({"rank": "<img src=x onerror=1>"}, {"rank": None, "color": 1}, {"place": "</script>"}):
        assert view.answer({"kind": "choose", **hostile})["kind"] == "status"
    assert "no entiende" in view.answer({"kind": "borrar"})["status"]
    view.set(place="feed-forward", rank=2)
    assert (view.ranking.place, view.ranking.rank) == ("feed-forward", 2)
    with pytest.raises(ValueError, match="El rango 7"):
        widgets.rank_explorer(rank=7)


def test_the_shell_keeps_a_picture_and_a_text():
    widget = widgets.rank_explorer()
    data, _ = widget._repr_mimebundle_()
    image = base64.b64decode(data["image/png"])
    assert image.startswith(b"\x89PNG") and len(image) < still.LIMIT
    text = data["text/plain"]
    assert data[shell.VIEW]["model_id"] == widget.model_id
    assert text.startswith("Explorador de rangos.\nTodas: 16 matrices") and text.count("  Rango ") == 6 and "Ejecuta esta celda" in text
    assert len(json.dumps(widget.get_state("snapshot"))) < 20_000
