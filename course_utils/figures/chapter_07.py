"""Figuras del capítulo 7: de leer en fila al transformer, y el camino de un texto por dentro, hasta la palabra que sigue."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from course_utils import inspection, theme
from course_utils.diagrams import column, paragraph, row, space, text
from course_utils.figures import (
    attention_panels,
    dictionary,
    embedding_map,
    fading,
    heads,
    last_mile,
    original_transformer,
    recurrence,
    sums,
    word_order,
    words,
)
from course_utils.figures.canvas import BODY, Scene
from course_utils.figures.panels import heading, listed
from course_utils.figures.phrases import said
from course_utils.figures.registry import figure

if TYPE_CHECKING:
    from course_utils.models import LanguageModel

FAR = 20  # palabras de distancia a las que se da el número
LEAST = 0.5  # lo menos que tiene que mirar, de media, la cabeza de la figura 11 al nombre que va a repetir


@figure(5)
def llm_05() -> Scene:
    """Leer en fila hace olvidar el principio; el transformer une cada palabra con todas

    Arriba a la izquierda, las redes recurrentes (RNN, LSTM, GRU): cada palabra cambia un estado que pasa a la siguiente, y todo
    acaba en un solo vector, un cuello de botella; los estados se tiñen menos cuanto menos gradiente les llega. A la derecha, el
    transformer de 2017: una línea une cada palabra con todas. Abajo, lo que llega del gradiente de la última salida a las
    palabras anteriores, medido en redes con pesos al azar y comparado con lo que llega a la palabra de al lado. A {lejos}
    palabras: RNN, {rnn}; LSTM, {lstm}; GRU, {gru}; transformer, {transformer}. Una LSTM con la compuerta del olvido abierta
    resiste más: {abierta}.
    """
    reached = {name: fading.reached(name) for name in (fading.TRANSFORMER, fading.GRU, fading.LSTM, fading.RNN)}
    opened, at = fading.reached(fading.OPEN_LSTM), FAR - 1
    gated = min(reached[fading.GRU][at], reached[fading.LSTM][at])
    if not reached[fading.RNN][at] < 0.1 * gated < 0.001 * reached[fading.TRANSFORMER][at] or not gated < opened[at] < 0.1:
        raise ValueError("El gradiente medido no se apaga como dice la figura: RNN mucho antes que LSTM y GRU, y el transformer nada.")
    shades = [recurrence.shade(share) for share in (*reached[fading.RNN][: len(recurrence.WORDS) - 1][::-1], 1.0)]
    left = column(
        recurrence.heading("Hasta 2017: en fila", "RNN, LSTM y GRU. Más teñido: más gradiente (RNN)."),
        recurrence.chain(recurrence.WORDS, shades),
    )
    right = column(
        recurrence.heading("El transformer: todas con todas", "«Attention Is All You Need» (2017)"), recurrence.everyone(recurrence.WORDS)
    )
    below = column(
        text("¿Cuánto gradiente llega a una palabra lejana, comparado con la de al lado?", 13, bold=True),
        recurrence.chart(reached, BODY - 264, 170),
    )
    body = column(row(left.framed(BODY - right.width), right, align="top"), space(height=16), below)
    facts = {"lejos": str(FAR), "abierta": recurrence.less(opened[at])}
    facts |= {name.lower(): recurrence.less(values[at]) for name, values in reached.items()}
    caption = (
        f"Media de {len(fading.SEEDS)} redes de una capa con pesos al azar. A {FAR} palabras: RNN, {facts['rnn']}; LSTM, {facts['lstm']} "
        f"(con la compuerta del olvido abierta, {facts['abierta']}); transformer, {facts['transformer']}."
    )
    return Scene(body, facts, caption)


@figure(6, models=("translator",))
def llm_06(translator: LanguageModel) -> Scene:
    """El transformer original: el codificador lee, y el decodificador lo consulta y escribe

    Dos pilas. A la izquierda, el codificador: el texto «{fuente}» pasa a embeddings, se le suma la posición y sube por un bloque,
    repetido N veces, de autoatención y red feed-forward; tras cada capa, un atajo (residuo), «suma y norma». A la derecha, el
    decodificador: lo ya escrito, «{escrito}», sube por bloques de autoatención con máscara, atención cruzada y red feed-forward.
    La salida del codificador entra por el lado en la atención cruzada, en medio de cada bloque. Encima, una capa lineal y softmax
    dan la palabra que sigue: {sigue}, según el traductor de bolsillo, con {capas} bloques en cada pila; el de 2017 tenía 6.
    """
    config, source, written = translator.model.config, "El gato negro mira al perro.", "The black"
    lens = inspection.logit_lens(translator, source, target=written)
    guesses = [(guess.label, theme.percent(guess.probability)) for guess in lens.top(lens.logits.shape[0] - 1, n=2)]
    if guesses[0][0].startswith("-") or not guesses[0][0].isalpha():
        raise ValueError(f"El modelo «{translator.name}» no sigue con una palabra entera: la figura no se entendería.")
    read = inspection.read(translator, source, target=written)
    facts = {"fuente": source, "escrito": written, "sigue": listed(*zip(*guesses)), "capas": str(config.encoder_layers)}
    body = original_transformer.plan(read.labels, read.target_labels, guesses, f"N = 6 en 2017; {facts['capas']}, en el de bolsillo")
    caption = (
        "La línea gris que rodea cada capa es el residuo: lo que entra se suma a lo que sale, y la norma lo deja a la misma escala. "
        f"En naranja, la atención cruzada. Lo que se lee y lo que sale son de nuestro traductor de bolsillo, "
        f"de {facts['capas']} bloques por pila."
    )
    return Scene(body, facts, caption)


@figure(7, models=("decoder",))
def llm_07(decoder: LanguageModel) -> Scene:
    """Tokenizar: cortar el texto en piezas y dar a cada una su número en el vocabulario

    La frase «{frase}» se corta en {cuantos} piezas; la palabra «{palabra}» necesita {partes}: {trozos}. Debajo de cada pieza, su
    renglón en el vocabulario, entre sus dos vecinos, con su id: {ids}. Abajo, el vocabulario entero, de {tamaño} piezas, como una
    barra, con una raya en el lugar de cada id.
    """
    tokenizer = decoder.tokenizer
    found = dictionary.cut(tokenizer)
    facts = {"frase": found.sentence, "cuantos": str(len(found.ids)), "palabra": found.word, "partes": str(found.count)}
    facts |= {"trozos": " + ".join(found.pieces[found.start : found.start + found.count]), "ids": listed(found.pieces, map(str, found.ids))}
    facts |= {"tamaño": theme.number(len(tokenizer))}
    caption = (
        f"«␣» es un espacio: va con la palabra que lo sigue. El tokenizador de nuestro decodificador de bolsillo tiene {facts['tamaño']} "
        "piezas; las palabras frecuentes en sus textos están enteras; las demás se escriben con trozos."
    )
    return Scene(dictionary.drawn(found, tokenizer), facts, caption)


@figure(8, models=("decoder",))
def llm_08(decoder: LanguageModel) -> Scene:
    """Cada token es un vector, y las palabras que se usan igual quedan cerca

    Un mapa de {cuantas} palabras del decodificador de bolsillo, de cinco clases, cada una con su signo: animales, lugares,
    objetos, nombres propios y verbos de decir. Las palabras de una clase quedan juntas: {parecidas} de las {cuantas} tienen como
    vecina más parecida a otra de su clase. A la derecha, las vecinas de «{palabra}» entre todas las palabras enteras del
    vocabulario, con su coseno: {vecinas}.
    """
    shown = embedding_map.words(decoder)
    alike = shown.alike()
    if alike < 0.8 * len(shown.names):
        raise ValueError(f"En el modelo «{decoder.name}» solo {alike} de {len(shown.names)} palabras tienen cerca a otra de su clase.")
    name, near = embedding_map.listed(decoder, shown)
    side = 204.0
    chart = column(embedding_map.legend(), embedding_map.chart(shown, BODY - side - 24, 372), gap=8)
    told = paragraph(f"Entre estas {len(shown.names)}, {alike} tienen como vecina más parecida a otra de su clase.", side, 12, bold=True)
    body = row(chart, column(space(height=26), embedding_map.near(name, near, side), told, gap=22), gap=24, align="top")
    facts = {"cuantas": str(len(shown.names)), "parecidas": str(alike), "palabra": name}
    facts |= {"vecinas": listed([word for word, _ in near], [theme.number(cosine, 2) for _, cosine in near])}
    caption = (
        f"Embeddings de entrada del decodificador de bolsillo, de {shown.vectors.shape[1]} dimensiones, en el plano con t-SNE, "
        "que conserva los vecinos y no las distancias largas. Nadie le ha dicho las clases: salen de cómo se usan las palabras."
    )
    return Scene(body, facts, caption)


@figure(9, models=("translator",))
def llm_09(translator: LanguageModel) -> Scene:
    """Sin posiciones, dos frases con las mismas palabras dan los mismos vectores

    A la izquierda, la tabla de posiciones sinusoidales del traductor de bolsillo: {filas} posiciones por {columnas} dimensiones,
    de −1 a 1; las de la izquierda de cada mitad cambian deprisa y las de la derecha, despacio, así que ninguna fila se repite. A
    la derecha, «{primera}» y «{segunda}», las mismas palabras en otro orden. Coseno entre los dos vectores que da el codificador
    a cada palabra: sin posiciones, {sin}; con posiciones, {con}.
    """
    vectors, found = word_order.table(translator), word_order.shuffle(translator)
    words = found.first
    facts = {"filas": str(len(vectors)), "columnas": str(vectors.shape[1]), "primera": said(words), "segunda": said(found.second)}
    facts |= {name: listed(words, [theme.number(c, 3) for c in values]) for name, values in (("sin", found.without), ("con", found.using))}
    moved = " y ".join(f"«{word}»" for word, other in zip(words, found.second) if word != other)
    told = paragraph(f"Con ellas, {moved} ya no llevan los mismos vectores: se puede saber quién hace qué a quién.", 350, 12)
    left = column(
        heading("Cada posición tiene su propio vector", "ondas de distinta longitud: senos y, tras la raya, cosenos"),
        word_order.heat(vectors, 262, 268), word_order.scale(120).pad(46, 0, 0, 0), gap=8,
    )  # fmt: skip
    right = column(
        heading("¿Por qué? Las mismas palabras, en otro orden", "la misma bolsa de palabras"),
        word_order.comparison(found, 350),
        told,
        gap=14,
    )
    caption = "Posiciones y vectores del traductor de bolsillo. Para quitarlas se han puesto ceros en su lugar. 1,000: el mismo vector."
    return Scene(row(left, right, gap=BODY - left.width - right.width, align="top"), facts, caption)


@figure(10, models=("decoder",))
def llm_10(decoder: LanguageModel) -> Scene:
    """En cada lugar entra la suma de dos vectores: el del token y el de su posición

    El texto «{texto}» en tokens, con sus posiciones. Para tres de ellos, {escritas} números, de {anchura}, de su embedding, de su
    posición y de la suma, que es lo que entra en el primer bloque: {primeros}. «{repetido}» sale dos veces: el vector del token
    es el mismo, pero en la posición {una} y en la {otra} entran vectores distintos (coseno {coseno}).
    """
    labels, found = sums.sums(decoder)
    cosine = sums.alike(found[0], found[2])
    if cosine > 0.995:
        raise ValueError(f"En el modelo «{decoder.name}» la posición apenas cambia el vector (coseno {theme.number(cosine, 3)}).")
    first = [sums.written(s, sums.legible(found)[0]) for s in found]
    facts = {"texto": sums.TEXT, "escritas": str(sums.SHOWN), "anchura": str(len(found[0].token)), "primeros": "; ".join(first)}
    facts |= {"repetido": sums.TWICE, "una": str(found[0].place), "otra": str(found[2].place), "coseno": theme.number(cosine, 2)}
    told = paragraph(
        f"«{sums.TWICE}» sale dos veces: la primera tira es la misma; lo que entra, no (coseno {facts['coseno']}).",
        BODY, 12.5,
    )  # fmt: skip
    body = column(sums.places(labels, [s.place for s in found]), sums.lines(found), told, gap=20)
    caption = (
        f"{facts['escritas']} de los {facts['anchura']} números de cada vector (los primeros cuyo redondeo cuadra), del decodificador de "
        "bolsillo, que aprende sus posiciones. Azul, positivo; naranja, negativo. "
        "La suma es, número a número, lo que recibe el primer bloque."
    )
    return Scene(body, facts, caption)


@figure(11, models=("decoder",))
def llm_11(decoder: LanguageModel) -> Scene:
    """Un mapa de atención: antes de repetir un sustantivo, esta cabeza mira dónde salió

    La cabeza {cabeza} de la capa {capa} del decodificador de bolsillo al leer «{frase}». Hay una fila por token que mira y una
    columna por token mirado, con el porcentaje escrito donde llega al 10 %. Por encima de la diagonal todo está rayado: nadie
    mira a lo que viene después. Recuadradas, dos casillas: {casillas}. Medido en {casos} repeticiones de {cuentos} cuentos, esta
    cabeza pone en el sustantivo que se va a repetir el {media} de su atención; si mirara a todos por igual, sería el {azar}.
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
        f"De media, en {job.cases} repeticiones de {heads.STORIES} cuentos, pone en el sustantivo el {facts['media']}. "
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
        f"cabeza {job.head}, {heads.SAID[job.job]}, con el {theme.percent(job.share)} de su atención cuando toca "
        f"(al azar, {theme.percent(job.chance)})"
        for job in found
    ]
    facts = {"cabezas": str(example.weights.shape[1]), "capa": str(layer), "frase": said(example.text.labels[1:])}
    facts |= {"oficios": "; ".join(described), "probados": str(len(measured))}
    top = text(f"«{facts['frase']} …»", 13)
    caption = (
        f"Capa {layer} del decodificador de bolsillo; cada fila se tiñe según su propio máximo. Lo medido es la media sobre "
        f"{heads.STORIES} cuentos, en los casos de cada oficio; «al azar» es lo que pondría una cabeza que mirara a todos por igual."
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
        raise ValueError(f"El modelo «{decoder.name}» no tiene una cabeza que mire al sustantivo que va a repetir ({share}).")
    return job.best(), job, heads.example(decoder, job.best(), 0.75 * float(job.share.max()))


def _looked(labels: tuple[str, ...]) -> object:
    return lambda link: f"«{labels[link.row]}» mira a «{link.word}» con el {theme.percent(link.share)}"
