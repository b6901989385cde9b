"""Figuras del capítulo 8: el codificador lee, el decodificador escribe en bucle, y las dos cosas juntas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course_utils import theme, tokens
from course_utils.diagrams import column
from course_utils.figures import crossing, decoder_loop, encoder_side
from course_utils.figures.canvas import Scene
from course_utils.figures.panels import listed
from course_utils.figures.registry import figure
from course_utils.generation import translating

if TYPE_CHECKING:
    from course_utils.models import LanguageModel


@figure(14, models=("translator",))
def llm_14(translator: LanguageModel) -> Scene:
    """El codificador lee la frase entera y deja un vector por token, que ya sabe de los demás

    «{frase}» entra en {tokens} tokens, cada uno con su número; cada token es un vector de {anchura} números, embedding más posición,
    y los {tokens} vectores cruzan {bloques} bloques en los que todos ven a todos. En la cabeza {cabeza} de la capa {capa}, «su» mira
    a «bruja» con el {mira}. Los {tokens} vectores que salen son las claves y los valores de la atención cruzada del decodificador.
    Abajo, la misma frase con otro sujeto, «{otra}»: los tokens que no cambian salen casi iguales, menos «su». Coseno: {cosenos}.
    La casa de la primera es de ella, y se traduce «{una}»; la de la segunda, de él: «{dos}».
    """
    found, config = encoder_side.read(translator), translator.model.config
    same = [i for i, (a, b) in enumerate(zip(found.labels, found.others)) if a == b]
    if min(found.alike[i] for i in same if i != found.place) <= found.alike[found.place]:
        raise ValueError(f"En el modelo «{translator.name}» «su» no es el token que más cambia: la figura diría otra cosa.")
    body = column(encoder_side.drawn(found, config.d_model, config.encoder_layers), encoder_side.comparison(found), gap=20)
    facts = {"frase": encoder_side.SENTENCE, "otra": encoder_side.OTHER, "tokens": str(len(found.ids)), "anchura": str(config.d_model)}
    facts |= {"bloques": str(config.encoder_layers), "cabeza": str(found.head), "capa": str(found.layer)}
    facts |= {"mira": theme.percent(found.share), "una": found.said[0], "dos": found.said[1]}
    facts |= {"cosenos": listed([found.labels[i] for i in same], [theme.number(float(found.alike[i]), 2) for i in same])}
    caption = (
        f"Traductor de bolsillo. De cada vector se dibujan {encoder_side.NUMBERS} de sus {config.d_model} números: azul, positivo; "
        "naranja, negativo. Línea naranja: peso de atención desde el 10 %, más gruesa cuanto mayor."
    )
    return Scene(body, facts, caption)


@figure(15, models=("translator",))
def llm_15(translator: LanguageModel) -> Scene:
    """El decodificador escribe en bucle: cada token que sale vuelve a entrar, hasta el de fin

    Arriba, una vuelta: lo escrito hasta ahora entra en el decodificador, de {bloques} bloques, que consulta los vectores de la frase
    con su atención cruzada; softmax reparte la probabilidad entre {vocabulario} tokens, se escribe el más probable y se vuelve a
    empezar con un token más. Debajo, las {vueltas} vueltas de «{frase}», desde el token de inicio: {pasos}. Queda «{traduccion}».
    """
    found, config = decoder_loop.lines(translator), translator.model.config
    steps = [
        f"{i}, «{line.written}» ({theme.percent(line.chance, 1)}), mirando sobre todo a «{line.looked}» ({theme.percent(line.share)})"
        for i, line in enumerate(found, start=1)
    ]
    last = max(translating.steps(translator, encoder_side.SENTENCE), key=lambda step: step.position)
    facts = {"bloques": str(config.decoder_layers), "vocabulario": theme.number(config.vocab_size), "vueltas": str(len(found))}
    facts |= {"frase": encoder_side.SENTENCE, "pasos": "; ".join(steps), "traduccion": last.text}
    body = decoder_loop.drawn(found, tokens.START, config.decoder_layers, config.vocab_size)
    caption = (
        f"«{encoder_side.SENTENCE}», con el traductor de bolsillo. Lo que más mira: el token de la frase con más peso en la última capa, "
        "de media entre sus cabezas."
    )
    return Scene(body, facts, caption)


@figure(16, models=("translator",))
def llm_16(translator: LanguageModel) -> Scene:
    """En resumen: el codificador lee una vez y el decodificador lo consulta cada vez que escribe

    El camino entero de «{frase}», de arriba abajo: se corta en {tokens} tokens; el codificador, de {capas} bloques, los lee en una
    pasada; el decodificador, de {bloques}, da {vueltas}, una por token que escribe, y en cada una consulta la frase con la atención
    cruzada; los tokens se juntan en «{traduccion}». Las cintas van de cada token escrito a los que mira en la última capa, más gruesas
    cuanto más: {cintas}. Se cruzan dos veces, en {cruces}: adjetivo y sustantivo cambian de sitio.
    """
    found, config = crossing.whole(translator), translator.model.config
    looked = [f"«{word}» a {found.sources[row.argmax()]}" for word, row in zip(found.written, found.weights)]
    shares = [theme.percent(float(row.max())) for row in found.weights]
    facts = {"frase": encoder_side.SENTENCE, "tokens": str(len(found.sources)), "capas": str(config.encoder_layers)}
    facts |= {"bloques": str(config.decoder_layers), "vueltas": str(len(found.written)), "traduccion": found.translation}
    facts |= {"cintas": listed(looked, shares), "cruces": " y en ".join(f"«{a} {b}»" for a, b in found.crossings())}
    caption = (
        "Traductor de bolsillo. Cintas: atención cruzada de la última capa, media de sus cabezas, desde el 15 %; debajo, lo que se lleva "
        "el token más mirado. Donde dos se cruzan, adjetivo y sustantivo cambian de sitio."
    )
    return Scene(crossing.drawn(found, config.encoder_layers, config.decoder_layers), facts, caption)
