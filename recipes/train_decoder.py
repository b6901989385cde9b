"""Receta del decodificador de bolsillo: rehace `models/decoder` desde la gramática, con semilla fija.

    python recipes/train_decoder.py                 # horas: los pesos del curso (se reanuda si se interrumpe)
    python recipes/train_decoder.py --quick         # dos minutos: solo para ver que todo el camino funciona
"""
import argparse
import json
import random
import time
from functools import lru_cache
from pathlib import Path

import torch

from course_utils import paths, training
from course_utils.microworld import stories
from course_utils.microworld import tokenizer as tokenizer_recipe

SEED, GROUP, BATCH = 20, 8, 32
SHAPE = {"n_embd": 192, "n_layer": 4, "n_head": 6, "n_positions": 256}


def build_tokenizer(vocabulary: int):
    """El BPE se aprende de 6.000 cuentos que no se usan para nada más."""
    return tokenizer_recipe.train(stories.sample(6000, seed=3), vocabulary=vocabulary, window=SHAPE["n_positions"])


def build_model(tokenizer):
    """Un GPT-2 pequeño con pesos al azar."""
    from transformers import GPT2Config, GPT2LMHeadModel

    torch.manual_seed(SEED)
    end = tokenizer.eos_token_id
    return GPT2LMHeadModel(GPT2Config(
        vocab_size=len(tokenizer), **SHAPE, activation_function="gelu", resid_pdrop=0.0, embd_pdrop=0.0, attn_pdrop=0.0,
        bos_token_id=end, eos_token_id=end, use_cache=False))


def encode_rows(texts, tokenizer) -> dict[str, torch.Tensor]:
    """Una fila por cuento: [fin] cuento [fin] y relleno, que no puntúa. Tensores de forma (B, T)."""
    end = tokenizer.eos_token_id
    rows = [[end, *ids, end] for ids in tokenizer(list(texts))["input_ids"]]
    width = max(map(len, rows))
    inputs = torch.tensor([row + [end] * (width - len(row)) for row in rows])
    labels = torch.tensor([[-100, *row[1:]] + [-100] * (width - len(row)) for row in rows])
    return {"input_ids": inputs, "labels": labels}


def batches(tokenizer):
    """Lote de cada paso: cuentos nuevos siempre; de ocho en ocho lotes se ordenan por longitud para gastar menos relleno."""
    @lru_cache(maxsize=1)
    def group(number: int) -> list[dict[str, torch.Tensor]]:
        texts = sorted(stories.sample(GROUP * BATCH, seed=1_000_000 * SEED + number), key=len)
        made = [encode_rows(texts[i:i + BATCH], tokenizer) for i in range(0, len(texts), BATCH)]
        random.Random(number).shuffle(made)
        return made

    return lambda step: group(step // GROUP)[step % GROUP]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=9000)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--quick", action="store_true", help="unos pocos pasos, sin guardar en models/")
    parser.add_argument("--work", type=Path, default=paths.BUILD / "decoder", help="carpeta de trabajo (puntos de control)")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    steps = 60 if options.quick else options.steps
    tokenizer = build_tokenizer(1536)
    model = build_model(tokenizer)
    options.work.mkdir(parents=True, exist_ok=True)
    log = options.work / "log.jsonl"
    recipe = training.Recipe(steps=steps, learning_rate=options.rate)
    started = time.perf_counter()
    recent = []
    for step in training.train(model, batches(tokenizer), recipe, checkpoint=options.work / "checkpoint.pt"):
        recent.append(step.loss)
        if step.number % 50 == 0:
            line = {"step": step.number, "loss": round(sum(recent) / len(recent), 5), "tokens": step.tokens, "rate": round(step.learning_rate, 6)}
            recent.clear()
            with log.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line) + "\n")
            print(line, f"{time.perf_counter() - started:.0f} s", flush=True)


if __name__ == "__main__":
    main()
