"""Las medidas del decodificador de bolsillo frente a la gramática que lo sabe todo.

python recipes/measure_decoder.py           # mide models/decoder y escribe las cifras
"""

import argparse
import json
from dataclasses import asdict, dataclass

import torch

from course_utils import evaluation, models
from course_utils.microworld import stories
from course_utils.microworld.lexicon import Name, Noun
from course_utils.models import LanguageModel

VALIDATION_SEED = 7


@dataclass(frozen=True)
class Measures:
    """Pérdidas en nats por token sobre los mismos cuentos de validación; proporciones entre 0 y 1."""

    loss: float
    floor: float
    gap: float
    validation_stories: int
    validation_tokens: int
    copy_accuracy: float
    copies: int
    sampled: int
    without_violation: float
    without_violation_interval: tuple[float, float]
    copied_from_training: float | None


def measure(
    language_model: LanguageModel, *, stories_read: int = 1000, stories_sampled: int = 500, training: set[str] | None = None
) -> Measures:
    """Mide un modelo. `training`: los cuentos con los que se entrenó, para contar cuántos de los muestreados son copias enteras."""
    texts = stories.sample(stories_read, seed=VALIDATION_SEED)
    floor = stories.entropy_floor(language_model.tokenizer, n=stories_read, seed=VALIDATION_SEED)
    found = evaluation.loss(language_model, texts)
    right, copies = copy_accuracy(language_model, texts[:200])
    sampled = sample_stories(language_model, stories_sampled, seed=1)
    clean = sum(stories.log_probability(text) > float("-inf") for text in sampled)
    low, high = evaluation.interval(clean, len(sampled))
    return Measures(
        round(found.nats_per_token, 4),
        round(floor.nats_per_token, 4),
        round(found.nats_per_token - floor.nats_per_token, 4),
        stories_read,
        found.tokens,
        round(right / copies, 4),
        copies,
        len(sampled),
        round(clean / len(sampled), 4),
        (round(low, 4), round(high, 4)),
        None if training is None else round(sum(text in training for text in sampled) / len(sampled), 4),
    )


def sample_stories(language_model: LanguageModel, n: int, *, seed: int, batch: int = 100) -> list[str]:
    """`n` cuentos enteros del modelo a temperatura 1."""
    torch.manual_seed(seed)
    network, tokenizer = language_model
    texts = []
    while len(texts) < n:
        start = torch.full((min(batch, n - len(texts)), 1), tokenizer.eos_token_id)
        rows = network.generate(
            start,
            attention_mask=torch.ones_like(start),
            do_sample=True,
            temperature=1.0,
            top_k=0,
            top_p=1.0,
            max_length=language_model.window,
            pad_token_id=tokenizer.eos_token_id,
        )
        texts += tokenizer.batch_decode(rows, skip_special_tokens=True, clean_up_tokenization_spaces=False)
    return texts


def copy_accuracy(language_model: LanguageModel, texts: list[str]) -> tuple[int, int]:
    """(aciertos, casos): palabras que solo pueden ser un sustantivo o nombre ya presentado; ¿es su primer token el favorito del modelo?"""
    right = total = 0
    for text in texts:
        rows = evaluation.encode_rows([text], language_model.tokenizer)
        with torch.inference_mode():
            favourite = language_model.model(rows["input_ids"]).logits[0].argmax(-1)
        offsets = language_model.tokenizer(text, return_offsets_mapping=True)["offset_mapping"]
        starts = {a + (text[a] == " "): index for index, (a, _) in enumerate(offsets)}
        for position in forced_copies(text):
            index = starts[position]
            right += int(favourite[index] == rows["input_ids"][0, index + 1])
            total += 1
    return right, total


def forced_copies(text: str) -> list[int]:
    """Posiciones (en caracteres) de las palabras cuya probabilidad verdadera es 1 porque repiten un sustantivo o nombre del cuento."""
    lexicon = stories.machine().grammar.lexicon
    referents = {word.text for word in (*lexicon.nouns, *lexicon.names) if isinstance(word, Noun | Name)}
    belief, seen, positions, at = {stories.machine().start: 1.0}, set(), [], 0
    for atom in stories.split_atoms(text):
        at = text.index(atom, at)
        chances = stories.machine().next_atoms(belief)
        if atom in seen and chances[atom] > 0.999 * sum(chances.values()):
            positions.append(at)
        if atom in referents:
            seen.add(atom)
        belief = stories.machine().advance(belief, atom)
        at += len(atom)
    return positions


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="decoder")
    options = parser.parse_args()
    torch.set_num_threads(2)
    print(json.dumps(asdict(measure(models.load(options.model))), indent=1, ensure_ascii=False))
