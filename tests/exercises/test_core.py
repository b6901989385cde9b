"""El núcleo: qué cuenta como intacto, qué se dice de una función que falla y cómo se muestra."""

import math
import subprocess
import sys
from functools import wraps

import nbformat
import pytest
from nbclient import NotebookClient

from course_utils import paths, theme
from course_utils.exercises import Outcome, Reply
from course_utils.exercises import chapter_02 as ejercicios
from course_utils.exercises.attempt import is_blank
from course_utils.exercises.reply import HINT, SOLUTION

exercise = ejercicios.perplejidad


def blank(x): ...


def blank_with_docstring(x):
    """Solo el enunciado."""
    ...


def only_docstring(x):
    """Borró los puntos suspensivos y aún no ha escrito nada."""


def outer():
    word = "nutria"

    def blank_with_default(x, y=word):
        """Con valores por defecto."""
        ...

    return blank_with_default


def logged(function):
    @wraps(function)
    def call(*given):
        return function(*given)

    return call


UNTOUCHED = [..., blank, blank_with_docstring, only_docstring, outer(), logged(blank), lambda x: None, lambda x: ...]


@pytest.mark.parametrize("answer", UNTOUCHED)
def test_a_function_that_does_nothing_is_untouched(answer):
    assert exercise.check(answer).outcome is Outcome.UNTOUCHED


def returns_something(x):
    return 5


def returns_a_docstring(x):
    return "Solo el enunciado."


def half_done(x):
    total = ...
    return total


def assigns_and_forgets(x):
    total = 1  # noqa: F841


TOUCHED = [None, 3, "texto", returns_something, returns_a_docstring, half_done, assigns_and_forgets, print, int, logged(half_done)]


@pytest.mark.parametrize("answer", TOUCHED)
def test_anything_else_is_an_answer(answer):
    assert not is_blank(answer)


def test_a_blank_function_is_known_without_its_source():
    names = {}
    exec("def f(x):\n    'enunciado'\n    ...", names)
    assert exercise.check(names["f"]).outcome is Outcome.UNTOUCHED


def raises(error):
    def answer(ps):
        raise error

    return answer


class Unspeakable:
    def __repr__(self):
        raise RuntimeError("sin nombre")

    tolist = __repr__


class SilentError(Exception):
    def __str__(self):
        raise RuntimeError("ni siquiera un mensaje")


def forever_deep(ps):
    return forever_deep(ps)


def on_the_third_line(ps):
    total = sum(ps)
    return total / (len(ps) - len(ps))


BROKEN = [
    (lambda ps: print(end=""), "tu función devuelve `None`: ¿le falta un `return`?"),
    (half_done, "tu función devuelve `...`: cambia esos puntos suspensivos por tu respuesta"),
    (lambda ps: "cuatro", "tu función devuelve un texto ('cuatro') y hace falta un número"),
    (lambda ps: True, "tu función devuelve un booleano (True) y hace falta un número"),
    (lambda ps: [4.0], "tu función devuelve una lista ([4.0]) y hace falta un número"),
    (lambda ps: 4j, "tu función devuelve un número complejo (4j) y hace falta un número"),
    (lambda ps: math.nan, "devuelve nan (nan no es un número: suele salir de 0/0 o de inf/inf) y debería ser 4"),
    (lambda ps: 10**400, "devuelve inf y debería ser 4"),
    (lambda ps: sum, "tu función devuelve un objeto de tipo `builtin_function_or_method` y hace falta un número"),
    (lambda ps: (p for p in ps), "tu función devuelve un generador y hace falta un número"),
    (lambda ps: Unspeakable(), "un objeto de tipo `Unspeakable`, que no sé leer"),
    (on_the_third_line, "tu función se detiene en su línea 3 con ZeroDivisionError: float division by zero"),
    (raises(SilentError()), "tu función se detiene en su línea 2 con SilentError: no se puede mostrar"),
    (raises(SystemExit(3)), "tu función se detiene en su línea 2 con SystemExit: 3"),
    (forever_deep, "con RecursionError: maximum recursion depth exceeded"),
    (lambda ps: ps + ..., "(aún queda algún `...` por cambiar)"),
    (lambda: 4.0, "tu función no acepta 1 argumento"),
    (lambda ps, base: 4.0, "tu función no acepta 1 argumento"),
    (3.5, "A `check` le has pasado un número (3.5). Pásale tu función, sin paréntesis: `check(perplejidad)`."),
    (None, "A `check` le has pasado `None`"),
]


@pytest.mark.parametrize(("answer", "words"), BROKEN, ids=[words[:40] for _, words in BROKEN])
def test_a_broken_answer_gets_one_clear_sentence(answer, words):
    reply = exercise.check(answer)
    assert reply.outcome is Outcome.WRONG
    assert words in reply.text
    assert "Traceback" not in reply.text and "\n" not in reply.text


def test_a_very_long_value_is_shortened():
    assert len(exercise.check(lambda ps: "z" * 100_000).text) < 400
    assert len(exercise.check(raises(ValueError("z" * 100_000))).text) < 500


def test_stopping_an_endless_loop_stops_it():
    """Quien pulsa ■ recibe su KeyboardInterrupt: no lo tomamos por una respuesta."""
    with pytest.raises(KeyboardInterrupt):
        exercise.check(raises(KeyboardInterrupt()))


def test_a_mistake_that_meddles_with_its_argument_does_not_spoil_the_next_case():
    def eats(ps):
        total = 0.0
        count = len(ps)
        while ps:
            total -= math.log(ps.pop())
        return math.exp(total / count)

    assert "modifica lo que recibe" in exercise.check(eats).text
    assert exercise.check(lambda ps: math.exp(-sum(map(math.log, ps)) / len(ps))).outcome is Outcome.RIGHT


HOSTILE = "</code></div><script>alert(1)</script><img src=x onerror=alert(2)>\x1b[31m\u202e\ud800"


def test_hostile_text_is_inert_in_html_and_in_the_terminal(capsys):
    reply = exercise.check(raises(ValueError(HOSTILE)))
    for text in (reply.html(), capsys.readouterr().out, str(reply)):
        assert not any(c in text for c in "\x1b\u202e\ud800")
    assert "<script" not in reply.html() and "<img" not in reply.html()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in reply.html()


def test_hostile_text_is_inert_everywhere_in_a_card():
    card = Reply(HINT, HOSTILE, code=HOSTILE, note=HOSTILE).html()
    assert card.count("&lt;script&gt;") == 3 and "<script" not in card and "<img" not in card


@pytest.mark.parametrize("style", [*(outcome.value for outcome in Outcome), HINT, SOLUTION], ids=lambda style: style.word)
def test_a_card_says_it_with_symbol_and_word_and_leaves_the_colours_to_the_theme(style):
    card = Reply(style, "Prueba `f(x)` y mira.\n\nDespués, otra cosa.")
    assert str(card) == f"{style.symbol} {style.word}. Prueba `f(x)` y mira.\n\nDespués, otra cosa."
    markup = card.html()
    assert style.symbol in markup and f"{style.word}.</strong>" in markup
    assert "<code>f(x)</code> y mira.</p><p>Después" in markup
    assert "color:inherit;background:transparent" in markup
    assert min(theme.contrast(style.color, paper) for paper in ("#FFFFFF", "#111111", theme.LIGHT.paper, theme.DARK.paper)) >= 3


def test_no_two_outcomes_look_the_same():
    assert len({outcome.value.symbol for outcome in Outcome}) == len({outcome.value.word for outcome in Outcome}) == 3


SCRIPT = """
import sys
from course_utils.exercises import chapter_02 as ejercicios
def perplejidad(probabilidades):
    ...
assert ejercicios.perplejidad.check(perplejidad).outcome.name == "UNTOUCHED"
ejercicios.perplejidad.check(lambda ps: 4.0)
assert not {"torch", "transformers", "matplotlib", "IPython"} & set(sys.modules), "pesa demasiado"
"""


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "ascii"])
def test_a_plain_program_prints_text_whatever_its_terminal(encoding, tmp_path):
    environment = {"PYTHONIOENCODING": encoding, "CURSO_DATOS": str(tmp_path), "PATH": "/usr/bin", "SYSTEMROOT": "C:\\Windows"}
    done = subprocess.run([sys.executable, "-c", SCRIPT], cwd=paths.ROOT, env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    first, second = done.stdout.decode(encoding).splitlines()
    assert "Sin responder todavía. Cambia los puntos suspensivos".encode(encoding, "replace").decode(encoding) in first
    assert "Casi: aciertas 2 de 5 pruebas" in second and "<" not in second


def test_importing_every_chapter_brings_no_torch():
    code = "import sys; from course_utils import exercises; exercises.progress(); print(*sys.modules)"
    words = subprocess.run([sys.executable, "-c", code], cwd=paths.ROOT, capture_output=True, text=True, check=True).stdout.split()
    assert "top_k" in words and not {"torch", "transformers"} & set(words)


CELLS = [
    "from course_utils.exercises import chapter_02 as ejercicios; from course_utils import exercises",
    "ejercicios.perplejidad.check(lambda ps: 4.0)\nejercicios.perplejidad.check(...)",
    "ejercicios.perplejidad.hint()",
    "ejercicios.perplejidad.solution()",
    "exercises.progress()",
]


def test_a_notebook_shows_each_card_once_rich_and_plain(tmp_path):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in CELLS])
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(paths.ROOT)}}).execute()
    outputs = [[(output.output_type, sorted(output.data)) for output in cell.outputs] for cell in notebook.cells[1:]]
    both = ("display_data", ["text/html", "text/plain"])
    assert outputs == [[both, both], [both], [both], [both]]
    first = notebook.cells[1].outputs[0].data
    assert first["text/plain"].startswith("✗ Todavía no. Casi: aciertas 2 de 5") and first["text/html"].startswith("<div")
