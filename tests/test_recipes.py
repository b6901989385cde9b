"""Las recetas de los modelos que aún no están en models/, de los datos al modelo guardado, en pequeño."""

import json
import subprocess
import sys

import pytest

from course_utils import models, paths


@pytest.mark.slow
@pytest.mark.parametrize("name", ["instruct", "in_context"])
def test_the_recipe_goes_from_data_to_a_published_model(name, tmp_path):
    command = [sys.executable, str(paths.RECIPES / f"train_{name}.py"), "--quick", "--threads", "1", "--work", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stderr[-2000:]
    made = models.load(str(tmp_path / "model"))
    assert made.role == "decodificador" and bool(made.tokenizer.chat_template) == (name == "instruct")
    assert json.loads((tmp_path / "model" / "training.json").read_text("utf-8"))["history"]
