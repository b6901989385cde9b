"""Figuras del capítulo 10: la misma pregunta con cero ejemplos, con uno y con unos pocos."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course_utils import generation, theme
from course_utils.diagrams import column, row, text
from course_utils.figures import shots
from course_utils.figures.canvas import BODY, Scene
from course_utils.figures.panels import listed
from course_utils.figures.registry import figure

if TYPE_CHECKING:
    from course_utils.models import LanguageModel

GAP = 40.0
HALF, THIRD = (BODY - GAP) / 2, (BODY - 2 * GAP) / 3
KNOWN, KNOWN_ANSWER = ">>> max([9, 1, 4, 5])", "9"
QUERY, ONE, OTHER = "ciruela", ("pera", "eco"), ("tambor", "duna")
FEW = (("zorro", "duna"), ("pera", "eco"), ("violín", "faro"), ("caballo", "duna"))
QUERIES = {"ciruela": "eco", "cerdo": "duna", "tambor": "faro"}


@figure(20, models=("decoder", "in_context"))
def llm_20(decoder: LanguageModel, in_context: LanguageModel) -> Scene:
    """Cero ejemplos: el modelo solo cuenta con lo que aprendió al entrenarse

    Dos prompts sin ningún ejemplo, y lo que cada modelo escribiría después. A la izquierda, una tarea que el decodificador de
    bolsillo vio muchas veces al entrenarse, «{conocida}»: contesta {seguro}. A la derecha, una que solo existe en este prompt: qué
    nombre lleva «{pregunta}». El modelo de pocos ejemplos reparte la probabilidad entre cientos de palabras y la mejor es {duda}: no
    sabe cuál, ni puede saberlo.
    """
    known = next(generation.steps(decoder, KNOWN + "\n")).top(3)
    unknown = shots.ask(in_context, (), QUERY)
    if known[0].label != KNOWN_ANSWER or known[0].probability < 0.9 or unknown.candidates[0].probability > 0.05:
        raise ValueError("Con cero ejemplos los modelos no contestan lo que cuenta la figura: habría que decir otra cosa.")
    left = column(
        text("Una tarea que ya conoce", 14, bold=True),
        shots.sheet([text(KNOWN, 13, bold=True).framed(height=21.6, valign="center")], HALF, "prompt del decodificador"),
        shots.answer(known, HALF, "lo que escribiría"), gap=8,
    )  # fmt: skip
    right = column(
        text("Unos nombres que no ha visto nunca", 14, bold=True),
        shots.sheet(shots.lines(unknown), HALF, "prompt del modelo de pocos ejemplos"),
        shots.answer(unknown.candidates, HALF, "lo que escribiría"), gap=8,
    )  # fmt: skip
    best = unknown.candidates[0]
    facts = {"conocida": KNOWN, "pregunta": QUERY, "duda": f"{best.label}, {theme.percent(best.probability)}"}
    facts |= {"seguro": listed([one.label for one in known], [theme.percent(one.probability) for one in known])}
    caption = (
        "En inglés, zero-shot. A la derecha no falla el modelo: falta información, porque el nombre de las frutas se sortea en cada "
        "prompt."
    )
    return Scene(row(left, right, gap=GAP, align="top"), facts, caption)


@figure(21, models=("in_context",))
def llm_21(in_context: LanguageModel) -> Scene:
    """Un ejemplo: basta, si es el que hacía falta

    La misma pregunta, «{pregunta}», tras un solo ejemplo. A la izquierda el ejemplo es otra fruta, «{una}»: contesta {bien}. A la derecha
    es un instrumento, «{otra}», que de las frutas no dice nada: {mal}, y vuelve a repartir la probabilidad entre cientos de palabras.
    """
    useful, useless = (shots.ask(in_context, (example,), QUERY) for example in (ONE, OTHER))
    if useful.candidates[0].label != ONE[1] or useful.candidates[0].probability < 0.9 or useless.candidates[0].probability > 0.05:
        raise ValueError(f"Con un ejemplo, «{in_context.name}» no contesta lo que cuenta la figura: habría que decir otra cosa.")
    panels = [
        column(text(title, 14, bold=True), shots.sheet(shots.lines(shot), HALF, f"prompt, {shot.tokens} tokens"),
               shots.answer(shot.candidates, HALF, "lo que escribiría"), gap=8)
        for title, shot in (("El ejemplo también es una fruta", useful), ("El ejemplo es otra cosa", useless))
    ]  # fmt: skip
    facts = {"pregunta": QUERY, "una": " ".join(ONE), "otra": " ".join(OTHER), "bien": useful.told, "mal": useless.told}
    caption = "En inglés, one-shot. Modelo de pocos ejemplos. Los nombres «eco» y «duna» se han sorteado: en otro prompt serían otros."
    return Scene(row(*panels, gap=GAP, align="top"), facts, caption)


@figure(22, models=("in_context",))
def llm_22(in_context: LanguageModel) -> Scene:
    """Pocos ejemplos: los mismos cuatro sirven para tres preguntas distintas

    Los mismos cuatro ejemplos, {ejemplos}, y tres preguntas. {respuestas}. Junto a cada etiqueta, la atención que le dedica la última
    palabra en la capa {capa}, media de sus cabezas: casi todo va a las etiquetas de las palabras de su misma familia, y esas son las que
    copia.
    """
    asked = [shots.ask(in_context, FEW, query) for query in QUERIES]
    if [shot.candidates[0].label for shot in asked] != list(QUERIES.values()):
        raise ValueError(f"Con cuatro ejemplos, «{in_context.name}» no contesta lo que cuenta la figura: habría que decir otra cosa.")
    panels = [
        column(shots.sheet(shots.lines(shot, looked=True), THIRD, f"prompt, {shot.tokens} tokens"),
               shots.answer(shot.candidates, THIRD, "lo que escribiría"), gap=8)
        for shot in asked
    ]  # fmt: skip
    told = []
    for shot in asked:
        looks = listed([f"«{label}»" for _, label in shot.examples], [theme.percent(look) for look in shot.looks])
        told.append(f"A «{shot.query}» contesta {shot.told}; mira a {looks}")
    facts = {"ejemplos": ", ".join(f"«{word} {label}»" for word, label in FEW)}
    facts |= {"respuestas": ". ".join(told), "capa": str(shots.LAYER)}
    caption = (
        "En inglés, few-shot. El porcentaje junto a cada etiqueta (y su tono) es la atención que le dedica la última palabra "
        f"en la capa {shots.LAYER}, media de sus cuatro cabezas."
    )
    return Scene(row(*panels, gap=GAP, align="top"), facts, caption)
