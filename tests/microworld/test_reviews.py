"""Las reseñas: particiones que no se mezclan, una verdad exacta y unas etiquetas que las palabras sueltas no delatan."""

import math
import random
from collections import Counter

import pytest

from course_utils.microworld import reviews
from course_utils.microworld.grammar import split_atoms


@pytest.fixture(scope="module")
def train():
    return reviews.sample(5000, seed=1)


@pytest.fixture(scope="module")
def test_rows():
    return reviews.sample(300, seed=2, split="test")


@pytest.fixture(scope="module")
def compositional():
    return reviews.sample(300, seed=3, split="compositional")


def words(rows):
    return {word.lower() for row in rows for word in split_atoms(row.text)}


def test_same_seed_same_reviews():
    assert reviews.sample(20, seed=4) == reviews.sample(20, seed=4) == reviews.sample(40, seed=4)[:20]
    assert reviews.sample(20, seed=4) != reviews.sample(20, seed=5)


def test_splits_share_no_text_and_no_held_out_combination(train, test_rows, compositional):
    assert not {row.text for row in train} & {row.text for row in test_rows + compositional}
    seen = {(row.topic, row.form) for row in train + test_rows}
    assert not seen & {(row.topic, row.form) for row in compositional}


def test_compositional_is_new_only_in_its_combinations(train, compositional):
    assert words(compositional) <= words(train)
    assert {row.topic for row in compositional} <= {row.topic for row in train}
    assert {row.form for row in compositional} <= {row.form for row in train}
    assert {row.label for row in compositional} == set(reviews.LABELS)


def test_every_star_topic_and_form_comes_out(train):
    assert len(Counter(row.stars for row in train)) == 5
    assert len({row.topic for row in train}) == 31
    assert {row.form for row in train} == set(reviews.FORMS)


def test_wide_and_short_enough(train):
    assert len(words(train)) > 1000
    assert max(len(row.text.split()) for row in train) < 70
    assert len({row.text for row in train}) > 4900


def test_the_label_follows_from_the_stars(train):
    assert {(row.stars, row.label) for row in train} == {
        (1, "negativa"), (2, "negativa"), (3, "mixta"), (4, "positiva"), (5, "positiva"),
    }


def test_topic_is_the_one_of_the_words(train):
    assert all(row.topic != "calzado" or not {"sopa", "novela", "batería"} & words([row]) for row in train)
    assert any("sopa" in row.text and row.topic == "restaurante" for row in train)


def test_no_aspect_is_judged_twice_and_every_noun_has_one_topic():
    rng = random.Random(8)
    for _ in range(500):
        _, chosen = reviews.machine().sample_with_choices(rng)
        aspects = [chosen[key] for key in ("#k1", "#k2", "#k3") if key in chosen]
        assert len(set(aspects)) == len(aspects)
    assert all(len(noun.classes) == 1 for noun in reviews.machine().grammar.lexicon.nouns)


def test_with_choices_writes_the_same_as_without():
    atoms, _ = reviews.machine().sample_with_choices(random.Random(5))
    assert atoms == reviews.machine().sample(random.Random(5))


def test_text_and_atoms_are_inverse(train):
    for row in train[:500]:
        assert reviews.from_atoms(reviews.to_atoms(row.text)) == row.text


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Aunque la sopa llega fría, la cerveza llega fría.", "positiva"),
        ("Aunque la cerveza llega fría, la sopa llega fría.", "negativa"),
        ("La sopa llega fría, aunque la cerveza llega fría.", "negativa"),
        ("La cerveza llega caliente, pero la sopa llega caliente.", "positiva"),
        ("La sopa llega caliente, pero la cerveza llega caliente.", "negativa"),
        ("La sopa llega caliente y la cerveza llega fría.", "positiva"),
        ("La sopa llega fría y la cerveza llega caliente.", "negativa"),
        ("La sopa llega fría. Eso sí, la carne está tierna.", "negativa"),
        ("La carne está tierna. Eso sí, la sopa llega fría.", "positiva"),
        ("Las raciones son pequeñas y la carne está dura. Aun así, repetiría.", "positiva"),
        ("Por un lado, la sopa llega fría y, por otro, la carne está tierna.", "mixta"),
        ("Por un lado, la sopa llega fría y, por otro, la carne está tierna. No volveré.", "negativa"),
        ("Me habían dicho que la sopa llega fría. Nada de eso. Además, la carne está tierna.", "positiva"),
        ("Me habían dicho que la sopa llega fría, y es verdad. Además, la carne está dura.", "negativa"),
        ("La sopa llega fría, pero la carne está tierna. Ni sorprende ni decepciona.", "mixta"),
        ("Es pequeño y manejable y la batería dura dos días.", "positiva"),
        ("La sopa llega caliente. Esperaba menos.", "positiva"),
        ("La sopa llega fría. Esperaba más.", "negativa"),
    ],
)
def test_the_whole_reading_decides(text, label):
    table = reviews.posterior(text)
    assert max(table, key=table.get) == label
    assert table[label] > 0.75


def test_posterior_is_a_distribution_and_knows_its_doubts(test_rows):
    rows = test_rows[:100]
    tables = [reviews.posterior(row.text) for row in rows]
    assert all(math.isclose(sum(table.values()), 1.0) for table in tables)
    assert sum(max(table, key=table.get) == row.label for table, row in zip(tables, rows, strict=True)) / len(tables) > 0.96
    doubtful = reviews.posterior("La carne está tierna, pero la sopa llega fría.")
    assert 0.01 < doubtful["mixta"] < 0.3 and not doubtful["positiva"]


def test_posterior_agrees_with_the_frequencies(train):
    """Entre las sumas de alabanzas hay de cuatro y de cinco estrellas: la posterior tiene que acertar cuántas."""
    rows = [row for row in train if row.form == "suma" and row.label == "positiva"][:80]
    expected = [reviews.stars_posterior(row.text)[4] for row in rows]
    deviation = math.sqrt(sum(p * (1 - p) for p in expected))
    assert abs(sum(row.stars == 4 for row in rows) - sum(expected)) < 4 * deviation + 1e-9


def test_bag_of_words_falls_short(train, test_rows):
    """Un clasificador de palabras sueltas (Bayes ingenuo) se queda lejos de la lectura entera."""
    counts, totals = {label: Counter() for label in reviews.LABELS}, Counter()
    for row in train:
        totals[row.label] += 1
        counts[row.label].update(set(split_atoms(row.text.lower())))

    def guess(text):
        seen = set(split_atoms(text.lower()))
        return max(reviews.LABELS, key=lambda label: math.log(totals[label]) + sum(
            math.log((counts[label][word] + 0.5) / (totals[label] + 1)) for word in seen))

    accuracy = sum(guess(row.text) == row.label for row in test_rows) / len(test_rows)
    assert 0.5 < accuracy < 0.88


def test_log_probability():
    one, other = "La sopa llega fría.", "la sopa llega fría."
    assert reviews.log_probability(one + " Esperaba más.") < 0
    assert reviews.log_probability(other + " Esperaba más.") == -math.inf
    assert reviews.log_probability("La sopa llega  fría. Esperaba más.") == -math.inf
    assert reviews.log_probability("La sopa llega verde. Esperaba más.") == -math.inf
    assert reviews.log_probability("La sopa llega fría") == -math.inf
    assert reviews.log_probability("") == -math.inf


def test_probabilities_of_the_endings_of_a_prefix_sum_one():
    belief, _ = reviews.machine().follow(reviews.to_atoms("Aunque la sopa llega fría,"))
    assert math.isclose(sum(reviews.machine().next_atoms(belief).values()), 1.0)


def test_what_is_badly_asked_is_explained():
    with pytest.raises(ValueError, match="-1 reseñas"):
        reviews.sample(-1)
    with pytest.raises(ValueError, match="ninguna partición «dev»"):
        reviews.sample(1, split="dev")
    with pytest.raises(reviews.ImpossibleReview, match="nunca escribiría «Hola»"):
        reviews.posterior("Hola")
