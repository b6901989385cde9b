"""La memoria de convertir un cuaderno con muchas salidas: poco más que lo que ocupa el fichero."""

from __future__ import annotations

import base64
import random
import subprocess
import sys
from pathlib import Path

import pytest

from course_utils import paths

from .making import code, markdown, notebook, written

MB = 1_000_000
# VmHWM y no ru_maxrss, que en Linux cuenta también la memoria de quien lanzó el proceso: aquí, la de pytest.
MEASURE = """
import sys
from course_utils.conversion import main
code = main(["--input", sys.argv[1], "--output", sys.argv[2]])
peak = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM:"))
print(code, peak)
"""


def with_outputs(escaped: bool) -> bytes:
    """Cincuenta megas: la mitad, dibujos; la otra, líneas de texto con acentos y algún emoji."""
    png = base64.b64encode(random.Random(0).randbytes(750_000)).decode()
    drawing = {"output_type": "display_data", "metadata": {}, "data": {"image/png": png, "text/plain": ["<Figure size 640x480>"]}}
    line = 'Época 3: pérdida 0,123 — «está bien» \\"sí\\" 🐸\n'
    size = len(written(line, escaped=escaped))
    text = {"output_type": "stream", "name": "stdout", "text": [line] * (12 * MB // (size + 8)) + [line * (13 * MB // size)]}
    return written(cells([drawing] * 25, [text]), escaped=escaped)


def cells(*outputs: list) -> dict:
    return notebook(markdown("# Título"), *(code("print('hola')", outputs=found) for found in outputs))


def peak(content: bytes, folder: Path) -> int:
    """Los bytes que llega a ocupar un proceso que convierte ese cuaderno."""
    (folder / "X.ipynb").write_bytes(content)
    order = [sys.executable, "-c", MEASURE, folder / "X.ipynb", folder / "X.py"]
    done = subprocess.run(order, cwd=paths.ROOT, capture_output=True, text=True)
    found, kilobytes = done.stdout.split()
    assert found == "0", done.stderr
    return int(kilobytes) * 1024


@pytest.fixture(scope="module")
def without_outputs(tmp_path_factory) -> int:
    return peak(written(cells([], [])), tmp_path_factory.mktemp("sin_salidas"))


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="la memoria se lee en /proc")
@pytest.mark.parametrize("escaped", [False, True], ids=["UTF-8", "ASCII"])
def test_outputs_weigh_little_more_than_the_file(escaped, without_outputs, tmp_path):
    content = with_outputs(escaped)
    assert 45 * MB < len(content) < 55 * MB
    extra = peak(content, tmp_path) - without_outputs
    assert extra < 1.6 * len(content), f"{extra / MB:.0f} MB de más para un fichero de {len(content) / MB:.0f} MB"
