"""Lo que todo ejercicio promete, sea cual sea: celda intacta, solución, pistas y errores típicos distinguibles."""

import ast
import math
from types import SimpleNamespace

import nbformat
import pytest

from course_utils import paths
from course_utils.exercises import Outcome
from course_utils.exercises.attempt import plain

from .conftest import EXERCISES

each = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.key)
SLIPS = [(exercise, slip, i) for exercise in EXERCISES for slip in exercise.slips for i in range(len(slip.functions))]


def notebook_names(exercise):
    """Lo que el cuaderno tiene a mano cuando llega la celda."""
    import torch

    replies = []
    spy = SimpleNamespace(check=lambda answer: replies.append(exercise.check(answer)))
    return {"math": math, "torch": torch, "ejercicios": SimpleNamespace(**{exercise.name: spy})}, replies


def test_there_are_four_or_five_in_each_chapter():
    assert [exercise.key for exercise in EXERCISES] == [
        "01.sorteo", "01.cuenta", "01.mezcla", "01.pinta",
        "02.regla_de_la_cadena", "02.perplejidad", "02.bigramas", "02.sorpresa_media",
        "03.mezcla", "03.exponente", "03.parametros_gru", "03.parada",
        "04.tamano", "04.parametros", "04.memoria", "04.dias", "04.optimo",
        "05.plantilla", "05.recorte", "05.factura", "05.ahorro",
        "06.exacta", "06.rouge_1_f", "06.orden", "06.recall",
        "07.paso_de_bpe", "07.atencion", "07.mascara", "07.cabezas", "07.bloque",
        "08.atencion_cruzada", "08.entrada", "08.haz", "08.parada", "08.precision_bleu",
        "09.mascaras", "09.tramos", "09.etiquetas", "09.rmsnorm", "09.cache",
        "10.escribir", "10.caben", "10.intervalo", "10.mayoria", "10.calibrar",
        "11.etiquetar", "11.examinar", "11.olvido", "11.contar", "11.repasar",
        "12.parametros", "12.empieza", "12.capa", "12.paso", "12.fusiona",
        "13.entrada", "13.etiquetas", "13.almacen", "13.caben", "13.rival",
        "14.temperatura", "14.top_k", "14.top_p", "14.orden",
        "16.codigo", "16.comentario", "16.es_python", "16.eco",
    ]  # fmt: skip


@each
def test_the_cell_as_it_comes_is_untouched(exercise, capsys):
    names, replies = notebook_names(exercise)
    exec(exercise.cell, names)
    assert [reply.outcome for reply in replies] == [Outcome.UNTOUCHED]
    assert f"`ejercicios.{exercise.name}.hint()`" in capsys.readouterr().out


@each
def test_the_solution_is_right(exercise):
    names, replies = notebook_names(exercise)
    answered = exercise.cell.replace(f"\nejercicios.{exercise.name}", f"\n{exercise.code}\nejercicios.{exercise.name}")
    exec(answered, names)
    assert [(reply.outcome, reply.text) for reply in replies] == [(Outcome.RIGHT, exercise.praise)]


@each
def test_the_solution_keeps_the_name_and_the_arguments_of_the_cell(exercise):
    def signature(source):
        return next((node.name, ast.unparse(node.args)) for node in ast.parse(source).body if isinstance(node, ast.FunctionDef))

    assert signature(exercise.cell) == signature(exercise.code)


@each
def test_the_cell_fits_in_a_notebook(exercise):
    lines = exercise.cell.strip().split("\n")
    assert len(lines) <= 15 and max(map(len, lines)) <= 105
    assert lines[-1] == f"ejercicios.{exercise.name}.check({exercise.function})"


@each
def test_the_notebook_holds_the_cell_word_for_word(exercise):
    (chapter,) = paths.NOTEBOOKS.glob(f"{exercise.chapter:02}_*.ipynb")
    cells = [cell.source.strip() for cell in nbformat.read(chapter, as_version=4).cells if cell.cell_type == "code"]
    assert cells.count(exercise.cell.strip()) == 1


@each
def test_hints_come_one_by_one_and_run_out_gracefully(exercise):
    given = [exercise.hint() for _ in exercise.hints]
    assert 2 <= len(given) <= 3
    assert [reply.text for reply in given] == list(exercise.hints)
    assert given[0].style.word == f"Pista 1 de {len(given)}"
    last = exercise.hint()
    assert last.style.word == "No quedan más pistas" and f"ejercicios.{exercise.name}.solution()" in last.text
    assert exercise.hint().text == exercise.hints[0]


@each
def test_the_solution_is_shown_with_what_it_teaches(exercise, capsys):
    reply = exercise.solution()
    out = capsys.readouterr().out
    assert exercise.code.strip() in out and exercise.explanation in out
    assert reply.outcome is None


@each
def test_asking_for_help_is_not_an_attempt(exercise, progress_file):
    exercise.hint(), exercise.solution(), exercise.check(...), exercise.check()
    assert not progress_file.exists()


@pytest.mark.parametrize(("exercise", "slip", "i"), SLIPS, ids=[f"{exercise.key}-{slip.text[:24]}-{i}" for exercise, slip, i in SLIPS])
def test_no_typical_mistake_hides_another_nor_passes_for_right(exercise, slip, i):
    """Quien comete exactamente este error lee el texto de este error y no el de otro."""
    assert exercise.fault(lambda *given: slip.functions[i](*map(plain, given))) == slip.text


@each
def test_at_least_three_mistakes_have_their_own_words(exercise):
    assert len({slip.text for slip in exercise.slips}) == len(exercise.slips) >= 3
