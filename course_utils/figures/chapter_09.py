"""Figuras del capítulo 9: las tres familias del transformer, con lo que ve cada una, medido, y lo que hace con un texto."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from course_utils import generation, inspection, theme
from course_utils.architectures import objectives
from course_utils.diagrams import Diagram, arrow, box, column, paragraph, row, space, text
from course_utils.figures import families, one_vector_each
from course_utils.figures.canvas import BODY, Scene
from course_utils.figures.panels import bars, listed
from course_utils.figures.phrases import said
from course_utils.figures.registry import figure

if TYPE_CHECKING:
    from course_utils.models import LanguageModel

GAP = 34.0
WIDE = BODY - families.SIDE - GAP  # lo que queda a la izquierda de la máscara
STORY, SAME = "En el bosque vivía una rana muy curiosa. Un día, la", "rana"
TASKS = (
    ("traducir", "Español: Alguien cuida una rana.\nInglés:"),
    ("calcular", ">>> max([9, 1, 4, 5])\n"),
    ("responder", "Texto: En la cabaña vivía una bruja paciente. Se llamaba Carmela.\nPregunta: ¿Cómo se llamaba la bruja?\nRespuesta:"),
)
SOURCE = "Alguien cuida una rana."
CORRUPTED = "Había una vez una rana muy curiosa que vivía en el bosque."


@figure(17, models=("translator",))
def llm_17(translator: LanguageModel) -> Scene:
    """Codificador-decodificador: uno lee la frase entera; el otro escribe, mirándola

    Arriba, lo que lee el codificador del traductor de bolsillo, «{fuente}», en {leidos} tokens; abajo, lo que escribe el decodificador,
    «{escrito}», en {escritos}. Hilos entre los dos: la atención cruzada de la última capa, media de sus cabezas, más gruesos cuanto
    más mira. Lo que más mira al escribir cada token: {miradas}. A la derecha, la máscara medida: lo leído se ve entero, en los dos
    sentidos, y no ve lo escrito; lo escrito ve todo lo leído y solo lo escrito antes. Debajo, su preentrenamiento con «{texto}»: T5 lee
    la frase con un hueco numerado y escribe lo que falta, {falta}; BART lee la frase con un hueco y la escribe entera.
    """
    inputs = inspection.read(translator, SOURCE)
    cross = inspection.attention(translator, inputs.ids, target=inputs.target_ids[1:])["cross"]
    weights = cross.weights[-1].mean(0)
    most = [(cross.written[q], cross.keys[int(weights[q].argmax())], float(weights[q].max())) for q in range(len(weights) - 1)]
    if [key for _, key, _ in most[1:4]] != ["cuid"] * 3 or len(inputs.ids) == len(inputs.target_ids):
        raise ValueError(f"El modelo «{translator.name}» no escribe «looks after» mirando a «cuid»: la figura diría otra cosa.")
    sentence = said([label for label in cross.written[:-1]]).replace(" -", "")
    facts = {"fuente": SOURCE, "escrito": sentence, "leidos": str(len(inputs.ids)), "escritos": str(len(inputs.target_ids))}
    facts |= {"miradas": "; ".join(f"«{word}», a «{key}» ({theme.percent(share)})" for word, key, share in most)}
    told = "Hilos: a qué mira al escribir cada token (atención cruzada)."
    above, below = families.spread(inputs.labels, WIDE), families.spread(cross.written, WIDE, fill="paper")
    left = column(
        families.heading("codificador", "lee: cada token ve a todos los de la frase"),
        column(above.drawn.pad(0, 8, 0, 0), families.threads(weights, above, below, 150), below.drawn),
        families.heading("decodificador", "escribe: ve toda la frase y lo que él ya ha escrito").pad(0, 8, 0, 0),
        paragraph(f"{told} «look», «-s» y «after» miran a «cuid».", WIDE, 11.5).pad(0, 4),
    )
    found, sides = families.measured(translator, inputs), ("lo leído", "lo escrito")
    panel = families.mask_panel(found, "Rayado: lo que no ve. Lo leído no ve lo escrito.", split=len(inputs.ids), sides=sides)
    trained, missing = _pretraining()
    facts |= {"texto": CORRUPTED, "falta": missing}
    caption = (
        f"Lo de arriba es una ejecución del traductor de bolsillo: {facts['leidos']} tokens leídos y {facts['escritos']} escritos, contado "
        "el de fin. Lo de abajo, los ejercicios de T5 (Raffel y otros, 2020) y BART (Lewis y otros, 2020) con una frase del micromundo."
    )
    return Scene(column(row(left, panel, gap=GAP, align="top"), space(height=14), trained), facts, caption)


def _pretraining() -> tuple[Diagram, str]:
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
        families.line("y escribe", words, [i not in example.read for i in range(len(words))]),
    ]
    return column(text("El preentrenamiento: reparar un texto estropeado", 13, bold=True), *lines, gap=5), f"«{said(missing)}»"


@figure(18, models=("encoder",))
def llm_18(encoder: LanguageModel) -> Scene:
    """Solo codificador: ve a los dos lados y da un vector por token

    Arriba, dos frases con una palabra tapada, «{una}» y «{otra}», leídas por el codificador de bolsillo. Un arco grueso va del hueco a la
    palabra que lo sigue: la cabeza {cabeza} de la capa {capa} pone en ella el {mirada} de su atención en la primera y el {mirada_2} en la
    segunda. En el hueco apuesta, en la primera, por {apuestas}; en la segunda, por {apuestas_2}: la palabra de después decide. A la
    derecha, la máscara medida: todos ven a todos. Abajo, una frase sale como {tokens} vectores, uno por token, de {anchura} números; su
    media es el vector de la frase, y por él se encuentran las que dicen lo mismo. Coseno con «{frase}»: {cosenos}.
    """
    holes = [one_vector_each.read(encoder, sentence) for sentence in one_vector_each.HOLES]
    head = one_vector_each.looking(holes)
    looks = [hole.attention[head][hole.place][hole.place + 1] for hole in holes]
    if min(looks) < 0.9 or [hole.guesses[0][0] for hole in holes] != ["una", "un"]:
        raise ValueError(f"En el modelo «{encoder.name}» la palabra que sigue al hueco no lo decide: la figura diría otra cosa.")
    panel = families.mask_panel(families.measured(encoder, holes[0].inputs), "Nada rayado: todos ven a todos, también hacia delante.")
    told = families.heading("codificador", "lee la frase con un hueco, por los dos lados")
    filled = column(told, *(one_vector_each.hole_panel(hole, head, WIDE) for hole in holes), gap=10)
    stream, cosines = inspection.residual_stream(encoder, one_vector_each.PHRASE), one_vector_each.alike(encoder)
    below = column(
        text("De una frase a un vector, y del vector a las frases que dicen lo mismo", 13, bold=True),
        one_vector_each.sentence_panel(stream.labels, stream.states[-1], cosines, BODY), gap=10,
    )  # fmt: skip
    facts = dict(zip(("una", "otra"), one_vector_each.HOLES)) | {"capa": str(head[0]), "cabeza": str(head[1])}
    facts |= dict(zip(("mirada", "mirada_2"), map(theme.percent, looks))) | {"frase": one_vector_each.PHRASE}
    for name, hole in zip(("apuestas", "apuestas_2"), holes):
        facts[name] = listed([f"«{word}»" for word, _ in hole.guesses], [theme.percent(chance) for _, chance in hole.guesses])
    facts |= {"tokens": str(len(stream.labels)), "anchura": str(stream.states.shape[-1])}
    facts["cosenos"] = listed([f"«{other}»" for other, _ in cosines], [theme.number(value, 2) for _, value in cosines])
    caption = (
        f"Codificador de bolsillo. Arcos: capa {head[0]}, cabeza {head[1]}. Se pintan {one_vector_each.SHOWN} de los {facts['anchura']} "
        "números de cada vector: azul, positivo; naranja, negativo. Los vectores de BERT base tienen 768."
    )
    return Scene(column(row(filled, panel, gap=GAP, align="top"), space(height=12), below), facts, caption)


@figure(19, models=("decoder",))
def llm_19(decoder: LanguageModel) -> Scene:
    """Solo decodificador: una sola cadena, y cada tarea se vuelve seguir el texto

    El decodificador de bolsillo ha leído «{texto}». Del último token salen arcos hacia atrás: la cabeza {cabeza} de la capa {capa} pone el
    {mirada} de su atención en «{repite}», y lo que apuesta que sigue es {apuestas}. Tras «{antes}», en cambio, apuesta por {dudas}: la
    palabra que lo decidiría está después y no la ve. A la derecha, la máscara medida: una escalera, cada token se ve a sí mismo y a los
    anteriores. Abajo, tres tareas escritas como un texto que seguir, con lo que el modelo escribe: {tareas}.
    """
    inputs, weights = inspection.read(decoder, STORY), inspection.attention(decoder, STORY)["decoder"].weights
    if SAME not in inputs.labels:
        raise ValueError(f"El modelo «{decoder.name}» no tiene entera la palabra «{SAME}»: la figura no se entendería.")
    place, last = inputs.labels.index(SAME), len(inputs.labels) - 1
    layer, head = (int(i) for i in np.unravel_index(weights[:, :, last, place].argmax(), weights.shape[:2]))
    chips = families.spread(inputs.labels, WIDE, strong=last)
    half = STORY.split(" una ")[0]
    after, between = (next(generation.steps(decoder, prompt)).top(3) for prompt in (STORY, half))
    if after[0].label != SAME or after[0].probability < 0.5 or max(one.probability for one in between[:2]) > 0.8:
        raise ValueError(f"El modelo «{decoder.name}» no repite «{SAME}», o no duda entre «un» y «una»: la figura diría otra cosa.")
    panel = families.mask_panel(families.measured(decoder, inputs), "Rayado: lo que viene después. No se ve.")
    before, now = _guesses(f"tras «… {half.split()[-1]}» apostaba", between), _guesses(f"tras «… {STORY.split()[-1]}» apuesta", after)
    told = f"Tras «{half.split()[-1]}» duda: la palabra que lo decide, «{SAME}», viene después."
    left = column(
        families.heading("decodificador", "cada token ve lo anterior y apuesta qué sigue"),
        families.arcs(weights[layer, head, last], last, chips, 58),
        chips.drawn, row(before, now, gap=28, align="top"), paragraph(told, WIDE, 11.5).pad(0, 8, 0, 0),
    )  # fmt: skip
    done = [(name, prompt, generation.generate(decoder, prompt, temperature=0, max_new_tokens=24).strip()) for name, prompt in TASKS]
    below = column(text("Tres tareas, y un solo modo de hacerlas: seguir el texto", 13, bold=True), *(_task(*one) for one in done), gap=7)
    facts = {"texto": STORY, "capa": str(layer), "cabeza": str(head), "mirada": theme.percent(float(weights[layer, head, last, place]))}
    facts |= {"repite": SAME, "antes": half, "apuestas": _told(after[:2]), "dudas": _told(between[:2])}
    facts["tareas"] = "; ".join(f"{name}, «{' '.join(prompt.split())}», y sigue «{written}»" for name, prompt, written in done)
    caption = (
        f"Decodificador de bolsillo; arcos: capa {layer}, cabeza {head}. Lo que sigue se elige con decodificación voraz. GPT y Llama son "
        "así, con muchos más parámetros. El texto de entrada no se codifica aparte: va en la misma cadena que la respuesta."
    )
    return Scene(column(row(left, panel, gap=GAP, align="top"), space(height=12), below), facts, caption)


def _guesses(name: str, options: list[generation.Candidate]) -> Diagram:
    labels = [one.label for one in options]
    drawn = bars(labels, [one.probability for one in options], width=220, limit=1.0, row=21)
    return column(text(name, 11, role="quiet"), drawn, gap=3).pad(0, 10, 0, 0)


def _told(options: list[generation.Candidate]) -> str:
    return listed([f"«{one.label}»" for one in options], [theme.percent(one.probability) for one in options])


def _task(name: str, prompt: str, written: str) -> Diagram:
    """Una tarea: su nombre, el prompt en gris y, lleno, lo que escribe el modelo."""
    given = " ↵ ".join(prompt.strip().split("\n"))
    answer = box(written, fill="accent", edge="accent", size=11, bold=True, padding=(7, 3))
    room = BODY - 80 - answer.width - 40
    return row(text(name, 11.5, bold=True).framed(72), paragraph(given, room, 11, role="quiet"), arrow(20), answer, gap=8)
