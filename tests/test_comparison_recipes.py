"""Las recetas que comparan entrenamientos llegan, en pequeño, de los ajustes al fichero que se publica, y no repiten lo ya hecho."""

import json
import subprocess
import sys

import pytest

from course_utils import paths

RESULTS = {"forgetting": "forgetting.json", "ranks": "ranks.json", "scaling": "scaling.json",
           "virtual_tokens": "result/virtual_tokens.json"}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", RESULTS)
def test_the_recipe_goes_to_a_result_and_repeats_nothing(name, tmp_path):
    committed = {file: file.read_bytes() for file in paths.RECIPES.glob("*.json")}
    command = [sys.executable, str(paths.RECIPES / f"train_{name}.py"), "--quick", "--threads", "1", "--work", str(tmp_path)]
    first = subprocess.run(command, capture_output=True, text=True, timeout=900)
    assert first.returncode == 0, first.stderr[-2000:]
    made = (tmp_path / RESULTS[name]).read_text("utf-8")
    assert json.loads(made).keys() <= json.loads((paths.RECIPES / f"{name}.json").read_text("utf-8")).keys()
    again = subprocess.run(command, capture_output=True, text=True, timeout=900)
    assert again.returncode == 0, again.stderr[-2000:]
    assert (tmp_path / RESULTS[name]).read_text("utf-8") == made and len(again.stdout.splitlines()) <= 1
    assert committed == {file: file.read_bytes() for file in paths.RECIPES.glob("*.json")}
