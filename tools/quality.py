"""Mide los modelos de bolsillo con los pesos guardados y escribe la tabla de calidad: en pantalla, en models/README.md y en el README.

python -m tools.quality            # todos; menos de cinco minutos en dos núcleos
"""

import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from course_utils import models, paths, theme
from tools.blocks import filled

sys.path.insert(0, str(paths.RECIPES))

START, END = "<!-- medidas: las escribe make quality -->", "<!-- fin de las medidas -->"
PLACES = (paths.ROOT / "README.md", paths.MODELS / "README.md")


@dataclass(frozen=True)
class Line:
    """Una fila de la tabla: qué se mide, qué se pide, qué sale, su intervalo del 95 % y sobre cuántos casos."""

    model: str
    what: str
    wanted: str
    found: str
    interval: str = ""
    cases: str = ""

    def markdown(self) -> str:
        return f"| {self.model} | {self.what} | {self.wanted} | {self.found} | {self.interval} | {self.cases} |"


def percent(share: float) -> str:
    return theme.percent(share, 1)


def between(interval: tuple[float, float]) -> str:
    return f"{percent(interval[0])} – {percent(interval[1])}"


def decoder() -> Iterator[Line]:
    """Los cuentos, contra la gramática; el código, contra el intérprete."""
    from measure_decoder import measure

    found = measure(models.load("decoder"), sampled=300, code_sampled=300)
    gap = f"{theme.number(found.loss, 4)} (suelo, {theme.number(found.floor, 4)})"
    yield Line("decoder", "pérdida en cuentos, nats por token", "a menos de 0,01 del suelo", gap, "", f"{found.validation_stories} cuentos")
    yield Line("decoder", "repite bien lo ya presentado", "≥ 99 %", percent(found.copy_accuracy), "", str(found.copies))
    clean = between(found.without_violation_interval)
    yield Line("decoder", "cuentos sin ninguna falta", "≥ 90 %", percent(found.without_violation), clean, str(found.sampled))
    runs = between(found.code_right_interval)
    yield Line("decoder", "código que da el valor que dice", "≥ 90 %", percent(found.code_right), runs, str(found.code_sampled))


def in_context() -> Iterator[Line]:
    """El acierto con pocos ejemplos, contra lo que los ejemplos permiten."""
    from measure_in_context import measure

    found = measure(models.load("in_context"), trials=500)
    for name, rows, margin in (("", found.seen, 3), (", etiquetas nuevas", found.unseen, 10)):
        for row in rows:
            wanted = "azar" if row.shots == 0 else f"a menos de {margin} puntos de {percent(row.ceiling)}"
            what = f"acierto con {row.shots} ejemplo{'s' * (row.shots != 1)}{name}"
            yield Line("in_context", what, wanted, percent(row.accuracy), between(row.interval), str(row.trials))


def translator() -> Iterator[Line]:
    """Traducciones exactas, y a qué atiende al escribir."""
    from measure_translator import measure

    found = measure(models.load("translator"), sentences=500, aligned=200)
    asked = (("traducción exacta", "≥ 98 %", found.test), ("…con combinaciones nunca vistas", "≥ 90 %", found.compositional))
    for what, wanted, row in asked:
        yield Line("translator", what, wanted, percent(row.share), between(row.interval), str(row.sentences))


def encoder() -> Iterator[Line]:
    """Huecos, contra la gramática; opiniones y paráfrasis, con sus vectores."""
    from measure_encoder import measure

    found = measure(models.load("encoder"), gaps=100, pairs=300)
    for what, row in (("pérdida en un hueco de una opinión, nats", found.one_gap), ("…de un cuento", found.stories)):
        value = f"{theme.number(row.loss, 3)} (suelo, {theme.number(row.floor, 3)})"
        yield Line("encoder", what, "a menos del 5 % del suelo", value, "", f"{row.words} huecos")
    probe = found.probe
    yield Line("encoder", "sonda de opiniones", "≥ 95 %", percent(probe.accuracy), between(probe.interval), str(probe.tested))
    for what, row in (("encuentra la paráfrasis", found.test), ("…con una pareja de moldes nueva", found.compositional)):
        yield Line("encoder", what, "≥ 90 %", percent(row.recall), between(row.interval), str(row.pairs))


def instruct() -> Iterator[Line]:
    """Respuestas exactas y si reconoce lo que el texto no dice."""
    from measure_instruct import measure

    found = measure(models.load("instruct"), n=400)
    yield Line("instruct", "respuesta exacta", "≥ 90 %", percent(found.exact), between(found.exact_interval), str(found.asked))
    new = between(found.new_wordings_interval)
    yield Line("instruct", "…pedida con palabras nunca vistas", "", percent(found.new_wordings), new, str(found.asked // 2))
    refused = between(found.refusals_interval)
    yield Line("instruct", "dice que no lo sabe cuando no está", "≥ 90 %", percent(found.refusals), refused, str(found.unanswerable))


MEASURED: dict[str, Callable[[], Iterator[Line]]] = {
    "decoder": decoder,
    "encoder": encoder,
    "in_context": in_context,
    "translator": translator,
    "instruct": instruct,
}


def table(lines: list[Line]) -> str:
    head = "| modelo | qué se mide | se pide | sale | intervalo del 95 % | casos |\n|---|---|---|---|---|---|\n"
    return head + "\n".join(line.markdown() for line in lines)


def write(lines: list[Line]) -> None:
    """Pone la tabla entre sus dos marcas, en cada lugar que la cita."""
    for place in PLACES:
        paths.write_whole(place, filled(place.read_text(encoding="utf-8"), START, END, table(lines)))


def main() -> None:
    import torch

    torch.set_num_threads(2)
    began, lines = time.perf_counter(), []
    for name, measured in MEASURED.items():
        if name in models.available():
            for line in measured():
                lines.append(line)
                print(line.markdown(), flush=True)
    write(lines)
    print(f"{time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
