"""Las medidas del decodificador de bolsillo frente a la gramática que lo sabe todo.

python recipes/measure_decoder.py           # mide models/decoder y escribe las cifras
"""

from dataclasses import dataclass

import torch
from measuring import main, rounded_interval

from course_utils import evaluation
from course_utils.microworld import code, mixture, stories
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
    code_sampled: int
    code_right: float
    code_right_interval: tuple[float, float]


def measure(
    language_model: LanguageModel, *, read: int = 1000, sampled: int = 500, code_sampled: int = 500, training: set[str] | None = None
) -> Measures:
    """Mide un modelo. `training`: los cuentos con los que se entrenó, para contar cuántos de los muestreados son copias enteras."""
    texts = stories.sample(read, seed=VALIDATION_SEED)
    found = evaluation.loss(language_model, texts)
    floor = -sum(map(mixture.story_log_probability, texts)) / found.tokens
    right, copies = copy_accuracy(language_model, texts[:200])
    told = sample_stories(language_model, sampled, seed=1)
    clean = sum(stories.log_probability(text) > float("-inf") for text in told)
    runs = sum(map(code.check, sample_code(language_model, code_sampled, seed=2)))
    return Measures(
        round(found.nats_per_token, 4),
        round(floor, 4),
        round(found.nats_per_token - floor, 4),
        read,
        found.tokens,
        round(right / copies, 4),
        copies,
        len(told),
        round(clean / len(told), 4),
        rounded_interval(clean, len(told)),
        None if training is None else round(sum(text in training for text in told) / len(told), 4),
        code_sampled,
        round(runs / code_sampled, 4),
        rounded_interval(runs, code_sampled),
    )


def sample_stories(language_model: LanguageModel, n: int, *, seed: int) -> list[str]:
    """`n` cuentos enteros del modelo a temperatura 1."""
    return sample_documents(language_model, n, stories.sample(2000, seed=VALIDATION_SEED), seed=seed)


def sample_code(language_model: LanguageModel, n: int, *, seed: int) -> list[str]:
    """`n` documentos de código del modelo a temperatura 1."""
    return sample_documents(language_model, n, mixture.share("code", 2000, seed=VALIDATION_SEED), seed=seed)


def sample_documents(language_model: LanguageModel, n: int, kind: list[str], *, seed: int, batch: int = 100) -> list[str]:
    """`n` documentos a temperatura 1, obligando al primer token a ser uno de los que empiezan los textos `kind`."""
    torch.manual_seed(seed)
    network, tokenizer = language_model
    openings = sorted({ids[0] for ids in tokenizer(kind, add_special_tokens=False)["input_ids"]})
    start = torch.tensor([[tokenizer.eos_token_id]])
    with torch.inference_mode():
        chances = network(start).logits[0, -1, openings].softmax(-1)
    firsts = torch.tensor(openings)[torch.multinomial(chances, n, replacement=True)]
    rows = torch.cat([start.expand(n, 1), firsts[:, None]], dim=1)
    texts = []
    for part in rows.split(batch):
        made = network.generate(
            part,
            attention_mask=torch.ones_like(part),
            do_sample=True,
            temperature=1.0,
            top_k=0,
            top_p=1.0,
            max_length=language_model.window,
            pad_token_id=tokenizer.eos_token_id,
        )
        texts += tokenizer.batch_decode(made, skip_special_tokens=True, clean_up_tokenization_spaces=False)
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
    main("decoder", __doc__, measure)
