"""Dos procesos que se reparten cada lote dan los mismos pasos que uno solo, sin leer nada dos veces, y solo escribe uno."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from course_utils import paths
from tests.training import two_processes

SCRIPT = Path(two_processes.__file__)
LAUNCHERS = {
    "torchrun": "-m torch.distributed.run --nproc_per_node 2 --rdzv_backend c10d --rdzv_endpoint localhost:0",
    "accelerate": "-m accelerate.commands.launch --multi_gpu --num_processes 2 --num_machines 1 --mixed_precision no --main_process_port 0 "
    "--dynamo_backend no",
}


@pytest.fixture(scope="module")
def alone(tmp_path_factory) -> dict:
    folder = tmp_path_factory.mktemp("solo")
    two_processes.main(folder)
    return json.loads((folder / "0.json").read_text())


@pytest.mark.parametrize(("launcher", "parts"), [("torchrun", "1"), ("torchrun", "2"), ("accelerate", "1")])
def test_two_processes_are_as_one(alone, launcher, parts, tmp_path):
    environment = {**os.environ, "PYTHONPATH": str(paths.ROOT), "OMP_NUM_THREADS": "1", "PARTES": parts, "CUDA_VISIBLE_DEVICES": ""}
    command = [sys.executable, *LAUNCHERS[launcher].split(), str(SCRIPT), str(tmp_path)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-3000:]
    both = [json.loads((tmp_path / f"{rank}.json").read_text()) for rank in (0, 1)]
    for one in both:
        assert one["losses"] == pytest.approx(alone["losses"], abs=1e-6) and one["tokens"] == alone["tokens"]
        assert one["weights"] == pytest.approx(alone["weights"], abs=1e-4)
    assert sorted(both[0]["seen"] + both[1]["seen"]) == sorted(alone["seen"]) and both[0]["seen"] and both[1]["seen"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["0.json", "1.json", "punto.pt"]
