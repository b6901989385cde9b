"""Figuras del capítulo 11: del texto sin etiquetar a un modelo ajustado, lo que se olvida por el camino y las familias de PEFT."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course_utils import evaluation, forgetting, generation, inspection, plots, scaling, theme, tokens, tuning
from course_utils.diagrams import CUT_HATCH, Diagram, arrow, box, chip, column, flow, inset, paragraph, row, space, text
from course_utils.figures import families_of_tuning as ways
from course_utils.figures import forgetting_tables
from course_utils.figures.canvas import BODY, Scene
from course_utils.figures.phrases import unmarked
from course_utils.figures.registry import figure
from course_utils.microworld import orders

if TYPE_CHECKING:
    from course_utils.models import LanguageModel

STORY = "En el bosque vivía una rana muy curiosa."
SHOWN = (("futuro", 0), ("plural", 1), ("pregunta", 1))  # encargo y cuál de sus parejas
CHOSEN, VALIDATION = 800, 100
REMEDIES = (("todo a la vez (multitarea)", "multitarea"), ("con repaso", "con repaso"), ("con tasa menor", "tasa menor"),
            ("tasa menor y repaso", "tasa menor, con repaso"))  # fmt: skip


@figure(23, models=("decoder",))
def llm_23(decoder: LanguageModel) -> Scene:
    """Preentrenamiento autosupervisado: la respuesta ya está en el texto

    Arriba, «{texto}», sin etiquetas de nadie. Debajo de cada token que el modelo lee, la respuesta que se le pide: el token siguiente, que
    ya estaba en el texto. Y debajo, la probabilidad que hoy le da el decodificador de bolsillo: {apuestas}. Abajo, la pérdida de un modelo
    de su tamaño que empieza con pesos al azar y lee {cuentos} cuentos así: a los {primero} pasos es {alta} nats por token; a los {ultimo},
    {baja}; el suelo, {suelo}.
    """
    labels = inspection.read(decoder, STORY).labels
    chances = evaluation.conditionals(decoder, STORY).probabilities
    if len(chances) != len(labels) - 1:
        raise ValueError("Algún token de la frase no es un trozo entero: la figura no se entendería.")
    if chances[-1] < 0.9:
        raise ValueError(f"El modelo «{decoder.name}» no sabe ni acabar la frase: la figura diría otra cosa.")
    cell = (BODY - 92) / len(chances)
    read = row(text("lee", 12, role="quiet").framed(92), *(chip(label, size=11).framed(cell, align="center") for label in labels[:-1]))
    told = row(text("se le pide", 12, role="quiet").framed(92),
               *(chip(label, fill="accent", size=11, bold=True).framed(cell, align="center") for label in labels[1:]))  # fmt: skip
    marks = row(space(92), *(arrow(16, direction="down").framed(cell, align="center") for _ in chances))
    bets = row(text("y apuesta", 12, role="quiet").framed(92),
               *(text(theme.percent(p), 11.5).framed(cell, align="center") for p in chances))  # fmt: skip
    run, floor = scaling.results()["L"], scaling.results().floor
    curve = {point.step: point.loss for point in run.curve}
    first, last = run.curve[0], run.curve[-1]

    def paint(axis: object) -> None:
        plots.lines(list(curve), {"pérdida": curve}, xlabel="pasos de dieciséis cuentos", ylabel="nats por token, en cuentos no vistos",
                    title="", reference={"suelo": floor}, axis=axis)  # fmt: skip

    chart = inset(BODY - 150, 170, paint).pad(46, 26, 100, 34)
    body = column(read, marks, told, bets.pad(0, 5, 0, 0), space(height=14),
                  text("Repetido con muchísimo texto, la pérdida baja", 13.5, bold=True), chart, gap=2)  # fmt: skip
    facts = {"texto": STORY, "cuentos": theme.number(run.stories), "primero": str(first.step), "ultimo": theme.number(last.step)}
    facts |= {"alta": theme.number(first.loss, 2), "baja": theme.number(last.loss, 2), "suelo": theme.number(floor, 2)}
    facts["apuestas"] = ", ".join(f"«{label}» {theme.percent(p)}" for label, p in zip(labels[1:], chances))
    caption = (
        "Nadie ha escrito ninguna etiqueta: por eso se llama autosupervisado. Arriba, el decodificador de bolsillo. Abajo, un modelo de su "
        "tamaño entrenado desde cero (capítulo 3); suelo: lo mejor que se puede hacer, según la gramática de los cuentos."
    )
    return Scene(body, facts, caption)


@figure(24, models=("decoder", "instruct"))
def llm_24(decoder: LanguageModel, instruct: LanguageModel) -> Scene:
    """Ajuste de instrucciones: parejas de petición y respuesta

    Arriba, una pareja como la lee el modelo: «{peticion}» y su respuesta, «{respuesta}», cortadas en tokens. Los {ocultos} de la petición,
    rayados, se leen pero no puntúan; los {puntuan} de la respuesta, llenos, sí, contado el de fin. Abajo, las mismas peticiones a dos
    modelos. El decodificador, que nunca ha visto una petición así, sigue el texto: {antes}. El modelo de instrucciones, que es el mismo
    decodificador ajustado con parejas, contesta: {despues}.
    """
    copy = tuning.copied(decoder)
    asked = [orders.pairs(order, 2, seed=1)[place] for order, place in SHOWN]
    pair = asked[0]
    ids, labels = tuning.encode(pair, copy.tokenizer)
    asks, answers = dict(fill="cut", edge="quiet", hatch=CUT_HATCH), dict(fill="accent", edge="accent", bold=True)
    chips = [chip(_named(copy, i, place), size=11, **(answers if labels[place] >= 0 else asks)) for place, i in enumerate(ids)]
    key = row(chip("petición", size=10.5, **asks), text("se lee, no puntúa (etiqueta −100)", 11.5),
              space(14), chip("respuesta", size=10.5, **answers), text("puntúa", 11.5), gap=6)  # fmt: skip
    said = [[_first(generation.generate(who, [{"role": "user", "content": one.prompt}], temperature=0, max_new_tokens=24))
             for one in asked] for who in (copy, instruct)]  # fmt: skip
    if said[1][0] != asked[0].completion or said[0][0] == asked[0].completion:
        raise ValueError("El decodificador obedece, o el modelo de instrucciones no: la figura diría otra cosa.")
    third = (BODY - 2 * 16) / 3
    heads = row(*(text(name, 12.5, bold=True).framed(third) for name in ("Petición", "Decodificador: sigue el texto",
                                                                        "Ajustado: contesta")), gap=16)  # fmt: skip
    table = [row(*_cells(one.prompt, before, after, after == one.completion, third), gap=16, align="top")
             for one, before, after in zip(asked, *said)]  # fmt: skip
    body = column(text("Una pareja, en tokens", 13.5, bold=True), flow([(one, 4.0) for one in chips], BODY), key.pad(0, 4, 0, 0),
                  space(height=10), text("Antes y después de leer muchas parejas", 13.5, bold=True), heads, *table, gap=8)  # fmt: skip
    facts = {"peticion": pair.prompt, "respuesta": pair.completion, "ocultos": str(labels.count(-100))}
    facts |= {"puntuan": str(len(labels) - labels.count(-100)), "antes": _told(asked, said[0]), "despues": _told(asked, said[1])}
    caption = (
        "Decodificación voraz. El modelo de instrucciones es el decodificador de bolsillo ajustado con parejas de muchas clases "
        "(models/instruct); no siempre acierta."
    )
    return Scene(body, facts, caption)


def _first(written: str) -> str:
    """La primera frase de lo que escribe un modelo."""
    head, stop, _ = written.strip().partition(".")
    return head + stop


def _named(language_model: LanguageModel, token: int, place: int) -> str:
    tokenizer = language_model.tokenizer
    return tokens.START if place == 0 and token == tokenizer.eos_token_id else unmarked(tokens.label(tokenizer, token))


def _cells(prompt: str, before: str, after: str, right: bool, width: float) -> tuple[Diagram, ...]:
    mark = text("✓" if right else "✗", 13, bold=True, role="ok" if right else "wrong")
    return (
        paragraph(prompt, width, 12).framed(width),
        paragraph(f"«… {before}»", width, 12, role="quiet").framed(width),
        row(mark, paragraph(after, width - 20, 12, bold=True), gap=6, align="top"),
    )


def _told(asked: list[orders.Pair], answers: list[str]) -> str:
    return "; ".join(f"a «{pair.prompt}», «{answer}»" for pair, answer in zip(asked, answers))


@figure(25)
def llm_25() -> Scene:
    """El proceso: repartir, medir la pérdida, actualizar y evaluar

    Arriba, las parejas repartidas en tres: {entrenar} para entrenar, {validacion} de validación y {prueba} de prueba. En medio, la vuelta
    que se repite {pasos} veces: un lote de 16 parejas, la pérdida en la respuesta, el gradiente y los pesos, que se mueven un poco. Abajo,
    un ajuste de verdad, el de «ponlo en futuro»: al entrenar, la pérdida baja de {alta} a {baja}; en validación, de {alta_v} a {baja_v}.
    Al final, y una sola vez, la prueba: antes acertaba el 0 %; ahora, el {acierta} (intervalo del 95 %: de {desde} a {hasta}).
    """
    run = next(one for one in forgetting.sizes() if one.pairs == CHOSEN)
    steps, test = len(run.loss), run.test
    held, low, high = len(run.validation), *test.interval
    parts = (("entrenar", run.pairs, "con estas se mueven los pesos"), ("validación", VALIDATION, "para elegir tasa y cuándo parar"),
             ("prueba", test.asked, "se mira una vez, al final"))  # fmt: skip
    if held < 5 or test.share < 0.8:
        raise ValueError("El ajuste guardado no aprende lo que cuenta la figura: habría que decir otra cosa.")
    verdict = column(
        text("La prueba", 13.5, bold=True), text("antes: 0 %", 12.5),
        text(f"después: {forgetting_tables.percent(test.share)}", 12.5, bold=True),
        paragraph(f"intervalo del 95 %: de {forgetting_tables.percent(low)} a {forgetting_tables.percent(high)}", 130, 11, role="quiet"),
        gap=4,
    )  # fmt: skip
    body = column(
        text("1. Repartir las frases", 13.5, bold=True), forgetting_tables.split_bar(parts), space(height=4),
        text("2. Repetir: pérdida y actualización", 13.5, bold=True), forgetting_tables.loop(steps), space(height=4),
        text("3. Evaluar con lo que no se ha entrenado", 13.5, bold=True), row(forgetting_tables.curves(run), verdict, gap=10), gap=7,
    )  # fmt: skip
    facts = {"entrenar": theme.number(run.pairs), "validacion": str(VALIDATION), "prueba": str(test.asked), "pasos": str(steps)}
    ends = list(run.validation.values())
    facts |= dict(zip(("alta", "baja", "alta_v", "baja_v"), (theme.number(x, 2) for x in (run.loss[0], run.loss[-1], ends[0], ends[-1]))))
    facts |= dict(zip(("acierta", "desde", "hasta"), map(forgetting_tables.percent, (test.share, low, high))))
    caption = (
        "Ajuste completo del decodificador de bolsillo (recipes/train_forgetting.py). Al entrenar, media de cada diez pasos. Ninguna frase "
        "de la prueba sale en las otras dos partes."
    )
    return Scene(body, facts, caption)


@figure(26)
def llm_26() -> Scene:
    """Olvido catastrófico: aprender un encargo borra los demás, y lo que ayuda

    Arriba, la matriz del olvido del decodificador de bolsillo: aprende «futuro», después «negación» y después «inglés», con ajuste
    completo, y tras cada uno se mide todo. {filas}. Abajo, cómo acaba de otras maneras. {finales}. Con borde a rayas y ▼, lo que ha
    bajado 15 puntos o más desde su mejor momento.
    """
    runs = forgetting.results()
    plain = runs["en secuencia"]
    if max(plain.forgotten.values()) < 0.5:
        raise ValueError("Sin remedio ya no se olvida: la figura diría otra cosa.")
    endings = [(name, runs[key]) for name, key in REMEDIES]
    note = "Uno detrás de otro, sin remedio"
    body = column(
        text(note, 13.5, bold=True), forgetting_tables.matrix(plain), space(height=12),
        text("Cómo acaba, según lo que se haga", 13.5, bold=True), forgetting_tables.endings(endings), gap=6,
    )  # fmt: skip
    names = ["Antes", *(f"Tras «{one.after}»" for one in plain.rows[1:])]
    facts = {"filas": ". ".join(f"{name}: {_row_told(one)}" for name, one in zip(names, plain.rows))}
    facts["finales"] = ". ".join(f"{name}: {_row_told(run.rows[-1])}" for name, run in endings)
    caption = (
        f"Aciertos, de {plain.rows[0].asked} casos cada uno; «código» y «traducción» son lo que ya sabía. Perplejidad: en cuentos no "
        "vistos, cuanto más baja, mejor. Un solo entrenamiento de cada clase, con las mismas parejas."
    )
    return Scene(body, facts, caption)


def _row_told(one: forgetting.Row) -> str:
    told = [f"{task} {forgetting_tables.percent(share)}" for task, share in zip(one.right, one.shares)]
    return f"{', '.join(told)}; perplejidad {theme.number(one.perplexity, 1)}"


@figure(27, models=("decoder",))
def llm_27(decoder: LanguageModel) -> Scene:
    """Ajuste completo y PEFT: qué se entrena en cada familia

    Una fila por manera de ajustar el decodificador de bolsillo, con sus cuatro bloques: naranja y lleno, lo que se entrena; gris y rayado,
    lo congelado; a la derecha, cuántos números se entrenan, de {total}. Ajuste completo: {completo}. PEFT, tres familias. Selectivos, unos
    pocos pesos de los que ya hay: {selectivos}. De reparametrización, el cambio de cada matriz con menos números: {reparam}. Aditivos, los
    pesos intactos y algo nuevo: {aditivos}; los adaptadores y los prompts suaves son sus dos ramas.
    """
    total, blocks = decoder.model.num_parameters(), decoder.model.config.num_hidden_layers
    if blocks != ways.BLOCKS:
        raise ValueError(f"El modelo «{decoder.name}» tiene {blocks} bloques y se dibujan {ways.BLOCKS}: la figura diría otra cosa.")
    drawn, told = ways.line(ways.full(), decoder, total)
    facts = {"completo": told, "total": theme.number(total)}
    peft = text("PEFT: ajuste eficiente en parámetros", 14.5, bold=True)
    parts = [ways.heading("Ajuste completo", "todos los pesos"), drawn, space(height=6), peft]
    for key, (name, note, methods) in zip(("selectivos", "reparam", "aditivos"), ways.FAMILIES):
        lines = [ways.line(way, decoder, total) for way in methods]
        parts += [ways.heading(name, note), *(one for one, _ in lines), space(height=2)]
        facts[key] = "; ".join(sentence for _, sentence in lines)
    key = row(box("se entrena", fill="train", edge="ink", size=11), box("congelado", fill="frozen", edge="quiet", hatch=CUT_HATCH, size=11),
              gap=10)  # fmt: skip
    caption = (
        "Familias de Lialin y otros (2023). Cuentas del decodificador de bolsillo, con los tamaños del curso. Dibujo esquemático: los "
        "adaptadores y los factores de IA³ van dentro de cada bloque."
    )
    return Scene(column(key, *parts, gap=7), facts, caption)
