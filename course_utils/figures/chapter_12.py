"""Figuras del capítulo 12: el par de rango bajo junto a los pesos congelados, la fusión y el cambio de tarea cambiando de adaptador."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from course_utils import adapters, ranks, theme, tuning
from course_utils.diagrams import column, rectangle, row, space, text
from course_utils.figures import low_rank
from course_utils.figures.canvas import BODY, Scene
from course_utils.figures.registry import figure

if TYPE_CHECKING:
    from torch import Tensor

    from course_utils.models import LanguageModel
    from course_utils.ranks import Pairing, Swap

RANK, SIDE = 8, 4
LAYERS = ("attn.c_attn", "attn.c_proj", "mlp.c_fc", "mlp.c_proj")
SCALE, SMALL = 0.30, 0.075    # puntos por número


@figure(28, models=("decoder",))
def llm_28(decoder: LanguageModel) -> Scene:
    """LoRA: los pesos se quedan congelados y a su lado se entrenan dos matrices estrechas

    A la izquierda, las dos redes de un bloque del decodificador de bolsillo, autoatención y feed-forward, con sus cuatro matrices rayadas
    (congeladas) y, junto a cada una, un par estrecho que sí se entrena. A la derecha, una de ellas a escala: W, de {salen} × {entran},
    congelada, con {grande} números; B, de {salen} × {r}, y A, de {r} × {entran}, que se entrenan y suman {chico}, el {parte}; y su
    producto, ΔW, que mide otra vez {salen} × {entran}. Debajo, el camino: el vector x pasa por W y, a la vez, por A (que lo deja en {r}
    números) y por B; lo segundo se multiplica por α/r y se suma.
    """
    layers = {name: tuple(weight.shape) for name, weight in _weights(decoder).items()}
    shapes = [(name, next(shape for layer, shape in layers.items() if layer.endswith(name))) for name in LAYERS]
    outside, inside = shapes[0][1]
    attached = adapters.attach(tuning.copied(decoder).model, adapters.LoRA(rank=RANK))
    large, small = outside * inside, RANK * (outside + inside)
    height = outside * SCALE
    whole, tall, wide = (outside, inside), (outside, RANK), (RANK, inside)
    frozen, B, A = (low_rank.matrix(shape, SCALE, trained=shape != whole) for shape in (whole, tall, wide))
    change = rectangle(inside * SCALE, height, fill="train@0.3", edge="train", dash=True)
    W, dW, B, A = (
        low_rank.labelled(drawn, name, f"{shape[0]} × {shape[1]}", height=height)
        for drawn, name, shape in ((frozen, "W", whole), (change, "ΔW", whole), (B, "B", tall), (A, "A", wide))
    )
    plus, equals, dot = (low_rank.sign(content, height) for content in ("+", "donde ΔW = α/r ·", "·"))
    counted = row(text(f"congelados: {theme.number(large)}", 12.5), text(f"se entrenan: {theme.number(small)}", 12.5, bold=True),
                  text(f"el {theme.percent(small / large, 1)}", 12.5), gap=16)  # fmt: skip
    left = column(text("cada bloque tiene dos redes", 12.5, bold=True), low_rank.block(shapes, SMALL, 236), gap=8)
    right = column(row(W, plus, dW, equals, B, dot, A, gap=9), counted, space(height=6), low_rank.paths(RANK, outside, inside), gap=6)
    facts = {"salen": str(outside), "entran": str(inside), "r": str(RANK), "grande": theme.number(large), "chico": theme.number(small)}
    facts |= {"parte": theme.percent(small / large, 1)}
    total = sum(p.numel() for p in decoder.model.parameters())
    caption = f"Con r = {RANK} en las {len(attached.layers)} matrices se entrenan {theme.number(attached.count())} números, junto a los \
{theme.number(total)} congelados. El factor α/r gradúa cuánto pesa el cambio."
    return Scene(row(left, right, gap=20, align="top"), facts, caption)


@figure(29, models=("decoder",))
def llm_29(decoder: LanguageModel) -> Scene:
    """Para usarlo se multiplican B y A y se suman a W: queda una sola matriz

    Números de verdad: una esquina de {lado} × {lado} de la matriz {capa} del decodificador y de su par de LoRA de rango 1, ya entrenado.
    Arriba, la columna B ({b}) por la fila A ({a}), y por α/r = {escala}, da una tabla ΔW de {lado} × {lado}. Debajo, W más ΔW da W′: por
    ejemplo, {w} y {d} suman {s}. Al final, los dos caminos: separadas, x pasa por W y por A y B; fusionada, solo por W′, con las mismas
    multiplicaciones que antes de ajustar, {antes} por token en esta capa, en vez de {separada}.
    """
    pair = ranks.results().pair
    W = _weights(decoder)[pair.name].numpy()
    rows, columns = _corner(W, pair)
    b, a = np.array(pair.B)[rows][:, None], np.array(pair.A)[columns][None, :]
    corner, change = W[np.ix_(rows, columns)], pair.scale * b @ a
    factor = text(f"· {theme.number(pair.scale)} =", 17)
    title = [text(name, 12, bold=True) for name in ("B", "A", "ΔW = α/r · B · A", "W, congelada", "ΔW", "W′, la que se usa")]
    first = row(column(title[0], low_rank.numbers(b, fill="train"), gap=4, align="center"), text("·", 22),
                column(title[1], low_rank.numbers(a, fill="train"), gap=4, align="center"), factor,
                column(title[2], low_rank.numbers(change, fill="train@0.35"), gap=4, align="center"), gap=10)  # fmt: skip
    second = row(column(title[3], low_rank.numbers(corner, **low_rank.FROZEN), gap=4, align="center"), text("+", 20),
                 column(title[4], low_rank.numbers(change, fill="train@0.35"), gap=4, align="center"), text("=", 20),
                 column(title[5], low_rank.numbers(corner + change, fill="soft"), gap=4, align="center"), gap=12)  # fmt: skip
    outside, inside = W.shape
    plain, apart = outside * inside, outside * inside + outside + inside
    ways = column(*(row(text(said, 12, bold=True).framed(190), low_rank.paths(1, outside, inside, merged=merged), gap=8)
                    for said, merged in (("separadas, dos caminos:", False), ("fusionada, uno:", True))), gap=12)  # fmt: skip
    said = [theme.number(round(float(x), 2), 2) for x in (corner[0, 0], change[0, 0], corner[0, 0] + change[0, 0])]
    facts = {"lado": str(SIDE), "capa": pair.name.partition(".")[2], "escala": theme.number(pair.scale), "antes": theme.number(plain)}
    facts |= {"separada": theme.number(apart), "w": said[0], "d": said[1], "s": said[2]}
    facts |= {name: "; ".join(theme.number(round(float(x), 2), 2) for x in values.flat) for name, values in (("b", b), ("a", a))}
    caption = f"Una esquina de {SIDE} × {SIDE} de una matriz de {outside} × {inside}, con su par de rango 1 entrenado. Dos decimales."
    return Scene(column(first, second, ways.pad(0, 6, 0, 0), gap=16), facts, caption)


@figure(30, models=("decoder",))
def llm_30(decoder: LanguageModel) -> Scene:
    """Un modelo congelado y un adaptador por tarea: se cambia en el momento de usarlo

    La misma frase, «{frase}», al mismo modelo. Sin adaptador: «{nada}». Con el adaptador «futuro»: «{futuro}». Con el adaptador
    «negación»: «{negación}». Abajo, a escala, lo que ocupa en disco cada cosa: el modelo, {modelo}; cada adaptador, {adaptador}.
    """
    swap = ranks.results().swap
    place = _clear(swap)
    answers = {name: found[place] for name, found in swap.answers.items()}
    names = [name for name in answers if name]
    _weights(decoder)
    whole = ranks.BYTES * sum(p.numel() for p in decoder.model.parameters())
    small = max(swap.bytes[name] for name in names)
    shown = {name: f"{words.partition('.')[0]} …" if not name else words for name, words in answers.items()}
    lines = [low_rank.task(name, f"{_size(swap.bytes[name])}" if name else "", shown[name], BODY - 10) for name in answers]
    asked = row(text("se le da", 12, role="quiet"), text(f"«{swap.sentences[place]}»", 15, bold=True), gap=8)
    wide = BODY - 220
    bars = [
        row(text(label, 12).framed(150), rectangle(wide * size / whole, 18, **look), text(_size(size), 12), gap=8)
        for label, size, look in (("el modelo entero", whole, low_rank.FROZEN), ("cada adaptador", small, dict(fill="train")))
    ]
    facts = {"frase": swap.sentences[place], "nada": shown[""], **{name: answers[name] for name in names}}
    facts |= {"modelo": _size(whole), "adaptador": _size(small)}
    own = [(name, *(theme.percent(swap.right[name][order]) for order in (name, other))) for name, other in zip(names, reversed(names))]
    rights = "; ".join(f"«{name}», el {mine} de lo suyo y el {others} de lo otro" for name, mine, others in own)
    caption = f"Con frases nuevas acierta: {rights}. A {ranks.BYTES} bytes por número."
    return Scene(column(asked, *lines, space(height=6), text("en disco", 12, role="quiet"), *bars, gap=12), facts, caption)


# --- piezas -----------------------------------------------------------------------------------------------------------


def _weights(decoder: LanguageModel) -> dict[str, Tensor]:
    """Las matrices del modelo; ValueError si no es el que se ajustó: los números guardados son de aquel."""
    found = {name: adapters.weight(layer) for name, layer in adapters.linear_layers(decoder.model).items()}
    before = {one.name: one.before for one in ranks.results().matrices}
    if found.keys() != before.keys() or any(abs(weight.norm().item() - before[name]) > 0.01 for name, weight in found.items()):
        raise ValueError(f"El modelo «{decoder.name}» no es el que se ajustó para estas figuras: dirían de él lo que es de otro.")
    return found


def _corner(W: np.ndarray, pair: Pairing) -> tuple[np.ndarray, np.ndarray]:
    """Las filas y columnas seguidas en que más se mueve W y en que, redondeadas, las sumas se pueden comprobar a ojo."""
    change = pair.scale * np.outer(pair.B, pair.A)
    exact = np.isclose(np.round(W, 2) + np.round(change, 2), np.round(W + change, 2))
    moves, good = (np.lib.stride_tricks.sliding_window_view(values, (SIDE, SIDE)) for values in (np.abs(change), exact))
    score = np.where(good.all((-1, -2)), moves.mean((-1, -2)), -1.0)
    if score.max() < 0:
        raise ValueError("En ninguna esquina de la matriz cuadran las sumas redondeadas: la figura enseñaría cuentas que no salen.")
    i, j = np.unravel_index(score.argmax(), score.shape)
    return np.arange(i, i + SIDE), np.arange(j, j + SIDE)


def _clear(swap: Swap) -> int:
    """La primera frase en que cada adaptador contesta otra cosa y ninguna es la frase sin cambiar; ValueError si no la hay."""
    for place, sentence in enumerate(swap.sentences):
        said = [found[place] for name, found in swap.answers.items() if name]
        if len({sentence, *said}) == len(said) + 1 and "no " in said[1].lower() and "no " not in said[0].lower():
            return place
    raise ValueError("Los dos adaptadores contestan lo mismo a todas las frases: la figura diría otra cosa.")


def _size(n: float) -> str:
    return f"{theme.number(n / 1e6, 1)} MB" if n >= 1e6 else f"{theme.number(n / 1e3, 0)} kB"
