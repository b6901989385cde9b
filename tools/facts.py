"""Escribe ``docs/medidas.md``, lo medido en una página: ``python -m tools.facts``.

No mide nada: reúne lo que guardan ``make quality`` (models/README.md), los entrenamientos (models/*/training.json), ``make bench``
(benchmarks/results/) y la tabla de capítulos. Con los mismos ficheros escribe siempre lo mismo.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from benchmarks.run import RESULTS, number
from course_utils import paths, theme
from course_utils.exercises import classroom
from tools import quality
from tools.chapters import CHAPTERS

PAGE = paths.ROOT / "docs" / "medidas.md"
TELLING = {  # modelo → la medida que mejor dice si hace lo suyo, con el nombre que le da make quality
    "decoder": "cuentos sin ninguna falta",
    "encoder": "sonda de opiniones",
    "translator": "traducción exacta",
    "instruct": "respuesta exacta",
    "in_context": "acierto con 16 ejemplos",
}
INTRODUCTION = """\
# Medidas

Lo medido, en una página. La escribe `make colab` (y también `make quality` y `make bench`) con los resultados que hay guardados:
ningún número está puesto a mano. Los detalles, en las fichas de [models/](../models/README.md) y en
[benchmarks/results/](../benchmarks/results/README.md)."""
MODELS_HEAD = """\
## Los modelos de bolsillo

Entrenados en una CPU y medidos con textos que no han visto; donde uno no llega a lo que se le pide, se ve. El de instrucciones parte
del decodificador ya entrenado.
"""
PEERS_HEAD = """\
## Frente a otros

La mediana de cada manera de hacer lo mismo, por turnos y en el mismo proceso. «Veces mejor» es lo otro dividido entre lo nuestro: con
1 son iguales. Los tiempos cambian de una máquina a otra; las razones, bastante menos.
"""
MEMORY = "memory.json"  # lo que ocupa cada capítulo: no compara con nadie


def course() -> str:
    """El curso en números."""
    exercises, questions = len(classroom.all_exercises()), len(classroom.all_questions())
    figures, minutes = len(list(paths.FIGURES.glob("LLM_*.png"))), sum(chapter.minutes for chapter in CHAPTERS)
    hours = theme.number(minutes / 60, 0)
    return (f"## El curso\n\n{len(CHAPTERS)} capítulos, unas {hours} horas leyendo y probando; {figures} figuras dibujadas con código; "
            f"{exercises} ejercicios que se corrigen solos y {questions} preguntas.")  # fmt: skip


def parameters(folder: Path) -> str:
    """Cuántos tiene, según su ficha: «2.271.360»."""
    return re.search(r"^\| [Pp]arámetros \| ([\d.]+)", (folder / "README.md").read_text("utf-8"), re.MULTILINE)[1]


def hours(folder: Path) -> str:
    """Lo que duró su entrenamiento, según su diario, cuyo reloj vuelve a empezar cada vez que se reanuda."""
    told = [entry["seconds"] for entry in json.loads((folder / "training.json").read_text("utf-8"))["history"]]
    seconds = sum(last for last, following in zip(told, [*told[1:], 0], strict=True) if following < last)
    return f"{theme.number(seconds / 3600, 1)} h" if seconds >= 3600 else f"{seconds / 60:.0f} min"


def measured() -> dict[str, list[str]]:
    """La fila de la tabla de calidad que representa a cada modelo: qué se mide, qué se pide, qué sale, su intervalo y casos."""
    text = (paths.MODELS / "README.md").read_text("utf-8").split(quality.START)[1].split(quality.END)[0]
    rows = [[cell.strip() for cell in line.strip("| ").split("|")] for line in text.strip().splitlines()[2:]]
    return {name: next(row[1:] for row in rows if row[:2] == [name, what]) for name, what in TELLING.items()}


def models() -> str:
    """Los modelos de bolsillo: tamaño, entrenamiento y una medida."""
    rows = ["| modelo | parámetros | pesa | se entrenó en | qué se mide | se pide | sale | intervalo del 95 % |",
            "|---|--:|--:|--:|---|---|--:|---|"]  # fmt: skip
    for name, (what, wanted, found, interval, _) in measured().items():
        folder = paths.MODELS / name
        size = theme.number((folder / "model.safetensors").stat().st_size / 1e6, 1)
        cells = [f"[{name}](../models/{name}/README.md)", parameters(folder), f"{size} MB", hours(folder), what, wanted, found, interval]
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join([MODELS_HEAD, *rows])


def results() -> list[dict[str, Any]]:
    """Las comparaciones guardadas, por orden de nombre."""
    return [json.loads(file.read_text("utf-8")) for file in sorted(RESULTS.glob("*.json")) if file.name != MEMORY]


def peers() -> str:
    """Lo nuestro frente a otras maneras de hacer lo mismo: las comparaciones que tenían una meta."""
    rows = ["| qué | lo nuestro | frente a | veces mejor | meta |", "|---|--:|--:|--:|--:|"]
    for result in results():
        rows += [_compared(result, row) for row in result["rows"] if row["aim"]]
    return "\n".join([PEERS_HEAD, *rows])


def _compared(result: dict[str, Any], row: dict[str, Any]) -> str:
    ours, theirs = (f"{number(row[way])} {row['unit']}" for way in ("ours", "theirs"))
    peer = "" if result["theirs"] == "la otra" else f"`{result['theirs']}`: "
    return f"| **{result['title']}**: {row['case']} | {ours} | {peer}{theirs} | **{number(row['ratio'])}** | {number(row['aim'])} |"


def memory() -> str:
    """Lo que ocupa cada capítulo en marcha, si está medido: un resultado como los demás, con un capítulo en cada fila."""
    file = RESULTS / MEMORY
    if not file.exists():
        return ""
    result = json.loads(file.read_text("utf-8"))
    rows = [f"| {row['case']} | {number(row['ours'])} {row['unit']} |" for row in result["rows"]]
    notes = [f"\n{note}" for note in result["notes"]]
    return "\n".join([f"## {result['title']}\n", "| capítulo | pico de memoria |", "|---|--:|", *rows, *notes])


def page() -> str:
    """La página entera."""
    return "\n\n".join(filter(None, [INTRODUCTION, course(), models(), peers(), memory()])) + "\n"


def main() -> None:
    paths.write_whole(PAGE, page())


if __name__ == "__main__":
    main()
