"""Receta del traductor de bolsillo: rehace `models/translator` desde la gramática bilingüe, con semilla fija.

python recipes/train_translator.py                 # los pesos del curso (se reanuda si se interrumpe)
python recipes/train_translator.py --quick         # un minuto: solo para ver que todo el camino funciona
"""

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import running
import torch
from measure_translator import Measures, measure, sources, targets
from publish import publish

from course_utils import models, theme, training
from course_utils.generation import many
from course_utils.microworld import tokenizer as tokenizer_recipe
from course_utils.microworld import translation
from course_utils.microworld.translation import Row

SEED, STEPS, QUICK_STEPS, GROUP, BATCH, VOCABULARY, WINDOW, PAD = 30, 4500, 60, 16, 64, 3072, 128, "<pad>"
SHAPE = {"d_model": 128, "layers": 3, "heads": 4, "ffn": 512}
RECIPE = {"learning_rate": 3e-3, "side_rate": 3e-3, "warmup": 200, "decay": 2 / 3, "optimizer": "muon"}
CARD = Path(__file__).with_name("card_translator.md")


def build_tokenizer():
    """Un solo BPE para las dos lenguas, aprendido de 12.000 frases y sus traducciones."""
    texts = [text for row in translation.sample(12_000, seed=3) for text in (row.es, row.en)]
    return tokenizer_recipe.train(texts, vocabulary=VOCABULARY, window=WINDOW, special=[PAD], pad_token=PAD)


def build_model(tokenizer):
    """Un Marian pequeño con pesos al azar: codificador y decodificador, posiciones sinusoidales y una sola tabla de embeddings."""
    from transformers import MarianConfig, MarianMTModel

    torch.manual_seed(SEED)
    sides = {f"{side}_{name}": SHAPE[key] for side in ("encoder", "decoder") for name, key in SIDES.items()}
    pad, end = tokenizer.pad_token_id, tokenizer.eos_token_id
    return MarianMTModel(
        MarianConfig(
            vocab_size=len(tokenizer),
            d_model=SHAPE["d_model"],
            **sides,
            max_position_embeddings=WINDOW,
            dropout=0.0,
            activation_function="gelu",
            init_std=0.02,
            scale_embedding=True,
            bos_token_id=end,
            pad_token_id=pad,
            eos_token_id=end,
            forced_eos_token_id=None,
            decoder_start_token_id=pad,
            share_encoder_decoder_embeddings=True,
            use_cache=False,
        )
    )


SIDES = {"layers": "layers", "attention_heads": "heads", "ffn_dim": "ffn"}


def batches(tokenizer) -> Callable[[int], training.Batch]:
    """Lote de cada paso: frases nuevas siempre."""

    def draw(number: int) -> list[Row]:
        return translation.sample(GROUP * BATCH, seed=1_000_000 * SEED + number)

    def encode(rows: list[Row]) -> training.Batch:
        return {**sources([row.es for row in rows], tokenizer), "labels": targets([row.en for row in rows], tokenizer)}

    return running.grouped(draw, encode, batch=BATCH, length=lambda row: len(row.es))


def progress(model, tokenizer, every: int = 500) -> Callable[[int], dict]:
    """De vez en cuando, qué proporción de unas pocas frases no vistas sale exacta."""
    rows = {split: translation.sample(100, seed=5, split=split) for split in ("test", "compositional")}
    language_model = models.LanguageModel("translator", model, tokenizer, model.device)

    def look(step: int) -> dict:
        if step % every:
            return {}
        said = {split: many.translate(language_model, [row.es for row in found]) for split, found in rows.items()}
        return {split: sum(row.en == text for row, text in zip(found, said[split])) / len(found) for split, found in rows.items()}

    return look


def release(model, tokenizer, plan: running.Plan) -> Measures:
    """Mide el modelo tal como se guardará (en float16) y lo publica con su ficha."""
    model = model.half().float().eval()
    model.config.use_cache = model.generation_config.use_cache = True
    language_model = models.LanguageModel("translator", model, tokenizer, model.device)
    measures = measure(language_model, **({"sentences": 100, "aligned": 50} if plan.quick else {}))
    card = CARD.read_text(encoding="utf-8").format(**words(measures, model, plan.steps), sha256="{sha256}")
    publish(model, tokenizer, plan.output, card=card, history=running.history(plan.log), measures=asdict(measures))
    return measures


def words(measures: Measures, model, steps: int) -> dict[str, str]:
    """Las cifras de la ficha, escritas a la española."""
    test, new, looks = measures.test, measures.compositional, measures.alignment
    return {
        "parameters": theme.number(model.num_parameters()),
        "layers": SHAPE["layers"],
        "heads": SHAPE["heads"],
        "width": SHAPE["d_model"],
        "window": WINDOW,
        "vocabulary": theme.number(model.config.vocab_size),
        "sentences": theme.number(steps * BATCH),
        "steps": theme.number(steps),
        "batch": BATCH,
        "measured": theme.number(test.sentences),
        "test": theme.percent(test.share, 1),
        "test_interval": f"{theme.percent(test.interval[0], 1)} a {theme.percent(test.interval[1], 1)}",
        "new": theme.percent(new.share, 1),
        "new_interval": f"{theme.percent(new.interval[0], 1)} a {theme.percent(new.interval[1], 1)}",
        "kinds": "; ".join(f"{kind}, {theme.percent(share, 1)}" for kind, share in new.by_kind.items()),
        "similarity": f"{theme.number(measures.chrf, 1)} y {theme.number(measures.bleu, 1)}",
        "pairs": theme.number(looks.pairs),
        "layer": looks.layer,
        "adjective": theme.percent(looks.adjective, 1),
        "noun": theme.percent(looks.noun, 1),
        "both": theme.percent(looks.both, 1),
        "head": f"capa {looks.head[0]}, cabeza {looks.head[1]}",
        "head_both": theme.percent(looks.head_both, 1),
    }


def main() -> None:
    plan = running.plan("translator", __doc__, steps=STEPS, quick_steps=QUICK_STEPS)
    tokenizer = build_tokenizer()
    model = build_model(tokenizer).to(plan.device)
    recipe = training.Recipe(steps=plan.steps, **RECIPE)
    run = training.train(model, batches(tokenizer), recipe, checkpoint=plan.checkpoint)
    running.follow(run, log=plan.log, every=10 if plan.quick else 50, measure=None if plan.quick else progress(model, tokenizer))
    print(json.dumps(asdict(release(model, tokenizer, plan)), ensure_ascii=False))


if __name__ == "__main__":
    main()
