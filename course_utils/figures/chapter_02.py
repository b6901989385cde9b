"""Figura del capítulo 2: qué es un modelo de lenguaje."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from course_utils import theme
from course_utils.diagrams import Diagram, column, rectangle, row, text
from course_utils.figures import contexts, words
from course_utils.figures.canvas import BODY, Scene
from course_utils.figures.panels import bars, listed
from course_utils.figures.registry import figure
from course_utils.microworld import stories

if TYPE_CHECKING:
    from course_utils.models import LanguageModel

SHOWN, LONGEST = 6, 56  # palabras con barra; letras de la frase, que va en grande
WANTED = (0.30, 0.20, 0.15, 0.10, 0.08, 0.06)  # un hueco con dudas: ni cantado ni plano
TOLERANCE = 0.15  # lo más que el modelo puede apartarse de la verdad, sumadas las barras


@figure(1, models=("decoder",))
def llm_01(decoder: LanguageModel) -> Scene:
    """Un modelo de lenguaje da una probabilidad a cada palabra posible en el hueco

    La frase «{frase}» acaba en un hueco. Debajo, dos barras por palabra: la probabilidad que le da el modelo de
    bolsillo y la verdadera, que en el micromundo se conoce. El modelo: {modelo}. La verdad: {verdad}. Las dos se
    parecen: sumadas todas las barras, se apartan {distancia} puntos. Las demás palabras suman el
    {resto_modelo} según el modelo y el {resto} de verdad.
    """
    prompt, truth = gap()
    names, true = list(truth)[:SHOWN], list(truth.values())[:SHOWN]
    model = words.probabilities(decoder, prompt, names)
    distance = float(np.abs(np.subtract(model, true)).sum())
    if distance > TOLERANCE:
        raise ValueError(f"El modelo «{decoder.name}» se aparta {theme.number(100 * distance, 0)} puntos de la verdad: no se parecen.")
    shown = bars(names, model, truth=true, width=BODY - 60, limit=1.05 * max(*model, *true), row=44, room=110).pad(30, 0)
    facts = {
        "frase": f"{prompt} …",
        "modelo": listed(names, map(theme.percent, model)),
        "verdad": listed(names, map(theme.percent, true)),
        "distancia": theme.number(100 * distance, 0),
        "resto": theme.percent(1 - sum(true)),
        "resto_modelo": theme.percent(max(1 - sum(model), 0)),
    }
    drawn = "Barra llena: el modelo de bolsillo. Barra punteada: la verdad, que se conoce porque el micromundo lo escribimos nosotros."
    rest = f"Las demás palabras suman el {facts['resto_modelo']} según el modelo y el {facts['resto']} de verdad."
    return Scene(column(sentence(prompt), shown, gap=16), facts, f"{drawn} {rest}")


def gap() -> tuple[str, dict[str, float]]:
    """El comienzo de cuento cuya palabra siguiente está repartida como se quiere, y su distribución verdadera."""
    options = ((prompt, stories.next_word(prompt)) for prompt in contexts.prefixes())
    usable = [
        (prompt, truth)
        for prompt, truth in options
        if len(prompt) <= LONGEST and len(truth) >= SHOWN and all(word.isalpha() for word in list(truth)[:SHOWN])
    ]
    return min(usable, key=lambda option: contexts.misfit(option[0], list(option[1].values()), WANTED))


def sentence(prompt: str) -> Diagram:
    """La frase en grande con su hueco punteado al final."""
    return row(text(prompt, 17), rectangle(96, 30, fill="soft", edge="accent", dash=True, radius=5, line=1.4), text("…", 17), gap=9)
