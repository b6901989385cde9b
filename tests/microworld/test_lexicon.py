"""El léxico y las formas: cuántas palabras hay y cómo concuerdan."""

from __future__ import annotations

import pytest

from course_utils.microworld import lexicon, stories, vocabulary
from course_utils.microworld.lexicon import Noun
from course_utils.microworld.reference import Reference
from course_utils.microworld.verbs import FORMS, IRREGULAR, VERBS, conjugate

WORDS = lexicon.load()
NOUNS = {noun.text: noun for noun in WORDS.nouns}
ADJECTIVES = {adjective.lemma: adjective for adjective in WORDS.adjectives}


@pytest.fixture(scope="module")
def atoms() -> set[str]:
    return {atom.lower() for atom in vocabulary.build(stories.machine().grammar).atoms}


def written(expression: str, **values: object) -> str:
    """Lo que escribe una referencia que no tiene más que una manera."""
    alternatives = Reference.parse(expression, WORDS).alternatives(values)
    assert len(alternatives) == 1
    return " ".join(alternatives[0][1])


def test_the_lexicon_is_as_rich_as_promised(atoms):
    assert len({noun.lemma for noun in WORDS.nouns}) >= 150
    assert len({adjective.lemma for adjective in WORDS.adjectives}) >= 80
    assert len(WORDS.names) >= 20
    used = [verb for verb in VERBS if any(conjugate(verb, form) in atoms for form in FORMS if form != "inf")]
    assert len(used) >= 80


def test_every_verb_of_the_list_is_in_the_stories(atoms):
    assert len(set(VERBS)) == len(VERBS)
    assert not [verb for verb in VERBS if not any(conjugate(verb, form) in atoms for form in FORMS)]


def test_every_noun_and_adjective_can_be_written_somewhere(atoms):
    assert {noun.text.lower() for noun in WORDS.nouns} <= atoms
    assert {form for adjective in WORDS.adjectives for form in adjective.forms} <= atoms


def test_no_noun_is_repeated_and_every_one_has_a_class():
    assert len(NOUNS) == len(WORDS.nouns)
    assert all(noun.classes and noun.gender in "mf" and noun.weight > 0 for noun in WORDS.nouns)


def test_earlier_words_weigh_more():
    people = [noun for noun in WORDS.nouns if "personaje" in noun.classes]
    assert people[0].weight > people[-1].weight * 5


@pytest.mark.parametrize("masculine, forms", [
    ("curioso", "curioso curiosa curiosos curiosas"), ("soñador", "soñador soñadora soñadores soñadoras"),
    ("charlatán", "charlatán charlatana charlatanes charlatanas"), ("gruñón", "gruñón gruñona gruñones gruñonas"),
    ("feliz", "feliz feliz felices felices"), ("azul", "azul azul azules azules"), ("gris", "gris gris grises grises"),
    ("amable", "amable amable amables amables"), ("inmóvil", "inmóvil inmóvil inmóviles inmóviles"),
])
def test_the_four_forms_of_an_adjective(masculine, forms):
    assert lexicon.agree(masculine) == tuple(forms.split())


@pytest.mark.parametrize("noun, expected", [
    ("zorro", "el un al del su mi tu este lo"), ("llave", "la una a_la de_la su mi tu esta la"),
    ("guantes", "los unos a_los de_los sus mis tus estos los"), ("botas", "las unas a_las de_las sus mis tus estas las"),
    ("águila", "el un al del su mi tu esta la"),
])
def test_articles_and_pronouns_agree(noun, expected):
    forms = ("el", "un", "al", "del", "su", "mi", "tu", "este", "lo")
    found = [written(f"{form} x", x=NOUNS[noun]).removesuffix(f" {noun}") for form in forms]
    assert found == [word.replace("_", " ") for word in expected.split()]


def test_a_mass_noun_takes_a_little_of():
    assert written("un x", x=NOUNS["sopa"]) == "un poco de sopa"
    assert written("Un x", x=NOUNS["pan"]) == "Un poco de pan"
    assert written("el x", x=NOUNS["sopa"]) == "la sopa"


def test_capitals_fall_on_the_article():
    assert written("El x", x=NOUNS["águila"]) == "El águila"
    assert written("Al x", x=NOUNS["rana"]) == "A la rana"


@pytest.mark.parametrize("noun, form", [("zorro", "dorado"), ("llave", "dorada"), ("guantes", "dorados"), ("gafas", "doradas")])
def test_adjectives_options_and_number_follow_the_noun(noun, form):
    word = NOUNS[noun]
    assert written("q:x", q=ADJECTIVES["dorado"], x=word) == form
    assert written("x?dorado/dorada/dorados/doradas", x=word) == form
    assert written("x#estaba/estaban", x=word) == ("estaban" if word.plural else "estaba")


@pytest.mark.parametrize("one, other, pronoun", [("zorro", "gata", "Los dos"), ("gata", "zorro", "Los dos"), ("gata", "rana", "Las dos")])
def test_a_mixed_pair_is_masculine(one, other, pronoun):
    assert written("x+y?Los dos/Las dos", x=NOUNS[one], y=NOUNS[other]) == pronoun


def test_a_character_with_a_name_is_called_either_way():
    name = next(name for name in WORDS.names if name.gender == "f")
    for form, common, own in (("el", "la gata", "{}"), ("al", "a la gata", "a {}"), ("Del", "De la gata", "De {}")):
        alternatives = Reference.parse(f"@{form} x", WORDS).alternatives({"x": NOUNS["gata"], "x.nombre": name})
        assert {" ".join(words): chance for chance, words in alternatives} == {common: 0.5, own.format(name.text): 0.5}


CONJUGATED = {
    "buscar": "buscando buscado buscó buscaron buscaba buscaban busca buscan",
    "comer": "comiendo comido comió comieron comía comían come comen",
    "vivir": "viviendo vivido vivió vivieron vivía vivían vive viven",
    "ir": "yendo ido fue fueron iba iban va van",
    "ser": "siendo sido fue fueron era eran es son",
    "decir": "diciendo dicho dijo dijeron decía decían dice dicen",
    "oír": "oyendo oído oyó oyeron oía oían oye oyen",
    "sonreír": "sonriendo sonreído sonrió sonrieron sonreía sonreían sonríe sonríen",
    "construir": "construyendo construido construyó construyeron construía construían construye construyen",
    "estar": "estando estado estuvo estuvieron estaba estaban está están",
    "volver": "volviendo vuelto volvió volvieron volvía volvían vuelve vuelven",
    "traer": "trayendo traído trajo trajeron traía traían trae traen",
    "dormir": "durmiendo dormido durmió durmieron dormía dormían duerme duermen",
    "haber": "habiendo habido hubo hubieron había habían ha han",
    "dar": "dando dado dio dieron daba daban da dan",
    "leer": "leyendo leído leyó leyeron leía leían lee leen",
    "torcer": "torciendo torcido torció torcieron torcía torcían tuerce tuercen",
}


@pytest.mark.parametrize("infinitive", CONJUGATED)
def test_conjugation(infinitive):
    assert [conjugate(infinitive, form) for form in FORMS] == [infinitive, *CONJUGATED[infinitive].split()]


def test_the_table_of_irregular_verbs_holds_known_forms():
    assert all(set(forms) <= set(FORMS) for forms in IRREGULAR.values())


def test_an_unknown_form_is_explained():
    with pytest.raises(ValueError, match="No conozco la forma verbal «futuro»; usa una de: inf"):
        conjugate("ir", "futuro")


def test_a_noun_knows_its_cell():
    cells = [NOUNS[text].cell for text in ("zorro", "llave", "guantes", "gafas")]
    assert cells == [0, 1, 2, 3] and isinstance(NOUNS["zorro"], Noun)
