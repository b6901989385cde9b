"""El explorador de tokenizadores sin navegador: piezas, bytes, lenguas, fusiones hacia delante y hacia atrás, y cualquier texto."""

from __future__ import annotations

import json

import pytest

from course_utils import models, segmentation, theme, tokens
from course_utils.widgets.segmenting import LEARN, Segmenting, name_of
from tests import tokenizer_zoo
from tests.widgets.conftest import HOSTILE

FAMILIES = (tokenizer_zoo.word_piece, tokenizer_zoo.unigram, tokenizer_zoo.byte_fallback)


@pytest.fixture
def explorer(tiny):
    return Segmenting([tiny], "La zorra y la ñu 🦊")


def segments(explorer, panel=0):
    return explorer.snapshot()["panels"][panel]["segments"]


def test_pieces_form_the_text_and_carry_their_ids(explorer, tiny):
    found = segments(explorer)
    assert "".join(one["text"] for one in found) == "La␣zorra␣y␣la␣ñu␣🦊"
    assert [int(i) for one in found for i in one["ids"]] == tokens.ids(tiny.tokenizer, "La zorra y la ñu 🦊")


def test_a_split_letter_is_one_piece_with_a_part_for_each_token(explorer):
    fox = segments(explorer)[-1]
    assert fox["text"].endswith("🦊") and len(fox["ids"]) == len(fox["bytes"]) >= 4
    assert bytes.fromhex("".join(fox["bytes"])).decode() in (" 🦊", "🦊") and "Parten una letra" in fox["detail"]


@pytest.mark.parametrize("make", FAMILIES)
def test_two_tokenizers_of_any_family_side_by_side(tiny, make):
    view = Segmenting([tiny, make()], "La zorra ñu 🦊").snapshot()
    assert [one["name"] for one in view["panels"]] == ["diminuto", "tokenizador B"]
    shown = json.dumps([[one["text"], one["detail"]] for panel in view["panels"] for one in panel["segments"]], ensure_ascii=False)
    assert not set("ĠÃ�▁") & set(shown) and "##" not in shown
    assert [len(one["bars"]) for one in view["languages"]] == [2, 2]


def test_names_tell_them_apart(tiny, tiny_folder):
    assert name_of(tiny, "A") == "diminuto" == name_of(str(tiny_folder), "A") == name_of(tiny_folder, "A")
    assert name_of(tokenizer_zoo.unigram(), "B") == "tokenizador B"
    assert list(Segmenting([tiny, tiny], "").tokenizers) == ["diminuto (A)", "diminuto (B)"]


def test_languages_are_compared_on_the_given_texts(tiny):
    (one,) = Segmenting([tiny], "", {"gallego": "A raposa fuxiu."}).snapshot()["languages"]
    assert one["language"] == "gallego" and one["bars"][0]["value"] == segmentation.cost(tiny.tokenizer, "A raposa fuxiu.").per_word


def test_merges_learnt_from_the_text_go_forward_and_back(tiny):
    explorer = Segmenting([tiny], "oso oso osa")
    first = explorer.snapshot()["replay"]
    assert first["position"] == 0 and "letra a letra" in first["caption"]
    step = explorer.step(1)["replay"]
    assert step["caption"] == f"Fusión 1 de {step['total']}: «o» + «s» → «os», que sale 3 veces."
    assert [piece["text"] for piece in step["words"][0]["pieces"] if piece["new"]] == ["os"]
    assert explorer.step(0)["replay"] == first
    assert explorer.step(999)["replay"]["position"] == step["total"] and explorer.step(-3)["replay"]["position"] == 0


def test_merges_that_a_tokenizer_knows_end_in_its_pieces(tiny):
    explorer = Segmenting([tiny], "Había ñu")
    start = explorer.choose("diminuto")["replay"]
    assert {"text": "ñ", "parts": 2, "new": False} in start["words"][1]["pieces"]
    end = explorer.step(start["total"])["replay"]
    pieces = [piece["text"] for word in end["words"] for piece in word["pieces"]]
    assert pieces == [one["text"] for one in segments(explorer)]


def test_who_has_no_merges_says_so_and_an_unknown_one_is_refused(tiny):
    explorer = Segmenting([tokenizer_zoo.word_piece()], "La zorra")
    assert "WordPiece, no BPE" in explorer.choose("tokenizador A")["replay"]["caption"]
    with pytest.raises(ValueError, match="No hay fusiones de «otro»"):
        explorer.choose("otro")
    assert explorer.mode == "tokenizador A"


@pytest.mark.parametrize(
    ("text", "summary", "caption"),
    [
        ("", "Sin texto no hay tokens", "Sin texto no hay nada que fundir"),
        (".", "1 token. 1 letra, 1 byte.", "Ninguna pareja se repite"),
        ("zorra " * 500, "para 500 palabras", "Antes de empezar"),
    ],
    ids=["ninguno", "uno", "quinientos"],
)
def test_nothing_one_and_five_hundred(tiny, text, summary, caption):
    view = Segmenting([tiny], text).snapshot()
    assert summary in view["panels"][0]["summary"] and caption in view["replay"]["caption"]
    assert len(view["panels"][0]["segments"]) <= 600


def test_what_is_not_drawn_is_counted(tiny):
    panel = Segmenting([tiny], "xyz " * 500).snapshot()["panels"][0]
    total = len(tokens.ids(tiny.tokenizer, "xyz " * 500))
    assert panel["more"] == f"Y {theme.number(total - 600)} tokens más, que no se dibujan."


@pytest.mark.parametrize("text", ["a\x00b", "\ud83d", "\n", "﷽" * 100, "e\u0301", HOSTILE])
def test_any_text_can_be_sent(explorer, text):
    json.dumps(explorer.write(text)).encode()


def test_hostile_text_and_tokens_are_plain_text(hostile):
    explorer = Segmenting([hostile], HOSTILE)
    assert segments(explorer)[0]["text"] == tokens.visible(HOSTILE)


def test_a_bad_text_or_tokenizer_is_refused(tiny):
    with pytest.raises(ValueError, match="cadena"):
        Segmenting([tiny], None)
    with pytest.raises(ValueError, match="no sale un tokenizador"):
        Segmenting([3], "")


def test_every_pocket_model_can_be_explored():
    for name in models.available():
        view = Segmenting([name], "El pingüino").snapshot()
        assert view["panels"][0]["name"] == name and view["mode"] == LEARN
