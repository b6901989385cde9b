"""La imagen fija de un widget (PNG), dibujada con `plots` a partir de los mismos datos que ve el navegador."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence

from course_utils import diagrams, plots, theme

LIMIT = 150_000  # bytes
WIDTH, BARS_HEIGHT = 10.4, 4.1  # pulgadas
LINE = 88  # letras que caben en una línea de fichas


def _png(height: float, paint: Callable[[object], None]) -> bytes:
    """Pinta en una figura suelta (sin pyplot: nada que cerrar ni que se muestre solo) y la devuelve como PNG."""
    from matplotlib.figure import Figure

    with theme.using("light"):
        figure = Figure(figsize=(WIDTH, height), layout="constrained")
        paint(figure)
        return _save(figure)


def diagram(drawn: diagrams.Diagram) -> bytes:
    """Un diagrama como PNG."""
    with theme.using("light"):
        return _save(diagrams.figure(drawn))


def _save(figure: object) -> bytes:
    """El PNG de una figura; si pesara demasiado, con menos puntos por pulgada."""
    for dpi in (100, 72, 50):
        stream = io.BytesIO()
        figure.savefig(stream, format="png", dpi=dpi, metadata={"Software": None})
        if stream.tell() < LIMIT:
            break
    return stream.getvalue()


def explorer(view: Mapping[str, object]) -> bytes:
    """El explorador: una barra por continuación y, si hay verdad, otra al lado."""
    rows = view["rows"]
    truth = [row["truth"] for row in rows] if view["has_truth"] else None

    def paint(figure: object) -> None:
        plots.next_token_bars([row["label"] for row in rows], [row["model"] for row in rows], truth=truth, limit=view["scale"],
                              title="¿Qué token viene ahora?", subtitle=theme.drawable(view["where"]), axis=figure.subplots())  # fmt: skip

    return _png(1.2 + (0.42 if truth is None else 0.62) * len(rows), paint)


def playground(panel: Mapping[str, object], chips: Sequence[Mapping[str, object]], prompt: str) -> bytes:
    """El taller: el reparto antes y después de los ajustes y, debajo, el texto con la probabilidad de cada token."""
    rows, title = panel["rows"], theme.drawable(panel["where"])
    labels, before, after = ([row[name] for row in rows] for name in ("label", "before", "after"))
    kept = [not row["cut"] for row in rows]
    strip = 0.7 * (1 + (len(prompt) + sum(len(chip["text"]) + 2 for chip in chips)) // LINE)

    def paint(figure: object) -> None:
        top, bottom = figure.subplots(2, 1, height_ratios=(BARS_HEIGHT, strip))
        plots.before_after_bars(labels, before, after, kept, limit=panel["scale"], title=title, axis=top)
        plots.token_strip([chip["text"] for chip in chips], [chip["p"] for chip in chips], prompt=prompt, axis=bottom)

    return _png(BARS_HEIGHT + strip, paint)
