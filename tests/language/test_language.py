"""La lengua del curso: un término por idea, nada de inglés olvidado y sin faltas de ortografía.

Se lee lo que se ve al estudiar: cuadernos, figuras, textos de las vistas, mensajes y docstrings del paquete, preguntas, glosario y
documentos. Lo que va entre acentos graves es código; y entre comillas o en cursiva se puede nombrar una palabra inglesa o una prohibida.
"""

from __future__ import annotations

import re

import pytest

from course_utils import glossary
from tests.language import reading, spelling
from tests.language.reading import Passage

STRONG = re.compile(r"\*\*")
MENTION = re.compile(r"«[^«»]*»|\*[^*\n]+\*|\"[^\"\n]*\"|“[^”]*”")
ASIDE = re.compile(r"\([^()]*\)")
IN_ENGLISH = {  # textos que están en inglés porque ese es su asunto
    "course_utils/conversion/cells.py": "mensajes de Python que se reconocen",
    "course_utils/conversion/command.py": "mensajes de nbconvert y de argparse",
    "course_utils/conversion/reading.py": "mensajes de Python que se reconocen",
    "course_utils/conversion/rewriting.py": "mensajes de Python que se reconocen",
    "course_utils/exercises/chapter_08.py": "traducciones",
    "course_utils/exercises/mistakes_08.py": "traducciones",
    "course_utils/figures/chapter_07.py": "una traducción a medias",
    "course_utils/segmentation.py": "la Declaración Universal de Derechos Humanos, en varias lenguas",
    "06_casos_de_uso": "traducciones",
    "08_generacion_de_texto": "traducciones",
    "09_variaciones_de_la_arquitectura": "traducciones",
}


def used(text: str) -> str:
    """El texto sin las palabras que solo se mencionan."""
    return MENTION.sub(" ", STRONG.sub("", text))


def pattern(words: list[str]) -> re.Pattern[str]:
    """Cualquiera de esas palabras o expresiones, en singular o en plural y con mayúsculas o sin ellas."""
    forms = "|".join(r"\s+".join(rf"{re.escape(word)}(?:s|es)?" for word in form.split()) for form in sorted(words, key=len, reverse=True))
    return re.compile(rf"\b(?:{forms})\b", re.IGNORECASE)


BANNED = {word: term.spanish for term in glossary.terms() for word in term.banned}
CONFUSING = {word: term.spanish for term in glossary.terms() for word in term.confusing}


def found(words: dict[str, str], passages: tuple[Passage, ...]) -> list[str]:
    """«mal término, en tal sitio», sin contar lo que solo se menciona."""
    forms = pattern(list(words))
    hits = [(hit[0], passage) for passage in passages if passage.text not in words for hit in forms.finditer(used(passage.text))]
    return [f"«{hit}», en {passage.where}" for hit, passage in hits]


def english(passages: tuple[Passage, ...]) -> list[str]:
    """«palabras inglesas, en tal sitio», salvo las que se mencionan y las de los textos que están en inglés por su asunto."""
    wrong = []
    spelling.look_up(passages)
    for passage in passages:
        if spelling.is_foreign(passage.text) and any(passage.where.startswith(place) for place in IN_ENGLISH):
            continue
        text = ASIDE.sub(" ", used(spelling.spanish_part(passage.text)))
        words = [word for word in spelling.WORD.findall(text) if word.casefold() in spelling.ENGLISH and not word.isupper()]
        words = [word for word in words if word not in passage.names]
        wrong += [f"«{' '.join(words)}», en {passage.where}"] if words else []
    return wrong


def test_the_terms_of_the_course_and_no_others():
    assert found(BANNED, (*reading.taught(), *reading.around())) == []


def test_no_word_that_confuses_where_it_is_taught():
    assert found(CONFUSING, reading.taught()) == []


@pytest.mark.skipif(bool(spelling.available()), reason=spelling.available())
def test_no_english_is_left():
    assert english((*reading.taught(), *reading.around())) == []


@pytest.mark.skipif(bool(spelling.available()), reason=spelling.available())
def test_no_spelling_mistakes():
    assert spelling.mistakes((*reading.taught(), *reading.around())) == []


def test_the_word_list_is_short_sorted_and_in_use():
    lines = [line for line in spelling.LIST.read_text("utf-8").splitlines() if not line.startswith("#")]
    assert len(lines) <= 150 and lines == sorted(set(lines), key=glossary.plain)
    assert all(re.fullmatch(r"[a-záéíóúüñ]+", line) for line in lines)
    read = {word.casefold() for passage in (*reading.taught(), *reading.around()) for word in spelling.WORD.findall(passage.text)}
    unused = [line for line in lines if not {line, f"{line}s", f"{line}es"} & read]
    assert unused == [], "quítalas de la lista: ya no se leen en ningún sitio"


# Que estas pruebas pueden fallar


def said(text: str, **more: object) -> tuple[Passage, ...]:
    return (Passage("aquí", text, **more),)


@pytest.mark.parametrize(
    "text", ["Las pesas", "un jefe de atención", "el Transformador de 2017", "arquitecturas  transformadoras", "los ajustes\nrápidos"]
)
def test_a_banned_term_is_caught(text):
    assert len(found({**BANNED, **CONFUSING}, said(text))) == 1


def test_naming_a_banned_term_to_correct_it_is_allowed():
    assert found({**BANNED, **CONFUSING}, said("Verás «pesas» y *empotramiento*: aquí decimos pesos y embedding.")) == []
    assert found(CONFUSING, said("La ficha del modelo lo dice.")) == [] != found(CONFUSING, said("la primera ficha que sale"))
    assert found(BANNED, said("una ficha con los datos, los pesos y las pesadillas")) == []


@pytest.mark.skipif(bool(spelling.available()), reason=spelling.available())
@pytest.mark.parametrize("text", ["The model has not been trained yet", "El fichero no existe: please check the path", "Loading weights"])
def test_english_is_caught(text):
    assert english(said(text))


@pytest.mark.skipif(bool(spelling.available()), reason=spelling.available())
@pytest.mark.parametrize("text", [
    "Se llama decodificación voraz (greedy, always the first one) o *the most probable*.",
    "En inglés, «the black cat»; en español, «el gato negro».",
    "A. Vaswani y otros, *Attention Is All You Need* (2017).",
    "Está en notebooks/the_file.py y en `for x in the_list`.",
])  # fmt: skip
def test_english_that_is_named_is_allowed(text):
    assert english(said(reading.prose(text))) == []


def test_a_text_in_english_is_allowed_only_where_it_belongs():
    text = "All human beings are born free and equal"
    assert english((Passage("course_utils/segmentation.py:27", text),)) == []
    assert spelling.is_foreign(text) and not spelling.is_foreign("El gato negro y the black cat")


@pytest.mark.skipif(bool(spelling.available()), reason=spelling.available())
def test_mistakes_are_caught_and_good_words_are_not():
    good = "Acórtalo y pruébalo: los tokenizadores cortan, y LayerNorm, GPT-2 y word2vec no son faltas. Véase *Long Short-Term Memory*."
    assert spelling.mistakes(said(good)) == []
    bad = "El modleo aprede deprisa, segun dicen, y acortallo no combiene."
    assert [line.split(",")[0] for line in spelling.mistakes(said(bad))] == ["acortallo", "aprede", "combiene", "modleo", "segun"]


def test_code_is_not_prose():
    source = '"""Suma dos números."""\nx = "color-scheme: dark;"  # el cambio de tema\nprint(f"Van {x} de {y} tokens")\ny = "%time f()"\n'
    texts = [passage.text for passage in reading.in_code(source, "aquí")]
    assert texts == ["Suma dos números.", f"Van {reading.HOLE} de {reading.HOLE} tokens", "el cambio de tema"]


def test_an_exercise_is_read_inside():
    cell = '"""\\ndef f(x):\\n    \'\'\'Devuelve el doble.\'\'\'\\n    ...   # tu respuesta\\n\\nejercicios.doble.check(f)\\n"""'
    texts = [passage.text for passage in reading.in_code(f"cell = {cell}", "aquí")]
    assert texts == ["Devuelve el doble.", "tu respuesta"]
