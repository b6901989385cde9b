"""Piezas enteras y legibles: nunca Ġ, Ã± ni �, y siempre el texto exacto."""

from __future__ import annotations

import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer, decoders
from tokenizers.models import BPE
from transformers import PreTrainedTokenizerFast

from course_utils import models, tokens

SENTENCES = ["Había una vez una zorra muy curiosa.", "—¿Has visto mi llave? —preguntó.", "El pingüino, detrás del molino."]
ANYTHING = st.one_of(st.text(), st.text("áéíóúñÑ¿¡—«»üç ãÃ±Ġ�🦊👩‍🚀日本語\u0301\n"), st.lists(st.sampled_from(SENTENCES)).map(" ".join))


def id_of(tokenizer, name):
    """El id de un nombre del vocabulario de bytes («Ġ» es el espacio)."""
    return tokenizer.convert_tokens_to_ids(name)


@given(text=ANYTHING)
def test_pieces_one_after_another_are_the_text(tiny, text):
    ids = tokens.ids(tiny.tokenizer, text)
    assert "".join(piece.text for piece in tokens.whole_pieces(tiny.tokenizer, ids)) == text
    assert tokens.text(tiny.tokenizer, ids) == text


@given(text=ANYTHING)
def test_pieces_keep_every_id_in_order_and_none_is_empty(tiny, text):
    ids = tokens.ids(tiny.tokenizer, text)
    pieces = tokens.whole_pieces(tiny.tokenizer, ids)
    assert [i for piece in pieces for i in piece.ids] == ids
    assert all(piece.text for piece in pieces)


@given(text=st.text("áéíóúñÑ¿¡—«»ü🦊日本 \n"))
def test_no_piece_of_a_whole_text_is_a_fragment(tiny, text):
    shown = "".join(p.text for p in tokens.whole_pieces(tiny.tokenizer, tokens.ids(tiny.tokenizer, text)))
    assert not set(shown) & set("ĠÃ�⟨⟩")


@given(ids=st.lists(st.integers(0, 399)))
def test_any_ids_even_nonsense_become_pieces_without_replacement_marks(tiny, ids):
    ids = [i for i in ids if i < tiny.vocab_size]
    pieces = tokens.whole_pieces(tiny.tokenizer, ids)
    assert [i for piece in pieces for i in piece.ids] == ids
    assert not any("�" in piece.text for piece in pieces)


def test_a_letter_in_several_tokens_is_one_piece(tiny):
    ids = tokens.ids(tiny.tokenizer, "🦊")
    assert len(ids) == 4
    assert tokens.whole_pieces(tiny.tokenizer, ids) == [tokens.Piece("🦊", tuple(ids))]


def test_a_fragment_that_never_becomes_a_letter_is_shown_as_its_byte_and_spoils_nothing_else(tiny):
    half = id_of(tiny.tokenizer, "Ã")
    ids = [half, *tokens.ids(tiny.tokenizer, " zorra"), half]
    pieces = tokens.whole_pieces(tiny.tokenizer, ids)
    assert pieces[0] == tokens.Piece("⟨C3⟩", (half,))
    assert pieces[-1] == tokens.Piece("⟨C3⟩", (half,))
    assert "".join(piece.text for piece in pieces[1:-1]) == " zorra"


def test_the_marks_of_start_and_end_have_names(tiny):
    end = tiny.tokenizer.eos_token_id
    shown = [piece.text for piece in tokens.whole_pieces(tiny.tokenizer, [end, id_of(tiny.tokenizer, "y"), end])]
    assert shown == ["(inicio)", "y", "(fin)"]
    assert tokens.piece(tiny.tokenizer, end) == tokens.label(tiny.tokenizer, end) == "(fin)"
    assert tokens.text(tiny.tokenizer, [end, id_of(tiny.tokenizer, "y"), end]) == "y"


@pytest.mark.parametrize(
    ("name", "piece", "label"),
    [
        ("Ġzorra", " zorra", "zorra"),
        ("ra", "ra", "-ra"),
        (",", ",", ","),
        ("Ċ", "\n", "↵"),
        ("Ġ", " ", "␣"),
        ("H", "H", "H"),
        ("ĠâĢĶ", " —", "—"),
        ("Ã", "⟨C3⟩", "⟨C3⟩"),
        ("Ā", "\x00", "⟨U+0000⟩"),
    ],
)
def test_piece_is_exact_and_label_is_short(tiny, name, piece, label):
    token_id = id_of(tiny.tokenizer, name)
    assert tokens.piece(tiny.tokenizer, token_id) == piece
    assert tokens.label(tiny.tokenizer, token_id) == label


def test_every_label_of_the_vocabulary_can_be_seen(tiny):
    labels = [tokens.label(tiny.tokenizer, i) for i in range(tiny.vocab_size)]
    assert all(label and label.isprintable() and not label.isspace() for label in labels)
    assert not any(set(label) & set("Ġ�") for label in labels)


def test_encode_puts_the_start_token_first_and_a_typed_mark_is_plain_text(tiny):
    ids = tokens.encode(tiny, "una zorra <|endoftext|>")
    assert ids[0] == tiny.tokenizer.bos_token_id
    assert tiny.tokenizer.eos_token_id not in ids[1:]
    assert tokens.text(tiny.tokenizer, ids) == "una zorra <|endoftext|>"


def test_encode_of_nothing_is_the_start_token(tiny):
    assert tokens.encode(tiny, "") == [tiny.tokenizer.bos_token_id]


def test_encode_of_a_text_too_long_gives_both_numbers(tiny):
    with pytest.raises(ValueError, match=r"ocupa 201 tokens .* caben 128"):
        tokens.encode(tiny, "z" * 200)


def test_control_characters_are_removed_with_a_warning_that_counts_them():
    with pytest.warns(UserWarning, match="caracteres de control.*: 3"):
        assert tokens.clean("una\x00 zorra\x1b\x7f") == "una zorra"


def test_line_breaks_stay_tabs_become_spaces_and_nobody_is_warned():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert tokens.clean("una\r\nzorra\tlista\n") == "una\nzorra lista\n"


def test_half_an_emoji_does_not_crash(tiny):
    with pytest.warns(UserWarning, match="control"):
        assert tokens.text(tiny.tokenizer, tokens.encode(tiny, "zorra \ud83e")) == "zorra "


def test_a_vocabulary_of_words_with_byte_fallback_is_read_too():
    """Como los de Llama y Gemma: «▁» es el espacio y <0xC3>, un byte."""
    names = ["<unk>", "</s>", "▁una", "<0xC3>", "<0xB1>", "o"]
    backend = Tokenizer(BPE({name: i for i, name in enumerate(names)}, [], byte_fallback=True))
    backend.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()])
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=backend, eos_token="</s>")
    shown = [(piece.text, piece.ids) for piece in tokens.whole_pieces(tokenizer, [2, 3, 4, 5, 1])]
    assert shown == [(" una", (2,)), ("ñ", (3, 4)), ("o", (5,)), ("(fin)", (1,))]


def test_an_id_without_a_token_is_shown_by_its_number(tiny):
    assert tokens.piece(tiny.tokenizer, 99_999) == "⟨99999⟩"


def test_a_model_without_a_template_refuses_a_conversation():
    with pytest.raises(ValueError, match="no tiene plantilla de conversación"):
        tokens.prompt_ids(models.load("decoder").tokenizer, [{"role": "user", "content": "Hola"}])


def test_batches_go_from_short_to_long_and_none_is_lost():
    rows = ["aaa", "b", "", "cc", "d"]
    assert list(tokens.by_length(rows, 2)) == [[2, 1], [4, 3], [0]]
    assert list(tokens.by_length(rows, 9)) == [[2, 1, 4, 3, 0]] and list(tokens.by_length([], 3)) == []
