"""La gramática bilingüe: traduce bien, traduce de una sola manera y sus particiones no se mezclan."""

import os
import re
import subprocess
import sys

import pytest

from course_utils.microworld import splits, translation, translation_lexicon, translation_verbs, verbs
from course_utils.microworld.translation_draw import Combination

KNOWN = (
    ("El gato negro duerme en la cabaña.", "The black cat sleeps in the hut."),
    ("Una bruja vieja vendió tres cajas rojas pequeñas.", "An old witch sold three small red boxes."),
    ("La hermosa capa roja está en la playa.", "The beautiful red cloak is on the beach."),
    ("La niña abre la puerta y canta.", "The girl opens the door and sings."),
    ("Cantamos bajo la lluvia.", "We sing in the rain."),
    ("Ayer cantamos bajo la lluvia.", "Yesterday we sang in the rain."),
    ("¿Dónde vive el zorro?", "Where does the fox live?"),
    ("No sé dónde vive el zorro.", "I do not know where the fox lives."),
    ("¿Quién ha abierto la ventana?", "Who has opened the window?"),
    ("¿Por qué no baila la rana?", "Why does the frog not dance?"),
    ("A la niña le gustan los gatos.", "The girl likes cats."),
    ("Al rey no le gustaba el queso.", "The king did not like cheese."),
    ("El zorro ve a la niña y la saluda.", "The fox sees the girl and greets her."),
    ("El zorro ve a la tortuga y la saluda.", "The fox sees the turtle and greets it."),
    ("La pintora perdió su llave de oro.", "The painter lost her gold key."),
    ("El pintor perdió su llave de oro.", "The painter lost his gold key."),
    ("Los pintores perdieron su llave de oro.", "The painters lost their gold key."),
    ("La carta la escribió el rey.", "The king wrote the letter."),
    ("El sombrero del mago es azul.", "The wizard's hat is blue."),
    ("La puerta de la casa es azul.", "The door of the house is blue."),
    ("En la cueva hay dos osos.", "There are two bears in the cave."),
    ("El rey quiere que la niña cante.", "The king wants the girl to sing."),
    ("Nora es la niña más valiente del pueblo.", "Nora is the bravest girl in the village."),
    ("Hace dos años que Inés vive en el faro.", "Inés has lived in the lighthouse for two years."),
    ("El pastor tiene mucha hambre.", "The shepherd is very hungry."),
    ("¡No abras la puerta roja!", "Do not open the red door!"),
    ("Lucas está buscándolo.", None),
    ("La gato negro duerme.", None),
    ("El tren llega a las tres.", None),
    ("", None),
)


def forms_to_lemmas(words):
    return {form: word.lemma for word in words for form in word.spelt}


@pytest.fixture(scope="module")
def train():
    return translation.sample(6000, seed=1)


@pytest.fixture(scope="module")
def compositional():
    return translation.sample(400, seed=2, split="compositional")


@pytest.mark.parametrize(("es", "en"), KNOWN)
def test_translates_as_a_person_would(es, en):
    assert translation.translate(es) == en


def test_every_sentence_has_one_translation(train):
    for row in train[:8]:
        assert translation.translations(row.es) == {row.en}
    found = {}
    assert all(found.setdefault(row.es, row.en) == row.en for row in train)


def test_check_refuses_another_order_and_another_word():
    es = "El gato negro duerme en la cabaña."
    assert translation.check(es, "The black cat sleeps in the hut.")
    assert not translation.check(es, "The cat black sleeps in the hut.")
    assert not translation.check(es, "The black cat slept in the hut.")


def test_no_sentence_or_combination_is_in_two_splits(train, compositional):
    test = translation.sample(300, seed=1, split="test")
    assert not {row.es for row in train} & {row.es for row in test}
    assert all(splits.held_out(row.es, translation.HELD_SENTENCES) for row in test)
    lexicon = translation_lexicon.load()
    nouns, adjectives = forms_to_lemmas(lexicon.nouns), forms_to_lemmas(lexicon.adjectives)
    pairs = {(nouns[p.es_noun], adjectives[p.es_adjective]) for row in (*train, *test) for p in row.pairs}
    reserved = {tuple(key.split("|")[1:]) for row in compositional for key in row.novelty if key.startswith("adjetivo")}
    assert len(pairs) > 1500 and len(reserved) > 50
    assert not pairs & reserved


def test_the_compositional_split_holds_new_pairs_objects_and_patterns(compositional):
    kinds = {key.split("|")[0] for row in compositional for key in row.novelty}
    assert all(row.novelty for row in compositional)
    assert {"adjetivo", "objeto", "molde"} <= kinds
    keys = {Combination(*key.split("|")).key for row in compositional for key in row.novelty}
    assert all(splits.held_out(key, translation.HELD_COMBINATIONS) for key in keys)


def test_what_is_easy_to_ask_is_not_held_out():
    """Las preguntas y las negaciones en presente son lo primero que alguien prueba: tienen que estar en el entrenamiento."""
    for pattern in ("afirmación", "negación", "¿sí o no?", "¿quién? (sujeto)", "gustar", "ser", "estar", "hay"):
        assert not splits.held_out(f"molde|{pattern}|pres", translation.HELD_COMBINATIONS)


def test_the_world_is_not_a_toy(train):
    spanish = {word for row in train for word in re.findall(r"\w+", row.es.lower())}
    assert len(spanish) >= 2000
    assert {row.pattern for row in train} == {pattern.__name__ for pattern in translation.PATTERNS}
    for row in train:
        assert translation.SHORTEST <= len(re.findall(r"\w+", row.es.replace("al ", "a el ").replace("del ", "de el "))) <= 20
        assert "  " not in row.es + row.en and row.en[0].isupper() and row.en[-1] in ".?!"


def test_adjectives_trade_places_with_nouns(train):
    found = [(row, pair) for row in train for pair in row.pairs if row.pattern == "statement"]
    behind = sum(row.es.find(pair.es_adjective) > row.es.find(pair.es_noun) for row, pair in found)
    ahead = sum(row.en.find(pair.en_adjective) < row.en.find(pair.en_noun) for row, pair in found)
    assert 0.7 < behind / len(found) < 0.95 and ahead / len(found) > 0.97


def test_conjugates_like_the_rest_of_the_micro_world():
    ours = {verb.es for verb in translation_lexicon.load().verbs} & {*verbs.VERBS, *verbs.IRREGULAR}
    people = {"": translation_verbs.EL, "3p": translation_verbs.ELLOS}
    assert len(ours) > 60
    for verb in sorted(ours):
        for tense in ("pres", "pret", "imp"):
            for suffix, person in people.items():
                assert translation_verbs.conjugate(verb, tense, person) == verbs.conjugate(verb, tense + suffix)
        for form in ("ger", "part"):
            assert translation_verbs.impersonal(verb, form) == verbs.conjugate(verb, form)


@pytest.mark.parametrize(
    ("infinitive", "tense", "person", "form"),
    [
        ("buscar", "pret", 0, "busqué"), ("empezar", "subj", 2, "empiece"), ("coger", "pres", 0, "cojo"), ("seguir", "subj", 1, "sigas"),
        ("jugar", "pres", 1, "juegas"), ("reír", "pres", 3, "reímos"), ("traer", "pret", 5, "trajeron"), ("tener", "cond", 2, "tendría"),
        ("leer", "pret", 1, "leíste"), ("volver", "subj", 5, "vuelvan"), ("confiar", "pres", 4, "confiáis"), ("elegir", "subj", 2, "elija"),
    ],
)  # fmt: skip
def test_irregular_forms(infinitive, tense, person, form):
    assert translation_verbs.conjugate(infinitive, tense, person) == form


@pytest.mark.parametrize(
    ("form", "clitic", "joined"), [("buscar", "lo", "buscarlo"), ("buscando", "la", "buscándola"), ("leyendo", "los", "leyéndolos")]
)
def test_pronouns_behind_the_verb(form, clitic, joined):
    assert translation_verbs.attach(form, clitic) == joined


def test_the_same_seed_gives_the_same_rows_in_any_process():
    code = "import sys; from course_utils.microworld import translation as t; print(t.sample(40, seed=4), 'torch' in sys.modules)"
    outputs = set()
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        outputs.add(subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True).stdout)
    assert outputs == {f"{translation.sample(40, seed=4)} False\n"}


def test_an_unknown_split_is_explained():
    with pytest.raises(ValueError, match="No hay ninguna partición «validación»"):
        translation.sample(1, split="validación")
