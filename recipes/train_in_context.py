"""Receta del modelo de pocos ejemplos: rehace `models/in_context` desde los episodios del micromundo, con semilla fija.

python recipes/train_in_context.py              # los pesos del curso (se reanuda si se interrumpe)
python recipes/train_in_context.py --quick      # dos minutos: solo para ver que todo el camino funciona
"""

import json
from dataclasses import asdict
from pathlib import Path

import torch
from attention import use_plain_attention
from measure_in_context import REPETITION, Accuracy, Measures, accuracy, measure, repetition
from publish import publish
from running import Plan, follow, history, plan

from course_utils import evaluation, models, theme, training
from course_utils.microworld import episodes
from course_utils.microworld import tokenizer as tokenizer_recipe

SEED, STEPS, BATCH, EVERY = 20, 2400, 64, 100
RECIPE = {"optimizer": "muon", "learning_rate": 4e-3, "warmup": 100, "decay": 0.3, "weight_decay": 0.01, "half": True}
SHAPE = {"hidden_size": 128, "intermediate_size": 256, "num_hidden_layers": 4, "num_attention_heads": 4, "max_position_embeddings": 256}
EXAMPLES = 19                   # 20 líneas por episodio: la última es la pregunta, pero se aprende de todas
REPEATED = BATCH // 4           # de cada lote, un cuarto son palabras al azar repetidas,
WIDTH = 3 * (EXAMPLES + 1) + 2  # tokens de un episodio: guion, palabra y etiqueta por línea, y los de principio y fin
PRACTICE = BATCH * 3 // 8       # y la mitad del resto, episodios de práctica,
BORROWED = 1200                 # que desde este paso llevan por etiqueta cualquier palabra
CARD = Path(__file__).with_name("card_in_context.md")


def build_tokenizer():
    """Un BPE de bytes en el que son un solo token cada palabra de los episodios tras un espacio y cada salto de línea con su guion."""
    from tokenizers import Regex, pre_tokenizers

    tokenizer = tokenizer_recipe.train([episodes.BULLET], window=SHAPE["max_position_embeddings"])
    pieces = Regex(rf"\n{episodes.BULLET}|{tokenizer_recipe.WORD}")
    tokenizer.backend_tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Split(pieces, behavior="isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]
    )
    texts = [*(" " + word for word in episodes.words().all), f"\n{episodes.BULLET}"]
    return tokenizer.train_new_from_iterator([texts * 2], 4000, show_progress=False)


def build_model(tokenizer):
    """Un Llama pequeño, con pesos al azar: posiciones rotatorias y una sola tabla para leer y escribir tokens."""
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(SEED)
    end = tokenizer.eos_token_id
    config = LlamaConfig(
        vocab_size=len(tokenizer), **SHAPE, tie_word_embeddings=True, bos_token_id=end, eos_token_id=end, pad_token_id=None, use_cache=False
    )
    return LlamaForCausalLM(config)


def batches(tokenizer):
    """El lote de cada paso, siempre nuevo: tres cuartos de episodios y uno de repeticiones, mezclados desde el primer paso."""

    def batch(step: int) -> training.Batch:
        seed = 1_000_000 * SEED + step
        texts = [row.text for row in episodes.sample(BATCH - REPEATED - PRACTICE, seed=seed, shots=EXAMPLES)]
        texts += episodes.practice(PRACTICE, seed=seed, shots=EXAMPLES, borrowed=step >= BORROWED)
        texts += [" " + text for text in episodes.repetitions(REPEATED, seed=seed, length=WIDTH - 2)]
        return evaluation.encode_rows(texts, tokenizer)

    return batch


def progress(language_model: models.LanguageModel, *, trials: int):
    """Lo que se apunta durante el entrenamiento: aciertos con 1, 2, 4, 8 y 16 ejemplos de episodios de prueba, y en las repeticiones."""
    few_shot = {count: episodes.sample(trials, seed=11, split="test", shots=count) for count in (1, 2, 4, 8, 16)}
    unseen = episodes.sample(trials, seed=11, split="compositional", shots=16)
    repeated = episodes.repetitions(trials // 6, seed=11, length=REPETITION)

    def taken(step: int) -> dict:
        language_model.model.eval()
        found = {f"shots_{count}": accuracy(language_model, rows).accuracy for count, rows in few_shot.items()}
        found |= {"unseen_16": accuracy(language_model, unseen).accuracy, "repetition": round(repetition(language_model, repeated), 4)}
        language_model.model.train()
        return found

    return taken


def release(model, tokenizer, asked: Plan) -> Measures:
    """Mide el modelo tal como se guardará (en float16) y lo publica con su ficha."""
    model = model.to("cpu").half().float().eval()
    model.set_attn_implementation("sdpa")
    measures = measure(models.LanguageModel("in_context", model, tokenizer, torch.device("cpu")), trials=60 if asked.quick else 1000)
    model.config.use_cache = model.generation_config.use_cache = True
    log = history(asked.log)
    card = CARD.read_text(encoding="utf-8").format(**words(measures, model, log, asked), sha256="{sha256}")
    publish(model, tokenizer, asked.output, card=card, history=log, measures=asdict(measures))
    return measures


def words(measures: Measures, model, log: list[dict], asked: Plan) -> dict[str, object]:
    """Las cifras de la ficha, escritas a la española."""
    known = episodes.words()
    return {
        "categories": len(known.categories),
        "words": theme.number(len(known.category)),
        "labels": theme.number(len(known.labels)),
        "reserved": theme.number(len(known.reserved)),
        "layers": SHAPE["num_hidden_layers"],
        "heads": SHAPE["num_attention_heads"],
        "width": SHAPE["hidden_size"],
        "window": SHAPE["max_position_embeddings"],
        "batch": BATCH,
        "every": EVERY,
        "parameters": theme.number(model.num_parameters()),
        "vocabulary": theme.number(model.config.vocab_size),
        "steps": theme.number(asked.steps),
        "table": "\n".join(map(table_row, measures.seen, measures.unseen)),
        "trials": theme.number(measures.seen[0].trials),
        "repetition": theme.percent(measures.repetition, 1),
        "borrowed": theme.number(BORROWED),
        "copied": first(log, "repetition", 0.9),
        "jumped": first(log, "shots_8", 0.5),
    }


def table_row(seen: Accuracy, unseen: Accuracy) -> str:
    """Una fila de la tabla de la ficha: con unos ejemplos, el máximo y lo medido."""
    cells = " | ".join(f"{theme.percent(row.ceiling, 1)} | {theme.percent(row.accuracy, 1)} | {spread(row)}" for row in (seen, unseen))
    return f"| {seen.shots} | {cells} |"


def spread(row: Accuracy) -> str:
    low, high = (theme.percent(bound, 1) for bound in row.interval)
    return f"{low} – {high}"


def first(log: list[dict], name: str, level: float) -> str:
    """El primer paso apuntado en que una medida llega a `level`; lo dice si no ha llegado."""
    reached = [entry["step"] for entry in log if entry[name] >= level]
    return theme.number(reached[0]) if reached else "(no llegó)"


def main() -> None:
    asked = plan("in_context", __doc__, steps=STEPS, quick_steps=40)
    tokenizer = build_tokenizer()
    model = build_model(tokenizer).to(asked.device)
    language_model = models.LanguageModel("in_context", model, tokenizer, torch.device(asked.device))
    recipe = training.Recipe(steps=asked.steps, **RECIPE)
    use_plain_attention(model)
    run = training.train(model, batches(tokenizer), recipe, checkpoint=asked.checkpoint, every=EVERY)
    taken = progress(language_model, trials=60 if asked.quick else 120)
    follow(run, log=asked.log, every=10 if asked.quick else EVERY, measure=taken)
    print(json.dumps(asdict(release(model, tokenizer, asked)), ensure_ascii=False))


if __name__ == "__main__":
    main()
