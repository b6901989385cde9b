"""Todas las medidas: `python benchmarks/run.py` (o `make bench`).

Cada `bench_*.py` de esta carpeta es una medida: un programa que, solo, compara nuestra manera de hacer algo con otra y
escribe **en la última línea de su salida** un objeto JSON, con `comparing.report`:

    {"title": "Generar texto paso a paso", "ours": "generation.steps", "theirs": "model.generate",
     "rows": [{"case": "decoder, muestreo puro", "ours": 0.76, "theirs": 1.49, "unit": "ms por token", "aim": 1.5, "ratio": 1.96}],
     "notes": ["Una frase que va debajo de la tabla."]}

Los valores son medianas, cuanto menores mejor, tomadas por turnos en el mismo proceso (`comparing.by_turns`); `ratio` es
theirs / ours y `aim`, la razón que se quería (o null). Ni fechas ni nombres de máquina: solo las versiones y los hilos.
Un modelo para copiar: bench_import.py.

Si le falta algo que no está en requirements-dev.txt, lo dice y sale con el código 75: se queda el resultado guardado.

`run.py` los ejecuta uno a uno, guarda cada objeto en `results/<nombre>.json` y hace con todos la tabla `results/README.md`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results"
ENVIRONMENT = {"OMP_NUM_THREADS": "1", "OMP_WAIT_POLICY": "PASSIVE"}
SKIPPED = 75  # código de salida de una medida a la que le falta algo; ya ha dicho qué
PACKAGES = ("torch", "transformers", "ipywidgets", "matplotlib", "nbconvert")


def main(names: list[str]) -> None:
    """Ejecuta las medidas nombradas («generation»), o todas, y rehace la tabla con las que haya guardadas."""
    RESULTS.mkdir(exist_ok=True)
    for script in sorted(HERE.glob("bench_*.py")):
        name = script.stem.removeprefix("bench_")
        if not names or name in names:
            print(f"Midiendo {name}…", file=sys.stderr)
            found = measured(script)
            if found:
                write(RESULTS / f"{name}.json", json.dumps(found, ensure_ascii=False, indent=2) + "\n")
    results = [json.loads(file.read_text(encoding="utf-8")) for file in sorted(RESULTS.glob("*.json"))]
    write(RESULTS / "README.md", page(results))
    print((RESULTS / "README.md").read_text(encoding="utf-8"))


def measured(script: Path) -> dict | None:
    """Lo que mide un `bench_*.py`, en su propio proceso y con un hilo, más las versiones con que se midió; None si se salta."""
    paths = os.pathsep.join([str(HERE.parent), str(HERE)])
    environment = os.environ | ENVIRONMENT | {"PYTHONPATH": paths}
    done = subprocess.run([sys.executable, str(script)], env=environment, stdout=subprocess.PIPE, text=True)
    if done.returncode == SKIPPED:
        return None
    done.check_returncode()
    return json.loads(done.stdout.splitlines()[-1]) | {"versions": versions(), "threads": int(ENVIRONMENT["OMP_NUM_THREADS"])}


def versions() -> dict[str, str]:
    """Python y los paquetes de los que dependen los tiempos."""
    return {"python": f"{sys.version_info.major}.{sys.version_info.minor}"} | {name: version(name) for name in PACKAGES}


def page(results: list[dict]) -> str:
    """La página Markdown con una tabla por medida."""
    head = (
        "# Medidas\n\nLas escribe `make bench`. En cada fila, dos maneras de hacer lo mismo, medidas por turnos en el mismo proceso: "
        "la mediana de cada una y la razón entre ambas. Los tiempos cambian de una máquina a otra; las razones, bastante menos.\n"
    )
    return head + "".join(map(section, results))


def section(result: dict) -> str:
    """El título, la tabla, las notas y las versiones de una medida."""
    rows = "".join(map(row, result["rows"]))
    notes = "".join(f"\n{note}\n" for note in result["notes"])
    used = ", ".join(f"{name} {number}" for name, number in result["versions"].items())
    table = f"| caso | {result['ours']} | {result['theirs']} | razón | meta |\n|---|--:|--:|--:|--:|\n{rows}"
    return f"\n## {result['title']}\n\n{table}{notes}\nCon {used}; hilos: {result['threads']}.\n"


def row(found: dict) -> str:
    """Una fila: «| decoder | 0,76 ms | 1,49 ms | **2,0** | ≥ 1,5 |»."""
    aim = f"≥ {number(found['aim'])}" if found["aim"] else "–"
    values = (f"{number(found[way])} {found['unit']}" for way in ("ours", "theirs"))
    return f"| {found['case']} | {' | '.join(values)} | **{number(found['ratio'])}** | {aim} |\n"


def number(value: float) -> str:
    """Con dos cifras significativas y coma decimal: 0,76; 2,0; 320."""
    decimals = 0 if value >= 10 else 1 if value >= 1 else 2
    return f"{float(f'{value:.2g}'):.{decimals}f}".replace(".", ",")


def write(file: Path, text: str) -> None:
    """Escribe el fichero entero o no lo toca."""
    half = file.with_suffix(".tmp")
    half.write_text(text, encoding="utf-8")
    os.replace(half, file)


if __name__ == "__main__":
    main(sys.argv[1:])
