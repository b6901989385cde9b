"""Receta del codificador de bolsillo: rehace `models/encoder` desde el micromundo, con semilla fija.

python recipes/train_encoder.py                 # los pesos del curso (se reanuda si se interrumpe)
python recipes/train_encoder.py --quick         # dos minutos: solo para ver que todo el camino funciona

Empieza prediciendo la palabra siguiente, como un decodificador: así todos los tokens enseñan algo, y no solo los pocos que se tapan (con
palabras tapadas desde el principio, tras 300 pasos seguía en 5,7 nats por token). Después aprende a rellenar palabras tapadas (Devlin y
otros, 2019). Y, todo el tiempo, a dar vectores parecidos, de media, a dos frases que dicen lo mismo (como Sentence-BERT; la pérdida es
InfoNCE: van den Oord y otros, 2018). Nada de esto necesita pesos aparte al usarlo.

Muchas de las opiniones llevan al final su nota («Nota: 4 de 5.»), como en las páginas en que se escriben: es una palabra más que rellenar,
y la única que pide entender la opinión entera. Sin notas, las demás palabras se rellenan igual de bien y sus vectores no separan las buenas
opiniones de las malas (la sonda se quedaba en el 56 %, también casando cada frase con el resto de su opinión).

Son tres rondas. La segunda insiste en esa palabra: más de la mitad de cada lote son opiniones nuevas con su nota siempre tapada. Con la
primera sola, la sonda acertaba el 76 %; con las dos, el 94 %. La tercera vuelve a los huecos, sobre todo a los de los cuentos, con textos
que no repite nunca y menos palabras tapadas en cada uno.
"""

import json
import math
import random
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import running
import torch
from attention import use_plain_attention
from encoder_batches import (
    BATCH,
    LOW_RATES,
    NEW,
    PAIRS,
    RATES,
    SEED,
    SHARES,
    batches,
    cover,
    documents,
    forward_steps,
    fresh_batches,
    pairs,
    rating_batches,
    rating_end,
)
from encoder_gaps import Filling
from encoder_rows import hide, padded, pooled, rows_of
from measure_encoder import Measures, Retrieval, measure
from publish import publish
from torch.nn.functional import cross_entropy, normalize
from transformers.modeling_outputs import MaskedLMOutput

from course_utils import models, theme, training
from course_utils.microworld import tokenizer as tokenizer_recipe

# De cada ronda: los pasos, la tasa de aprendizaje, en qué parte de los pasos baja y qué parte de las palabras se tapa.
ROUNDS = ((6000, 3e-3, 0.6, RATES), (4000, 2e-3, 0.7, RATES), (8000, 2e-3, 0.75, LOW_RATES))
STEPS = sum(steps for steps, *_ in ROUNDS)
CORPUS, OTHER_TEXTS = 120_000, 30_000       # los textos de la primera, y los que acompañan a las opiniones en la segunda
VOCABULARY, WINDOW = 4096, 128
TEMPERATURE, SIMILARITY = 0.05, 0.5         # la de InfoNCE, y cuánto pesa junto a rellenar huecos
SHAPE = {"hidden_size": 128, "num_hidden_layers": 4, "num_attention_heads": 4, "intermediate_size": 512}
START, BREAK, HOLE, PAD = "[CLS]", "[SEP]", "[MASK]", "[PAD]"
CARD = Path(__file__).with_name("card_encoder.md")


def build_tokenizer(texts: list[str]):
    """Un BPE con los cuatro tokens de BERT; al llamarlo, pone él mismo el de principio y el de fin."""
    from tokenizers import AddedToken
    from tokenizers.processors import TemplateProcessing

    hole = AddedToken(HOLE, lstrip=True, special=True, normalized=False)    # se come el espacio de delante, que es de la palabra
    tokenizer = tokenizer_recipe.train(
        texts, vocabulary=VOCABULARY, window=WINDOW, special=[PAD, START, BREAK, hole],
        pad_token=PAD, cls_token=START, sep_token=BREAK, mask_token=hole,
    )
    ends = [(token, tokenizer.convert_tokens_to_ids(token)) for token in (START, BREAK)]
    tokenizer.backend_tokenizer.post_processor = TemplateProcessing(
        single=f"{START} $A {BREAK}", pair=f"{START} $A {BREAK} $B {BREAK}", special_tokens=ends
    )
    return tokenizer


def build_model(tokenizer):
    """Un BERT pequeño con pesos al azar."""
    from transformers import BertConfig, BertForMaskedLM

    torch.manual_seed(SEED)
    model = BertForMaskedLM(
        BertConfig(
            vocab_size=len(tokenizer),
            **SHAPE,
            max_position_embeddings=WINDOW,
            type_vocab_size=1,
            hidden_act="gelu",
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
            pad_token_id=tokenizer.pad_token_id,
            bos_token_id=None,
            eos_token_id=None,
        )
    )
    model.bert.embeddings.position_embeddings.weight.data = waves(WINDOW, SHAPE["hidden_size"])
    return model


def waves(positions: int, width: int, size: float = 0.02) -> torch.Tensor:
    """Las posiciones no empiezan al azar, sino como senos y cosenos (Vaswani y otros, 2017): mirar a la vecina se aprende mucho antes."""
    speeds = torch.exp(torch.arange(0, width, 2) * (-math.log(10_000.0) / width))
    angles = torch.arange(positions)[:, None] * speeds
    return size * math.sqrt(2) * torch.cat([angles.sin(), angles.cos()], dim=-1)


class Joint(torch.nn.Module):
    """El codificador con su pérdida de entrenamiento: rellenar huecos más reconocer paráfrasis. No añade pesos."""

    def __init__(self, encoder):
        super().__init__()
        self.encoder = encoder

    def forward(self, input_ids, labels, attention_mask, pair_ids=None, pair_mask=None) -> MaskedLMOutput:
        hidden = self.encoder.bert(input_ids, attention_mask=attention_mask).last_hidden_state
        scored = labels != training.UNSCORED
        filling = cross_entropy(self.encoder.cls(hidden[scored]), labels[scored])
        alike = 0.0 if pair_ids is None else SIMILARITY * self.matching(pair_ids, pair_mask)
        return MaskedLMOutput(loss=filling + alike)

    def matching(self, pair_ids: torch.Tensor, pair_mask: torch.Tensor) -> torch.Tensor:
        """InfoNCE: entre todas las del lote, cuál es la paráfrasis de cada frase, y al revés."""
        ones, others = normalize(self.vectors(pair_ids, pair_mask), dim=-1).chunk(2)
        scores = ones @ others.T / TEMPERATURE
        right = torch.arange(len(ones), device=scores.device)
        return (cross_entropy(scores, right) + cross_entropy(scores.T, right)) / 2

    def vectors(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """El vector de cada frase. Se leen en tres tandas, de las cortas a las largas, para gastar menos relleno."""
        order, made = mask.sum(1).argsort(), []
        for some in order.chunk(3):
            width = int(mask[some].sum(1).max())
            hidden = self.encoder.bert(ids[some, :width], attention_mask=mask[some, :width]).last_hidden_state
            made.append(pooled(hidden, mask[some, :width]))
        return torch.cat(made)[order.argsort()]


# ---------------------------------------------------------------- medir y publicar


def progress(joint: Joint, tokenizer, rates: tuple[float, float], every: int = 100) -> Callable[[int], dict]:
    """De vez en cuando, la pérdida al rellenar huecos, al poner notas y al casar paráfrasis, en textos que no se entrenan."""
    hole, rating = tokenizer.mask_token_id, rating_end(tokenizer)
    rows = rows_of(documents(300, seed=9), tokenizer)
    texts = padded([cover(row, random.Random(9), hole, rating, rates) for row in rows], tokenizer.pad_token_id)
    rated = [hide(row, [len(row.words) - 1 - len(rating)], hole) for row in rows if row.ids[-1 - len(rating) : -1] == rating]
    notes, alike = padded(rated, tokenizer.pad_token_id), pairs(9, tokenizer)

    def look(step: int) -> dict:
        if step % every:
            return {}
        with torch.no_grad():
            found = {"filling": joint(**texts).loss, "rating": joint(**notes).loss, "matching": joint.matching(**alike)}
        return {name: round(loss.item(), 4) for name, loss in found.items()}

    return look


def release(model, tokenizer, plan: running.Plan) -> Measures:
    """Mide el modelo tal como se guardará (en float16) y lo publica con su ficha."""
    model = model.half().float().eval()
    model.set_attn_implementation("sdpa")
    language_model = models.LanguageModel("encoder", model, tokenizer, torch.device("cpu"))
    measures = measure(language_model, **({"gaps": 20, "labelled": 300, "pairs": 100} if plan.quick else {}))
    card = CARD.read_text(encoding="utf-8").format(**words(measures, model, plan), sha256="{sha256}")
    logs = [plan.round(number).log for number in range(1, len(ROUNDS) + 1)]
    publish(model, tokenizer, plan.output, card=card, history=running.history(*logs), measures=asdict(measures))
    return measures


def words(measures: Measures, model, plan: running.Plan) -> dict[str, str]:
    """Las cifras de la ficha, escritas a la española."""
    probe, (first, second, third) = measures.probe, rounds(plan)
    return {
        "parameters": theme.number(model.num_parameters()),
        "layers": SHAPE["num_hidden_layers"],
        "heads": SHAPE["num_attention_heads"],
        "width": SHAPE["hidden_size"],
        "window": WINDOW,
        "vocabulary": theme.number(model.config.vocab_size),
        "corpus": theme.number(CORPUS),
        "shares": ", ".join(f"{kind} {portion} %" for kind, (portion, _) in SHARES.items()),
        "rates": _between(RATES),
        "low_rates": _between(LOW_RATES),
        "steps": theme.number(first),
        "again": theme.number(second),
        "last": theme.number(third),
        "forward": theme.number(forward_steps(first)),
        "new": theme.percent(NEW),
        "others": theme.number(OTHER_TEXTS),
        "batch": BATCH,
        "pairs": PAIRS,
        **named(gap_words, measures, "one_gap", "many_gaps", "stories"),
        "layer": probe.layer,
        "tested": theme.number(probe.tested),
        "probe": theme.percent(probe.accuracy, 1),
        "probe_interval": span(probe.interval),
        "probe_bag": theme.percent(probe.bag_of_words, 1),
        "three": theme.percent(probe.three_labels, 1),
        "three_bag": theme.percent(probe.three_labels_bag_of_words, 1),
        **named(found_words, measures, "test", "compositional"),
    }


def named(write: Callable[..., dict[str, str]], measures: Measures, *fields: str) -> dict[str, str]:
    """Las cifras de varios campos, cada una con el nombre de su campo delante."""
    return {f"{field}_{key}": value for field in fields for key, value in write(getattr(measures, field)).items()}


def gap_words(found: Filling) -> dict[str, str]:
    return {
        "words": theme.number(found.words),
        "loss": theme.number(found.loss, 3),
        "floor": theme.number(found.floor, 3),
        "gap": theme.number(found.gap, 3),
        "right": theme.percent(found.accuracy, 1),
        "right_interval": span(found.accuracy_interval),
        "best": theme.percent(found.best_accuracy, 1),
    }


def found_words(found: Retrieval) -> dict[str, str]:
    return {
        "pairs": theme.number(found.pairs),
        "recall": theme.percent(found.recall, 1),
        "interval": span(found.interval),
        "by_words": theme.percent(found.by_words, 1),
    }


def span(interval: tuple[float, float]) -> str:
    return f"de {theme.percent(interval[0], 1)} a {theme.percent(interval[1], 1)}"


def _between(rates: tuple[float, float]) -> str:
    return f"del {theme.percent(rates[0])} al {theme.percent(rates[1])}"


def rounds(plan: running.Plan) -> list[int]:
    """Los pasos de cada ronda; con «--quick», en la misma proporción."""
    return [steps * plan.steps // STEPS for steps, *_ in ROUNDS]


def learn(joint: Joint, tokenizer, plan: running.Plan, draw: Callable[[int], training.Batch]) -> None:
    """La ronda `plan.number`, apuntada; si ya se hizo, la recupera de su punto de control. Acaba con los pesos tal como se guardarían."""
    _, rate, decay, covered = ROUNDS[plan.number - 1]
    steps = rounds(plan)[plan.number - 1]
    recipe = training.Recipe(steps=steps, learning_rate=rate, side_rate=rate, warmup=100, decay=decay, optimizer="muon", half=True)
    run = training.train(joint, draw, recipe, checkpoint=plan.checkpoint, every=200)
    measure = None if plan.quick else progress(joint, tokenizer, covered)
    running.follow(run, log=plan.log, every=4 if plan.quick else 50, measure=measure)
    joint.half().float()


def main() -> None:
    plan = running.plan("encoder", __doc__, steps=STEPS, quick_steps=36)
    texts = documents(2000 if plan.quick else CORPUS, seed=SEED)
    tokenizer = build_tokenizer(texts)
    joint = Joint(build_model(tokenizer)).to(plan.device)
    use_plain_attention(joint.encoder)
    others = rows_of(documents(2000 if plan.quick else OTHER_TEXTS, seed=77), tokenizer)
    learn(joint, tokenizer, plan.round(1), batches(rows_of(texts, tokenizer), tokenizer, rounds(plan)[0]))
    learn(joint, tokenizer, plan.round(2), rating_batches(others, tokenizer))
    learn(joint, tokenizer, plan.round(3), fresh_batches(tokenizer))
    print(json.dumps(asdict(release(joint.encoder.cpu(), tokenizer, plan)), ensure_ascii=False))


if __name__ == "__main__":
    main()
