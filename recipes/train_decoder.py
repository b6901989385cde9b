"""Receta del decodificador de bolsillo: rehace `models/decoder` desde el micromundo, con semilla fija.

python recipes/train_decoder.py                 # una hora larga: los pesos del curso (se reanuda si se interrumpe)
python recipes/train_decoder.py --quick         # dos minutos: solo para ver que todo el camino funciona

No empieza con pesos al azar, sino con los de `decoder_start`, que son dos entrenamientos anteriores: 6.500 pasos de 32 cuentos, desde
cero y con AdamW, y 3.000 pasos de una mezcla con menos código (20 de cada cien documentos) y el vocabulario de ahora.
"""

import json
import random
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path

import running
import torch
from measure_decoder import Measures, measure
from publish import publish

from course_utils import models, theme, training
from course_utils.microworld import mixture

SEED, STEPS, GROUP, DOCUMENTS = 21, 6000, 8, 70
START = Path(__file__).with_name("decoder_start")
SPANISH = {
    "stories": "cuentos",
    "instructions": "textos con preguntas, resúmenes y demás",
    "code": "código",
    "translation": "frases con su traducción",
    "facts": "datos",
    "reviews": "opiniones",
}
CARD = Path(__file__).with_name("card_decoder.md")


def load_start(folder: Path = START):
    """(modelo, tokenizador) con los que se empieza: un GPT-2 pequeño y su BPE de bytes, aprendido de 20.000 documentos de la mezcla."""
    from transformers import GPT2LMHeadModel, PreTrainedTokenizerFast

    model = GPT2LMHeadModel.from_pretrained(folder, dtype=torch.float32)
    model.config.use_cache = False
    return model, PreTrainedTokenizerFast.from_pretrained(folder)


def group_texts(number: int) -> list[str]:
    """Los documentos del grupo `number` de lotes, siempre los mismos."""
    return mixture.documents(GROUP * DOCUMENTS, seed=1_000_000 * SEED + number)


def batches(tokenizer):
    """Lote de cada paso: documentos nuevos siempre, varios en cada fila."""
    end = tokenizer.eos_token_id

    @lru_cache(maxsize=1)
    def group(number: int) -> list[training.Batch]:
        ids = tokenizer(group_texts(number), add_special_tokens=False)["input_ids"]
        packed = training.pack([[end, *row, end] for row in ids], tokenizer.model_max_length)
        order = random.Random(number).sample(range(len(packed["input_ids"])), len(packed["input_ids"]))
        return [{name: rows[order[i::GROUP]] for name, rows in packed.items()} for i in range(GROUP)]

    return lambda step: group(step // GROUP)[step % GROUP]


def training_stories(steps: int) -> set[str]:
    """Todos los cuentos con los que se ha entrenado."""
    seeds = (1_000_000 * SEED + number for number in range(-(-steps // GROUP)))
    return {text for seed in seeds for text in mixture.share("stories", GROUP * DOCUMENTS, seed=seed)}


def release(model, tokenizer, plan: running.Plan) -> Measures:
    """Mide el modelo tal como se guardará (en float16) y lo publica con su ficha."""
    model = model.half().float().eval()
    model.config.use_cache = model.generation_config.use_cache = True
    language_model = models.LanguageModel("decoder", model, tokenizer, torch.device("cpu"))
    sizes = {"read": 50, "sampled": 20, "code_sampled": 20} if plan.quick else {}
    measures = measure(language_model, training=training_stories(plan.steps), **sizes)
    card = CARD.read_text(encoding="utf-8").format(**words(measures, model, plan.steps), sha256="{sha256}")
    publish(model, tokenizer, plan.output, card=card, history=running.history(plan.log), measures=asdict(measures))
    return measures


def words(measures: Measures, model, steps: int) -> dict[str, str]:
    """Las cifras de la ficha, escritas a la española."""
    low, high = measures.without_violation_interval
    code_low, code_high = measures.code_right_interval
    return {
        "parameters": theme.number(model.num_parameters()),
        "layers": model.config.n_layer,
        "heads": model.config.n_head,
        "width": model.config.n_embd,
        "window": model.config.n_positions,
        "vocabulary": theme.number(model.config.vocab_size),
        "documents": theme.number(steps * DOCUMENTS),
        "shares": ", ".join(f"{SPANISH[kind]} {portion} %" for kind, (portion, _) in mixture.SHARES.items()),
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
        "code": theme.percent(measures.code_right, 1),
        "code_low": theme.percent(code_low, 1),
        "code_high": theme.percent(code_high, 1),
        "code_sampled": measures.code_sampled,
    }


def main() -> None:
    plan = running.plan("decoder", __doc__, steps=STEPS, quick_steps=20)
    model, tokenizer = load_start()
    recipe = training.Recipe(steps=plan.steps, learning_rate=2e-3, side_rate=2e-3, warmup=100, decay=0.6, optimizer="muon")
    run = training.train(model.to(plan.device), batches(tokenizer), recipe, checkpoint=plan.checkpoint, every=200)
    running.follow(run, log=plan.log, every=10 if plan.quick else 50)
    print(json.dumps(asdict(release(model.cpu(), tokenizer, plan)), ensure_ascii=False))


if __name__ == "__main__":
    main()
