"""Los episodios: la respuesta es la que dicen los ejemplos, el máximo es exacto y las particiones no se mezclan."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, replace

import pytest

from course_utils.microworld import episodes
from course_utils.microworld.episodes import Episode
from course_utils.microworld.splits import held_out

WORDS = episodes.words()
SPLITS = ("train", "test", "compositional")
ROWS = {split: episodes.sample(1500, seed=3, split=split) for split in SPLITS}


def lines(row: Episode) -> list[tuple[str, str]]:
    """Las parejas de un episodio leídas a mano, sin la función que se prueba."""
    return [tuple(line.removeprefix("- ").split(" ")) for line in row.text.split("\n")]


def pairs(split: str) -> set[tuple[str, str]]:
    return {(WORDS.category[word], label) for row in ROWS[split] for word, label in lines(row)}


def test_there_are_enough_words_and_none_means_two_things():
    assert len(WORDS.categories) >= 12 and min(map(len, WORDS.categories.values())) >= 30
    assert len(WORDS.labels) >= 160 and len(WORDS.reserved) >= 40
    assert max(Counter(WORDS.all).values()) == 1
    assert all(word.isalpha() for word in WORDS.all)


@pytest.mark.parametrize("split", SPLITS)
def test_each_category_has_one_label_and_each_label_one_category(split):
    for row in ROWS[split]:
        named = {(WORDS.category[word], label) for word, label in lines(row)}
        assert len({name for name, _ in named}) == len({label for _, label in named}) == len(named) <= row.labels
        assert len({word for word, _ in lines(row)}) == row.shots + 1 == len(lines(row))


@pytest.mark.parametrize("split", SPLITS)
def test_the_ceiling_is_one_when_the_category_was_shown_and_a_blind_guess_when_not(split):
    pool = len(WORDS.reserved if split == "compositional" else WORDS.labels)
    for row in ROWS[split]:
        *examples, (query, _) = lines(row)
        shown = {WORDS.category[word]: label for word, label in examples}
        guess = 1 / (pool - len(shown))
        assert row.ceiling == episodes.ceiling(row) == (1.0 if WORDS.category[query] in shown else guess)


def test_the_mean_ceiling_is_the_one_of_the_draw():
    """Con k categorías igual de probables, la de la pregunta falta en n ejemplos con probabilidad (1 − 1/k)ⁿ."""
    for shots, labels in ((2, 2), (4, 2), (8, 5), (16, 8)):
        rows = episodes.sample(2000, seed=1, shots=shots, labels=labels)
        shown = sum(row.ceiling == 1 for row in rows) / len(rows)
        assert shown == pytest.approx(1 - (1 - 1 / labels) ** shots, abs=0.04)
        assert {row.labels for row in rows} == {labels} and {row.shots for row in rows} == {shots}


def test_a_pair_of_category_and_label_lives_in_one_split_only():
    assert not any(held_out(f"{name} {label}") for name, label in pairs("train"))
    assert all(held_out(f"{name} {label}") for name, label in pairs("test"))
    assert len(pairs("test")) > 200 and len(pairs("train")) > 1800


def test_reserved_labels_never_label_anything_in_training():
    assert {label for _, label in pairs("train") | pairs("test")} == set(WORDS.labels)
    assert {label for _, label in pairs("compositional")} == set(WORDS.reserved)
    repeated = {word for text in episodes.repetitions(400, seed=1) for word in text.split()}
    assert repeated == set(WORDS.all)                      # pero, repetidas, sí se leen


@pytest.mark.parametrize("split", SPLITS)
def test_the_check_accepts_the_answer_and_no_other_when_the_examples_decide(split):
    for row in ROWS[split][:400]:
        assert episodes.check(row)
        others = {label for _, label in lines(row)} - {row.answer}
        assert not any(episodes.check(replace(row, answer=label)) for label in others)
        assert episodes.check(replace(row, answer=WORDS.labels[0])) == (row.answer == WORDS.labels[0] or free(row, WORDS.labels[0]))


def free(row: Episode, label: str) -> bool:
    return row.ceiling < 1 and label not in row.prompt.split()


def test_only_the_label_tells_nothing_by_itself():
    """Cada etiqueta nombra a todas las categorías: quien no lea los ejemplos no puede saber nada."""
    named = Counter(label for _, label in pairs("train"))
    assert min(named.values()) >= 4
    used = Counter(row.answer for row in episodes.sample(6000, seed=2, shots=0))
    assert len(used) == len(WORDS.labels) and max(used.values()) < 0.012 * 6000


def test_same_seed_same_rows_and_other_seed_others():
    assert episodes.sample(50, seed=4) == episodes.sample(50, seed=4) != episodes.sample(50, seed=5)
    assert episodes.sample(1, seed=1, shots=2, labels=2)[0].prompt == FIXED
    assert list(asdict(ROWS["train"][0])) == ["prompt", "answer", "shots", "labels", "ceiling"]
    assert {row.shots for row in ROWS["train"]} == set(range(20)) and {row.labels for row in ROWS["train"]} == set(range(2, 9))


FIXED = "- maraca musgo\n- fagot musgo\n- corazón"


def test_what_is_written_can_be_read():
    examples = [("zorro", "duna"), ("pera", "eco")]
    assert episodes.write(examples, "gato") == "- zorro duna\n- pera eco\n- gato"
    assert episodes.read("- zorro duna\n- pera eco\n- gato") == (examples, "gato")
    assert episodes.read(episodes.write([], "gato")) == ([], "gato")
    assert episodes.write(examples, "gato", bullet="", between=" → ", line="; ") == "zorro → duna; pera → eco; gato →"


def test_repetitions_repeat():
    for text in episodes.repetitions(50, seed=2, length=60):
        found = text.split(" ")
        period = next(size for size in range(1, 61) if found[size:] == found[:-size])
        assert len(found) == 60 and 6 <= period <= 30


def test_borrowed_labels_come_from_categories_that_are_not_in_the_episode():
    labels, varieties = set(), set()
    for text in episodes.practice(400, seed=1):
        found = [tuple(line.removeprefix("- ").split(" ")) for line in text.split("\n")]
        named = {(WORDS.category[word], label) for word, label in found}
        chosen = {name for name, _ in named}
        most = max(Counter(WORDS.category[word] for word in {word for word, _ in found}).values())
        assert len(found) == 20
        varieties.add(min(most, 6))
        assert len({label for _, label in named}) == len(chosen) == len(named)
        assert not {WORDS.category.get(label) for _, label in named} & chosen
        assert not any(held_out(f"{name} {label}") for name, label in named)
        labels |= {label for _, label in named}
    assert not labels & set(WORDS.reserved) and len(labels) > 450
    assert {1, 2, 5, 6} <= varieties


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: episodes.sample(1, split="prueba"), "«prueba»"),
        (lambda: episodes.sample(1, shots=-1), "-1 ejemplos"),
        (lambda: episodes.sample(1, shots=30), "de 0 a 29"),
        (lambda: episodes.sample(1, labels=1), "de 2 a 12"),
        (lambda: episodes.read("zorro duna\n- gato"), "«zorro duna»"),
        (lambda: episodes.read("- zorro duna\n- gato duna"), "«- gato duna»"),
        (lambda: episodes.parse("zorro\n[animales]"), "«zorro» está antes"),
        (lambda: episodes.parse("[animales]\nlima\n[etiquetas]\nlima\n[etiquetas reservadas]\nsol"), "«lima» está en"),
        (lambda: episodes.parse("[animales]\nzorro\n[etiquetas]\nluz"), "etiquetas reservadas"),
    ],
)
def test_what_is_asked_wrongly_is_explained(call, message):
    with pytest.raises(ValueError, match=message):
        call()
