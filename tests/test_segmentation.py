"""Cómo corta cada familia de tokenizadores: letras enteras, el texto exacto, los bytes, las palabras y las fusiones."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils import models, segmentation, tokens
from tests import tokenizer_zoo

FAMILIES = {"WordPiece": tokenizer_zoo.word_piece, "Unigram": tokenizer_zoo.unigram, "BPE": tokenizer_zoo.byte_fallback}
TEXT = "La zorra pingüina, 🦊  vivía en Ñuñoa.\n¿Sí?"
RAW = set("ĠÃ�▁")


@pytest.fixture(scope="module", params=["BPE de bytes", *FAMILIES])
def tok(request, tiny):
    return tiny.tokenizer if request.param == "BPE de bytes" else segmentation.tokenizer(FAMILIES[request.param]())


def test_segments_one_after_another_are_the_text_in_every_family(tok):
    found = segmentation.segments(tok, TEXT)
    assert "".join(segment.text for segment in found) == TEXT
    assert [part.id for segment in found for part in segment.parts] == tokens.ids(tok, TEXT)


@given(text=st.text("abzorñüÑ🦊日 ,\n"))
def test_so_it_is_with_any_text(tok, text):
    found = segmentation.segments(tok, text)
    assert "".join(segment.text for segment in found) == text
    assert [part.id for segment in found for part in segment.parts] == tokens.ids(tok, text)


def test_nothing_unreadable_is_ever_shown(tok):
    shown = "".join(segment.text + "".join(part.name for part in segment.parts) for segment in segmentation.segments(tok, TEXT))
    assert not RAW & set(shown)
    assert not any(part.name.startswith("##") for segment in segmentation.segments(tok, TEXT) for part in segment.parts)


def test_a_letter_in_several_tokens_is_one_segment_with_its_bytes(tiny):
    for tok in (tiny.tokenizer, segmentation.tokenizer(tokenizer_zoo.byte_fallback())):
        (fox,) = [segment for segment in segmentation.segments(tok, "x🦊") if "🦊" in segment.text]
        assert len(fox.parts) >= 4 and b"".join(part.data for part in fox.parts).endswith("🦊".encode())


def test_what_bert_does_not_keep_is_a_segment_without_tokens():
    found = segmentation.segments(segmentation.tokenizer(tokenizer_zoo.word_piece()), "La  zorra")
    assert ("  ", ()) in [(segment.text, segment.parts) for segment in found]
    assert found[0].text == "La" and found[0].parts[0].name in ("la", "l")


def test_an_unknown_letter_says_so():
    found = segmentation.segments(segmentation.tokenizer(tokenizer_zoo.word_piece()), "zorra 🦊")
    assert found[-1].text == "🦊" and found[-1].parts[0].name == segmentation.UNKNOWN and found[-1].parts[0].data is None
    found = segmentation.segments(segmentation.tokenizer(tokenizer_zoo.unigram()), "zorra 🦊")
    assert found[-1].text == "🦊" and found[-1].parts[0].name == segmentation.UNKNOWN


def test_the_space_that_sentencepiece_adds_is_shown_apart():
    first = segmentation.segments(segmentation.tokenizer(tokenizer_zoo.unigram()), "Xy")[0]
    assert first.text == "" and first.parts[0].name == "␣"


@pytest.mark.parametrize("text", ["", "a", "zorra " * 500])
def test_nothing_one_and_five_hundred_words(tok, text):
    assert "".join(segment.text for segment in segmentation.segments(tok, text)) == text
    assert segmentation.cost(tok, text).words == len(text.split())


def test_a_tokenizer_comes_from_a_model_a_folder_a_name_or_an_object(tiny, tiny_folder):
    for source in (tiny, tiny.tokenizer, tiny_folder, str(tiny_folder), tiny.tokenizer.backend_tokenizer):
        assert tokens.ids(segmentation.tokenizer(source), TEXT) == tokens.ids(tiny.tokenizer, TEXT)
    for name in models.available():
        assert segmentation.kind(segmentation.tokenizer(name)) == "BPE de bytes"


def test_a_folder_without_tokenizer_json_is_read_too(tmp_path):
    vocabulary = segmentation.tokenizer(tokenizer_zoo.word_piece()).get_vocab()
    (tmp_path / "vocab.txt").write_text("\n".join([*sorted(vocabulary, key=vocabulary.get), "[SEP]", "[PAD]", "[MASK]"]), encoding="utf-8")
    (tmp_path / "config.json").write_text('{"model_type": "bert"}')
    (tmp_path / "tokenizer_config.json").write_text('{"tokenizer_class": "BertTokenizer"}')
    assert segmentation.kind(segmentation.tokenizer(tmp_path)) == "WordPiece"


@pytest.mark.parametrize(("source", "sentence"), [(3, "objeto int"), ("no_existe", "No hay ninguna carpeta «no_existe»")])
def test_what_is_no_tokenizer_is_said(source, sentence):
    with pytest.raises(ValueError, match=sentence):
        segmentation.tokenizer(source)


def test_an_empty_folder_is_said(tmp_path):
    with pytest.raises(ValueError, match="no se puede leer un tokenizador"):
        segmentation.tokenizer(tmp_path)


def test_families_are_named(tiny):
    assert segmentation.kind(tiny.tokenizer) == "BPE de bytes"
    assert {name: segmentation.kind(segmentation.tokenizer(make())) for name, make in FAMILIES.items()} == {name: name for name in FAMILIES}


def test_tokens_per_word_in_two_languages(tiny):
    found = segmentation.compare({"diminuto": tiny.tokenizer}, {"español": "La zorra salió.", "inglés": "The fox left."})
    spanish = found["español"]["diminuto"]
    assert spanish.words == 3 and spanish.tokens == len(tokens.ids(tiny.tokenizer, "La zorra salió."))
    assert spanish.per_word == spanish.tokens / 3 and spanish.bytes == spanish.letters + 1
    assert set(segmentation.compare({"diminuto": tiny.tokenizer})) == {"español", "inglés"}
    assert math.isnan(segmentation.cost(tiny.tokenizer, "…").per_word)


def test_replaying_the_merges_ends_in_the_tokens(tiny):
    for tok in (tiny.tokenizer, segmentation.tokenizer(tokenizer_zoo.byte_fallback())):
        text = "zorra Había pingüino" if tok is tiny.tokenizer else "zorra"
        words, steps = segmentation.replay(tok, text)
        last = steps[-1].words
        assert [name for word in last for name in word] == tokens.encoding(tok, text).tokens
        assert "".join(shown for word in words for shown, _ in segmentation.readable(tok, word)).strip() == text


def test_before_any_merge_a_split_letter_is_one_with_its_parts(tiny):
    words, _ = segmentation.replay(tiny.tokenizer, "ñu")
    assert segmentation.readable(tiny.tokenizer, next(iter(words))) == [("ñ", 2), ("u", 1)]


def test_who_has_no_merges_says_so():
    with pytest.raises(ValueError, match="es WordPiece, no BPE"):
        segmentation.replay(segmentation.tokenizer(tokenizer_zoo.word_piece()), "hola")
