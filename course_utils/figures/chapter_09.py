"""Figuras del capítulo 9: las tres familias del transformer, con lo que ve cada una, medido, y lo que hace con un texto."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from course_utils import embeddings, generation, inspection, theme
from course_utils.architectures import objectives
from course_utils.diagrams import Diagram, arrow, box, column, paragraph, row, space, text
from course_utils.figures import families
from course_utils.figures.canvas import BODY, Scene
from course_utils.figures.panels import bars, listed
from course_utils.figures.phrases import said
from course_utils.figures.registry import figure

if TYPE_CHECKING:
    from course_utils.models import LanguageModel

GAP = 34.0
WIDE = BODY - families.SIDE - GAP  # lo que queda a la izquierda de la máscara
SOURCE = "Alguien cuida una rana."
CORRUPTED = "Había una vez una rana muy curiosa que vivía en el bosque."


@figure(17, models=("translator",))
def llm_17(translator: LanguageModel) -> Scene:
    """Codificador-decodificador: uno lee la frase entera; el otro escribe, mirándola

    Arriba, lo que lee el codificador del traductor de bolsillo, «{fuente}», en {leidos} tokens; abajo, lo que escribe el decodificador,
    «{escrito}», en {escritos}. Hilos entre los dos: la atención cruzada de la última capa, media de sus cabezas, más gruesos cuanto más
    mira. Lo que más mira al escribir cada token: {miradas}. A la derecha, la máscara medida: lo leído se ve entero, en los dos sentidos, y no
    ve lo escrito; lo escrito ve todo lo leído y solo lo escrito antes. Debajo, cómo se preentrenan con «{texto}»: T5 lee la frase con un
    hueco numerado y escribe lo que falta, {falta}; BART lee la frase con un hueco y la escribe entera.
    """
    inputs = inspection.read(translator, SOURCE)
    cross = inspection.attention(translator, inputs.ids, target=inputs.target_ids[1:])["cross"]
    weights = cross.weights[-1].mean(0)
    most = [(cross.written[q], cross.keys[int(weights[q].argmax())], float(weights[q].max())) for q in range(len(weights) - 1)]
    sentence = said([label for label in cross.written[:-1]]).replace(" -", "")
    facts = {"fuente": SOURCE, "escrito": sentence, "leidos": str(len(inputs.ids)), "escritos": str(len(inputs.target_ids))}
    facts |= {"miradas": "; ".join(f"«{word}», a «{key}» ({theme.percent(share)})" for word, key, share in most)}
    left = column(
        families.heading("codificador", "lee: cada token ve a todos los de la frase"),
        families.stacked(
            families.spread(inputs.labels, WIDE).pad(0, 8, 0, 0),
            families.threads(weights, WIDE, 92),
            families.spread(cross.written, WIDE, fill="paper"),
        ),
        families.heading("decodificador", "escribe: ve toda la frase y lo que él ya ha escrito").pad(0, 8, 0, 0),
        paragraph("Hilos: a qué mira al escribir cada token (atención cruzada).", WIDE, 11.5).pad(0, 6, 0, 0),
    )
    panel = families.mask_panel(
        families.measured(translator, inputs), "Lo leído no ve lo escrito.", split=len(inputs.ids), sides=("lo leído", "lo escrito")
    )
    trained, missing = _pretraining(translator)
    facts |= {"texto": CORRUPTED, "falta": missing}
    caption = (
        f"Lo de arriba es una ejecución del traductor de bolsillo: {facts['leidos']} tokens leídos y {facts['escritos']} escritos, contado el "
        "de fin. Lo de abajo, los ejercicios de T5 (Raffel y otros, 2020) y BART (Lewis y otros, 2020) hechos a una frase del micromundo."
    )
    return Scene(column(row(left, panel, gap=GAP, align="top"), space(height=14), trained), facts, caption)


def _pretraining(translator: LanguageModel) -> tuple[Diagram, str]:
    """El mismo texto, como lo estudian T5 y BART; y lo que T5 tiene que escribir."""
    words = CORRUPTED.rstrip(".").split() + ["."]
    marks = objectives.Marks(base=len(words), end=len(words) + 9)
    example = objectives.example(objectives.SPANS, range(len(words)), marks, seed=1, share=0.3)
    hole = lambda name: [words[i] if i < marks.base else name for i in example.read[:-1]]  # noqa: E731
    wanted = [words[i] if i < marks.base else f"<{i - marks.base - 2}>" for i in example.predicts[:-1]]
    blanks = [i >= marks.base for i in example.read[:-1]]
    missing = [word for word in wanted if not word.startswith("<")]
    lines = [
        families.line("T5 lee", hole("<0>"), blanks),
        families.line("y escribe", wanted, [not word.startswith("<") for word in wanted]),
        families.line("BART lee", hole("[MASK]"), blanks).pad(0, 8, 0, 0),
        families.line("y escribe", words, [word in missing for word in words]),
    ]
    return column(text("Cómo se preentrenan: reparar un texto estropeado", 13, bold=True), *lines, gap=5), f"«{said(missing)}»"
