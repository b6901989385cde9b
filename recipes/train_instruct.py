"""Receta del modelo de instrucciones: ajusta `models/decoder` con pares de instrucción y respuesta, y lo deja en `models/instruct`.

Son cuatro rondas. Tras la primera insisten, cada vez más, en lo que más le cuesta: callar cuando el texto no lo dice y clasificar.

python recipes/train_instruct.py                # unas cuatro horas en un núcleo: los pesos del curso (se reanuda si se interrumpe)
python recipes/train_instruct.py --quick        # dos minutos: solo para ver que todo el camino funciona
"""

import json
from dataclasses import asdict
from pathlib import Path

import running
import torch
from attention import use_plain_attention
from measure_instruct import TASKS, Measures, measure
from publish import publish

from course_utils import models, theme, training
from course_utils.microworld import instructions
from course_utils.microworld import tokenizer as tokenizer_recipe

SEED, GROUP, TALKS = 30, 8, 40
ROUNDS = ((7000, 1.5e-3), (3000, 1e-3), (4000, 1.2e-3), (2000, 1e-3))      # los pasos de cada ronda y su tasa de aprendizaje
STEPS = sum(steps for steps, _ in ROUNDS)
CARD = Path(__file__).with_name("card_instruct.md")


def encode(turns: list[instructions.Row], tokenizer, width: int) -> tuple[list[int], list[int]]:
    """De una conversación, sus ids con la plantilla y sus etiquetas, que solo puntúan las respuestas: los turnos que caben en `width`."""
    said, ids, labels = [], [], []
    for row in turns:
        said.append({"role": "user", "content": row.prompt})
        asked = tokenizer.apply_chat_template(said, add_generation_prompt=True, return_dict=False)
        answer = [*tokenizer(row.completion, add_special_tokens=False)["input_ids"], tokenizer.eos_token_id]
        if len(asked) + len(answer) > width:
            break
        labels += [*[training.UNSCORED] * (len(asked) - len(ids)), *answer]
        ids = [*asked, *answer]
        said.append({"role": "assistant", "content": row.completion})
    return ids, labels


def batches(tokenizer, window: int, *, harder: int):
    """Lote de cada paso: conversaciones nuevas siempre. Solo puntúan las respuestas: de lo que se pide no hay nada que aprender a escribir.

    Con varias preguntas seguidas sobre cada texto, el mismo cálculo puntúa varias veces más respuestas.
    """

    def draw(number: int) -> tuple[list[list[int]], list[list[int]]]:
        talks = instructions.conversations(GROUP * TALKS, seed=1_000_000 * (SEED + harder) + number, harder=harder)
        coded = (encode(turns, tokenizer, window) for turns in talks)
        return tuple(map(list, zip(*(pair for pair in coded if pair[0]), strict=True)))

    return running.packed(draw, width=window, group=GROUP)


def release(model, tokenizer, plan: running.Plan) -> Measures:
    """Mide el modelo tal como se guardará (en float16) y lo publica con su ficha."""
    model = model.half().float().eval()
    model.set_attn_implementation("sdpa")
    model.config.use_cache = model.generation_config.use_cache = True
    measures = measure(models.LanguageModel("instruct", model, tokenizer, torch.device("cpu")), n=20 if plan.quick else 600)
    card = CARD.read_text(encoding="utf-8").format(**words(measures, model, plan.steps), sha256="{sha256}")
    logs = [plan.round(number).log for number in range(1, len(ROUNDS) + 1)]
    publish(model, tokenizer, plan.output, card=card, history=running.history(*logs), measures=asdict(measures))
    return measures


def words(measures: Measures, model, steps: int) -> dict[str, str]:
    """Las cifras de la ficha, escritas a la española."""
    rows = "\n".join(
        f"| {TASKS[task]} | {theme.percent(share, 1)} | {theme.percent(low, 1)} a {theme.percent(high, 1)} |"
        for task, (share, low, high) in measures.by_task.items()
    )
    return {
        "parameters": theme.number(model.num_parameters()),
        "batch": TALKS,
        "talks": theme.number(steps * TALKS),
        "rounds": " + ".join(theme.number(count) for count, _ in ROUNDS),
        "rates": ", ".join(theme.number(rate, 4) for _, rate in ROUNDS),
        "n": theme.number(measures.asked),
        "tasks": rows,
        "exact": theme.percent(measures.exact, 1),
        "low": theme.percent(measures.exact_interval[0], 1),
        "high": theme.percent(measures.exact_interval[1], 1),
        "new": theme.percent(measures.new_wordings, 1),
        "refused": theme.percent(measures.refusals, 1),
        "refused_low": theme.percent(measures.refusals_interval[0], 1),
        "refused_high": theme.percent(measures.refusals_interval[1], 1),
        "false": theme.percent(measures.false_refusals, 1),
    }


def learn(model, tokenizer, plan: running.Plan, *, steps: int, rate: float, harder: int) -> None:
    """Una ronda de entrenamiento, apuntada; si ya se hizo, la recupera de su punto de control."""
    recipe = training.Recipe(steps=steps, learning_rate=rate, side_rate=rate, warmup=100, decay=0.8, optimizer="muon", half=True)
    run = training.train(model, batches(tokenizer, model.config.n_positions, harder=harder), recipe, checkpoint=plan.checkpoint, every=200)
    running.follow(run, log=plan.log, every=5 if plan.quick else 25)


def main() -> None:
    plan = running.plan("instruct", __doc__, steps=STEPS, quick_steps=12)
    base, tokenizer = models.load("decoder", device=plan.device)
    tokenizer.chat_template = tokenizer_recipe.CHAT_TEMPLATE
    base.config.use_cache = False
    use_plain_attention(base)
    torch.manual_seed(SEED)
    for harder, (steps, rate) in enumerate(ROUNDS):
        learn(base, tokenizer, plan.round(harder + 1), steps=steps * plan.steps // STEPS, rate=rate, harder=harder)
    print(json.dumps(asdict(release(base.cpu(), tokenizer, plan)), ensure_ascii=False))


if __name__ == "__main__":
    main()
