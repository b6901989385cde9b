"""Las instrucciones: respuestas ciertas, particiones que no se mezclan, tareas equilibradas y preguntas que no delatan su respuesta."""

from __future__ import annotations

import random
import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace

import pytest

from course_utils.microworld import instructions, lexicon, notes, plots, reviews, rewriting, tales, tasks, wordings
from course_utils.microworld.instructions import TASKS, Row
from course_utils.microworld.passages import UNKNOWN
from course_utils.microworld.splits import held_out


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return instructions.sample(500, seed=3)


@pytest.fixture(scope="module")
def unseen() -> dict[str, list[Row]]:
    return {split: instructions.sample(100, seed=3, split=split) for split in ("test", "compositional")}


@pytest.fixture(scope="module")
def talks() -> list[list[Row]]:
    return instructions.conversations(200, seed=3)


@pytest.fixture(scope="module")
def stories_told() -> list:
    rng = random.Random(5)
    return [tales.sample(rng) for _ in range(150)]


@pytest.fixture(scope="module")
def notes_written() -> list:
    rng = random.Random(5)
    return [notes.sample(rng) for _ in range(300)]


def test_every_task_is_there_and_none_dominates(rows):
    shares = Counter(row.task for row in rows)
    assert set(shares) == set(TASKS)
    assert all(0.04 < shares[task] / len(rows) < 0.5 for task in TASKS), shares


@pytest.mark.parametrize("task", TASKS)
def test_the_most_frequent_answer_is_seldom_right(rows, task):
    answers = [row.completion for row in rows if row.task == task]
    most = Counter(answers).most_common(1)[0][1] / len(answers)
    assert most < {"clasificacion": 0.45, "preguntas": 0.26}.get(task, 0.08)


def test_the_text_answers_most_questions_but_not_all(rows):
    asked = [row for row in rows if row.task == "preguntas"]
    assert 0.15 < sum(not row.answerable for row in asked) / len(asked) < 0.25
    assert all((row.completion == UNKNOWN) == (not row.answerable) for row in asked)


def test_the_question_alone_does_not_tell_whether_there_is_an_answer():
    rng, seen = random.Random(1), {}
    while len(seen) < 2000:
        text = tasks.passage(rng, bool)
        for question in tasks.ask(rng, text.questions, 2):
            shape = re.sub(r"\b[A-ZÁÉÍÓÚÑ]\w+", "", question.text[1:]).split()[:2]
            seen[len(seen)] = (question.text.split()[0], *shape), question.answerable
    shapes: dict = {}
    for shape, answerable in seen.values():
        shapes.setdefault(shape, []).append(answerable)
    guessed = sum(max(sum(known), len(known) - sum(known)) for known in shapes.values()) / len(seen)
    assert guessed < 0.86, guessed        # decir siempre «sí» ya acierta ocho de cada diez


def test_splits_never_share_a_text_nor_a_reserved_wording(rows, unseen):
    sources = {split: {_source(row) for row in found if len(_source(row)) > 150} for split, found in {"train": rows, **unseen}.items()}
    assert min(len(found) for found in sources.values()) > 20
    assert not sources["train"] & (sources["test"] | sources["compositional"])
    assert not {row.prompt for row in rows} & {row.prompt for found in unseen.values() for row in found}


def _source(row: Row) -> str:
    """La línea más larga: el texto del que se pregunta."""
    return max(row.prompt.split("\n"), key=len)


def test_each_split_draws_the_texts_that_belong_to_it():
    for reserved in (False, True):
        rng = random.Random(2)
        for maker in tasks.MAKERS:
            for _ in range(5):
                for exercise in maker(rng, lambda text: held_out(text) == reserved):  # noqa: B023
                    assert held_out(exercise.source) == reserved


def test_reserved_wordings_only_come_out_in_the_compositional_split(rows, unseen):
    tasks = ("preguntas", "extraccion", "resumen", "opinión", "tema", "género", "traduccion")
    shapes = [_shape(wording) for task in tasks for wording in wordings.wordings()[task] if wording.reserved]
    assert all(any(shape.fullmatch(row.prompt) for shape in shapes) for row in unseen["compositional"] if row.task != "reescritura")
    assert not any(shape.fullmatch(row.prompt) for shape in shapes for row in rows + unseen["test"])


def _shape(wording: wordings.Wording) -> re.Pattern:
    return re.compile(".+".join(re.escape(part) for part in re.split(r"\{\w+\}", wording.text)))


def test_every_task_has_many_wordings_some_of_them_reserved():
    for task in ("preguntas", "extraccion", "resumen", "reescritura", "opinión", "tema", "género", "traduccion"):
        found = wordings.wordings()[task]
        assert len(found) >= 12 and len({wording.text for wording in found}) == len(found)
        assert 2 <= sum(wording.reserved for wording in found) < len(found) / 3


def test_same_seed_same_rows(rows):
    assert instructions.sample(40, seed=3) == rows[:40]
    assert not {row.prompt for row in instructions.sample(40, seed=4)} & {row.prompt for row in rows}


def test_nothing_is_too_long_and_everything_is_well_written(rows):
    for row in rows:
        assert len(f"{row.prompt} {row.completion}".split()) <= 165
        assert not re.search(r"[{}\[\]|<>]|  | [,.;:]|\ba el\b|\bde el\b|None", f"{row.prompt}\n{row.completion}"), row
        assert row.completion and row.completion == row.completion.strip()


def test_check_accepts_only_the_answer():
    row = Row("preguntas", "…", "En el bosque.")
    assert instructions.check(row, " en el  bosque") and instructions.check(row, "En el bosque.")
    assert not any(instructions.check(row, wrong) for wrong in ("En el bosque y en casa.", "El bosque.", "", UNKNOWN))
    assert instructions.refuses("el texto no lo dice") and not instructions.refuses("El texto lo dice.")


# ---------------------------------------------------------------- la verdad de los textos


def test_an_answer_about_a_note_is_in_the_note(notes_written):
    for note in notes_written:
        for question in note.questions:
            words = set(re.findall(r"\w{4,}", question.answer.lower())) - {"para", "gracias", "euros", "unos", "unas"}
            assert not question.answerable or all(word.rstrip("aos") in note.text.lower() for word in words), (note.text, question)


def test_no_note_both_answers_and_refuses_a_question(notes_written, stories_told):
    for passage in (*notes_written, *stories_told):
        answers: dict[str, set[str]] = {}
        for question in passage.questions:
            answers.setdefault(question.text, set()).add(question.answer)
        assert all(len(found) == 1 for found in answers.values()), (passage.text, answers)


def test_the_same_question_is_answered_by_some_texts_and_not_by_others(notes_written, stories_told):
    known, unknown = set(), set()
    for passage in (*notes_written, *stories_told):
        for question in passage.questions:
            (known if question.answerable else unknown).add(re.sub(r"\b[A-ZÁÉÍÓÚÑ]\w+", "·", question.text[2:]))
    assert len(known & unknown) > 100


def test_what_is_listed_is_in_the_text_and_in_order(stories_told):
    for story in stories_told:
        for found in story.lists.values():
            places = [re.search(rf"\b{word}\b", story.text, re.IGNORECASE).start() for word in found]
            assert places == sorted(places)


def test_every_plot_has_questions_and_summaries():
    names = [name for name, _ in tales.plots()]
    assert set(plots.plots()) == set(names)
    for plot in plots.plots().values():
        assert plot.topic and len(plot.clues) >= 3 and plot.summaries


def test_a_whole_story_has_a_summary_and_answers_its_plot():
    rng, asked, known = random.Random(8), 0, 0
    for name, machine in tales.plots():
        for _ in range(4):
            atoms, values = machine.sample_with_choices(rng)
            text = tales.join_atoms(atoms)
            assert plots.summary(text, name, values), (name, text)
            fitting = [clue for clue in plots.plots()[name].clues if clue.fits(values)]
            asked, known = asked + len(fitting), known + sum(clue.seek(text, values) is not None for clue in fitting)
    assert known / asked > 0.95


def test_a_part_of_a_story_does_not_tell_the_end():
    rng, hidden = random.Random(8), 0
    for name, machine in tales.plots():
        atoms, values = machine.sample_with_choices(rng)
        text = tales.join_atoms(atoms)
        opening = " ".join(tales.sentences(text)[:3])
        questions = list(plots.questions(opening, text, name, values))
        hidden += sum(not question.answerable for question in questions)
    assert hidden > 27


def test_the_label_of_an_opinion_is_what_the_text_says():
    rng = random.Random(4)
    asked = [exercise for _ in range(12) for exercise in tasks.opinion(rng, bool) if exercise.wording == "opinión"]
    assert set(tasks.OPPOSED) <= set(reviews.FORMS)
    for exercise in asked[:8]:
        posterior = reviews.posterior(exercise.source)
        assert max(posterior, key=posterior.get) == exercise.completion.rstrip(".").lower(), exercise.source


# ---------------------------------------------------------------- reescribir


def clause(**changes) -> rewriting.Clause:
    nouns = {noun.text: noun for noun in lexicon.load().nouns}
    curious = next(word for word in lexicon.load().adjectives if word.lemma == "curioso")
    given = {"subject": nouns["zorro"], "trait": curious, "verb": "perder", "tense": "pasado", "thing": nouns["llave"], "quality": None,
             "article": "el", "ending": "en casa"}
    return rewriting.Clause(**given | {name: nouns.get(value, value) for name, value in changes.items()})


@pytest.mark.parametrize(("changes", "expected"), [
    ({}, "El zorro curioso perdió la llave en casa."),
    ({"subject": "tortuga"}, "La tortuga curiosa perdió la llave en casa."),
    ({"tense": "futuro"}, "El zorro curioso perderá la llave en casa."),
    ({"tense": "presente"}, "El zorro curioso pierde la llave en casa."),
    ({"negative": True}, "El zorro curioso no perdió la llave en casa."),
    ({"question": True}, "¿Perdió el zorro curioso la llave en casa?"),
    ({"pronoun": True, "negative": True}, "El zorro curioso no la perdió en casa."),
    ({"thing": "botas", "pronoun": True}, "El zorro curioso las perdió en casa."),
    ({"verb": "querer", "tense": "futuro"}, "El zorro curioso querrá la llave en casa."),
])
def test_a_sentence_agrees(changes, expected):
    assert str(clause(**changes)) == expected


@pytest.mark.parametrize(("one", "many"), [("ratón", "ratones"), ("tortuga", "tortugas"), ("águila", "águilas"), ("pez", "peces"),
                                           ("pastor", "pastores"), ("búho", "búhos"), ("rey", "reyes")])
def test_plurals(one, many):
    noun = lexicon.Noun(one, one, "m", False, frozenset(), 1.0)
    assert rewriting.pluralised(noun).text == many


def test_a_rewriting_changes_the_sentence():
    rng = random.Random(1)
    found = [rewriting.sample(rng) for _ in range(400)]
    assert all(one.before != one.after for one in found if one.kind not in ("plural", "singular"))
    kinds = {"tiempo", "plural", "singular", "protagonista", "pregunta", "afirmación", "negación", "pronombre", "objeto"}
    assert {one.kind for one in found} >= kinds


# ---------------------------------------------------------------- textos corrientes y límites


def test_a_conversation_brings_its_text_once_and_goes_on_asking(talks):
    long = [talk for talk in talks if len(talk) > 1]
    assert len(long) > 60 and max(map(len, long)) >= 6
    for talk in long:
        text = max(talk[0].prompt.split("\n"), key=len)
        assert len(text.split()) > 10
        assert not any(text in row.prompt for row in talk[1:])
        assert sum(len(f"{row.prompt} {row.completion}".split()) for row in talk) <= instructions.LONGEST


def test_what_is_asked_later_in_a_conversation_is_asked_elsewhere_with_its_text(talks):
    """Cada turno pide con unas palabras que también se usan, tras el texto, en las instrucciones sueltas, y no con las reservadas."""
    after = {
        task: [_shape(replace(one, text=one.text.removeprefix(wordings.BEFORE))) for one in every if one.text.startswith(wordings.BEFORE)]
        for task, every in ((task, [one for one in every if not one.reserved]) for task, every in wordings.wordings().items())
    }
    for row in (row for talk in talks for row in talk[1:]):
        assert any(shape.fullmatch(row.prompt) for shape in after[row.task]), row.prompt


def test_conversations_ask_every_task_and_refuse_as_often_as_loose_questions(talks):
    rows = [row for talk in talks for row in talk]
    asked = [row for row in rows if row.task == "preguntas"]
    assert {row.task for row in rows} == set(TASKS)
    assert 0.1 < sum(not row.answerable for row in asked) / len(asked) < 0.25
    assert instructions.conversations(200, seed=3) == talks


@pytest.mark.parametrize(("harder", "least", "most"), [(1, 0.3, 0.5), (2, 0.4, 0.6), (3, 0.3, 0.5)])
def test_harder_conversations_refuse_and_classify_more(talks, harder, least, most):
    rows = [row for talk in instructions.conversations(200, seed=3, harder=harder) for row in talk]
    asked = [row for row in rows if row.task == "preguntas"]
    assert least < sum(not row.answerable for row in asked) / len(asked) < most
    assert {row.task for row in rows} == set(TASKS)
    kinds, usual = ([row.task for row in some] for some in (rows, (row for talk in talks for row in talk)))
    assert kinds.count("clasificacion") / len(kinds) > usual.count("clasificacion") / len(usual)


def test_the_hardest_conversations_sort_stories_by_subject_and_texts_by_kind():
    """En las demás no se pide nunca: antes de haberlo practicado, el modelo contestaba con cualquier palabra del texto."""
    first = [[talk[0] for talk in instructions.conversations(200, seed=3, harder=harder)] for harder in range(4)]
    counts = [sum(row.task == "clasificacion" and not row.completion.startswith(("Posit", "Negat", "Mixt", "Una reseña")) for row in rows)
              for rows in first]
    assert counts[:3] == [0, 0, 0] and counts[3] > 30


def test_documents_teach_without_ordering(rows):
    texts = instructions.documents(150, seed=2)
    assert texts == instructions.documents(150, seed=2) and len(set(texts)) == len(texts)
    assert all(len(text.split()) <= 165 for text in texts)
    assert sum("?" in text for text in texts) > 60 and any(UNKNOWN in text for text in texts)
    orders = re.compile(r"^(?:Lee|Resume|Traduce|Clasifica|Haz una lista|Cambia|Responde|Contesta)\b", re.MULTILINE)
    assert not any(orders.search(text) for text in texts)
    assert not {text.split("\n")[0] for text in texts} & {text.split("\n")[0] for text in instructions.documents(40, seed=2, split="test")}


@pytest.mark.parametrize("call", [
    lambda: instructions.sample(-1), lambda: instructions.documents(-1), lambda: instructions.sample(1, split="otra"),
    lambda: instructions.documents(1, split="compositional"), lambda: instructions.conversations(-1),
    lambda: instructions.conversations(1, harder=9),
])
def test_bad_input_gets_a_sentence(call):
    with pytest.raises(ValueError, match=r"Has pedido -1|dificultad 9|No hay ninguna partición"):
        call()


def test_importing_it_needs_no_network_library():
    code = "import sys; import course_utils.microworld.instructions; print({'torch', 'transformers', 'tokenizers'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "set()"
