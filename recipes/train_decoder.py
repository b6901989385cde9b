"""Receta del decodificador de bolsillo: rehace `models/decoder` desde el micromundo, con semilla fija.

python recipes/train_decoder.py                 # hora y media: los pesos del curso (se reanuda si se interrumpe)
python recipes/train_decoder.py --quick         # dos minutos: solo para ver que todo el camino funciona

No empieza con pesos al azar, sino con los de su versión anterior (`decoder_start`): 6.500 pasos de 32 cuentos con AdamW y, después,
3.000 de 50 documentos de todas las clases, con menos código. Aquí aprende a calcular sin olvidar lo demás, con un vocabulario en el que
los nombres y las palabras del código no se parten tanto.
"""

import json
from dataclasses import asdict
from pathlib import Path

import running
import torch
from attention import use_plain_attention
from measure_decoder import Measures, measure
from publish import publish

from course_utils import models, theme, training
from course_utils.microworld import code, mixture
from course_utils.microworld import tokenizer as tokenizer_recipe

SEED, STEPS, GROUP, DOCUMENTS, VOCABULARY = 21, 6600, 8, 80, 2304
SHAPE = {"n_embd": 192, "n_layer": 4, "n_head": 6, "n_positions": 256}
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


def build_tokenizer():
    """El BPE se aprende de 20.000 documentos de la mezcla y otros 20.000 programas que no se usan para nada más."""
    texts = [*mixture.documents(20_000, seed=3), *map(code.document, code.sample(20_000, seed=3))]
    return tokenizer_recipe.train(texts, vocabulary=VOCABULARY, window=SHAPE["n_positions"], special=tokenizer_recipe.ROLES)


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


def start_from(model, tokenizer, folder: Path = START) -> None:
    """Copia en `model` los pesos de `folder`. El vector de un token nuevo es la media de los trozos en que antes se partía."""
    from transformers import GPT2LMHeadModel, PreTrainedTokenizerFast

    before = GPT2LMHeadModel.from_pretrained(folder, dtype=torch.float32)
    old = PreTrainedTokenizerFast.from_pretrained(folder)
    state = before.state_dict()
    table = state["transformer.wte.weight"]
    rows = [table[_former_ids(tokenizer, token, old)].mean(0) for token in range(len(tokenizer))]
    state["transformer.wte.weight"] = state["lm_head.weight"] = torch.stack(rows)
    model.load_state_dict(state)


def _former_ids(tokenizer, token: int, old) -> list[int]:
    """Los ids que tenía antes un token: el suyo o los de sus trozos; los que hablan de papeles empiezan como el de fin."""
    name = tokenizer.convert_ids_to_tokens(token)
    known = old.get_vocab().get(name)
    if known is not None or token in tokenizer.all_special_ids or name in tokenizer_recipe.ROLES:
        return [known if known is not None else old.eos_token_id]
    return [piece.id for piece in old.backend_tokenizer.model.tokenize(name)]


def batches(tokenizer):
    """Lote de cada paso: documentos nuevos siempre, varios en cada fila."""
    end = tokenizer.eos_token_id

    def draw(number: int) -> tuple[list[list[int]], None]:
        texts = mixture.documents(GROUP * DOCUMENTS, seed=1_000_000 * SEED + number)
        rows = [[end, *row, end] for row in tokenizer(texts, add_special_tokens=False)["input_ids"]]
        return rows, None

    return running.packed(draw, width=SHAPE["n_positions"], group=GROUP)


def training_stories(steps: int) -> set[str]:
    """Todos los cuentos con los que se ha entrenado."""
    seeds = (1_000_000 * SEED + number for number in range(-(-steps // GROUP)))
    return {text for seed in seeds for text in mixture.share("stories", GROUP * DOCUMENTS, seed=seed)}


def release(model, tokenizer, plan: running.Plan) -> Measures:
    """Mide el modelo tal como se guardará (en float16) y lo publica con su ficha."""
    model = model.half().float().eval()
    model.set_attn_implementation("sdpa")
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
        "layers": SHAPE["n_layer"],
        "heads": SHAPE["n_head"],
        "width": SHAPE["n_embd"],
        "window": SHAPE["n_positions"],
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
    tokenizer = build_tokenizer()
    model = build_model(tokenizer)
    start_from(model, tokenizer)
    use_plain_attention(model)
    recipe = training.Recipe(steps=plan.steps, learning_rate=1.5e-3, side_rate=2e-3, warmup=100, decay=0.8, optimizer="muon", half=True)
    run = training.train(model.to(plan.device), batches(tokenizer), recipe, checkpoint=plan.checkpoint, every=200)
    running.follow(run, log=plan.log, every=10 if plan.quick else 50)
    print(json.dumps(asdict(release(model.cpu(), tokenizer, plan)), ensure_ascii=False))


if __name__ == "__main__":
    main()
