"""Receta del decodificador de bolsillo: rehace `models/decoder` desde la gramática, con semilla fija.

python recipes/train_decoder.py                 # horas: los pesos del curso (se reanuda si se interrumpe)
python recipes/train_decoder.py --quick         # dos minutos: solo para ver que todo el camino funciona
"""

import argparse
import json
import random
import time
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path

import torch
from measure_decoder import Measures, measure
from publish import publish

from course_utils import evaluation, models, paths, theme, training
from course_utils.microworld import stories
from course_utils.microworld import tokenizer as tokenizer_recipe

SEED, STEPS, GROUP, BATCH, VOCABULARY = 20, 6500, 8, 32, 1536
SHAPE = {"n_embd": 192, "n_layer": 4, "n_head": 6, "n_positions": 256}
CARD = Path(__file__).with_name("card_decoder.md")


def build_tokenizer():
    """El BPE se aprende de 6.000 cuentos que no se usan para nada más."""
    return tokenizer_recipe.train(stories.sample(6000, seed=3), vocabulary=VOCABULARY, window=SHAPE["n_positions"])


def build_model(tokenizer):
    """Un GPT-2 pequeño con pesos al azar."""
    from transformers import GPT2Config, GPT2LMHeadModel

    torch.manual_seed(SEED)
    end = tokenizer.eos_token_id
    return GPT2LMHeadModel(
        GPT2Config(
            vocab_size=len(tokenizer),
            **SHAPE,
            activation_function="gelu",
            resid_pdrop=0.0,
            embd_pdrop=0.0,
            attn_pdrop=0.0,
            bos_token_id=end,
            eos_token_id=end,
            use_cache=False,
        )
    )


def group_texts(number: int) -> list[str]:
    """Los cuentos del grupo `number` de lotes, siempre los mismos."""
    return stories.sample(GROUP * BATCH, seed=1_000_000 * SEED + number)


def batches(tokenizer):
    """Lote de cada paso: cuentos nuevos siempre; de ocho en ocho lotes se ordenan por longitud para gastar menos relleno."""

    @lru_cache(maxsize=1)
    def group(number: int) -> list[dict[str, torch.Tensor]]:
        texts = sorted(group_texts(number), key=len)
        made = [evaluation.encode_rows(texts[i : i + BATCH], tokenizer) for i in range(0, len(texts), BATCH)]
        random.Random(number).shuffle(made)
        return made

    return lambda step: group(step // GROUP)[step % GROUP]


def training_texts(steps: int) -> set[str]:
    """Todos los cuentos con los que se ha entrenado."""
    return {text for number in range(-(-steps // GROUP)) for text in group_texts(number)}


def follow(run, *, log: Path, every: int = 50) -> None:
    """Recorre el entrenamiento y apunta la pérdida media de cada `every` pasos."""
    recent, started = [], time.perf_counter()
    for step in run:
        recent.append(step.loss)
        if step.number % every == 0:
            line = {
                "step": step.number,
                "loss": round(sum(recent) / len(recent), 5),
                "tokens": step.tokens,
                "rate": round(step.learning_rate, 6),
            }
            recent.clear()
            with log.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line) + "\n")
            print(line, f"{time.perf_counter() - started:.0f} s", flush=True)


def history(log: Path) -> list[dict]:
    """Lo apuntado, una entrada por paso aunque el entrenamiento se haya reanudado."""
    entries = {entry["step"]: entry for entry in map(json.loads, log.read_text(encoding="utf-8").splitlines())} if log.exists() else {}
    return [entries[step] for step in sorted(entries)]


def release(model, tokenizer, folder: Path, *, log: Path, steps: int, quick: bool) -> Measures:
    """Mide el modelo tal como se guardará (en float16) y lo publica con su ficha."""
    model = model.half().float().eval()
    language_model = models.LanguageModel("decoder", model, tokenizer, torch.device("cpu"))
    sizes = {"stories_read": 50, "stories_sampled": 20} if quick else {}
    measures = measure(language_model, training=training_texts(steps), **sizes)
    model.config.use_cache = model.generation_config.use_cache = True
    card = CARD.read_text(encoding="utf-8").format(**words(measures, model, steps), sha256="{sha256}")
    publish(model, tokenizer, folder, card=card, history=history(log), measures=asdict(measures))
    return measures


def words(measures: Measures, model, steps: int) -> dict[str, str]:
    """Las cifras de la ficha, escritas a la española."""
    low, high = measures.without_violation_interval
    return {
        "parameters": theme.number(model.num_parameters()),
        "layers": SHAPE["n_layer"],
        "heads": SHAPE["n_head"],
        "width": SHAPE["n_embd"],
        "window": SHAPE["n_positions"],
        "vocabulary": theme.number(model.config.vocab_size),
        "stories": theme.number(steps * BATCH),
        "steps": theme.number(steps),
        "loss": theme.number(measures.loss, 4),
        "floor": theme.number(measures.floor, 4),
        "gap": theme.number(measures.gap, 4),
        "read": theme.number(measures.validation_stories),
        "copy": theme.percent(measures.copy_accuracy, 1),
        "copies": theme.number(measures.copies),
        "clean": theme.percent(measures.without_violation, 1),
        "low": theme.percent(low, 1),
        "high": theme.percent(high, 1),
        "sampled": measures.sampled,
        "copied": theme.percent(measures.copied_from_training, 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=STEPS, help=f"pasos de {BATCH} cuentos (por defecto, {STEPS})")
    parser.add_argument("--threads", type=int, default=2, help="hilos de cálculo")
    parser.add_argument("--quick", action="store_true", help="30 pasos, para probar el camino entero; no toca models/")
    parser.add_argument("--work", type=Path, default=None, help="carpeta de los puntos de control; si ya hay uno, se sigue desde él")
    parser.add_argument("--output", type=Path, default=None, help="dónde dejar el modelo (por defecto, models/decoder)")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    work = options.work or paths.BUILD / ("decoder-quick" if options.quick else "decoder")
    output = options.output or (work / "model" if options.quick else paths.MODELS / "decoder")
    steps = 30 if options.quick else options.steps
    work.mkdir(parents=True, exist_ok=True)
    tokenizer = build_tokenizer()
    model = build_model(tokenizer)
    run = training.train(model, batches(tokenizer), training.Recipe(steps=steps), checkpoint=work / "checkpoint.pt")
    follow(run, log=work / "log.jsonl", every=10 if options.quick else 50)
    print(
        json.dumps(asdict(release(model, tokenizer, output, log=work / "log.jsonl", steps=steps, quick=options.quick)), ensure_ascii=False)
    )


if __name__ == "__main__":
    main()
