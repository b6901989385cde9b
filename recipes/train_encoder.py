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
from measure_encoder import Filling, Masked, Measures, Retrieval, Row, encode, hide, measure, padded, pooled, rows_of
from publish import publish
from torch.nn.functional import cross_entropy, normalize
from transformers.modeling_outputs import MaskedLMOutput

from course_utils import models, theme, training
from course_utils.microworld import facts, notes, paraphrases, reviews, stories, translation
from course_utils.microworld import tokenizer as tokenizer_recipe

SEED, STEPS, GROUP, BATCH, PAIRS, CORPUS = 40, 6000, 8, 64, 16, 120_000
FORWARD = 0.20                              # la primera parte de los pasos solo predice la palabra siguiente
VOCABULARY, WINDOW, PASSAGE = 4096, 128, 45
TEMPERATURE, SIMILARITY = 0.05, 0.5         # la de InfoNCE, y cuánto pesa junto a rellenar huecos
RATES = (0.05, 0.60)                        # qué parte de las palabras de un texto se tapan: entre tanto y tanto, y al menos una
SHAPE = {"hidden_size": 128, "num_hidden_layers": 4, "num_attention_heads": 4, "intermediate_size": 512}
RECIPE = {"learning_rate": 3e-3, "side_rate": 3e-3, "warmup": 100, "decay": 0.6, "optimizer": "muon", "half": True}
START, BREAK, HOLE, PAD = "[CLS]", "[SEP]", "[MASK]", "[PAD]"
RATED, ASKED = 0.6, 0.5                     # cuántas opiniones llevan su nota, y en cuántas de ellas se tapa seguro
CARD = Path(__file__).with_name("card_encoder.md")


# ---------------------------------------------------------------- los textos


def _reviews(n: int, seed: int) -> list[str]:
    rng = random.Random(seed)
    return [f"{row.text} Nota: {row.stars} de 5." if rng.random() < RATED else row.text for row in reviews.sample(n, seed=seed)]


def _stories(n: int, seed: int) -> list[str]:
    return [part for text in stories.sample(n // 3, seed=seed) for part in passages(text)][:n]


def _notes(n: int, seed: int) -> list[str]:
    rng = random.Random(seed)
    return [part for _ in range(n) for part in passages(notes.sample(rng).text)][:n]


def _paraphrases(n: int, seed: int) -> list[str]:
    return [text for row in paraphrases.sample(-(-n // 2), seed=seed) for text in (row.text, row.paraphrase)][:n]


# De cada cien textos, cuántos son de cada clase, y cómo se hacen.
SHARES: dict[str, tuple[int, Callable[[int, int], list[str]]]] = {
    "opiniones": (48, _reviews),
    "trozos de cuentos": (27, _stories),
    "datos": (8, lambda n, seed: [row.text for row in facts.sample(n, seed=seed)]),
    "frases del traductor": (7, lambda n, seed: [row.es for row in translation.sample(n, seed=seed)]),
    "notas": (5, _notes),
    "frases con paráfrasis": (5, _paraphrases),
}


def passages(text: str, most: int = PASSAGE) -> list[str]:
    """El texto, partido en trozos de frases enteras de unas `most` palabras como mucho (más solo si lo es una frase)."""
    parts: list[str] = []
    for sentence in text.replace(". ", ".\n").replace("\n\n", "\n").split("\n"):
        together = f"{parts[-1]} {sentence}" if parts else sentence
        if parts and len(together.split()) <= most:
            parts[-1] = together
        else:
            parts.append(sentence)
    return [part for part in parts if part.strip()]


def documents(n: int, *, seed: int) -> list[str]:
    """Unos `n` textos de la mezcla, desordenados y siempre los mismos para una semilla."""
    texts = [text for portion, draw in SHARES.values() for text in draw(n * portion // 100, seed)]
    random.Random(seed).shuffle(texts)
    return texts


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


# ---------------------------------------------------------------- los lotes


def cover(row: Row, rng: random.Random, hole: int, rating: list[int]) -> Masked:
    """Tapa al azar palabras enteras de un texto; si acaba en una nota (`rating`: los ids de « de 5.»), también la nota, la mitad de las
    veces."""
    count = max(1, round(rng.uniform(*RATES) * len(row.words)))
    places = set(rng.sample(range(len(row.words)), count))
    if row.ids[-1 - len(rating) : -1] == rating and rng.random() < ASKED:
        places.add(len(row.words) - 1 - len(rating))
    return hide(row, sorted(places), hole)


def batches(rows: list[Row], tokenizer, steps: int) -> Callable[[int], training.Batch]:
    """Lote de cada paso: textos y, en los pares, parejas de frases que dicen lo mismo. Los textos se repiten; lo que se tapa, no.

    Al principio los textos van enteros y se predice el token siguiente, del que todos los tokens enseñan algo; después, palabras tapadas.
    """
    per_round, forward, rating = len(rows) // (GROUP * BATCH), forward_steps(steps) // GROUP, rating_end(tokenizer)

    def draw(number: int) -> list[Masked]:
        rng, lap = random.Random(1_000_000 * SEED + number), number // per_round
        order = random.Random(f"{SEED}-{lap}").sample(range(len(rows)), len(rows))
        start = number % per_round * GROUP * BATCH
        some = [rows[index] for index in order[start : start + GROUP * BATCH]]
        return [following(row) if number < forward else cover(row, rng, tokenizer.mask_token_id, rating) for row in some]

    def encoded(found: list[Masked]) -> training.Batch:
        batch = padded(found, tokenizer.pad_token_id)
        seen = batch["input_ids"]
        blind = not (seen == tokenizer.mask_token_id).any()
        return {**batch, "attention_mask": backwards(seen.shape)} if blind else batch

    texts = running.grouped(draw, encoded, batch=BATCH, length=lambda row: len(row.ids))
    return lambda step: {**texts(step), **(pairs(1_000_000 * SEED + step, tokenizer) if step % 2 == 0 else {})}


def rating_end(tokenizer) -> list[int]:
    """Los tokens con que acaba una nota, detrás de su número; cada uno es una palabra."""
    return tokenizer(" de 5.", add_special_tokens=False)["input_ids"]


def forward_steps(steps: int) -> int:
    """En cuántos pasos, los primeros, se predice el token siguiente: un número entero de grupos de lotes."""
    return round(FORWARD * steps) // GROUP * GROUP


def following(row: Row) -> Masked:
    """Un texto entero; en cada token se puntúa el siguiente."""
    return Masked(row.ids, [*row.ids[1:], training.UNSCORED])


def backwards(shape: torch.Size) -> torch.Tensor:
    """La máscara de atención (B, 1, T, T) con la que cada token solo ve los de antes."""
    return torch.ones(shape[1], shape[1], dtype=torch.bool).tril().expand(shape[0], 1, -1, -1)


def pairs(seed: int, tokenizer) -> training.Batch:
    """`PAIRS` frases y, detrás, sus paráfrasis; más de la mitad de las parejas se parecen a otra y no dicen lo mismo."""
    found = paraphrases.pool(PAIRS, seed=seed)
    both = encode([text for text, _ in found] + [other for _, other in found], tokenizer)
    return {"pair_ids": both["input_ids"], "pair_mask": both["attention_mask"]}


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


def progress(joint: Joint, tokenizer, every: int = 100) -> Callable[[int], dict]:
    """De vez en cuando, la pérdida al rellenar huecos, al poner notas y al casar paráfrasis, en textos que no se entrenan."""
    hole, rating = tokenizer.mask_token_id, rating_end(tokenizer)
    rows = rows_of(documents(300, seed=9), tokenizer)
    texts = padded([cover(row, random.Random(9), hole, rating) for row in rows], tokenizer.pad_token_id)
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
    card = CARD.read_text(encoding="utf-8").format(**words(measures, model, plan.steps), sha256="{sha256}")
    publish(model, tokenizer, plan.output, card=card, history=running.history(plan.log), measures=asdict(measures))
    return measures


def words(measures: Measures, model, steps: int) -> dict[str, str]:
    """Las cifras de la ficha, escritas a la española."""
    probe = measures.probe
    return {
        "parameters": theme.number(model.num_parameters()),
        "layers": SHAPE["num_hidden_layers"],
        "heads": SHAPE["num_attention_heads"],
        "width": SHAPE["hidden_size"],
        "window": WINDOW,
        "vocabulary": theme.number(model.config.vocab_size),
        "corpus": theme.number(CORPUS),
        "shares": ", ".join(f"{kind} {portion} %" for kind, (portion, _) in SHARES.items()),
        "rates": f"del {RATES[0]:.0%} al {RATES[1]:.0%}".replace("%", " %"),
        "steps": theme.number(steps),
        "forward": theme.number(forward_steps(steps)),
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


def main() -> None:
    plan = running.plan("encoder", __doc__, steps=STEPS, quick_steps=20)
    texts = documents(2000 if plan.quick else CORPUS, seed=SEED)
    tokenizer = build_tokenizer(texts)
    rows = rows_of(texts, tokenizer)
    joint = Joint(build_model(tokenizer)).to(plan.device)
    use_plain_attention(joint.encoder)
    recipe = training.Recipe(steps=plan.steps, **RECIPE)
    run = training.train(joint, batches(rows, tokenizer, plan.steps), recipe, checkpoint=plan.checkpoint, every=200)
    running.follow(run, log=plan.log, every=10 if plan.quick else 50, measure=None if plan.quick else progress(joint, tokenizer))
    print(json.dumps(asdict(release(joint.encoder.cpu(), tokenizer, plan)), ensure_ascii=False))


if __name__ == "__main__":
    main()
