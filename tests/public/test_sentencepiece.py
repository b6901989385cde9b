"""Los traductores públicos traen su tokenizador en ficheros de SentencePiece: se leen sin esa biblioteca y parten igual."""

from __future__ import annotations

import json
import struct

import pytest

from course_utils import models, tokens
from course_utils.generation import many, translating
from course_utils.models import sentencepiece
from tests.conftest import SENTENCES
from tests.public import zoo


def varint(number: int) -> bytes:
    found = b""
    while number > 127:
        found, number = found + bytes([number & 127 | 128]), number >> 7
    return found + bytes([number])


def field(number: int, value: bytes) -> bytes:
    return varint(number << 3 | 2) + varint(len(value)) + value


def spm(pieces: dict[str, float]) -> bytes:
    """Un fichero .spm con unas piezas: las especiales primero, como los de verdad."""
    special = [field(1, field(1, name.encode()) + b"\x15" + struct.pack("<f", 0.0) + b"\x18" + varint(kind))
               for name, kind in (("<unk>", 2), ("<s>", 3), ("</s>", 3))]  # fmt: skip
    normal = [field(1, field(1, name.encode()) + b"\x15" + struct.pack("<f", score)) for name, score in pieces.items()]
    return b"".join([*special, *normal, field(2, b"\x18\x01"), field(3, field(1, b"nmt"))])


SOURCE = {"▁": -3.0, "▁gato": -4.0, "▁el": -3.5, "ga": -6.0, "to": -6.0, "s": -4.0, "▁negro": -5.0, "o": -5.0, "e": -5.0, "l": -5.0}
TARGET = {"▁the": -3.0, "▁cat": -4.0, "s": -4.0, "▁black": -5.0, "▁": -3.0}


@pytest.fixture
def opus(tmp_path):
    """Un traductor como los de Helsinki-NLP: source.spm, target.spm y vocab.json, sin tokenizer.json."""
    place = zoo.save("marian", tmp_path / "opus-mt-diminuto")
    for file in ("tokenizer.json", "tokenizer_config.json"):
        (place / file).unlink()
    names = ["</s>", "<unk>", *dict.fromkeys([*SOURCE, *TARGET])]
    names += [f"sobra{i}" for i in range(models.folder.configuration(place)["vocab_size"] - len(names) - 1)] + ["<pad>"]
    (place / "vocab.json").write_text(json.dumps({name: i for i, name in enumerate(names)}), encoding="utf-8")
    (place / "source.spm").write_bytes(spm(SOURCE))
    (place / "target.spm").write_bytes(spm(TARGET))
    config = json.loads((place / "config.json").read_text())
    pad = len(names) - 1
    config |= {"eos_token_id": 0, "pad_token_id": pad, "decoder_start_token_id": pad}
    (place / "config.json").write_text(json.dumps(config))
    (place / "generation_config.json").unlink()
    return place


def test_its_pieces_and_scores_are_read(opus):
    scores, charsmap = sentencepiece.read(opus / "source.spm")
    assert scores == pytest.approx(SOURCE)
    assert charsmap == b""


def test_a_sentence_is_cut_by_the_best_score(opus):
    tokenizer = models.load(str(opus)).tokenizer
    assert tokenizer.convert_ids_to_tokens(tokenizer("el gatos  negro").input_ids) == ["▁el", "▁gato", "s", "▁negro", "</s>"]
    assert [piece.text for piece in tokens.whole_pieces(tokenizer, tokens.ids(tokenizer, "el gato"))] == [" el", " gato"]


def test_it_translates(opus):
    one = models.load(str(opus))
    assert one.role == "codificador-decodificador"
    assert one.tokenizer.pad_token_id == one.model.config.pad_token_id
    assert translating.source_ids(one.tokenizer, "el gato")[-1] == one.tokenizer.eos_token_id
    *_, last = translating.steps(one, "el gato", max_new_tokens=6)
    assert many.translate(one, ["el gato", "gatos"], max_new_tokens=6)[0] == last.text.strip()


@pytest.mark.parametrize("content", [b"", b"\xff\xff\xff", b"\x0a"])
def test_a_damaged_one_is_explained(opus, content):
    (opus / "source.spm").write_bytes(content)
    with pytest.raises(models.ModelError, match="El tokenizador de .* no se puede leer"):
        models.load(str(opus))


@pytest.mark.parametrize("text", ["El gato  negro", "¿Qué vio la niña?", "«ﬁn» … ½ Ａ", " al pingüino ", "señor 123 xyz", "e\u0301l"])
def test_the_real_library_cuts_the_same(opus, tmp_path, text):
    """Un .spm entrenado por la propia sentencepiece, con la normalización de los traductores públicos."""
    library = pytest.importorskip("sentencepiece", reason="sin la biblioteca sentencepiece no hay con qué comparar")
    sentences = tmp_path / "frases.txt"
    sentences.write_text("\n".join(SENTENCES * 20), encoding="utf-8")
    library.SentencePieceTrainer.train(
        input=str(sentences), model_prefix=str(opus / "source"), vocab_size=80, normalization_rule_name="nmt_nfkc", minloglevel=5
    )
    theirs = library.SentencePieceProcessor(model_file=str(opus / "source.model"))
    (opus / "source.model").rename(opus / "source.spm")
    names = ["</s>", "<unk>", "<pad>", *(theirs.id_to_piece(i) for i in range(3, theirs.vocab_size()))]
    (opus / "vocab.json").write_text(json.dumps({name: i for i, name in enumerate(names)}), encoding="utf-8")
    found = sentencepiece.tokenizer(opus)
    known = [piece if piece in names else "<unk>" for piece in theirs.encode(text, out_type=str)]
    assert found.convert_ids_to_tokens(found(text).input_ids)[:-1] == known
