"""Figuras del capítulo 7, primera parte: de leer en fila al transformer, y cómo entra un texto en él."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course_utils import inspection, theme
from course_utils.diagrams import column, paragraph, row, space, text
from course_utils.figures import dictionary, embedding_map, fading, original_transformer, recurrence, sums, word_order
from course_utils.figures.canvas import BODY, Scene
from course_utils.figures.panels import heading, listed, said
from course_utils.figures.registry import figure

if TYPE_CHECKING:
    from course_utils.models import LanguageModel

FAR = 20  # palabras de distancia a las que se da el número


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
    told = paragraph(f"{alike} de las {len(shown.names)} palabras tienen como vecina más parecida a otra de su clase.", side, 12, bold=True)
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
