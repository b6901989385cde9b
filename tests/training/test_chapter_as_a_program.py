"""El capítulo 11 hecho programa: con dos procesos dice lo mismo que con uno, solo escribe uno, e interrumpido sigue por donde iba."""

import os
import re
import subprocess
import sys
import time

import pytest

from course_utils import conversion, paths

pytestmark = pytest.mark.slow
LAUNCHERS = {
    "torchrun": "-m torch.distributed.run --nproc_per_node 2 --rdzv_backend c10d --rdzv_endpoint localhost:0",
    "accelerate": "-m accelerate.commands.launch --multi_gpu --num_processes 2 --num_machines 1 --mixed_precision no --main_process_port 0 "
    "--dynamo_backend no",
}
BAR = re.compile(r"\w[\w ]*: \d+ de \d+ · pérdida .*")      # el último renglón de cada barra, que no se repite al seguir
NUMBER = re.compile(r"\d+(?:,\d+)?")


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    folder = tmp_path_factory.mktemp("programa")
    conversion.convert(paths.NOTEBOOKS / "11_fine_tuning.ipynb", folder / "11.py")
    return folder / "11.py"


def alike(one: list[str], other: list[str]) -> bool:
    """Las mismas palabras y los mismos números, salvo el redondeo: los gradientes de dos procesos se suman en otro orden."""
    numbers = [[float(number.replace(",", ".")) for number in NUMBER.findall("\n".join(lines))] for lines in (one, other)]
    words = [NUMBER.sub("#", "\n".join(lines)) for lines in (one, other)]
    return words[0] == words[1] and numbers[0] == pytest.approx(numbers[1], abs=1.01)


def environment(tmp_path, **more) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CURSO_")}
    alone = {"CUDA_VISIBLE_DEVICES": "", "OMP_NUM_THREADS": "1", "CURSO_RAPIDO": "1", "CURSO_DATOS": str(tmp_path)}
    return kept | alone | {"PYTHONPATH": str(paths.ROOT)} | more


def said(program, tmp_path, *launcher: str, **more) -> list[str]:
    done = subprocess.run([sys.executable, *launcher, str(program)], cwd=paths.ROOT, env=environment(tmp_path, **more),
                          capture_output=True, text=True, timeout=1200)  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout.splitlines()


@pytest.fixture(scope="module")
def alone(program, tmp_path_factory) -> list[str]:
    return said(program, tmp_path_factory.mktemp("solo"))


@pytest.mark.parametrize("launcher", LAUNCHERS)
def test_two_processes_say_what_one_says_and_only_once(program, alone, launcher, tmp_path):
    both = said(program, tmp_path, *LAUNCHERS[launcher].split())
    assert alike(both, alone), both


def test_killed_half_way_it_goes_on_from_where_it_was(program, alone, tmp_path):
    folder = tmp_path / "puntos"
    first = subprocess.Popen([sys.executable, str(program)], cwd=paths.ROOT, env=environment(tmp_path, CURSO_PUNTO=str(folder)),
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
    limit = time.monotonic() + 600
    while not (folder / "negación.pt").exists() and time.monotonic() < limit and first.poll() is None:
        time.sleep(0.1)
    first.kill()
    first.wait()
    assert (folder / "negación.pt").exists() and not (folder / "con repaso.pt").exists()
    again = said(program, tmp_path, CURSO_PUNTO=str(folder))
    assert [line for line in again if not BAR.fullmatch(line)] == [line for line in alone if not BAR.fullmatch(line)]
