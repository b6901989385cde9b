"""La imagen fija de un widget (PNG), dibujada con `plots` a partir de los mismos datos que ve el navegador."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from course_utils import diagrams, gallery, heatmaps, maps, plots, theme
from course_utils.positions import MEASURES

if TYPE_CHECKING:
    from course_utils.inspection import Attention, Lens
    from course_utils.widgets.denoising import Denoising
    from course_utils.widgets.placing import Placing

LIMIT = 150_000  # bytes
WIDTH, BARS_HEIGHT = 10.4, 4.1  # pulgadas
TALLEST, COLUMNS = 16, 9  # filas que dan altura al mapa de atención; columnas de la tabla del viaje
CHIPS = 90  # fichas de una tira de tokens


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
    strip = diagrams.tokens([chip["text"] for chip in chips], [chip["p"] for chip in chips], prompt=prompt, width=WIDTH * 72 - 24).pad(12)

    def paint(figure: object) -> None:
        top, bottom = figure.subfigures(2, 1, height_ratios=(BARS_HEIGHT, strip.height / 72))
        plots.before_after_bars(labels, before, after, kept, limit=panel["scale"], title=title, axis=top.subplots())
        diagrams.render(strip, axis=bottom.add_axes((0, 0, 1, 1)))  # fuera de la composición automática, que la estiraría sin su letra

    return _png(BARS_HEIGHT + strip.height / 72, paint)


def attention(found: Attention, layer: int, head: int) -> bytes:
    """La vista de atención: la cabeza elegida en grande y, al lado, todas en pequeño."""
    queries = min(len(found.queries), TALLEST)

    def paint(figure: object) -> None:
        figure.get_layout_engine().set(rect=(0, 0, 1, 0.95))  # los nombres de arriba empujan el título, y la figura no lo cuenta
        left, right = figure.subplots(1, 2, width_ratios=(1.25, 1))
        heatmaps.attention_map(found.head(layer, head), found.queries, found.keys, left, title=f"Capa {layer}, cabeza {head}")
        heatmaps.mosaic(found.weights, right, chosen=(layer, head), title="Todas las cabezas")

    return _png(max(4.2, 1.5 + 0.3 * queries), paint)


def journey(lens: Lens, levels: Sequence[str], position: int) -> bytes:
    """El viaje: la mejor apuesta de cada nivel para el token elegido y los que tiene delante."""
    places = range(max(0, min(position - COLUMNS // 2, len(lens.ids) - COLUMNS)), len(lens.ids))[:COLUMNS]
    best = [[lens.top(level, place, 1)[0] for place in places] for level in range(len(levels))]
    columns = [f"►{lens.labels[place]}" if place == position else lens.labels[place] for place in places]

    def paint(figure: object) -> None:
        words, chances = ([[getattr(one, name) for one in row] for row in best] for name in ("label", "probability"))
        title = "La mejor apuesta tras cada capa, al leer cada token"
        heatmaps.guess_table(words, chances, levels, columns, figure.subplots(), title=title)

    return _png(1.2 + 0.62 * len(levels), paint)


def tokenizers(view: Mapping[str, object]) -> bytes:
    """El explorador de tokenizadores: las piezas con sus ids, una tira por tokenizador, y los tokens por palabra de cada lengua."""
    from course_utils import diagrams

    parts = []
    for panel in view["panels"]:
        some = panel["segments"][:CHIPS]
        chips = [(diagrams.chip(one["text"], note="+".join(one["ids"]) or "—", dash=len(one["ids"]) != 1), 5.0) for one in some]
        left = [diagrams.text("…y más, en la vista.", role="quiet")] * (len(panel["segments"]) > CHIPS or bool(panel["more"]))
        parts += [diagrams.text(f"{panel['name']} · {panel['kind']}", 13.0, bold=True), diagrams.flow(chips, WIDTH * 72 - 40), *left,
                  diagrams.text(panel["summary"], role="quiet").pad(0, 6)]  # fmt: skip
    parts.append(diagrams.text("Tokens por palabra", 13.0, bold=True))
    for one in view["languages"]:
        parts.append(diagrams.text(f"{one['language']}: " + "; ".join(f"{bar['text']} con {bar['name']}" for bar in one["bars"])))
    drawn = diagrams.column(*parts, gap=5).pad(16)

    def paint(figure: object) -> None:
        figure.set_layout_engine("none")
        diagrams.render(drawn, axis=figure.add_axes((0, 0, 1, 1)))

    return _png(drawn.height / 72, paint)


def positions(placing: Placing) -> bytes:
    """La vista de posiciones: cada tabla como mapa de calor y, debajo, lo que la posición elegida se parece a todas."""
    chosen, ylabel = placing.position, f"{MEASURES[placing.measure]} con la {placing.position}"

    def paint(figure: object) -> None:
        axes = figure.subplots(2, len(placing.tables), height_ratios=(4.2, 2.4), squeeze=False)
        for table, top, bottom in zip(placing.tables, *axes):
            maps.heat_map(table.vectors, title=f"{table.origin}: {table.kind}", xlabel="dimensión", ylabel="posición", row=chosen, axis=top)
            maps.curve(placing.similarity(table), chosen=chosen, title="", xlabel="posición", ylabel=ylabel, axis=bottom)

    return _png(7.2, paint)


def word_map(view: Mapping[str, object]) -> bytes:
    """El mapa de embeddings: un punto por palabra, la elegida y sus vecinas con su nombre."""
    labels, spots = [one["label"] for one in view["points"]], [(one["x"], -one["y"]) for one in view["points"]]
    near = [one["index"] for one in view["near"] if one["index"] is not None]

    def paint(figure: object) -> None:
        maps.word_map(spots, labels, chosen=view["chosen"]["index"] if view["chosen"] else None, near=near, title="Mapa de embeddings",
                      subtitle=view["where"], axis=figure.subplots())  # fmt: skip

    return _png(6.4, paint)


def denoising(strip: Denoising) -> bytes:
    """La tira: una fila por dibujo (los primeros) y unos momentos repartidos, de la nieve al dibujo acabado."""
    film, columns = strip.film, strip.columns()
    images = film.frames[columns][:, : strip.shown].swapaxes(0, 1).reshape(-1, *film.frames.shape[2:])
    heads = [f"t = {theme.number(film.times[moment], 2)}" for moment in columns]
    title = f"De la nieve al dibujo: {strip.kind}"
    return _png(1.0, lambda figure: gallery.wall(images, columns=len(columns), heads=heads, title=title, figure=figure))
