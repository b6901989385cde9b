"""La memoria de cada capítulo: su pico, frente a la que anuncia la tabla del README."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from comparing import Comparison, report
from run import SKIPPED

from course_utils import conversion, paths
from tools.chapters import CHAPTERS

GIGABYTE, KILOBYTE, MEGABYTE = 1e9, 1024, 1e6
NOTE = "El pico de memoria residente de cada uno, convertido en programa y en su forma corta (CURSO_RAPIDO=1)."


def main() -> None:
    if not sys.platform.startswith("linux"):
        print("El pico de memoria se lee aquí como lo da Linux: se salta esta medida.", file=sys.stderr)
        sys.exit(SKIPPED)
    rows = [chapter(one.name, float(one.memory.replace(",", "."))) for one in CHAPTERS if one.ready]
    report("Memoria de los capítulos", "su pico", "lo anunciado", rows, notes=(NOTE,))


def chapter(name: str, announced: float) -> Comparison:
    """El pico de memoria de un capítulo, en GB, frente al anunciado."""
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / f"{name}.py"
        conversion.convert(paths.NOTEBOOKS / f"{name}.ipynb", program)
        environment = {key: value for key, value in os.environ.items() if not key.startswith("CURSO_")}
        environment |= {"CURSO_RAPIDO": "1", "CURSO_DATOS": folder, "HF_HUB_OFFLINE": "1"}
        done = subprocess.Popen([sys.executable, str(program)], cwd=paths.ROOT, env=environment, stdout=subprocess.DEVNULL,
                                stderr=subprocess.DEVNULL)  # fmt: skip
        _, status, used = os.wait4(done.pid, 0)
        done.returncode = os.waitstatus_to_exitcode(status)
    assert done.returncode == 0, f"el capítulo {name} ha fallado"
    print(f"{name}: {used.ru_maxrss * KILOBYTE / MEGABYTE:.0f} MB", file=sys.stderr, flush=True)
    return Comparison(f"capítulo {name[:2]}", used.ru_maxrss * KILOBYTE / GIGABYTE, announced, "GB")


if __name__ == "__main__":
    main()
