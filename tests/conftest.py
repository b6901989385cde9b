"""Un modelo diminuto para todas las pruebas: GPT-2 al azar con su tokenizador de bytes, guardado como los de models/."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("curso", deadline=None, derandomize=True)  # mismos ejemplos en todas partes, sin reloj
settings.load_profile("curso")

SENTENCES = [
    "Había una vez una zorra muy curiosa que vivía en el bosque.",
    "Una mañana perdió su llave dorada y se puso triste.",
    "—¿Has visto mi llave? —preguntó la zorra al búho.",
    "—¡Búscala junto al río! —dijo el búho, que era muy sabio.",
    "La niña encontró un pingüino pequeño detrás del molino y lo llevó a casa.",
    "Cuando salió el sol, la rana volvió al pueblo con su amigo el ratón.",
]
END = "<|endoftext|>"


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory) -> Path:
    """Carpeta con el modelo diminuto: pesos float16, tokenizador y checksums.json. No la cambies: cópiala antes."""
    folder = tmp_path_factory.mktemp("models") / "diminuto"
    tokenizer = train_tokenizer()
    random_gpt2(len(tokenizer)).half().save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    write_checksums(folder)
    return folder


@pytest.fixture(scope="session")
def tiny(tiny_folder):
    """El modelo diminuto, cargado: un LanguageModel con ventana de 128 tokens."""
    from course_utils import models

    return models.load(str(tiny_folder))


def train_tokenizer():
    """BPE de bytes entrenado con SENTENCES; el único token especial es el de fin, que también es el de inicio."""
    from tokenizers import Tokenizer, decoders, pre_tokenizers, trainers
    from tokenizers.models import BPE
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=400, special_tokens=[END], initial_alphabet=alphabet, show_progress=False)
    tokenizer.train_from_iterator(SENTENCES * 4, trainer)
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, bos_token=END, eos_token=END)


def random_gpt2(vocab_size: int):
    """GPT-2 de dos capas con pesos al azar, algo grandes: reparte la probabilidad de forma desigual."""
    import torch
    from transformers import GPT2Config, GPT2LMHeadModel

    shape = {"n_positions": 128, "n_embd": 32, "n_layer": 2, "n_head": 4}
    ends = {"bos_token_id": 0, "eos_token_id": 0}
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return GPT2LMHeadModel(GPT2Config(vocab_size=vocab_size, initializer_range=0.3, **shape, **ends)).eval()


def write_checksums(folder: Path) -> None:
    """El checksums.json de los pesos y del tokenizador de una carpeta."""
    names = ("model.safetensors", "tokenizer.json")
    sums = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names}
    (folder / "checksums.json").write_text(json.dumps(sums, indent=2))
