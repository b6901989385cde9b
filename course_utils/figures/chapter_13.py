"""Figuras del capítulo 13: un prompt suave delante del texto, dónde caen sus vectores y uno por tarea sobre el mismo modelo."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from course_utils import embeddings, theme, tokens
from course_utils.diagrams import CUT_HATCH, Diagram, arrow, box, brace, chip, column, flow, inset, over, paragraph, row, space, text
from course_utils.figures import soft_prompts
from course_utils.figures.canvas import BODY, Scene
from course_utils.figures.registry import figure

if TYPE_CHECKING:
    from course_utils.models import LanguageModel

ORDERS, NONE = ("futuro", "negación"), "sin prompt"
GAP = 14.0
EDGES = {"accent": "accent", "paper": "ink"}  # el borde de lo que escribe el modelo: con un prompt suave, lleno; sin él, vacío
LINE, TASK, CELL = 92.0, 388.0, 9.0  # puntos: alto de una fila, ancho de su parte izquierda y de un token virtual


@figure(31, models=("decoder",))
def llm_31(decoder: LanguageModel) -> Scene:
    """Un prompt suave: vectores que se aprenden, delante de los del texto

    La entrada del modelo, columna a columna. A la izquierda, {virtuales} tokens virtuales, enmarcados en naranja: vectores que no son de
    ninguna palabra, {entrenados} números en total, lo único que se entrena. A la derecha, los {leidos} tokens de «{frase}», con los
    vectores de la tabla del modelo, que está congelada. Cada columna son {ancho} números. Debajo, el modelo, rayado:
    {parametros} pesos congelados. Y lo que escribe: con el prompt suave, «{con}»; sin él, «{sin}».
    """
    (prompt,) = soft_prompts.prompts(decoder, ["futuro"])
    sentence, answers = soft_prompts.sentence(decoder)
    ids, said = soft_prompts.read_ids(decoder, sentence), answers["futuro"]
    plain = soft_prompts.answered(decoder, None, sentence)
    if plain == said:
        raise ValueError(f"El modelo «{decoder.name}» pone la frase en futuro también sin prompt: la figura no enseñaría nada.")
    table = embeddings.table(decoder)
    labels = [tokens.label(decoder.tokenizer, i) if i != decoder.tokenizer.eos_token_id else "(inicio)" for i in ids]
    n, read = len(prompt), len(ids)
    cell = (BODY - GAP) / (n + read)
    facts = {
        "virtuales": str(n), "entrenados": theme.number(prompt.numel()), "leidos": str(read), "frase": sentence,
        "ancho": str(prompt.shape[1]), "parametros": theme.number(decoder.model.num_parameters()), "con": said, "sin": _short(plain),
    }  # fmt: skip
    height = 118.0
    virtual = column(
        column(text("se aprenden", 14, bold=True), text("de ninguna palabra: empiezan al azar", 11, role="quiet"), gap=1),
        soft_prompts.columns(prompt.numpy(), cell, edge="train", height=height),
        row(*(text(str(i + 1), 10).framed(cell, align="center") for i in range(n))).framed(height=28),
        brace(cell * n, f"{n} tokens virtuales = {facts['entrenados']} números"),
        gap=5,
    )
    words = column(
        column(text("congelados", 14, bold=True), text("los de la tabla del modelo", 11, role="quiet"), gap=1),
        soft_prompts.columns(table[ids], cell, edge="quiet", height=height),
        _names(labels, cell),
        brace(cell * read, f"el texto: {read} tokens"),
        gap=5,
    )
    inputs = row(virtual, words, gap=GAP, align="top")
    machine = box(
        text(f"decodificador de bolsillo: {facts['parametros']} pesos, congelados", 13, bold=True), width=BODY, height=42, fill="frozen",
        edge="quiet", hatch=CUT_HATCH,
    )  # fmt: skip
    down = arrow(20, direction="down").framed(BODY, align="center")
    written = column(
        _answer("con el prompt suave", said, fill="accent"), _answer("sin él", facts["sin"], fill="paper"), gap=7,
    )
    caption = (
        f"De cada vector se pintan {soft_prompts.SHOWN} números de {facts['ancho']}: azul, positivo; naranja, negativo. Los dos lados, "
        "cada uno a su escala. El prompt está aprendido con 800 frases y su futuro (recipes/train_virtual_tokens.py)."
    )
    return Scene(column(inputs, down, machine, down, written, gap=6), facts, caption)


def _names(labels: list[str], cell: float) -> Diagram:
    """Los nombres de las columnas, en dos alturas para que quepan."""
    parts = []
    for i, label in enumerate(labels):
        name = text(label, 10)
        left = min(max(cell * (i + 0.5) - name.width / 2, 0), cell * len(labels) - name.width)
        parts.append(name.moved(left, 0 if i % 2 == 0 else 14))
    return over(space(cell * len(labels), 28), *parts).framed(cell * len(labels), 28)


def _answer(title: str, said: str, *, fill: str) -> Diagram:
    return row(text(title, 12, role="quiet").framed(150), box(said, fill=fill, edge=EDGES[fill], size=12.5), gap=8)


def _short(said: str, most: int = 66) -> str:
    first = said.split("\n")[0]
    return first if len(first) <= most else first[: most - 1].rstrip() + "…"


@figure(32, models=("decoder",))
def llm_32(decoder: LanguageModel) -> Scene:
    """Tienen tantos números como un embedding, pero no están donde están las palabras

    Dos vistas de lo mismo: {palabras} palabras frecuentes del decodificador de bolsillo, puntos azules, y los {virtuales} tokens
    virtuales del prompt de futuro, cuadrados naranjas. A la izquierda, en un plano (PCA, que conserva el {varianza} de la varianza): los
    virtuales se apartan del grupo. A la derecha, sin proyectar: los virtuales son más largos, {largo} de media contra {largo_palabra}, y su
    palabra más parecida se les parece poco, coseno {parecido} de media; un vector al azar tiene {azar}, y una palabra con la suya,
    {parecido_palabra}. Sus vecinas más próximas: {vecinas}.
    """
    found = soft_prompts.places(decoder, "futuro")
    count = len(found.words)
    longest, alike = (np.split(values, [count]) for values in (found.lengths, found.alike))
    if longest[1].mean() < 1.5 * longest[0].mean() or alike[1].mean() > alike[0].mean():
        raise ValueError(f"En «{decoder.name}» los tokens virtuales no se apartan de las palabras: la figura diría otra cosa.")
    facts = {
        "palabras": str(count), "virtuales": str(len(longest[1])), "varianza": theme.percent(found.explained),
        "largo": theme.number(longest[1].mean(), 1), "largo_palabra": theme.number(longest[0].mean(), 1),
        "parecido": theme.number(alike[1].mean(), 2), "parecido_palabra": theme.number(alike[0].mean(), 2),
        "azar": theme.number(found.chance, 2), "vecinas": ", ".join(f"«{name}»" for name in found.near),
    }  # fmt: skip
    wide, high = (BODY - 34) / 2, 290.0
    left = column(
        text("En un plano", 13, bold=True), text(f"PCA: conserva el {facts['varianza']} de la varianza", 11, role="quiet"),
        inset(wide, high, lambda axis: soft_prompts.cloud(found, axis)), gap=3,
    )  # fmt: skip
    right = column(
        text("Sin proyectar", 13, bold=True), text("coseno con la palabra más parecida", 11, role="quiet"),
        inset(wide - 36, high - 40, lambda axis: soft_prompts.measured(found, axis)).pad(36, 6, 0, 34), gap=3,
    )  # fmt: skip
    key = row(text("● palabra", 12, role="accent", bold=True), text("■ token virtual", 12, role="truth", bold=True), gap=22)
    near = column(
        text("La pieza de texto más parecida a cada token virtual", 13, bold=True),
        flow([(chip(f"{i + 1} · {name}", size=11.5, fill="paper", edge="train"), 6.0) for i, name in enumerate(found.near)], BODY), gap=6,
    )  # fmt: skip
    caption = (
        f"«Parecida» es mucho decir: el coseno medio es {facts['parecido']}, y el de un vector al azar con su palabra más cercana, "
        f"{facts['azar']}. Un guion delante es un trozo que va pegado a lo anterior."
    )
    return Scene(column(key, row(left, right, gap=34, align="top"), near, gap=10), facts, caption)


@figure(33, models=("decoder",))
def llm_33(decoder: LanguageModel) -> Scene:
    """Un prompt suave por tarea, y un solo modelo para todas

    La misma frase, «{frase}», entra tres veces en el mismo decodificador de bolsillo, que está congelado (rayado) y ocupa {modelo}. Lo que
    cambia es lo que lleva delante: el prompt suave de futuro, el de negación o ninguno; cada uno, {virtuales} tokens virtuales y {bytes}
    bytes. Lo que escribe: {respuestas}. Cambiar de tarea es cambiar lo que va delante; en un mismo lote, cada fila puede llevar el suyo.
    """
    found = soft_prompts.prompts(decoder, ORDERS)
    sentence, said = soft_prompts.sentence(decoder)
    said = said | {NONE: _short(soft_prompts.answered(decoder, None, sentence))}
    if len(set(said.values())) < len(said):
        raise ValueError(f"El modelo «{decoder.name}» escribe lo mismo con prompts distintos: la figura no enseñaría nada.")
    n, size = len(found[0]), found[0].numel() * 4
    facts = {
        "virtuales": str(n), "bytes": theme.number(size), "modelo": f"{theme.number(decoder.model.num_parameters() * 4 / 1e6, 1)} MB",
        "frase": sentence, "respuestas": "; ".join(f"{name}, «{answer}»" for name, answer in said.items()),
    }  # fmt: skip
    lines = [_task(name, prompt, sentence) for name, prompt in zip(said, [*(one.numpy() for one in found), None])]
    machine = box(
        column(
            *(text(line, 13, bold=True) for line in ("el mismo", "modelo,", "congelado")), text(facts["modelo"], 11), gap=2, align="center"
        ),
        width=104, height=3 * LINE - 16, fill="frozen", edge="quiet", hatch=CUT_HATCH,
    )  # fmt: skip
    arrows = column(*(arrow(18).framed(height=LINE, valign="center") for _ in lines))
    answers = column(*(_written(answer, BODY - TASK - 104 - 52, strong=name != NONE) for name, answer in said.items()))
    caption = (
        f"Cada prompt: {n} tokens de {found[0].shape[1]} números, {facts['bytes']} bytes en float32; el modelo, {facts['modelo']}."
        " Se pintan los primeros números de cada vector. La frase es la primera, entre las cortas de la prueba, que sale bien con los dos."
    )
    return Scene(row(column(*lines), arrows, machine, arrows, answers, gap=4), facts, caption)


def _task(name: str, prompt: np.ndarray | None, given: str) -> Diagram:
    """Una fila: el nombre de la tarea, su prompt y la frase que va detrás."""
    width = 16 * CELL
    strip = space(width, 56) if prompt is None else soft_prompts.columns(prompt, CELL, edge="train", height=56)
    words = box(paragraph(given, 118, 11.5), width=136, edge="accent", fill="soft", align="left")
    told = column(text(name, 13, bold=True), text("delante, nada" if prompt is None else "su prompt suave", 10.5, role="quiet"), gap=1)
    return row(told.framed(96), strip, words, gap=6).framed(TASK, LINE, valign="center")


def _written(answer: str, width: float, *, strong: bool) -> Diagram:
    fill = "accent" if strong else "paper"
    told = box(paragraph(answer, width - 20, 12.5, role=f"on {fill}"), width=width, edge=EDGES[fill], fill=fill, align="left")
    return told.framed(height=LINE, valign="center")
