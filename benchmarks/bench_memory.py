"""La memoria de cada capítulo, frente a la que anuncia el README, y la que cuesta un cuaderno más cuando ya hay otros abiertos."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from comparing import Comparison, report
from jupyter_client.manager import start_new_kernel

from course_utils import conversion, paths
from tools.chapters import CHAPTERS

OPENED, COUNTED = 10, (1, 2, 3, 10)
CLASSROOM = "14_parametros_de_inferencia"
GIGABYTE, KILOBYTE, MEGABYTE = 1e9, 1024, 1e6


def main() -> None:
    if not Path("/proc/self/smaps_rollup").exists():
        print("Aquí no hay /proc/PID/smaps_rollup, que solo lo tiene Linux: se salta esta medida.", file=sys.stderr)
        sys.exit(75)
    rows = [*kernels(), *(chapter(one.name, float(one.memory.replace(",", "."))) for one in CHAPTERS if one.ready)]
    report(
        "Memoria",
        "lo que ocupa",
        "con lo que se compara",
        rows,
        notes=(
            "Capítulos: el pico de memoria residente de cada uno, convertido en programa y en su forma corta (CURSO_RAPIDO=1), frente a "
            "la que anuncia la tabla del README.",
            f"Cuadernos a la vez: {OPENED} núcleos de Jupyter que han ejecutado las importaciones y el modelo del capítulo 14. Lo que "
            "ocupa cada uno son sus páginas con las compartidas repartidas entre quienes las usan (PSS): lo que crece la suma de todos al "
            "abrirlo. Se compara con las residentes (RSS), que las cuentan enteras.",
        ),
    )


def kernels() -> list[Comparison]:
    """Lo que cuesta abrir el primer núcleo, el segundo…, en MB: lo que crece la suma, frente a lo que dice cada uno."""
    opened, totals, alone = [], [0.0], []
    try:
        for _ in range(OPENED):
            manager, client = start_new_kernel(kernel_name="python3", cwd=str(paths.NOTEBOOKS))
            opened.append((manager, client))
            reply = client.execute_interactive(preparing(), timeout=600, output_hook=lambda message: None)
            assert reply["content"]["status"] == "ok", reply["content"]
            numbers = [one.provisioner.process.pid for one, _ in opened]
            totals.append(sum(memory(number, "Pss") for number in numbers))
            alone.append(memory(numbers[-1], "Rss"))
    finally:
        for manager, client in opened:
            client.stop_channels()
            manager.shutdown_kernel(now=True)
    names = {1: "primer", 2: "segundo", 3: "tercer", 10: "décimo"}
    return [Comparison(f"el {names[n]} cuaderno del capítulo 14", totals[n] - totals[n - 1], alone[n - 1], "MB") for n in COUNTED]


def preparing() -> str:
    """La celda inicial y la de importaciones del capítulo 14, que carga el modelo, y un paso con él."""
    import nbformat

    code = [cell.source for cell in nbformat.read(paths.NOTEBOOKS / f"{CLASSROOM}.ipynb", 4).cells if cell.cell_type == "code"]
    return "\n".join([*code[:2], "next(generation.steps(modelo, 'Había una vez'))"])


def memory(pid: int, field: str) -> float:
    """La memoria de un proceso, en MB: un campo de su smaps_rollup («Pss», «Rss»)."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    return int(re.search(rf"^{field}:\s+(\d+) kB", text, re.MULTILINE)[1]) * KILOBYTE / MEGABYTE


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
