"""Lo que cuesta un cuaderno más cuando ya hay otros abiertos en la misma máquina, con las páginas compartidas contadas una vez."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import nbformat
from comparing import Comparison, report
from jupyter_client.manager import start_new_kernel
from run import SKIPPED

from course_utils import paths

OPENED, COUNTED = 10, {1: "primer", 2: "segundo", 3: "tercer", 10: "décimo"}
CLASSROOM = "14_parametros_de_inferencia"
KILOBYTE, MEGABYTE = 1024, 1e6
NOTE = (
    f"{OPENED} núcleos de Jupyter que han ejecutado las importaciones y el modelo del capítulo 14. Lo que cuesta cada uno es lo que crece, "
    "al abrirlo, la suma de la memoria de todos, con las páginas compartidas repartidas entre quienes las usan (PSS). Se compara con lo "
    "que ocuparía si no compartiera ninguna (RSS)."
)


def main() -> None:
    if not Path("/proc/self/smaps_rollup").exists():
        print("Aquí no hay /proc/PID/smaps_rollup, que solo lo tiene Linux: se salta esta medida.", file=sys.stderr)
        sys.exit(SKIPPED)
    report("Un cuaderno más", "lo que cuesta", "si no compartiera", kernels(), notes=(NOTE,))


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
    return [Comparison(f"el {name} cuaderno", totals[n] - totals[n - 1], alone[n - 1], "MB") for n, name in COUNTED.items()]


def preparing() -> str:
    """La celda inicial y la de importaciones del capítulo 14, que carga el modelo, y un paso con él."""
    code = [cell.source for cell in nbformat.read(paths.NOTEBOOKS / f"{CLASSROOM}.ipynb", 4).cells if cell.cell_type == "code"]
    return "\n".join([*code[:2], "next(generation.steps(modelo, 'Había una vez'))"])


def memory(pid: int, field: str) -> float:
    """La memoria de un proceso, en MB: un campo de su smaps_rollup («Pss», «Rss»)."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    return int(re.search(rf"^{field}:\s+(\d+) kB", text, re.MULTILINE)[1]) * KILOBYTE / MEGABYTE


if __name__ == "__main__":
    main()
