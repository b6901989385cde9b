"""Un tokenizador pequeño de cada familia, entrenado con las mismas frases: los que hay por el mundo, en miniatura."""

from __future__ import annotations

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

from tests.conftest import SENTENCES

BYTES = [f"<0x{byte:02X}>" for byte in range(256)]


def word_piece() -> Tokenizer:
    """Como BERT sin mayúsculas: quita acentos y espacios, y marca con ## lo que sigue una palabra."""
    made = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    made.normalizer, made.pre_tokenizer = normalizers.BertNormalizer(lowercase=True), pre_tokenizers.BertPreTokenizer()
    made.decoder = decoders.WordPiece()
    return _trained(made, trainers.WordPieceTrainer(vocab_size=150, special_tokens=["[UNK]", "[CLS]"], show_progress=False))


def unigram() -> Tokenizer:
    """Como T5: SentencePiece Unigram, con «▁» por espacio."""
    made = Tokenizer(models.Unigram())
    made.pre_tokenizer, made.decoder = pre_tokenizers.Metaspace(), decoders.Metaspace()
    return _trained(made, trainers.UnigramTrainer(vocab_size=120, unk_token="<unk>", special_tokens=["<unk>"], show_progress=False))


def byte_fallback() -> Tokenizer:
    """Como Llama 2: BPE con «▁» y, para lo que no conoce, un token por byte."""
    made = Tokenizer(models.BPE(byte_fallback=True, unk_token="<unk>"))
    made.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    return _trained(made, trainers.BpeTrainer(vocab_size=340, special_tokens=["<unk>", *BYTES], show_progress=False))


def _trained(made: Tokenizer, trainer: object) -> Tokenizer:
    made.train_from_iterator(SENTENCES * 4, trainer)
    return made
