"""El micromundo desde la línea de órdenes, como lo llamaría cualquiera."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from dataclasses import asdict

import pytest

from course_utils import paths
from course_utils.microworld import __main__ as command_line
from course_utils.microworld import stories


def run(*arguments: str, given: str | bytes = "") -> subprocess.CompletedProcess:
    raw = given.encode() if isinstance(given, str) else given
    done = subprocess.run([sys.executable, "-m", "course_utils.microworld", *arguments], input=raw, cwd=paths.ROOT, capture_output=True)
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


def test_stories_come_one_a_line_in_json():
    done = run("stories", "--n", "5", "--seed", "1")
    assert done.returncode == 0 and done.stderr == ""
    assert [json.loads(line) for line in done.stdout.splitlines()] == [{"text": text} for text in stories.sample(5, seed=1)]
    assert "\\u" not in done.stdout, "los acentos se leen como son"


def test_one_story_with_the_first_seed_if_nothing_is_said():
    assert json.loads(run("stories").stdout) == {"text": stories.sample(1, seed=0)[0]}


def test_no_stories_print_nothing():
    done = run("stories", "--n", "0")
    assert (done.returncode, done.stdout) == (0, "")


def test_check_answers_each_line():
    good = stories.sample(1, seed=1)[0]
    done = run("check", given=f"{good}\nHabía una vez una zorro\r\n\n")
    answers = [json.loads(line)["violations"] for line in done.stdout.splitlines()]
    assert done.returncode == 0 and len(answers) == 3
    assert answers[0] == [] and [one["rule"] for one in answers[2]] == ["inacabado"]
    assert answers[1][0] == {"rule": "concordancia", "word": "una", "position": 14,
                             "message": "Aquí esperaba «un» en vez de «una», porque «zorro» es masculino."}


def test_check_survives_bytes_that_are_not_text():
    done = run("check", given=b"\xff\xfe\x00 hola \xf0\x9f\x90\x89")
    assert done.returncode == 0 and json.loads(done.stdout)["violations"]


def test_check_of_nothing_prints_nothing():
    assert run("check").stdout == ""


@pytest.mark.parametrize("arguments, message", [
    (["stories", "--n", "-1"], "has pedido -1, y el número tiene que ser cero o más"),
    (["stories", "--n", "cinco"], "«cinco» no es un número entero; escribe, por ejemplo, 5"),
    (["stories", "--n", "2.5"], "«2.5» no es un número entero"),
    (["stories", "--seed", "x"], "«x» no es un número entero"),
    (["stories", "--n"], "necesita un valor"),
    (["stories", "--cuantos", "3"], "no entiendo estos argumentos: --cuantos 3"),
    (["poemas"], "no conozco 'poemas'; elige entre"),
    ([], "faltan estos argumentos"),
])
def test_bad_requests_are_explained_in_spanish(arguments, message):
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr and "uso: " in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", [["-h"], ["stories", "-h"], ["check", "-h"]])
def test_help_is_in_spanish(arguments):
    done = run(*arguments)
    assert done.returncode == 0 and done.stdout.startswith("uso: ") and "muestra esta ayuda" in done.stdout
    assert not any(word in done.stdout for word in ("usage", "options", "show this", "positional"))


def test_a_closed_pipe_is_not_an_accident():
    command = f"'{sys.executable}' -m course_utils.microworld stories --n 400 | head -n 1"
    done = subprocess.run(["sh", "-c", command], cwd=paths.ROOT, capture_output=True, text=True)
    assert json.loads(done.stdout)["text"] and done.stderr == ""


def test_it_loads_no_network():
    code = "import sys; import course_utils.microworld.__main__; print({'torch', 'transformers', 'tokenizers'} & {*sys.modules})"
    assert subprocess.run([sys.executable, "-c", code], cwd=paths.ROOT, capture_output=True, text=True).stdout == "set()\n"


@pytest.mark.parametrize("kind", [kind for kind in command_line.HELP if kind not in command_line.WITHOUT_SPLITS])
def test_every_kind_gives_its_rows_of_the_split_asked(kind):
    options = command_line.build_parser().parse_args([kind, "--n", "3", "--seed", "2", "--split", "test"])
    module = importlib.import_module(f"course_utils.microworld.{kind}")
    assert list(command_line.samples(options)) == [asdict(row) for row in module.sample(3, seed=2, split="test")]


def test_a_split_that_a_kind_does_not_have_is_explained():
    done = run("code", "--split", "compositional")
    assert done.returncode == 2 and done.stderr == "No hay ninguna partición «compositional»; elige entre train, test.\n"
