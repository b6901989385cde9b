"""Figuras del capítulo 7, segunda parte: la atención, sus cabezas y el camino del último vector a la palabra."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from course_utils import theme
from course_utils.diagrams import column, paragraph, row, space, text
from course_utils.figures import attention_panels, heads, last_mile, words
from course_utils.figures.canvas import BODY, Scene
from course_utils.figures.panels import listed, said
from course_utils.figures.registry import figure

if TYPE_CHECKING:
    from course_utils.models import LanguageModel

LEAST = 0.5  # lo menos que tiene que mirar, de media, la cabeza de la figura 11 al nombre que va a repetir


@figure(11, models=("decoder",))
def llm_11(decoder: LanguageModel) -> Scene:
    """Un mapa de atención: antes de repetir un nombre, esta cabeza mira dónde salió

    La cabeza {cabeza} de la capa {capa} del decodificador de bolsillo al leer «{frase}». Hay una fila por token que mira y una
    columna por token mirado, con el porcentaje escrito donde llega al 10 %. Por encima de la diagonal todo está rayado: nadie
    mira a lo que viene después. Recuadradas, dos casillas: {casillas}. Medido en {casos} repeticiones de {cuentos} cuentos, esta
    cabeza pone en el nombre que se va a repetir el {media} de su atención; si mirara a todos por igual, sería el {azar}.
    """
    (layer, head), job, example = linking(decoder)
    weights, labels = example.weights[layer, head], example.text.labels
    probabilities = words.read(decoder, example.text.ids).softmax(dim=-1)
    written = [float(probabilities[link.row, example.text.ids[link.place]]) for link in example.links]
    if min(written) < 0.5:
        raise ValueError(f"El modelo «{decoder.name}» mira a un nombre y luego no lo repite: la figura diría otra cosa.")
    side = BODY - len(labels) * attention_panels.CELL[0] - 72 - 22
    panels = [attention_panels.reading(labels, weights, link, chance, side) for link, chance in zip(example.links, written)]
    facts = {"cabeza": str(head), "capa": str(layer), "frase": said(labels[1:]), "casos": str(job.cases), "cuentos": str(heads.STORIES)}
    facts |= {
        "media": theme.percent(job.share.max()),
        "azar": theme.percent(job.chance),
        "casillas": " y ".join(map(_looked(labels), example.links)),
    }
    mean = paragraph(
        f"De media, en {job.cases} repeticiones de {heads.STORIES} cuentos, pone en el nombre el {facts['media']}. "
        f"Mirando a todos por igual sería el {facts['azar']}.",
        side, 11.5,
    )  # fmt: skip
    listing = column(space(height=46), *panels, mean, gap=18)
    body = row(attention_panels.triangle(weights, labels, example.links), listing, gap=22, align="top")
    caption = (
        f"Capa {layer}, cabeza {head} del decodificador de bolsillo. Filas: quién mira; columnas: a quién; en cada casilla, el tanto por "
        "ciento, si llega al 10. Rayado: lo que viene después, que no se puede mirar."
    )
    return Scene(body, facts, caption)


@figure(12, models=("decoder",))
def llm_12(decoder: LanguageModel) -> Scene:
    """Varias cabezas leen a la vez la misma frase, y cada una mira a otra parte

    Las {cabezas} cabezas de la capa {capa} del decodificador de bolsillo, cada una como un triángulo pequeño, al leer «{frase}».
    Con un oficio que se puede medir: {oficios}. Las demás no tienen un oficio claro entre los {probados} que se han probado.
    """
    _, _, example = linking(decoder)
    measured = heads.jobs(decoder)
    layer, found = heads.layer_with_jobs(measured)
    named = {job.head: job for job in found}
    described = [
        f"cabeza {job.head}, {heads.SAID[job.job]}, con el {theme.percent(job.share)} de su atención (al azar, {theme.percent(job.chance)})"
        for job in found
    ]
    facts = {"cabezas": str(example.weights.shape[1]), "capa": str(layer), "frase": said(example.text.labels[1:])}
    facts |= {"oficios": "; ".join(described), "probados": str(len(measured))}
    top = text(f"«{facts['frase']} …»", 13)
    caption = (
        f"Capa {layer} del decodificador de bolsillo; cada fila se tiñe según su propio máximo. Lo medido es la media sobre "
        f"{heads.STORIES} cuentos; «al azar» es lo que pondría una cabeza que mirara a todos por igual."
    )
    return Scene(column(top, attention_panels.tiles(example.weights[layer], example, named), gap=14), facts, caption)


@figure(13, models=("decoder",))
def llm_13(decoder: LanguageModel) -> Scene:
    """Del último vector a la palabra: los bloques suman, la proyección puntúa y softmax reparte

    Arriba, el camino del vector de «{token}», el último token de «{frase}»: {anchura} números que cruzan {bloques} bloques; en
    cada uno se les suma lo que da la atención y luego lo que da la red feed-forward, ancha por dentro ({dentro}), pero de la que
    salen otra vez {anchura} números. Solo al final, tras una norma, la proyección da un logit por token, {vocabulario}, y softmax
    los vuelve probabilidades. Debajo, lo que suma cada bloque: {sumas}. Los mejores logits: {logits}; sus probabilidades:
    {probabilidades}. {comparados}
    """
    found = last_mile.journey(decoder)
    lengths = np.linalg.norm(found.parts, axis=-1)
    names, ids = zip(*found.top)
    sums = [f"bloque {i}, atención {theme.number(a, 1)} y feed-forward {theme.number(f, 1)}" for i, (a, f) in enumerate(lengths)]
    facts = {"token": found.label, "frase": found.prompt, "anchura": str(found.states.shape[1]), "bloques": str(len(lengths))}
    facts |= {"dentro": theme.number(found.inner), "vocabulario": theme.number(len(found.logits)), "sumas": "; ".join(sums)}
    facts |= {"logits": listed(names, [theme.number(found.logits[i], 1) for i in ids]), "comparados": last_mile.compared(found)}
    facts |= {"probabilidades": listed(names, [theme.percent(found.probabilities[i]) for i in ids])}
    below = row(last_mile.added(found, 300), last_mile.ending(found, BODY - 340), gap=40, align="top")
    caption = (
        f"Barra gris: una norma. La feed-forward no da los logits: da {facts['anchura']} números que se suman al vector; "
        "los logits, uno por cada token del vocabulario, salen al final, de la proyección. Decodificador de bolsillo."
    )
    return Scene(column(last_mile.pipeline(found), below, gap=20), facts, caption)


# --- piezas -----------------------------------------------------------------------------------------------------------


def linking(decoder: LanguageModel) -> tuple[tuple[int, int], heads.Job, heads.Example]:
    """La cabeza que mejor enlaza un nombre con el que va a repetir, su medida y un ejemplo. ValueError si no lo hace casi siempre."""
    job = heads.jobs(decoder).get(heads.LINK)
    if job is None or job.share.max() < LEAST:
        share = "ninguna" if job is None else f"como mucho el {theme.percent(job.share.max())}"
        raise ValueError(f"El modelo «{decoder.name}» no tiene una cabeza que mire al nombre que va a repetir ({share} de su atención).")
    return job.best(), job, heads.example(decoder, job.best(), 0.75 * float(job.share.max()))


def _looked(labels: tuple[str, ...]) -> object:
    return lambda link: f"«{labels[link.row]}» mira a «{link.word}» con el {theme.percent(link.share)}"
