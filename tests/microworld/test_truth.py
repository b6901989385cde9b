"""Las probabilidades del micromundo contra las frecuencias: si la gramática se equivocara al sumar, aquí se vería."""

from __future__ import annotations

import math
import random
from collections import Counter, defaultdict

import numpy as np
import pytest

from course_utils.microworld import grammar, stories
from course_utils.microworld.grammar import join_atoms, split_atoms
from course_utils.microworld.inference import Machine, State

SAMPLES = 100_000
SIGMAS = 5.0
MACHINE: Machine = stories.machine()


def too_far(counts: Counter, truth: dict[str, float], n: int) -> list[tuple[str, int, float]]:
    """Palabras cuya frecuencia se aparta de la verdad más de cinco errores típicos (y cuatro casos, para las muy raras)."""
    words = set(counts) | set(truth)
    return [(word, counts[word], truth.get(word, 0.0)) for word in words if not close(counts[word], n, truth.get(word, 0.0))]


def close(seen: int, n: int, p: float) -> bool:
    return abs(seen - n * p) <= SIGMAS * math.sqrt(n * p * (1 - p)) + (4 if p else 0)


def chi_square(counts: Counter, truth: dict[str, float], n: int) -> tuple[float, int]:
    """Ji cuadrado de Pearson y grados de libertad, con las palabras de frecuencia esperada menor que 5 juntas."""
    common = [word for word, p in truth.items() if n * p >= 5]
    rare = n * (1 - sum(truth[word] for word in common)), n - sum(counts[word] for word in common)
    total = sum((counts[word] - n * truth[word]) ** 2 / (n * truth[word]) for word in common)
    return total + ((rare[1] - rare[0]) ** 2 / rare[0] if rare[0] > 1 else 0), len(common) - (rare[0] <= 1)


@pytest.fixture(scope="module")
def following() -> dict[tuple[str, ...], Counter]:
    """Qué palabra sigue a cada principio, en los 10 primeros pasos de 100.000 cuentos."""
    rng, table = random.Random(2024), defaultdict(Counter)
    for _ in range(SAMPLES):
        atoms = tuple(MACHINE.sample(rng, most=10))
        for index, atom in enumerate(atoms):
            table[atoms[:index]][atom] += 1
    return table


OPENINGS = [
    "", "Había", "Había una vez", "Había una vez un", "Había una vez una", "Había una vez un zorro", "Érase una vez una gata",
    "Hace muchos años hubo", "En el", "En la montaña vivía", "En el bosque vivía un", "Lucía era", "Lucía era una", "Mateo era un zorro",
]


@pytest.mark.parametrize("prefix", OPENINGS)
def test_the_next_word_has_the_frequency_that_is_promised(following, prefix):
    counts, truth = following[tuple(split_atoms(prefix))], stories.next_word(prefix)
    n = sum(counts.values())
    assert n >= 200, "contexto demasiado raro para probar nada"
    assert not too_far(counts, truth, n)
    statistic, freedom = chi_square(counts, truth, n)
    assert statistic < freedom + SIGMAS * math.sqrt(2 * freedom) + 10


def test_every_frequent_beginning_is_as_likely_as_it_is_frequent(following):
    """P(principio) es el producto de las P de sus palabras: se compara con cuántos cuentos empiezan así."""
    frequent = [prefix for prefix, counts in following.items() if sum(counts.values()) >= 400]
    assert len(frequent) > 100
    for prefix in frequent:
        chance, seen = math.exp(MACHINE.follow(prefix)[1]), sum(following[prefix].values())
        assert abs(seen - SAMPLES * chance) <= SIGMAS * math.sqrt(SAMPLES * chance * (1 - chance)), prefix


MIDDLES = [
    "Había una vez un zorro curioso que vivía en el bosque.",
    "Había una vez un zorro curioso llamado Mateo que vivía en el bosque. Una",
    "Había una vez un zorro curioso que vivía en el bosque. Una mañana,",
    "Mateo era un zorro curioso que vivía en el bosque. Un día,",
    "Mateo era un zorro curioso que vivía en el bosque. Un día, el zorro",
    "Mateo era un zorro curioso que vivía en el bosque. Mateo tenía",
    "En el pueblo vivía una gata tímida. Una tarde, la gata perdió su",
    "En el pueblo vivía una gata tímida. Cierto día, la gata quiso hacer una fiesta en el pueblo. Invitó a un zorro, a una",
]


@pytest.mark.parametrize("prefix", MIDDLES)
def test_the_next_word_in_the_middle_of_a_story(prefix):
    """Se sortea un estado de los que explican el principio y se sigue al azar hasta la palabra siguiente, sin sumar nada."""
    belief, _ = MACHINE.follow(split_atoms(prefix))
    rng, n = random.Random(7), 20_000
    starts = rng.choices(list(belief), weights=list(belief.values()), k=n)
    counts = Counter(wander(state, rng) for state in starts)
    assert not too_far(counts, stories.next_word(prefix), n)


def wander(state: State, rng: random.Random) -> str:
    while (written := MACHINE._written(state)) is None:
        chances, states = zip(*MACHINE._branches(state))
        state = rng.choices(states, weights=chances)[0]
    return written[0]


@pytest.fixture(scope="module")
def read() -> list[tuple[dict[str, float], str]]:
    """Cada palabra de 100 cuentos enteros, con la distribución que se le daba antes de leerla."""
    pairs, rng = [], random.Random(31)
    for _ in range(100):
        belief = {MACHINE.start: 1.0}
        for atom in [*MACHINE.sample(rng), stories.END]:
            pairs.append((MACHINE.next_atoms(belief), atom))
            belief = MACHINE.advance(belief, atom)
            mass = sum(belief.values())
            belief = {state: p / mass for state, p in belief.items()}
    return pairs


def test_the_next_word_always_sums_to_one(read):
    assert all(sum(table.values()) == pytest.approx(1, abs=1e-9) for table, _ in read)
    assert all(list(table.values()) == sorted(table.values(), reverse=True) for table, _ in read)


def test_along_whole_stories_every_word_comes_as_often_as_announced(read):
    """Anunciado y visto difieren en una martingala: cinco errores típicos, palabra a palabra."""
    seen, announced, variance = Counter(), Counter(), Counter()
    for table, atom in read:
        seen[atom] += 1
        for word, p in table.items():
            announced[word] += p
            variance[word] += p * (1 - p)
    doubtful = [word for word in announced if variance[word] > 1]
    assert len(doubtful) > 200
    assert not [word for word in doubtful if abs(seen[word] - announced[word]) > SIGMAS * math.sqrt(variance[word]) + 1]


def test_the_surprise_of_stories_is_the_entropy_of_their_words(read):
    """La media de −log p es la entropía: el suelo que se publica no puede estar ni alto ni bajo."""
    surprises, entropies, variances = [], [], []
    for table, atom in read:
        chances = np.array(list(table.values()))
        entropy = float(-(chances * np.log(chances)).sum())
        surprises.append(-math.log(table[atom]))
        entropies.append(entropy)
        variances.append(float((chances * np.log(chances) ** 2).sum()) - entropy**2)
    assert abs(sum(surprises) - sum(entropies)) < SIGMAS * math.sqrt(sum(variances))


@pytest.mark.parametrize("text", stories.sample(3, seed=12))
def test_a_story_is_as_likely_as_its_words_one_by_one(text):
    atoms = split_atoms(text)
    words = [stories.next_word(join_atoms(atoms[:index]))[atom] for index, atom in enumerate([*atoms, stories.END])]
    assert stories.log_probability(text) == pytest.approx(sum(map(math.log, words)), rel=1e-9)


@pytest.mark.parametrize("text", ["", "Hola", "Había una vez", "Había una vez un zorra", "  ", "Fin.", "☃" * 500])
def test_what_is_not_a_story_has_no_probability(text):
    assert stories.log_probability(text) == -math.inf


def test_a_space_too_many_leaves_no_probability():
    text = stories.sample(1, seed=3)[0]
    assert stories.log_probability(text) > -math.inf
    assert stories.log_probability(text.replace(" ", "  ", 1)) == stories.log_probability(text + " ") == -math.inf


def test_a_text_with_several_derivations_adds_them_up(tmp_path):
    """En una gramática ambigua, los caminos que escriben lo mismo se suman aunque acaben en el mismo sitio."""
    path = tmp_path / "ambigua.txt"
    path.write_text("cuento = [Hola *1 | Hola amigo *4 | Hola *2 | Adiós *1].\n", encoding="utf-8")
    machine = Machine(grammar.load(path))
    belief, total = machine.follow(["Hola"])
    assert total == pytest.approx(math.log(7 / 8))
    assert machine.next_atoms(belief) == pytest.approx({"amigo": 4 / 7, ".": 3 / 7})
    assert math.exp(machine.follow(["Hola", "."])[1]) == pytest.approx(3 / 8)


def test_the_empty_prefix_is_the_start_of_a_story():
    assert {"Había", "Érase", "Hace", "En"} < set(stories.next_word(""))


def test_after_the_story_only_the_end():
    assert stories.next_word(stories.sample(1, seed=3)[0]) == {stories.END: pytest.approx(1)}


@pytest.mark.parametrize("prefix", ["Érase un dragón", "x" * 50_000, "🐉", "\x00"])
def test_an_impossible_prefix_is_explained(prefix):
    with pytest.raises(stories.ImpossiblePrefix, match="Ningún cuento del micromundo empieza por «.{1,80}»; prueba") as raised:
        stories.next_word(prefix)
    assert len(str(raised.value)) < 250


# ---------------------------------------------------------------- token a token


@pytest.fixture(scope="module")
def pieces():
    """Un tokenizador pequeño: muchas palabras quedan en varios tokens."""
    from course_utils.microworld import tokenizer

    return tokenizer.train(stories.sample(300, seed=2), vocabulary=700)


def test_a_story_is_as_likely_as_its_tokens_one_by_one(pieces):
    """El producto de las probabilidades de sus tokens, con el de fin, es la del cuento."""
    text = min((text for text in stories.sample(50, seed=44) if text.startswith("Había")), key=len)
    ids = pieces(text, add_special_tokens=False)["input_ids"]
    prefixes = [pieces.decode(ids[:index]) for index in range(len(ids) + 1)]
    assert len(ids) > 1.2 * len(split_atoms(text))
    assert "\ufffd" not in "".join(prefixes), "un carácter partido en dos tokens no puede ser el final de un prefijo"
    tables = [stories.next_token(prefix, pieces) for prefix in prefixes]
    assert all(table.shape == (len(pieces),) and table.sum() == pytest.approx(1) for table in tables)
    chances = [table[token_id] for table, token_id in zip(tables, [*ids, pieces.eos_token_id])]
    assert sum(map(math.log, chances)) == pytest.approx(stories.log_probability(text), rel=1e-9)


def test_the_token_that_begins_a_word_gathers_all_the_words_it_begins(pieces):
    for prefix in ("", "Había una vez una", "Había una vez un zorro muy"):
        table, spaced = np.zeros(len(pieces)), " " if prefix else ""
        for word, p in stories.next_word(prefix).items():      # ninguna de estas últimas palabras es comienzo de otra
            table[pieces(spaced + word, add_special_tokens=False)["input_ids"][0]] += p
        assert stories.next_token(prefix, pieces) == pytest.approx(table)
